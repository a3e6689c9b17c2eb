"""A slow and obvious second implementation, for tests to compare with.

Plain loops over joint actions, plain Python numbers (fractions, so nothing is rounded), no arrays of axes to mix up.
It follows the definitions on the conventions page word by word and shares no code with the package.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np

from gametheory import Game


# ---------------------------------------------------------------------- games and policies
def table(game):
    """``{joint action: [payoff of player 1, of player 2, ...]}`` as fractions; a float is the number it is."""
    n = game.n_players
    return {
        joint: [Fraction(game.payoffs[(i, *joint)]) for i in range(n)]
        for joint in product(*(range(a) for a in game.n_actions))
    }


def random_game(rng, n_actions, *, exact=True, low=-6, high=6):
    """Game with integer payoffs, or with floats that are no integers."""
    payoffs = rng.integers(low, high + 1, size=(len(n_actions), *n_actions))
    return Game(payoffs if exact else payoffs / 7 + rng.normal(size=payoffs.shape) / 100)


def random_policies(rng, n_actions):
    """One distribution over actions for each player, fractions with every action played."""
    counts = [[int(k) for k in rng.integers(1, 9, size=a)] for a in n_actions]
    return [[Fraction(k, sum(row)) for k in row] for row in counts]


def coordinates(policies):
    """Reduced coordinates: all probabilities but each player's last."""
    return [p for policy in policies for p in policy[:-1]]


def arrays(policies, dtype=object):
    """Policies as arrays, exact (object) or float."""
    return [np.array(policy, dtype=dtype) for policy in policies]


def held(policies, dtype=object):
    """Everybody estimates everybody rightly: n × n nested list of arrays."""
    return [arrays(policies, dtype) for _ in policies]


# ---------------------------------------------------------------------- weights
def with_action(joint, player, action):
    """Change what one player does."""
    return (*joint[:player], action, *joint[player + 1 :])


def omega(payoffs, i, j, joint, estimate):
    """Social relationship of i towards j: (Q_i(a) - E_b Q_i(a_-j, b)) / (max_b Q_i - min_b Q_i), 0 where flat."""
    values = [payoffs[with_action(joint, j, b)][i] for b in range(len(estimate))]
    spread = max(values) - min(values)
    own = [entry[i] for entry in payoffs.values()]
    if spread <= Fraction(1, 10**9) * (max(own) - min(own)):
        return Fraction(0)
    return (payoffs[joint][i] - sum(q * v for q, v in zip(estimate, values, strict=True))) / spread


def believed(estimate, policies):
    """Return what every player believes of player j, for each j."""
    if estimate == "exact":
        return policies
    kind, value = estimate
    if kind == "mixed":
        eps = Fraction(value)
        return [[(1 - eps) * p + eps / len(policy) for p in policy] for policy in policies]
    entries = value if isinstance(value, list) else [value]
    entries = entries * len(policies) if len(entries) == 1 else entries
    return [
        [Fraction(v) for v in entry] if isinstance(entry, list) else [Fraction(entry), 1 - Fraction(entry)]
        for entry in entries
    ]


def lase(estimate="exact", scale=1, clip=True, positive_only=False):
    """Weights of LASE: w_ij = scale max(omega_ij, 0) / (n - 1) for j ≠ i, and i keeps the rest."""

    def weights(payoffs, joint, policies):
        n = len(joint)
        beliefs = believed(estimate, policies)
        w = [[Fraction(0)] * n for _ in range(n)]
        for i in range(n):
            for j in range(n):
                if j == i:
                    continue
                relation = omega(payoffs, i, j, joint, beliefs[j])
                gift = max(relation, Fraction(0)) if clip else relation
                if positive_only and payoffs[joint][i] <= 0:
                    gift = Fraction(0)
                w[i][j] = Fraction(scale) * gift / (n - 1)
            w[i][i] = 1 - sum(w[i])
        return w

    return weights


def fixed(matrix):
    """Weights that are always the same."""

    def weights(payoffs, joint, policies):
        return [[Fraction(v) for v in row] for row in matrix]

    return weights


def selfish(payoffs, joint, policies):
    """Everybody keeps its own."""
    return [[Fraction(i == j) for j in range(len(joint))] for i in range(len(joint))]


def group_optimal(payoffs, joint, policies):
    """Everybody gets 1/n of everything."""
    return [[Fraction(1, len(joint))] * len(joint) for _ in joint]


# ---------------------------------------------------------------------- values and gradients
def totals(payoffs, weights, policies):
    """Total reward of each player at each joint action, r_j = sum_i w_ij r_i, weights evaluated at `policies`."""
    result = {}
    for joint, rewards in payoffs.items():
        w = weights(payoffs, joint, policies)
        players = range(len(rewards))
        result[joint] = [sum(w[i][j] * rewards[i] for i in players) for j in players]
    return result


def inequity_averse(payoffs, alpha, beta):
    """Utilities of Fehr and Schmidt at each joint action: what a player gets, less what it minds towards each other."""
    result = {}
    for joint, rewards in payoffs.items():
        result[joint] = []
        for i, own in enumerate(rewards):
            minded = Fraction(0)
            for j, other in enumerate(rewards):
                if j != i and other > own:
                    minded += Fraction(alpha[i]) * (other - own) / (len(rewards) - 1)
                if j != i and own > other:
                    minded += Fraction(beta[i]) * (own - other) / (len(rewards) - 1)
            result[joint].append(own - minded)
    return result


def mean(rewards, i, policies):
    """Return the expectation of player i's entry over independent choices."""
    return sum(
        prod((policy[a] for policy, a in zip(policies, joint, strict=True)), start=Fraction(1)) * entry[i]
        for joint, entry in rewards.items()
    )


def moved(policies, i, k, step):
    """Policies after player i moved `step` of probability from its last action to action k."""
    changed = list(policies[i])
    changed[k] += step
    changed[-1] -= step
    return [*policies[:i], changed, *policies[i + 1 :]]


def own_gradient(payoffs, weights, policies):
    """Return the own gradient with held weights: what each action earns, less what the last one earns."""
    rewards = totals(payoffs, weights, policies)

    def pure(i, k):
        return [*policies[:i], [Fraction(k == b) for b in range(len(policies[i]))], *policies[i + 1 :]]

    return [
        mean(rewards, i, pure(i, k)) - mean(rewards, i, pure(i, len(policy) - 1))
        for i, policy in enumerate(policies)
        for k in range(len(policy) - 1)
    ]


def own_gradient_by_differences(payoffs, weights, policies, step=Fraction(1, 1000)):
    """Do the same by a central difference, which is exact: the mean is linear in a player's own probabilities."""
    rewards = totals(payoffs, weights, policies)
    return [
        (mean(rewards, i, moved(policies, i, k, step)) - mean(rewards, i, moved(policies, i, k, -step))) / (2 * step)
        for i, policy in enumerate(policies)
        for k in range(len(policy) - 1)
    ]


def gradient_through_weights(payoffs, weights, policies, step=Fraction(1, 1000)):
    """Differentiate the value with the weights moving along: a five-point formula, exact up to the fourth degree."""

    def value(i, k, steps):
        at = moved(policies, i, k, steps * step)
        return mean(totals(payoffs, weights, at), i, at)

    return [
        (value(i, k, -2) - 8 * value(i, k, -1) + 8 * value(i, k, 1) - value(i, k, 2)) / (12 * step)
        for i, policy in enumerate(policies)
        for k in range(len(policy) - 1)
    ]


# ---------------------------------------------------------------------- two players with two actions, as polynomials
_NODES = (Fraction(0), Fraction(1, 2), Fraction(1))
_LAGRANGE = ((1, -3, 2), (0, 4, -4), (0, -1, 2))  # coefficients of 1, p, p² of the polynomials that are 1 at one node


def gradient_polynomials(game, weights):
    """Coefficients ``c[k][a][b]`` of p1^a p2^b in player k's own gradient, interpolated at nine points.

    Right for gradients of degree two or less in each variable: every transfer here with held weights.
    """
    payoffs = table(game)
    coefficients = [[[Fraction(0)] * 3 for _ in range(3)] for _ in range(2)]
    for s, t in product(range(3), repeat=2):
        p, q = _NODES[s], _NODES[t]
        gradient = own_gradient(payoffs, weights, [[p, 1 - p], [q, 1 - q]])
        for k, a, b in product(range(2), range(3), range(3)):
            coefficients[k][a][b] += gradient[k] * _LAGRANGE[s][a] * _LAGRANGE[t][b]
    return coefficients
