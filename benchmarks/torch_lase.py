"""LASE in PyTorch, written in the usual way: the peer of speed comparisons.

Every agent has its own modules and optimisers, worlds are batched, automatic differentiation does the rest. Of the
project only worlds are used: those on a map whose players stay until the end (Coin, Cleanup, Snowdrift). Networks have
the sizes of LASE's research code; convolutions without padding make 32 features of a 5×5 window, which is the cheapest
reading, hence the quickest peer. Rates are agent-steps a second. Run it as ``python benchmarks/torch_lase.py``.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections import defaultdict
from itertools import accumulate
from statistics import median
from typing import Any

try:
    import torch
    import torch.nn.functional as F  # noqa: N812 (its usual name)
    from torch import Tensor, nn
except ImportError:
    sys.exit("this benchmark needs PyTorch, a CPU build will do: pip install torch==2.13.0")

import numpy as np
from measure import best_time

from lase_core.envs import make

GAMMA, GAMMA_SELFISH, DELTA = 0.98, 0.99, 0.1
EXPLORE_FIRST, EXPLORE_LAST, EXPLORE_ITERATIONS = 0.5, 0.05, 2000
FLAT = 1e-6  # of the range of Q: below, Q does not depend on the other's action
STORED = 5000  # episodes
RATES = 1e-4, 5e-5, 3e-5  # of the acting, the selfish and the imagination net

Shape = tuple[int, int, int]  # height, width, channels


def pixels(seen: Tensor) -> Tensor:
    """Return observations, (*lead, height, width, channels), as a convolution wants them, (rows, channels, ...)."""
    return seen.flatten(end_dim=-4).permute(0, 3, 1, 2).float().contiguous()


def convolutions(shape: Shape, padding: int, *channels: int) -> tuple[nn.Module, int]:
    """Return 3×3 convolutions with nothing between, and how many features come out."""
    sizes = (shape[-1], *channels)
    layers = [nn.Conv2d(before, after, 3, padding=padding) for before, after in zip(sizes, channels, strict=False)]
    side, other = (size + (2 * padding - 2) * len(channels) for size in shape[:2])
    return nn.Sequential(*layers, nn.Flatten()), side * other * sizes[-1]


class Acting(nn.Module):
    """The recurrent actor-critic that acts: logits and a value."""

    def __init__(self, shape: Shape, n_actions: int, padding: int) -> None:
        super().__init__()
        self.convolutions, width = convolutions(shape, padding, 16, 32)
        self.dense, self.lstm = nn.Linear(width, 128), nn.LSTM(128, 128)
        self.actor, self.critic = nn.Linear(128, n_actions), nn.Linear(128, 1)

    def features(self, seen: Tensor) -> Tensor:
        """Return what the recurrent layer reads, (*lead, 128)."""
        return F.relu(self.dense(self.convolutions(pixels(seen)))).view(*seen.shape[:-3], 128)

    def step(self, x: Tensor, state: Any) -> tuple[Tensor, Tensor]:
        """Take one step of the recurrent layer, as ``nn.LSTMCell`` does, with the weights of `lstm`."""
        return torch.lstm_cell(x, state or (torch.zeros_like(x),) * 2, *self.lstm.all_weights[0])

    def forward(self, seen: Tensor, cell: bool = False) -> tuple[Tensor, Tensor]:
        """Return logits and values of whole episodes, (T, B, ...); with `cell`, one recurrent step after the other."""
        x = self.features(seen)
        states = accumulate(x, lambda state, now: self.step(now, state), initial=())  # not begun before it is asked for
        x = torch.stack([state[0] for state in states if state]) if cell else self.lstm(x)[0]
        return self.actor(x), self.critic(x).squeeze(-1)


class Selfish(nn.Module):
    """Actor, and critic of joint actions, for one's own reward; joint actions are (rows, N)."""

    def __init__(self, shape: Shape, n_agents: int, n_actions: int, padding: int) -> None:
        super().__init__()
        self.n_actions = n_actions
        self.convolutions, width = convolutions(shape, padding, 16, 32)
        self.actor = nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, n_actions))
        # one layer on features ++ one-hot joint action, in two parts: that of the features serves all joint actions
        self.on_features, self.on_actions = nn.Linear(width, 64), nn.Linear(n_agents * n_actions, 64, bias=False)
        self.value = nn.Linear(64, 1)

    def q(self, features: Tensor, joint: Tensor, player: int | None = None) -> Tensor:
        """Return Q of joint actions, (rows, 1), or of those with all actions of one player instead, (rows, A)."""
        joints = joint[:, None].repeat(1, 1 if player is None else self.n_actions, 1)
        if player is not None:
            joints[..., player] = torch.arange(self.n_actions)
        one_hot = F.one_hot(joints, self.n_actions).flatten(2).float()
        return self.value(F.relu(self.on_features(features)[:, None] + self.on_actions(one_hot))).squeeze(-1)


class Imagination(nn.Module):
    """What another player sees, from what oneself sees and who the other is."""

    def __init__(self, shape: Shape, n_agents: int, padding: int) -> None:
        super().__init__()
        self.n_agents = n_agents
        self.convolutions, width = convolutions(shape, padding, 16)
        first, second, last = nn.Linear(width + n_agents, 128), nn.Linear(128, 128), nn.Linear(128, int(np.prod(shape)))
        self.dense = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), last, nn.Sigmoid())

    def forward(self, x: Tensor, other: int) -> Tensor:
        """Return an imagined observation from one as :func:`pixels` gives it, in the same shape."""
        identity = F.one_hot(torch.tensor(other), self.n_agents).float().expand(len(x), -1)
        return self.dense(torch.cat([self.convolutions(x), identity], dim=1)).view(x.shape)


class Agent:
    """One player's modules, optimisers and updates."""

    def __init__(self, index: int, shape: Shape, n_agents: int, n_actions: int, padding: int) -> None:
        self.index, self.n_agents, self.n_actions = index, n_agents, n_actions
        self.others = [j for j in range(n_agents) if j != index]
        self.acting = Acting(shape, n_actions, padding)
        self.selfish = Selfish(shape, n_agents, n_actions, padding)
        self.imagination = Imagination(shape, n_agents, padding)
        nets = self.acting, self.selfish, self.imagination
        self.adams = [torch.optim.Adam(n.parameters(), rate, fused=True) for n, rate in zip(nets, RATES, strict=True)]
        self.q_range = 0.0

    def update_acting(self, seen: Tensor, taken: Tensor, returns: Tensor, explore: float, cell: bool = False) -> float:
        """Take one step on whole episodes, (T, B, ...): −log π · advantage + ½ advantage², exploration being in π."""
        logits, values = self.acting(seen, cell)
        policy = (1 - explore) * logits.softmax(-1) + explore / self.n_actions
        log = policy.gather(-1, taken[..., None]).squeeze(-1).log()
        advantage = returns - values
        return descend((0.5 * advantage.square() - log * advantage.detach()).mean(), self.acting, self.adams[0])

    @torch.no_grad()
    def gift_weights(self, seen: Tensor, joint: Tensor) -> Tensor:
        """Return the shares of one's reward that all players get, (rows, N), from one's observations."""
        x, net = pixels(seen), self.selfish
        features = net.convolutions(x)
        weights = torch.zeros(len(x), self.n_agents)
        for j in self.others:
            q = net.q(features, joint, j)
            expected = net.actor(net.convolutions(self.imagination(x, j))).softmax(-1)
            self.q_range = max(self.q_range, float(q.max() - q.min()))
            width = q.amax(1) - q.amin(1)
            flat = width <= FLAT * self.q_range
            gain = q.gather(1, joint[:, j, None]).squeeze(1) - (expected * q).sum(1)
            relation = torch.where(flat, 0.0, gain / torch.where(flat, 1.0, width))
            weights[:, j] = relation.clamp(min=0) / (self.n_agents - 1)
        weights[:, self.index] = 1 - weights.sum(1)
        return weights

    def update_selfish(self, seen: Tensor, joint: Tensor, rewards: Tensor) -> float:
        """Take one step on episodes (E, T, ...): SARSA for the critic, the gradient over all actions for the actor."""
        rows = joint.flatten(end_dim=1)
        features = self.selfish.convolutions(pixels(seen))
        q = self.selfish.q(features, rows).view(rewards.shape)
        after = F.pad(q.detach()[:, 1:], (0, 1))  # nothing comes after the horizon
        critic = F.mse_loss(q, rewards + GAMMA_SELFISH * after)
        with torch.no_grad():
            own = self.selfish.q(features, rows, self.index)
        actor = -(self.selfish.actor(features).softmax(-1) * own).sum(1).mean()
        descend(actor + 0.5 * critic, self.selfish, self.adams[1])
        return float(critic.detach())

    def update_imagination(self, seen: Tensor, joint: Tensor) -> float:
        """Take one step on episodes (E, T, ...): the selfish actor, on what is imagined, is to act as the other did."""
        x, rows, loss = pixels(seen), joint.flatten(end_dim=1), torch.zeros(())
        self.selfish.requires_grad_(False)
        for j in self.others:
            imagined = self.imagination(x, j)
            logits = self.selfish.actor(self.selfish.convolutions(imagined))
            visible = x[:, (j - self.index) % self.n_agents].flatten(1).any(1)  # oneself first, then the others
            surprise = F.cross_entropy(logits, rows[:, j], reduction="none") * visible
            loss = loss + (1 - DELTA) * surprise.sum() / visible.sum().clamp(min=1) + DELTA * F.l1_loss(imagined, x)
        self.selfish.requires_grad_(True)
        return descend(loss, self.imagination, self.adams[2], norm=float("inf"))


def descend(loss: Tensor, module: nn.Module, adam: torch.optim.Optimizer, norm: float = 1.0) -> float:
    """Take one step."""
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(module.parameters(), norm)
    adam.step()
    return float(loss.detach())


class Lase:
    """Agents, their worlds and a replay that begins with episodes of random play."""

    def __init__(self, world: str, batch: int, warmup: int, padding: int, seed: int) -> None:
        torch.manual_seed(seed)
        self.world = make(world, batch=batch)
        shape = self.world.reset(seed).shape[2:]
        n, self.horizon = self.world.n_agents, self.world.horizon
        self.agents = [Agent(k, shape, n, self.world.n_actions, padding) for k in range(n)]
        each, self.stored = (STORED, self.horizon, n), 0
        seen = torch.empty((*each, *shape), dtype=torch.uint8)
        self.replay = seen, torch.empty(each, dtype=torch.int64), torch.empty(each)  # actions and rewards
        while self.stored < warmup:
            self.rollout(1.0)

    @torch.no_grad()
    def rollout(self, explore: float) -> list[Tensor]:
        """Play an episode in every world, and keep it; return observations, actions and rewards, (T, B, N, ...)."""
        now, states, steps = self.world.reset(), [None] * len(self.agents), []
        for _ in range(self.horizon):
            seen, logits = torch.from_numpy(now), []
            for k, agent in enumerate(self.agents):
                states[k] = agent.acting.step(agent.acting.features(seen[:, k]), states[k])
                logits.append(agent.acting.actor(states[k][0]))
            policy = (1 - explore) * torch.stack(logits, 1).softmax(-1) + explore / self.world.n_actions
            actions = torch.multinomial(policy.flatten(end_dim=1), 1).view(policy.shape[:2])
            now, rewards, _, _ = self.world.step(actions.numpy())
            steps.append((seen, actions, torch.from_numpy(rewards)))
        episodes = [torch.stack(part) for part in zip(*steps, strict=True)]
        places = (self.stored + torch.arange(self.world.batch)) % STORED
        for kept, new in zip(self.replay, episodes, strict=True):
            kept[places] = new.transpose(0, 1)
        self.stored += self.world.batch
        return episodes

    def gifts(self, seen: Tensor, joint: Tensor, rewards: Tensor) -> Tensor:
        """Return rewards after gifts, (T, B, N)."""
        rows = joint.flatten(end_dim=1)
        weights = torch.stack([agent.gift_weights(seen[:, :, agent.index], rows) for agent in self.agents], 1)
        return torch.einsum("rij,ri->rj", weights, rewards.flatten(end_dim=1)).view(rewards.shape)

    def update_acting(self, seen: Tensor, joint: Tensor, total: Tensor, explore: float) -> list[float]:
        """Let everybody's acting network take a step."""
        returns = total.clone()
        for t in range(self.horizon - 2, -1, -1):
            returns[t] += GAMMA * returns[t + 1]
        return [a.update_acting(*(x[:, :, a.index] for x in (seen, joint, returns)), explore) for a in self.agents]

    def update_off_policy(self, episodes: int) -> list[float]:
        """Let everybody's other networks take a step on episodes from the replay."""
        drawn = torch.randperm(min(self.stored, STORED))[:episodes]
        seen, joint, rewards = (part[drawn] for part in self.replay)
        losses = [a.update_selfish(seen[:, :, a.index], joint, rewards[..., a.index]) for a in self.agents]
        return losses + [a.update_imagination(seen[:, :, a.index], joint) for a in self.agents]


def train(  # noqa: PLR0913 (a benchmark's settings; all but `world` are whole numbers)
    world="coin", batch=120, iterations=6, *, interval=30, replay_batch=1000, warmup=1000, threads=1, padding=0, seed=0
) -> dict[str, Any]:
    """Train in `batch` worlds at once, and tell how fast.

    The first iteration and every `interval`-th after it end with an off-policy update, on `replay_batch` episodes.
    `warmup` episodes and one such update come before the clock starts: a short run costs what a long one does. Returned
    are agent-steps a second, ``"all"`` in and of the parts ``"rollout"``, ``"weights"``, ``"acting"`` and
    ``"off_policy"`` (by median times, an off-policy update spread over the interval); ``"update"``, seconds of one; and
    to check ``"losses"``, and ``"gift_error"``, how much gifts change a sum of rewards, in the largest reward.
    """
    torch.set_num_threads(threads)
    lase = Lase(world, batch, warmup, padding, seed)
    lase.update_off_policy(replay_batch)
    seconds: dict[str, list[float]] = defaultdict(list)
    losses, gift_error = [], 0.0

    def timed(part: str, work: Any, *arguments: Any) -> Any:
        start = time.perf_counter()
        found = work(*arguments)
        seconds[part].append(time.perf_counter() - start)
        return found

    for iteration in range(iterations):
        explore = max(EXPLORE_LAST, EXPLORE_FIRST + (EXPLORE_LAST - EXPLORE_FIRST) * iteration / EXPLORE_ITERATIONS)
        seen, joint, rewards = timed("rollout", lase.rollout, explore)
        total = timed("weights", lase.gifts, seen, joint, rewards)
        gift_error = max(gift_error, float((total.sum(-1) - rewards.sum(-1)).abs().max() / rewards.abs().max()))
        losses += timed("acting", lase.update_acting, seen, joint, total, explore)
        if iteration % interval == 0:
            losses += timed("off_policy", lase.update_off_policy, replay_batch)
    parts = {part: median(times) for part, times in seconds.items()}
    update = parts["off_policy"]
    parts["off_policy"] /= interval
    steps = batch * lase.horizon * len(lase.agents)
    rates = {part: steps / taken for part, taken in ({"all": sum(parts.values())} | parts).items()}
    return rates | {"update": update, "losses": losses, "gift_error": gift_error}


def forward_backward_adam(batch, steps=100, repeats=5, *, threads=1, cell=False, padding=0) -> float:
    """Measure updates of one acting network on random episodes of Coin; return agent-steps a second, the best."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    agent = Agent(0, (5, 5, 5), 2, 4, padding)
    seen = torch.randint(2, (steps, batch, 5, 5, 5), dtype=torch.uint8)
    actions, returns = torch.randint(4, (steps, batch)), torch.randn(steps, batch)
    agent.update_acting(seen, actions, returns, EXPLORE_FIRST, cell)
    return batch * steps / best_time(lambda: agent.update_acting(seen, actions, returns, EXPLORE_FIRST, cell), repeats)


def keep_memory() -> None:
    """Let freed memory stay with the process (glibc): large arrays come page by page from the system otherwise."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if set_option:
        for option, value in ((-4, 0), (-1, 2**31 - 1), (-2, 2**28)):  # no mmap; never trim; grow by 256 MB
            set_option(option, value)


def check() -> None:
    """Assert that both recurrent flavours agree, that losses fall, and that gifts sum to zero."""
    lase = Lase("coin", 20, 40, 0, 0)
    seen, joint, rewards = lase.rollout(1.0)
    agent, own, first = lase.agents[0], seen[:, :, 0], joint[..., 0] == 0
    episodes = own.transpose(0, 1), joint.transpose(0, 1)
    torch.testing.assert_close(agent.acting(own), agent.acting(own, cell=True), atol=1e-5, rtol=1e-4)
    acting = [agent.update_acting(own, joint[..., 0], first.float(), 0.1) for _ in range(30)]
    assert agent.acting(own)[0].softmax(-1)[..., 0].mean() > 0.3, "of four actions, the one that is paid"
    selfish = [agent.update_selfish(*episodes, rewards[..., 0].T) for _ in range(60)]
    imagination = [agent.update_imagination(*episodes) for _ in range(60)]
    assert all(losses[-1] < losses[0] for losses in (acting, selfish, imagination))
    total = lase.gifts(seen, joint, rewards)
    assert (total - rewards).abs().max() > 0.01
    assert (total.sum(-1) - rewards.sum(-1)).abs().max() < 1e-6
    nn.init.zeros_(agent.selfish.value.weight)
    assert (agent.gift_weights(own, joint.flatten(end_dim=1))[:, 1] == 0).all(), "where Q is flat, nobody gives"


def main() -> None:
    """Check, measure and print, with memory as the system gives it and with memory kept."""
    print(
        f"PyTorch {torch.__version__}, one thread, load {os.getloadavg()[0]:.1f} of {os.cpu_count()} before the start"
    )
    torch.set_num_threads(1)
    check()
    for kept in (False, True):
        if kept:
            keep_memory()
        print("\nmemory kept" if kept else "\nmemory as it comes")
        for padding, cell in ((0, False), (0, True), (1, False), (1, True)):
            rates = "".join(f"{forward_backward_adam(b, cell=cell, padding=padding):12,.0f}" for b in (20, 128, 256))
            print(f"padding {padding}, {'LSTM cells' if cell else 'nn.LSTM':12}{rates}")
        parts = "all", "rollout", "weights", "acting", "off_policy"
        print("                       " + "".join(f"{part:>12}" for part in parts))
        for batch, interval in ((20, 30), (120, 30), (120, 5)):
            found = train(batch=batch, interval=interval)
            assert np.isfinite(found["losses"]).all()
            assert found["gift_error"] < 1e-6
            rates = "".join(f"{found[part]:12,.0f}" for part in parts)
            print(f"B = {batch:3}, interval {interval:3}  {rates}, {found['update']:.2f} s an off-policy update")


if __name__ == "__main__":
    main()
