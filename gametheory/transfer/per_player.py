r"""Mixed populations: a transfer for each player.

Player i gives by its own transfer: row i of the shares, :math:`w_{i \cdot}`, is that of transfer i, and everybody
receives :math:`r_j^{tot} = \sum_i w_{ij} r_i`. A player whose transfer is not one of shares keeps its reward, and feels
what its transfer makes of everybody's rewards *after* the gifts of others: an inequity-averse player compares what
players have in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.transfer.shares import Selfish, ShareTransfer, Transfer
from gametheory.transfer.weights import split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Held = Sequence[Sequence[Array]]

__all__ = ["PerPlayer", "SharesPerPlayer", "TransferLike", "as_transfer"]

TransferLike = Transfer | Sequence[Transfer]
"""One transfer for all, or a sequence with one for each player."""


class PerPlayer(Transfer):
    r"""A transfer for each player.

    Wherever a game takes a transfer, a list of them does the same: ``transfer=[SocialRelationship(), Selfish()]``.

    Parameters
    ----------
    transfers : sequence of n Transfer
        In the players' order.

    Examples
    --------
    Player 1 gives by its relationship, player 2 gives nothing; both cooperate, as was expected with probability 2/3:

    >>> from gametheory import Game
    >>> from gametheory.transfer import SocialRelationship
    >>> mixed = as_transfer([SocialRelationship(), Selfish()], 2)
    >>> x = np.array([2 / 3, 1 / 3])
    >>> mixed.shares(Game.two_by_two(3.0, 0.0, 5.0, 1.0).payoffs, [[x, x], [x, x]])[:, :, 0, 0].round(3)
    array([[0.667, 0.333],
           [0.   , 1.   ]])
    """

    def __init__(self, transfers: Sequence[Transfer]) -> None:
        self.transfers = tuple(transfers)

    def rows(self, payoffs: Array, held: Held, values: Array | None = None) -> Array:
        """Shares of the whole population, shape (..., n, n, A1, ..., An); those who do not share keep everything.

        Parameters
        ----------
        payoffs, held
            As in :meth:`ShareTransfer.shares`.
        values : ndarray, shape (..., n, A1, ..., An), optional
            Action values, in a game that goes on.
        """
        n = len(self.transfers)
        met: dict[int, Array] = {}
        found = []
        for i, transfer in enumerate(self.transfers):
            giver = transfer if isinstance(transfer, ShareTransfer) else _KEEP
            if id(giver) not in met:
                met[id(giver)] = (
                    giver.shares(payoffs, held) if values is None else giver.shares_in_play(payoffs, held, values)
                )
            found.append(met[id(giver)].take(i, axis=-2 - n))
        batch = np.broadcast_shapes(*(row.shape[: -n - 1] for row in found))
        return np.stack([np.broadcast_to(row, (*batch, *row.shape[-n - 1 :])) for row in found], axis=-2 - n)

    def effective(self, payoffs: Array, held: Held) -> Array:
        """Return the rewards after everybody's gifts, as each player feels them; see :meth:`Transfer.effective`."""
        return self._felt(split(self.rows(payoffs, held), payoffs, joint=len(held)), held, None)

    def effective_in_play(self, payoffs: Array, held: Held, values: Array) -> Array:
        """Return the same in a game that goes on; see :meth:`Transfer.effective_in_play`."""
        return self._felt(split(self.rows(payoffs, held, values), payoffs, joint=len(held)), held, values)

    def _felt(self, totals: Array, held: Held, values: Array | None) -> Array:
        n = len(self.transfers)
        felt = [totals.take(j, axis=-1 - n) for j in range(n)]
        for j, own in enumerate(self.transfers):
            if not isinstance(own, ShareTransfer):
                made = own.effective(totals, held) if values is None else own.effective_in_play(totals, held, values)
                felt[j] = made.take(j, axis=-1 - n)
        return np.stack(felt, axis=-1 - n)

    def smoothness(self, n_actions: Sequence[int]) -> str:
        """Return ``"piecewise"`` if one player's is, or if what averse players compare hangs on estimates."""
        kinds = {transfer.smoothness(n_actions) for transfer in self.transfers}
        compares = not all(isinstance(transfer, ShareTransfer) for transfer in self.transfers)
        moves = any(isinstance(transfer, ShareTransfer) and not transfer.fixed for transfer in self.transfers)
        return "piecewise" if "piecewise" in kinds or (compares and moves) else "polynomial"

    @property
    def fixed(self) -> bool:
        """Whether nothing hangs on estimates."""
        return all(transfer.fixed for transfer in self.transfers)

    @property
    def stand_ins(self) -> dict[Any, Any]:
        """Stand-ins of all players' transfers."""
        return {symbol: value for transfer in self.transfers for symbol, value in transfer.stand_ins.items()}

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols of all players' transfers."""
        return {symbol for transfer in self.transfers for symbol in transfer.symbols}

    def bind(self, **values: Any) -> Transfer:
        """Return the transfers with numbers in the place of their symbols."""
        return as_transfer([transfer.bind(**values) for transfer in self.transfers], len(self.transfers))

    def __repr__(self) -> str:
        """Show one after the other."""
        return f"[{', '.join(map(repr, self.transfers))}]"


class SharesPerPlayer(PerPlayer, ShareTransfer):
    """A share transfer for each player; nothing is lost or made."""

    def shares(self, payoffs: Array, held: Held) -> Array:
        """Return everybody's own row of shares; see :meth:`ShareTransfer.shares`."""
        return self.rows(payoffs, held)

    def shares_in_play(self, payoffs: Array, held: Held, values: Array) -> Array:
        """Return the same in a game that goes on; see :meth:`ShareTransfer.shares_in_play`."""
        return self.rows(payoffs, held, values)


_KEEP = Selfish()


def as_transfer(transfer: TransferLike | None, n: int) -> Transfer:
    """Return one transfer for a game of n players.

    Parameters
    ----------
    transfer : Transfer, sequence of n Transfer, or None
        One for all, or one for each player; None: everybody is selfish.
    n : int
        Number of players.

    Returns
    -------
    Transfer

    Raises
    ------
    TypeError
        Something that is not a transfer.
    ValueError
        A sequence of another length than n.

    Examples
    --------
    >>> as_transfer([Selfish()] * 2, 3)
    Traceback (most recent call last):
        ...
    ValueError: transfer needs one entry for each of the 3 players, got 2
    """
    if transfer is None:
        return Selfish()
    if isinstance(transfer, Transfer):
        return transfer
    given: list[Any] = list(transfer) if isinstance(transfer, (list, tuple)) else [transfer]
    for entry in given:
        if not isinstance(entry, Transfer):
            msg = f"transfer must be a gametheory.transfer.Transfer, got {entry!r}"
            raise TypeError(msg)
    if len(given) != n:
        msg = f"transfer needs one entry for each of the {n} players, got {len(given)}"
        raise ValueError(msg)
    if all(entry is given[0] for entry in given):
        first: Transfer = given[0]
        return first
    return (SharesPerPlayer if all(isinstance(entry, ShareTransfer) for entry in given) else PerPlayer)(given)
