r"""Where two LASE players end up, in closed form, on the plane of symmetric 2×2 games.

For R > P write t = T/R, s = (S - P)/R, here with R > 0. With exact estimates, R > S and T > P, the attractors are

====== =========================================== ==============================
region where                                       attractors
====== =========================================== ==============================
A      T < R, S + T > P                            (1, 1)
B      T < R, S + T < P                            (1, 1) and (0, 0)
C      T > R, S + T < P                            (0, 0)
D      T > R, S + T > P, no symmetry breaking      (p*, p*), p* = (S+T-P)/(2T+S-R-P)
E      broken symmetry inside                      p_1 + p_2 = (R+P-S)/(T-R)
F      pair on the edge of a sure cooperator       (1, 2 - T/R)
G      pair on the edge of a sure defector         ((S+T-P)/T, 0)
H      T > 2R, S > P                               (1, 0)
====== =========================================== ==============================

and their mirror images. On the borders of regions the point is not hyperbolic. The regions are derived in this project
(see :doc:`/provenance`); the tests compare them with :func:`~gametheory.analysis.rest_points`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LaseRegime", "lase_regime"]


@dataclass(frozen=True)
class LaseRegime:
    """Attractors of two LASE players, arrays of one shape."""

    region: NDArray[np.str_]
    """Letter of the region."""
    high: NDArray[np.float64]
    """Cooperation of the larger contributor at the attractor."""
    low: NDArray[np.float64]
    """Cooperation of the smaller contributor; equal to `high` at a symmetric attractor."""
    threshold: NDArray[np.float64]
    """Region B: on the diagonal, cooperation above this attracts to (1, 1), below to (0, 0); NaN elsewhere."""

    @property
    def broken(self) -> NDArray[np.bool_]:
        """Whether the attractor is one of a mirrored pair."""
        return np.isin(self.region, ["E", "F", "G", "H"])

    def cooperation(self, start: float = 0.5) -> NDArray[np.float64]:
        """Mean cooperation of the two players, from policies about `start`.

        Parameters
        ----------
        start : float, default 1/2
            Decides between the two attractors of region B.

        Returns
        -------
        ndarray
        """
        mean = (self.high + self.low) / 2
        return np.where((self.region == "B") & (start < self.threshold), 0.0, mean)


def lase_regime(R: ArrayLike, S: ArrayLike, T: ArrayLike, P: ArrayLike) -> LaseRegime:
    """Region and attractors of two LASE players in symmetric 2×2 games, by the table above.

    Parameters
    ----------
    R, S, T, P : array_like, shapes that broadcast
        Payoffs with R > 0, R > S and T > P.

    Returns
    -------
    LaseRegime

    Raises
    ------
    ValueError
        Payoffs outside R > 0, R > S, T > P.

    Examples
    --------
    >>> found = lase_regime(R=1, S=[-0.5, -0.25, 0.5], T=[1.5, 2.0, 1.5], P=0)
    >>> found.region.tolist(), found.high.round(4).tolist(), found.low.round(4).tolist()
    (['D', 'E', 'F'], [0.6667, 0.75, 1.0], [0.6667, 0.5, 0.5])
    """
    R, S, T, P = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (R, S, T, P)))
    if not np.all((R > 0) & (R > S) & (T > P)):
        msg = "lase_regime needs R > 0, R > S and T > P (the co-player's cooperation helps)"
        raise ValueError(msg)
    u, sigma, num = T - R, S - P, S + T - P
    den = num + u
    breaking = (sigma + 2 * u) ** 2 - 2 * u**2 - R**2  # > 0: unstable to differences
    at_p1 = (2 * R - T) ** 2 - R * sigma  # F of the theory: (1 - p_1)(1 - p_2) = F / (2 u²)
    at_p0 = T * (2 * R - T) - sigma * (2 * T - R)  # E of the theory: p_1 p_2 = E / (2 u²)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_star = num / den
        mean, half = (R - sigma) / (2 * u), np.sqrt(np.maximum(breaking, 0)) / (2 * np.abs(u))
        table: list[tuple[str, Any, Any, Any]] = [
            ("A", (u < 0) & (num > 0), 1.0, 1.0),
            ("B", u < 0, 1.0, 1.0),
            ("C", num <= 0, 0.0, 0.0),
            ("D", ~(breaking > 0) | (u == 0), np.where(u == 0, 1.0, p_star), np.where(u == 0, 1.0, p_star)),
            ("E", (at_p1 > 0) & (at_p0 > 0), mean + half, mean - half),
            ("F", (2 * R > T), 1.0, 2 - T / R),
            ("G", sigma < 0, num / T, 0.0),
            ("H", np.ones_like(u, dtype=bool), 1.0, 0.0),
        ]
    conditions = [where for _, where, _, _ in table]
    region = np.select(conditions, [np.full(u.shape, name) for name, _, _, _ in table], default="")
    high, low = (np.select(conditions, [np.broadcast_to(row[k], u.shape) for row in table]) for k in (2, 3))
    threshold = np.where(region == "B", p_star, np.nan)
    return LaseRegime(region, high, low, threshold)
