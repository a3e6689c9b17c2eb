"""The command `lase render`: films, and one line about what is wrong."""

import re
import shutil

import numpy as np
import pytest
from PIL import Image

import lase_core as lc
from lase_core.cli import main
from lase_core.filming import film_run


def run(*words):
    return main(["render", *words])


@pytest.mark.parametrize("suffix", ["gif", "png", "apng"])
def test_it_writes_a_film_and_tells_rewards(suffix, tmp_path, capsys):
    path = tmp_path / f"film.{suffix}"
    assert run("coin", "--players", "cooperator, defector", "--steps", "12", "--out", str(path)) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"film: {path} (13 frames, ")
    assert second.startswith("rewards: 1 cooperator ")
    assert ", 2 defector " in second
    with Image.open(path) as image:
        assert image.n_frames == 13


def test_seed_and_players_decide_the_film(tmp_path, capsys):
    def film(*words):
        assert run("snowdrift", "--steps", "3", "--out", str(tmp_path / "a.gif"), *words) == 0
        capsys.readouterr()
        return (tmp_path / "a.gif").read_bytes()

    assert film("--seed", "4") == film("--seed", "4", "--players", "cooperator,cooperator,cooperator,cooperator")
    assert film("--seed", "4") != film("--seed", "5")
    assert film("--seed", "4") != film("--seed", "4", "--players", "defector")


def test_parameters_are_numbers_in_several_spellings(tmp_path, capsys, monkeypatch):
    from lase_core import envs

    made = {}
    real = envs.make
    monkeypatch.setattr(envs, "make", lambda name, **given: made.update(given) or real(name, **given))
    words = ["n_agents=2", "height=6.0", "waste_rate=1/4", "apple_rate=0.5", "reward=2", "auto_eat=true", "view=map"]
    out = str(tmp_path / "a.gif")
    assert run("cleanup", "--steps", "1", "--out", out, "--set", *words, "--set", "width=1e1") == 0
    assert capsys.readouterr().out.splitlines()[1] == "rewards: 1 cooperator 0, 2 cooperator 0"
    assert made == {
        "n_agents": 2, "height": 6, "waste_rate": 0.25, "apple_rate": 0.5, "reward": 2.0, "auto_eat": True,
        "view": "map", "width": 10,
    }  # fmt: skip
    assert {key: type(value) for key, value in made.items() if key in {"height", "width", "reward"}} == {
        "height": int,
        "width": int,
        "reward": float,
    }


@pytest.mark.parametrize("world", ["Stag_Hunt", "stag-hunt", "STAG-HUNT"])
def test_names_of_worlds_in_other_spellings(world, tmp_path, capsys):
    films = []
    for k, name in enumerate(("stag_hunt", world)):
        path = tmp_path / f"{k}.gif"
        assert run(name, "--steps", "2", "--out", str(path), "--set", "n_hares=1") == 0
        films.append(path.read_bytes())
    assert films[0] == films[1]


def test_the_first_steps_of_a_long_episode(tmp_path, capsys):
    out = str(tmp_path / "a.gif")
    assert run("coin", "--set", "horizon=1000000", "--steps", "2", "--out", out) == 0
    assert run("coin", "--set", "horizon=1000000", "--out", str(tmp_path / "b.gif")) == 2
    told = "lase: the episode has 1000000 steps, a film at most 2000: give --steps\n"
    assert capsys.readouterr().err == told
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["clean"], "unknown world 'clean'; did you mean cleanup, coin, stag_hunt?"),
        (["matrix"], "unknown world 'matrix'; did you mean"),
        (["Stag hunt"], "unknown world 'stag hunt'; did you mean stag_hunt, "),
        (["coin", "--players", "coop"], "unknown player 'coop'; did you mean cooperator, defector, random?"),
        (["coin", "--players", ""], "unknown player ''"),
        (["coin", "--players", "random,random,random"], "the world has 2 players, got 3: give as many, or one for all"),
        (["coin", "--set", "heights=3"], "unknown parameter of coin 'heights'; did you mean height, "),
        (["coin", "--set", "height"], "--set takes KEY=VALUE, e.g. height=6, got 'height'"),
        (["coin", "--set", "height="], "--set takes KEY=VALUE"),
        (["coin", "--set", "height=2.5"], "height must be a whole number, got 2.5"),
        (["coin", "--set", "height=65"], "height must be at most 64, got 65"),
        (["coin", "--set", "n_agents=17"], "n_agents must be at most 16, got 17"),
        (["coin", "--set", "height=0"], "height must be at least 1, got 0"),
        (["coin", "--set", "view=4"], "view must be an odd number or 'map', got 4"),
        (["coin", "--set", "height=40", "view=33"], "view must be at most 31, got 33"),
        (["coin", "--set", "view=all"], "view must be a number up to 1000000, e.g. 2, 0.5 or 1/2, got 'all'"),
        (["coin", "--set", "reward=nan"], "reward must be a number"),
        (["coin", "--set", "reward=inf"], "reward must be a number"),
        (["coin", "--set", "reward=1/0"], "reward must be a number"),
        (["coin", "--set", "reward=1e300"], "reward must be a number"),
        (["coin", "--set", "reward=__import__('os')"], "reward must be a number"),
        (["coin", "--set", f"horizon={'1' * 9999}"], "horizon must be a number"),
        (["coin", "--set", "batch=2"], "batch cannot be set: a film shows one episode of one world"),
        (["coin", "--set", "auto_reset=true"], "auto_reset cannot be set"),
        (["cleanup", "--set", "auto_eat=1"], "auto_eat must be true or false, got '1'"),
        (["cleanup", "--set", "waste_rate=2"], "waste_rate must be a probability, got 2"),
        (["coin", "--steps", "0"], "steps must be at least 1, got 0"),
        (["coin", "--steps", "101"], "steps must be at most 100, got 101"),
        (["coin", "--set", "horizon=3000", "--steps", "2001"], "steps must be at most 2000, got 2001"),
        (["coin", "--seed", "-1"], "--seed must not be negative, got -1"),
        (["coin", "--seed", "x"], "--seed"),
        (["coin", "--out", "a.mp4"], "films are written as .gif, .png, .apng, got 'a.mp4'"),
        (["coin", "--out", "nowhere/a.gif"], "nowhere/a.gif: No such file or directory"),
        (["coin", "--out", "."], "films are written as"),
        (
            ["coin", "--seed-of-run", "0"],
            "--seed-of-run and --checkpoint go with the folder of a run, not with a world",
        ),
        (["coin", "--checkpoint", "0"], "--seed-of-run and --checkpoint go with the folder of a run"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(words, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(*words, *([] if "--out" in words else ["--out", "a.gif"])) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("lase: ")
    assert told in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_out_is_needed(capsys):
    assert run("coin") == 2
    assert "--out" in capsys.readouterr().err


def test_help_names_worlds_and_players_and_has_an_example(capsys):
    assert run("--help") == 0
    words = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for expected in (
        "coin, cleanup, snowdrift or stag_hunt",
        "cooperator (default), defector, random or caretaker",
        "Example: lase render cleanup --players",
    ):
        assert expected in words


# ---------------------------------------------------------------------- what a run has learned
@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Train for a few rounds, with checkpoints after the second and third."""
    folder = tmp_path_factory.mktemp("runs") / "kept"
    settings = {"worlds": 2, "horizon": 12, "segment": 6, "hidden": [8], "learning_rate": 0.1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lase_core.training._BETWEEN", -1.0)
        agents = "lase,lase:uniform,a2c,cooperator"
        lc.train("cleanup", agents, episodes=6, seeds=[3, 7], out=folder, progress=False, **settings)
    return folder


def test_a_film_of_a_run(kept, tmp_path, capsys):
    out = tmp_path / "film.gif"
    assert run(str(kept), "--out", str(out)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"film: {out} (13 frames, ")
    assert lines[1] == "learners: seed 3, after round 3 of 3"
    number = r"-?\d+(\.\d+)?"
    shape = rf"1 lase {number}, 2 lase:uniform {number}, 3 a2c {number}, 4 cooperator {number}"
    assert re.fullmatch(f"rewards: {shape}", lines[2])
    assert re.fullmatch(f"after gifts: {shape}", lines[3])
    assert len(lines) == 4
    assert out.stat().st_size < 10**6
    with Image.open(out) as image:
        assert image.n_frames == 13


def test_seeds_and_checkpoint_decide_the_film_of_a_run(kept, tmp_path, capsys):
    def film(*words):
        assert run(str(kept), "--out", str(tmp_path / "a.gif"), *words) == 0
        capsys.readouterr()
        return (tmp_path / "a.gif").read_bytes()

    usual = film("--steps", "6")
    assert usual == film("--steps", "6", "--seed", "0", "--seed-of-run", "3", "--checkpoint", "3")
    for other in (["--seed", "1"], ["--seed-of-run", "7"], ["--checkpoint", "2"], ["--checkpoint", "0"]):
        assert usual != film("--steps", "6", *other)


def test_gifts_of_a_film_are_shares_of_the_rewards(kept, tmp_path):
    filmed = film_run(kept, tmp_path / "a.gif", run_seed=7, seed=5)
    assert (filmed.seed, filmed.round, filmed.rounds, filmed.skipped) == (7, 3, 3, ())
    assert filmed.rewards.sum() > 0
    given = filmed.weights * filmed.rewards[..., None]
    expected = filmed.rewards - given.sum(axis=2) + given.sum(axis=1)
    np.testing.assert_allclose(filmed.totals, expected, atol=1e-6)
    assert filmed.weights[:, :2].max() > 0
    assert not filmed.weights[:, 2:].any()  # those who are not LASE give nothing
    assert not np.diagonal(filmed.weights, axis1=1, axis2=2).any()


def test_a_film_needs_no_gifts(tmp_path, capsys):
    settings = {"worlds": 2, "horizon": 4, "segment": 2, "hidden": [8]}
    lc.train("coin", "a2c", episodes=2, out=tmp_path / "run", progress=False, **settings)
    assert run(str(tmp_path / "run"), "--out", str(tmp_path / "a.gif")) == 0
    assert "after gifts" not in capsys.readouterr().out


def test_learners_that_remember_are_filmed(tmp_path, capsys):
    settings = {"worlds": 2, "horizon": 4, "segment": 4, "cell": "lstm", "cell_width": 4, "replay": 4}
    more = {"replay_batch": 2, "replay_every": 1, "replay_start": 0, "gift_memory": 0.5}
    lc.train("stag_hunt", "lase", episodes=4, out=tmp_path / "run", progress=False, **settings, **more)
    assert run(str(tmp_path / "run"), "--out", str(tmp_path / "a.gif")) == 0
    assert "learners: seed 0, after round 2 of 2" in capsys.readouterr().out


def test_a_damaged_checkpoint_is_passed_over(kept, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(kept, folder)
    (folder / "checkpoints" / "checkpoint-00000003.npz").write_bytes(b"x")
    assert run(str(folder), "--out", str(tmp_path / "a.gif")) == 0
    out, error = capsys.readouterr()
    assert "after round 2 of 3" in out
    assert error.startswith("note: checkpoint-00000003.npz: it is damaged: ")
    assert error.endswith("; the film is of round 2\n")
    assert run(str(folder), "--checkpoint", "3", "--out", str(tmp_path / "b.gif")) == 2
    assert "no good checkpoint" in capsys.readouterr().err
    assert not (tmp_path / "b.gif").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--players", "random"],
            "is the folder of a run, which has players and parameters: leave --players and --set",
        ),
        (["--set", "height=6"], "is the folder of a run, which has players and parameters"),
        (["--seed-of-run", "1"], "has the seeds 3, 7, not 1"),
        (["--checkpoint", "9"], "no checkpoint of step 9 in "),
        (["--checkpoint", "-1"], "--checkpoint must not be negative, got -1"),
        (["--steps", "13"], "steps must be at most 12, got 13"),
        (["--steps", "0"], "steps must be at least 1, got 0"),
        (["--seed", "-1"], "--seed must not be negative, got -1"),
        (["--out", "a.mp4"], "films are written as .gif, .png, .apng, got 'a.mp4'"),
        (["--out", "nowhere/a.gif"], "nowhere/a.gif: No such file or directory"),
    ],
)
def test_bad_input_about_a_run_is_one_line_and_nothing_is_written(words, told, kept, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(str(kept), *words, *([] if "--out" in words else ["--out", "a.gif"])) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("lase: ")
    assert told in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_runs_that_have_no_film(tmp_path, capsys):
    lc.train("matrix", episodes=4, worlds=4, measured=4, out=tmp_path / "run", progress=False)
    assert run(str(tmp_path / "run"), "--out", str(tmp_path / "a.gif")) == 2
    assert "is of matrix, which has no map" in capsys.readouterr().err
    assert run(str(tmp_path), "--out", str(tmp_path / "a.gif")) == 2
    assert f"no run in {tmp_path}: it has no config.json" in capsys.readouterr().err


def test_a_folder_called_as_a_world_is_no_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coin").mkdir()
    assert run("coin", "--steps", "1", "--out", "a.gif") == 0
