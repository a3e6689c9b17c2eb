"""Files that appear when they are complete."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["complete", "store"]


@contextmanager
def complete(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Write a file so that it appears all at once, or not at all.

    Parameters
    ----------
    path : path
        What the file shall be called.

    Yields
    ------
    Path
        A name beside it to write to. At the end that file takes its place; if something fails before, it is removed,
        and what was at `path` stays.

    Raises
    ------
    FileNotFoundError
        The folder is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with complete(Path(folder) / "a.txt") as partial:
    ...         _ = partial.write_text("all of it", encoding="utf-8")
    ...     print([path.name for path in Path(folder).iterdir()])
    ['a.txt']
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def store(path: Path, content: bytes | memoryview) -> None:
    """Write a file that appears when it is complete and on the disk.

    Parameters
    ----------
    path : Path
        What it shall be called.
    content : bytes
        What it shall hold.
    """
    with complete(path) as partial, partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if os.name == "posix":  # elsewhere folders cannot be opened
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
