"""Spaces and fields: coordinates, closed forms against functions, batches, derivatives, parameters, the diagonal."""

from fractions import Fraction

import numpy as np
import pytest
import reference as ref
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.field import ClosedForm, Field, RealSpace, Space
from gametheory.rules import policy_gradient
from gametheory.transfer import GroupOptimal, Selfish, SocialRelationship

LASE = SocialRelationship()
RULES = ("natural", "softmax", "projected")
R, S, T, P = sp.symbols("R S T P")


# ---------------------------------------------------------------------- spaces
@pytest.mark.parametrize(
    ("n_actions", "names", "blocks"),
    [
        ((2, 2), ("p1", "p2"), [(0, 1), (1, 2)]),
        ((2,), ("p",), [(0, 1)]),
        ((3,), ("x1", "x2"), [(0, 2)]),
        ((3, 2, 4), ("x1_1", "x1_2", "p2", "x3_1", "x3_2", "x3_3"), [(0, 2), (2, 3), (3, 6)]),
        ((1, 2), ("p2",), [(0, 0), (0, 1)]),  # a player without choice has no coordinate
    ],
)
def test_names_and_blocks(n_actions, names, blocks):
    space = Space(n_actions)
    assert space.names == names
    assert space.dimension == len(names)
    assert [(b.start, b.stop) for b in space.blocks] == blocks
    assert [s.name for s in space.symbols] == list(names)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_coordinates_and_policies_are_inverse(n_actions, seed):
    space = Space(tuple(n_actions))
    x = space.random(5, rng=seed)
    policies = space.policies(x)
    assert [p.shape for p in policies] == [(5, a) for a in n_actions]
    for p in policies:
        np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=0, atol=1e-12)
        assert p.min() >= -1e-15
    np.testing.assert_allclose(space.coordinates(policies), x, rtol=0, atol=1e-15)


def test_policies_of_exact_and_symbolic_states():
    space = Space((2, 3))
    exact = space.policies(np.array([Fraction(1, 3), Fraction(1, 2), Fraction(1, 5)], dtype=object))
    assert [p.tolist() for p in exact] == [
        [Fraction(1, 3), Fraction(2, 3)],
        [Fraction(1, 2), Fraction(1, 5), Fraction(3, 10)],
    ]
    p1, a, b = space.symbols
    symbolic = space.policies(np.array([p1, a, b], dtype=object))
    assert symbolic[0][1] == 1 - p1
    assert sp.expand(symbolic[1][2] - (1 - a - b)) == 0


def test_random_states_are_uniform_and_repeatable():
    space = Space((2, 3))
    assert (space.random(4, rng=1) == space.random(4, rng=1)).all()
    x = space.random(20_000, rng=2)
    # uniform on [0, 1] and on the triangle: means 1/2 and 1/3, variances 1/12 and 1/18; 5 standard errors
    np.testing.assert_allclose(x.mean(axis=0), [1 / 2, 1 / 3, 1 / 3], atol=5 * np.sqrt(1 / 12 / 20_000))
    np.testing.assert_allclose(x.var(axis=0), [1 / 12, 1 / 18, 1 / 18], atol=0.003)


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        (([0.5, 0.6], [0.5, 0.5]), r"policy of player 1 must be probabilities that sum to 1, they sum to 1.1"),
        (([0.5, 0.5], [1.5, -0.5]), "policy of player 2 must be probabilities"),
        (([0.5, 0.5], [0.2, 0.3, 0.5]), r"policies must have \(2, 2\) actions, got \(2, 3\)"),
    ],
)
def test_policies_that_are_none(policies, message):
    with pytest.raises(ValueError, match=message):
        Space((2, 2)).coordinates(policies)


@pytest.mark.parametrize("x", [0.5, [0.5], [0.1, 0.2, 0.3], [[0.1], [0.2]]], ids=str)
def test_states_of_another_dimension(x):
    with pytest.raises(ValueError, match=r"states need 2 coordinates \('p1', 'p2'\) on the last axis, got shape"):
        policy_gradient(gt.Game.two_by_two(3, 0, 5, 1))(x)


# ---------------------------------------------------------------------- closed form, function and call agree
def numeric(field, x):
    """Put numbers into the closed form, one state at a time."""
    return np.array(
        [[float(e.subs(dict(zip(field.space.symbols, state, strict=True)))) for e in field.expressions] for state in x]
    )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("n_actions", "transfer"),
    [
        ((2, 2), LASE),
        ((2, 2), SocialRelationship(("mixed", 0.3), scale=0.5)),
        ((2, 2), SocialRelationship(("frozen", [0.3, 0.6]), clip=False)),
        ((2, 2, 2), LASE),
        ((2, 3), LASE),
        ((3, 3), SocialRelationship(clip=False)),
        ((2, 3, 2), GroupOptimal()),
    ],
    ids=str,
)
def test_closed_form_function_and_call_agree(rule, n_actions, transfer):
    game = ref.random_game(np.random.default_rng(1), n_actions)
    field = policy_gradient(game, transfer, rule)
    x = field.space.random(6, rng=1)
    np.testing.assert_allclose(field(x), field.function(x), rtol=0, atol=1e-12)
    np.testing.assert_allclose(numeric(field, x), field.function(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "assume",
    [[R > S, T > P], [R < S, T > P], [R < S, T < P], [R > S, T < P], [sp.Eq(R, S), T > P]],
    ids=str,
)
def test_symbolic_payoffs_and_numbers_agree(rule, assume):
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P, assume=assume), LASE, rule)
    rng = np.random.default_rng(2)
    tried = 0
    while tried < 8:
        values = dict(zip("RSTP", (float(v) for v in rng.integers(-8, 9, size=4) / 4), strict=True))
        if sp.Eq(R, S) in assume:
            values["S"] = values["R"]
        if not all(bool(relation.subs(values)) for relation in assume):
            continue
        tried += 1
        x = field.space.random(3, rng=rng)
        plain = policy_gradient(gt.Game.two_by_two(**values), LASE, rule)
        np.testing.assert_allclose(field(x, **values), plain.function(x), rtol=0, atol=1e-12)
        np.testing.assert_allclose(field.function(x, **values), plain.function(x), rtol=0, atol=1e-12)
        np.testing.assert_allclose(field.bind(**values)(x), plain(x), rtol=0, atol=1e-12)


def test_own_fields_need_no_closed_form():
    spiral = Field(Space((2, 2)), lambda x: np.stack([x[..., 1] - 0.5, 0.5 - x[..., 0]], axis=-1), name="spiral")
    assert spiral.expressions is None
    assert spiral.advantages is None
    assert spiral.switches == ()
    np.testing.assert_allclose(spiral([0.25, 0.75]), [0.25, 0.25])
    np.testing.assert_allclose(spiral.jacobian([[0.25, 0.75], [0.5, 0.5]]), [[[0, 1], [-1, 0]]] * 2, atol=1e-9)


# functions of the wrong shape or without numbers, and the first words of what is said of them
PAIR, ONE = Space((2, 2)), Space((2,))
WRONG = {
    "too few coordinates": (PAIR, lambda x: x[..., :1], r"for states of shape \(2, 2\) it returned \(2, 1\)"),
    "a number": (PAIR, lambda x: x.mean(), r"must return the shape of its states; .* it returned \(\)"),
    "too many coordinates": (ONE, lambda x: np.concatenate([x, 1 - x], axis=-1), r"it returned \(2, 2\)"),
    "no coordinate axis": (PAIR, lambda x: x.sum(axis=-1), r"it returned \(2,\)"),
    "states on the last axis": (Space((3, 2)), lambda x: np.array([x[0], x[1], x[0]]), "it raised IndexError|returned"),
    # with two coordinates and two states the shapes agree by accident
    "single states alone": (PAIR, lambda x: np.array([x[1] - 0.5, 0.5 - x[0]]), "treat each state of a batch"),
    "batches alone": (PAIR, lambda x: np.stack([x[:, 1] - 0.5, 0.5 - x[:, 0]], axis=-1), "IndexError"),
    "another function": (PAIR, lambda x, rate: rate * x, "it raised TypeError"),
    "words": (ONE, lambda x: f"sink {x.ndim}", "it raised ValueError"),
    "NaN in the middle": (PAIR, lambda x: x * np.where(x == 0.5, np.nan, 1), r"not a number at the state \[0.5, 0.5\]"),
    "NaN everywhere": (RealSpace((1, 1)), lambda x: np.log(-1 - x**2), "the field is not a number at the state"),
}


@pytest.mark.parametrize(("space", "function", "message"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("kind", ["flow", "map"])
def test_wrong_functions_are_refused_when_the_field_is_made(space, function, message, kind):
    with pytest.raises(ValueError, match=message) as caught:
        Field(space, function=function, kind=kind)
    assert "\n" not in str(caught.value)


def test_right_functions_are_not_refused():
    # infinite at the border and at the middle, constant, of integers, of a list, a step: fields all the same
    assert Field(ONE, lambda x: 1 / (x - 0.5))([0.75]) == 4
    assert Field(PAIR, lambda x: np.zeros(x.shape, dtype=int))([0.5, 0.5]).tolist() == [0, 0]
    assert Field(PAIR, lambda x: np.where(x > 0.5, 1.0, -1.0))([0.5, 0.75]).tolist() == [-1, 1]
    assert Field(Space((1, 1)), lambda x: x).space.dimension == 0


def test_parameters_are_tried_when_they_are_bound():
    field = Field(PAIR, lambda x, a: a * x[..., :1], parameters=("a",))
    with pytest.raises(ValueError, match=r"it returned \(2, 1\)"):
        field.bind(a=1.0)
    with pytest.raises(ValueError, match=r"for states of shape \(2,\) it returned \(1,\)"):
        field([0.5, 0.5], a=1.0)
    grows = Field(PAIR, lambda x, a: np.asarray(a)[..., None] * x, parameters=("a",))
    assert grows([0.5, 0.5], a=np.ones(7)).shape == (7, 2)


def test_own_objectives_are_tried_too():
    class Short(gt.objective.Objective):
        def values(self, x, held=None):  # noqa: ARG002 (part of the interface)
            return x[..., 0]  # one value for two players

    with pytest.raises(ValueError, match="it raised ValueError"):
        policy_gradient(Short(PAIR))


def test_fields_of_the_package_are_not_tried():
    # making a field costs nothing: what a rule climbs is not evaluated before it is asked for
    class Watched(gt.transfer.ShareTransfer):
        calls = 0

        def shares(self, payoffs, held):
            Watched.calls += 1
            return Selfish().shares(payoffs, held)

    field = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), Watched(), "projected")
    assert Watched.calls == 0
    field([0.5, 0.5])
    assert Watched.calls > 0


def test_a_closed_form_is_derived_once_and_only_when_asked_for():
    calls = []

    def derive():
        calls.append(1)
        return ClosedForm((sp.Symbol("p"),))

    field = Field(Space((2,)), lambda x: x, smoothness="polynomial", derive=derive)
    assert calls == []
    field([0.5])
    field.jacobian([0.5])
    assert (field.expressions, field.advantages) == ((sp.Symbol("p"),), None)
    assert calls == [1]


# ---------------------------------------------------------------------- batches
@pytest.mark.parametrize("transfer", [LASE, Selfish()], ids=str)
def test_states_of_any_batch_shape(transfer):
    field = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), transfer)
    x = field.space.random(24, rng=3)
    one_by_one = np.array([field(state) for state in x])
    for shape in [(24,), (4, 6), (2, 1, 12)]:
        np.testing.assert_allclose(field(x.reshape(*shape, 2)), one_by_one.reshape(*shape, 2), rtol=0, atol=1e-15)
    assert field(x[:0]).shape == (0, 2)
    assert field(x.tolist()).shape == (24, 2)
    assert field([0, 1]).dtype == np.float64  # integers are states, too


def test_large_batches_are_cut_into_blocks_without_a_seam():
    field = policy_gradient(gt.Game.two_by_two(R, 0, T, 1, assume=[R > 0, T > 1]), LASE)
    x = field.space.random(40_000, rng=4)
    temptations = np.linspace(3.5, 5, 40_000)
    whole = field(x, R=3, T=temptations)
    assert whole.shape == (40_000, 2)
    np.testing.assert_allclose(whole, field.function(x, R=3.0, T=temptations), rtol=0, atol=1e-12)
    crossed = field(x[:400], R=3, T=temptations[:100, None])
    assert crossed.shape == (100, 400, 2)
    np.testing.assert_allclose(crossed[17, 33], field(x[33], R=3, T=temptations[17]), rtol=0, atol=1e-14)
    assert field.jacobian(x[:20_000], R=3, T=4).shape == (20_000, 2, 2)


def test_a_field_that_does_not_depend_on_the_state_broadcasts():
    # selfish projected players of a game with constant advantages: g = -1 for both
    field = policy_gradient(gt.Game.two_by_two(-1, -3, 0, -2), Selfish(), "projected")
    assert field(np.full((3, 5, 2), 0.5)).tolist() == np.full((3, 5, 2), -1.0).tolist()


# ---------------------------------------------------------------------- derivatives
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("n_actions", "transfer"), [((2, 2), LASE), ((2, 2, 2), LASE), ((2, 3), Selfish()), ((3, 3), LASE)], ids=str
)
def test_jacobian_against_differences(rule, n_actions, transfer):
    field = policy_gradient(ref.random_game(np.random.default_rng(5), n_actions), transfer, rule)
    x = 0.9 * field.space.random(4, rng=5) + 0.02
    d, h = field.space.dimension, 1e-5
    found = field.jacobian(x)
    assert found.shape == (4, d, d)
    for k in range(d):
        step = np.zeros(d)
        step[k] = h
        column = (
            -field.function(x + 2 * step) + 8 * field.function(x + step)
            - 8 * field.function(x - step) + field.function(x - 2 * step)
        ) / (12 * h)  # fmt: skip
        np.testing.assert_allclose(found[..., k], column, rtol=0, atol=1e-7)  # [..., k, l]: rate k by coordinate l


def test_jacobian_with_parameters():
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE)
    x = field.space.random(3, rng=6)
    temptations = np.array([4.0, 4.5, 5.0])
    found = field.jacobian(x, R=3, S=0, T=temptations, P=1)
    for k, t in enumerate(temptations):
        alone = policy_gradient(gt.Game.two_by_two(3, 0, t, 1), LASE).jacobian(x[k])
        np.testing.assert_allclose(found[k], alone, rtol=0, atol=1e-12)


# ---------------------------------------------------------------------- parameters
def test_unbound_unknown_and_contradicting_parameters():
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE)
    assert field.parameters == ("P", "R", "S", "T")
    with pytest.raises(ValueError, match=r"unbound parameter P, T; pass it by name, or bind\(...\) it"):
        field([0.5, 0.5], R=3, S=0)
    with pytest.raises(ValueError, match="the field has no parameter Q; it has P, R, S, T"):
        field([0.5, 0.5], R=3, S=0, T=5, P=1, Q=2)
    with pytest.raises(ValueError, match="the field has no parameter Q; it has P, R, S, T"):
        field.bind(Q=2)
    with pytest.raises(ValueError, match=r"contradict the assumption R > S; build the game with another assume"):
        field([0.5, 0.5], R=0, S=3, T=5, P=1)
    with pytest.raises(ValueError, match="contradict the assumption"):
        field.bind(R=0, S=3)
    bound = field.bind(R=3, S=0, T=5, P=1)
    with pytest.raises(ValueError, match="the field has no parameter R; it has none"):
        bound([0.5, 0.5], R=3)


def test_a_parameter_named_like_a_coordinate():
    p, p1, cost = sp.symbols("p p1 cost")
    with pytest.raises(ValueError, match=r"p1 names a coordinate \('p1', 'p2'\); give the parameter another name"):
        policy_gradient(gt.catalogue.donation(p1, cost), LASE)
    alike = policy_gradient(gt.catalogue.donation(p, cost), LASE)  # p is none of p1, p2
    with pytest.raises(ValueError, match="p names a coordinate"):
        alike.diagonal()


def test_binding_in_steps():
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE)
    half = field.bind(R=3, P=Fraction(1, 2))
    assert half.parameters == ("S", "T")
    x = field.space.random(4, rng=7)
    np.testing.assert_allclose(half(x, S=0.25, T=5), field(x, R=3, S=0.25, T=5, P=0.5), rtol=0, atol=1e-13)
    whole = half.bind(S=0.25, T=5)
    assert whole.parameters == ()
    assert whole.objective.game == gt.Game.two_by_two(3, Fraction(1, 4), 5, Fraction(1, 2))
    np.testing.assert_allclose(whole(x), field(x, R=3, S=0.25, T=5, P=0.5), rtol=0, atol=1e-13)
    assert {s.name for e in whole.expressions for s in e.free_symbols} == {"p1", "p2"}
    assert field.parameters == ("P", "R", "S", "T")  # bind returns a new field


def test_parameters_of_the_transfer_and_of_the_game_in_one_field():
    b, c, eps, kappa = sp.symbols("b c eps kappa")
    transfer = SocialRelationship(("mixed", eps), scale=kappa)
    field = policy_gradient(gt.catalogue.donation(b, c), transfer).bind(kappa=1)
    x = field.space.random(4, rng=8)
    plain = policy_gradient(gt.catalogue.donation(3, 1), SocialRelationship(("mixed", 0.25)))
    np.testing.assert_allclose(field.bind(b=3, c=1, eps=0.25)(x), plain(x), rtol=0, atol=1e-12)
    np.testing.assert_allclose(field(x, b=3, c=1, eps=0.25), plain(x), rtol=0, atol=1e-12)


# ---------------------------------------------------------------------- the diagonal
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_diagonal_is_the_field_with_all_alike(rule, n):
    field = policy_gradient(gt.catalogue.public_goods(n=n, multiplier=Fraction(5, 2)), LASE, rule)
    small = field.diagonal()
    assert small.space == Space((2,))
    p = np.linspace(0.05, 0.95, 7)[:, None]
    np.testing.assert_allclose(small(p), field(np.repeat(p, n, axis=1))[:, :1], rtol=0, atol=1e-13)
    np.testing.assert_allclose(numeric(small, p), small(p), rtol=0, atol=1e-13)
    along = field.jacobian(np.repeat(p, n, axis=1))[:, 0].sum(axis=-1)
    np.testing.assert_allclose(small.jacobian(p)[:, 0, 0], along, rtol=0, atol=1e-8)


def test_the_diagonal_of_three_actions():
    field = policy_gradient(gt.catalogue.rock_paper_scissors(), LASE)
    small = field.diagonal()
    x = small.space.random(5, rng=9)
    np.testing.assert_allclose(small(x), field(np.concatenate([x, x], axis=-1))[:, :2], rtol=0, atol=1e-13)


def test_the_diagonal_with_parameters():
    small = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE).diagonal()
    assert small.parameters == ("P", "R", "S", "T")
    p = np.array([[0.3], [0.7]])
    plain = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), LASE).diagonal()
    np.testing.assert_allclose(small(p, R=3, S=0, T=5, P=1), plain(p), rtol=0, atol=1e-13)


def test_games_without_a_diagonal():
    with pytest.raises(ValueError, match="players have different numbers of actions"):
        policy_gradient(ref.random_game(np.random.default_rng(10), (2, 3))).diagonal()
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        policy_gradient(gt.catalogue.matching_pennies(), LASE).diagonal()
    a = sp.Symbol("a")
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        policy_gradient(gt.Game.from_bimatrix([[a, 0], [0, 1]], [[1, 0], [0, a]])).diagonal()
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), SocialRelationship(("frozen", [0.2, 0.9]))).diagonal()


def test_games_with_tiny_payoffs_have_a_diagonal():
    assert policy_gradient(gt.Game.two_by_two(3e-12, 0.0, 5e-12, 1e-12), LASE).diagonal().space.dimension == 1
    tiny = gt.Game.from_bimatrix([[3e-12, 0.0], [5e-12, 1e-12]], [[3e-12, 6e-12], [0.0, 1e-12]])
    with pytest.raises(ValueError, match="the players move differently"):
        policy_gradient(tiny, LASE).diagonal()


# ---------------------------------------------------------------------- what kind of field
def test_smoothness_and_switches():
    plain = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), LASE)
    assert (plain.kind, plain.smoothness, plain.switches) == ("flow", "polynomial", ())
    assert policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), LASE, "projected").smoothness == "piecewise"
    # with three actions a relationship changes sign inside: against the middle one of Q = (0, 1, 3) it is
    # (1 - x2 - 3 (1 - x1 - x2)) / 3, and the same with 4 in the place of 3
    field = policy_gradient(gt.Game.from_bimatrix([[0, 1, 3], [0, 1, 4]], [[0, 0, 0], [1, 0, 0]]), LASE)
    assert field.smoothness == "piecewise"
    x1, x2 = field.space.symbols[1:]
    expected = [(1 - x2 - 3 * (1 - x1 - x2)) / 3, (1 - x2 - 4 * (1 - x1 - x2)) / 4]
    assert {sp.expand(s) for s in field.switches} == {sp.expand(s) for s in expected}
    # in rock, paper, scissors the middle one pays nothing, so nothing switches
    assert policy_gradient(gt.catalogue.rock_paper_scissors(), LASE).switches == ()


def test_a_weak_order_leaves_open_whether_a_row_is_flat():
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P, assume=[R >= S, T > P]), LASE)
    with pytest.raises(ValueError, match="which payoff is the larger"):
        field.expressions  # noqa: B018 (a property that raises)


# ---------------------------------------------------------------------- integration
@pytest.mark.parametrize("parametrisation", ["natural", "softmax", "projected"])
def test_flow_stays_inside_where_rounding_would_lead_outside(parametrisation):
    lase = gt.transfer.SocialRelationship()
    for A, B in [
        ([[-4, -2], [-1, -3]], [[-4, -5], [-5, -4]]),
        ([[-1, -3], [-3, -1]], [[-3, -1], [-1, -3]]),
    ]:
        field = gt.rules.policy_gradient(gt.Game.from_bimatrix(A, B), lase, parametrisation)
        path = gt.analysis.flow(field, [[0.45, 0.55], [0.5, 0.2]], np.linspace(0, 2, 6))
        assert path.min() >= 0
        assert path.max() <= 1
    field = gt.rules.policy_gradient(gt.catalogue.rock_paper_scissors(win=1, loss=2), None, parametrisation)
    path = gt.analysis.flow(field, [0.3, 0.4, 0.5, 0.2], np.linspace(0, 4, 4))
    assert all(policy.min() >= -1e-12 for policy in field.space.policies(path))


def test_flow_is_as_accurate_as_it_says():
    # selfish donation game: p(t) = 1/(1 + (1/p0 - 1) e^{ct})
    field = gt.rules.policy_gradient(gt.catalogue.donation(b=3, c=1))
    times = np.linspace(0, 12, 40)
    exact = 1 / (1 + (1 / 0.9 - 1) * np.exp(times))
    assert np.abs(gt.analysis.flow(field, [0.9, 0.9], times)[:, 0] - exact).max() < 1e-8
    loose = gt.analysis.flow(field, [0.9, 0.9], times, tolerance=1e-4)
    assert 1e-9 < np.abs(loose[:, 0] - exact).max() < 1e-3


# ---------------------------------------------------------------------- symbols
def test_a_payoff_may_have_any_name_that_is_not_a_coordinate():
    g1 = sp.Symbol("g1")
    field = gt.rules.policy_gradient(gt.Game.two_by_two(3, 0, 5, g1), gt.transfer.SocialRelationship())
    plain = gt.rules.policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), gt.transfer.SocialRelationship())
    assert field([0.3, 0.6], g1=1.0) == pytest.approx(plain([0.3, 0.6]))
    with pytest.raises(ValueError, match="names a coordinate"):
        gt.rules.policy_gradient(gt.Game.two_by_two(3, 0, 5, sp.Symbol("p1")), gt.transfer.SocialRelationship())


@pytest.mark.parametrize("parametrisation", ["natural", "softmax", "projected"])
def test_symbols_of_the_transfer_can_be_bound_or_given(parametrisation):
    eps = sp.Symbol("eps")
    mixed = gt.transfer.SocialRelationship(estimate=("mixed", eps))
    field = gt.rules.policy_gradient(gt.Game.two_by_two(4, 0, 5, 1), mixed, parametrisation)
    tenth = gt.transfer.SocialRelationship(estimate=("mixed", 0.1))
    expected = gt.rules.policy_gradient(gt.Game.two_by_two(4, 0, 5, 1), tenth, parametrisation)([0.3, 0.6])
    assert field([0.3, 0.6], eps=0.1) == pytest.approx(expected, abs=1e-12)
    assert field.bind(eps=0.1)([0.3, 0.6]) == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
        field([0.3, 0.6], eps=7)


def test_symbols_with_assumptions_of_their_own_decide_signs():
    b, c, p = *sp.symbols("b c", positive=True), sp.Symbol("p")
    field = gt.rules.policy_gradient(gt.catalogue.donation(b, c), gt.transfer.SocialRelationship())
    assert sp.expand(field.diagonal().advantages[0] - (b - c - b * p)) == 0


def test_nearly_tied_floats_are_ties_in_code_and_formula():
    # T - P is 1e-16, rounding of .8 - .7: a gift for it would be a gift for nothing
    field = gt.rules.policy_gradient(gt.Game.two_by_two(0.05, 0.06, 0.8 - 0.7, 0.1), gt.transfer.SocialRelationship())
    assert field([0.3, 0.3]) == pytest.approx(field.function(np.array([0.3, 0.3])), abs=1e-12)


def test_states_with_nan_are_refused():
    field = gt.rules.policy_gradient(gt.catalogue.chicken())
    with pytest.raises(ValueError, match=r"NaN at index \(1, 0\)"):
        field([[0.5, 0.5], [float("nan"), 0.5]])


def test_large_groups_are_evaluated_without_deriving_formulas():
    game = gt.catalogue.public_goods(n=9, multiplier=3)
    field = gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())
    p, rho = 0.3, 1 / 3
    expected = p * (1 - p) * ((2 * rho - 1) + rho * 6 * p - rho * 7 * p**2)
    assert field(np.full(9, p)) == pytest.approx([expected] * 9)
    assert "_closed_form" not in vars(field)
