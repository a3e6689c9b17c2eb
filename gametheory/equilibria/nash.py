r"""Nash equilibria of one game, each checked by its regret.

A profile :math:`x` is an equilibrium iff no player gains by deviating, that is, iff the *regret*

.. math:: \rho_i(x) = \max_{a_i} u_i(a_i, x_{-i}) - u_i(x)

of every player is zero [1]_. Whatever method proposes a profile, the regret decides.

References
----------
.. [1] J. F. Nash, "Non-cooperative games", Annals of Mathematics 54 (1951).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.equilibria.two_by_two import CONTINUUM, EQUILIBRIA, pattern_of, two_by_two
from gametheory.equilibria.vertices import fully_labelled_pairs
from gametheory.game import Game, object_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Equilibrium", "NashEquilibria", "nash", "regret"]

Policies = tuple["NDArray[Any]", ...]

_TWO = 2
_MAX_ACTIONS = 24  # of both players together; beyond it the polytopes have too many vertices
_MAX_DENOMINATOR = 10**6  # of a probability that is tried as an exact fraction
_SUM_TOLERANCE = 1e-9  # probabilities may sum to one up to this


# -------------------------------------------------------------------------------------------------- results
@dataclass(frozen=True, eq=False)
class Equilibrium:
    """One Nash equilibrium.

    Attributes
    ----------
    policies : tuple of ndarray, shapes (A_1,), ..., (A_n,)
        Probabilities of each player's actions; float64, or `Fraction` when `exact`.
    payoffs : ndarray, shape (n,)
        Expected payoff of each player.
    regret : ndarray, shape (n,)
        What each player could gain by its best reply, in units of payoff.
    exact : bool
        Whether all this is exact.
    """

    policies: Policies
    payoffs: NDArray[Any]
    regret: NDArray[Any]
    exact: bool

    def __str__(self) -> str:
        """Policies and payoffs on one line."""
        policies = " × ".join("(" + ", ".join(map(_number, policy)) + ")" for policy in self.policies)
        return f"{policies}, payoffs {', '.join(map(_number, self.payoffs))}"


@dataclass(frozen=True, eq=False)
class NashEquilibria:
    """Equilibria of a game and how they were found; iterates over :class:`Equilibrium`.

    Attributes
    ----------
    game : Game
        The game.
    equilibria : tuple of Equilibrium
        What was found. If there is a continuum, its extreme points.
    method : str
        How they were found.
    complete : bool
        Whether it is certain that every equilibrium, or every extreme point if there is a continuum, is listed.
    continuum : bool
        Whether two of those listed are ends of a segment of equilibria.
    tolerance : float
        Regret that was accepted, as a share of each player's payoff range; 0 if exact.
    dropped : int
        Proposed profiles whose regret was larger.
    note : str
        Why the list may not be complete; empty if it is.
    """

    game: Game
    equilibria: tuple[Equilibrium, ...]
    method: str
    complete: bool
    continuum: bool
    tolerance: float
    dropped: int = 0
    note: str = ""

    def __iter__(self) -> Iterator[Equilibrium]:
        """Iterate over the equilibria."""
        return iter(self.equilibria)

    def __len__(self) -> int:
        """Count the equilibria listed."""
        return len(self.equilibria)

    def __getitem__(self, index: int) -> Equilibrium:
        """Return the equilibrium at `index`."""
        return self.equilibria[index]

    def __str__(self) -> str:
        """List the equilibria with the names of players and actions."""
        what = "extreme Nash equilibria of a continuum" if self.continuum else "Nash equilibria"
        if len(self) == 1:
            what = "Nash equilibrium"
        extent = "complete" if self.complete else "perhaps not all"
        lines = [f"{len(self)} {what} ({extent}; {self.method})"]
        for equilibrium in self:
            players = zip(self.game.players, self.game.actions, equilibrium.policies, strict=True)
            mixes = "; ".join(f"{player}: {_mix(names, policy)}" for player, names, policy in players)
            lines.append(f"  {mixes}; payoffs {', '.join(map(_number, equilibrium.payoffs))}")
        if self.note:
            lines.append(f"  note: {self.note}")
        if self.dropped:
            lines.append(f"  {self.dropped} proposed profiles dropped: their regret exceeds the tolerance")
        return "\n".join(lines)


def _number(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else f"{float(value) + 0.0:.6g}"


def _mix(names: Sequence[str], policy: NDArray[Any]) -> str:
    played = [(name, p) for name, p in zip(names, policy, strict=True) if p > 0]
    return played[0][0] if len(played) == 1 else " + ".join(f"{_number(p)} {name}" for name, p in played)


# -------------------------------------------------------------------------------------------------- regret
def regret(game: Game, policies: Iterable[ArrayLike]) -> NDArray[Any]:
    r"""Compute what each player could gain by its best reply, :math:`\max_{a_i} u_i(a_i, x_{-i}) - u_i(x)`.

    Parameters
    ----------
    game : Game
        Any number of players, numeric payoffs.
    policies : iterable of array_like, shapes (A_1,), ..., (A_n,)
        Probabilities of each player's actions.

    Returns
    -------
    ndarray, shape (n,)
        In units of payoff; `Fraction` if the game is exact and the policies are integers or fractions.

    Raises
    ------
    ValueError
        A symbolic game, or policies that are not probability vectors of the right lengths.

    Examples
    --------
    >>> regret(Game.two_by_two(R=3, S=0, T=5, P=1), [[1, 0], [1, 0]])
    array([Fraction(2, 1), Fraction(2, 1)], dtype=object)
    """
    return _values(game, _checked(game, policies))[1]


def _checked(game: Game, policies: Iterable[ArrayLike]) -> Policies:
    """Return the policies as vectors, all `Fraction` if game and policies are exact, otherwise all float64."""
    _require_numbers(game)
    given = [np.array(policy, dtype=object) for policy in policies]
    if len(given) != game.n_players:
        msg = f"policies must hold one vector for each of the {game.n_players} players, got {len(given)}"
        raise ValueError(msg)
    exact = _is_rational(game) and all(isinstance(p, (int, Fraction)) for policy in given for p in policy.flat)
    checked = []
    for player, size, policy in zip(game.players, game.n_actions, given, strict=True):
        if policy.shape != (size,):
            msg = f"the policy of {player} must have shape ({size},), got {policy.shape}"
            raise ValueError(msg)
        vector = _fractions(policy) if exact else policy.astype(np.float64)
        total = vector.sum()
        if not abs(total - 1) <= (0 if exact else _SUM_TOLERANCE) or not (vector >= 0).all():
            msg = f"the policy of {player} must be probabilities that sum to 1; got {list(policy)}, sum {total}"
            raise ValueError(msg)
        checked.append(vector)
    return tuple(checked)


def _values(game: Game, policies: Policies) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return expected payoffs and regrets at valid policies, shapes (n,)."""
    payoffs = game.payoffs if policies[0].dtype == object else game.numeric
    expected, gain = [], []
    for i in range(game.n_players):
        by_action = payoffs[i]  # becomes u_i(a_i, x_-i), shape (A_i,)
        for k in reversed(range(game.n_players)):
            if k != i:
                by_action = np.tensordot(by_action, policies[k], axes=(k, 0))
        expected.append(by_action @ policies[i])
        gain.append(by_action.max() - expected[i])
    return np.array(expected), np.array(gain)


def _fractions(values: Iterable[Any]) -> NDArray[Any]:
    exact = [Fraction(value) for value in values]
    return object_array(exact, (len(exact),))


def _is_rational(game: Game) -> bool:
    return game.exact and all(isinstance(value, Fraction) for value in game.payoffs.flat)


def _require_numbers(game: Game) -> None:
    if game.symbols:
        msg = f"equilibria need numbers, but the game has symbols {', '.join(game.parameters)}; call bind(...) first"
        raise ValueError(msg)


# -------------------------------------------------------------------------------------------------- nash
def nash(game: Game, *, tolerance: float = 1e-9) -> NashEquilibria:
    """Nash equilibria of a game.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    tolerance : float
        Regret that is accepted, as a share of each player's payoff range. Exact equilibria have regret 0.

    Returns
    -------
    NashEquilibria
        2×2 games: closed form, exact if the game is, always complete. Other two-player games: fully labelled pairs
        of vertices of the best-reply polytopes [1]_, which Nashpy [2]_ enumerates; complete if the game is
        nondegenerate. More players: pure equilibria only.

    Raises
    ------
    ValueError
        A symbolic game, or a tolerance outside [0, 1).

    Notes
    -----
    In a nondegenerate two-player game no best-reply polytope has a vertex with too many binding constraints, the
    number of equilibria is odd, and each is one fully labelled pair of vertices [1]_. In a degenerate game the extreme
    equilibria found are listed, but no claim is made that they are all.

    References
    ----------
    .. [1] D. Avis, G. Rosenberg, R. Savani and B. von Stengel, "Enumeration of Nash equilibria for two-player games",
       Economic Theory 42 (2010): best-reply polytopes, labels, extreme equilibria, degenerate games.
    .. [2] V. Knight and J. Campbell, "Nashpy: A Python library for the computation of Nash equilibria", Journal of
       Open Source Software 3 (2018).

    Examples
    --------
    >>> print(nash(Game.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])))
    3 Nash equilibria (complete; closed form, exact)
      player 1: action 0; player 2: action 0; payoffs 2, 1
      player 1: action 1; player 2: action 1; payoffs 1, 2
      player 1: 2/3 action 0 + 1/3 action 1; player 2: 1/3 action 0 + 2/3 action 1; payoffs 2/3, 2/3
    """
    _require_numbers(game)
    if not 0 <= tolerance < 1:
        msg = f"tolerance must be a share of the payoff range in [0, 1), got {tolerance}"
        raise ValueError(msg)
    with np.errstate(over="ignore"):
        if not np.isfinite(np.ptp(game.numeric)):
            msg = f"the payoffs must lie within {np.finfo(np.float64).max:.2g} of each other"
            raise ValueError(msg)
    if game.exact and not _is_rational(game):
        game = game.replace(payoffs=game.numeric)  # irrational numbers
    if game.n_actions == (2, 2):
        return _two_by_two(game, tolerance)
    deciding = sum(size > 1 for size in game.n_actions)
    if deciding <= 1:  # the best actions of one player, and every mix of them
        return _pure(game, tolerance, complete=True)
    if game.n_players > _TWO:
        return _pure(game, tolerance, note="mixed equilibria of three or more players are not searched")
    if sum(game.n_actions) > _MAX_ACTIONS:
        note = f"mixed equilibria are searched in games with at most {_MAX_ACTIONS} actions of both players together"
        return _pure(game, tolerance, note=note)
    return _vertices(game, tolerance)


def _two_by_two(game: Game, tolerance: float) -> NashEquilibria:
    """Use the closed form of :mod:`gametheory.equilibria.two_by_two`, in fractions if the game is exact."""
    A, B = game.payoffs
    if not game.exact:
        found = two_by_two(A, B, tolerance=tolerance)
        profiles = [_profile(x, y) for x, y in found.equilibria()]
        return _result(game, profiles, tolerance, method="closed form", continuum=bool(found.continuum))
    a, b, c, d = A[0, 0] - A[1, 0], A[0, 1] - A[1, 1], B[0, 0] - B[0, 1], B[1, 0] - B[1, 1]
    x = (Fraction(1), Fraction(0), d / (d - c) if c * d < 0 else None)
    y = (Fraction(1), Fraction(0), b / (b - a) if a * b < 0 else None)
    pattern = pattern_of(*((value > 0) - (value < 0) for value in (a, b, c, d)))
    profiles = [_profile(x[i], y[j]) for i, j in np.argwhere(EQUILIBRIA[pattern]).tolist()]
    continuum = bool(CONTINUUM[pattern])
    return _result(game, profiles, tolerance, method="closed form, exact", continuum=continuum)


def _profile(x: Any, y: Any) -> Policies:
    return np.array([x, 1 - x]), np.array([y, 1 - y])


def _pure(game: Game, tolerance: float, *, complete: bool = False, note: str = "") -> NashEquilibria:
    """List the joint actions from which no player gains by deviating."""
    slack = 0 if game.exact else tolerance
    best = [own >= own.max(axis=i, keepdims=True) - slack * np.ptp(own) for i, own in enumerate(game.payoffs)]
    joint = np.argwhere(np.all(np.array(best, dtype=np.bool_), axis=0))
    number = _fractions if game.exact else np.array
    identity = [[number(row) for row in np.eye(size, dtype=int).tolist()] for size in game.n_actions]
    profiles = [tuple(identity[i][k] for i, k in enumerate(actions)) for actions in joint]
    # ends of a segment: a deviation of one player leads from one equilibrium to the other
    listed = {tuple(actions) for actions in joint.tolist()}
    continuum = any(
        (*actions[:i], k, *actions[i + 1 :]) in listed
        for actions in listed
        for i, size in enumerate(game.n_actions)
        for k in range(actions[i] + 1, size)
    )
    method = "pure equilibria by enumeration"
    return _result(game, profiles, tolerance, method=method, complete=complete, continuum=continuum, note=note)


def _vertices(game: Game, tolerance: float) -> NashEquilibria:
    """Pair the vertices of the two best-reply polytopes that together have every label."""
    from scipy.spatial import QhullError

    try:
        profiles, degenerate = fully_labelled_pairs(game.numeric[0], game.numeric[1], tolerance)
    except (QhullError, ValueError, TypeError) as error:  # Qhull or the linear program that starts it gave up
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        return _pure(game, tolerance, note=f"mixed equilibria could not be searched: {reason}")
    note = "the game is degenerate: the extreme equilibria found are listed, there may be more" if degenerate else ""
    method = "vertex enumeration (Nashpy)"
    return _result(game, profiles, tolerance, method=method, complete=not degenerate, note=note)


# -------------------------------------------------------------------------------------------------- checks
def _result(
    game: Game,
    profiles: Sequence[Policies],
    tolerance: float,
    *,
    method: str,
    complete: bool = True,
    continuum: bool | None = None,
    note: str = "",
) -> NashEquilibria:
    """Check every profile by its regret; without `continuum`, look for two that share a policy."""
    accepted = [_accept(game, policies, tolerance) for policies in profiles]
    equilibria = tuple(equilibrium for equilibrium in accepted if equilibrium)
    dropped = len(accepted) - len(equilibria)
    if continuum is None:
        continuum = any(_share_a_policy(e, f, tolerance) for e, f in itertools.combinations(equilibria, 2))
        if complete and (dropped or continuum or len(equilibria) % 2 == 0):
            complete, note = False, f"{len(equilibria)} equilibria found, but a nondegenerate game has an odd number"
    exact = all(equilibrium.exact for equilibrium in equilibria)
    return NashEquilibria(game, equilibria, method, complete, continuum, 0.0 if exact else tolerance, dropped, note)


def _share_a_policy(first: Equilibrium, second: Equilibrium, tolerance: float) -> bool:
    pairs = zip(first.policies, second.policies, strict=True)
    return any(bool((np.abs(p - q) <= tolerance).all()) for p, q in pairs)


def _accept(game: Game, policies: Policies, tolerance: float) -> Equilibrium | None:
    """Return the profile as an equilibrium, exact if it can be; None if its regret is too large."""
    if game.exact:
        exact = policies if policies[0].dtype == object else tuple(map(_nearby_fractions, policies))
        if all(policy.sum() == 1 for policy in exact):
            payoffs, gain = _values(game, exact)
            if not gain.any():
                return Equilibrium(exact, payoffs, gain, exact=True)
    payoffs, gain = _values(game, policies)
    own = game.numeric.reshape(game.n_players, -1)
    rounding = 16 * np.finfo(np.float64).eps * np.abs(own).max(axis=1)
    good = (gain <= tolerance * np.ptp(own, axis=1) + rounding).all()
    return Equilibrium(policies, payoffs, gain, exact=False) if good else None


def _nearby_fractions(policy: NDArray[Any]) -> NDArray[Any]:
    return _fractions(Fraction(p).limit_denominator(_MAX_DENOMINATOR) for p in policy)
