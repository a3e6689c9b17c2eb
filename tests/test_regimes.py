"""The map of attractors of two LASE players, against exact rest points of random games."""

from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.analysis import rest_points
from gametheory.analysis.regimes import lase_regime
from gametheory.rules import policy_gradient
from gametheory.transfer import SocialRelationship

# one game of each region, with its attractors; the letters are those of the theory of the project
EXAMPLES = {
    "A": ((4, 0, 3, 1), [(1, 1)]),
    "B": ((4, -3, 3, 1), [(0, 0), (1, 1)]),
    "C": ((3, -5, 5, 1), [(0, 0)]),
    "D": ((3, 0, 5, 1), [(2 / 3, 2 / 3)]),
    "E": ((1, Fraction(-1, 4), 2, 0), [(1 / 2, 3 / 4), (3 / 4, 1 / 2)]),
    "F": ((1, Fraction(1, 2), Fraction(3, 2), 0), [(1 / 2, 1), (1, 1 / 2)]),
    "G": ((1, Fraction(-1, 4), 3, 0), [(0, 11 / 12), (11 / 12, 0)]),  # ((S + T)/T, 0)
    "H": ((1, Fraction(1, 2), 3, 0), [(0, 1), (1, 0)]),
}


def attractors(regime, k=()):
    """Attractors of one entry, both members of a mirrored pair."""
    high, low = float(regime.high[k]), float(regime.low[k])
    found = {(high, low), (low, high)}
    if regime.region[k] == "B":
        found.add((0.0, 0.0))
    return sorted(found)


def sinks(payoffs):
    """Attractors by exact analysis."""
    field = policy_gradient(gt.Game.two_by_two(*payoffs), SocialRelationship())
    return sorted(tuple(float(v) for v in point.x) for point in rest_points(field).sinks)


@pytest.mark.parametrize("region", EXAMPLES)
def test_one_game_of_each_region(region):
    payoffs, expected = EXAMPLES[region]
    found = lase_regime(*map(float, payoffs))
    assert found.region == region
    np.testing.assert_allclose(attractors(found), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(sinks(payoffs), expected, rtol=0, atol=1e-12)
    assert found.broken == (region in "EFGH")
    assert np.isnan(found.threshold) == (region != "B")


def random_games(rng):
    """Rational payoffs with R > 0, R > S, T > P, a little away from the borders of regions, by region."""
    while True:
        R, S, T, P = (Fraction(int(v), int(rng.integers(1, 6))) for v in rng.integers(-9, 10, size=4))
        u, sigma = T - R, S - P
        borders = (
            u,
            S + T - P,
            sigma,
            2 * R - T,
            (sigma + 2 * u) ** 2 - 2 * u**2 - R**2,  # D = 0: symmetry breaks
            (2 * R - T) ** 2 - R * sigma,  # F = 0: the pair meets p = 1
            T * (2 * R - T) - sigma * (2 * T - R),  # E = 0: the pair meets p = 0
        )
        if R > 0 and R > S and T > P and min(map(abs, borders)) > Fraction(1, 50):
            yield R, S, T, P


def test_random_games_of_every_region():
    rng = np.random.default_rng(1)
    tried = dict.fromkeys("ABCDEFGH", 0)
    for payoffs in random_games(rng):
        found = lase_regime(*map(float, payoffs))
        letter = str(found.region)
        if tried[letter] == 4:
            continue
        tried[letter] += 1
        np.testing.assert_allclose(attractors(found), sinks(payoffs), rtol=0, atol=1e-9, err_msg=str(payoffs))
        if letter == "B":
            field = policy_gradient(gt.Game.two_by_two(*payoffs), SocialRelationship()).diagonal()
            (threshold,) = rest_points(field).interior
            assert float(found.threshold) == pytest.approx(threshold.x[0], abs=1e-12)
        if min(tried.values()) == 4:
            break


# claims that are nearly true, and the game that refutes each
@pytest.mark.parametrize(
    ("payoffs", "region"),
    [
        ((1, Fraction(-1, 32), Fraction(7, 4), 0), "E"),  # "a dilemma with T <= 2R and P >= 0 never breaks symmetry"
        ((1, Fraction(-1, 2), 2, 0), "D"),  # "stability needs R + P - S >= 2 (T - R)": here 3/2 < 2, and it is stable
    ],
    ids=str,
)
def test_refuted_neighbours(payoffs, region):
    found = lase_regime(*map(float, payoffs))
    assert found.region == region
    np.testing.assert_allclose(attractors(found)[0], sinks(payoffs)[0], rtol=0, atol=1e-12)


def test_dilemmas_that_break_symmetry_are_tempting():
    # a prisoner's dilemma with P >= 0 breaks symmetry only if T/R > 1 + 1/sqrt(2)
    rng = np.random.default_rng(3)
    S, P, R, T = np.sort(rng.uniform(-2, 3, size=(20_000, 4)), axis=1).T
    keep = P >= 0
    broken = lase_regime(R[keep], S[keep], T[keep], P[keep]).broken
    assert broken.any()
    assert (T / R)[keep][broken].min() > 1 + 1 / np.sqrt(2)


def test_the_curve_where_symmetry_breaks():
    # R = 1, P = 0: D ends at S = -2 (T - 1) + sqrt(1 + 2 (T - 1)²), for every T > 1
    for T in (1.1, 1.5, 1.9, 2.5, 4.0):
        S = -2 * (T - 1) + np.sqrt(1 + 2 * (T - 1) ** 2)
        assert lase_regime(1, S - 1e-6, T, 0).region == "D"
        if S + 1e-6 < 1:
            assert lase_regime(1, S + 1e-6, T, 0).region == "E"
            beyond = lase_regime(1, S + 1e-6, T, 0)
            assert 0 < beyond.high - beyond.low < 0.05  # the pair leaves the diagonal continuously


def test_pairs_go_on_as_edge_points_without_a_jump():
    # F begins at S = (2 - T)² for T <= 2, G at S = -T (T - 2)/(2T - 1) for T > 2
    for T, S, after in [(1.6, 0.16, "F"), (3.0, -0.6, "G")]:
        inside, edge = lase_regime(1, S - 1e-9, T, 0), lase_regime(1, S + 1e-9, T, 0)
        assert (inside.region, edge.region) == ("E", after)
        np.testing.assert_allclose([inside.high, inside.low], [edge.high, edge.low], rtol=0, atol=1e-4)


def test_only_ratios_and_differences_count():
    # the map depends on T/R and (S - P)/R
    rng = np.random.default_rng(2)
    T, S = rng.uniform(0.1, 4, 200), rng.uniform(-3, 0.9, 200)
    plain = lase_regime(1, S, T, 0)
    scaled = lase_regime(3, 3 * S, 3 * T, 0)
    assert (plain.region == scaled.region).all()
    np.testing.assert_allclose(plain.high, scaled.high, rtol=0, atol=1e-12)
    moved = lase_regime(1, S - 5, T, -5)
    assert (plain.region == moved.region).all()


def test_batches_and_cooperation():
    T, S = np.linspace(0.3, 2.9, 7)[:, None], np.linspace(-2.9, 0.9, 5)
    found = lase_regime(1, S, T, 0)
    assert found.region.shape == found.high.shape == found.low.shape == found.threshold.shape == (7, 5)
    for a in range(7):
        for b in range(5):
            assert lase_regime(1, S[b], T[a, 0], 0).region == found.region[a, b]
    bistable = lase_regime(4, -3, 3, 1)  # threshold 1/2
    assert (bistable.cooperation(0.6), bistable.cooperation(0.4)) == (1, 0)
    assert lase_regime(1, -0.25, 2, 0).cooperation() == pytest.approx(5 / 8)
    assert found.cooperation().shape == (7, 5)


@pytest.mark.parametrize("payoffs", [(-1, -3, 0, -2), (1, 1, 2, 0), (1, 0, 0, 0), (1, [0, 2], 2, 0)], ids=str)
def test_payoffs_outside_the_map(payoffs):
    with pytest.raises(ValueError, match="lase_regime needs R > 0, R > S and T > P"):
        lase_regime(*payoffs)
