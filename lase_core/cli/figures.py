"""``lase figures``: draw figures of the checkout."""

from __future__ import annotations

from typing import Literal

__all__ = ["figures"]


def figures(*names: str, scale: Literal["quick", "full"] = "quick") -> int:
    """Draw figures into figures/out, as PNG and PDF, and print predicted beside measured numbers.

    Parameters
    ----------
    names : str
        Which; all if none is given. A part of the name is enough.
    scale : str
        How long learners run.
    """
    from lase_core import report

    drawn = report.draw_all(names, scale)
    for result in drawn:
        print(result.text())
    return 0 if all(result.holds for result in drawn) else 1
