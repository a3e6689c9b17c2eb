"""Workers end with the process that they work for, however it ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from lase_core import report, workers
from lase_core.cli import main

FIGURE = """
import os, time
from pathlib import Path

def draw(scale):
    with (Path(__file__).parent / "begun").open("a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(10_000)
"""
POOL = """
import multiprocessing, runpy, signal, sys
from pathlib import Path
from lase_core import workers

def draw(path):
    runpy.run_path(path)["draw"]("quick")

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells let what runs in the background ignore it
    paths = [str(path) for path in (Path(sys.argv[1]) / "figures").glob("*.py")]
    try:
        with multiprocessing.get_context("spawn").Pool(2, initializer=workers.begin) as pool:
            pool.map(draw, paths, chunksize=1)
    except KeyboardInterrupt:
        sys.stderr.write("lase: stopped\\n")
        sys.exit(130)
"""
LASE = """
import signal, sys
from pathlib import Path
from lase_core import report
from lase_core.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as above
    report.checkout = lambda: Path(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
"""


def alive(pid):
    """Whether a process runs: one that nobody has asked for its exit code does not."""
    status = Path(f"/proc/{pid}/stat")
    if status.parent.parent.joinpath("self").exists():
        with suppress(OSError):
            return status.read_text().rpartition(") ")[2][0] != "Z"
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(what):
    """Wait for something that takes a second or two on a quiet machine."""
    until = time.monotonic() + 120
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def check_signals(folder, main, *words):
    """Begin the same command three times, end it by three signals, and see its two workers end."""
    begun = {}
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        top = folder / number.name
        (top / "figures").mkdir(parents=True)
        (top / "main.py").write_text(main)
        for name in ("fig01_a.py", "fig02_b.py"):
            (top / "figures" / name).write_text(FIGURE)
        command = [sys.executable, str(top / "main.py"), str(top), *words]
        begun[number] = subprocess.Popen(command, stdout=-1, stderr=-1, text=True)  # noqa: S603 (our own code)
    for number, process in begun.items():
        workers = wait_for(lambda path=folder / number.name / "figures" / "begun": two_of(path))
        assert all(map(alive, workers))
        process.send_signal(number)
        out, error = process.communicate()
        assert out == ""
        if number == signal.SIGINT:
            assert process.returncode == 130
            assert error.endswith("lase: stopped\n")
        else:
            assert process.returncode == -number
        try:
            wait_for(lambda workers=workers: not any(map(alive, workers)))
        finally:
            for pid in filter(alive, workers):
                os.kill(pid, signal.SIGKILL)


def two_of(path):
    """Return the numbers of the two processes that have begun, or nothing yet."""
    found = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [int(line) for line in found] if len(found) == 2 and found[1].endswith("\n") else None


def test_workers_end_with_the_main_process(tmp_path):
    check_signals(tmp_path, POOL)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["figures", "reproduce"])
def test_killed_commands_leave_no_workers_behind(tmp_path, command):
    check_signals(tmp_path, LASE, command)


@pytest.mark.parametrize("command", ["figures", "reproduce"])
def test_commands_have_such_workers(tmp_path, monkeypatch, capsys, command):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "fig01_a.py").touch()

    class Context:
        def Pool(self, _, initializer):
            assert initializer is workers.begin
            raise ValueError("no more is needed")

    monkeypatch.setattr(report, "checkout", lambda: tmp_path)
    monkeypatch.setattr(report, "get_context", lambda _: Context())
    assert main([command]) == 2
    assert capsys.readouterr().err == "lase: no more is needed\n"
