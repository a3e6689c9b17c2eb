"""One-shot games."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.objective.base import Objective
from gametheory.space import Space
from gametheory.transfer import Transfer, TransferLike, as_transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import sympy as sp
    from numpy.typing import NDArray

    from gametheory.game import Game

    Array = NDArray[Any]

__all__ = ["GameObjective", "MatrixObjective", "expected"]

_LARGEST = 1e100  # payoffs are multiplied with each other


def expected(rewards: Array, policies: Sequence[Array], *, keep: int | Collection[int] | None = None) -> Array:
    """Mean of an array of joint actions over everybody's independent choices, except those of `keep`.

    Parameters
    ----------
    rewards : ndarray, shape (..., A1, ..., An)
        A quantity at every joint action.
    policies : sequence of n ndarray, shapes (..., A_i)
        Distributions over actions.
    keep : int or collection of int, optional
        Players whose axes are left.

    Returns
    -------
    ndarray, shape (...) and the axes that are left, in the players' order

    Examples
    --------
    >>> expected(np.array([[3.0, 0.0], [5.0, 1.0]]), [np.array([0.5, 0.5])] * 2)
    array(2.25)
    """
    n = len(policies)
    kept = {keep} if isinstance(keep, int) else set(keep or ())
    others = [k for k in range(n) if k not in kept]
    weighted = rewards
    for k in others:
        weighted = weighted * policies[k][(..., *(None,) * k, slice(None), *(None,) * (n - 1 - k))]
    return np.asarray(np.sum(weighted, axis=tuple(k - n for k in others)))


class GameObjective(Objective):
    """What objectives on a game and a transfer share; not made by itself.

    Parameters
    ----------
    space : Space
        Where policies live.
    game : Game
        Numbers or symbols.
    transfer : Transfer or sequence of n Transfer, optional
        Who gets whose reward, one for all or one for each player; selfish if not given.

    Raises
    ------
    TypeError
        Something else for a transfer.
    ValueError
        Payoffs so large that their products overflow; another number of transfers than players.
    """

    def __init__(self, space: Space, game: Game, transfer: TransferLike | None) -> None:
        super().__init__(space)
        self.space: Space
        self.game = game
        self.transfer = as_transfer(transfer, game.n_players)
        if not game.symbols and (largest := np.abs(game.numeric).max()) > _LARGEST:
            msg = f"payoffs up to {largest:g} overflow in a learning field; divide them all by a number"
            raise ValueError(msg)

    @property
    def parameters(self) -> tuple[str, ...]:  # type: ignore[override]  # an attribute in the base class
        """Names of unbound symbols, of the payoffs and of the transfer."""
        return tuple(sorted({*self.game.parameters, *(s.name for s in self.transfer.symbols)}))

    @cached_property
    def _compiled(self) -> Callable[..., list[Array]]:
        import sympy as sp

        compiled: Callable[..., list[Array]] = sp.lambdify(
            self.game.symbols, list(self.game.payoffs.flat), modules="numpy"
        )
        return compiled

    def payoffs(self, **parameters: Any) -> Array:
        """Payoffs as float64 with `parameters` put in; arrays broadcast to leading axes: ``(..., n, *A)``."""
        if not self.game.symbols:
            return self.game.numeric
        entries = self._compiled(*(np.asarray(parameters[s.name], dtype=np.float64) for s in self.game.symbols))
        flat = np.stack(np.broadcast_arrays(*(np.asarray(e, dtype=np.float64) for e in entries)), axis=-1)
        return flat.reshape(*flat.shape[:-1], *self.game.payoffs.shape)

    def payoff_range(self, **parameters: Any) -> Any:
        """Largest less smallest payoff of any player."""
        n = self.game.n_players
        return np.ptp(self.payoffs(**parameters), axis=tuple(range(-1 - n, 0)))

    def transfer_at(self, parameters: Mapping[str, Any]) -> Transfer:
        """Return the transfer with its own symbols bound."""
        return self.transfer.bind(**parameters) if parameters else self.transfer

    def check_parameters(self, values: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` for numbers outside the assumptions of the game or the range of the transfer."""
        self.game.check_parameters({name: value for name, value in values.items() if name in self.game.parameters})
        for extreme in (np.min, np.max):
            self.transfer.bind(**{s.name: extreme(values[s.name]) for s in self.transfer.symbols if s.name in values})


class MatrixObjective(GameObjective):
    """Expected total reward in a one-shot game under a transfer.

    Parameters
    ----------
    game : Game
        Numbers or symbols.
    transfer : Transfer or sequence of n Transfer, optional
        Who gets whose reward, one for all or one for each player; selfish if not given.

    Examples
    --------
    >>> from gametheory import Game
    >>> objective = MatrixObjective(Game.two_by_two(3, 0, 5, 1))
    >>> objective.values(np.array([0.5, 0.5]))
    array([2.25, 2.25])
    """

    def __init__(self, game: Game, transfer: TransferLike | None = None) -> None:
        super().__init__(Space(game.n_actions), game, transfer)

    @property
    def smoothness(self) -> str:  # type: ignore[override]
        """How the gradient depends on the state."""
        return self.transfer.smoothness(self.game.n_actions)

    def _held(self, policies: Sequence[Array]) -> list[list[Array]]:
        """Everybody knows everybody's policy: estimate[i][j] is j's policy."""
        return [list(policies) for _ in policies]

    def __repr__(self) -> str:
        """Show the transfer."""
        return f"MatrixObjective({self.transfer!r})"

    def effective(self, x: Array, **parameters: Any) -> Array:
        """Total reward of each player at each joint action, weights held at `x`: ``(..., n, *A)``."""
        return self.transfer_at(parameters).effective(self.payoffs(**parameters), self._held(self.space.policies(x)))

    def values(self, x: Array, held: Array | None = None, **parameters: Any) -> Array:
        """Return every player's expected total reward; see :meth:`Objective.values`."""
        rewards = self.effective(x if held is None else held, **parameters)
        return _values(rewards, self.space.policies(x))

    def own_gradient(self, x: Array, **parameters: Any) -> Array:
        """Exact own gradient: the value of each action less that of the last one."""
        return _own_gradient(self.effective(x, **parameters), self.space.policies(x))

    def derivatives(self, x: Array, **parameters: Any) -> tuple[Array, Array]:
        """Exact: values are linear in each player's policy; see :meth:`Objective.derivatives`."""
        rewards, policies = self.effective(x, **parameters), self.space.policies(x)
        n, blocks = len(policies), self.space.blocks
        shape = np.broadcast_shapes(x.shape[:-1], rewards.shape[: -n - 1])
        first = np.zeros((*shape, n, x.shape[-1]), dtype=np.result_type(x, rewards))
        second = np.zeros((*first.shape, x.shape[-1]), dtype=first.dtype)
        for i in range(n):
            own = rewards.take(i, axis=-1 - n)
            for j, block in enumerate(blocks):
                first[..., i, block] = _over_last(expected(own, policies, keep=j), -1)
                for k in range(j):
                    mixed = _over_last(_over_last(expected(own, policies, keep=(j, k)), -1), -2)
                    second[..., i, blocks[k], block] = mixed
                    second[..., i, block, blocks[k]] = np.swapaxes(mixed, -1, -2)
        return first, second

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

    def bind(self, **parameters: Any) -> MatrixObjective:
        """Return the objective with numbers in the place of symbols, of the payoffs and of the transfer."""
        in_game = {name: value for name, value in parameters.items() if name in self.game.parameters}
        return MatrixObjective(self.game.bind(**in_game), self.transfer.bind(**parameters))


def _values(rewards: Array, policies: Sequence[Array]) -> Array:
    n = len(policies)
    return np.stack([expected(rewards.take(i, axis=-1 - n), policies) for i in range(n)], axis=-1)


def _own_gradient(rewards: Array, policies: Sequence[Array]) -> Array:
    n = len(policies)
    by_action = [expected(rewards.take(i, axis=-1 - n), policies, keep=i) for i in range(n)]
    return np.concatenate([_over_last(v, -1) for v in by_action], axis=-1)


def _over_last(v: Array, axis: int) -> Array:
    """Value of each action but the last less that of the last one: the derivative by a reduced coordinate."""
    v = np.moveaxis(v, axis, -1)
    return np.moveaxis(v[..., :-1] - v[..., -1:], -1, axis)
