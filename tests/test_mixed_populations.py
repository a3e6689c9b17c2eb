"""Players of several kinds in one game: a transfer, an objective, a rule for each."""

from fractions import Fraction

import numpy as np
import pytest
import reference as ref
import reference_shaping as shaping
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.objective import Logits, MatrixObjective, MemoryOneObjective, PerPlayer
from gametheory.transfer import FixedShare, GroupOptimal, InequityAversion, Selfish, SocialRelationship, Transfer

LASE, SELFISH, GROUP = SocialRelationship(), Selfish(), GroupOptimal()
PD = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
HALF = Fraction(1, 2)


# ---------------------------------------------------------------------- against the slow implementation
def rows_of(*kinds):
    """Weights of a mixed population, row by row from each player's own."""

    def weights(payoffs, joint, policies):
        return [kind(payoffs, joint, policies)[i] for i, kind in enumerate(kinds)]

    return weights


# transfers by kind, and the same in the slow implementation; numbers of a matrix are for two players, see below
KINDS = {
    "lase": (LASE, ref.lase()),
    "selfish": (SELFISH, ref.selfish),
    "group": (GROUP, ref.group_optimal),
    "half": (SocialRelationship(scale=HALF, clip=False), ref.lase(scale=HALF, clip=False)),
    "mixed estimate": (SocialRelationship(("mixed", Fraction(1, 3))), ref.lase(("mixed", Fraction(1, 3)))),
}
POPULATIONS = [
    ((2, 2), ("lase", "selfish")),
    ((2, 2), ("selfish", "lase")),
    ((2, 2), ("group", "lase")),
    ((2, 2), ("half", "mixed estimate")),
    ((2, 3), ("lase", "group")),
    ((3, 2), ("selfish", "half")),
    ((2, 2, 2), ("lase", "selfish", "group")),
    ((2, 3, 2), ("selfish", "lase", "lase")),
]


def population(names):
    return [KINDS[name][0] for name in names], rows_of(*(KINDS[name][1] for name in names))


@pytest.mark.parametrize(("n_actions", "names"), POPULATIONS, ids=str)
def test_gradients_totals_and_closed_forms(n_actions, names):
    rng = np.random.default_rng(len(names[0]) + 7 * sum(n_actions))
    game = ref.random_game(rng, n_actions)
    transfers, weights = population(names)
    field = gt.rules.policy_gradient(game, transfers)
    objective = field.objective
    for _ in range(3):
        policies = ref.random_policies(rng, n_actions)
        state = np.array(ref.coordinates(policies), dtype=object)
        expected = ref.own_gradient(ref.table(game), weights, policies)
        # exact numbers, floats and the closed form
        exact = MatrixObjective(game.rational(), transfers).transfer.effective(
            game.rational().payoffs, ref.held(policies)
        )
        for joint, totals in ref.totals(ref.table(game), weights, policies).items():
            assert [exact[(j, *joint)] for j in range(game.n_players)] == totals
        x = state.astype(float)
        np.testing.assert_allclose(objective.own_gradient(x), np.array(expected, dtype=float), rtol=0, atol=1e-12)
        at = dict(zip(field.space.symbols, map(sp.Rational, map(str, state)), strict=True))
        assert [g.subs(at) for g in field.advantages] == [sp.Rational(str(v)) for v in expected]
        np.testing.assert_allclose(field(x), field.function(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("n_actions", "names"), POPULATIONS, ids=str)
def test_derivatives_and_jacobians_against_differences(n_actions, names):
    rng = np.random.default_rng(3)
    game = ref.random_game(rng, n_actions)
    transfers, _ = population(names)
    field = gt.rules.policy_gradient(game, transfers)
    x = np.concatenate([np.full(a - 1, 1 / a) for a in n_actions]) + 0.01
    first, second = field.objective.derivatives(x)
    plain_first, plain_second = gt.objective.Objective.derivatives(field.objective, x)
    np.testing.assert_allclose(first, plain_first, rtol=0, atol=1e-8)
    np.testing.assert_allclose(second, plain_second, rtol=0, atol=1e-5)
    step = 1e-6 * np.eye(len(x))
    slopes = (field.function(x + step) - field.function(x - step)).T / 2e-6
    np.testing.assert_allclose(field.jacobian(x), slopes, rtol=0, atol=1e-7)


@given(st.lists(st.integers(-4, 4), min_size=12, max_size=12), st.tuples(*[st.sampled_from(sorted(KINDS))] * 2))
def test_shares_are_rows_of_each_and_nothing_is_lost(numbers, names):
    game = gt.Game(np.array(numbers, dtype=object).reshape(2, 2, 3).tolist())
    held = ref.held([[HALF, HALF], [Fraction(1, 5), Fraction(1, 5), Fraction(3, 5)]])
    transfers, _ = population(names)
    transfer = MatrixObjective(game, transfers).transfer
    shares = transfer.shares(game.payoffs, held)
    for i, own in enumerate(transfers):
        assert (shares[i] == own.shares(game.payoffs, held)[i]).all()
    assert (transfer.effective(game.payoffs, held).sum(axis=0) == game.payoffs.sum(axis=0)).all()


def test_all_alike_is_one_transfer():
    x = np.random.default_rng(0).random((5, 2))
    for make in (SocialRelationship, Selfish, GroupOptimal, lambda: InequityAversion(1, HALF)):
        alone = gt.rules.policy_gradient(PD, make())
        one = make()
        assert gt.rules.policy_gradient(PD, [one, one]).expressions == alone.expressions
        copies = gt.rules.policy_gradient(PD, [make(), make()])
        np.testing.assert_allclose(copies(x), alone(x), rtol=0, atol=1e-14)
        assert copies.diagonal().expressions[0].equals(alone.diagonal().expressions[0])


def test_batches_of_payoffs_and_estimates():
    R, T = sp.symbols("R T")
    field = gt.rules.policy_gradient(
        gt.Game.two_by_two(R, 0, T, 1, assume=[R > 0, T > 1]), [LASE, FixedShare(Fraction(3, 4))]
    )
    x = field.space.random(6, rng=1)
    rewards = np.linspace(2, 4, 6)
    many = field.function(x, R=rewards, T=5.0)
    for n in range(6):
        one = gt.rules.policy_gradient(gt.Game.two_by_two(rewards[n], 0, 5, 1), [LASE, FixedShare(Fraction(3, 4))])
        np.testing.assert_allclose(many[n], one(x[n]), rtol=0, atol=1e-12)
        np.testing.assert_allclose(field(x, R=rewards, T=5.0)[n], one(x[n]), rtol=0, atol=1e-12)


def test_symbols_of_one_players_transfer():
    kappa = sp.Symbol("kappa", positive=True)
    field = gt.rules.policy_gradient(PD, [SocialRelationship(scale=kappa), SELFISH])
    assert field.parameters == ("kappa",)
    bound = field.bind(kappa=Fraction(1, 2))
    direct = gt.rules.policy_gradient(PD, [SocialRelationship(scale=HALF), SELFISH])
    x = field.space.random(5, rng=2)
    np.testing.assert_allclose(bound(x), direct(x), rtol=0, atol=1e-13)
    np.testing.assert_allclose(field(x, kappa=0.5), direct(x), rtol=0, atol=1e-13)


# ---------------------------------------------------------------------- LASE against selfish, by hand
# Player 1 gives max(1 - p2, 0) of its reward when player 2 cooperates, which it does with probability p2 = q; player 2
# gives nothing. Player 1 keeps q of R or T, all of S or P:       g1 = q² (R - T) + (1 - q) (S - P) < 0,
# so that in a prisoner's dilemma it defects in the end. There    g2 = S - P + (1 - q) T,
# so that player 2 cooperates with probability q* = 1 - (P - S)/T if T > P - S. It is then indifferent, and its total is
# what defecting pays, P; player 1 is left with q*² T + (1 - q*) P.
@pytest.mark.parametrize(
    "payoffs", [(3, 0, 5, 1), (2, -1, 3, 0), (Fraction(7, 2), Fraction(1, 3), 4, Fraction(3, 2))], ids=str
)
def test_lase_against_selfish_in_the_prisoners_dilemma(payoffs):
    _, S, T, P = map(Fraction, payoffs)
    field = gt.rules.policy_gradient(gt.Game.two_by_two(*payoffs), transfer=[LASE, SELFISH])
    found = gt.analysis.rest_points(field)
    q = 1 - (P - S) / T
    (sink,) = found.sinks
    assert found.complete
    assert found.interior == ()
    assert sink.location == (0, sp.Rational(str(q)))
    assert list(sink.gifts.totals) == [q**2 * T + (1 - q) * P, P]
    assert sink.gifts.kept[1] == 1
    assert sink.gifts.flow[0, 1] == q * (1 - q) * T
    assert sink.gifts.flow[1, 0] == 0
    # from everywhere inside
    ends = gt.analysis.flow(field, [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.5, 0.5]], [0, 400])[-1]
    np.testing.assert_allclose(ends, [[0, float(q)]] * 4, atol=1e-6)


def test_the_closed_form_of_lase_against_selfish():
    R, S, T, P, p1, p2 = sp.symbols("R S T P p1 p2")
    field = gt.rules.policy_gradient(gt.Game.two_by_two(R, S, T, P), [LASE, SELFISH])
    g1 = p2**2 * (R - T) + (1 - p2) * (S - P)
    g2 = p1 * (R - T) + (1 - p1) * (S - P) + (1 - p2) * (p1 * R + (1 - p1) * T)
    assert [sp.expand(a - b) for a, b in zip(field.advantages, (g1, g2), strict=True)] == [0, 0]


def test_the_order_of_players_is_that_of_the_list():
    x = np.random.default_rng(1).random((4, 2))
    one, other = gt.rules.policy_gradient(PD, [LASE, SELFISH]), gt.rules.policy_gradient(PD, [SELFISH, LASE])
    np.testing.assert_allclose(one(x), other(x[:, ::-1])[:, ::-1], rtol=0, atol=1e-14)


# ---------------------------------------------------------------------- averse players
def felt(payoffs, weights, averse, alpha, beta, policies):
    """Totals of the slow implementation, and what averse players make of them."""
    totals = ref.totals(payoffs, weights, policies)
    utilities = ref.inequity_averse(totals, alpha, beta)
    return {a: [utilities[a][i] if i in averse else t for i, t in enumerate(entry)] for a, entry in totals.items()}


@pytest.mark.parametrize(
    ("n_actions", "others"),
    [((2, 2), ("lase",)), ((2, 2), ("group",)), ((2, 2), ("selfish",)), ((2, 3, 2), ("lase", "selfish"))],
    ids=str,
)
def test_averse_players_compare_what_all_have_after_gifts(n_actions, others):
    rng = np.random.default_rng(11)
    game = ref.random_game(rng, n_actions)
    alpha, beta = Fraction(3, 2), Fraction(1, 4)
    field = gt.rules.policy_gradient(game, [InequityAversion(alpha, beta), *(KINDS[name][0] for name in others)])
    assert field.smoothness == ("piecewise" if "lase" in others else "polynomial")
    weights = rows_of(ref.selfish, *(KINDS[name][1] for name in others))
    n = game.n_players
    for _ in range(4):
        policies = ref.random_policies(rng, n_actions)
        rewards = felt(ref.table(game), weights, {0}, [alpha] * n, [beta] * n, policies)

        def pure(i, k, policies=policies):
            return [*policies[:i], [Fraction(k == b) for b in range(len(policies[i]))], *policies[i + 1 :]]

        expected = [
            ref.mean(rewards, i, pure(i, k)) - ref.mean(rewards, i, pure(i, a - 1))
            for i, a in enumerate(n_actions)
            for k in range(a - 1)
        ]
        x = np.array(ref.coordinates(policies), dtype=float)
        np.testing.assert_allclose(field.objective.own_gradient(x), np.array(expected, dtype=float), rtol=0, atol=1e-12)
        at = dict(zip(field.space.symbols, map(sp.Rational, map(str, ref.coordinates(policies))), strict=True))
        assert [g.subs(at) for g in field.advantages] == [sp.Rational(str(v)) for v in expected]


def test_rest_points_beside_an_averse_player():
    found = gt.analysis.rest_points(gt.rules.policy_gradient(PD, [InequityAversion(1, HALF), LASE]))
    (sink,) = found.sinks
    # Player 2 defects. If player 1 cooperates, which was expected with p, player 2 gives it 1 - p of its T = 5 and is
    # left with 5 p; what player 1 feels then must be the P = 1 that both have if it defects:
    #     5 (1 - p) - max(5 p - 5 (1 - p), 0) - max(5 (1 - p) - 5 p, 0)/2 = 1, so 10 - 15 p = 1 for p > 1/2
    assert found.complete
    assert sink.location == (Fraction(3, 5), 0)
    assert sink.gifts is None  # utilities are not shares


# ---------------------------------------------------------------------- memory
def test_memory_one_players_of_two_kinds():
    both = {
        kinds: MemoryOneObjective(PD, [{"L": LASE, "S": SELFISH}[k] for k in kinds], 0.9)
        for kinds in ("LL", "LS", "SL", "SS")
    }
    mixed = both["LS"]
    x = np.random.default_rng(5).random((3, 10))
    # gifts of player 1 and of player 2 add up, in totals and in gradients; nothing is lost
    for what in (MemoryOneObjective.values, MemoryOneObjective.own_gradient):
        all_give, one, other, none = (what(objective, x) for objective in both.values())
        np.testing.assert_allclose(all_give, one + other - none, rtol=0, atol=1e-12)
        assert np.abs(one - none).max() > 1e-3
    np.testing.assert_allclose(mixed.values(x).sum(axis=-1), both["SS"].values(x).sum(axis=-1), rtol=0, atol=1e-12)
    np.testing.assert_allclose(mixed.own_gradient(x), gt.objective.Objective.own_gradient(mixed, x), rtol=0, atol=1e-8)
    first, second = mixed.derivatives(x[0])
    plain = gt.objective.Objective.derivatives(mixed, x[0])
    np.testing.assert_allclose(first, plain[0], rtol=0, atol=1e-8)
    np.testing.assert_allclose(second, plain[1], rtol=0, atol=1e-5)
    assert mixed.smoothness == "piecewise"
    assert MemoryOneObjective(PD, [GROUP, SELFISH], 0.9).smoothness == "rational"


def test_without_memory_and_future_it_is_the_game_played_once():
    mixed = MemoryOneObjective(PD, [LASE, SELFISH], 0.0)
    once = MatrixObjective(PD, [LASE, SELFISH])
    for p, q in np.random.default_rng(6).random((4, 2)):
        x = mixed.memoryless(p, q)
        np.testing.assert_allclose(mixed.values(x), once.values(np.array([p, q])), rtol=0, atol=1e-13)
        np.testing.assert_allclose(
            mixed.own_gradient(x)[[0, 5]], once.own_gradient(np.array([p, q])), rtol=0, atol=1e-12
        )


# ---------------------------------------------------------------------- an objective for each player
def test_everybody_climbs_its_own_objective():
    other = gt.Game.two_by_two(2, -1, 4, 0)
    both = [MatrixObjective(PD), MatrixObjective(other)]
    field = gt.rules.policy_gradient(both)
    x = field.space.random(5, rng=3)
    np.testing.assert_allclose(field(x)[:, 0], gt.rules.policy_gradient(PD)(x)[:, 0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(field(x)[:, 1], gt.rules.policy_gradient(other)(x)[:, 1], rtol=0, atol=1e-14)
    # it is the game with each player's own payoffs
    joined = gt.Game(np.stack([PD.payoffs[0], other.payoffs[1]]).tolist())
    assert field.expressions == gt.rules.policy_gradient(joined).expressions
    assert str(gt.analysis.rest_points(field)) == str(gt.analysis.rest_points(gt.rules.policy_gradient(joined)))
    one, two = PerPlayer(both).derivatives(x), MatrixObjective(joined).derivatives(x)
    np.testing.assert_allclose(one[0], two[0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(one[1], two[1], rtol=0, atol=1e-14)
    np.testing.assert_allclose(PerPlayer(both).values(x), MatrixObjective(joined).values(x), rtol=0, atol=1e-14)
    assert PerPlayer(both).payoff_range() == 5


def test_parameters_of_objectives_for_each():
    a, b = sp.symbols("a b")
    both = [MatrixObjective(gt.Game.two_by_two(a, 0, 5, 1)), MatrixObjective(gt.Game.two_by_two(3, 0, b, 1))]
    field = gt.rules.policy_gradient(both)
    assert field.parameters == ("a", "b")
    x = np.array([0.3, 0.6])
    expected = (
        gt.rules.policy_gradient(both[0].bind(a=4).game)(x)[0],
        gt.rules.policy_gradient(both[1].bind(b=6).game)(x)[1],
    )
    np.testing.assert_allclose(field(x, a=4, b=6), expected, rtol=0, atol=1e-14)
    np.testing.assert_allclose(field.bind(a=4, b=6)(x), expected, rtol=0, atol=1e-14)
    np.testing.assert_allclose(field.bind(a=4)(x, b=6), expected, rtol=0, atol=1e-14)


# ---------------------------------------------------------------------- a rule for each player
ALPHA = 0.7
RULES = {
    "naive": (lambda o: gt.rules.simultaneous_ascent(o, rate=ALPHA), shaping.naive),
    "lookahead": (lambda o: gt.rules.lookahead(o, rate=ALPHA), shaping.lookahead),
    "lola": (lambda o: gt.rules.lola(o, rate=ALPHA), shaping.lola_expansion),
    "sos": (lambda o: gt.rules.sos(o, rate=ALPHA), shaping.sos),
}


@pytest.mark.parametrize(
    ("first", "second"), [("lola", "naive"), ("naive", "lola"), ("lola", "sos"), ("lookahead", "naive")], ids=str
)
def test_lola_against_others(first, second):
    losses = shaping.one_shot(PD.numeric)
    objective = Logits(MatrixObjective(PD))
    field = gt.rules.mixed([RULES[first][0](objective), RULES[second][0](objective)])
    for theta in np.random.default_rng(2).normal(size=(4, 2)):
        steps = [RULES[name][1](losses, theta, ALPHA)[i] for i, name in enumerate((first, second))]
        np.testing.assert_allclose(field(theta), theta - ALPHA * np.array(steps), rtol=0, atol=1e-10)
    batch = np.random.default_rng(3).normal(size=(2, 3, 2))
    np.testing.assert_allclose(field(batch)[1, 2], field(batch[1, 2]), rtol=0, atol=1e-14)


def test_lola_against_a_naive_learner_that_gives():
    # LOLA keeps its rewards, the naive learner gives by relationship: totals at held weights are a game of its own
    transfers = [SELFISH, LASE]
    objective = Logits(MatrixObjective(PD, transfers))
    field = gt.rules.mixed([gt.rules.lola(objective, rate=ALPHA), gt.rules.simultaneous_ascent(objective, rate=ALPHA)])
    assert field(np.zeros(2)).shape == (2,)
    for theta in np.random.default_rng(4).normal(size=(3, 2)):
        held = MatrixObjective(PD, transfers).effective(objective.state(theta))
        losses = shaping.one_shot(held)
        steps = [shaping.lola_expansion(losses, theta, ALPHA)[0], shaping.naive(losses, theta, ALPHA)[1]]
        np.testing.assert_allclose(field(theta), theta - ALPHA * np.array(steps), rtol=0, atol=1e-10)


def test_mixed_flows_keep_what_they_have_in_common():
    # the same flow twice is that flow; different learning rates only change speeds
    field = gt.rules.policy_gradient(PD, [LASE, SELFISH])
    same = gt.rules.mixed([field, field])
    assert (same.expressions, same.advantages, same.faces) == (field.expressions, field.advantages, field.faces)
    assert str(gt.analysis.rest_points(same)) == str(gt.analysis.rest_points(field))
    assert [q.gifts.totals.tolist() for q in gt.analysis.rest_points(same).sinks] == [[Fraction(17, 5), 1]]


def test_a_replicator_beside_one_that_mutates():
    plain, mutant = gt.rules.policy_gradient(PD), gt.rules.replicator_mutator(PD, rate=0.1)
    field = gt.rules.mixed([plain, mutant])
    x = field.space.random(6, rng=1)
    np.testing.assert_allclose(field(x), np.stack([plain(x)[:, 0], mutant(x)[:, 1]], axis=-1), rtol=0, atol=1e-13)
    # at p1 = 0 player 2 has g2 = -1: it rests where -q (1 - q) + (1/2 - q)/10 = 0, and there g1 < 0
    q = (11 - np.sqrt(101)) / 20
    assert abs(-q * (1 - q) + (0.5 - q) / 10) < 1e-15
    np.testing.assert_allclose(gt.analysis.flow(field, [0.9, 0.9], [0, 100])[-1], [0, q], rtol=0, atol=1e-8)
    found = gt.analysis.rest_points(field)
    places = [*(point.x for point in found), *((box.lo + box.hi) / 2 for box in found.undecided)]
    assert min(np.abs(place - [0, q]).max() for place in places) < 1e-6


def test_flows_that_treat_the_border_differently_have_no_closed_form():
    projected = gt.rules.policy_gradient(PD, parametrisation="projected")
    field = gt.rules.mixed([projected, gt.rules.policy_gradient(PD)])
    assert field.expressions is None
    assert field.smoothness == "piecewise"
    assert gt.rules.mixed([projected, projected]).expressions == projected.expressions
    hot = gt.rules.mixed([gt.rules.boltzmann_q(PD, temperature=1), gt.rules.boltzmann_q(PD, temperature=2)])
    found = gt.analysis.rest_points(hot)
    (point,) = found
    p, q = point.x  # x ∝ exp(v / tau), each at its own temperature
    gain = lambda other: -2 * other - (1 - other)  # noqa: E731 (short)
    np.testing.assert_allclose([np.log(p / (1 - p)), np.log(q / (1 - q))], [gain(q), gain(p) / 2], rtol=0, atol=1e-9)


def test_learners_with_tables_of_two_temperatures():
    slow, quick = gt.rules.q_tables(PD, temperature=1), gt.rules.q_tables(PD, temperature=2)
    q = np.random.default_rng(0).normal(size=(3, 4))
    field = gt.rules.mixed([slow, quick])
    np.testing.assert_allclose(field(q), np.concatenate([slow(q)[:, :2], quick(q)[:, 2:]], axis=-1), rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    "rule",
    [
        gt.rules.policy_gradient,
        gt.rules.gradient_ascent,
        gt.rules.replicator,
        gt.rules.replicator_mutator,
        gt.rules.boltzmann_q,
        gt.rules.q_tables,
        gt.rules.best_response,
        gt.rules.fictitious_play,
        gt.rules.simultaneous_ascent,
        gt.rules.lookahead,
        gt.rules.lola,
        gt.rules.sos,
        gt.rules.sga,
        gt.rules.consensus,
        gt.rules.extragradient,
        gt.rules.cgd,
    ],
    ids=lambda rule: rule.__name__,
)
def test_every_rule_takes_a_list(rule):
    # a player's move hangs on what it gets: player 2 gives nothing, so player 1 moves as against a selfish player
    # if it is selfish, too; and a list of the same is one transfer
    x = np.array([0.3, 0.6]) if rule is not gt.rules.q_tables else np.array([0.1, 0.4, 0.2, 0.3])
    mixed, same, alone = rule(PD, [SELFISH, LASE]), rule(PD, [LASE, SocialRelationship()]), rule(PD, LASE)
    np.testing.assert_allclose(same(x), alone(x), rtol=0, atol=1e-13)
    assert mixed(x).shape == x.shape
    if rule not in {gt.rules.best_response, gt.rules.fictitious_play}:
        assert np.abs(mixed(x) - alone(x)).max() > 1e-6


def test_portraits_and_orbits_of_mixed_populations():
    field = gt.rules.policy_gradient(PD, [LASE, SELFISH])
    drawn = gt.plot.portrait(field)
    assert drawn is not None
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        gt.rules.replicator(PD, [LASE, SELFISH], populations="one")
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        field.diagonal()


class Nothing(Transfer):
    """Everybody gets nothing."""

    def effective(self, payoffs, held):  # noqa: ARG002 (part of the interface)
        return 0 * payoffs


def test_a_transfer_of_ones_own_beside_others():
    objective = MatrixObjective(PD, [Nothing(), LASE])
    x = np.array([0.4, 0.7])
    assert objective.own_gradient(x)[0] == 0
    assert objective.values(x)[0] == 0
    assert objective.values(x)[1] < MatrixObjective(PD).values(x)[1]  # it gives
    assert objective.smoothness == "piecewise"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gt.rules.policy_gradient(PD, [LASE]), ValueError, "one entry for each of the 2 players, got 1"),
        (lambda: gt.rules.policy_gradient(PD, []), ValueError, "one entry for each of the 2 players, got 0"),
        (
            lambda: gt.rules.policy_gradient(PD, [LASE, "lase"]),
            TypeError,
            "must be a gametheory.transfer.Transfer, got 'lase'",
        ),
        (lambda: MemoryOneObjective(PD, [LASE] * 3), ValueError, "got 3"),
        (
            lambda: gt.rules.policy_gradient([MatrixObjective(PD)]),
            ValueError,
            "2 players need one objective each, got 1",
        ),
        (lambda: gt.rules.policy_gradient([PD, PD]), TypeError, "every player needs an Objective, got Game"),
        (lambda: gt.rules.policy_gradient([]), ValueError, "need one objective each, got 0"),
        (lambda: gt.rules.policy_gradient([MatrixObjective(PD)] * 2, LASE), ValueError, "an objective has its own"),
        (
            lambda: gt.rules.policy_gradient([MatrixObjective(PD), MemoryOneObjective(PD)]),
            ValueError,
            "objectives must be on the same space",
        ),
        (
            lambda: gt.rules.policy_gradient([MatrixObjective(PD, LASE), MatrixObjective(PD)]),
            ValueError,
            r"differ in who gives to whom: Selfish\(\), SocialRelationship\(\)",
        ),
        (
            lambda: gt.rules.mixed([gt.rules.lola(PD, LASE), gt.rules.simultaneous_ascent(PD)]),
            ValueError,
            "differ in who gives to whom",
        ),
        (lambda: gt.rules.mixed([gt.rules.lola(PD)]), ValueError, "2 players need one field each, got 1"),
        (lambda: gt.rules.mixed([]), ValueError, "need one field each, got 0"),
        (lambda: gt.rules.mixed([PD, PD]), TypeError, "every player needs a Field, got Game"),
        (
            lambda: gt.rules.mixed([gt.rules.lola(PD), gt.rules.policy_gradient(PD)]),
            ValueError,
            r"fields must be on the same space, got \('theta1', 'theta2'\) and \('p1', 'p2'\)",
        ),
        (
            lambda: gt.rules.mixed([gt.rules.fictitious_play(PD), gt.rules.policy_gradient(PD)]),
            ValueError,
            "flows and maps do not mix, got map, flow",
        ),
    ],
)
def test_what_is_refused(make, error, message):
    with pytest.raises(error, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)
