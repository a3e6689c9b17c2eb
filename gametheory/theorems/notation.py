"""What symbols mean: those that all chapters share, and those of one chapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory.theorems.symbols import P, R, S, T, p, p1, p2, q

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gametheory.theorems.statement import Statement

__all__ = ["CHAPTERS", "COMMON", "FIGURES", "Chapter", "meanings"]

COMMON: dict[Any, str] = {
    R: "payoff to oneself if both cooperate",
    S: "payoff to oneself if only oneself cooperates",
    T: "payoff to oneself if only the other cooperates",
    P: "payoff to oneself if neither cooperates",
    p: "probability of cooperating, where both players are alike",
    p1: "probability that the first player cooperates",
    p2: "probability that the second player cooperates",
}
"""Symbols of all chapters. Their meaning is said at the head of a chapter, or by a statement that departs from it."""


@dataclass(frozen=True)
class Chapter:
    """What stands at the head of a chapter."""

    words: str
    """A paragraph that introduces terms and symbols; formulas between dollars."""
    symbols: Mapping[Any, str] = field(default_factory=dict)
    """Symbols that its statements share; each statement that uses them says them again."""


def meanings(statement: Statement) -> dict[Any, str]:
    """Say what the symbols of a statement mean.

    Parameters
    ----------
    statement : Statement
        Which one.

    Returns
    -------
    dict
        From SymPy symbols, in the order of their names, to words. A symbol without a meaning is left out.

    Examples
    --------
    >>> from gametheory.theorems import find
    >>> meanings(find("lase-interior-cooperation"))[R]
    'payoff to oneself if both cooperate'
    """
    chapter = CHAPTERS.get(statement.topic, Chapter(""))
    known = {**COMMON, **chapter.symbols, **statement.where}
    return {symbol: known[symbol] for symbol in statement.symbols if symbol in known}


_PAYOFFS = (
    "In a symmetric game of two players with two actions, *cooperate* (C) and *defect* (D), the payoffs to oneself are "
    "$R$ if both cooperate, $S$ if only oneself does, $T$ if only the other does and $P$ if neither does; "
    "$(R, S, T, P)$ names a game. $T > R > P > S$ is a prisoner's dilemma, $T > R > S > P$ chicken (the snowdrift "
    "game) and $R > T \\ge P > S$ a stag hunt. In the donation game cooperating costs oneself $c$ and gives $b > c$ "
    "to the other: $(b - c, -c, b, 0)$."
)
_GIVES = (
    "A *LASE player* gives away part of its reward. After a joint action $i$ hands to $j$ the share $w_{ij} = "
    "\\max(\\omega_{ij}, 0)/(N - 1)$ of its reward, where $N$ is the number of players and the *relationship* "
    "$\\omega_{ij}$ is how much better, for $i$, $j$'s action was than $i$ expected of $j$, divided by the range "
    "between $j$'s best and worst action for $i$."
)
_ADVANTAGE = (
    "$p_1$ and $p_2$ are the probabilities with which the players cooperate; on the *diagonal* $p_1 = p_2 = p$. The "
    "*advantage* $g_i$ is what player $i$ gains by cooperating rather than defecting, in the mean of its total reward "
    "(what it keeps and what it is given) with the weights of gifts held fixed; on the diagonal it is written $g(p)$. "
    "In the *natural flow* $\\dot p_i = p_i (1 - p_i)\\, g_i$. A *rest point* is a state that does not move; it "
    "*attracts* if the flow from everywhere close to it leads to it. *Inside* means strictly between 0 and 1."
)
_REST = "The symmetric rest point of two LASE players is $p^* = (S + T - P)/(2T + S - R - P)$, where that is inside."
_SHORT = (
    "Two LASE players with $R > S$ and $T > P$ move by $R$, $T$ and $S - P$ alone. So one writes $s = S - P$ (what "
    "a lone cooperator has above mutual defection), $u = T - R$ (the temptation to leave mutual cooperation), $m = "
    "S + T - P$ (the advantage at full defection) and $d = m + u$; then $g(p) = m - d p$ and $p^* = m/d$. $g(a, b)$ "
    "is the advantage of a player who cooperates with probability $a$, against one who does with probability $b$."
)
_TWO = f"{_PAYOFFS}\n\n{_GIVES}\n\n{_ADVANTAGE}"
_PUBLIC = (
    "$N$ players each contribute or not. In the linear *public goods* game a contribution costs the contributor 1 "
    "and returns $\\rho$ to every player, the contributor included; $r = \\rho N$ is the *multiplier*, and there is "
    "no endowment. In *donations* a player pays $c$ to give $b/(N - 1)$ to each of the others. $p_i$ is the "
    "probability that player $i$ contributes, $p$ that of everybody where all are alike (on the *diagonal*). The "
    "*gain* $g_i$ is what player $i$ gains by contributing, in the mean of its total reward after gifts. A *rest "
    "point* is a state that does not move; it *attracts* if the flow $\\dot p_i = p_i (1 - p_i)\\, g_i$ leads to it "
    "from everywhere close to it."
)
_MEMORY = (
    "A *memory-one* player has five probabilities of cooperating: in the *opening*, and after the outcomes CC, CD, DC "
    "and DD of the round before, its own action first; these are its five *states*. Rewards of later rounds are "
    "discounted by $\\gamma$. *Win-stay lose-shift* cooperates in the opening, after CC and after DD; *Grim* in the "
    "opening and after CC only; *tit-for-tat* in the opening and after the other's cooperation. States learn *alike* "
    "if each moves at the speed of its own advantage, and *by visits* if that is multiplied by the discounted "
    "frequency with which the state is met."
)
_s, _q1, _q2 = sp.symbols("s q1 q2", real=True)

CHAPTERS = {
    "Relationships": Chapter(
        "Player $i$ watches what player $j$ does. $Q$ is an action value of $i$: what an action of $j$ is worth to "
        "$i$, the actions of the others as they were. The *relationship* $\\omega_{ij}$ is the value of what $j$ "
        "did, less the mean value that $i$ expected of $j$, divided by the range of values (the largest less the "
        "smallest). $i$ then gives $j$ the share $w_{ij} = \\max(\\omega_{ij}, 0)/(N - 1)$ of its reward, the "
        "*weight*, where $N$ is the number of players, and keeps $w_{ii} = 1 - \\sum_{j \\ne i} w_{ij}$. An "
        "*estimate* is the policy that $i$ expects of $j$; it is *exact* if $i$ knows the policy of $j$."
    ),
    "Gifts": Chapter(
        "Player $i$ gives the share $w_{ij} = \\max(\\omega_{ij}, 0)/(N - 1)$ of its reward $r_i$ to player $j$, the "
        "*weight*, and keeps $w_{ii} = 1 - \\sum_{j \\ne i} w_{ij}$. $N$ is the number of players and $\\omega_{ij}$ "
        "the *relationship*: the worth of $j$'s action for $i$, less what $i$ expected, divided by the range between "
        "the best and the worst action of $j$. The *total reward* is $r_j^{tot} = \\sum_i w_{ij} r_i$. $\\mathrm{E}$ "
        "and $\\mathrm{Var}$ are mean and variance, $(\\cdot)^+$ is the positive part. The *advantage* of cooperating "
        "is what the total reward of a player gains in the mean by cooperating rather than defecting."
    ),
    "Two LASE players": Chapter(f"{_TWO} {_REST}"),
    "Cooperation at rest": Chapter(
        f"{_TWO} {_REST} The *odds* of a probability $p$ are $p/(1 - p)$. A *gift scale* $\\kappa$ multiplies all "
        "weights."
    ),
    "Where two LASE players end up": Chapter(f"{_TWO}\n\n{_SHORT}", {_s: "$S - P$"}),
    "Symmetry breaking": Chapter(f"{_TWO}\n\n{_SHORT}", {_s: "$S - P$"}),
    "Inexact estimates": Chapter(
        f"{_TWO} {_REST}\n\nThe *estimate* of a player is the probability of cooperating that the other expects of "
        "it; it is *exact* if it is the probability itself. $q_1$ is the estimate of the first player, held by the "
        "second, $q_2$ that of the second, held by the first, and $q$ either where they are the same.",
        {
            _q1: "estimate of the first player, held by the second",
            _q2: "estimate of the second player, held by the first",
            q: "estimate of either player, held by the other",
        },
    ),
    "Lagging estimates and lasting gifts": Chapter(f"{_TWO} {_REST}"),
    "LASE players with memory": Chapter(
        f"{_TWO} {_REST}\n\n{_MEMORY}",
        {_s: "$S - P$", sp.Symbol("gamma", real=True): "discount of later rounds"},
    ),
    "Welfare and comparisons": Chapter(
        f"{_TWO} {_REST} $W(p)$ is the mean payoff of each player if both cooperate with probability $p$. A game is "
        "*additive* if $R + P = S + T$.",
        {_s: "$S - P$"},
    ),
    "Shifts, variants and cycles": Chapter(f"{_TWO}\n\n{_SHORT}", {_s: "$S - P$"}),
    "LASE against others": Chapter(
        f"{_TWO}\n\nIn this chapter the first player is LASE and the second is not: it gives nothing. A *naive* "
        "learner climbs the sum of its own reward and the gifts that it receives."
    ),
    "Groups of LASE players": Chapter(
        f"{_PUBLIC}\n\n{_GIVES}",
        {
            p: "probability that each player contributes",
            sp.Symbol("N", real=True): "number of players",
            sp.Symbol("rho", real=True): "what a contribution returns to each player",
            sp.Symbol("r", real=True): "multiplier, $\\rho N$",
        },
    ),
    "Neighbouring theory": Chapter(
        f"{_PAYOFFS}\n\nAn action is (weakly) *dominant* if no other action ever pays more, whatever the others do, "
        "and *strictly* dominant if every other action always pays less. In *reward transfer* a player keeps the "
        "share $s$ of its reward and hands the rest to the others, in equal parts. In the linear *public goods* "
        "game of $n$ players a contribution costs 1 and returns $r/n$ to everybody."
    ),
    "Repeated games": Chapter(
        f"{_PAYOFFS}\n\nThe game is repeated, with discount $\\delta$, or for $\\delta = 1$ in the limit of means "
        "(payoffs are averages over ever more rounds). A *memory-one* strategy of the first player is its "
        "probabilities of cooperating: $f_0$ in the opening, and $f_1, f_2, f_3, f_4$ after CC, CD, DC and DD, its "
        "own action first. $v_1, v_2, v_3, v_4$ are the frequencies of these four outcomes over the repeated game, "
        "non-negative and with sum 1."
    ),
    "Learning dynamics": Chapter(
        "A player with two actions does the first one with probability $p$; its *advantage* $g$ is what the first "
        "action pays more than the second, in the mean over what the others do. The *logit* of $p$ is "
        "$\\ln\\frac{p}{1 - p}$. The *replicator* dynamics, $\\dot p = p (1 - p)\\, g$, are those of natural policy "
        "gradients; *softmax* policy gradients move logits."
    ),
}
"""By the title of the chapter."""

FIGURES = {
    "lase-regime-map": (
        "fig03_plane.png",
        (
            "Mean cooperation of two LASE learners over the plane of $T$ and $S$, with $R = 1$ and $P = 0$; circles "
            "are learners, in the colour of what they came to. Everybody starts from probabilities near one half. "
            "Left of $T = 1$ full cooperation attracts (regions A and B). On the right the rest point is symmetric "
            "below the border that the kinks of the white lines of equal cooperation show (region D), and unequal "
            "above it (regions E and F)."
        ),
    ),
    "lase-pitchfork": (
        "fig02_symmetry_breaking.png",
        (
            "Broken symmetry in $(1, -1/4, 2, 0)$: the symmetric rest point $(7/11, 7/11)$ is a saddle (yellow), "
            "and the unequal pair $(1/2, 3/4)$, $(3/4, 1/2)$ attracts (black). Dashed are the states at which one "
            "of the players rests; green circles are the ends of learners."
        ),
    ),
}
"""Pictures among those of the documentation, by the statement they belong to: file and caption."""
