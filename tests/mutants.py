"""Do the tests notice when the core is wrong? Each mutant breaks one line; the fast core tests must fail on it.

    python tests/mutants.py

copies the project to a temporary folder for every mutant, changes one place in `gametheory/`, runs the core tests
there and prints a table. It exits 1 if a mutant survives, or if the unchanged copy does not pass, and 2 if the text
that a mutant changes is no longer there exactly once, or if a copy was not the one that was tested.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ("test_transfer.py", "test_objective.py", "test_rules.py", "test_field.py")
WORKERS = 2
TIMEOUT = 300  # seconds, many times what a run needs
PASSED, FAILED = 0, 1  # exit codes of pytest
_PACKAGE_TEST = "test_a_right_package.py"  # written into every copy, and run first


class MutantError(Exception):
    """A mutant that cannot be made or tried."""


@dataclass(frozen=True)
class Mutant:
    """One wrong line."""

    name: str
    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Break the copy at `root`."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        if (count := text.count(self.old)) != 1:
            msg = f"mutant {self.name!r}: {self.old!r} occurs {count} times in {self.file}, not once"
            raise MutantError(msg)
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


_WEIGHTS, _SHARES = "gametheory/transfer/weights.py", "gametheory/transfer/shares.py"
_SOCIAL, _OBJECTIVE = "gametheory/transfer/social.py", "gametheory/objective/matrix.py"
_BASE, _DIFFERENCES = "gametheory/objective/base.py", "gametheory/differences.py"
_GRADIENT, _REPLICATOR = "gametheory/rules/gradient.py", "gametheory/rules/replicator.py"
_FIRST = dict.fromkeys((_WEIGHTS, _SHARES, _SOCIAL), TESTS[0]) | {
    _OBJECTIVE: TESTS[1],
    _BASE: TESTS[1],
    _DIFFERENCES: "test_differences.py",
    _GRADIENT: TESTS[2],
    _REPLICATOR: TESTS[2],
}  # likely to find it
_SPLIT = "np.expand_dims(rewards, -1 - joint), axis=-2 - joint"
_TRANSPOSED = "np.expand_dims(rewards, -2 - joint), axis=-1 - joint"
_SIDES = "((p <= 0) & (g < 0)) | ((p >= 1) & (g > 0))"
_OTHER_SIDES = "((p <= 0) & (g > 0)) | ((p >= 1) & (g < 0))"

MUTANTS = (
    # relationships
    Mutant("omega has the wrong sign", _WEIGHTS, "policy, taken - q)", "policy, q - taken)"),
    Mutant("estimate read backwards", _WEIGHTS, "np.vecdot(policy, ", "np.vecdot(policy[..., ::-1], "),
    Mutant("range without the smallest", _WEIGHTS, "np.max(q, axis=-1) - np.min(q, axis=-1)", "np.max(q, axis=-1)"),
    Mutant("flat values divide by zero", _WEIGHTS, "np.less_equal(spread, flat)", "np.less(spread, flat)"),
    Mutant("i's own action varied, not j's", _SOCIAL, "np.moveaxis(q, j - n, -1)", "np.moveaxis(q, -1 - j, -1)"),
    Mutant("j's estimate of i, not i's of j", _SOCIAL, "estimates[i][j], n)", "estimates[j][i], n)"),
    Mutant("j's payoffs, not i's", _SOCIAL, "q.take(i, axis=-1 - n), j,", "q.take(j, axis=-1 - n), j,"),
    # weights
    Mutant("1/(n - 1) missing", _WEIGHTS, "if clip else omega) / max(n - 1, 1)", "if clip else omega)"),
    Mutant("1/n, not 1/(n - 1)", _WEIGHTS, "if clip else omega) / max(n - 1, 1)", "if clip else omega) / n"),
    Mutant("clip at the wrong side", _WEIGHTS, "np.maximum(x, 0)", "np.minimum(x, 0)"),
    Mutant("clip of exact weights missing", _WEIGHTS, "z if z >= 0 else 0 * z", "z"),
    Mutant("scale forgotten", _SOCIAL, "self.scale if exact else float(self.scale)", "1"),
    Mutant("kept share from columns", _WEIGHTS, "axis=-1 - joint, keepdims=True", "axis=-2 - joint, keepdims=True"),
    Mutant("kept share grows by gifts", _WEIGHTS, "(1 - np.sum(gifts", "(1 + np.sum(gifts"),
    Mutant("transposed weights", _WEIGHTS, _SPLIT, _TRANSPOSED),
    Mutant("kept and given exchanged", _SHARES, "((1 - self.share[()])", "(self.share[()]"),
    Mutant("losses only", _SOCIAL, "np.greater(rewards, 0)", "np.less(rewards, 0)"),
    # estimates
    Mutant("mixed: eps and 1 - eps exchanged", _SOCIAL, "eps, rest = self._mixed", "rest, eps = self._mixed"),
    Mutant("frozen: players exchanged", _SOCIAL, "self._frozen[j if", "self._frozen[n - 1 - j if"),
    # objectives
    Mutant("held weights differentiated", _BASE, "if through_weights else", "if not through_weights else"),
    Mutant("gradient has the wrong sign", _OBJECTIVE, "v[..., :-1] - v[..., -1:]", "v[..., -1:] - v[..., :-1]"),
    Mutant("wrong action moved", _OBJECTIVE, "v[..., :-1] - v[..., -1:]", "v[..., 1:] - v[..., :1]"),
    Mutant("own reward and other's", _OBJECTIVE, "expected(rewards.take(i, axis=-1 - n), policies, keep=i)",
           "expected(rewards.take(n - 1 - i, axis=-1 - n), policies, keep=i)"),
    Mutant("wrong player moved", _OBJECTIVE, "policies, keep=i)", "policies, keep=n - 1 - i)"),
    Mutant("held profile ignored", _OBJECTIVE, "self.effective(x if held is None else held,", "self.effective(x,"),
    Mutant("means over the wrong axes", _OBJECTIVE, "(..., *(None,) * k, slice(None), *(None,) * (n - 1 - k))",
           "(..., *(None,) * (n - 1 - k), slice(None), *(None,) * k)"),
    Mutant("differences twice too large", _DIFFERENCES, "(first - second) / (2 * size), inward)",
           "(first - second) / size, inward)"),
    Mutant("one-sided differences to first order", _DIFFERENCES, "(4 * (first - here) - (second - here)) / (2 * size)",
           "(first - here) / size"),
    # rules
    Mutant("natural: mean added", _GRADIENT, "(v - (x * v).sum(", "(v + (x * v).sum("),
    Mutant("softmax: one factor missing", _GRADIENT, "_natural(x, logit_gradient)", "logit_gradient"),
    Mutant("softmax: two logits for two actions", _GRADIENT, "moved / _TWO if", "moved if"),
    Mutant("projected: stops at the wrong sides", _GRADIENT, _SIDES, _OTHER_SIDES),
    Mutant("projected: wrong actions stay at 0", _GRADIENT, "free | (v > level)", "free | (v < level)"),
    Mutant("projected: gradient of the last action", _GRADIENT, "np.concatenate([g, -g]", "np.concatenate([-g, g]"),
    Mutant("replicator: populations exchanged", _REPLICATOR, 'field if populations == "several"',
           'field if populations == "one"'),
)  # fmt: skip


def copy_project(target: Path) -> None:
    """Copy what the core tests need, and a test that the copy is what they import."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "gametheory", target / "gametheory", ignore=ignore)
    (target / "tests").mkdir()
    for name in ("reference.py", *TESTS):
        shutil.copy(ROOT / "tests" / name, target / "tests" / name)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, target / name)
    (target / "tests" / _PACKAGE_TEST).write_text(
        "from pathlib import Path\n\nimport gametheory\n\n\n"
        "def test_the_copy_is_imported():\n"
        "    assert Path(gametheory.__file__).parents[1] == Path(__file__).parents[1]\n",
        encoding="utf-8",
    )


def run_tests(root: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Run core tests of a copy until the first failure; return pytest's exit code and what it said."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-o", "addopts="]
    finished = subprocess.run(
        [*command, *(f"tests/{name}" for name in (_PACKAGE_TEST, *tests))],
        cwd=root,
        # without plugins (of notebooks, pictures, benchmarks) each start is three seconds shorter
        env=os.environ
        | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return finished.returncode, finished.stdout + finished.stderr


def try_mutant(mutant: Mutant | None) -> tuple[str, bool, float]:
    """Return what the tests of a copy said, whether they passed, and the seconds they took."""
    start = time.perf_counter()
    name = mutant.name if mutant else "unchanged copy"
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        root = Path(folder).resolve()
        copy_project(root)
        if mutant:
            mutant.apply(root)
        first = (_FIRST[mutant.file],) if mutant else ()
        code, output = run_tests(root, first or TESTS)
        if mutant and code == PASSED:
            code, output = run_tests(root, tuple(name for name in TESTS if name not in first))
    if code not in {PASSED, FAILED} or _PACKAGE_TEST in output:
        msg = f"{name}: the copy could not be tested (pytest's exit code {code})\n{output[-2000:]}"
        raise MutantError(msg)
    found = [line.removeprefix("FAILED tests/").split(" - ")[0] for line in output.splitlines() if "FAILED" in line]
    return (found[0] if found else "all tests passed"), code == PASSED, time.perf_counter() - start


def main() -> int:
    """Try all mutants and the unchanged copy; print a table."""
    cases = (None, *MUTANTS)
    wrong = 0
    print(f"{'mutant':<42} {'':<9} {'s':>5}  found by")
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            for mutant, (found, passed, seconds) in zip(cases, pool.map(try_mutant, cases), strict=True):
                right = passed == (mutant is None)
                wrong += not right
                verdict = ("passes" if passed else "FAILS") if mutant is None else ("SURVIVES" if passed else "killed")
                name = mutant.name if mutant else "(unchanged copy)"
                print(f"{name:<42} {verdict:<9} {seconds:5.1f}  {found}", flush=True)
    except (MutantError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(MUTANTS)} mutants, {wrong} wrong answers" if wrong else f"all {len(MUTANTS)} mutants killed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
