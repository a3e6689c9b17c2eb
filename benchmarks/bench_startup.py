"""How long users wait before anything happens: imports and ``--help``, best of several starts of Python."""

from __future__ import annotations

import subprocess
import sys
import time

REPEATS = 7
CASES = (
    ("import gametheory", ["-c", "import gametheory"], 0.5),
    ("lase --help", ["-c", "from lase_core.cli import main; main(['--help'])"], 0.5),
    ("python -c pass", ["-c", "pass"], None),
)


def main() -> bool:
    """Measure, print, and return whether every target is met."""
    met = True
    for name, arguments, target in CASES:
        times = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
            times.append(time.perf_counter() - start)
        holds = target is None or min(times) <= target
        met &= holds
        note = "" if target is None else f"  target {target:g} s {'met' if holds else 'MISSED'}"
        print(f"{name:20}{min(times):6.2f} s{note}")
    return met


if __name__ == "__main__":
    sys.exit(not main())
