"""Plain data: what JSON can hold, in files that carry their checksum, and how two of them differ."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lase_core.checksums import digest
from lase_core.files import store

__all__ = ["checked", "differences", "jsonable", "read", "signed", "write"]

_ENTRY, _OWN = "checksums", "the rest"


def jsonable(value: Any, where: str, *, finite: bool) -> Any:
    """Return what JSON has for a value.

    Parameters
    ----------
    value : object
        String, number, boolean, None, path, array, or a list or dictionary of such.
    where : str
        What errors call it.
    finite : bool
        Whether numbers that are not finite are refused; otherwise they become None.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        A number that is not finite.
    TypeError
        Something that JSON has nothing for (it is named).

    Examples
    --------
    >>> jsonable({"rates": np.array([0.5, np.inf]), "path": Path("a")}, "config", finite=False)
    {'rates': [0.5, None], 'path': 'a'}
    """
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: jsonable(v, f"{where}.{key}", finite=finite) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(v, f"{where}[{n}]", finite=finite) for n, v in enumerate(value)]
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


# ---------------------------------------------------------------------- files
def signed(data: Mapping[str, Any], /, **others: str | None) -> dict[str, Any]:
    """Return plain data with its checksum among its entries, under ``"checksums"``.

    Parameters
    ----------
    data : mapping
        What JSON can hold.
    **others
        Checksums of other things, to stand beside it: they count as part of the data.

    Returns
    -------
    dict

    Examples
    --------
    >>> data, own, others = checked(signed({"x": 0.5}, other="ab"), "a file")
    >>> data, own[:8], others
    ({'x': 0.5}, 'e53d7fc3', {'other': 'ab'})
    >>> checked(signed({"x": 0.5}) | {"x": 0.25}, "a file")
    Traceback (most recent call last):
    ValueError: a file is damaged or edited: its checksum is wrong
    """
    whole = {**data, _ENTRY: others}
    return {**data, _ENTRY: {**others, _OWN: digest(json.dumps(whole, sort_keys=True).encode())}}


def checked(found: object, name: str) -> tuple[dict[str, Any], str, dict[str, str | None]]:
    """Return plain data and the checksums beside it, if its own is right.

    Parameters
    ----------
    found : object
        What was read from JSON.
    name : str
        What errors call the file.

    Returns
    -------
    (dict, str, dict)
        The data, its own checksum, and the others; the second is empty for data without checksums.

    Raises
    ------
    ValueError
        Not an object, or one with a wrong checksum.
    """
    if not isinstance(found, dict):
        msg = f"{name} must be an object of JSON, got {type(found).__name__}"
        raise ValueError(msg)  # noqa: TRY004 (of a file, not of a call)
    data = {key: value for key, value in found.items() if key != _ENTRY}
    if _ENTRY not in found:
        return data, "", {}
    sums = found[_ENTRY]
    others = {key: value for key, value in sums.items() if key != _OWN} if isinstance(sums, dict) else {}
    if signed(data, **others)[_ENTRY] != sums:
        msg = f"{name} is damaged or edited: its checksum is wrong"
        raise ValueError(msg)
    return data, sums[_OWN], others


def write(path: Path, data: Mapping[str, Any], **others: str | None) -> None:
    """Write JSON with its checksum, and others that it depends on.

    Parameters
    ----------
    path : Path
        Of the file, which appears when it is complete.
    data : mapping
        What it shall hold.
    **others
        As in :func:`signed`.
    """
    text = json.dumps(signed(data, **others), indent=2, ensure_ascii=False, allow_nan=False)
    store(path, f"{text}\n".encode())


def read(path: Path) -> tuple[dict[str, Any], str, dict[str, str | None]]:
    """Return what :func:`write` was given, with the checksum.

    Parameters
    ----------
    path : Path
        Of the file.

    Returns
    -------
    (dict, str, dict)
        As from :func:`checked`.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        It is damaged or edited, or a folder.
    """
    if path.is_dir():
        msg = f"{path} is a folder, and must be a file"
        raise ValueError(msg)
    if not path.is_file():
        msg = f"no run in {path.parent}: it has no {path.name}"
        raise FileNotFoundError(msg)
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as bad:
        msg = f"{path} must be JSON, got {bad}"
        raise ValueError(msg) from bad
    return checked(found, str(path))


# ---------------------------------------------------------------------- what differs
def differences(there: object, here: object, where: str = "") -> list[str]:
    """List what differs, down to the single entry of a dictionary.

    Parameters
    ----------
    there, here : object
        What JSON can hold.
    where : str
        What the whole is called.

    Returns
    -------
    list of str

    Examples
    --------
    >>> differences({"rate": 0.5, "n": {"a": 1}}, {"rate": 0.5, "n": {"a": 2, "b": 3}})
    ['n.a: 1 there, 2 here', 'n.b: absent there, 3 here']
    """
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
