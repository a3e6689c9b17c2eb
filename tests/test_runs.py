"""The folder of a run."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lase_core import runs, surroundings
from lase_core.runs import check_same, create, read, write_metrics, write_summary

CONFIG = {"world": "coin", "parameters": {"size": 5, "colours": (1, 2)}, "rate": 1e-3, "clip": None, "shuffle": True}
SURROUNDINGS = {
    "versions": {"python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "lase-toolkit": "0.1.0"},
    "platform": "Linux",
    "git": {"commit": "a" * 40, "dirty": False},
}


# ---------------------------------------------------------------------- beginning
def test_what_is_written_down(tmp_path):
    before = datetime.now(UTC).replace(microsecond=0)
    create(tmp_path / "a" / "run", CONFIG | {"path": Path("x"), "n": np.int64(3), "w": np.array([0.5])}, seeds=range(2))
    there = json.loads((tmp_path / "a" / "run" / "config.json").read_text(encoding="utf-8"))
    parameters = {"size": 5, "colours": [1, 2]}
    assert there["config"] == CONFIG | {"parameters": parameters, "path": "x", "n": 3, "w": [0.5]}
    assert there["seeds"] == [0, 1]
    assert there["versions"]["numpy"] == np.__version__
    assert set(there["versions"]) == {"python", "numpy", "scipy", "lase-toolkit"}
    assert before <= datetime.fromisoformat(there["started"]) <= datetime.now(UTC)
    assert set(there) == {"config", "seeds", "versions", "platform", "git", "started", "checksums"}
    run = read(tmp_path / "a" / "run")
    assert (run.config, run.seeds, run.folder) == (there["config"], (0, 1), tmp_path / "a" / "run")
    assert (dict(run.metrics.variables), run.summary) == ({}, {})


def test_a_folder_that_holds_something(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"new or empty, got .*, which holds notes.txt; use --resume"):
        create(tmp_path, {})
    with pytest.raises(ValueError, match="which holds a file"):
        create(tmp_path / "notes.txt", {})
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("config", "error", "said"),
    [
        ({"a": [1.0, float("inf")]}, ValueError, r"config.a\[1\] must be finite, got inf"),
        ({"a": {"b": {1}}}, TypeError, r"config.a.b must be .* got \{1\}"),
        ({1: 2}, TypeError, r"config must be .* strings as keys.* got \{1: 2\}"),
    ],
)
def test_what_has_no_place_in_json(tmp_path, config, error, said):
    with pytest.raises(error, match=said):
        create(tmp_path / "run", config)
    assert not (tmp_path / "run").exists()  # so that one can try again


# ---------------------------------------------------------------------- git
def test_git_of_a_checkout(tmp_path, monkeypatch):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)  # noqa: S603, S607
        return done.stdout.strip()

    package = tmp_path / "lase_core"
    package.mkdir()
    (package / "files.py").write_text("")
    monkeypatch.setattr(surroundings, "__file__", str(package / "surroundings.py"))
    assert surroundings._git() is None  # no repository
    git("init", "-q")
    assert surroundings._git() is None  # somebody else's repository, which knows nothing of this package
    git("add", ".")
    git("commit", "-qm", "a")
    assert surroundings._git() == {"commit": git("rev-parse", "HEAD"), "dirty": False}
    (package / "files.py").write_text("changed")
    assert surroundings._git() == {"commit": git("rev-parse", "HEAD"), "dirty": True}
    monkeypatch.setattr(surroundings, "_SECONDS", 1e-9)
    assert surroundings._git() is None  # too slow to wait for
    monkeypatch.setattr(surroundings.shutil, "which", lambda _: None)
    assert surroundings._git() is None


# ---------------------------------------------------------------------- going on
@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "surroundings", lambda: SURROUNDINGS)
    create(tmp_path / "run", CONFIG, seeds=[1, 2])
    return tmp_path / "run"


def test_the_same_may_go_on(folder):
    assert check_same(folder, CONFIG, [1, 2]) == ()
    assert check_same(folder, dict(reversed(CONFIG.items())), (1, 2)) == ()
    assert check_same(folder, CONFIG) == ()


@pytest.mark.parametrize(
    ("changes", "seeds", "differ"),
    [
        ({"rate": 0.01}, [1, 2], ["config.rate: 0.001 there, 0.01 here"]),
        ({"shuffle": 1}, [1, 2], ["config.shuffle: True there, 1 here"]),
        (
            {"parameters": {"size": 6, "colours": [1, 3], "new": "x"}},
            [1, 2],
            [
                "config.parameters.size: 5 there, 6 here",
                "config.parameters.colours: [1, 2] there, [1, 3] here",
                "config.parameters.new: absent there, 'x' here",
            ],
        ),
        (
            {"parameters": {"size": 5}},
            [1],
            ["config.parameters.colours: [1, 2] there, absent here", "seeds: [1, 2] there, [1] here"],
        ),
    ],
)
def test_exactly_what_differs_is_listed(folder, changes, seeds, differ):
    for force in (False, True):  # another config is another run, whatever is forced
        with pytest.raises(ValueError, match="config must be that of the run in") as told:
            check_same(folder, CONFIG | changes, seeds, force=force)
        assert str(told.value).split("got differences: ")[1] == "; ".join(differ)


def test_other_versions_need_force(folder, monkeypatch):
    other = {"versions": SURROUNDINGS["versions"] | {"numpy": "2.5.0"}, "platform": "Linux 7", "git": None}
    monkeypatch.setattr(runs, "surroundings", lambda: other)
    line = "versions.numpy: '2.4.6' there, '2.5.0' here"
    with pytest.raises(ValueError, match=line + "; another version may compute other numbers; --force"):
        check_same(folder, CONFIG, [1, 2])
    notes = check_same(folder, CONFIG, [1, 2], force=True)
    assert notes[:2] == (line, "platform: 'Linux' there, 'Linux 7' here")
    assert notes[2].startswith("git: {'commit': 'aaa")


def test_no_run_to_go_on_with(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no run in .*: it has no config.json"):
        check_same(tmp_path, {})
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match=r"config.json must be JSON"):
        read(tmp_path)


# ---------------------------------------------------------------------- results
@pytest.fixture(scope="module")
def one_run(tmp_path_factory):
    """Make a run whose metrics are written again and again."""
    folder = tmp_path_factory.mktemp("one")
    create(folder, {})
    return folder


KINDS = ["?", "i1", "u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "U3"]
ELEMENTS = {
    "<i8": st.integers(-(2**53), 2**53) | st.integers(-(2**31) - 2, -(2**31) + 2),
    "<u8": st.integers(0, 2**53),
    "U3": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3),
}


@given(st.data(), st.sampled_from(KINDS), st.tuples(st.integers(0, 3), st.integers(1, 3)) | st.just(()))
def test_every_dtype_comes_back(one_run, data, kind, shape):
    values = data.draw(hnp.arrays(kind, shape, elements=ELEMENTS.get(kind)))
    dataset = xr.Dataset({"a": (("t", "seed")[: len(shape)], values, {"units": "seconds since 2000-01-01"})})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)  # most of the time would be the disk's
        write_metrics(one_run, dataset)
    found = read(one_run).metrics
    assert found.identical(dataset)
    assert found["a"].dtype == values.dtype
    if values.dtype.kind in "fiub":
        assert found["a"].to_numpy().astype(values.dtype).tobytes() == values.tobytes() or np.isnan(values).any()


@pytest.mark.parametrize("most", [2**31 - 1, 2**31, 2**53, -(2**31), -(2**31) - 1, -(2**53)])
def test_whole_numbers_at_the_limits(tmp_path, most):
    create(tmp_path, {})
    write_metrics(tmp_path, xr.Dataset({"a": ("t", [0, most])}))
    assert read(tmp_path).metrics["a"].to_numpy().tolist() == [0, most]


def test_coordinates_and_attributes(tmp_path):
    create(tmp_path, {})
    dataset = xr.Dataset(
        {"reward": (("step", "seed", "agent"), np.ones((3, 2, 2), np.float32)), "last": 3.5},
        coords={
            "step": [0, 10, 2**40],
            "seed": np.array([7, 8], np.int32),
            "agent": ["Ana", "Zoë"],
            "kind": ("agent", ["lase", "selfish"]),
            "small": ("seed", np.array([0, 255], np.uint8)),
            "done": ("seed", [True, False]),
        },
        attrs={"title": "é", "rate": 0.5},
    )
    before = dataset.copy(deep=True)
    write_metrics(tmp_path, dataset)
    found = read(tmp_path).metrics
    assert found.identical(dataset)
    assert dataset.identical(before)  # what was given is left as it was
    assert {name: v.dtype for name, v in found.variables.items()} == {
        name: v.dtype for name, v in dataset.variables.items()
    }
    assert found.sel(agent="Zoë", step=10)["reward"].shape == (2,)
    assert set(found.indexes) == {"step", "seed", "agent"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.array([2**53 + 1]), r"dataset\['a'\] must be whole numbers of at most 2\*\*53, got 9007199254740993"),
        (np.array([1j]), r"dataset\['a'\] must be real numbers, booleans or strings, got complex128"),
        (np.array(["2000-01-01"], "M8[ns]"), r"dataset\['a'\] must be real numbers"),
    ],
)
def test_what_netcdf_cannot_hold(tmp_path, values, said):
    create(tmp_path, {})
    with pytest.raises(ValueError, match=said):
        write_metrics(tmp_path, xr.Dataset({"a": ("t", values)}))
    with pytest.raises(ValueError, match=r"dataset\['a'\] must not be empty along \('t',\), got the shape \(2, 0\)"):
        write_metrics(tmp_path, xr.Dataset({"a": (("n", "t"), np.zeros((2, 0)))}))
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]


def test_a_summary_is_json_for_every_reader(tmp_path):
    create(tmp_path, {})
    metrics = {"welfare": np.float32(0.5), "equality": np.nan, "per agent": np.array([1.0, -np.inf])}
    write_summary(tmp_path, {"metrics": metrics, "steps": 10, "seconds": 0.25})

    def refuse(constant):
        raise AssertionError(constant)

    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    plain = {"metrics": {"welfare": 0.5, "equality": None, "per agent": [1.0, None]}, "steps": 10, "seconds": 0.25}
    found = json.loads(text, parse_constant=refuse)
    assert set(found.pop("checksums")) == {"config.json", "metrics.nc", "the rest"}
    assert found == plain == read(tmp_path).summary
    with pytest.raises(ValueError, match=r"summary must have the last metrics under 'metrics', got the keys \['a'\]"):
        write_summary(tmp_path, {"a": 1})
    assert read(tmp_path).summary == plain


def test_importing_is_quick():
    code = "import sys, lase_core.runs, lase_core.checkpoints; print({'xarray', 'pandas', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "set()"
