"""Training runs: from a name to a :class:`~lase_core.runs.Run`, with checkpoints on the way."""

from __future__ import annotations

import json
import math
import shlex
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm.auto import tqdm

from gametheory.equality import equality
from lase_core import checkpoints, runs
from lase_core.files import check_free, hold, sweep
from lase_core.jobs import Job, job, job_of, restore
from lase_core.packing import fit
from lase_core.runs import Run

if TYPE_CHECKING:
    import os

    import xarray as xr
    from numpy.typing import NDArray

    from lase_core.trainer import Trainer

    Array = NDArray[Any]

__all__ = ["resume", "summarise", "train"]

_LAST = 0.1  # share of a run that counts as its end
_BETWEEN = 30.0  # seconds between checkpoints


def train(
    world: str,
    agents: str | Sequence[str] = "lase",
    *,
    episodes: int | None = None,
    seed: int | None = None,
    seeds: Sequence[int] | None = None,
    preset: str = "small",
    out: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    **changes: Any,
) -> Run:
    """Let learners play a world.

    Parameters
    ----------
    world : str
        ``"matrix"``, ``"coin"``, ``"cleanup"``, ``"snowdrift"`` or ``"stag_hunt"``.
    agents : str or sequence of str
        Who plays, one for all or one a player: ``"lase"``, ``"lase:oracle"`` (other estimators:
        :mod:`lase_core.empathy.perspective`), ``"a2c"``, ``"go"``, ``"random"``, ``"cooperator"``, ``"defector"``.
    episodes : int, optional
        A seed, rounded up to whole rounds of parallel worlds; as in the preset if not given.
    seed : int, default 0
        Of everything random.
    seeds : sequence of int, optional
        Several runs that learn side by side, instead of one `seed`. A run repeats bit by bit with the same seeds
        together; alone, one of them sees other random numbers.
    preset : str, default "small"
        Settings to begin with: ``"small"``, ``"paper"``, or a TOML file of the same form; what such a file leaves out
        is as in :class:`lase_core.settings.Settings`, not as in ``"small"``.
    out : path, optional
        A new folder for metrics and checkpoints; with it a run can be stopped and resumed.
    progress : bool, optional
        Whether to show a progress bar; by default where there is a terminal.
    **changes
        Settings (:class:`lase_core.settings.Settings`) or parameters of the world that differ from the preset.

    Returns
    -------
    Run
        With ``run.metrics``, an `xarray.Dataset`; :mod:`lase_core.metrics` says what is in it.

    Raises
    ------
    ValueError
        Names that there are not (the nearest are told), values that are not allowed, a folder that holds something.
    FloatingPointError
        A loss that is not a number; says when, and which checkpoint is good.
    KeyboardInterrupt
        Ctrl-C, when the round is over and kept; in the last round too.
    BlockingIOError
        Somebody else writes in the folder.

    Examples
    --------
    >>> import lase_core as lc
    >>> run = lc.train("coin", agents="lase", episodes=64, seed=0)
    >>> run.metrics.reward.dims, run.metrics.sizes["episode"]
    (('seed', 'episode', 'agent'), 2)
    >>> bool(abs(run.metrics.imbalance).max() < 1e-6)  # what is given is received
    True
    """
    if seed is not None and seeds is not None:
        msg = f"give seed or seeds, got both: {seed} and {list(seeds)}"
        raise ValueError(msg)
    chosen = tuple(seeds) if seeds is not None else (0 if seed is None else seed,)
    what = job(world, agents, episodes=episodes, seeds=chosen, preset_name=preset, changes=changes)
    trainer = what.trainer()
    if out is None:
        return _carry_on(what, trainer, {}, None, _chunks(trainer), progress=progress)
    check_free(out)  # first: whoever writes there has already written something
    runs.check_new(out)
    with hold(out):
        runs.create(out, what.to_dict(), what.seeds)
        return _carry_on(what, trainer, {}, Path(out), _chunks(trainer), progress=progress)


def resume(folder: str | os.PathLike[str], *, progress: bool | None = None, force: bool = False) -> Run:
    """Go on with a run that was stopped.

    Parameters
    ----------
    folder : path
        Of the run.
    progress : bool, optional
        Whether to show a progress bar; by default where there is a terminal.
    force : bool, default False
        Go on with other versions of libraries too, and with a configuration without a checksum, as older versions wrote
        it; the run may then differ from what it would have been.

    Returns
    -------
    Run
        The same, bit for bit, as if it had not been stopped. Of a run that is over, what is damaged is written again.

    Raises
    ------
    ValueError
        Another version or configuration, or a checkpoint of another run: what differs is listed. A damaged
        configuration, or no good checkpoint.
    FileNotFoundError
        No run there.
    BlockingIOError
        Somebody else writes in the folder.
    """
    folder = Path(folder)
    what = job_of(folder, unsealed=force)
    with hold(folder):
        for place in (folder, folder / "checkpoints"):
            sweep(place)
        for line in runs.check_same(folder, what.to_dict(), what.seeds, force=force):
            _note(line)
        trainer, series = what.trainer(), {}
        chunks = _chunks(trainer)
        if any((folder / "checkpoints").glob("checkpoint-*.npz")):
            loaded = restore(folder, trainer)
            for damaged in loaded.skipped:
                _note(f"{damaged}; going on from {loaded.path.name}")
            series, chunks = _measured(loaded, trainer), loaded.chunks
        runs.seal(folder)
        if trainer.round < what.rounds:  # what was made of the end is void
            (folder / "summary.json").unlink(missing_ok=True)
        else:
            for damaged in checkpoints.damaged(folder / "checkpoints"):
                _note(f"{damaged}; the run does not need it")
        return _carry_on(what, trainer, series, folder, chunks, progress=progress)


def _note(line: str) -> None:
    print(f"note: {line}", file=sys.stderr)  # noqa: T201 (what a user should know)


def _measured(loaded: checkpoints.Loaded, trainer: Trainer) -> dict[str, Array]:
    """Return the measures of the rounds until a checkpoint."""
    form = {name: np.broadcast_to(one, (trainer.round, *one.shape)) for name, one in trainer.nothing_measured().items()}
    try:
        fit(loaded.state.get("metrics"), form if trainer.round else {}, "metrics", finite=False)
    except ValueError as error:
        msg = f"{loaded.path} does not hold what is measured: {error}"
        raise ValueError(msg) from error
    series: dict[str, Array] = loaded.state["metrics"]
    return series


def _config(what: Job) -> dict[str, Any]:
    """Return all that a checkpoint depends on, as JSON has it."""
    plain: dict[str, Any] = json.loads(json.dumps(what.to_dict() | {"seeds": list(what.seeds)}))
    return plain


def _chunks(trainer: Trainer) -> checkpoints.Chunks:
    return checkpoints.Chunks(limits={} if trainer.replay is None else {"replay": trainer.replay.slots})


def _carry_on(
    what: Job,
    trainer: Trainer,
    series: dict[str, Array],
    folder: Path | None,
    chunks: checkpoints.Chunks,
    *,
    progress: bool | None,
) -> Run:
    """Play the rounds that are left."""
    from threadpoolctl import threadpool_limits

    rounds: list[dict[str, Array]] = [
        {name: values[k] for name, values in series.items()} for k in range(trainer.round)
    ]
    started = saved = time.perf_counter()
    first = trainer.round
    bar = tqdm(
        total=what.rounds,
        initial=first,
        desc=what.world,
        unit="round",
        disable=not sys.stderr.isatty() if progress is None else not progress,
    )
    last_good = None if first == 0 else f"checkpoint-{first:08d}.npz"
    with threadpool_limits(1, user_api="blas"), _stop_between_rounds() as stopped, bar:
        while trainer.round < what.rounds:
            try:
                rounds.append(trainer.play_round())
            except FloatingPointError as error:
                kept = f"{folder / 'checkpoints' / last_good}" if folder is not None and last_good else "none"
                msg = f"{error}; last good checkpoint: {kept}"
                raise FloatingPointError(msg) from error
            bar.update()
            bar.set_postfix(_shown(rounds[-1]))
            over = trainer.round == what.rounds or bool(stopped)
            if folder is not None and (over or time.perf_counter() - saved > _BETWEEN):
                state = trainer.state() | {"metrics": _series(rounds), "config": _config(what)}
                fresh = {} if trainer.replay is None else {"replay": trainer.replay.fresh()}
                last_good = checkpoints.save(
                    folder / "checkpoints", trainer.round, state, append=fresh, chunks=chunks
                ).name
                runs.write_metrics(folder, _dataset(what, rounds))
                saved = time.perf_counter()
            if stopped and trainer.round < what.rounds:
                where = (
                    f"; lase train --resume {shlex.quote(str(folder))} goes on from here" if folder is not None else ""
                )
                bar.write(f"stopped after round {trainer.round} of {what.rounds}{where}", file=sys.stderr)
                raise KeyboardInterrupt
    metrics = _dataset(what, rounds)
    summary = summarise(metrics)
    if trainer.round > first:
        seconds = time.perf_counter() - started
        played = (trainer.round - first) * what.settings.worlds * len(what.seeds)
        summary["seconds"] = round(seconds, 2)
        summary["agent_steps_per_second"] = round(played * trainer.world.horizon * trainer.world.n_agents / seconds)
        summary["peak_memory_mb"] = _peak_memory()
    if folder is not None and trainer.round > first:
        runs.write_metrics(folder, metrics)
        runs.write_summary(folder, summary)
    elif folder is not None and (wrong := runs.mend(folder, metrics, summary)):
        _note(f"{wrong}; metrics.nc and summary.json are written again from the last checkpoint")
    if stopped:
        print(f"stopped after the last round, {trainer.round}", file=sys.stderr)  # noqa: T201 (an answer)
        raise KeyboardInterrupt
    return Run(metrics, what.to_dict(), what.seeds, folder, summary)


def _peak_memory() -> float | None:
    """Return the most memory this process has had, in MB, where the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


@contextmanager
def _stop_between_rounds() -> Iterator[list[int]]:
    """Turn Ctrl-C into a note that is looked at between rounds; the second one stops at once."""
    stopped: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def note(number: int, frame: Any) -> None:
        if stopped:
            before(number, frame) if callable(before) else signal.default_int_handler(number, frame)
        stopped.append(number)
        print("stopping after this round; Ctrl-C again stops at once", file=sys.stderr)  # noqa: T201 (an answer)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _shown(measured: Mapping[str, Array]) -> dict[str, str]:
    n = measured["reward"].shape[-1]
    shared = equality(measured["reward"].mean(axis=0))
    gifts = measured["weight"][:, ~np.eye(n, dtype=bool)]
    return {
        "reward": f"{measured['reward'].sum(axis=-1).mean():.2f}",
        "equality": f"{shared:.2f}" if shared >= 0 else "-",
        "gift": f"{np.nanmean(gifts):.3f}" if np.isfinite(gifts).any() else "-",
    }


def _series(rounds: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Stack the measures of rounds: (round, seed, ...)."""
    return {name: np.stack([measured[name] for measured in rounds]) for name in rounds[0]}


def _dataset(what: Job, rounds: Sequence[Mapping[str, Array]]) -> xr.Dataset:
    """Return what was measured, with names."""
    import xarray as xr

    dims = ("seed", "episode", "agent", "co_player")
    series = {name: np.moveaxis(values, 0, 1) for name, values in _series(rounds).items()}
    reward = series["reward"]
    series["collective"] = reward.sum(axis=-1)
    series["equality"], series["equality_after_gifts"] = equality(reward), equality(series["total"])
    n = len(what.agents)
    return xr.Dataset(
        {name: (dims[: values.ndim], values) for name, values in sorted(series.items())},
        coords={
            "seed": list(what.seeds),
            "episode": what.settings.worlds * np.arange(1, len(rounds) + 1),
            "agent": np.arange(n),
            "co_player": np.arange(n),
            "player": ("agent", list(what.agents)),
        },
        attrs={"world": what.world, "agents": ",".join(what.agents), "preset": what.preset},
    )


def summarise(metrics: xr.Dataset) -> dict[str, Any]:
    """Return what a run came to: means over its last tenth.

    Parameters
    ----------
    metrics : xarray.Dataset
        Of a run.

    Returns
    -------
    dict
        ``"metrics"``: for each measure its mean over seeds, agents and the last tenth of episodes, and for
        ``collective`` also the standard deviation over seeds and the values of the seeds. Equality is that of the mean
        rewards: chance that falls now on one player, now on another, does not lower it.
    """
    count = metrics.sizes["episode"]
    end = metrics.isel(episode=slice(count - max(1, math.ceil(_LAST * count)), None)).mean("episode")
    n = metrics.sizes["agent"]
    others = ~np.eye(n, dtype=bool)
    found: dict[str, Any] = {}
    for name, values in end.data_vars.items():
        array = values.to_numpy()
        array = array[:, others] if values.dims[-1] == "co_player" else array
        found[str(name)] = float(np.nanmean(array)) if np.isfinite(array).any() else math.nan
    seeds = end.collective.to_numpy()
    found["collective_sd"] = float(seeds.std(ddof=1)) if len(seeds) > 1 else math.nan
    found["collective_by_seed"] = [float(value) for value in seeds]
    for name, measure in (("equality", "reward"), ("equality_after_gifts", "total")):
        found[name] = float(equality(end[measure].mean("seed").to_numpy()))
    return {"metrics": found}
