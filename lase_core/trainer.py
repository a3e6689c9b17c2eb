"""Training: play, weigh, give, learn.

:func:`train` runs some seeds of one group of players in one world; :class:`Trainer` is the loop, one round of
episodes at a time. All seeds learn side by side, each with its own parameters: arrays are (seed, agent, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.agents.actor_critic import ActorCritic
from lase_core.agents.cast import LEARNERS, cast
from lase_core.agents.empathic import Empathy
from lase_core.agents.networks import Networks
from lase_core.agents.observe import Observer
from lase_core.agents.replay import Replay
from lase_core.agents.segment import Segment, of
from lase_core.empathy import remembered, share_out
from lase_core.envs import make
from lase_core.envs.players import player
from lase_core.metrics import Tally
from lase_core.nn import sample
from lase_core.packing import fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lase_core.nn import Adam, Store
    from lase_core.settings import Settings

    Array = NDArray[Any]

__all__ = ["Trainer"]

_EPISODES_AT_ONCE = 20  # of a seed, from replay: what is unpacked at a time


class Trainer:
    """Some seeds of one group of players in one world.

    Parameters
    ----------
    world : str
        Name of a world.
    parameters : mapping
        Of the world, without batch.
    parts : sequence of Part, or what :func:`lase_core.agents.cast.cast` reads
        Who plays.
    settings : Settings
        How they learn.
    seeds : sequence of int
        Runs that learn side by side.
    rounds : int
        How many rounds of episodes the run will have: entropy and exploration fall with them.
    """

    def __init__(
        self,
        world: str,
        parameters: Mapping[str, Any],
        parts: str | Sequence[str],
        settings: Settings,
        seeds: Sequence[int],
        rounds: int,
    ) -> None:
        self.settings, self.seeds, self.rounds = settings, tuple(seeds), rounds
        self.world = make(world, batch=len(seeds) * settings.worlds, **parameters)
        self.parts = cast(parts, self.world.n_agents)
        if self.world.horizon is None:
            msg = "learners need episodes that end: horizon must be a number, got None"
            raise ValueError(msg)
        if self.world.horizon % settings.segment:
            msg = f"the horizon must be a multiple of segment = {settings.segment}, got {self.world.horizon}"
            raise ValueError(msg)
        n = self.world.n_agents
        if not any(p.learns for p in self.parts):
            names = ", ".join(map(str, self.parts))
            msg = f"nobody learns: one agent at least must be {', '.join(LEARNERS)}, got {names}"
            raise ValueError(msg)
        if n == 1 and self.parts[0].estimator:
            msg = "LASE needs co-players: n_agents must be at least 2, got 1"
            raise ValueError(msg)
        if any(p.estimator == "oracle" for p in self.parts) and not all(p.learns for p in self.parts):
            msg = "the oracle knows the policies of learners only; scripted players have none that could be asked"
            raise ValueError(msg)
        self.observer = Observer(self.world, len(seeds), position=settings.position)
        self.rng = np.random.default_rng(np.random.SeedSequence([0, *self.seeds]))
        networks = Networks(
            window=self.observer.window,
            n_inputs=self.observer.width,
            n_actions=self.world.n_actions,
            n_agents=n,
            settings=settings,
            rngs=[np.random.default_rng(np.random.SeedSequence([1, seed])) for seed in seeds],
        )
        self.learners = np.flatnonzero([p.learns for p in self.parts])
        self.scripted = {k: player(p.kind) for k, p in enumerate(self.parts) if not p.learns}
        self.group_minded = np.flatnonzero([p.kind == "go" for p in self.parts])
        self.acting = ActorCritic(networks, len(self.learners), settings)
        self.empathies = [
            Empathy(members, kind, networks)
            for kind in sorted({p.estimator for p in self.parts} - {""})
            if (members := [k for k, p in enumerate(self.parts) if p.estimator == kind])
        ]
        self.replay = Replay(-(-settings.replay // settings.worlds)) if settings.replay and self.empathies else None
        if self.replay is not None and settings.segment != self.world.horizon:
            msg = f"replay keeps whole episodes: segment must be {self.world.horizon}, got {settings.segment}"
            raise ValueError(msg)
        self.round = 0
        self._faded: Array | None = None  # gift memory at the end of the segment before

    # ------------------------------------------------------------------ one round
    @property
    def done(self) -> float:
        """How much of the run is over."""
        return self.round / max(self.rounds - 1, 1)

    @property
    def entropy(self) -> float:
        """Weight of the entropy of policies in this round."""
        start, end = self.settings.entropy
        return start + (end - start) * min(self.done, 1.0)

    @property
    def exploration(self) -> float:
        """Probability of a uniform action in this round."""
        start, end = self.settings.exploration
        falls = self.settings.exploration_rounds or max(self.rounds / 2, 1)
        return start + (end - start) * min(self.round / falls, 1.0)

    def play_round(self) -> dict[str, Array]:
        """Play one episode in every world, and learn from its segments.

        Returns
        -------
        dict of ndarray
            What :data:`lase_core.metrics` lists, a mean over the worlds of each seed.
        """
        tally = Tally(len(self.seeds), self.parts, self.world)
        obs = self.begin_episode()
        for start in range(0, self.world.horizon, self.settings.segment):
            segment, values, obs = self.rollout(obs, tally, first=start == 0)
            weights, totals = self.give(segment, tally)
            tally.note_gifts(segment, weights, totals, self.measured_rows(segment))
            self.learn(segment, values, totals, tally)
        self._check_parameters()
        self.round += 1
        return tally.means() | {"critic_updates": self._critic_updates()}

    def nothing_measured(self) -> dict[str, Array]:
        """Return what :meth:`play_round` does, names and shapes, of a round in which nothing has happened."""
        return Tally(len(self.seeds), self.parts, self.world).means() | {"critic_updates": self._critic_updates()}

    def _critic_updates(self) -> Array:
        """Return how often everybody's action values have been updated: gifts begin after `warmup` of them."""
        found = np.full((len(self.seeds), self.world.n_agents), np.nan)
        for empathy in self.empathies:
            found[:, empathy.members] = empathy.updates
        return found

    def _check_parameters(self) -> None:
        """Stop where a parameter is not a number: no checkpoint shall hold it."""
        for name, (network, adam) in self.networks().items():
            sound = np.isfinite(network.theta).all(axis=-1) & np.isfinite(adam.square).all(axis=-1)
            if not sound.all():
                seed = self.seeds[np.argwhere(~sound)[0][0]]
                msg = f"a parameter of the network {name!r} is not a number in round {self.round + 1}, seed {seed}"
                raise FloatingPointError(msg)

    def begin_episode(self) -> Array:
        """Begin an episode in every world; return what is seen there."""
        self._faded = None
        self.acting.begin_episode()
        return np.asarray(self.world.reset(self.rng))

    def rollout(self, obs: Array, tally: Tally, *, first: bool) -> tuple[Segment, Array, Array]:
        """Play a segment."""
        s, world, observer = self.settings, self.world, self.observer
        n_seeds, n, steps, b = len(self.seeds), world.n_agents, s.segment, s.worlds
        lead = (n_seeds, n, steps, b)
        x = np.empty((*lead, observer.width), np.float32)
        actions = np.empty(lead, np.intp)
        behaviour = np.full((*lead, world.n_actions), np.nan, np.float32)
        rewards = np.empty(lead, np.float32)
        present = np.empty(lead, bool)
        values = np.empty((n_seeds, len(self.learners), steps + 1, b), np.float32)
        self.acting.begin_segment()
        for t in range(steps):
            observer(obs, out=x[:, :, t])
            present[:, :, t] = observer.present()
            actions[:, :, t], values[:, :, t] = self.choose(x[:, :, t], behaviour[:, :, t])
            obs, got, done, info = world.step(actions[:, :, t].swapaxes(1, 2).reshape(-1, n))
            rewards[:, :, t] = got.reshape(n_seeds, b, n).swapaxes(1, 2)
            tally.note_events(info)
        actions[~present] = -1
        last_x, last_present = observer(obs), observer.present()
        last_behaviour = np.empty((n_seeds, n, b, world.n_actions), np.float32)
        last_actions, values[:, :, -1] = self.choose(last_x, last_behaviour, last=True)
        last_actions[~last_present] = -1

        def rows(values: Array) -> Array:
            return values.reshape(n_seeds, n, steps * b, *values.shape[4:])

        segment = Segment(
            steps=steps,
            worlds=b,
            x=rows(x),
            actions=rows(actions),
            behaviour=rows(behaviour),
            rewards=rows(rewards),
            present=rows(present),
            window=observer.window,
            last_x=last_x,
            last_actions=last_actions,
            last_present=last_present,
            first=first,
            over=bool(done[0]) and not s.bootstrap,
        )
        return segment, values, obs

    def choose(self, x: Array, behaviour: Array, *, last: bool = False) -> tuple[Array, Array]:
        """Let everybody choose; write what actions are drawn from."""
        n_seeds, n, b = x.shape[:3]
        actions = np.empty((n_seeds, n, b), np.intp)
        everybody = len(self.learners) == n
        policies, values = self.acting.act(of(x, self.learners), self.exploration, last=last)
        drawn = sample(policies, self.rng.random(policies.shape[:-1], dtype=np.float32))
        if everybody:
            actions[...], behaviour[...] = drawn, policies
        else:
            actions[:, self.learners], behaviour[:, self.learners] = drawn, policies
        for agent, choice in self.scripted.items():
            actions[:, agent] = choice(self.world, agent, self.rng).reshape(n_seeds, b)
        return actions, values

    def give(self, segment: Segment, tally: Tally) -> tuple[Array, Array]:
        """Return gift weights (seeds, R, n, n) and rewards after gifts (seeds, n, R).

        Gifts are shares of rewards, so relationships are needed only where there is a reward; and, in some of the
        worlds, everywhere, to be measured.
        """
        n_seeds, n = segment.rewards.shape[:2]
        omega = np.zeros((n_seeds, segment.n_rows, n, n), np.float32)
        measured = self.measured_rows(segment)
        for empathy in self.empathies:
            rows = self.rows_needed(segment, empathy.members, measured)
            found, estimates = empathy.judge(segment, rows)
            seed = np.arange(n_seeds)[:, None]
            for g, i in enumerate(empathy.members):
                for k, j in enumerate(empathy.estimator.others[g]):
                    omega[seed, rows[:, g], i, j] = found[:, g, k]
            tally.note_estimates(segment, empathy, estimates[:, :, :, : len(measured)], measured)
        if self.settings.gift_memory:
            by_step = np.maximum(segment.by_step(omega, axis=1), 0).swapaxes(0, 1)
            before = None if segment.first else self._faded
            faded = remembered(by_step, self.settings.gift_memory, before)
            self._faded = faded[-1].copy()
            omega = faded.swapaxes(0, 1).reshape(omega.shape)
            there = segment.present.swapaxes(1, 2)
            omega *= there[..., None, :] & there[..., :, None]
        weights, totals = share_out(omega, segment.rewards.swapaxes(1, 2))
        return weights, totals.swapaxes(1, 2)

    def measured_rows(self, segment: Segment) -> Array:
        """Return the rows of the worlds in which weights of all steps are measured."""
        rows = np.arange(segment.n_rows).reshape(segment.steps, segment.worlds)
        return rows[:, : self.settings.measured].ravel()

    def rows_needed(self, segment: Segment, members: Array, measured: Array) -> Array:
        """Return rows on which members judge, those measured first, shape (seeds, g, K).

        Members who need fewer rows than others judge row 0 again, which changes nothing.
        """
        n_seeds = len(segment.rewards)
        if self.settings.gift_memory:
            rest = np.setdiff1d(np.arange(segment.n_rows), measured)
            return np.broadcast_to(np.concatenate([measured, rest]), (n_seeds, len(members), segment.n_rows))
        matter = of(segment.rewards, members) != 0
        width = int(matter.sum(axis=-1).max())
        order = np.argsort(~matter, axis=-1, kind="stable")[..., :width]
        order = np.where(np.take_along_axis(matter, order, -1), order, 0)
        shown = np.broadcast_to(measured, (n_seeds, len(members), len(measured)))
        return np.concatenate([shown, order], axis=-1)

    def learn(self, segment: Segment, values: Array, totals: Array, tally: Tally) -> None:
        """Update everybody."""
        objective = totals.copy()
        if len(self.group_minded):
            objective[:, self.group_minded] = segment.rewards.mean(axis=1, keepdims=True)
        noted = self.acting.update(
            segment,
            self.learners,
            of(objective, self.learners),
            values,
            exploration=self.exploration,
            entropy=self.entropy,
        )
        self._check(noted, self.learners)
        tally.note_learning(self.learners, noted)
        draws = self.material(segment)
        for empathy in self.empathies if draws else []:
            noted = empathy.learn(draws, self.rng)
            self._check(noted, empathy.members)
            tally.note_learning(empathy.members, noted)

    def material(self, segment: Segment) -> list[Callable[[], Segment]]:
        """Return what action values are learned from: this segment, or, now and then, episodes from replay."""
        s, replay = self.settings, self.replay
        if replay is None:
            return [lambda: segment]
        replay.add(segment)
        if replay.rounds * s.worlds < s.replay_start or replay.rounds % s.replay_every:
            return []
        slots, seeds, worlds = replay.draw(s.replay_batch, self.rng)
        most = -(-s.replay_batch // _EPISODES_AT_ONCE)
        equal = next(k for k in range(most, s.replay_batch + 1) if s.replay_batch % k == 0)  # parts count alike
        parts = np.split(np.arange(s.replay_batch), equal)
        return [partial(replay.segment, (slots[:, k], seeds[:, k], worlds[:, k])) for k in parts]

    def _check(self, noted: Mapping[str, Array], players: Array) -> None:
        """Stop where a loss is not a number."""
        for name, values in noted.items():
            if not np.isfinite(values).all():
                seed, player_at = np.argwhere(~np.isfinite(values))[0]
                msg = (
                    f"{name} of player {players[player_at]} is {values[seed, player_at]} "
                    f"in round {self.round + 1}, seed {self.seeds[seed]}"
                )
                raise FloatingPointError(msg)

    # ------------------------------------------------------------------ what is learned
    def networks(self) -> dict[str, tuple[Store, Adam]]:
        """Return all networks of the run with their optimisers, by name."""
        found: dict[str, tuple[Store, Adam]] = {"acting": (self.acting.network, self.acting.adam)}
        for empathy in self.empathies:
            kind = self.parts[empathy.members[0]].estimator
            found |= {f"{kind} {name}": both for name, both in empathy.networks().items()}
        return found

    def state(self) -> dict[str, Any]:
        """Return all that the run needs to go on, between two rounds: episodes begin anew then."""
        learned = {
            name: {
                "theta": network.theta.copy(),
                "mean": adam.mean.copy(),
                "square": adam.square.copy(),
                "steps": adam.steps,
            }
            for name, (network, adam) in self.networks().items()
        }
        empathies = [{"range": empathy.range.copy(), "updates": empathy.updates} for empathy in self.empathies]
        return {
            "round": self.round,
            "rng": self.rng.bit_generator.state,
            "networks": learned,
            "empathies": empathies,
            "replay": None if self.replay is None else self.replay.state(),
        }

    def restore(self, state: Mapping[str, Any], replay: Mapping[str, Array] | None = None) -> None:
        """Take over what :meth:`state` returned, and the rounds of the replay; ``ValueError`` for what does not fit."""
        own = self.state()
        kept: dict[str, Any] = {name: state.get(name) for name in own}
        fit(kept, own | {"replay": kept["replay"]}, "state")
        if self.replay is not None:
            self._check_replay(kept, replay or {})
        try:
            self.rng.bit_generator.state = kept["rng"]
        except OverflowError as error:
            msg = f"state['rng'] holds a number that is too large: {error}"
            raise ValueError(msg) from error
        self.round = kept["round"]
        for name, (network, adam) in self.networks().items():
            saved = kept["networks"][name]
            network.theta[...], adam.mean[...], adam.square[...] = saved["theta"], saved["mean"], saved["square"]
            adam.steps = saved["steps"]
        for empathy, noted in zip(self.empathies, kept["empathies"], strict=True):
            empathy.range[...], empathy.updates = noted["range"], noted["updates"]
        if self.replay is not None:
            self.replay.restore(kept["replay"], replay or {})

    def _check_replay(self, state: Mapping[str, Any], rounds: Mapping[str, Array]) -> None:
        """Check that what a replay kept is of these players in this world."""
        if state["round"] == 0:
            return  # nothing is kept yet
        seen, s = self.observer, self.settings
        own = {"rounds": state["round"], "window": list(seen.window), "width": seen.width, "over": not s.bootstrap}
        if state["replay"] != own:
            msg = f"state['replay'] must be {own}, got {state['replay']}"
            raise ValueError(msg)
        slots = min(state["round"], -(-s.replay // s.worlds))
        steps = (slots, len(self.seeds), s.worlds, self.world.horizon, self.world.n_agents)
        last = (*steps[:3], self.world.horizon + 1, self.world.n_agents)  # a step more for what came last
        shapes = {
            "x": ((*last, -(-seen.width // 8)), np.uint8),
            "actions": (last, np.int8),
            "rewards": (steps, np.float32),
            "present": (last, np.bool_),
        }
        fit(dict(rounds), {name: np.broadcast_to(kind(), shape) for name, (shape, kind) in shapes.items()}, "replay")
        if rounds["actions"].min() < -1 or rounds["actions"].max() >= self.world.n_actions:
            msg = f"replay['actions'] must lie in -1..{self.world.n_actions - 1}"
            raise ValueError(msg)
