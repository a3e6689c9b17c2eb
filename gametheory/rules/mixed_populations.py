r"""Mixed populations: a rule for each player.

Player i moves as in field i, :math:`\dot x_i = f^{(i)}_i(x)`, or :math:`x_i \mapsto f^{(i)}_i(x)` for maps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.field import ClosedForm, Field
from gametheory.objective import PerPlayer
from gametheory.objective.per_player import check_one_transfer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.objective import Objective

    Array = NDArray[Any]

__all__ = ["mixed"]

_ROUGHER = ("polynomial", "rational", "smooth", "piecewise")


def mixed(fields: Sequence[Field]) -> Field:
    r"""Players who learn by rules of their own.

    Parameters
    ----------
    fields : sequence of n Field
        In the players' order: field i says how player i moves. All on the same space, all flows or all maps, and all of
        the same population: with the same transfer, or the same list of transfers, in each.

    Returns
    -------
    Field
        In closed form where all fields are, and do the same on faces.

    Raises
    ------
    TypeError
        Something that is not a field.
    ValueError
        Another number of fields than players; fields on different spaces; flows beside maps; different transfers.

    Examples
    --------
    A LOLA learner meets a naive one. From even chances it makes the other cooperate after it cooperated itself:

    >>> import gametheory as gt
    >>> game = gt.Game.two_by_two(-1, -3, 0, -2)
    >>> ipd = gt.objective.Logits(gt.objective.MemoryOneObjective(game, discount=0.96, normalised=False))
    >>> field = mixed([gt.rules.lola(ipd), gt.rules.simultaneous_ascent(ipd)])
    >>> x = field(np.zeros(10))
    >>> bool(np.allclose(x[:5], gt.rules.lola(ipd)(np.zeros(10))[:5]))
    True
    >>> bool(np.allclose(x[5:], gt.rules.simultaneous_ascent(ipd)(np.zeros(10))[5:]))
    True
    """
    _check(fields)
    first = fields[0]
    space = first.space
    parameters = tuple(sorted({name for f in fields for name in f.parameters}))

    def function(x: Array, **values: Any) -> Array:
        own = [
            f.function(x, **{name: values[name] for name in f.parameters})[..., block]
            for f, block in zip(fields, space.owned, strict=True)
        ]
        batch = np.broadcast_shapes(*(v.shape[:-1] for v in own))
        return np.concatenate([np.broadcast_to(v, (*batch, v.shape[-1])) for v in own], axis=-1)

    alike = len({(f.faces, f.parametrisation, f.through_weights) for f in fields}) == 1
    stopped = any(f.parametrisation == "projected" or f.faces == "repelling" for f in fields)

    def derive() -> ClosedForm | None:
        if stopped and not alike:
            return None  # expressions do not say what happens on the border
        rates = [f.expressions for f in fields]
        gradients = [f.advantages for f in fields]
        if any(r is None for r in rates):
            return None
        pick = [(f, block.start + k) for f, block in enumerate(space.owned) for k in range(block.stop - block.start)]
        own = None if not alike or None in gradients else tuple(gradients[f][k] for f, k in pick)  # type: ignore[index]
        return ClosedForm(tuple(rates[f][k] for f, k in pick), own)  # type: ignore[index]

    return Field(
        space=space,
        function=function,
        kind=first.kind,
        smoothness="piecewise" if stopped and not alike else max((f.smoothness for f in fields), key=_ROUGHER.index),
        parameters=parameters,
        derive=derive,
        name=f"mixed: {'; '.join(f.name for f in fields)}",
        objective=_objective([f.objective for f in fields]),
        parametrisation=first.parametrisation if alike else "",
        faces=first.faces if alike else "free",
        through_weights=any(f.through_weights for f in fields),
    )


def _check(fields: Sequence[Field]) -> None:
    everything: Sequence[object] = fields
    for given in everything:
        if not isinstance(given, Field):
            msg = f"every player needs a Field, got {type(given).__name__}"
            raise TypeError(msg)
    if not fields or len(fields) != fields[0].space.n_players:
        n = fields[0].space.n_players if fields else "n"
        msg = f"{n} players need one field each, got {len(fields)}"
        raise ValueError(msg)
    if len({f.space for f in fields}) > 1:
        msg = f"fields must be on the same space, got {' and '.join(str(f.space.names) for f in fields)}"
        raise ValueError(msg)
    if len({f.kind for f in fields}) > 1:
        msg = f"flows and maps do not mix, got {', '.join(f.kind for f in fields)}"
        raise ValueError(msg)
    check_one_transfer([f.objective for f in fields])


def _objective(objectives: list[Objective | None]) -> Objective | None:
    """Return what is climbed: one objective if all are told the same, else one for each player."""
    known = [o for o in objectives if o is not None]
    if len(known) < len(objectives):
        return None
    same = all(o is known[0] for o in known) or (len({repr(o) for o in known}) == 1 and _same_game(known))
    return known[0] if same else PerPlayer(known)


def _same_game(objectives: Sequence[Objective]) -> bool:
    payoffs = [getattr(getattr(o, "game", None), "payoffs", None) for o in objectives]
    return all(p is not None and payoffs[0] is not None and np.array_equal(p, payoffs[0]) for p in payoffs)
