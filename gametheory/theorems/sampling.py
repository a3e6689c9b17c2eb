"""Exact points at which hypotheses hold: what a claim is tried on before, and beside, a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

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
        Inequalities; equations are rarely met by chance.
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
    symbols = sorted(set().union(*(sp.sympify(c).free_symbols for c in (*hypotheses, conclusion))), key=str)
    if not symbols:
        return
    test = sp.lambdify(symbols, sp.And(*hypotheses) if hypotheses else sp.true, modules="numpy")
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(_ROUNDS):
        units = rng.choice(_UNITS, size=(_BATCH, len(symbols)))
        reach = rng.choice([1, _REACH], size=(_BATCH, 1))  # probabilities as well as payoffs
        numerators = rng.integers(-_REACH * units * reach // _REACH, units * reach + 1)
        with np.errstate(all="ignore"):
            held = np.broadcast_to(test(*(numerators / units).T), _BATCH)
        for k in np.flatnonzero(held):
            at = {s: sp.Rational(int(n), int(u)) for s, n, u in zip(symbols, numerators[k], units[k], strict=True)}
            if all(truth(h, at) for h in hypotheses):
                found += 1
                yield at
                if found >= count:
                    return
