"""Statistics over seeds, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

__all__ = ["Difference", "Rank", "difference", "interval", "listed", "rank", "write"]

_LEVEL = 0.95


def interval(values: ArrayLike) -> tuple[Array, Array]:
    """Mean over seeds and half width of its 95 % t interval.

    Parameters
    ----------
    values : array_like, shape (seeds, ...)
        Seeds of NaN do not count.

    Returns
    -------
    mean : ndarray, shape (...)
        NaN where no seed counts.
    half : ndarray, shape (...)
        NaN where fewer than two do.

    Examples
    --------
    >>> interval([1.0, 2.0, 3.0])
    (array(2.), array(2.48413...))
    """
    from scipy import stats

    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array)
    n = known.sum(axis=0)
    mean = np.where(n > 0, np.where(known, array, 0).sum(axis=0) / np.maximum(n, 1), np.nan)
    squares = np.where(known, (array - mean) ** 2, 0).sum(axis=0)
    enough = np.maximum(n, 2)
    half = stats.t.ppf((1 + _LEVEL) / 2, enough - 1) * np.sqrt(squares / (enough - 1) / enough)
    return np.asarray(mean), np.asarray(np.where(n > 1, half, np.nan))


def write(values: ArrayLike, digits: int = 1) -> str:
    """Write mean and interval.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        One each.
    digits : int, default 1
        After the point.

    Returns
    -------
    str

    Examples
    --------
    >>> write([1, 2, 3])
    '2.0 ± 2.5'
    """
    mean, half = interval(values)
    return _signed(f"{mean:.{digits}f}" + (f" ± {half:.{digits}f}" if np.isfinite(half) else ""))


def listed(names: Sequence[str], nothing: str = "none") -> str:
    """Join names as in a sentence.

    Parameters
    ----------
    names : sequence of str
        What to list.
    nothing : str, default "none"
        What to say if there are none.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["Coin", "Cleanup", "Stag hunt"]), listed(["Coin"]), listed([], "no world")
    ('Coin, Cleanup and Stag hunt', 'Coin', 'no world')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or nothing


def _signed(number: str) -> str:
    return number.replace("-", "−")


@dataclass(frozen=True)
class Difference:
    """A difference of means with its 95 % interval."""

    mean: float
    half: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval is on one side of 0, else 0."""
        return int(np.sign(self.mean)) if abs(self.mean) > self.half else 0

    def __str__(self) -> str:
        """Write it with its sign."""
        return _signed(f"{self.mean:+.2f} ± {self.half:.2f}")

    def say(self, above: str, below: str, level: str) -> str:
        """Choose words by the interval.

        Parameters
        ----------
        above, below, level : str
            What to say where the interval is above 0, below it, or holds it.

        Returns
        -------
        str
        """
        return (level, above, below)[self.sign]


def difference(first: ArrayLike, second: ArrayLike, *, paired: bool = False) -> Difference:
    """Difference between two means over seeds.

    Parameters
    ----------
    first, second : array_like, shape (seeds,)
        Of two runs, or two players.
    paired : bool, default False
        Whether seeds belong together, as those of two players of one run; otherwise by Welch's interval.

    Returns
    -------
    Difference

    Examples
    --------
    >>> d = difference([4, 5, 6], [1, 2, 3])
    >>> d.sign, str(d)
    (1, '+3.00 ± 2.27')
    >>> difference([4, 5, 6], [1, 2, 3], paired=True).say("more", "less", "as much")
    'more'
    """
    from scipy import stats

    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if paired:
        mean, half = interval(a - b)
        return Difference(float(mean), float(half))
    mean = a.mean() - b.mean()
    if a.std() == b.std() == 0:
        return Difference(float(mean), 0.0)
    found = stats.ttest_ind(a, b, equal_var=False).confidence_interval(_LEVEL)
    return Difference(float(mean), float(found.high - found.low) / 2)


@dataclass(frozen=True)
class Rank:
    """A rank correlation with its 95 % interval."""

    rho: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval is on one side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def __str__(self) -> str:
        """Write it."""
        rho, low, high = (f"{round(value, 2) + 0.0:.2f}" for value in (self.rho, self.low, self.high))
        return _signed(f"{rho} [{low}, {high}]")


def rank(x: ArrayLike, y: ArrayLike, *, within: bool = False, draws: int = 2000, rng: int = 0) -> Rank:
    """Spearman's correlation over groups and seeds, with a bootstrap interval.

    Parameters
    ----------
    x, y : array_like, shape (groups, seeds)
        Two measures. Seeds are drawn anew within each group: groups are what was chosen, seeds are chance.
    within : bool, default False
        Whether ranks are taken within each group, so that differences between groups do not count.
    draws : int, default 2000
        Of the bootstrap.
    rng : int, default 0
        Its seed.

    Returns
    -------
    Rank

    Examples
    --------
    >>> print(rank([[1, 2, 3], [4, 5, 6]], [[1, 1, 2], [3, 3, 4]]))
    0.97 [0.90, 1.00]
    >>> print(rank([[1, 2, 3], [4, 5, 6]], [[3, 2, 1], [6, 5, 4]], within=True))
    −1.00 [−1.00, −1.00]
    """
    from scipy import stats

    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    drawn = np.random.default_rng(rng).integers(a.shape[1], size=(draws, *a.shape))
    groups = np.arange(len(a))[:, None]

    def rho(first: Array, second: Array) -> Array:
        """Correlate ranks; 0 where one of the measures is the same everywhere."""
        sides = (first, second) if within else (v.reshape(*v.shape[:-2], 1, -1) for v in (first, second))
        ranks = [stats.rankdata(v, axis=-1) for v in sides]
        p, q = (r - r.mean(axis=-1, keepdims=True) for r in ranks)
        scale = np.sqrt((p**2).sum(axis=(-2, -1)) * (q**2).sum(axis=(-2, -1)))
        return np.asarray((p * q).sum(axis=(-2, -1)) / np.where(scale > 0, scale, 1))

    low, high = np.quantile(rho(a[groups, drawn], b[groups, drawn]), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Rank(float(rho(a, b)), float(low), float(high))
