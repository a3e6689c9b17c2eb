"""Processes that begin at once, because another one has imported everything and only forks, and that can be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

FORKS = """
import json, os, sys, traceback
os.fsync = lambda _: None  # what a process that is killed has written is there; only a power cut could take it away
WORK
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        print(f"begun {os.getpid()}", flush=True)
        try:
            work(*json.loads(line))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    print(f"\\nended {os.waitstatus_to_exitcode(status)}", flush=True)  # a line may have been cut short
"""


class Killable:
    """Runs `work`, a function of Python source text, again and again, each time in a new process.

    Parameters
    ----------
    work : str
        Defines a function of that name; what it prints are lines.
    """

    def __init__(self, work):
        words = [sys.executable, "-c", FORKS.replace("WORK", work)]
        alone = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(  # noqa: S603 (our own code)
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=alone
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()

    def run(self, *arguments, killed_after=None, first_line=False, before=None):
        """Run it, and kill it after so many seconds (from its first line on); return exit code and lines.

        `before` is called with the number of the process just before it is killed.
        """
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        word, pid = self._line().split()
        assert word == "begun"
        lines = [self._line()] if first_line else []
        if killed_after is not None:
            time.sleep(killed_after)
            try:
                if before is not None:
                    before(int(pid))
            finally:
                with suppress(ProcessLookupError):  # it has ended by itself
                    os.kill(int(pid), signal.SIGKILL)
        while not (line := self._line()).startswith("ended "):
            lines.append(line)
        return int(line.split()[1]), [line for line in lines if line]

    def _line(self):
        line = self.process.stdout.readline()
        assert line, "the process that forks has ended"
        return line.rstrip("\n")
