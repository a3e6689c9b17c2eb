"""Runs that are killed at any moment, or whose checkpoints are damaged, end with the same bits as undisturbed ones."""

import hashlib
import multiprocessing
import os
import shutil
import signal
import time

import numpy as np
import pytest

from lase_core import checkpoints, runs, training

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
    "episodes": 3 * 60,
    "seeds": (0, 3),
}
SMALL = {
    "world": "stag_hunt",
    "agents": "lase,lase:oracle,a2c,go",
    "worlds": 6,
    "gift_memory": 0.5,
    "episodes": 6 * 40,
    "seeds": (1, 2),
}
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["lase_core.training", "xarray", "scipy.io"])


def work(folder, options):
    """Begin a run or go on with it, with a checkpoint after nearly every round."""
    training._BETWEEN = 0.01
    if (folder / "config.json").exists():
        training.resume(folder, progress=False)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        training.train(out=folder, progress=False, **options)


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


def killed_run(folder, options, kills, rng, most):
    """Kill a run again and again, then let it end; return after how many kills there was a checkpoint."""
    done = resumable = 0
    while done < kills:
        process = CONTEXT.Process(target=work, args=(folder, options))
        process.start()
        time.sleep(float(rng.uniform(0, most)))
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        if process.exitcode == 0:  # it was done: begin another one
            shutil.rmtree(folder)
        else:
            assert process.exitcode == -signal.SIGKILL
            done += 1
            resumable += any((folder / "checkpoints").glob("checkpoint-*.npz"))
    process = CONTEXT.Process(target=work, args=(folder, options))
    process.start()
    process.join()
    assert process.exitcode == 0
    return resumable


@pytest.mark.parametrize("options", [PAPER, SMALL], ids=["paper", "small"])
def test_a_killed_run_ends_with_the_same_bits(tmp_path, options):
    work(tmp_path / "undisturbed", options)
    killed_run(tmp_path / "killed", options, 2, np.random.default_rng(1), 1.0)
    assert digest(tmp_path / "killed") == digest(tmp_path / "undisturbed")


@pytest.mark.slow
def test_fifty_kills(tmp_path):
    rng = np.random.default_rng(2)
    for options in (PAPER, SMALL):
        work(tmp_path / "undisturbed", options)
        wanted = digest(tmp_path / "undisturbed")
        resumable = 0
        for k in range(5):
            resumable += killed_run(tmp_path / f"killed {k}", options, 5, rng, 2.0)
            assert digest(tmp_path / f"killed {k}") == wanted
        assert resumable > 10  # of 25 kills
        for folder in tmp_path.iterdir():
            shutil.rmtree(folder)


@pytest.mark.parametrize("harm", ["truncated", "flipped"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path, capsys, harm):
    work(tmp_path / "run", SMALL)
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


def test_what_a_checkpoint_was_trained_with_is_not_changed_behind_its_back(tmp_path):
    work(tmp_path / "run", SMALL)
    config = tmp_path / "run" / "config.json"
    text = config.read_text()
    for old, new, said in (
        ('"learning_rate": 0.003', '"learning_rate": 0.5', "learning_rate: 0.003 there, 0.5 here"),
        ('"lase:oracle"', '"lase:uniform"', "lase:oracle.*lase:uniform"),
    ):
        assert old in text
        config.write_text(text.replace(old, new))
        with pytest.raises(ValueError, match=rf"is not what checkpoint-\d+.npz was trained with: .*{said}"):
            training.resume(tmp_path / "run", progress=False)
