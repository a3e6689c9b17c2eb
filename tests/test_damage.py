"""Damaged, swapped and edited files of a run: one line that names one of them, or the right data; never others."""

import copy
import json
import os
import random
import shutil

import numpy as np
import pytest

from lase_core import checkpoints, netcdf, runs, training
from lase_core.cli import main
from lase_core.files import hold
from lase_core.jobs import job_of
from lase_core.plain import signed

TINY = {
    "world": "coin",
    "agents": "lase,a2c",
    "episodes": 8,
    "worlds": 2,
    "height": 3,
    "width": 3,
    "horizon": 4,
    "segment": 4,
    "hidden": (4,),
    "features": 4,
    "joint": 4,
    "estimate_hidden": 4,
    "replay": 4,
    "replay_batch": 2,
    "replay_every": 2,
    "replay_start": 2,
    "progress": False,
}
LAST = "checkpoint-00000004.npz"
CALM = {"versions": {"python": "3"}, "platform": "here", "git": None}  # asking git takes most of the time


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Save after each round, without waiting for git and the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_BETWEEN", -1.0)
        patch.setattr(runs, "surroundings", lambda: CALM)
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Train a run, two others that differ in a setting or a seed, and keep what the run's folder was after 3 rounds."""
    home = tmp_path_factory.mktemp("home")
    real = runs.write_metrics

    def write_metrics(folder, dataset):
        real(folder, dataset)
        if dataset.sizes["episode"] == 3:
            shutil.copytree(folder, home / "earlier")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "write_metrics", write_metrics)
        training.train(**TINY, seeds=(0, 1), out=home / "run")
    training.train(**TINY, seeds=(0, 2), out=home / "other seeds")
    training.train(**TINY, seeds=(0, 1), delta=0.2, out=home / "other settings")
    return home


@pytest.fixture
def run(home, tmp_path):
    shutil.copytree(home / "run", tmp_path / "run")
    return tmp_path / "run"


def files_of(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def command(capsys, *words):
    """Call a command, which may end well or say one line; return its exit code and what it printed."""
    code = main([str(word) for word in words])
    out, error = capsys.readouterr()
    lines = error.splitlines()
    if code == 0:
        assert all(line.startswith("note: ") for line in lines), error
    else:
        assert code == 2
        assert out == ""
        assert all(line.startswith("note: ") for line in lines[:-1]), error
        assert lines[-1].startswith("lase: ")
        assert "Traceback" not in error
    return code, out, error


# ---------------------------------------------------------------------- any damage
def damaged(home, rng):
    """Return what harm is done to which file, a function of the file's path, and what it is called."""
    name = rng.choice(files_of(home / "run"))
    content = (home / "run" / name).read_bytes()
    kind = rng.choice(["flip"] * 5 + ["cut"] * 2 + ["grow", "zeros", "swap", "swap", "other", "gone"])
    if kind == "flip":
        place, bit = rng.randrange(len(content)), rng.randrange(8)
        harm = bytearray(content)
        harm[place] ^= 1 << bit
        return name, bytes(harm), f"bit {bit} of byte {place}"
    if kind == "cut":
        length = rng.choice([0, 1, 63, 64, 65, len(content) - 1, len(content) - 64, rng.randrange(len(content))])
        return name, content[:length], f"cut to {length} bytes"
    if kind == "grow":
        more = rng.choice([b"\n", b"\0" * 64, content[-64:], content])
        return name, content + more, f"{len(more)} bytes more"
    if kind == "zeros":
        start = rng.randrange(len(content))
        return name, content[:start] + bytes(len(content[start : start + 512])) + content[start + 512 :], "zeros"
    if kind == "swap":  # with another file of the folder
        other = rng.choice(files_of(home / "run"))
        return name, (home / "run" / other).read_bytes(), f"replaced by {other}"
    if kind == "other":  # with the file of another run, or of the same at another time
        where = rng.choice(["other seeds", "other settings", "earlier"])
        if (home / where / name).exists():
            return name, (home / where / name).read_bytes(), f"that of {where}"
    return name, None, "gone"


def check_damage(home, right, folder, capsys, rng):
    """Harm a file of a copy of a run, and see what is read of it."""
    name, content, told = damaged(home, rng)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(home / "run", folder)
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    what = f"{name}: {told}"
    found, said = read(folder)
    if found is None:
        assert "\n" not in said
        assert name in said or "not that which summary.json was made of" in said, what
    else:
        same_run(found, right, what, summary_may_be_gone=name == "summary.json" and content is None)
    if "checkpoint" in name or name == "config.json":
        film(home, folder, capsys, what)
    code, out, error = command(capsys, "train", "--resume", folder, "--json")
    if code == 0:
        assert json.loads(out)["metrics"] == right.summary["metrics"], what
        broken = (
            name.startswith("checkpoints/")
            and not told.startswith(("that of", "gone"))
            and told != f"replaced by {name}"
        )
        if found is None or broken:
            assert "note: " in error, what  # it is said
        same_run(runs.read(folder), right, what)  # and mended
    else:
        assert name.rsplit("/", 1)[-1] in error or "no good checkpoint" in error or "config.json" in error, what


def read(folder):
    """Return a run, or None and why not."""
    try:
        return runs.read(folder), ""
    except (ValueError, FileNotFoundError) as bad:
        return None, str(bad)


def same_run(found, right, what, *, summary_may_be_gone=False):
    assert found.metrics.identical(right.metrics), what
    assert (found.config, found.seeds) == (right.config, right.seeds), what
    if not (summary_may_be_gone and found.summary == {}):
        assert found.summary["metrics"] == right.summary["metrics"], what


def film(home, folder, capsys, what):
    """Film the learners: those of the run's last round, or others of the run, which is said, or none."""
    code, out, error = command(capsys, "render", folder, "--out", folder.parent / "film.gif", "--steps", "1")
    if code == 0:
        step = int(out.split("after round ")[1].split(" of ")[0])
        assert step == 4 or "note: " in error or LAST in what, what  # without its last checkpoint it ends at 3
        trainer = job_of(home / "run").trainer()
        trainer.restore(checkpoints.load(home / "run" / "checkpoints", step).state, replay_of(home / "run", step))
        loaded = checkpoints.load(folder / "checkpoints", step)
        for name, (network, _) in trainer.networks().items():
            assert network.theta.tobytes() == loaded.state["networks"][name]["theta"].tobytes(), what


def replay_of(folder, step):
    return checkpoints.load(folder / "checkpoints", step).appended["replay"]


def test_damage_is_one_line_or_right_data(home, tmp_path, capsys):
    rng = random.Random(0)  # noqa: S311 (damage, not secrets)
    right = runs.read(home / "run")
    for _ in range(30):
        check_damage(home, right, tmp_path / "run", capsys, rng)


@pytest.mark.slow
def test_six_hundred_damages(home, tmp_path, capsys):
    rng = random.Random(1)  # noqa: S311 (as above)
    right = runs.read(home / "run")
    for _ in range(600):
        check_damage(home, right, tmp_path / "run", capsys, rng)


def test_every_bit_of_the_metrics(home):
    content = (home / "run" / "metrics.nc").read_bytes()
    for place in range(0, len(content), 7):
        bad = bytearray(content)
        bad[place] ^= 1 << place % 8
        with pytest.raises(ValueError, match=r"metrics\.nc is damaged"):
            netcdf.from_bytes(bytes(bad), "metrics.nc")


# ---------------------------------------------------------------------- metrics and summary
def test_metrics_can_be_read_by_others(run):
    from scipy.io import netcdf_file

    with netcdf_file(run / "metrics.nc", mmap=False) as found:  # a reader that knows nothing of checksums
        np.testing.assert_array_equal(found.variables["reward"][:], runs.read(run).metrics.reward)


def test_what_is_wrong_with_metrics_is_said_in_its_own_words(home, run):
    path = run / "metrics.nc"
    good = path.read_bytes()
    for content, said in (
        (
            good[:-64],
            r"metrics.nc is damaged: its \d+ bytes do not end with a checksum \(or an older version wrote it\)",
        ),
        (good[:500] + b"?" + good[501:], r"metrics.nc is damaged: \d+ bytes with a wrong checksum"),
        (b"", "metrics.nc is empty"),
        ((home / "other seeds" / "metrics.nc").read_bytes(), "metrics.nc is of another run than config.json beside it"),
        ((home / "earlier" / "metrics.nc").read_bytes(), "metrics.nc is not that which summary.json was made of"),
        (netcdf.sealed(b"CDF"), "metrics.nc must be netCDF 3 as this version writes it, got "),
    ):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"^.*{said}.*; lase train --resume .*run writes it anew$"):
            runs.read(run)


@pytest.mark.parametrize("name", ["metrics.nc", "summary.json"])
def test_resume_mends_a_run_that_is_over(home, run, capsys, name):
    for content in (None, b"", (home / "other seeds" / name).read_bytes()):
        (run / name).unlink() if content is None else (run / name).write_bytes(content)
        code, _, error = command(capsys, "train", "--resume", run)
        assert code == 0
        assert name in error.split(";")[0]
        assert error.endswith("metrics.nc and summary.json are written again from the last checkpoint\n")
        same_run(runs.read(run), runs.read(home / "run"), name)
        assert command(capsys, "train", "--resume", run)[2] == ""


def test_resume_names_an_older_checkpoint_that_is_damaged(run, capsys):
    path = run / "checkpoints" / "checkpoint-00000002.npz"
    path.write_bytes(path.read_bytes()[:-1])
    code, _, error = command(capsys, "train", "--resume", run)
    assert code == 0
    assert error.startswith("note: checkpoint-00000002.npz: it is damaged: ")
    assert error.endswith("; the run does not need it\n")


def test_what_killed_writers_left_is_swept(run, capsys):
    left = [".metrics.nc.77.part", "checkpoints/.checkpoint-00000004.npz.99.part", ".backup.2025"]
    for name in left:
        (run / name).write_bytes(b"half")
    assert command(capsys, "train", "--resume", run)[0] == 0
    assert [name for name in files_of(run) if "/." in f"/{name}"] == [".backup.2025"]  # which is not ours


@pytest.mark.parametrize("name", ["config.json", "summary.json"])
def test_a_folder_in_the_place_of_a_file_is_named(run, capsys, name):
    (run / name).unlink()
    (run / name).mkdir()
    code, _, error = command(capsys, "train", "--resume", run)
    assert code != 0
    assert f"{name}" in error
    assert "folder" in error
    assert "no run in" not in error


def test_the_second_writer_is_told(home, run, capsys):
    with hold(run):
        before = {name: (run / name).read_bytes() for name in files_of(run)}
        for words in (("--resume", run), ("coin", "--out", run)):
            code, _, error = command(capsys, "train", *words)
            assert code == 2
            assert "is being written by process " in error
            assert error.count("\n") == 1
        assert {name: (run / name).read_bytes() for name in files_of(run)} == before
        same_run(runs.read(run), runs.read(home / "run"), "reading needs no lock")
    with hold(run.parent / "new"):  # somebody has just begun there
        code, _, error = command(capsys, "train", "coin", "--out", run.parent / "new")
        assert code == 2
        assert f"new is being written by process {os.getpid()} on " in error
    assert list((run.parent / "new").iterdir()) == []


# ---------------------------------------------------------------------- folders of older versions
def without_checksums(folder):
    """Make a folder what it was before there were checksums of all files."""
    for name in ("config.json", "summary.json"):
        plain = json.loads((folder / name).read_bytes())
        del plain["checksums"]
        (folder / name).write_text(json.dumps(plain))
    (folder / "metrics.nc").write_bytes((folder / "metrics.nc").read_bytes()[:-64])


def test_a_folder_without_checksums_says_so_and_force_gives_it_some(home, run, capsys):
    without_checksums(run)
    said = r"config.json has no checksum, as older versions wrote it: lase train --resume .* --force compares it with"
    with pytest.raises(ValueError, match=said):
        runs.read(run)
    for words in (("render", run, "--out", run.parent / "a.gif"), ("train", "--resume", run)):
        code, _, error = command(capsys, *words)
        assert code == 2
        assert "has no checksum" in error
    code, _, error = command(capsys, "train", "--resume", run, "--force")
    assert code == 0
    assert "metrics.nc and summary.json are written again from the last checkpoint" in error
    same_run(runs.read(run), runs.read(home / "run"), "sealed")
    assert command(capsys, "train", "--resume", run)[2] == ""


def test_force_does_not_trust_what_the_checkpoints_contradict(run, capsys):
    without_checksums(run)
    path = run / "config.json"
    path.write_text(path.read_text().replace('"delta": 0.1', '"delta": 0.7'))
    code, _, error = command(capsys, "train", "--resume", run, "--force")
    assert code == 2
    assert "config.json" in error
    assert f"is not what {LAST} was trained with: settings.delta: 0.1 there, 0.7 here" in error
    assert "checksums" not in json.loads(path.read_bytes())
    path.write_text(json.dumps(signed(json.loads(path.read_bytes()))).replace('"delta": 0.7', '"delta": 0.1'))
    code, _, error = command(capsys, "train", "--resume", run, "--force")  # a wrong checksum is worse than none
    assert code == 2
    assert "config.json is damaged or edited: its checksum is wrong" in error


# ---------------------------------------------------------------------- right checksums, other content
def of(state, *path):
    for key in path:
        state = state[key]
    return state


def setting(*path, to):
    """Change one entry of a state."""

    def change(state, _):
        of(state, *path[:-1])[path[-1]] = to(of(state, *path)) if callable(to) else to

    return change


def rows(name, to):
    """Change the rows of the replay."""

    def change(_, appended):
        appended[name] = to(appended[name])

    return change


THETA = ("networks", "acting", "theta")
EDITS = {
    "round -1": (setting("round", to=-1), "must hold round 4, got -1"),
    "round 3": (setting("round", to=3), "must hold round 4, got 3"),
    "round as text": (setting("round", to="4"), "must hold round 4, got '4'"),
    "no round": (lambda state, _: state.pop("round"), "must hold round 4, got None"),
    "no networks": (lambda state, _: state.pop("networks"), r"state['networks'] must be dict, got NoneType"),
    "another network": (setting("networks", to=lambda n: n | {"x": n["acting"]}), "must have the keys acting, "),
    "one number for all": (setting(*THETA, to=np.zeros((1, 1, 1), np.float32)), "must be float32 of shape (2, 2, "),
    "one seed for all": (setting(*THETA, to=lambda a: a[:1]), "must be float32 of shape (2, 2, "),
    "float64": (setting(*THETA, to=lambda a: a.astype(float)), "got float64 of shape"),
    "not a number": (setting(*THETA, to=lambda a: a * np.nan), "state['networks']['acting']['theta'] must be finite"),
    "infinite": (setting("networks", "acting", "square", to=lambda a: a / 0), "['square'] must be finite"),
    "steps -3": (setting("networks", "acting", "steps", to=-3), "['steps'] must be at least 0, got -3"),
    "steps 2.5": (setting("networks", "acting", "steps", to=2.5), "['steps'] must be int, got float"),
    "another generator": (setting("rng", "bit_generator", to="MT19937"), "must be 'PCG64', got 'MT19937'"),
    "a generator's number": (setting("rng", "state", "inc", to=2**200), "too large"),
    "nobody's empathy": (setting("empathies", to=[]), "state['empathies'] must have 1 entries, got 0"),
    "no empathy": (setting("empathies", 0, "range", to=np.zeros((2, 7), np.float32)), "['range'] must be float32"),
    "replay of 9 rounds": (setting("replay", "rounds", to=9), "state['replay'] must be {'rounds': 4, "),
    "replay of another world": (setting("replay", "width", to=3), "state['replay'] must be {'rounds': 4, "),
    "no replay": (setting("replay", to=None), "state['replay'] must be {'rounds': 4, "),
    "rows of one seed": (rows("actions", lambda a: a[:, :1]), "replay['actions'] must be int8 of shape (2, 2, "),
    "rewards in halves": (rows("rewards", lambda a: a.astype(np.float16)), "replay['rewards'] must be float32"),
    "action 99": (rows("actions", lambda a: np.full_like(a, 99)), "replay['actions'] must lie in -1..3"),
    "no measures": (lambda state, _: state.pop("metrics"), "metrics must be dict, got NoneType"),
    "no reward": (lambda state, _: state["metrics"].pop("reward"), "metrics must have the keys "),
    "rounds missing": (setting("metrics", "reward", to=lambda a: a[:3]), "metrics['reward'] must be float64 of shape"),
    "other measures": (setting("metrics", "entropy", to=lambda a: a[..., :1]), "metrics['entropy'] must be float64"),
    "no configuration": (lambda state, _: state.pop("config"), "is not what checkpoint-00000004.npz was trained with"),
    "other seeds": (setting("config", "seeds", to=[0, 5]), "seeds: [0, 5] there, [0, 1] here"),
    "nothing": (lambda state, _: state.clear(), "is not what checkpoint-00000004.npz was trained with"),
}


@pytest.mark.parametrize("which", EDITS)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_a_valid_checkpoint_of_other_content_is_refused(run, capsys, which):
    change, told = EDITS[which]
    loaded = checkpoints.load(run / "checkpoints")
    state, appended = copy.deepcopy(loaded.state), dict(loaded.appended["replay"])
    change(state, appended)
    chunks = checkpoints.Chunks({"replay": 2})
    checkpoints.save(run / "checkpoints", 4, state, append={"replay": appended}, chunks=chunks)
    before = {name: (run / name).read_bytes() for name in files_of(run)}
    code, _, error = command(capsys, "train", "--resume", run)
    assert code == 2
    assert error.count("\n") == 1
    assert told in error
    assert LAST in error
    assert {name: (run / name).read_bytes() for name in files_of(run)} == before
    if "metrics" not in told and "replay" not in told:  # which films do without
        code, _, error = command(capsys, "render", run, "--out", run.parent / "film.gif", "--steps", "1")
        assert code == 2
        assert told in error


@pytest.mark.parametrize("where", ["other seeds", "other settings"])
@pytest.mark.parametrize("name", ["config.json", f"checkpoints/{LAST}"])
def test_a_good_file_of_another_run_is_refused(home, run, capsys, where, name):
    for path in (home / where / "checkpoints").glob("rows-*"):  # what its checkpoint needs is there
        shutil.copy(path, run / "checkpoints")
    shutil.copy(home / where / name, run / name)
    differs = "seeds: " if where == "other seeds" else "settings.delta: "
    for words in (("train", "--resume", run), ("render", run, "--out", run.parent / "film.gif", "--steps", "1")):
        code, _, error = command(capsys, *words)
        assert code == 2
        assert f"is not what {LAST} was trained with: {differs}" in error


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("config", "episodes"), "8"),
        (("config", "episodes"), -8),
        (("config", "world"), "cion"),
        (("config", "world"), ["coin"]),
        (("config", "agents"), ["lase"]),
        (("config", "agents"), ["lase:perspective", 3]),
        (("config", "agents"), 5),
        (("config", "settings", "worlds"), "2"),
        (("config", "settings", "hidden"), [4.5]),
        (("config", "settings", "unheard"), 1),
        (("config", "settings"), None),
        (("config", "parameters"), {"height": "3"}),
        (("config", "parameters"), {"batch": 7}),
        (("config", "parameters"), [1]),
        (("config",), {}),
        (("seeds",), []),
        (("seeds",), [0, 0]),
        (("seeds",), [-1]),
        (("seeds",), [2**60]),
        (("seeds",), "01"),
    ],
)
def test_a_configuration_with_a_right_checksum_is_not_trusted(run, capsys, path, value):
    there = json.loads((run / "config.json").read_bytes())
    del there["checksums"]
    of(there, *path[:-1])[path[-1]] = value
    (run / "config.json").write_text(json.dumps(signed(there)))
    for words in (("train", "--resume", run), ("render", run, "--out", run.parent / "film.gif", "--steps", "1")):
        code, _, error = command(capsys, *words)
        assert code == 2
        assert error.count("\n") == 1
        assert "run" in error
