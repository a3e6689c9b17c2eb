"""Recurrent cells: values against the textbook's formulas, gradients against finite differences."""

import numpy as np
import pytest
from scipy.special import expit

from lase_core.nn import GRU, LSTM, Adam, Collapsed, Convolution, Dense, RecurrentNetwork, Relu, gradient_error, mlp

LEAD = (2, 2)
CELLS = [LSTM, GRU]


def build(cell, before=(), after=(), dtype=np.float64):
    return RecurrentNetwork(before, cell, after, LEAD, [np.random.default_rng(k) for k in (1, 2)], dtype)


def normal(*shape, seed=3, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def start(cell, rows, dtype=np.float64):
    return tuple(
        normal(*LEAD, rows, cell.n_hidden, seed=20 + k, dtype=dtype) for k in range(2 if isinstance(cell, LSTM) else 1)
    )


def lstm_by_hand(p, x, h, c):
    n = h.size
    a = x @ p["Wx"] + h @ p["Wh"] + p["b"]
    i, f, o, g = expit(a[:n]), expit(a[n : 2 * n]), expit(a[2 * n : 3 * n]), np.tanh(a[3 * n :])
    c = f * c + i * g
    return o * np.tanh(c), c


def gru_by_hand(p, x, h):
    n = h.size
    a, e = x @ p["Wx"] + p["b"], h @ p["Wh"]
    r, u = expit(a[:n] + e[:n]), expit(a[n : 2 * n] + e[n : 2 * n])
    new = np.tanh(a[2 * n :] + r * (e[2 * n :] + p["bh"]))
    return ((1 - u) * new + u * h,)


def masks(steps, rows):
    begins = np.random.default_rng(5).random((*LEAD, steps, rows)) < 0.4
    begins[0, 0, -1, 0] = True
    begins[0, 1] = False
    return begins


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(("kind", "by_hand"), [(LSTM, lstm_by_hand), (GRU, gru_by_hand)])
def test_cells_are_their_formulas(kind, by_hand, given, masked):
    steps, rows = 6, 3
    cell = kind(4, 5)
    network = build(cell)
    x = normal(*LEAD, steps, rows, 4, seed=8) * 2
    state = start(cell, rows)
    begins = masks(steps, rows) if masked else None
    y, last, _ = network.forward(x, state if given else None, begins)
    for *agent, row in np.ndindex(*LEAD, rows):
        at = tuple(agent)
        p = {name: array[at] for name, array in cell.p.items()}
        now = [(array[*at, row] if given else np.zeros(5)) for array in state]
        for t in range(steps):
            if masked and begins[*at, t, row]:
                now = [np.zeros(5) for _ in now]
            now = by_hand(p, x[*at, t, row], *now)
            np.testing.assert_allclose(y[*at, t, row], now[0], rtol=1e-12, atol=1e-14)
        for array, expected in zip(last, now, strict=True):
            np.testing.assert_allclose(array[*at, row], expected, rtol=1e-12, atol=1e-14)


def networks(kind):
    return {
        "cell alone": (lambda: build(kind(3, 4)), 3),
        "narrow": (lambda: build(kind(1, 1)), 1),
        "between layers": (lambda: build(kind(4, 3), [Dense(3, 4), Relu()], mlp(3, 4, 2)), 3),
        "collapsed": (
            lambda: build(kind(4, 3), [Collapsed([Convolution(4, 3, 2, 2), Dense(4, 4)]), Relu()], [Dense(3, 2)]),
            24,
        ),
    }


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(("steps", "rows"), [(1, 2), (2, 1), (5, 3)])
@pytest.mark.parametrize("name", networks(LSTM))
@pytest.mark.parametrize("kind", CELLS)
def test_gradients_through_time_are_those_of_finite_differences(kind, name, steps, rows, masked):
    make, width = networks(kind)[name]
    network = make()
    network.theta *= 2  # away from where gates are near their middle
    x, state = normal(*LEAD, steps, rows, width), start(network.cell, rows)
    begins = masks(steps, rows) if masked else None
    y, _, cache = network.forward(x, state, begins)
    weights = normal(*y.shape, seed=6)

    def loss():
        y, _, _ = network.forward(x, state, begins)
        return (weights * y + y**3 / 3).sum(axis=(-1, -2, -3))

    dx = network.backward(cache, weights + y**2, inputs=True)
    gradient = network.gradient.copy()
    assert gradient_error(loss, network.theta, gradient) < 1e-6
    assert dx.shape == x.shape
    assert gradient_error(loss, x.reshape(*LEAD, -1), dx.reshape(*LEAD, -1)) < 1e-6
    # without the gradient of inputs, the others are the same; and a cache serves twice
    network.gradient[:] = np.nan
    assert network.backward(cache, weights + y**2) is None
    np.testing.assert_array_equal(network.gradient, gradient)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", CELLS)
def test_single_steps_and_parts_are_the_whole_sequence(kind, dtype):
    steps, rows = 7, 3
    network = build(kind(4, 5), mlp(3, 4), mlp(5, 2), dtype=dtype)
    x, begins, state = normal(*LEAD, steps, rows, 3, dtype=dtype), masks(steps, rows), start(network.cell, rows, dtype)
    y, last, _ = network.forward(x, state, begins)
    assert y.dtype == dtype
    tolerance = 1e-12 if dtype == np.float64 else 1e-5
    now = state
    for t in range(steps):
        found, now = network.step(x[..., t, :, :], now, begins[..., t, :])
        np.testing.assert_allclose(found, y[..., t, :, :], atol=tolerance)
    first, middle, _ = network.forward(x[..., :3, :, :], state, begins[..., :3, :])
    second, end, _ = network.forward(x[..., 3:, :, :], middle, begins[..., 3:, :])
    np.testing.assert_allclose(np.concatenate([first, second], axis=-3), y, atol=tolerance)
    for one, two, three in zip(last, now, end, strict=True):
        np.testing.assert_allclose(one, two, atol=tolerance)
        np.testing.assert_allclose(one, three, atol=tolerance)


@pytest.mark.parametrize("kind", CELLS)
def test_nothing_crosses_the_beginning_of_a_sequence(kind):
    network = build(kind(3, 4))
    x, begins = normal(*LEAD, 4, 2, 3), np.zeros((*LEAD, 4, 2), dtype=bool)
    begins[..., 2, 0] = True
    y, _, _ = network.forward(x, None, begins)
    x[..., :2, :, :] += 1
    z, _, cache = network.forward(x, None, begins)
    np.testing.assert_array_equal(y[..., 2:, 0, :], z[..., 2:, 0, :])
    assert (y[..., 2:, 1, :] != z[..., 2:, 1, :]).all()
    dy = np.zeros_like(z)
    dy[..., 3, :, :] = 1
    dx = network.backward(cache, dy, inputs=True)
    assert (dx[..., :2, 0, :] == 0).all()
    assert (dx[..., :2, 1, :] != 0).all()


@pytest.mark.parametrize("kind", CELLS)
def test_agents_and_rows_are_independent_of_one_another(kind):
    network = build(kind(4, 5), mlp(3, 4), mlp(5, 2))
    x = normal(*LEAD, 5, 3, 3)

    def run():
        y, _, cache = network.forward(x)
        dx = network.backward(cache, y, inputs=True)
        return y, dx, network.gradient.copy()

    others = np.array([[True, True], [False, True]])
    first = run()
    for changed in (network.theta, x):
        changed[1, 0] += 0.5
        second = run()
        for old, new in zip(first, second, strict=True):
            np.testing.assert_array_equal(new[others], old[others])
            assert not np.array_equal(new[1, 0], old[1, 0])
        first = second
    x[..., 1, :] += 1
    for old, new in zip(first[:2], run()[:2], strict=True):
        np.testing.assert_allclose(new[..., [0, 2], :], old[..., [0, 2], :], rtol=1e-12)


@pytest.mark.parametrize("kind", CELLS)
def test_states_and_inputs_are_left_alone(kind):
    network = build(kind(3, 4))
    x, begins, state = normal(*LEAD, 4, 2, 3), masks(4, 2), start(network.cell, 2)
    copies = [x.copy(), *(array.copy() for array in state)]
    y, last, cache = network.forward(x, state, begins)
    outputs = y.copy()
    for array in last:  # a caller may reset rows of the state in place
        array[:] = 0
    dy = np.ones_like(y)
    network.backward(cache, dy)
    for array, copy in zip([x, *state, y, dy], [*copies, outputs, np.ones_like(y)], strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("kind", CELLS)
def test_cells_start_uniform_within_the_root_of_their_width(kind):
    cell = kind(3, 64)
    drawn = cell.initial(np.random.default_rng(0))
    assert {name: array.shape for name, array in drawn.items()} == cell.shapes()
    for array in drawn.values():
        assert 0.9 / 8 < np.abs(array).max() <= 1 / 8


@pytest.mark.parametrize("kind", CELLS)
def test_gates_saturate_without_overflow(kind):
    network = build(kind(2, 3), dtype=np.float32)
    x = np.array([1e30, -1e30], dtype=np.float32) * np.ones((*LEAD, 3, 4, 1), dtype=np.float32)
    y, _, cache = network.forward(x)
    network.backward(cache, y)
    assert np.isfinite(y).all()
    assert np.abs(y).max() <= 1


@pytest.mark.parametrize("kind", CELLS)
def test_cells_learn_to_remember_the_first_input(kind):
    network = build(kind(1, 8), after=[Dense(8, 1)], dtype=np.float32)
    adam, rng = Adam(network, rate=0.02), np.random.default_rng(0)
    for _ in range(150):
        x = np.zeros((*LEAD, 6, 32, 1), dtype=np.float32)
        x[..., 0, :, :] = rng.choice([-1, 1], size=(*LEAD, 32, 1))
        y, _, cache = network.forward(x)
        dy = np.zeros_like(y)
        dy[..., -1, :, :] = (y[..., -1, :, :] - x[..., 0, :, :]) / 32
        network.backward(cache, dy)
        adam.step()
    assert (np.square(y[..., -1, :, :] - x[..., 0, :, :]).mean(axis=(-1, -2)) < 0.05).all()
