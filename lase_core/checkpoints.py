"""Checkpoints: what a run needs to go on where it stopped, bit for bit.

A checkpoint is one file, ``checkpoint-<step>.npz``, that holds a nested dictionary: arrays as members in NumPy's own
format (``np.load`` opens it), everything else as JSON; no pickle. Its last 64 bytes, the comment of the zip archive,
are the SHA-256 of all bytes before them, so that any damage shows. A file appears when it is complete and on the disk.

What only grows, such as a replay buffer, is not written anew each time: new rows go to a file of their own,
``rows-<SHA-256>.npz``, and the checkpoint lists the files that make up the whole. Named by what they hold, they cannot
be mixed up, whichever checkpoint a run goes on from. :class:`Chunks` knows the list; give it to each :func:`save`, and
take it from :func:`load` when going on:

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> rng, chunks = np.random.default_rng(1), Chunks(limits={"replay": 5})
>>> for step in (1, 2, 3):
...     state = {"rng": rng.bit_generator.state, "weights": [rng.random(2)]}
...     new = {"actions": np.full((2, 4), step, np.uint8), "done": np.array([False, step == 3])}
...     path = save(folder.name, step, state, append={"replay": new}, chunks=chunks)
>>> found = load(folder.name)
>>> found.step, found.appended["replay"]["actions"][:, 0].tolist()
(3, [1, 2, 2, 3, 3])
>>> rng.bit_generator.state = found.state["rng"]
>>> chunks = found.chunks
>>> folder.cleanup()

A folder has one writer at a time. Saving step n says that what was saved of later steps is void, and removes it.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lase_core.checksums import SIZE
from lase_core.envs.world import whole
from lase_core.files import store, sweep
from lase_core.packing import packed, text_of, unpacked

__all__ = ["Chunks", "Loaded", "damaged", "load", "save"]

Array = NDArray[Any]
Rows = Array | dict[str, Array]
Layout = dict[str, list[Any]]

_CHUNK = 2**26  # bytes of rows in one file: what writing and reading need beside the rows themselves


@dataclass
class Chunks:
    """Which files make up the arrays that grow.

    Parameters
    ----------
    limits : mapping of str to int
        How many rows are kept, the last ones; of names that are not here, all.
    """

    limits: Mapping[str, int] = field(default_factory=dict)
    files: dict[str, list[list[Any]]] = field(default_factory=dict, repr=False)
    """For each name its files, in order: the checksum that the file is named by, and the number of rows."""
    layouts: dict[str, Layout] = field(default_factory=dict, repr=False)
    """For each name and array: its dtype and the shape of a row."""

    def __post_init__(self) -> None:
        self.limits = {name: whole(f"limits[{name!r}]", limit) for name, limit in self.limits.items()}

    def _appended(self, folder: Path, append: Mapping[str, Rows]) -> Chunks:
        """Write new rows; return what the files then are. This stays as it is: the checkpoint may yet fail."""
        files = {name: list(held) for name, held in self.files.items()}
        layouts = dict(self.layouts)
        for name, rows in append.items():
            arrays = rows if isinstance(rows, dict) else {"": rows}
            length, layout = _layout(name, arrays)
            if layouts.setdefault(name, layout) != layout:
                msg = f"append[{name!r}] must have rows like those before, {layouts[name]}, got {layout}"
                raise ValueError(msg)
            limit = self.limits.get(name, length)
            held = files.setdefault(name, [])
            size = sum(array.nbytes for array in arrays.values()) // max(length, 1)
            most = max(1, _CHUNK // max(size, 1))
            for start in range(max(0, length - limit), length, most):
                part = {key: array[start : start + most] for key, array in arrays.items()}
                content = packed(part, f"append[{name!r}]")
                digest = bytes(content[-SIZE:]).decode()
                store(folder / f"rows-{digest}.npz", content)
                held.append([digest, min(most, length - start)])
        for name, held in files.items():
            while len(held) > 1 and sum(n for _, n in held[1:]) >= self.limits.get(name, np.inf):
                held.pop(0)
        lost = [f"rows-{d}.npz" for held in files.values() for d, _ in held if not (folder / f"rows-{d}.npz").is_file()]
        if lost:
            msg = f"chunks must be those of the last checkpoint in {folder}; {len(lost)} files are gone, as {lost[0]}"
            raise ValueError(msg)
        return Chunks(self.limits, files, layouts)

    def _gathered(self, folder: Path, name: str) -> Rows:
        """Read all rows of a name, one file at a time: there may be gigabytes."""
        layout, files = self.layouts[name], self.files[name]
        total = sum(n for _, n in files)
        length = min(total, self.limits.get(name, total))
        found = {key: np.empty((length, *shape), np.dtype(kind)) for key, (kind, shape) in layout.items()}
        skipped, at = total - length, 0
        for digest, n in files:
            content = (folder / f"rows-{digest}.npz").read_bytes()
            _, part = unpacked(content, f"rows-{digest}.npz")
            if content[-SIZE:].decode() != digest or _layout(name, part) != (n, layout):
                msg = f"rows-{digest}.npz is not what the checkpoint refers to"
                raise ValueError(msg)
            for key, array in part.items():
                found[key][at : at + max(0, n - skipped)] = array[skipped:]
            at, skipped = at + max(0, n - skipped), max(0, skipped - n)
        return found.get("", found)


@dataclass(frozen=True)
class Loaded:
    """What a folder of checkpoints gave."""

    step: int
    """When it was saved."""
    state: dict[str, Any]
    """What was saved, bit for bit."""
    path: Path
    """Where it was."""
    skipped: tuple[str, ...]
    """Newer checkpoints that are damaged, and why: to be shown to whoever goes on from an older one."""
    appended: dict[str, Rows]
    """Rows appended until then, by name, within their limits."""
    chunks: Chunks
    """To go on appending."""


def save(
    folder: str | Path,
    step: int,
    state: dict[str, Any],
    *,
    keep: int = 3,
    append: Mapping[str, Rows] | None = None,
    chunks: Chunks | None = None,
) -> Path:
    """Save a state; then remove what is too old.

    Parameters
    ----------
    folder : path
        Made if it is not there.
    step : int
        What the checkpoint is called by. Those of later steps are removed.
    state : dict
        Nested dictionaries (keys: strings), lists and tuples of arrays and NumPy scalars (numbers or booleans), int,
        float, str, bool and None. Of layouts in memory, Fortran's is kept; other strides become C's.
    keep : int
        How many checkpoints stay, this one among them.
    append : mapping of str to ndarray or dict of ndarray, optional
        New rows (along the first axis, equally many in the arrays of one dictionary) since the last save.
    chunks : Chunks, optional
        Needs to be given if anything was ever appended: knows the rows saved before, and then also the new ones.

    Returns
    -------
    Path
        The checkpoint.

    Raises
    ------
    TypeError
        Something in `state` cannot be saved (it is named).
    ValueError
        Rows that do not fit those before; `chunks` that are not of this folder, or not there.
    """
    step, keep, folder = whole("step", step, 0), whole("keep", keep), Path(folder)
    if type(state) is not dict:
        msg = f"state must be a dict, got {type(state).__name__}"
        raise TypeError(msg)
    if append and (chunks is None or not all(isinstance(name, str) for name in append)):
        msg = f"append needs strings as names, and chunks=, which knows the rows before; got {list(append)}, {chunks}"
        raise ValueError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    after = (chunks or Chunks())._appended(folder, append or {})  # noqa: SLF001 (one thing in two parts)
    content = packed(state, "state", step=step, limits=after.limits, files=after.files, layouts=after.layouts)
    path = folder / f"checkpoint-{step:08d}.npz"
    store(path, content)
    if chunks is not None:
        chunks.files, chunks.layouts = after.files, after.layouts
    _tidy(folder, step, keep)
    return path


def load(folder: str | Path, step: int | None = None) -> Loaded:
    """Load the newest checkpoint that is good, or that of a step.

    Parameters
    ----------
    folder : path
        Where checkpoints are.
    step : int, optional
        Load this one and no other.

    Returns
    -------
    Loaded

    Raises
    ------
    FileNotFoundError
        There is no checkpoint, or none of that step.
    ValueError
        All are damaged, or the one asked for is; each is named, with the reason.
    """
    folder = Path(folder)
    found = _checkpoints(folder)
    if step is not None and whole("step", step, 0) not in found:
        msg = f"no checkpoint of step {step} in {folder}: found steps {', '.join(map(str, sorted(found))) or 'none'}"
        raise FileNotFoundError(msg)
    if not found:
        seen = ", ".join(sorted(p.name for p in folder.iterdir())[:5]) if folder.is_dir() else "no such folder"
        msg = f"no checkpoint in {folder}: found {seen or 'nothing'}"
        raise FileNotFoundError(msg)
    skipped: list[str] = []
    for number in sorted(found, reverse=True) if step is None else [step]:
        good = _tried(found[number], number, tuple(skipped))
        if isinstance(good, Loaded):
            return good
        skipped.append(good)
    msg = f"no good checkpoint in {folder}: {'; '.join(skipped)}"
    raise ValueError(msg)


def damaged(folder: str | Path) -> tuple[str, ...]:
    """Say which checkpoints are damaged, and why.

    Parameters
    ----------
    folder : path
        Where checkpoints are.

    Returns
    -------
    tuple of str
    """
    tried = (_tried(path, step, ()) for step, path in sorted(_checkpoints(Path(folder)).items()))
    return tuple(found for found in tried if isinstance(found, str))


# ---------------------------------------------------------------------- the folder
def _checkpoints(folder: Path) -> dict[int, Path]:
    paths = folder.glob("checkpoint-*.npz")
    named = {int(m[1]): path for path in paths if (m := re.fullmatch(r"checkpoint-([0-9]+)\.npz", path.name))}
    return {step: path for step, path in named.items() if path.name == f"checkpoint-{step:08d}.npz"}


def _tried(path: Path, step: int, skipped: tuple[str, ...]) -> Loaded | str:
    """Load one, or say why not."""
    try:
        plain, state = unpacked(path.read_bytes(), "it")
        if plain["step"] != step:
            return f"{path.name}: it holds step {plain['step']}"
        chunks = Chunks(plain["limits"], plain["files"], plain["layouts"])
        appended = {name: chunks._gathered(path.parent, name) for name in chunks.files}  # noqa: SLF001 (as in `save`)
        return Loaded(step, state, path, skipped, appended, chunks)
    except Exception as bad:  # noqa: BLE001 (nobody can list what a file of somebody else's making raises in its readers)
        return f"{path.name}: {bad if isinstance(bad, (OSError, ValueError)) else repr(bad)}"


def _tidy(folder: Path, step: int, keep: int) -> None:
    """Remove what no kept checkpoint needs; checkpoints go first, so that none ever refers to rows that are gone."""
    found = _checkpoints(folder)
    kept = sorted((s for s in found if s <= step), reverse=True)[:keep]
    for s in found.keys() - set(kept):
        found[s].unlink()
    sweep(folder)
    rows = {path.name: path for path in folder.glob("rows-*.npz")}
    if not rows:
        return
    try:
        used = {f"rows-{digest}.npz" for s in kept for digest in _references(found[s])}
    except Exception:  # noqa: BLE001 (a damaged one: what it needs is not known, so nothing goes until it does)
        return
    for name in rows.keys() - used:
        rows[name].unlink()


def _references(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {digest for held in json.loads(text_of(archive))["files"].values() for digest, _ in held}


# ---------------------------------------------------------------------- the format
def _layout(name: str, arrays: dict[str, Array]) -> tuple[int, Layout]:
    """Return the number of rows, and what they are like."""
    lengths = {len(array) if type(array) is np.ndarray and array.ndim else None for array in arrays.values()}
    length = lengths.pop() if len(lengths) == 1 else None
    if length is None or ("" in arrays and len(arrays) > 1):
        shapes = {key: getattr(array, "shape", type(array).__name__) for key, array in arrays.items()}
        msg = f"append[{name!r}] must be an array, or named arrays with equally many rows, got {shapes}"
        raise ValueError(msg)
    return length, {key: [array.dtype.str, list(array.shape[1:])] for key, array in arrays.items()}
