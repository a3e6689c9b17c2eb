"""Small pictures of players and things, drawn once for each size and kept.

Everything is drawn four times as large and then reduced, so that edges are smooth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

__all__ = ["COLOURS", "INK", "KINDS", "coin", "colour", "disc", "font", "thing"]

INK = "#1a1a1a"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7b3294", "#e69f00", "#56b4e9", "#8c6d31")
"""Of the players, in order; the first two are those of all pictures of two players, gametheory.plot.palette.PLAYERS."""

_FINER = 4


class _Pen:
    """A square of side 1 to draw on, `size` pixels wide in the end."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.side = size * _FINER
        self.image = Image.new("RGBA", (self.side, self.side), (0, 0, 0, 0))
        self.draw = ImageDraw.Draw(self.image)

    def circle(self, x: float, y: float, r: float, fill: str | tuple[int, ...]) -> None:
        self.oval(x, y, r, r, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str | tuple[int, ...]) -> None:
        s = self.side
        self.draw.ellipse(((x - rx) * s, (y - ry) * s, (x + rx) * s, (y + ry) * s), fill=fill)

    def tilted(self, x: float, y: float, rx: float, ry: float, degrees: float, fill: str) -> None:
        """Draw an oval turned clockwise."""
        c, d = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        turns = [2 * math.pi * k / 48 for k in range(48)]
        points = [(rx * math.cos(t), ry * math.sin(t)) for t in turns]
        self.area([(x + c * a - d * b, y + d * a + c * b) for a, b in points], fill)

    def area(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * self.side, y * self.side) for x, y in points], fill=fill)

    def line(self, points: Sequence[tuple[float, float]], width: float, fill: str) -> None:
        """Draw strokes with round ends and joints."""
        self.draw.line([(x * self.side, y * self.side) for x, y in points], fill, round(width * self.side))
        for x, y in points:
            self.circle(x, y, width / 2, fill)

    def done(self) -> Image.Image:
        return self.image.resize((self.size, self.size), Image.Resampling.BOX)


# ---------------------------------------------------------------------- words
@lru_cache(maxsize=64)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the letters of the project's figures, which matplotlib brings (it is not imported for them).

    Parameters
    ----------
    size : int
        In pixels.
    bold : bool
        Thicker.

    Returns
    -------
    FreeTypeFont
    """
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        msg = "pictures of worlds need the fonts that matplotlib brings: install it"
        raise ImportError(msg)
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name), size)


# ---------------------------------------------------------------------- players and coins
def colour(player: int) -> str:
    """Return the colour of a player."""
    return COLOURS[player % len(COLOURS)]


def _on(ground: str) -> str:
    """Return white or ink, whichever is read better on a colour."""
    r, g, b = ImageColor.getrgb(ground)[:3]
    return "white" if 0.299 * r + 0.587 * g + 0.114 * b < 165 else INK


@lru_cache(maxsize=256)
def disc(player: int, size: int) -> Image.Image:
    """Draw a player: a numbered disc in its colour.

    Parameters
    ----------
    player : int
        Counted from 0; the number that is written is one more.
    size : int
        Pixels.

    Returns
    -------
    Image, RGBA, size × size
    """
    pen = _Pen(size)
    pen.circle(0.5, 0.53, 0.47, (0, 0, 0, 70))
    pen.circle(0.5, 0.48, 0.48, INK)
    pen.circle(0.5, 0.48, 0.455, "white")
    pen.circle(0.5, 0.48, 0.41, colour(player))
    word = str(player + 1)
    letters = font(round(pen.side * (0.52 if len(word) == 1 else 0.4)), bold=True)
    pen.draw.text((0.5 * pen.side, 0.485 * pen.side), word, _on(colour(player)), letters, anchor="mm")
    return pen.done()


@lru_cache(maxsize=256)
def coin(owner: int, size: int) -> Image.Image:
    """Draw a coin: a golden rim around a star in its owner's colour.

    Parameters
    ----------
    owner : int
        Whose it is.
    size : int
        Pixels.

    Returns
    -------
    Image, RGBA, size × size
    """
    pen = _Pen(size)
    pen.circle(0.5, 0.53, 0.4, (0, 0, 0, 60))
    pen.circle(0.5, 0.5, 0.4, "#8a6508")
    pen.circle(0.5, 0.5, 0.375, "#f4c430")
    pen.circle(0.5, 0.5, 0.29, "#8a6508")
    pen.circle(0.5, 0.5, 0.275, colour(owner))
    star = []
    for k in range(10):
        r, turn = (0.2 if k % 2 == 0 else 0.085), math.pi * k / 5
        star.append((0.5 + r * math.sin(turn), 0.5 - r * math.cos(turn)))
    pen.area(star, "#ffe9a3")
    return pen.done()


# ---------------------------------------------------------------------- things
def _waste(pen: _Pen) -> None:
    lumps = [(0.32, 0.6, 0.19), (0.52, 0.5, 0.22), (0.7, 0.62, 0.17), (0.47, 0.7, 0.18), (0.62, 0.72, 0.13)]
    for grow, fill in ((0.03, "#3d2b1f"), (0.0, "#7a5c3e")):
        for x, y, r in lumps:
            pen.circle(x, y, r + grow, fill)
    for x, y, r in [(0.37, 0.56, 0.065), (0.57, 0.66, 0.08), (0.68, 0.57, 0.04), (0.47, 0.74, 0.04)]:
        pen.circle(x, y, r, "#9aa53b")
        pen.circle(x - r / 4, y - r / 3, r / 3, "#d3dc7b")
    for x in (0.36, 0.52, 0.68):  # a smell
        pen.line([(x, 0.23), (x + 0.03, 0.18), (x - 0.03, 0.13), (x, 0.08)], 0.03, "#6f7a2a")


def _apple(pen: _Pen) -> None:
    for grow, fill in ((0.03, "#7d1016"), (0.0, "#d7263d")):
        pen.circle(0.4, 0.55, 0.2 + grow, fill)
        pen.circle(0.6, 0.55, 0.2 + grow, fill)
        pen.oval(0.5, 0.63, 0.24 + grow, 0.22 + grow, fill)
    pen.tilted(0.34, 0.5, 0.045, 0.085, 25, "#f7a3ab")
    pen.line([(0.5, 0.42), (0.51, 0.3), (0.55, 0.21)], 0.05, "#5b3a1e")
    pen.tilted(0.67, 0.25, 0.125, 0.06, -25, "#2f7d32")


def _drift(pen: _Pen) -> None:
    for middle, top, wide, left, right in ((0.42, 0.36, 0.29, 0.05, 0.8), (0.7, 0.58, 0.22, 0.4, 0.96)):
        xs = [left + (right - left) * k / 40 for k in range(41)]
        slope = [(x, 0.84 - (0.84 - top) * math.exp(-(abs((x - middle) / wide) ** 3))) for x in xs]
        pen.area(slope, "#ffffff")
        pen.area([(x, y) for x, y in slope if x >= middle] + [(middle + wide / 2, 0.84)], "#cfdfee")  # in the shade
        pen.line([*slope, slope[0]], 0.035, "#55779b")
    for x, y in ((0.82, 0.36), (0.2, 0.17), (0.62, 0.15)):  # flakes
        for turn in (0, 60, 120):
            dx, dy = 0.06 * math.cos(math.radians(turn)), 0.06 * math.sin(math.radians(turn))
            pen.line([(x - dx, y - dy), (x + dx, y + dy)], 0.025, "#55779b")


def _stag(pen: _Pen) -> None:
    for side in (-1, 1):

        def at(x: float, y: float, side: int = side) -> tuple[float, float]:
            return 0.5 + side * x, y

        for width, fill in ((0.085, "#3b2412"), (0.045, "#d9b382")):
            pen.line([at(0.07, 0.44), at(0.17, 0.32), at(0.27, 0.24), at(0.29, 0.08)], width, fill)
            pen.line([at(0.17, 0.32), at(0.13, 0.13)], width, fill)
            pen.line([at(0.27, 0.24), at(0.4, 0.15)], width, fill)
        pen.tilted(0.5 + side * 0.25, 0.5, 0.13, 0.06, -side * 15, "#3b2412")
        pen.tilted(0.5 + side * 0.25, 0.5, 0.095, 0.033, -side * 15, "#b07a45")
    face = [(0.34, 0.47), (0.4, 0.41), (0.6, 0.41), (0.66, 0.47), (0.6, 0.72), (0.57, 0.87), (0.43, 0.87), (0.4, 0.72)]
    pen.line([*face, face[0]], 0.06, "#3b2412")
    pen.area(face, "#9a6233")
    pen.oval(0.5, 0.83, 0.085, 0.065, "#e6cfae")
    pen.oval(0.5, 0.81, 0.05, 0.035, INK)
    for x in (0.42, 0.58):
        pen.circle(x, 0.56, 0.032, INK)


def _hare(pen: _Pen) -> None:
    for grow, fill in ((0.03, "#54504a"), (0.0, "#cfc8bd")):
        for side in (-1, 1):
            pen.tilted(0.5 + side * 0.13, 0.28, 0.075 + grow, 0.22 + grow, side * 12, fill)
        pen.oval(0.5, 0.67, 0.25 + grow, 0.22 + grow, fill)
    for side in (-1, 1):
        pen.tilted(0.5 + side * 0.13, 0.29, 0.035, 0.16, side * 12, "#eba9a9")
        pen.circle(0.5 + side * 0.11, 0.62, 0.032, INK)
        pen.circle(0.5 + side * 0.07, 0.77, 0.075, "#f6f3ee")
    pen.oval(0.5, 0.72, 0.045, 0.032, "#d06a74")


KINDS: dict[str, Callable[[_Pen], None]] = {
    "waste": _waste,
    "apple": _apple,
    "drift": _drift,
    "stag": _stag,
    "hare": _hare,
}
"""Things that are nobody's, by name."""


@lru_cache(maxsize=256)
def thing(kind: str, size: int) -> Image.Image:
    """Draw waste, an apple, a drift, a stag or a hare.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    size : int
        Pixels.

    Returns
    -------
    Image, RGBA, size × size

    Examples
    --------
    >>> thing("apple", 40).size
    (40, 40)
    """
    pen = _Pen(size)
    KINDS[kind](pen)
    return pen.done()
