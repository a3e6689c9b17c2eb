"""Values and own gradients against a slow second implementation; symbols against numbers; own objectives."""

from fractions import Fraction

import numpy as np
import pytest
import reference as ref
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.field import Space
from gametheory.objective import MatrixObjective, Objective, expected, own_gradient
from gametheory.transfer import (
    FixedShare,
    GroupOptimal,
    Selfish,
    ShareTransfer,
    SocialRelationship,
    Transfer,
    with_kept_share,
)

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
SHAPES = [(2, 2), (2, 3), (3, 3), (2, 2, 2), (2, 3, 2)]

# a transfer of the package, and the same in the slow implementation; these serve any numbers of actions
TRANSFERS = {
    "selfish": (Selfish(), ref.selfish),
    "group optimal": (GroupOptimal(), ref.group_optimal),
    "exact": (SocialRelationship(), ref.lase()),
    "mixed": (SocialRelationship(("mixed", THIRD)), ref.lase(("mixed", THIRD))),
    "scale": (SocialRelationship(scale=Fraction(3, 2)), ref.lase(scale=Fraction(3, 2))),
    "no clip": (SocialRelationship(clip=False), ref.lase(clip=False)),
    "positive only": (SocialRelationship(positive_only=True), ref.lase(positive_only=True)),
}
# and these serve players with two actions
TWO_ACTIONS = TRANSFERS | {
    "kept share": (FixedShare(THIRD), ref.fixed([[THIRD, 2 * THIRD], [2 * THIRD, THIRD]])),
    "share matrix": (FixedShare([[HALF, HALF], [0, 1]]), ref.fixed([[HALF, HALF], [0, 1]])),
    "frozen": (SocialRelationship(("frozen", Fraction(4, 5))), ref.lase(("frozen", Fraction(4, 5)))),
    "frozen, each": (
        SocialRelationship(("frozen", [Fraction(4, 5), Fraction(1, 7)])),
        ref.lase(("frozen", [Fraction(4, 5), Fraction(1, 7)])),
    ),
    "all at once": (
        SocialRelationship(("mixed", Fraction(1, 4)), scale=2, clip=False, positive_only=True),
        ref.lase(("mixed", Fraction(1, 4)), scale=2, clip=False, positive_only=True),
    ),
}


def at(policies, dtype=float):
    """Reduced coordinates as an array."""
    return np.array(ref.coordinates(policies), dtype=dtype)


def symmetric_games():
    """Symmetric 2×2 games, one of each of the 27 patterns of signs of R - S, T - P and T - R."""
    rng = np.random.default_rng(1)
    found = {}
    while len(found) < 27:
        R, S, T, P = (int(v) for v in rng.integers(-4, 5, size=4))
        found.setdefault((np.sign(R - S), np.sign(T - P), np.sign(T - R)), (R, S, T, P))
    return list(found.values())


# ---------------------------------------------------------------------- the two slow ways agree with each other
def test_the_slow_implementation_agrees_with_itself():
    rng = np.random.default_rng(2)
    for n_actions in SHAPES:
        for _transfer, weights in TRANSFERS.values():
            payoffs, policies = ref.table(ref.random_game(rng, n_actions)), ref.random_policies(rng, n_actions)
            by_actions = ref.own_gradient(payoffs, weights, policies)
            assert by_actions == ref.own_gradient_by_differences(payoffs, weights, policies)


# ---------------------------------------------------------------------- gradients of any game, by loops
@pytest.mark.parametrize("payoffs", symmetric_games(), ids=str)
def test_gradients_of_symmetric_games_of_every_sign_pattern(payoffs):
    rng = np.random.default_rng(3)
    game = gt.Game.two_by_two(*payoffs)
    policies = ref.random_policies(rng, (2, 2))
    for name in ("exact", "mixed", "frozen, each", "no clip"):
        transfer, weights = TWO_ACTIONS[name]
        exact = ref.own_gradient(ref.table(game), weights, policies)
        found = own_gradient(MatrixObjective(game, transfer), at(policies))
        np.testing.assert_allclose(found, np.array(exact, dtype=float), rtol=0, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("name", TWO_ACTIONS)
def test_gradients_of_bimatrix_games(name):
    transfer, weights = TWO_ACTIONS[name]
    rng = np.random.default_rng(4)
    for exact in (True, False):
        for _ in range(4):
            game, policies = ref.random_game(rng, (2, 2), exact=exact), ref.random_policies(rng, (2, 2))
            objective = MatrixObjective(game, transfer)
            by_hand = ref.own_gradient(ref.table(game), weights, policies)
            np.testing.assert_allclose(
                own_gradient(objective, at(policies)), np.array(by_hand, dtype=float), rtol=0, atol=1e-13
            )


@pytest.mark.parametrize("n_actions", [*SHAPES, (2, 2, 3, 2)], ids=str)
@pytest.mark.parametrize("name", TRANSFERS)
def test_gradients_and_values_of_n_player_games(name, n_actions):
    transfer, weights = TRANSFERS[name]
    rng = np.random.default_rng(5)
    game, policies = ref.random_game(rng, n_actions, exact=False), ref.random_policies(rng, n_actions)
    payoffs, objective, x = ref.table(game), MatrixObjective(game, transfer), at(policies)
    gradient = np.array(ref.own_gradient(payoffs, weights, policies), dtype=float)
    np.testing.assert_allclose(own_gradient(objective, x), gradient, rtol=0, atol=1e-12)
    # the gradient that every objective inherits: central differences of values with the weights held
    np.testing.assert_allclose(Objective.own_gradient(objective, x), gradient, rtol=0, atol=1e-8)

    rewards = ref.totals(payoffs, weights, policies)
    values = [float(ref.mean(rewards, i, policies)) for i in range(game.n_players)]
    np.testing.assert_allclose(objective.values(x), values, rtol=0, atol=1e-12)
    others = ref.random_policies(rng, n_actions)
    values = [float(ref.mean(rewards, i, others)) for i in range(game.n_players)]  # act as others, weights as before
    np.testing.assert_allclose(objective.values(at(others), held=x), values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", TWO_ACTIONS)
def test_gradients_through_weights_are_another_dynamic(name):
    transfer, weights = TWO_ACTIONS[name]
    rng = np.random.default_rng(6)
    game, policies = ref.random_game(rng, (2, 2)), ref.random_policies(rng, (2, 2))
    payoffs, objective = ref.table(game), MatrixObjective(game, transfer)
    by_hand = ref.gradient_through_weights(payoffs, weights, policies)
    found = own_gradient(objective, at(policies), through_weights=True)
    np.testing.assert_allclose(found, np.array(by_hand, dtype=float), rtol=0, atol=1e-8)
    replace = dict(zip(objective.space.symbols, map(sp.Rational, map(str, ref.coordinates(policies))), strict=True))
    exact = [Fraction(str(e.subs(replace))) for e in objective.expressions(through_weights=True)]
    assert exact == by_hand
    depends = name in {"exact", "mixed", "scale", "no clip", "positive only", "all at once"}
    assert (by_hand != ref.own_gradient(payoffs, weights, policies)) == depends  # fixed and frozen weights do not move


@pytest.mark.parametrize(
    ("name", "n_actions"),
    [
        *((name, (2, 2)) for name in TWO_ACTIONS),
        *((name, (2, 3)) for name in TRANSFERS),
        ("exact", (3, 3)),
        ("no clip", (3, 3)),
        ("exact", (2, 2, 2)),
        ("mixed", (2, 2, 2)),
        ("exact", (2, 3, 2)),
    ],
    ids=str,
)
def test_expressions_are_exact(name, n_actions):
    transfer, weights = TWO_ACTIONS[name]
    rng = np.random.default_rng(7)
    game = ref.random_game(rng, n_actions)
    expressions = MatrixObjective(game, transfer).expressions()
    symbols = Space(n_actions).symbols
    for _ in range(3):
        policies = ref.random_policies(rng, n_actions)
        replace = dict(zip(symbols, map(sp.Rational, map(str, ref.coordinates(policies))), strict=True))
        exact = [Fraction(str(e.subs(replace))) for e in expressions]
        assert exact == ref.own_gradient(ref.table(game), weights, policies)


def test_a_float_game_has_the_expressions_of_its_decimals():
    assert (
        MatrixObjective(gt.Game.two_by_two(0.1, -0.25, 0.7, 0.0), SocialRelationship()).expressions()
        == MatrixObjective(
            gt.Game.two_by_two(Fraction(1, 10), Fraction(-1, 4), Fraction(7, 10), 0), SocialRelationship()
        ).expressions()
    )


# ---------------------------------------------------------------------- batches
@pytest.mark.parametrize("n_actions", [(2, 2), (2, 3), (2, 2, 2)], ids=str)
def test_states_of_any_batch_shape(n_actions):
    objective = MatrixObjective(ref.random_game(np.random.default_rng(8), n_actions), SocialRelationship())
    x = objective.space.random(12, rng=8)
    one_by_one = np.array([own_gradient(objective, state) for state in x])
    values = np.array([objective.values(state) for state in x])
    for shape in [(12,), (3, 4), (1, 2, 1, 6), (12, 1)]:
        np.testing.assert_allclose(
            own_gradient(objective, x.reshape(*shape, -1)), one_by_one.reshape(*shape, -1), rtol=0, atol=1e-14
        )
        np.testing.assert_allclose(objective.values(x.reshape(*shape, -1)), values.reshape(*shape, -1), atol=1e-14)
    assert own_gradient(objective, x[:0]).shape == (0, objective.space.dimension)


def test_parameters_of_any_batch_shape():
    R, S, T, P = sp.symbols("R S T P")
    objective = MatrixObjective(gt.Game.two_by_two(R, S, T, P), SocialRelationship())
    x = objective.space.random(5, rng=9)
    temptations, suckers = np.linspace(3.5, 6, 4)[:, None], np.array([-1.0, 0, 0.5])[:, None, None]
    found = own_gradient(objective, x, R=3, S=suckers, T=temptations, P=1)
    assert found.shape == (3, 4, 5, 2)
    for a, s in enumerate(suckers.ravel()):
        for b, t in enumerate(temptations.ravel()):
            alone = own_gradient(MatrixObjective(gt.Game.two_by_two(3, s, t, 1), SocialRelationship()), x)
            np.testing.assert_allclose(found[a, b], alone, rtol=0, atol=1e-13)
    paired = objective.values(x[:4], R=3, S=0, T=temptations[:, 0], P=1)  # one payoff a state
    for b, t in enumerate(temptations.ravel()):
        alone = MatrixObjective(gt.Game.two_by_two(3, 0.0, t, 1), SocialRelationship()).values(x[b])
        np.testing.assert_allclose(paired[b], alone, rtol=0, atol=1e-13)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2))
def test_expected_is_the_sum_over_joint_actions(seed, keep):
    rng = np.random.default_rng(seed)
    n_actions = (2, 3, 2)
    policies = ref.random_policies(rng, n_actions)
    rewards = rng.integers(-9, 10, size=n_actions)
    columns = ref.arrays(policies)
    total = sum(
        policies[0][a] * policies[1][b] * policies[2][c] * Fraction(int(rewards[a, b, c]))
        for a, b, c in np.ndindex(*n_actions)
    )
    assert expected(rewards.astype(object), columns)[()] == total
    kept = expected(rewards.astype(object), columns, keep=keep)
    assert kept.shape == (n_actions[keep],)
    assert sum(kept * columns[keep]) == total


# ---------------------------------------------------------------------- symmetries
@given(st.integers(0, 2**32 - 1), st.permutations(range(3)))
def test_relabelling_players_permutes_the_gradient(seed, order):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-5, 6, size=(3, 2, 2, 2)).astype(float)
    x = rng.uniform(size=3)
    transfer = SocialRelationship(("mixed", 0.25))
    original = own_gradient(MatrixObjective(gt.Game(payoffs), transfer), x)
    renamed = gt.Game(payoffs[order].transpose(0, *(k + 1 for k in order)))
    np.testing.assert_allclose(
        own_gradient(MatrixObjective(renamed, transfer), x[order]), original[order], rtol=0, atol=1e-12
    )


@given(st.integers(0, 2**32 - 1), st.integers(0, 1))
def test_relabelling_actions_conjugates_the_gradient(seed, player):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-5, 6, size=(2, 2, 2)).astype(float)
    x = rng.uniform(size=2)
    transfer = SocialRelationship()
    original = own_gradient(MatrixObjective(gt.Game(payoffs), transfer), x)
    swapped = gt.Game(np.flip(payoffs, axis=1 + player))
    mirrored, sign = x.copy(), np.ones(2)
    mirrored[player], sign[player] = 1 - x[player], -1  # p -> 1 - p turns the advantage round
    np.testing.assert_allclose(
        own_gradient(MatrixObjective(swapped, transfer), mirrored), sign * original, rtol=0, atol=1e-12
    )


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10))
def test_scaling_payoffs_scales_the_gradient(seed, size):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-5, 6, size=(2, 3, 2)).astype(float)
    objective, scaled = (MatrixObjective(gt.Game(p), SocialRelationship()) for p in (payoffs, size * payoffs))
    x = objective.space.random(1, rng=seed)[0]
    np.testing.assert_allclose(own_gradient(scaled, x), size * own_gradient(objective, x), rtol=1e-9, atol=1e-9)


def test_a_shift_changes_lase_and_nothing_else():
    # the theory of the project: LASE is scale-invariant, not shift-invariant; adding k to (3, 0, 5, 1) moves
    # p* = num/den to (num + k)/(den + k)
    for k in (1, 5, 100):
        shifted = MatrixObjective(gt.Game.two_by_two(3 + k, k, 5 + k, 1 + k), SocialRelationship())
        p_star = (4 + k) / (6 + k)
        np.testing.assert_allclose(own_gradient(shifted, [p_star, p_star]), 0, atol=1e-12)
    for transfer in (Selfish(), GroupOptimal(), FixedShare(0.7)):
        plain, shifted = (
            own_gradient(MatrixObjective(gt.Game.two_by_two(3 + k, k, 5 + k, 1 + k), transfer), [0.3, 0.8])
            for k in (0, 10)
        )
        np.testing.assert_allclose(plain, shifted, rtol=0, atol=1e-12)


def test_without_surprise_lase_is_selfish():
    # at a corner everybody is perfectly predicted: what is lost by deviating includes the gifts that the deviation
    # earns or forgoes, so only the value of the corner itself is that of selfish players
    rng = np.random.default_rng(12)
    for _ in range(20):
        game = ref.random_game(rng, (2, 2, 2))
        corner = rng.integers(0, 2, size=3).astype(float)
        lase, selfish = (MatrixObjective(game, t) for t in (SocialRelationship(), Selfish()))
        np.testing.assert_allclose(lase.values(corner), selfish.values(corner), rtol=0, atol=1e-12)


# ---------------------------------------------------------------------- own objectives and transfers
class Effort(Objective):
    """Two players: each gains from the other's effort and pays for the square of its own, times a price."""

    parameters = ("price",)

    def values(self, x, held=None, price=1.0):  # noqa: ARG002 (part of the interface)
        return x[..., ::-1] - price * x**2


class Guarded(Objective):
    """A value that depends on what is held: x_i times the held mean."""

    def values(self, x, held=None):
        held = x if held is None else held
        return x * held.mean(axis=-1, keepdims=True)


def test_own_objective_by_values():
    effort = Effort(Space((2, 2)))
    x = effort.space.random(7, rng=13)
    np.testing.assert_allclose(own_gradient(effort, x, price=1.5), -3 * x, rtol=0, atol=1e-9)
    field = gt.rules.policy_gradient(effort)
    assert field.parameters == ("price",)
    assert field.expressions is None
    np.testing.assert_allclose(field(x, price=1.5), x * (1 - x) * -3 * x, rtol=0, atol=1e-9)
    with pytest.raises(ValueError, match="Effort has no parameters to bind, got price"):
        field.bind(price=2)
    effort.check_parameters({"price": 2})  # nothing to object to by default


def test_own_objective_held_and_through():
    guarded = Guarded(Space((2, 2)))
    x = np.array([0.2, 0.6])
    np.testing.assert_allclose(own_gradient(guarded, x), [0.4, 0.4], rtol=0, atol=1e-9)
    np.testing.assert_allclose(own_gradient(guarded, x, through_weights=True), [0.5, 0.7], rtol=0, atol=1e-9)


class Altruist(Transfer):
    """Two players, each feels the other's payoff."""

    def effective(self, payoffs, held):  # noqa: ARG002 (part of the interface)
        return payoffs[..., ::-1, :, :]


class Tithe(ShareTransfer):
    """Player i gives a tenth of the estimated cooperation of each other player to that player."""

    def shares(self, payoffs, held):
        n = len(held)
        gifts = np.zeros((*held[0][0].shape[:-1], n, n, *payoffs.shape[-n:]), dtype=payoffs.dtype)
        for i in range(n):
            for j in range(n):
                if i != j:
                    gifts[..., i, j, :, :] = held[i][j][..., 0, None, None] / 10
        return with_kept_share(gifts, joint=n)


class FloatsOnly(Altruist):
    """A transfer that cannot be fed with symbols."""

    def effective(self, payoffs, held):  # noqa: ARG002 (part of the interface)
        return np.sqrt(np.abs(payoffs)) + np.asarray(payoffs, dtype=np.float64)


def test_own_transfer_in_an_objective():
    game = gt.Game.from_bimatrix([[1, 2], [3, 5]], [[8, 6], [7, 9]])
    objective = MatrixObjective(game, Altruist())
    # player 1 climbs B: its first row less its second, mixed by player 2
    x = np.array([0.25, 0.5])
    np.testing.assert_allclose(own_gradient(objective, x), [(8 - 7 + 6 - 9) / 2, (1 - 2) / 4 + (3 - 5) * 3 / 4])
    p1, p2 = objective.space.symbols
    assert [sp.expand(e - f) for e, f in zip(objective.expressions(), [4 * p2 - 3, p1 - 2], strict=True)] == [0, 0]


def test_own_share_transfer_in_an_objective():
    game = ref.random_game(np.random.default_rng(14), (2, 2))
    objective = MatrixObjective(game, Tithe())

    def weights(_payoffs, _joint, policies):
        a, b = policies[1][0] / 10, policies[0][0] / 10
        return [[1 - a, a], [b, 1 - b]]

    policies = ref.random_policies(np.random.default_rng(14), (2, 2))
    by_hand = ref.own_gradient(ref.table(game), weights, policies)
    np.testing.assert_allclose(own_gradient(objective, at(policies)), np.array(by_hand, dtype=float), atol=1e-13)
    batch = objective.space.random(4, rng=14)
    np.testing.assert_allclose(own_gradient(objective, batch)[2], own_gradient(objective, batch[2]), atol=1e-13)


def test_a_transfer_for_floats_has_no_expressions_but_a_gradient():
    objective = MatrixObjective(gt.Game.two_by_two(4, 0, 9, 1), FloatsOnly())
    assert objective.expressions() is None
    # payoffs become 6, 0, 12, 2
    np.testing.assert_allclose(own_gradient(objective, [0.5, 0.5]), [(6 - 12 + 0 - 2) / 2] * 2)
    assert gt.rules.policy_gradient(objective).expressions is None


# ---------------------------------------------------------------------- symbols
def test_parameters_of_payoffs_and_of_the_transfer():
    b, c, eps = sp.symbols("b c eps")
    game = gt.catalogue.donation(b, c)
    objective = MatrixObjective(game, SocialRelationship(("mixed", eps)))
    assert objective.parameters == ("b", "c", "eps")
    bound = objective.bind(b=3, eps=sp.Rational(1, 2))
    assert bound.parameters == ("c",)
    assert objective.bind(b=3, c=1, eps=0).parameters == ()
    with pytest.raises(ValueError, match="contradict the assumption"):
        objective.check_parameters({"b": 1, "c": 2})
    with pytest.raises(ValueError, match="unbound symbols b, c"):
        MatrixObjective(game).game.numeric  # noqa: B018 (a property that raises)


def test_undecided_order_of_payoffs_is_said():
    R, S, T, P = sp.symbols("R S T P")
    game = gt.Game.two_by_two(R, S, T, P, assume=[R > S])
    with pytest.raises(ValueError, match=r"which payoff is the larger.*assume="):
        MatrixObjective(game, SocialRelationship()).expressions()
    assert MatrixObjective(game, Selfish()).expressions() is not None  # nothing to decide


def test_what_is_refused():
    with pytest.raises(TypeError, match=r"transfer must be a gametheory\.transfer\.Transfer, got 'lase'"):
        MatrixObjective(gt.Game.two_by_two(3, 0, 5, 1), "lase")
    with pytest.raises(ValueError, match="states need 2 coordinates"):
        own_gradient(MatrixObjective(gt.Game.two_by_two(3, 0, 5, 1)), [0.5])
