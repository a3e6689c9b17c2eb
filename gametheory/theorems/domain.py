"""Which numbers the symbols of a claim stand for: real ones, of the signs that SymPy was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.facts import InconsistentAssumptions

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["assumed", "symbols_of"]

_SIGNS: dict[str, Any] = {  # what says most comes first
    "zero": sp.Eq,
    "positive": sp.Gt,
    "negative": sp.Lt,
    "nonzero": sp.Ne,
    "nonnegative": sp.Ge,
    "nonpositive": sp.Le,
}


def symbols_of(claims: Sequence[Any]) -> tuple[sp.Symbol, ...]:
    """List the symbols of claims, each of which stands for a real number.

    Parameters
    ----------
    claims : sequence of SymPy relations, or connectives of some
        Claims about one set of numbers.

    Returns
    -------
    tuple of SymPy symbols
        By name. A symbol without assumptions and a real one of its name are the same number, and both are listed.

    Raises
    ------
    ValueError
        A symbol that is more than real and of some sign (an integer, say) or less (complex); a ``Dummy``; two symbols
        of one name that mean different numbers.

    Examples
    --------
    >>> n = sp.Symbol("n", integer=True)
    >>> symbols_of([n > 0])
    Traceback (most recent call last):
        ...
    ValueError: the symbol n is assumed to be integer; a claim is about all real numbers, of one sign at most
    """
    found = sorted(set().union(*(claim.free_symbols for claim in claims)), key=lambda s: (str(s), sp.srepr(s)))
    meant: dict[str, Any] = {}
    for symbol in found:
        if type(symbol) is not sp.Symbol:
            msg = f"a claim is about symbols made by sympy.Symbol or symbols, not {type(symbol).__name__} {symbol}"
            raise ValueError(msg)
        number = _plainly(symbol)
        if meant.setdefault(symbol.name, number) != number:
            msg = f"two symbols are called {symbol.name} and have different assumptions; give them different names"
            raise ValueError(msg)
    return tuple(found)


def assumed(symbols: Sequence[sp.Symbol]) -> list[Any]:
    """List what SymPy was told about the signs of symbols, as relations.

    Parameters
    ----------
    symbols : sequence of SymPy symbols
        From :func:`symbols_of`.

    Returns
    -------
    list of SymPy relations

    Examples
    --------
    >>> assumed([sp.Symbol("u", nonzero=True), sp.Symbol("v", positive=True), sp.Symbol("w")])
    [Ne(u, 0), v > 0]
    """
    found = []
    for symbol in symbols:
        known = _plainly(symbol).assumptions0
        for name, relation in _SIGNS.items():
            if known.get(name):
                found.append(relation(symbol, 0, evaluate=False))
                break
    return found


def _plainly(symbol: sp.Symbol) -> sp.Symbol:
    """Return the real symbol that has the name and the sign of another."""
    known = symbol.assumptions0
    signs = {name: known[name] for name in _SIGNS if name in known}
    try:
        plain = sp.Symbol(symbol.name, **{**signs, "real": True})
    except InconsistentAssumptions:
        plain = None
    more = {name: value for name, value in known.items() if plain is None or plain.assumptions0.get(name) != value}
    if not (more or known.get("extended_real")):  # who says that it is complex does not mean the real numbers
        more = {name: True for name in ("complex", "hermitian") if known.get(name)}
    if not more:
        return plain
    if plain is None:  # what cannot be of a real number
        more = {name: value for name, value in more.items() if _contradicts_real(name, value)} or more
    name = max(sorted(more), key=lambda fact: (len(sp.Symbol("x", **{fact: more[fact]}).assumptions0), more[fact]))
    kind = f"{'' if more[name] else 'not '}{name}"
    msg = f"the symbol {symbol} is assumed to be {kind}; a claim is about all real numbers, of one sign at most"
    raise ValueError(msg)


def _contradicts_real(name: str, value: bool) -> bool:
    try:
        sp.Symbol("x", **{"real": True, name: value})
    except InconsistentAssumptions:
        return True
    return False
