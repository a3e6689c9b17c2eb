"""Integration by machine code: :mod:`gametheory.analysis.integration.stepping` for trajectories side by side.

A field's expressions are compiled to a function of one state; the integrator is compiled once, takes that function by
its address, and is kept on disk by Numba. Numba is the extra ``fast``.

All kernels stand in this one file because of that cache: Numba notices a change of the file that a kernel is in, but
not of files from which the kernel takes functions or constants. After a change of the constants in ``stepping``, touch
this file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from gametheory.analysis.integration.logarithms import Handed, handed_over, leaves, shares_of
from gametheory.analysis.integration.request import Followed, Request, no_step
from gametheory.analysis.integration.stepping import (
    A_EXTRA,
    ABSOLUTE,
    E3,
    E5,
    GROW,
    POWER,
    POWERS,
    SAFETY,
    SHRINK,
    STAGES,
    A,
    B,
    D,
    follow,
    follow_in_logarithms,
)
from gametheory.space import Space

__all__ = ["follow_compiled"]

Array = NDArray[Any]
Rates = Callable[[Array, Array], None]
Function = TypeVar("Function", bound=Callable[..., Any])


class _Decorator(Protocol):
    def __call__(self, function: Function, /) -> Function: ...


def _kept(function: Function) -> Function:
    return function


# Numba has no types, and may be missing: then the functions stay as they are, and nobody calls them
numba: Any = importlib.import_module("numba") if find_spec("numba") else None
jit: _Decorator = numba.njit(cache=True, error_model="numpy", fastmath={"contract"}) if numba else _kept

_LANES = 128  # trajectories side by side: enough to fill vector registers, few enough for the nearest cache
_GOING, _SLOW, _RESTING, _ENDED, _FAILED = range(5)
# weights of the stages: twelve rows for those of a step, the step, its two errors, three stages more, four powers
_STEP, _FIFTH, _THIRD, _EXTRA, _DENSE = STAGES, STAGES + 1, STAGES + 2, STAGES + 3, STAGES + 6
_ROWS = [np.flatnonzero(row) for row in (*A, B, E5, E3, *A_EXTRA, *D)]
# of each row those that are not zero, filled up to a multiple of four
_WHICH = np.array([[*row, *[0] * (STAGES + 4 - len(row))] for row in _ROWS])
_WEIGHTS = np.zeros(_WHICH.shape)
for _row, (_places, _values) in enumerate(zip(_ROWS, (*A, B, E5, E3, *A_EXTRA, *D), strict=True)):
    _WEIGHTS[_row, : len(_places)] = _values[_places]
_FOURS = np.array([-(-len(row) // 4) for row in _ROWS])


class _Task(NamedTuple):
    """What to do: starts (n, d), times (k,), blocks as (first, last + 1, whether a simplex), and how well."""

    starts: Array
    times: Array
    blocks: Array
    rtol: float
    drop: float
    held: bool  # whether stages have to be inside the space
    near: float  # share below which a trajectory is near a face


class _Found(NamedTuple):
    """Where to put what was found."""

    states: Array
    ended: Array
    converged: Array
    steps: Array
    open: Array  # which shares are not 0, a bit for each, (n,)
    tiny: Array  # which came near it
    back: Array  # whether one of these came away, (n,)
    since: Array  # when the first came near, infinite for never
    place: Array  # where that was, (n, d)
    taken: Array  # how many steps that took


class _Lanes(NamedTuple):
    """Trajectories side by side: states, steps, sums (d, lanes), stages (16, d, lanes), clocks and whose (_, lanes)."""

    x: Array
    y: Array
    sums: Array
    stages: Array
    one: Array  # room for a single state, (d, 1)
    two: Array
    jacobian: Array  # (d * d, 1)
    clock: Array  # rows: time, step, time left, least step, least move, two errors, change of step, time after it
    whose: Array  # rows: which trajectory, -1 for none; states recorded; what it does; two sets of shares, as bits


_T, _H, _LEFT, _ERROR, _THIRD_ERROR, _FACTOR, _AFTER = range(7)
_WHO, _RECORDED, _STATE, _OPEN, _TINY = range(5)
_BITS = 62  # shares that can be watched


@jit
def _speed(f: Array, lane: int) -> float:
    """Largest rate of change of one lane."""
    largest = 0.0
    for i in range(f.shape[0]):
        largest = max(largest, abs(f[i, lane]))
    return largest


@jit
def _mix(row: int, stages: Array, out: Array) -> None:
    """Weighted sum of stages, four at a time."""
    for four in range(_FOURS[row]):
        p = 4 * four
        j, k, n, m = _WHICH[row, p], _WHICH[row, p + 1], _WHICH[row, p + 2], _WHICH[row, p + 3]
        a, b, c, d = _WEIGHTS[row, p], _WEIGHTS[row, p + 1], _WEIGHTS[row, p + 2], _WEIGHTS[row, p + 3]
        for i in range(out.shape[0]):
            for lane in range(out.shape[1]):
                sum_ = a * stages[j, i, lane] + b * stages[k, i, lane] + c * stages[n, i, lane] + d * stages[m, i, lane]
                out[i, lane] = sum_ + (out[i, lane] if four else 0.0)


@jit
def _hold(x: Array, blocks: Array) -> None:
    """Move states into the space; what is no number stays so."""
    for b in range(blocks.shape[0]):
        first, last, simplex = blocks[b, 0], blocks[b, 1], blocks[b, 2]
        if simplex and last - first == 1:
            for lane in range(x.shape[1]):
                if x[first, lane] < 0.0:
                    x[first, lane] = 0.0
                elif x[first, lane] > 1.0:
                    x[first, lane] = 1.0
        elif simplex:
            for lane in range(x.shape[1]):
                total, inside, outside = 0.0, 0.0, False
                for i in range(first, last):
                    total += x[i, lane]
                    inside += max(x[i, lane], 0.0)
                    outside |= x[i, lane] < 0.0
                if outside or total > 1.0:
                    inside += max(1.0 - total, 0.0)
                    for i in range(first, last):
                        x[i, lane] = max(x[i, lane], 0.0) / inside


@jit
def _stages(rates: Rates, task: _Task, lanes: _Lanes, row: int, first: int, last: int) -> None:
    """Evaluate stages first to last - 1, whose weights begin at a row; the one that ends the step is held inside."""
    for s in range(first, last):
        _mix(row + s - first, lanes.stages, lanes.sums)
        for i in range(lanes.x.shape[0]):
            for lane in range(lanes.x.shape[1]):
                lanes.y[i, lane] = lanes.x[i, lane] + lanes.clock[_H, lane] * lanes.sums[i, lane]
        if s == STAGES or task.held:
            _hold(lanes.y, task.blocks)
        rates(lanes.y, lanes.stages[s])


@jit
def _attempt(rates: Rates, task: _Task, lanes: _Lanes) -> None:
    """Take one step of every lane, and estimate its error in units of what is allowed."""
    end = task.times[-1]
    for lane in range(lanes.x.shape[1]):
        lanes.clock[_LEFT, lane] = end - lanes.clock[_T, lane]
        lanes.clock[_H, lane] = min(lanes.clock[_H, lane], lanes.clock[_LEFT, lane])
    _stages(rates, task, lanes, 1, 1, STAGES + 1)  # the last of them is the step itself
    _errors(task, lanes, _THIRD)
    for lane in range(lanes.x.shape[1]):
        lanes.clock[_THIRD_ERROR, lane] = lanes.clock[_ERROR, lane]
    _errors(task, lanes, _FIFTH)
    for lane in range(lanes.x.shape[1]):
        fifth, third = lanes.clock[_ERROR, lane], lanes.clock[_THIRD_ERROR, lane]
        error = max(fifth / np.sqrt(max(fifth + 0.01 * third, 1e-300)), np.sqrt(task.rtol * third))
        error *= lanes.clock[_H, lane]
        lanes.clock[_ERROR, lane] = error if third < np.inf else np.inf
        factor = SAFETY / np.sqrt(np.sqrt(np.sqrt(max(error, 1e-30))))  # to the power -1/8
        lanes.clock[_FACTOR, lane] = factor if third < np.inf else SHRINK


@jit
def _errors(task: _Task, lanes: _Lanes, row: int) -> None:
    """Mean square of one error of the step over probabilities, in units of what is allowed."""
    sums, error, count = lanes.sums, lanes.clock[_ERROR], 0
    for lane in range(len(error)):
        error[lane] = 0.0
    _mix(row, lanes.stages, sums)
    for b in range(task.blocks.shape[0]):
        first, last, simplex = task.blocks[b, 0], task.blocks[b, 1], task.blocks[b, 2]
        count += last - first + simplex
        for i in range(first, last):
            for lane in range(len(error)):
                size = max(abs(lanes.x[i, lane]), abs(lanes.y[i, lane]))
                error[lane] += (sums[i, lane] / (task.rtol * (ABSOLUTE + size))) ** 2
        if not simplex:
            continue
        for lane in range(len(error)):
            before, after, change = 1.0, 1.0, 0.0
            for i in range(first, last):
                before, after, change = before - lanes.x[i, lane], after - lanes.y[i, lane], change - sums[i, lane]
            error[lane] += (change / (task.rtol * (ABSOLUTE + max(abs(before), abs(after))))) ** 2
    for lane in range(len(error)):
        error[lane] /= count


@jit
def _rest(slopes: Rates, task: _Task, lanes: _Lanes) -> None:
    """End slow trajectories that can be shown to move no further than `drop`; see the plain method."""
    x, f, clock, whose, one, jacobian = lanes.x, lanes.stages[0], lanes.clock, lanes.whose, lanes.one, lanes.jacobian
    d, end, drop = x.shape[0], task.times[-1], task.drop
    for lane in range(x.shape[1]):
        if whose[_STATE, lane] != _SLOW:
            continue
        speed, mu = 0.0, -np.inf
        for i in range(d):
            one[i, 0] = x[i, lane]
            speed = max(speed, abs(f[i, lane]))
        if speed > 0.0:
            slopes(one, jacobian)
            for i in range(d):
                row = jacobian[i * d + i, 0]
                for j in range(d):
                    row += abs(jacobian[i * d + j, 0]) if j != i else 0.0
                mu = max(mu, row)
        left = end - clock[_T, lane]
        path = left if abs(mu * left) < 1e-8 else np.expm1(mu * left) / mu
        proved = path * speed <= drop
        whose[_STATE, lane] = _RESTING if speed == 0.0 or proved else _GOING


@jit
def _first_step(rates: Rates, task: _Task, lanes: _Lanes, lane: int) -> float:
    """Guess the first step; see the plain method."""
    d, end = lanes.x.shape[0], task.times[-1]
    one, two = lanes.one, lanes.two
    for i in range(d):
        one[i, 0], two[i, 0] = lanes.x[i, lane], lanes.stages[0, i, lane]
    size, speed = np.sqrt(_norm(task, lanes, lane, one)), np.sqrt(_norm(task, lanes, lane, two))
    h = min(0.01 * size / speed if size > 1e-5 and speed > 1e-5 else 1e-6 * end, end)
    for i in range(d):
        one[i, 0] += h * two[i, 0]
    if task.held:
        _hold(one, task.blocks)
    rates(one, two)
    for i in range(d):
        two[i, 0] -= lanes.stages[0, i, lane]
    bend = np.sqrt(_norm(task, lanes, lane, two)) / h
    second = (0.01 / max(speed, bend, 1e-300)) ** -POWER
    guess: float = min(100 * h, second, end)
    return guess if bend < np.inf else 1e-6 * end


@jit
def _norm(task: _Task, lanes: _Lanes, lane: int, change: Array) -> float:
    """Mean square of a change of one lane over probabilities, in units of what is allowed there."""
    total, count = 0.0, 0
    for b in range(task.blocks.shape[0]):
        first, last, simplex = task.blocks[b, 0], task.blocks[b, 1], task.blocks[b, 2]
        count += last - first + simplex
        rest, moved = 1.0, 0.0
        for i in range(first, last):
            total += (change[i, 0] / (task.rtol * (ABSOLUTE + abs(lanes.x[i, lane])))) ** 2
            rest, moved = rest - lanes.x[i, lane], moved - change[i, 0]
        if simplex:
            total += (moved / (task.rtol * (ABSOLUTE + abs(rest)))) ** 2
    return total / count


@jit
def _leave(task: _Task, found: _Found, lanes: _Lanes) -> None:
    """Note where trajectories ended, for all times that are still to be recorded."""
    x, clock, whose, states = lanes.x, lanes.clock, lanes.whose, found.states
    for lane in range(x.shape[1]):
        if whose[_STATE, lane] == _ENDED or whose[_STATE, lane] == _RESTING:
            who = whose[_WHO, lane]
            for record in range(whose[_RECORDED, lane], states.shape[0]):
                for i in range(x.shape[0]):
                    states[record, who, i] = x[i, lane]
            found.ended[who], found.converged[who] = clock[_T, lane], whose[_STATE, lane] == _RESTING
            if task.near > 0.0:
                found.tiny[who] = whose[_TINY, lane]
            whose[_WHO, lane] = whose[_STATE, lane] = -1
            clock[_H, lane] = 0.0


@jit
def _fill(rates: Rates, task: _Task, found: _Found, lanes: _Lanes, upcoming: int) -> int:
    """Put the next trajectories into free lanes; return who comes next."""
    x, f, clock, whose, one, two = lanes.x, lanes.stages[0], lanes.clock, lanes.whose, lanes.one, lanes.two
    d, end, starts, states = x.shape[0], task.times[-1], task.starts, found.states
    for lane in range(x.shape[1]):
        if whose[_WHO, lane] >= 0 or upcoming >= starts.shape[0]:
            continue
        whose[_WHO, lane], whose[_RECORDED, lane] = upcoming, 0
        if task.near > 0.0:
            whose[_OPEN, lane], whose[_TINY, lane] = found.open[upcoming], found.tiny[upcoming]
        clock[_T, lane] = 0.0
        for i in range(d):
            one[i, 0] = x[i, lane] = starts[upcoming, i]
            if task.times[0] == 0.0:
                states[0, upcoming, i] = one[i, 0]
                whose[_RECORDED, lane] = 1
        rates(one, two)
        speed, finite = 0.0, True
        for i in range(d):
            f[i, lane] = two[i, 0]
            finite &= abs(two[i, 0]) < np.inf
            speed = max(speed, abs(two[i, 0]))
        clock[_H, lane] = _first_step(rates, task, lanes, lane) if end > 0.0 and finite else 0.0
        slow = task.drop > 0.0 and speed * clock[_H, lane] <= task.drop
        whose[_STATE, lane] = _ENDED if end == 0.0 else (_SLOW if slow else _GOING)
        if not finite:
            whose[_STATE, lane] = _FAILED
        upcoming += 1
    return upcoming


@jit
def _record(task: _Task, found: _Found, lanes: _Lanes, powers: Array) -> None:
    """Note states at the times that accepted steps passed."""
    x, y, clock, whose, one = lanes.x, lanes.y, lanes.clock, lanes.whose, lanes.one
    times, states, blocks = task.times, found.states, task.blocks
    for lane in range(x.shape[1]):
        after = clock[_AFTER, lane]  # before any time for a step that was refused
        while whose[_RECORDED, lane] < len(times) and times[whose[_RECORDED, lane]] <= after:
            record = whose[_RECORDED, lane]
            within = times[record] < after
            part = (times[record] - clock[_T, lane]) / clock[_H, lane]
            for i in range(x.shape[0]):
                state = 0.0
                for power in range(POWERS - 1, -1, -1):
                    state = (state + powers[power, i, lane]) * ((1 - part) if power % 2 else part)
                one[i, 0] = x[i, lane] + state if within else y[i, lane]
            if within:
                _hold(one, blocks)
            for i in range(x.shape[0]):
                states[record, whose[_WHO, lane], i] = one[i, 0]
            whose[_RECORDED, lane] += 1


@jit
def _interpolate(rates: Rates, task: _Task, lanes: _Lanes, powers: Array) -> None:
    """Make the interpolant of every lane; y is kept."""
    d, count = lanes.x.shape
    for i in range(d):  # before y is used for stages
        for lane in range(count):
            change, h = lanes.y[i, lane] - lanes.x[i, lane], lanes.clock[_H, lane]
            first, last = h * lanes.stages[0, i, lane], h * lanes.stages[STAGES, i, lane]
            powers[0, i, lane], powers[1, i, lane], powers[2, i, lane] = (
                change,
                first - change,
                2 * change - first - last,
            )
    step = lanes.y.copy()
    _stages(rates, task, lanes, _EXTRA, STAGES + 1, STAGES + 4)
    for k in range(3, POWERS):
        _mix(_DENSE + k - 3, lanes.stages, powers[k])
        for i in range(d):
            for lane in range(count):
                powers[k, i, lane] *= lanes.clock[_H, lane]
    for i in range(d):
        for lane in range(count):
            lanes.y[i, lane] = step[i, lane]


@jit
def _judge(task: _Task, lanes: _Lanes) -> bool:
    """Accept or refuse the step of each lane; return whether a state is to be recorded within one of them."""
    clock, whose, times, within = lanes.clock, lanes.whose, task.times, False
    for lane in range(clock.shape[1]):
        clock[_AFTER, lane] = -1.0
        if whose[_WHO, lane] < 0:
            continue
        h = clock[_H, lane]
        taken, stuck = clock[_ERROR, lane] <= 1.0, h <= 1e-15 * clock[_T, lane]
        whose[_STATE, lane] = _FAILED if stuck else _GOING
        clock[_FACTOR, lane] = min(max(clock[_FACTOR, lane], SHRINK), GROW if taken else 1.0)
        if taken and not stuck:
            clock[_AFTER, lane] = times[-1] if h >= clock[_LEFT, lane] else clock[_T, lane] + h
            record = whose[_RECORDED, lane]
            within |= record < len(times) and times[min(record, len(times) - 1)] < clock[_AFTER, lane]
    return within


@jit
def _watch(task: _Task, found: _Found, lanes: _Lanes, lane: int) -> bool:
    """Note whether an accepted step comes near a face; return whether it comes away from one."""
    x, y, whose, low, high, lasts = lanes.x, lanes.y, lanes.whose, 0, 0, lanes.x.shape[0]
    for b in range(task.blocks.shape[0]):
        first, last = task.blocks[b, 0], task.blocks[b, 1]
        rest = 1.0
        for i in range(first, last):
            rest -= y[i, lane]
            low |= (y[i, lane] < task.near) << i
        low |= (rest < task.near) << (lasts + b)
    low &= whose[_OPEN, lane]
    high = whose[_TINY, lane] & ~low
    if low and not whose[_TINY, lane]:
        who = whose[_WHO, lane]
        found.since[who], found.taken[who] = lanes.clock[_T, lane], found.steps[who]
        for j in range(x.shape[0]):
            found.place[who, j] = x[j, lane]
    whose[_TINY, lane] |= low
    if high:
        found.back[whose[_WHO, lane]] = True
    return bool(high != 0)


@jit
def _advance(task: _Task, found: _Found, lanes: _Lanes) -> None:
    """Go on from accepted steps, with the next step, and find who has ended or become slow."""
    x, y, stages, clock, whose, steps = lanes.x, lanes.y, lanes.stages, lanes.clock, lanes.whose, found.steps
    for lane in range(x.shape[1]):
        clock[_H, lane] *= clock[_FACTOR, lane]
        if clock[_AFTER, lane] < 0.0:
            continue
        away = task.near > 0.0 and _watch(task, found, lanes, lane)
        steps[whose[_WHO, lane]] += 1
        clock[_T, lane] = clock[_AFTER, lane]
        speed = 0.0
        for i in range(x.shape[0]):
            x[i, lane], stages[0, i, lane] = y[i, lane], stages[STAGES, i, lane]
            speed = max(speed, abs(stages[0, i, lane]))
        slow = task.drop > 0.0 and speed * clock[_H, lane] <= task.drop
        whose[_STATE, lane] = _ENDED if away or clock[_T, lane] >= task.times[-1] else (_SLOW if slow else _GOING)


@jit
def _run(rates: Rates, slopes: Rates, task: _Task, found: _Found, lanes: _Lanes) -> int:
    """Follow all trajectories; return the lane in which one failed, or -1."""
    powers = np.zeros((POWERS, *lanes.x.shape))
    upcoming = 0
    while True:
        upcoming = _fill(rates, task, found, lanes, upcoming)
        for lane in range(lanes.x.shape[1]):
            if lanes.whose[_STATE, lane] == _FAILED:
                return lane
        if lanes.whose[_WHO].max() < 0:
            return -1
        _rest(slopes, task, lanes)
        _leave(task, found, lanes)
        _attempt(rates, task, lanes)
        if _judge(task, lanes):
            _interpolate(rates, task, lanes, powers)
        _record(task, found, lanes, powers)
        _advance(task, found, lanes)
        _leave(task, found, lanes)


@lru_cache(maxsize=32)
def _machine_code(symbols: tuple[Any, ...], expressions: tuple[Any, ...]) -> Any:
    """Compile expressions of a state to a function of lanes: (d, lanes) to (number of expressions, lanes)."""
    import sympy as sp

    state = sp.DeferredVector("x")  # prints as x[0], x[1], ...
    columns = {symbol: state[i] for i, symbol in enumerate(symbols)}
    floats = tuple(sp.Float(e) if e.is_number else e.xreplace(columns) for e in map(sp.sympify, expressions))
    function = numba.njit(error_model="numpy")(sp.lambdify(state, floats, modules="math", cse=True))
    width = len(floats)

    def on_lanes(x: Array, out: Array) -> None:
        for lane in range(x.shape[1]):
            values = function(x[:, lane])
            for k in range(width):
                out[k, lane] = values[k]

    matrix = numba.float64[:, ::1]
    return numba.cfunc(numba.void(matrix, matrix), error_model="numpy")(on_lanes)


def follow_compiled(request: Request) -> Followed:
    """Integrate all trajectories by machine code.

    Parameters
    ----------
    request : Request
        What to follow; the field has expressions, in its coordinates alone, and there are no events.

    Returns
    -------
    Followed

    Raises
    ------
    ValueError
        As the plain method.
    """
    field, d = request.field, request.field.space.dimension
    if isinstance(field.space, Space) and d + len(field.space.blocks) > _BITS:
        return follow(request)
    expressions = tuple(field.expressions or ())
    rates = _machine_code(field.space.symbols, expressions)
    gradient = tuple(e.diff(s) for e in expressions for s in field.space.symbols)
    slopes = _machine_code(field.space.symbols, gradient)
    if isinstance(field.space, Space):
        blocks = np.array([(block.start, block.stop, 1) for block in field.space.blocks], dtype=np.int64)
    else:
        blocks = np.array([(0, d, 0)], dtype=np.int64)
    held = field.smoothness not in {"polynomial", "rational"}
    starts = np.ascontiguousarray(request.starts)
    task = _Task(starts, request.times, blocks, float(request.tolerance), float(request.drop), held, request.near)
    found = Followed.empty(request)
    watched = _watched(request)
    lanes = _Lanes(
        x=np.zeros((d, _LANES)),
        y=np.zeros((d, _LANES)),
        sums=np.zeros((d, _LANES)),
        stages=np.zeros((STAGES + 4, d, _LANES)),
        one=np.zeros((d, 1)),
        two=np.zeros((d, 1)),
        jacobian=np.zeros((d * d, 1)),
        clock=np.zeros((9, _LANES)),
        whose=np.full((5, _LANES), -1, dtype=np.int64),
    )
    noted = _Found(found.states, found.ended, found.converged, found.steps, *watched)
    failed = _run(rates, slopes, task, noted, lanes)
    if failed >= 0:
        who, when, state = int(lanes.whose[_WHO, failed]), float(lanes.clock[_T, failed]), lanes.x[:, failed]
        raise no_step(field, state, when, who, request.tolerance)
    _settle(request, found)
    if request.near:
        since = Handed(np.arange(len(starts)), noted.since, noted.place.T, noted.taken)
        shares = np.arange(d + len(field.space.blocks))  # type: ignore[attr-defined]
        tiny = (noted.tiny >> shares[:, None]) & 1 == 1
        handed = handed_over(request, found.states[-1].T, tiny, noted.back, since)
        follow_in_logarithms(request, found, handed)
    return found


def _watched(request: Request) -> tuple[Array, ...]:
    """Make room for what is noted on trajectories near faces: the last six of :class:`_Found`."""
    n = len(request.starts)
    if not request.near:
        one = np.zeros(1, dtype=np.int64)
        return one, one, np.zeros(1, dtype=bool), np.zeros(1), np.zeros((1, 1)), one
    shares = shares_of(request.field.space, request.starts.T)  # type: ignore[arg-type]
    bits = 1 << np.arange(len(shares))
    tiny = bits @ ((shares > 0) & (shares < request.near))
    since = np.where(tiny > 0, 0.0, np.inf)
    return bits @ (shares > 0), tiny, np.zeros(n, dtype=bool), since, request.starts.copy(), np.zeros(n, dtype=np.int64)


def _settle(request: Request, found: Followed) -> None:
    """Tell those that settle from those that were left because little time is left; see the plain method."""
    rows = np.flatnonzero(found.converged)
    ends = found.states[-1][rows]
    moving = np.abs(request.field(ends)).max(axis=-1, initial=0) > 0
    rows, ends = rows[moving], ends[moving]
    if not len(rows):
        return
    jacobian = request.field.jacobian(ends)
    diagonal = np.diagonal(jacobian, axis1=-2, axis2=-1)
    doubtful = (np.abs(jacobian).sum(axis=-1) - np.abs(diagonal) + diagonal).max(axis=-1) >= 0
    rows, ends = rows[doubtful], ends[doubtful]
    support = shares_of(request.field.space, request.starts[rows].T) > 0 if request.near else None  # type: ignore[arg-type]
    away = rows[leaves(request.field, ends, support)]
    found.converged[away], found.ended[away] = False, request.times[-1]
