"""What computes: versions, platform, and the commit of the checkout."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["surroundings"]

_SECONDS = 10  # that git may take


def surroundings() -> dict[str, Any]:
    """Return what a run depends on beside its configuration.

    Returns
    -------
    dict
        ``"versions"`` of Python and of what computes, ``"platform"``, and ``"git"``: the commit, and whether files
        differ from it; None without a checkout.
    """
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ("scipy", "lase-toolkit"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # run from a copy that nobody installed
            versions[name] = "not installed"
    return {"versions": versions, "platform": platform.platform(), "git": _git()}


def _git() -> dict[str, Any] | None:
    """Return commit and dirtiness, if this file's folder is under git: somebody else's repository may be around it."""
    program, here = shutil.which("git"), Path(__file__).parent
    if program is None or _ask(program, "ls-files", "--error-unmatch", str(here / "files.py")) is None:
        return None
    status = _ask(program, "status", "--porcelain")
    return {"commit": _ask(program, "rev-parse", "HEAD"), "dirty": None if status is None else bool(status)}


def _ask(program: str, *arguments: str) -> str | None:
    command = [program, "--no-optional-locks", "-C", str(Path(__file__).parent), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603 (git)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
