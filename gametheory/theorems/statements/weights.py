"""Relationships, gifts and what they do not depend on: any payoffs, any number of actions and players."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, pairwise, permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import p, q
from gametheory.transfer import relationship

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

TOPIC = "Relationships"

_good, _bad = sp.symbols("Q_C Q_D", real=True)
_x, _y, _m, _e, _n = sp.symbols("x y mu epsilon N", real=True)
_low, _high = sp.symbols("Q_min Q_max", real=True)
_o, _o2, _kappa, _k = sp.symbols("omega omega_2 kappa k", real=True)
_x1, _x2 = sp.symbols("x1 x2", real=True)  # probabilities of two actions of three
_values = sp.symbols("Q1 Q2 Q3", real=True)


def objects(entries: Any) -> Array:
    """Return an array of exact numbers or expressions."""
    return np.array(entries, dtype=object)


def grid(actions: int, parts: int) -> Array:
    """List all policies whose probabilities are multiples of 1/parts."""
    cuts = combinations_with_replacement(range(parts + 1), actions - 1)
    rows = [[b - a for a, b in pairwise((0, *cut, parts))] for cut in cuts]
    return objects([[Fraction(entry, parts) for entry in row] for row in rows])


def tables(values: int, count: int) -> Array:
    """List all rows of so many whole numbers from 0."""
    return objects([[Fraction(v) for v in row] for row in product(range(values), repeat=count)])


# ---------------------------------------------------------------- two actions
_mean = q * _good + (1 - q) * _bad
_range = sp.Max(_good, _bad) - sp.Min(_good, _bad)
_policy = (_x1, _x2, 1 - _x1 - _x2)
_mean_of_three = sum(x * v for x, v in zip(_policy, _values, strict=True))


def _relationships(span: Any, after_c: Any, after_d: Any) -> Any:
    """Relationships after C and D, given the range of the two values."""
    return sp.And(sp.Eq((_good - _mean) / span, after_c), sp.Eq((_bad - _mean) / span, after_d))


def _two_actions_in_the_package() -> Evidence:
    gap = sp.Symbol("gap", positive=True)
    estimate = objects([q, 1 - q])
    found = [
        [relationship(objects(values), estimate, action)[()] for action in (0, 1)]
        for values in ([_bad + gap, _bad], [_bad, _bad + gap], [_bad, _bad])
    ]
    expected = [[1 - q, -q], [q - 1, q], [0, 0]]
    holds = all(
        sp.simplify(f - e) == 0
        for row, want in zip(found, expected, strict=True)
        for f, e in zip(row, want, strict=True)
    )
    return Evidence(holds, "the package's relationship, with symbols, for Q_C above, below and equal to Q_D")


# ---------------------------------------------------------------- bounds and balance
def _bounds_in_the_package() -> Evidence:
    values, policies = tables(3, 3), grid(3, 4)
    omega = relationship(values[:, None, None], policies[None, :, None], np.arange(3))
    shares = _weights(*_three_player_games())
    given = np.moveaxis(shares, (1, 2), (0, 1))
    outside = ~np.eye(3, dtype=bool)
    holds = bool(
        np.all((omega >= -1) & (omega <= 1))
        and np.all((given[outside] >= 0) & (given[outside] <= Fraction(1, 2)))
        and np.all(given[~outside] >= 0)
        and np.all(shares.sum(axis=2) == 1)
    )
    return Evidence(
        holds,
        f"{omega.size} relationships: values 0, 1, 2 on three actions, estimates in quarters; "
        f"{shares.size} weights of three players, each with all tables of 0 and 1",
    )


def _three_player_games() -> tuple[Array, Array]:
    """Payoffs in which every player has every table of 0 and 1 once; and everybody's estimate of each player."""
    rows = tables(2, 8)
    payoffs = np.stack([rows, rows[::-1], np.roll(rows, 97, axis=0)], axis=1).reshape(-1, 3, 2, 2, 2)
    chances = objects([Fraction(1, 3), Fraction(1, 5), Fraction(3, 7)])
    return payoffs, np.stack([chances, 1 - chances], axis=-1)


def _weights(payoffs: Array, estimates: Array) -> Array:
    shares: Array = gt.transfer.SocialRelationship().shares(payoffs, [list(estimates)] * 3)
    return shares


# ---------------------------------------------------------------- means
def _mean_is_zero() -> Evidence:
    holds = True
    for actions in (2, 3, 4, 5):
        probabilities = [*sp.symbols(f"x1:{actions}", real=True)]
        policy = objects([*probabilities, 1 - sum(probabilities)])
        gaps = sp.symbols(f"d1:{actions}", positive=True)
        values = objects([_bad + sum(gaps[:k]) for k in range(actions)])
        omega = relationship(values, policy, np.arange(actions))
        holds &= sp.simplify((policy * omega).sum()) == 0
    return Evidence(bool(holds), "the package's relationship for 2 to 5 actions, symbols in any strict order of values")


# ---------------------------------------------------------------- what does not matter
def _weak_orders(actions: int) -> Iterator[tuple[int, ...]]:
    for ranks in product(range(actions), repeat=actions):
        if set(ranks) == set(range(max(ranks) + 1)):
            yield ranks


def _units_in_the_package() -> Evidence:
    unit, gaps = sp.Symbol("k", positive=True), sp.symbols("d1:4", positive=True)
    estimate = objects(sp.symbols("e1:4", real=True))
    holds, orders = True, 0
    for ranks in _weak_orders(3):
        values = objects([_bad + sum(gaps[:rank]) for rank in ranks])
        changed = objects([sp.expand(unit * v + _k) for v in values])
        before, after = (relationship(v, estimate, np.arange(3)) for v in (values, changed))
        holds &= all(sp.simplify(sp.expand(x - y)) == 0 for x, y in zip(before, after, strict=True))
        orders += 1
    return Evidence(bool(holds), f"the package's relationship with symbols, all {orders} weak orders of three values")


def _names_in_the_package() -> Evidence:
    payoffs, estimates = _three_player_games()
    base, holds, cases = _weights(payoffs, estimates), True, 0
    turns = [(-1, 1, 1), (1, -1, 1), (1, 1, -1)]
    for order, turned in [((1, 0, 2), (1, 1, 1)), ((0, 2, 1), (1, 1, 1)), *(((0, 1, 2), turn) for turn in turns)]:
        who, flip = list(order), tuple(slice(None, None, step) for step in turned)
        renamed = payoffs[:, who].transpose(0, 1, *(2 + j for j in order))[:, :, *flip]
        expectations = np.stack([estimates[j][::step] for j, step in zip(order, turned, strict=True)])
        expected = base[:, who][:, :, who].transpose(0, 1, 2, *(3 + j for j in order))[:, :, :, *flip]
        holds &= bool(np.all(_weights(renamed, expectations) == expected))
        cases += 1
    return Evidence(
        holds,
        f"{cases} swaps, which generate all renamings of three players and their two actions, in {len(payoffs)} games "
        "in which each player has every order of worth of the others' actions",
    )


def _names_of_actions_in_the_package() -> Evidence:
    holds, cases = True, 0
    gaps, estimate = sp.symbols("d1:4", positive=True), objects(sp.symbols("e1:4", real=True))
    for ranks, at in product(_weak_orders(3), map(list, permutations(range(3)))):
        values = objects([_bad + sum(gaps[:rank]) for rank in ranks])
        before, after = (
            relationship(values, estimate, np.arange(3)),
            relationship(values[at], estimate[at], np.arange(3)),
        )
        holds &= all(sp.expand(x - y) == 0 for x, y in zip(before[at], after, strict=True))
        cases += 1
    return Evidence(
        holds,
        f"{cases} renamings of three actions, values and estimates symbols in all weak orders",
    )


STATEMENTS = (
    Statement(
        id="relationship-two-actions",
        title="Relationships among players with two actions",
        words=(
            "Let $j$ have two actions, worth $Q_C$ and $Q_D$ to $i$ as the others act, and let $i$ expect the first "
            "with probability $q$. If $Q_C > Q_D$ the relationship is $\\omega_{ij} = 1 - q$ when $j$ does C and $-q$ "
            "when it does D; if $Q_C < Q_D$ the signs are reversed, $q - 1$ and $q$. How large the difference is, and "
            "with it payoffs, memory and horizon, does not matter."
        ),
        where={
            _good: "value for $i$ of $j$'s action C",
            _bad: "value for $i$ of $j$'s action D",
            q: "probability of C that $i$ expects of $j$",
        },
        claims=(
            Claim(
                _relationships(_good - _bad, 1 - q, -q),
                (_good > _bad,),
                "where C serves $i$: relationships after C and after D",
            ),
            Claim(
                _relationships(_bad - _good, q - 1, q),
                (_good < _bad,),
                "where D serves $i$: relationships after C and after D",
            ),
        ),
        checks={"identity": _two_actions_in_the_package},
        neighbours=(
            Neighbour(
                "A co-player's cooperation is always met by the relationship $1 - q$.",
                conclusion=sp.Eq((_good - _mean) / _range, 1 - q),
                hypotheses=(sp.Ne(_good, _bad),),
                counterexample={_good: 0, _bad: 1, q: sp.Rational(1, 2)},
                remark="Only where it serves the player: in a symmetric game of two actions where $R > S$ and $T > P$.",
            ),
        ),
        remarks="Where both actions are worth the same, the package sets the relationship to 0.",
    ),
    Statement(
        id="relationship-bounds",
        title="Relationships and gift weights are bounded",
        words=(
            "For any numbers of actions and players, and any estimates, $-1 \\le \\omega_{ij} \\le 1$, "
            "$0 \\le w_{ij} \\le 1/(N - 1)$ for $j \\ne i$, and the kept share $w_{ii}$ is not negative."
        ),
        where={
            _low: "smallest value for $i$ of $j$'s actions",
            _high: "largest value for $i$ of $j$'s actions",
            _x: "in the first claim one value, in the second one of two numbers",
            _y: (
                "in the first claim another value, in the second the other number, in the fourth the sum of "
                "$\\max(\\omega_{ij}, 0)$ over $j \\ne i$"
            ),
            _e: "weight of the second number in the mean",
            _o: "relationship $\\omega_{ij}$",
            _n: "number of players",
            _kappa: "gift scale, a factor of all weights",
            q: "probability of the best action that was expected",
        },
        claims=(
            Claim(
                sp.And((_x - _y) / (_high - _low) <= 1, (_x - _y) / (_high - _low) >= -1),
                (_low < _high, _low <= _x, _x <= _high, _low <= _y, _y <= _high),
                "two values differ by at most the range of values",
            ),
            Claim(
                sp.And((1 - _e) * _x + _e * _y <= 1, (1 - _e) * _x + _e * _y >= -1),
                (_x <= 1, _x >= -1, _y <= 1, _y >= -1, _e >= 0, _e <= 1),
                "a mean of two numbers between -1 and 1 lies there; means of more are means of two, step by step",
            ),
            Claim(
                sp.And(sp.Max(_o, 0) / (_n - 1) >= 0, sp.Max(_o, 0) / (_n - 1) <= 1 / (_n - 1)),
                (_o >= -1, _o <= 1, _n >= 2),
                "bounds of a gift weight",
            ),
            Claim(
                1 - _y / (_n - 1) >= 0,
                (_n >= 2, _y <= _n - 1),
                "the kept share: $N - 1$ numbers of at most 1 sum to at most $N - 1$",
            ),
        ),
        checks={"enumeration": _bounds_in_the_package},
        neighbours=(
            Neighbour(
                "The kept share is never negative, whatever the gift scale.",
                conclusion=1 - _kappa * sp.Max(_o, 0) >= 0,
                hypotheses=(_o >= -1, _o <= 1, _kappa >= 0),
                counterexample={_kappa: 2, _o: 1},
                remark="For gift scales of at most 1 it is not.",
            ),
            Neighbour(
                "Who does the best it can for another gets the largest weight.",
                conclusion=_o >= 1,
                hypotheses=(sp.Eq(_o, 1 - q), q >= 0, q <= 1),
                counterexample={_o: sp.Rational(1, 2), q: sp.Rational(1, 2)},
                remark="Only if that was not expected at all.",
            ),
        ),
        remarks=(
            "The relationship is the mean, over the estimate, of the differences $Q(a_j) - Q(b)$ divided by the range; "
            "each lies between -1 and 1, and so does any mean of them."
        ),
    ),
    Statement(
        id="relationship-mean-zero",
        title="Relationships are zero on average",
        words=(
            "If $i$ knows the policy of $j$, the mean of $\\omega_{ij}$ over what $j$ does is 0, for any number of "
            "actions and whatever the others do."
        ),
        where={
            **{v: f"value for $i$ of $j$'s action {k}" for k, v in enumerate(_values, 1)},
            _x1: "probability of action 1",
            _x2: "probability of action 2; action 3 has the rest",
            p: "probability with which $j$, of two actions, cooperates",
            q: "probability of it that $i$ expects",
        },
        claims=(
            Claim(
                sp.Eq(sum(x * (v - _mean_of_three) for x, v in zip(_policy, _values, strict=True)), 0, evaluate=False),
                words="three actions: the mean of the numerators of the relationship",
            ),
        ),
        checks={"identity": _mean_is_zero},
        neighbours=(
            Neighbour(
                "The mean relationship is 0 for estimates that are wrong, too.",
                conclusion=sp.Eq(p * (1 - q) - (1 - p) * q, 0),
                hypotheses=(p >= 0, p <= 1, q >= 0, q <= 1),
                counterexample={p: sp.Rational(3, 4), q: sp.Rational(1, 2)},
                remark="With two actions it is $p - q$: underrated co-players are in credit.",
            ),
        ),
        remarks=(
            "With $x_a$ the probability of action $a$ and $Q_a$ its value, the terms $x_a x_b (Q_a - Q_b)$ cancel in "
            "pairs, for any number of actions."
        ),
    ),
    Statement(
        id="relationship-units",
        title="Relationships have no unit and no zero",
        words=(
            "The relationship does not change when the action values are multiplied by a positive number, nor when a "
            "constant is added to them. Multiplied by a negative number they give its negative."
        ),
        where={
            _x: "value of what $j$ did",
            _y: "value of another action of $j$",
            _low: "smallest value",
            _high: "largest value",
            _k: "new unit of values; a shift of values cancels",
        },
        hypotheses=(_low < _high,),
        claims=(
            Claim(
                sp.Eq(
                    ((_k * _x + _m) - (_k * _y + _m)) / ((_k * _high + _m) - (_k * _low + _m)),
                    (_x - _y) / (_high - _low),
                ),
                (_k > 0,),
                "one difference of values, divided by the range, in a positive unit and shifted",
            ),
            Claim(
                sp.Eq(
                    ((_k * _x + _m) - (_k * _y + _m)) / ((_k * _low + _m) - (_k * _high + _m)),
                    -(_x - _y) / (_high - _low),
                ),
                (_k < 0,),
                "in a negative unit: the best becomes the worst",
            ),
        ),
        checks={"identity": _units_in_the_package},
        remarks="Total rewards do depend on a shift of payoffs, since a weight multiplies the signed reward.",
    ),
    Statement(
        id="weights-relabelled",
        title="Names of players and actions do not matter",
        words=(
            "Renaming players or actions renames relationships and weights and changes nothing else: each is a formula "
            "in one player's values and its estimate, in which actions are summed over or compared."
        ),
        checks={"identity": _names_of_actions_in_the_package, "enumeration": _names_in_the_package},
    ),
)
