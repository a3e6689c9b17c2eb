r"""Whether a learning flow of two players with two actions can run in circles.

Divide a natural flow :math:`\dot p_i = p_i (1 - p_i) g_i` by the positive function :math:`\prod_i p_i (1 - p_i)`.
What is left has the divergence

.. math:: \frac{\partial_1 g_1}{p_2 (1 - p_2)} + \frac{\partial_2 g_2}{p_1 (1 - p_1)}.

If both numerators are of one sign on the square, and not both zero everywhere, no closed orbit lies inside: Dulac's
criterion [1]_. For two LASE players with exact estimates :math:`\partial_1 g_1 = -(R p_2 + T (1 - p_2))`, so games with
R, T > 0 have no cycles.

References
----------
.. [1] J. Hofbauer, K. Sigmund. "Evolutionary Games and Population Dynamics", ch. 4. Cambridge University Press, 1998.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from gametheory.space import simplices

if TYPE_CHECKING:
    from gametheory.field import Field

__all__ = ["excludes_cycles"]


def excludes_cycles(field: Field) -> bool:
    """Prove by Dulac's criterion that a flow has no closed orbit inside the square.

    Parameters
    ----------
    field : Field
        Natural policy gradient of two players with two actions, polynomial, parameters bound.

    Returns
    -------
    bool
        True: proved. False: this criterion does not show it. Either way the border of the square may be a cycle.

    Raises
    ------
    ValueError
        Unbound parameters.

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
    if simplices(field.space).n_actions != (2, 2) or field.parametrisation != "natural" or field.advantages is None:
        return False
    signs: set[int] = set()
    for gradient, symbol in zip(field.advantages, field.space.symbols, strict=True):
        slope = sp.Poly(gradient.diff(symbol), *field.space.symbols)
        if any(power > 1 for powers in slope.monoms() for power in powers):
            return False
        # affine in each coordinate: its extreme values on the square are taken at corners
        signs |= {int(sp.sign(slope(*corner))) for corner in product((0, 1), repeat=2)}
    return signs in ({1}, {-1}, {0, 1}, {0, -1})
