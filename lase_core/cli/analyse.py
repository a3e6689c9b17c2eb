"""``lase analyse``: everything about one game."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gametheory import Game, catalogue, formats
from lase_core.report import figure_kind
from lase_core.summary import Summary, summarise

__all__ = ["analyse"]

_LONGEST_TITLE = 120  # three lines over a picture


def _game(name: str, payoffs: tuple[str, ...]) -> Game:
    """Read a file, or make a game of the catalogue from "R=3"-like words."""
    if Path(name).suffix in {".nfg", ".json"} or Path(name).is_file():
        if payoffs:
            msg = f"payoffs such as {payoffs[0]!r} go with a name of the catalogue, not with a file"
            raise ValueError(msg)
        return formats.read(name)
    values = {}
    for word in payoffs:
        key, equals, value = word.partition("=")
        if not equals or not value:
            msg = f"payoffs are given as NAME=NUMBER, e.g. R=3, got {word!r}"
            raise ValueError(msg)
        values[key] = value
    return catalogue.make(name, **values)


def analyse(
    game: str,
    /,
    *payoffs: str,
    figure: Path | None = None,
    latex: bool = False,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Analyse a game: its class, Nash equilibria, LASE learning field, rest points with stability and gifts.

    Parameters
    ----------
    game : str
        A file (.nfg or .json), or a name of the catalogue: battle_of_the_sexes, chicken, coordination, donation,
        harmony, matching_pennies, prisoners_dilemma, public_goods, rock_paper_scissors, shapley, snowdrift,
        social_dilemma, stag_hunt.
    payoffs : str
        For a catalogue name: NAME=NUMBER, e.g. R=3 S=0 T=5 P=1; integers, fractions or decimals.
    figure : Path
        Also draw the phase portrait to this file (.png, .pdf or .svg): a square for two players with two actions, a
        triangle, of all players alike, for a symmetric game with three actions.
    latex : bool
        Print the derivation with symbols as LaTeX instead of text.
    as_json : bool
        Print everything as JSON instead of text.
    """
    if latex and as_json:
        msg = "choose one of --latex and --json"
        raise ValueError(msg)
    if figure is not None:
        figure_kind(figure)  # complain before the work
    summary = summarise(_game(game, payoffs))
    if figure is not None:
        _draw(summary, figure)
    print(
        summary.latex()
        if latex
        else json.dumps(summary.to_dict(), indent=2)  # ASCII, for any encoding
        if as_json
        else summary.text()
    )
    if figure is not None and not (latex or as_json):
        print(f"\nportrait: {figure}")


def _draw(summary: Summary, path: Path) -> None:
    from gametheory.plot import portrait, simplex
    from gametheory.plot.text import plain
    from lase_core.report import save

    triangle = summary.analysed if summary.only_diagonal and set(summary.game.n_actions) == {3} else None
    if not summary.is_two_by_two and triangle is None:
        msg = (
            "--figure draws games of two players with two actions, and symmetric games with three, this one has "
            f"{summary.game.n_actions}"
        )
        raise ValueError(msg)
    points, title = summary.points or True, plain(summary.game.title, _LONGEST_TITLE)
    if triangle is None:
        figure = portrait(summary.field, points=points, title=title).figure
    else:
        figure = simplex(triangle, points=points, title=f"{title}, all alike".lstrip(", ")).figure
    save(figure, path)
