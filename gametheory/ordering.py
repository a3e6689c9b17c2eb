"""Signs of symbolic expressions under stated relations.

Social relationships divide by ``max_b Q - min_b Q``: with symbolic payoffs that needs to know which payoff is the
larger. Each relation introduces a positive stand-in, e.g. ``R > S`` writes R = S + d with d > 0. SymPy then decides
every sign that follows, and in the end the stand-ins are written back as R - S.
"""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory.numbers import object_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Ordering"]

_MAX_ORDERS = 120  # orders of the relations that are tried


class Ordering:
    """Stand-ins for symbols that obey some relations.

    Parameters
    ----------
    relations : iterable of SymPy relations
        ``>``, ``>=``, ``<``, ``<=`` or ``Eq`` between linear expressions. Chains such as T > R, R > P, P > S always
        work; a relation that no stand-in can express beside the others is found in `left_out`, and signs that hang
        on it stay undecided.

    Raises
    ------
    TypeError
        Something that is not a relation.
    ValueError
        Relations that contradict each other.

    Examples
    --------
    >>> R, S = sp.symbols("R S")
    >>> order = Ordering([R > S])
    >>> order.write(R - S).is_positive
    True
    >>> order.read(order.write(R - S))
    R - S
    """

    def __init__(self, relations: Iterable[Any]) -> None:
        given = tuple(relations)
        # which symbol a relation binds depends on the order; the given one nearly always does
        for order in islice(permutations(given), _MAX_ORDERS):
            self._place(order)
            if not self.left_out:
                return
        self._place(given)

    def _place(self, relations: Sequence[Any]) -> None:
        self._stand_in: dict[sp.Symbol, sp.Expr] = {}  # symbol -> how it is written
        self._meaning: dict[sp.Symbol, sp.Expr] = {}  # stand-in -> what it means
        self._plain: set[sp.Symbol] = set()  # stand-ins of symbols that no relation has bound yet
        self.left_out = tuple(relation for relation in relations if not self._add(relation))

    def _add(self, relation: Any) -> bool:
        """Express a relation, or see that it follows; tell whether that could be done."""
        if isinstance(relation, sp.Eq):
            larger, smaller, gap = relation.lhs, relation.rhs, sp.Integer(0)
        elif isinstance(relation, (sp.StrictGreaterThan, sp.GreaterThan, sp.StrictLessThan, sp.LessThan)):
            larger, smaller = relation.gts, relation.lts
            strict = isinstance(relation, (sp.StrictGreaterThan, sp.StrictLessThan))
            gap = sp.Dummy("gap", positive=True) if strict else sp.Dummy("gap", nonnegative=True)
        else:
            msg = f"assume takes relations such as R > S, got {relation!r}"
            raise TypeError(msg)
        written = self.write(larger - smaller)
        # the larger side is written by the smaller one: R > S gives R = S + gap
        candidates = sorted(
            (s for s in written.free_symbols if s in self._plain),
            key=lambda s: (self._meaning[s] not in larger.free_symbols, s.name),
        )
        for symbol in candidates:
            slope = written.coeff(symbol, 1)
            if slope.is_number and not (written - slope * symbol).has(symbol):
                solution = {symbol: sp.expand((gap - written) / slope + symbol)}
                self._stand_in = {s: sp.expand(e.subs(solution)) for s, e in self._stand_in.items()}
                self._plain.remove(symbol)
                if gap != 0:
                    self._meaning[gap] = larger - smaller
                return True
        holds = written.is_zero if gap == 0 else written.is_positive if gap.is_positive else written.is_nonnegative
        if holds is False:
            msg = f"the relation {relation} contradicts the ones before it"
            raise ValueError(msg)
        return bool(holds)

    def write(self, expression: Any) -> Any:
        """Put stand-ins in the place of the symbols."""
        expression = sp.sympify(expression)
        for symbol in expression.free_symbols - set(self._stand_in):
            plain = sp.Dummy(symbol.name, **(symbol.assumptions0 | {"real": True}))  # SymPy compares real symbols only
            self._stand_in[symbol] = plain
            self._meaning[plain] = symbol
            self._plain.add(plain)
        return sp.expand(expression.subs(self._stand_in, simultaneous=True))

    def write_all(self, array: NDArray[Any]) -> NDArray[Any]:
        """Apply :meth:`write` to every entry of an object array."""
        return object_array([self.write(entry) for entry in array.flat], array.shape)

    def read(self, expression: Any) -> Any:
        """Write the symbols, and differences of them, back in the place of the stand-ins."""
        return sp.expand(expression.subs(self._meaning, simultaneous=True))
