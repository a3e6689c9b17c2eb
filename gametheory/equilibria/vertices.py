r"""Extreme equilibria of a two-player game with rational payoffs, in integer arithmetic: none missed, ties included.

The mixes of one player with m actions, together with what the other can earn against them, form the *best-reply
polyhedron* [1]_

.. math:: P = \{(x, v) : x \ge 0,\; \mathbf 1^\top x = 1,\; U x \le v \mathbf 1\},

with :math:`U_{jl}` the other's payoff of reply j against the own action l. A point has a *label* for every own action
that it does not play and for every reply that is best against it. The extreme equilibria are the pairs of vertices,
one of each player, that have all labels together [1]_.

The vertices are the extreme rays of the cone :math:`\{(x, v) : x \ge 0,\; v \mathbf 1 - U x \ge 0\}` except the ray
:math:`(0, 1)`. The double description method [2]_ finds them: start from the cone of the own actions and one reply,
whose rays are known; add the other replies one by one; where a new constraint separates two adjacent rays, put in the
point between them. Two rays are adjacent iff no third ray has all the labels that they share. This needs no general
position, so degenerate games are nothing special, and with payoffs scaled to integers nothing is rounded.

References
----------
.. [1] D. Avis, G. Rosenberg, R. Savani and B. von Stengel, "Enumeration of Nash equilibria for two-player games",
   Economic Theory 42 (2010), sections 2 and 3: best-reply polyhedra, labels, extreme equilibria, degenerate games.
.. [2] K. Fukuda and A. Prodon, "Double description method revisited", Combinatorics and Computer Science, LNCS 1120
   (1996): the iteration and the combinatorial test of adjacency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.numbers import object_array

__all__ = ["MAX_VERTICES", "ExtremeEquilibria", "extreme_equilibria", "integers", "most_vertices"]

MAX_VERTICES = 30_000  # of one best-reply polyhedron; 12×12 games have at most 24752, and take seconds
_MAX_LABELS = 63  # one bit each
_CHUNK = 1 << 20  # pairs of rays looked at together


@dataclass(frozen=True, eq=False)
class ExtremeEquilibria:
    """Extreme equilibria of a bimatrix game, exact.

    Attributes
    ----------
    row, column : tuple of ndarray of `Fraction`, shapes (m,) and (k,)
        The different mixes that occur in extreme equilibria.
    pairs : tuple of (int, int)
        The extreme equilibria: which mix of `row` with which of `column`.
    degenerate : bool
        Whether some vertex of a best-reply polyhedron has more labels than its player has actions.
    """

    row: tuple[NDArray[Any], ...]
    column: tuple[NDArray[Any], ...]
    pairs: tuple[tuple[int, int], ...]
    degenerate: bool

    @property
    def pattern(self) -> frozenset[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The pairs of supports of the extreme equilibria."""
        row, column = ([tuple(np.flatnonzero(mix).tolist()) for mix in mixes] for mixes in (self.row, self.column))
        return frozenset((row[i], column[j]) for i, j in self.pairs)


def most_vertices(m: int, k: int) -> int:
    r"""Compute how many vertices the larger best-reply polyhedron of an m × k game can have.

    Parameters
    ----------
    m, k : int
        Numbers of actions.

    Returns
    -------
    int
        With d actions of its own, :math:`h = \lfloor d/2 \rfloor` and n = m + k constraints, at most
        :math:`\binom{n - d + h}{h} + \binom{n - 1 - h}{d - h - 1}` [1]_, attained by duals of cyclic polytopes.

    References
    ----------
    .. [1] P. McMullen, "The maximum numbers of faces of a convex polytope", Mathematika 17 (1970).

    Examples
    --------
    >>> most_vertices(3, 3), most_vertices(8, 8), most_vertices(10, 10)
    (8, 660, 4004)
    """
    n = m + k
    return max(math.comb(n - (d + 1) // 2, d // 2) + math.comb(n - 1 - d // 2, (d + 1) // 2 - 1) for d in (m, k))


def extreme_equilibria(A: NDArray[Any], B: NDArray[Any]) -> ExtremeEquilibria:
    """All extreme equilibria of a bimatrix game with rational payoffs.

    Parameters
    ----------
    A, B : ndarray, shape (m, k)
        Payoffs of row and column player: `Fraction`, or floats as the exact binary numbers that they are.

    Returns
    -------
    ExtremeEquilibria
        Every equilibrium is one of them or a mix of some of them.

    Raises
    ------
    ValueError
        A best-reply polyhedron that may have more than 30 000 vertices.

    Examples
    --------
    A degenerate game: action 0 of row answers action 0 of column and every mix of up to one third of action 1.

    >>> to_fractions = np.vectorize(Fraction, otypes=[object])
    >>> found = extreme_equilibria(to_fractions([[3, 3], [2, 5], [0, 6]]), to_fractions([[3, 3], [2, 6], [3, 1]]))
    >>> for i, j in found.pairs:
    ...     print(*found.row[i], "|", *found.column[j])
    1 0 0 | 1 0
    1 0 0 | 2/3 1/3
    0 1/3 2/3 | 1/3 2/3
    """
    m, k = A.shape
    bound = most_vertices(m, k)
    if bound > MAX_VERTICES or m + k > _MAX_LABELS:
        msg = (
            f"a {m}×{k} game is too large for enumeration of vertices: a best-reply polyhedron may have {bound:,} "
            f"vertices, at most {MAX_VERTICES:,} are tried (12×12 games are within); ask for one equilibrium with "
            "how_many='one', list the pure ones with method='pure', or remove dominated actions"
        )
        raise ValueError(msg)
    X, x_labels = _vertices(integers(B).T, [*range(m), *range(m, m + k)])
    Y, y_labels = _vertices(integers(A), [*range(m, m + k), *range(m)])
    everything = np.uint64((1 << (m + k)) - 1)
    blocks = np.arange(0, len(x_labels), max(_CHUNK // len(y_labels), 1)).tolist()
    matches = [np.argwhere((x[:, None] | y_labels) == everything) for x in np.split(x_labels, blocks[1:])]
    pairs = np.concatenate([match + np.array([start, 0]) for match, start in zip(matches, blocks, strict=True)])
    row, x_place = _mixes(X, pairs[:, 0])
    column, y_place = _mixes(Y, pairs[:, 1])
    placed = [(x_place[i], y_place[j]) for i, j in pairs.tolist()]
    return ExtremeEquilibria(
        row,
        column,
        tuple(sorted(placed, key=lambda pair: _pure_first(row[pair[0]], column[pair[1]]))),
        bool((np.bitwise_count(x_labels) > m).any() or (np.bitwise_count(y_labels) > k).any()),
    )


def integers(payoffs: NDArray[Any]) -> NDArray[Any]:
    """Shift and scale one player's payoffs to whole numbers; no equilibrium changes.

    Parameters
    ----------
    payoffs : ndarray
        `Fraction`, or floats as the exact binary numbers that they are.

    Returns
    -------
    ndarray of int objects
        At least 0, without a common factor.

    Examples
    --------
    >>> integers(np.array([0.5, 1.25])), integers(np.array([Fraction(1, 3), Fraction(1, 2)], dtype=object))
    (array([0, 1], dtype=object), array([0, 1], dtype=object))
    """
    if payoffs.dtype == object:
        common = math.lcm(*(value.denominator for value in payoffs.flat))
        whole = [value.numerator * (common // value.denominator) for value in payoffs.flat]
    else:
        mantissa, exponent = np.frexp(payoffs.ravel())
        digits, shift = np.ldexp(mantissa, 53).astype(np.int64).tolist(), (exponent - exponent.min()).tolist()
        whole = [digit << places for digit, places in zip(digits, shift, strict=True)]
    low = min(whole)
    above = [value - low for value in whole]
    shared = math.gcd(*above)
    return object_array([value // shared for value in above] if shared > 1 else above, payoffs.shape)


def _mixes(vertices: NDArray[Any], used: NDArray[np.int64]) -> tuple[tuple[NDArray[Any], ...], dict[int, int]]:
    """Return the vertices that are used as probabilities, and the place of each among them."""
    wanted = np.unique(used).tolist()
    totals = {index: int(vertices[index].sum()) for index in wanted}
    mixes = tuple(
        np.array([Fraction(int(weight), totals[index]) for weight in vertices[index]], dtype=object) for index in wanted
    )
    return mixes, {index: place for place, index in enumerate(wanted)}


def _pure_first(x: NDArray[Any], y: NDArray[Any]) -> tuple[int, list[Fraction]]:
    """Sort small supports before large ones, then early actions before late ones."""
    weights = [*x, *y]
    return sum(weight > 0 for weight in weights), [-weight for weight in weights]


# -------------------------------------------------------------------------------------------------- double description
def _vertices(U: NDArray[Any], bits: list[int]) -> tuple[NDArray[Any], NDArray[np.uint64]]:
    """Enumerate the vertices of the best-reply polyhedron of the player who faces the replies `U`.

    Parameters
    ----------
    U : ndarray of int objects, shape (replies, m)
        The other's payoffs, at least 0.
    bits : list of int
        Bit of each label: own actions first, then replies.

    Returns
    -------
    weights : ndarray of int objects, shape (vertices, m)
        The mixes, not normalised.
    labels : ndarray of uint64, shape (vertices,)
        What binds there.
    """
    replies, m = U.shape
    # a ray as the slacks of all its constraints, which are linear in it: own weights, then v - U x of each reply
    slacks = np.zeros((m + 1, m + replies), dtype=object)
    slacks[1:, :m] = np.eye(m, dtype=int)
    slacks[0, m:] = 1  # the ray (0, 1)
    slacks[1:, m:] = (U[0] - U).T  # the rays (e_l, U_0l)
    bit = [np.uint64(1 << b) for b in bits]
    own = np.bitwise_or.reduce(np.array(bit[:m]))
    labels = np.array([own, *(own ^ bit[action] | bit[m] for action in range(m))], dtype=np.uint64)
    for reply in range(1, replies):
        slacks, labels = _cut(slacks, labels, m + reply, bit[m + reply], m)
    proper = labels & own != own
    slacks, labels = slacks[proper], labels[proper]
    return slacks[:, :m], labels


def _cut(
    slacks: NDArray[Any], labels: NDArray[np.uint64], constraint: int, bit: np.uint64, m: int
) -> tuple[NDArray[Any], NDArray[np.uint64]]:
    """Add one constraint: drop the rays beyond it, put one between each adjacent pair that it separates."""
    here = slacks[:, constraint]
    inside, beyond, on = np.flatnonzero(here > 0), np.flatnonzero(here < 0), here == 0
    labels = np.where(on, labels | bit, labels)
    i, j = _adjacent(labels, inside, beyond, m - 1)
    between = here[i, None] * slacks[j] - here[j, None] * slacks[i]
    between //= np.gcd.reduce(between, axis=1)[:, None] if len(between) else 1
    keep = here >= 0
    return np.concatenate([slacks[keep], between]), np.concatenate([labels[keep], labels[i] & labels[j] | bit])


def _adjacent(
    labels: NDArray[np.uint64], inside: NDArray[np.int64], beyond: NDArray[np.int64], least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs, one ray of each set, whose shared labels no third ray has; they share at least `least`."""
    found: list[NDArray[np.int64]] = []
    step = max(_CHUNK // max(len(beyond), 1), 1)
    for start in range(0, len(inside), step):
        some = inside[start : start + step]
        candidates = np.argwhere(np.bitwise_count(labels[some, None] & labels[beyond]) >= least)
        pairs = np.column_stack([some[candidates[:, 0]], beyond[candidates[:, 1]]])
        shared = labels[pairs[:, 0]] & labels[pairs[:, 1]]
        for first in range(0, len(pairs), width := max(_CHUNK // len(labels), 1)):
            block = shared[first : first + width, None]
            have = (labels & block == block).sum(axis=1)
            found.append(pairs[first : first + width][have == 2])  # the two themselves
    both = np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
    return both[:, 0], both[:, 1]
