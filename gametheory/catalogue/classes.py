r"""The class a game belongs to.

A symmetric 2×2 game has the payoffs to self R (both cooperate), S (self cooperates, the other defects), T (self
defects, the other cooperates) and P (both defect). Its class is the order of the four [1]_ [2]_:

=====================  ==========================================================
prisoner's dilemma     T > R > P > S: defection dominates, cooperation is better
snowdrift (chicken)    T > R > S > P: do the opposite of the other
leader, hero           T > S > R > P and S > T > R > P: the opposite, in turns
stag hunt              R > T ≥ P > S: do as the other; the stag pays, the hare is safe
coordination           R > P > T and P > S: do as the other
harmony                R > T, S > P, R > P: cooperation dominates
deadlock               harmony with its actions exchanged
=====================  ==========================================================

References
----------
.. [1] A. Rapoport and M. Guyer, "A taxonomy of 2×2 games", General Systems 11 (1966); A. Rapoport, "Exploiter, leader,
   hero, and martyr: the four archetypes of the 2×2 game", Behavioral Science 12 (1967).
.. [2] F. C. Santos, J. M. Pacheco and T. Lenaerts, "Evolutionary dynamics of social dilemmas in structured
   heterogeneous populations", PNAS 103 (2006): the four classes on the plane of T and S with R = 1, P = 0.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from gametheory.game import Game

__all__ = ["Classification", "classify"]


@dataclass(frozen=True)
class Classification:
    """What kind of game a game is.

    Attributes
    ----------
    name : str
        The class, e.g. ``"prisoner's dilemma"``; ``"boundary of ..."`` where ties leave it open.
    conditions : tuple of str
        What holds between R, S, T and P; empty unless the game is symmetric 2×2.
    best_replies : str
        How each player answers the other; empty unless the game is 2×2.
    symmetric, zero_sum : bool
        Whether relabelling the players changes nothing; whether the payoffs of all players always sum to zero.
    additive : bool or None
        Symmetric 2×2: R + P = S + T, so that each action has an effect of its own (the donation form).
    cooperation_beats_turns : bool or None
        Symmetric 2×2: 2R > S + T, so that mutual cooperation is better than taking turns.
    """

    name: str
    conditions: tuple[str, ...]
    best_replies: str
    symmetric: bool
    zero_sum: bool
    additive: bool | None = None
    cooperation_beats_turns: bool | None = None

    def __str__(self) -> str:
        """Name, conditions and best replies in one line."""
        conditions = f" ({', '.join(self.conditions)})" if self.conditions else ""
        return "; ".join(filter(None, [self.name + conditions, self.best_replies]))


def classify(game: Game) -> Classification:
    """Tell what kind of game this is.

    Parameters
    ----------
    game : Game
        Numeric payoffs; differences below 1e-12 of the payoff range count as ties in a float game.

    Raises
    ------
    ValueError
        A symbolic game.

    Examples
    --------
    >>> print(classify(Game.two_by_two(R=3, S=0, T=5, P=1)))
    prisoner's dilemma (T > R > P > S, 2R > S + T, R + P < S + T); each player always prefers defect
    >>> classify(Game.two_by_two(R=3, S=0, T=3, P=1)).name
    "boundary of prisoner's dilemma and stag hunt"
    >>> classify(Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])).name
    'zero-sum 2×2 game'
    """
    if game.symbols:
        msg = (
            f"the class depends on numbers, but the game has symbols {', '.join(game.parameters)}; call bind(...) first"
        )
        raise ValueError(msg)
    payoffs = game.payoffs
    tie = 0 if game.exact else 1e-12 * np.ptp(payoffs)
    zero_sum = bool((abs(payoffs.sum(axis=0)) <= tie).all())
    symmetric = game.is_symmetric
    replies = _best_replies(game, tie) if game.n_actions == (2, 2) else ""
    if game.n_actions != (2, 2) or not symmetric:
        kind = [word for word, holds in (("symmetric", symmetric), ("zero-sum", zero_sum)) if holds] or ["asymmetric"]
        size = "×".join(map(str, game.n_actions))
        shape = f"{size} game" if game.n_players == 2 else f"{game.n_players}-player game with {size} actions"
        return Classification(f"{' '.join(kind)} {shape}", (), replies, symmetric, zero_sum)
    (R, S), (T, P) = payoffs[0]
    chain, ranks = _order({"R": R, "S": S, "T": T, "P": P}, tie)
    turns, effects = _compare(2 * R, S + T, tie), _compare(R + P, S + T, tie)
    return Classification(
        name=_class_name(ranks),
        conditions=(chain, f"2R {turns} S + T", f"R + P {effects} S + T"),
        best_replies=replies,
        symmetric=True,
        zero_sum=zero_sum,
        additive=effects == "=",
        cooperation_beats_turns=turns == ">",
    )


def _compare(a: Any, b: Any, tie: float) -> str:
    return "=" if abs(a - b) <= tie else ">" if a > b else "<"


def _order(values: dict[str, Any], tie: float) -> tuple[str, dict[str, int]]:
    """Write the payoffs from the largest to the smallest, and number them so that equal ones share a number."""
    ordered = sorted(values, key=lambda name: values[name], reverse=True)
    chain, ranks = ordered[0], {ordered[0]: 0}
    for above, below in itertools.pairwise(ordered):
        sign = _compare(values[above], values[below], tie)
        chain += f" {sign} {below}"
        ranks[below] = ranks[above] - (sign == ">")
    return chain, ranks


def _class_name(ranks: dict[str, int]) -> str:
    """Name the class; where there are ties, the classes that the smallest changes of the payoffs lead to."""
    if len(set(ranks.values())) == 1:
        return "constant payoffs"
    breaks = itertools.permutations(range(4))
    found = {_strict_class(*((ranks[name], k) for name, k in zip("RSTP", order, strict=True))) for order in breaks}
    found -= {name + _EXCHANGED for name in found}  # R = P: the class is the same under both labellings
    *others, last = sorted(found)
    return f"boundary of {', '.join(others)} and {last}" if others else last


_EXCHANGED = " with its actions exchanged"
_Ranked = tuple[int, int]  # rank, and how a tie is broken


def _strict_class(R: _Ranked, S: _Ranked, T: _Ranked, P: _Ranked) -> str:
    if R < P:
        name = _strict_class(P, T, S, R)
        return "deadlock" if name == "harmony" else name + _EXCHANGED
    if T > R and P > S:
        return "prisoner's dilemma"
    if T > R:
        return "snowdrift" if R > S else "leader" if T > S else "hero"
    if S > P:
        return "harmony"
    # T = P is the classical stag hunt: the hare is worth the same whatever the other does
    return "stag hunt" if T[0] >= P[0] else "coordination"


def _best_replies(game: Game, tie: float) -> str:
    """Say how each player of a 2×2 game answers the other."""
    A, B = game.payoffs
    each = [
        _answer(_compare(own[0, 0], own[1, 0], tie), _compare(own[0, 1], own[1, 1], tie), names)
        for own, names in zip((A, B.T), game.actions, strict=True)
    ]
    if each[0] == each[1]:
        return f"each player {each[0]}"
    return "; ".join(f"{player} {answer}" for player, answer in zip(game.players, each, strict=True))


def _answer(against_0: str, against_1: str, names: tuple[str, ...]) -> str:
    """Turn the comparison of actions 0 and 1 against each action of the other into words."""
    signs = {against_0, against_1}
    if signs == {"="}:
        return "is always indifferent"
    if signs == {">", "<"}:
        return "does as the other" if against_0 == ">" else "does the opposite of the other"
    return f"{'weakly' if '=' in signs else 'always'} prefers {names[0] if '>' in signs else names[1]}"
