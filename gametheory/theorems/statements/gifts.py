"""How much is given, and what becomes of rewards: any numbers of actions and players."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.weights import grid, objects, tables
from gametheory.theorems.symbols import p, q
from gametheory.transfer import gift_weights, relationship, split, with_kept_share

TOPIC = "Gifts"

_x, _m, _n, _k = sp.symbols("x mu N k", real=True)
_a, _b = sp.symbols("a b", real=True)
_r1, _r2, _r3 = _rewards = sp.symbols("r1:4", real=True)
_weights = {(i, j): sp.Symbol(f"w{i}{j}", real=True) for i in (1, 2, 3) for j in (1, 2, 3) if i != j}


def _balance_in_the_package() -> Evidence:
    holds = True
    for n in (2, 3, 4, 5):
        gifts = objects([[0 if i == j else sp.Symbol(f"w{i}{j}") for j in range(n)] for i in range(n)])
        rewards = objects([sp.Symbol(f"r{i}") for i in range(n)])
        totals = split(with_kept_share(gifts), rewards)
        holds &= sp.expand(sum(totals) - sum(rewards)) == 0
    return Evidence(bool(holds), "the package's kept shares and totals for 2 to 5 players, all weights symbols")


def _totals() -> Any:
    """Total rewards of three players, by the package."""
    gifts = objects([[_weights.get((i, j), 0) for j in (1, 2, 3)] for i in (1, 2, 3)])
    return split(with_kept_share(gifts), objects(_rewards))


def _mean_gift_of_two() -> Evidence:
    chance = sp.Symbol("x", positive=True)  # of cooperating; its complement stands for itself
    rest = sp.Symbol("y", positive=True)
    holds = True
    for n in (2, 3, 4, 5):
        omega = relationship(objects([Fraction(7), Fraction(2)]), objects([chance, rest]), np.arange(2))
        mean = (objects([chance, rest]) * gift_weights(omega, n)).sum()
        holds &= sp.simplify(mean - chance * rest / (n - 1)) == 0
    return Evidence(bool(holds), "the package's gift weights for 2 to 5 players, the chance a symbol")


def _sandwich_in_the_package() -> Evidence:
    points, holds = 0, True
    for actions in (2, 3, 4):
        values, policies = tables(3, actions), grid(actions, 4)
        values = values[[len(set(row)) > 1 for row in values.tolist()]]
        lowest = values.min(axis=1, keepdims=True)
        scaled = (values - lowest) / (values.max(axis=1, keepdims=True) - lowest)
        omega = relationship(values[:, None, None], policies[None, :, None], np.arange(actions))
        gift = (policies[None] * gift_weights(omega, 2)).sum(axis=-1)
        mean = (policies[None] * scaled[:, None]).sum(axis=-1)
        variance = (policies[None] * scaled[:, None] ** 2).sum(axis=-1) - mean**2
        holds &= bool(np.all((variance <= gift) & (gift <= mean * (1 - mean)) & (4 * gift <= 1)))
        points += gift.size
    return Evidence(holds, f"{points} pairs of values (0, 1, 2) and policies (in quarters) of two to four actions")


def _symmetric(worth_c: Any, worth_d: Any) -> gt.Game:
    """Return the game in which payoffs depend on one's own action and on how many others cooperate."""
    n = len(worth_c)
    payoffs = np.empty((n,) + (2,) * n, dtype=object)
    for joint in product(range(2), repeat=n):
        for i in range(n):
            others = sum(1 - a for j, a in enumerate(joint) if j != i)
            payoffs[(i, *joint)] = (worth_d if joint[i] else worth_c)[others]
    assume = [b > a for worth in (worth_c, worth_d) for a, b in pairwise(worth)]
    return gt.Game(payoffs, assume=assume)


def _unit_and_shift_of_advantages() -> Evidence:
    unit = sp.Symbol("k", positive=True)
    holds = True
    for n in (2, 3):
        worth = sp.symbols(f"c0:{n}", real=True), sp.symbols(f"d0:{n}", real=True)
        advantage = _advantage(worth)
        moved = _advantage([[v + _k for v in w] for w in worth])
        scaled = advantage.subs({v: unit * v for w in worth for v in w}, simultaneous=True)
        own = next(s for s in advantage.free_symbols if s.name == "p1")
        holds &= sp.expand(moved - advantage - _k * (1 - own)) == 0 and sp.expand(scaled - unit * advantage) == 0
    return Evidence(
        bool(holds),
        "fields derived by the package for all symmetric games of two and of three players in which each further "
        "cooperator helps, payoffs symbols",
    )


def _advantage(worth: Any) -> Any:
    field = gt.rules.policy_gradient(_symmetric(*worth), gt.transfer.SocialRelationship())
    return field.advantages[0] if field.advantages else None


def _unit_and_shift_in_unlike_games() -> Evidence:
    holds, points = True, 0
    for n in (2, 3, 4):
        own = objects([[Fraction(1 + (3 * i + 5 * j) % 7, 2) for j in range(n)] for i in range(n)])
        chances = [Fraction(1 + i, n + 2) for i in range(n)]
        base = np.empty((n,) + (2,) * n, dtype=object)
        for joint in product(range(2), repeat=n):
            for i in range(n):
                helped = sum(own[i, j] * (1 - a) for j, a in enumerate(joint))
                base[(i, *joint)] = helped - (9 - i) * (1 - joint[i]) + Fraction(i + 1, 3) * (sum(joint) == 0)
        at = [objects([x, 1 - x]) for x in chances]
        before, shifted, scaled = (_gains(payoffs, at) for payoffs in (base, base + 5, base * 3))
        expected = [g + 5 * (1 - x) for g, x in zip(before, chances, strict=True)]
        holds &= shifted == expected and scaled == [3 * g for g in before]
        points += n
    return Evidence(
        holds,
        f"advantages of {points} players, by sums over joint actions in games of two, three and four unlike players",
    )


def _gains(payoffs: Any, at: Any) -> list[Any]:
    """Advantages of cooperating of all players, weights held, by sums over joint actions."""
    n = len(at)
    totals = gt.transfer.SocialRelationship().effective(payoffs, [at] * n)
    found = []
    for i in range(n):
        own = np.moveaxis(totals[i], i, 0)
        gap = own[0] - own[1]
        for j in reversed([j for j in range(n) if j != i]):
            gap = gap @ at[j]
        found.append(gap)
    return found


_third = _a + _b * _x  # mean of three actions worth 1, x and 0
_gift_of_three = _a * (1 - _third) + _b * sp.Max(_x - _third, 0)
_policy = (_a >= 0, _b >= 0, _a + _b <= 1, _x >= 0, _x <= 1)
_unit_pair = (_x >= 0, _x <= 1, _m >= 0, _m <= 1)

STATEMENTS = (
    Statement(
        id="gifts-balance",
        title="Gifts only move reward",
        words=(
            "If every player's shares sum to one, the total rewards sum to the rewards: "
            "$\\sum_j r_j^{tot} = \\sum_i r_i$, for any weights and any number of players."
        ),
        where={
            **{r: f"reward of player {k} before gifts" for k, r in enumerate(_rewards, 1)},
            **{w: f"share of its reward that player {i} gives to player {j}" for (i, j), w in _weights.items()},
        },
        claims=(
            Claim(
                sp.Eq(sum(_totals()), sum(_rewards), evaluate=False),
                words="three players, any rewards and any six weights: the total rewards of all",
            ),
        ),
        checks={"identity": _balance_in_the_package},
        neighbours=(
            Neighbour(
                "Somebody always gains when a share is given.",
                conclusion=_weights[1, 2] * _r1 > 0,
                hypotheses=(_weights[1, 2] > 0, _weights[1, 2] <= 1),
                counterexample={_weights[1, 2]: sp.Rational(1, 2), _r1: -1},
                remark="A share of a loss is passed on as a loss.",
            ),
        ),
        remarks="Summing over $j$ first leaves $\\sum_i r_i \\sum_j w_{ij}$, which shows it for any number of players.",
    ),
    Statement(
        id="gift-mean-two-actions",
        title="The mean gift to a player with two actions",
        words=(
            "If $i$ knows that $j$ does its one action with probability $p$ and its other with $1 - p$, and the two "
            "are not worth the same to $i$, then the mean weight is $p (1 - p)/(N - 1)$. A player that is perfectly "
            "predicted gets nothing, a pure cooperator included."
        ),
        where={
            p: "probability with which $j$ does the action that serves $i$",
            q: "the same of another player, whom $i$ knows as well",
            _n: "number of players",
        },
        hypotheses=(p >= 0, p <= 1, _n >= 2),
        claims=(
            Claim(
                sp.Eq((p * sp.Max(1 - p, 0) + (1 - p) * sp.Max(-p, 0)) / (_n - 1), p * (1 - p) / (_n - 1)),
                words=(
                    "the mean weight; the relationship is $1 - p$ after the action that serves $i$, done with "
                    "probability $p$, and $-p$ after the other"
                ),
            ),
        ),
        checks={"identity": _mean_gift_of_two},
        neighbours=(
            Neighbour(
                "Who cooperates more is given more.",
                conclusion=p * (1 - p) >= q * (1 - q),
                hypotheses=(p > q, q >= 0, p <= 1),
                counterexample={p: 1, q: sp.Rational(1, 2)},
                remark="Gifts need surprise; most is given to a player who cooperates half of the time.",
            ),
        ),
    ),
    Statement(
        id="gift-mean-bounds",
        title="Gifts are surprise",
        words=(
            "Let $j$ have any number of actions, let $i$ know its policy, and let $X$ be what $j$'s action is worth to "
            "$i$, scaled to run from 0 (worst action) to 1 (best). Then "
            "$\\mathrm{Var}(X) \\le (N - 1)\\, \\mathrm{E}\\, w_{ij} = \\mathrm{E} (X - \\mu)^+ \\le \\mu (1 - \\mu) "
            "\\le 1/4$ with $\\mu = \\mathrm{E} X$. The mean gift is 0 only if $j$ always does things of the same "
            "worth; it reaches $\\mu (1 - \\mu)$ only if $j$ does nothing but best and worst actions."
        ),
        where={
            _x: "a value that $X$ takes: what an action of $j$ is worth to $i$, 0 for the worst and 1 for the best",
            _m: "mean of $X$",
            _a: "probability of the best of three actions, worth 1",
            _b: "probability of the middle one, worth $x$; the worst has the rest",
        },
        claims=(
            Claim(
                sp.Max(_x - _m, 0) <= _x * (1 - _m),
                _unit_pair,
                "upper bound at each value; its mean is $\\mu (1 - \\mu)$",
            ),
            Claim(
                sp.Max(_x - _m, 0) >= _x * (_x - _m),
                _unit_pair,
                "lower bound at each value; its mean is $\\mathrm{Var}(X)$",
            ),
            Claim(_m * (1 - _m) <= sp.Rational(1, 4), words="no mean gift is above one quarter"),
            Claim(
                sp.Or(_x <= 0, _x >= 1),
                (*_unit_pair, _m > 0, _m < 1, sp.Eq(sp.Max(_x - _m, 0), _x * (1 - _m))),
                "the upper bound is reached at best and worst actions only",
            ),
            Claim(
                _gift_of_three <= _third * (1 - _third),
                _policy,
                "three actions worth 1, $x$ and 0: the mean gift is at most $\\mu (1 - \\mu)$",
            ),
            Claim(
                _gift_of_three >= _a + _b * _x**2 - _third**2,
                _policy,
                "three actions worth 1, $x$ and 0: it is at least $\\mathrm{Var}(X)$",
            ),
        ),
        checks={"enumeration": _sandwich_in_the_package},
        neighbours=(
            Neighbour(
                "The mean gift equals the variance of what the co-player's action is worth.",
                conclusion=sp.Eq(_gift_of_three, _a + _b * _x**2 - _third**2),
                hypotheses=_policy,
                counterexample={_a: 0, _b: sp.Rational(1, 2), _x: sp.Rational(1, 2)},
                remark="So it is for two actions, and then both are equal to $\\mu (1 - \\mu)$.",
            ),
            Neighbour(
                "Among three actions the uniform policy is given most.",
                conclusion=_gift_of_three <= sp.Rational(1, 6),
                hypotheses=(*_policy, sp.Eq(_x, sp.Rational(1, 2))),
                counterexample={_a: sp.Rational(1, 2), _b: 0, _x: sp.Rational(1, 2)},
                remark="Doing the best and the worst action half of the time each is given 1/4.",
            ),
        ),
        remarks=(
            "Means of the two bounds at each value prove the statement for any number of actions, as "
            "$\\mathrm{E}\\, X (1 - \\mu) = \\mu (1 - \\mu)$ and $\\mathrm{E}\\, X (X - \\mu) = \\mathrm{Var}(X)$; "
            "three actions are also proved directly."
        ),
    ),
    Statement(
        id="shift-of-payoffs",
        title="What a shift of payoffs does",
        words=(
            "Let everybody have two actions and everybody's cooperation help everybody else, estimates exact. Adding "
            "$k$ to all payoffs adds $k (1 - p_i)$ to each player's advantage of cooperating, for any number of "
            "players. Multiplying all payoffs by a positive number multiplies the advantages by it."
        ),
        where={
            _r1: "own reward before gifts",
            _r2: "reward of another player",
            _a: "share of its reward that the player gives away",
            _b: "share of the other's reward that it is given",
            _k: "what is added to all payoffs",
            p: "probability of cooperating",
        },
        claims=(
            Claim(
                sp.Eq((1 - _a) * (_r1 + _k) + _b * (_r2 + _k), (1 - _a) * _r1 + _b * _r2 + _k * (1 + _b - _a)),
                words="what the shift adds to the total reward of a player who gives one share and gets another",
            ),
        ),
        checks={"identity": _unit_and_shift_of_advantages, "enumeration": _unit_and_shift_in_unlike_games},
        neighbours=(
            Neighbour(
                "A shift of payoffs moves nothing.",
                conclusion=sp.Eq(_k * (1 - p), 0),
                hypotheses=(p >= 0, p <= 1),
                counterexample={_k: 1, p: 0},
                remark="It moves nothing for selfish players, and for sure cooperators.",
            ),
        ),
        remarks=(
            "What a player gives away does not depend on its own action; from each of the $N - 1$ others it gets a "
            "weight of $(1 - p_i)/(N - 1)$ if it cooperates and none if not. With estimates $q$ of "
            "player $i$ in the place of $p_i$ the advantage rises by $k (1 - q)$, averaged over the others."
        ),
    ),
)
