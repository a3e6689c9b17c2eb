"""Every rest point of a learning field, and how it is known."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from gametheory.analysis.certified import certified_rest_points
from gametheory.analysis.many_starts import found_rest_points
from gametheory.analysis.polynomial import NotExactError, exact_rest_points
from gametheory.field import ClosedForm
from gametheory.intervals import NotEnclosedError
from gametheory.space import simplices

if TYPE_CHECKING:
    from gametheory.analysis.results import RestPoints
    from gametheory.field import Field

__all__ = ["rest_points"]

_PROBES = 200
_LARGEST = 3  # dimension up to which the search is exhaustive


def rest_points(field: Field, *, seconds: float = 20.0, period: int = 1, seed: int = 0) -> RestPoints:
    """Find the rest points of a flow or the fixed points of a map, and prove what can be proved.

    Parameters
    ----------
    field : Field
        On policies, all parameters bound; payoffs that are floats count as the decimals that they print as.
    seconds : float, default 20
        Time for branch and prune, what is left then is returned as `undecided`; and for certificates of points found
        from many starts.
    period : int, default 1
        For maps: also the points that come back after so many steps.
    seed : int, default 0
        Of the random starts, where the search is not exhaustive.

    Returns
    -------
    RestPoints
        `complete` only if it is proved that there are no others.

    Raises
    ------
    ValueError
        Unbound parameters (named); a period of a flow; a field on real vectors; values that are not numbers.

    Warns
    -----
    UserWarning
        Floats in the field's expressions: they are read as the decimals that they print as, and the error is told.

    Notes
    -----
    Three ways, the first that serves:

    1. gradient flows of one or two players with two actions, polynomial with rational coefficients: exact, by
       elimination and real-root counting;
    2. other fields in closed form, up to three dimensions: branch and prune in interval arithmetic, each point with
       Krawczyk's certificate (:mod:`gametheory.analysis.enclosures`), face by face;
    3. larger fields, and those without a closed form: from many starts; each point is tried in exact arithmetic and
       certified by expressions or the field's own code (:mod:`gametheory.analysis.by_code`), as far as time allows and
       those first that may attract; never are they said to be all.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
    >>> print(rest_points(gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())))
    (0, 0)  source (node), p1 = 0, p2 = 0
    (0, 1)  source (node), p1 = 0, p2 = 1
    (1, 0)  source (node), p1 = 1, p2 = 0
    (1, 1)  source (node), p1 = 1, p2 = 1
    (0, 4/5)  saddle, p1 = 0
    (1, 1/3)  saddle, p1 = 1
    (4/5, 0)  saddle, p2 = 0
    (1/3, 1)  saddle, p2 = 1
    (2/3, 2/3)  sink (node), interior
    complete: exact elimination and real-root counting
    >>> coordination = gt.catalogue.coordination(1, 1)
    >>> print(rest_points(gt.rules.boltzmann_q(coordination, temperature=0.45)))
    (0.23729, 0.23729)  sink (node), interior
    (0.5, 0.5)  saddle, interior
    (0.76271, 0.76271)  sink (node), interior
    complete: branch and prune with Krawczyk's test
    """
    if field.parameters:
        msg = f"unbound parameter {', '.join(field.parameters)}: rest points need numbers, call field.bind(...) first"
        raise ValueError(msg)
    if period != 1 and field.kind != "map":
        msg = f"period is for maps, got {period} for a flow"
        raise ValueError(msg)
    space = simplices(field.space)
    if not space.dimension:
        msg = f"the space has no interior: its players have {space.n_actions} actions"
        raise ValueError(msg)
    field = _rationalised(field)
    gradients = field.kind == "flow" and field.parametrisation and field.advantages is not None
    if gradients and set(space.n_actions) == {2} and space.dimension <= 2:
        try:
            return exact_rest_points(field)
        except NotExactError:
            pass  # not polynomial, or zeros that are too hard to write down
    if field.expressions is not None and space.dimension <= _LARGEST:
        _check_numbers(field)
        try:
            return certified_rest_points(field, seconds=seconds, period=period)
        except NotEnclosedError:
            pass  # a function that interval arithmetic does not know
    return found_rest_points(field, period=period, seed=seed, seconds=seconds)


def _rationalised(field: Field) -> Field:
    """Read floats in expressions as fractions, and say so."""
    closed = ClosedForm(field.expressions, field.advantages) if field.expressions is not None else None
    floats = (
        {f for e in (*closed.rates, *(closed.advantages or ())) for f in sp.sympify(e).atoms(sp.Float)}
        if closed
        else set()
    )
    if closed is None or not floats:
        return field
    meaning = {f: sp.Rational(str(float(f))) for f in floats}
    error = max(abs(sp.Rational(float(f)) - r) for f, r in meaning.items())
    warnings.warn(
        f"the field's expressions hold {len(floats)} floats; they are read as fractions, e.g. {float(min(floats))!r} "
        f"as {meaning[min(floats)]}, which moves them by at most {float(error):.1g}",
        stacklevel=3,
    )
    return replace(field, derive=lambda: closed.map(lambda e: sp.sympify(e).xreplace(meaning)))


def _check_numbers(field: Field) -> None:
    """Raise ``ValueError`` if the closed form is not a number somewhere inside."""
    states = field.space.random(_PROBES, rng=0)
    rates = sp.lambdify(field.space.symbols, list(field.expressions or ()), modules=["numpy", "scipy"])
    with np.errstate(all="ignore"):
        values = [np.broadcast_to(v, _PROBES) for v in rates(*states.T)]
    bad = ~np.isfinite(np.array(values, dtype=np.float64)).all(axis=0)
    if bad.any():
        msg = f"the field is not a number at the state {states[np.argmax(bad)].round(6).tolist()}"
        raise ValueError(msg)
