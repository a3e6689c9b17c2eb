"""Schelling diagrams: what cooperating and defecting pay, for every number of others who cooperate [1]_ [2]_.

A world is no matrix, but between two scripted players it becomes a game of two actions: with k *other* cooperators, of
0 to n - 1, a cooperator gets C(k) in an episode and a defector D(k). Four numbers at the ends name the dilemma, as the
payoffs of a 2×2 game do: S = C(0), R = C(n - 1), P = D(0), T = D(n - 1).

==================  ==========================================================
fear                P > S: alone among defectors a cooperator gets less
greed               T > R: alone among cooperators a defector gets more
gain                R > P: all cooperating is better than all defecting
==================  ==========================================================

With gain, fear and greed together make a prisoner's dilemma, greed alone a snowdrift game (chicken), fear alone a stag
hunt. Without gain, or with neither fear nor greed, there is no dilemma. (:func:`gametheory.catalogue.classify` tells
finer classes of matrix games apart: leader and hero are snowdrift games here, coordination is a stag hunt.)

It is a dilemma *between these two players*: others in the same world may have another one, or none.

References
----------
.. [1] T. C. Schelling. "Hockey helmets, concealed weapons, and daylight saving". Journal of Conflict Resolution 17
   (1973).
.. [2] E. Hughes et al. "Inequity aversion improves cooperation in intertemporal social dilemmas". NeurIPS 2018: fear,
   greed and gain from such diagrams.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import signature
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from lase_core.envs import WORLDS, make
from lase_core.envs.players import player

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from numpy.typing import ArrayLike, NDArray

    from lase_core.envs.players import Player

    Array = NDArray[Any]
    Floats = NDArray[np.float64]

__all__ = ["Dilemma", "Drawing", "Schelling", "dilemma", "draw", "schelling"]

_CONFIDENCE = 0.95
_TIE = 1e-9  # of the largest payoff: what rounding makes of equal numbers


@dataclass(frozen=True)
class Dilemma:
    """What kind of dilemma two curves make.

    Attributes
    ----------
    name : str
        ``"prisoner's dilemma"``, ``"snowdrift"``, ``"stag hunt"``, ``"no dilemma"``, or ``"not decided"`` by the
        intervals.
    fear, greed, gain : bool or None
        Whether there is fear, greed, and something to gain together; None where the interval of the difference holds 0.
    """

    name: str
    fear: bool | None
    greed: bool | None
    gain: bool | None

    def __str__(self) -> str:
        """Name and reasons in one line."""
        told = {True: "", False: "no ", None: "perhaps "}
        reasons = (("fear", self.fear), ("greed", self.greed), ("gain from all cooperating", self.gain))
        return f"{self.name} ({', '.join(told[holds] + word for word, holds in reasons)})"


def dilemma(
    cooperator: ArrayLike, defector: ArrayLike, cooperator_half: ArrayLike = 0.0, defector_half: ArrayLike = 0.0
) -> Dilemma:
    """Tell what dilemma two curves make, from their ends.

    Parameters
    ----------
    cooperator, defector : array_like, shape (n,)
        Mean payoffs with k = 0, ..., n - 1 other cooperators.
    cooperator_half, defector_half : array_like, shape (n,) or ()
        Half widths of their 95 % intervals. The points are taken to be independent, so that of a difference is the root
        of the sum of squares.

    Returns
    -------
    Dilemma
        Equal payoffs without spread count as *no* fear, greed or gain; differences within their interval as not
        decided. Each of the three has its own interval, at 95 %.

    Raises
    ------
    ValueError
        Curves that are not of one length, at least 2.

    Examples
    --------
    >>> print(dilemma([0, 3], [1, 5]))
    prisoner's dilemma (fear, greed, gain from all cooperating)
    >>> print(dilemma([0, 3], [1, 5], 1))
    not decided (perhaps fear, greed, gain from all cooperating)
    """
    c, d = np.asarray(cooperator, dtype=float), np.asarray(defector, dtype=float)
    if c.ndim != 1 or c.shape != d.shape or len(c) < 2:
        msg = f"both curves need one length, at least 2, got shapes {c.shape} and {d.shape}"
        raise ValueError(msg)
    c_half, d_half = (
        np.broadcast_to(np.asarray(half, dtype=float), c.shape) for half in (cooperator_half, defector_half)
    )
    tie = _TIE * max(np.abs(c).max(), np.abs(d).max())
    fear = _above(d[0] - c[0], np.hypot(d_half[0], c_half[0]), tie)
    greed = _above(d[-1] - c[-1], np.hypot(d_half[-1], c_half[-1]), tie)
    gain = _above(c[-1] - d[0], np.hypot(c_half[-1], d_half[0]), tie)
    return Dilemma(_name(fear, greed, gain), fear, greed, gain)


def _above(difference: float, half: float, tie: float) -> bool | None:
    """Whether a difference is positive; None if its interval does not say."""
    if abs(difference) > max(half, tie):
        return bool(difference > 0)
    return None if half > tie else False


def _name(fear: bool | None, greed: bool | None, gain: bool | None) -> str:
    if gain is False or (fear is False and greed is False):
        return "no dilemma"
    if fear is None or greed is None or gain is None:
        return "not decided"
    return {(True, True): "prisoner's dilemma", (False, True): "snowdrift"}.get((fear, greed), "stag hunt")


@dataclass(frozen=True, eq=False)
class Schelling:
    """A measured Schelling diagram. Payoffs are sums of rewards over an episode, without discount.

    Attributes
    ----------
    world : str
        Name of the world.
    cooperator, defector : ndarray, shape (n,)
        Mean payoff of a cooperator and of a defector with k = 0, ..., n - 1 other cooperators.
    cooperator_half, defector_half : ndarray, shape (n,)
        Half widths of 95 % intervals, over episodes.
    group, group_half : ndarray, shape (n + 1,)
        Mean payoff of all n players with 0, ..., n cooperators among them.
    episodes : int
        Behind each point.
    parameters : dict
        Of the world, where they are not the defaults.
    """

    world: str
    cooperator: Floats
    defector: Floats
    cooperator_half: Floats
    defector_half: Floats
    group: Floats
    group_half: Floats
    episodes: int
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def n_agents(self) -> int:
        """Number of players."""
        return len(self.cooperator)

    @property
    def dilemma(self) -> Dilemma:
        """Which dilemma this is."""
        return dilemma(self.cooperator, self.defector, self.cooperator_half, self.defector_half)

    @property
    def advantage(self) -> tuple[Floats, Floats]:
        """Cooperator's payoff less the defector's, shape (n,), and half widths of its 95 % intervals."""
        return self.cooperator - self.defector, np.hypot(self.cooperator_half, self.defector_half)

    def __str__(self) -> str:
        """Both curves, and what dilemma they make."""
        rows = [
            ("other cooperators", [f"{k}" for k in range(self.n_agents)]),
            ("cooperator gets", _numbers(self.cooperator, self.cooperator_half)),
            ("defector gets", _numbers(self.defector, self.defector_half)),
        ]
        table = [f"{name:<18}" + "".join(f"{cell:>16}" for cell in cells) for name, cells in rows]
        return "\n".join([f"{self.world}: {self.dilemma}", *table])


def _numbers(means: Floats, halves: Floats) -> list[str]:
    return [f"{mean:.2f} ± {half:.2f}" for mean, half in zip(means, halves, strict=True)]


def schelling(
    name: str,
    *,
    rng: np.random.Generator | int,
    episodes: int = 1000,
    cooperator: str | Player = "cooperator",
    defector: str | Player = "defector",
    **parameters: Any,
) -> Schelling:
    """Measure what two scripted players get, for every number of cooperators.

    Parameters
    ----------
    name : str
        A world, as for :func:`lase_core.envs.make`.
    rng : Generator or int
        For worlds, roles and players.
    episodes : int, default 1000
        For each number of cooperators, from none to all; they run as one batch.
    cooperator, defector : str or player, default "cooperator" and "defector"
        See :mod:`lase_core.envs.players`; or a function.
    **parameters
        Of the world, e.g. ``waste_rate=0.25``.

    Returns
    -------
    Schelling

    Raises
    ------
    ValueError
        Fewer than two episodes or players, an unknown world, player or parameter, or ``batch``, which `episodes` sets.
    TypeError
        A world for which the named player has no script.

    Notes
    -----
    Who cooperates is drawn anew in each episode, each choice as likely, since the order of players breaks ties in the
    rules. Payoffs are averaged over the players of a role in an episode first, and intervals are taken over episodes,
    which are independent, by Student's t.

    Examples
    --------
    >>> found = schelling("snowdrift", episodes=100, rng=0)
    >>> print(found.dilemma)
    snowdrift (no fear, greed, gain from all cooperating)
    >>> found.cooperator.round().tolist(), found.defector.round().tolist()
    ([12.0, 24.0, 28.0, 30.0], [0.0, 36.0, 36.0, 36.0])
    """
    if "batch" in parameters:
        msg = "the batch is the number of episodes: give episodes= instead of batch="
        raise ValueError(msg)
    if episodes < 2:
        msg = f"intervals need at least 2 episodes, got {episodes}"
        raise ValueError(msg)
    quick = {"view": 1} if name in WORLDS and "view" in signature(WORLDS[name]).parameters else {}
    world = make(name, batch=episodes, **(quick | parameters))  # scripted players look at the world, not at their view
    n = world.n_agents
    if n < 2:
        msg = f"a dilemma takes at least 2 players, got {n}"
        raise ValueError(msg)
    roles = tuple(player(role) if isinstance(role, str) else role for role in (cooperator, defector))
    rng = np.random.default_rng(rng)
    ours, theirs, group = [], [], []
    for count in range(n + 1):
        cooperates = rng.permuted(np.broadcast_to(np.arange(n) < count, (episodes, n)), axis=1)
        payoffs = _play(world, cooperates, roles, rng)
        if count:
            ours.append((payoffs * cooperates).sum(axis=1) / count)
        if count < n:
            theirs.append((payoffs * ~cooperates).sum(axis=1) / (n - count))
        group.append(payoffs.mean(axis=1))
    (c, c_half), (d, d_half), (g, g_half) = (_mean(np.array(samples)) for samples in (ours, theirs, group))
    return Schelling(name, c, d, c_half, d_half, g, g_half, episodes, parameters)


def _play(world: Any, cooperates: Array, roles: tuple[Player, ...], rng: np.random.Generator) -> Floats:
    """Play one episode in each world; return payoffs, shape (batch, n_agents)."""
    world.reset(rng)
    payoffs = np.zeros(cooperates.shape)
    for _ in range(world.horizon):
        actions = np.zeros(cooperates.shape, dtype=np.intp)
        for agent, own in enumerate(cooperates.T):
            if own.any():  # who has this role in no world is not asked
                actions[:, agent] = np.where(own, roles[0](world, agent, rng), 0)
            if not own.all():
                actions[:, agent] = np.where(own, actions[:, agent], roles[1](world, agent, rng))
        payoffs += world.step(actions)[1]
    return payoffs


def _mean(samples: Floats) -> tuple[Floats, Floats]:
    """Mean of each row and half width of its interval."""
    from scipy.special import stdtrit

    episodes = samples.shape[1]
    quantile = float(stdtrit(episodes - 1, (1 + _CONFIDENCE) / 2))
    return samples.mean(axis=1), quantile * samples.std(axis=1, ddof=1) / np.sqrt(episodes)


@dataclass(frozen=True)
class Drawing:
    """What :func:`draw` drew."""

    axes: Axes
    cooperator: Line2D
    defector: Line2D

    @property
    def figure(self) -> Figure:
        """The figure, to be saved or shown."""
        return cast("Figure", self.axes.figure)


def draw(found: Schelling, *, ax: Axes | None = None, title: str | None = None, legend: bool = True) -> Drawing:
    """Draw a Schelling diagram: two curves with 95 % bands, fear and greed marked where the intervals show them.

    Parameters
    ----------
    found : Schelling
        What to draw.
    ax : Axes, optional
        Where; a new figure if not given.
    title : str, optional
        By default the name of the world and its dilemma.
    legend : bool, default True
        Whether to say which curve is which.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> drawn = draw(schelling("coin", episodes=50, rng=0))
    >>> drawn.axes.get_title()
    "coin: prisoner's dilemma"
    """
    import matplotlib.pyplot as plt

    from gametheory.plot.palette import PLAYERS

    ax = ax if ax is not None else plt.subplots(figsize=(3.6, 3.0), layout="constrained")[1]
    others, last = np.arange(found.n_agents), found.n_agents - 1
    lines = []
    for label, mean, half, colour, marker in (
        ("cooperator", found.cooperator, found.cooperator_half, PLAYERS[0], "o"),
        ("defector", found.defector, found.defector_half, PLAYERS[1], "s"),
    ):
        ax.fill_between(others, mean - half, mean + half, color=colour, alpha=0.25, lw=0)
        lines += ax.plot(others, mean, color=colour, marker=marker, ms=5, lw=1.5, label=label, clip_on=False, zorder=3)
    ax.set(xticks=others, xlim=(-0.22 * last, 1.22 * last), xlabel="other cooperators", ylabel="payoff of an episode")
    kind = found.dilemma
    for word, holds, k, side in (("fear", kind.fear, 0, -1), ("greed", kind.greed, last, 1)):
        if holds:
            _mark(ax, word, k + side * 0.07 * last, sorted((found.cooperator[k], found.defector[k])), side)
    ax.set_title(title if title is not None else f"{found.world.replace('_', ' ')}: {kind.name}")
    if legend:
        ax.legend(loc="best")
    return Drawing(ax, lines[0], lines[1])


def _mark(ax: Axes, word: str, place: float, ends: list[float], side: int) -> None:
    """Put a bracket beside the ends of the curves, and a word beside it, or above it where it is too short."""
    from gametheory.plot.palette import FAINT

    low, high = ends
    ax.plot([place, place], ends, color=FAINT, lw=1, marker="_", ms=5, zorder=1)
    bottom, top = ax.get_ylim()
    if high - low > 0.13 * (top - bottom):
        ax.annotate(
            word, (place, (low + high) / 2), (3 * side, 0), textcoords="offset points", color=FAINT, fontsize=8,
            rotation=90, ha="right" if side < 0 else "left", va="center",
        )  # fmt: skip
    else:
        ax.annotate(
            word, (place, high), (0, 5), textcoords="offset points", color=FAINT, fontsize=8, ha="center", va="bottom"
        )
