r"""Rest points whose linear part leaves their stability open.

*Centre.* A natural flow moves :math:`x_k` at rate :math:`x_k (v_k - \bar v)`, so at an interior rest point
:math:`x^*` the function :math:`H = \sum_i c_i \sum_k x^*_{ik} \ln x_{ik}` changes at rate
:math:`\sum_i c_i \sum_k (x^*_{ik} - x_{ik}) v_{ik}`. If that vanishes identically for some :math:`c_i > 0`, H is a
constant of motion with its strict maximum at :math:`x^*` [1]_: orbits stay on its level sets.

*Three strategies, linear payoffs.* The replicator flow of one population is, up to speeds, a Lotka–Volterra flow in the
plane [3]_, and all its Hopf bifurcations are degenerate [2]_: a rest point with a pair of imaginary eigenvalues
(trace 0, determinant positive) is surrounded by closed orbits.

*Otherwise* the terms beyond the linear ones decide (:mod:`gametheory.analysis.local_flow`): one zero eigenvalue is left
to the centre manifold; a pair of imaginary eigenvalues in the plane to focal values; no linear part, in the plane, to
the leading terms.

References
----------
.. [1] J. Hofbauer, K. Sigmund. "Evolutionary Games and Population Dynamics", ch. 7 and 11. Cambridge University Press,
   1998.
.. [2] E. C. Zeeman. "Population dynamics from game theory". Global Theory of Dynamical Systems, Lecture Notes in
   Mathematics 819 (1980), 471-497.
.. [3] J. Hofbauer. "On the occurrence of limit cycles in the Volterra-Lotka equation". Nonlinear Analysis 5 (1981),
   1003-1007.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory.analysis.local_flow import UNDETERMINED, LocalFlow, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gametheory.analysis.algebra import Zero
    from gametheory.analysis.faces import Face

__all__ = ["Verdict", "beyond_linear", "beyond_linear_at", "natural_flow"]

_TAYLOR = 3  # degree up to which fields that are not rational are developed
_SPEED = {"natural": 1, "softmax": 2, "projected": 0}  # powers of p (1 - p)
_ZEEMAN = "imaginary eigenvalues, three strategies, linear payoffs (Zeeman 1980; Hofbauer 1981)"
_CONSTANT = "a constant of motion with closed levels"


def _centre(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> str:
    """Return why the point is a centre, or nothing."""
    if _has_constant_of_motion(face, advantages, exact):
        return _CONSTANT
    if face.space.n_actions != (3,) or not all(_is_affine(g, face.space.symbols) for g in advantages):
        return ""
    flow = natural_flow(face, advantages, exact)
    return _ZEEMAN if flow is not None and flow.turns else ""


def _has_constant_of_motion(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> bool:
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


def _is_affine(g: sp.Expr, symbols: Sequence[sp.Symbol]) -> bool:
    g = sp.sympify(g)
    return bool(g.is_polynomial(*symbols)) and sp.Poly(g, *symbols).total_degree() <= 1


def beyond_linear(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> Verdict:
    """Say what a rest point of a natural flow is, where its linear part leaves that open.

    Parameters
    ----------
    face : Face
        On which the point lies inside.
    advantages : sequence of SymPy expressions
        Own gradients in the coordinates of the space, without kinks.
    exact : sequence of SymPy numbers
        The point, in the free coordinates of the face.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> import gametheory as gt
    >>> from gametheory.analysis.faces import Face
    >>> game = gt.Game.from_bimatrix([[0, 2, -2], [2, 0, -6], [-2, 6, 0]])
    >>> field = gt.rules.replicator(game, populations="one")
    >>> inside = Face(field.space, ((0, 1, 2),))
    >>> verdict = beyond_linear(inside, field.advantages, [sp.Rational(3, 5), sp.Rational(1, 5)])
    >>> verdict.stability, verdict.reason[:21]
    ('centre', 'imaginary eigenvalues')
    """
    if face.name == "interior" and (why := _centre(face, advantages, exact)):
        return Verdict("centre", "centre", why)
    flow = natural_flow(face, advantages, exact)
    return UNDETERMINED if flow is None else flow.verdict


def beyond_linear_at(
    gradients: Sequence[sp.Poly], zero: Zero, fixed: Sequence[int | None], parametrisation: str
) -> Verdict:
    """Say what a rest point of one or two players with two actions is, where its linear part leaves that open.

    Parameters
    ----------
    gradients : sequence of d Poly
        Own gradients in the coordinates of the space, rational coefficients.
    zero : Zero
        The point.
    fixed : sequence of int or None
        The face: coordinates that are 0 or 1, None where free.
    parametrisation : {"natural", "softmax", "projected"}
        Of the gradient flow.

    Returns
    -------
    Verdict
        Where the flow across an edge or at a corner hangs on terms beyond the linear ones, of natural flows alone, and
        of one player: other flows come to such places at other speeds.

    Examples
    --------
    Two LASE players with R = T: from inside, mutual cooperation attracts, slowly.

    >>> import gametheory as gt
    >>> from gametheory.analysis.algebra import Zero
    >>> field = gt.rules.policy_gradient(gt.Game.two_by_two(1, 0, 1, 0), gt.transfer.SocialRelationship())
    >>> gradients = [sp.Poly(g, *field.space.symbols, domain="QQ") for g in field.advantages]
    >>> beyond_linear_at(gradients, Zero(sp.QQ, (sp.QQ(1), sp.QQ(1))), (1, 1), "natural").stability
    'sink'
    """
    free = [value is None for value in fixed]
    across = [zero.value(g).sign for g, value in zip(gradients, fixed, strict=True) if value is not None]
    power = _SPEED[parametrisation]
    if power != 1 and len(fixed) > 1 and not all(free) and 0 in across:
        return UNDETERMINED
    if not all(free):
        power = 1  # along an edge that attracts, or repels, the sign of the gradient decides, whatever the speeds
    rates = [
        sp.Poly((s * (1 - s)) ** power, *g.gens, domain="QQ") * g
        for s, g in zip(gradients[0].gens, gradients, strict=True)
    ]
    towards = [-1 if value == 1 else 1 for value in fixed]
    return LocalFlow.around(zero.domain, rates, zero.coordinates, [not f for f in free], towards).verdict


# ---------------------------------------------------------------------- a natural flow in coordinates around a point
def natural_flow(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> LocalFlow | None:
    """Write a natural flow around a rest point, exactly.

    Parameters
    ----------
    face, advantages, exact
        As for :func:`beyond_linear`.

    Returns
    -------
    LocalFlow or None
        In the probabilities of all actions but one in use; None if numbers are neither rational nor algebraic.
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
    rates = [r.subs(rest, simultaneous=True) for r in rates]
    here = dict(zip(face.symbols, exact, strict=True))
    full = [p.subs(here) for policy in face.policies for p in policy]
    place = [v for s, v in zip([s for own in x for s in own], full, strict=True) if s in chart]
    try:
        return _around(rates, chart, place, absent)
    except (sp.polys.polyerrors.BasePolynomialError, sp.polys.polyerrors.CoercionFailed):
        return None  # numbers that are neither rational nor algebraic


def _around(
    rates: list[sp.Expr], symbols: list[sp.Symbol], place: list[sp.Expr], inward: list[bool]
) -> LocalFlow | None:
    """Rates as polynomials around a place."""
    limit = None
    if all(r.is_rational_function(*symbols) for r in rates):
        # over their common denominator, which does not vanish there, orbits are the same
        parts = [sp.fraction(sp.cancel(sp.together(r))) for r in rates]
        below = reduce(sp.lcm, [d for _, d in parts], sp.Integer(1))
        side = sp.sign(below.subs(dict(zip(symbols, place, strict=True))))
        if side == 0:
            return None
        rates = [sp.expand(side * n * sp.cancel(below / d)) for n, d in parts]
    else:
        limit, e = _TAYLOR, sp.Dummy("e")
        near = {s: a + e * (s - a) for s, a in zip(symbols, place, strict=True)}
        moved = [r.subs(near, simultaneous=True) for r in rates]
        rates = [
            sum((r.diff(e, k).subs(e, 0) / sp.factorial(k) for k in range(1, limit + 1)), sp.Integer(0)) for r in moved
        ]
    polynomials = [sp.Poly(r, *symbols, extension=True) for r in rates]
    domain: Any = reduce(
        lambda a, b: a.unify(b), [sp.construct_domain(place, extension=True)[0]] + [p.domain for p in polynomials]
    )
    domain = domain.get_field()
    if not (domain.is_QQ or domain.is_Algebraic):
        return None
    elements = [domain.from_sympy(sp.sympify(v)) for v in place]
    flow = LocalFlow.around(domain, polynomials, elements, inward)
    return LocalFlow(domain, flow.rates, flow.inward, limit)
