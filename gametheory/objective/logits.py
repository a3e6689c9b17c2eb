r"""Objectives by logits: what learners with softmax policies climb.

A policy over two actions has one logit, :math:`p = 1/(1 + e^{-\theta})`; one over more actions has a logit for each,
:math:`x_k \propto e^{\theta_k}`. With :math:`B = dx/d\theta` the chain rule gives

.. math::

    \frac{\partial V_i}{\partial \theta} = B^T \frac{\partial V_i}{\partial x}, \qquad
    \frac{\partial^2 V_i}{\partial \theta^2} = B^T \frac{\partial^2 V_i}{\partial x^2} B
        + \sum_k \frac{\partial V_i}{\partial x_k} \frac{\partial^2 x_k}{\partial \theta^2}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, log_softmax, logit, softmax

from gametheory.objective.base import Objective
from gametheory.space import RealSpace, simplices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

__all__ = ["Logits"]

_TWO = 2


class Logits(Objective):
    """An objective whose players move the logits of their policies.

    Parameters
    ----------
    objective : Objective
        On policies, e.g. a :class:`~gametheory.objective.MatrixObjective` or a
        :class:`~gametheory.objective.MemoryOneObjective`.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.Game.two_by_two(-1, -3, 0, -2)
    >>> ipd = Logits(gt.objective.MemoryOneObjective(game, discount=0.96, normalised=False))
    >>> ipd.own_gradient(np.zeros(10))[:5]
    array([-0.25, -1.5 , -1.5 , -1.5 , -1.5 ])
    """

    def __init__(self, objective: Objective) -> None:
        given: object = objective
        if not isinstance(given, Objective):
            msg = f"Logits needs an Objective, got {type(given).__name__}; a game makes a MatrixObjective"
            raise TypeError(msg)
        self.objective = objective
        self._policies = space = simplices(objective.space)
        self._all_two = set(space.n_actions) == {_TWO}
        counts = np.reshape([1 if a == _TWO else a for a in space.n_actions], (space.n_players, -1))
        super().__init__(RealSpace(tuple(map(int, counts.sum(axis=1))), space.labels if self._all_two else ()))
        ends = np.cumsum(counts)
        self._blocks = [slice(int(e - c), int(e)) for e, c in zip(ends, counts.flat, strict=True)]

    def __repr__(self) -> str:
        """Show what is climbed."""
        return f"Logits({self.objective!r})"

    @property
    def parameters(self) -> tuple[str, ...]:  # type: ignore[override]  # an attribute in the base class
        """Names of unbound symbols."""
        return self.objective.parameters

    @property
    def trusted(self) -> bool:
        """Whether the objective on policies is."""
        return self.objective.trusted

    @property
    def smoothness(self) -> str:  # type: ignore[override]
        """``"smooth"``, or ``"piecewise"`` as the objective on policies."""
        return "piecewise" if self.objective.smoothness == "piecewise" else "smooth"

    def state(self, theta: ArrayLike) -> Array:
        """Return the policies of some logits.

        Parameters
        ----------
        theta : array_like, shape (..., d)
            Logits.

        Returns
        -------
        ndarray
            In the reduced coordinates of the objective on policies.
        """
        theta = np.asarray(self.space.check(theta), dtype=np.float64)
        if self._all_two:
            return np.asarray(expit(theta))
        parts = [
            expit(theta[..., block]) if a == _TWO else softmax(theta[..., block], axis=-1)[..., :-1]
            for block, a in zip(self._blocks, self._policies.n_actions, strict=True)
        ]
        return np.concatenate(parts, axis=-1)

    def logits(self, x: ArrayLike) -> Array:
        """Return logits of some policies; the inverse of :meth:`state`.

        Parameters
        ----------
        x : array_like, shape (..., d)
            Policies in reduced coordinates; probabilities 0 and 1 have infinite logits.

        Returns
        -------
        ndarray
            Logits; those of three and more actions sum to something arbitrary.
        """
        x = self._policies.check(x)
        with np.errstate(divide="ignore"):
            parts = [
                logit(policy[..., :1]) if a == _TWO else np.log(policy)
                for policy, a in zip(self._policies.policies(x), self._policies.n_actions, strict=True)
            ]
        together: Array = np.concatenate(parts, axis=-1)
        return together

    def values(self, x: Array, held: Array | None = None, **parameters: Any) -> Array:
        """Return every player's value; see :meth:`Objective.values`."""
        return self.objective.values(self.state(x), None if held is None else self.state(held), **parameters)

    def own_gradient(self, x: Array, **parameters: Any) -> Array:
        """Own gradient by the chain rule."""
        gradient = self.objective.own_gradient(self.state(x), **parameters)
        if self._all_two:
            return np.asarray(gradient * self._slope(x))
        return np.asarray(np.einsum("...ka,...k->...a", self._jacobian(x), gradient))

    def derivatives(self, x: Array, **parameters: Any) -> tuple[Array, Array]:
        """First and second derivatives by the chain rule; see :meth:`Objective.derivatives`."""
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, -1, 0)), 0, -1)  # batch last in memory: quicker below
        state = self.state(x)
        by_policy, second = self.objective.derivatives(state, **parameters)
        if self._all_two:
            slope = self._slope(x)[..., None, :]
            first = by_policy * slope
            second = second * (slope[..., None] * slope[..., None, :])
            d = range(x.shape[-1])
            second[..., d, d] += first * (1 - 2 * state)[..., None, :]
            return first, second
        b = self._jacobian(x)
        first = np.einsum("...ka,...ik->...ia", b, by_policy)
        second = np.einsum("...ka,...ikl,...lb->...iab", b, second, b, optimize=True)
        for block, k, a in zip(self._blocks, self._policies.blocks, self._policies.n_actions, strict=True):
            if a == _TWO:
                curve = first[..., block] * (1 - 2 * state[..., None, k])
                second[..., block, block] += curve[..., None]
                continue
            # d2x_k = x_k [(1_ka - x_a)(1_kb - x_b) - x_a (1_ab - x_b)], weighted by dV/dx_k
            full = softmax(x[..., block], axis=-1)
            off = np.eye(a) - full[..., None, :]
            curve = np.einsum("...ka,...kb->...kab", off[..., :-1, :], off[..., :-1, :])
            curve -= (full[..., :, None] * off)[..., None, :, :]
            weight = by_policy[..., k] * full[..., None, :-1]
            second[..., block, block] += np.einsum("...ik,...kab->...iab", weight, curve)
        return first, second

    @staticmethod
    def _slope(theta: Array) -> Array:
        """dp/dtheta = p (1 - p), without loss of digits where p is nearly 1."""
        return np.asarray(expit(theta) * expit(-theta))

    def _jacobian(self, theta: Array) -> Array:
        """B, shape (..., reduced coordinates, logits)."""
        b = np.zeros((*theta.shape[:-1], self._policies.dimension, theta.shape[-1]))
        for block, k, a in zip(self._blocks, self._policies.blocks, self._policies.n_actions, strict=True):
            if a == _TWO:
                b[..., k, block] = self._slope(theta[..., block])[..., None]
            else:
                x = np.exp(log_softmax(theta[..., block], axis=-1))
                b[..., k, block] = x[..., :-1, None] * (np.eye(a)[:-1] - x[..., None, :])
        return b

    def payoff_range(self, **parameters: Any) -> Any:
        """Largest less smallest payoff."""
        return self.objective.payoff_range(**parameters)

    def check_parameters(self, values: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` for parameters outside the assumptions of the objective on policies."""
        self.objective.check_parameters(values)

    def bind(self, **parameters: Any) -> Logits:
        """Return the objective with some parameters given."""
        return Logits(self.objective.bind(**parameters))
