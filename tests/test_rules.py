"""Learning rules: the three parametrisations, the replicator, and the closed forms that the theory states for LASE."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import reference as ref
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.special import softmax

import gametheory as gt
from gametheory.field import Space
from gametheory.objective import MatrixObjective, own_gradient
from gametheory.rules import policy_gradient, replicator
from gametheory.rules.gradient import _projected
from gametheory.transfer import FixedShare, GroupOptimal, Selfish, SocialRelationship

LASE = SocialRelationship()
RULES = ("natural", "softmax", "projected")
R, S, T, P = sp.symbols("R S T P")
b, c, r, eps, kappa, q = sp.symbols("b c r eps kappa q")
p, p1, p2, p3, p4 = sp.symbols("p p1 p2 p3 p4")
num, den, slope = S + T - P, 2 * T + S - R - P, R + P - S - T  # the last is the c of the theory


def same(expression, expected):
    """Whether two expressions are identical."""
    return sp.simplify(sp.expand(expression - expected)) == 0


def diagonal(game, transfer=LASE, **options):
    """Own gradient with all players alike, an expression in p."""
    return policy_gradient(game, transfer, **options).diagonal().advantages[0]


# ---------------------------------------------------------------------- parametrisations, from their definitions
def values_of(objective, x):
    """Value of each action to each player, up to a constant."""
    gradient = own_gradient(objective, x)
    return [np.append(gradient[block], 0) for block in objective.space.blocks]


def natural_by_definition(policy, values):
    """Multiply the gradient by the inverse Fisher information: replicator form x_k (v_k - mean)."""
    free = policy[:-1]
    fisher = np.diag(1 / free) + 1 / policy[-1]  # in reduced coordinates
    return np.linalg.solve(fisher, values[:-1] - values[-1])


def softmax_by_definition(policy, values):
    """Climb in logits; two actions have one logit, more have one each."""
    if len(policy) == 2:
        logits, basis = np.array([np.log(policy[0] / policy[1])]), np.array([[1.0], [0.0]])
    else:
        logits, basis = np.log(policy), np.eye(len(policy))
    jacobian = (np.diag(policy) - np.outer(policy, policy)) @ basis  # d policy / d logits
    assert np.allclose(softmax(basis @ logits), policy)
    return (jacobian @ (jacobian.T @ values))[:-1]


def projected_by_definition(policy, values):
    """Find the nearest direction that stays in the simplex, by trying every set of actions that stand still at 0."""
    at_zero = [k for k, x in enumerate(policy) if x <= 0]
    best = None
    for size in product([False, True], repeat=len(at_zero)):
        still = {k for k, s in zip(at_zero, size, strict=True) if s}
        moving = [k for k in range(len(policy)) if k not in still]
        direction = np.zeros(len(policy))
        direction[moving] = values[moving] - np.mean(values[moving])
        if min((direction[k] for k in at_zero), default=0) < -1e-12:
            continue
        distance = np.sum((direction - values) ** 2)
        if best is None or distance < best[0] - 1e-12:
            best = distance, direction
    return best[1][:-1]


BY_DEFINITION = {
    "natural": natural_by_definition,
    "softmax": softmax_by_definition,
    "projected": projected_by_definition,
}


@pytest.mark.parametrize("n_actions", [(2, 2), (3, 3), (2, 4), (2, 2, 2), (2, 3, 2)], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_rules_are_what_they_are_defined_to_be(rule, n_actions):
    rng = np.random.default_rng(1)
    game = ref.random_game(rng, n_actions, exact=False)
    for transfer in (Selfish(), LASE):
        field = policy_gradient(game, transfer, rule)
        objective = MatrixObjective(game, transfer)
        for x in field.space.random(4, rng=rng):
            expected = [
                BY_DEFINITION[rule](policy, values)
                for policy, values in zip(field.space.policies(x), values_of(objective, x), strict=True)
            ]
            if rule == "projected":  # two actions move in p itself: twice the projection on the simplex, at g = v1 - v2
                expected = [e * (2 if a == 2 else 1) for e, a in zip(expected, n_actions, strict=True)]
            np.testing.assert_allclose(field(x), np.concatenate(expected), rtol=0, atol=1e-11)


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=5).filter(any),
    st.lists(st.integers(-5, 5), min_size=5, max_size=5),
)
def test_projection_on_faces(weights, values):
    policy = np.array(weights) / sum(weights)
    values = np.array(values[: len(policy)], dtype=float)
    found = _projected(policy, values)
    assert found.sum() == pytest.approx(0, abs=1e-12)
    expected = projected_by_definition(policy, values)
    np.testing.assert_allclose(found[:-1], expected * (2 if len(policy) == 2 else 1), rtol=0, atol=1e-12)


def test_projected_players_stop_at_the_sides():
    # (3, 0, 5, 1): selfish players defect, g = -(1 + p_j); at p = 0 they cannot defect more
    field = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), Selfish(), "projected")
    assert field([[0, 0.5], [1, 0.5], [0, 0], [1, 1], [0.5, 0.25]]).tolist() == [
        [0, -1], [-1.5, -2], [0, 0], [-2, -2], [-1.25, -1.5],
    ]  # fmt: skip
    harmony = policy_gradient(gt.Game.two_by_two(3, 1, 2, 0), Selfish(), "projected")  # g = 1
    assert harmony([[1, 0], [0, 1]]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("rule", ["natural", "softmax"])
def test_faces_are_invariant(rule):
    field = policy_gradient(ref.random_game(np.random.default_rng(2), (3, 2)), LASE, rule)
    edge = field([[0.0, 0.3, 0.4], [0.3, 0.0, 0.4], [0.3, 0.7, 0.4], [0.2, 0.3, 0.0], [0.2, 0.3, 1.0]])
    assert edge[0, 0] == 0
    assert edge[1, 1] == 0
    assert edge[2, 0] + edge[2, 1] == pytest.approx(0, abs=1e-14)
    assert edge[3:, 2].tolist() == [0, 0]


@given(st.integers(0, 2**32 - 1), st.sampled_from(RULES), st.permutations(range(3)))
def test_relabelling_players_permutes_the_field(seed, rule, order):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-5, 6, size=(3, 2, 2, 2)).astype(float)
    x = rng.uniform(size=3)
    renamed = gt.Game(payoffs[order].transpose(0, *(k + 1 for k in order)))
    moved = policy_gradient(renamed, LASE, rule).function(x[order])
    np.testing.assert_allclose(moved, policy_gradient(gt.Game(payoffs), LASE, rule).function(x)[order], atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.sampled_from(RULES), st.integers(0, 1))
def test_relabelling_actions_conjugates_the_field(seed, rule, player):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-5, 6, size=(2, 2, 2)).astype(float)
    x = rng.uniform(size=2)
    mirrored, sign = x.copy(), np.ones(2)
    mirrored[player], sign[player] = 1 - x[player], -1
    swapped = policy_gradient(gt.Game(np.flip(payoffs, axis=1 + player)), LASE, rule).function(mirrored)
    original = policy_gradient(gt.Game(payoffs), LASE, rule).function(x)
    np.testing.assert_allclose(swapped, sign * original, rtol=0, atol=1e-12)


def test_what_is_refused():
    game = gt.Game.two_by_two(3, 0, 5, 1)
    with pytest.raises(ValueError, match="parametrisation must be one of natural, softmax, projected, got 'direct'"):
        policy_gradient(game, parametrisation="direct")
    with pytest.raises(ValueError, match="transfer goes with a game; an objective has its own"):
        policy_gradient(MatrixObjective(game), LASE)
    with pytest.raises(ValueError, match='populations must be "one" or "several", got \'two\''):
        replicator(game, populations="two")
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        replicator(gt.catalogue.matching_pennies(), populations="one")


def test_fields_say_what_they_are():
    field = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), LASE, "softmax")
    assert field.parametrisation == "softmax"
    assert field.name == "softmax policy gradient, SocialRelationship()"
    assert replicator(gt.Game.two_by_two(3, 0, 5, 1)).name == "replicator, several populations"
    assert replicator(gt.Game.two_by_two(3, 0, 5, 1), populations="one").name == "replicator, one population"


# ---------------------------------------------------------------------- replicator
@pytest.mark.parametrize("n_actions", [(2, 2), (3, 3), (2, 4)], ids=str)
def test_replicator_of_two_populations_in_matrix_form(n_actions):
    rng = np.random.default_rng(3)
    game = ref.random_game(rng, n_actions)
    A, B = game.numeric
    for state in Space(n_actions).random(5, rng=rng):
        x, y = Space(n_actions).policies(state)
        dx = x * (A @ y - x @ A @ y)
        dy = y * (B.T @ x - x @ B @ y)
        np.testing.assert_allclose(replicator(game)(state), [*dx[:-1], *dy[:-1]], rtol=0, atol=1e-12)


def test_replicator_of_one_population_in_matrix_form():
    A = np.array([[0, 3, -1], [2, 0, 4], [1, -2, 0]])
    field = replicator(gt.Game.from_bimatrix(A), populations="one")
    for state in field.space.random(5, rng=4):
        (x,) = field.space.policies(state)
        np.testing.assert_allclose(field(state), (x * (A @ x - x @ A @ x))[:-1], rtol=0, atol=1e-12)


def test_values_of_openspiel():
    # OpenSpiel's prisoner's dilemma (5, 0, 10, 1) at x = .3, y = .6: replicator (-.714, -.528), and its softmax
    # ("qpg") dynamics, with a logit for each action, (-.29988, -.25344), twice ours with one logit
    game = gt.Game.two_by_two(5, 0, 10, 1)
    np.testing.assert_allclose(replicator(game)([0.3, 0.6]), [-0.714, -0.528], rtol=0, atol=1e-12)
    ours = policy_gradient(game, parametrisation="softmax")([0.3, 0.6])
    np.testing.assert_allclose(2 * ours, [-0.29988, -0.25344], rtol=0, atol=1e-12)


def time_to(field, start, end):
    """Time at which the first coordinate passes `end`."""

    def passes(_t, x):
        return x[0] - end

    passes.terminal = True
    solution = solve_ivp(lambda _t, x: field(x), (0, 1e4), start, events=passes, rtol=1e-10, atol=1e-12)
    return float(solution.t_events[0][0])


@pytest.mark.parametrize("cost", [1.0, 0.4])
def test_time_of_the_donation_game(cost):
    # replicator: dp/dt = -c p (1 - p), so .9 -> .1 takes ln(81)/c, whatever b
    for populations, start in [("one", [0.9]), ("several", [0.9, 0.3])]:
        field = replicator(gt.catalogue.donation(3.0, cost), populations=populations)
        assert time_to(field, start, 0.1) == pytest.approx(np.log(81) / cost, rel=1e-7)


def test_time_of_a_softmax_policy_gradient():
    # dtheta/dt = x (1 - x) Delta with Delta = -1: from x = .5 to .01 in 2 L + e^L - e^-L, L = ln 99, which is 108.180;
    # the replicator needs L = 4.5951
    defect = gt.Game.two_by_two(-1, -3, 0, -2)  # advantage -1 whatever the other does
    L = np.log(99)
    softmax_time = time_to(policy_gradient(defect, Selfish(), "softmax"), [0.5, 0.9], 0.01)
    assert softmax_time == pytest.approx(2 * L + np.exp(L) - np.exp(-L), rel=1e-7)
    assert softmax_time == pytest.approx(108.180, abs=5e-4)
    assert time_to(replicator(defect), [0.5, 0.9], 0.01) == pytest.approx(4.5951, abs=5e-5)


def test_rock_paper_scissors_circles():
    # zero sum: the uniform profile is a centre (eigenvalues ± i/√3) and x1 x2 x3 is conserved
    field = replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    np.testing.assert_allclose(field([1 / 3, 1 / 3]), 0, atol=1e-15)
    eigenvalues = np.linalg.eigvals(field.jacobian([1 / 3, 1 / 3]))
    np.testing.assert_allclose(np.sort_complex(eigenvalues), [-1j / 3**0.5, 1j / 3**0.5], rtol=0, atol=1e-12)
    path = solve_ivp(lambda _t, x: field(x), (0, 30), [0.5, 0.3], rtol=1e-11, atol=1e-13).y
    product_of_all = path[0] * path[1] * (1 - path[0] - path[1])
    assert np.ptp(product_of_all) < 1e-9
    assert np.ptp(path[0]) > 0.3  # it does move


def test_iga_centres():
    # Singh, Kearns, Mansour: gradient play of matching pennies has centre (1/2, 1/2) and eigenvalues ± 4 i (u = 4,
    # u' = -4), battle of the sexes (2, 1) the centre (2/3, 1/3), u = u' = 3
    pennies = policy_gradient(gt.catalogue.matching_pennies(), parametrisation="projected")
    np.testing.assert_allclose(np.sort_complex(np.linalg.eigvals(pennies.jacobian([0.5, 0.5]))), [-4j, 4j], atol=1e-8)
    sexes = policy_gradient(gt.catalogue.battle_of_the_sexes(), parametrisation="projected")
    np.testing.assert_allclose(sexes([2 / 3, 1 / 3]), 0, atol=1e-12)
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(sexes.jacobian([2 / 3, 1 / 3]))), [-3, 3], atol=1e-8)


# ---------------------------------------------------------------------- two LASE players, symbols
def test_the_lase_field():
    # where R > S and T > P: g_1 = num + p1 (T p2 - R p2 - T) + p2² (R - T) + p2 c
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE)
    g1 = num + p1 * (T * p2 - R * p2 - T) + p2**2 * (R - T) + p2 * slope
    assert same(field.advantages[0], g1)
    assert same(field.advantages[1], g1.subs({p1: p2, p2: p1}, simultaneous=True))
    assert same(field.expressions[0], p1 * (1 - p1) * g1)
    softmax_field = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE, "softmax")
    assert same(softmax_field.expressions[0], p1**2 * (1 - p1) ** 2 * g1)
    assert policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE, "projected").expressions[0] == field.advantages[0]


# the four formulas on the diagonal: which of R, S and of T, P is the larger decides
DIAGONAL = {
    "R > S, T > P": ([R > S, T > P], num - den * p),
    "R < S, T > P": ([R < S, T > P], num + p * (R + P - 2 * S - 2 * T)),
    "R < S, T < P": ([R < S, T < P], S - P + p * (R + P - T - 2 * S)),
    "R > S, T < P": ([R > S, T < P], p * (R - T) + (1 - p) * (S - P)),  # as if selfish
}


@pytest.mark.parametrize(("assume", "expected"), DIAGONAL.values(), ids=DIAGONAL)
def test_the_diagonal_of_every_sign_pattern(assume, expected):
    assert same(diagonal(gt.Game.two_by_two(R, S, T, P, assume=assume)), expected)


def test_selfish_and_group_optimal_diagonals():
    game = gt.Game.two_by_two(R, S, T, P)
    assert same(diagonal(game, Selfish()), p * (R - T) + (1 - p) * (S - P))
    # half the gradient of welfare R p² + (S + T) p (1 - p) + P (1 - p)², which both players share
    welfare = R * p**2 + (S + T) * p * (1 - p) + P * (1 - p) ** 2
    assert same(diagonal(game, GroupOptimal()), welfare.diff(p) / 2)


@pytest.mark.parametrize(
    ("payoffs", "expected"),
    [
        # (R, S, T, P) and p* = (S + T - P)/(2T + S - R - P)
        ((4, 0, 5, 1), Fraction(4, 5)),
        ((3, 0, 5, 1), Fraction(2, 3)),
        ((3, 0, 4, 1), Fraction(3, 4)),
        ((3, 0, 4, 2), Fraction(2, 3)),
        ((1, -1, 2, 0), Fraction(1, 2)),
        ((1, Fraction(-1, 2), Fraction(3, 2), 0), Fraction(2, 3)),
        ((1, Fraction(-1, 3), Fraction(4, 3), 0), Fraction(3, 4)),
    ],
    ids=str,
)
def test_interior_cooperation(payoffs, expected):
    assert sp.solve(diagonal(gt.Game.two_by_two(*payoffs)), p) == [sp.Rational(str(expected))]
    assert sp.solve(diagonal(gt.Game.two_by_two(R, S, T, P)), p)[0].subs(
        dict(zip((R, S, T, P), payoffs, strict=True))
    ) == sp.Rational(str(expected))


def test_payoffs_of_lola_lead_to_full_defection():
    assert diagonal(gt.Game.two_by_two(-1, -3, 0, -2)) == -1


def test_donation_and_odds():
    assert same(sp.solve(diagonal(gt.catalogue.donation(b, c)), p)[0], 1 - c / b)
    # gift scale kappa: odds p/(1 - p) = (S - P + kappa T)/(T - R)
    scaled = diagonal(gt.Game.two_by_two(R, S, T, P), SocialRelationship(scale=kappa))
    root = sp.solve(scaled, p)[0]
    assert same(sp.together(root / (1 - root)), (S - P + kappa * T) / (T - R))


def test_a_shift_moves_the_rest_point():
    k = sp.Symbol("k")
    shifted = gt.Game.two_by_two(R + k, S + k, T + k, P + k)
    assert same(sp.solve(diagonal(shifted), p)[0], (num + k) / (den + k))


def test_frozen_estimates():
    # g(p) = S + T (1 - q) - P + p c
    game = gt.Game.two_by_two(R, S, T, P)
    g = diagonal(game, SocialRelationship(("frozen", q)))
    assert same(g, S + T * (1 - q) - P + p * slope)
    # (4, 0, 5, 1): q = .79 leads to full cooperation, .81 to full defection: g > 0 or g < 0 everywhere
    for value, sign in [(0.79, 1), (0.81, -1)]:
        numbers = [float(g.subs({R: 4, S: 0, T: 5, P: 1, q: value, p: x})) for x in np.linspace(0, 1, 11)]
        assert all(sign * v > 0 for v in numbers)
    # each its own estimate of the other: q1 of p1, q2 of p2
    q1, q2 = sp.symbols("q1 q2")
    field = policy_gradient(game, SocialRelationship(("frozen", [q1, q2])))
    expected = p2 * (R * q2 + (1 - q1) * R - T * q2) + (1 - p2) * (S + (1 - q1) * T - P)
    assert same(field.advantages[0], expected)


def test_mixed_estimates():
    # q = (1 - eps) p + eps/2: p*(eps) = (num - eps T/2)/(den - eps T)
    game = gt.Game.two_by_two(R, S, T, P)
    g = diagonal(game, SocialRelationship(("mixed", eps)))
    root = sp.solve(g, p)[0]
    assert same(sp.together(root), (num - eps * T / 2) / (den - eps * T))
    # (4, 0, 5, 1): the 0.93 of Kong et al., NeurIPS 2024, at eps = 13/43
    assert root.subs({R: 4, S: 0, T: 5, P: 1, eps: sp.Rational(13, 43)}) == sp.Rational(93, 100)
    # full cooperation attracts iff eps > 2 (1 - R/T), full defection iff eps > 2 num/T
    assert same(g.subs(p, 1), (eps * T - 2 * (T - R)) / 2)
    assert same(g.subs(p, 0), num - eps * T / 2)
    # an estimate that is wholly mixed is a frozen half
    assert same(g.subs(eps, 1), diagonal(game, SocialRelationship(("frozen", sp.Rational(1, 2)))))


def test_stability_across_the_diagonal():
    # exact: unstable to differences iff 2 p* u > R + P - S; mixed: stable iff 2 (1 - eps) p* u + eps T < R + P - S
    for transfer, share in [(LASE, 0), (SocialRelationship(("mixed", eps)), eps)]:
        g1 = policy_gradient(gt.Game.two_by_two(R, S, T, P), transfer).advantages[0]
        across = (g1.diff(p1) - g1.diff(p2)).subs({p1: p, p2: p})
        assert same(across, 2 * (1 - share) * p * (T - R) + share * T - (R + P - S))


def test_what_temptation_does():
    # dp*/dT has the sign of P - S - R
    assert same((num / den).diff(T) * den**2, P - S - R)


def test_gradient_through_weights():
    # g = num + p (R + P - S - 3 T) + p² (T - R)
    g = diagonal(gt.Game.two_by_two(R, S, T, P), LASE, through_weights=True)
    assert same(g, num + p * (R + P - S - 3 * T) + p**2 * (T - R))
    # (4, 0, 5, 1): .417 instead of 4/5; another variant, w held at its mean, would rest at .276 and .724
    roots = np.roots([float(v) for v in sp.Poly(g.subs({R: 4, S: 0, T: 5, P: 1}), p).all_coeffs()])
    assert [round(v, 3) for v in roots if 0 < v < 1] == [0.417]
    # every rest point of a prisoner's dilemma with T > 0 is below 1/2
    rng = np.random.default_rng(5)
    for _ in range(200):
        s, pp, rr, t = np.sort(rng.uniform(-3, 5, size=4))
        if t > 0:
            roots = np.roots([t - rr, rr + pp - s - 3 * t, s + t - pp])
            assert all(v < 0.5 for v in roots[np.isreal(roots)].real if 0 < v < 1)


def test_no_clip():
    # without the clip at 0: p* = num/(2 T - R - P), and full cooperation attracts iff R + S > T
    g = diagonal(gt.Game.two_by_two(R, S, T, P), SocialRelationship(clip=False))
    assert same(sp.solve(g, p)[0], num / (2 * T - R - P))
    assert same(g.subs(p, 1), R + S - T)


def test_rate_at_the_rest_point():
    # natural flow: along the diagonal it is approached at the rate num (T - R)/den
    rate = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE).diagonal().expressions[0].diff(p)
    assert same(rate.subs(p, num / den), -num * (T - R) / den)


def test_against_a_non_gifting_co_player_lase_defects():
    # in a prisoner's dilemma g_1 = -[u p2² + (P - S)(1 - p2)] < 0, here with shares [LASE towards 2, nothing back]
    g = gt.Game.two_by_two(R, S, T, P)
    lase = MatrixObjective(g, LASE).expressions()[0]
    # what player 1 gets from player 2 in the symmetric case: E[w_21 r_2], differentiated by what 1 plays
    received = (1 - p1) * (p2 * R + (1 - p2) * T) - p1 * 0  # w_21 = 1 - p1 if 1 cooperates, 0 if it defects
    assert same(lase - received, -((T - R) * p2**2 + (P - S) * (1 - p2)))


def test_symmetric_reward_transfer_is_what_a_kept_share_gives():
    s = sp.Symbol("s")
    g = diagonal(gt.Game.two_by_two(R, S, T, P), FixedShare(s))
    expected = p * (R - s * T - (1 - s) * S) + (1 - p) * (s * S + (1 - s) * T - P)
    assert same(g, expected)


# ---------------------------------------------------------------------- more players
@pytest.mark.parametrize("n", [3, 4])
def test_public_goods(n):
    # rho = r/n: on the diagonal (2 rho - 1) + rho (n - 3) p - rho (n - 2) p²; for player i off it, with S the sum and
    # V the sum of variances of the others: (rho - 1)(1 - V/(n - 1)) + (1 - p_i)(rho + (rho - 1/(n - 1)) S)
    rho = r / n
    field = policy_gradient(gt.catalogue.public_goods(n=n, multiplier=r), LASE)
    assert same(field.diagonal().advantages[0], (2 * rho - 1) + rho * (n - 3) * p - rho * (n - 2) * p**2)
    everybody = field.space.symbols
    for i, g in enumerate(field.advantages):
        others = [s for k, s in enumerate(everybody) if k != i]
        total, variance = sum(others), sum(s * (1 - s) for s in others)
        gain = rho + (rho - sp.Rational(1, n - 1)) * total
        assert same(g, (rho - 1) * (1 - variance / (n - 1)) + (1 - everybody[i]) * gain)


def donation_of(n, benefit, cost):
    """N players: a cooperator pays the cost and gives benefit/(n - 1) to each other."""
    payoffs = np.empty((n, *[2] * n), dtype=object)
    for joint in np.ndindex(*[2] * n):
        for i in range(n):
            others = sum(1 - a for k, a in enumerate(joint) if k != i)
            payoffs[(i, *joint)] = benefit * others / (n - 1) - cost * (1 - joint[i])
    return gt.Game(payoffs, assume=[benefit > 0, cost > 0] if getattr(benefit, "free_symbols", None) else ())


@pytest.mark.parametrize("n", [2, 3, 4])
def test_donation_of_many(n):
    # g = -c + (b/(n - 1)) (1 - p)(1 + (n - 2) p)
    g = diagonal(donation_of(n, b, c))
    assert same(g, -c + (b / (n - 1)) * (1 - p) * (1 + (n - 2) * p))
    if n == 3:  # p* = sqrt(1 - 2 c/b)
        assert same(g.subs(p, sp.sqrt(1 - 2 * c / b)), 0)


@pytest.mark.parametrize(("n", "ratio", "attracts"), [(4, 2.6, False), (4, 2.7, True), (5, 2.9, False), (5, 3.1, True)])
def test_threshold_of_the_donation_of_many(n, ratio, attracts):
    # n >= 4: a cooperative attractor iff b/c > 4 (n - 2)/(n - 1) or b/c > n - 1; that is 8/3 for 4 and 3 for 5
    field = policy_gradient(donation_of(n, Fraction(ratio).limit_denominator(100), Fraction(1)), LASE).diagonal()
    x = np.linspace(0.001, 0.999, 999)[:, None]
    assert bool((field(x) > 0).any()) == attracts


# ---------------------------------------------------------------------- spectra
def eigenvalues(game, x):
    """Eigenvalues of the natural LASE flow, in a fixed order."""
    found = np.linalg.eigvals(policy_gradient(game, LASE).jacobian(np.array(x)))
    return found[np.lexsort((found.imag.round(6), found.real.round(6)))]


def test_lase_makes_rock_paper_scissors_attracting():
    # eigenvalues -1/12 ± i √3/4 and -1/12 ± 7 i √3/36 at the uniform profile
    found = eigenvalues(gt.catalogue.rock_paper_scissors(), [1 / 3] * 4)
    speeds = 3**0.5 / 4, 7 * 3**0.5 / 36
    expected = [-1 / 12 + 1j * v for v in (-speeds[0], -speeds[1], speeds[1], speeds[0])]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)
    # but not every biased one: a win of 1 and a loss of 2 give the real part +1/9
    biased = eigenvalues(gt.catalogue.rock_paper_scissors(win=1, loss=2), [1 / 3] * 4)
    np.testing.assert_allclose(biased.real.max(), 1 / 9, rtol=0, atol=1e-8)


def test_lase_makes_matching_pennies_attracting():
    # eigenvalues -1/4 ± 3 i/4, while selfish players circle
    found = eigenvalues(gt.catalogue.matching_pennies(), [0.5, 0.5])
    np.testing.assert_allclose(found, [-0.25 - 0.75j, -0.25 + 0.75j], rtol=0, atol=1e-12)
    selfish = np.linalg.eigvals(replicator(gt.catalogue.matching_pennies()).jacobian([0.5, 0.5]))
    np.testing.assert_allclose(selfish.real, 0, atol=1e-14)
