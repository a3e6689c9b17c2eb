"""Statements known to be false: a verification that does not refute them is broken."""

from __future__ import annotations

import sympy as sp

from gametheory.theorems.smt import prove
from gametheory.theorems.statement import Claim
from gametheory.theorems.symbols import P, R, S, T, p, q, rest

__all__ = ["CONTROLS", "controls_refuted"]

CONTROLS = (
    Claim(rest > sp.Rational(1, 2), (T > R, R > P, P > S, S + T > P), "two LASE players cooperate more often than not"),
    Claim(S + T > P, (T > R, R > P, P > S), "in every dilemma S + T > P"),
    Claim(2 * p * (1 - p) > sp.Rational(1, 2), (p >= 0, p <= 1), "2p(1 - p) exceeds one half"),
    Claim(sp.Ge(p * q, p), (p >= 0, p <= 1, q >= 0, q <= 1), "a product of probabilities is at least each of them"),
    Claim(sp.Eq((p**2 - q**2) / (p - q), p + q), (), "a quotient without a hypothesis on its denominator"),
)
"""Each must be refuted."""


def controls_refuted(seconds: float | None = None) -> list[tuple[str, bool]]:
    """Try all controls.

    Parameters
    ----------
    seconds : float, optional
        Time for each question to the solver; without it answers do not depend on the clock.

    Returns
    -------
    list of (words, refuted)
    """
    return [
        (control.words, prove(control.hypotheses, control.conclusion, seconds=seconds).status == "refuted")
        for control in CONTROLS
    ]
