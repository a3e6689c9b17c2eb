"""The folder of a run: what was asked for, by which versions, and what came out.

``config.json`` is written before the first step, ``metrics.nc`` and ``summary.json`` at the end (or whenever there is
something to see); each appears when it is complete, and carries its checksum and those of the files that it belongs to:
what is damaged, edited or of another run is named, and nothing is read of it. :mod:`lase_core.checkpoints` keeps what
going on needs beside them.

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

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lase_core.checksums import SIZE
from lase_core.files import store
from lase_core.plain import differences, jsonable, write
from lase_core.plain import read as read_plain
from lase_core.surroundings import surroundings

if TYPE_CHECKING:
    import os

    import xarray as xr

__all__ = [
    "Run",
    "check_new",
    "check_same",
    "create",
    "mend",
    "read",
    "read_config",
    "seal",
    "write_metrics",
    "write_summary",
]

_OF = "checksum of config.json"  # an attribute of metrics: which run they are of


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
    check_new(folder)
    folder.mkdir(parents=True, exist_ok=True)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    write(folder / "config.json", {**asked, **surroundings(), "started": started})


def check_new(folder: str | os.PathLike[str]) -> None:
    """Check that a folder is new or empty; what a run that was killed at once has left in it is nothing.

    Parameters
    ----------
    folder : path
        Where a run shall begin.

    Raises
    ------
    ValueError
        There is something in it, which is told.
    """
    folder = Path(folder)
    if not folder.exists():
        return
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ["a file"]
    if held := [name for name in there if not name.startswith((".config.", ".lock"))]:
        msg = f"folder must be new or empty, got {folder}, which holds {', '.join(held[:5])}; "
        msg += "use --resume to go on with a run"
        raise ValueError(msg)


def read_config(folder: str | os.PathLike[str], *, unsealed: bool = False) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Read what was asked for, and the seeds.

    Parameters
    ----------
    folder : path
        Of the run.
    unsealed : bool, default False
        Read it without a checksum too, as older versions wrote it.

    Returns
    -------
    (dict, tuple of int)

    Raises
    ------
    FileNotFoundError
        There is no run there.
    ValueError
        ``config.json`` is damaged, edited, or has no checksum.
    """
    there, _ = _read_config(Path(folder), unsealed=unsealed)
    return there["config"], tuple(there["seeds"])


def seal(folder: str | os.PathLike[str]) -> None:
    """Give ``config.json`` a checksum if it has none, as in older versions.

    Parameters
    ----------
    folder : path
        Of the run; that its configuration is right has been seen by other means, such as a checkpoint.
    """
    there, own = _read_config(Path(folder), unsealed=True)
    if not own:
        write(Path(folder) / "config.json", there)


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
        Accept other versions, and those that wrote no checksum: the run goes on, but need not be, bit for bit, what it
        would have been.

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
    there, _ = _read_config(Path(folder), unsealed=force)
    asked = _asked(config, there["seeds"] if seeds is None else seeds)
    here = surroundings()
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

    Parameters
    ----------
    folder : path
        Of the run.
    dataset : xarray.Dataset
        Variables and coordinates: real numbers, booleans or strings (:mod:`lase_core.netcdf`).

    Raises
    ------
    ValueError
        A variable of another kind, whole numbers beyond 2**53, or an empty dimension that is not the first one.
    FileNotFoundError
        There is no run there.
    """
    from lase_core.netcdf import to_bytes

    folder = Path(folder)
    store(folder / "metrics.nc", to_bytes(dataset.assign_attrs({_OF: _read_config(folder)[1]})))


def write_summary(folder: str | os.PathLike[str], summary: Mapping[str, Any]) -> None:
    """Write ``summary.json``, when the metrics are written.

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
    FileNotFoundError
        There is no run there.
    """
    if "metrics" not in summary:
        msg = f"summary must have the last metrics under 'metrics', got the keys {list(summary)}"
        raise ValueError(msg)
    folder = Path(folder)
    plain, metrics = jsonable(summary, "summary", finite=False), _read_metrics(folder)[1]
    write(folder / "summary.json", plain, **{"config.json": _read_config(folder)[1], "metrics.nc": metrics})


def read(folder: str | os.PathLike[str]) -> Run:
    """Read a run.

    Parameters
    ----------
    folder : path
        Of the run.

    Returns
    -------
    Run

    Raises
    ------
    FileNotFoundError
        There is no run there.
    ValueError
        A file is damaged, edited, without a checksum, or of another run: it is named.
    """
    folder = Path(folder)
    there, _ = _read_config(folder)
    summary, made_of = _read_summary(folder)  # first: while somebody goes on with the run, there is none
    metrics, found = _read_metrics(folder)
    if summary and made_of != found:
        msg = f"{folder / 'metrics.nc'} is not that which summary.json was made of{_anew(folder)}"
        raise ValueError(msg)
    return Run(metrics, there["config"], tuple(there["seeds"]), folder, summary)


def mend(folder: str | os.PathLike[str], dataset: xr.Dataset, summary: Mapping[str, Any]) -> str:
    """Write metrics and summary of a run that is over again, if what is there is not right.

    Parameters
    ----------
    folder : path
        Of the run.
    dataset : xarray.Dataset
        What its metrics are, by its last checkpoint.
    summary : mapping
        What they come to.

    Returns
    -------
    str
        What was wrong, to be shown; empty if nothing was.
    """
    folder = Path(folder)
    try:
        there = read(folder)
        missing = [name for name in ("metrics.nc", "summary.json") if not (folder / name).exists()]
        wrong = f"{' and '.join(missing)} missing in {folder}" if missing else ""
        if not wrong and not there.metrics.identical(dataset):
            wrong = f"{folder / 'metrics.nc'} is not what the last checkpoint holds"
    except ValueError as bad:
        wrong = str(bad).removesuffix(_anew(folder))
    if wrong:
        write_metrics(folder, dataset)
        write_summary(folder, summary)
    return wrong


# ---------------------------------------------------------------------- what is read, and checked
def _read_config(folder: Path, *, unsealed: bool = False) -> tuple[dict[str, Any], str]:
    """Return what ``config.json`` holds, and its checksum."""
    path = folder / "config.json"
    found, own, _ = read_plain(path)
    if not own and not unsealed:
        msg = f"{path} has no checksum, as older versions wrote it: lase train --resume {folder} --force compares it "
        msg += "with the checkpoints and goes on"
        raise ValueError(msg)
    seeds = found.get("seeds")
    if not isinstance(found.get("config"), dict) or not isinstance(seeds, list) or {*map(type, seeds)} - {int}:
        msg = f"{path} must have a configuration, an object, and seeds, a list of whole numbers"
        raise ValueError(msg)
    return found, own


def _read_metrics(folder: Path) -> tuple[xr.Dataset, str | None]:
    """Return the metrics, and their checksum; empty ones and none if there are none yet."""
    import xarray as xr

    from lase_core.netcdf import from_bytes

    path = folder / "metrics.nc"
    if not path.exists():
        return xr.Dataset(), None
    content = path.read_bytes()
    try:
        dataset = from_bytes(content, str(path))
        if dataset.attrs.pop(_OF, None) != _read_config(folder)[1]:
            msg = f"{path} is of another run than config.json beside it"
            raise ValueError(msg)  # noqa: TRY301 (the same hint for all that is wrong)
    except ValueError as bad:
        msg = f"{bad}{_anew(folder)}"
        raise ValueError(msg) from bad
    return dataset, content[-SIZE:].decode()


def _read_summary(folder: Path) -> tuple[dict[str, Any], str | None]:
    """Return the summary, and the checksum of the metrics that it was made of; nothing if there is none yet."""
    path = folder / "summary.json"
    if not path.exists():
        return {}, None
    try:
        found, own, others = read_plain(path)
        if not own or others.get("config.json") != _read_config(folder)[1]:
            msg = f"{path} {'is of another run than config.json beside it' if own else 'has no checksum'}"
            raise ValueError(msg)  # noqa: TRY301 (as above)
    except ValueError as bad:
        msg = f"{bad}{_anew(folder)}"
        raise ValueError(msg) from bad
    return found, others.get("metrics.nc")


def _anew(folder: Path) -> str:
    return f"; lase train --resume {shlex.quote(str(folder))} writes it anew"


# ---------------------------------------------------------------------- what is compared
def _asked(config: Mapping[str, Any], seeds: Sequence[int]) -> dict[str, Any]:
    return {"config": jsonable(config, "config", finite=True), "seeds": jsonable(list(seeds), "seeds", finite=True)}


def _only(values: Mapping[str, Any], keys: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    return {key: values.get(key) for key in keys}
