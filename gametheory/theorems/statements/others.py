"""One LASE player against a player who learns differently."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.objective import expected
from gametheory.ordering import Ordering
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import P, R, S, T, helps, num, p1, p2, q, rest
from gametheory.transfer import InequityAversion, SocialRelationship, Transfer, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

TOPIC = "LASE against others"

alpha, beta = sp.symbols("alpha beta", real=True)
dilemma = (T > R, R > P, P > S)
u = T - R

lase_gain = p2**2 * (R - T) + (1 - p2) * (S - P)
naive_gain = p1 * ((2 - p2) * R - T) + (1 - p1) * (S + (1 - p2) * T - P)
group_gain = (p1 * (2 * R - T - S) + (1 - p1) * (S + T - 2 * P)) / 2
end = num / T
guilty_gain = S + (1 - p2) * T - beta * (S + (1 - p2) * T - p2 * T) - P
averse_end = ((1 + alpha) * (S + T) - P) / (T * (1 + 2 * alpha))


class OnlyFirst(Transfer):
    """The first player gives as a LASE player does; the second gives nothing and learns from what `second` says."""

    def __init__(self, second: str) -> None:
        self.second = second

    def effective(self, payoffs: Array, held: Any) -> Array:
        """Return the rewards that the two learn from."""
        weights = SocialRelationship().shares(payoffs, held).copy()
        weights[..., 1, :, :, :] = 0 * weights[..., 1, :, :, :]
        weights[..., 1, 1, :, :] = 1 + weights[..., 1, 1, :, :]
        totals = split(weights, payoffs, joint=2)
        if self.second == "mean of both":
            totals[..., 1, :, :] = (totals[..., 0, :, :] + totals[..., 1, :, :]) / 2
        elif self.second == "own reward":
            totals[..., 1, :, :] = payoffs[..., 1, :, :]
        return totals


def _gains(second: str) -> list[sp.Expr]:
    """Advantages of cooperating as the package derives them from the definition of gifts."""
    game = gt.Game.two_by_two(R, S, T, P, assume=list(helps))
    plain = {sp.Symbol(str(s)): s for s in (R, S, T, P, p1, p2)}
    return [g.subs(plain) for g in gt.rules.policy_gradient(game, OnlyFirst(second)).advantages]


def _same(pairs: list[tuple[sp.Expr, sp.Expr]]) -> bool:
    return all(sp.expand(first - second) == 0 for first, second in pairs)


def _non_giver() -> Evidence:
    found = [(_gains(second)[0], lase_gain) for second in ("own reward", "own reward and gifts", "mean of both")]
    return Evidence(_same(found), "derived from the definition of gifts, against three learners that give nothing")


def naive() -> Evidence:
    """Compare the naive learner's gain with the package's."""
    holds = _same([(_gains("own reward and gifts")[1], naive_gain)])
    return Evidence(holds, "the co-player's gradient, derived from the definition of gifts, is the formula")


def _group() -> Evidence:
    holds = _same([(_gains("mean of both")[1], group_gain)])
    return Evidence(holds, "the co-player's gradient, derived from the definition of gifts, is the formula")


def _dilemmas() -> Iterator[tuple[Fraction, ...]]:
    for values in itertools.combinations(map(Fraction, range(-3, 6)), 4):
        sucker, punishment, reward, temptation = values
        yield reward, sucker, temptation, punishment


def _averse() -> Evidence:
    """Check indifference in exact fractions: the package's gifts, then the package's inequity aversion."""
    tried, wrong = 0, 0
    envies: list[Any] = [Fraction(k, 3) for k in (0, 1, 3, 15)]
    guilts: list[Any] = [Fraction(k, 8) for k in (1, 7)]
    for game, envy, guilt in itertools.product(_dilemmas(), envies, guilts):
        r, s, t, p = game
        if not s + t > 2 * p or not (1 + envy) * (s + t) > p:
            continue
        averse = InequityAversion(envy, guilt)
        x = ((1 + envy) * (s + t) - p) / (t * (1 + 2 * envy))
        inside, empty_handed = (_felt(gt.Game.two_by_two(r, s, t, p), averse, z) for z in (x, Fraction(0)))
        tried += 1
        wrong += inside != 0 or not 0 < x < 1
        wrong += s + t > 0 and (empty_handed < 0) != ((1 - guilt) * (s + t) < p)
    return Evidence(tried > 0 and not wrong, f"{tried} dilemmas and aversions in fractions, {wrong} exceptions")


def _felt(game: gt.Game, averse: InequityAversion, cooperation: Fraction) -> Fraction:
    """Return what the averse player feels it gains by cooperating with a LASE player who defects."""
    held = [[np.array([Fraction(0), Fraction(1)]), np.array([cooperation, 1 - cooperation])]] * 2
    totals = OnlyFirst("own reward and gifts").effective(game.payoffs, held)
    felt = averse.effective(totals, held)[1]
    return Fraction(felt[1, 0] - felt[1, 1])


def _lola() -> Evidence:
    """Second derivatives on logits, weights held: what anticipation adds is flat where LASE defects."""
    game = gt.Game.two_by_two(R, S, T, P, assume=list(helps))
    policies = [np.array([v, 1 - v], dtype=object) for v in (p1, p2)]
    held = [sp.Symbol(f"h{k}", nonnegative=True) for k in range(4)]
    order = Ordering(game.assume)
    rewards = OnlyFirst("own reward and gifts").effective(order.write_all(game.payoffs), _ordered(held))
    back = {held[0]: p1, held[1]: 1 - p1, held[2]: p2, held[3]: 1 - p2}
    values = [order.read(sp.expand(expected(rewards[i], policies)[()])) for i in (0, 1)]
    slope1, slope2 = p1 * (1 - p1), p2 * (1 - p2)

    def mixed(v: sp.Expr) -> sp.Expr:
        return sp.diff(v, p1, p2) * slope1 * slope2

    shaping = mixed(values[0]) * sp.diff(values[1], p1) * slope1
    ahead = mixed(values[1]) * sp.diff(values[0], p1) * slope1
    added = [sp.cancel(e.subs(back) / (slope1**2 * slope2)) for e in (shaping, ahead)]
    numbers: list[tuple[Any, Any]] = [(R, 3), (S, -1), (T, 4), (P, 1)]
    plain = gt.Game.two_by_two(*(float(v) for _, v in numbers))
    objective = gt.objective.Logits(gt.objective.MatrixObjective(plain, OnlyFirst("own reward and gifts")))
    theta = np.array([[-1.0, 0.5], [0.25, -2.0]])
    moved = (gt.rules.lola(objective)(theta) - theta)[:, 1]
    total = slope2 * (naive_gain + slope1**2 * (added[0] + added[1]))
    says = sp.lambdify((p1, p2), total.subs(dict(numbers)))(*objective.state(theta).T)
    holds = all(e.is_polynomial(p1, p2) and e != 0 for e in added) and np.allclose(moved, says, rtol=0, atol=1e-12)
    detail = "both terms of LOLA are p1^2 (1 - p1)^2 p2 (1 - p2) times a polynomial; the package's step is their sum"
    return Evidence(bool(holds), detail)


def _ordered(held: list[sp.Symbol]) -> Any:
    return [[np.array(held[:2], dtype=object), np.array(held[2:], dtype=object)]] * 2


corner, empty = lase_gain.subs(p2, 1), lase_gain.subs(p2, 0)
pair_welfare = 2 * (rest**2 * R + rest * (1 - rest) * (S + T) + (1 - rest) ** 2 * P)
mixed_welfare = end * (S + T) + 2 * (1 - end) * P

STATEMENTS = (
    Statement(
        id="lase-against-non-givers",
        title="Against a player who gives nothing, LASE defects",
        words=(
            "Let the co-player's cooperation help ($R > S$, $T > P$) and let the co-player give nothing. Then a LASE "
            "player gains $g_1 = -[(T - R)\\,p_2^2 + (P - S)(1 - p_2)]$ by cooperating, whatever its own policy. In a "
            "prisoner's dilemma $g_1 \\le -\\min(T - R, (P - S)/2) < 0$, so it ends defecting, whatever the other "
            "learns. Where it defects and is met with cooperation with probability $q$, it has "
            "$q^2\\,T + (1 - q) P$, that is $q (1 - q)\\,T$ less than a selfish defector; for $T \\ge 0$ at most "
            "$T/4$ less."
        ),
        where={q: "probability with which the co-player of a LASE defector cooperates"},
        shorthand={"g_1": lase_gain},
        claims=(
            Claim(
                sp.And(lase_gain < 0, lase_gain <= -sp.Min(u, (P - S) / 2)),
                hypotheses=(*dilemma, p2 >= 0, p2 <= 1),
                words="the advantage of cooperating is negative, and at most this",
            ),
            Claim(
                sp.Eq(q * T + (1 - q) * P - (q**2 * T + (1 - q) * P), q * (1 - q) * T),
                hypotheses=(q >= 0, q <= 1),
                words="what gifts cost a defector, against keeping everything",
            ),
            Claim(
                sp.And(q * (1 - q) * T >= 0, q * (1 - q) * T <= T / 4),
                hypotheses=(T >= 0, q >= 0, q <= 1),
                words="bounds of that cost",
            ),
        ),
        checks={"identity": _non_giver},
        neighbours=(
            Neighbour(
                "It defects wherever the co-player's cooperation helps, not only in a dilemma.",
                conclusion=lase_gain < 0,
                hypotheses=helps,
                counterexample={R: 4, S: 0, T: 3, P: 1, p2: 1},
                remark="In a stag hunt cooperation with a cooperator pays.",
            ),
            Neighbour(
                "Gifts cost it at most $T/4$, whatever the sign of $T$.",
                conclusion=q * (1 - q) * T <= T / 4,
                hypotheses=(q >= 0, q <= 1),
                counterexample={T: -1, q: 0},
                remark="If $T < 0$, what it hands over is a loss, and it is better off.",
            ),
        ),
        remarks=(
            "The logit of its policy moves at speed $g_1$, so $p_1$ vanishes at least exponentially. Against a "
            "player who has always defected it gives nothing and loses nothing."
        ),
    ),
    Statement(
        id="lase-against-naive",
        title="LASE and a naive learner in a dilemma",
        words=(
            "A naive learner climbs its own reward and the gifts that it receives, and gives nothing. In a prisoner's "
            "dilemma with $S + T > P$ the LASE player ends defecting and the naive one at $p_2 = (S + T - P)/T$, which "
            "lies strictly between 0 and 1. The naive learner then gets exactly $P$, the LASE player "
            "$p_2^2\\,T + (1 - p_2) P$: it defects and pays its partner to cooperate. It gets more than $P$ iff "
            "$S + T > 2P$."
        ),
        shorthand={
            "\\hat{p}_2": end,
            "W": pair_welfare,
            "W_{\\mathrm{naive}}": mixed_welfare,
        },
        hypotheses=(*dilemma, num > 0),
        claims=(
            Claim(
                sp.And(T > 0, end > 0, end < 1),
                words="the end is inside, and the naive learner's advantage falls there with slope $-T$",
            ),
            Claim(
                sp.Eq(naive_gain.subs({p1: 0, p2: end}, simultaneous=True), 0),
                words="nobody moves there: the naive learner's advantage is zero",
            ),
            Claim(
                sp.Eq(end * (S + (1 - end) * T) + (1 - end) * P, P),
                words="what the naive learner gets there, gifts included",
            ),
            Claim(
                sp.Equivalent(end**2 * T + (1 - end) * P > P, S + T > 2 * P),
                words="when the LASE player gets more than $P$",
            ),
        ),
        checks={"identity": naive},
        neighbours=(
            Neighbour(
                "The two together get at most what two LASE players get.",
                conclusion=mixed_welfare <= pair_welfare,
                hypotheses=(*dilemma, num > 0, 2 * R > S + T),
                counterexample={R: sp.Rational(19, 40), S: sp.Rational(-1, 16), T: 1, P: sp.Rational(1, 16)},
                remark="Mutual cooperation is worth little more there than taking turns, and a pair meets less often.",
            ),
            Neighbour(
                "The LASE player gets more than $P$ in every such dilemma.",
                conclusion=end**2 * T + (1 - end) * P > P,
                hypotheses=(*dilemma, num > 0),
                counterexample={R: 3, S: -1, T: 4, P: 2},
                remark="It does iff $S + T > 2P$.",
            ),
        ),
        remarks=(
            "On $p_1 = 0$ the naive learner's advantage is $S + T - P - T p_2$. This edge attracts, and there is one "
            "attractor on it."
        ),
    ),
    Statement(
        id="lase-against-group-optimal",
        title="LASE and a learner for the group in a dilemma",
        words=(
            "A learner that climbs the mean reward of both, and hands nothing over, gains "
            "$g_2 = \\tfrac12 [p_1 (2R - T - S) + (1 - p_1)(S + T - 2P)]$ by cooperating. In a prisoner's dilemma the "
            "LASE player ends defecting, and with $S + T > 2P$ the other ends cooperating: $(0, 1)$ attracts. It is "
            "then perfectly predicted, gets no gifts and keeps $S$, the LASE player the whole $T$. With $S + T < 2P$ "
            "both defect."
        ),
        hypotheses=dilemma,
        claims=(
            Claim(
                sp.And(group_gain.subs(p1, 0) > 0, corner < 0),
                hypotheses=(S + T > 2 * P,),
                words="the corner $(0, 1)$ attracts: both advantages there",
            ),
            Claim(
                sp.And(group_gain.subs(p1, 0) < 0, empty < 0),
                hypotheses=(S + T < 2 * P,),
                words="the corner $(0, 0)$ attracts: both advantages there",
            ),
        ),
        checks={"identity": _group},
        neighbours=(
            Neighbour(
                "$S + T > P$ is enough for the other to end cooperating.",
                conclusion=group_gain.subs(p1, 0) > 0,
                hypotheses=(*dilemma, num > 0),
                counterexample={R: 3, S: -1, T: 4, P: 2},
                remark="It has to be $S + T > 2P$: the loss of the one defector counts as well.",
            ),
        ),
        remarks="Gifts do not change the sum, so it does not matter whether the other counts rewards before or after.",
    ),
    Statement(
        id="lase-against-inequity-averse",
        title="LASE and an inequity-averse learner in a dilemma",
        words=(
            "Let the co-player give nothing, and dislike to be behind with weight $\\alpha \\ge 0$ and ahead with "
            "weight $\\beta \\ge 0$, rewards counted after gifts. In a prisoner's dilemma with $S + T > 2P$ and "
            "$(1 + \\alpha)(S + T) > P$ the LASE player ends defecting, and for the other $p_2 = [(1 + \\alpha)(S + T) "
            "- P]/[T (1 + 2\\alpha)]$ attracts, strictly between 0 and 1 and less than without aversion; the LASE "
            "player is ahead there. If $(1 - \\beta)(S + T) > P$ it is the only attractor. If $S + T > 0$ and "
            "$(1 - \\beta)(S + T) < P$, then $(0, 0)$ attracts as well: who feels that guilty refuses a gift."
        ),
        where={
            alpha: "weight of being behind",
            beta: "weight of being ahead, guilt",
        },
        shorthand={
            "\\hat{p}_2": averse_end,
            "\\hat{p}_2^0": end,
            "g_2": guilty_gain,
        },
        hypotheses=(*dilemma, S + T > 2 * P, alpha >= 0, (1 + alpha) * (S + T) > P),
        claims=(
            Claim(sp.And(averse_end > 0, averse_end < 1), words="the end is inside"),
            Claim(2 * averse_end * T > S + T, words="the LASE player is ahead there, $p_2 T > S + (1 - p_2) T$"),
            Claim(averse_end <= end, words="the other cooperates less than without aversion"),
            Claim(
                guilty_gain > 0,
                hypotheses=(beta >= 0, p2 >= 0, 2 * p2 * T <= S + T, (1 - beta) * (S + T) > P),
                words="with little guilt cooperation pays wherever the LASE player is behind",
            ),
            Claim(sp.Equivalent(guilty_gain.subs(p2, 0) < 0, (1 - beta) * (S + T) < P), words="when $(0, 0)$ attracts"),
        ),
        checks={"enumeration": _averse},
        neighbours=(
            Neighbour(
                "$S + T > P$ is enough for the LASE player to be ahead.",
                conclusion=2 * averse_end * T > S + T,
                hypotheses=(*dilemma, num > 0, alpha >= 0),
                counterexample={R: 3, S: -1, T: 4, P: 2, alpha: 1},
                remark="It is ahead iff $S + T > 2P$; else the other is, and its guilt counts.",
            ),
            Neighbour(
                "Guilt plays no part, wherever learning starts.",
                conclusion=guilty_gain.subs(p2, 0) > 0,
                hypotheses=(*dilemma, S + T > 2 * P, (1 + alpha) * (S + T) > P, alpha >= 0, beta >= 0, beta <= 1),
                counterexample={R: 3, S: 0, T: 5, P: 1, alpha: 1, beta: 1},
                remark="Who hardly ever cooperates is given so much for it that it is ahead; guilt may outweigh that.",
            ),
        ),
        remarks=(
            "With $P \\ge 0$ the second condition follows from the first. What the other feels that it gains by "
            "cooperating falls in $p_2$ with slope $-T (1 + 2\\alpha)$, so the end attracts on $p_1 = 0$."
        ),
    ),
    Statement(
        id="lase-against-lola",
        title="LASE and one-shot LOLA",
        words=(
            "Play once, logits move by a flow, and the co-player learns as LOLA or LookAhead do to first order in the "
            "look-ahead rate $\\eta$, counting the gifts that it receives. What anticipation adds to its gradient "
            "$p_2 (1 - p_2)\\, g_2$ is $\\eta\\, p_1^2 (1 - p_1)^2\\, p_2 (1 - p_2)$ times a polynomial. It vanishes "
            "where the LASE player defects, to second order in $p_1$: there the flow is that of LASE and a naive "
            "learner, and $(0, (S + T - P)/T)$ is a rest point of both."
        ),
        checks={"identity": _lola},
        remarks=(
            "In a prisoner's dilemma with $S + T > P$ the LASE player ends defecting against whoever gives nothing, "
            "however that one learns (the first statement of this chapter); on the edge that it comes to, the naive "
            "learner's advantage $S + T - P - T p_2$ leaves one attractor. That the flow then ends where LASE and a "
            "naive learner end is a theorem on flows that tend to another flow (L. Markus, 1956); nothing is claimed "
            "of LOLA with steps that are not small, or beyond the first order. With memory, learners of this kind "
            "were seen to exploit LASE; that is an observation, not a theorem."
        ),
    ),
)
