"""Files that appear when they are complete, and folders that have one writer at a time."""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["check_free", "complete", "hold", "store", "sweep"]

_LEFT = re.compile(r"\.(.+)\.\d+\.part")  # what `complete` writes to
_LOCK = ".lock"


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
        and what was at `path` stays. What a process that was killed left half-written for the same `path` is removed.

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
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    sweep(path.parent, path.name)
    handle = _locked(partial, wait=True)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
        if handle is not None:
            os.close(handle)


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


def sweep(folder: str | os.PathLike[str], name: str | None = None) -> None:
    """Remove what processes that were killed left half-written.

    Parameters
    ----------
    folder : path
        Where to look, not below it.
    name : str, optional
        Only what should have become a file of this name; by default, any.

    Notes
    -----
    Whoever writes holds a lock on what it writes to, which the system takes away when the process ends, however it
    ends: only what nobody holds is removed. Where there are no such locks, as on Windows, nothing is.
    """
    for path in Path(folder).glob(".*" if name is None else f".{_literal(name)}.*"):
        left = _LEFT.fullmatch(path.name)
        if left and name in {None, left[1]} and path.is_file():
            with suppress(OSError):  # held, or not ours
                handle = _locked(path, wait=False)
                if handle is not None:
                    path.unlink(missing_ok=True)
                    os.close(handle)


@contextmanager
def hold(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Be the only one who writes in a folder.

    Parameters
    ----------
    folder : path
        Made if it is not there. While it is held there is a file ``.lock`` in it, which says by whom.

    Raises
    ------
    BlockingIOError
        Somebody else holds it: which process, on which machine, and since when.

    Notes
    -----
    The system takes the lock away when the process ends, however it ends; what a dead process left is taken over. Where
    there are no such locks (Windows, some network file systems) nobody is kept out.

    Examples
    --------
    >>> import tempfile
    >>> home = tempfile.TemporaryDirectory()
    >>> with hold(home.name), hold(home.name):
    ...     pass
    Traceback (most recent call last):
    BlockingIOError: ... is being written by process ... since ...: wait for it, or stop it
    >>> home.cleanup()
    """
    path = Path(folder) / _LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = _locked(path, wait=False)
    except BlockingIOError:
        msg = f"{folder} is being written by {_who(path)}: wait for it, or stop it"
        raise BlockingIOError(msg) from None
    try:
        if handle is not None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            os.truncate(handle, 0)
            os.write(handle, json.dumps({"process": os.getpid(), "machine": platform.node(), "since": now}).encode())
        yield
    finally:
        if handle is not None:
            path.unlink(missing_ok=True)
            os.close(handle)


def check_free(folder: str | os.PathLike[str]) -> None:
    """Raise what :func:`hold` raises, if somebody writes in a folder.

    Parameters
    ----------
    folder : path
        It need not be there.

    Raises
    ------
    BlockingIOError
        Who holds it.
    """
    if (Path(folder) / _LOCK).exists():
        with hold(folder):
            pass


def _who(lock: Path) -> str:
    try:
        found = json.loads(lock.read_bytes())
        return f"process {found['process']} on {found['machine']} since {found['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has only just begun
        return "another process"


# ---------------------------------------------------------------------- locks
if sys.platform == "win32":

    def _locked(path: Path, *, wait: bool) -> int | None:  # noqa: ARG001 (as below)
        """Lock nothing: no file that is open could be replaced."""
        return None
else:

    def _locked(path: Path, *, wait: bool) -> int | None:
        """Open a file, made if it is not there, and lock it; return its handle, ``None`` where there are no locks."""
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                os.close(handle)
                raise
            except OSError:  # a file system without locks
                os.close(handle)
                return None
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), path.stat()):
                    return handle
            os.close(handle)  # who held it before has removed it meanwhile: once more


def _literal(name: str) -> str:
    """Return a name as a pattern that stands for nothing else."""
    return re.sub(r"([*?\[])", r"[\1]", name)
