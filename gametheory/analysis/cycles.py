r"""Whether a learning flow in two dimensions can run in circles.

Bendixson's and Dulac's criterion [1]_: if :math:`\operatorname{div}(B f)` has one sign in a simply connected region for
some positive function B, no closed orbit lies in it. Tried are

- natural flows of two players with two actions, :math:`\dot p_i = p_i (1 - p_i) g_i`, Boltzmann Q-learning among them
  (:math:`g_i` with the entropy term), with
  :math:`B = 1/\prod_i p_i (1 - p_i)`: the divergence is
  :math:`\partial_1 g_1 / (p_2 (1 - p_2)) + \partial_2 g_2 / (p_1 (1 - p_1))`, so it is enough that
  :math:`\partial_1 g_1` and :math:`\partial_2 g_2` have one and the same sign. For two LASE players with exact
  estimates :math:`\partial_1 g_1 = -(R p_2 + T (1 - p_2))`: games with R, T > 0 have no cycles;
- any other flow in closed form with B = 1.

Signs are read from corners where a polynomial is affine in each coordinate, else from interval enclosures on a grid
that is refined where they do not decide.

References
----------
.. [1] J. Hofbauer, K. Sigmund. "Evolutionary Games and Population Dynamics", ch. 4. Cambridge University Press, 1998.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from gametheory.intervals import Interval, NotEnclosedError, compiled
from gametheory.kinks import opaque
from gametheory.space import simplices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gametheory.field import Field

__all__ = ["excludes_cycles"]

_PLANE = 2
_GRID, _ROUNDS = 16, 6


def excludes_cycles(field: Field) -> bool:
    """Prove by Bendixson's or Dulac's criterion that a flow in two dimensions has no closed orbit.

    Parameters
    ----------
    field : Field
        A flow on two two-action policies, or on one with three actions; parameters bound.

    Returns
    -------
    bool
        True: proved. False: these criteria do not show it. For natural flows the border of the space, which is made of
        orbits, may be a cycle either way.

    Raises
    ------
    ValueError
        Unbound parameters; more or fewer than two dimensions.

    Examples
    --------
    >>> import gametheory as gt
    >>> pennies = gt.catalogue.matching_pennies()
    >>> excludes_cycles(gt.rules.policy_gradient(pennies, gt.transfer.SocialRelationship()))
    True
    >>> excludes_cycles(gt.rules.policy_gradient(pennies))
    False
    """
    if field.parameters:
        msg = (
            f"unbound parameter {', '.join(field.parameters)}: the criterion needs numbers, call field.bind(...) first"
        )
        raise ValueError(msg)
    space = simplices(field.space)
    if space.dimension != _PLANE:
        msg = f"the criterion serves flows in two dimensions, this one has {space.dimension}"
        raise ValueError(msg)
    if field.kind != "flow" or field.expressions is None:
        return False
    symbols = space.symbols
    if space.n_actions == (2, 2) and _is_natural(field):
        slopes = [g.diff(s) for g, s in zip(map(opaque, field.advantages or ()), symbols, strict=True)]
        signs = set().union(*(_signs(slope, symbols, triangle=False) for slope in slopes))
        if signs in ({1}, {-1}, {0, 1}, {0, -1}):
            return True
    if field.smoothness == "piecewise":  # the divergence theorem wants more than bounded slopes
        return False
    divergence = sum((e.diff(s) for e, s in zip(map(opaque, field.expressions), symbols, strict=True)), sp.Integer(0))
    return _signs(divergence, symbols, triangle=space.n_players == 1) in ({1}, {-1})


def _is_natural(field: Field) -> bool:
    """Whether each rate is p (1 - p) times what is given as own gradient."""
    if field.advantages is None or field.expressions is None:
        return False
    return field.parametrisation == "natural" or all(
        sp.expand(rate - s * (1 - s) * g) == 0
        for rate, g, s in zip(field.expressions, field.advantages, field.space.symbols, strict=True)
    )


def _signs(expression: sp.Expr, symbols: Sequence[sp.Symbol], *, triangle: bool) -> set[int]:
    """Signs that an expression takes on the square or triangle; all three where that is not decided."""
    if expression.is_polynomial(*symbols):
        polynomial = sp.Poly(expression, *symbols)
        if all(power <= 1 for powers in polynomial.monoms() for power in powers) and not triangle:
            # affine in each coordinate: its extreme values on the square are taken at corners
            return {int(sp.sign(polynomial(*corner))) for corner in product((0, 1), repeat=_PLANE)}
    try:
        enclose = compiled(symbols, [expression])
    except NotEnclosedError:
        return {-1, 0, 1}
    ends = np.linspace(0, 1, _GRID + 1)
    low = np.stack(np.meshgrid(ends[:-1], ends[:-1], indexing="ij"), axis=-1).reshape(-1, _PLANE)
    boxes, found = Interval(low, low + 1 / _GRID), set()
    for _ in range(_ROUNDS):
        if triangle:
            boxes = boxes[boxes.lo.sum(axis=-1) <= 1]
        value = enclose(boxes)[..., 0]
        found |= {sign for sign, seen in ((1, value.lo > 0), (-1, value.hi < 0)) if seen.any()}
        boxes = boxes[~((value.lo > 0) | (value.hi < 0))]
        if not len(boxes.lo) or len(found) > 1:
            return found
        middle = boxes.middle
        cuts = [(boxes.lo, middle), (middle, boxes.hi)]
        quarters = [
            Interval(np.stack([x[0][:, 0], y[0][:, 1]], axis=-1), np.stack([x[1][:, 0], y[1][:, 1]], axis=-1))
            for x, y in product(cuts, repeat=2)
        ]
        boxes = Interval(np.concatenate([q.lo for q in quarters]), np.concatenate([q.hi for q in quarters]))
    return {-1, 0, 1}
