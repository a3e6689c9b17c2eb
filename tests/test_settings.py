"""Settings and presets: what is refused, and in which words; and that presets can be trained with."""

import math
from dataclasses import fields

import numpy as np
import pytest

import lase_core as lc
from lase_core.envs import WORLDS
from lase_core.settings import PRESETS, Settings, preset

USUAL = Settings().to_dict()
NUMBERS = [name for name, value in USUAL.items() if isinstance(value, (int, float)) and not isinstance(value, bool)]
WHOLE = [name for name in NUMBERS if isinstance(USUAL[name], int)]
PAIRS = ["entropy", "exploration"]
POSITIVE = ["worlds", "segment", "features", "joint", "estimate_hidden", "estimate_rows", "measured", "clip"]
SHARES = [
    "discount", "trace", "critic_discount", "critic_trace", "delta", "gift_memory", "flat",
    "learning_rate", "critic_rate", "selfish_rate", "estimate_rate",
]  # fmt: skip


# ---------------------------------------------------------------------- values
@pytest.mark.parametrize("name", USUAL)
def test_values_of_another_kind_are_refused_by_name(name):
    wrong = [None, {}, "much"] if not isinstance(USUAL[name], str) else [None, 3, ["dense"]]
    for value in wrong:
        with pytest.raises(TypeError, match=rf"^{name} must be .* got "):
            Settings(**{name: value})


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers(name):
    for value in (1.5, 2.0, True, "3", [3]):
        with pytest.raises(TypeError, match=rf"^{name} must be a whole number, got "):
            Settings(**{name: value})


@pytest.mark.parametrize("name", [name for name in NUMBERS if name not in WHOLE])
def test_numbers(name):
    for value in (math.nan, False, [0.5]):
        with pytest.raises(TypeError, match=rf"^{name} must be a number, got "):
            Settings(**{name: value})
    whole = 0 if name == "gift_memory" else 1  # gifts that never end are refused
    found = getattr(Settings(**{name: whole}), name)
    assert (found, type(found)) == (float(whole), float)


def test_gifts_that_never_end_are_refused():
    with pytest.raises(ValueError, match="gift_memory must be below 1"):
        Settings(gift_memory=1.0)


@pytest.mark.parametrize("name", [name for name, value in USUAL.items() if isinstance(value, bool)])
def test_yes_and_no(name):
    for value in (0, 1, "true"):
        with pytest.raises(TypeError, match=rf"^{name} must be true or false, got "):
            Settings(**{name: value})


@pytest.mark.parametrize("name", NUMBERS)
def test_nothing_is_negative_or_endless(name):
    kind = type(USUAL[name])
    with pytest.raises(ValueError, match=rf"^{name} must lie in .*\.\..*, got -1"):
        Settings(**{name: kind(-1)})
    if name != "clip":  # inf: no clipping
        with pytest.raises(ValueError, match=rf"^{name} must lie in .*\.\..*, got "):
            Settings(**{name: kind(10**12)})


@pytest.mark.parametrize("name", POSITIVE)
def test_what_has_to_be_positive(name):
    with pytest.raises(ValueError, match=rf"^{name} must lie in .*, got 0"):
        Settings(**{name: type(USUAL[name])(0)})


@pytest.mark.parametrize("name", SHARES)
def test_shares(name):
    with pytest.raises(ValueError, match=rf"^{name} must lie in 0\.\.1, got 1.01"):
        Settings(**{name: 1.01})
    assert getattr(Settings(**{name: 0.5}), name) == 0.5


@pytest.mark.parametrize("name", PAIRS)
def test_beginning_and_end(name):
    assert getattr(Settings(**{name: [1, 0]}), name) == (1.0, 0.0)
    for value in ([0.1], [0.1, 0.2, 0.3]):
        with pytest.raises(ValueError, match=rf"^{name} must be two numbers, \[beginning, end\], got "):
            Settings(**{name: value})
    with pytest.raises(TypeError, match=rf"^{name} must be a number, got 'a'"):
        Settings(**{name: [0.1, "a"]})
    with pytest.raises(TypeError, match=rf"^{name} must be a list of numbers, got "):
        Settings(**{name: 0.1})
    with pytest.raises(ValueError, match=rf"^{name} must lie in .*, got -0.1"):
        Settings(**{name: [0.1, -0.1]})
    with pytest.raises(ValueError, match=r"^exploration must lie in 0..1, got 1.5"):
        Settings(exploration=(1.5, 0))


def test_widths():
    assert Settings(hidden=[3, 4, 5]).hidden == (3, 4, 5)
    assert Settings(hidden=[3]).hidden == (3,)
    for value, error in (
        ([], TypeError),
        ([0], ValueError),
        ([3, -1], ValueError),
        ([2.5], TypeError),
        (64, TypeError),
    ):
        with pytest.raises(error, match=r"^hidden must "):
            Settings(hidden=value)


@pytest.mark.parametrize(("name", "choices"), [("body", ["dense", "convolution"]), ("cell", ["none", "lstm", "gru"])])
def test_names(name, choices):
    for choice in choices:
        assert getattr(Settings(**{name: choice}), name) == choice
    with pytest.raises(ValueError, match=rf"^{name} must be one of {', '.join(choices)}, got 'LSTN'"):
        Settings(**{name: "LSTN"})


def test_changes():
    settings = Settings(worlds=8).changed(trace=1, hidden=[5])
    assert (settings.worlds, settings.trace, settings.hidden) == (8, 1.0, (5,))
    assert Settings().changed() == Settings()
    assert Settings(**settings.to_dict()) == settings
    assert set(settings.to_dict()) == {field.name for field in fields(Settings)}
    with pytest.raises(ValueError, match=r"unknown setting 'entropie'; did you mean .*entropy"):
        settings.changed(entropie=1)
    with pytest.raises(ValueError, match=r"^trace must lie in"):
        settings.changed(trace=2)
    with pytest.raises(AttributeError):
        settings.trace = 0.5


def test_what_is_measured_does_not_depend_on_the_order_of_changes():
    assert Settings(worlds=2).changed(worlds=32) == Settings(worlds=32)


# ---------------------------------------------------------------------- presets
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_trained_with(name, world):
    found = preset(name, world)
    assert found.episodes >= found.settings.worlds
    run = lc.train(world, "lase", preset=name, worlds=2, episodes=2, progress=False)
    assert run.metrics.sizes["episode"] == 1
    assert np.isfinite(run.metrics.reward).all()
    assert run.config["parameters"] == dict(found.world)
    assert run.config["settings"] == found.settings.changed(worlds=2).to_dict()


def test_presets_say_what_they_say():
    small = {world: preset("small", world) for world in WORLDS}
    assert small["matrix"].world == {"horizon": 1}
    assert small["matrix"].settings.segment == 1
    assert not small["snowdrift"].settings.bootstrap
    assert small["coin"].settings.entropy == (0.05, 0.002)  # a table of its own comes before the common one
    assert small["cleanup"].settings.critic_rate == 2e-3
    paper = preset("paper", "coin").settings
    assert (paper.worlds, paper.cell, paper.cell_width, paper.body, paper.delta) == (
        20,
        "lstm",
        128,
        "convolution",
        0.1,
    )
    assert (paper.exploration, paper.exploration_rounds) == ((0.5, 0.05), 2000)
    assert (paper.replay, paper.replay_batch, paper.replay_every, paper.replay_start) == (5000, 1000, 30, 1000)
    rates = paper.learning_rate, paper.critic_rate, paper.selfish_rate, paper.estimate_rate
    assert rates == (1e-4, 5e-5, 5e-5, 3e-5)
    assert (paper.discount, preset("paper", "stag_hunt").settings.discount) == (0.98, 0.99)
    assert [preset("paper", world).settings.visible_only for world in WORLDS] == [
        world == "stag_hunt" for world in WORLDS
    ]


@pytest.fixture
def file(tmp_path):
    """Write a preset; return its name."""

    def written(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


OWN = """
[common]
worlds = 3
hidden = [4]
trace = 0.5

[coin]
episodes = 7
segment = 10
trace = 1
world = { horizon = 20, height = 3, width = 3 }
"""


def test_a_preset_of_ones_own(file):
    name = file(OWN)
    found = preset(name, "coin")
    assert (found.episodes, found.world) == (7, {"horizon": 20, "height": 3, "width": 3})
    assert found.settings == Settings(worlds=3, hidden=(4,), segment=10, trace=1.0)
    run = lc.train("coin", "a2c", preset=name, progress=False)
    assert run.metrics.episode.to_numpy().tolist() == [3, 6, 9]
    changed = lc.train("coin", "a2c", preset=name, progress=False, episodes=1, height=4, trace=0.0)
    assert changed.config["parameters"] == {"horizon": 20, "height": 4, "width": 3}
    assert (changed.config["settings"]["trace"], changed.config["episodes"]) == (0.0, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[coin]\nepisodes = 3\nlerning_rate = 1", r"unknown setting 'lerning_rate'; did you mean learning_rate"),
        ("[common]\nwordls = 3\n[coin]\nepisodes = 3", r"unknown setting 'wordls'; did you mean worlds"),
        ("[common]\nepisodes = 3\n[coin]\nepisodes = 3", r"unknown setting 'episodes'"),
        ("[coin]\nepisodes = 3\n[cion]\nepisodes = 3", r"unknown table \[cion\]; did you mean coin"),
        ("[coin]\nepisodes = 3\ntrace = 7", r"trace must lie in 0..1, got 7"),
        ("[coin]\nepisodes = 3\ntrace = '7'", r"trace must be a number, got '7'"),
        ("[cleanup]\nepisodes = 3", r"has no table \[coin\]"),
        ("[coin]\nworlds = 3", r"episodes of \[coin\] must be a whole number, got None"),
        ("[coin]\nepisodes = 0", r"episodes of \[coin\] must be at least 1, got 0"),
        ("[coin]\nepisodes = 1.5", r"episodes of \[coin\] must be a whole number, got 1.5"),
        ("[coin]\nepisodes = true", r"episodes of \[coin\] must be a whole number, got True"),
        ("[coin", r"[Ee]xpected"),
        ("coin = 3", r"coin"),
        ("common = 3\n[coin]\nepisodes = 3", r"common"),
        ("[coin]\nepisodes = 3\nworld = 3", r"world"),
        ("[coin]\nepisodes = 3\nworld = { heights = 3 }", r"heights"),
        ("[coin]\nepisodes = 3\nworld = { batch = 3 }", r"batch"),
        ("[coin]\nepisodes = 3\nworld = { auto_reset = true }", r"auto_reset"),
        ("[matrix]\nepisodes = 3\nworld = { heights = 3 }", r"heights"),
    ],
)
def test_files_that_are_refused(file, text, said):
    with pytest.raises(ValueError, match=rf"mine\.toml.*{said}"):
        preset(file(text), "matrix" if text.startswith("[matrix]") else "coin")


def test_presets_and_worlds_that_there_are_not(tmp_path):
    with pytest.raises(ValueError, match=r"unknown preset 'smol'; did you mean small.*toml"):
        preset("smol", "coin")
    with pytest.raises(ValueError, match=r"unknown world 'cion'; did you mean coin"):
        preset("small", "cion")
    with pytest.raises(FileNotFoundError, match=r"none\.toml"):
        preset(str(tmp_path / "none.toml"), "coin")


# ---------------------------------------------------------------------- asking for a run
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"heights": 3}, r"neither a setting nor a parameter of coin is called 'heights'; did you mean .*height"),
        ({"auto_reset": True}, r"is called 'auto_reset'"),
        ({"batch": 3}, r"is called 'batch'"),
        ({"R": 3}, r"is called 'R'"),
        ({"trace": 2}, r"^trace must lie in 0..1, got 2"),
        ({"seeds": [1, 1]}, r"seeds must be different.* got \[1, 1\]"),
        ({"seeds": []}, r"seeds must be different, and at least one, got \[\]"),
        ({"seed": 1, "seeds": [2]}, r"give seed or seeds, got both: 1 and \[2\]"),
        ({"episodes": 0}, r"^episodes "),
        ({"agents": "lase,a2c,go"}, r"the world has 2 players, got 3 agents"),
        ({"segment": 33}, r"the horizon must be a multiple of segment = 33, got 100"),
    ],
)
def test_runs_that_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        lc.train("coin", progress=False, **options)


def test_payoffs_of_the_matrix_game():
    run = lc.train("matrix", "cooperator,a2c", episodes=2, worlds=2, progress=False, R=7, T=7)
    assert run.config["parameters"] == {"horizon": 1, "R": 7, "T": 7}
    assert (run.metrics.reward.sel(agent=1) == 7).all()
