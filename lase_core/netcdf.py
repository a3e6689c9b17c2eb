"""Datasets as the bytes of one file, netCDF 3 with a checksum behind it.

Every reader of netCDF knows that format, and stops where the data end. It has no type for some of NumPy's: uint8 is
stored as int16, uint16 as int32, float16 as float32, other whole numbers as int32 if they fit and else as float64;
strings are characters in UTF-8. Another reader sees those; what it was stands in an attribute.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from lase_core.checksums import opened, sealed

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["from_bytes", "to_bytes"]

_KEPT = "dtype before netCDF"  # an attribute of variables that netCDF 3 has no type for
_SAFE = {"bool", "int8", "int16", "int32", "float32", "float64"}
_WIDER = {"uint8": "int16", "uint16": "int32", "float16": "float32"}


def to_bytes(dataset: xr.Dataset) -> bytes:
    """Return the bytes of a file, which :func:`from_bytes` turns back into the same values and dtypes.

    Parameters
    ----------
    dataset : xarray.Dataset
        Variables and coordinates: real numbers, booleans or strings.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        A variable of another kind, whole numbers beyond 2**53, or an empty dimension that is not the first one.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> content = to_bytes(xr.Dataset({"reward": ("episode", np.array([1, 2], np.uint8))}))
    >>> from_bytes(content, "a file").reward.to_numpy()
    array([1, 2], dtype=uint8)
    >>> from_bytes(content[:-1], "a file")
    Traceback (most recent call last):
    ValueError: a file is damaged: its 195 bytes do not end with a checksum (or an older version wrote it)
    """
    fitted = dataset.assign({name: _fitted(str(name), values) for name, values in dataset.variables.items()})
    return sealed(fitted.to_netcdf(engine="scipy"))


def from_bytes(content: bytes, name: str) -> xr.Dataset:
    """Return the dataset that a file holds.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        What errors call it.

    Returns
    -------
    xarray.Dataset

    Raises
    ------
    ValueError
        A damaged file, or one without a checksum.
    """
    import xarray as xr

    # Times are left alone: metrics are numbers, whatever their units are called.
    options = {"engine": "scipy", "decode_times": False, "decode_timedelta": False}
    body = io.BytesIO(opened(content, name))
    try:
        dataset = xr.load_dataset(body, **options)
        return dataset.assign({key: _restored(values) for key, values in dataset.variables.items()})
    except Exception as bad:  # (nobody can list what bytes of somebody else's making raise in its readers)
        told = " ".join(f"{type(bad).__name__}: {bad}".split())
        msg = f"{name} must be netCDF 3 as this version writes it, got {told:.100}"
        raise ValueError(msg) from bad


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
