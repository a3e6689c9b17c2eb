r"""Rest points whose linear part leaves their stability open, in the simple cases.

*Centre.* A natural flow moves :math:`x_k` at rate :math:`x_k (v_k - \bar v)`, so at an interior rest point
:math:`x^*` the function :math:`H = \sum_i c_i \sum_k x^*_{ik} \ln x_{ik}` changes at rate
:math:`\sum_i c_i \sum_k (x^*_{ik} - x_{ik}) v_{ik}`. If that vanishes identically for some :math:`c_i > 0`, H is a
constant of motion with its strict maximum at :math:`x^*` [1]_: orbits stay on its level sets.

*One zero eigenvalue.* With right and left null vectors r, l the flow on the centre manifold is
:math:`\dot u = a u^2 + \dots`, :math:`a = l \cdot D^2 f(r, r) / (2\, l \cdot r)` [2]_. Where the null direction leads
into the simplex only :math:`u \ge 0` exists, and the sign of a decides; elsewhere :math:`a \ne 0` means that one side
leaves.

References
----------
.. [1] J. Hofbauer, K. Sigmund. "Evolutionary Games and Population Dynamics", ch. 7 and 11. Cambridge University Press,
   1998.
.. [2] J. Guckenheimer, P. Holmes. "Nonlinear Oscillations, Dynamical Systems, and Bifurcations of Vector Fields", 3.2.
   Springer, 1983.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gametheory.analysis.faces import Face

__all__ = ["is_centre", "second_order"]

_MARGIN = 1e-4  # of the largest eigenvalue: far more than rounding moves a double one


def is_centre(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> bool:
    """Whether an interior rest point of a natural flow has a constant of motion around it.

    Parameters
    ----------
    face : Face
        The whole space.
    advantages : sequence of SymPy expressions
        Own gradients in the coordinates of the space.
    exact : sequence of SymPy numbers
        The point, in the free coordinates of the face.

    Returns
    -------
    bool
        True is proved.
    """
    place = dict(zip(face.symbols, exact, strict=True))
    rates = []
    for g, policy in zip(face.gradients(tuple(advantages)), face.policies, strict=True):
        rates.append(sp.expand(sum((x.subs(place) - x) * v for x, v in zip(policy, g, strict=True))))
    if not all(rate.is_polynomial(*face.symbols) for rate in rates):
        return False
    terms = [sp.Poly(rate, *face.symbols).as_dict() for rate in rates]
    monomials = sorted({m for t in terms for m in t})
    balance = sp.Matrix([[t.get(m, 0) for t in terms] for m in monomials] or [[0] * len(terms)])
    null = balance.nullspace()
    return len(null) >= 1 and (len(null) == len(rates) or (len(null) == 1 and len({sp.sign(c) for c in null[0]}) == 1))


def second_order(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> str:
    """Stability of a rest point of a natural flow with one zero eigenvalue, by the flow on its centre manifold.

    Parameters
    ----------
    face : Face
        On which the point lies inside.
    advantages : sequence of SymPy expressions
        Own gradients in the coordinates of the space.
    exact : sequence of SymPy numbers
        The point, in the free coordinates of the face.

    Returns
    -------
    {"sink", "saddle", "undetermined"}
        A sink attracts from inside the simplices; a saddle is left in some direction.
    """
    space = face.space
    x = [[sp.Symbol(f"x{i}_{k}") for k in range(a)] for i, a in enumerate(space.n_actions)]
    reference = [support[-1] for support in face.supports]
    chart = [s for i, own in enumerate(x) for k, s in enumerate(own) if k != reference[i]]
    absent = [k not in face.supports[i] for i, own in enumerate(x) for k in range(len(own)) if k != reference[i]]
    rest = {own[r]: 1 - sum(s for k, s in enumerate(own) if k != r) for own, r in zip(x, reference, strict=True)}
    coordinates = dict(zip(space.symbols, [s for own in x for s in own[:-1]], strict=True))
    gradient = [sp.sympify(g).subs(coordinates, simultaneous=True) for g in advantages]
    rates = []
    for i, block in enumerate(space.blocks):
        values = [*gradient[block], sp.Integer(0)]
        mean = sum(s * v for s, v in zip(x[i], values, strict=True))
        rates += [x[i][k] * (values[k] - mean) for k in range(len(values)) if k != reference[i]]
    f = sp.Matrix([r.subs(rest, simultaneous=True) for r in rates])
    place = dict(zip(face.symbols, exact, strict=True))
    full = [p.subs(place) for policy in face.policies for p in policy]
    here = {s: v for s, v in zip([s for own in x for s in own], full, strict=True) if s in chart}
    jacobian = f.jacobian(chart).subs(here)
    right, left = jacobian.nullspace(), jacobian.T.nullspace()
    if len(right) != 1 or len(left) != 1 or (left[0].T * right[0])[0] == 0:
        return "undetermined"
    r, dual = right[0], left[0] / (left[0].T * right[0])[0]
    curvature = [(r.T * sp.hessian(f[n], chart).subs(here) * r)[0] for n in range(len(chart))]
    bend = sum((w * c for w, c in zip(dual, curvature, strict=True)), sp.Integer(0)) / 2
    inward = [r[n] for n in range(len(chart)) if absent[n] and r[n] != 0]
    if inward and len({sp.sign(v) for v in inward}) > 1:
        return "undetermined"
    if inward and inward[0] < 0:
        bend = -bend
    others = [complex(v).real for v in np.roots([float(c) for c in sp.Poly(jacobian.charpoly()).all_coeffs()[:-1]])]
    if bend == 0 or any(abs(v) < _MARGIN * max(map(abs, others)) for v in others):
        return "undetermined"
    if all(v < 0 for v in others) and inward and bend < 0:
        return "sink"
    return "saddle" if any(v < 0 for v in others) or not inward else "undetermined"
