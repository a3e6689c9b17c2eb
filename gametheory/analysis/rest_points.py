"""Every rest point of a learning field, and how it is known."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from gametheory.analysis.certified import certified_rest_points
from gametheory.analysis.log_odds import log_odds
from gametheory.analysis.many_starts import found_rest_points
from gametheory.analysis.polynomial import NotExactError, exact_rest_points
from gametheory.analysis.real_vectors import found_in_box
from gametheory.field import ClosedForm
from gametheory.intervals import NotEnclosedError
from gametheory.space import Space, simplices

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from gametheory.analysis.results import RestPoints
    from gametheory.field import Field

__all__ = ["rest_points"]

_PROBES = 200
_LARGEST = 3  # dimension up to which the search is exhaustive
_PAYOFFS, _COORDINATES = 400, 8  # of games whose closed form is derived
_PAYOFFS_ALIKE = 5000  # where all players are alike


def rest_points(
    field: Field,
    *,
    seconds: float | None = None,
    period: int = 1,
    seed: int = 0,
    box: tuple[ArrayLike, ArrayLike] | None = None,
) -> RestPoints:
    """Find the rest points of a flow or the fixed points of a map, and prove what can be proved.

    Parameters
    ----------
    field : Field
        All parameters bound; payoffs that are floats count as the decimals that they print as.
    seconds : float, optional
        Time after which a search is ended, with a word in `method`; what is left is `undecided`, or has no certificate.
        It is looked at between parts of the work, each well below a second, but for the derivation of a closed form
        and exact elimination, which are short. Without it the work is bounded, and the answer is the same on every
        machine and under any load.
    period : int, default 1
        For maps: also the points that come back after so many steps.
    seed : int, default 0
        Of the random starts, where the search is not exhaustive.
    box : pair of array_like, shapes () or (d,), optional
        For fields on real vectors, as of logits: lowest and largest coordinates of the box in which points are looked
        for; -10 and 10 if not given.

    Returns
    -------
    RestPoints
        `complete` only if it is proved that there are no others.

    Raises
    ------
    ValueError
        Unbound parameters (named); a period of a flow; a negative time; a box for policies; values that are not
        numbers.

    Warns
    -----
    UserWarning
        Floats in the field's expressions: they are read as the decimals that they print as, and the error is told.

    Notes
    -----
    Five ways, the first that serves:

    1. gradient flows of one or two players with two actions, polynomial with rational coefficients: exact, by
       elimination and real-root counting;
    2. flows that explore, as Boltzmann Q-learning, in closed form: in log-odds, where corners are far away
       (:mod:`gametheory.analysis.log_odds`); all of them, up to three dimensions;
    3. other fields in closed form, up to three dimensions: branch and prune in interval arithmetic, each point with
       Krawczyk's certificate (:mod:`gametheory.analysis.enclosures`), face by face;
    4. larger fields, and those without a closed form: from many starts, the fewer the larger the field; each point is
       tried in exact arithmetic and certified by expressions or the field's own code
       (:mod:`gametheory.analysis.by_code`), as far as the work allowed goes and those first that may attract; never are
       they said to be all. Closed forms of large games are too long to be derived;
    5. fields on real vectors: from many starts in a box (:mod:`gametheory.analysis.real_vectors`).

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
    complete: branch and prune with Krawczyk's test in log-odds
    """
    if field.parameters:
        msg = f"unbound parameter {', '.join(field.parameters)}: rest points need numbers, call field.bind(...) first"
        raise ValueError(msg)
    if period != 1 and field.kind != "map":
        msg = f"period is for maps, got {period} for a flow"
        raise ValueError(msg)
    if seconds is not None and not seconds >= 0:
        msg = f"seconds must be at least 0, or None, got {seconds}"
        raise ValueError(msg)
    if not field.space.dimension:
        msg = "the space has no interior: nobody has a choice"
        raise ValueError(msg)
    if not isinstance(field.space, Space):
        return found_in_box(field, box, period=period, seed=seed, seconds=seconds)
    if box is not None:
        msg = f"box is for fields on real vectors; policies are looked at everywhere, got {box!r}"
        raise ValueError(msg)
    return _on_policies(field, seconds, period, seed)


def _on_policies(field: Field, seconds: float | None, period: int, seed: int) -> RestPoints:
    space = simplices(field.space)
    field = _rationalised(field) if _has_short_form(field) else replace(field, derive=None, derive_alike=None)
    gradients = field.kind == "flow" and field.parametrisation and field.advantages is not None
    if gradients and set(space.n_actions) == {2} and space.dimension <= 2:
        try:
            return exact_rest_points(field)
        except NotExactError:
            pass  # not polynomial, or zeros that are too hard to write down
    small = field.expressions is not None and space.dimension <= _LARGEST
    if small:
        _check_numbers(field)
    try:
        if (equations := log_odds(field)) is not None:
            return equations.rest_points(seconds, seed)
        if small:
            return certified_rest_points(field, seconds=seconds, period=period)
    except NotEnclosedError:
        pass  # a function that interval arithmetic does not know
    return found_rest_points(field, period=period, seed=seed, seconds=seconds)


def _has_short_form(field: Field) -> bool:
    """Whether a closed form is derived in seconds: of games with few payoffs, or few coordinates with all alike."""
    game = getattr(field.objective, "game", None)
    if game is None or field.objective is None:
        return True
    if field.objective.space.dimension > field.space.dimension:
        return bool(game.payoffs.size <= _PAYOFFS_ALIKE)
    return bool(game.payoffs.size <= _PAYOFFS and field.space.dimension <= _COORDINATES)


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
