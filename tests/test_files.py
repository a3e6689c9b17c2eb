"""Files appear when they are complete, and a folder has one writer at a time."""

import errno
import json
import os
import platform
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from killable import Killable

from lase_core import files
from lase_core.files import complete, hold, store, sweep


def test_a_file_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with complete(str(path)) as partial:
        partial.write_text("after")
        assert partial.parent == tmp_path  # on the same disk
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_what_was_there(tmp_path):
    def stop(partial):
        partial.write_text("half")
        raise KeyboardInterrupt

    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), complete(path) as partial:
        stop(partial)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"), complete(tmp_path / "nowhere" / "a.txt"):
        pass
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------- on the disk
def test_what_is_stored_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    happened = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle):
        happened.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def noted_replace(self, target):
        happened.append("replaced")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    store(tmp_path / "a", b"all of it")
    assert happened == ["file", "replaced", "folder"]  # a power cut leaves the old file or the new one
    assert (tmp_path / "a").read_bytes() == b"all of it"


# ---------------------------------------------------------------------- what killed writers leave
def test_what_a_killed_writer_left_goes_and_what_is_being_written_stays(tmp_path):
    left = tmp_path / ".a.txt.77.part"
    others = [tmp_path / name for name in (".b.txt.77.part", ".a.txt", ".a.txt.old.part", "a.txt.77.part")]
    for path in (left, *others):
        path.write_text("half")
    with complete(tmp_path / "a.txt") as mine:  # the same name: another process that writes the same file
        mine.write_text("mine")
        assert not left.exists()
        sweep(tmp_path)
        assert mine.read_text() == "mine"
        assert not others[0].exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [".a.txt", ".a.txt.old.part", "a.txt", others[3].name]
    )


def test_names_are_no_patterns(tmp_path):
    for name in (".a1.txt.77.part", ".ab.txt.77.part"):
        (tmp_path / name).write_text("half")
    with complete(tmp_path / "a[1b].txt") as partial:
        partial.write_text("")
    with complete(tmp_path / "a?.txt") as partial:
        partial.write_text("")
    assert {".a1.txt.77.part", ".ab.txt.77.part"} < {path.name for path in tmp_path.iterdir()}
    (tmp_path / ".a[1b].txt.77.part").write_text("half")
    sweep(tmp_path, "a[1b].txt")
    assert not (tmp_path / ".a[1b].txt.77.part").exists()


# ---------------------------------------------------------------------- one writer at a time
HOLDS = """
import time
from lase_core.files import hold

def work(folder):
    with hold(folder):
        print("held", flush=True)
        time.sleep(1000)
"""


def test_the_second_writer_is_told_who_and_since_when(tmp_path):
    folder = tmp_path / "run"
    before = datetime.now(UTC).replace(microsecond=0)
    with hold(folder):
        there = json.loads((folder / ".lock").read_bytes())
        assert (there["process"], there["machine"]) == (os.getpid(), platform.node())
        assert before <= datetime.fromisoformat(there["since"]) <= datetime.now(UTC)
        told = f"run is being written by process {os.getpid()} on {platform.node()} since {there['since']}: "
        with pytest.raises(BlockingIOError, match=re.escape(told)), hold(folder):
            pass
        (folder / ".lock").write_bytes(b"")  # whoever has only just begun has not said so yet
        with pytest.raises(BlockingIOError, match="is being written by another process: wait"), hold(folder):
            pass
    assert list(folder.iterdir()) == []
    with hold(folder), pytest.raises(KeyboardInterrupt):
        raise KeyboardInterrupt
    with hold(folder):  # which does not matter
        pass


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    with Killable(HOLDS) as child:
        seen = []

        def while_it_holds(pid):
            with pytest.raises(BlockingIOError, match=f"is being written by process {pid} on "), hold(tmp_path):
                pass
            seen.append(pid)

        code, lines = child.run(str(tmp_path), killed_after=0.0, first_line=True, before=while_it_holds)
        assert (code, lines, len(seen)) == (-9, ["held"], 1)
        assert (tmp_path / ".lock").exists()  # it could not clear up
        with hold(tmp_path):
            assert json.loads((tmp_path / ".lock").read_bytes())["process"] == os.getpid()
        assert list(tmp_path.iterdir()) == []


def test_a_lock_that_is_removed_while_it_is_waited_for_is_none(tmp_path, monkeypatch):
    real, calls = files.fcntl.flock, []

    def flock(handle, how):
        if not calls:  # whoever held it has let go, and removed the file that is open here
            (tmp_path / ".lock").unlink()
        calls.append(how)
        real(handle, how)

    monkeypatch.setattr(files.fcntl, "flock", flock)
    with hold(tmp_path):
        assert len(calls) == 2
        with pytest.raises(BlockingIOError), hold(tmp_path):
            pass


def test_where_there_are_no_locks_files_are_written_all_the_same(tmp_path, monkeypatch):
    def flock(handle, how):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(files.fcntl, "flock", flock)
    (tmp_path / ".a.txt.77.part").write_text("somebody may be writing it")
    with hold(tmp_path), hold(tmp_path):
        store(tmp_path / "a.txt", b"all of it")
    assert (tmp_path / "a.txt").read_bytes() == b"all of it"
    assert (tmp_path / ".a.txt.77.part").exists()
