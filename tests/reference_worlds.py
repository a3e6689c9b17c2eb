"""A slow and obvious second implementation of the grid worlds, for tests to compare with.

One world at a time: places are pairs (row, column), things on the map are lists of places, and everything is a loop. It
follows the rules word by word and shares no code with the package. What it shares are the numbers in [0, 1) that decide
what happens by chance: whoever compares the two hands the same numbers to both, in the order that each class names.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

MOVES = [(-1, 0), (1, 0), (0, -1), (0, 1)]  # up, down, left, right are actions 0, 1, 2, 3


def one_of(things, u):
    """Return the entry of a list that a number in [0, 1) points at."""
    return things[int(u * len(things))]


def in_order_of(numbers, things):
    """Sort things by numbers, one for each."""
    return [things[k] for k in sorted(range(len(things)), key=lambda k: numbers[k])]


class Reference(ABC):
    """What all worlds share: walking and seeing."""

    special = 0
    """How many actions there are after the moves, staying among them."""
    step_draws = 0

    def __init__(self, *, n_agents, height, width, horizon, view):
        self.n_agents, self.height, self.width, self.horizon, self.view = n_agents, height, width, horizon, view
        self.players = range(n_agents)
        self.map = [(row, column) for row in range(height) for column in range(width)]
        self.places = [None] * n_agents  # None: has left
        self.time = 0

    @property
    def n_actions(self):
        return 4 + self.special

    def after_move(self, place, action):
        """Where somebody gets to who is alone on the map."""
        if place is None or action >= 4:
            return place
        there = (place[0] + MOVES[action][0], place[1] + MOVES[action][1])
        return there if there in self.map else place

    def begin(self, u):
        self.time = 0
        self.start(u)

    def step(self, actions, u):
        """Return rewards, whether the episode is over, and events."""
        rewards, events = self.act(actions, u)
        self.time += 1
        return rewards, self.time == self.horizon, events

    @abstractmethod
    def kinds(self, agent):
        """Where objects are: one list of places a kind, in the order in which an agent sees them."""

    def observe(self):
        """Return what everybody sees as one list of numbers: player by player, row by row, cell by cell."""
        return [number for agent in self.players for cell in self.seen_by(agent) for number in cell]

    def seen_by(self, agent):
        """Cells that an agent sees, each a list of channels."""
        things = [[self.places[(agent + k) % self.n_agents]] for k in self.players] + self.kinds(agent)
        window = self.view != "map"
        nothing = [0] * (len(things) + window)
        found = {}
        for channel, places in enumerate(things):
            for place in places:
                found.setdefault(place, list(nothing))[channel] = 1
        me = self.places[agent]
        if not window:
            cells = self.map
        elif me is None:
            cells = [None] * self.view**2
        else:
            reach = self.view // 2
            rows = range(me[0] - reach, me[0] + reach + 1)
            columns = range(me[1] - reach, me[1] + reach + 1)
            cells = [(row, column) for row in rows for column in columns]
        seen = []
        for cell in cells:
            if me is None:
                seen.append(nothing)  # who has left sees nothing, not even the outside
            elif 0 <= cell[0] < self.height and 0 <= cell[1] < self.width:
                seen.append(found.get(cell, nothing))
            else:
                seen.append([*nothing[:-1], 1])
        return seen

    # what the package calls the same state
    def numbers(self):
        return [self.height * self.width if p is None else p[0] * self.width + p[1] for p in self.places]

    def marks(self, places):
        return [cell in places for cell in self.map]

    @abstractmethod
    def state(self):
        """Everything that changes, as the batched world calls it."""


class Coin(Reference):
    """Start: one number for each player, the coin, its colour. Step: who of several; where and whose the next is."""

    events = ("own coin", "other coin")
    step_draws = 3

    def __init__(self, *, n_agents=2, height=5, width=5, horizon=100, view=5, reward=1, harm=2):
        super().__init__(n_agents=n_agents, height=height, width=width, horizon=horizon, view=view)
        self.reward, self.harm = reward, harm
        self.start_draws = n_agents + 2

    def start(self, u):
        self.places = [one_of(self.map, u[i]) for i in self.players]
        self.coin = one_of(self.map, u[self.n_agents])
        self.colour = one_of(self.players, u[self.n_agents + 1])

    def act(self, actions, u):
        self.places = [self.after_move(self.places[i], actions[i]) for i in self.players]
        rewards, own, other = ([0] * self.n_agents for _ in range(3))
        there = [i for i in self.players if self.places[i] == self.coin]
        if there:
            taker = one_of(there, u[0])
            rewards[taker] += self.reward
            if taker == self.colour:
                own[taker] = 1
            else:
                other[taker] = 1
                rewards[self.colour] -= self.harm
            self.coin = one_of(self.map, u[1])
            self.colour = one_of(self.players, u[2])
        return rewards, {"own coin": own, "other coin": other}

    def kinds(self, agent):
        colours = [(agent + k) % self.n_agents for k in self.players]
        return [[self.coin] if self.colour == colour else [] for colour in colours]

    def state(self):
        return {"cells": self.numbers(), "coin": self.map.index(self.coin), "colour": self.colour}


class Cleanup(Reference):
    """Start: one number for each cell between, of the river. Step: is there a new waste, where; a new apple, where."""

    events = ("waste cleaned", "apple")
    step_draws = 4

    def __init__(
        self,
        *,
        n_agents=4,
        height=8,
        width=8,
        horizon=100,
        view=5,
        river_rows=2,
        orchard_rows=2,
        waste_at_start=8,
        most_waste=None,
        most_apples=16,
        waste_rate=0.1,
        apple_rate=1.0,
        auto_eat=False,
        reward=1,
    ):
        super().__init__(n_agents=n_agents, height=height, width=width, horizon=horizon, view=view)
        self.special = 2 if auto_eat else 3
        self.river = [cell for cell in self.map if cell[0] < river_rows]
        self.orchard = [cell for cell in self.map if cell[0] >= height - orchard_rows]
        self.between = [cell for cell in self.map if cell not in self.river and cell not in self.orchard]
        self.waste_at_start, self.most_apples = waste_at_start, most_apples
        self.most_waste = min(8, river_rows * width) if most_waste is None else most_waste
        self.waste_rate, self.apple_rate = waste_rate, apple_rate
        self.auto_eat, self.reward = auto_eat, reward
        self.start_draws = len(self.between) + len(self.river)

    def start(self, u):
        many = len(self.between)
        self.places = in_order_of(u[:many], self.between)[: self.n_agents]
        self.waste = in_order_of(u[many:], self.river)[: self.waste_at_start]
        self.apples = []

    def act(self, actions, u):
        rewards, cleaned, eaten = ([0] * self.n_agents for _ in range(3))
        for i in self.players:
            self.places[i] = self.after_move(self.places[i], actions[i])
            place = self.places[i]
            if actions[i] == 5 and place in self.waste:
                self.waste.remove(place)
                cleaned[i] = 1
            if (actions[i] == 6 or self.auto_eat) and place in self.apples:
                self.apples.remove(place)
                eaten[i] = 1
                rewards[i] += self.reward
        wastes, apples = len(self.waste), len(self.apples)
        free = [cell for cell in self.river if cell not in self.waste]
        if wastes < self.most_waste and free and u[0] < self.waste_rate:
            self.waste.append(one_of(free, u[1]))
        free = [cell for cell in self.orchard if cell not in self.apples]
        if apples < self.most_apples and free and u[2] < self.apple_rate * (1 - wastes / self.most_waste):
            self.apples.append(one_of(free, u[3]))
        return rewards, {"waste cleaned": cleaned, "apple": eaten}

    def kinds(self, _agent):
        return [self.waste, self.apples]

    def state(self):
        return {"cells": self.numbers(), "waste": self.marks(self.waste), "apples": self.marks(self.apples)}


class Snowdrift(Reference):
    """Start: one number for each player, for each cell (drifts lie on the first ones)."""

    events = ("drift removed",)
    special = 2

    def __init__(self, *, n_agents=4, height=8, width=8, horizon=50, view=5, n_drifts=6, reward=6, cost=4):
        super().__init__(n_agents=n_agents, height=height, width=width, horizon=horizon, view=view)
        self.n_drifts, self.reward, self.cost = n_drifts, reward, cost
        self.start_draws = n_agents + len(self.map)

    def start(self, u):
        self.places = [one_of(self.map, u[i]) for i in self.players]
        self.drifts = in_order_of(u[self.n_agents :], self.map)[: self.n_drifts]

    def act(self, actions, _u):
        rewards, removed = ([0] * self.n_agents for _ in range(2))
        for i in self.players:
            there = self.after_move(self.places[i], actions[i])
            others = [self.places[j] for j in self.players if j != i]
            if there not in others:
                self.places[i] = there
            if actions[i] == 5 and self.places[i] in self.drifts:
                self.drifts.remove(self.places[i])
                removed[i] = 1
                rewards[i] -= self.cost
                for j in self.players:
                    rewards[j] += self.reward
        return rewards, {"drift removed": removed}

    def kinds(self, _agent):
        return [self.drifts]

    def state(self):
        return {"cells": self.numbers(), "drifts": self.marks(self.drifts)}


class StagHunt(Reference):
    """Start: one number for each cell; on the first ones are the players, the stags, the hares."""

    events = ("stag", "hare")
    special = 2

    def __init__(
        self,
        *,
        n_agents=4,
        height=5,
        width=5,
        horizon=30,
        view=5,
        n_stags=2,
        n_hares=4,
        hunters=2,
        stag=10,
        hare=1,
    ):
        super().__init__(n_agents=n_agents, height=height, width=width, horizon=horizon, view=view)
        self.n_stags, self.n_hares, self.hunters = n_stags, n_hares, hunters
        self.stag, self.hare = stag, hare
        self.start_draws = len(self.map)

    def start(self, u):
        cells = iter(in_order_of(u, self.map))
        self.places = [next(cells) for _ in self.players]
        self.stags = [next(cells) for _ in range(self.n_stags)]
        self.hares = [next(cells) for _ in range(self.n_hares)]

    def act(self, actions, _u):
        rewards, stag, hare = ([0] * self.n_agents for _ in range(3))
        self.places = [self.after_move(self.places[i], actions[i]) for i in self.players]
        for cell in list(self.hares):
            self.share(cell, self.hares, [i for i in self.players if actions[i] == 5], 1, self.hare, rewards, hare)
        for cell in list(self.stags):
            self.share(cell, self.stags, list(self.players), self.hunters, self.stag, rewards, stag)
        return rewards, {"stag": stag, "hare": hare}

    def share(self, cell, animals, hunters, enough, prize, rewards, caught):
        """Let those of the hunters who stand on an animal's cell catch it and leave, if they are enough."""
        there = [i for i in hunters if self.places[i] == cell]
        if len(there) >= enough:
            animals.remove(cell)
            for i in there:
                rewards[i] += prize / len(there)
                caught[i] = 1
                self.places[i] = None

    def kinds(self, _agent):
        return [self.stags, self.hares]

    def state(self):
        return {"cells": self.numbers(), "stags": self.marks(self.stags), "hares": self.marks(self.hares)}


WORLDS = {"coin": Coin, "cleanup": Cleanup, "snowdrift": Snowdrift, "stag_hunt": StagHunt}


# ---------------------------------------------------------------------- comparing
def draws(twin, reference, batch, *, step):
    """Numbers that decide what happens, one list for each world, in the order in which a batch of worlds draws them."""
    if not step:
        return twin.random((batch, reference.start_draws)).tolist()
    if isinstance(reference, Coin):
        return twin.random((reference.step_draws, batch)).T.tolist()
    if reference.step_draws:
        return twin.random((batch, reference.step_draws)).tolist()
    return [[]] * batch


def compare(world_class, name, *, steps, seed, batch, **parameters):
    """Play at random in a batch of worlds and in as many reference worlds; assert that they agree in everything.

    Episodes end and begin anew along the way. Returns how often each event happened.
    """
    world = world_class(batch=batch, auto_reset=True, **parameters)
    references = [WORLDS[name](**parameters) for _ in range(batch)]
    first = references[0]
    assert (world.n_agents, world.n_actions, world.horizon) == (first.n_agents, first.n_actions, first.horizon)
    chance, play = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    observations = world.reset(seed)
    begin(references, draws(chance, first, batch, step=False))
    assert_equal(world, references, observations, "at first")
    count = dict.fromkeys(first.events, 0)
    for step in range(steps):
        actions = play.integers(world.n_actions, size=(batch, world.n_agents))
        observations, rewards, done, info = world.step(actions)
        numbers = draws(chance, first, batch, step=True)
        answers = [r.step(a, u) for r, a, u in zip(references, actions.tolist(), numbers, strict=True)]
        when = f"after step {step + 1}, actions {actions.tolist()}"
        assert rewards.tobytes() == np.array([a[0] for a in answers], dtype=np.float32).tobytes(), when
        assert done.tolist() == [a[1] for a in answers], when
        assert tuple(info)[: len(first.events)] == first.events
        for event in first.events:
            happened = [a[2][event] for a in answers]
            assert info[event].tolist() == happened, when
            count[event] += sum(map(sum, happened))
        if done[0]:
            begin(references, draws(chance, first, batch, step=False))
        assert_equal(world, references, observations, when)
    return count


def begin(references, numbers):
    for reference, u in zip(references, numbers, strict=True):
        reference.begin(u)


def assert_equal(world, references, observations, when):
    """Assert that a batch of worlds is in the state of the references, and that players see the same."""
    states = [r.state() for r in references]
    for what in states[0]:
        assert getattr(world, what).tolist() == [state[what] for state in states], f"{what} {when}"
    seen = b"".join(bytes(r.observe()) for r in references)
    assert observations.dtype == np.uint8
    assert observations.tobytes() == seen, f"observations {when}"
