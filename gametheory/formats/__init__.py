"""Games as files: Gambit's ``.nfg`` and a JSON form, read and written.

The formats are described in :mod:`gametheory.formats.nfg` and :mod:`gametheory.formats.json_form`. What cannot be read
raises :class:`FormatError`, whose message is one line: ``file:line: what is wrong and what is allowed``.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from gametheory.formats.json_form import dumps_json, loads_json
from gametheory.formats.nfg import dumps_nfg, loads_nfg
from gametheory.formats.reading import FormatError, number
from gametheory.game import Game

__all__ = [
    "FormatError",
    "dumps_json",
    "dumps_nfg",
    "loads_json",
    "loads_nfg",
    "number",
    "read",
    "read_json",
    "read_nfg",
    "write",
]


def read(path: str | os.PathLike[str]) -> Game:
    """Read a game from a ``.nfg`` or ``.json`` file.

    Parameters
    ----------
    path : path
        Its suffix tells the format.

    Raises
    ------
    FormatError
        A suffix or content that is not a game.
    OSError
        A file that cannot be opened.

    Examples
    --------
    >>> read("dilemma.txt")
    Traceback (most recent call last):
        ...
    gametheory.formats.reading.FormatError: dilemma.txt:1: the suffix '.txt' is unknown; allowed are .nfg and .json
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".nfg":
        return read_nfg(path)
    if suffix == ".json":
        return read_json(path)
    raise FormatError(str(path), 1, f"the suffix {suffix!r} is unknown; allowed are .nfg and .json")


def read_nfg(path: str | os.PathLike[str]) -> Game:
    """Read a file in Gambit's format, whatever its suffix; like :func:`read`, with :func:`loads_nfg` for text."""
    return loads_nfg(_text(path), source=str(path))


def read_json(path: str | os.PathLike[str]) -> Game:
    """Read a file in the JSON form, whatever its suffix; like :func:`read`, with :func:`loads_json` for text."""
    return loads_json(_text(path), source=str(path))


def _text(path: str | os.PathLike[str]) -> str:
    content = Path(path).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FormatError(str(path), line, "this is not UTF-8 text; a game file is plain text") from None


def write(game: Game, path: str | os.PathLike[str]) -> None:
    """Write a game to a ``.nfg`` or ``.json`` file.

    The file appears whole or not at all: it is written beside its final name, forced to disk and renamed.

    Parameters
    ----------
    game : Game
        Numeric payoffs.
    path : path
        Its suffix tells the format.

    Raises
    ------
    ValueError
        A suffix other than these, or a symbolic game.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Game.two_by_two(3, 0, 5, 1), Path(folder) / "mine.nfg")
    ...     read(Path(folder) / "mine.nfg") == Game.two_by_two(3, 0, 5, 1)
    True
    """
    path = Path(path)
    writers = {".nfg": dumps_nfg, ".json": dumps_json}
    if path.suffix.lower() not in writers:
        msg = f"the suffix of {path.name!r} must be .nfg or .json"
        raise ValueError(msg)
    content = writers[path.suffix.lower()](game)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with partial.open("x", encoding="utf-8", newline="") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
