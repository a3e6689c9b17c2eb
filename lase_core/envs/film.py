"""Films of the grid worlds: episodes of scripted players, or frames made elsewhere, as GIF or animated PNG."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.animation import Colours, write
from lase_core.envs.grid import GridWorld
from lase_core.envs.players import act, player
from lase_core.envs.render import checked_gifts, checked_labels, frame
from lase_core.envs.world import whole
from lase_core.files import complete

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lase_core.envs.players import Player

    Array = NDArray[Any]
    Gifts = ArrayLike | Callable[[GridWorld], ArrayLike]

__all__ = ["KINDS_OF_FILM", "MOST_STEPS", "film", "write_film"]

KINDS_OF_FILM = (".gif", ".png", ".apng")
"""How the name of a film may end; the last two are animated PNG."""

MOST_STEPS = 2000
"""Of a film; with the beginning it has one more frame."""
_PAUSE = 2.5  # seconds that the last frame of a film stays


def film(  # noqa: PLR0913 (what is played, how it is drawn and where to)
    world: GridWorld,
    players: str | Player | Sequence[str | Player],
    *,
    path: str | os.PathLike[str],
    rng: np.random.Generator | int | None = None,
    steps: int | None = None,
    gifts: Gifts | None = None,
    labels: Sequence[str] | None = None,
    scale: int | None = None,
    per_second: float = 5.0,
) -> NDArray[np.float64]:
    """Play an episode and write it as an animated picture.

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
        How many, at most :data:`MOST_STEPS`; the whole episode by default.
    gifts : array_like, shape (n_agents, n_agents) or (steps, n_agents, n_agents), or callable, optional
        Weights from giver to receiver, as in :func:`frame`: the same in all frames; or those of each step, drawn in the
        frame after it, and the first ones at the beginning as well; or a function from the world to those of its first
        world, called for each frame.
    labels : sequence of n_agents str, optional
        What players are called; by default as the scripted players are.
    scale : int, optional
        Pixels of a cell, as in :func:`frame`.
    per_second : float, default 5
        Steps shown in a second.

    Returns
    -------
    ndarray, shape (steps played, n_agents)
        Rewards in each step.

    Raises
    ------
    ValueError
        Another ending, more steps than the episode has, unknown players or a wrong number of them, or gifts or labels
        that :func:`frame` does not draw.
    OSError
        A folder that is not there.

    See Also
    --------
    write_film : Write frames of an episode that was played elsewhere.

    Examples
    --------
    >>> import tempfile
    >>> from lase_core.envs import make
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rewards = film(make("coin"), "cooperator", rng=0, steps=8, path=Path(folder) / "coin.gif")
    >>> rewards.shape
    (8, 2)

    With gifts that grow:

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     given = [[[0, t / 8], [0, 0]] for t in range(8)]
    ...     rewards = film(make("coin"), "defector", rng=0, steps=8, gifts=given, path=Path(folder) / "coin.gif")
    """
    path = _film_path(path)
    _check_pace(per_second, _PAUSE)
    if world.auto_reset:
        msg = "a film shows one episode: make the world without auto_reset"
        raise ValueError(msg)
    length = _length(world, steps)
    n = world.n_agents
    cast = [players] * n if isinstance(players, str) or callable(players) else list(players)
    if len(cast) != n:
        msg = f"the world has {n} players, got {len(cast)}: give as many, or one for all"
        raise ValueError(msg)
    names = [p if isinstance(p, str) else getattr(p, "__name__", "player").replace("_", " ") for p in cast]
    if labels is not None:
        names = checked_labels(labels, n)
    chosen = [player(p) if isinstance(p, str) else p for p in cast]
    given = _gifts_of_frames(gifts, length, n)
    played: list[Array] = []

    def draw(frame_number: int, **options: Any) -> NDArray[np.uint8]:
        return frame(world, gifts=given(world, frame_number), labels=names, scale=scale, **options)

    pictures = _play(world, chosen, np.random.default_rng(rng), length, played, draw)
    first = next(pictures)  # the world has begun
    # the legend shows everything that may come later; gains, losses and gifts have their colours
    weights = None if gifts is None else np.ones((n, n))
    samples = [
        frame(world, gifts=weights, rewards=np.zeros(n), gained=np.full(n, change), scale=scale) for change in (8, -8)
    ]
    write_film(chain([first], pictures), path, per_second=per_second, samples=samples)
    return np.array(played)


def write_film(
    frames: Iterable[NDArray[np.uint8]],
    path: str | os.PathLike[str],
    *,
    per_second: float = 5.0,
    pause: float = _PAUSE,
    samples: Sequence[NDArray[np.uint8]] | None = None,
) -> int:
    """Write pictures as an animated one, e.g. those of learned agents, whose episode is played elsewhere.

    Parameters
    ----------
    frames : iterable of ndarray of uint8, shapes (height, width, 3)
        RGB, all of one size, as :func:`frame` gives them.
    path : path
        Ending in .gif, or in .png or .apng for animated PNG. The file appears when it is complete, and begins again
        when it has been shown.
    per_second : float, default 5
        Frames shown in a second.
    pause : float, default 2.5
        Seconds that the last frame stays longer.
    samples : sequence of ndarray of uint8, shapes (height, width, 3), optional
        Pictures in which all colours of the frames occur. Without them all frames are kept until their at most 255
        colours are chosen, about a megabyte each.

    Returns
    -------
    int
        Number of frames.

    Raises
    ------
    ValueError
        Another ending, no frames or more than ``MOST_STEPS + 1``, or frames of different sizes.
    OSError
        A folder that is not there.

    Examples
    --------
    >>> import tempfile
    >>> from lase_core.envs import make
    >>> world, rng = make("cleanup", n_agents=2), np.random.default_rng(0)
    >>> obs = world.reset(rng)
    >>> frames = [frame(world)]
    >>> for _ in range(5):
    ...     actions = rng.integers(world.n_actions, size=(1, 2))  # here a policy would look at obs
    ...     obs, rewards, done, info = world.step(actions)
    ...     frames.append(frame(world, gained=rewards[0], labels=["learner", "its copy"]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_film(frames, Path(folder) / "learned.gif")
    6
    """
    path = _film_path(path)
    _check_pace(per_second, pause)
    with complete(path) as partial:
        checked: Iterable[NDArray[np.uint8]] = _checked(frames)
        if samples is None:
            checked = list(checked)
            samples = _first_and_changes(checked)
        kind = "GIF" if path.suffix.lower() == ".gif" else "PNG"
        return write(partial, checked, Colours(samples), kind=kind, each=1 / per_second, pause=pause)


def _film_path(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    if path.suffix.lower() not in KINDS_OF_FILM:
        msg = f"films are written as {', '.join(KINDS_OF_FILM)}, got {path.name!r}"
        raise ValueError(msg)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.parent.is_dir():  # told before an episode is played
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return path


def _check_pace(per_second: float, pause: float) -> None:
    if not 0 < per_second <= 50:
        msg = f"per_second must be above 0 and at most 50, got {per_second}"
        raise ValueError(msg)
    if not 0 <= pause <= 60:
        msg = f"pause must lie in 0..60 seconds, got {pause}"
        raise ValueError(msg)


def _length(world: GridWorld, steps: int | None) -> int:
    if steps is None and world.horizon > MOST_STEPS:
        msg = f"the episode has {world.horizon} steps, a film at most {MOST_STEPS}: give steps"
        raise ValueError(msg)
    length = world.horizon if steps is None else whole("steps", steps)
    if length > min(world.horizon, MOST_STEPS):
        msg = f"steps must be at most {min(world.horizon, MOST_STEPS)}, got {length}"
        raise ValueError(msg)
    return length


def _gifts_of_frames(gifts: Gifts | None, steps: int, n: int) -> Callable[[GridWorld, int], ArrayLike | None]:
    """Return a function from the world and the number of a frame to the gifts in it."""
    if gifts is None:
        return lambda _world, _number: None
    if callable(gifts):
        return lambda world, _number: gifts(world)
    shape = (steps, n, n) if np.ndim(gifts) == 3 else (n, n)
    weights = np.broadcast_to(np.asarray(checked_gifts(gifts, shape)), (steps, n, n))
    return lambda _world, number: weights[max(number - 1, 0)]


def _play(
    world: GridWorld,
    players: list[Player],
    rng: np.random.Generator,
    steps: int,
    played: list[Array],
    draw: Callable[..., NDArray[np.uint8]],
) -> Iterator[NDArray[np.uint8]]:
    """Give a frame at the beginning and after each step; rewards are added to `played`."""
    from tqdm.auto import trange

    world.reset(rng)
    total = np.zeros(world.n_agents)
    yield draw(0, rewards=total, gained=total)
    for t in trange(steps, desc="film", unit="step", delay=2, leave=False, disable=not sys.stderr.isatty()):
        _, rewards, _, _ = world.step(act(world, players, rng))
        played.append(rewards[0].astype(np.float64))
        total = total + rewards[0]
        yield draw(t + 1, rewards=total, gained=rewards[0])
        if not world.present[0].any():
            return


def _checked(frames: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    shape: tuple[int, ...] | None = None
    for k, given in enumerate(frames):
        picture = np.asarray(given)
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or 0 in picture.shape:
            msg = (
                f"frames must be RGB pictures of uint8, shapes (height, width, 3), got {picture.dtype} {picture.shape}"
            )
            raise ValueError(msg)
        shape = shape or picture.shape
        if picture.shape != shape:
            msg = f"frames must have one size: the first is {shape[:2]}, frame {k} is {picture.shape[:2]}"
            raise ValueError(msg)
        if k > MOST_STEPS:
            msg = f"a film has at most {MOST_STEPS + 1} frames, there are more"
            raise ValueError(msg)
        yield picture
    if shape is None:
        msg = "a film has at least one frame, there are none"
        raise ValueError(msg)


def _first_and_changes(frames: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """Give all pixels of the first frame, and of the others those that are new: every colour is among them."""
    return [frames[0], *(after[(before != after).any(axis=2)] for before, after in pairwise(frames))]
