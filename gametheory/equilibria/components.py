r"""How extreme equilibria hang together: maximal Nash subsets and connected components.

Take the different mixes of player 1 and of player 2 that occur in extreme equilibria as the nodes of a bipartite graph
with the extreme equilibria as its edges. Every product :math:`\operatorname{conv} X \times \operatorname{conv} Y` for
which all pairs in :math:`X \times Y` are edges consists of equilibria; those that cannot be made larger, the maximal
bicliques of the graph, are the *maximal Nash subsets*. Their union is the set of all equilibria, and the connected
components of the graph are its (topological) components [1]_.

References
----------
.. [1] D. Avis, G. Rosenberg, R. Savani and B. von Stengel, "Enumeration of Nash equilibria for two-player games",
   Economic Theory 42 (2010), section 2 (maximal Nash subsets) and section 6 (cliques, components).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

__all__ = ["Component", "NashSubset", "bicliques", "connected"]


@dataclass(frozen=True, eq=False)
class NashSubset:
    """A maximal Nash subset: whatever each player mixes from its `mixes` is an equilibrium.

    Attributes
    ----------
    equilibria : tuple of int
        Indices of its extreme equilibria.
    mixes : tuple of tuples of ndarray
        For each player the extreme policies; the subset is the product of their convex hulls.
    description : str
        What everybody plays, in words.
    """

    equilibria: tuple[int, ...]
    mixes: tuple[tuple[NDArray[Any], ...], ...]
    description: str


@dataclass(frozen=True, eq=False)
class Component:
    """A connected set of equilibria: one equilibrium, or a continuum made of maximal Nash subsets that touch.

    Attributes
    ----------
    equilibria : tuple of int
        Indices of its extreme equilibria.
    subsets : tuple of NashSubset
        Its maximal Nash subsets; the first has the most extreme equilibria.
    """

    equilibria: tuple[int, ...]
    subsets: tuple[NashSubset, ...]

    @property
    def continuum(self) -> bool:
        """Whether it has more than one point."""
        return len(self.equilibria) > 1

    @property
    def description(self) -> str:
        """What everybody plays, in words; one clause for each maximal Nash subset."""
        return " | ".join(subset.description for subset in self.subsets)

    def __str__(self) -> str:
        """Describe it."""
        return self.description


def connected(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Find the connected components of the bipartite graph with edges `pairs`.

    Parameters
    ----------
    pairs : sequence of (int, int)
        Each edge once: a node on the left and one on the right.

    Returns
    -------
    list of tuples of int
        Indices of the edges of each component, in order of their first edge.

    Examples
    --------
    >>> connected([(0, 0), (1, 1), (0, 2)])
    [(0, 2), (1,)]
    """
    leader: dict[tuple[int, int], tuple[int, int]] = {}

    def find(node: tuple[int, int]) -> tuple[int, int]:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for left, right in pairs:
        leader[find((0, left))] = find((1, right))
    members: dict[tuple[int, int], list[int]] = {}
    for edge, (left, _) in enumerate(pairs):
        members.setdefault(find((0, left)), []).append(edge)
    return [tuple(edges) for edges in members.values()]


def bicliques(pairs: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Find the maximal bicliques of the bipartite graph with edges `pairs`.

    Parameters
    ----------
    pairs : sequence of (int, int)
        Each edge once: a node on the left and one on the right.

    Returns
    -------
    list of pairs of tuples of int
        Nodes on the left and on the right, all joined to each other; largest products first.

    Notes
    -----
    The right sides of maximal bicliques are the intersections of neighbourhoods of nodes on the left.

    Examples
    --------
    A path of three edges is two bicliques that share the middle one.

    >>> bicliques([(0, 0), (0, 1), (1, 1)])
    [((0,), (0, 1)), ((0, 1), (1,))]
    """
    neighbours: dict[int, int] = {}  # sets of nodes as the bits of a number
    for left, right in pairs:
        neighbours[left] = neighbours.get(left, 0) | 1 << right
    sides: set[int] = set()
    for own in set(neighbours.values()):
        sides |= {own & other for other in sides} | {own}
    sides.discard(0)
    found = []
    for side in sides:
        joined = tuple(sorted(node for node, own in neighbours.items() if own & side == side))
        found.append((joined, tuple(node for node in range(side.bit_length()) if side >> node & 1)))
    return sorted(found, key=lambda pair: (-len(pair[0]) * len(pair[1]), pair))
