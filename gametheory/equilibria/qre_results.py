"""What a search for logit quantal response equilibria returns, and how it reads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gametheory.game import Game

__all__ = ["LogitBranch", "LogitEquilibria", "LogitEquilibrium"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LogitEquilibrium:
    """One logit quantal response equilibrium.

    Attributes
    ----------
    policies : tuple of ndarray, shapes (A_1,), ..., (A_n,)
        Probabilities of each player's actions.
    log_policies : tuple of ndarray, shapes (A_1,), ..., (A_n,)
        Their logarithms, finite where a probability is smaller than any float.
    x : ndarray, shape (d,)
        Reduced coordinates: all probabilities but each player's last.
    residual : float
        Largest difference between a probability and the logit reply.
    eigenvalues : ndarray of complex, shape (d,)
        Of the Jacobian of Boltzmann Q-learning there; real parts in ascending order.
    stability : str
        Under Boltzmann Q-learning: ``"sink"``, ``"saddle"``, or ``"undetermined"`` where an eigenvalue is too near to
        zero. There are no sources: the eigenvalues sum to -d.
    principal : bool
        Whether the principal branch first reaches the game's rationality here.
    """

    policies: tuple[Array, ...]
    log_policies: tuple[Array, ...]
    x: Array
    residual: float
    eigenvalues: NDArray[np.complex128]
    stability: str
    principal: bool = False

    def __str__(self) -> str:
        """Policies, stability and branch on one line."""
        mixes = " × ".join("(" + ", ".join(f"{p:.6g}" for p in policy) + ")" for policy in self.policies)
        return f"{mixes}  {self.stability}{', principal branch' if self.principal else ''}"


@dataclass(frozen=True, eq=False)
class LogitEquilibria:
    """Logit equilibria of a game at one rationality; iterates over :class:`LogitEquilibrium`.

    Attributes
    ----------
    game : Game
        The game.
    rationality : float
        λ.
    equilibria : tuple of LogitEquilibrium
        What was found.
    method : str
        How.
    complete : bool
        Whether it is proved that there are no others.
    certificate : str
        What is proved, or why nothing is.
    undecided : tuple of ndarray, shape (2, d)
        Boxes, lower and upper corner in reduced coordinates, of which it could not be decided how many equilibria they
        hold: at or next to a fold or a pitchfork. An equilibrium that certainly lies in one is listed, too.
    """

    game: Game
    rationality: float
    equilibria: tuple[LogitEquilibrium, ...]
    method: str
    complete: bool
    certificate: str
    undecided: tuple[Array, ...] = ()

    @property
    def temperature(self) -> float:
        """τ = 1/λ."""
        return 1 / self.rationality if self.rationality else math.inf

    @property
    def principal(self) -> LogitEquilibrium | None:
        """The equilibrium on the principal branch; None if that was lost."""
        return next((equilibrium for equilibrium in self if equilibrium.principal), None)

    def __iter__(self) -> Iterator[LogitEquilibrium]:
        """Iterate over the equilibria."""
        return iter(self.equilibria)

    def __len__(self) -> int:
        """Count the equilibria."""
        return len(self.equilibria)

    def __getitem__(self, index: int) -> LogitEquilibrium:
        """Return the equilibrium at `index`."""
        return self.equilibria[index]

    def __str__(self) -> str:
        """One line an equilibrium."""
        boxes = [f"undecided: {box[0]} to {box[1]}" for box in self.undecided]
        extent = "complete" if self.complete else "not proved complete"
        return "\n".join([*map(str, self), *boxes, f"{extent}: {self.method}"])


@dataclass(frozen=True, eq=False)
class LogitBranch:
    """The principal branch of logit equilibria.

    Attributes
    ----------
    rationality : ndarray, shape (m,)
        λ from 0 on, in the order in which the branch is followed; it falls where the branch turns back.
    policies : tuple of ndarray, shapes (m, A_1), ..., (m, A_n)
        Probabilities of each player's actions.
    x : ndarray, shape (m, d)
        Reduced coordinates.
    crossings : tuple of float
        λ where another branch crosses, as at the pitchfork of a symmetric game; the branch is followed straight on.
        Crossings of an even number of branches (of several equal players or actions) are not seen.
    """

    rationality: Array
    policies: tuple[Array, ...]
    x: Array
    crossings: tuple[float, ...]
