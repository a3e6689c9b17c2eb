"""Layers, networks and Adam: gradients against finite differences, values against slow references."""

import numpy as np
import pytest
from scipy.signal import correlate

from lase_core.nn import (
    Adam,
    Collapsed,
    Convolution,
    Dense,
    Network,
    Relu,
    Stack,
    gradient_error,
    mlp,
    numeric_gradient,
)

LEAD = (2, 3)


def build(layers, lead=LEAD, dtype=np.float64):
    return Network(layers, lead=lead, rngs=[np.random.default_rng(7 + k) for k in range(lead[0])], dtype=dtype)


def normal(*shape, seed=3, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def convolutions():
    return [Convolution(5, 4, 2, 3), Convolution(3, 2, 3, 2, size=2), Dense(4, 3)]


STACKS = {
    "dense": lambda: [Dense(3, 4)],
    "dense, width 1": lambda: [Dense(1, 1)],
    "mlp": lambda: mlp(3, 5, 4, 2),
    "relu": lambda: [Dense(3, 4), Relu()],
    "convolution": lambda: [Convolution(4, 5, 2, 3)],
    "convolution, one place": lambda: [Convolution(3, 3, 1, 2)],
    "convolution, size 2": lambda: [Convolution(3, 4, 2, 2, size=2)],
    "convolution, size 1": lambda: [Convolution(2, 3, 2, 2, size=1)],
    "convolutions": convolutions,
    "collapsed": lambda: [Collapsed(convolutions())],
    "collapsed, inside": lambda: [Dense(3, 40), Relu(), Collapsed(convolutions()), Relu(), Dense(3, 2)],
    "collapsed twice": lambda: [Collapsed([Collapsed([Dense(3, 4), Dense(4, 2)]), Dense(2, 3)])],
    "stack": lambda: [Stack(mlp(3, 4, 2)), Stack([])],
}


def n_in(layers):
    while isinstance(layers[0], Stack):
        layers = layers[0].layers
    return layers[0].n_in


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("name", STACKS)
def test_gradients_of_layers_are_those_of_finite_differences(name, rows):
    layers = STACKS[name]()
    network = build(layers)
    x = normal(*LEAD, rows, n_in(layers))
    y, cache = network.forward(x)
    weights = normal(*y.shape, seed=5)

    def loss():
        y = network(x)
        return (weights * y + y**3 / 3).sum(axis=(-1, -2))

    dx = network.backward(cache, weights + y**2, inputs=True)
    gradient = network.gradient.copy()
    assert gradient_error(loss, network.theta, gradient) < 1e-6
    assert dx.shape == x.shape
    assert gradient_error(loss, x.reshape(*LEAD, -1), dx.reshape(*LEAD, -1)) < 1e-6
    # without the gradient of inputs, the others are the same
    network.gradient[:] = np.nan
    assert network.backward(cache, weights + y**2) is None
    np.testing.assert_array_equal(network.gradient, gradient)


@pytest.mark.parametrize("name", STACKS)
def test_agents_are_independent_of_one_another(name):
    layers = STACKS[name]()
    network = build(layers)
    x = normal(*LEAD, 4, n_in(layers))
    others = np.ones(LEAD, dtype=bool)
    others[1, 2] = False

    def run():
        y, cache = network.forward(x)
        dx = network.backward(cache, y, inputs=True)
        return y, dx, network.gradient.copy()

    first = run()
    for changed in (network.theta, x):
        changed[1, 2] += 0.5
        second = run()
        for old, new in zip(first, second, strict=True):
            np.testing.assert_array_equal(new[others], old[others])
            assert not np.array_equal(new[1, 2], old[1, 2])
        first = second


@pytest.mark.parametrize(
    ("height", "width", "c_in", "c_out", "size"), [(5, 7, 3, 4, 3), (4, 3, 1, 2, 2), (3, 3, 2, 1, 3)]
)
def test_convolution_is_the_correlation_of_each_channel(height, width, c_in, c_out, size):
    layer = Convolution(height, width, c_in, c_out, size=size)
    network = build([layer])
    x = normal(*LEAD, 2, height, width, c_in)
    y = network(x.reshape(*LEAD, 2, -1)).reshape(*LEAD, 2, height - size + 1, width - size + 1, c_out)
    assert layer.n_out == np.prod(y.shape[3:])
    for seed, agent, row in np.ndindex(*LEAD, 2):
        kernel = layer.p["W"][seed, agent].reshape(size, size, c_in, c_out)
        for channel in range(c_out):
            found = correlate(x[seed, agent, row], kernel[..., channel], mode="valid")[..., 0]
            np.testing.assert_allclose(
                y[seed, agent, row, ..., channel], found + layer.p["b"][seed, agent, channel], rtol=1e-12, atol=1e-12
            )


@pytest.mark.parametrize(("layer", "fan_in"), [(Dense(9, 400), 9), (Convolution(6, 6, 4, 100), 36)])
def test_layers_start_uniform_within_the_root_of_their_fan_in(layer, fan_in):
    drawn = layer.initial(np.random.default_rng(0))
    assert {name: array.shape for name, array in drawn.items()} == layer.shapes()
    for array in drawn.values():
        assert np.abs(array).max() <= fan_in**-0.5
        assert np.abs(array).max() > 0.9 * fan_in**-0.5
        assert abs(array.mean()) < 0.2 * fan_in**-0.5


def test_agents_and_seeds_start_differently_and_reproducibly():
    one, other = build(mlp(3, 4)), build(mlp(3, 4))
    np.testing.assert_array_equal(one.theta, other.theta)
    assert len(np.unique(one.theta)) == one.theta.size


def test_convolution_refuses_a_kernel_larger_than_the_map():
    with pytest.raises(ValueError, match="size must be at most that of the map, 2 by 5, got 3"):
        Convolution(2, 5, 1, 1)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_collapsed_and_uncollapsed_stacks_agree(dtype, tolerance):
    def layers():
        return [Convolution(5, 5, 5, 16), Convolution(3, 3, 16, 32), Dense(32, 128)]

    slow, fast = build(layers(), dtype=dtype), build([Collapsed(layers())], dtype=dtype)
    np.testing.assert_array_equal(slow.theta, fast.theta)
    assert slow.theta.shape == fast.theta.shape
    x, dy = normal(*LEAD, 200, 125, dtype=dtype), normal(*LEAD, 200, 128, seed=4, dtype=dtype)
    results = []
    for network in (slow, fast):
        y, cache = network.forward(x)
        dx = network.backward(cache, dy, inputs=True)
        assert {array.dtype for array in (y, dx, network.gradient)} == {np.dtype(dtype)}
        results.append((y, dx, network.gradient))
    for expected, found in zip(*results, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * np.abs(expected).max())


def test_collapsed_matrix_is_kept_but_never_out_of_date():
    layers = convolutions()
    collapsed = Collapsed(layers)
    network, x = build([collapsed]), normal(*LEAD, 3, 40)
    network(x)
    kept = collapsed._matrix
    assert kept is not None
    network(x)
    assert collapsed._matrix is kept

    def uncollapsed():
        y = x
        for layer in layers:
            y, _ = layer.forward(y)
        return y

    def by_adam():
        network.gradient[:] = 1
        Adam(network, 0.1).step()

    def by_one_entry():
        network.theta[-1, -1, -1] += 1

    def by_a_view():
        layers[0].p["W"][0, 0] *= 2

    for change in (by_adam, by_one_entry, by_a_view):
        before = network(x)
        change()
        assert not np.array_equal(network(x), before)
        np.testing.assert_allclose(network(x), uncollapsed(), rtol=1e-12, atol=1e-12)


def test_collapsed_refuses_what_is_no_matrix():
    with pytest.raises(ValueError, match="affine in their inputs to collapse into one matrix, got Relu"):
        Collapsed(mlp(2, 3, 4))
    with pytest.raises(ValueError, match="got 3 outputs before 2 inputs"):
        Collapsed([Dense(2, 3), Dense(2, 3)])
    with pytest.raises(ValueError, match="must not be empty"):
        Collapsed([])


def test_network_needs_a_generator_for_each_seed():
    with pytest.raises(ValueError, match="one generator for each of the 2 seeds, got 1"):
        Network(mlp(2, 2), lead=(2, 1), rngs=[np.random.default_rng(0)])


@pytest.mark.parametrize("clip", [np.inf, 0.5])
def test_adam_is_the_algorithm_of_its_paper(clip):
    network = build(mlp(2, 2))
    adam = Adam(network, rate=0.01, clip=clip)
    theta, mean, square = network.theta.copy(), np.zeros_like(network.theta), np.zeros_like(network.theta)
    for step in range(1, 30):
        network.gradient[:] = normal(*network.theta.shape, seed=step)
        network.gradient[0, 1] *= 1e-3  # too small to be clipped
        norms = adam.step()
        for agent in np.ndindex(LEAD):
            norm = sum(v**2 for v in network.gradient[agent]) ** 0.5
            assert norms[agent] == pytest.approx(norm, rel=1e-12)
            for k, v in enumerate(network.gradient[agent]):
                g, at = v * min(1, clip / norm), (*agent, k)
                mean[at] = 0.9 * mean[at] + 0.1 * g
                square[at] = 0.999 * square[at] + 0.001 * g**2
                theta[at] -= 0.01 * (mean[at] / (1 - 0.9**step)) / ((square[at] / (1 - 0.999**step)) ** 0.5 + 1e-8)
        np.testing.assert_allclose(network.theta, theta, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-5), (np.float32, 1e-3)])
def test_first_step_of_adam_is_the_rate_against_the_sign(dtype, tolerance):
    network = build(mlp(3, 4), dtype=dtype)
    before = network.theta.copy()
    network.gradient[:] = normal(*network.theta.shape, dtype=dtype)
    gradient = network.gradient.copy()
    Adam(network, rate=0.01).step()
    np.testing.assert_allclose(network.theta - before, -0.01 * np.sign(gradient), rtol=0, atol=0.01 * tolerance)
    np.testing.assert_array_equal(network.gradient, gradient)  # clipping works on a copy
    assert network.theta.dtype == dtype


def test_clipping_is_for_each_agent_alone():
    network = build(mlp(3, 4))
    adam = Adam(network, rate=0.01, clip=1)
    network.gradient[:] = 1e-3
    network.gradient[1, 1] = 1e3
    adam.step()
    norms = np.linalg.norm(adam.mean / 0.1, axis=-1)  # of the clipped gradients
    expected = np.full(LEAD, 1e-3 * network.theta.shape[-1] ** 0.5)
    expected[1, 1] = 1
    np.testing.assert_allclose(norms, expected, rtol=1e-12)


def test_adam_stays_where_the_gradient_is_zero():
    network = build(mlp(2, 2))
    before = network.theta.copy()
    assert (Adam(network, rate=0.1).step() == 0).all()
    np.testing.assert_array_equal(network.theta, before)


def test_numeric_gradient_puts_parameters_back_and_needs_float64():
    theta = normal(2, 3)
    before = theta.copy()
    numeric_gradient(lambda: np.sin(theta).sum(axis=-1), theta)
    np.testing.assert_array_equal(theta, before)
    with pytest.raises(ValueError, match="theta must be float64"):
        numeric_gradient(lambda: theta.sum(axis=-1), theta.astype(np.float32))


def test_gradient_error_sees_one_wrong_entry():
    theta = normal(2, 3)

    def loss():
        return np.sin(theta).sum(axis=-1)

    gradient = np.cos(theta)
    assert gradient_error(loss, theta, gradient) < 1e-8
    gradient[1, 0] *= -1
    assert gradient_error(loss, theta, gradient) > 0.01
