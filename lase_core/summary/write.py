"""A summary as text, LaTeX or plain data."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory.names import width
from lase_core.summary.numbers import number, numbers, readable

if TYPE_CHECKING:
    from gametheory.analysis import Box, Gifts, RestPoint, RestPoints
    from lase_core.summary.collect import Summary

__all__ = ["as_dict", "as_latex", "as_text"]

_ROUNDING = 1e-12  # of the payoff range: smaller parts of eigenvalues in floats are rounding
_USUAL = {"exact elimination and real-root counting", "a corner"}  # how points are known, when nothing is said of it


# ---------------------------------------------------------------------- text
def as_text(summary: Summary) -> str:
    """Write everything for a terminal.

    Parameters
    ----------
    summary : Summary
        What to write.

    Returns
    -------
    str
    """
    title = summary.game.title or "game"
    parts = [title, "=" * width(title), "", str(summary.game), ""]
    parts += [f"class: {summary.classification}", "", str(summary.nash), ""]
    parts.append(f"by other means, for {summary.game.actions[0][0]!r} to be dominant")
    parts += [*(f"  {name:<18}{found}" for name, found in summary.other_means.items()), ""]
    parts.append(f"LASE learning field ({summary.transfer!r}, natural policy gradient)")
    parts += [*("  " + line for line in _field_lines(summary)), ""]
    if summary.points is not None:
        parts += [*_rest_point_lines(summary, summary.points), ""]
    parts.append(summary.outlook)
    return "\n".join(parts)


def _rest_point_lines(summary: Summary, points: RestPoints) -> list[str]:
    where = " with all players alike" if summary.only_diagonal else ""
    lines = [f"rest points{where} ({'complete' if points.complete else 'not proved complete'}: {points.method})"]
    if summary.only_diagonal:
        lines.append(
            "  this is the diagonal only, where all players have the same policy; there may be rest points off it"
        )
    for point in points:
        lines += _point_lines(point, summary)
        if summary.only_diagonal:
            growth = summary.growth_of_differences(point)
            lines.append(f"      off the diagonal the fastest growth is {growth:.4g}")
    lines += [f"  continuum: {c}" for c in points.continua]
    return [*lines, *(f"  {box}" for box in points.undecided)]


def _field_lines(summary: Summary) -> list[str]:
    names, diagonal = summary.field.space.names, summary.diagonal
    gradient = summary.field.advantages if summary.is_two_by_two else None  # of large groups it takes minutes
    if gradient is not None:
        first = zip(names, summary.game.players, summary.game.actions, strict=True)
        lines = [f"{p} = probability that {player} plays {actions[0]}" for p, player, actions in first]
        lines += [f"d{p}/dt = {p} (1 - {p}) g{k + 1}" for k, p in enumerate(names)]
        lines += [f"g{k + 1} = {readable(g)}" for k, g in enumerate(gradient)]
    elif diagonal is None or diagonal.space.dimension > 1:
        return [f"{summary.field.smoothness}, {summary.field.space.dimension} coordinates: {', '.join(names)}"]
    else:
        lines = [f"p = probability of {summary.game.actions[0][0]}", "dp/dt = p (1 - p) g with all players alike"]
    if diagonal is not None and diagonal.space.dimension == 1 and diagonal.advantages is not None:
        lines.append(f"all alike: g(p) = {readable(diagonal.advantages[0])}")
    if summary.closed_form is not None:
        top, bottom = map(_ordered, summary.closed_form)
        lines.append(f"with symbols: p* = ({top})/({bottom}){_value_of(summary, *summary.closed_form)}")
    return lines


def _value_of(summary: Summary, numerator: sp.Expr, denominator: sp.Expr) -> str:
    """Put the numbers into p*: where it lies inside (0, 1) it is a rest point."""
    payoffs = zip(summary.symbolic.payoffs.flat, summary.game.rational().payoffs.flat, strict=True)
    values = dict(payoffs)
    top, bottom = numerator.subs(values), denominator.subs(values)
    if bottom == 0:
        return ": 0 in the denominator here, no rest point inside the diagonal"
    value = top / bottom
    return f" = {number(value)}" + ("" if 0 < value < 1 else ": outside (0, 1), no rest point inside the diagonal")


def _point_lines(point: RestPoint, summary: Summary) -> list[str]:
    rounding = _ROUNDING * summary.payoff_range
    kind = point.stability if point.kind in {point.stability, "degenerate"} else f"{point.stability} {point.kind}"
    digits = (
        ""
        if not point.exact or all(v.is_integer() for v in point.x)
        else f" ≈ ({', '.join(f'{v:.4f}' for v in point.x)})"
    )
    place = f"({numbers(point.location)}){digits}"
    lines = [f"  {place}  {kind}, {point.face}; eigenvalues {numbers(point.eigenvalues, rounding)}"]
    if point.certificate not in _USUAL:
        radius = f", radius {point.radius:.1g}" if not point.exact and np.isfinite(point.radius) else ""
        lines.append(f"      known    {point.certificate}{radius}")
    if point.transversal:
        across = (
            f"{name}: g = {number(g, rounding)} ({_crossing(point, name)})" for name, g in point.transversal.items()
        )
        lines.append(f"      across   {', '.join(across)}")
    if point.gifts is not None and (point.stability in {"sink", "centre"} or point.face == "interior"):
        lines += [f"      {line}" for line in _gift_lines(point.gifts, summary.game.players)]
    return lines


def _crossing(point: RestPoint, name: str) -> str:
    """Tell whether the flow leaves a face through the coordinate `name`."""
    g = point.transversal[name]
    inward = g > 0 if f"{name} = 0" in point.face else g < 0
    return "undecided" if g == 0 else "leaves" if inward else "stays"


def _gift_lines(gifts: Gifts, players: Sequence[str]) -> list[str]:
    who = [str(i + 1) if name == f"player {i + 1}" else name for i, name in enumerate(players)]
    n = len(gifts.payoffs)
    if not gifts.flow.any():
        return [f"no gifts flow     payoffs {numbers(gifts.payoffs)}; welfare {number(gifts.welfare)}"]
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    weights = ", ".join(f"{who[i]}→{who[j]}: {number(gifts.weights[i, j])}" for i, j in pairs)
    flows = ", ".join(f"{who[i]}→{who[j]}: {number(gifts.flow[i, j])}" for i, j in pairs)
    welfare = f"welfare           {number(gifts.welfare)}"
    if gifts.equality is not None and gifts.equality_after is not None:
        welfare += f", equality {gifts.equality:.3g} (after gifts {gifts.equality_after:.3g})"
    return [
        f"mean gift weight  {weights}",
        f"reward given      {flows}",
        f"net gift          {numbers(gifts.net)}",
        f"kept share        {numbers(gifts.kept)}",
        f"payoffs           {numbers(gifts.payoffs)} (after gifts {numbers(gifts.totals)})",
        welfare,
    ]


def _ordered(expression: sp.Expr) -> str:
    """Write T + S - P, not -P + S + T."""
    return str(sp.StrPrinter({"order": "rev-lex"}).doprint(expression)).replace("*", " ")


# ---------------------------------------------------------------------- LaTeX
_WEIGHTS = r"""\[\omega_{ij} = \frac{Q_i(a) - \sum_b \hat\pi_j(b)\, Q_i(a_{-j}, b)}
  {\max_b Q_i(a_{-j}, b) - \min_b Q_i(a_{-j}, b)},
\qquad w_{ij} = \max(\omega_{ij}, 0),\qquad r_j^{tot} = \sum_i w_{ij} r_i\]"""


def as_latex(summary: Summary) -> str:
    """Write the derivation with symbols, then the numbers, to be read inside a document.

    Parameters
    ----------
    summary : Summary
        Of a 2×2 game.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        A game that is not 2×2.
    """
    if not summary.is_two_by_two:
        size = "×".join(map(str, summary.game.n_actions))
        msg = f"the derivation is written for 2×2 games, this one has {size} actions"
        raise ValueError(msg)
    p1, p2 = summary.field.space.symbols
    names = {p1: "p_1", p2: "p_2"}
    symbolic = summary.symbolic
    own_first = ((p1, p2), (p2, p1))
    gradients = (sp.collect(g, order) for g, order in zip(summary.symbolic_gradient, own_first, strict=True))
    lines = [
        f"% The LASE learning field of {summary.game.title or 'a 2x2 game'}, derived with symbols (needs amsmath)",
        rf"\[{symbolic.to_latex()}",
        r"\qquad " + r",\quad ".join(map(_latex, symbolic.assume)) + r"\]",
        _WEIGHTS,
        r"\begin{align*}",
        r"\dot p_i &= p_i (1 - p_i)\, g_i \\",
        " \\\\\n".join(f"g_{k} &= {_latex(g, symbol_names=names)}" for k, g in enumerate(gradients, start=1)),
        r"\end{align*}",
    ]
    if summary.closed_form is not None:
        top, bottom = (_latex(part, order="rev-lex") for part in summary.closed_form)
        lines += [
            rf"\[g(p) = {top} - ({bottom})\, p = 0 \quad\text{{where }} p_1 = p_2 = p",
            rf"\qquad\Longrightarrow\qquad p^* = \frac{{{top}}}{{{bottom}}}\]",
        ]
    payoffs = dict(zip(symbolic.payoffs.flat, summary.game.payoffs.flat, strict=True))
    lines.append("% numbers: " + ", ".join(f"{symbol} = {number(value)}" for symbol, value in payoffs.items()))
    if summary.points is not None:
        rows = [
            rf"({', '.join(map(_latex, p.location))}) & \text{{{p.stability}}} & "
            + r",\ ".join(map(_latex, p.eigenvalues))
            for p in summary.points
        ]
        head = r"\text{rest point} & \text{stability} & \text{eigenvalues} \\\hline"
        lines += [r"\[\begin{array}{lll}", head, " \\\\\n".join(rows), r"\end{array}\]"]
        lines += [f"% continuum: {continuum}" for continuum in summary.points.continua]
    return "\n".join(lines)


def _latex(expression: Any, **options: Any) -> str:
    value = sp.Rational(str(expression)) if isinstance(expression, Fraction) else expression
    text = str(sp.latex(value, **options))
    # the coordinates of zeros of high degree are roots of a polynomial: their digits say more
    return text if "CRootOf" not in text else number(value)


# ---------------------------------------------------------------------- data
def as_dict(summary: Summary) -> dict[str, Any]:
    """Return everything as plain dictionaries, lists, strings and numbers.

    Parameters
    ----------
    summary : Summary
        What to write.

    Returns
    -------
    dict
    """
    game, points = summary.game, summary.points
    return {
        "title": game.title,
        "players": list(game.players),
        "actions": [list(names) for names in game.actions],
        "payoffs": [str(value) for value in game.payoffs.flat],
        "class": str(summary.classification),
        "nash": [
            {"policies": [_data(policy) for policy in found.policies], "payoffs": _data(found.payoffs)}
            for found in summary.nash
        ],
        "nash_method": summary.nash.method,
        "nash_complete": summary.nash.complete,
        "nash_status": summary.nash.status,
        "nash_continua": [c.description for c in summary.nash.components if c.continuum],
        "other_means": summary.other_means,
        "transfer": repr(summary.transfer),
        "gradient": _gradient_data(summary),
        "closed_form": None if summary.closed_form is None else "({})/({})".format(*summary.closed_form),
        "rest_points_of": _analysed(summary),
        "rest_points": [_point_data(point) for point in points or ()],
        "continua": [str(c) for c in points.continua] if points is not None else [],
        "undecided": [_box_data(box) for box in points.undecided] if points is not None else [],
        "complete": points is not None and points.complete,
        "method": points.method if points is not None else None,
        "outlook": summary.outlook,
    }


def _analysed(summary: Summary) -> str | None:
    if summary.analysed is None:
        return None
    whole = "the whole square" if summary.is_two_by_two else "all profiles"
    return "profiles with all players alike" if summary.only_diagonal else whole


def _box_data(box: Box) -> dict[str, Any]:
    return {"face": box.face, "lo": box.lo.tolist(), "hi": box.hi.tolist(), "boxes": box.count}


def _gradient_data(summary: Summary) -> list[str] | None:
    field = summary.field if summary.is_two_by_two else summary.analysed
    return None if field is None or field.advantages is None else [str(g) for g in field.advantages]


def _point_data(point: RestPoint) -> dict[str, Any]:
    gifts = point.gifts
    return {
        "location": _data(point.location),
        "face": point.face,
        "stability": point.stability,
        "kind": point.kind,
        "eigenvalues": _data(point.eigenvalues),
        "transversal": {name: _data(value) for name, value in point.transversal.items()},
        "exact": point.exact,
        "radius": point.radius if np.isfinite(point.radius) else None,
        "certificate": point.certificate,
        "gifts": None
        if gifts is None
        else {
            "mean_weights": _data(gifts.weights),
            "reward_flow": _data(gifts.flow),
            "net": _data(gifts.net),
            "payoffs": _data(gifts.payoffs),
            "totals": _data(gifts.totals),
            "welfare": _data(gifts.welfare),
            "equality": gifts.equality,
            "equality_after": gifts.equality_after,
        },
    }


def _data(value: Any) -> Any:
    """Return a number as its exact form, if it has one, beside its decimals; sequences entry by entry."""
    if hasattr(value, "__len__"):
        return [_data(entry) for entry in value]
    approximate = complex(value)
    plain = approximate.real if approximate.imag == 0 else [approximate.real, approximate.imag]
    return {"exact": None if isinstance(value, float) else str(value), "value": plain}
