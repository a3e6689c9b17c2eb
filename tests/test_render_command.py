"""The command `lase render`: films, and one line about what is wrong."""

import pytest
from PIL import Image

from lase_core.cli import main


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
