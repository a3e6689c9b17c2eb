"""Runs that are killed at any moment, or whose checkpoints are damaged, end with the same bits as undisturbed ones."""

import hashlib
import json
import shutil
import signal

import numpy as np
import pytest
from killable import Killable

from lase_core import checkpoints, runs, training
from lase_core.plain import signed

# Every part that keeps something: recurrent state, replay, gift memory, predictor, imagination; and players who leave.
PAPER = {
    "world": "coin",
    "agents": "lase,lase:predictor",
    "preset": "paper",
    "hidden": (16,),
    "cell_width": 16,
    "worlds": 3,
    "segment": 20,
    "horizon": 20,
    "replay": 12,
    "replay_start": 6,
    "replay_every": 2,
    "replay_batch": 8,
    "features": 16,
    "estimate_hidden": 16,
    "episodes": 3 * 24,
    "seeds": (0, 3),
}
SMALL = {
    "world": "stag_hunt",
    "agents": "lase,lase:oracle,a2c,go",
    "hidden": (16,),
    "features": 16,
    "joint": 8,
    "estimate_hidden": 8,
    "worlds": 3,
    "gift_memory": 0.5,
    "episodes": 3 * 30,
    "seeds": (1, 2),
}
WORK = """
import shutil
from pathlib import Path
import scipy.io, xarray  # before anything is forked
from lase_core import training

def work(folder, options):
    training._BETWEEN = 0.01  # a checkpoint after nearly every round
    if (Path(folder) / "config.json").exists():
        training.resume(folder, progress=False)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        training.train(out=folder, progress=False, **options)
"""


@pytest.fixture(scope="module")
def child():
    with Killable(WORK) as child:
        yield child


def digest(folder):
    """Hash of all that a run has at its end."""
    loaded = checkpoints.load(folder / "checkpoints")
    found = hashlib.sha256(repr(loaded.state["rng"]).encode())
    for name, network in sorted(loaded.state["networks"].items()):
        for part in ("theta", "mean", "square"):
            found.update(name.encode() + network[part].tobytes())
    for arrays in loaded.appended.values():
        for name in sorted(arrays):
            found.update(np.ascontiguousarray(arrays[name]).tobytes())
    metrics = runs.read(folder).metrics
    for name in sorted(metrics.data_vars):
        found.update(metrics[name].to_numpy().tobytes())
    return loaded.step, found.hexdigest()


def killed_run(child, folder, options, kills, rng, most):
    """Kill a run again and again, then let it end; return after how many kills there was a checkpoint."""
    done = resumable = 0
    while done < kills:
        code, lines = child.run(str(folder), options, killed_after=float(rng.uniform(0, most)))
        if code == 0:  # it was done: begin another one
            shutil.rmtree(folder)
        else:
            assert code == -signal.SIGKILL, lines
            done += 1
            resumable += any((folder / "checkpoints").glob("checkpoint-*.npz"))
    assert child.run(str(folder), options)[0] == 0
    return resumable


@pytest.mark.parametrize(
    "options", [pytest.param(PAPER, id="paper", marks=pytest.mark.slow), pytest.param(SMALL, id="small")]
)
def test_a_killed_run_ends_with_the_same_bits(child, tmp_path, options):
    assert child.run(str(tmp_path / "undisturbed"), options)[0] == 0
    killed_run(child, tmp_path / "killed", options, 3, np.random.default_rng(1), 0.8)
    assert digest(tmp_path / "killed") == digest(tmp_path / "undisturbed")


@pytest.mark.slow
def test_fifty_kills(child, tmp_path):
    rng = np.random.default_rng(2)
    for options in (PAPER, SMALL):
        assert child.run(str(tmp_path / "undisturbed"), options)[0] == 0
        wanted = digest(tmp_path / "undisturbed")
        resumable = 0
        for k in range(5):
            resumable += killed_run(child, tmp_path / f"killed {k}", options, 5, rng, 1.0)
            assert digest(tmp_path / f"killed {k}") == wanted
        assert resumable > 10  # of 25 kills
        for folder in tmp_path.iterdir():
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def undisturbed(child, tmp_path_factory):
    """Train a small run to its end."""
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    assert child.run(str(folder), SMALL)[0] == 0
    return folder


@pytest.mark.parametrize("harm", ["truncated", "flipped"])
def test_a_damaged_checkpoint_is_passed_over(undisturbed, tmp_path, capsys, harm):
    shutil.copytree(undisturbed, tmp_path / "run")
    wanted = digest(tmp_path / "run")
    newest = max((tmp_path / "run" / "checkpoints").glob("checkpoint-*.npz"))
    content = bytearray(newest.read_bytes())
    if harm == "truncated":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 3] ^= 4
    newest.write_bytes(content)
    training.resume(tmp_path / "run", progress=False)
    said = capsys.readouterr().err
    assert newest.name in said
    assert "going on from checkpoint-" in said
    assert digest(tmp_path / "run") == wanted


def test_what_a_checkpoint_was_trained_with_is_not_changed_behind_its_back(undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path / "run")
    config = tmp_path / "run" / "config.json"
    text = config.read_text()
    for old, new, said in (
        ('"learning_rate": 0.003', '"learning_rate": 0.5', "learning_rate: 0.003 there, 0.5 here"),
        ('"lase:oracle"', '"lase:uniform"', "lase:oracle.*lase:uniform"),
    ):
        assert old in text
        there = json.loads(text.replace(old, new))
        del there["checksums"]
        config.write_text(json.dumps(signed(there)))  # with a right checksum
        with pytest.raises(ValueError, match=rf"is not what checkpoint-\d+.npz was trained with: .*{said}"):
            training.resume(tmp_path / "run", progress=False)
