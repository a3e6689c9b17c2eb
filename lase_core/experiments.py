"""What the training experiments found, and what the figures that show it share.

``figures/experiments.py`` runs groups of players in worlds, ten seeds each, and keeps curves as means over fifty parts
of a run in ``figures/data``: those *cells* are read here, in a checkout. :mod:`lase_core.metrics` says what is
measured.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.report import checkout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

__all__ = [
    "ALGORITHMS",
    "ESTIMATORS",
    "ROLES",
    "WORLDS",
    "Algorithm",
    "Difference",
    "Rank",
    "difference",
    "ends",
    "how_run",
    "interval",
    "listed",
    "pairs",
    "rank",
    "read",
    "seconds",
    "starts",
    "write",
]

_PART = 0.1  # share of the parts of a run that counts as its end, and as its beginning
_LEVEL = 0.95


@dataclass(frozen=True)
class Algorithm:
    """How a way of learning is shown, in every figure."""

    label: str
    color: str
    marker: str = "o"
    style: Any = "-"
    """Of a line."""


ALGORITHMS = {
    "a2c": Algorithm("A2C", "#5b6570", "X", (0, (4, 1.5))),
    "lase:oracle": Algorithm("LASE, oracle", "#0072b2", "s"),
    "lase:predictor": Algorithm("LASE, predictor", "#56b4e9", "D"),
    "lase:uniform": Algorithm("LASE, uniform", "#cc79a7", "v"),
    "lase:perspective": Algorithm("LASE, perspective", "#d55e00"),
    "lase:perspective-ideal": Algorithm("LASE, ideal perspective", "#e69f00", "^"),
    "memory": Algorithm("LASE, perspective, gift memory", "#7b3294", "P", (0, (5, 1, 1, 1))),
    "go": Algorithm("GO", "#009e73", "*", (0, (1, 1))),
}
"""By the names that cells bear: ``main coin a2c``. LASE with the estimates of the paper is ``lase:perspective``."""

ESTIMATORS = tuple(name for name in ALGORITHMS if name.startswith("lase:"))
"""LASE with each of the estimates, from those that know most of the co-player."""

WORLDS = {"coin": "Coin", "cleanup": "Cleanup", "stag_hunt": "Stag hunt", "snowdrift": "Snowdrift"}
"""The four grid worlds, and what they are called in figures."""

ROLES = ("#332288", "#44aa99", "#ddcc77", "#882255")
"""Colours of the players of one group, ordered by what they do: the one who cleans most first."""


# ---------------------------------------------------------------------- cells
def read(name: str) -> xr.Dataset:
    """Read a cell.

    Parameters
    ----------
    name : str
        As ``figures/experiments.py --list`` prints it: ``"main coin lase:perspective"``.

    Returns
    -------
    xarray.Dataset
        Measures by seed and part of the run; ``episode`` is where a part ends.

    Raises
    ------
    ValueError
        There is no such cell, or its file is not the one that was gathered.

    Examples
    --------
    >>> from lase_core.experiments import read
    >>> read("main coin a2c").reward.dims
    ('seed', 'episode', 'agent')
    """
    return _read(checkout() / "figures" / "data", name).copy()


@cache
def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        msg = f"no experiments in {folder}: run `python figures/experiments.py`, or take figures/data from the project"
        raise ValueError(msg)
    cells: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


@cache
def _read(folder: Path, name: str) -> xr.Dataset:
    import xarray as xr

    cells = _manifest(folder)
    if name not in cells:
        near = ", ".join(repr(found) for found in get_close_matches(name, cells, n=3, cutoff=0.0))
        msg = f"no cell is called {name!r}; did you mean {near}? `python figures/experiments.py` runs those missing"
        raise ValueError(msg)
    path = folder / cells[name]["file"]
    packed = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(packed).hexdigest() != cells[name]["sha256"]:
        what = "is not the file that manifest.json lists" if packed else "is missing"
        msg = f"{path} {what}: take figures/data from the project again, or run `python figures/experiments.py`"
        raise ValueError(msg)
    with xr.open_dataset(BytesIO(gzip.decompress(packed)), engine="scipy") as data:
        return data.load()


def _mean(name: str, measure: str, *, last: bool) -> Array:
    """Return the mean over the tenth of the parts at one end; parts count by their length."""
    data = read(name)
    length = np.diff(data.episode.to_numpy(), prepend=0)
    count = max(1, round(_PART * len(length)))
    chosen = slice(-count, None) if last else slice(count)
    values = data[measure].to_numpy()[:, chosen].astype(np.float64)
    return np.asarray(np.average(values, axis=1, weights=length[chosen]))


def ends(name: str, measure: str) -> Array:
    """Mean of a measure over the last tenth of a run.

    Parameters
    ----------
    name : str
        Of a cell.
    measure : str
        Such as ``"collective"``, ``"reward"``, ``"weight"``.

    Returns
    -------
    ndarray, shape (seeds, ...)
        One for each seed, and agent and co-player where the measure has them.

    Examples
    --------
    >>> from lase_core.experiments import ends
    >>> ends("main coin a2c", "collective").shape, ends("main coin a2c", "reward").shape
    ((10,), (10, 2))
    """
    return _mean(name, measure, last=True)


def starts(name: str, measure: str) -> Array:
    """Mean of a measure over the first tenth of a run: as :func:`ends`.

    Parameters
    ----------
    name : str
        Of a cell.
    measure : str
        What is measured.

    Returns
    -------
    ndarray, shape (seeds, ...)
    """
    return _mean(name, measure, last=False)


def seconds(names: Sequence[str]) -> float:
    """How long cells ran together.

    Parameters
    ----------
    names : sequence of str
        Of cells.

    Returns
    -------
    float
        Seconds, each cell in one process, with another one beside it.
    """
    return float(sum(read(name).attrs["seconds"] for name in names))


def how_run(names: Sequence[str]) -> str:
    """One or two sentences on how cells were run: worlds, episodes, seeds, time.

    Parameters
    ----------
    names : sequence of str
        Of cells with the same settings in the same world.

    Returns
    -------
    str
    """
    episodes: dict[tuple[str, int], None] = {}
    seeds, presets = set(), set()
    for name in names:
        data = read(name)
        config = json.loads(data.attrs["config"])
        episodes[(config["world"], config["episodes"])] = None
        seeds.add(data.sizes["seed"])
        presets.add(config["preset"])
    worlds = ", ".join(f"{WORLDS.get(world, world)} {count}" for world, count in episodes)
    few = " or ".join(str(count) for count in sorted(seeds))
    return (
        f"Preset {', '.join(sorted(presets))!r}, {few} seeds side by side, episodes a seed: {worlds}; "
        f"{len(names)} runs, {seconds(names) / 60:.0f} minutes in all in one process each. End values are means over "
        "the last tenth of episodes, ± half a 95 % t interval over seeds."
    )


def pairs(values: ArrayLike) -> Array:
    """Mean over ordered pairs of different players.

    Parameters
    ----------
    values : array_like, shape (..., n, n)
        By agent and co-player; NaN where there is nothing.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> pairs([[0, 1], [3, 0]])
    array(2.)
    """
    array = np.asarray(values, dtype=np.float64)
    return np.asarray(array[..., ~np.eye(array.shape[-1], dtype=bool)].mean(axis=-1))


# ---------------------------------------------------------------------- statistics
def interval(values: ArrayLike) -> tuple[Array, Array]:
    """Mean over seeds and half width of its 95 % t interval.

    Parameters
    ----------
    values : array_like, shape (seeds, ...)
        Seeds of NaN do not count.

    Returns
    -------
    mean : ndarray, shape (...)
        NaN where no seed counts.
    half : ndarray, shape (...)
        NaN where fewer than two do.

    Examples
    --------
    >>> interval([1.0, 2.0, 3.0])
    (array(2.), array(2.48413...))
    """
    from scipy import stats

    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array)
    n = known.sum(axis=0)
    mean = np.where(n > 0, np.where(known, array, 0).sum(axis=0) / np.maximum(n, 1), np.nan)
    squares = np.where(known, (array - mean) ** 2, 0).sum(axis=0)
    enough = np.maximum(n, 2)
    half = stats.t.ppf((1 + _LEVEL) / 2, enough - 1) * np.sqrt(squares / (enough - 1) / enough)
    return np.asarray(mean), np.asarray(np.where(n > 1, half, np.nan))


def write(values: ArrayLike, digits: int = 1) -> str:
    """Write mean and interval.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        One each.
    digits : int, default 1
        After the point.

    Returns
    -------
    str

    Examples
    --------
    >>> write([1, 2, 3])
    '2.0 ± 2.5'
    """
    mean, half = interval(values)
    return _signed(f"{mean:.{digits}f}" + (f" ± {half:.{digits}f}" if np.isfinite(half) else ""))


def listed(names: Sequence[str], nothing: str = "none") -> str:
    """Join names as in a sentence.

    Parameters
    ----------
    names : sequence of str
        What to list.
    nothing : str, default "none"
        What to say if there are none.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["Coin", "Cleanup", "Stag hunt"]), listed(["Coin"]), listed([], "no world")
    ('Coin, Cleanup and Stag hunt', 'Coin', 'no world')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or nothing


def _signed(number: str) -> str:
    return number.replace("-", "−")


@dataclass(frozen=True)
class Difference:
    """A difference of means with its 95 % interval."""

    mean: float
    half: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval is on one side of 0, else 0."""
        return int(np.sign(self.mean)) if abs(self.mean) > self.half else 0

    def __str__(self) -> str:
        """Write it with its sign."""
        return _signed(f"{self.mean:+.2f} ± {self.half:.2f}")

    def say(self, above: str, below: str, level: str) -> str:
        """Choose words by the interval.

        Parameters
        ----------
        above, below, level : str
            What to say where the interval is above 0, below it, or holds it.

        Returns
        -------
        str
        """
        return (level, above, below)[self.sign]


def difference(first: ArrayLike, second: ArrayLike, *, paired: bool = False) -> Difference:
    """Difference between two means over seeds.

    Parameters
    ----------
    first, second : array_like, shape (seeds,)
        Of two runs, or two players.
    paired : bool, default False
        Whether seeds belong together, as those of two players of one run; otherwise by Welch's interval.

    Returns
    -------
    Difference

    Examples
    --------
    >>> d = difference([4, 5, 6], [1, 2, 3])
    >>> d.sign, str(d)
    (1, '+3.00 ± 2.27')
    >>> difference([4, 5, 6], [1, 2, 3], paired=True).say("more", "less", "as much")
    'more'
    """
    from scipy import stats

    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if paired:
        mean, half = interval(a - b)
        return Difference(float(mean), float(half))
    mean = a.mean() - b.mean()
    if a.std() == b.std() == 0:
        return Difference(float(mean), 0.0)
    found = stats.ttest_ind(a, b, equal_var=False).confidence_interval(_LEVEL)
    return Difference(float(mean), float(found.high - found.low) / 2)


@dataclass(frozen=True)
class Rank:
    """A rank correlation with its 95 % interval."""

    rho: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval is on one side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def __str__(self) -> str:
        """Write it."""
        rho, low, high = (f"{round(value, 2) + 0.0:.2f}" for value in (self.rho, self.low, self.high))
        return _signed(f"{rho} [{low}, {high}]")


def rank(x: ArrayLike, y: ArrayLike, *, within: bool = False, draws: int = 2000, rng: int = 0) -> Rank:
    """Spearman's correlation over groups and seeds, with a bootstrap interval.

    Parameters
    ----------
    x, y : array_like, shape (groups, seeds)
        Two measures. Seeds are drawn anew within each group: groups are what was chosen, seeds are chance.
    within : bool, default False
        Whether ranks are taken within each group, so that differences between groups do not count.
    draws : int, default 2000
        Of the bootstrap.
    rng : int, default 0
        Its seed.

    Returns
    -------
    Rank

    Examples
    --------
    >>> print(rank([[1, 2, 3], [4, 5, 6]], [[1, 1, 2], [3, 3, 4]]))
    0.97 [0.90, 1.00]
    >>> print(rank([[1, 2, 3], [4, 5, 6]], [[3, 2, 1], [6, 5, 4]], within=True))
    −1.00 [−1.00, −1.00]
    """
    from scipy import stats

    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    drawn = np.random.default_rng(rng).integers(a.shape[1], size=(draws, *a.shape))
    groups = np.arange(len(a))[:, None]

    def rho(first: Array, second: Array) -> Array:
        """Correlate ranks; 0 where one of the measures is the same everywhere."""
        sides = (first, second) if within else (v.reshape(*v.shape[:-2], 1, -1) for v in (first, second))
        ranks = [stats.rankdata(v, axis=-1) for v in sides]
        p, q = (r - r.mean(axis=-1, keepdims=True) for r in ranks)
        scale = np.sqrt((p**2).sum(axis=(-2, -1)) * (q**2).sum(axis=(-2, -1)))
        return np.asarray((p * q).sum(axis=(-2, -1)) / np.where(scale > 0, scale, 1))

    low, high = np.quantile(rho(a[groups, drawn], b[groups, drawn]), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Rank(float(rho(a, b)), float(low), float(high))
