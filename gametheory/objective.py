r"""Objectives: what each player climbs, as a function of everybody's policies.

The objective of player i is the expected total reward

.. math:: V_i(x, \hat x) = \mathbb E_{a \sim x}\left[ r_i^{tot}(a; \hat x) \right],

where the transfer weights are *held* at the profile :math:`\hat x`. The own gradient moves only the actions that i
plays, :math:`g_i = \partial V_i(x, \hat x) / \partial x_i` at :math:`\hat x = x`: a LASE player is credited for the
gifts that its actions earn, not for changing what others expect of it. See :ref:`held weights <held-weights>`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.field import DIFFERENCE_STEP, Space
from gametheory.transfer import Selfish, Transfer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sympy as sp
    from numpy.typing import ArrayLike, NDArray

    from gametheory.game import Game

    Array = NDArray[Any]

__all__ = ["MatrixObjective", "Objective", "expected", "own_gradient"]

_LARGEST = 1e100  # payoffs are multiplied with each other


def expected(rewards: Array, policies: Sequence[Array], *, keep: int | None = None) -> Array:
    """Mean of an array of joint actions over everybody's independent choices, except player `keep`'s.

    Parameters
    ----------
    rewards : ndarray, shape (..., A1, ..., An)
        A quantity at every joint action.
    policies : sequence of n ndarray, shapes (..., A_i)
        Distributions over actions.
    keep : int, optional
        Player whose axis is left.

    Returns
    -------
    ndarray, shape (...) or (..., A_keep)

    Examples
    --------
    >>> expected(np.array([[3.0, 0.0], [5.0, 1.0]]), [np.array([0.5, 0.5])] * 2)
    array(2.25)
    """
    n = len(policies)
    others = [k for k in range(n) if k != keep]
    weighted = rewards
    for k in others:
        weighted = weighted * policies[k][(..., *(None,) * k, slice(None), *(None,) * (n - 1 - k))]
    return np.asarray(np.sum(weighted, axis=tuple(k - n for k in others)))


class Objective(ABC):
    """What players climb. To make your own, set `space` and write :meth:`values`; the gradient follows.

    Parameters
    ----------
    space : Space
        Where policies live.

    Examples
    --------
    Two players on a line of cooperation levels, each with a private cost that grows with the square of its effort:

    >>> class Effort(Objective):
    ...     def values(self, x, held=None):
    ...         return x[..., ::-1] - x**2
    >>> own_gradient(Effort(Space((2, 2))), np.array([0.25, 0.5])).round(6)
    array([-0.5, -1. ])
    """

    parameters: tuple[str, ...] = ()
    smoothness: str = "smooth"

    def __init__(self, space: Space) -> None:
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
        """Gradient of each player's value by its own coordinates, weights held: central differences.

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
    >>> from gametheory.transfer import SocialRelationship
    >>> lase = MatrixObjective(Game.two_by_two(4, 0, 5, 1), SocialRelationship())
    >>> own_gradient(lase, [0.5, 0.5])
    array([1.5, 1.5])
    """
    x = objective.space.check(x)
    return (
        _differences(objective, x, None, **parameters) if through_weights else objective.own_gradient(x, **parameters)
    )


def _differences(objective: Objective, x: Array, held: Array | None, **parameters: Any) -> Array:
    """Central differences of each player's value by its own coordinates; error about 1e-10 of the payoff range."""
    out = np.empty(x.shape)
    for i, block in enumerate(objective.space.blocks):
        for k in range(block.start, block.stop):
            step = np.zeros(x.shape[-1])
            step[k] = DIFFERENCE_STEP
            ahead, behind = (objective.values(x + s, held, **parameters)[..., i] for s in (step, -step))
            out[..., k] = (ahead - behind) / (2 * DIFFERENCE_STEP)
    return out


class MatrixObjective(Objective):
    """Expected total reward in a one-shot game under a transfer.

    Parameters
    ----------
    game : Game
        Numbers or symbols.
    transfer : Transfer, optional
        Who gets whose reward; selfish if not given.

    Examples
    --------
    >>> from gametheory import Game
    >>> objective = MatrixObjective(Game.two_by_two(3, 0, 5, 1))
    >>> objective.values(np.array([0.5, 0.5]))
    array([2.25, 2.25])
    """

    def __init__(self, game: Game, transfer: Transfer | None = None) -> None:
        super().__init__(Space(game.n_actions))
        self.game = game
        self.transfer = transfer if transfer is not None else Selfish()
        _check_transfer(self.transfer)
        if not game.symbols and (largest := np.abs(game.numeric).max()) > _LARGEST:
            msg = f"payoffs up to {largest:g} overflow in a learning field; divide them all by a number"
            raise ValueError(msg)

    @property
    def parameters(self) -> tuple[str, ...]:  # type: ignore[override]  # an attribute in the base class
        """Names of unbound symbols, of the payoffs and of the transfer."""
        return tuple(sorted({*self.game.parameters, *(s.name for s in self.transfer.symbols)}))

    @property
    def smoothness(self) -> str:  # type: ignore[override]
        """How the gradient depends on the state."""
        return self.transfer.smoothness(self.game.n_actions)

    def _held(self, policies: Sequence[Array]) -> list[list[Array]]:
        """Everybody knows everybody's policy: estimate[i][j] is j's policy."""
        return [list(policies) for _ in policies]

    def payoffs(self, **parameters: Any) -> Array:
        """Payoffs as float64 with `parameters` put in; arrays broadcast to leading axes: ``(..., n, *A)``."""
        if not self.game.symbols:
            return self.game.numeric
        import sympy as sp

        values = [np.asarray(parameters[s.name], dtype=np.float64) for s in self.game.symbols]
        entries = sp.lambdify(self.game.symbols, list(self.game.payoffs.flat), modules="numpy")(*values)
        flat = np.stack(np.broadcast_arrays(*(np.asarray(e, dtype=np.float64) for e in entries)), axis=-1)
        return flat.reshape(*flat.shape[:-1], *self.game.payoffs.shape)

    def payoff_range(self, **parameters: Any) -> Any:
        """Largest less smallest payoff of any player."""
        n = self.game.n_players
        return np.ptp(self.payoffs(**parameters), axis=tuple(range(-1 - n, 0)))

    def effective(self, x: Array, **parameters: Any) -> Array:
        """Total reward of each player at each joint action, weights held at `x`: ``(..., n, *A)``."""
        transfer = self.transfer.bind(**parameters) if parameters else self.transfer
        return transfer.effective(self.payoffs(**parameters), self._held(self.space.policies(x)))

    def values(self, x: Array, held: Array | None = None, **parameters: Any) -> Array:
        """Return every player's expected total reward; see :meth:`Objective.values`."""
        rewards = self.effective(x if held is None else held, **parameters)
        return _values(rewards, self.space.policies(x))

    def own_gradient(self, x: Array, **parameters: Any) -> Array:
        """Exact own gradient: the value of each action less that of the last one."""
        return _own_gradient(self.effective(x, **parameters), self.space.policies(x))

    def expressions(self, *, through_weights: bool = False, alike: bool = False) -> tuple[sp.Expr, ...] | None:
        """Own gradient as SymPy expressions of coordinates and parameters.

        Parameters
        ----------
        through_weights : bool, default False
            As in :func:`own_gradient`.
        alike : bool, default False
            For a symmetric game: the first player's gradient where all players have the same policy, in the
            coordinates of one simplex. Many terms coincide, so large groups stay tractable.

        Returns
        -------
        tuple of d SymPy expressions, or None if the transfer cannot be fed with symbols

        Raises
        ------
        ValueError
            Symbolic payoffs whose order matters and is not stated.
        """
        import sympy as sp

        from gametheory.ordering import Ordering

        order = Ordering(self.game.assume)
        payoffs = order.write_all(self.game.rational().payoffs)
        space = Space(self.space.n_actions[:1]) if alike else self.space
        # one positive symbol for every action, so that SymPy sees that probabilities are not negative
        policies = [
            np.array([sp.Dummy(f"x{i}{k}", nonnegative=True) for k in range(a)], dtype=object)
            for i, a in enumerate(space.n_actions)
        ]
        values = space.policies(np.array(space.symbols, dtype=object))
        meaning = {
            symbol: sp.sympify(value)
            for symbols, block in zip(policies, values, strict=True)
            for symbol, value in zip(symbols, block, strict=True)
        } | self.transfer.stand_ins
        if alike:
            policies *= self.space.n_players
        try:
            rewards = self.transfer.effective(payoffs, self._held(policies))
        except (TypeError, AttributeError):  # a transfer of the user's that works on floats only
            return None

        def read(expression: Any) -> sp.Expr:
            return order.read(sp.expand(expression).subs(meaning, simultaneous=True))

        if not through_weights:
            gradient = (
                _own_gradient(rewards, policies)[: space.dimension] if alike else _own_gradient(rewards, policies)
            )
            return tuple(read(entry) for entry in gradient)
        if alike:
            msg = "a gradient through the weights moves one player alone: alike goes without through_weights"
            raise ValueError(msg)
        found = [read(value) for value in _values(rewards, policies)]
        return tuple(sp.expand(found[i].diff(s)) for i, b in enumerate(space.blocks) for s in space.symbols[b])

    def check_parameters(self, values: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` for numbers outside the assumptions of the game or the range of the transfer."""
        self.game.check_parameters({name: value for name, value in values.items() if name in self.game.parameters})
        for extreme in (np.min, np.max):
            self.transfer.bind(**{s.name: extreme(values[s.name]) for s in self.transfer.symbols if s.name in values})

    def bind(self, **parameters: Any) -> MatrixObjective:
        """Return the objective with numbers in the place of symbols, of the payoffs and of the transfer."""
        in_game = {name: value for name, value in parameters.items() if name in self.game.parameters}
        return MatrixObjective(self.game.bind(**in_game), self.transfer.bind(**parameters))


def _check_transfer(transfer: object) -> None:
    if not isinstance(transfer, Transfer):
        msg = f"transfer must be a gametheory.transfer.Transfer, got {transfer!r}"
        raise TypeError(msg)


def _values(rewards: Array, policies: Sequence[Array]) -> Array:
    n = len(policies)
    return np.stack([expected(rewards.take(i, axis=-1 - n), policies) for i in range(n)], axis=-1)


def _own_gradient(rewards: Array, policies: Sequence[Array]) -> Array:
    n = len(policies)
    by_action = [expected(rewards.take(i, axis=-1 - n), policies, keep=i) for i in range(n)]
    return np.concatenate([v[..., :-1] - v[..., -1:] for v in by_action], axis=-1)
