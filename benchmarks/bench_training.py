"""Training beside PyTorch: the paper's network forward and backward, LASE all in, and the presets' own pace.

One core. PyTorch is the peer of :mod:`torch_lase`, as a competent user would write it. Both sides are measured twice:
as they come, and with the C library told to keep freed memory, without which large arrays cost new pages every time.
PyTorch is not part of the project's environment: ``pip install torch==2.13.0`` (a CPU build will do).
"""

from __future__ import annotations

import os
import sys
import time

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np
import torch_lase
from measure import Row, best_time, report

from lase_core.jobs import job
from lase_core.nn import LSTM, Adam, Collapsed, Convolution, Dense, RecurrentNetwork, Relu

STEPS, ACTIONS = 100, 4
RECORDED = 6100  # agent-steps a second of LASE's research code on Coin, two threads, all in


def forward_backward_adam(batch: int, repeats: int) -> float:
    """Measure one acting network of the paper's size; agent-steps a second."""
    seen = [Convolution(5, 5, 5, 16), Convolution(3, 3, 16, 32), Dense(32, 128)]
    rng = np.random.default_rng(0)
    network = RecurrentNetwork([Collapsed(seen), Relu()], LSTM(128, 128), [Dense(128, ACTIONS + 1)], (1, 1), [rng])
    adam = Adam(network, 1e-4)
    obs = rng.integers(2, size=(1, 1, STEPS, batch, 125), dtype=np.uint8)

    def once() -> None:
        y, _, cache = network.forward(obs.astype(np.float32))
        network.backward(cache, y)
        adam.step()

    once()
    return batch * STEPS / best_time(once, repeats)


def all_in(seeds: int, rounds: int) -> float:
    """Measure LASE on Coin with the paper's networks, updates from replay spread over their interval."""
    what = job("coin", "lase", episodes=30_000, seeds=range(seeds), preset_name="paper", changes={})
    trainer = what.trainer()
    s = what.settings
    segment, _, _ = trainer.rollout(trainer.world.reset(0), _tally(trainer), first=True)
    while trainer.replay is not None and trainer.replay.rounds * s.worlds < s.replay_start:
        trainer.replay.add(segment)  # filled, not played: what is in it does not matter for speed
    started = time.perf_counter()
    rounds = max(rounds // s.replay_every, 1) * s.replay_every  # whole intervals: one update from replay in each
    for _ in range(rounds):
        trainer.play_round()
    return rounds * s.worlds * seeds * trainer.world.horizon * trainer.world.n_agents / (time.perf_counter() - started)


def _tally(trainer):  # type: ignore[no-untyped-def]
    from lase_core.metrics import Tally

    return Tally(len(trainer.seeds), trainer.parts, trainer.world)


def pace(world: str, agents: str, seeds: int = 5, seconds: float = 4.0) -> float:
    """Measure a `small` preset; agent-steps a second."""
    what = job(world, agents, episodes=None, seeds=range(seeds), preset_name="small", changes={})
    trainer = what.trainer()
    trainer.play_round()
    rounds, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        trainer.play_round()
        rounds += 1
    played = rounds * what.settings.worlds * seeds * trainer.world.horizon * trainer.world.n_agents
    return played / (time.perf_counter() - started)


def main() -> bool:
    """Print all tables; say whether every target is met."""
    met = True
    for kept in (False, True):
        if kept:
            torch_lase.keep_memory()
        print("\nfreed memory kept" if kept else "\nmemory as the C library handles it")
        rows = [
            Row(
                f"forward, backward, Adam, B={batch}",
                torch_lase.forward_backward_adam(batch),
                forward_backward_adam(batch, 5),
                1.2,
            )
            for batch in (128, 256)
        ]
        peer = torch_lase.train("coin", batch=120, iterations=6, interval=5)
        rows.append(Row("LASE all in, Coin, B=120", float(peer["all"]), all_in(6, 30), 3.0))
        met &= report(rows, "steps")
        print(f"LASE all in against {RECORDED} of the research code: {rows[-1].our_rate / RECORDED:.1f}×")
    wanted = {"a2c": 400_000, "lase": 150_000, "lase:perspective-ideal": 150_000}
    print("\nsmall presets, five seeds, agent-steps a second; * is below what is wanted")
    print(f"{'':12}", *(f"{agents:>24}" for agents in wanted))
    print(f"{'wanted':12}", *(f"{rate:24,}" for rate in wanted.values()))
    for world in ("coin", "snowdrift", "stag_hunt", "cleanup"):
        rates = {agents: pace(world, agents) for agents in wanted}
        met &= all(rate >= wanted[agents] for agents, rate in rates.items())
        print(f"{world:12}", *(f"{'*' * (r < wanted[a]) + f'{r:,.0f}':>24}" for a, r in rates.items()))
    return met


if __name__ == "__main__":
    sys.exit(not main())
