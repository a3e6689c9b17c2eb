"""``lase train``: let learners play a world."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:  # numpy is imported after `_one_thread`
    from lase_core.jobs import Job
    from lase_core.runs import Run

__all__ = ["train"]

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def train(  # noqa: PLR0913 (what a run is)
    world: str | None = None,
    /,
    *,
    agents: str | None = None,
    seeds: str | None = None,
    preset: str | None = None,
    episodes: int | None = None,
    set_: Annotated[
        tuple[str, ...], Parameter(name="--set", negative="", consume_multiple=True, show_default=False)
    ] = (),
    out: Path | None = None,
    resume: Path | None = None,
    force: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Train learners in a world. Ctrl-C stops after the round and keeps it: --resume goes on.

    Parameters
    ----------
    world : str
        matrix, coin, cleanup, snowdrift or stag_hunt, in any case; - is as good as _.
    agents : str
        Who plays, one for each player, with commas between, or one for all: lase (default), lase:oracle or another
        estimator, a2c, go (climbs the mean of all rewards), random, cooperator, defector, caretaker.
    seeds : str
        Runs that learn side by side: 0-4, or 0,3,7, or 5; 0 by default.
    preset : str
        Settings to begin with: small (default), paper, or a .toml file of the same form.
    episodes : int
        For each seed, rounded up to whole rounds of parallel worlds; as in the preset by default.
    set_ : str
        Settings, or parameters of the world, that differ from the preset, KEY=VALUE, e.g. learning_rate=1/1000
        entropy=0.05,0.01 hidden=64,64 bootstrap=false n_agents=2; matrix: R=4 S=0 T=5 P=1 horizon=10.
    out : Path
        A new folder for configuration, metrics and checkpoints; by default runs/WORLD-AGENTS-PRESET-TIME, time in UTC.
    resume : Path
        Go on with the run in this folder instead of beginning one; it ends, bit for bit, as if it had not been stopped.
    force : bool
        Resume with other versions of libraries too, or a folder without checksums; numbers may then differ.
    as_json : bool
        Print the summary as JSON instead of a table.
    """
    _one_thread()
    from lase_core.memory import keep_memory

    keep_memory()
    asked = {"world": world, "agents": agents, "seeds": seeds, "preset": preset, "episodes": episodes}
    given = {name: value for name, value in asked.items() if value is not None}
    try:
        if resume is not None:
            if out is not None:
                msg = "--resume goes on in the folder of the run: leave --out away"
                raise ValueError(msg)
            done, again = _resumed(resume, given, set_, force=force), True
        else:
            if force:
                msg = "--force goes with --resume"
                raise ValueError(msg)
            done, again = _begun(given, set_, out), False
    except FloatingPointError as error:
        print(f"lase: {error}", file=sys.stderr)
        return 1
    except MemoryError as error:
        msg = f"not enough memory ({error}): set fewer worlds, a shorter segment, narrower layers, or fewer seeds"
        raise ValueError(msg) from error
    if as_json:
        _print_json(done)
    else:
        _print_table(done, resumed=again)
    return 0


def _one_thread() -> None:
    """Keep BLAS to one thread: matrices are small, and seeds fill the cores better. Only before numpy is imported."""
    if "numpy" not in sys.modules:
        for name in _THREADS:
            os.environ.setdefault(name, "1")


# ---------------------------------------------------------------------- to run
def _begun(given: dict[str, Any], words: tuple[str, ...], out: Path | None) -> Run:
    from lase_core import envs, jobs, training
    from lase_core.cli import values

    world = values.world_name(given.get("world", ""))
    if not world:
        for word in words:  # --set takes all words that follow
            values.key_and_value(word)
        msg = "give a WORLD (matrix, coin, cleanup, snowdrift, stag_hunt), or --resume DIR"
        raise ValueError(msg)
    if values.is_run(given["world"]):
        msg = f"{given['world']} is the folder of a run; to go on with it: lase train --resume {given['world']}"
        raise ValueError(msg)
    values.known("world", world, envs.WORLDS)
    options = {
        "agents": given.get("agents", "lase"),
        "seeds": values.seeds_of(given.get("seeds", "0")),
        "episodes": given.get("episodes"),
    }
    preset, changes = given.get("preset", "small"), _changes(world, words)
    try:  # all of it is looked at before a folder is made
        what = jobs.job(world, **options, preset_name=preset, changes=changes)
        what.trainer()
    except TypeError as error:  # a number that is not whole
        raise ValueError(str(error)) from error
    folder = _new_folder(what) if out is None else out
    return training.train(world, **options, preset=preset, out=folder, **changes)


def _resumed(folder: Path, given: dict[str, Any], words: tuple[str, ...], *, force: bool) -> Run:
    from lase_core import envs, runs, training
    from lase_core.agents.cast import cast
    from lase_core.cli import values
    from lase_core.jobs import job_of

    what = job_of(folder, unsealed=force)
    if given or words:  # what is said again has to be as it was
        world = values.world_name(given.get("world", what.world))
        config = what.to_dict() | {name: given[name] for name in ("preset", "episodes") if name in given}
        config["world"] = world
        if "agents" in given:
            config["agents"] = [str(part) for part in cast(given["agents"], len(what.agents))]
        values.known("world", world, envs.WORLDS)
        for name, value in _changes(world, words).items():
            config["settings" if name in config["settings"] else "parameters"][name] = value
        runs.check_same(
            folder, config, values.seeds_of(given["seeds"]) if "seeds" in given else what.seeds, force=force
        )
    return training.resume(folder, force=force)


def _changes(world: str, words: tuple[str, ...]) -> dict[str, Any]:
    """Read what --set says."""
    from dataclasses import fields

    from lase_core import envs
    from lase_core.cli import values
    from lase_core.settings import Settings

    usual = Settings()
    settings, parameters = [field.name for field in fields(Settings)], values.parameters_of(world)
    found: dict[str, Any] = {}
    for word in words:
        key, value = values.key_and_value(word)
        if key in values.FIXED:
            msg = f"{key} cannot be set: training chooses it" + (", by worlds" if key == "batch" else "")
            raise ValueError(msg)
        if key in settings:
            found[key] = values.setting(usual, key, value)
        elif key in parameters:
            found[key] = values.parameter(world, key, value)
        else:
            near = envs.nearest(key, [*settings, *parameters])
            msg = f"neither a setting nor a parameter of {world} is called {key!r}; did you mean {near}?"
            raise ValueError(msg)
    return found


def _new_folder(what: Job) -> Path:
    """Return a name that says what the run is, and that nothing has."""
    from datetime import UTC, datetime

    from lase_core.filming import label

    names = list(map(label, what.agents))
    who = names[0] if len(set(names)) == 1 else "-".join(names)
    preset = Path(what.preset).stem
    when = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = Path("runs") / f"{what.world}-{who.replace(':', '_')[:100]}-{preset}-{when}"
    free, count = folder, 2
    while free.exists():
        free, count = folder.with_name(f"{folder.name}-{count}"), count + 1
    return free


# ---------------------------------------------------------------------- to tell
def _summary(done: Run) -> dict[str, Any]:
    """Return the summary; of a run that was complete before, with what was written then."""
    from lase_core import runs

    kept = {} if done.folder is None else runs.read(done.folder).summary
    return kept | done.summary


def _print_json(done: Run) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(v) for key, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        return None if isinstance(value, float) and not math.isfinite(value) else value

    told = {"folder": str(done.folder), "seeds": list(done.seeds), **_summary(done)}
    print(json.dumps(plain(told), indent=1, allow_nan=False))


def _print_table(done: Run, *, resumed: bool) -> None:
    import numpy as np

    from lase_core.filming import label

    metrics, summary = done.metrics, _summary(done)
    measured = summary["metrics"]
    count, episodes = metrics.sizes["episode"], int(metrics.episode[-1])
    last = max(1, math.ceil(0.1 * count))  # as the summary has it
    seeds = f"{len(done.seeds)} seeds" if len(done.seeds) > 1 else f"seed {done.seeds[0]}"
    print(f"{done.config['world']}: {seeds}, {episodes} episodes each, preset {done.config['preset']}")
    over = "mean ± sd over seeds" if len(done.seeds) > 1 else "mean"
    print(f"last {last * episodes // count} episodes    {over}")
    equal = measured["equality"]
    print(f"collective reward   {_spread(measured['collective'], measured['collective_sd'])}")
    clear = 0 <= equal <= 1  # it speaks of shares of a sum
    print(f"equality            {equal:.3f}" if clear else "equality            - (somebody loses, or nobody gains)")
    print(f"mean gift weight    {measured['weight']:.3f}")
    end = metrics.isel(episode=slice(count - last, None)).mean("episode")
    rows = [("player", "reward", "after gifts", "gift weight")]
    others = ~np.eye(metrics.sizes["agent"], dtype=bool)
    for k, name in enumerate(done.config["agents"]):
        rewards = end.reward.to_numpy()[:, k]
        sd = float(rewards.std(ddof=1)) if len(rewards) > 1 else math.nan
        weights = end.weight.to_numpy()[:, k, others[k]]
        weight = float(np.nanmean(weights)) if np.isfinite(weights).any() else math.nan
        total = float(end.total.to_numpy()[:, k].mean())
        rows.append((f"{k + 1} {label(name)}", _spread(float(rewards.mean()), sd), f"{total:.2f}", f"{weight:.3f}"))
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    for row in rows:
        print("  ".join([row[0].ljust(widths[0]), *(row[k].rjust(widths[k]) for k in range(1, 4))]))
    if "seconds" in summary:
        since = " since it was resumed" if resumed and "seconds" in done.summary else ""
        print(f"time: {summary['seconds']:.1f} s{since}, {summary['agent_steps_per_second']} agent-steps/s")
    if resumed and "seconds" not in done.summary:
        print("nothing was left to do")
    print(f"run: {done.folder}")


def _spread(mean: float, sd: float) -> str:
    return f"{mean:.2f}" if math.isnan(sd) else f"{mean:.2f} ± {sd:.2f}"
