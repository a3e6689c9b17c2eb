"""Colours and markers that mean the same thing in every picture."""

from __future__ import annotations

from typing import Any

from matplotlib.path import Path

__all__ = ["FAINT", "INK", "MARKERS", "ORBIT", "PATH", "PLAYERS", "STREAM"]

INK = "#1a1a1a"
FAINT = "#8d96a1"  # instead of ink, for what is not proved
STREAM = "#a9b4c2"
ORBIT = "#74859a"
PATH = "#7b3294"
PLAYERS = ("#0072b2", "#d55e00")  # player 1, player 2; distinct for colour-blind readers


def _ring_and_dot() -> Path:
    return Path.make_compound_path(Path.circle(radius=1), Path.circle(radius=0.22))


def _question() -> Path:
    """Draw a question mark inside a dotted circle, all in strokes."""
    dots = [Path.arc(a, a + 16) for a in range(0, 360, 36)]
    hook = Path([(-0.36, 0.26), (-0.36, 0.78), (0.38, 0.74), (0.36, 0.24), (0.3, 0.02), (0, 0.06), (0, -0.24)],
                [Path.MOVETO, *[Path.CURVE4] * 6])  # fmt: skip
    point = Path([(0, -0.52), (0, -0.6)])
    return Path.make_compound_path(*dots, hook, point)


# stability: properties of a Line2D
MARKERS: dict[str, dict[str, Any]] = {
    "sink": {"marker": "o", "markerfacecolor": INK, "markersize": 8},
    "source": {"marker": "o", "markerfacecolor": "white", "markersize": 8},
    "saddle": {
        "marker": "D", "fillstyle": "left", "markerfacecolor": INK, "markerfacecoloralt": "white", "markersize": 8,
    },
    "centre": {"marker": _ring_and_dot(), "markerfacecolor": "white", "markersize": 10},
    "undetermined": {"marker": _question(), "markerfacecolor": "none", "markersize": 12},
}  # fmt: skip
