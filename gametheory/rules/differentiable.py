r"""What rules on differentiable games share: the derivatives that they are made of, and maps that take a step.

A game is differentiable if its values :math:`V_i` are, by the coordinates :math:`\theta` of an objective. `first` and
`second` are everybody's derivatives, as :meth:`~gametheory.objective.Objective.derivatives` returns them.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.field import Field
from gametheory.game import Game
from gametheory.objective import Logits, Objective, ObjectiveLike
from gametheory.rules.gradient import as_objective
from gametheory.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gametheory.transfer import TransferLike

    Array = NDArray[Any]

__all__ = [
    "check_rate",
    "dot",
    "game_jacobian",
    "lookahead_term",
    "on_logits",
    "shaping_term",
    "simultaneous_gradient",
    "step_map",
    "times",
    "transpose_times",
]


def on_logits(game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None) -> Objective:
    """Return the objective of a game played once, on logits; or an objective as it is."""
    objective = as_objective(game_or_objective, transfer)
    return Logits(objective) if isinstance(game_or_objective, Game) else objective


def check_rate(rate: float, name: str = "rate") -> float:
    """Return a step size, or raise unless it is one positive number."""
    given: object = rate
    if not isinstance(given, Real):
        msg = f"{name} must be one number, got {given!r}"
        raise TypeError(msg)
    if not 0 < rate < np.inf:
        msg = f"{name} must be a positive number, got {rate}"
        raise ValueError(msg)
    return rate


def step_map(name: str, objective: Objective, rate: float, direction: Callable[..., Array]) -> Field:
    """Return the map that takes a step of size `rate` along a direction, and comes back where that leads outside.

    `direction` is called as ``direction(x, **parameters)``, with the parameters of the objective.
    """
    check_rate(rate)

    space = objective.space
    if isinstance(space, Space) and max(space.n_actions) > 2:
        msg = (
            f"{name} on policies of {max(space.n_actions)} actions would depend on the order of the actions; "
            "wrap the objective in gametheory.objective.Logits"
        )
        raise ValueError(msg)

    def function(x: Array, **parameters: Any) -> Array:
        return space.nearest(x + rate * direction(x, **parameters))

    return Field(
        space=space,
        function=function,
        kind="map",
        smoothness="piecewise" if objective.smoothness == "piecewise" else "smooth",
        parameters=objective.parameters,
        name=name,
        objective=objective,
    )


# ---------------------------------------------------------------------- derivatives of the game
def simultaneous_gradient(objective: Objective, first: Array) -> Array:
    r"""Return :math:`\xi`: each player's gradient of its own value."""
    return np.concatenate([first[..., i, own] for i, own in enumerate(objective.space.owned)], axis=-1)


def game_jacobian(objective: Objective, second: Array) -> Array:
    r"""Return :math:`J`: how everybody's own gradient moves with everybody's coordinates."""
    return np.concatenate([second[..., i, own, :] for i, own in enumerate(objective.space.owned)], axis=-2)


def lookahead_term(objective: Objective, first: Array, second: Array) -> Array:
    r"""Return :math:`J_o \xi`: for i the sum of :math:`(\partial_i \partial_j V_i)\, \partial_j V_j` over others j."""

    def term(i: int, own: slice, j: int, other: slice) -> Array:
        return times(second[..., i, own, other], first[..., j, other])

    return _sum_over_others(objective, term)


def shaping_term(objective: Objective, first: Array, second: Array) -> Array:
    r"""Return :math:`\chi`: for i the sum of :math:`(\partial_i \partial_j V_j)\, \partial_j V_i` over others j."""

    def term(i: int, own: slice, j: int, other: slice) -> Array:
        return times(second[..., j, own, other], first[..., i, other])

    return _sum_over_others(objective, term)


def _sum_over_others(objective: Objective, term: Callable[[int, slice, int, slice], Array]) -> Array:
    """Sum, for each player i, the terms (i, its coordinates, j, those of j) over others j."""
    players = list(enumerate(objective.space.owned))
    parts = [sum(term(i, own, j, other) for j, other in players if j != i) for i, own in players]
    return np.concatenate(parts, axis=-1)


# ---------------------------------------------------------------------- products, of batches on the leading axes
def dot(a: Array, b: Array) -> Array:
    """Return the inner product of two vectors."""
    return np.asarray((a * b).sum(axis=-1))


def times(matrix: Array, vector: Array) -> Array:
    """Return a matrix times a vector."""
    return np.asarray(np.einsum("...ab,...b->...a", matrix, vector))


def transpose_times(matrix: Array, vector: Array) -> Array:
    """Return the transpose of a matrix times a vector."""
    return np.asarray(np.einsum("...ba,...b->...a", matrix, vector))
