r"""The Markov chain of two memory-one strategies, and its stationary law by cofactors.

States are the outcomes of a round in the first player's view, CC, CD, DC, DD. With :math:`p_s, q_s` the probabilities
with which the players cooperate after state :math:`s` and :math:`p_0, q_0` in the opening, the chain has the transition
matrix :math:`M` with rows :math:`(p_s q_s, p_s \bar q_s, \bar p_s q_s, \bar p_s \bar q_s)` and starts from the law
:math:`v_0` built from :math:`p_0, q_0` in the same way.

*One formula for both payoffs.* The discounted law :math:`v = (1 - \delta) \sum_t \delta^t v_0 M^t` is the stationary
law of the chain that starts anew with probability :math:`1 - \delta` in each round,
:math:`M_\delta = \delta M + (1 - \delta) \mathbf 1 v_0^T`. Add the first column of :math:`M_\delta - I` to its second
and third. Then, as Press and Dyson [1]_ saw for :math:`\delta = 1`, these columns are

.. math::

    a_s = \delta p_s q_s + (1 - \delta) p_0 q_0 - [s = CC], \quad
    b_s = \delta p_s + (1 - \delta) p_0 - [s \in \{CC, CD\}], \quad
    c_s = \delta q_s + (1 - \delta) q_0 - [s \in \{CC, DC\}],

and for any :math:`f`, with :math:`C_s` the cofactor of :math:`f_s`,

.. math:: v \cdot f = \frac{D(f)}{D(1)}, \qquad D(f) = \det [a, b, c, f] = \sum_s C_s f_s.

*Where it loses digits.* :math:`D(1)` is a difference of numbers of order one, so digits go where it is small: rare
errors, discounts near one. There the :math:`C_s` are summed over the 16 spanning trees that lead to s instead (Markov
chain tree theorem [2]_): all terms are positive, nothing cancels, and the sum is zero only if there are two recurrent
classes. What a player does *not* do has to be known as well as what it does: with errors :math:`\varepsilon` these are
:math:`p (1 - \varepsilon) + \bar p \varepsilon` and :math:`\bar p (1 - \varepsilon) + p \varepsilon`, sums again,
where :math:`1 - p` of the sum would have forgotten :math:`\varepsilon`. A tree of six errors is smaller than any float
if errors are rarer than 1e-54; such sums are taken of numbers with exponents of any size. All of this is the law that
state reduction without subtractions [3]_ finds, in closed form.

References
----------
.. [1] W. H. Press, F. J. Dyson. "Iterated Prisoner's Dilemma contains strategies that dominate any evolutionary
   opponent". PNAS 109 (2012), 10409-10413.
.. [2] F. T. Leighton, R. L. Rivest. "Estimating a probability using finite memory". IEEE Transactions on Information
   Theory 32 (1986), 733-742.
.. [3] W. K. Grassmann, M. I. Taksar, D. P. Heyman. "Regenerative analysis and steady state distributions for Markov
   chains". Operations Research 33 (1985), 1107-1116.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.memory_one.strategies import check
from gametheory.memory_one.wide import Wide

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["STATES", "as_losses", "other_view", "recurrent_classes", "transitions"]

STATES = ("CC", "CD", "DC", "DD")
BLOCK = 4000  # pairs a pass: scratch arrays stay in the second-level cache
_SMALL = 1e-3  # determinants below this are summed over trees
_TINY = 1e-280  # and sums below this with exponents of their own: what is lost above it is no digit of the sum
_PAIRS = tuple((s, t) for s in range(4) for t in range(s + 1, 4))
_ABC = tuple[list[Any], list[Any], list[Any]]


def other_view(x: ArrayLike) -> NDArray[Any]:
    """Swap CD and DC: a strategy in the other player's view, or the other's strategy in one's own.

    Parameters
    ----------
    x : array_like, shape (..., 5) or (..., 4)
        With or without the opening.

    Returns
    -------
    ndarray, the same shape

    Raises
    ------
    ValueError
        Another shape.

    Examples
    --------
    >>> other_view([1, 1, 0.25, 0.75, 0])
    array([1.  , 1.  , 0.75, 0.25, 0.  ])
    """
    array = np.asarray(x)
    if array.shape[-1:] not in {(4,), (5,)}:
        msg = f"x must have shape (..., 5) or (..., 4), got {array.shape}"
        raise ValueError(msg)
    return array[..., [0, 1, 3, 2, 4]] if array.shape[-1] == 5 else array[..., [0, 2, 1, 3]]


def as_losses(direction: ArrayLike) -> NDArray[Any]:
    """Convert a direction of ascent to the convention of public opponent-shaping code, or back.

    There players descend on losses, the negative payoffs, and both index their strategy by the outcome in the *first*
    player's view. So every sign turns, and the second player's entries for CD and DC trade places.

    Parameters
    ----------
    direction : array_like, shape (..., 10) or (..., 2, 5)
        Derivatives of payoffs by the entries (opening, CC, CD, DC, DD) of both strategies, or by their logits, each
        player in its own view; or derivatives of losses, in the first player's view.

    Returns
    -------
    ndarray, the same shape
        In the other convention; twice gives back what was put in.

    Raises
    ------
    ValueError
        Another shape.

    Notes
    -----
    Logits and probabilities themselves keep their signs: ``-as_losses(theta)`` only trades places.

    Examples
    --------
    >>> as_losses([[-1, 0, 2, 3, 0], [-1, 0, 2, 3, 0]])
    array([[ 1,  0, -2, -3,  0],
           [ 1,  0, -3, -2,  0]])
    """
    array = np.asarray(direction)
    if array.shape[-1:] != (10,) and array.shape[-2:] != (2, 5):
        msg = f"direction must have shape (..., 10) or (..., 2, 5), got {array.shape}"
        raise ValueError(msg)
    first, second = np.moveaxis(array.reshape(-1, 2, 5), 1, 0)
    return np.asarray(-np.stack([first, other_view(second)], axis=1).reshape(array.shape))


def transitions(x: ArrayLike, y: ArrayLike) -> NDArray[Any]:
    """Transition matrix of two memory-one strategies.

    Parameters
    ----------
    x, y : array_like, shape (..., 5)
        Strategies, each in its own view; batch shapes broadcast. Openings do not matter.

    Returns
    -------
    ndarray, shape (..., 4, 4)
        From state (row) to state (column), both in x's view.

    Raises
    ------
    ValueError
        Probabilities outside [0, 1].

    Examples
    --------
    >>> transitions([1, 1, 0, 1, 0], [0.5] * 5)
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5],
           [0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]])
    """
    p, q = check(x)[..., 1:], other_view(check(y, "y"))[..., 1:]
    return np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=-1)


def recurrent_classes(x: ArrayLike, y: ArrayLike) -> list[tuple[str, ...]]:
    """Find the sets of states that two strategies never leave once they are there, and keep coming back to.

    Parameters
    ----------
    x, y : array_like, shape (5,)
        One strategy each, in its own view.

    Returns
    -------
    list of tuples of str
        The stationary law is unique iff there is one class.

    Raises
    ------
    ValueError
        Probabilities outside [0, 1].

    Examples
    --------
    >>> recurrent_classes([1, 1, 0, 1, 0], [1, 1, 0, 1, 0])
    [('CC',), ('CD', 'DC'), ('DD',)]
    """
    reach = (transitions(x, y) != 0) | np.eye(4, dtype=np.bool_)
    for k in range(4):
        reach |= reach[:, [k]] & reach[[k], :]
    closed = [s for s in range(4) if all(reach[t, s] for t in range(4) if reach[s, t])]
    classes = {tuple(STATES[t] for t in range(4) if reach[s, t]) for s in closed}
    return sorted(classes, key=lambda states: STATES.index(states[0]))


# ---------------------------------------------------------------------- columns, minors, cofactors
def columns(x: Sequence[Any], y: Sequence[Any], discount: Any) -> _ABC:
    """Columns a, b, c of the determinant, each a list over states; entries of x and y are arrays that broadcast."""
    p, q = list(x[1:]), [y[1], y[3], y[2], y[4]]
    a = [p[s] * q[s] for s in range(4)]
    if discount is not None:
        first, second = (1 - discount) * x[0], (1 - discount) * y[0]
        both = first * y[0]
        a = [discount * entry + both for entry in a]
        p = [discount * entry + first for entry in p]
        q = [discount * entry + second for entry in q]
    return [a[0] - 1, *a[1:]], [p[0] - 1, p[1] - 1, *p[2:]], [q[0] - 1, q[1], q[2] - 1, q[3]]


def minors(b: Sequence[Any], c: Sequence[Any]) -> dict[tuple[int, int], Any]:
    """All 2×2 minors of the two columns, by their rows."""
    return {(s, t): b[s] * c[t] - b[t] * c[s] for s, t in _PAIRS}


def cofactors(a: Sequence[Any], minor: dict[tuple[int, int], Any]) -> list[Any]:
    """Cofactors of a fourth column: signed 3×3 minors of `a` beside the columns that `minor` was made of."""
    found = []
    for s in range(4):
        i, j, k = (t for t in range(4) if t != s)
        if s % 2:
            found.append(a[i] * minor[j, k] - a[j] * minor[i, k] + a[k] * minor[i, j])
        else:
            found.append(a[j] * minor[i, k] - a[i] * minor[j, k] - a[k] * minor[i, j])
    return found


def slips(p: Any, noise: Any) -> tuple[Any, Any]:
    """Probabilities that a player who means to cooperate with probability `p` does so, and that it does not."""
    return p * (1 - noise) + (1 - p) * noise, (1 - p) * (1 - noise) + p * noise


def trees(x: Sequence[Any], y: Sequence[Any], discount: Any, noise: Any, number: Any = np.asarray) -> list[Any]:
    """Return the same cofactors up to a common factor, summed over spanning trees without any cancellation.

    Strategies are as they are meant; `number` makes of floats what is added and multiplied.
    """

    def outcomes(p: Any, q: Any) -> list[Any]:
        (p, not_p), (q, not_q) = (map(number, slips(chance, noise)) for chance in (p, q))
        return [p * q, p * not_q, not_p * q, not_p * not_q]

    m = [outcomes(p, q) for p, q in zip(x[1:], (y[1], y[3], y[2], y[4]), strict=True)]
    if discount is not None:
        start, go_on, stop = outcomes(x[0], y[0]), number(discount), number(1 - discount)
        m = [[go_on * to + stop * anew for to, anew in zip(row, start, strict=True)] for row in m]
    found = []
    for r in range(4):
        i, j, k = (t for t in range(4) if t != r)
        leave_k = m[k][r] + m[k][i] + m[k][j]
        via_i = m[i][r] * ((m[j][r] + m[j][i]) * leave_k + m[j][k] * (m[k][r] + m[k][i]))
        via_j = m[j][r] * (m[i][j] * leave_k + m[i][k] * (m[k][r] + m[k][j]))
        via_k = m[k][r] * (m[i][k] * (m[j][k] + m[j][i]) + m[i][j] * m[j][k])
        found.append(via_i + via_j + via_k)
    return found


# ---------------------------------------------------------------------- laws
def stationary(x: Sequence[Any], y: Sequence[Any], discount: Any, noise: Any = 0) -> NDArray[Any]:
    """Stationary (or, with `discount`, discounted) law, shape (4, ...), of strategies given as five arrays each.

    Strategies are as they are meant; with probability `noise` each action comes out as the other one.
    """
    p, q = (x, y) if noise == 0 else ([slips(entry, noise)[0] for entry in both] for both in (x, y))
    a, b, c = columns(p, q, discount)
    found = cofactors(a, minors(b, c))
    weights, total = np.stack(found), found[0] + found[1] + found[2] + found[3]
    if weights.dtype == object:
        vanishes = np.array([is_zero(value) for value in total.flat]).reshape(total.shape)
    else:
        small = np.abs(total) < _SMALL
        if small.any():
            few_x, few_y = ([np.broadcast_to(entry, small.shape)[small] for entry in both] for both in (x, y))
            weights[:, small] = _without_cancellation(few_x, few_y, discount, noise)
            total = weights.sum(axis=0)
        vanishes = total == 0
    if vanishes.any():
        first = tuple(int(i) for i in np.argwhere(vanishes)[0])
        pair = [np.stack([np.broadcast_to(e, vanishes.shape)[first] for e in both]) for both in (x, y)]
        raise ValueError(_several(*pair))
    law: NDArray[Any] = weights / total
    return law


def _without_cancellation(x: Sequence[Any], y: Sequence[Any], discount: Any, noise: Any) -> NDArray[np.float64]:
    """Cofactors up to a factor, shape (4, pairs), however small they all are."""
    weights = np.stack(trees(x, y, discount, noise))
    tiny = weights.sum(axis=0) < _TINY
    if tiny.any():
        one, two = ([entry[tiny] for entry in both] for both in (x, y))
        wide = trees(one, two, discount, noise, Wide.of)
        total = wide[0] + wide[1] + wide[2] + wide[3]
        weights[:, tiny] = np.where(total.mantissa == 0, 0.0, np.stack([weight.share_of(total) for weight in wide]))
    return weights


def _several(x: NDArray[Any], y: NDArray[Any]) -> str:
    classes = ["{" + ", ".join(states) + "}" for states in recurrent_classes(x, y)]
    return (
        f"the chain of x = {_shown(x)} and y = {_shown(y)} has no unique stationary law: the recurrent classes are "
        f"{', '.join(classes[:-1])} and {classes[-1]}; pass discount= (close to 1 for the limit from the opening), "
        "rounds= or noise="
    )


def _shown(strategy: NDArray[Any]) -> str:
    values = [str(value) if strategy.dtype == object else f"{value:g}" for value in strategy]
    return f"({', '.join(values)})"


def is_zero(value: Any) -> bool:
    """Whether an exact number or expression is zero."""
    if hasattr(value, "free_symbols"):
        value = value.expand()
        return bool(value == 0)
    return bool(value == 0)


def finite(x: Sequence[Any], y: Sequence[Any], rounds: int) -> NDArray[Any]:
    """Mean law over the first `rounds` rounds, shape (4, ...), of strategies given as five arrays each."""
    p, q = np.stack(x[1:]), np.stack([y[1], y[3], y[2], y[4]])

    def joint(cc: Any, first: Any, second: Any, everything: Any) -> NDArray[Any]:
        return np.stack([cc, first - cc, second - cc, everything - first - second + cc])

    law = joint(x[0] * y[0], x[0] + 0 * y[0], y[0] + 0 * x[0], 1 + 0 * x[0] * y[0])
    total = law
    for _ in range(rounds - 1):
        cooperates = law * p
        law = joint((cooperates * q).sum(axis=0), cooperates.sum(axis=0), (law * q).sum(axis=0), law.sum(axis=0))
        total = total + law
    mean: NDArray[Any] = total / rounds
    return mean
