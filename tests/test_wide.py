"""Numbers with exponents of any size against fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gametheory.memory_one.wide import Wide

sizes = st.one_of(st.just(0.0), st.floats(5e-324, 1.0), st.integers(0, 320).map(lambda k: float(f"1e-{k}")))


@given(st.lists(st.tuples(sizes, sizes, sizes), min_size=1, max_size=5), sizes)
def test_sums_of_products_and_their_shares_meet_fractions(rows, other):
    """Terms down to 1e-972, as of three rare errors; a product of floats would be zero."""
    terms = [Wide.of([a]) * Wide.of([b]) * Wide.of([c]) for a, b, c in rows]
    exact = [Fraction(a) * Fraction(b) * Fraction(c) for a, b, c in rows]
    total, whole = terms[0], exact[0]
    for term, value in zip(terms[1:], exact[1:], strict=True):
        total, whole = total + term, whole + value
    total, whole = total + Wide.of([other]), whole + Fraction(other)
    assert (total.mantissa[0] == 0) == (whole == 0)
    if whole:
        shares = [float(term.share_of(total)[0]) for term in terms]
        np.testing.assert_allclose(shares, [float(value / whole) for value in exact], rtol=1e-14, atol=5e-324)
