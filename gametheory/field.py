r"""Learning fields: what a learning rule does at every profile of policies.

A :class:`Field` is a flow :math:`\dot x = f(x)` or a map :math:`x \mapsto f(x)` on a product of simplices (or, for
logits, on real vectors), see :mod:`gametheory.space`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.differences import slopes
from gametheory.intervals import compiled
from gametheory.space import RealSpace, Space, StateSpace, simplices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sympy as sp
    from numpy.typing import ArrayLike, NDArray

    from gametheory.intervals import Interval
    from gametheory.objective import Objective

    Array = NDArray[Any]

__all__ = ["ClosedForm", "Field", "RealSpace", "Space"]

_BLOCK = 1 << 14  # points evaluated at a time: temporaries stay in the cache
_OUTSIDE = 1e-9
_SMALL = 16  # joint actions up to which a field is evaluated by its closed form


@dataclass(frozen=True)
class ClosedForm:
    """SymPy expressions of a field, one a coordinate: rates of change and, for gradient rules, own gradients."""

    rates: tuple[sp.Expr, ...]
    advantages: tuple[sp.Expr, ...] | None = None

    def map(self, change: Callable[[sp.Expr], sp.Expr]) -> ClosedForm:
        """Apply `change` to every expression."""
        return ClosedForm(
            tuple(map(change, self.rates)), None if self.advantages is None else tuple(map(change, self.advantages))
        )

    def part(self, block: slice) -> ClosedForm:
        """Keep one player's coordinates."""
        return ClosedForm(self.rates[block], None if self.advantages is None else self.advantages[block])


@dataclass(frozen=True)
class Field:
    r"""A learning rule on a game: :math:`\dot x = f(x)` (flow) or :math:`x \mapsto f(x)` (map).

    Fields are made by :mod:`gametheory.rules`; to make your own, give `space` and `function`.

    Parameters
    ----------
    space : Space or RealSpace
        Where states live.
    function : callable
        ``function(x, **parameters)``, shapes (..., d) to (..., d). A function of one's own is tried at two states.
    kind : {"flow", "map"}
        What the values mean.
    smoothness : {"polynomial", "rational", "smooth", "piecewise"}
        How the values depend on the state.
    parameters : tuple of str
        Names of numbers still to be given.
    derive : callable, optional
        Returns a :class:`ClosedForm`, or None; called once, when expressions are first asked for.
    name : str
        Shown in reports.
    objective, parametrisation : optional
        What a gradient rule climbs, and how.
    derive_alike : callable, optional
        Like `derive`, for one player's coordinates with all players alike, where that is quicker.
    faces : {"free", "invariant", "repelling"}
        What a flow does on the faces of the space: anything, stay there, or leave at once for the inside.
    through_weights : bool
        Whether gradients go through a transfer's weights; by default weights are held.

    Raises
    ------
    ValueError
        A parameter with the name of a coordinate; a function whose values have another shape than the states, are not
        numbers, or differ between a batch and its states one by one.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
    >>> field = gt.rules.policy_gradient(game, transfer=gt.transfer.SocialRelationship())
    >>> field(np.array([[2 / 3, 2 / 3], [0.2, 0.9]])).round(4) + 0.0
    array([[ 0.    ,  0.    ],
           [ 0.1344, -0.0378]])
    """

    space: StateSpace
    function: Callable[..., Array]
    kind: str = "flow"
    smoothness: str = "smooth"
    parameters: tuple[str, ...] = ()
    derive: Callable[[], ClosedForm | None] | None = None
    name: str = ""
    objective: Objective | None = None
    parametrisation: str = ""
    derive_alike: Callable[[], ClosedForm | None] | None = None
    faces: str = "free"
    through_weights: bool = False

    def __post_init__(self) -> None:
        """Check names and, where nobody knows the function, its values."""
        if taken := [name for name in self.parameters if name in self.space.names]:
            msg = f"{', '.join(taken)} names a coordinate {self.space.names}; give the parameter another name"
            raise ValueError(msg)
        if not self.parameters and not getattr(self.objective, "trusted", False):
            self._try_out()

    def _try_out(self) -> None:
        """Evaluate the function at two states, together and alone: a mistake shall show where it is made."""
        if not self.space.dimension:
            return
        states = self.space.random(2, rng=0)
        if isinstance(self.space, Space):
            states[0] = self.space.coordinates([np.full(a, 1 / a) for a in self.space.n_actions])
        with np.errstate(all="ignore"):
            together, alone = self._tried(states), self._tried(states[1])
        if (bad := np.isnan(together).any(axis=-1)).any():
            msg = f"the field is not a number at the state {states[np.argmax(bad)].round(6).tolist()}"
            raise ValueError(msg)
        if not np.allclose(together[1], alone, rtol=1e-6, atol=1e-12, equal_nan=True):  # no ties at a random state
            d = self.space.dimension
            msg = (
                f"function must treat each state of a batch (..., {d}) as if it were alone; of the state "
                f"{states[1].round(6).tolist()} it says {alone.round(6).tolist()} alone and "
                f"{together[1].round(6).tolist()} in a batch (write x[..., k], not x[k])"
            )
            raise ValueError(msg)

    def _tried(self, x: Array) -> Array:
        try:
            value = np.asarray(self.function(x), dtype=np.float64)
        except (TypeError, ValueError, IndexError) as error:
            msg = (
                f"function must take states of shape (..., {self.space.dimension}); given shape {x.shape} it raised "
                f"{type(error).__name__}: {error}"
            )
            raise ValueError(msg) from error
        self._check_shape(value, x.shape)
        return value

    @staticmethod
    def _check_shape(value: Array, shape: tuple[int, ...]) -> None:
        if np.shape(value) != shape:
            met = np.shape(value)
            msg = f"function must return the shape of its states; for states of shape {shape} it returned {met}"
            raise ValueError(msg)

    @cached_property
    def _closed_form(self) -> ClosedForm | None:
        return self.derive() if self.derive else None

    @property
    def expressions(self) -> tuple[sp.Expr, ...] | None:
        """Closed form of each coordinate's rate of change, or None."""
        return self._closed_form.rates if self._closed_form else None

    @property
    def advantages(self) -> tuple[sp.Expr, ...] | None:
        """For gradient rules: closed form of the own gradient g, one a coordinate; else None."""
        return self._closed_form.advantages if self._closed_form else None

    @cached_property
    def switches(self) -> tuple[sp.Expr, ...]:
        """Expressions whose change of sign switches the formula of a piecewise field."""
        import sympy as sp

        found = {arg for e in self.expressions or () for m in e.atoms(sp.Max) for arg in m.args if arg.free_symbols}
        return tuple(sorted(found, key=str))

    def _compile(self, expressions: Sequence[sp.Expr]) -> Callable[..., list[Array]]:
        """Compile expressions of state and parameters to NumPy; constants stay numbers and broadcast later."""
        import sympy as sp

        by_name = {s.name: s for e in expressions for s in e.free_symbols}
        parameters = [by_name.get(name, sp.Symbol(name)) for name in self.parameters]
        compiled: Callable[..., list[Array]] = sp.lambdify(
            [*self.space.symbols, *parameters], list(expressions), modules="numpy", cse=True
        )
        return compiled

    @cached_property
    def _compiled(self) -> Callable[..., list[Array]] | None:
        """Compiled expressions, where deriving them is quick enough to pay."""
        small = isinstance(self.space, Space) and math.prod(self.space.n_actions) <= _SMALL
        closed = small and self.smoothness in {"polynomial", "rational"}
        return self._compile(self.expressions) if closed and self.expressions is not None else None

    @cached_property
    def _compiled_jacobian(self) -> Callable[..., list[Array]] | None:
        if self._compiled is None or self.expressions is None:
            return None
        return self._compile([e.diff(s) for e in self.expressions for s in self.space.symbols])

    def _values_of(self, parameters: dict[str, Any]) -> list[Any]:
        missing = [name for name in self.parameters if name not in parameters]
        unknown = [name for name in parameters if name not in self.parameters]
        if missing or unknown:
            msg = (
                f"unbound parameter {', '.join(missing)}; pass it by name, or bind(...) it"
                if missing
                else f"the field has no parameter {', '.join(unknown)}; it has {', '.join(self.parameters) or 'none'}"
            )
            raise ValueError(msg)
        if parameters and self.objective is not None:
            self.objective.check_parameters(parameters)
        return [np.asarray(parameters[name]) for name in self.parameters]

    def __call__(self, x: ArrayLike, **parameters: Any) -> Array:
        """Evaluate the field.

        Parameters
        ----------
        x : array_like, shape (..., d)
            States in reduced coordinates.
        **parameters : number or array_like, shapes broadcastable to (...)
            One for each name in `parameters`.

        Returns
        -------
        ndarray, shape (..., d)
            Rate of change (flow) or next state (map).

        Raises
        ------
        ValueError
            A wrong number of coordinates, an unbound or unknown parameter; a function that returns another shape.
        """
        x = self.space.check(x)
        values = self._values_of(parameters)
        if self._compiled is None:
            value = self.function(x, **parameters)
            self._check_shape(value, (*np.broadcast_shapes(x.shape[:-1], *(v.shape for v in values)), x.shape[-1]))
            return value
        return self._evaluate(self._compiled, x, values, self.space.dimension)

    @staticmethod
    def _evaluate(compiled: Callable[..., list[Array]], x: Array, values: list[Array], width: int) -> Array:
        """Evaluate `width` compiled expressions on a batch, block by block; returns (..., width)."""
        shape = np.broadcast_shapes(x.shape[:-1], *(v.shape for v in values))
        count = int(np.prod(shape))
        if count <= _BLOCK:
            columns = compiled(*np.moveaxis(x, -1, 0), *values)
            return np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)
        flat = np.broadcast_to(x, (*shape, x.shape[-1])).reshape(count, -1)
        flat_values = [np.broadcast_to(v, shape).reshape(count) if v.ndim else v for v in values]
        out = np.empty((count, width))
        for start in range(0, count, _BLOCK):
            part = slice(start, start + _BLOCK)
            columns = compiled(*flat[part].T, *(v[part] if v.ndim else v for v in flat_values))
            for k, column in enumerate(columns):
                out[part, k] = column
        return out.reshape(*shape, width)

    def jacobian(self, x: ArrayLike, **parameters: Any) -> Array:
        """Matrix of partial derivatives: exact from the expressions, else differences inside (error about 1e-10).

        Parameters
        ----------
        x : array_like, shape (..., d)
            States in reduced coordinates.
        **parameters : number or array_like
            As in :meth:`__call__`.

        Returns
        -------
        ndarray, shape (..., d, d)
            ``[..., k, l]`` is the derivative of coordinate k's rate by coordinate l.
        """
        x = self.space.check(x)
        values = self._values_of(parameters)
        d = self.space.dimension
        if self._compiled_jacobian is not None:
            flat = self._evaluate(self._compiled_jacobian, x, values, d * d)
            return flat.reshape(*flat.shape[:-1], d, d)
        return slopes(lambda states: self(states, **parameters), self.space, x)

    @cached_property
    def _enclosing(self) -> Callable[[Interval], Interval]:
        from gametheory.kinks import opaque  # brings SymPy

        return compiled(self.space.symbols, [opaque(e) for e in self.expressions or ()])

    def enclose(self, box: Interval) -> Interval:
        """Enclose the values on boxes of states.

        Parameters
        ----------
        box : Interval of shape (..., d)
            Boxes in reduced coordinates.

        Returns
        -------
        Interval of shape (..., d)
            Holds the value at every state of the box, rounding included.

        Raises
        ------
        ValueError
            A field without closed form, or with parameters unbound.

        Examples
        --------
        >>> import gametheory as gt
        >>> field = gt.rules.policy_gradient(gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1))
        >>> bool(field.enclose(gt.intervals.Interval([0.25, 0.0], [0.5, 1.0])).hi[0] < 0)  # cooperation falls
        True
        """
        if self.expressions is None or self.parameters:
            why = (
                f"parameters {', '.join(self.parameters)} are unbound" if self.parameters else "there is no closed form"
            )
            msg = f"values can be enclosed for fields in closed form; here {why}"
            raise ValueError(msg)
        return self._enclosing(box)

    def bind(self, **parameters: Any) -> Field:
        """Return the field with some parameters given.

        Examples
        --------
        >>> import sympy as sp, gametheory as gt
        >>> R, S, T, P = sp.symbols("R S T P")
        >>> field = gt.rules.policy_gradient(gt.Game.two_by_two(R, S, T, P), gt.transfer.SocialRelationship())
        >>> field.bind(R=3, S=0, P=1).parameters
        ('T',)
        """
        unknown = [name for name in parameters if name not in self.parameters]
        if unknown:
            msg = f"the field has no parameter {', '.join(unknown)}; it has {', '.join(self.parameters) or 'none'}"
            raise ValueError(msg)
        function = self.function

        def derive() -> ClosedForm | None:
            import sympy as sp

            def put_in(expression: sp.Expr) -> sp.Expr:
                return expression.subs({s: values[s.name] for s in expression.free_symbols if s.name in values})

            values = {name: sp.Rational(str(v)) if isinstance(v, Real) else v for name, v in parameters.items()}
            return self._closed_form.map(put_in) if self._closed_form else None

        return replace(
            self,
            function=lambda x, **rest: function(x, **parameters, **rest),
            parameters=tuple(name for name in self.parameters if name not in parameters),
            derive=derive,
            derive_alike=None,
            objective=self.objective.bind(**parameters) if self.objective is not None else None,
        )

    def diagonal(self) -> Field:
        """Symmetric reduction: the field on profiles in which all players have the same policy.

        Returns
        -------
        Field
            On one simplex; a 2×2 game becomes a field on [0, 1].

        Raises
        ------
        ValueError
            If the players do not move alike on the diagonal.

        Examples
        --------
        >>> import gametheory as gt
        >>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
        >>> field = gt.rules.policy_gradient(game, transfer=gt.transfer.SocialRelationship())
        >>> field.diagonal().expressions[0].factor()
        2*p*(p - 1)*(3*p - 2)
        """
        space = simplices(self.space)
        if not space.alike:
            msg = f"players have different numbers of actions {space.n_actions}: no diagonal"
            raise ValueError(msg)
        n, small, block = space.n_players, space.one_player, space.owned[0]

        def function(x: Array, **parameters: Any) -> Array:
            return self(np.concatenate([x] * n, axis=-1), **parameters)[..., block]

        def derive() -> ClosedForm | None:
            if self.derive_alike is not None:
                return self.derive_alike()
            if self._closed_form is None:
                return None
            same = self._all_alike(small)
            return self._closed_form.map(lambda e: e.subs(same).expand()).part(block)

        if not self._moves_alike(small):
            msg = "the players move differently on the diagonal: the game or the rule is not symmetric"
            raise ValueError(msg)
        return replace(
            self, space=small, function=function, derive=derive, derive_alike=None, name=f"{self.name}, all alike"
        )

    def _moves_alike(self, small: Space) -> bool:
        """Whether all players move alike when all are at the same policy."""
        if self.parameters:
            if self.expressions is None:
                return False
            same = self._all_alike(small)
            moves = [[e.subs(same) for e in self.expressions[b]] for b in self.space.owned]
            return all((a - b).expand() == 0 for move in moves for a, b in zip(move, moves[0], strict=True))
        values = self(np.concatenate([small.random(8, rng=0)] * self.space.n_players, axis=-1))
        parts = np.stack([values[..., b] for b in self.space.owned])
        return bool(np.ptp(parts, axis=0).max() <= _OUTSIDE * max(np.abs(values).max(), np.finfo(float).tiny))

    def _all_alike(self, small: Space) -> dict[sp.Symbol, sp.Symbol]:
        """Put one player's coordinates in the place of everybody's."""
        return {s: small.symbols[k] for b in self.space.owned for k, s in enumerate(self.space.symbols[b])}
