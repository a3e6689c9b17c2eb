"""Pictures and films of the grid worlds.

On the left the map, with players as numbered discs; on the right the step, everybody's reward and the legend.
"""

from __future__ import annotations

import errno
import math
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from lase_core.envs.animation import Colours, write
from lase_core.envs.coin import Coin
from lase_core.envs.grid import GridWorld
from lase_core.envs.page import FLOOR, Page, arrow
from lase_core.envs.players import act, player
from lase_core.envs.sprites import coin, colour, disc, thing
from lase_core.envs.world import whole
from lase_core.report import _whole as appearing_whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lase_core.envs.players import Player

    Array = NDArray[Any]

__all__ = ["KINDS_OF_FILM", "MOST_CELLS", "film", "frame"]

KINDS_OF_FILM = (".gif", ".png", ".apng")
"""How the name of a film may end; the last two are animated PNG."""

MOST_CELLS = 64
"""Of a row or column of a map that is drawn."""
_MOST_FRAMES = 2000
_PAUSE = 2.5  # seconds that the last frame of a film stays


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
        Weights from giver (row) to receiver (column), drawn as arrows in the giver's colour, as wide as the weight; the
        diagonal is what players keep, and is not drawn.
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
        A world without a picture, an index that is not there, or arrays of another shape.

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
    n = world.n_agents
    names = [f"player {k + 1}" for k in range(n)] if labels is None else list(labels)
    if len(names) != n:
        msg = f"labels must be {n} names, got {len(names)}"
        raise ValueError(msg)
    weights = _numbers("gifts", gifts, (n, n))
    if weights is not None and weights.min() < 0:
        msg = f"gifts must not be negative, got {weights.min():g}"
        raise ValueError(msg)
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
    finer = 3  # drawn so many times as large, then reduced
    layer = Image.new("RGBA", (page.image.width * finer, page.image.height * finer), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for (giver, start), (receiver, end) in permutations(places.items(), 2):
        weight = min(float(gifts[giver, receiver]), 1.0)
        if weight > 0:
            width = 1.5 + 0.16 * page.scale * weight
            curve = [(x * finer, y * finer) for x, y in _way(start, end, 0.3 * page.scale)]
            arrow(draw, curve, finer * width, colour(giver), 1.5 * finer)
    layer = layer.resize(page.image.size, Image.Resampling.BOX)
    page.image.paste(layer, (0, 0), layer)


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


# ---------------------------------------------------------------------- films
def film(
    world: GridWorld,
    players: str | Player | Sequence[str | Player],
    *,
    path: str | os.PathLike[str],
    rng: np.random.Generator | int | None = None,
    steps: int | None = None,
    per_second: float = 5.0,
) -> NDArray[np.float64]:
    """Play an episode with scripted players and write it as an animated picture.

    The first frame is the beginning, then there is one for each step, and the last one stays a while. The film ends
    early when all players have left the map.

    Parameters
    ----------
    world : GridWorld
        Coin, Cleanup, Snowdrift or StagHunt; the first world of the batch is drawn.
    players : sequence of n_agents str or callable, or one for all
        Names of scripted players, or players; see :mod:`lase_core.envs.players`.
    path : path
        Ending in .gif, or in .png or .apng for animated PNG. The file appears when it is complete.
    rng : Generator, int or None
        Of the world and all players.
    steps : int, optional
        How many; the whole episode by default.
    per_second : float, default 5
        Steps shown in a second.

    Returns
    -------
    ndarray, shape (steps played, n_agents)
        Rewards in each step.

    Raises
    ------
    ValueError
        Another ending, more steps than the episode has, unknown players or a wrong number of them.
    OSError
        A folder that is not there.

    Examples
    --------
    >>> import tempfile
    >>> from lase_core.envs import make
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rewards = film(make("coin"), "cooperator", rng=0, steps=8, path=Path(folder) / "coin.gif")
    >>> rewards.shape
    (8, 2)
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in KINDS_OF_FILM:
        msg = f"films are written as {', '.join(KINDS_OF_FILM)}, got {path.name!r}"
        raise ValueError(msg)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if world.auto_reset:
        msg = "a film shows one episode: make the world without auto_reset"
        raise ValueError(msg)
    length = world.horizon if steps is None else whole("steps", steps)
    if length > min(world.horizon, _MOST_FRAMES):
        msg = f"steps must be at most {min(world.horizon, _MOST_FRAMES)}, got {length}"
        raise ValueError(msg)
    if not 0 < per_second <= 50:
        msg = f"per_second must be above 0 and at most 50, got {per_second}"
        raise ValueError(msg)
    cast = [players] * world.n_agents if isinstance(players, str) or callable(players) else list(players)
    if len(cast) != world.n_agents:
        msg = f"the world has {world.n_agents} players, got {len(cast)}: give as many, or one for all"
        raise ValueError(msg)
    played: list[Array] = []
    with appearing_whole(path) as partial:
        pictures = _play(world, cast, np.random.default_rng(rng), length, played)
        first = next(pictures)  # the world has begun
        write(
            partial,
            chain([first], pictures),
            _colours(world),
            kind="GIF" if suffix == ".gif" else "PNG",
            each=1 / per_second,
            pause=_PAUSE,
        )
    return np.array(played)


def _colours(world: GridWorld) -> Colours:
    """Choose the colours of a film, at its beginning: the legend shows everything that may come later."""
    n = world.n_agents
    # gains and losses have their colours
    return Colours([frame(world, rewards=np.zeros(n), gained=np.full(n, change)) for change in (8, -8)])


def _play(
    world: GridWorld, players: list[str | Player], rng: np.random.Generator, steps: int, played: list[Array]
) -> Iterator[NDArray[np.uint8]]:
    """Give a frame at the beginning and after each step; rewards are added to `played`."""
    from tqdm.auto import trange

    cast = [player(p) if isinstance(p, str) else p for p in players]
    names = [p if isinstance(p, str) else getattr(p, "__name__", "player").replace("_", " ") for p in players]
    world.reset(rng)
    total = np.zeros(world.n_agents)
    yield frame(world, rewards=total, gained=total, labels=names)
    for _ in trange(steps, desc="film", unit="step", delay=2, leave=False, disable=not sys.stderr.isatty()):
        _, rewards, _, _ = world.step(act(world, cast, rng))
        played.append(rewards[0].astype(np.float64))
        total = total + rewards[0]
        yield frame(world, rewards=total, gained=rewards[0], labels=names)
        if (world.cells[0] == world.n_cells).all():
            return
