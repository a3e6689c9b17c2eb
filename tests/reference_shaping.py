"""A slow and obvious second implementation of learning rules that anticipate, for tests to compare with.

It speaks the language of the literature: players descend on *losses*, and both memory-one players index their logits by
the outcome in the *first* player's view. Derivatives are taken automatically, formulas are written as they are
published, with loops over pairs of players; no code is shared with the package.

Sources: Letcher et al., "Stable opponent shaping in differentiable games", ICLR 2019 (LookAhead, LOLA, SOS); Foerster
et al., "Learning with opponent-learning awareness", AAMAS 2018 (LOLA without the LookAhead term); Mescheder et al.,
NeurIPS 2017 (consensus); Balduzzi et al., ICML 2018 (symplectic gradient adjustment); Schäfer and Anandkumar, NeurIPS
2019 (competitive gradient descent); Korpelevich, 1976 (extragradient).
"""

from __future__ import annotations

from itertools import product

import autograd.numpy as anp
import numpy as np
from autograd import grad, hessian, jacobian


# ---------------------------------------------------------------------- games as losses of a vector of logits
class Losses:
    """What everybody descends on: `function` of all parameters returns n losses; `owned` says whose they are."""

    def __init__(self, function, owned):
        self.function, self.owned = function, owned
        self.n = len(owned)

    def one(self, i):
        return lambda theta: self.function(theta)[i]


def _sigmoid(theta):
    return 1 / (1 + anp.exp(-theta))


def memory_one(rewards_1, rewards_2, gamma):
    """Repeated 2×2 game: L = -p0' (I - gamma P)^-1 r, a sum over rounds; rewards by CC, CD, DC, DD of player 1."""

    def losses(theta):
        x, y = _sigmoid(theta[:5]), _sigmoid(theta[5:])
        p0 = anp.array([x[0] * y[0], x[0] * (1 - y[0]), (1 - x[0]) * y[0], (1 - x[0]) * (1 - y[0])])
        x, y = x[1:], y[1:]
        P = anp.stack([x * y, x * (1 - y), (1 - x) * y, (1 - x) * (1 - y)], axis=1)
        M = anp.dot(p0, anp.linalg.inv(anp.eye(4) - gamma * P))
        return anp.array([-anp.dot(M, anp.array(r, dtype=float)) for r in (rewards_1, rewards_2)])

    return Losses(losses, [slice(0, 5), slice(5, 10)])


def one_shot(payoffs):
    """Game played once, payoffs (n, *A): one logit for two actions, else one each; a loop over joint actions."""
    payoffs = np.asarray(payoffs, dtype=float)
    counts = [1 if a == 2 else a for a in payoffs.shape[1:]]
    ends = np.cumsum(counts)
    owned = [slice(int(e) - c, int(e)) for e, c in zip(ends, counts, strict=True)]

    def losses(theta):
        policies = []
        for part, a in zip(owned, payoffs.shape[1:], strict=True):
            if a == 2:
                p = _sigmoid(theta[part][0])
                policies.append([p, 1 - p])
            else:
                weights = anp.exp(theta[part])
                policies.append([weights[k] / anp.sum(weights) for k in range(a)])
        totals = [0.0] * len(payoffs)
        for joint in product(*(range(a) for a in payoffs.shape[1:])):
            probability = 1.0
            for policy, action in zip(policies, joint, strict=True):
                probability = probability * policy[action]
            totals = [total - probability * payoffs[(i, *joint)] for i, total in enumerate(totals)]
        return anp.array(totals)

    return Losses(losses, owned)


# ---------------------------------------------------------------------- derivatives
def _all_gradients(game, theta):
    """``[i]``: gradient of loss i by everybody's parameters."""
    return jacobian(game.function)(theta)


def _own(game, theta):
    """g: each player's gradient of its own loss."""
    gradients = _all_gradients(game, theta)
    return anp.concatenate([gradients[i][part] for i, part in enumerate(game.owned)])


def _second(game, theta):
    """``[i]``: matrix of second derivatives of loss i."""
    return [hessian(game.one(i))(theta) for i in range(game.n)]


def game_hessian(game, theta):
    """H = dg/dtheta."""
    return jacobian(lambda t: _own(game, t))(theta)


def _off_diagonal(game, matrix):
    matrix = matrix.copy()
    for part in game.owned:
        matrix[part, part] = 0
    return matrix


# ---------------------------------------------------------------------- rules: what is subtracted, times the step
def naive(game, theta, alpha):
    return _own(game, theta)


def _look_ahead(game, theta, alpha):
    g, H = _own(game, theta), _second(game, theta)
    out = g.copy()
    for i, me in enumerate(game.owned):
        for j, you in enumerate(game.owned):
            if j != i:
                out[me] -= alpha * H[i][me, you] @ g[you]
    return out


def shaping(game, theta):
    gradients, H = _all_gradients(game, theta), _second(game, theta)
    chi = np.zeros(len(theta))
    for i, me in enumerate(game.owned):
        for j, you in enumerate(game.owned):
            if j != i:
                chi[me] += H[j][me, you] @ gradients[i][you]
    return chi


def lookahead(game, theta, alpha):
    return _look_ahead(game, theta, alpha)


def lola_expansion(game, theta, alpha):
    return _look_ahead(game, theta, alpha) - alpha * shaping(game, theta)


def lola_published(game, theta, alpha):
    return _own(game, theta) - alpha * shaping(game, theta)


def sos_parts(game, theta, alpha, a=0.5, b=0.1):
    g, ahead, bend = _own(game, theta), _look_ahead(game, theta, alpha), -alpha * shaping(game, theta)
    dot = bend @ ahead
    p1 = 1.0 if dot >= 0 else min(1.0, -a * (ahead @ ahead) / dot)
    size = np.sqrt(g @ g)
    p2 = size**2 if size < b else 1.0
    return p1, p2, ahead, bend


def sos(game, theta, alpha, a=0.5, b=0.1):
    p1, p2, ahead, bend = sos_parts(game, theta, alpha, a, b)
    return ahead + min(p1, p2) * bend


def extragradient(game, theta, alpha):
    return _own(game, theta - alpha * _own(game, theta))


def consensus(game, theta, alpha, strength=1.0):
    return _own(game, theta) + strength * game_hessian(game, theta).T @ _own(game, theta)


def sga(game, theta, alpha, strength=1.0):
    g, H = _own(game, theta), game_hessian(game, theta)
    A = (H - H.T) / 2
    sign = np.sign((g @ (H.T @ g)) * ((A.T @ g) @ (H.T @ g)) / len(g) + 0.1)
    return g + strength * sign * A.T @ g


def cgd(game, theta, alpha):
    H_o = _off_diagonal(game, game_hessian(game, theta))
    return np.linalg.solve(np.eye(len(theta)) + alpha * H_o, _own(game, theta))


# ---------------------------------------------------------------------- the same from what the rules are meant to be
def _derivative_at_zero(direction):
    """d/ds at s = 0."""
    return jacobian(direction)(0.0)


def _moved(game, i, theta, step, others):
    """Parameters after all but i moved by `step` along -`others`."""
    parts = [theta[p] if j == i else theta[p] - step * others[p] for j, p in enumerate(game.owned)]
    return anp.concatenate(parts)


def lookahead_meant(game, theta, alpha):
    """Gradient of L_i where the others will be, their step a constant; to first order in the step."""
    found = np.zeros(len(theta))
    g = _own(game, theta)
    for i, me in enumerate(game.owned):

        def ahead(step, i=i):
            return grad(lambda t: game.one(i)(_moved(game, i, t, step, g)))(theta)

        found[me] = (ahead(0.0) + alpha * _derivative_at_zero(ahead))[me]
    return found


def lola_meant(game, theta, alpha):
    """Gradient of L_i(theta_i, theta_-i - step g_-i(theta)), through everything; to first order in the step."""
    found = np.zeros(len(theta))
    for i, me in enumerate(game.owned):

        def ahead(step, i=i):
            return grad(lambda t: game.one(i)(_moved(game, i, t, step, _own(game, t))))(theta)

        found[me] = (ahead(0.0) + alpha * _derivative_at_zero(ahead))[me]
    return found


def consensus_meant(game, theta, alpha, strength=1.0):
    """Descent on the losses and on half the squared length of g."""
    return _own(game, theta) + strength * grad(lambda t: anp.sum(_own(game, t) ** 2) / 2)(theta)


def cgd_regrets(game, theta, alpha, move):
    """First-order conditions of the local game: losses bilinear in moves, plus |move|²/2alpha for moving."""
    g, H = _own(game, theta), _second(game, theta)
    regrets = move / alpha + g
    for i, me in enumerate(game.owned):
        for j, you in enumerate(game.owned):
            if j != i:
                regrets[me] += H[i][me, you] @ move[you]
    return regrets
