r"""What a share transfer moves between players at a profile of policies.

With weights :math:`w_{ij}(a)`, payoffs :math:`r_i(a)` at joint action a, and means over :math:`a \sim x`:

============================ ====================================================
mean weight                  :math:`\mathbb E[w_{ij}]`
reward flow i → j            :math:`\mathbb E[w_{ij} r_i]`
net gift to j                flow to j less flow from j
kept share of i              :math:`\mathbb E[w_{ii}]`
payoff, total of j           :math:`\mathbb E[r_j]`, :math:`\mathbb E[r_j^{tot}]`
welfare                      sum of payoffs = sum of totals
equality                     as in :mod:`gametheory.equality`
============================ ====================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.equality import equality
from gametheory.objective import MatrixObjective, expected
from gametheory.transfer import ShareTransfer, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["Gifts", "gifts", "gifts_at"]


@dataclass(frozen=True)
class Gifts:
    """Gifts at one profile; arrays over players, i gives and j receives. Exact where payoffs and policies are."""

    weights: Array
    """Mean gift weights, shape (n, n); the diagonal is the mean kept share."""
    flow: Array
    """Mean reward that moves from i to j, shape (n, n), payoff units; zero diagonal."""
    payoffs: Array
    """Expected payoffs before gifts, shape (n,)."""
    totals: Array
    """Expected total rewards after gifts, shape (n,)."""

    @property
    def kept(self) -> Array:
        """Mean share of its own reward that each player keeps, shape (n,)."""
        return np.diagonal(self.weights)

    @property
    def net(self) -> Array:
        """Received less given, shape (n,), payoff units; sums to zero."""
        return np.asarray(self.flow.sum(axis=0) - self.flow.sum(axis=1))

    @property
    def welfare(self) -> Any:
        """Sum of payoffs."""
        return self.payoffs.sum()

    @property
    def equality(self) -> float | None:
        """Equality of payoffs before gifts; None where their sum is not positive."""
        return _or_none(equality(self.payoffs))

    @property
    def equality_after(self) -> float | None:
        """Equality of total rewards after gifts; None where their sum is not positive."""
        return _or_none(equality(self.totals))


def _or_none(number: Array) -> float | None:
    return None if np.isnan(number) else float(number)


def gifts(objective: MatrixObjective, policies: Sequence[Array]) -> Gifts:
    """Gifts that flow when players act by `policies` and know them.

    Parameters
    ----------
    objective : MatrixObjective
        A numeric game and a share transfer.
    policies : sequence of n ndarray, shapes (A_i,)
        Exact (object dtype) policies of an exact game give exact gifts.

    Returns
    -------
    Gifts

    Raises
    ------
    TypeError
        A transfer that is not a :class:`~gametheory.transfer.ShareTransfer`.

    Examples
    --------
    >>> from gametheory import Game
    >>> from gametheory.transfer import SocialRelationship
    >>> lase = MatrixObjective(Game.two_by_two(3, 0, 5, 1), SocialRelationship())
    >>> found = gifts(lase, [np.array([2 / 3, 1 / 3])] * 2)
    >>> found.weights.round(4)
    array([[0.7778, 0.2222],
           [0.2222, 0.7778]])
    """
    if not isinstance(objective.transfer, ShareTransfer):
        msg = f"gifts are defined for share transfers, not for {objective.transfer!r}"
        raise TypeError(msg)
    n = len(policies)
    exact = objective.game.exact and all(policy.dtype == object for policy in policies)
    payoffs = objective.game.payoffs if exact else objective.game.numeric
    shares = objective.transfer.shares(payoffs, [list(policies)] * n)
    joint = (slice(None),) * n
    moved = shares * payoffs[(slice(None), None, *joint)]
    mean_shares = expected(shares, policies)
    flow = expected(moved, policies)
    off_diagonal = 1 - np.eye(n, dtype=int)
    return Gifts(
        weights=mean_shares,
        flow=flow * off_diagonal,
        payoffs=expected(payoffs, policies),
        totals=expected(split(shares, payoffs, joint=n), policies),
    )


def gifts_at(field: Field, location: Sequence[Any], *, exact: bool) -> Gifts | None:
    """Return the gifts at a state of a field, or None if its objective has no shares.

    Parameters
    ----------
    field : Field
        All parameters bound; on the diagonal all players are at the state.
    location : sequence of SymPy numbers
        Coordinates of the state.
    exact : bool
        Whether they are rational, and gifts shall be exact.
    """
    objective = field.objective
    if not isinstance(objective, MatrixObjective) or not isinstance(objective.transfer, ShareTransfer):
        return None
    numbers = list(location) if exact else [float(v) for v in location]
    if len(numbers) < objective.space.dimension:  # on the diagonal
        numbers *= objective.space.dimension // len(numbers)
    if exact:
        objective = MatrixObjective(objective.game.rational(), objective.transfer)
    state = np.array(numbers, dtype=object if exact else np.float64)
    return gifts(objective, objective.space.policies(state))
