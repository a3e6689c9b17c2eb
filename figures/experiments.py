"""Run the training experiments that figures show, and condense them into figures/data.

Each cell is one group of players in one world, ten seeds side by side. Cells are run two at a time, in processes of
their own; what is done is kept in figures/out/experiments, so that a run that was stopped goes on with the next cell.

    python figures/experiments.py            # everything: an hour and a quarter on two cores
    python figures/experiments.py coin fig8  # cells whose names contain one of these
    python figures/experiments.py --list
"""

import argparse
import gzip
import hashlib
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
    from lase_core import train
    from lase_core.files import store
    from lase_core.memory import keep_memory

    keep_memory()
    started = time.perf_counter()
    options = {"seeds": SEEDS, "progress": False} | options
    done = train(**options)
    small = condense(done.metrics)
    seconds = time.perf_counter() - started
    small.attrs |= {"cell": name, "seconds": round(seconds, 1), "config": json.dumps(done.config, default=list)}
    store(path_of(name), bytes(small.to_netcdf(engine="scipy")))
    return name, seconds, done.summary["metrics"]["collective"], done.summary["metrics"]["collective_sd"]


def path_of(name):
    """Where a cell is kept until it is gathered."""
    return OUT / f"{name.replace(' ', '__').replace(':', '-')}.nc"


def gather(names):
    """Put all cells into figures/data, one compressed file a group, with a manifest."""
    DATA.mkdir(exist_ok=True)
    manifest = {}
    for name in names:
        if not path_of(name).exists():
            continue
        target = DATA / f"{path_of(name).name}.gz"
        target.write_bytes(gzip.compress(path_of(name).read_bytes(), mtime=0))
        manifest[name] = {
            "file": target.name,
            "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
            "bytes": target.stat().st_size,
        }
    libraries = ("lase-toolkit", "numpy", "scipy")
    text = {
        "made by": "python figures/experiments.py",
        "versions": {"python": platform.python_version()} | {k: version(k) for k in libraries},
        "cells": manifest,
    }
    (DATA / "manifest.json").write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    print(f"{len(manifest)} cells, {sum(cell['bytes'] for cell in manifest.values()) / 1e6:.2f} MB in {DATA}")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of names of cells")
    parser.add_argument("--list", action="store_true", help="list the cells")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    known = cells()
    chosen = {n: o for n, o in known.items() if not asked.names or any(part in n for part in asked.names)}
    if asked.list:
        print("\n".join(chosen))
        return
    OUT.mkdir(parents=True, exist_ok=True)
    left = [(name, options) for name, options in chosen.items() if not path_of(name).exists()]
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    with get_context("spawn").Pool(asked.workers, maxtasksperchild=1) as pool:
        for k, (name, seconds, mean, sd) in enumerate(pool.imap_unordered(run, left), start=1):
            print(f"[{k}/{len(left)}] {name}: {mean:.2f} ± {sd:.2f} over seeds, {seconds:.0f} s", flush=True)
    gather(known)


if __name__ == "__main__":
    main()
