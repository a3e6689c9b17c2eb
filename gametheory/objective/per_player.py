"""Mixed populations: an objective for each player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.objective.base import Objective
from gametheory.objective.logits import Logits
from gametheory.objective.matrix import GameObjective

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sympy as sp
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["ObjectiveLike", "PerPlayer", "check_one_transfer"]

ObjectiveLike = Objective | Sequence[Objective]
"""One objective, or a sequence with one for each player."""

_ROUGHER = ("polynomial", "rational", "smooth", "piecewise")


class PerPlayer(Objective):
    r"""Player i climbs its own value in objective i.

    Wherever a rule takes an objective, a list of them does the same. Who *gives* to whom is not a matter of objectives:
    there is one population, and all objectives on a game must have the same transfer, which may be a list.

    Parameters
    ----------
    objectives : sequence of n Objective
        In the players' order, on the same space.

    Raises
    ------
    TypeError
        Something that is not an objective.
    ValueError
        Another number of objectives than players; different spaces; different transfers.

    Examples
    --------
    A far-sighted and a short-sighted player repeat a prisoner's dilemma with tit-for-tat:

    >>> import gametheory as gt
    >>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
    >>> far, near = (gt.objective.MemoryOneObjective(game, discount=d) for d in (0.9, 0.1))
    >>> tit_for_tat = [0.9, 0.9, 0.1, 0.9, 0.1] * 2
    >>> gradient = PerPlayer([far, near]).own_gradient(np.array(tit_for_tat))
    >>> bool(gradient[1] > 0), bool(gradient[6] < 0)  # after CC the one wants to cooperate more, the other less
    (True, True)
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        self.objectives = tuple(objectives)
        everything: tuple[object, ...] = self.objectives
        for given in everything:
            if not isinstance(given, Objective):
                msg = f"every player needs an Objective, got {type(given).__name__}; a game makes a MatrixObjective"
                raise TypeError(msg)
        if not self.objectives or len(self.objectives) != self.objectives[0].space.n_players:
            n = self.objectives[0].space.n_players if self.objectives else "n"
            msg = f"{n} players need one objective each, got {len(self.objectives)}"
            raise ValueError(msg)
        if len({objective.space for objective in self.objectives}) > 1:
            msg = f"objectives must be on the same space, got {[o.space.names for o in self.objectives]}"
            raise ValueError(msg)
        check_one_transfer(self.objectives)
        super().__init__(self.objectives[0].space)

    def __repr__(self) -> str:
        """Show one after the other."""
        return f"[{', '.join(map(repr, self.objectives))}]"

    @property
    def parameters(self) -> tuple[str, ...]:  # type: ignore[override]  # an attribute in the base class
        """Names of unbound symbols of all objectives."""
        return tuple(sorted({name for objective in self.objectives for name in objective.parameters}))

    @property
    def smoothness(self) -> str:  # type: ignore[override]
        """That of the roughest."""
        return max((objective.smoothness for objective in self.objectives), key=_ROUGHER.index)

    @property
    def trusted(self) -> bool:
        """Whether all are."""
        return all(objective.trusted for objective in self.objectives)

    def values(self, x: Array, held: Array | None = None, **parameters: Any) -> Array:
        """Return every player's value by its own objective; see :meth:`Objective.values`."""
        own = [o.values(x, held, **_own(o, parameters))[..., i] for i, o in enumerate(self.objectives)]
        return np.stack(np.broadcast_arrays(*own), axis=-1)

    def own_gradient(self, x: Array, **parameters: Any) -> Array:
        """Gradient of each player's value by its own coordinates, weights held."""
        return self._together([o.own_gradient(x, **_own(o, parameters)) for o in self.objectives])

    def total_gradient(self, x: Array, **parameters: Any) -> Array:
        """Return the same through the weights too."""
        return self._together([o.total_gradient(x, **_own(o, parameters)) for o in self.objectives])

    def derivatives(self, x: Array, **parameters: Any) -> tuple[Array, Array]:
        """First and second derivatives of everybody's value by everybody's coordinates."""
        found = [o.derivatives(x, **_own(o, parameters)) for o in self.objectives]
        first = np.broadcast_arrays(*(f[..., i, :] for i, (f, _) in enumerate(found)))
        second = np.broadcast_arrays(*(s[..., i, :, :] for i, (_, s) in enumerate(found)))
        return np.stack(first, axis=-2), np.stack(second, axis=-3)

    def expressions(self, *, through_weights: bool = False) -> tuple[sp.Expr, ...] | None:
        """Return everybody's own gradient as SymPy expressions, or None if one has none."""
        found = [objective.expressions(through_weights=through_weights) for objective in self.objectives]
        closed = [expressions for expressions in found if expressions is not None]
        if len(closed) < len(found):
            return None
        return tuple(e for own, expressions in zip(self.space.owned, closed, strict=True) for e in expressions[own])

    def _together(self, gradients: Sequence[Array]) -> Array:
        own = [g[..., block] for g, block in zip(gradients, self.space.owned, strict=True)]
        batch = np.broadcast_shapes(*(g.shape[:-1] for g in own))
        return np.concatenate([np.broadcast_to(g, (*batch, g.shape[-1])) for g in own], axis=-1)

    def payoff_range(self, **parameters: Any) -> Any:
        """Return the largest of the objectives' ranges."""
        return np.max(np.broadcast_arrays(*(o.payoff_range(**_own(o, parameters)) for o in self.objectives)), axis=0)

    def check_parameters(self, values: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` for parameters outside the assumptions of one objective."""
        for objective in self.objectives:
            objective.check_parameters(_own(objective, values))

    def bind(self, **parameters: Any) -> PerPlayer:
        """Return the objectives with some parameters given."""
        return PerPlayer([o.bind(**own) if (own := _own(o, parameters)) else o for o in self.objectives])


def _own(objective: Objective, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the parameters that one objective has."""
    return {name: value for name, value in parameters.items() if name in objective.parameters}


def check_one_transfer(objectives: Sequence[Objective | None]) -> None:
    """Raise ``ValueError`` unless all objectives on games say the same of who gives to whom.

    Parameters
    ----------
    objectives : sequence of Objective or None
        Of one population.
    """
    inside = [o.objective if isinstance(o, Logits) else o for o in objectives]
    met = {repr(o.transfer) for o in inside if isinstance(o, GameObjective)}
    if len(met) > 1:
        msg = (
            f"players of one population differ in who gives to whom: {', '.join(sorted(met))}; give all the same "
            "list with a transfer for each player, e.g. transfer=[SocialRelationship(), Selfish()]"
        )
        raise ValueError(msg)
