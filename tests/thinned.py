"""Fewer cases of long tests in the default suite; `make test-all` runs them all."""

import pytest


def some(cases, kept):
    """Mark all cases slow but `kept` of them, spread evenly."""
    cases = list(cases)
    quick = {round(k * (len(cases) - 1) / max(kept - 1, 1)) for k in range(kept)}
    return [case if n in quick else _slow(case) for n, case in enumerate(cases)]


def _slow(case):
    """Return a case, one value, several in a tuple or a `pytest.param`, marked slow."""
    if hasattr(case, "marks"):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.slow])
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow)
