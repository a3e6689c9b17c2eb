"""What is known about rest points: one, a continuum, all of a field."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sympy as sp

    from gametheory.analysis.gifts import Gifts

__all__ = ["Box", "Continuum", "RestPoint", "RestPoints"]

_LONG = 1e-2  # larger than what surrounds an isolated point that cannot be decided


@dataclass(frozen=True)
class Box:
    """A part of a face in which nothing could be decided."""

    face: str
    """Where, as in :class:`RestPoint`."""
    lo: np.ndarray[Any, np.dtype[np.float64]]
    """Lower ends in the coordinates of the space, shape (d,)."""
    hi: np.ndarray[Any, np.dtype[np.float64]]
    """Upper ends, shape (d,)."""
    count: int
    """Of how many connected small boxes this is the hull."""

    def __str__(self) -> str:
        """One line."""
        ends = ", ".join(f"[{a:.6g}, {b:.6g}]" for a, b in zip(self.lo, self.hi, strict=True))
        guess = "continuum suspected" if np.max(self.hi - self.lo) > _LONG else "a degenerate rest point or none"
        return f"undecided: {ends}, {self.face}: {guess}"


@dataclass(frozen=True)
class RestPoint:
    """One rest point and what is known about it."""

    location: tuple[Any, ...]
    """Coordinates as SymPy numbers of one kind: exact ones where the point is exact, else floats of 17 digits, all of
    them, those that the face fixes too."""
    x: np.ndarray[Any, np.dtype[np.float64]]
    """Coordinates as floats, shape (d,)."""
    face: str
    """``"interior"``, or the coordinates that are fixed, e.g. ``"p1 = 0"``."""
    eigenvalues: tuple[Any, ...]
    """Eigenvalues of the linear part: of the natural flow where the point is found by elimination, else of the field
    itself along its face, followed by the rates of growth of absent actions."""
    stability: str
    """``"sink"``, ``"source"``, ``"saddle"``, ``"centre"`` or ``"undetermined"``, in the field's own flow."""
    kind: str
    """``"node"``, ``"focus"``, ``"saddle"``, ``"centre"``, ``"degenerate"``, or ``"semi-stable"``: a saddle that
    attracts all of one side."""
    transversal: Mapping[str, Any] = dataclass_field(default_factory=dict)
    """For each fixed coordinate its own gradient g: the flow leaves p = 0 where g > 0 and p = 1 where g < 0."""
    gifts: Gifts | None = None
    """What is given there, for share transfers."""
    radius: float = 0.0
    """Half width of the box that is proved to hold the point; 0 for exact points."""
    exact: bool = True
    """Whether `location` is the point itself."""
    certificate: str = "exact elimination and real-root counting"
    """How existence and uniqueness are known."""

    def __str__(self) -> str:
        """One line."""
        place = ", ".join(_short(value) for value in self.location)
        what = self.stability if self.stability == self.kind else f"{self.stability} ({self.kind})"
        return f"({place})  {what}, {self.face}"


@dataclass(frozen=True)
class Continuum:
    """A curve, an edge or an area of rest points."""

    description: str
    """In words."""
    equation: sp.Expr
    """Vanishes on it."""
    face: str
    """Where it lies, as in :class:`RestPoint`."""

    def __str__(self) -> str:
        """One line."""
        return f"{self.description} ({self.face})"


@dataclass(frozen=True)
class RestPoints:
    """All rest points of a field; iterate over it, or index it."""

    points: tuple[RestPoint, ...]
    """Corners, and isolated points on edges and inside; a corner stays in the list if a continuum runs through it."""
    continua: tuple[Continuum, ...]
    """Rest points that are not isolated."""
    complete: bool
    """Whether it is proved that there are no others."""
    method: str
    """How they were found, and what ended the search, if something did."""
    undecided: tuple[Box, ...] = ()
    """Boxes in which nothing could be decided."""

    def __iter__(self) -> Iterator[RestPoint]:
        """Iterate over the isolated points."""
        return iter(self.points)

    def __len__(self) -> int:
        """Count the isolated points."""
        return len(self.points)

    def __getitem__(self, index: int) -> RestPoint:
        """Return one point."""
        return self.points[index]

    @property
    def sinks(self) -> tuple[RestPoint, ...]:
        """The attracting points."""
        return tuple(point for point in self.points if point.stability == "sink")

    @property
    def interior(self) -> tuple[RestPoint, ...]:
        """The points with every policy mixed."""
        return tuple(point for point in self.points if point.face == "interior")

    def __str__(self) -> str:
        """One line a point."""
        lines = [*map(str, self.points), *(f"continuum: {c}" for c in self.continua), *map(str, self.undecided)]
        return "\n".join([*lines, f"{'complete' if self.complete else 'not proved complete'}: {self.method}"])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>({', '.join(map(_short, p.location))})</td><td>{p.face}</td><td>{p.stability}</td>"
            f"<td>{', '.join(map(_short, p.eigenvalues))}</td></tr>"
            for p in self.points
        )
        known = f"{'complete' if self.complete else 'not proved complete'}: {self.method}"
        more = [*(f"continuum: {c}" for c in self.continua), *map(str, self.undecided), known]
        rows += "".join(f"<tr><td colspan=4>{line}</td></tr>" for line in more)
        head = "<tr><th>rest point</th><th>face</th><th>stability</th><th>eigenvalues (natural flow)</th></tr>"
        return f"<table>{head}{rows}</table>"


def _short(value: Any) -> str:
    """Write a number exactly if that is short, else with five digits."""
    text = str(value)
    return text if len(text) <= 12 else f"{complex(value):.5g}" if not value.is_real else f"{float(value):.5g}"
