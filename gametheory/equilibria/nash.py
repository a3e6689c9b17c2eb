"""Nash equilibria of one game: chooses a method, checks every profile by its regret, says what is certain."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.exact import MAX_VERTICES, extreme_equilibria, most_vertices
from gametheory.equilibria.regret import Policies, fractions, is_rational, require_numbers, values
from gametheory.equilibria.results import Equilibrium, NashEquilibria, name_components
from gametheory.equilibria.two_by_two import CONTINUUM, EQUILIBRIA, pattern_of, two_by_two
from gametheory.equilibria.vertices import fully_labelled_pairs
from gametheory.game import Game

__all__ = ["nash"]

_MAX_ACTIONS = 24  # of both players together, in floating point; beyond it the polytopes have too many vertices
_MAX_DENOMINATOR = 10**6  # of a probability that is tried as an exact fraction
_AS_PRINTED = ", payoffs as the decimals that they print as"


def nash(game: Game, method: str = "auto", *, tolerance: float = 1e-9) -> NashEquilibria:
    """Nash equilibria of a game.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    method : str
        ``"closed-form"`` : 2×2 games; exact if the game is, always complete.

        ``"exact"`` : two players; all extreme equilibria in integer arithmetic, degenerate games too [1]_ (see
        :mod:`gametheory.equilibria.exact`). A payoff that is a float counts as the decimal it prints as; profiles of
        such a game are handed out as floats.

        ``"vertices"`` : two players; fully labelled pairs of vertices of the best-reply polytopes, which Nashpy [2]_
        enumerates in floating point; complete if the game is nondegenerate.

        ``"pure"`` : pure equilibria only, any number of players.

        ``"auto"`` : the first of closed form, exact and pure that serves; pure equilibria for three or more players
        and for games too large for exact enumeration, with a note that says so.
    tolerance : float
        Regret that is accepted in floating point, as a share of each player's payoff range. Exact equilibria have
        regret 0.

    Returns
    -------
    NashEquilibria
        With the method, what is exact, whether the list is complete, and the continua of a degenerate game.

    Raises
    ------
    ValueError
        A symbolic game, a tolerance outside [0, 1), an unknown method or one that does not serve this game (not 2×2,
        not two players, or too large: the message says how large, and what to use instead).

    Notes
    -----
    The set of equilibria of two players is the union of finitely many products of convex hulls of extreme equilibria,
    the maximal Nash subsets; `components` of the result lists how they hang together [1]_. In a nondegenerate game each
    is one point and their number is odd. Where a float game has a tie within the tolerance that is not one of its
    decimals, a note says that the equilibria rest on that difference.

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

    A degenerate game has a continuum:

    >>> found = nash(Game.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]))
    >>> found.complete, len(found), [component.equilibria for component in found.components]
    (True, 3, [(0, 1), (2,)])
    >>> print(found.components[0])
    player 1: action 0; player 2: any mix of action 0 and (2/3 action 0 + 1/3 action 1)
    """
    require_numbers(game)
    if method not in {"auto", *_METHODS}:
        msg = f"method must be 'auto' or one of {', '.join(map(repr, _METHODS))}, got {method!r}"
        raise ValueError(msg)
    if not 0 <= tolerance < 1:
        msg = f"tolerance must be a share of the payoff range in [0, 1), got {tolerance}"
        raise ValueError(msg)
    with np.errstate(over="ignore"):
        if not np.isfinite(np.ptp(game.numeric)):
            msg = f"the payoffs must lie within {np.finfo(np.float64).max:.2g} of each other"
            raise ValueError(msg)
    if game.exact and not is_rational(game):
        game = game.replace(payoffs=game.numeric)  # irrational numbers
    return _choose(game, tolerance) if method == "auto" else _METHODS[method](game, tolerance)


def _choose(game: Game, tolerance: float) -> NashEquilibria:
    """Take the first method that serves; where none finds mixed equilibria, say so."""
    if game.n_actions == (2, 2):
        return _two_by_two(game, tolerance)
    if _deciding(game) <= 1:
        return _pure(game, tolerance)
    if game.n_players > 2:
        return _pure(game, tolerance, note="mixed equilibria of three or more players are not searched")
    size = most_vertices(*game.n_actions)
    if size > MAX_VERTICES:
        note = (
            f"mixed equilibria are not searched: a best-reply polyhedron may have {size:,} vertices, "
            f"at most {MAX_VERTICES:,} are enumerated"
        )
        return _pure(game, tolerance, note=note)
    return _exact(game, tolerance)


def _deciding(game: Game) -> int:
    return sum(size > 1 for size in game.n_actions)


def _require_two_players(game: Game, method: str) -> None:
    if game.n_players != 2:
        msg = f"method={method!r} serves two-player games, this one has {game.n_players} players; use method='pure'"
        raise ValueError(msg)


# -------------------------------------------------------------------------------------------------- methods
def _two_by_two(game: Game, tolerance: float) -> NashEquilibria:
    """Use the closed form of :mod:`gametheory.equilibria.two_by_two`, in fractions if the game is exact."""
    if game.n_actions != (2, 2):
        sizes = "×".join(map(str, game.n_actions))
        msg = f"method='closed-form' serves 2×2 games, this one is {sizes}; use method='exact' or 'auto'"
        raise ValueError(msg)
    A, B = game.payoffs
    x: Any
    y: Any
    if game.exact:
        a, b, c, d = A[0, 0] - A[1, 0], A[0, 1] - A[1, 1], B[0, 0] - B[0, 1], B[1, 0] - B[1, 1]
        x = (Fraction(1), Fraction(0), d / (d - c) if c * d < 0 else None)
        y = (Fraction(1), Fraction(0), b / (b - a) if a * b < 0 else None)
        pattern = pattern_of(*((value > 0) - (value < 0) for value in (a, b, c, d)))
    else:
        batch = two_by_two(A, B, tolerance=tolerance)
        x, y, pattern = batch.x, batch.y, batch.pattern
    pairs = np.argwhere(EQUILIBRIA[pattern]).tolist()
    profiles = [(np.array([x[i], 1 - x[i]]), np.array([y[j], 1 - y[j]])) for i, j in pairs]
    method = "closed form, exact" if game.exact else "closed form"
    continuum = bool(CONTINUUM[pattern])
    return _result(game, profiles, tolerance, method=method, continuum=continuum, pairs=[(i, j) for i, j in pairs])


def _exact(game: Game, tolerance: float) -> NashEquilibria:
    """Enumerate all extreme equilibria in integers; see :mod:`gametheory.equilibria.exact`."""
    _require_two_players(game, "exact")
    twin = game.rational()
    found = extreme_equilibria(twin.payoffs[0], twin.payoffs[1], 0.0 if game.exact else tolerance)
    equilibria = []
    for i, j in found.pairs:
        policies = (found.row[i], found.column[j])
        payoffs, gain = values(twin, policies)
        if gain.any():  # what is proven cannot fail; if it does, no answer is better than a wrong one
            msg = f"exact enumeration proposed {policies} with regret {gain}"
            raise ArithmeticError(msg)
        if game.exact:
            equilibria.append(Equilibrium(policies, payoffs, gain, exact=True))
        else:
            rounded = tuple(policy.astype(np.float64) for policy in policies)
            equilibria.append(Equilibrium(rounded, *values(game, rounded), exact=False))
    components = name_components(game, equilibria, found.pairs)
    return NashEquilibria(
        game,
        tuple(equilibria),
        "vertex enumeration in integers, exact" + ("" if game.exact else _AS_PRINTED),
        complete=True,
        continuum=any(component.continuum for component in components),
        tolerance=0.0 if game.exact else tolerance,
        note="payoffs tie within the tolerance but not exactly, and the equilibria rest on the difference; if a tie "
        "is meant, give the payoffs as integers or fractions"
        if found.near_tie
        else "",
        components=components,
    )


def _pure(game: Game, tolerance: float, *, note: str = "mixed equilibria were not asked for") -> NashEquilibria:
    """List the joint actions from which no player gains by deviating."""
    slack = 0 if game.exact else tolerance
    best = [own >= own.max(axis=i, keepdims=True) - slack * np.ptp(own) for i, own in enumerate(game.payoffs)]
    joint = np.argwhere(np.all(np.array(best, dtype=np.bool_), axis=0))
    number = fractions if game.exact else np.array
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
    if _deciding(game) <= 1:  # the best actions of one player, and every mix of them
        pairs = [(0, index) for index in range(len(profiles))]
        return _result(game, profiles, tolerance, method=method, continuum=continuum, pairs=pairs)
    return _result(game, profiles, tolerance, method=method, complete=False, continuum=continuum, note=note)


def _vertices(game: Game, tolerance: float) -> NashEquilibria:
    """Pair the vertices of the two best-reply polytopes that together have every label."""
    _require_two_players(game, "vertices")
    m, k = game.n_actions
    if min(m, k) == 1:
        msg = f"method='vertices' serves games in which both players have a choice, this one is {m}×{k}; use 'exact'"
        raise ValueError(msg)
    if m + k > _MAX_ACTIONS:
        msg = (
            f"a {m}×{k} game is too large for method='vertices': a best-reply polytope may have "
            f"{most_vertices(m, k):,} vertices, at most {_MAX_ACTIONS} actions of both players together are tried; "
            "remove dominated actions, list the pure equilibria with method='pure', or approximate one by following "
            "logit_branch to a high rationality"
        )
        raise ValueError(msg)
    from scipy.spatial import QhullError

    try:
        profiles, degenerate = fully_labelled_pairs(game.numeric[0], game.numeric[1], tolerance)
    except (QhullError, ValueError, TypeError) as error:  # Qhull or the linear program that starts it gave up
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        return _pure(game, tolerance, note=f"mixed equilibria could not be searched: {reason}")
    note = "the game is degenerate: the extreme equilibria found are listed, there may be more" if degenerate else ""
    method = "vertex enumeration (Nashpy)"
    return _result(game, profiles, tolerance, method=method, complete=not degenerate, note=note)


_METHODS: dict[str, Callable[[Game, float], NashEquilibria]] = {
    "closed-form": _two_by_two,
    "exact": _exact,
    "vertices": _vertices,
    "pure": _pure,
}


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
    pairs: Sequence[tuple[int, int]] = (),
) -> NashEquilibria:
    """Check every profile by its regret; without `continuum`, look for two that share a policy."""
    accepted = [_accept(game, policies, tolerance) for policies in profiles]
    equilibria = tuple(equilibrium for equilibrium in accepted if equilibrium)
    dropped = len(accepted) - len(equilibria)
    if continuum is None:
        continuum = any(_share_a_policy(e, f, tolerance) for e, f in itertools.combinations(equilibria, 2))
        if complete and (dropped or continuum or len(equilibria) % 2 == 0):
            complete, note = False, f"{len(equilibria)} equilibria found, but a nondegenerate game has an odd number"
        pairs = [(index, index) for index in range(len(equilibria))]  # if complete, they stand apart
    exact = all(equilibrium.exact for equilibrium in equilibria)
    return NashEquilibria(
        game,
        equilibria,
        method,
        complete,
        continuum,
        0.0 if exact else tolerance,
        dropped,
        note,
        name_components(game, equilibria, pairs) if complete and not dropped else (),
    )


def _share_a_policy(first: Equilibrium, second: Equilibrium, tolerance: float) -> bool:
    pairs = zip(first.policies, second.policies, strict=True)
    return any(bool((np.abs(p - q) <= tolerance).all()) for p, q in pairs)


def _accept(game: Game, policies: Policies, tolerance: float) -> Equilibrium | None:
    """Return the profile as an equilibrium, exact if it can be; None if its regret is too large."""
    if game.exact:
        exact = policies if policies[0].dtype == object else tuple(map(_nearby_fractions, policies))
        if all(policy.sum() == 1 for policy in exact):
            payoffs, gain = values(game, exact)
            if not gain.any():
                return Equilibrium(exact, payoffs, gain, exact=True)
    payoffs, gain = values(game, policies)
    own = game.numeric.reshape(game.n_players, -1)
    rounding = 16 * np.finfo(np.float64).eps * np.abs(own).max(axis=1)
    good = (gain <= tolerance * np.ptp(own, axis=1) + rounding).all()
    return Equilibrium(policies, payoffs, gain, exact=False) if good else None


def _nearby_fractions(policy: NDArray[Any]) -> NDArray[Any]:
    return fractions(Fraction(p).limit_denominator(_MAX_DENOMINATOR) for p in policy)
