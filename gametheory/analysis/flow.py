"""Integration of flows and iteration of maps, many starts at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.analysis.integration.crossings import Crossings, Event, events_of
from gametheory.analysis.integration.logarithms import near_face
from gametheory.analysis.integration.request import Followed, Request, held_by, is_closed
from gametheory.analysis.integration.stepping import follow
from gametheory.field import Field
from gametheory.space import Space

__all__ = ["Trajectories", "flow", "trajectories"]

Array = NDArray[Any]

_OUTSIDE = 1e-9
_MANY = 200_000  # starts from which compiling pays


@dataclass(frozen=True)
class Trajectories:
    """Paths from a batch of starts.

    Parameters
    ----------
    times : ndarray, shape (k,)
        When states were recorded.
    states : ndarray, shape (k, ..., d)
        Where the trajectories were. After its end a trajectory stays where it ended.
    ended : ndarray, shape (...)
        Up to when each was followed: the last time, or when it came to rest or was stopped.
    converged : ndarray of bool, shape (...)
        Which were left out because they could be shown to rest.
    steps : ndarray of int, shape (...)
        Steps taken.
    crossings : tuple of Crossings
        One for each event.
    method : {"plain", "compiled", "map"}
        How they were followed.
    """

    times: NDArray[np.float64]
    states: NDArray[np.float64]
    ended: NDArray[np.float64]
    converged: NDArray[np.bool_]
    steps: NDArray[np.int64]
    crossings: tuple[Crossings, ...]
    method: str


def flow(
    field: Field,
    starts: ArrayLike,
    times: ArrayLike,
    *,
    tolerance: float = 1e-8,
    drop: float | None = None,
    compiled: bool | None = None,
) -> NDArray[np.float64]:
    """Follow a flow, or iterate a map, from some starts; see :func:`trajectories`, of which these are the states.

    Parameters
    ----------
    field : Field
        A flow or a map, parameters bound.
    starts : array_like, shape (..., d)
        Where to begin, at time 0.
    times : array_like, shape (k,)
        When to record; ascending, not negative; whole numbers for a map.
    tolerance, drop, compiled
        As for :func:`trajectories`.

    Returns
    -------
    ndarray, shape (k, ..., d)

    Raises
    ------
    ValueError
        As for :func:`trajectories`.

    Examples
    --------
    A donation game with cost 1 without gifts is the logistic equation: from .9 to .1 in ln 81.

    >>> import gametheory as gt
    >>> field = gt.rules.policy_gradient(gt.catalogue.donation(b=3, c=1))
    >>> flow(field, [0.9, 0.9], [0, np.log(81)]).round(6)
    array([[0.9, 0.9],
           [0.1, 0.1]])
    """
    return trajectories(field, starts, times, tolerance=tolerance, drop=drop, compiled=compiled).states


def trajectories(
    field: Field,
    starts: ArrayLike,
    times: ArrayLike,
    *,
    tolerance: float = 1e-8,
    drop: float | None = None,
    events: Sequence[Event | Callable[[Array], Array]] = (),
    compiled: bool | None = None,
) -> Trajectories:
    r"""Follow a flow, or iterate a map, from some starts, and tell what happened on the way.

    Parameters
    ----------
    field : Field
        A flow or a map, parameters bound.
    starts : array_like, shape (..., d)
        Where to begin, at time 0.
    times : array_like, shape (k,)
        When to record; ascending, not negative; whole numbers for a map.
    tolerance : float, default 1e-8
        Relative error of one step; the absolute one is a hundredth of it. Between :math:`10^{-13}` and 0.1.
    drop : float, optional
        Trajectories that can be shown to move no further than this, in any coordinate, are left where they are; a
        tenth of `tolerance` if not given, 0 to follow all to the end.
    events : sequence of Event or callable
        What to look for; a function ``g(x)``, shapes (..., d) to (...), stands for its zeros.
    compiled : bool, optional
        Whether to integrate by machine code, which needs the extra ``fast`` (Numba), expressions of the field and no
        events. If not given: where that is possible and there are enough starts for it to pay.

    Returns
    -------
    Trajectories

    Raises
    ------
    ValueError
        Unbound parameters; a start outside the space by more than 1e-9; times that do not ascend from 0 or later, or
        for a map are not whole; a field that is not finite on the way; machine code that is asked for and cannot be
        made.

    Notes
    -----
    The method is DOP853 [1]_ with a step for each trajectory. A stacked system, as one would give it to SciPy, takes
    for all the steps that the most restless one needs, until the last is at rest. On 100,000 starts of two-by-two
    replicator flows, at an equal error of at most 1e-6, this took 1.3 to 1.7 times less time than SciPy on the stacked
    system, and machine code 2.4 to 2.5 times less (``benchmarks/bench_flow.py``). Trajectories do not depend on their
    companions. The first use of machine code compiles it, for some ten seconds; Numba keeps the result on disk.

    A path that comes nearer to a face than the absolute tolerance may stay there for good.

    In piecewise fields steps shrink where the field jumps. The first jumps are crossed with an error of about the
    square root of `tolerance`; where a path slides along a jump, or has met many, steps that move by up to its fourth
    root are taken on trust, and the error is of that order while the path slides. When it leaves a surface or a saddle
    that it slid to is not controlled: states at one time may then differ by much more, though paths and ends agree.

    References
    ----------
    .. [1] E. Hairer, S. P. Nørsett, G. Wanner. "Solving Ordinary Differential Equations I". Springer, 1993.

    Examples
    --------
    When does cooperation fall below one half, if it falls like the logistic curve from .9? After ln 9.

    >>> import gametheory as gt
    >>> field = gt.rules.policy_gradient(gt.catalogue.donation(b=3, c=1))
    >>> found = trajectories(field, [0.9, 0.9], [0, 50], events=[lambda x: x[..., 0] - 0.5])
    >>> found.crossings[0].time.round(4), np.log(9).round(4)
    (array([2.1972]), np.float64(2.1972))
    >>> bool(found.converged)
    True
    """
    if field.parameters:
        msg = f"flow needs all parameters bound, got a {field.kind} with parameters {field.parameters}"
        raise ValueError(msg)
    if not 1e-13 <= tolerance <= 0.1:
        msg = f"tolerance must be between 1e-13 and 0.1, got {tolerance}"
        raise ValueError(msg)
    drop = tolerance / 10 if drop is None else drop
    if not drop >= 0:
        msg = f"drop must be a distance, at least 0, got {drop}"
        raise ValueError(msg)
    when = _ascending(times, whole=field.kind == "map")
    states = _inside(field, starts)
    shape = states.shape[:-1]
    near = near_face(field, tolerance)
    request = Request(field, states.reshape(-1, states.shape[-1]), when, tolerance, drop, events_of(events), near)
    found, method = _follow(request, compiled)
    return Trajectories(
        when,
        found.states.reshape(len(when), *states.shape),
        found.ended.reshape(shape),
        found.converged.reshape(shape),
        found.steps.reshape(shape),
        tuple(Crossings.join(parts, states.shape[-1]) for parts in found.crossings),
        method,
    )


def _ascending(times: ArrayLike, *, whole: bool) -> NDArray[np.float64]:
    """Check times of recording."""
    when = np.asarray(times, dtype=np.float64)
    if when.ndim != 1 or not len(when):
        msg = f"times must have shape (k,) with k at least 1, got {when.shape}"
        raise ValueError(msg)
    if not np.isfinite(when).all() or when[0] < 0 or (np.diff(when) <= 0).any():
        at = int(np.argmax(~np.isfinite(when) | (when < 0) | (np.diff(when, prepend=-np.inf) <= 0)))
        msg = f"times must be finite, not negative, and ascend; time {at} is {when[at]}"
        raise ValueError(msg)
    if whole and (when % 1).any():
        msg = f"times of a map must be whole numbers, got {when[np.argmax(when % 1 > 0)]}"
        raise ValueError(msg)
    return when


def _inside(field: Field, starts: ArrayLike) -> NDArray[np.float64]:
    """Check starts, and take away rounding that leads outside."""
    space = field.space
    states = np.asarray(space.check(starts), dtype=np.float64)
    if not np.isfinite(states).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(states))[0])
        msg = f"starts must be finite, got {states[where]} at index {where}"
        raise ValueError(msg)
    if isinstance(space, Space):
        for block, policy in zip(space.blocks, space.policies(states), strict=True):
            if (policy < -_OUTSIDE).any():
                *start, action = (int(k) for k in np.argwhere(policy < -_OUTSIDE)[0])
                names, values = space.names[block], states[tuple(start)][block].tolist()
                single = action < len(names) or len(names) == 1
                which = names[min(action, len(names) - 1)] if single else f"the sum of {', '.join(names)}"
                value = values[min(action, len(names) - 1)] if single else sum(values)
                msg = f"start {tuple(start)} is outside the space: {which} is {value}, not between 0 and 1"
                raise ValueError(msg)
    return np.asarray(space.nearest(states), dtype=np.float64)


def _follow(request: Request, compiled: bool | None) -> tuple[Followed, str]:
    """Choose how to follow, and do it."""
    if request.field.kind == "map":
        if compiled:
            msg = "compiled=True is for flows; the field is a map"
            raise ValueError(msg)
        return _iterate(request), "map"
    if compiled is None:
        quick = request.field.smoothness in {"polynomial", "rational"} and not request.events
        compiled = (
            quick and len(request.starts) >= _MANY and find_spec("numba") is not None and is_closed(request.field)
        )
    if not compiled:
        return follow(request), "plain"
    if find_spec("numba") is None:
        msg = "compiled=True needs Numba: install the extra `fast`, pip install lase-toolkit[fast]"
        raise ValueError(msg)
    jumps = request.field.smoothness == "piecewise"
    if request.events or jumps or not is_closed(request.field):
        missing = (
            "no events"
            if request.events
            else "a field that is not piecewise"
            if jumps
            else "a field with expressions in its coordinates alone"
        )
        msg = f"compiled=True needs {missing}; leave it out, or give compiled=False"
        raise ValueError(msg)
    from gametheory.analysis.integration.kernels import follow_compiled

    return follow_compiled(request), "compiled"


def _iterate(request: Request) -> Followed:
    """Iterate a map; a trajectory that comes to a fixed point is at rest."""
    found, inside = Followed.empty(request), held_by(request.field.space)
    x, recorded, last = request.starts, 0, int(request.times[-1])
    before = [event.values(x) for event in request.events]
    active = np.ones(len(x), dtype=bool)
    for now in range(last + 1):
        if now == request.times[recorded]:
            found.states[recorded] = x
            recorded += 1
        if now == last or not active.any():
            break
        rows = np.flatnonzero(active)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            after = inside(request.field(x[rows]).T).T
        if not np.isfinite(after).all():
            bad = int(np.argmax(~np.isfinite(after).all(axis=-1)))
            msg = f"the map is not finite at time {now}, state {x[rows[bad]].tolist()} of trajectory {rows[bad]}"
            raise ValueError(msg)
        still = (after == x[rows]).all(axis=-1) & (request.drop > 0)
        found.converged[rows[still]], found.ended[rows[still]] = True, now
        active[rows[still]] = False
        found.steps[rows[~still]] += 1
        x = x.copy()
        x[rows] = after
        for k, event in enumerate(request.events):
            value = event.values(after)
            crossed = event.crossed(before[k][rows], value)
            before[k][rows] = value
            met = rows[crossed]
            found.crossings[k].append((met, np.full(len(met), now + 1.0), after[crossed]))
            if event.stop:
                found.ended[met[active[met]]] = now + 1
                active[met] = False
    found.states[recorded:] = x
    return found
