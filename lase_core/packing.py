"""Nested data and arrays as the bytes of one file, checksummed and without pickle.

The file is a zip archive: arrays as members in NumPy's own format (``np.load`` opens it), everything else as JSON. Its
last 64 bytes, the comment of the archive, are the SHA-256 of all bytes before them, so that any damage shows.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lase_core.checksums import SIZE, digest, opened

__all__ = ["fit", "packed", "text_of", "unpacked"]

Array = NDArray[Any]

_FORMAT = 1
_TEXT = 2**26  # bytes of JSON: far more than any state has, far less than memory
_KINDS = "biufc"  # of arrays: booleans, whole, real and complex numbers


def packed(state: dict[str, Any], where: str, **plain: object) -> memoryview:
    """Return the bytes of a file: the same for the same state, so without the time of day.

    Parameters
    ----------
    state : dict
        Nested dictionaries (keys: strings), lists and tuples of arrays, NumPy scalars, int, float, str, bool and None.
    where : str
        What errors call it.
    **plain
        Plain data beside it.

    Returns
    -------
    memoryview

    Raises
    ------
    TypeError
        Something cannot be held (it is named).

    Examples
    --------
    >>> unpacked(bytes(packed({"x": np.arange(3)}, "state", step=1)), "a file")
    ({'format': 1, 'step': 1}, {'x': array([0, 1, 2])})
    """
    arrays: list[Array] = []
    text = json.dumps({"format": _FORMAT, **plain, "state": _encoded(state, where, arrays)}).encode()
    if len(text) > _TEXT:
        msg = f"{where} must need at most {_TEXT} bytes beside its arrays, got {len(text)}: use arrays for long lists"
        raise ValueError(msg)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("contents.json"), text)
        for n, array in enumerate(arrays):
            with archive.open(zipfile.ZipInfo(f"{n}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        archive.comment = b"0" * SIZE
    content = buffer.getbuffer()
    content[-SIZE:] = digest(content[:-SIZE]).encode()
    return content


def unpacked(content: bytes, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a file holds beside the state, and the state.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        What errors call it.

    Returns
    -------
    (dict, dict)

    Raises
    ------
    ValueError
        A damaged file, or another format.
    """
    opened(content, name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        plain = json.loads(text_of(archive))
        if plain["format"] != _FORMAT:
            msg = f"{name} has the format {plain['format']}, and this version reads {_FORMAT}"
            raise ValueError(msg)

        def read(n: int) -> Array:
            with archive.open(f"{n}.npy") as member:
                array: Array = np.lib.format.read_array(member, allow_pickle=False)
            if array.dtype.kind not in _KINDS:
                msg = f"{name} holds {array.dtype}"
                raise ValueError(msg)
            return array

        return plain, _decoded(plain.pop("state"), read)


def text_of(archive: zipfile.ZipFile) -> bytes:
    """Return the JSON of an archive, if it is not suspiciously large."""
    info = archive.getinfo("contents.json")
    if info.file_size > _TEXT or any(i.compress_type != zipfile.ZIP_STORED for i in archive.infolist()):
        msg = "its JSON is too long, or something in it is compressed, so that a small file could become a large one"
        raise ValueError(msg)
    return archive.read(info)


def fit(found: object, form: object, where: str, *, finite: bool = True) -> None:
    """Check that nested data have the form of others: the same keys, kinds, dtypes and shapes.

    Parameters
    ----------
    found : object
        What was read, such as the state of a learner.
    form : object
        What it should be like, such as the state of a learner at its beginning.
    where : str
        What errors call it.
    finite : bool
        Whether all numbers of arrays have to be finite.

    Raises
    ------
    ValueError
        What does not fit is named; whole numbers below 0 fit nothing.

    Examples
    --------
    >>> fit({"steps": 3, "theta": np.ones(2)}, {"steps": 0, "theta": np.zeros(2)}, "state")
    >>> fit({"steps": -1, "theta": np.ones(2)}, {"steps": 0, "theta": np.zeros(2)}, "state")
    Traceback (most recent call last):
    ValueError: state['steps'] must be at least 0, got -1
    >>> fit({"steps": 3, "theta": np.ones(1)}, {"steps": 0, "theta": np.zeros(2)}, "state")
    Traceback (most recent call last):
    ValueError: state['theta'] must be float64 of shape (2,), got float64 of shape (1,)
    """
    if type(found) is not type(form):
        msg = f"{where} must be {type(form).__name__}, got {type(found).__name__}"
        raise ValueError(msg)
    if told := _misfit(found, form, finite=finite):
        msg = f"{where} must {told}"
        raise ValueError(msg)
    if isinstance(found, dict) and isinstance(form, dict):
        for key, value in found.items():
            fit(value, form[key], f"{where}[{key!r}]", finite=finite)
    if isinstance(found, list) and isinstance(form, list):
        for n, (value, other) in enumerate(zip(found, form, strict=True)):
            fit(value, other, f"{where}[{n}]", finite=finite)


def _misfit(found: Any, form: Any, *, finite: bool) -> str:
    """Say what one thing should be, if it is not like another of the same type."""
    if isinstance(form, dict):
        keys = ", ".join(map(str, found)) or "none"
        return "" if found.keys() == form.keys() else f"have the keys {', '.join(map(str, form))}, got {keys}"
    if isinstance(form, list):
        return "" if len(found) == len(form) else f"have {len(form)} entries, got {len(found)}"
    if isinstance(form, np.ndarray):
        like, got = (f"{array.dtype} of shape {array.shape}" for array in (form, found))
        sound = like != got or not finite or np.isfinite(found).all()
        return f"be {like}, got {got}" if like != got else "" if sound else "be finite"
    if isinstance(form, str):
        return "" if found == form else f"be {form!r}, got {found!r}"
    return f"be at least 0, got {found}" if found is not None and found < 0 else ""


def _encoded(value: Any, where: str, arrays: list[Array]) -> Any:
    """Return JSON for a value. What JSON lacks is an object with one key, the kind of thing that it stands for."""
    kind = type(value)
    if value is None or kind in {bool, float, str}:
        return value
    if kind is int:
        return value if abs(value) < 2**63 else {"int": hex(value)}  # decimals have a limit on their length
    if kind is np.ndarray or isinstance(value, np.generic):
        array = np.asarray(value)
        if array.dtype.kind in _KINDS:
            arrays.append(array)
            return {"array" if kind is np.ndarray else "scalar": len(arrays) - 1}
    if kind in {list, tuple}:
        found = [_encoded(v, f"{where}[{n}]", arrays) for n, v in enumerate(value)]
        return found if kind is list else {"tuple": found}
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": {key: _encoded(v, f"{where}[{key!r}]", arrays) for key, v in value.items()}}
    msg = (
        f"{where} must be an array of numbers or booleans, int, float, str, bool, None, or a list, tuple or dict (with "
        f"strings as keys) of such, got {getattr(value, 'dtype', value)!r} ({kind.__name__})"
    )
    raise TypeError(msg)


def _decoded(value: Any, read: Callable[[int], Array]) -> Any:
    if isinstance(value, list):
        return [_decoded(v, read) for v in value]
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    match kind:
        case "dict":
            return {key: _decoded(v, read) for key, v in held.items()}
        case "tuple":
            return tuple(_decoded(v, read) for v in held)
        case "int":
            return int(held, 16)
        case "scalar":
            return read(held)[()]
    return read(held)
