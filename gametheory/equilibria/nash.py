"""Nash equilibria of one game: chooses a method and says what is certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.one import ONE, ONE_OF, by_lemke_howson, by_linear_program
from gametheory.equilibria.regret import bimatrix_regret, fractions, is_rational, require_numbers, values
from gametheory.equilibria.results import ROUNDED, Equilibrium, NashEquilibria, equilibrium_at, require_two_players
from gametheory.equilibria.support_enumeration import (
    MAX_DETERMINANTS,
    candidates,
    indifferent,
    n_determinants,
)
from gametheory.equilibria.two_by_two import CONTINUUM, EQUILIBRIA, pattern_of
from gametheory.equilibria.vertices import MAX_VERTICES, extreme_equilibria, integers, most_vertices
from gametheory.game import Game
from gametheory.numbers import object_array

__all__ = ["nash"]

_LARGEST = np.finfo(np.float64).max


def nash(game: Game, method: str = "auto", *, how_many: str = "all") -> NashEquilibria:
    """Nash equilibria of a game.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players. A float is the exact binary number that it is: what ties is equal.
    method : str
        ``"closed-form"`` : 2×2 games, always complete.

        ``"support"`` : two players; pairs of supports of one size, enumerated in floating point where every sign is
        proven, and solved in integers; complete if the game is nondegenerate
        (:mod:`gametheory.equilibria.support_enumeration`).

        ``"vertices"`` : two players; all extreme equilibria in integer arithmetic, degenerate games too [1]_
        (:mod:`gametheory.equilibria.vertices`).

        ``"polynomial"`` : three or more players; the equations of each support, solved exactly or with proof where they
        are few (:mod:`gametheory.equilibria.many_players`).

        ``"pure"`` : pure equilibria only, any number of players.

        ``"auto"`` : the first that serves, and vertices where the supports of a degenerate game do not suffice. Where a
        game is too large, pure equilibria, with a note that says so.

        With ``how_many="one"``: ``"linear-program"`` for games in which one gains what the other loses, up to its unit
        of payoff (:mod:`gametheory.equilibria.zero_sum`), ``"lemke-howson"`` for two players [2]_, ``"auto"`` for the
        first of the two that serves; of three or more players the first equilibrium that the search for all finds.
    how_many : str
        ``"all"``, or ``"one"``, for games that are too large to enumerate.

    Returns
    -------
    NashEquilibria
        With the method, what is exact, whether the list is complete, and the continua of a degenerate game. Exact
        equilibria of exact games have regret 0; those of float games are exact ones, rounded: no regret exceeds 1e-12
        times the player's largest payoff difference on the equilibrium's support and its best replies.

    Raises
    ------
    ValueError
        A symbolic game, floats whose differences are no floats, an unknown method or one that does not serve this game
        (the message says what to use instead).

    Notes
    -----
    The set of equilibria of two players is the union of finitely many products of convex hulls of extreme equilibria,
    the maximal Nash subsets; `components` of the result lists how they hang together [1]_. In a nondegenerate game each
    is one point and their number is odd.

    Floats that are meant as decimals may tie as decimals and not as floats: 0.1 + 0.2 and 0.3. Where that decides which
    supports carry equilibria, `status` of the result is ``"borderline"``; give the payoffs as fractions then.

    References
    ----------
    .. [1] D. Avis, G. Rosenberg, R. Savani and B. von Stengel, "Enumeration of Nash equilibria for two-player games",
       Economic Theory 42 (2010): best-reply polytopes, labels, extreme equilibria, degenerate games.
    .. [2] C. E. Lemke and J. T. Howson, "Equilibrium points of bimatrix games", Journal of the SIAM 12 (1964).

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

    One equilibrium of a large game:

    >>> duel = nash(Game.from_bimatrix(np.eye(40, dtype=int), -np.eye(40, dtype=int)), how_many="one")
    >>> duel[0].payoffs.tolist()
    [Fraction(1, 40), Fraction(-1, 40)]
    """
    require_numbers(game)
    methods = {"all": _ALL, "one": ONE}.get(how_many)
    if methods is None:
        msg = f"how_many must be 'all' or 'one', got {how_many!r}"
        raise ValueError(msg)
    if method not in {"auto", *methods}:
        names = ", ".join(map(repr, methods))
        msg = f"method must be 'auto' or one of {names} with how_many={how_many!r}, got {method!r}"
        raise ValueError(msg)
    rational = is_rational(game)
    if not rational and game.numeric.max() / 2 - game.numeric.min() / 2 > _LARGEST / 2:
        msg = f"the payoffs must lie within {_LARGEST:.2g} of each other"
        raise ValueError(msg)
    if game.exact and not rational:
        return _of_irrational(game, method, how_many)
    small = _with_choice(game)
    if small.n_players == 1 or max(small.n_actions) == 1:  # nothing to search for, whatever the method
        found = _pure(small)
    else:
        choose = _choose if how_many == "all" else _choose_one
        found = choose(small) if method == "auto" else methods[method](small)
    return found if small is game else _with_everybody(game, found)


# -------------------------------------------------------------------------------------------------- who has a choice
def _with_choice(game: Game) -> Game:
    """Leave out the players with a single action, unless nobody has more."""
    keep = [i for i, size in enumerate(game.n_actions) if size > 1]
    if len(keep) == game.n_players or not keep:
        return game
    payoffs = game.payoffs[keep].reshape(len(keep), *(game.n_actions[i] for i in keep))
    return Game(payoffs, players=[game.players[i] for i in keep], actions=[game.actions[i] for i in keep])


def _with_everybody(game: Game, found: NashEquilibria) -> NashEquilibria:
    """Put the players with a single action back."""
    whole = []
    for equilibrium in found:
        played = iter(equilibrium.policies)
        one = fractions([1]) if equilibrium.policies[0].dtype.hasobject else np.ones(1)
        policies = tuple(next(played) if size > 1 else one for size in game.n_actions)
        whole.append(equilibrium_at(game, policies, radius=equilibrium.radius))
    return replace(found, game=game, equilibria=tuple(whole))


def _of_irrational(game: Game, method: str, how_many: str) -> NashEquilibria:
    """Round payoffs to floats; the answer stands where it is the same for all numbers that round alike."""
    floats = game.replace(payoffs=game.numeric)
    if how_many == "all" and method == "auto" and _serves_supports(floats):
        found = _by_supports(floats)
        if found.complete:
            return replace(found, method=f"{found.method}; irrational payoffs rounded")
    found = nash(floats, method, how_many=how_many)
    note = "irrational payoffs were rounded to floats, and what ties may hang on that"
    return replace(found, complete=False, note=f"{found.note}; {note}" if found.note else note)


# -------------------------------------------------------------------------------------------------- choice of method
def _choose(game: Game) -> NashEquilibria:
    """Take the first method that serves; where none finds mixed equilibria, say so."""
    if game.n_actions == (2, 2):
        return _closed_form(game)
    if game.n_players > 2:
        return _polynomial(game)
    if _serves_supports(game):
        found = _by_supports(game)
        if found.complete:
            return found
    size = most_vertices(*game.n_actions)
    if size > MAX_VERTICES:
        note = (
            f"mixed equilibria are not searched: a best-reply polyhedron may have {size:,} vertices, "
            f"at most {MAX_VERTICES:,} are enumerated; ask for one with how_many='one'"
        )
        return _pure(game, note=note)
    return _by_vertices(game)


def _choose_one(game: Game) -> NashEquilibria:
    if game.n_players > 2:
        found = _choose(game)
        if len(found) < 2:  # all there are, or none found
            return found
        return replace(found, equilibria=found.equilibria[:1], pairs=found.pairs[:1], complete=False, note=ONE_OF)
    from gametheory.equilibria.zero_sum import zero_sum_form

    return by_lemke_howson(game) if zero_sum_form(*game.payoffs) is None else by_linear_program(game)


# -------------------------------------------------------------------------------------------------- all equilibria
def _closed_form(game: Game) -> NashEquilibria:
    """Use the closed form of :mod:`gametheory.equilibria.two_by_two`; signs of differences of floats are exact."""
    if game.n_actions != (2, 2):
        sizes = "×".join(map(str, game.n_actions))
        msg = f"method='closed-form' serves 2×2 games, this one is {sizes}; use method='auto'"
        raise ValueError(msg)
    A, B = game.payoffs
    a, b, c, d = A[0, 0] - A[1, 0], A[0, 1] - A[1, 1], B[0, 0] - B[0, 1], B[1, 0] - B[1, 1]
    x, y = _balance(c, d), _balance(a, b)
    pattern = pattern_of(*(int(value > 0) - int(value < 0) for value in (a, b, c, d)))
    pairs = tuple((i, j) for i, j in np.argwhere(EQUILIBRIA[pattern]).tolist())
    method = "closed form, exact" if game.exact else "closed form"
    equilibria = tuple(equilibrium_at(game, (x[i], y[j])) for i, j in pairs)
    return NashEquilibria(game, equilibria, method, complete=True, continuum=bool(CONTINUUM[pattern]), pairs=pairs)


def _balance(first: Any, second: Any) -> list[NDArray[Any]]:
    """Play action 0, action 1, or what balances advantages of opposite signs."""
    number = fractions if isinstance(first, Fraction) else np.array
    mixes = [number([1.0, 0.0]), number([0.0, 1.0])]
    if (first > 0 > second) or (first < 0 < second):
        mixes.append(number([second / (second - first), first / (first - second)]))
    return mixes


def _serves_supports(game: Game) -> bool:
    return game.n_players == 2 and min(game.n_actions) > 1 and n_determinants(*game.n_actions) <= MAX_DETERMINANTS


def _by_supports(game: Game) -> NashEquilibria:
    """Enumerate supports in floating point, solve them in integers; `gametheory.equilibria.support_enumeration`."""
    require_two_players(game, "support")
    m, k = game.n_actions
    if not _serves_supports(game):
        msg = (
            f"a {m}×{k} game is too large for method='support' (8×8 games are within); use method='vertices', or ask "
            "for one equilibrium with how_many='one'"
        )
        raise ValueError(msg)
    row, column = integers(game.payoffs)  # one unit for both: no equilibrium changes
    floats = (_floats(row), _floats(column.T)) if game.exact else (game.payoffs[0], game.payoffs[1].T)
    proposed = candidates(floats[0][None], floats[1][None])
    A, B = row.tolist(), column.T.tolist()
    mixes = []
    for R, C in [proposed.supports[index] for index in proposed.pair.tolist()]:
        x, y = indifferent(B, C, R), indifferent(A, R, C)
        if x is None or y is None:  # what is proven cannot fail; if it does, no answer is better than a wrong one
            msg = f"support enumeration proposed {R}, {C}, which is no equilibrium"
            raise ArithmeticError(msg)
        mixes.append((x, y))
    mixes.sort(key=_pure_first)
    complete = not proposed.uncertain[0]
    return NashEquilibria(
        game,
        _from_weights(game, mixes),
        "support enumeration with proven signs, exact" + ("" if game.exact else ROUNDED),
        complete=complete,
        continuum=False,
        note="" if complete else "the game is degenerate, or too near to it for floating point; use method='vertices'",
        pairs=tuple((index, index) for index in range(len(mixes))),  # each stands alone
    )


def _floats(whole: NDArray[Any]) -> NDArray[np.float64]:
    """Round whole numbers, less the smallest in each column, to floats of at most 1."""
    above = whole - whole.min(axis=0)
    unit = 1 << int(above.max()).bit_length()
    return np.array([[int(value) / unit for value in row] for row in above])


def _pure_first(mix: tuple[list[int], list[int]]) -> tuple[int, list[float]]:
    """Sort small supports before large ones, then early actions before late ones."""
    x, y = mix
    return sum(map(bool, x)) + sum(map(bool, y)), [-w / sum(x) for w in x] + [-w / sum(y) for w in y]


def _from_weights(game: Game, mixes: Sequence[tuple[list[int], list[int]]]) -> tuple[Equilibrium, ...]:
    """Turn weights into equilibria, exact or rounded."""
    if game.exact:
        return tuple(
            equilibrium_at(game, tuple(fractions(Fraction(w, sum(x)) for w in x) for x in mix)) for mix in mixes
        )
    if not mixes:
        return ()
    x, y = (np.array([[w / total for w in mix[i]] for mix in mixes if (total := sum(mix[i]))]) for i in (0, 1))
    A, B = game.payoffs[0], game.payoffs[1].T
    if A.shape == B.shape:  # both players in one call
        own = np.repeat([A, B], len(x), axis=0)
        payoffs, gain, _ = bimatrix_regret(own, np.concatenate([x, y]), np.concatenate([y, x]))
        payoffs, gain = payoffs.reshape(2, -1).T, gain.reshape(2, -1).T
    else:
        sides = (bimatrix_regret(own[None], p, q) for own, p, q in ((A, x, y), (B, y, x)))
        payoffs, gain = (np.column_stack(both) for both in list(zip(*sides, strict=True))[:2])
    return tuple(Equilibrium((x[index], y[index]), payoffs[index], gain[index], exact=False) for index in range(len(x)))


def _by_vertices(game: Game) -> NashEquilibria:
    """Enumerate all extreme equilibria in integers; see :mod:`gametheory.equilibria.vertices`."""
    require_two_players(game, "vertices")
    found = extreme_equilibria(*game.payoffs)
    equilibria = []
    for i, j in found.pairs:
        policies = (found.row[i], found.column[j])
        if game.exact and values(game, policies)[1].any():  # cannot happen, see above
            msg = f"enumeration of vertices proposed {policies}, which is no equilibrium"
            raise ArithmeticError(msg)
        equilibria.append(equilibrium_at(game, policies))
    shared = len({i for i, _ in found.pairs}) < len(found.pairs) or len({j for _, j in found.pairs}) < len(found.pairs)
    return NashEquilibria(
        game,
        tuple(equilibria),
        "vertex enumeration in integers, exact" + ("" if game.exact else ROUNDED),
        complete=True,
        continuum=shared,  # two extreme equilibria that share a mix are ends of a segment of equilibria
        borderline=_decimals_differ(
            game, lambda decimals: extreme_equilibria(*decimals.payoffs).pattern, found.pattern
        ),
        pairs=found.pairs,
    )


def _decimals_differ(game: Game, pattern: Callable[[Game], object], found: object) -> bool:
    """Whether the decimals that floats print as have other equilibria."""
    if game.exact:
        return False
    decimals = game.rational()
    same = all(Fraction(float(a)) == b for a, b in zip(game.payoffs.flat, decimals.payoffs.flat, strict=True))
    return not same and pattern(decimals) != found


def _polynomial(game: Game) -> NashEquilibria:
    """Solve the equations of each support; see :mod:`gametheory.equilibria.many_players`."""
    if game.n_players < 3:
        msg = (
            f"method='polynomial' serves three or more players who have a choice, this game has {game.n_players}; "
            "use method='auto'"
        )
        raise ValueError(msg)
    from gametheory.equilibria.many_players import all_equilibria

    exact = game.payoffs if game.exact else object_array([Fraction(v) for v in game.payoffs.flat], game.payoffs.shape)
    found = all_equilibria(exact)
    return NashEquilibria(
        game,
        tuple(equilibrium_at(game, profile.policies, radius=profile.radius) for profile in found.profiles),
        "polynomial equations of each support, exact or certified",
        complete=found.complete,
        continuum=found.continuum,
        borderline=found.complete
        and _decimals_differ(game, lambda decimals: _pattern(all_equilibria(decimals.payoffs)), _pattern(found)),
        note=found.note,
    )


def _pattern(found: Any) -> object:
    supports = [tuple(tuple(np.flatnonzero(p).tolist()) for p in profile.policies) for profile in found.profiles]
    return found.complete, found.continuum, sorted(supports)


def _pure(game: Game, note: str = "mixed equilibria were not asked for") -> NashEquilibria:
    """List the joint actions from which no player gains by deviating."""
    best = [own == own.max(axis=i, keepdims=True) for i, own in enumerate(game.payoffs)]
    joint = np.argwhere(np.all(np.array(best, dtype=np.bool_), axis=0)).tolist()
    number = fractions if game.exact else np.array
    identity = [[number(row) for row in np.eye(size).tolist()] for size in game.n_actions]
    equilibria = tuple(equilibrium_at(game, tuple(identity[i][k] for i, k in enumerate(actions))) for actions in joint)
    # ends of a segment: a deviation of one player leads from one equilibrium to the other
    listed = set(map(tuple, joint))
    continuum = any(
        (*actions[:i], k, *actions[i + 1 :]) in listed
        for actions in listed
        for i, size in enumerate(game.n_actions)
        for k in range(actions[i] + 1, size)
    )
    alone = sum(size > 1 for size in game.n_actions) <= 1  # the best actions of one player, and every mix of them
    return NashEquilibria(
        game,
        equilibria,
        "pure equilibria by enumeration",
        complete=alone,
        continuum=continuum,
        note="" if alone else note,
        pairs=tuple((0, index) for index in range(len(joint))) if alone else (),
    )


_ALL: dict[str, Callable[[Game], NashEquilibria]] = {
    "closed-form": _closed_form,
    "support": _by_supports,
    "vertices": _by_vertices,
    "polynomial": _polynomial,
    "pure": _pure,
}
