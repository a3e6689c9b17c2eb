"""Pictures of the grid worlds.

On the left the map, with players as numbered discs; on the right the step, everybody's reward and the legend.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import chain, permutations
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from lase_core.envs.coin import Coin
from lase_core.envs.grid import GridWorld
from lase_core.envs.page import FLOOR, Page, arrow
from lase_core.envs.sprites import coin, colour, disc, thing

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Gifts = ArrayLike | Callable[[GridWorld], ArrayLike]

__all__ = ["MOST_CELLS", "checked_gifts", "checked_labels", "frame"]

MOST_CELLS = 64
"""Of a row or column of a map that is drawn."""


# ---------------------------------------------------------------------- one picture
def frame(
    world: GridWorld,
    index: int = 0,
    *,
    gifts: ArrayLike | None = None,
    rewards: ArrayLike | None = None,
    gained: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
    scale: int | None = None,
) -> NDArray[np.uint8]:
    """Draw one world of a batch.

    Parameters
    ----------
    world : GridWorld
        Coin, Cleanup, Snowdrift or StagHunt.
    index : int, default 0
        Which world of the batch.
    gifts : array_like, shape (n_agents, n_agents), optional
        Weights from giver (row) to receiver (column), drawn as arrows in the giver's colour, as wide as the weight;
        weights above 1 are drawn as 1. The diagonal is what players keep, and is not drawn.
    rewards : array_like, shape (n_agents,), optional
        Everybody's reward so far.
    gained : array_like, shape (n_agents,), optional
        The part of it that came in the last step.
    labels : sequence of n_agents str, optional
        What players are called; "player 1" and so on by default.
    scale : int, optional
        Pixels of a cell; by default so many that the map is about 400 pixels wide.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB; height and width are even, and the same for all steps of a world.

    Raises
    ------
    ValueError
        A world without a picture, or that has not begun, an index that is not there, or arrays of another shape.

    Examples
    --------
    >>> from lase_core.envs import make
    >>> world = make("cleanup")
    >>> obs = world.reset(rng=0)
    >>> frame(world, rewards=[0, 0, 1, 0]).shape
    (428, 712, 3)
    """
    if getattr(world, "name", None) not in FLOOR:
        msg = f"there are pictures of {', '.join(FLOOR)}, not of {type(world).__name__}"
        raise ValueError(msg)
    if not 0 <= index < world.batch:
        msg = f"index must lie in 0..{world.batch - 1}, got {index}"
        raise ValueError(msg)
    if max(world.height, world.width) > MOST_CELLS:
        msg = f"maps of at most {MOST_CELLS} × {MOST_CELLS} cells are drawn, got {world.height} × {world.width}"
        raise ValueError(msg)
    if not world.begun:
        msg = "the world has not begun: call reset()"
        raise ValueError(msg)
    n = world.n_agents
    names = [f"player {k + 1}" for k in range(n)] if labels is None else checked_labels(labels, n)
    weights = checked_gifts(gifts, (n, n))
    page = Page(world, scale)
    places = _draw_map(page, world, index, weights)
    page.write(world.name.replace("_", " ").capitalize(), world.steps, world.horizon)
    page.score(names, _numbers("rewards", rewards, (n,)), _numbers("gained", gained, (n,)), places)
    page.explain(gifts=weights is not None)
    return np.asarray(page.image)


def _numbers(name: str, given: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    if given is None:
        return None
    found = np.asarray(given, dtype=np.float64)
    if found.shape != shape or not np.isfinite(found).all():
        msg = f"{name} must be finite numbers of the shape {shape}, got {np.asarray(given).tolist()}"
        raise ValueError(msg)
    return found


def checked_gifts(given: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    """Return gifts as an array of a shape that fits, or complain."""
    found = _numbers("gifts", given, shape)
    if found is not None and found.min() < 0:
        msg = f"gifts must not be negative, got {found.min():g}"
        raise ValueError(msg)
    return found


def checked_labels(given: Sequence[str], n: int) -> list[str]:
    """Return one name a player, or complain."""
    if isinstance(given, str) or len(given) != n:  # a word would be as many names as it has letters
        msg = f"labels must be {n} names, got {given if isinstance(given, str) else len(given)!r}"
        raise ValueError(msg)
    return [str(name) for name in given]


# ---------------------------------------------------------------------- the map
def _draw_map(page: Page, world: GridWorld, index: int, gifts: Array | None) -> dict[int, tuple[float, float, float]]:
    """Draw things, arrows and players; return where players are: middle and diameter, in pixels of the page."""
    cells = world.cells[index]
    there = [np.flatnonzero(found[index]).tolist() for found in world.maps()]
    for kind, where in enumerate(there):
        for cell in where:
            x, y, size = _thing_place(int((cells == cell).sum()))
            page.paste(_picture(world, kind, round(size * page.scale)), *page.at(cell, x, y))
    full = {cell for where in there for cell in where}
    places: dict[int, tuple[float, float, float]] = {}
    for cell in sorted(set(cells.tolist()) - {world.n_cells}):
        together = np.flatnonzero(cells == cell).tolist()
        for agent, (x, y, size) in zip(together, _disc_places(len(together), beside=cell in full), strict=True):
            places[agent] = (*page.at(cell, x, y), size * page.scale)
    if gifts is not None:
        _draw_gifts(page, gifts, places)
    for agent, (x, y, size) in places.items():
        page.paste(disc(agent, round(size)), x, y)
    return places


def _picture(world: GridWorld, kind: int, size: int) -> Image.Image:
    return coin(kind, size) if isinstance(world, Coin) else thing(world.objects[kind], size)


def _thing_place(players: int) -> tuple[float, float, float]:
    """Middle and size of a thing in its cell, beside so many players."""
    return ((0.5, 0.5, 0.86), (0.36, 0.36, 0.66))[players] if players < 2 else (0.5, 0.28, 0.54)


def _disc_places(players: int, *, beside: bool) -> list[tuple[float, float, float]]:
    """Middles and sizes of players in a cell, side by side; `beside` a thing they keep to its lower part."""
    if players == 1:
        return [(0.7, 0.7, 0.52)] if beside else [(0.5, 0.5, 0.7)]
    columns = min(players, 4) if beside else max(2, math.ceil(math.sqrt(players)))
    rows = math.ceil(players / columns)
    top, tall = (0.5, 0.48) if beside else (0.03, 0.94)
    size = min(0.94 / columns, tall / rows)
    places = []
    for k in range(players):
        row, column = divmod(k, columns)
        in_row = min(columns, players - row * columns)
        places.append((0.5 + (column - (in_row - 1) / 2) * size, top + tall / 2 + (row - (rows - 1) / 2) * size, size))
    return places


def _draw_gifts(page: Page, gifts: Array, places: dict[int, tuple[float, float, float]]) -> None:
    arrows = []
    for (giver, start), (receiver, end) in permutations(places.items(), 2):
        weight = min(float(gifts[giver, receiver]), 1.0)
        if weight > 0:
            arrows.append((_way(start, end, 0.3 * page.scale), 1.5 + 0.16 * page.scale * weight, colour(giver)))
    if not arrows:
        return
    finer = 3  # drawn so many times as large, then reduced
    # only where there are arrows: most of the page has none, and to enlarge it takes longer than all the rest
    margin = 0.3 * page.scale + 4  # more than the half of a head and its edge
    xs, ys = zip(*chain.from_iterable(curve for curve, _, _ in arrows), strict=True)
    left, top = (max(0, math.floor(min(along) - margin)) for along in (xs, ys))
    right, bottom = (
        min(most, math.ceil(max(along) + margin)) for along, most in zip((xs, ys), page.image.size, strict=True)
    )
    part = page.image.crop((left, top, right, bottom))
    part = part.resize((part.width * finer, part.height * finer), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(part)
    for curve, width, fill in arrows:
        arrow(draw, [((x - left) * finer, (y - top) * finer) for x, y in curve], finer * width, fill, 1.5 * finer)
    page.image.paste(part.reduce(finer), (left, top))


def _way(start: tuple[float, float, float], end: tuple[float, float, float], least: float) -> list[tuple[float, float]]:
    """Curve from one disc (middle and diameter) to another, bent to the left: there and back are two ways."""
    (x, y, own), (to_x, to_y, diameter) = start, end
    far = math.hypot(to_x - x, to_y - y)
    over = 1.1 * (own + diameter) if far < 0.7 * (own + diameter) else 0.0  # neighbours: outside of their discs
    bend = max(0.18, least / far, over / far)
    middle = (x + to_x) / 2 + bend * (to_y - y), (y + to_y) / 2 - bend * (to_x - x)
    points = []
    for k in range(97):
        t = k / 96
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append((a * x + b * middle[0] + c * to_x, a * y + b * middle[1] + c * to_y))
    return [p for p in points if math.dist(p, (to_x, to_y)) > 0.53 * diameter]
