"""Checkpoints: what comes back is what was saved, or nothing does."""

import hashlib
import io
import json
import os
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from killable import Killable

from lase_core import checkpoints, packing
from lase_core.checkpoints import Chunks, load, save
from lase_core.packing import unpacked

DTYPES = ["?", "i1", "u1", "<i2", ">i4", "<u4", "<i8", ">u8", "<f2", ">f4", "<f8", "<c8", ">c16", np.longdouble]


def same(a, b):
    """Compare bit for bit, kinds, dtypes and layouts in memory included."""
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(a, (np.ndarray, np.generic)):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert a.tobytes() == b.tobytes()
        if isinstance(a, np.ndarray):
            assert b.flags.writeable
            assert a.flags.c_contiguous <= b.flags.c_contiguous
            assert a.flags.f_contiguous <= b.flags.f_contiguous
    elif isinstance(a, float):
        assert a.hex() == b.hex()  # tells 0 from -0, and nan is nan
    else:
        assert a == b


# ---------------------------------------------------------------------- round trips
arrays = st.sampled_from(DTYPES).flatmap(
    lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
scalars = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.text(st.characters())  # lone surrogates too
    | st.sampled_from([np.float64(0.1), np.float32(np.nan), np.bool_(True), np.uint64(2**64 - 1), "\x00"])
)
nested = st.recursive(
    scalars | arrays | arrays.map(lambda a: a.T),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["dict", "array", "int", "a/b"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), nested, max_size=4))
@settings(max_examples=150)
def test_what_is_saved_comes_back(tmp_path_factory, state):
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)  # most of the time would be the disk's
        path = save(folder, 7, state)
        found = load(folder)
        same(state, found.state)
        assert (found.step, found.path, found.skipped, found.appended) == (7, path, (), {})
        first = path.read_bytes()
        save(folder, 7, found.state)
        assert path.read_bytes() == first  # no time of day, no order of sets


def test_numbers_too_long_for_decimals(tmp_path):
    save(tmp_path, 1, {"a": -(10**5000), "b": 2**63, "c": 2**63 - 1})
    found = load(tmp_path).state
    assert found["a"] + 10**5000 == 0
    assert (found["b"], found["c"]) == (2**63, 2**63 - 1)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_generator_goes_on_where_it_was(tmp_path, kind):
    rng = np.random.Generator(getattr(np.random, kind)(5))
    rng.integers(3, size=7, dtype=np.uint8)  # half a word is left over
    save(tmp_path, 1, {"rng": rng.bit_generator.state})
    expected = rng.random(5)
    other = np.random.Generator(getattr(np.random, kind)(6))
    other.bit_generator.state = load(tmp_path).state["rng"]
    assert other.random(5).tolist() == expected.tolist()


def test_strided_arrays_and_numpy_can_read_it(tmp_path):
    weights = np.arange(24.0).reshape(4, 6)[::2, ::-3]
    path = save(tmp_path, 0, {"weights": weights})
    np.testing.assert_array_equal(load(tmp_path).state["weights"], weights)
    with np.load(path) as archive:
        np.testing.assert_array_equal(archive["0"], weights)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ([1], "state must be a dict, got list"),
        ({"a": [{"b": {1}}]}, r"state\['a'\]\[0\]\['b'\] must be .* got \{1\} \(set\)"),
        ({"a": np.array([None])}, r"state\['a'\] must be .* got dtype\('O'\) \(ndarray\)"),
        ({"a": np.array(["x"])}, r"state\['a'\] must be .* got dtype\('<U1'\)"),
        ({"a": np.ma.array([1])}, r"state\['a'\] must be .*MaskedArray"),  # its mask would be lost
        ({"a": {1: 2}}, r"state\['a'\] must be .* strings as keys"),  # JSON would make it "1"
    ],
)
def test_what_cannot_be_saved_is_named_and_nothing_is_written(tmp_path, state, said):
    with pytest.raises(TypeError, match=said):
        save(tmp_path, 1, state)
    assert list(tmp_path.iterdir()) == []


def test_long_texts_are_refused_before_they_cannot_be_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "_TEXT", 1000)
    save(tmp_path, 1, {"a": "x" * 800})
    with pytest.raises(ValueError, match=r"at most 1000 bytes beside its arrays, got 2\d\d\d"):
        save(tmp_path, 2, {"a": "x" * 2000})
    monkeypatch.setattr(packing, "_TEXT", 500)
    with pytest.raises(ValueError, match=r"JSON is too long"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"step": -1}, ValueError, "step must be at least 0, got -1"),
        ({"step": 1.0}, TypeError, "step must be a whole number, got 1.0"),
        ({"keep": 0}, ValueError, "keep must be at least 1, got 0"),
        ({"append": {"a": np.zeros(2)}}, ValueError, "append needs .*chunks="),
        ({"append": {1: np.zeros(2)}, "chunks": Chunks()}, ValueError, "append needs strings as names"),
    ],
)
def test_other_refusals(tmp_path, options, error, said):
    with pytest.raises(error, match=said):
        save(tmp_path, **({"step": 1, "state": {}} | options))


# ---------------------------------------------------------------------- damage
def test_every_flipped_bit_and_every_length_is_noticed(tmp_path):
    save(tmp_path, 1, {"a": 1})
    path = save(tmp_path, 2, {"a": np.arange(3, dtype=np.uint8), "b": None})
    good = path.read_bytes()
    assert load(tmp_path).step == 2
    for place in range(len(good)):
        for bit in range(8):
            bad = bytearray(good)
            bad[place] ^= 1 << bit
            with pytest.raises(ValueError, match="damaged"):
                unpacked(bytes(bad), "it")
    for length in range(len(good)):
        with pytest.raises(ValueError, match="damaged" if length else "empty"):
            unpacked(good[:length], "it")
    # The same by way of the folder, at fewer places.
    for bad in [*(good[:n] for n in range(0, len(good), 37)), good + b"\0", b"no zip", bytes(len(good))]:
        path.write_bytes(bad)
        found = load(tmp_path)
        assert (found.step, found.state) == (1, {"a": 1})
        (why,) = found.skipped
        assert "checkpoint-00000002.npz" in why
        assert ("damaged" if bad else "empty") in why
        with pytest.raises(ValueError, match=r"no good checkpoint in .*checkpoint-00000002.npz"):
            load(tmp_path, 2)
    path.write_bytes(good)
    assert load(tmp_path).skipped == ()


def test_nothing_to_load(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint in .*nowhere: found no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"found nothing"):
        load(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "checkpoint-3.npz").write_text("not a name that is given")
    with pytest.raises(FileNotFoundError, match=r"found checkpoint-3.npz, config.json"):
        load(tmp_path)
    save(tmp_path, 3, {})
    with pytest.raises(FileNotFoundError, match=r"no checkpoint of step 4 in .*: found steps 3"):
        load(tmp_path, 4)
    (tmp_path / "checkpoint-00000003.npz").write_bytes(b"")
    with pytest.raises(ValueError, match=r"no good checkpoint in .*: checkpoint-00000003.npz: it is empty"):
        load(tmp_path)


def test_a_renamed_checkpoint_and_a_folder_of_its_name(tmp_path):
    save(tmp_path, 1, {}).rename(tmp_path / "checkpoint-00000005.npz")
    (tmp_path / "checkpoint-00000006.npz").mkdir()
    save(tmp_path / "other", 2, {}).rename(tmp_path / "checkpoint-00000002.npz")
    found = load(tmp_path)
    assert found.step == 2
    assert [why.split(":")[0] for why in found.skipped] == ["checkpoint-00000006.npz", "checkpoint-00000005.npz"]
    assert "it holds step 1" in found.skipped[1]


def sealed(members, compression=zipfile.ZIP_STORED):
    """Make a file with a right checksum and members of one's own choice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = b"0" * 64
    content = buffer.getvalue()[:-64]
    return content + hashlib.sha256(content).hexdigest().encode()


def npy(header, data=b""):
    text = repr(header).encode() if isinstance(header, dict) else header
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


def contents(**changes):
    plain = {"format": 1, "step": 2, "limits": {}, "files": {}, "layouts": {}, "state": {"dict": {"a": {"array": 0}}}}
    return json.dumps(plain | changes)


PICKLED = io.BytesIO()
np.save(PICKLED, np.array([{}]), allow_pickle=True)
LARGE = {"descr": "<f8", "fortran_order": False, "shape": (2**44,)}
FIELDS = {"descr": [("a", "<f8")], "fortran_order": False, "shape": (0,)}
HOSTILE = {
    "pickle": ({"contents.json": contents(), "0.npy": PICKLED.getvalue()}, "Object arrays cannot be loaded"),
    "fields": ({"contents.json": contents(), "0.npy": npy(FIELDS)}, "holds"),
    "large": ({"contents.json": contents(), "0.npy": npy(LARGE)}, ""),
    "no header": ({"contents.json": contents(), "0.npy": npy(b"{'descr': ((((")}, ""),
    "no array": ({"contents.json": contents()}, "0.npy"),
    "no member": ({}, "contents.json"),
    "no JSON": ({"contents.json": "{"}, ""),
    "no object": ({"contents.json": "[1]"}, ""),
    "nested": ({"contents.json": contents(state=0).replace("0", "[" * 100_000, 1)}, ""),
    "of the future": ({"contents.json": contents(format=2)}, "has the format 2, and this version reads 1"),
    "unknown kind": ({"contents.json": contents(state={"object": 0})}, ""),
    "two kinds": ({"contents.json": contents(state={"int": "1", "tuple": []})}, ""),
    "elsewhere": ({"contents.json": contents(state=1, files={"a": [["../x", 1]]}, layouts={"a": {}})}, ""),
    "negative": ({"contents.json": contents(state=1, files={"a": [["0", -1]]}, layouts={"a": {"": ["u1", []]}})}, ""),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_a_right_checksum_is_not_trusted(tmp_path, which):
    members, said = HOSTILE[which]
    save(tmp_path, 1, {"good": True})
    (tmp_path / "checkpoint-00000002.npz").write_bytes(sealed(members))
    found = load(tmp_path)
    assert found.state == {"good": True}
    assert said in found.skipped[0]


def test_nothing_grows_when_it_is_read(tmp_path):
    members = {"contents.json": contents(), "0.npy": b"\0" * 10**6}
    (tmp_path / "checkpoint-00000002.npz").write_bytes(sealed(members, zipfile.ZIP_DEFLATED))
    with pytest.raises(ValueError, match="something in it is compressed"):
        load(tmp_path)


# ---------------------------------------------------------------------- which files stay
def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_stay(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    for step in (1, 5, 10, 123456789):
        save(tmp_path, step, {"step": step}, keep=2)
    assert names(tmp_path) == ["checkpoint-00000010.npz", "checkpoint-123456789.npz", "config.json"]
    assert load(tmp_path).step == 123456789
    # Going on from an older one makes what came after it void.
    save(tmp_path, 11, {}, keep=2)
    assert names(tmp_path) == ["checkpoint-00000010.npz", "checkpoint-00000011.npz", "config.json"]


def test_what_a_killed_process_left_is_removed(tmp_path):
    left = [".checkpoint-00000001.npz.77.part", f".rows-{'0' * 64}.npz.77.part"]
    for name in [*left, ".hidden", f"rows-{'0' * 64}.npz"]:
        (tmp_path / name).write_text("")
    save(tmp_path, 2, {})
    assert names(tmp_path) == [".hidden", "checkpoint-00000002.npz"]


# ---------------------------------------------------------------------- rows
def rows_of(numbers):
    n = np.array(numbers, dtype=int)
    return {"n": n, "x": np.repeat(n[:, None], 3, 1).astype(np.uint8), "none": np.empty((len(n), 0), ">f4")}


# What happens to a run: n rows more and a checkpoint; a crash after rows are written; a restart from the newest
# checkpoint, or from the one before it.
events = st.lists(
    st.tuples(st.just("save"), st.integers(0, 9)) | st.sampled_from([("crash", 2), ("newest", 0), ("older", 0)])
)


several = given(events, st.none() | st.integers(1, 12), st.integers(1, 3), st.sampled_from([1, 50, 10**6]))


@several
@settings(max_examples=60)
def test_rows_are_what_lists_would_be(tmp_path_factory, events, limit, keep, most):
    check_rows(tmp_path_factory, events, limit, keep, most)


@pytest.mark.slow
@several
@settings(max_examples=1000)
def test_rows_are_what_lists_would_be_in_many_runs(tmp_path_factory, events, limit, keep, most):
    check_rows(tmp_path_factory, events, limit, keep, most)


def check_rows(tmp_path_factory, events, limit, keep, most):
    folder = tmp_path_factory.mktemp("rows")
    limits = {} if limit is None else {"replay": limit}
    # The reference: for each checkpoint all rows ever appended, as plain numbers; `fresh` tells timelines apart.
    chunks, step, rows, fresh, saved = Chunks(limits), 0, [], 0, {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "_CHUNK", most)
        patch.setattr(os, "fsync", lambda _: None)  # most of the time would be the disk's
        for what, n in events:
            if what in {"save", "crash"}:
                append = {"replay": rows_of(range(fresh, fresh + n)), "same": np.zeros(n, bool)}
                fresh += n
                if what == "crash":
                    chunks._appended(folder, append) if folder.exists() else None
                    continue
                step, rows = step + 1, [*rows, *range(fresh - n, fresh)]
                saved = {s: r for s, r in saved.items() if s < step} | {step: rows}
                saved = dict(sorted(saved.items())[-keep:])
                save(folder, step, {"step": step}, keep=keep, append=append, chunks=chunks)
                check(folder, saved, limit)
            elif saved:
                step = sorted(saved)[max(-2, -len(saved)) if what == "older" else -1]
                chunks, rows = load(folder, step).chunks, saved[step]
                assert chunks.limits == limits


def check(folder, saved, limit):
    used = set()
    for step, rows in saved.items():
        found = load(folder, None if step == max(saved) else step)
        assert found.step == step
        same(rows_of(rows[-(limit or len(rows) or 1) :]), found.appended["replay"])
        same(np.zeros(len(rows), bool), found.appended["same"])
        used |= {f"rows-{digest}.npz" for held in found.chunks.files.values() for digest, _ in held}
        held = found.chunks.files["replay"]
        assert limit is None or sum(n for _, n in held[1:]) < limit  # what fell out is not referred to
    assert set(names(folder)) == used | {f"checkpoint-{step:08d}.npz" for step in saved}


def test_only_new_rows_are_written(tmp_path):
    chunks, before = Chunks(), {}
    for step in range(1, 5):
        new = np.full((1000, 100), step)
        save(tmp_path, step, {}, keep=1, append={"replay": new}, chunks=chunks)
        rows = {path.name: path.stat() for path in tmp_path.glob("rows-*")}
        assert len(rows) == step
        assert all(rows[name].st_ino == old.st_ino for name, old in before.items())
        assert (tmp_path / f"checkpoint-{step:08d}.npz").stat().st_size < 2000
        before = rows
    np.testing.assert_array_equal(load(tmp_path).appended["replay"][:, 0], np.repeat([1, 2, 3, 4], 1000))


def test_rows_beyond_the_limit_are_not_written(tmp_path):
    chunks = Chunks({"replay": 3})
    save(tmp_path, 1, {}, append={"replay": np.arange(10)}, chunks=chunks)
    assert [n for _, n in chunks.files["replay"]] == [3]
    assert load(tmp_path).appended["replay"].tolist() == [7, 8, 9]


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "other"])
def test_damaged_rows_make_a_checkpoint_bad(tmp_path, damage):
    chunks = Chunks()
    for step in (1, 2):
        save(tmp_path, step, {}, append={"replay": np.array([step])}, chunks=chunks)
    first, last = (tmp_path / f"rows-{digest}.npz" for digest, _ in chunks.files["replay"])
    content = last.read_bytes()
    if damage == "flip":
        last.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "cut":
        last.write_bytes(content[:-1])
    elif damage == "gone":
        last.unlink()
    else:
        last.write_bytes(first.read_bytes())  # good in itself
    found = load(tmp_path)
    assert (found.step, found.appended["replay"].tolist()) == (1, [1])
    assert last.name in found.skipped[0]
    # Going on mends it: the same rows have the same name.
    save(tmp_path, 2, {}, append={"replay": np.array([2])}, chunks=found.chunks)
    assert load(tmp_path).appended["replay"].tolist() == [1, 2]


def test_rows_that_an_unreadable_checkpoint_may_need_stay(tmp_path):
    chunks = Chunks({"replay": 1})
    for step in (1, 2, 3):
        path = save(tmp_path, step, {}, keep=2, append={"replay": np.array([step])}, chunks=chunks)
        if step == 1:
            path.write_bytes(b"")
    assert len(list(tmp_path.glob("rows-*"))) == 2
    assert load(tmp_path).appended["replay"].tolist() == [3]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (np.zeros((2, 3), np.float32), r"must have rows like those before, .*'<f8', \[3\].*got .*'<f4', \[3\]"),
        (np.zeros((2, 4)), "must have rows like those before"),
        ({"a": np.zeros((2, 3))}, "must have rows like those before"),
        ({"a": np.zeros(2), "b": np.zeros(3)}, r"equally many rows, got {'a': \(2,\), 'b': \(3,\)}"),
        ({}, "must be an array, or named arrays"),
        (np.array(3.0), "must be an array, or named arrays"),
        ([1, 2], "must be an array, or named arrays .* got {'': 'list'}"),
    ],
)
def test_rows_that_do_not_fit(tmp_path, rows, said):
    chunks = Chunks()
    save(tmp_path, 1, {}, append={"replay": np.zeros((2, 3))}, chunks=chunks)
    with pytest.raises(ValueError, match=said):
        save(tmp_path, 2, {}, append={"replay": rows}, chunks=chunks)
    # What failed changed nothing: the next one goes through.
    save(tmp_path, 2, {}, append={"replay": np.ones((1, 3))}, chunks=chunks)
    assert load(tmp_path).appended["replay"][:, 0].tolist() == [0, 0, 1]


def test_chunks_of_another_folder(tmp_path):
    chunks = Chunks()
    save(tmp_path / "a", 1, {}, append={"replay": np.zeros(2)}, chunks=chunks)
    with pytest.raises(ValueError, match=r"chunks must be those of the last checkpoint in .*b; 1 files are gone"):
        save(tmp_path / "b", 2, {}, chunks=chunks)
    with pytest.raises(ValueError, match=r"limits\['replay'\] must be at least 1, got 0"):
        Chunks({"replay": 0})


# ---------------------------------------------------------------------- kill -9
SAVES_FOR_EVER = """
import numpy as np
from lase_core.checkpoints import Chunks, load, save

def work(folder):
    try:
        found = load(folder)
        assert not found.skipped, found.skipped
        step, chunks, rng = found.step, found.chunks, np.random.default_rng()
        rng.bit_generator.state = found.state["rng"]
    except FileNotFoundError:
        step, chunks, rng = 0, Chunks({"replay": 1000}), np.random.default_rng(0)
    while True:
        step += 1
        state = {"weights": rng.random(20_000), "rng": rng.bit_generator.state}
        save(folder, step, state, append={"replay": np.full(30, step)}, chunks=chunks)
        print(step, flush=True)
"""


def test_kill_at_any_moment(tmp_path):
    moments, killed = random.Random(1), 20  # noqa: S311 (moments, not secrets)
    rng, step, expected = np.random.default_rng(0), 0, None
    folder = tmp_path / "run"
    within = 0
    with Killable(SAVES_FOR_EVER) as child:
        for _ in range(killed):
            code, lines = child.run(str(folder), killed_after=moments.uniform(0, 0.05), first_line=True)
            assert code == -9, lines
            announced = [int(line) for line in lines]
            found = load(folder)
            assert found.skipped == ()  # a process that is killed damages nothing
            assert announced[0] == step + 1
            assert announced[-1] <= found.step <= announced[-1] + 1
            within += found.step > announced[-1] or any(name.startswith(".") for name in names(folder))
            while step < found.step:  # what an uninterrupted run has
                expected, step = rng.random(20_000), step + 1
            same(expected, found.state["weights"])
            same(rng.bit_generator.state, found.state["rng"])
            all_rows = np.repeat(np.arange(1, step + 1), 30)
            same(all_rows[-1000:], found.appended["replay"])
    assert within  # some were killed in the middle of saving
    save(folder, step + 1, {}, keep=1, chunks=found.chunks)
    digests = {digest for digest, _ in found.chunks.files["replay"]}
    assert names(folder) == sorted([f"checkpoint-{step + 1:08d}.npz", *(f"rows-{digest}.npz" for digest in digests)])


def test_a_save_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    chunks = Chunks()
    save(tmp_path, 1, {}, append={"replay": np.array([1])}, chunks=chunks)
    before = names(tmp_path)
    replace, failures = Path.replace, iter([True])

    def full(self, target):
        if next(failures, False):
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save(tmp_path, 2, {}, append={"replay": np.array([2])}, chunks=chunks)
    assert names(tmp_path) == before
    save(tmp_path, 2, {}, append={"replay": np.array([2])}, chunks=chunks)
    assert load(tmp_path).appended["replay"].tolist() == [1, 2]
