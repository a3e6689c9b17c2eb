"""Exact points at which hypotheses hold: what a claim is tried on before, and beside, a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory.theorems.domain import assumed, symbols_of
from gametheory.theorems.truth import truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["sample"]

_ROUNDS, _BATCH = 40, 4000
_UNITS = (1, 2, 3, 4, 6)
_REACH = 6


def sample(
    hypotheses: Sequence[Any], conclusion: Any, *, count: int = 200, seed: int = 0
) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """Draw fractions with small denominators at which all hypotheses hold.

    Parameters
    ----------
    hypotheses : sequence of SymPy relations
        Inequalities; equations are rarely met by chance. One that is undefined at a point does not hold there, and
        what SymPy was told about the signs of symbols holds as well.
    conclusion : SymPy relation
        Its symbols are drawn as well.
    count : int
        How many points, at most.
    seed : int
        Of the draws.

    Yields
    ------
    dict
        From symbols to SymPy fractions.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> all(at[x] > at[y] for at in sample([x > y], x > 0, count=50))
    True
    """
    symbols = symbols_of([sp.sympify(c) for c in (*hypotheses, conclusion)])
    if not symbols:
        return
    given = [*assumed(symbols), *map(sp.sympify, hypotheses)]
    first: dict[str, Any] = {}
    for s in symbols:  # two of one name are one number
        first.setdefault(s.name, s)
    others = {s: first[s.name] for s in symbols if s != first[s.name]}
    tests = [sp.lambdify(list(first.values()), h.xreplace(others), "numpy") for h in given]
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(_ROUNDS):
        units = rng.choice(_UNITS, size=(_BATCH, len(first)))
        reach = rng.choice([1, _REACH], size=(_BATCH, 1))  # probabilities as well as payoffs
        numerators = rng.integers(-_REACH * units * reach // _REACH, units * reach + 1)
        held = np.ones(_BATCH, dtype=bool)
        with np.errstate(all="ignore"):
            for test in tests:
                held &= np.asarray(test(*(numerators / units).T), dtype=bool)
        for k in np.flatnonzero(held):
            drawn = dict(zip(first, map(sp.Rational, numerators[k].tolist(), units[k].tolist()), strict=True))
            at = {s: drawn[s.name] for s in symbols}
            if all(truth(h, at) for h in given):
                found += 1
                yield at
                if found >= count:
                    return
