r"""Policy gradient in three parametrisations.

Let :math:`v_k` be the value of player i's action k (total reward, weights held), :math:`\bar v = \sum_k x_k v_k` and
:math:`A_k = v_k - \bar v` the advantage. The flows are

.. math::

    \text{natural:}\quad & \dot x_k = x_k A_k \\
    \text{softmax:}\quad & \dot x_k = x_k \big(x_k A_k - \textstyle\sum_l x_l^2 A_l\big) \\
    \text{projected:}\quad & \dot x = \Pi_{T_x\Delta}(v)

For two actions, with :math:`p = x_1` and :math:`g = v_1 - v_2`, the natural flow is :math:`\dot p = p(1-p) g`, the
replicator equation. A softmax player with two actions has *one* logit, :math:`\dot p = p^2 (1-p)^2 g` (two logits would
move twice as fast); a projected one moves in p itself, :math:`\dot p = g` inside [0, 1]. Interior rest points are the
same, speeds and separatrices are not.

References
----------
.. [1] S. Kakade. "A natural policy gradient". NeurIPS 2001.
.. [2] R. S. Sutton, D. McAllester, S. Singh, Y. Mansour. "Policy gradient methods for reinforcement learning with
   function approximation". NeurIPS 1999.
.. [3] J. Hofbauer, K. Sigmund. "Evolutionary Games and Population Dynamics". Cambridge University Press, 1998.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.field import ClosedForm, Field
from gametheory.game import Game
from gametheory.objective import MatrixObjective, Objective, ObjectiveLike, PerPlayer, own_gradient
from gametheory.space import Space, simplices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.transfer import TransferLike

    Array = NDArray[Any]

__all__ = ["policy_gradient"]

_TWO = 2


def _natural(x: Array, v: Array) -> Array:
    return np.asarray(x * (v - (x * v).sum(axis=-1, keepdims=True)))


def _softmax(x: Array, v: Array) -> Array:
    logit_gradient = _natural(x, v)
    moved = _natural(x, logit_gradient)
    return moved / _TWO if x.shape[-1] == _TWO else moved  # one logit for two actions


def _projected(x: Array, v: Array) -> Array:
    """Project v on the tangent cone of the simplex: no mass leaves an action that has none."""
    if x.shape[-1] == _TWO:  # direct gradient in p
        g = v[..., :1] - v[..., 1:]
        p = x[..., :1]
        g = np.where(((p <= 0) & (g < 0)) | ((p >= 1) & (g > 0)), 0.0, g)
        return np.concatenate([g, -g], axis=-1)
    # d_k = v_k - level where free or v_k > level, else 0; the level is found among the sorted boundary values
    free = x > 0
    order = np.argsort(np.where(free, -np.inf, -v), axis=-1, kind="stable")  # free actions first, then by value
    sorted_v = np.take_along_axis(v, order, axis=-1)
    n_free = free.sum(axis=-1, keepdims=True)
    counts = np.arange(1, v.shape[-1] + 1)
    levels = np.cumsum(sorted_v, axis=-1) / counts
    joins = (counts > n_free) & (sorted_v > np.concatenate([levels[..., :1], levels[..., :-1]], axis=-1))
    last = np.maximum(n_free, np.max(np.where(joins, counts, 0), axis=-1, keepdims=True))
    level = np.take_along_axis(levels, last - 1, axis=-1)
    return np.where(free | (v > level), v - level, 0.0)


_FLOWS = {"natural": _natural, "softmax": _softmax, "projected": _projected}


def as_objective(game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None) -> Objective:
    given: object = game_or_objective
    if isinstance(given, Game):
        return MatrixObjective(given, transfer)
    if not isinstance(given, (Objective, list, tuple)):
        what = type(given).__name__
        msg = f"a learning rule needs a Game or an Objective, got {what} (a list has an Objective for each player)"
        raise TypeError(msg)
    if transfer is not None:
        msg = "transfer goes with a game; an objective has its own"
        raise ValueError(msg)
    return given if isinstance(given, Objective) else PerPlayer(given)


def policy_gradient(
    game_or_objective: Game | ObjectiveLike,
    transfer: TransferLike | None = None,
    parametrisation: str = "natural",
    *,
    through_weights: bool = False,
) -> Field:
    """Flow in which every player climbs its own value by policy gradient.

    Parameters
    ----------
    game_or_objective : Game, Objective or sequence of n Objective
        A game is played once, :class:`~gametheory.objective.MatrixObjective`. A list has what each player climbs.
    transfer : Transfer or sequence of n Transfer, optional
        For a game: who gets whose reward. Selfish if not given.
    parametrisation : {"natural", "softmax", "projected"}
        What the gradient is taken by; see the module's formulas.
    through_weights : bool, default False
        Differentiate the transfer weights too, a variant (see :func:`~gametheory.objective.own_gradient`).

    Returns
    -------
    Field
        Its expressions hold where no coordinate is projected.

    Raises
    ------
    ValueError
        An unknown parametrisation; a transfer beside an objective that has one.

    Examples
    --------
    >>> import gametheory as gt
    >>> field = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1))
    >>> [e.factor() for e in field.expressions]
    [p1*(p1 - 1)*(p2 + 1), p2*(p1 + 1)*(p2 - 1)]
    """
    if parametrisation not in _FLOWS:
        msg = f"parametrisation must be one of {', '.join(_FLOWS)}, got {parametrisation!r}"
        raise ValueError(msg)
    objective = as_objective(game_or_objective, transfer)
    flow = _FLOWS[parametrisation]
    space = simplices(objective.space)

    def move(on: Space, policies: tuple[Array, ...], gradient: Array) -> Array:
        moves = []
        for policy, block in zip(policies, on.blocks, strict=True):
            own = gradient[..., block]
            values = np.concatenate([own, 0 * own[..., :1]], axis=-1)  # up to a constant, which no flow sees
            moves.append(flow(policy, values)[..., :-1])
        return np.concatenate(moves, axis=-1)

    def function(x: Array, **parameters: Any) -> Array:
        gradient = own_gradient(objective, x, through_weights=through_weights, **parameters)
        return move(space, space.policies(x), gradient)

    def close(gradient: tuple[Any, ...] | None, on: Space) -> ClosedForm | None:
        """Write the flow on the space `on`, given the own gradient there."""
        if gradient is None:
            return None
        import sympy as sp

        g = [sp.Dummy(f"g{k}") for k in range(on.dimension)]  # in its place, so that the flow's factors stay apart
        if parametrisation == "projected":  # inside the space
            rates = [
                own - (sum(g[b]) / a if a > _TWO else 0)
                for b, a in zip(on.blocks, on.n_actions, strict=True)
                for own in g[b]
            ]
        else:
            state = np.array(on.symbols, dtype=object)
            rates = [sp.factor(rate) for rate in move(on, on.policies(state), np.array(g, dtype=object))]
        values = dict(zip(g, gradient, strict=True))
        return ClosedForm(tuple(rate.xreplace(values) for rate in rates), gradient)

    def derive() -> ClosedForm | None:
        return close(objective.expressions(through_weights=through_weights), space)

    symmetric = isinstance(objective, MatrixObjective) and objective.game.is_symmetric and not through_weights

    def derive_alike() -> ClosedForm | None:
        if not isinstance(objective, MatrixObjective):  # pragma: no cover  (see `symmetric`)
            return None
        return close(objective.expressions(alike=True), Space(space.n_actions[:1]))

    smoothness = "piecewise" if parametrisation == "projected" else objective.smoothness
    what = f", {objective.transfer!r}" if isinstance(objective, MatrixObjective) else f", {objective!r}"
    return Field(
        space=space,
        function=function,
        smoothness=smoothness,
        parameters=objective.parameters,
        derive=derive,
        name=f"{parametrisation} policy gradient{what}",
        objective=objective,
        parametrisation=parametrisation,
        derive_alike=derive_alike if symmetric else None,
        faces="free" if parametrisation == "projected" else "invariant",
        through_weights=through_weights,
    )
