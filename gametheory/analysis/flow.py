"""Integration of flows, many starts at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.integrate import solve_ivp

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["flow"]


def flow(field: Field, starts: ArrayLike, times: ArrayLike, *, tolerance: float = 1e-8) -> NDArray[np.float64]:
    """Follow a flow from some starts (one stacked system; DOP853, or fixed steps for piecewise fields).

    Parameters
    ----------
    field : Field
        A flow, parameters bound.
    starts : array_like, shape (..., d)
        Where to begin, at time 0.
    times : array_like, shape (k,)
        When to record; ascending, not negative.
    tolerance : float, default 1e-8
        Relative tolerance of the integrator; the absolute one is a hundredth of it.

    Returns
    -------
    ndarray, shape (k, ..., d)

    Raises
    ------
    ValueError
        A map, unbound parameters, or an integration that failed.

    Notes
    -----
    A path that comes nearer to a face than the absolute tolerance may stay there for good. Piecewise fields are
    followed by fixed steps of the fourth root of `tolerance`, with an error of that order where the field jumps.

    Examples
    --------
    A donation game with cost 1 without gifts is the logistic equation: from .9 to .1 in ln 81.

    >>> import gametheory as gt
    >>> field = gt.rules.policy_gradient(gt.catalogue.donation(b=3, c=1))
    >>> flow(field, [0.9, 0.9], [0, np.log(81)]).round(6)
    array([[0.9, 0.9],
           [0.1, 0.1]])
    """
    if field.kind != "flow" or field.parameters:
        msg = f"flow needs a flow with all parameters bound, got a {field.kind} with parameters {field.parameters}"
        raise ValueError(msg)
    states = field.space.check(starts)
    times = np.asarray(times, dtype=np.float64)

    # outside, where rounding may lead, a flow that leaves no face would run away from it
    inside = field.space.nearest

    def velocity(_t: float, flat: NDArray[Any]) -> NDArray[Any]:
        return field(inside(flat.reshape(states.shape))).ravel()

    if field.smoothness == "piecewise":  # an adaptive step would shrink without end where the field jumps
        return _fixed_steps(lambda x: field(inside(x)), inside, states, times, step=tolerance**0.25)
    solution = solve_ivp(
        velocity, (0.0, float(times[-1])), states.ravel(), "DOP853", times, rtol=tolerance, atol=tolerance / 100
    )
    if not solution.success:
        msg = f"integration failed: {solution.message}"
        raise ValueError(msg)
    return inside(solution.y.T.reshape(len(times), *states.shape))


def _fixed_steps(
    velocity: Callable[[Array], Array], inside: Callable[[Array], Array], x: Array, times: Array, step: float
) -> Array:
    """Follow a flow by fourth-order Runge-Kutta steps of at most `step`; the error where the field jumps is O(step)."""
    found, now = [], 0.0
    for time in times:
        count = math.ceil((time - now) / step)
        h = (time - now) / max(count, 1)
        for _ in range(count):
            a = velocity(x)
            b = velocity(x + h / 2 * a)
            c = velocity(x + h / 2 * b)
            d = velocity(x + h * c)
            x = inside(x + h / 6 * (a + 2 * b + 2 * c + d))
        now = time
        found.append(x)
    return np.stack(found)
