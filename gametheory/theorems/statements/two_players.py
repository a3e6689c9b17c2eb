"""Two LASE players with two actions."""

import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import P, R, S, T, helps, num, p1, p2, rest

TOPIC = "Two LASE players"


def _field() -> gt.field.Field:
    """Return the field as the package derives it from the definition of gifts."""
    return gt.rules.policy_gradient(
        gt.Game.two_by_two(R, S, T, P, assume=list(helps)), gt.transfer.SocialRelationship()
    )


def _gradient_is_the_packages() -> Evidence:
    g1, g2 = _field().advantages
    formula = num + p1 * (T * p2 - R * p2 - T) + p2**2 * (R - T) + p2 * (R + P - S - T)
    mirrored = formula.subs({p1: p2, p2: p1}, simultaneous=True)
    plain = {sp.Symbol(str(s)): s for s in (R, S, T, P, p1, p2)}
    holds = sp.expand(g1.subs(plain) - formula) == 0 and sp.expand(g2.subs(plain) - mirrored) == 0
    return Evidence(holds, "the field derived from the definition of gifts, expanded, is the formula")


STATEMENTS = (
    Statement(
        id="lase-gradient",
        title="What a LASE player gains by cooperating",
        words=(
            "If the co-player's cooperation helps ($R > S$, $T > P$), the advantage of cooperating is "
            "$g_1 = S + T - P + p_1 (T p_2 - R p_2 - T) + p_2^2 (R - T) + p_2 (R + P - S - T)$."
        ),
        checks={"identity": _gradient_is_the_packages},
        remarks="It depends on $R$, $T$ and $S - P$ only.",
    ),
    Statement(
        id="lase-interior-cooperation",
        title="Where two LASE players rest in a dilemma",
        words=(
            "On the diagonal $g(p) = (S + T - P) - (2T + S - R - P)\\, p$. In a prisoner's dilemma with $S + T > P$ it "
            "vanishes at $p^* = (S + T - P)/(2T + S - R - P)$, which lies strictly between 0 and 1."
        ),
        hypotheses=(T > R, R > P, P > S, S + T > P),
        claims=(Claim(sp.And(rest > 0, rest < 1)),),
        neighbours=(
            Neighbour(
                "Every prisoner's dilemma has a rest point between 0 and 1.",
                conclusion=sp.And(rest > 0, rest < 1),
                hypotheses=(T > R, R > P, P > S),
                counterexample={R: 3, S: -4, T: 5, P: 2},
                remark="Where S + T < P full defection attracts.",
            ),
        ),
    ),
)
