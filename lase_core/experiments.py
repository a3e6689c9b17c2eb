"""What the training experiments found, and what the figures that show it share.

``figures/experiments.py`` runs groups of players in worlds, ten seeds each, and keeps curves as means over fifty parts
of a run in ``figures/data``: those *cells* are read here, in a checkout. :mod:`lase_core.metrics` says what is
measured.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.checksums import digest
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
    "ends",
    "how_run",
    "pairs",
    "read",
    "seconds",
    "starts",
]

_PART = 0.1  # share of the parts of a run that counts as its end, and as its beginning


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
    try:
        cells: dict[str, Any] = json.loads(path.read_bytes())["cells"]
        right = all(isinstance(cell["file"], str) and isinstance(cell["sha256"], str) for cell in cells.values())
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        right = False
    if not right:
        msg = f"{path} is damaged: take figures/data from the project again"
        raise ValueError(msg)
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
    if digest(packed) != cells[name]["sha256"]:
        what = "is not the file that manifest.json lists" if packed else "is missing, and manifest.json lists it"
        msg = f"{path} {what}: take figures/data from the project again, or run `python figures/experiments.py`"
        raise ValueError(msg)
    try:
        with xr.open_dataset(BytesIO(gzip.decompress(packed)), engine="scipy") as data:
            cell = data.load()
    except Exception as bad:  # (a manifest that was edited: nobody can list what readers raise of any bytes)
        told = " ".join(f"{type(bad).__name__}: {bad}".split())
        msg = f"{path} cannot be read: {told:.100}"
        raise ValueError(msg) from bad
    if cell.attrs.get("cell") != name:
        msg = f"{path} holds the cell {cell.attrs.get('cell')!r}, and manifest.json lists it as {name!r}"
        raise ValueError(msg)
    return cell


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
