"""The solvers z3 and cvc5, each in a process of its own, limited by counts of work.

What is answered depends on the question alone, not on the clock, on what else the machine does, or on what was asked
before. z3 counts its steps and the pieces of memory it asks for: the first count is in its own hands and the second,
which ends the process, bounds single steps with very large polynomials, of which z3 counts few [1]_. cvc5 counts steps
where it linearizes products; its other procedure, cylindrical coverings, counts nothing while it computes resultants,
so that it is tried on short questions alone [2]_.

Last, a question that escapes every count (arithmetic on numbers of very many digits can) is ended after `PROCESSOR`
seconds of processor time, which the load of the machine does not change and its make does. No statement of the
catalogue comes near that.

References
----------
.. [1] D. Jovanović, L. de Moura. "Solving non-linear arithmetic". IJCAR 2012.
.. [2] H. Barbosa et al. "cvc5: a versatile and industrial-strength SMT solver". TACAS 2022.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

__all__ = ["PROCESSOR", "STEPS", "Answer", "ask", "installed"]

STEPS = 20_000_000
"""Steps of z3 for a question; the hardest of the catalogue takes three millions."""
PROCESSOR = 60
"""Seconds of processor time after which a question is given up, whatever was counted."""
_PIECES = 10  # pieces of memory for each step
_MOST = 2**32 - 1  # how far z3 counts
_CVC5_STEPS = 20_000
_SHORT = 550  # characters of a question to which coverings are put


@dataclass(frozen=True)
class Answer:
    """What a solver said."""

    found: str
    """``"sat"``, ``"unsat"`` or ``"unknown"``."""
    numbers: dict[str, Any] = field(default_factory=dict)
    """For ``"sat"`` of z3: numbers by name. A fraction is a pair of hexadecimal numbers; a root of a polynomial is its
    coefficients, the leading one first, and its place among the real roots, counted from 1."""
    seconds: float = 0.0
    """Time it took."""
    late: bool = False
    """Whether the time limit of the user ended it."""


def installed(program: str) -> bool:
    """Whether a solver can be asked.

    Parameters
    ----------
    program : str
        ``"z3"`` or ``"cvc5"``.

    Returns
    -------
    bool
    """
    return find_spec(program) is not None


def ask(program: str, text: str, *, steps: int = STEPS, seconds: float | None = None) -> Answer:
    """Put a question to a solver.

    Parameters
    ----------
    program : str
        ``"z3"`` or ``"cvc5"``.
    text : str
        In SMT-LIB, with one ``(check-sat)``.
    steps : int
        How much z3 may count.
    seconds : float, optional
        Time after which the question is given up earlier.

    Returns
    -------
    Answer

    Examples
    --------
    >>> ask("z3", "(declare-fun x () Real) (assert (< (* x x) 0.0)) (check-sat)").found
    'unsat'
    """
    with _LOCK:
        key = (os.getpid(), program)  # a forked process has solvers of its own
        if key not in _RUNNING:
            _RUNNING[key] = _Process(program)
        return _RUNNING[key].ask(text, steps, seconds)


class _Process:
    """A solver that answers one question after another; it is started when it is needed."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.process: subprocess.Popen[str] | None = None

    def ask(self, text: str, steps: int, seconds: float | None) -> Answer:
        start = time.monotonic()
        if self.process is None or self.process.poll() is not None:
            self.close()
            command = [sys.executable, "-P", __file__, self.program]  # this file alone: quicker than the package
            self.process = subprocess.Popen(  # noqa: S603 (our own code, with questions on its standard input)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
            self._heard("")  # it is ready: what follows is the time of the question
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._kill()

        timer = None if seconds is None else threading.Timer(seconds, stop)
        if timer is not None:
            timer.start()
        try:
            line = self._heard(json.dumps([text, steps]))
        except BaseException:  # an interrupt, say: what it would still answer belongs to no question
            self.close()
            raise
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()
        spent = time.monotonic() - start
        if not line:
            self.close()
            return Answer("unknown", seconds=spent, late=late.is_set())
        said = json.loads(line)
        return Answer(said["found"], said.get("numbers", {}), spent)

    def _heard(self, question: str) -> str:
        """Write a line and read one; none if the process has ended."""
        process = self.process
        with suppress(BrokenPipeError):
            if process and process.stdin and process.stdout:
                process.stdin.write(question + "\n")
                process.stdin.flush()
                return process.stdout.readline()
        return ""

    def _kill(self) -> None:
        """End the process, with the one that works on a question for it."""
        if self.process is None or self.process.poll() is not None:
            return
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()

    def close(self) -> None:
        """End the process, if there is one."""
        if self.process is not None:
            self._kill()
            with suppress(BrokenPipeError, ValueError):
                self.process.communicate()
        self.process = None


_LOCK = threading.Lock()
_RUNNING: dict[tuple[int, str], _Process] = {}


@atexit.register
def _close() -> None:
    for (pid, _), process in _RUNNING.items():
        if pid == os.getpid():
            process.close()


# ---------------------------------------------------------------- in the solver's process
def _z3_context() -> Any:
    """Return a new context: a process that begins with it has less to do than one that makes it."""
    import z3

    return z3.Context()


def _z3(text: str, steps: int, context: Any) -> dict[str, Any]:
    import z3

    formulas = z3.parse_smt2_string(text, ctx=context)
    # of this process, which answers one question
    z3.set_param("memory_max_alloc_count", min(_PIECES * steps, _MOST))
    tactics = (
        z3.Then("simplify", "purify-arith", "solve-eqs", "qfnra-nlsat", ctx=context),
        z3.Tactic("smt", ctx=context),
    )
    for tactic in tactics:
        solver = tactic.solver()
        solver.set("rlimit", min(steps, _MOST))
        solver.add(formulas)
        try:
            found = str(solver.check())
        except z3.Z3Exception:
            found = "unknown"
        if found == "unsat":
            return {"found": found}
        if found == "sat":
            model = solver.model()
            names = [line.split()[1] for line in text.splitlines() if line.startswith("(declare-fun")]
            values = {name: model.eval(z3.Real(name, ctx=context), model_completion=True) for name in names}
            return {"found": found, "numbers": {name: _written(z3, value) for name, value in values.items()}}
    return {"found": "unknown"}


def _written(z3: Any, value: Any) -> Any:
    if z3.is_rational_value(value):
        return [hex(value.numerator_as_long()), hex(value.denominator_as_long())]
    return [[hex(c.as_long()) for c in reversed(value.poly())], value.index()]


def _cvc5(text: str, *_: Any) -> dict[str, Any]:
    import cvc5

    for coverings in (False, True):
        if coverings and len(text) > _SHORT:
            break
        solver = cvc5.Solver(cvc5.TermManager())
        solver.setOption("rlimit-per", str(_CVC5_STEPS))
        if not coverings:
            solver.setOption("nl-cov", "false")
            solver.setOption("nl-ext", "full")
        solver.setLogic("QF_NRA")
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
        said = "unknown"
        while not (command := parser.nextCommand()).isNull():
            said = command.invoke(solver, parser.getSymbolManager()).strip() or said
        if said in {"sat", "unsat"}:
            return {"found": said}
    return {"found": "unknown"}


def _serve(program: str) -> None:
    """Answer the questions on standard input, one a line, each in a process that has seen no other."""
    __import__(program)
    context = _z3_context() if program == "z3" else None
    for line in sys.stdin:
        if not line.strip():
            print(flush=True)  # noqa: T201 (that it is ready)
            continue
        if not hasattr(os, "fork"):  # Windows: this process answers one question
            _answer(program, line, context, os.dup(1))
            return
        reading, writing = os.pipe()
        if not (child := os.fork()):
            os.close(reading)
            _answer(program, line, context, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        print(said or '{"found": "unknown"}', flush=True)  # noqa: T201 (the answer)


def _answer(program: str, line: str, context: Any, writing: int) -> None:
    """Answer one question, within limits, and end the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # where z3 says that it gives up
    sys.set_int_max_str_digits(0)
    with suppress(ImportError):  # not on every system
        import resource

        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        used = int(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (min(used + PROCESSOR, most) if most > 0 else used + PROCESSOR, most))
    said = {"z3": _z3, "cvc5": _cvc5}[program](*json.loads(line), context)
    os.write(writing, json.dumps(said).encode())
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
