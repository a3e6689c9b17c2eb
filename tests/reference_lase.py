"""LASE once more, slowly: one seed, one player, one step at a time, in plain Python numbers.

Networks are read from their flat parameters and evaluated layer by layer; nothing is shared with the package. A trainer
is asked only for what it has learned (parameters, ranges of action values, how often they were updated), for who plays
and for settings.
"""

from __future__ import annotations

from itertools import pairwise
from math import exp, log, prod

import numpy as np


# ---------------------------------------------------------------------- networks
def layers(theta, widths):
    """Cut one agent's flat parameters into dense layers: for each its weights [input][output] and biases."""
    numbers = [float(number) for number in theta]
    found = []
    for n_in, n_out in pairwise(widths):
        weights = [[numbers.pop(0) for _ in range(n_out)] for _ in range(n_in)]
        found.append((weights, [numbers.pop(0) for _ in range(n_out)]))
    assert not numbers
    return found


def dense(x, layer):
    weights, y = layer[0], list(layer[1])
    for value, row in zip(x, weights, strict=True):
        if value:
            for o, weight in enumerate(row):
                y[o] += value * weight
    return y


def relu(x):
    return [max(value, 0.0) for value in x]


def mlp(x, parameters):
    for layer in parameters[:-1]:
        x = relu(dense(x, layer))
    return dense(x, parameters[-1])


def softmax(z):
    top = max(z)
    e = [exp(value - top) for value in z]
    return [value / sum(e) for value in e]


def sigmoid(z):
    return [1 / (1 + exp(-value)) for value in z]


def mixture(policy, eps):
    return [(1 - eps) * p + eps / len(policy) for p in policy]


def entropy(policy):
    return -sum(p * log(p) for p in policy if p > 0)


def one_hot(k, n):
    """All zeros for those who have left."""
    return [float(k == entry) for entry in range(n)]


# ---------------------------------------------------------------------- action values
class Critic:
    """Values of joint actions, of one player: observation to features; features and all actions to one number."""

    def __init__(self, theta, *, n_inputs, n_features, n_agents, n_actions, n_hidden):
        self.n_actions = n_actions
        joined = n_features + n_agents * n_actions
        size = (n_inputs + 1) * n_features
        self.body = layers(theta[:size], [n_inputs, n_features])
        self.head = layers(theta[size:], [joined, n_hidden, 1])

    def q(self, x, joint):
        features = relu(mlp(x, self.body))
        coded = [number for action in joint for number in one_hot(action, self.n_actions)]
        return mlp(features + coded, self.head)[0]

    def varied(self, x, joint, k):
        """Return values as only the k-th action of a joint action varies."""
        return [self.q(x, [*joint[:k], b, *joint[k + 1 :]]) for b in range(self.n_actions)]


def omega(q, estimate, action, flat):
    """Relationship to somebody who did `action`, by the values of all that it could have done."""
    reach = max(q) - min(q)
    if action < 0 or reach <= flat:
        return 0.0
    return (q[action] - sum(p * value for p, value in zip(estimate, q, strict=True))) / reach


def self_first(values, i):
    return [values[(i + k) % len(values)] for k in range(len(values))]


# ---------------------------------------------------------------------- returns
def lambda_return(rewards, values, goes_on, discount, trace, t):
    r"""TD(λ) as the mean of n-step returns, Σ_n (1 - λ) λ^(n-1) G^(n); the longest has what is left of the weight."""
    longest = len(rewards) - t
    total = 0.0
    for n in range(1, longest + 1):
        share = trace ** (n - 1) * (1 if n == longest else 1 - trace)
        steps = 0.0
        for k in range(n):
            steps += discount**k * prod(goes_on[t : t + k]) * rewards[t + k]
        total += share * (steps + discount**n * prod(goes_on[t : t + n]) * values[t + n])
    return total


def advantage(rewards, values, goes_on, discount, trace, t):
    """Generalised advantage estimation: Σ_l (γλ)^l δ_(t+l) up to the end."""
    total = 0.0
    for later in range(t, len(rewards)):
        delta = rewards[later] + discount * goes_on[later] * values[later + 1] - values[later]
        total += (discount * trace) ** (later - t) * prod(goes_on[t:later]) * delta
    return total


def goes_on(segment, seed, i, world):
    """Whether player i can earn something after each step in a world: it is still there, and there is an after."""
    t_end, b = segment.steps, segment.worlds
    there = [bool(segment.present[seed, i, t * b + world]) for t in range(t_end)]
    there.append(bool(segment.last_present[seed, i, world]) and not segment.over)
    return [float(after) for after in there[1:]]


# ---------------------------------------------------------------------- a whole trainer
class Gifts:
    """What a trainer should give, segment by segment; :meth:`begin` when an episode does."""

    def __init__(self, trainer):
        self.trainer, self.settings = trainer, trainer.settings
        self.n, self.n_actions = trainer.world.n_agents, trainer.world.n_actions
        kinds = [part.estimator for part in trainer.parts]
        self.kinds = kinds
        self.group = {i: [j for j in range(self.n) if kinds[j] == kinds[i]].index(i) for i in range(self.n)}
        self.begin()

    def begin(self):
        self.kept = {}  # (seed, world, i, j): gift memory, and how well it is known

    def parameters(self, name, seed, i):
        network, _ = self.trainer.networks()[f"{self.kinds[i]} {name}"]
        return network.theta[seed, self.group[i]]

    def critic(self, seed, i, n_inputs):
        s = self.settings
        sizes = {"n_features": s.features, "n_agents": self.n, "n_actions": self.n_actions, "n_hidden": s.joint}
        return Critic(self.parameters("critic", seed, i), n_inputs=n_inputs, **sizes)

    def selfish(self, seed, i, n_inputs):
        return layers(self.parameters("selfish", seed, i), [n_inputs, *self.settings.hidden, self.n_actions])

    def estimates(self, segment, seed, i):
        """Return a function from rows to i's estimates of the 1st, 2nd, ... player after it."""
        n, n_actions, kind, s = self.n, self.n_actions, self.kinds[i], self.settings
        width = segment.x.shape[-1]
        others = [(i + k) % n for k in range(1, n)]

        def x(j, row):
            return segment.x[seed, j, row].tolist()

        if kind == "uniform":
            return lambda _: [[1 / n_actions] * n_actions for _ in others]
        if kind == "oracle":
            return lambda row: [segment.behaviour[seed, j, row].tolist() for j in others]
        if kind == "perspective-ideal":
            actor = self.selfish(seed, i, width)
            return lambda row: [softmax(mlp(x(j, row), actor)) for j in others]
        if kind == "predictor":
            widths = [width, s.estimate_hidden, (n - 1) * n_actions]
            network = layers(self.parameters("estimate", seed, i), widths)

            def predicted(row):
                z = mlp(x(i, row), network)
                return [softmax(z[k * n_actions : (k + 1) * n_actions]) for k in range(n - 1)]

            return predicted
        assert kind == "perspective"
        actor = self.selfish(seed, i, width)
        widths = [width + n - 1, s.estimate_hidden, s.estimate_hidden, width]
        imagination = layers(self.parameters("estimate", seed, i), widths)
        return lambda row: [
            softmax(mlp(sigmoid(mlp(x(i, row) + one_hot(k, n - 1), imagination)), actor)) for k in range(n - 1)
        ]

    def relationships(self, segment, seed, i):
        """Return ω of player i at all rows, and the range of action values that it was divided by: {j: (ω, range)}."""
        empathy = self.trainer.empathies[sorted({kind for kind in self.kinds if kind}).index(self.kinds[i])]
        flat = self.settings.flat * float(empathy.range[seed, self.group[i]])
        critic = self.critic(seed, i, segment.x.shape[-1])
        estimate = self.estimates(segment, seed, i)
        found = []
        for row in range(segment.steps * segment.worlds):
            x = segment.x[seed, i, row].tolist()
            joint = self_first(segment.actions[seed, :, row].tolist(), i)
            believed = estimate(row)
            here = {}
            for k in range(1, self.n):
                q = critic.varied(x, joint, k)
                value = omega(q, believed[k - 1], joint[k], flat)
                unseen = self.settings.visible_only and not sees(x, k, segment.window)
                early = empathy.updates < self.settings.warmup
                here[(i + k) % self.n] = (0.0 if unseen or early else value), max(q) - min(q)
            found.append(here)
        return found

    def give(self, segment, error=0.0):
        """Return weights (seeds, R, n, n), rewards after gifts (seeds, n, R), and doubts about both.

        A weight is as doubtful as an `error` of action values makes it, which are divided by their range.
        """
        n_seeds, n, rows = len(segment.x), self.n, segment.steps * segment.worlds
        weights, doubts = np.zeros((2, n_seeds, rows, n, n))
        totals, unsure = np.zeros((2, n_seeds, n, rows))
        for seed in range(n_seeds):
            judged = {i: self.relationships(segment, seed, i) for i in range(n) if self.kinds[i]}
            for row in range(rows):
                there = [bool(segment.present[seed, i, row]) for i in range(n)]
                rewards = segment.rewards[seed, :, row].tolist()
                for i in range(n):
                    for j in range(n):
                        if j != i and i in judged:
                            found = judged[i][row][j]
                            w, doubt = self.weight(
                                found, error, (seed, row % segment.worlds, i, j), there[i] and there[j]
                            )
                            weights[seed, row, i, j], doubts[seed, row, i, j] = w, doubt
                    weights[seed, row, i, i] = 1 - sum(weights[seed, row, i])
                    doubts[seed, row, i, i] = sum(doubts[seed, row, i])
                for j in range(n):
                    totals[seed, j, row] = sum(weights[seed, row, i, j] * rewards[i] for i in range(n))
                    unsure[seed, j, row] = sum(doubts[seed, row, i, j] * abs(rewards[i]) for i in range(n))
        return weights, totals, doubts, unsure

    def weight(self, judged, error, key, both_there):
        """Return what a relationship earns, by memory too, and the doubt about it."""
        omega, reach = judged
        w, doubt = max(omega, 0.0) / (self.n - 1), error / reach if reach else 0.0
        memory = self.settings.gift_memory
        if memory:
            before, doubted = self.kept.get(key, (0.0, 0.0))
            w, doubt = max(w, memory * before), max(doubt, memory * doubted)
            self.kept[key] = w, doubt
            w *= both_there
        return w, doubt


def sees(x, k, window):
    """Whether the k-th player after oneself is in the window; without a map, always."""
    if not window:
        return True
    height, width, channels = window
    return any(x[cell * channels + k] for cell in range(height * width))


def objective(kind, rewards, totals, i):
    """Return what player i climbs at a step."""
    return sum(rewards) / len(rewards) if kind == "go" else totals[i]
