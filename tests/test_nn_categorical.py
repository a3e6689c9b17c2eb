"""Choices among actions: draws against their probabilities, gradients against finite differences."""

import numpy as np
import pytest
from scipy import special, stats

from lase_core.nn import (
    d_entropy,
    d_log_mixture,
    d_log_probability,
    entropy,
    gradient_error,
    log_softmax,
    mixture,
    sample,
    softmax,
)

SHAPES = [(2,), (4, 3), (2, 3, 5)]


def logits_of(shape):
    return np.random.default_rng(2).normal(size=shape) * 2


@pytest.mark.parametrize("shape", SHAPES)
def test_softmax_is_scipys(shape):
    z = logits_of(shape)
    before = z.copy()
    np.testing.assert_allclose(softmax(z), special.softmax(z, axis=-1), rtol=1e-13)
    np.testing.assert_allclose(log_softmax(z), special.log_softmax(z, axis=-1), rtol=1e-13)
    np.testing.assert_array_equal(z, before)


def test_everything_is_stable_and_stays_float32():
    z = np.array([[0, 1e4, -1e4], [-1e30, -1e30, -1e30], [88, 89, 90]], dtype=np.float32)
    p, actions = softmax(z), np.array([2, 0, 1])
    np.testing.assert_allclose(p[:2], [[0, 1, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)
    np.testing.assert_allclose(log_softmax(z)[0], [-1e4, 0, -2e4])
    results = [
        p,
        log_softmax(z),
        entropy(p),
        mixture(p, 0.1),
        d_log_probability(p, actions),
        d_entropy(p),
        d_log_mixture(p, actions, 0.1),
        d_log_mixture(p, actions, 0),
    ]
    for result in results:
        assert result.dtype == np.float32
        assert np.isfinite(result).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("eps", [0.0, 0.05, 0.5, 1.0])
def test_gradients_are_those_of_finite_differences(shape, eps):
    z = logits_of(shape)
    p = softmax(z)
    actions = np.random.default_rng(4).integers(shape[-1], size=shape[:-1])
    at = actions[..., None]

    def log_probability():
        return np.take_along_axis(log_softmax(z), at, axis=-1)[..., 0]

    def log_mixture():
        return np.log(np.take_along_axis(mixture(softmax(z), eps), at, axis=-1)[..., 0])

    assert gradient_error(log_probability, z, d_log_probability(p, actions)) < 1e-7
    assert gradient_error(lambda: entropy(softmax(z)), z, d_entropy(p)) < 1e-7
    if eps == 1:  # nothing depends on the logits
        assert (d_log_mixture(p, actions, eps) == 0).all()
    else:
        assert gradient_error(log_mixture, z, d_log_mixture(p, actions, eps)) < 1e-6


def test_entropy_is_scipys():
    p = softmax(logits_of((4, 5)))
    p[0] = [0, 0.5, 0, 0.5, 0]
    np.testing.assert_allclose(entropy(p), special.entr(p).sum(axis=-1), rtol=1e-13)
    assert np.isfinite(d_entropy(p)).all()


def test_mixture_is_a_distribution_at_least_eps_over_the_number_of_actions():
    mu = mixture(softmax(logits_of((50, 4))), 0.2)
    np.testing.assert_allclose(mu.sum(axis=-1), 1, rtol=1e-12)
    assert mu.min() >= 0.05
    np.testing.assert_array_equal(mixture(np.array([0.0, 1.0]), 1.0), [0.5, 0.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", [[0.1, 0.2, 0.3, 0.4], [0.5, 0, 0.5], [0.01, 0.99], [1.0]])
def test_frequencies_are_the_probabilities(p, dtype):
    p, n = np.array(p, dtype=dtype), 100_000
    drawn = sample(np.broadcast_to(p, (n, len(p))), np.random.default_rng(1).random(n))
    counts = np.bincount(drawn, minlength=len(p))
    assert (counts[p == 0] == 0).all()
    if (p > 0).sum() > 1:
        expected = p[p > 0].astype(float)
        assert stats.chisquare(counts[p > 0], n * expected / expected.sum()).pvalue > 1e-3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("u", [0.0, 0.5, np.nextafter(0.5, 0), np.nextafter(0.5, 1), np.nextafter(1, 0), 1.0])
def test_actions_of_probability_zero_are_never_drawn(u, dtype):
    rng = np.random.default_rng(9)
    p = rng.random((2000, 6)) * (rng.random((2000, 6)) < 0.5)
    p[:, 3] += p.sum(axis=-1) == 0
    p = (p / p.sum(axis=-1, keepdims=True)).astype(dtype)
    for uniforms in (np.full(2000, u), np.full(2000, u, dtype=dtype)):
        drawn = sample(p, uniforms)
        assert (np.take_along_axis(p, drawn[:, None], axis=-1) > 0).all()


def test_draws_are_those_of_the_inverse_distribution_function():
    p = np.array([0.25, 0.25, 0.5])
    for u, action in [(0, 0), (0.2499, 0), (0.25, 1), (0.4999, 1), (0.5, 2), (0.9999, 2)]:
        assert sample(p, np.array(u)) == action
    assert sample(np.tile(p, (2, 3, 1)), np.zeros((2, 3))).shape == (2, 3)


def test_probabilities_need_not_sum_to_one():
    p, u = np.array([0.25, 0.25, 0.5]), np.random.default_rng(3).random(100)
    for scale in (0.5, 8):
        np.testing.assert_array_equal(
            sample(np.tile(scale * p, (100, 1)), u),
            sample(np.tile(p, (100, 1)), u),
        )
