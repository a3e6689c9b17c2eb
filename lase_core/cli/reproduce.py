"""``lase reproduce``: the main job."""

from __future__ import annotations

from typing import Literal

__all__ = ["reproduce"]


def reproduce(*, scale: Literal["quick", "full"] = "quick") -> int:
    """Analyse the example games, derive the closed forms, run the learners, draw the figures, write the report.

    Everything goes to figures/out; open figures/out/report.html.

    Parameters
    ----------
    scale : str
        How long learners run: quick takes minutes, full an hour.
    """
    from lase_core import report

    path, drawn = report.reproduce(scale)
    for result in drawn:
        print(result.text())
    print(f"report: {path}")
    return 0 if all(result.holds for result in drawn) else 1
