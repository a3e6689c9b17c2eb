"""LASE players with memory: which profiles last (docs/memory.md), by exact one-shot deviations and by learning."""

from fractions import Fraction

import numpy as np
import sympy as sp
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import expit

import gametheory as gt
from gametheory.objective import MemoryOneObjective

WSLS, GRIM, TFT = (gt.memory_one.strategy(name, exact=True) for name in ("WSLS", "Grim", "TFT"))


def lase(payoffs, discount, **options):
    return MemoryOneObjective(gt.Game.two_by_two(*payoffs), gt.transfer.SocialRelationship(), discount, **options)


def advantages(strategy, payoffs, discount):
    """Gain from cooperating in each of the first player's states, exactly, when both play `strategy` for sure."""
    x = np.concatenate([strategy, strategy])
    return lase(payoffs, discount, weighted=False).own_gradient(x)[:5]


def lasts(strategy, payoffs, discount, states=slice(None)):
    """Whether in these states nobody gains by doing the other thing once."""
    gains = advantages(strategy, payoffs, discount) * [1 if p else -1 for p in strategy]
    return all(gain > 0 for gain in gains[states])


@st.composite
def dilemmas(draw):
    """T > R > P > S in sixteenths, and a discount."""
    S, P, R, T = sorted(draw(st.lists(st.integers(-40, 60), min_size=4, max_size=4, unique=True)))
    return tuple(Fraction(v, 16) for v in (R, S, T, P)), Fraction(draw(st.integers(0, 199)), 200)


@given(dilemmas())
def test_wsls_is_strictly_stable_in_every_state_iff_it_withstands_temptation_and_surprise_gift(case):
    (R, S, T, P), discount = case
    assert lasts(WSLS, (R, S, T, P), discount) == (discount * (R - P) > max(T - R, S + T - P))


@given(dilemmas())
def test_grim_is_strictly_stable_in_every_state_iff_gifts_do_not_pay_a_lone_cooperator(case):
    (R, S, T, P), discount = case
    assert lasts(GRIM, (R, S, T, P), discount) == (discount * (T - P) > T - R and S + T < P)


@given(dilemmas(), st.sampled_from(["WSLS", "Grim", "TFT"]))
@example(((Fraction(-2), Fraction(-4), Fraction(1), Fraction(-3)), Fraction(7, 10)), "TFT")  # exploited, and better off
def test_on_the_path_of_cooperation_players_are_selfish(case, name):
    (R, S, T, P), discount = case
    loss = {"WSLS": R - P, "Grim": T - P, "TFT": R - S}[name]
    strategy = {"WSLS": WSLS, "Grim": GRIM, "TFT": TFT}[name]
    pays = discount * loss > T - R
    last = lasts(strategy, (R, S, T, P), discount, slice(2))
    served = name != "TFT" or discount * (T - R) < R - S  # whether the partner does better when one cooperates
    assert last == pays if served else last or not pays


def settled(cases, *, weighted, steps, strength=3.0, rate=0.2):
    """Follow natural gradient steps in many games at once.

    Cases are payoffs, a discount and a deterministic start; logits begin at ±strength, slightly disturbed. Returns
    probabilities at the end and at the start, shape (cases, 4, 10).
    """
    rng = np.random.default_rng(13)
    both = np.stack([np.concatenate([start, start]) for *_, start in cases]).astype(float)[:, None]
    logits = strength * (2 * both - 1) + rng.normal(0, 0.05, (4, 10))
    R, S, T, P = sp.symbols("R S T P")
    values = dict(zip("RSTP", np.array([payoffs for payoffs, *_ in cases], dtype=float).T[..., None], strict=True))
    discounts = np.array([discount for _, discount, _ in cases])[:, None]
    objective = lase((R, S, T, P), discounts, weighted=weighted)
    first = expit(logits)
    for _ in range(steps):
        logits = np.clip(logits + rate * objective.own_gradient(expit(logits), **values), -30, 30)
    return expit(logits), first


# gamma (R - P) against T - R for WSLS, gamma (T - P) for Grim; in none of these games do all states withstand
WEIGHTED = [
    ((4, 0, 5, 1), 0.9, WSLS, True),
    ((4, 0, 5, 1), 0.99, WSLS, True),
    ((3, 0, 4, 1), 0.9, WSLS, True),
    ((3, 0, 4, 1), 0.99, GRIM, True),
    ((3, 0, 5, 1), 0.9, WSLS, False),
    ((3, 0, 5, 1), 0.9, GRIM, True),
    ((3, 0, 5, 1), 0.4, GRIM, False),
]


def test_weighted_by_visits_cooperation_lasts_iff_the_path_pays_and_other_states_freeze():
    cases = [case for *case, _ in WEIGHTED]
    for (payoffs, discount, start, cooperates), end, first in zip(
        WEIGHTED, *settled(cases, weighted=True, steps=5000), strict=True
    ):
        R, S, T, P = payoffs
        if cooperates:
            assert end[:, [0, 1, 5, 6]].min() > 1 - 1e-6, (payoffs, discount)
            rest = [2, 3, 7, 8] if start is GRIM else [2, 3, 4, 7, 8, 9]  # Grim from +-3 strays to DD at first
            assert np.abs(end - first)[:, rest].max() < 0.03, (payoffs, discount)
        else:
            cooperation = (lase(payoffs, discount).visits(end) * end).sum(axis=1) / 2
            np.testing.assert_allclose(cooperation, (S + T - P) / (2 * T + S - R - P), atol=0.01)


def test_with_softmax_cooperation_is_a_long_transient():
    # plain gradient on logits: states off the path creep on a logarithmic clock until the threat is gone
    objective = gt.objective.Logits(lase((4, 0, 5, 1), 0.5))
    step = gt.rules.simultaneous_ascent(objective, rate=10).function
    logits = 3 * (2 * np.concatenate([WSLS, WSLS]).astype(float) - 1)
    logits += np.random.default_rng(0).normal(0, 0.05, 10)
    seen = {}
    for k in range(4001):
        if k in {100, 2000, 4000}:  # times 1000, 20 000, 40 000
            seen[k] = objective.state(logits)
        logits = step(logits)
    assert min(seen[k][[0, 1, 5, 6]].min() for k in (100, 2000)) > 0.99
    assert seen[100][2] < 0.15
    assert seen[2000][2] > 0.7
    np.testing.assert_allclose(seen[4000], 0.8, atol=0.01)


ALIKE = [
    ((4, 0, 5, 1), 0.9, False),
    ((3, 0, 4, 1), 0.99, False),
    ((4, -2.5, 5, 1), 0.4, False),  # the threshold is max(T - R, S + T - P)/(R - P) = 1/2
    ((4, -2.5, 5, 1), 0.6, True),
]


def test_where_all_states_learn_alike_wsls_lasts_iff_all_of_it_does():
    cases = [(payoffs, discount, WSLS) for payoffs, discount, _ in ALIKE]
    ends, _ = settled(cases, weighted=False, steps=3000)
    for ((R, S, T, P), _, cooperates), end in zip(ALIKE, ends, strict=True):
        p = (S + T - P) / (2 * T + S - R - P)
        goal = np.tile(WSLS.astype(float), 2) if cooperates else np.full(10, p)
        np.testing.assert_allclose(end, np.broadcast_to(goal, end.shape), atol=1e-3)


def test_memoryless_rest_point_loses_stability_by_a_hopf_bifurcation():
    # derived independently: (8, -6, 9, 0) at gamma = 0.8778261391
    for discount, sign in ((0.8778261391 - 1e-6, -1), (0.8778261391 + 1e-6, 1)):
        objective = lase((8, -6, 9, 0), discount)
        field = gt.rules.policy_gradient(objective)
        values = np.linalg.eigvals(field.jacobian(objective.memoryless(0.75)))
        leading = values[np.argmax(values.real)]
        assert np.sign(leading.real) == sign
        assert abs(leading.imag) > 0.1
