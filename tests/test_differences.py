"""Finite differences stay in the space, and are derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gametheory.differences import slopes
from gametheory.space import RealSpace, Space


def states(space, seed):
    """Random states, corners, and states on faces."""
    rng = np.random.default_rng(seed)
    policies = []
    for a in space.n_actions:
        policy = rng.dirichlet(np.ones(a), 6)
        policy[2, 0] = policy[3, -1] = 0
        policy[4] = np.eye(a)[rng.integers(a)]
        policy[5, 0] = 1e-7
        policies.append(policy / policy.sum(axis=1, keepdims=True))
    return space.coordinates(policies)


@given(st.lists(st.integers(2, 4), min_size=1, max_size=3), st.integers(0, 10**6))
def test_polynomials_have_their_derivatives(n_actions, seed):
    space, rng = Space(tuple(n_actions)), np.random.default_rng(seed)
    d = space.dimension
    linear, square, cube = rng.normal(size=(2, d)), rng.normal(size=(2, d, d)), rng.normal(size=(2, d))

    def function(x):
        assert all(np.all(policy >= -1e-15) for policy in space.policies(x))
        return x @ linear.T + np.einsum("kij,...i,...j->...k", square, x, x) + x**3 @ cube.T

    x = states(space, seed)
    exact = linear + np.einsum("kij,...j->...ki", square + square.swapaxes(1, 2), x) + 3 * cube * x[:, None, :] ** 2
    np.testing.assert_allclose(slopes(function, space, x), exact, rtol=0, atol=1e-8)
    np.testing.assert_allclose(slopes(function, space, x[0]), exact[0], rtol=0, atol=1e-8)


def test_functions_that_end_at_the_border():
    space = Space((3,))

    def function(x):
        (policy,) = space.policies(x)
        with np.errstate(invalid="raise"):
            return np.log1p(np.sqrt(np.maximum(policy, 0) ** 3))[..., :2]

    corners = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    found = slopes(function, space, corners)
    # d/dx ln(1 + x^1.5) = 1.5 sqrt(x)/(1 + x^1.5): 3/4 at 1, 0 at 0
    expected = [np.diag([0.75, 0]), np.diag([0, 0.75]), np.zeros((2, 2))]
    np.testing.assert_allclose(found, expected, atol=5e-3)  # h^0.5: the second derivative is infinite at 0


def test_real_vectors_have_no_border():
    found = slopes(np.sin, RealSpace((1, 2)), np.array([0.0, 1.0, -2.0]))
    np.testing.assert_allclose(found, np.diag(np.cos([0.0, 1.0, -2.0])), atol=1e-9)


@pytest.mark.parametrize("x", [[1 + 1e-12, 0.5], [-1e-12, 0.5]])
def test_states_beside_the_space_are_moved_inside(x):
    space = Space((2, 2))

    def function(x):
        assert np.all((x >= 0) & (x <= 1))
        return x**2

    np.testing.assert_allclose(slopes(function, space, np.array(x)), 2 * np.diag(np.clip(x, 0, 1)), atol=1e-9)
