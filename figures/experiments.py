"""Run the training experiments that figures show, and condense them into figures/data.

Each cell is one group of players in one world, ten seeds side by side. Cells are run two at a time, in processes of
their own; what is done is kept in figures/out/experiments, so that a run that was stopped goes on with the next cell. A
cell that is kept counts as done if its file is whole and what it was run with is what it would be run with now.

    python figures/experiments.py            # everything: an hour and a quarter on two cores
    python figures/experiments.py coin fig8  # cells whose names contain one of these
    python figures/experiments.py --list
"""

import argparse
import gzip
import json
import os
import platform
import time
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).parent
OUT, DATA = HERE / "out" / "experiments", HERE / "data"
BLOCKS = 50  # a curve is kept as means over this many parts of the run
SEEDS = tuple(range(10))
FEW = tuple(range(5))
ESTIMATORS = ("perspective", "perspective-ideal", "predictor", "oracle", "uniform")
GRIDS = ("coin", "snowdrift", "stag_hunt", "cleanup")
MEMORY = {"gift_memory": 0.9}
LARGE = {"height": 8, "width": 8, "n_hares": 8}
STAG = {"height": 5, "width": 5, "n_hares": 4}
CLEANUP = {
    "height": 8,
    "width": 8,
    "river_rows": 2,
    "orchard_rows": 2,
    "most_waste": 8,
    "waste_at_start": 8,
    "waste_rate": 0.1,
    "view": 5,
    "auto_eat": False,
}


def cells():
    """Return all cells by name: what :func:`lase_core.train` is called with."""
    found = {}
    for world in GRIDS:
        for agents in ("a2c", *(f"lase:{kind}" for kind in ESTIMATORS), "go"):
            found[f"main {world} {agents}"] = {"world": world, "agents": agents}
        found[f"main {world} memory"] = {"world": world, "agents": "lase"} | MEMORY
    for kind in ("perspective", "perspective-ideal", "predictor"):
        among = f"lase:{kind},cooperator,defector,random"
        found[f"fig8 cleanup {kind}"] = {"world": "cleanup", "agents": among, "episodes": 8448}
    for one in ("lase", "go", "a2c"):
        found[f"fig9 cleanup {one}"] = {"world": "cleanup", "agents": f"{one},a2c,a2c,a2c", "episodes": 8448}
    for agents in ("a2c", "lase", "go"):
        found[f"paper stag_hunt {agents}"] = {"world": "stag_hunt", "agents": agents, "seeds": FEW} | STAG
        found[f"paper cleanup {agents}"] = {"world": "cleanup", "agents": agents, "seeds": FEW} | CLEANUP
        explored = {"exploration": (0.5, 0.02)}
        found[f"paper cleanup {agents} explored"] = found[f"paper cleanup {agents}"] | explored
    for world in GRIDS:
        for agents in ("a2c", "lase", "go"):  # a critic ten times as loud
            found[f"loud {world} {agents}"] = {"world": world, "agents": agents, "seeds": FEW, "value_coefficient": 0.5}
    for agents in ("a2c", "lase", "go"):  # a critic eighty times as loud
        found[f"louder stag_hunt {agents}"] = {
            "world": "stag_hunt",
            "agents": agents,
            "seeds": FEW,
            "value_coefficient": 4.0,
        }
    for agents in ("a2c", "lase", "go"):
        found[f"large stag_hunt {agents}"] = {"world": "stag_hunt", "agents": agents, "seeds": FEW} | LARGE
    found["paper stag_hunt memory"] = found["paper stag_hunt lase"] | MEMORY
    found["paper cleanup memory"] = found["paper cleanup lase"] | MEMORY
    return found


def condense(metrics):
    """Return means over parts of the run, as float32."""
    import numpy as np
    import xarray as xr

    count = metrics.sizes["episode"]
    blocks = min(BLOCKS, count)
    part = np.arange(count) * blocks // count
    ends = metrics.episode.values[np.searchsorted(part, np.arange(blocks), side="right") - 1]
    means = [metrics.isel(episode=part == k).mean("episode") for k in range(blocks)]
    small = xr.concat(means, dim="episode").assign_coords(episode=ends).astype(np.float32)
    return small.transpose("seed", "episode", ...)


def run(job):
    """Run one cell in this process, and write what came of it."""
    name, options = job
    from lase_core import netcdf, train
    from lase_core.files import store
    from lase_core.memory import keep_memory

    keep_memory()
    started = time.perf_counter()
    options = {"seeds": SEEDS, "progress": False} | options
    done = train(**options)
    small = condense(done.metrics)
    seconds = time.perf_counter() - started
    small.attrs |= {"cell": name, "seconds": round(seconds, 1), "config": json.dumps(done.config, default=list)}
    store(path_of(name), netcdf.to_bytes(small.assign_attrs(asked=asked(options))))
    return name, seconds, done.summary["metrics"]["collective"], done.summary["metrics"]["collective_sd"]


def path_of(name):
    """Where a cell is kept until it is gathered."""
    return OUT / f"{name.replace(' ', '__').replace(':', '-')}.nc"


def asked(options):
    """Return the checksum of all that says how a cell is run."""
    from lase_core.checksums import digest
    from lase_core.jobs import job

    rest = {"seeds": SEEDS, "episodes": None} | options
    rest.pop("progress", None)
    world, agents, episodes, seeds = (rest.pop(key) for key in ("world", "agents", "episodes", "seeds"))
    what = job(world, agents, episodes=episodes, seeds=seeds, preset_name="small", changes=rest)
    text = json.dumps(what.to_dict() | {"seeds": list(seeds)}, sort_keys=True, default=list)
    return digest(text.encode())


def kept(name, options):
    """Return the bytes of a cell that is done, or None."""
    from lase_core import netcdf

    try:
        content = path_of(name).read_bytes()
        attrs = netcdf.from_bytes(content, str(path_of(name))).attrs
    except FileNotFoundError:
        return None
    except ValueError as bad:
        print(f"{bad}: it is run again", flush=True)
        return None
    if (attrs.get("cell"), attrs.get("asked")) != (name, asked(options)):
        print(f"{path_of(name)} is of another cell or configuration than {name}: it is run again", flush=True)
        return None
    return content


def gather(known):
    """Put all cells that are done into figures/data, one compressed file a group, with a manifest.

    What is there of other cells stays.
    """
    from lase_core.checksums import digest
    from lase_core.files import store

    DATA.mkdir(exist_ok=True)
    path = DATA / "manifest.json"
    before = json.loads(path.read_text(encoding="utf-8"))["cells"] if path.exists() else {}
    manifest = {}
    for name, options in known.items():
        content = kept(name, options)
        if content is None:
            manifest |= {name: before[name]} if name in before else {}
            continue
        packed = gzip.compress(content, mtime=0)
        target = DATA / f"{path_of(name).name}.gz"
        store(target, packed)
        manifest[name] = {"file": target.name, "sha256": digest(packed), "bytes": len(packed)}
    libraries = ("lase-toolkit", "numpy", "scipy")
    text = {
        "made by": "python figures/experiments.py",
        "versions": {"python": platform.python_version()} | {k: version(k) for k in libraries},
        "cells": manifest,
    }
    store(path, (json.dumps(text, indent=1) + "\n").encode())
    print(f"{len(manifest)} cells, {sum(cell['bytes'] for cell in manifest.values()) / 1e6:.2f} MB in {DATA}")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of names of cells")
    parser.add_argument("--list", action="store_true", help="list the cells")
    parser.add_argument("--workers", type=int, default=2)
    asked_for = parser.parse_args()
    known = cells()
    chosen = {n: o for n, o in known.items() if not asked_for.names or any(part in n for part in asked_for.names)}
    if asked_for.list:
        print("\n".join(chosen))
        return
    from lase_core import workers
    from lase_core.files import hold

    with hold(OUT):
        left = [(name, options) for name, options in chosen.items() if kept(name, options) is None]
        os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with get_context("spawn").Pool(asked_for.workers, initializer=workers.begin, maxtasksperchild=1) as pool:
            for k, (name, seconds, mean, sd) in enumerate(pool.imap_unordered(run, left), start=1):
                print(f"[{k}/{len(left)}] {name}: {mean:.2f} ± {sd:.2f} over seeds, {seconds:.0f} s", flush=True)
        gather(known)


if __name__ == "__main__":
    main()
