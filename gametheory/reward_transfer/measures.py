"""Selfishness level, contracts and equal sharing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gametheory.game import Game
from gametheory.reward_transfer.deviations import cooperative_profile, deviations, dominance_margin, rational_twin
from gametheory.transfer import GroupOptimal

__all__ = ["Contract", "EqualSharing", "SelfishnessLevel", "contract", "equal_sharing", "selfishness_level"]

Number = Fraction | float


@dataclass(frozen=True, eq=False)
class SelfishnessLevel:
    """Selfishness level of a game.

    Attributes
    ----------
    value : Fraction or float
        Smallest weight on the sum of payoffs that makes a social optimum a pure equilibrium; ``inf`` if none does.
    optimum : tuple of int
        The joint action that attains it (the first social optimum if the value is infinite).
    own_share : Fraction or float
        The same as the share that everybody keeps of its own reward, (1 + α)/(1 + n α); 1/n if the value is infinite.
    method : str
        How it was found.
    exact : bool
        Whether it is exact.
    """

    value: Number
    optimum: tuple[int, ...]
    own_share: Number
    method: str
    exact: bool


@dataclass(frozen=True, eq=False)
class Contract:
    """The smallest payment from a lone defector to a lone cooperator that makes cooperation dominant.

    Attributes
    ----------
    value : Fraction or float
        The payment, in units of payoff; 0 if cooperation is dominant anyway.
    method : str
        How it was found.
    exact : bool
        Whether it is exact.
    """

    value: Number
    method: str
    exact: bool


@dataclass(frozen=True, eq=False)
class EqualSharing:
    """What happens when everybody gets the mean reward.

    Attributes
    ----------
    dominant, strict : bool
        Whether cooperation is then dominant, weakly or strictly.
    value : Fraction or float
        By how much it is at least better than any other action, in units of payoff.
    method : str
        How it was found.
    exact : bool
        Whether it is exact.
    """

    dominant: bool
    strict: bool
    value: Number
    method: str
    exact: bool


def selfishness_level(game: Game) -> SelfishnessLevel:
    r"""Selfishness level of a game.

    The smallest :math:`\alpha \ge 0` for which some joint action that maximises the sum of payoffs W is a pure
    equilibrium of the game with payoffs :math:`r_i + \alpha W` [1]_:

    .. math:: \alpha = \min_{c \text{ optimal}} \; \max_{i,\, a : r_i(a, c_{-i}) > r_i(c)} \;
        \frac{r_i(a, c_{-i}) - r_i(c)}{W(c) - W(a, c_{-i})}.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.

    Returns
    -------
    SelfishnessLevel
        Exact if the game is. Infinite if in every social optimum somebody gains by a deviation to another one.

    Raises
    ------
    ValueError
        A symbolic game.

    References
    ----------
    .. [1] K. R. Apt and G. Schäfer. "Selfishness level of strategic games". Journal of Artificial Intelligence
       Research 49 (2014).

    Examples
    --------
    >>> level = selfishness_level(Game.two_by_two(3, 0, 5, 1))
    >>> level.value, level.own_share
    (Fraction(2, 1), Fraction(3, 5))
    """
    twin = rational_twin(game)
    payoffs, n = twin.payoffs, game.n_players
    welfare = payoffs.sum(axis=0)
    best: tuple[Number, tuple[int, ...]] | None = None
    for joint in np.argwhere(welfare == welfare.max()).tolist():
        needed: Number = Fraction(0)
        for i, size in enumerate(game.n_actions):
            for action in range(size):
                other = (*joint[:i], action, *joint[i + 1 :])
                gain = payoffs[(i, *other)] - payoffs[(i, *joint)]
                if gain > 0:
                    loss = welfare[tuple(joint)] - welfare[other]
                    needed = max(needed, gain / loss if loss else math.inf)
        if best is None or needed < best[0]:
            best = needed, tuple(joint)
    assert best is not None  # noqa: S101 (a maximum is attained)
    value, optimum = best
    share = Fraction(1, n) if value == math.inf else (1 + value) / (1 + n * value)
    exact = twin is game
    method = "closed form: the worst deviation from each social optimum"
    return SelfishnessLevel(value if exact else float(value), optimum, share if exact else float(share), method, exact)


def contract(game: Game, cooperative: int | Sequence[int] = 0) -> Contract:
    r"""Smallest payment from a lone defector to a lone cooperator that makes cooperation dominant.

    In a symmetric 2×2 game :math:`\theta = \max(0, T - R, P - S)` [1]_: a defector must not gain on a cooperator by
    more than it pays, and a cooperator must be paid what it loses against a defector.

    Parameters
    ----------
    game : Game
        Two players, numeric payoffs; every action but the cooperative one counts as defection.
    cooperative : int or sequence of int
        The cooperative action of both, or of each.

    Returns
    -------
    Contract
        Exact if the game is.

    Raises
    ------
    ValueError
        Not two players, a symbolic game, or actions that the players do not have.

    References
    ----------
    .. [1] A. Haupt, P. Christoffersen, M. Damani, D. Hadfield-Menell. "Formal contracts mitigate social dilemmas in
       multi-agent reinforcement learning". Autonomous Agents and Multi-Agent Systems, 2024.

    Examples
    --------
    >>> contract(Game.two_by_two(3, 0, 5, 1)).value
    Fraction(2, 1)
    """
    if game.n_players != 2:
        msg = f"contracts between a lone defector and a lone cooperator need 2 players, the game has {game.n_players}"
        raise ValueError(msg)
    chosen = cooperative_profile(game, cooperative)
    twin = rational_twin(game)
    # whatever the other does, cooperating in the place of defecting changes the payment by θ in one's favour
    rows = deviations(twin.payoffs, chosen)
    value = max((-loss for i, gain in enumerate(rows) for loss in gain[:, i]), default=Fraction(0))
    exact = twin is game
    theta = max(value, Fraction(0))
    return Contract(theta if exact else float(theta), "closed form: the worst deviation", exact)


def equal_sharing(game: Game, cooperative: int | Sequence[int] = 0) -> EqualSharing:
    """Tell whether cooperation is dominant when everybody gets the mean reward.

    In a prisoner's dilemma cooperation is then strictly dominant iff 2R > T + S > 2P.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    cooperative : int or sequence of int
        The cooperative action of everybody, or of each player.

    Returns
    -------
    EqualSharing
        Exact if the game is.

    Raises
    ------
    ValueError
        A symbolic game, or actions that the players do not have.

    Examples
    --------
    >>> equal_sharing(Game.two_by_two(3, 0, 5, 1)).strict, equal_sharing(Game.two_by_two(3, 0, 7, 1)).dominant
    (True, False)
    """
    twin = rational_twin(game)
    margin = dominance_margin(twin, GroupOptimal(), cooperative)
    exact = twin is game
    value = margin if exact else float(margin)
    return EqualSharing(margin >= 0, margin > 0, value, "deviations under equal shares", exact)
