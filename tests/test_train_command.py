"""The command `lase train`: runs as a user begins, stops and resumes them, and one line about what is wrong."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
import xarray as xr

from lase_core import checkpoints, runs, training
from lase_core.agents.actor_critic import ActorCritic
from lase_core.cli import main
from lase_core.cli.values import seeds_of
from lase_core.plain import signed
from lase_core.trainer import Trainer

# an episode of two segments, two worlds, six rounds
TINY = ["coin", "--seeds", "0-1", "--episodes", "12", "--set", "worlds=2", "horizon=10", "segment=5", "hidden=8"]


def run(*words):
    return main(["train", *map(str, words)])


@pytest.fixture
def often(monkeypatch):
    """Save a checkpoint after each round."""
    monkeypatch.setattr(training, "_BETWEEN", -1.0)


@contextmanager
def interrupted_in_round(n):
    """Press Ctrl-C as the round begins."""
    real = Trainer.play_round

    def play_round(self):
        if self.round == n - 1:
            signal.raise_signal(signal.SIGINT)
        return real(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "play_round", play_round)
        yield


def same(one, other):
    """Whether two states are the same bit by bit."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return one == other


def assert_same_run(one, other):
    first, second = (checkpoints.load(folder / "checkpoints") for folder in (one, other))
    assert first.step == second.step == 6
    assert same(first.state, second.state)
    assert same(first.appended, second.appended)
    xr.testing.assert_identical(runs.read(one).metrics, runs.read(other).metrics)
    assert runs.read(one).summary["metrics"] == runs.read(other).summary["metrics"]


# ---------------------------------------------------------------------- what is printed and written
def test_a_run_ends_with_a_table(tmp_path, capsys):
    assert run(*TINY, "--agents", "lase,a2c", "--out", tmp_path / "run") == 0
    out, error = capsys.readouterr()
    assert error == ""  # no progress bar without a terminal
    for expected in (
        r"^coin: 2 seeds, 12 episodes each, preset small$",
        r"^last 2 episodes +mean ± sd over seeds$",
        r"^collective reward +-?\d+\.\d\d ± \d+\.\d\d$",
        r"^equality +(-|0\.\d{3}|1\.000)",
        r"^mean gift weight +0\.\d{3}$",
        r"^player +reward +after gifts +gift weight$",
        r"^1 lase +-?\d+\.\d\d ± \d+\.\d\d +-?\d+\.\d\d +\d\.\d{3}$",
        r"^2 a2c .* 0\.000$",
        r"^time: \d+\.\d s, \d+ agent-steps/s$",
        rf"^run: {re.escape(str(tmp_path / 'run'))}$",
    ):
        assert re.search(expected, out, re.MULTILINE), expected
    kept = runs.read(tmp_path / "run")
    assert kept.seeds == (0, 1)
    assert kept.config["agents"] == ["lase:perspective", "a2c"]
    assert kept.config["parameters"] == {"horizon": 10}
    assert (kept.config["settings"]["worlds"], kept.config["settings"]["hidden"]) == (2, [8])
    assert kept.metrics.sizes["episode"] == 6


def test_json_is_the_summary(tmp_path, capsys):
    assert run(*TINY, "--out", tmp_path / "run", "--json") == 0
    out, _ = capsys.readouterr()
    found = json.loads(out)
    assert found["folder"] == str(tmp_path / "run")
    assert found["seeds"] == [0, 1]
    assert found["metrics"] == runs.read(tmp_path / "run").summary["metrics"]
    assert found["agent_steps_per_second"] > 0
    assert "NaN" not in out


def test_the_usual_folder_says_what_the_run_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    few = ["--episodes", "2", "--seeds", "5"]
    for world, agents in (("Coin", "lase,lase:uniform"), ("stag-hunt", "go"), ("coin", "a2c"), ("coin", "a2c")):
        settings = ["worlds=2", "horizon=6", "segment=3"]
        assert run(world, "--agents", agents, *few, "--set", *settings) == 0
    names = [path.name for path in (tmp_path / "runs").iterdir()]
    for start, count in (("coin-lase-lase_uniform-small-", 1), ("stag_hunt-go-small-", 1), ("coin-a2c-small-", 2)):
        assert sum(re.fullmatch(start + r"\d{8}-\d{6}(-2)?", name) is not None for name in names) == count
    for line in re.findall("^run: (.*)$", capsys.readouterr().out, re.MULTILINE):
        assert runs.read(line).seeds == (5,)


def test_values_are_numbers_in_several_spellings(tmp_path, capsys):
    settings = ["R=3", "S=-1/2", "T=4.5", "P=0", "horizon=2e0", "segment=2", "worlds=4", "bootstrap=true"]
    more = ["entropy=1/10,0.02", "hidden=8,4", "learning_rate=1/100", "delta=.2", "body=dense"]
    words = ["--episodes", "8", "--set", *settings, "--set", *more, "--out", tmp_path / "run"]
    assert run("MATRIX", "--agents", "lase,cooperator", *words) == 0
    config = runs.read(tmp_path / "run").config
    assert config["parameters"] == {"R": 3, "S": -0.5, "T": 4.5, "P": 0, "horizon": 2}
    expected = {
        "segment": 2, "worlds": 4, "bootstrap": True, "entropy": [0.1, 0.02], "hidden": [8, 4], "learning_rate": 0.01,
        "delta": 0.2, "body": "dense",
    }  # fmt: skip
    assert {key: config["settings"][key] for key in expected} == expected


def test_seeds_in_several_spellings():
    assert seeds_of("5") == (5,)
    assert seeds_of("0,3,7") == (0, 3, 7)
    assert seeds_of("0-4") == (0, 1, 2, 3, 4)
    assert seeds_of("1-2, 9, 4-4") == (1, 2, 9, 4)


def test_a_preset_of_ones_own(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text("[coin]\nepisodes = 4\nworlds = 2\nsegment = 5\nworld = { horizon = 5 }\n", encoding="utf-8")
    assert run("coin", "--preset", path, "--out", tmp_path / "run") == 0
    assert runs.read(tmp_path / "run").metrics.episode.values.tolist() == [2, 4]
    path.write_text("[coin]\nepisodes = 4\nworlds = 2\nsegmen = 5\n", encoding="utf-8")
    capsys.readouterr()
    assert run("coin", "--preset", path, "--out", tmp_path / "other") == 2
    told = f"lase: {path}: unknown setting 'segmen'; did you mean segment, "
    assert capsys.readouterr().err.startswith(told)


# ---------------------------------------------------------------------- stopping and resuming
@pytest.mark.parametrize(
    ("agents", "settings"),
    [
        ("lase,a2c", []),
        ("lase:predictor,lase:perspective-ideal", ["gift_memory=0.9", "exploration=0.5,0.1"]),
        ("lase", ["cell=lstm", "cell_width=4"]),
        ("lase", ["segment=10", "replay=8", "replay_batch=4", "replay_every=2", "replay_start=4"]),
    ],
)
def test_a_run_that_was_stopped_ends_as_if_it_had_not_been(agents, settings, tmp_path, capsys):
    words = [*TINY, "--agents", agents, *(["--set", *settings] if settings else [])]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert run(*words, "--out", whole) == 0
    capsys.readouterr()
    with interrupted_in_round(3):
        assert run(*words, "--out", parts) == 130
    out, error = capsys.readouterr()
    assert out == ""
    told = "stopping after this round; Ctrl-C again stops at once\n"
    told += f"stopped after round 3 of 6; lase train --resume {parts} goes on from here\nlase: stopped\n"
    assert error == told
    assert checkpoints.load(parts / "checkpoints").step == 3
    with interrupted_in_round(4):
        assert run("--resume", parts) == 130
    assert runs.read(parts).metrics.sizes["episode"] == 4
    assert runs.read(parts).summary == {}
    capsys.readouterr()
    assert run("--resume", parts) == 0
    out, error = capsys.readouterr()
    assert "s since it was resumed, " in out
    assert error == ""
    assert_same_run(whole, parts)


def test_ctrl_c_in_the_last_round_is_like_any_other(tmp_path, capsys):
    with interrupted_in_round(6):
        assert run(*TINY, "--out", tmp_path / "run") == 130
    out, error = capsys.readouterr()
    assert out == ""
    told = "stopping after this round; Ctrl-C again stops at once\nstopped after the last round, 6\nlase: stopped\n"
    assert error == told
    found = runs.read(tmp_path / "run")  # and what was over is kept
    assert found.metrics.sizes["episode"] == 6
    assert found.summary["metrics"]
    assert run("--resume", tmp_path / "run") == 0
    assert "nothing was left to do" in capsys.readouterr().out
    with interrupted_in_round(6), pytest.raises(KeyboardInterrupt):  # without a folder too
        training.train("coin", worlds=2, horizon=10, segment=5, hidden=(8,), episodes=12, progress=False)


def test_ctrl_c_stops_after_the_round_and_keeps_it(tmp_path):
    folder = tmp_path / "run"
    words = ["train", *TINY[:4], "1000000", *TINY[5:], "--out", str(folder)]
    code = (
        "import sys; from lase_core import training; from lase_core.cli import main; training._BETWEEN = 0.2;"
        f"sys.exit(main({words!r}))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True) as process:  # noqa: S603
        until = time.monotonic() + 60
        while not list(folder.glob("checkpoints/checkpoint-*.npz")) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    step = checkpoints.load(folder / "checkpoints").step
    assert process.returncode == 130
    assert out == ""
    told = "stopping after this round; Ctrl-C again stops at once\n"
    told += f"stopped after round {step} of 500000; lase train --resume {folder} goes on from here\nlase: stopped\n"
    assert error == told
    assert runs.read(folder).metrics.sizes["episode"] == step


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Train a run to its end, and stop another one after 4 of 6 rounds, with a checkpoint after each round."""
    home = tmp_path_factory.mktemp("twins")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_BETWEEN", -1.0)
        assert run(*TINY, "--out", home / "whole") == 0
        with interrupted_in_round(4):
            assert run(*TINY, "--out", home / "run") == 130
    return home


@pytest.mark.usefixtures("often")
class TestResume:
    @pytest.fixture
    def stopped(self, twins, tmp_path):
        """Copy a run that was stopped after 4 of 6 rounds, and its twin beside it, which is whole."""
        shutil.copytree(twins, tmp_path, dirs_exist_ok=True)
        return tmp_path / "run"

    def test_from_the_last_good_checkpoint(self, stopped, tmp_path, capsys):
        damaged = stopped / "checkpoints" / "checkpoint-00000004.npz"
        damaged.write_bytes(damaged.read_bytes()[:-9])
        assert run("--resume", stopped) == 0
        error = capsys.readouterr().err
        assert error.startswith("note: checkpoint-00000004.npz: it is damaged: ")
        assert error.endswith("; going on from checkpoint-00000003.npz\n")
        assert_same_run(tmp_path / "whole", stopped)

    def test_without_any_good_one(self, stopped, capsys):
        for path in (stopped / "checkpoints").iterdir():
            path.write_bytes(b"x")
        assert run("--resume", stopped) == 2
        error = capsys.readouterr().err
        assert error.startswith("lase: no good checkpoint in ")
        assert error.count(".npz") == 3
        assert error.count("\n") == 1

    def test_before_the_first_one(self, stopped, tmp_path):
        shutil.rmtree(stopped / "checkpoints")
        (stopped / "metrics.nc").unlink()
        assert run("--resume", stopped) == 0
        assert_same_run(tmp_path / "whole", stopped)

    def test_other_versions_need_force(self, stopped, tmp_path, capsys):
        path = stopped / "config.json"
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["versions"]["numpy"] = "1.0"
        del kept["checksums"]
        path.write_text(json.dumps(signed(kept)), encoding="utf-8")
        (stopped / "metrics.nc").unlink()  # it is of the configuration as it was
        assert run("--resume", stopped) == 2
        error = capsys.readouterr().err
        assert f"versions.numpy: '1.0' there, '{np.__version__}' here" in error
        assert "force" in error
        assert error.count("\n") == 1
        assert run("--resume", stopped, "--force") == 0
        assert capsys.readouterr().err == f"note: versions.numpy: '1.0' there, '{np.__version__}' here\n"
        assert_same_run(tmp_path / "whole", stopped)

    def test_what_is_said_again_has_to_be_the_same(self, stopped, capsys):
        other = ["Coin", "--agents", "a2c,lase", "--episodes", "14", "--seeds", "0-2", "--preset", "paper"]
        assert run(*other, "--set", "delta=0.2", "height=4", "horizon=10", "--resume", stopped) == 2
        error = capsys.readouterr().err
        for expected in (
            "config.agents: ['lase:perspective', 'lase:perspective'] there, ['a2c', 'lase:perspective'] here; ",
            "config.episodes: 12 there, 14 here; ",
            "config.preset: 'small' there, 'paper' here; ",
            "config.settings.delta: 0.1 there, 0.2 here; ",
            "config.parameters.height: absent there, 4 here; ",
            "seeds: [0, 1] there, [0, 1, 2] here",
        ):
            assert expected in error
        assert "horizon" not in error
        assert error.count("\n") == 1
        assert checkpoints.load(stopped / "checkpoints").step == 4
        assert run(*TINY, "--agents", "lase", "--resume", stopped) == 0

    def test_again_when_it_is_over(self, stopped, capsys):
        assert run("--resume", stopped) == 0
        first = capsys.readouterr().out
        assert run("--resume", stopped) == 0
        again = capsys.readouterr().out
        assert "nothing was left to do" in again
        assert [line for line in first.splitlines() if not line.startswith("time")] == [
            line for line in again.splitlines() if not line.startswith(("time", "nothing"))
        ]
        assert run("--resume", stopped, "--json") == 0
        assert json.loads(capsys.readouterr().out)["metrics"] == runs.read(stopped).summary["metrics"]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("{", "config.json must be JSON"),
            ("[" * 100_000, "config.json must be JSON"),
            ("[]", "config.json must be an object of JSON, got list"),
            ({"config": {"world": "coin"}, "seeds": [0]}, "does not hold a training run that can be read"),
            ({"config": [], "seeds": 3}, "config.json must have a configuration, an object, and seeds"),
            ({"config": {}, "seeds": [True]}, "config.json must have a configuration, an object, and seeds"),
        ],
    )
    def test_what_is_no_run(self, content, told, tmp_path, capsys):
        text = content if isinstance(content, str) else json.dumps(signed(content))
        (tmp_path / "config.json").write_text(text, encoding="utf-8")
        assert run("--resume", tmp_path) == 2
        error = capsys.readouterr().err
        assert told in error
        assert error.count("\n") == 1


@pytest.mark.usefixtures("often")
def test_a_loss_that_is_not_a_number_ends_the_run(tmp_path, monkeypatch, capsys):
    real, calls = ActorCritic.update, []

    def update(self, *given, **options):
        calls.append(None)
        noted = real(self, *given, **options)
        if len(calls) == 6:  # the second segment of round 3
            noted["critic loss"][1, 0] = np.nan
        return noted

    with monkeypatch.context() as patch:
        patch.setattr(ActorCritic, "update", update)
        assert run(*TINY, "--out", tmp_path / "run") == 1
    out, error = capsys.readouterr()
    last = tmp_path / "run" / "checkpoints" / "checkpoint-00000002.npz"
    assert out == ""
    assert error == f"lase: critic loss of player 0 is nan in round 3, seed 1; last good checkpoint: {last}\n"
    assert run("--resume", tmp_path / "run") == 0


def test_too_little_memory_is_one_line(tmp_path, monkeypatch, capsys):
    def play_round(self):
        raise MemoryError("Unable to allocate 98.2 TiB")

    monkeypatch.setattr(Trainer, "play_round", play_round)
    assert run(*TINY, "--out", tmp_path / "run") == 2
    told = "lase: not enough memory (Unable to allocate 98.2 TiB): set fewer worlds, "
    error = capsys.readouterr().err
    assert error.startswith(told)
    assert error.count("\n") == 1


# ---------------------------------------------------------------------- bad input
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "give a WORLD (matrix, coin, cleanup, snowdrift, stag_hunt), or --resume DIR"),
        (["--set", "worlds=2", "coin"], "--set takes KEY=VALUE, e.g. height=6, got 'coin'"),
        (["cion"], "unknown world 'cion'; did you mean coin, "),
        (["coin", "--agents", "lasse"], "unknown agent 'lasse'; did you mean lase, "),
        (["coin", "--agents", "lase:oracel"], "unknown estimator 'oracel' of 'lase:oracel'; did you mean oracle, "),
        (["coin", "--agents", "a2c:oracle"], "only lase has an estimator"),
        (["coin", "--agents", "lase,lase,lase"], "the world has 2 players, got 3 agents"),
        (["coin", "--agents", ""], "unknown agent ''"),
        (["coin", "--agents", "random"], "nobody learns: one agent at least must be lase, a2c, go, got random, random"),
        (["coin", "--agents", "caretaker,lase"], "a caretaker lives in cleanup, not in coin"),
        (["coin", "--agents", "lase:oracle,random"], "the oracle knows the policies of learners only"),
        (["coin", "--preset", "tiny"], "unknown preset 'tiny'; did you mean small, paper?"),
        (["coin", "--preset", "no.toml"], "no.toml: No such file"),
        (["coin", "--seeds", "x"], "--seeds takes numbers of at least 0, e.g. 5, or 0,3,7, or 0-4; got 'x'"),
        (["coin", "--seeds", "3-1"], "--seeds takes numbers"),
        (["coin", "--seeds", "-1"], "--seeds takes numbers"),
        (["coin", "--seeds", "0,"], "--seeds takes numbers"),
        (["coin", "--seeds", "0-999999999"], "--seeds must be at most 1000 numbers"),
        (["coin", "--seeds", "1,0-2"], "seeds must be different"),
        (["coin", "--episodes", "0"], "episodes must be at least 1, got 0"),
        (["coin", "--episodes", "many"], "--episodes"),
        (["coin", "--set", "learning_rat=1"], "is called 'learning_rat'; did you mean learning_rate, "),
        (
            ["coin", "--set", "heights=1"],
            "neither a setting nor a parameter of coin is called 'heights'; did you mean hei",
        ),
        (["coin", "--set", "R=1"], "neither a setting nor a parameter of coin is called 'R'"),
        (["matrix", "--set", "game=1"], "neither a setting nor a parameter of matrix is called 'game'"),
        (["matrix", "--set", "R=__import__('os')"], "R must be a number up to 1000000"),
        (["matrix", "--set", "R=nan"], "R must be a number"),
        (["matrix", "--set", "R=1/0"], "R must be a number"),
        (["coin", "--set", "worlds"], "--set takes KEY=VALUE"),
        (["coin", "--set", "worlds=2.5"], "worlds must be a whole number, got 2.5"),
        (["coin", "--set", "worlds=0"], "worlds must lie in 1..100000, got 0"),
        (["coin", "--set", "learning_rate=inf"], "learning_rate must be a number"),
        (["coin", "--set", "learning_rate=2"], "learning_rate must lie in 0..1, got 2"),
        (["coin", "--set", "bootstrap=1"], "bootstrap must be true or false, got '1'"),
        (["coin", "--set", "entropy=0.1"], "entropy must be two numbers"),
        (["coin", "--set", "entropy=0.1,"], "entropy must be a number"),
        (["coin", "--set", "hidden=8,2.5"], "hidden must be a whole number"),
        (["coin", "--set", "body=cnn"], "body must be one of dense, convolution, got 'cnn'"),
        (["coin", "--set", "segment=7"], "the horizon must be a multiple of segment = 7, got 100"),
        (["coin", "--set", "batch=7"], "batch cannot be set: training chooses it, by worlds"),
        (["coin", "--set", "auto_reset=true"], "auto_reset cannot be set"),
        (["coin", "--set", "view=4"], "view must be an odd number or 'map', got 4"),
        (["coin", "--force"], "--force goes with --resume"),
        (["coin", "--out", "full"], "folder must be new or empty, got full, which holds a.txt; use --resume"),
        (["coin", "--out", "full/a.txt"], "which holds a file"),
        (["coin", "--out", "full/a.txt/b"], "Not a directory"),
        (["--resume", "nowhere"], "no run in nowhere: it has no config.json"),
        (["--resume", "full"], "no run in full: it has no config.json"),
        (["--resume", "run", "--out", "b"], "--resume goes on in the folder of the run: leave --out away"),
        (["run"], "run is the folder of a run; to go on with it: lase train --resume run"),
        (["coin", "--lr", "3"], "Unknown option: --lr"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(words, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").touch()
    runs.create("run", {"world": "coin"})
    before = sorted(tmp_path.rglob("*"))
    assert run(*words) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("lase: ")
    assert told in error
    assert error.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


# ---------------------------------------------------------------------- the process
def test_one_thread_is_asked_for_before_numpy_is_there_and_help_is_quick():
    watch = (
        "import os, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'numpy':\n"
        "            print('threads', *(os.environ.get(f'{k}_NUM_THREADS') for k in ('OPENBLAS', 'OMP', 'MKL')))\n"
        "sys.meta_path.insert(0, Watch())\n"
        "from lase_core.cli import main\n"
    )
    clean = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}

    def printed(words, **more):
        command = [sys.executable, "-c", f"{watch}main({words!r})"]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=clean | more).stdout  # noqa: S603

    assert printed(["train", "cion"], OMP_NUM_THREADS="2") == "threads 1 2 1\n"
    assert "threads" not in printed(["train", "--help"])


def test_help_says_what_can_be_given(capsys):
    assert run("--help") == 0
    words = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for expected in (
        "matrix, coin, cleanup, snowdrift or stag_hunt",
        "runs/WORLD-AGENTS-PRESET-TIME",
        "0-4, or 0,3,7, or 5",
        "Example: lase train cleanup --agents lase,lase,a2c,a2c --seeds 0-4",
    ):
        assert expected in words
