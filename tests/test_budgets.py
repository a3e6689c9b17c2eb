"""Searches for rest points count work: no clock changes an answer, and a limit of time is kept."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from thinned import some

import gametheory as gt
from gametheory.analysis import budget, many_starts, real_vectors, rest_points
from gametheory.field import Field, RealSpace
from gametheory.objective import MemoryOneObjective
from lase_core.summary import summarise

LASE = gt.transfer.SocialRelationship()


def lase(payoffs):
    return gt.rules.policy_gradient(gt.Game(payoffs), LASE)


def random_game(*n_actions, seed=0):
    return np.random.default_rng(seed).normal(size=(len(n_actions), *n_actions))


@pytest.fixture
def slow_machine(monkeypatch):
    """Let an hour pass between any two looks at the clock."""
    hours = iter(range(10**9))
    monkeypatch.setattr(budget.time, "monotonic", lambda: 3600.0 * next(hours))


@pytest.fixture(autouse=True)
def few_starts(monkeypatch):
    """Search less on policies: what is asserted here shows from eighty starts."""
    monkeypatch.setattr(many_starts, "_STARTS", 64)


FIELDS = {
    "three players, two actions": lambda: lase(np.random.default_rng(3).integers(-5, 6, (3, 2, 2, 2))),
    "two players, three actions": lambda: lase(np.random.default_rng(3).integers(-5, 6, (2, 3, 3))),
    "explorers": lambda: gt.rules.boltzmann_q(gt.catalogue.stag_hunt(), temperature=0.05),
    "LOLA on logits": lambda: gt.rules.lola(gt.catalogue.stag_hunt(), rate=0.3),
}


def as_text(found):
    return [str(found), [(q.eigenvalues, q.radius, q.certificate) for q in found]]


@pytest.mark.parametrize("name", some(FIELDS, 3))
def test_an_answer_does_not_depend_on_the_clock(name, request):
    field = FIELDS[name]()
    quiet = as_text(rest_points(field))
    request.getfixturevalue("slow_machine")
    assert as_text(rest_points(field)) == quiet


@pytest.mark.usefixtures("slow_machine")
def test_a_summary_on_a_slow_machine_has_all_certificates():
    found = summarise(gt.Game(np.random.default_rng(7).integers(-5, 6, (2, 3, 3))))
    assert len(found.points) >= 9
    assert all(q.radius < 1e-9 for q in found.points)
    assert "not certified" not in found.text()


@pytest.mark.parametrize("name", FIELDS)
def test_without_time_nothing_is_complete_and_that_is_said(name):
    found = rest_points(FIELDS[name](), seconds=0)
    assert not found.complete
    assert "time ran out" in str(found)
    if name == "three players, two actions":
        assert len(found.undecided) == 27  # all faces


def test_a_limit_may_only_take_away(monkeypatch):
    # the clock stops the search after so many looks: what is found until then is found without a limit, too
    field = FIELDS["three players, two actions"]()
    whole = {q.location for q in rest_points(field) if q.exact}
    for looks in (5, 30, 60):
        clock = iter(range(10**9))
        monkeypatch.setattr(budget.time, "monotonic", lambda clock=clock: float(next(clock)))
        found = rest_points(field, seconds=looks)
        assert not found.complete
        assert found.undecided
        assert {q.location for q in found if q.exact} <= whole


LARGE = {
    "two players, ten actions": lambda: lase(random_game(10, 10)),
    "two players, thirty actions": lambda: lase(random_game(30, 30)),
    "four players, four actions": lambda: lase(random_game(4, 4, 4, 4)),
    "twelve players alike": lambda: gt.rules.policy_gradient(
        gt.catalogue.public_goods(n=12, multiplier=5), LASE
    ).diagonal(),
    "two players, ten actions, projected": lambda: gt.rules.policy_gradient(
        gt.Game(random_game(10, 10)), LASE, "projected"
    ),
}


QUICK = {"two players, ten actions", "twelve players alike"}


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in LARGE])
def test_a_limit_holds_in_large_games(name, monkeypatch):
    # the clock of this test counts work: a tenth of a microsecond for each share of a payoff, ten million a second
    field = LARGE[name]()
    game, worked = field.objective.game, [0]
    shares = game.n_players * game.payoffs.size
    plain, gradient = field.function, field.objective.own_gradient

    def count(x):
        worked[0] += shares * int(np.prod(np.shape(x)[:-1]))

    monkeypatch.setattr(field.objective, "own_gradient", lambda x, **more: (count(x), gradient(x, **more))[1])
    field = replace(field, function=plain)
    monkeypatch.setattr(budget.time, "monotonic", lambda: worked[0] / 1e7)
    worked[0] = 0
    found = rest_points(field, seconds=0.5)
    assert not found.complete
    assert "time ran out" in found.method
    assert worked[0] / 1e7 < 1.5


def test_large_games_are_searched_from_fewer_starts(monkeypatch):
    monkeypatch.setattr(many_starts, "_STARTS", 400)
    counts = []
    for n_actions in ((3, 3), (10, 10), (4, 4, 4, 4), (30, 30)):
        field = lase(random_game(*n_actions))
        counts.append(many_starts._affordable(many_starts.Moves(field, 1, budget.Budget(0))))
    assert counts[0] == 501
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= 10


def test_work_that_is_done_is_told(monkeypatch):
    monkeypatch.setattr(many_starts, "_PROOFS", 1e6)
    field = FIELDS["two players, three actions"]()
    found = rest_points(field)
    assert found.method.endswith("; the work allowed was done")
    assert any(q.certificate.startswith("not certified") for q in found)
    for q in found:  # what is not certified is there all the same
        np.testing.assert_allclose(field(q.x), 0, atol=1e-12)


def test_branch_and_prune_stops_when_its_work_is_done(monkeypatch):
    monkeypatch.setattr("gametheory.analysis.certified._WORK", 0)
    monkeypatch.setattr("gametheory.analysis.certified._AT_LEAST", 0)
    found = rest_points(FIELDS["three players, two actions"]())
    assert not found.complete
    assert "the work allowed was done" in found.method
    for q in found:  # corners need no search, and a few faces are left to exact elimination
        assert q.certificate.startswith("a corner") or "elimination" in q.certificate
    assert len(found) >= 8


def test_times_that_are_none():
    with pytest.raises(ValueError, match="seconds must be at least 0, or None, got -1"):
        rest_points(FIELDS["explorers"](), seconds=-1)


# ---------------------------------------------------------------------- numbers of one kind
def test_locations_are_exact_numbers_or_floats_but_no_mixture():
    games = [
        gt.rules.policy_gradient(gt.catalogue.public_goods(n=3, multiplier=2), LASE),
        gt.rules.policy_gradient(gt.catalogue.matching_pennies(), LASE),
        gt.rules.boltzmann_q(gt.catalogue.stag_hunt(), temperature=0.05),
        gt.rules.lola(gt.objective.MatrixObjective(gt.catalogue.chicken(), LASE), rate=0.1),
        gt.rules.lookahead(gt.catalogue.matching_pennies(), rate=0.5),
    ]
    kinds = set()
    for field in games:
        for q in rest_points(field):
            assert all(isinstance(v, sp.Expr) for v in q.location)
            assert len({isinstance(v, sp.Float) for v in q.location}) == 1
            assert isinstance(q.location[0], sp.Float) != q.exact
            np.testing.assert_array_equal([float(v) for v in q.location], q.x)
            kinds.add((q.exact, q.face == "interior"))
    assert kinds == {(True, True), (True, False), (False, True), (False, False)}


# ---------------------------------------------------------------------- maps
RULES = [
    gt.rules.lola,
    gt.rules.consensus,
    *(
        pytest.param(r, marks=pytest.mark.slow)
        for r in (gt.rules.sos, gt.rules.lookahead, gt.rules.simultaneous_ascent)
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_maps_on_policies_rest_where_they_are_said_to(rule):
    rng = np.random.default_rng(11)
    met = 0
    for game in (gt.catalogue.chicken(), gt.catalogue.stag_hunt(), gt.Game(rng.integers(-5, 6, (2, 2, 2)))):
        field = rule(gt.objective.MatrixObjective(game, LASE), rate=0.1)
        for q in rest_points(field):
            x = q.x
            for _ in range(4):  # consensus repels by a factor of ten a step, rounding too
                x = field(x)
            np.testing.assert_allclose(x, q.x, rtol=0, atol=1e-9)
            if q.stability == "sink":  # and from beside it they come back
                near = x = field.space.nearest(q.x + 1e-4 * rng.uniform(-1, 1, (8, 2)))
                for _ in range(400):
                    x = field(x)
                assert np.all(np.abs(x - q.x).max(axis=1) <= 0.5 * np.abs(near - q.x).max(axis=1) + 1e-9)
            met += 1
    assert met >= 3


def test_lola_with_memory_rests_where_it_is_said_to(monkeypatch):
    monkeypatch.setattr(many_starts, "_STARTS", 40)
    field = gt.rules.lola(MemoryOneObjective(gt.catalogue.prisoners_dilemma(), discount=Fraction(1, 2)), rate=0.1)
    found = rest_points(field)
    assert any("=" in q.face for q in found)
    for q in found:
        np.testing.assert_allclose(field(q.x), q.x, rtol=0, atol=1e-9)


def test_a_point_beside_a_face_is_not_moved_onto_it():
    # rests at p = 1e-7 alone; at p = 0 it moves
    found = rest_points(Field(gt.field.Space((2,)), lambda p: (1e-7 - p) * (1 + p), faces="free"))
    (q,) = found
    assert q.face == "interior" or q.x[0] > 0
    assert q.x[0] == pytest.approx(1e-7, rel=1e-6)


# ---------------------------------------------------------------------- real vectors
def test_lola_and_its_kin_on_logits_turn_around_even_odds():
    for rule in (gt.rules.lola, gt.rules.sos, gt.rules.lookahead, gt.rules.extragradient):
        (q,) = found = rest_points(rule(gt.catalogue.matching_pennies(), rate=0.5))
        np.testing.assert_allclose(q.x, 0, atol=1e-9)
        assert q.stability == "sink"
        assert (
            found.method
            == "Newton's method from 401 starts in the box [-10, 10] in every coordinate; nothing is known beyond"
        )
        assert not found.complete
    (q,) = rest_points(gt.rules.simultaneous_ascent(gt.catalogue.matching_pennies(), rate=0.5))
    assert q.stability == "source"


def test_nearly_pure_policies_are_not_said_to_rest():
    # defection dominates: logits fall for ever, the more slowly the lower
    for rule in (gt.rules.lola, gt.rules.sos):
        assert len(rest_points(rule(gt.catalogue.prisoners_dilemma(), rate=0.5), box=(-30, 30))) == 0


def test_the_mixed_point_of_a_stag_hunt_on_logits():
    # payoffs 4, 0, 3, 1: indifferent at p = 1/2; ξ vanishes there alone, and LookAhead and SOS rest where ξ does
    for rule in (gt.rules.lookahead, gt.rules.sos, gt.rules.simultaneous_ascent):
        (q,) = rest_points(rule(gt.Game.two_by_two(4, 0, 3, 1), rate=0.3))
        np.testing.assert_allclose(q.x, 0, atol=1e-9)
        assert q.stability == "saddle"


def test_three_actions_have_lines_of_logits(monkeypatch):
    monkeypatch.setattr(real_vectors, "_STARTS", 50)
    # rock-paper-scissors: all logits of a player alike, told by the point 0; naive learners are driven off
    (q,) = rest_points(gt.rules.lola(gt.catalogue.rock_paper_scissors(), rate=0.5))
    np.testing.assert_allclose(q.x, 0, atol=1e-9)
    assert q.stability == "sink"
    assert len(q.eigenvalues) == 4  # two directions less, one for each player
    (q,) = rest_points(gt.rules.simultaneous_ascent(gt.catalogue.rock_paper_scissors(), rate=0.5))
    assert q.stability == "source"


@pytest.mark.parametrize("temperature", [1, 0.4])
def test_tables_of_values_rest_at_logit_equilibria(temperature):
    game = gt.catalogue.stag_hunt()
    found = rest_points(gt.rules.q_tables(game, temperature=temperature))
    policies = {
        tuple(np.round([1 / (1 + np.exp((q.x[k + 1] - q.x[k]) / temperature)) for k in (0, 2)], 6)) for q in found
    }
    expected = {tuple(np.round(one.x, 6)) for one in gt.equilibria.logit_qre(game, temperature=temperature)}
    assert policies == expected


def test_a_box_says_where_to_look():
    field = Field(RealSpace((1, 1)), lambda x: np.stack([x[..., 0] - 20, x[..., 1] + x[..., 0]], axis=-1))
    assert len(rest_points(field)) == 0
    (q,) = found = rest_points(field, box=([0, -30], [30, 0]))
    assert q.location == (20, -20)
    assert q.exact
    assert q.stability == "source"
    assert "[0, 30] × [-30, 0]" in found.method
    cubic = Field(RealSpace((1,)), lambda x: x * (2 - x * x))
    found = rest_points(cubic)
    assert [q.stability for q in found] == ["sink", "source", "sink"]
    assert all(0 <= q.radius < 1e-12 for q in found)
    np.testing.assert_allclose([q.x[0] for q in found], [-np.sqrt(2), 0, np.sqrt(2)], atol=1e-12)


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((1, 1), "box must have finite ends, the lower ones first"),
        ((0, np.inf), "box must have finite ends"),
        (([0, 0, 0], 1), "arrays of length 2"),
        (3, "box must be a pair"),
    ],
)
def test_boxes_that_are_none(box, message):
    with pytest.raises(ValueError, match=message):
        rest_points(gt.rules.lola(gt.catalogue.stag_hunt()), box=box)


def test_a_box_is_for_real_vectors():
    with pytest.raises(ValueError, match="box is for fields on real vectors"):
        rest_points(FIELDS["explorers"](), box=(0, 1))
