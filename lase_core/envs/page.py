"""The page that a world is drawn on: an empty map on the left, words and the legend on the right."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from lase_core.envs.cleanup import Cleanup
from lase_core.envs.coin import Coin
from lase_core.envs.sprites import INK, coin, disc, font, thing
from lase_core.envs.world import whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lase_core.envs.grid import GridWorld

    Array = NDArray[Any]
    Mark = Callable[[int], Image.Image]

__all__ = ["FLOOR", "Page", "arrow"]

_SIDE = 400  # pixels that a map has if nobody says otherwise, more or less
_GREY, _LINE = "#6b7280", "#c9ced6"
_INKS = (INK, _GREY)  # of who is there, and of who has left
_CHANGE = ("#b3261e", "#00724f")  # for the worse, for the better
_RIVER, _ORCHARD = "#c3dff2", "#d3e8c3"
_PADDING, _PANEL, _HEAD, _ROW, _LEGEND = 14, 270, 100, 32, 30  # of a page whose map is 400 pixels wide
FLOOR = {"coin": "#f3eee3", "cleanup": "#f0ece4", "snowdrift": "#dfe8f1", "stag_hunt": "#e4edd9"}
"""Worlds that have a picture, and the colour of their floor."""


class Page:
    """A white page with the map on its left."""

    def __init__(self, world: GridWorld, scale: int | None) -> None:
        usual = round(_SIDE / max(world.height, world.width / 1.5))  # a map may be wider than it is high
        self.scale = max(12, usual) if scale is None else whole("scale", scale, 8)
        self.columns = world.width
        size = world.width * self.scale, world.height * self.scale
        self.unit = max(0.7, math.sqrt(size[0] * size[1]) / _SIDE)
        self.legend = _legend(world)
        pad = self.px(_PADDING)
        self.legend_rows = math.ceil((len(self.legend) + 1) / 2)  # one more for gifts
        needed = self.px(_HEAD) + world.n_agents * self.px(_ROW) + self.legend_rows * self.px(_LEGEND)
        tall = max(size[1], needed)
        self.origin = pad, pad + (tall - size[1]) // 2
        self.left, self.right = size[0] + 2 * pad, size[0] + 2 * pad + self.px(_PANEL)
        self.top, self.bottom = pad, pad + tall
        even = [k + k % 2 for k in (self.right + pad, tall + 2 * pad)]  # as video codecs want it
        self.image = Image.new("RGB", (even[0], even[1]), "white")
        river, orchard = (world.river, world.orchard) if isinstance(world, Cleanup) else (0, world.n_cells)
        self.image.paste(_ground(world.name, world.height, world.width, river, orchard, self.scale), self.origin)
        self.draw = ImageDraw.Draw(self.image)
        x, y = self.origin
        self.draw.rectangle((x - 1, y - 1, x + size[0], y + size[1]), outline=_GREY)

    def px(self, size: float) -> int:
        """Pixels of a length on a page whose map is 400 pixels wide."""
        return round(size * self.unit)

    def at(self, cell: int, x: float, y: float) -> tuple[float, float]:
        """Pixels of a place in a cell, whose upper left corner is (0, 0) and whose side is 1."""
        row, column = divmod(cell, self.columns)
        return self.origin[0] + (column + x) * self.scale, self.origin[1] + (row + y) * self.scale

    def paste(self, picture: Image.Image, x: float, y: float) -> None:
        """Put a picture with its middle at (x, y)."""
        corner = round(x - picture.width / 2), round(y - picture.height / 2)
        self.image.paste(picture, corner, picture)

    def text(
        self, x: float, y: float, words: str, size: float, fill: str = INK, *, anchor: str = "lm", bold: bool = False
    ) -> None:
        """Write words beside (x, y)."""
        self.draw.text((x, y), words, fill, font(max(8, self.px(size)), bold=bold), anchor=anchor)

    def write(self, title: str, steps: int, horizon: int) -> None:
        """Write the title and the clock."""
        px, left, right = self.px, self.left, self.right
        y = self.top + px(11)
        self.text(left, y, title, 20, bold=True)
        self.text(right, y, f"step {steps} of {horizon}", 13, _GREY, anchor="rm")
        bar = self.top + px(31)
        self.draw.rectangle((left, bar, right, bar + px(4)), _LINE)
        if steps:
            self.draw.rectangle((left, bar, left + (right - left) * steps / horizon, bar + px(4)), INK)

    def score(self, names: Sequence[str], rewards: Array | None, gained: Array | None, here: Container[int]) -> None:
        """Write the players, a row each, with their rewards."""
        px, left, right = self.px, self.left, self.right
        first = self.top + px(_HEAD)
        total = right - px(84)  # where this column ends
        name_ends = right if rewards is None and gained is None else total - px(60)
        for given, column, words in ((rewards, total, "reward"), (gained, right, "this step")):
            if given is not None:
                self.text(column, first - px(30), words, 12, _GREY, anchor="rm")
        for agent, name in enumerate(names):
            y = first + agent * px(_ROW)
            away = agent not in here
            self.paste(disc(agent, px(26)), left + px(13), y)
            self.text(left + px(34), y - away * px(5), self._short(name, name_ends - left - px(34)), 14, _INKS[away])
            if away:
                self.text(left + px(34), y + px(9), "has left", 10, _GREY)
            if rewards is not None:
                self.text(total, y, _signed(rewards[agent], plus=""), 15, bold=True, anchor="rm")
            if gained is not None and round(float(gained[agent]), 2) != 0:
                self.text(right, y, _signed(gained[agent], plus="+"), 14, _CHANGE[int(gained[agent] > 0)], anchor="rm")

    def explain(self, *, gifts: bool) -> None:
        """Draw the legend; room for gifts is kept, so that all pictures of a world have one size."""
        px = self.px
        first = self.bottom - self.legend_rows * px(_LEGEND) + px(15)
        self.draw.line((self.left, first - px(21), self.right, first - px(21)), _LINE)
        marks: list[tuple[str, Mark]] = [*self.legend, ("gift", _gift_mark)] if gifts else self.legend
        for k, (words, mark) in enumerate(marks):
            x, y = self.left + (k % 2) * px(_PANEL / 2), first + (k // 2) * px(_LEGEND)
            self.paste(mark(px(26)), x + px(13), y)
            self.text(x + px(34), y, words, 13)

    def _short(self, name: str, room: int) -> str:
        letters = font(max(8, self.px(14)))
        if letters.getlength(name) <= room:
            return name
        kept = next((k for k in range(len(name) - 1, 0, -1) if letters.getlength(name[:k] + "…") <= room), 0)
        return name[:kept] + "…"


def _signed(number: float, *, plus: str) -> str:
    words = f"{abs(number):.2f}".rstrip("0").rstrip(".")
    return words if words == "0" else f"{'−' if number < 0 else plus}{words}"


def _legend(world: GridWorld) -> list[tuple[str, Mark]]:
    """Words and pictures of everything on a map that is not a player."""
    if isinstance(world, Coin):
        return [(f"coin of {k + 1}", partial(coin, k)) for k in range(world.n_agents)]
    marks: list[tuple[str, Mark]] = [(kind, partial(thing, kind)) for kind in world.objects]
    if isinstance(world, Cleanup):
        marks += [("river", partial(_tile, 1, 1)), ("orchard", partial(_tile, 0, 0))]
    return marks


def _tile(river: int, orchard: int, size: int) -> Image.Image:
    return _ground("cleanup", 1, 1, river, orchard, size).convert("RGBA")


@lru_cache(maxsize=8)
def _gift_mark(size: int) -> Image.Image:
    finer = 4
    mark = Image.new("RGBA", (size * finer, size * finer), (0, 0, 0, 0))
    side = size * finer
    path = [(side * (0.06 + 0.88 * k / 40), side * (0.62 - 0.3 * math.sin(math.pi * k / 40))) for k in range(41)]
    arrow(ImageDraw.Draw(mark), path, side * 0.1, _GREY, side / 26)
    return mark.resize((size, size), Image.Resampling.BOX)


def arrow(draw: ImageDraw.ImageDraw, curve: list[tuple[float, float]], width: float, fill: str, edge: float) -> None:
    """Draw along a curve, with a head at its end and a white edge.

    Parameters
    ----------
    draw : ImageDraw
        What to draw on.
    curve : list of (x, y)
        Many points, the tip last.
    width : float
        Of the shaft.
    fill : str
        Colour.
    edge : float
        Width of the white edge.
    """
    tip = curve[-1]
    way = [0.0, *accumulate(math.dist(p, q) for p, q in pairwise(curve))]
    head = min(1.2 * width + 5 * edge, 0.4 * way[-1])
    shaft = [p for p, done in zip(curve, way, strict=True) if way[-1] - done > head]
    base = shaft[-1]
    dx, dy = _direction(base, tip)
    for grow, ink in ((edge, "white"), (0.0, fill)):
        half = width / 2 + grow
        left, right = [], []
        for k, (x, y) in enumerate(shaft):
            a, b = _direction(shaft[max(k - 1, 0)], shaft[k + 1] if k + 1 < len(shaft) else tip)
            left.append((x - half * b, y + half * a))
            right.append((x + half * b, y - half * a))
        wide = min(0.55 * width + 2.6 * edge, 0.9 * head) + 1.7 * grow
        back = base[0] - grow * dx, base[1] - grow * dy
        draw.polygon([*left, *reversed(right)], fill=ink)
        draw.polygon(
            [
                (tip[0] + 1.6 * grow * dx, tip[1] + 1.6 * grow * dy),
                (back[0] - wide * dy, back[1] + wide * dx),
                (back[0] + wide * dy, back[1] - wide * dx),
            ],
            fill=ink,
        )


def _direction(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    far = math.dist(start, end) or 1.0
    return (end[0] - start[0]) / far, (end[1] - start[1]) / far


@lru_cache(maxsize=16)
def _ground(name: str, height: int, width: int, river: int, orchard: int, scale: int) -> Image.Image:
    """Draw an empty map; cells before `river` are water, cells from `orchard` on are grass."""
    image = Image.new("RGB", (width * scale, height * scale), FLOOR[name])
    draw = ImageDraw.Draw(image)
    for cell in range(height * width):
        row, column = divmod(cell, width)
        x, y = column * scale, row * scale
        if cell < river:
            draw.rectangle((x, y, x + scale, y + scale), _RIVER)
            for k in (0.3, 0.75):  # waves
                wave = [(x + scale * (0.15 + t / 30), y + scale * (k + 0.04 * math.sin(t / 1.6))) for t in range(22)]
                draw.line(wave, "#a9cfe9", max(1, scale // 30))
        elif cell >= orchard:
            draw.rectangle((x, y, x + scale, y + scale), _ORCHARD)
            for a, b in ((0.2, 0.3), (0.7, 0.2), (0.45, 0.65), (0.8, 0.8), (0.15, 0.85)):  # grass
                at = x + a * scale, y + b * scale
                for lean in (-0.05, 0.05):
                    draw.line((*at, at[0] + lean * scale, at[1] - 0.1 * scale), "#b3d49c", max(1, scale // 30))
    for line in range(1, width):
        draw.line((line * scale, 0, line * scale, height * scale), "white", max(1, scale // 40))
    for line in range(1, height):
        draw.line((0, line * scale, width * scale, line * scale), "white", max(1, scale // 40))
    return image
