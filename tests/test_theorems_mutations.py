"""Stored claims, changed a little at random: what verification says of them.

A change of a true claim is refuted, with a counterexample that checks by exact substitution, or it is true as well
(`lase verify` cannot tell it from a theorem: hypotheses may say more than one conclusion needs); nothing else, but for
the few that the solver does not decide.
"""

from collections import Counter
from random import Random

import pytest
import sympy as sp

from gametheory.theorems import catalogue, prove
from gametheory.theorems.truth import truth

SEED, COUNT, SAMPLE, UNDECIDED = 20, 40, 8, 2
POOL = (  # noqa: SIM905 [a list of 64 names in quotes is harder to read]
    "relationship-two-actions relationship-bounds relationship-mean-zero relationship-units gifts-balance "
    "gift-mean-two-actions gift-mean-bounds shift-of-payoffs lase-interior-cooperation lase-diagonal-regimes "
    "lase-odds-law lase-above-mixed-nash lase-shift lase-comparative-statics lase-values lase-no-cycles "
    "lase-regime-map lase-symmetry-breaking lase-asymmetric-pair lase-pitchfork lase-edge-points "
    "lase-breaking-needs-temptation estimates-general estimates-frozen estimates-mixed estimates-underrate "
    "estimates-lagging gifts-with-memory lase-memoryless-rest-point lase-win-stay-lose-shift lase-grim "
    "lase-selfish-on-the-path lase-against-non-givers lase-against-naive lase-against-group-optimal "
    "lase-against-inequity-averse lase-against-generous-tit-for-tat lase-naive-snowdrift lase-naive-stag-hunt "
    "lase-public-goods lase-public-goods-large-share lase-public-goods-small-share lase-public-goods-multiplier "
    "lase-public-goods-crowd lase-public-goods-symmetry lase-rule-of-four lase-group-size reward-transfer-level "
    "selfishness-level-dilemma public-goods-levels donation-levels equal-sharing-dominance "
    "inequity-aversion-equilibria contract-dominance gift-actions-dominated zero-determinant-slopes "
    "discount-thresholds partners rivals softmax-speed donation-clocks gradient-ascent-centre replicator-conserved "
    "boltzmann-pitchfork"
).split()
"""Where mutations are drawn from, by name, so that new statements do not change what is drawn."""
TRUE_ALL_THE_SAME = {
    "equal-sharing-dominance, claim 1: swap": "an equivalence of sums: S and P are renamed on both sides",
    "lase-against-group-optimal, claim 1: swap": "T + P > 2 S is weaker than S + T > 2 P, as P > S",
    "lase-above-mixed-nash, claim 1: shift": "(m + T)/d > m/d iff T > 0, as d > 0 for the mixed equilibrium as well",
    "contract-dominance, claim 1: drop": "that the payment is not negative is not needed for this claim",
    "lase-against-naive, claim 3: swap": "an identity: P and S are renamed on both sides",
    "lase-against-non-givers, claim 1: shift": "p2 in the place of its square: weaker, as R - T < 0",
    "lase-public-goods-multiplier, claim 1: drop": "N >= 4 follows from N > r >= 4",
    "lase-rule-of-four, claim 1: swap": "an identity in p and c: their names are swapped on both sides",
    "lase-public-goods-multiplier, claim 1: shift": "N^3 + 3 N - 7 is larger: a weaker claim",
}
"""Mutations that are theorems as well, and why."""
FLIPS = {sp.Gt: sp.Lt, sp.Lt: sp.Gt, sp.Ge: sp.Le, sp.Le: sp.Ge, sp.Eq: sp.Ne, sp.Ne: sp.Eq}


def relations(claim):
    """Relations of a claim, in a fixed order."""
    return sorted(claim.atoms(sp.core.relational.Relational), key=sp.default_sort_key)


def flip(given, claim, rng):
    part = rng.choice(relations(claim))
    return given, claim.xreplace({part: FLIPS[type(part)](part.lhs, part.rhs, evaluate=False)})


def shift(given, claim, rng):
    """Add or subtract one where a number stands: a coefficient, or a side."""
    part = rng.choice(relations(claim))
    number = rng.choice(sorted(a for a in part.atoms(sp.Rational) if a != -1) or [None])
    step = rng.choice([-1, 1])
    if number is None:
        return given, claim.xreplace({part: part.func(part.lhs, part.rhs + step, evaluate=False)})
    return given, claim.xreplace({part: part.xreplace({number: number + step})})


def swap(given, claim, rng):
    """Swap two symbols in the conclusion alone."""
    symbols = sorted(claim.free_symbols, key=str)
    if len(symbols) < 2:
        return flip(given, claim, rng)
    a, b = rng.sample(symbols, 2)
    return given, claim.xreplace({a: b, b: a})


def drop(given, claim, rng):
    """Leave out a hypothesis."""
    if not given:
        return shift(given, claim, rng)
    k = rng.randrange(len(given))
    return given[:k] + given[k + 1 :], claim


def mutations(count):
    """Yield descriptions, hypotheses and conclusions, by a fixed seed."""
    known, made, draw = catalogue(), 0, 0
    while made < count:
        rng = Random(f"{SEED} {draw}")  # noqa: S311 [not for secrets]
        draw += 1  # each draw has a seed of its own: an edited statement changes its own mutations alone
        statement = known[rng.choice(POOL)]
        k = rng.randrange(len(statement.claims))
        claim, change = statement.claims[k], rng.choice([flip, shift, swap, drop])
        hypotheses = [*statement.hypotheses, *claim.hypotheses]
        given, conclusion = change(hypotheses, claim.conclusion, rng)
        if conclusion in (sp.true, sp.false) or (given, conclusion) == (hypotheses, claim.conclusion):
            continue
        made += 1
        yield f"{statement.id}, claim {k + 1}: {change.__name__}", given, conclusion


def judged(given, conclusion):
    """Return what became of a mutation, and whether its counterexample is one."""
    verdict = prove(given, conclusion)
    if verdict.status != "refuted":
        return verdict.status, verdict.reason
    symbols = {str(s): s for c in (*given, conclusion) for s in c.free_symbols}
    at = {symbols[name]: value for name, value in verdict.counterexample.items()}
    while isinstance(conclusion, sp.Implies):
        given, conclusion = [*given, conclusion.args[0]], conclusion.args[1]
    holds = truth(conclusion, at)
    undefined = holds is None and ("vanishes" in verdict.reason or "square root" in verdict.reason)
    genuine = all(truth(h, at) is True for h in given) and (holds is False or undefined)
    return "refuted" if genuine else "wrongly refuted", f"{verdict.reason} at {dict(verdict.counterexample)}"


def table(count):
    return [(name, *judged(given, conclusion)) for name, given, conclusion in mutations(count)]


def test_a_sample_is_decided():
    found = table(SAMPLE)
    assert {status for _, status, _ in found} <= {"refuted", "proved", "vacuous"}, found
    assert sum(status == "refuted" for _, status, _ in found) >= SAMPLE // 2, found


@pytest.mark.slow
def test_forty_are_decided(record_property):
    found = table(COUNT)
    print("\n".join(f"{status:8} {name} ({reason})" for name, status, reason in found))  # noqa: T201 [shown by pytest -s]
    counts = Counter(status for _, status, _ in found)
    record_property("mutations", dict(counts))
    assert counts["wrongly refuted"] == 0
    assert counts["unknown"] <= UNDECIDED
    assert [name for name, status, _ in found if status in {"proved", "vacuous"}] == list(TRUE_ALL_THE_SAME)


def test_mutations_are_the_same_each_time():
    assert [name for name, *_ in mutations(SAMPLE)] == [name for name, *_ in mutations(SAMPLE)]
