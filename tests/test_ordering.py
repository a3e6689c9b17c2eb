"""Signs of symbolic expressions under stated relations."""

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.ordering import Ordering

R, S, T, P = sp.symbols("R S T P")

# chains, what they decide, and the sign that plain arithmetic gives
CHAINS = {
    "default regime": [R > S, T > P],
    "prisoner's dilemma": [T > R, R > P, P > S],
    "the same, written with <": [S < P, P < R, R < T],
    "stag hunt": [R > T, T > P, P > S],
    "weak": [R >= T, T > P, P >= S],
    "with a number": [R > S, S > 0, T > 2],
    "sum": [S + T > P],
    "equal": [sp.Eq(R, T), T > P],
}


def draw(relations, rng):
    """Random rational payoffs that obey the relations."""
    holds = [sp.lambdify((R, S, T, P), relation, modules="math") for relation in relations]
    while True:
        values = [Fraction(rng.randint(-12, 12), rng.randint(1, 3)) for _ in range(4)]
        if sp.Eq(R, T) in relations:
            values[0] = values[2]
        if all(h(*values) for h in holds):
            return values


@pytest.mark.parametrize("relations", CHAINS.values(), ids=CHAINS)
def test_decided_signs_hold_wherever_the_relations_hold(relations):
    order = Ordering(relations)
    rng = random.Random(1)  # noqa: S311 (test values)
    draws = [draw(relations, rng) for _ in range(50)]
    decided = 0
    for weights in [(1, -1, 0, 0), (0, 0, 1, -1), (1, 0, 0, -1), (0, -1, 1, 0), (0, -1, 0, 1), (-1, 0, 1, 0)]:
        written = order.write(sum(w * payoff for w, payoff in zip(weights, (R, S, T, P), strict=True)))
        values = [sum(w * v for w, v in zip(weights, drawn, strict=True)) for drawn in draws]
        if written.is_positive:
            assert min(values) > 0
            decided += 1
        elif written.is_nonnegative:
            assert min(values) >= 0
            decided += 1
        if written.is_negative:
            assert max(values) < 0
            decided += 1
    if relations != CHAINS["sum"]:
        assert decided > 0  # or the loop above says nothing


def test_a_chain_decides_every_difference_in_it():
    order = Ordering([T > R, R > P, P > S])
    chain = [T, R, P, S]
    for k, larger in enumerate(chain):
        for smaller in chain[k + 1 :]:
            assert order.write(larger - smaller).is_positive
            assert order.write(smaller - larger).is_negative


def test_what_does_not_follow_stays_open():
    order = Ordering([R > S, T > P])
    assert order.write(R - P).is_positive is None
    assert order.write(T - R).is_positive is None
    assert Ordering([]).write(R - S).is_positive is None


def test_a_sum_decides_the_same_sum_only():
    order = Ordering([S + T > P])
    assert order.write(S + T - P).is_positive
    assert order.write(2 * S + 2 * T - 2 * P).is_positive
    assert order.write(S + T).is_positive is None


def test_weak_relations_are_weak():
    order = Ordering([R >= S])
    assert order.write(R - S).is_nonnegative
    assert order.write(R - S).is_positive is None


def test_equal_payoffs_are_equal():
    order = Ordering([sp.Eq(R, T)])
    assert order.write(R - T) == 0


@given(
    chain=st.sampled_from(list(CHAINS.values())),
    coefficients=st.lists(st.fractions(-5, 5, max_denominator=7), min_size=4, max_size=4),
    constant=st.integers(-3, 3),
)
def test_reading_undoes_writing(chain, coefficients, constant):
    order = Ordering(chain)
    a, b, c, d = (sp.Rational(k.numerator, k.denominator) for k in coefficients)
    expression = a * R**2 + b * S * T + c * P + d * R * P + constant
    back = order.read(order.write(expression))
    if sp.Eq(R, T) in chain:  # one of two equal payoffs stands for both
        back, expression = back.subs(T, R), expression.subs(T, R)
    assert sp.expand(back - expression) == 0


@pytest.mark.parametrize(
    ("relations", "word"),
    [
        ([R > S, S > R], "contradicts"),
        ([T > R, R > P, P > T], "contradicts"),
        ([R > S, R <= S], "contradicts"),
    ],
)
def test_relations_that_contradict(relations, word):
    with pytest.raises(ValueError, match=word):
        Ordering(relations)


def test_another_order_of_the_relations_is_found():
    # in the given order R is bound first, and S > T could not be expressed any more
    order = Ordering([R > S, R > T, S > T])
    assert order.left_out == ()
    assert all(order.write(x).is_positive for x in (R - S, R - T, S - T))


@pytest.mark.parametrize("relations", [[R > 1, R < 5], [R**2 > S**2 * R, S > R**2], [R > T, T > P, S > P, R > S]])
def test_what_no_stand_in_expresses_is_left_out(relations):
    order = Ordering(relations)
    assert len(order.left_out) in {1, 2}
    assert set(order.left_out) <= set(relations)


def test_a_symbol_between_two_numbers_can_be_analysed():
    c = sp.Symbol("c")
    field = gt.rules.policy_gradient(gt.catalogue.donation(b=3, c=c), gt.transfer.SocialRelationship())
    assert sp.solve(field.diagonal().advantages[0], sp.Symbol("p")) == [1 - c / 3]


def test_a_relation_may_be_said_twice():
    for relations in ([R > S, R > S], [R >= S, R >= S], [R > S, R >= S], [sp.Eq(R, S), sp.Eq(S, R)]):
        order = Ordering(relations)
        assert order.write(R - S).is_nonnegative


def test_not_a_relation():
    with pytest.raises(TypeError, match="assume takes relations such as R > S, got R"):
        Ordering([R - S])


def test_arrays_are_written_entry_by_entry():
    order = Ordering([R > S])
    written = order.write_all(np.array([[R, S], [Fraction(1, 2), 3]], dtype=object))
    assert (written[0, 0] - written[0, 1]).is_positive
    assert written[1, 0] == sp.Rational(1, 2)
    assert written[1, 1] == 3
    assert order.read(written[0, 0]) == R
