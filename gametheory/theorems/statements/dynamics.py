"""Flows of simple learners in 2×2 games."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import p, q
from gametheory.transfer import SocialRelationship

TOPIC = "Learning dynamics"

g, c, x, y, m, tau = sp.symbols("g c x y m tau", real=True)
r11, r12, r21, r22, c11, c12, c21, c22 = sp.symbols("r11 r12 r21 r22 c11 c12 c21 c22", real=True)
u, w = sp.symbols("u_1 u_2", real=True)
x0, y0 = sp.symbols("x0 y0", real=True)

row, column = r11 + r22 - r21 - r12, c11 + c22 - c21 - c12
row_gain = u * (y - y0)
column_gain = w * (x - x0)
two_logits = p * (p * (1 - p) * g - (p**2 * (1 - p) * g - (1 - p) ** 2 * p * g))
one_logit = p**2 * (1 - p) ** 2 * g
odds = p / (1 - p)


def _bimatrix() -> gt.Game:
    return gt.Game.from_bimatrix([[r11, r12], [r21, r22]], [[c11, c12], [c21, c22]])


def _softmax() -> Evidence:
    """Compare with the package's softmax flow, selfish and LASE; differentiate the softmax of two logits."""
    letters = sp.symbols("R S T P")
    lase = gt.Game.two_by_two(*letters)
    holds = True
    for field in (
        gt.rules.policy_gradient(_bimatrix(), parametrisation="softmax"),
        gt.rules.policy_gradient(lase, SocialRelationship(), "softmax"),
    ):
        for s, rate, gain in zip(field.space.symbols, field.expressions, field.advantages, strict=True):
            holds &= sp.expand(rate - s**2 * (1 - s) ** 2 * gain) == 0
    t1, t2 = sp.symbols("t1 t2", real=True)
    policy = sp.exp(t1) / (sp.exp(t1) + sp.exp(t2))
    moved = sum(sp.diff(policy, t) ** 2 for t in (t1, t2)) * g  # both logits climb p g
    holds &= sp.simplify(moved - 2 * policy**2 * (1 - policy) ** 2 * g) == 0
    return Evidence(bool(holds), "the package's flow, symbolically; two logits by differentiating the softmax")


def _times() -> Evidence:
    benefit, cost = sp.symbols("b c", positive=True)
    game = gt.Game.two_by_two(benefit - cost, -cost, benefit, 0)
    natural, softmax = (gt.rules.policy_gradient(game, parametrisation=kind) for kind in ("natural", "softmax"))
    s = natural.space.symbols[0]
    logit = sp.log(s / (1 - s))
    speed = sp.simplify(sp.diff(logit, s) * natural.expressions[0])
    clock = 2 * logit + s / (1 - s) - (1 - s) / s
    slow = sp.simplify(sp.diff(clock, s) * softmax.expressions[0])
    nine, tenth = sp.Rational(9, 10), sp.Rational(1, 10)
    fall = logit.subs(s, nine) - logit.subs(s, tenth)
    far = clock.subs(s, nine) - clock.subs(s, tenth)
    holds = speed == -cost and slow == -cost
    holds &= sp.simplify(sp.expand_log(fall - sp.log(81), force=True)) == 0
    holds &= sp.simplify(sp.expand_log(far - 2 * sp.log(81) - sp.Rational(160, 9), force=True)) == 0
    return Evidence(bool(holds), "the clocks of both flows of the package fall at speed c")


def _ascent() -> Evidence:
    field = gt.rules.gradient_ascent(_bimatrix())
    first, second = field.space.symbols
    gains = field.advantages
    plain = [row * second - (r22 - r12), column * first - (c22 - c21)]
    holds = all(sp.expand(a - b) == 0 for a, b in zip(gains, plain, strict=True))
    jacobian = sp.Matrix([[sp.diff(gain, s) for s in (first, second)] for gain in gains])
    value = sp.Symbol("lambda")
    holds &= sp.expand(jacobian.charpoly(value).as_expr() - (value**2 - row * column)) == 0
    kept = column * (first - (c22 - c21) / column) ** 2 - row * (second - (r22 - r12) / row) ** 2
    holds &= sp.cancel(sum(sp.diff(kept, s) * gain for s, gain in zip((first, second), gains, strict=True))) == 0
    return Evidence(bool(holds), "the package's field, its Jacobian's characteristic polynomial, and what it conserves")


def _conserved() -> Evidence:
    """Every 2×2 game; and zero-sum games of 3×3 actions with given interior equilibrium, four payoffs symbols."""
    field = gt.rules.replicator(_bimatrix())
    s, t = field.space.symbols
    at = {u: row, w: column, x0: (c22 - c21) / column, y0: (r22 - r12) / row, x: s, y: t}
    drift_x, drift_y = (
        e * (rest - v) / (v * (1 - v)) for e, v, rest in zip(field.expressions, (s, t), (at[x0], at[y0]), strict=True)
    )
    holds = sp.cancel(column * drift_x - row * drift_y) == 0
    a = sp.symbols("a0:4", real=True)
    mine, yours = (sp.Matrix([[sp.Rational(k, 6) for k in ks]]) for ks in ((1, 2, 3), (2, 1, 3)))
    block = sp.Matrix(2, 2, a)
    last_column = -(block * yours[:, :2].T) / yours[2]  # values are zero at the equilibrium
    upper = block.row_join(last_column)
    full = upper.col_join(-(mine[:, :2] * upper) / mine[2])
    zero_sum = gt.Game.from_bimatrix(full.tolist(), (-full).tolist())
    large = gt.rules.replicator(zero_sum)
    drift: Any = 0
    for k, owner, other in ((0, mine, 0), (2, yours, 2)):
        z = large.space.symbols[k : k + 2]
        rates = large.expressions[other : other + 2]
        parts = [owner[i] * rate / v for i, (v, rate) in enumerate(zip(z, rates, strict=True))]
        drift += sum(parts) - owner[2] * sum(rates) / (1 - sum(z))
    holds &= sp.cancel(sp.together(drift)) == 0
    return Evidence(bool(holds), "along the package's field: all 2×2 games, and 3×3 zero-sum games, symbolically")


def _logit_rest() -> Evidence:
    """Payoffs in units of the temperature, so that one temperature is all."""
    field = gt.rules.boltzmann_q(_bimatrix())
    plain = gt.rules.policy_gradient(_bimatrix())
    wanted = [
        s * (1 - s) * (g - sp.log(s) + sp.log(1 - s))
        for s, g in zip(field.space.symbols, plain.advantages, strict=True)
    ]
    holds = all(sp.expand(rate - says) == 0 for rate, says in zip(field.expressions, wanted, strict=True))
    return Evidence(bool(holds), "the package's rates are p (1 - p) [g - ln p + ln(1 - p)], payoffs in units of tau")


def _solutions() -> Evidence:
    """Compare the package's rest points of Boltzmann Q-learning with its logit equilibria: two algorithms."""
    worst, tried, complete = 0.0, 0, True
    games = (gt.Game.two_by_two(3, 0, 5, 1), gt.catalogue.coordination(1, 1), gt.catalogue.stag_hunt(4, 0, 3, 1))
    for game, temperature in itertools.product(games, (0.4,)):
        rests = gt.analysis.rest_points(gt.rules.boltzmann_q(game, temperature=temperature))
        equilibria = gt.equilibria.logit_qre(game, temperature=temperature)
        complete &= rests.complete and equilibria.complete and len(rests) == len(equilibria)
        tried += len(rests)
        if complete:
            first = sorted(tuple(map(float, point.location)) for point in rests)
            second = sorted(tuple(float(policy[0]) for policy in point.policies) for point in equilibria)
            worst = max(worst, float(np.abs(np.subtract(first, second)).max()))
    detail = (
        f"{tried} rest points of three games, all there are, beside all logit equilibria: at most {worst:.0e} apart"
    )
    return Evidence(bool(complete) and worst < 1e-7, detail)


def _pitchfork() -> Evidence:
    """Reduce to one variable, m = 2p - 1, and differentiate."""
    field = gt.rules.boltzmann_q(gt.Game.from_bimatrix([[1 / tau, 0], [0, 1 / tau]]))
    s, t = field.space.symbols
    jacobian = sp.Matrix([[sp.diff(e, v) for v in (s, t)] for e in field.expressions]).subs({s: "1/2", t: "1/2"})
    holds = sp.simplify(jacobian - sp.Matrix([[-1, 1 / (2 * tau)], [1 / (2 * tau), -1]])) == sp.zeros(2)
    pull = field.expressions[0].subs({s: (1 + m) / 2, t: (1 + q) / 2}, simultaneous=True)
    wanted = (1 - m**2) / 4 * (q / tau - sp.log((1 + m) / 2) + sp.log((1 - m) / 2))
    holds &= sp.simplify(sp.expand(pull - wanted)) == 0
    artanh = (sp.log(1 + m) - sp.log(1 - m)) / 2
    holds &= sp.cancel(sp.diff(artanh, m) - 1 / (1 - m**2)) == 0
    holds &= sp.cancel(sp.diff(m / (1 - m**2) - artanh, m) - 2 * m**2 / (1 - m**2) ** 2) == 0
    return Evidence(bool(holds), "Jacobian at 1/2, the equation artanh m_1 = m_2/(2 tau), and both derivatives")


def _counted() -> Evidence:
    counts = []
    for temperature in (0.45, 0.55):
        found = gt.analysis.rest_points(gt.rules.boltzmann_q(gt.catalogue.coordination(1, 1), temperature=temperature))
        counts.append(len(list(found)) if found.complete else -1)
    holds = counts == [3, 1]
    return Evidence(holds, f"rest points in the whole square, proved complete: {counts} at tau = 0.45 and 0.55")


STATEMENTS = (
    Statement(
        id="softmax-speed",
        title="Softmax policy gradient with one logit and with two",
        words=(
            "A player with two actions does the first with probability $p = 1/(1 + e^{-\\theta})$. If it climbs its "
            "value with the one logit $\\theta$, it follows $\\dot p = p^2 (1 - p)^2\\,g$, where $g$ is the "
            "advantage of the first action. With one logit for each action it follows $\\dot x_k = x_k (x_k A_k - "
            "\\sum_l x_l^2 A_l)$, where $x_k$ is the probability of action $k$ and $A_k$ its value less the mean "
            "value: exactly twice as fast."
        ),
        where={p: "probability of the first action", g: "advantage of the first action"},
        claims=(
            Claim(
                sp.Eq(two_logits, 2 * one_logit),
                words=(
                    "the flow with two logits, advantages $A_1 = (1 - p) g$ and $A_2 = -p g$, and twice the flow "
                    "with one"
                ),
            ),
        ),
        checks={"identity": _softmax},
        neighbours=(
            Neighbour(
                "The parametrisation does not matter for the speed.",
                conclusion=sp.Eq(two_logits, one_logit),
                hypotheses=(p > 0, p < 1),
                counterexample={p: sp.Rational(1, 2), g: 1},
                remark="Figures of learners need the factor 2.",
            ),
        ),
        source="folklore; the flow with two logits: D. Hennes et al., AAMAS (2020)",
    ),
    Statement(
        id="donation-clocks",
        title="How long selfish learners take to stop donating",
        words=(
            "In the donation game with cost $c$ a selfish player's natural policy gradient (the replicator equation) "
            "moves the logit $L = \\ln\\frac{p}{1 - p}$ at constant speed $-c$: from $p = 0.9$ to $0.1$ takes "
            "$\\ln(81)/c$. Softmax policy gradient with one logit moves $2L + e^L - e^{-L}$ at speed $-c$: it takes "
            "$(2 \\ln 81 + 160/9)/c$."
        ),
        where={p: "probability of donating"},
        hypotheses=(p > 0, p < 1),
        claims=(
            Claim(
                sp.Eq(1 / (p * (1 - p)), 2 + odds + 1 / odds),
                words="the slope of the second clock in $L$, where $e^L = p/(1 - p)$",
            ),
            Claim(1 / (p * (1 - p)) >= 4, words="the softmax flow is at least four times slower"),
        ),
        checks={"identity": _times},
        neighbours=(
            Neighbour(
                "Both flows need about the same time.",
                conclusion=1 / (p * (1 - p)) <= 2,
                hypotheses=(p > 0, p < 1),
                counterexample={p: sp.Rational(1, 2)},
                remark="The ratio of speeds is $p (1 - p)$, at most 1/4.",
            ),
        ),
    ),
    Statement(
        id="gradient-ascent-centre",
        title="Infinitesimal gradient ascent turns about a centre",
        words=(
            "In a game of two players with two actions each let $r_{ij}$ be the payoffs of the row player and "
            "$c_{ij}$ those of the column player, $i$ the row and $j$ the column, and $\\alpha, \\beta$ the "
            "probabilities of the first row and the first column. Let $u_1 = r_{11} + r_{22} - r_{21} - r_{12}$ and "
            "$u_2 = c_{11} + c_{22} - c_{21} - c_{12}$ (how much the advantage of each player's first action rises "
            "as the other turns to its own first one) not be zero. Gradient ascent inside the square is "
            "$\\dot\\alpha = u_1 (\\beta - \\beta_0)$, $\\dot\\beta = u_2 (\\alpha - \\alpha_0)$ about the centre "
            "$(\\alpha_0, \\beta_0) = ((c_{22} - c_{21})/u_2, (r_{22} - r_{12})/u_1)$. The eigenvalues are "
            "$\\pm\\sqrt{u_1 u_2}$, and $u_2 (\\alpha - \\alpha_0)^2 - u_1 (\\beta - \\beta_0)^2$ is conserved: "
            "orbits are ellipses iff $u_1 u_2 < 0$, else hyperbolas."
        ),
        where={
            u: "how much the row player's advantage rises with $\\beta$",
            w: "how much the column player's advantage rises with $\\alpha$",
            x0: "$\\alpha$ at the centre",
            y0: "$\\beta$ at the centre",
        },
        hypotheses=(sp.Ne(u, 0), sp.Ne(w, 0)),
        claims=(
            Claim(
                sp.Equivalent(sp.Or(sp.And(w > 0, -u > 0), sp.And(w < 0, -u < 0)), u * w < 0),
                words="the weights of both squares in what is conserved have one sign exactly where $u_1 u_2 < 0$",
            ),
        ),
        checks={"identity": _ascent},
        neighbours=(
            Neighbour(
                "Players with a mixed equilibrium inside the square circle about it.",
                conclusion=u * w < 0,
                hypotheses=(sp.Ne(u, 0), sp.Ne(w, 0), x0 > 0, x0 < 1, y0 > 0, y0 < 1),
                counterexample={u: 3, w: 3, x0: sp.Rational(2, 3), y0: sp.Rational(1, 3)},
                remark="In the battle of the sexes it is a saddle.",
            ),
        ),
        source="S. Singh, M. Kearns, Y. Mansour, UAI (2000)",
        remarks=(
            "On an ellipse inside the square the mean of $(\\alpha, \\beta)$ over a turn is the centre, as the flow "
            "is linear. The mean of $(\\alpha - \\alpha_0)(\\beta - \\beta_0)$ is 0, as this is the derivative of "
            "$(\\alpha - \\alpha_0)^2/(2u_1)$. So mean payoffs are those of the equilibrium."
        ),
    ),
    Statement(
        id="replicator-conserved",
        title="What the replicator dynamics conserve",
        words=(
            "Let two populations play mixtures $x$ and $y$ of their actions, with an interior equilibrium $(x^*, "
            "y^*)$, and let $H_x = \\sum_k x^*_k \\ln x_k$ and $H_y = \\sum_k y^*_k \\ln y_k$. In zero-sum games of "
            "any size $H_x + H_y$ is conserved by the replicator dynamics. In every game of two actions each, with "
            "payoffs $r_{ij}$ of the row player, $c_{ij}$ of the column player, $u_1 = r_{11} + r_{22} - r_{21} - "
            "r_{12}$ and $u_2 = c_{11} + c_{22} - c_{21} - c_{12}$, it is $u_2 H_x - u_1 H_y$ that is conserved; so "
            "$H_x + H_y$ is iff $u_2 = -u_1$."
        ),
        where={
            x: "probability of the first action in the first population",
            y: "the same in the second",
            x0: "$x$ at the equilibrium, $x^*_1$",
            y0: "$y$ at the equilibrium, $y^*_1$",
            u: "how much the first population's advantage of its first action rises with $y$",
            w: "how much the second population's rises with $x$",
        },
        claims=(
            Claim(
                sp.Eq(w * (x0 - x) * row_gain - u * (y0 - y) * column_gain, 0),
                words="along the flow $u_2 H_x - u_1 H_y$ does not change",
            ),
            Claim(
                sp.Eq((x0 - x) * row_gain + (y0 - y) * column_gain, -(u + w) * (x - x0) * (y - y0)),
                words="how fast $H_x + H_y$ changes",
            ),
        ),
        checks={"identity": _conserved},
        neighbours=(
            Neighbour(
                "The sum is conserved in every 2×2 game with interior equilibrium.",
                conclusion=sp.Eq((x0 - x) * row_gain + (y0 - y) * column_gain, 0),
                counterexample={
                    u: 1,
                    w: 1,
                    x0: sp.Rational(1, 2),
                    y0: sp.Rational(1, 2),
                    x: sp.Rational(3, 4),
                    y: sp.Rational(3, 4),
                },
                remark="In a coordination game it falls where both lean the same way.",
            ),
        ),
        source="J. Hofbauer, K. Sigmund, Evolutionary Games and Population Dynamics (1998)",
        remarks=(
            "With two actions, $x$ and $y$ the probabilities of the first ones and $g_1 = u_1 (y - y^*)$, $g_2 = u_2 "
            "(x - x^*)$ their advantages, $\\dot H_x = (x^* - x) g_1$ and $\\dot H_y = (y^* - y) g_2$. For any size, "
            "with payoff matrix $A$ of the first population, $\\dot H_x + \\dot H_y = x^* \\cdot A y - x \\cdot A y "
            "- x \\cdot A y^* + x \\cdot A y = 0$, since at an interior equilibrium $x^* \\cdot A y$ and $x \\cdot A "
            "y^*$ are the value of the game."
        ),
    ),
    Statement(
        id="boltzmann-logit",
        title="Boltzmann Q-learning rests at logit equilibria",
        words=(
            "Let each player have two actions and do the first with probability $p$; $g$ is its advantage. At "
            "temperature $\\tau > 0$ frequency-adjusted Boltzmann Q-learning is $\\dot p = p (1 - p)\\,[g/\\tau - "
            "\\ln\\frac{p}{1 - p}]$. Inside, it rests exactly where everybody's logit is its advantage divided by "
            "$\\tau$: at the logit quantal response equilibria."
        ),
        checks={"identity": _logit_rest, "interval": _solutions},
        source="K. Tuyls, K. Verbeeck, T. Lenaerts, AAMAS (2003); M. Kaisers, K. Tuyls, AAMAS (2010)",
        remarks="The identity is for all payoffs; enclosures compare the package's two algorithms on three games.",
    ),
    Statement(
        id="boltzmann-pitchfork",
        title="Coordination breaks symmetry at temperature one half",
        words=(
            "Two Boltzmann Q-learners at temperature $\\tau$ play the coordination game that pays both 1 if they do "
            "the same action and 0 if not; $p_1, p_2$ are the probabilities of the first action. For $\\tau \\ge "
            "\\tfrac12$ $(\\tfrac12, \\tfrac12)$ is the only rest point inside; for $\\tau < \\tfrac12$ there are "
            "exactly two more, $p_1 = p_2 = (1 \\pm m)/2$ where $0 < m < 1$ solves $\\tau = "
            "m/(2\\,\\mathrm{artanh}\\,m)$, and the middle one is a saddle."
        ),
        where={tau: "temperature", m: "$2p - 1$ where both are alike"},
        hypotheses=(tau > 0,),
        claims=(
            Claim(
                sp.And(sp.Equivalent(-1 + 1 / (2 * tau) > 0, tau < sp.Rational(1, 2)), -1 - 1 / (2 * tau) < 0),
                words="eigenvalues at $(\\tfrac12, \\tfrac12)$",
            ),
            Claim(
                2 * m**2 / (1 - m**2) ** 2 > 0,
                hypotheses=(m > 0, m < 1),
                words="the slope of $m/(1 - m^2) - \\mathrm{artanh}\\, m$; so $\\mathrm{artanh}(m)/m$ rises from 1",
            ),
            Claim(1 / (1 - m**2) > 0, hypotheses=(m > -1, m < 1), words="the slope of $\\mathrm{artanh}\\, m$"),
        ),
        checks={"identity": _pitchfork, "interval": _counted},
        neighbours=(
            Neighbour(
                "A coordination game keeps two conventions at every temperature.",
                conclusion=-1 + 1 / (2 * tau) > 0,
                hypotheses=(tau > 0,),
                counterexample={tau: 1},
                remark="Above one half exploration wins.",
            ),
        ),
        remarks=(
            "With $m_i = 2 p_i - 1$ rest points solve $\\mathrm{artanh}\\, m_1 = m_2/(2 \\tau)$ and "
            "$\\mathrm{artanh}\\, m_2 = m_1/(2 \\tau)$. As $\\mathrm{artanh}$ rises, $m_1 > m_2$ would give $m_2 > "
            "m_1$; so $m_1 = m_2 = m$, and $1/(2 \\tau) = \\mathrm{artanh}(m)/m$ or $m = 0$."
        ),
    ),
)
