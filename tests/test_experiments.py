"""Cells that figures read: that they are what was gathered, and what is made of them."""

import gzip
import hashlib
import importlib.util
import json

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from lase_core import experiments, statistics
from lase_core.jobs import job
from lase_core.report import checkout


@pytest.fixture(scope="module")
def runner():
    """Load the script that ran them."""
    path = checkout() / "figures" / "experiments.py"
    spec = importlib.util.spec_from_file_location("figures_experiments", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def series(rounds, seeds=3):
    """Make metrics of a run of so many rounds of 4 episodes."""
    reward = np.random.default_rng(0).normal(size=(seeds, rounds, 2))
    return xr.Dataset(
        {"reward": (("seed", "episode", "agent"), reward), "collective": (("seed", "episode"), reward.sum(axis=-1))},
        coords={"seed": range(seeds), "episode": 4 * np.arange(1, rounds + 1)},
    )


@pytest.fixture
def folder(tmp_path, monkeypatch, runner):
    """Make a checkout with two cells."""
    data = tmp_path / "figures" / "data"
    data.mkdir(parents=True)
    cells = {}
    for name, rounds in (("main coin a2c", 88), ("main coin go", 7)):
        small = runner.condense(series(rounds))
        config = json.dumps({"world": "coin", "episodes": 400, "preset": "small"})
        small.attrs |= {"cell": name, "seconds": 90.0, "config": config}
        packed = gzip.compress(bytes(small.to_netcdf(engine="scipy")))
        path = data / f"{name.replace(' ', '__')}.nc.gz"
        path.write_bytes(packed)
        cells[name] = {"file": path.name, "sha256": hashlib.sha256(packed).hexdigest()}
    (data / "manifest.json").write_text(json.dumps({"cells": cells}))
    monkeypatch.setattr(experiments, "checkout", lambda: tmp_path)
    return data


# ---------------------------------------------------------------------- what is committed
def test_committed_cells_are_whole(runner):
    """Files are those of the manifest, gifts move rewards only, and all that is listed is known to the script."""
    manifest = json.loads((checkout() / "figures" / "data" / "manifest.json").read_text())
    assert set(manifest["cells"]) == set(runner.cells())
    for name in manifest["cells"]:
        data = experiments.read(name)
        assert data.attrs["cell"] == name
        _check_config(json.loads(data.attrs["config"]), runner.cells()[name])
        assert data.sizes["seed"] == len(runner.cells()[name].get("seeds", runner.SEEDS))
        assert np.isfinite(data.collective).all()
        assert float(np.abs(data.imbalance).max()) < 1e-5
        np.testing.assert_allclose(data.total.sum("agent"), data.reward.sum("agent"), atol=1e-3)


def _check_config(kept, options):
    """Compare what a cell was run with and what the script would run today, but for settings that are newer."""
    asked = {key: value for key, value in options.items() if key not in {"world", "agents", "seeds", "episodes"}}
    now = job(
        options["world"],
        options["agents"],
        episodes=options.get("episodes"),
        seeds=(0,),
        preset_name="small",
        changes=asked,
    ).to_dict()
    settings = kept.pop("settings")
    wanted = json.loads(json.dumps(now.pop("settings")))
    assert kept == json.loads(json.dumps(now))
    assert {k: v for k, v in settings.items() if k in wanted} == {k: v for k, v in wanted.items() if k in settings}


def test_no_file_is_left_over():
    data = checkout() / "figures" / "data"
    manifest = json.loads((data / "manifest.json").read_text())
    assert {path.name for path in data.glob("*.gz")} == {cell["file"] for cell in manifest["cells"].values()}


def test_names_and_colours(runner):
    wanted = {f"main {world} {name}" for world in experiments.WORLDS for name in experiments.ALGORITHMS}
    assert wanted == {name for name in runner.cells() if name.startswith("main ")}
    assert len({look.color for look in experiments.ALGORITHMS.values()}) == len(experiments.ALGORITHMS)
    assert len({look.marker for look in experiments.ALGORITHMS.values()}) == len(experiments.ALGORITHMS)


# ---------------------------------------------------------------------- reading
def test_ends_are_the_last_tenth_of_the_rounds(folder):
    whole = series(88).astype(np.float32)
    # 88 rounds in 50 parts of one or two: the last five parts are eight rounds, the first five are nine
    np.testing.assert_allclose(experiments.ends("main coin a2c", "reward"), whole.reward[:, -8:].mean("episode"), 1e-5)
    np.testing.assert_allclose(experiments.starts("main coin a2c", "reward"), whole.reward[:, :9].mean("episode"), 1e-5)
    # a run shorter than ten parts ends with its last one
    last = series(7).collective[:, -1]
    np.testing.assert_allclose(experiments.ends("main coin go", "collective"), last, 1e-5)


def test_what_is_read_can_be_changed(folder):
    data = experiments.read("main coin a2c")
    data["reward"] = data.reward * 0
    assert float(np.abs(experiments.read("main coin a2c").reward).max()) > 0


def test_how_it_was_run(folder):
    text = experiments.how_run(["main coin a2c", "main coin go"])
    for part in ("'small'", "3 seeds", "Coin 400", "2 runs", "3 minutes"):
        assert part in text


def test_an_unknown_cell(folder):
    with pytest.raises(ValueError, match=r"no cell is called 'main coin a3c'; did you mean 'main coin a2c'"):
        experiments.read("main coin a3c")


def test_another_file(folder):
    (folder / "main__coin__a2c.nc.gz").write_bytes(gzip.compress(b"CDF"))
    with pytest.raises(ValueError, match=r"is not the file that manifest\.json lists: take figures/data"):
        experiments.read("main coin a2c")


def test_a_missing_file(folder):
    (folder / "main__coin__a2c.nc.gz").unlink()
    with pytest.raises(ValueError, match=r"main__coin__a2c\.nc\.gz is missing"):
        experiments.read("main coin a2c")


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text())


def test_a_cell_is_the_one_that_it_is_listed_as(folder):
    kept = manifest_of(folder)
    kept["cells"] = dict(zip(kept["cells"], reversed(kept["cells"].values()), strict=True))
    (folder / "manifest.json").write_text(json.dumps(kept))
    with pytest.raises(
        ValueError, match=r"a2c\.nc\.gz holds the cell 'main coin a2c', and .* lists it as 'main coin go'"
    ):
        experiments.read("main coin go")


DAMAGED = {
    "empty": b"",
    "not packed": b"CDF",
    "cut": gzip.compress(b"CDF"),
    "other": gzip.compress(b"no netCDF"),
    "a beginning": b"\x1f\x8b",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_manifest_that_was_edited_with_the_file(folder, content):
    kept = manifest_of(folder)
    (folder / "main__coin__a2c.nc.gz").write_bytes(content)
    kept["cells"]["main coin a2c"]["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(kept))
    with pytest.raises(ValueError, match=r"main__coin__a2c\.nc\.gz (cannot be read: |is missing)") as told:
        experiments.read("main coin a2c")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "3", '{"cells": []}', '{"cells": {"a": 3}}', '{"cells": {"a": {"file": 3}}}', "[" * 10**5],
)
def test_a_damaged_manifest(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ValueError, match=r"manifest\.json is damaged: take figures/data from the project again$"):
        experiments.read("main coin a2c")


def test_no_bit_of_a_cell_or_its_manifest_is_read_as_another(folder, monkeypatch):
    right = experiments.read("main coin a2c")
    rng = np.random.default_rng(0)
    for name in ("main__coin__a2c.nc.gz", "manifest.json"):
        good = (folder / name).read_bytes()
        for place in rng.integers(len(good), size=40):
            bad = bytearray(good)
            bad[place] ^= 1 << rng.integers(8)
            (folder / name).write_bytes(bytes(bad))
            experiments._manifest.cache_clear()
            experiments._read.cache_clear()
            try:
                found = experiments.read("main coin a2c")
            except ValueError as told:
                assert name in str(told) or "no cell is called" in str(told)  # noqa: PT017 (either is right)
            else:
                assert found.identical(right)
        (folder / name).write_bytes(good)
    experiments._manifest.cache_clear()
    experiments._read.cache_clear()


# ---------------------------------------------------------------------- running them
@pytest.fixture
def places(tmp_path, monkeypatch, runner):
    """Let the script keep its cells elsewhere, and know two small ones."""
    small = {"world": "coin", "agents": "a2c", "episodes": 4, "worlds": 2, "horizon": 4, "segment": 4, "hidden": (4,)}
    known = {"one": small | {"seeds": (0, 1)}, "two": small | {"seeds": (2,), "discount": 0.9}}
    monkeypatch.setattr(runner, "OUT", tmp_path / "out")
    monkeypatch.setattr(runner, "DATA", tmp_path / "figures" / "data")
    monkeypatch.setattr(experiments, "checkout", lambda: tmp_path)
    (tmp_path / "figures").mkdir()
    runner.OUT.mkdir()
    return known


def test_a_kept_cell_counts_as_done_by_its_content(runner, places, capsys):
    one, two = places["one"], places["two"]
    assert runner.kept("one", one) is None
    assert capsys.readouterr().out == ""  # that it has not been run is nothing to tell
    runner.run(("one", one))
    runner.run(("two", two))
    assert [path.name for path in runner.OUT.iterdir() if path.name.startswith(".")] == []
    good = runner.path_of("one").read_bytes()
    assert runner.kept("one", one) == good
    # as it would be run now, another way of learning, other seeds, another length
    for other in ({"discount": 0.5}, {"seeds": (0, 2)}, {"episodes": 8}, {"agents": "go"}):
        assert runner.kept("one", one | other) is None
        assert "is of another cell or configuration than one: it is run again" in capsys.readouterr().out
    for content, told in (
        (b"", "is empty"),
        (good[:-1], "is damaged"),
        (good[:300] + b"?" + good[301:], "is damaged"),
        (runner.path_of("two").read_bytes(), "is of another cell"),
    ):
        runner.path_of("one").write_bytes(content)
        assert runner.kept("one", one) is None
        assert told in capsys.readouterr().out
    assert runner.kept("two", two) is not None


def test_what_is_gathered_joins_what_is_there(runner, places):
    one, two = places["one"], places["two"]
    runner.run(("one", one))
    runner.gather(places)
    assert set(manifest_of(runner.DATA)["cells"]) == {"one"}
    right = experiments.read("one")
    assert right.sizes["seed"] == 2
    runner.run(("two", two))
    runner.path_of("one").write_bytes(b"damaged")
    runner.gather(places)
    assert set(manifest_of(runner.DATA)["cells"]) == {"one", "two"}
    experiments._manifest.cache_clear()
    experiments._read.cache_clear()
    assert experiments.read("one").identical(right)
    assert experiments.read("two").sizes["seed"] == 1
    experiments._manifest.cache_clear()
    experiments._read.cache_clear()


def test_no_experiments(tmp_path, monkeypatch):
    monkeypatch.setattr(experiments, "checkout", lambda: tmp_path)
    with pytest.raises(ValueError, match=r"no experiments in .*: run `python figures/experiments\.py`"):
        experiments.read("main coin a2c")


# ---------------------------------------------------------------------- statistics
def test_interval_is_that_of_student():
    values = np.random.default_rng(1).normal(2, 3, (10, 4))
    mean, half = statistics.interval(values)
    expected = stats.t.interval(0.95, 9, loc=values.mean(axis=0), scale=stats.sem(values, axis=0))
    np.testing.assert_allclose([mean - half, mean + half], expected)


def test_interval_leaves_out_what_is_undefined():
    values = np.array([[1.0, np.nan, np.nan], [2.0, np.nan, 5.0], [3.0, np.nan, np.nan]])
    mean, half = statistics.interval(values)
    np.testing.assert_allclose(mean, [2, np.nan, 5])
    np.testing.assert_allclose(half, [stats.t.ppf(0.975, 2) / np.sqrt(3), np.nan, np.nan])


def test_intervals_hold_the_mean_as_often_as_they_say():
    draws = np.random.default_rng(2).normal(1, 2, (5, 4000))
    mean, half = statistics.interval(draws)
    assert abs((np.abs(mean - 1) <= half).mean() - 0.95) < 0.012


def test_differences():
    rng = np.random.default_rng(3)
    a, b = rng.normal(0, 1, 10), rng.normal(3, 4, 8)
    d = statistics.difference(a, b)
    low, high = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert (d.mean - d.half, d.mean + d.half) == pytest.approx((low, high))
    assert statistics.difference(b + 9, a).sign == 1
    assert statistics.difference(a, b + 9).say("more", "less", "level") == "less"
    assert statistics.difference(a, a).sign == 0
    # what two players of a run have in common does not widen the interval of their difference
    assert statistics.difference(a + 0.1, a, paired=True).sign == 1
    assert statistics.difference(np.ones(3), np.zeros(3)).sign == 1  # without spread
    assert str(statistics.Difference(-1.0, 0.5)) == "−1.00 ± 0.50"


def test_rank_is_that_of_spearman():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(5, 10)).round(1)  # with ties
    y = x + rng.normal(size=(5, 10))
    found = statistics.rank(x, y)
    assert found.rho == pytest.approx(stats.spearmanr(x.ravel(), y.ravel()).statistic)
    assert found.low < found.rho < found.high
    assert found.sign == 1
    assert statistics.rank(x, -y).sign == -1
    assert str(statistics.Rank(-0.001, -0.2, 0.3)) == "0.00 [−0.20, 0.30]"


def test_rank_within_groups():
    # groups rise together, while within each the second falls with the first
    x = np.arange(20.0).reshape(4, 5)
    y = np.repeat(np.arange(4.0) * 10, 5).reshape(4, 5) - x % 5
    assert statistics.rank(x, y).rho > 0.8
    assert statistics.rank(x, y, within=True).rho == pytest.approx(-1)
    assert statistics.rank(np.ones((2, 5)), y[:2], within=True).rho == 0  # one measure is the same everywhere
