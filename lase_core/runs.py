"""The folder of a run: what was asked for, by which versions, and what came out.

``config.json`` is written before the first step, ``metrics.nc`` and ``summary.json`` at the end (or whenever there is
something to see); each appears when it is complete. :mod:`lase_core.checkpoints` keeps what going on needs beside them.

>>> import tempfile
>>> home = tempfile.TemporaryDirectory()
>>> folder = Path(home.name) / "first"
>>> create(folder, {"world": "coin", "rate": 0.001}, seeds=[1, 2])
>>> check_same(folder, {"world": "coin", "rate": 0.001}, seeds=[1, 2])
()
>>> check_same(folder, {"world": "coin", "rate": 0.01}, seeds=[1, 2])
Traceback (most recent call last):
ValueError: ... config.rate: 0.001 there, 0.01 here
>>> write_summary(folder, {"metrics": {"welfare": 3.0, "equality": float("nan")}})
>>> run = read(folder)
>>> run.seeds, run.summary
((1, 2), {'metrics': {'welfare': 3.0, 'equality': None}})
>>> home.cleanup()
"""

from __future__ import annotations

import importlib.metadata
import io
import json
import math
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.files import store

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Run", "check_same", "create", "differences", "read", "read_config", "write_metrics", "write_summary"]

_KEPT = "dtype before netCDF"  # an attribute of variables that netCDF 3 has no type for
_SAFE = {"bool", "int8", "int16", "int32", "float32", "float64"}
_WIDER = {"uint8": "int16", "uint16": "int32", "float16": "float32"}
_SECONDS = 10  # that git may take


@dataclass(frozen=True)
class Run:
    """A run and what came of it."""

    metrics: xr.Dataset
    """What was measured on the way; empty if nothing is written yet."""
    config: dict[str, Any]
    """What was asked for."""
    seeds: tuple[int, ...]
    """Of everything random."""
    folder: Path | None
    """Where it is kept, if anywhere."""
    summary: dict[str, Any]
    """What is left at the end, the last metrics under ``"metrics"``; empty if nothing is written yet."""


def create(folder: str | os.PathLike[str], config: Mapping[str, Any], seeds: Sequence[int] = ()) -> None:
    """Make the folder of a run and write down what is asked for, in ``config.json``.

    Beside it stand the versions of what computes, the platform, the commit (and whether files differ from it) if this
    package runs from a checkout, and the time.

    Parameters
    ----------
    folder : path
        A new folder, or an empty one.
    config : mapping
        Nested: strings, numbers (finite), booleans, None, paths, lists, arrays.
    seeds : sequence of int
        Of everything random.

    Raises
    ------
    ValueError
        There is something in the folder; a number is not finite.
    TypeError
        Something in `config` has no JSON (it is named).
    """
    folder = Path(folder)
    asked = _asked(config, seeds)
    # what a run that was killed at once has left is nothing
    if folder.exists() and (not folder.is_dir() or any(not p.name.startswith(".config.") for p in folder.iterdir())):
        held = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) if folder.is_dir() else "a file"
        msg = f"folder must be new or empty, got {folder}, which holds {held}; use --resume to go on with a run"
        raise ValueError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    _write(folder / "config.json", {**asked, **_surroundings(), "started": started})


def read_config(folder: str | os.PathLike[str]) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Read what was asked for, and the seeds.

    Parameters
    ----------
    folder : path
        Of the run.

    Returns
    -------
    (dict, tuple of int)

    Raises
    ------
    FileNotFoundError
        There is no run there.
    """
    there = _read(Path(folder) / "config.json")
    return there["config"], tuple(there["seeds"])


def check_same(
    folder: str | os.PathLike[str],
    config: Mapping[str, Any],
    seeds: Sequence[int] | None = None,
    *,
    force: bool = False,
) -> tuple[str, ...]:
    """Check that a run can be resumed: the same is asked for, by the same versions.

    Parameters
    ----------
    folder : path
        Of the run.
    config : mapping
        What is asked for now.
    seeds : sequence of int, optional
        Without them they are not compared.
    force : bool
        Accept other versions: the run goes on, but need not be, bit for bit, what it would have been.

    Returns
    -------
    tuple of str
        What differs and does not hinder (commit, platform; with `force`, versions): to be shown.

    Raises
    ------
    ValueError
        Everything that differs is listed, with both values.
    FileNotFoundError
        There is no run there.
    """
    there = _read(Path(folder) / "config.json")
    asked = _asked(config, there["seeds"] if seeds is None else seeds)
    here = _surroundings()
    wrong = differences(_only(there, asked), asked)
    versions = differences(_only(there, ["versions"]), _only(here, ["versions"]))
    if wrong or (versions and not force):
        hint = "" if wrong else "; another version may compute other numbers; --force (force=True) goes on all the same"
        msg = f"config must be that of the run in {folder}, got differences: {'; '.join(wrong + versions)}{hint}"
        raise ValueError(msg)
    others = ["platform", "git"]
    return tuple(versions + differences(_only(there, others), _only(here, others)))


def write_metrics(folder: str | os.PathLike[str], dataset: xr.Dataset) -> None:
    """Write ``metrics.nc``, which :func:`read` gives back with the same values and dtypes.

    It is netCDF 3, which every reader of netCDF knows and SciPy writes. It has no type for some of NumPy's: uint8 is
    stored as int16, uint16 as int32, float16 as float32, other whole numbers as int32 if they fit and else as float64;
    strings are characters in UTF-8. Another reader sees those; what it was stands in an attribute.

    Parameters
    ----------
    folder : path
        Of the run.
    dataset : xarray.Dataset
        Variables and coordinates: real numbers, booleans or strings.

    Raises
    ------
    ValueError
        A variable of another kind, whole numbers beyond 2**53, or an empty dimension that is not the first one.
    """
    fitted = dataset.assign({name: _fitted(str(name), values) for name, values in dataset.variables.items()})
    store(Path(folder) / "metrics.nc", fitted.to_netcdf(engine="scipy"))


def write_summary(folder: str | os.PathLike[str], summary: Mapping[str, Any]) -> None:
    """Write ``summary.json``.

    Parameters
    ----------
    folder : path
        Of the run.
    summary : mapping
        As `config` of :func:`create`; numbers that are not finite become null. The last metrics stand under
        ``"metrics"``.

    Raises
    ------
    ValueError
        There are no metrics.
    """
    if "metrics" not in summary:
        msg = f"summary must have the last metrics under 'metrics', got the keys {list(summary)}"
        raise ValueError(msg)
    _write(Path(folder) / "summary.json", _plain(summary, "summary", finite=False))


def read(folder: str | os.PathLike[str]) -> Run:
    """Read a run.

    Parameters
    ----------
    folder : path
        Of the run.

    Returns
    -------
    Run
    """
    import xarray as xr

    folder = Path(folder)
    there = _read(folder / "config.json")
    metrics, summary = folder / "metrics.nc", folder / "summary.json"
    dataset = xr.Dataset()
    if metrics.exists():
        # Times are left alone: metrics are numbers, whatever their units are called.
        content = io.BytesIO(metrics.read_bytes())
        dataset = xr.load_dataset(content, engine="scipy", decode_times=False, decode_timedelta=False)
        dataset = dataset.assign({name: _restored(values) for name, values in dataset.variables.items()})
    return Run(dataset, there["config"], tuple(there["seeds"]), folder, _read(summary) if summary.exists() else {})


# ---------------------------------------------------------------------- netCDF
def _fitted(name: str, values: xr.Variable) -> xr.Variable:
    """Return a variable as netCDF 3 can hold it."""
    if 0 in values.shape[1:]:
        msg = f"dataset[{name!r}] must not be empty along {values.dims[1:]}, got the shape {values.shape}"
        raise ValueError(msg)
    kind = values.dtype.name
    if kind in _SAFE or values.dtype.kind == "O":  # strings as objects come back so; of other objects xarray complains
        return values
    if values.dtype.kind == "U":
        return _marked(values, values.astype(object))
    if kind in _WIDER:
        return _marked(values, values.astype(_WIDER[kind]))
    if values.dtype.kind not in "iu":
        msg = f"dataset[{name!r}] must be real numbers, booleans or strings, got {values.dtype}"
        raise ValueError(msg)
    least, most = (int(values.min()), int(values.max())) if values.size else (0, 0)
    if max(-least, most) > 2**53:
        msg = f"dataset[{name!r}] must be whole numbers of at most 2**53, got {least}..{most}"
        raise ValueError(msg)
    return _marked(values, values.astype("int32" if max(-least, most) < 2**31 else "float64"))


def _marked(values: xr.Variable, fitted: xr.Variable) -> xr.Variable:
    # Without the order of bytes, which is the affair of the machine that reads.
    fitted.attrs = {**values.attrs, _KEPT: values.dtype.str.lstrip("<>=|")}
    return fitted


def _restored(values: xr.Variable) -> xr.Variable:
    found = values.astype(values.attrs.get(_KEPT, values.dtype))
    found.attrs = {key: value for key, value in values.attrs.items() if key != _KEPT}
    return found


# ---------------------------------------------------------------------- JSON
def _asked(config: Mapping[str, Any], seeds: Sequence[int]) -> dict[str, Any]:
    return {"config": _plain(config, "config", finite=True), "seeds": _plain(list(seeds), "seeds", finite=True)}


def _plain(value: Any, where: str, *, finite: bool) -> Any:
    """Return what JSON has for a value."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(v, f"{where}.{key}", finite=finite) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, f"{where}[{n}]", finite=finite) for n, v in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        if finite:
            msg = f"{where} must be finite, got {value}; None may stand for no limit"
            raise ValueError(msg)
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, os.PathLike):
        return str(value)
    msg = f"{where} must be a string, number, boolean, None, path, or a list or dict (with strings as keys) of such, "
    msg += f"got {value!r}"
    raise TypeError(msg)


def _write(path: Path, plain: object) -> None:
    store(path, (json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        msg = f"no run in {path.parent}: it has no {path.name}"
        raise FileNotFoundError(msg)
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as bad:
        msg = f"{path} must be JSON, got {bad}"
        raise ValueError(msg) from bad
    return found


# ---------------------------------------------------------------------- what may differ
def _only(values: Mapping[str, Any], keys: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    return {key: values.get(key) for key in keys}


def differences(there: object, here: object, where: str = "") -> list[str]:
    """List what differs, down to the single entry of a dictionary."""
    if isinstance(there, dict) and isinstance(here, dict):
        keys = dict.fromkeys([*there, *here])
        return [line for key in keys for line in _difference_at(key, there, here, f"{where}.{key}".lstrip("."))]
    # As text, so that 1 and 1.0 and True differ, whatever stands around them.
    same = json.dumps(there, sort_keys=True) == json.dumps(here, sort_keys=True)
    return [] if same else [f"{where}: {there!r} there, {here!r} here"]


def _difference_at(key: str, there: dict[str, Any], here: dict[str, Any], where: str) -> list[str]:
    if key in there and key in here:
        return differences(there[key], here[key], where)
    return [
        f"{where}: {there[key]!r} there, absent here" if key in there else f"{where}: absent there, {here[key]!r} here"
    ]


def _surroundings() -> dict[str, Any]:
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ("scipy", "lase-toolkit"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # run from a copy that nobody installed
            versions[name] = "not installed"
    return {"versions": versions, "platform": platform.platform(), "git": _git()}


def _git() -> dict[str, Any] | None:
    """Return commit and dirtiness, if this file's folder is under git: somebody else's repository may be around it."""
    program, here = shutil.which("git"), Path(__file__).parent
    if program is None or _ask(program, "ls-files", "--error-unmatch", str(here / "files.py")) is None:
        return None
    status = _ask(program, "status", "--porcelain")
    return {"commit": _ask(program, "rev-parse", "HEAD"), "dirty": None if status is None else bool(status)}


def _ask(program: str, *arguments: str) -> str | None:
    command = [program, "--no-optional-locks", "-C", str(Path(__file__).parent), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603 (git)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
