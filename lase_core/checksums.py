"""Checksums of what is kept, so that damage shows.

A file ends with the SHA-256 of all bytes before it, in hexadecimal digits: a flipped bit or a lost end is told from the
right file then, and nothing is read of it. :mod:`lase_core.plain` does the same for JSON.
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["SIZE", "digest", "opened", "sealed"]

SIZE = 64
"""Hexadecimal digits of a SHA-256."""


def digest(content: bytes | memoryview) -> str:
    """Return the SHA-256 of bytes, as :data:`SIZE` hexadecimal digits.

    Parameters
    ----------
    content : bytes
        Of any length.

    Returns
    -------
    str
    """
    return hashlib.sha256(content).hexdigest()


def sealed(content: bytes | memoryview) -> bytes:
    """Return bytes with their checksum behind them.

    Parameters
    ----------
    content : bytes
        Of a file.

    Returns
    -------
    bytes
        :data:`SIZE` more.

    Examples
    --------
    >>> bytes(opened(sealed(b"numbers"), "a file"))
    b'numbers'
    >>> opened(sealed(b"numbers").replace(b"n", b"N"), "a file")
    Traceback (most recent call last):
    ValueError: a file is damaged: 71 bytes with a wrong checksum
    """
    return bytes(content) + digest(content).encode()


def opened(content: bytes | memoryview, name: str) -> memoryview:
    """Return what stands before the checksum, if that is right.

    Parameters
    ----------
    content : bytes
        As :func:`sealed` returned them.
    name : str
        What errors call the file.

    Returns
    -------
    memoryview
        :data:`SIZE` bytes less.

    Raises
    ------
    ValueError
        An empty file, one without a checksum, or with a wrong one.
    """
    body, given = memoryview(content)[:-SIZE], bytes(content[-SIZE:])
    if not content:
        msg = f"{name} is empty"
    elif not re.fullmatch(rb"[0-9a-f]{64}", given):
        msg = f"{name} is damaged: its {len(content)} bytes do not end with a checksum (or an older version wrote it)"
    elif digest(body).encode() != given:
        msg = f"{name} is damaged: {len(content)} bytes with a wrong checksum"
    else:
        return body
    raise ValueError(msg)
