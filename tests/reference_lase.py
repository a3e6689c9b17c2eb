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
        self.kept = {}  # (seed, world, i, j): gift memory

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
            return lambda row: [[1 / n_actions] * n_actions for _ in others]
        if kind == "oracle":
            return lambda row: [segment.behaviour[seed, j, row].tolist() for j in others]
        if kind == "perspective-ideal":
            actor = self.selfish(seed, i, width)
            return lambda row: [softmax(mlp(x(j, row), actor)) for j in others]
        if kind == "predictor":
            widths = [width, s.estimate_hidden, (n - 1) * n_actions]
            network = layers(self.parameters("predictor", seed, i), widths)

            def predicted(row):
                z = mlp(x(i, row), network)
                return [softmax(z[k * n_actions : (k + 1) * n_actions]) for k in range(n - 1)]

            return predicted
        assert kind == "perspective"
        actor = self.selfish(seed, i, width)
        widths = [width + n - 1, s.estimate_hidden, s.estimate_hidden, width]
        imagination = layers(self.parameters("imagination", seed, i), widths)
        return lambda row: [
            softmax(mlp(sigmoid(mlp(x(i, row) + one_hot(k, n - 1), imagination)), actor)) for k in range(n - 1)
        ]

    def relationships(self, segment, seed, i):
        """Return ω of player i at all rows: a list of {j: ω}."""
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
                value = omega(critic.varied(x, joint, k), believed[k - 1], joint[k], flat)
                unseen = self.settings.visible_only and not sees(x, k, segment.window)
                early = empathy.updates < self.settings.warmup
                here[(i + k) % self.n] = 0.0 if unseen or early else value
            found.append(here)
        return found

    def give(self, segment):
        """Return weights (seeds, R, n, n), rewards after gifts (seeds, n, R), and ω (seeds, R, n, n)."""
        n_seeds, n, rows, memory = len(segment.x), self.n, segment.steps * segment.worlds, self.settings.gift_memory
        weights = np.zeros((n_seeds, rows, n, n))
        totals = np.zeros((n_seeds, n, rows))
        found = np.zeros((n_seeds, rows, n, n))
        for seed in range(n_seeds):
            judged = {i: self.relationships(segment, seed, i) for i in range(n) if self.kinds[i]}
            for row in range(rows):
                world = row % segment.worlds
                for i in range(n):
                    kept = 1.0
                    for j in range(n):
                        if j == i:
                            continue
                        w = judged[i][row][j] if i in judged else 0.0
                        found[seed, row, i, j] = w
                        w = max(w, 0.0) / (n - 1)
                        if memory:
                            w = max(w, memory * self.kept.get((seed, world, i, j), 0.0))
                            self.kept[seed, world, i, j] = w
                            w *= bool(segment.present[seed, i, row]) and bool(segment.present[seed, j, row])
                        weights[seed, row, i, j] = w
                        kept -= w
                    weights[seed, row, i, i] = kept
                for j in range(n):
                    totals[seed, j, row] = sum(
                        weights[seed, row, i, j] * float(segment.rewards[seed, i, row]) for i in range(n)
                    )
        return weights, totals, found


def sees(x, k, window):
    """Whether the k-th player after oneself is in the window; without a map, always."""
    if not window:
        return True
    height, width, channels = window
    return any(x[cell * channels + k] for cell in range(height * width))


def objective(kind, rewards, totals, i):
    """What player i climbs at a step."""
    return sum(rewards) / len(rewards) if kind == "go" else totals[i]
