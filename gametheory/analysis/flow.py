"""Integration of flows, many starts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.integrate import solve_ivp

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gametheory.field import Field

__all__ = ["flow"]


def flow(field: Field, starts: ArrayLike, times: ArrayLike, *, tolerance: float = 1e-8) -> NDArray[np.float64]:
    """Follow a flow from some starts (one stacked system, DOP853).

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

    def velocity(_t: float, flat: NDArray[Any]) -> NDArray[Any]:
        return field(flat.reshape(states.shape)).ravel()

    solution = solve_ivp(
        velocity, (0.0, float(times[-1])), states.ravel(), "DOP853", times, rtol=tolerance, atol=tolerance / 100
    )
    if not solution.success:
        msg = f"integration failed: {solution.message}"
        raise ValueError(msg)
    return np.asarray(solution.y.T.reshape(len(times), *states.shape))
