"""What a search for Nash equilibria returns, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.components import Component, NashSubset, bicliques, connected
from gametheory.equilibria.regret import Policies, values
from gametheory.game import Game
from gametheory.tables import written

__all__ = ["ROUNDED", "Equilibrium", "NashEquilibria", "equilibrium_at", "name_components", "require_two_players"]

ROUNDED = ", then rounded"  # behind a method that is exact, in a float game

_EXTENT = {
    "complete": "complete",
    "borderline": "complete for these very floats only, not for the decimals that they print as",
    "incomplete": "perhaps not all",
}
_MAX_PARTS = 6  # maximal Nash subsets of one component that are written out


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """One Nash equilibrium.

    Attributes
    ----------
    policies : tuple of ndarray, shapes (A_1,), ..., (A_n,)
        Probabilities of each player's actions; float64, or `Fraction` when `exact`.
    payoffs : ndarray, shape (n,)
        Expected payoff of each player.
    regret : ndarray, shape (n,)
        What each player could gain by its best reply, in units of payoff.
    exact : bool
        Whether all this is exact.
    radius : float
        Proven: within it of each probability lies that of an equilibrium, and of one only. Not more than one rounding,
        and not given, where the equilibrium of a float game was found in exact arithmetic.
    """

    policies: Policies
    payoffs: NDArray[Any]
    regret: NDArray[Any]
    exact: bool
    radius: float = 0.0

    def __str__(self) -> str:
        """Policies and payoffs on one line."""
        policies = " × ".join("(" + ", ".join(map(written, policy)) + ")" for policy in self.policies)
        return f"{policies}, payoffs {', '.join(map(written, self.payoffs))}"


@dataclass(frozen=True, eq=False)
class NashEquilibria:
    """Equilibria of a game and how they were found; iterates over :class:`Equilibrium`.

    Attributes
    ----------
    game : Game
        The game.
    equilibria : tuple of Equilibrium
        What was found. If there is a continuum, its extreme points.
    method : str
        How they were found.
    complete : bool
        Whether it is certain that every equilibrium, or every extreme point if there is a continuum, is listed.
    continuum : bool
        Whether there are infinitely many equilibria.
    borderline : bool
        Whether the equilibria hang on digits that a float does not have: the payoffs as the decimals that they print
        as, or before they were rounded, may have others.
    note : str
        Why the list may not be complete, or what it rests on; empty if there is nothing to say.
    pairs : tuple of (int, int)
        Of two players with a choice: which of the one's and which of the other's mixes each equilibrium has. With one
        such player: 0, and which mix that is.
    """

    game: Game
    equilibria: tuple[Equilibrium, ...]
    method: str
    complete: bool
    continuum: bool
    borderline: bool = False
    note: str = ""
    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def status(self) -> str:
        """``"complete"``, ``"borderline"`` or ``"incomplete"``.

        Borderline is complete for the payoffs as the exact binary numbers that floats are, while others that print
        alike have other equilibria.
        """
        return "borderline" if self.borderline else "complete" if self.complete else "incomplete"

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The connected sets of equilibria, each with the indices of its extreme equilibria.

        For a continuum also the products of mixes that it consists of. Empty where these are not known: if the list may
        not be complete, or three or more players have a choice.
        """
        return name_components(self.game, self.equilibria, self.pairs) if self.complete else ()

    def __iter__(self) -> Iterator[Equilibrium]:
        """Iterate over the equilibria."""
        return iter(self.equilibria)

    def __len__(self) -> int:
        """Count the equilibria listed."""
        return len(self.equilibria)

    def __getitem__(self, index: int) -> Equilibrium:
        """Return the equilibrium at `index`."""
        return self.equilibria[index]

    def __str__(self) -> str:
        """List the equilibria with the names of players and actions."""
        continua = [component for component in self.components if component.continuum]
        what = "extreme Nash equilibria of a continuum" if continua else "Nash equilibria"
        if self.continuum and not continua:
            what += ", of infinitely many"
        if len(continua) > 1 or (continua and len(continua) < len(self.components)):
            what = f"extreme Nash equilibria, in {len(self.components)} components"
        if len(self) == 1:
            what = "Nash equilibrium"
        lines = [f"{len(self)} {what} ({_EXTENT[self.status]}; {self.method})"]
        for equilibrium in self:
            mixes = _profile(self.game, [(policy,) for policy in equilibrium.policies])
            lines.append(f"  {mixes}; payoffs {', '.join(map(written, equilibrium.payoffs))}")
        for component in continua:
            parts = component.subsets
            head = f"  continuum of {len(component.equilibria)} extreme equilibria"
            lines.append(f"{head}: {parts[0].description}" if len(parts) == 1 else f"{head}, {len(parts)} parts:")
            lines += [f"    {part.description}" for part in parts[:_MAX_PARTS] if len(parts) > 1]
            if len(parts) > _MAX_PARTS:
                lines.append(f"    and {len(parts) - _MAX_PARTS} more")
        if self.note:
            lines.append(f"  note: {self.note}")
        return "\n".join(lines)


def equilibrium_at(game: Game, policies: Sequence[NDArray[Any]], *, radius: float = 0.0) -> Equilibrium:
    """Compute payoffs and regret of a profile: exact in an exact game, else of its probabilities rounded to floats."""
    if game.exact and all(policy.dtype == object for policy in policies):
        return Equilibrium(tuple(policies), *values(game, tuple(policies)), exact=True)
    rounded = tuple(policy.astype(np.float64) for policy in policies)
    return Equilibrium(rounded, *values(game, rounded), exact=False, radius=radius)


def require_two_players(game: Game, method: str) -> None:
    """Raise ``ValueError`` for another number of players."""
    if game.n_players != 2:
        msg = (
            f"method={method!r} serves two players who have a choice, this game has {game.n_players}; "
            "use method='polynomial' or 'auto'"
        )
        raise ValueError(msg)


def name_components(
    game: Game, equilibria: Sequence[Equilibrium], pairs: Sequence[tuple[int, int]]
) -> tuple[Component, ...]:
    """Put equilibria together that hang together, and describe what they span.

    Parameters
    ----------
    game : Game
        With the names of players and actions.
    equilibria : sequence of Equilibrium
        All extreme equilibria; of two players, or of more if only one of them has a choice.
    pairs : sequence of (int, int)
        For each of them, which of player 1's and which of player 2's mixes it has. With one player who has a choice:
        0, and which mix that is.

    Returns
    -------
    tuple of Component
        In order of their first equilibrium.
    """
    place = {pair: index for index, pair in enumerate(pairs)}
    components = []
    for members in connected(pairs):
        subsets = []
        for left, right in bicliques([pairs[index] for index in members]):
            corners = [[place[x, y] for y in right] for x in left]
            spans = [
                _different([equilibria[index].policies[i] for row in corners for index in row])
                for i in range(game.n_players)
            ]
            indices = tuple(sorted(index for row in corners for index in row))
            subsets.append(NashSubset(indices, tuple(spans), _profile(game, spans)))
        components.append(Component(members, tuple(subsets)))
    return tuple(components)


def _different(policies: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], ...]:
    return tuple({tuple(policy): policy for policy in policies}.values())


def _profile(game: Game, spans: Sequence[Sequence[NDArray[Any]]]) -> str:
    """Write what everybody plays: one mix, or any mix of several."""
    clauses = []
    for player, names, mixes in zip(game.players, game.actions, spans, strict=True):
        written = [_mix(names, policy) for policy in mixes]
        what = written[0] if len(written) == 1 else "any mix of " + " and ".join(_bracketed(mix) for mix in written)
        clauses.append(f"{player}: {what}")
    return "; ".join(clauses)


def _bracketed(mix: str) -> str:
    return f"({mix})" if " + " in mix else mix


def _mix(names: Sequence[str], policy: NDArray[Any]) -> str:
    played = [(name, p) for name, p in zip(names, policy, strict=True) if p > 0]
    return played[0][0] if len(played) == 1 else " + ".join(f"{_probability(p)} {name}" for name, p in played)


def _probability(p: Any) -> str:
    """Write a probability; one next to 1 by what it lacks."""
    text = written(p)
    return f"1 - {written(1 - p) if p.__class__.__name__ != 'float64' else f'{1 - p:.3g}'}" if text == "1" else text
