r"""Faces of a product of simplices, and a gradient-like field on them.

A face is given by the *support* of each policy, the actions that it uses. On a face with own gradients
:math:`g_k = v_k - v_A` (:math:`g_A = 0`), a profile rests iff :math:`g_k = g_l` for all actions k, l of each support;
an absent action k would grow at rate :math:`g_k - g_l`, l in the support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from typing import TYPE_CHECKING, Any

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gametheory.space import Space

__all__ = ["Face", "faces"]

_TWO = 2


@dataclass(frozen=True)
class Face:
    """One face.

    Parameters
    ----------
    space : Space
        The product of simplices.
    supports : tuple of tuple of int
        Actions in use, on each simplex.

    Examples
    --------
    >>> from gametheory.space import Space
    >>> face = Face(Space((2, 3)), ((0, 1), (0, 2)))
    >>> face.name, face.dimension
    ('x2_2 = 0', 2)
    >>> face.policies
    ((t0, 1 - t0), (t1, 0, 1 - t1))
    """

    space: Space
    supports: tuple[tuple[int, ...], ...]

    @property
    def dimension(self) -> int:
        """Number of free coordinates."""
        return sum(len(support) - 1 for support in self.supports)

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """Free coordinates: on each simplex the probabilities of all actions in use but the last."""
        return tuple(sp.Symbol(f"t{k}") for k in range(self.dimension))

    @cached_property
    def policies(self) -> tuple[tuple[sp.Expr, ...], ...]:
        """Full policies in the free coordinates."""
        free = iter(self.symbols)
        found = []
        for a, support in zip(self.space.n_actions, self.supports, strict=True):
            own = [next(free) for _ in support[:-1]]
            values = dict(zip(support, [*own, 1 - sum(own)], strict=True))
            found.append(tuple(sp.sympify(values.get(k, 0)) for k in range(a)))
        return tuple(found)

    @cached_property
    def place(self) -> dict[sp.Symbol, sp.Expr]:
        """Coordinates of the space in the free ones."""
        values = chain.from_iterable(policy[:-1] for policy in self.policies)
        return dict(zip(self.space.symbols, values, strict=True))

    @property
    def coordinates(self) -> tuple[sp.Symbol, ...]:
        """Coordinates of the space that the free ones are, one by one."""
        return tuple(
            self.space.symbols[block.start + k]
            for block, support in zip(self.space.blocks, self.supports, strict=True)
            for k in support[:-1]
        )

    @property
    def name(self) -> str:
        """What is fixed, e.g. ``"p1 = 0, x2_3 = 0"``, or ``"interior"``."""
        return ", ".join(text for text, *_ in self.absent) or "interior"

    @property
    def absent(self) -> Iterator[tuple[str, str, int, int, int]]:
        """Absent actions: how to say so, the coordinate's name, the simplex, the action, and 1 or -1.

        The last number is -1 where the action is the last of two: then a coordinate is 1, not 0.
        """
        for i, (a, support) in enumerate(zip(self.space.n_actions, self.supports, strict=True)):
            names = self.space.names[self.space.blocks[i]]
            if a == _TWO:
                if len(support) == 1:
                    yield f"{names[0]} = {1 - support[0]}", names[0], i, 1 - support[0], -1 if support[0] == 0 else 1
                continue
            for k in range(a):
                if k not in support:
                    name = names[k] if k < a - 1 else f"{names[0][:-1]}{a}"
                    yield f"{name} = 0", name, i, k, 1

    def below(self, without: dict[int, set[int]]) -> Face:
        """Return the face on which further actions are absent, given by simplex."""
        return Face(
            self.space,
            tuple(tuple(k for k in s if k not in without.get(i, ())) for i, s in enumerate(self.supports)),
        )

    def gradients(self, advantages: tuple[sp.Expr, ...]) -> list[list[sp.Expr]]:
        """Value of each action less that of the last one, for each simplex, on this face."""
        at = [sp.sympify(g).xreplace(self.place) for g in advantages]  # quicker than subs, and all at once too
        return [[*at[block], sp.Integer(0)] for block in self.space.blocks]

    def equations(self, gradients: list[list[sp.Expr]]) -> list[sp.Expr]:
        """Vanish, all of them, where the face has a rest point."""
        return [
            g[k] - g[support[-1]] for g, support in zip(gradients, self.supports, strict=True) for k in support[:-1]
        ]

    def natural(self, gradients: list[list[sp.Expr]]) -> list[sp.Expr]:
        """Rates of the natural flow along the face, x_k (v_k - mean v)."""
        rates = []
        for g, x, support in zip(gradients, self.policies, self.supports, strict=True):
            mean = sum((x[k] * g[k] for k in support), sp.Integer(0))
            rates += [x[k] * (g[k] - mean) for k in support[:-1]]
        return rates

    def along(self, rates: tuple[sp.Expr, ...]) -> list[sp.Expr]:
        """Rates of any flow that leaves the face invariant, in the free coordinates."""
        at = [sp.sympify(r).xreplace(self.place) for r in rates]
        found: list[Any] = []
        for block, a, support in zip(self.space.blocks, self.space.n_actions, self.supports, strict=True):
            full = [*at[block], -sum(at[block], sp.Integer(0))]
            found += [full[k] for k in support[:-1] if k < a]
        return found

    def projected(self, gradients: list[list[sp.Expr]]) -> list[sp.Expr]:
        """Rates of the projected flow along the face: values less their mean; with two actions their difference."""
        rates: list[sp.Expr] = []
        for g, support in zip(gradients, self.supports, strict=True):
            mean = g[-1] if len(g) == _TWO else sum((g[k] for k in support), sp.Integer(0)) / len(support)
            rates += [g[k] - mean for k in support[:-1]]
        return rates

    def growth(self, gradients: list[list[sp.Expr]]) -> dict[str, tuple[sp.Expr, int]]:
        """Rates at which absent actions would grow, and the sign of :attr:`absent`, by the coordinate's name."""
        return {
            name: (gradients[i][k] - gradients[i][self.supports[i][-1]], sign) for _, name, i, k, sign in self.absent
        }


def faces(space: Space) -> list[Face]:
    """List all faces, corners first.

    Parameters
    ----------
    space : Space
        A product of simplices.

    Returns
    -------
    list of Face
        Those of a lower dimension come first.
    """
    subsets = [[s for size in range(1, a + 1) for s in combinations(range(a), size)] for a in space.n_actions]
    return sorted((Face(space, supports) for supports in product(*subsets)), key=lambda face: face.dimension)
