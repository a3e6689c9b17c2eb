"""Other ways of changing incentives: inequity aversion, contracts, gift actions."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.neighbours import TOPIC, dilemma, games_of, note
from gametheory.theorems.symbols import P, R, S, T
from gametheory.transfer import InequityAversion

__all__ = ["STATEMENTS", "TOPIC"]

alpha, beta, theta, gift, other = sp.symbols("alpha beta theta g x", real=True)


def _averse() -> Evidence:
    wrong: list[Any] = []
    held = [[np.array([Fraction(1, 2)] * 2)] * 2] * 2
    tried = 0
    aversions: list[Any] = [Fraction(k, 4) for k in range(6)]
    for values in games_of(order=True):
        reward, sucker, temptation, _ = values
        game = gt.Game.two_by_two(*values)
        for envy, guilt in zip(aversions, aversions[::-1], strict=True):
            felt = InequityAversion(envy, guilt).effective(game.payoffs, held)[0]
            note(guilt * (temptation - sucker) >= temptation - reward, felt[0, 0] >= felt[1, 0], wrong, values)
            note(True, felt[1, 1] > felt[0, 1], wrong, values)
            tried += 1
    return Evidence(not wrong, f"{tried} dilemmas and aversions in fractions, {len(wrong)} exceptions")


def _contracts() -> Evidence:
    wrong: list[Any] = []
    games = list(games_of())
    for values in games:
        reward, sucker, temptation, punishment = values
        found = gt.reward_transfer.contract(gt.Game.two_by_two(*values)).value
        note(True, found == max(Fraction(0), temptation - reward, punishment - sucker), wrong, values)
    return Evidence(not wrong, f"{len(games)} symmetric games with payoffs from -2 to 3, {len(wrong)} exceptions")


def _with_gifts(game: gt.Game, amount: Fraction) -> gt.Game:
    """Four actions: cooperate, defect, and each with an unconditional gift to the other."""
    payoffs = np.empty((2, 4, 4), dtype=object)
    for a, b in np.ndindex(4, 4):
        gives = [amount if action >= 2 else Fraction(0) for action in (a, b)]
        for i in (0, 1):
            payoffs[i, a, b] = game.payoffs[i, a % 2, b % 2] - gives[i] + gives[1 - i]
    return gt.Game(payoffs)


def _gift_actions() -> Evidence:
    """No equilibrium of stag hunts with gift actions uses a gift."""
    weights = []
    for risk, amount in itertools.product((Fraction(-6), Fraction(-2)), (Fraction(1, 2), Fraction(5))):
        found = gt.equilibria.nash(_with_gifts(gt.Game.two_by_two(2, risk, 1, 1), amount))
        weights += [policy[k] for point in found for policy in point.policies for k in (2, 3)]
    holds = bool(weights) and all(weight == 0 for weight in weights)
    return Evidence(holds, f"{len(weights) // 4} equilibria of four stag hunts with gift actions: none gives")


STATEMENTS = (
    Statement(
        id="inequity-aversion-equilibria",
        title="What inequity aversion makes an equilibrium",
        words=(
            "Players dislike to be behind with weight $\\alpha \\ge 0$ and ahead with weight $\\beta \\ge 0$. If "
            "$T > S$, mutual cooperation is an equilibrium iff $\\beta \\ge (T - R)/(T - S)$, whatever $\\alpha$, and "
            "mutual defection iff $\\alpha \\ge (S - P)/(T - S)$, whatever $\\beta$. So in a prisoner's dilemma mutual "
            "defection stays a strict equilibrium, however averse the players are: guilt can sustain cooperation, but "
            "not establish it."
        ),
        where={alpha: "weight of being behind, envy", beta: "weight of being ahead, guilt"},
        hypotheses=(T > S, alpha >= 0, beta >= 0),
        claims=(
            Claim(
                sp.Equivalent(T - beta * (T - S) <= R, beta >= (T - R) / (T - S)),
                words="when nobody leaves mutual cooperation",
            ),
            Claim(
                sp.Equivalent(S - alpha * (T - S) <= P, alpha >= (S - P) / (T - S)),
                words="when nobody leaves mutual defection",
            ),
            Claim(
                S - alpha * (T - S) < P,
                hypotheses=dilemma,
                words="in a dilemma who leaves mutual defection is worse off",
            ),
        ),
        checks={"enumeration": _averse},
        neighbours=(
            Neighbour(
                "Enough aversion, of both kinds, rids a dilemma of mutual defection.",
                conclusion=S - alpha * (T - S) >= P,
                hypotheses=(*dilemma, alpha >= 10, beta >= 10),
                counterexample={R: 3, S: 0, T: 5, P: 1, alpha: 10, beta: 10},
                remark="A lone cooperator is behind, which aversion makes worse.",
            ),
        ),
        source="after E. Fehr, K. M. Schmidt, Quarterly Journal of Economics 114 (1999)",
    ),
    Statement(
        id="contract-dominance",
        title="How much a lone defector must pay",
        words=(
            "A contract makes a lone defector pay $\\theta \\ge 0$ to a lone cooperator. Cooperation is then "
            "(weakly) dominant, that is never worse than defection, iff $\\theta \\ge \\max(T - R, P - S)$."
        ),
        where={theta: "what a lone defector pays to a lone cooperator"},
        hypotheses=(theta >= 0,),
        claims=(
            Claim(
                sp.Equivalent(sp.And(T - theta <= R, S + theta >= P), theta >= sp.Max(T - R, P - S)),
                words="no gain from defecting against a cooperator, nor against a defector",
            ),
        ),
        checks={"enumeration": _contracts},
        neighbours=(
            Neighbour(
                "It is enough to take from the defector what it gains, $T - R$.",
                conclusion=S + theta >= P,
                hypotheses=(*dilemma, theta >= T - R),
                counterexample={R: 3, S: 0, T: 4, P: 2, theta: 1},
                remark="Against a defector the cooperator must be paid $P - S$.",
            ),
        ),
        source="after A. Haupt et al., Autonomous Agents and Multi-Agent Systems (2024)",
    ),
    Statement(
        id="gift-actions-dominated",
        title="Unconditional gift actions are strictly dominated",
        words=(
            "Add to every action of a game a copy that also hands $g > 0$ of the own reward to the other. Whatever the "
            "other does, the copy earns $g$ less than the original. So no equilibrium uses a gift."
        ),
        where={gift: "size of the gift", other: "what the other gives"},
        hypotheses=(gift > 0,),
        claims=(
            Claim(
                sp.And(
                    *(payoff + other - gift < payoff + other for payoff in (R, S, T, P)),
                ),
                words="the copy earns less than the original, in each of the four outcomes",
            ),
        ),
        checks={"enumeration": _gift_actions},
        neighbours=(
            Neighbour(
                "Who buys cooperation with a gift earns less than under mutual defection.",
                conclusion=R - gift < P,
                hypotheses=(gift > 0, R > T, T >= P, P > S),
                counterexample={R: 4, S: 0, T: 1, P: 1, gift: 1},
                remark="$R - g$ may exceed $P$: gifts on condition are strategies of a longer game, and not dominated.",
            ),
        ),
        source="derived here; the game: W. Z. Wang et al., AAMAS (2021)",
        remarks=(
            "Under the replicator dynamics a strictly dominated action dies out from every start inside (E. Akin, "
            "Mathematical Biosciences 50 (1980)); of other learning rules nothing is said. "
            "Whether gifts widen the set of starts that reach cooperation depends on their size and on how starts are "
            "drawn."
        ),
    ),
)
