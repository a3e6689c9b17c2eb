"""Transfers, and those with fixed shares."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.transfer.kinds import exact_numbers, in_numbers_of, substituted
from gametheory.transfer.weights import split, with_kept_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Held = Sequence[Sequence[Array]]

__all__ = ["FixedShare", "GroupOptimal", "Selfish", "ShareTransfer", "Transfer"]

_TWO = 2
_SUM_TOLERANCE = 1e-9


class Transfer(ABC):
    """Whatever turns payoffs into the rewards that players learn from.

    To make your own, write :meth:`effective`; to see its fields in closed form as well, let it accept object arrays
    and say in :meth:`smoothness` what it is.

    Examples
    --------
    >>> class Altruist(Transfer):
    ...     def effective(self, payoffs, held):
    ...         return payoffs[..., ::-1, :, :]  # two players, each feels the other's payoff
    >>> Altruist().effective(np.arange(8.0).reshape(2, 2, 2), held=())[0]
    array([[4., 5.],
           [6., 7.]])
    """

    @abstractmethod
    def effective(self, payoffs: Array, held: Held) -> Array:
        """Return the rewards after transfer.

        Parameters
        ----------
        payoffs : ndarray, shape (..., n, A1, ..., An)
            Payoffs of a game.
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            ``held[i][j]`` is player i's estimate of j's policy. The transfer may depend on it; learners do not
            differentiate through it.

        Returns
        -------
        ndarray, shape (..., n, A1, ..., An)
        """

    def effective_in_play(self, payoffs: Array, held: Held, values: Array) -> Array:  # noqa: ARG002 (interface)
        """Return the rewards after transfer in a game that goes on.

        Parameters
        ----------
        payoffs : ndarray, shape (..., n, A1, ..., An)
            Payoffs of the stage game.
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            As in :meth:`effective`, in the present state of the game.
        values : ndarray, shape (..., n, A1, ..., An)
            Everybody's action values, what follows included. Most transfers do not look ahead and ignore them.

        Returns
        -------
        ndarray, shape (..., n, A1, ..., An)
        """
        return self.effective(payoffs, held)

    def smoothness(self, n_actions: Sequence[int]) -> str:  # noqa: ARG002 (part of the interface)
        """Smoothness of the effective payoffs in the estimates: ``"polynomial"`` or ``"piecewise"``."""
        return "piecewise"

    @property
    def fixed(self) -> bool:
        """Whether shares are the same at every joint action and for all estimates."""
        return False

    @property
    def stand_ins(self) -> dict[Any, Any]:
        """Positive SymPy stand-ins used by this transfer, and what they mean; empty for most."""
        return {}

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols among the transfer's own numbers; empty for most."""
        return set()

    def bind(self, **values: Any) -> Transfer:  # noqa: ARG002 (part of the interface)
        """Return the transfer with numbers in the place of its symbols."""
        return self


class ShareTransfer(Transfer):
    """Transfer in which each player hands out shares of its own reward, so that nothing is lost or made."""

    @abstractmethod
    def shares(self, payoffs: Array, held: Held) -> Array:
        """Return ``w[..., i, j, *A]``: the share of i's reward that goes to j; rows (over j) sum to one.

        Parameters
        ----------
        payoffs : ndarray, shape (..., n, A1, ..., An)
            Payoffs of a game.
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            ``held[i][j]`` is player i's estimate of j's policy.

        Returns
        -------
        ndarray, shape (..., n, n, A1, ..., An)
        """

    def shares_in_play(self, payoffs: Array, held: Held, values: Array) -> Array:  # noqa: ARG002 (interface)
        """Return the shares in a game that goes on; most transfers do not look ahead and ignore action values.

        Parameters
        ----------
        payoffs, held
            As in :meth:`shares`, in the present state of the game.
        values : ndarray, shape (..., n, A1, ..., An)
            Everybody's action values, what follows included.

        Returns
        -------
        ndarray, shape (..., n, n, A1, ..., An)
        """
        return self.shares(payoffs, held)

    def effective(self, payoffs: Array, held: Held) -> Array:
        """Return the rewards after transfer, :func:`split` by :meth:`shares`."""
        return split(self.shares(payoffs, held), payoffs, joint=len(held))

    def effective_in_play(self, payoffs: Array, held: Held, values: Array) -> Array:
        """Return the rewards after transfer in a game that goes on, :func:`split` by :meth:`shares_in_play`."""
        return split(self.shares_in_play(payoffs, held, values), payoffs, joint=len(held))


class FixedShare(ShareTransfer):
    """The same shares at every joint action.

    Parameters
    ----------
    share : number or array_like, shape (n, n)
        A number: what each player keeps; the others share the rest equally (the symmetric reward transfer of
        Willis et al. [1]_). A matrix: row i says where i's reward goes; rows sum to one.

    References
    ----------
    .. [1] R. Willis, Y. Du, J. Z. Leibo, M. Luck. "Resolving social dilemmas with minimal reward transfer".
       Autonomous Agents and Multi-Agent Systems, 2024.

    Examples
    --------
    >>> FixedShare(0.75).matrix(2).astype(float)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """

    def __init__(self, share: ArrayLike) -> None:
        self.share: Array = exact_numbers(np.asarray(share, dtype=object))
        if self.share.ndim not in {0, _TWO} or (self.share.ndim == _TWO and self.share.shape[0] != self.share.shape[1]):
            msg = f"share must be a number or an n × n matrix, got shape {self.share.shape}"
            raise ValueError(msg)
        if any(not getattr(v, "free_symbols", None) and not 0 <= v <= 1 for v in self.share.flat):
            msg = f"shares must lie in [0, 1], got {[str(value) for value in self.share.flat]}"
            raise ValueError(msg)
        if self.share.ndim == _TWO and any(
            not -_SUM_TOLERANCE <= total - 1 <= _SUM_TOLERANCE for total in self.share.sum(axis=1)
        ):
            msg = f"every row of share must sum to one, got sums {[str(total) for total in self.share.sum(axis=1)]}"
            raise ValueError(msg)

    def matrix(self, n: int) -> Array:
        """Return the n × n share matrix, exact (object dtype)."""
        if self.share.ndim == _TWO:
            if len(self.share) != n:
                msg = f"FixedShare was made for {len(self.share)} players, the game has {n}"
                raise ValueError(msg)
            return self.share
        off_diagonal = 1 - np.eye(n, dtype=int).astype(object)
        return with_kept_share(off_diagonal * ((1 - self.share[()]) / max(n - 1, 1)))

    def shares(self, payoffs: Array, held: Held) -> Array:
        """Return the share matrix, spread over joint actions; see :meth:`ShareTransfer.shares`."""
        n = len(held)
        matrix = in_numbers_of(payoffs, self.matrix(n)).reshape((n, n) + (1,) * n)
        return np.broadcast_to(matrix, (*payoffs.shape[: -n - 1], n, n, *payoffs.shape[-n:]))

    def smoothness(self, n_actions: Sequence[int]) -> str:  # noqa: ARG002 (part of the interface)
        """Return ``"polynomial"``: shares do not depend on estimates."""
        return "polynomial"

    @property
    def fixed(self) -> bool:
        """Return True."""
        return True

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols of the shares."""
        return set().union(*(getattr(entry, "free_symbols", ()) for entry in self.share.flat))

    def bind(self, **values: Any) -> Transfer:
        """Return the transfer with numbers in the place of its symbols."""
        return FixedShare(substituted(self.share.tolist(), values)) if self.symbols else self

    def __repr__(self) -> str:
        """Show the share."""
        return f"FixedShare({self.share.tolist()})"


class Selfish(FixedShare):
    """Everybody keeps its own reward.

    Examples
    --------
    >>> Selfish().matrix(2).astype(int)
    array([[1, 0],
           [0, 1]])
    """

    def __init__(self) -> None:
        super().__init__(1)

    def __repr__(self) -> str:
        """Name it."""
        return "Selfish()"


class GroupOptimal(FixedShare):
    """GO: everybody learns from the mean reward (every share is 1/n).

    Examples
    --------
    >>> GroupOptimal().matrix(2).astype(float)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """

    def __init__(self) -> None:
        super().__init__(0)

    def matrix(self, n: int) -> Array:
        """Return 1/n everywhere, exact (object dtype)."""
        return np.full((n, n), Fraction(1, n), dtype=object)

    def __repr__(self) -> str:
        """Name it."""
        return "GroupOptimal()"
