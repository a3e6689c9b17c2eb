"""What players climb, in general: values and their derivatives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.differences import slopes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sympy as sp
    from numpy.typing import ArrayLike, NDArray

    from gametheory.space import StateSpace

    Array = NDArray[Any]

__all__ = ["Objective", "own_gradient"]

_SECOND_STEP = 1.2e-4  # fourth root of the float64 rounding unit: the best step of a second difference


class Objective(ABC):
    """What players climb. To make your own, set `space` and write :meth:`values`; the gradient follows.

    Parameters
    ----------
    space : Space or RealSpace
        Where policies, or the parameters that stand for them, live.

    Examples
    --------
    Two players on a line of cooperation levels, each with a private cost that grows with the square of its effort:

    >>> from gametheory.space import Space
    >>> class Effort(Objective):
    ...     def values(self, x, held=None):
    ...         return x[..., ::-1] - x**2
    >>> own_gradient(Effort(Space((2, 2))), np.array([0.25, 0.5])).round(6)
    array([-0.5, -1. ])
    """

    parameters: tuple[str, ...] = ()
    smoothness: str = "smooth"

    def __init__(self, space: StateSpace) -> None:
        self.space = space

    @abstractmethod
    def values(self, x: Array, held: Array | None = None) -> Array:
        """Return every player's value.

        Parameters
        ----------
        x : ndarray, shape (..., d)
            Policies that act, in reduced coordinates.
        held : ndarray, shape (..., d), optional
            Policies that transfer weights are evaluated at; `x` if not given.
        **parameters
            If the objective has some.

        Returns
        -------
        ndarray, shape (..., n), payoff units
        """

    def own_gradient(self, x: Array, **parameters: Any) -> Array:
        """Gradient of each player's value by its own coordinates, weights held: differences.

        Parameters
        ----------
        x : ndarray, shape (..., d)
            Policies in reduced coordinates.
        **parameters : number or array_like
            Parameters of the objective.

        Returns
        -------
        ndarray, shape (..., d)
        """
        return _differences(self, x, x, **parameters)

    def total_gradient(self, x: Array, **parameters: Any) -> Array:
        """Gradient of each player's value by its own coordinates, through the weights too: differences."""
        return _differences(self, x, None, **parameters)

    def derivatives(self, x: Array, **parameters: Any) -> tuple[Array, Array]:
        """First and second derivatives of everybody's value by everybody's coordinates, weights held.

        Rules that anticipate what others learn need them. Differences inside the space here, good to about 1e-7 of the
        largest values; the objectives of this package know theirs exactly.

        Parameters
        ----------
        x : ndarray, shape (..., d)
            Policies in reduced coordinates.
        **parameters : number or array_like
            Parameters of the objective.

        Returns
        -------
        first : ndarray, shape (..., n, d)
            ``[..., i, a]`` is the derivative of player i's value by coordinate a.
        second : ndarray, shape (..., n, d, d)
            ``[..., i, a, b]``, symmetric in a and b.
        """

        def values(at: Array) -> Array:
            return self.values(at, x, **parameters)

        def gradients(at: Array) -> Array:
            found = slopes(values, self.space, at, _SECOND_STEP)
            return found.reshape(*found.shape[:-2], -1)

        first = slopes(values, self.space, x)
        second = slopes(gradients, self.space, x, _SECOND_STEP).reshape(*first.shape, x.shape[-1])
        return first, (second + second.swapaxes(-1, -2)) / 2

    @property
    def trusted(self) -> bool:
        """Whether fields need not try the values out: they are the package's own, or there is a closed form."""
        return type(self).__module__.startswith("gametheory.") or type(self).expressions is not Objective.expressions

    def expressions(self, *, through_weights: bool = False) -> tuple[sp.Expr, ...] | None:  # noqa: ARG002 (interface)
        """Return the own gradient as SymPy expressions of the coordinates, or None."""
        return None

    def payoff_range(self, **parameters: Any) -> Any:  # noqa: ARG002 (part of the interface)
        """Largest less smallest payoff: the unit in which ties are judged; 1 unless an objective knows better."""
        return 1.0

    def check_parameters(self, values: Mapping[str, Any]) -> None:  # noqa: B027 (most objectives assume nothing)
        """Raise ``ValueError`` for parameters outside the objective's assumptions."""

    def bind(self, **parameters: Any) -> Objective:
        """Return the objective with some parameters given."""
        msg = f"{type(self).__name__} has no parameters to bind, got {', '.join(parameters)}"
        raise ValueError(msg)


def own_gradient(objective: Objective, x: ArrayLike, *, through_weights: bool = False, **parameters: Any) -> Array:
    r"""Gradient of each player's value by its own coordinates.

    Parameters
    ----------
    objective : Objective
        What players climb.
    x : array_like, shape (..., d)
        Policies in reduced coordinates.
    through_weights : bool, default False
        Differentiate the weights too: :math:`dV_i(x, x)/dx_i`, a variant. By default they are held,
        :math:`\partial V_i(x, \hat x)/\partial x_i` at :math:`\hat x = x`.
    **parameters : number or array_like
        Parameters of the objective.

    Returns
    -------
    ndarray, shape (..., d), payoff units

    Examples
    --------
    >>> from gametheory import Game
    >>> from gametheory.objective import MatrixObjective
    >>> from gametheory.transfer import SocialRelationship
    >>> lase = MatrixObjective(Game.two_by_two(4, 0, 5, 1), SocialRelationship())
    >>> own_gradient(lase, [0.5, 0.5])
    array([1.5, 1.5])
    """
    x = objective.space.check(x)
    return objective.total_gradient(x, **parameters) if through_weights else objective.own_gradient(x, **parameters)


def _differences(objective: Objective, x: Array, held: Array | None, **parameters: Any) -> Array:
    """Differences of each player's value by its own coordinates; error about 1e-10 of the payoff range."""
    all_ = slopes(lambda at: objective.values(at, held, **parameters), objective.space, x)
    blocks = objective.space.owned
    return np.concatenate([all_[..., i, block] for i, block in enumerate(blocks)], axis=-1)
