"""Processes that work for this one, and end with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

__all__ = ["begin"]


def begin() -> None:
    """Make this process one that works for another: what a pool calls first in each of its processes.

    Ctrl-C is left to the main process, which ends the others. And when the main process ends, however it ends (killed,
    too, when it can tell nobody), this one ends at once, in the middle of what it does: files appear when they are
    complete, so nothing is left half-written.

    Examples
    --------
    >>> with multiprocessing.get_context("spawn").Pool(1, initializer=begin) as pool:
    ...     pool.apply(abs, (-2,))
    2
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()  # a pipe that the system closes when the parent is gone
        os._exit(1)
