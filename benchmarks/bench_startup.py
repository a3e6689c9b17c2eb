"""How long users wait before anything happens: imports and ``--help``, best of several starts of Python."""

from __future__ import annotations

import subprocess
import sys

from measure import best_time

REPEATS = 7
CASES = (
    ("import gametheory", ["-c", "import gametheory"], 0.5),
    ("lase --help", ["-c", "from lase_core.cli import main; main(['--help'])"], 0.5),
    ("python -c pass", ["-c", "pass"], None),
)


def start(arguments: list[str]) -> None:
    """Start Python with `arguments` and wait for its end."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (our own commands)


def main() -> bool:
    """Measure, print, and return whether every target is met."""
    met = True
    for name, arguments, target in CASES:
        seconds = best_time(lambda a=arguments: start(a), REPEATS)
        holds = target is None or seconds <= target
        met &= holds
        note = "" if target is None else f"  target {target:g} s {'met' if holds else 'MISSED'}"
        print(f"{name:20}{seconds:6.2f} s{note}")
    return met


if __name__ == "__main__":
    sys.exit(not main())
