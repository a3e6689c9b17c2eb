"""Symbols that the statements share."""

import sympy as sp

__all__ = ["P", "R", "S", "T", "den", "helps", "num", "p", "p1", "p2", "q", "rest"]

R, S, T, P = sp.symbols("R S T P", real=True)
"""Payoffs to self at CC, CD, DC and DD."""
p, p1, p2, q = sp.symbols("p p1 p2 q", real=True)
"""Probabilities of cooperating; q is an estimate."""
num = S + T - P
den = 2 * T + S - R - P
rest = num / den
"""The symmetric rest point p* of two LASE players."""
helps = (R > S, T > P)
"""The co-player's cooperation helps, whatever one does."""
