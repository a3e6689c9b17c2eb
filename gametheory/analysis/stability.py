r"""Stability of a rest point from enclosures of its linear part.

Eigenvalues are enclosed by discs: with approximate eigenvectors V and :math:`W \approx V^{-1}` the matrix
:math:`W J V` is nearly diagonal, and Gershgorin's discs of it, widened by what :math:`W V` lacks to the identity, hold
the eigenvalues of every J in the enclosure [1]_. Where discs do not tell the sign, Hurwitz's inequalities for the
characteristic polynomial of up to three dimensions may [2]_. One classifier serves flows (signs of real parts) and maps
(moduli against one).

References
----------
.. [1] S. M. Rump. "Verification methods: rigorous results using floating-point arithmetic". Acta Numerica 19 (2010).
.. [2] F. R. Gantmacher. "The Theory of Matrices", vol. 2, ch. XV. Chelsea, 1959.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Spectrum", "classify", "spectrum"]

_SLOP = 1e-14  # of the sizes of the factors: rounding in products of a few numbers


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues of all matrices in an enclosure."""

    values: Array
    """Complex, shape (m,)."""
    radii: Array
    """Radii of discs around them that hold the eigenvalues, shape (m,); infinite if nothing is known."""


def spectrum(jacobian: Interval) -> Spectrum:
    """Enclose eigenvalues.

    Parameters
    ----------
    jacobian : Interval of shape (m, m)
        Holds the matrix.

    Returns
    -------
    Spectrum

    Examples
    --------
    >>> found = spectrum(Interval([[-1.0, 2.0], [-2.0, -1.0]]))
    >>> found.values.round(6), bool(found.radii.max() < 1e-12)
    (array([-1.+2.j, -1.-2.j]), True)
    """
    a, spread = jacobian.middle, jacobian.width / 2
    m = len(a)
    if m == 0 or not np.isfinite(a).all():
        return Spectrum(np.full(m, np.nan, dtype=complex), np.full(m, np.inf))
    values, v = np.linalg.eig(a.astype(complex))
    try:
        w = np.linalg.inv(v)
    except np.linalg.LinAlgError:
        return Spectrum(values, np.full(m, np.inf))
    error = np.abs(w @ a @ v - np.diag(values)) + np.abs(w) @ (spread + m * _SLOP * np.abs(a)) @ np.abs(v)
    lacking = np.abs(w @ v - np.eye(m)) + m * _SLOP * np.abs(w) @ np.abs(v)
    gap = float(lacking.sum(axis=1).max())
    if gap >= 1:
        return Spectrum(values, np.full(m, np.inf))
    size = float((np.abs(np.diag(values)) + error).sum(axis=1).max())
    return Spectrum(values, error.sum(axis=1) + gap / (1 - gap) * size)


def classify(jacobian: Interval, across: Interval, kind: str = "flow", *, smooth: bool = True) -> tuple[str, str]:
    """Say what a rest point is by its linear part.

    Parameters
    ----------
    jacobian : Interval of shape (m, m)
        Of the rates along the face that it lies on; for maps, of the map.
    across : Interval of shape (k,)
        Rates at which absent actions grow.
    kind : {"flow", "map"}
        What the numbers mean.
    smooth : bool, default True
        False where the enclosure may hold derivatives on both sides of a kink: then discs alone decide. In the
        eigenvectors' coordinates they say that the largest one falls, or grows, whichever side acts.

    Returns
    -------
    stability : {"sink", "source", "saddle", "undetermined"}
        Undetermined where the linear part, or its enclosure, leaves it open.
    shape : {"node", "focus", "saddle", "degenerate"}
        How orbits come and go.

    Examples
    --------
    >>> classify(Interval([[-1.0]]), Interval([0.5]))
    ('saddle', 'saddle')
    """
    found = spectrum(jacobian)
    size = np.abs(found.values) - 1 if kind == "map" else found.values.real
    own = _own(found, (size > found.radii) | (size < -found.radii))
    grows, shrinks = own & (size > 0), own & (size < 0)
    if smooth and kind == "flow" and not np.all(grows | shrinks):
        decided = _hurwitz(jacobian)
        if decided == "saddle":
            return "saddle", "saddle"
        if decided:
            grows, shrinks = np.full(len(size), decided == "source"), np.full(len(size), decided == "sink")
    grows, shrinks = np.concatenate([grows, across.lo > 0]), np.concatenate([shrinks, across.hi < 0])
    if grows.any() and shrinks.any() and (smooth or np.all(grows | shrinks)):
        return "saddle", "saddle"
    if not np.all(grows | shrinks):
        return "undetermined", "degenerate"
    turning = np.abs(found.values.imag) > np.where(np.isfinite(found.radii), found.radii, 0)
    return ("sink" if shrinks.all() else "source"), ("focus" if turning.any() else "node")


def _own(found: Spectrum, decided: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a disc has eigenvalues of its own: it hangs together with discs of decided signs alone.

    Of discs that overlap only the whole is known to hold as many eigenvalues as there are discs.
    """
    touch = np.abs(found.values[:, None] - found.values) <= found.radii[:, None] + found.radii
    for _ in decided:
        decided = decided & ~np.any(touch & ~decided, axis=1)
    return decided


def _hurwitz(jacobian: Interval) -> str:
    """Sink, source or saddle by the signs of the characteristic polynomial, or nothing."""
    j = [[jacobian[r, c] for c in range(jacobian.lo.shape[1])] for r in range(jacobian.lo.shape[0])]
    m = len(j)
    if m == 2:
        trace, det = j[0][0] + j[1][1], j[0][0] * j[1][1] - j[0][1] * j[1][0]
        if det.hi < 0:
            return "saddle"
        if det.lo > 0:
            return "sink" if trace.hi < 0 else "source" if trace.lo > 0 else ""
    if m == 3:
        a2, a1, a0 = (c if k % 2 else -c for k, c in enumerate(_invariants(j)))
        hurwitz = a2 * a1 - a0
        if a2.lo > 0 and a0.lo > 0 and hurwitz.lo > 0:
            return "sink"
        if a2.hi < 0 and a0.hi < 0 and hurwitz.hi < 0:
            return "source"
        if (a0.hi < 0 and (a2.lo > 0 or a1.hi < 0)) or (a0.lo > 0 and (a2.hi < 0 or a1.hi < 0)):
            return "saddle"
    return ""


def _invariants(j: list[list[Interval]]) -> tuple[Interval, Interval, Interval]:
    """Trace, sum of principal minors and determinant of a 3 × 3 matrix."""

    def minor(r: int, s: int) -> Interval:
        return j[r][r] * j[s][s] - j[r][s] * j[s][r]

    trace = j[0][0] + j[1][1] + j[2][2]
    det = (
        j[0][0] * minor(1, 2)
        - j[0][1] * (j[1][0] * j[2][2] - j[1][2] * j[2][0])
        + j[0][2] * (j[1][0] * j[2][1] - j[1][1] * j[2][0])
    )
    return trace, minor(0, 1) + minor(0, 2) + minor(1, 2), det
