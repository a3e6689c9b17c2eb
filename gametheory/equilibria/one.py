"""One Nash equilibrium of two players, for games that are too large to enumerate."""

from __future__ import annotations

from collections.abc import Callable

from gametheory.equilibria.regret import Policies
from gametheory.equilibria.results import ROUNDED, NashEquilibria, equilibrium_at, require_two_players
from gametheory.game import Game

__all__ = ["ONE", "ONE_OF", "by_lemke_howson", "by_linear_program"]

ONE_OF = "one equilibrium was asked for; there may be others"


def by_linear_program(game: Game) -> NashEquilibria:
    """Solve a game in which one gains what the other loses; see :mod:`gametheory.equilibria.zero_sum`."""
    require_two_players(game, "linear-program")
    from gametheory.equilibria.zero_sum import solve, zero_sum_form

    matrix = zero_sum_form(*game.payoffs)
    if matrix is None:
        msg = (
            "method='linear-program' serves games in which one player gains what the other loses, up to its unit of "
            "payoff; use method='lemke-howson'"
        )
        raise ValueError(msg)
    x, y, _ = solve(matrix)
    return _one(game, (x, y), "linear program, exact")


def by_lemke_howson(game: Game) -> NashEquilibria:
    """Follow one path of almost complementary bases; see :mod:`gametheory.equilibria.lemke_howson`."""
    require_two_players(game, "lemke-howson")
    from gametheory.equilibria.lemke_howson import lemke_howson

    return _one(game, lemke_howson(*game.payoffs), "Lemke-Howson path, exact")


def _one(game: Game, policies: Policies, method: str) -> NashEquilibria:
    equilibrium = equilibrium_at(game, policies)
    if equilibrium.exact and equilibrium.regret.any():  # cannot happen, see above
        msg = f"{method} proposed {policies}, which is no equilibrium"
        raise ArithmeticError(msg)
    method += "" if game.exact else ROUNDED
    return NashEquilibria(game, (equilibrium,), method, complete=False, continuum=False, note=ONE_OF)


ONE: dict[str, Callable[[Game], NashEquilibria]] = {
    "linear-program": by_linear_program,
    "lemke-howson": by_lemke_howson,
}
