r"""All Nash equilibria of a game of three or more players with rational payoffs, with proof where the game is small.

In an equilibrium every action used is a best reply. For given supports this is a system of polynomial equations and
inequalities, which :mod:`gametheory.equilibria.one_support` solves exactly. Most supports are ruled out before: an
action that earns no more than another one at all actions that the others use, and less at some, is not used by anybody
who meets positive probabilities on all of them (compare [1]_).

How many isolated solutions a system can have is bounded by the number of ways in which each equation chooses one
unknown of another player, the mixed volume of McKelvey and McLennan [2]_. These bounds and the number of supports are
the work that is counted, and what limits the search: supports are searched up to a size that leaves the work within
bounds. Pure equilibria are always all listed.

References
----------
.. [1] R. Porter, E. Nudelman and Y. Shoham, "Simple search methods for finding a Nash equilibrium", Games and Economic
   Behavior 63 (2008): supports by size, conditional dominance.
.. [2] R. McKelvey and A. McLennan, "The maximal number of regular totally mixed Nash equilibria", Journal of Economic
   Theory 72 (1997).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from gametheory.equilibria.linear_program import integers
from gametheory.equilibria.one_support import Support, Supports, SupportSearch
from gametheory.equilibria.polynomial_systems import RealZero

__all__ = ["Found", "Profile", "all_equilibria", "most_solutions"]

_MAX_SUPPORTS = 10_000
_MAX_SOLUTIONS = 10  # of one system: those of 3×3×3 and 2×2×2×2 games are within, 2×2×2×3 with 12 takes minutes
_MAX_WORK = 3000  # cubes of numbers of solutions, of all supports that are not ruled out
_WIDTH = Fraction(1, 2**70)  # of the enclosure of an irrational probability
_LONGEST = 10**20  # number under a square root that is written out


@dataclass(frozen=True, eq=False)
class Profile:
    """One equilibrium.

    Attributes
    ----------
    policies : tuple of ndarray, shapes (A_1,), ..., (A_n,)
        Probabilities of each player's actions: all `Fraction`, or all SymPy numbers (rationals and square roots), or
        all float64.
    radius : float
        How far any probability is at most from that of an equilibrium; 0 unless they are floats.
    """

    policies: tuple[NDArray[Any], ...]
    radius: float = 0.0


@dataclass(frozen=True, eq=False)
class Found:
    """Equilibria of a game of several players.

    Attributes
    ----------
    profiles : tuple of Profile
        Different equilibria: small supports first.
    complete : bool
        Whether it is proved that every equilibrium is listed or lies on a continuum of equilibria.
    continuum : bool
        Whether it is proved that there are infinitely many.
    note : str
        What is missing if not complete.
    """

    profiles: tuple[Profile, ...]
    complete: bool
    continuum: bool
    note: str = ""


def all_equilibria(payoffs: NDArray[Any]) -> Found:
    """Find all Nash equilibria of a game of three or more players with rational payoffs.

    Parameters
    ----------
    payoffs : ndarray of `Fraction` or int, shape (n, A_1, ..., A_n)
        Payoffs of each player at each joint action.

    Returns
    -------
    Found
        Pure equilibria are all listed, whatever the size.

    Notes
    -----
    Of a continuum those equilibria are listed that are alone among the equilibria with their supports and best
    replies: corners, and ends at which another action becomes as good.

    Examples
    --------
    The first player wants to match the second, the second the third, and the third to differ from the first:

    >>> match, differ = np.eye(2, dtype=int), 1 - np.eye(2, dtype=int)
    >>> a, b, c = np.indices((2, 2, 2))
    >>> found = all_equilibria(np.array([match[a, b], match[b, c], differ[c, a]]))
    >>> found.complete, [[str(p) for p in policy] for policy in found.profiles[0].policies]
    (True, [['1/2', '1/2'], ['1/2', '1/2'], ['1/2', '1/2']])
    """
    tables = [_whole(table) for table in payoffs]
    kept = _undominated(tables)
    reduced = [table[np.ix_(*kept)] for table in tables]
    sizes = reduced[0].shape
    pure = _pure(reduced)
    profiles = [_corner(actions, sizes) for actions in pure]
    continuum = _adjacent(pure)
    searches, most = _searched(reduced)
    profiles += [_profile(search.support, sizes, zero) for search in searches for zero in search.zeros]
    undecided = sum(not search.decided for search in searches)
    if not continuum:  # one is enough: whatever is not listed elsewhere lies on one, if there is anything
        answers = [search.has_continuum() for search in searches]
        continuum = True in answers
        undecided += 0 if continuum else answers.count(None)
    notes = []
    if most < sum(sizes):
        notes.append(f"mixed equilibria are searched only where at most {most} actions are used in all")
    if undecided:
        notes.append(f"{undecided} supports with infinitely many solutions of the equations are not decided")
    whole = tuple(_embedded(profile, kept, payoffs.shape[1:]) for profile in profiles)
    return Found(whole, not notes, continuum, "; ".join(notes))


def most_solutions(unknowns: Sequence[int]) -> int:
    r"""Bound the number of isolated solutions of the equations of one support.

    Parameters
    ----------
    unknowns : sequence of int
        For each player the number d_i of actions used less one: of unknowns, and of equations linear in each other
        player's.

    Returns
    -------
    int
        The coefficient of :math:`\prod_i t_i^{d_i}` in :math:`\prod_i (\sum_{j \ne i} t_j)^{d_i}` (multihomogeneous
        Bézout number); McKelvey and McLennan count it as block derangements.

    Examples
    --------
    >>> most_solutions([1, 1, 1]), most_solutions([1, 1, 1, 1]), most_solutions([2, 2, 2])
    (2, 9, 10)
    """
    ways = {tuple(unknowns): 1}  # unknowns that are left: in how many ways the equations so far chose the others
    for i, count in enumerate(unknowns):
        for _ in range(count):
            following: dict[tuple[int, ...], int] = {}
            for left, number in ways.items():
                for j, remaining in enumerate(left):
                    if j != i and remaining:
                        key = (*left[:j], remaining - 1, *left[j + 1 :])
                        following[key] = following.get(key, 0) + number
            ways = following
    return sum(ways.values())


# ------------------------------------------------------------------------------------------------------ supports
def _whole(table: NDArray[Any]) -> NDArray[Any]:
    """Multiply a player's payoffs by a number that makes them whole; equilibria stay the same."""
    return _vector(integers(table.flat)[0]).reshape(table.shape)


def _undominated(tables: Sequence[NDArray[Any]]) -> list[list[int]]:
    """Leave out, again and again, actions that are strictly worse than another one at everything the others may do."""
    kept = [list(range(size)) for size in tables[0].shape]
    while True:
        for i, table in enumerate(tables):
            rows = np.moveaxis(table[np.ix_(*kept)], i, 0).reshape(len(kept[i]), -1)
            worse = next((a for a, row in enumerate(rows) if any((row < other).all() for other in rows)), None)
            if worse is not None:
                del kept[i][worse]
                break
        else:
            return kept


def _pure(tables: Sequence[NDArray[Any]]) -> list[tuple[int, ...]]:
    best = [table == table.max(axis=i, keepdims=True) for i, table in enumerate(tables)]
    return [tuple(actions) for actions in np.argwhere(np.all(np.array(best, dtype=np.bool_), axis=0)).tolist()]


def _adjacent(pure: Sequence[tuple[int, ...]]) -> bool:
    """Tell whether two pure equilibria differ in one player's action: every mix of the two is one."""
    lines = [(i, *actions[:i], *actions[i + 1 :]) for actions in pure for i in range(len(actions))]
    return len(set(lines)) < len(lines)


def _searched(tables: Sequence[NDArray[Any]]) -> tuple[list[SupportSearch], int]:
    """Search all supports with at most so many actions in all as the bounds allow; return that number too."""
    sizes = tables[0].shape
    searches: list[SupportSearch] = []
    count = work = 0
    for actions in range(len(sizes) + 1, sum(sizes) + 1):
        numbers = list(_numbers(sizes, actions))
        count += sum(math.prod(map(math.comb, sizes, own)) for own in numbers)
        if count > _MAX_SUPPORTS:
            return searches, actions - 1
        choices = (map(itertools.combinations, map(range, sizes), own) for own in numbers)
        supports = itertools.chain.from_iterable(itertools.product(*own) for own in choices)
        left = [own for own in supports if _possible(tables, own)]
        solutions = [most_solutions([len(used) - 1 for used in own]) for own in left]
        work += sum(number**3 for number in solutions)
        if work > _MAX_WORK or max(solutions, default=0) > _MAX_SOLUTIONS:
            return searches, actions - 1
        searches += [SupportSearch(Support(tables, own)) for own in left]
    return searches, sum(sizes)


def _numbers(sizes: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """Yield how many actions each player may use if they use `total` together."""
    if not sizes:
        if total == 0:
            yield ()
        return
    rest = len(sizes) - 1
    for own in range(1, min(sizes[0], total - rest) + 1):
        yield from ((own, *others) for others in _numbers(sizes[1:], total - own))


def _possible(tables: Sequence[NDArray[Any]], supports: Supports) -> bool:
    """Tell whether no action used is worse than another one against all mixes with just these supports."""
    for i, (table, own) in enumerate(zip(tables, supports, strict=True)):
        rows = np.moveaxis(table[np.ix_(*supports[:i], range(table.shape[i]), *supports[i + 1 :])], i, 0)
        values = rows.reshape(table.shape[i], -1).tolist()
        for a in own:
            if any(
                other != values[a] and all(x <= y for x, y in zip(values[a], other, strict=True)) for other in values
            ):
                return False
    return True


# ------------------------------------------------------------------------------------------------------ profiles
def _corner(actions: Sequence[int], sizes: Sequence[int]) -> Profile:
    rows = ([Fraction(k == a) for k in range(size)] for a, size in zip(actions, sizes, strict=True))
    return Profile(tuple(map(_vector, rows)))


def _vector(numbers: Sequence[Any]) -> NDArray[Any]:
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found


def _profile(support: Support, sizes: Sequence[int], zero: RealZero) -> Profile:
    """Write down a solution: in fractions, with square roots, or as floats with a proved distance."""
    used = [dict(zip(own, policy, strict=True)) for own, policy in zip(support.supports, support.policies, strict=True)]
    rows = [[policy.get(a, support.ring.zero) for a in range(size)] for policy, size in zip(used, sizes, strict=True)]
    if zero.degree == 1:
        return Profile(tuple(_vector([zero.enclosure(p, Fraction(0))[0] for p in row]) for row in rows))
    if zero.degree == 2 and zero.with_root(support.ring.one)[2] < _LONGEST:
        return Profile(tuple(_vector([_number(*zero.with_root(p)) for p in row]) for row in rows))
    numbers, radius = [], Fraction(0)
    for row in rows:
        ends = [zero.enclosure(p, _WIDTH) for p in row]
        middles = [float((low + high) / 2) for low, high in ends]
        radius = max(radius, *(abs(Fraction(m) - end) for m, pair in zip(middles, ends, strict=True) for end in pair))
        numbers.append(np.array(middles))
    return Profile(tuple(numbers), float(np.nextafter(float(radius), np.inf)))


def _number(rational: Fraction, factor: Fraction, radicand: int) -> sp.Expr:
    a, b = (sp.Rational(x.numerator, x.denominator) for x in (rational, factor))
    return a + b * sp.sqrt(radicand)


def _embedded(profile: Profile, kept: Sequence[Sequence[int]], sizes: Sequence[int]) -> Profile:
    """Put back the actions that were left out, which nobody uses."""
    policies = []
    for policy, own, size in zip(profile.policies, kept, sizes, strict=True):
        whole = np.full(size, policy[0] * 0, dtype=policy.dtype)
        whole[list(own)] = policy
        policies.append(whole)
    return Profile(tuple(policies), profile.radius)
