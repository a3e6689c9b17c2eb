"""Colours and markers that mean the same thing in every picture."""

from __future__ import annotations

__all__ = ["INK", "MARKERS", "PATH", "PLAYERS", "STREAM"]

INK = "#1a1a1a"
STREAM = "#a9b4c2"
PATH = "#7b3294"
PLAYERS = ("#0072b2", "#d55e00")  # player 1, player 2; distinct for colour-blind readers
MARKERS = {  # stability: marker, face colour, label
    "sink": ("o", INK, "sink"),
    "source": ("o", "white", "source"),
    "saddle": ("D", "#f0c419", "saddle"),
    "centre": ("o", STREAM, "centre"),
    "undetermined": ("s", "white", "undetermined"),
}
