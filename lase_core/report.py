"""Figures with the claims they support, and one self-contained page that shows them all.

A figure is a script ``figures/figNN_name.py`` with a function ``draw(scale) -> Drawn``. :func:`draw_all` runs some of
them, two at a time; :func:`reproduce` runs all and writes ``figures/out/report.html``.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lase_core import workers
from lase_core.files import complete

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Comparison", "Drawn", "checkout", "draw_all", "reproduce", "save"]

_WORKERS = 2
_UNDATED: dict[str, dict[str, Any]] = {"png": {}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}
_STYLE: Any = {
    "axes.labelsize": 9,
    "axes.titlesize": 10,
    "figure.titlesize": 11,
    "font.size": 9,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Comparison:
    """A predicted number beside a measured one."""

    what: str
    """In words."""
    predicted: float
    """By theory."""
    measured: float
    """With learners or by another method."""
    tolerance: float
    """Largest difference that counts as agreement."""
    interval: float | None = None
    """Half width of the 95 % interval of the measured value."""

    def __post_init__(self) -> None:
        """Turn numbers of any kind, NumPy's and SymPy's too, into floats: results are written as JSON."""
        for name in ("predicted", "measured", "tolerance", "interval"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else float(value))

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return abs(self.predicted - self.measured) <= self.tolerance

    def text(self) -> str:
        """Write one line."""
        interval = f" ± {self.interval:.4f}" if self.interval is not None else ""
        verdict = "agrees" if self.holds else "DIFFERS"
        numbers = f"predicted {self.predicted:.4f}, measured {self.measured:.4f}{interval}"
        return f"{self.what}: {numbers}  {verdict} (within {self.tolerance:g})"


@dataclass(frozen=True)
class Drawn:
    """What a figure script returns; the picture itself is saved and forgotten."""

    title: str
    claim: str
    """What the picture supports, in plain words; one paragraph."""
    comparisons: tuple[Comparison, ...] = ()
    figure: Figure | None = field(default=None, repr=False, compare=False)
    notes: str = ""
    """What a reader should know: how it was run, what differs from expectation."""
    name: str = ""
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every comparison agrees."""
        return all(c.holds for c in self.comparisons)

    def text(self) -> str:
        """Write a few lines."""
        lines = [f"{self.name} ({self.seconds:.0f} s): {self.title}", *(f"  {c.text()}" for c in self.comparisons)]
        return "\n".join(lines)


def checkout() -> Path:
    """Folder of the checkout this package is run from.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the package is installed without its checkout.
    """
    top = Path(__file__).resolve().parents[1]
    if not (top / "figures").is_dir() or not (top / "pyproject.toml").is_file():
        msg = "this command needs a checkout of the project (its folder figures/): clone it and run `make setup` there"
        raise ValueError(msg)
    return top


def figure_kind(path: Path) -> str:
    """Kind of picture that a file name asks for.

    Parameters
    ----------
    path : Path
        Ending in .png, .pdf or .svg.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        Another ending.
    """
    kind = path.suffix.lstrip(".").lower()
    if kind not in _UNDATED:
        msg = f"figures are saved as .png, .pdf or .svg, got {path.name!r}"
        raise ValueError(msg)
    return kind


def save(figure: Figure, path: str | os.PathLike[str], **options: Any) -> None:
    """Save a figure so that the same figure gives the same file, appearing all at once.

    Parameters
    ----------
    figure : Figure
        What to save.
    path : path
        Ending in .png, .pdf or .svg.
    **options
        For ``savefig``.

    Raises
    ------
    ValueError
        Another ending.
    """
    import matplotlib as mpl

    path = Path(path)
    kind = figure_kind(path)
    with mpl.rc_context({"svg.hashsalt": "lase-toolkit", "savefig.dpi": 150}), complete(path) as partial:
        figure.savefig(partial, format=kind, metadata=_UNDATED[kind], **options)


def _write(path: Path, text: str) -> None:
    with complete(path) as partial:
        partial.write_text(text, encoding="utf-8")


def _scripts(names: Sequence[str]) -> list[Path]:
    """Return the figure scripts whose names contain one of `names`, or all."""
    scripts = sorted((checkout() / "figures").glob("fig[0-9][0-9]_*.py"))
    chosen = [s for s in scripts if not names or any(name in s.stem for name in names)]
    for name in names:
        if not any(name in s.stem for s in scripts):
            near = get_close_matches(name, [s.stem.partition("_")[2] for s in scripts], n=3, cutoff=0.0)
            msg = f"unknown figure {name!r}; did you mean {', '.join(near)}?"
            raise ValueError(msg)
    return chosen


def _draw(script: Path, scale: str) -> Drawn:
    """Run one figure script in this process and save its picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams.update(_STYLE)
    from matplotlib import pyplot as plt

    started = time.perf_counter()
    spec = importlib.util.spec_from_file_location(script.stem, script)
    if spec is None or spec.loader is None:
        msg = f"cannot load {script}"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn: Drawn = module.draw(scale)
    out = script.parent / "out"
    out.mkdir(exist_ok=True)
    if drawn.figure is not None:
        for kind in ("png", "pdf"):
            save(drawn.figure, out / f"{script.stem}.{kind}")
    plt.close("all")
    return replace(drawn, figure=None, name=script.stem, seconds=time.perf_counter() - started)


def _draw_job(job: tuple[Path, str]) -> Drawn:
    return _draw(*job)


def draw_all(names: Sequence[str] = (), scale: str = "quick") -> list[Drawn]:
    """Run figure scripts, two at a time.

    Parameters
    ----------
    names : sequence of str
        Parts of names of scripts; all scripts if empty.
    scale : {"quick", "full"}
        How long learners run.

    Returns
    -------
    list of Drawn, in order of names

    Raises
    ------
    ValueError
        An unknown name, or no checkout.
    """
    from tqdm.auto import tqdm

    scripts = _scripts(names)
    os.environ.update(dict.fromkeys(_THREADS, "1"))  # before the workers start
    found: dict[str, Drawn] = {}
    # leaving the block, by Ctrl-C too, ends the workers at once; so does the end of this process
    with get_context("spawn").Pool(min(_WORKERS, os.cpu_count() or 1), initializer=workers.begin) as pool:
        jobs = pool.imap_unordered(_draw_job, [(script, scale) for script in scripts])
        for drawn in tqdm(jobs, total=len(scripts), desc="figures", unit="figure", disable=not sys.stderr.isatty()):
            found[drawn.name] = drawn
            if not sys.stderr.isatty():
                print(f"{drawn.name}: {drawn.seconds:.0f} s", file=sys.stderr, flush=True)  # noqa: T201 (progress)
        pool.close()  # so that workers end by themselves, and leave nothing behind
        pool.join()
    return [found[script.stem] for script in scripts]


def reproduce(scale: str = "quick") -> tuple[Path, list[Drawn]]:
    """Analyse the examples, draw all figures, and write the report.

    Parameters
    ----------
    scale : {"quick", "full"}
        How long learners run.

    Returns
    -------
    (Path, list of Drawn)
        The report, and what it shows.
    """
    from gametheory import formats
    from lase_core.summary import summarise

    top = checkout()
    out = top / "figures" / "out"
    out.mkdir(exist_ok=True)
    started = time.perf_counter()
    drawn = draw_all((), scale)
    summaries = [summarise(formats.read(path)) for path in sorted((top / "examples").glob("*.nfg"))]
    elapsed = time.perf_counter() - started
    results = {"scale": scale, "figures": [asdict(d) for d in drawn], "games": [s.to_dict() for s in summaries]}
    _write(out / "results.json", json.dumps(results, indent=2, ensure_ascii=False))
    report = out / "report.html"
    _write(report, _page(drawn, summaries, scale, elapsed, out))
    return report, drawn


def _page(drawn: Iterable[Drawn], summaries: Iterable[Any], scale: str, elapsed: float, out: Path) -> str:
    """Fill the template; pictures go inside the page."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("lase_core"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    pictures = {d.name: base64.b64encode((out / f"{d.name}.png").read_bytes()).decode("ascii") for d in drawn}
    libraries = ("lase-toolkit", "numpy", "scipy", "sympy", "python-flint", "matplotlib")
    return environment.get_template("report.html").render(
        closed=_closed_form(),
        drawn=list(drawn),
        pictures=pictures,
        summaries=list(summaries),
        scale=scale,
        elapsed=elapsed,
        versions={"python": platform.python_version()} | {name: version(name) for name in libraries},
    )


def _closed_form() -> dict[str, str]:
    """Derive the LASE field with symbols and write it as MathML, which browsers read without help."""
    import sympy as sp
    from sympy.printing.mathml import mathml

    from gametheory import catalogue
    from lase_core.summary import summarise

    found = summarise(catalogue.prisoners_dilemma())
    p1, p2 = found.field.space.symbols

    def show(left: str, right: sp.Expr, **options: str) -> str:
        equation = sp.Eq(sp.Symbol(left), right, evaluate=False)
        return f'<math display="block">{mathml(equation, printer="presentation", **options)}</math>'

    if found.closed_form is None:  # pragma: no cover  (a symmetric 2×2 game has one)
        return {}
    numerator, denominator = found.closed_form
    return {
        "gradient": show("g_1", sp.collect(found.symbolic_gradient[0], (p1, p2))),
        "p_star": show(
            "p^*", sp.Mul(numerator, sp.Pow(denominator, -1, evaluate=False), evaluate=False), order="rev-lex"
        ),
    }
