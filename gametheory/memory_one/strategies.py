r"""Memory-one strategies: arrays whose last axis is (opening, CC, CD, DC, DD).

The entries are the probabilities of cooperating (action 0) in the first round and after each outcome of the last
round, own action first, each player in its own view. Any leading axes are a batch. Floats, exact fractions and SymPy
expressions are all welcome.
"""

from __future__ import annotations

import difflib
import inspect
import itertools
import numbers
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.numbers import object_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["check", "deterministic", "is_exact", "names", "strategy", "to_exact", "with_noise"]

ENTRIES = ("opening", "CC", "CD", "DC", "DD")
_ONE = np.float64(1).view(np.uint64)
_HALF, _THIRD = Fraction(1, 2), Fraction(1, 3)
# Numbers in brackets are the references of `strategy`.
_MAKERS: dict[str, Callable[..., Sequence[Any]]] = {
    "AllC": lambda: (1, 1, 1, 1, 1),
    "AllD": lambda: (0, 0, 0, 0, 0),
    "TFT": lambda opening=1: (opening, 1, 0, 1, 0),  # [2]
    "suspicious TFT": lambda: (0, 1, 0, 1, 0),
    "reverse TFT": lambda: (0, 0, 1, 0, 1),
    "WSLS": lambda opening=1: (opening, 1, 0, 0, 1),  # [1]
    "Grim": lambda opening=1: (opening, 1, 0, 0, 0),
    "firm but fair": lambda opening=1: (opening, 1, 0, 1, 1),
    "repeat": lambda opening=1: (opening, 1, 1, 0, 0),
    "alternate": lambda opening=1: (opening, 0, 0, 1, 1),
    "GTFT": lambda generosity=_THIRD, opening=1: (opening, 1, generosity, 1, generosity),  # [3]
    "Joss": lambda cooperation=Fraction(9, 10): (1, cooperation, 0, cooperation, 0),  # [2]
    "random": lambda p=_HALF: (p, p, p, p, p),
    "reactive": lambda y, p, q: (y, p, q, p, q),  # [3]
    # Zero-determinant strategies for T, R, P, S = 5, 3, 1, 0 [4], [5]
    "Extort-2": lambda opening=1: (opening, Fraction(8, 9), _HALF, _THIRD, 0),
    "Extort-3": lambda opening=1: (opening, Fraction(11, 13), _HALF, Fraction(7, 26), 0),
    "ZD-GTFT-2": lambda opening=1: (opening, 1, Fraction(1, 8), 1, Fraction(1, 4)),
    "ZDSet-2": lambda opening=1: (opening, Fraction(3, 4), Fraction(1, 4), _HALF, Fraction(1, 4)),
}


def _key(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


_BY_KEY = {_key(name): name for name in _MAKERS} | {
    "alwayscooperate": "AllC",
    "alwaysdefect": "AllD",
    "generoustitfortat": "GTFT",
    "pavlov": "WSLS",
    "titfortat": "TFT",
    "suspicioustitfortat": "suspicious TFT",
    "uniform": "random",
    "winstayloseshift": "WSLS",
}


def names() -> list[str]:
    """List the names that :func:`strategy` knows.

    Examples
    --------
    >>> names()[:3]
    ['AllC', 'AllD', 'TFT']
    """
    return list(_MAKERS)


def strategy(name: str, *, exact: bool = False, **parameters: Any) -> NDArray[Any]:
    """Make a memory-one strategy by its name.

    Parameters
    ----------
    name : str
        One of :func:`names`, or written out (tit for tat, win-stay lose-shift, Pavlov, always defect, uniform ...);
        hyphens, spaces, underscores and capitals do not matter.
    exact : bool, default False
        Return fractions instead of floats. A parameter that is a fraction or a SymPy expression does so as well.
    **parameters
        ``opening`` of most; ``generosity`` of GTFT; ``cooperation`` of Joss; ``p`` of random; ``y, p, q`` of reactive
        (opening, after the other cooperated, after it defected).

    Returns
    -------
    ndarray, shape (5,)
        Probabilities of cooperating: opening, CC, CD, DC, DD.

    Raises
    ------
    ValueError
        An unknown name (the nearest three are told) or parameter, a missing one, a probability outside [0, 1].
    TypeError
        Something else than a name. Numbers need no making: a strategy is any array (opening, CC, CD, DC, DD).

    Notes
    -----
    Win-stay, lose-shift is from [1]_, tit-for-tat from [2]_, generous tit-for-tat and reactive strategies from [3]_,
    zero-determinant strategies (for T, R, P, S = 5, 3, 1, 0) from [4]_ and [5]_. For other games build those with
    :func:`~gametheory.memory_one.extortion`, :func:`~gametheory.memory_one.generous` and
    :func:`~gametheory.memory_one.equaliser`.

    References
    ----------
    .. [1] M. A. Nowak, K. Sigmund. "A strategy of win-stay, lose-shift that outperforms tit-for-tat in the Prisoner's
       Dilemma game". Nature 364 (1993), 56-58.
    .. [2] R. Axelrod. "The Evolution of Cooperation". Basic Books, 1984.
    .. [3] M. A. Nowak, K. Sigmund. "Tit for tat in heterogeneous populations". Nature 355 (1992), 250-253.
    .. [4] A. J. Stewart, J. B. Plotkin. "Extortion and cooperation in the Prisoner's Dilemma". PNAS 109 (2012),
       10134-10135.
    .. [5] W. H. Press, F. J. Dyson. "Iterated Prisoner's Dilemma contains strategies that dominate any evolutionary
       opponent". PNAS 109 (2012), 10409-10413.

    Examples
    --------
    >>> strategy("TFT")
    array([1., 1., 0., 1., 0.])
    >>> strategy("gtft", generosity=0.1)
    array([1. , 1. , 0.1, 1. , 0.1])
    """
    if not isinstance(name, str):
        raise TypeError(_no_name(name))
    known = _BY_KEY.get(_key(name))
    if known is None:
        near = difflib.get_close_matches(_key(name), _BY_KEY, n=3, cutoff=0)
        msg = f"no strategy is called {name!r}; did you mean {', '.join(_BY_KEY[key] for key in near)}?"
        raise ValueError(msg)
    wanted = inspect.signature(_MAKERS[known]).parameters
    allowed = ", ".join(wanted) or "none"
    for parameter in parameters:
        if parameter not in wanted:
            msg = f"{known} has no parameter {parameter!r}; allowed are {allowed}"
            raise ValueError(msg)
    missing = [p.name for p in wanted.values() if p.default is p.empty and p.name not in parameters]
    if missing:
        msg = f"{known} needs {', '.join(missing)}; its parameters are {allowed}"
        raise ValueError(msg)
    entries = object_array(list(_MAKERS[known](**parameters)), (5,))
    exact = exact or any(is_exact(value) for value in parameters.values())
    return check(to_exact(entries) if exact else entries.astype(np.float64), known)


def _no_name(given: Any) -> str:
    """Say what to do with what is not a name."""
    wanted = "name must be the name of a strategy, e.g. 'TFT'"
    shown = " ".join(f"{given!r:.80}".split())
    innermost = given.tolist() if isinstance(given, np.ndarray) else given
    while isinstance(innermost, (list, tuple)) and innermost and isinstance(innermost[0], (list, tuple)):
        innermost = innermost[0]
    count = len(innermost) if isinstance(innermost, (list, tuple)) else 0
    if count == 5:
        return f"{wanted}, got {shown}: five probabilities are a strategy as they are, without strategy()"
    if count == 4:
        return (
            f"{wanted}, got {shown}: four probabilities after CC, CD, DC, DD are a strategy as they are once the "
            "opening stands before them, e.g. [1, 1, 0, 1, 0] for tit for tat"
        )
    return f"{wanted}, got {shown} of type {type(given).__name__}"


def is_exact(value: Any) -> bool:
    """Tell whether `value` is a fraction, a SymPy expression, or an array of objects.

    Examples
    --------
    >>> is_exact(Fraction(1, 2)), is_exact(0.5), is_exact(1)
    (True, False, False)
    """
    if isinstance(value, np.ndarray):
        return bool(value.dtype == object)
    return isinstance(value, Fraction) or hasattr(value, "free_symbols")


def _exact_number(value: Any) -> Any:
    if hasattr(value, "free_symbols"):
        return _exact_number(float(value)) if value.is_Float else value
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(repr(float(value)))


def to_exact(array: ArrayLike) -> NDArray[Any]:
    """Exact twin of an array: fractions and SymPy expressions as they are, a float as the decimal it prints as.

    Examples
    --------
    >>> to_exact([0.1, 1])
    array([Fraction(1, 10), Fraction(1, 1)], dtype=object)
    """
    values = np.asarray(array)
    return object_array([_exact_number(value) for value in values.flat], values.shape)


def check(x: ArrayLike, name: str = "x") -> NDArray[Any]:
    """Check that an array holds memory-one strategies.

    Parameters
    ----------
    x : array_like, shape (..., 5)
        Probabilities of cooperating: opening, CC, CD, DC, DD.
    name : str, optional
        What messages call it.

    Returns
    -------
    ndarray, shape (..., 5)
        float64, or objects (fractions, SymPy expressions). The input itself where it has that form already.

    Raises
    ------
    ValueError
        A shape that does not end in 5, or an entry outside [0, 1] (the message says which).
    TypeError
        Entries that are not real numbers or SymPy expressions.

    Examples
    --------
    >>> check([1, 1, 0, 1.5, 0])
    Traceback (most recent call last):
    ValueError: x must hold probabilities in [0, 1]; entry [3] (after DC) is 1.5
    """
    array = np.asarray(x)
    if array.dtype.kind not in "biufO":
        of_name = f"; of the name of a strategy make one with strategy({str(array)!r:.30})" if array.ndim == 0 else ""
        msg = f"{name} must hold numbers, got {array.dtype}{of_name if array.dtype.kind == 'U' else ''}"
        raise TypeError(msg)
    if array.dtype != object:
        array = np.asarray(array, dtype=np.float64)
    if array.shape[-1:] != (5,):
        msg = f"{name} must have shape (..., 5): opening, CC, CD, DC, DD; got shape {array.shape}"
        raise ValueError(msg)
    if array.dtype != object:
        # Read as integers, the floats from 0.0 to 1.0 are ordered as they are, and all others but -0.0 lie above.
        if not array.size or array.view(np.uint64).max() <= _ONE:
            return array
        wrong = np.argwhere(~((array >= 0) & (array <= 1)))
        if len(wrong):
            raise ValueError(_outside(name, array, tuple(map(int, wrong[0]))))
        return array
    for index, value in np.ndenumerate(array):
        symbol = hasattr(value, "free_symbols") and not value.is_number
        if not symbol and not isinstance(value, numbers.Real) and not hasattr(value, "free_symbols"):
            msg = f"{name} must hold real numbers or SymPy expressions, got {value!r} of type {type(value).__name__}"
            raise TypeError(msg)
        if not symbol and not (value >= 0 and value <= 1):
            raise ValueError(_outside(name, array, index))
    return array


def _outside(name: str, array: NDArray[Any], index: tuple[int, ...]) -> str:
    when = f"after {ENTRIES[index[-1]]}" if index[-1] else "the opening"
    where = ", ".join(map(str, index))
    return f"{name} must hold probabilities in [0, 1]; entry [{where}] ({when}) is {array[index]}"


def with_noise(x: ArrayLike, error: Any) -> NDArray[Any]:
    r"""Strategies whose actions fail: each action meant comes out as the other one with probability `error`.

    Parameters
    ----------
    x : array_like, shape (..., 5)
        What is meant.
    error : number
        Probability :math:`\varepsilon \in [0, 1]` of a slip, in every round and independently.

    Returns
    -------
    ndarray, shape (..., 5)
        :math:`(1 - 2\varepsilon) x + \varepsilon`, the opening included: the strategy that remembers what was done
        [1]_.

    Raises
    ------
    ValueError
        Probabilities outside [0, 1].

    References
    ----------
    .. [1] M. A. Nowak, K. Sigmund. "The alternating prisoner's dilemma". Journal of Theoretical Biology 168 (1994),
       219-226: errors in implementation.

    Examples
    --------
    >>> with_noise(strategy("TFT"), 0.01)
    array([0.99, 0.99, 0.01, 0.99, 0.01])
    """
    check_noise(error)
    array = check(x)
    if is_exact(array) or hasattr(error, "free_symbols"):
        array, error = to_exact(array), _exact_number(error)
    else:
        error = as_float(error)
    noisy: NDArray[Any] = (1 - 2 * error) * array + error
    return noisy


def check_noise(noise: Any) -> None:
    """Raise unless `noise` is a number in [0, 1] or an expression.

    Examples
    --------
    >>> check_noise(-0.1)
    Traceback (most recent call last):
    ValueError: noise must be a probability in [0, 1], got -0.1
    """
    symbolic = hasattr(noise, "free_symbols")
    if not symbolic and (isinstance(noise, (bool, np.bool_)) or not isinstance(noise, numbers.Real)):
        msg = f"noise must be a number in [0, 1], got {noise!r:.60} of type {type(noise).__name__}"
        raise TypeError(msg)
    if not (symbolic and not noise.is_number) and not 0 <= noise <= 1:
        msg = f"noise must be a probability in [0, 1], got {noise}"
        raise ValueError(msg)


def as_float(noise: Any) -> float:
    """Return the float next to a probability of errors, which must not make it impossible.

    Examples
    --------
    >>> as_float(Fraction(1, 100))
    0.01
    """
    error = float(noise)
    if error == 0 < noise:
        msg = "noise is smaller than the smallest float, 5e-324: give exact strategies, strategy(..., exact=True)"
        raise ValueError(msg)
    return error


def deterministic(opening: int | None = None) -> NDArray[np.float64]:
    """All deterministic memory-one strategies.

    Parameters
    ----------
    opening : {0, 1}, optional
        Only those that open with this probability of cooperating.

    Returns
    -------
    ndarray, shape (32, 5), or (16, 5) with `opening`
        Counting up in binary: the first row is AllD, the last AllC.

    Raises
    ------
    ValueError
        Another `opening`.

    Examples
    --------
    >>> deterministic().shape, deterministic(opening=1)[10]
    ((32, 5), array([1., 1., 0., 1., 0.]))
    """
    if opening not in {None, 0, 1}:
        msg = f"opening must be 0, 1 or None, got {opening!r}"
        raise ValueError(msg)
    every = np.array(list(itertools.product((0.0, 1.0), repeat=5)))
    return every if opening is None else every[every[:, 0] == opening]
