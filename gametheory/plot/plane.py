"""A quantity over the (T, S) plane of symmetric 2×2 games with R = 1, P = 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import cmcrameri.cm as crameri
import matplotlib.pyplot as plt
import numpy as np

from gametheory.plot.palette import INK

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection, QuadMesh
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Plane", "plane"]

# name: left end of its range of T, and whether S is above (1) or below (-1) zero
_CLASSES = {"harmony": (0, 1), "snowdrift": (1, 1), "stag hunt": (0, -1), "prisoner's dilemma": (1, -1)}


@dataclass(frozen=True)
class Plane:
    """What :func:`plane` drew, and the numbers behind it."""

    axes: Axes
    mesh: QuadMesh
    colorbar: Colorbar | None
    points: PathCollection | None
    T: NDArray[np.float64]
    S: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def figure(self) -> Figure:
        """The figure, to be saved or shown."""
        return cast("Figure", self.axes.figure)


def plane(  # noqa: PLR0913 (options of a picture)
    quantity: Callable[[NDArray[np.float64], NDArray[np.float64]], ArrayLike],
    *,
    ax: Axes | None = None,
    T: tuple[float, float] = (0.0, 2.0),
    S: tuple[float, float] = (-1.0, 1.0),
    resolution: int = 200,
    label: str = "",
    limits: tuple[float, float] | None = (0.0, 1.0),
    cmap: Any = None,
    points: ArrayLike | None = None,
    classes: bool = True,
    colorbar: bool = True,
) -> Plane:
    """Draw a quantity over the (T, S) plane, with the four classes of game marked.

    Parameters
    ----------
    quantity : callable
        ``quantity(T, S)`` on arrays of shape (resolution, resolution).
    ax : Axes, optional
        Where to draw; a new figure if not given.
    T, S : (float, float)
        Ranges of temptation and sucker's payoff; cell centres lie inside.
    resolution : int, default 200
        Cells along each side.
    label : str
        What the colour means.
    limits : (float, float), optional
        Colour range; None takes it from the values.
    cmap : colormap, optional
        A perceptually uniform one if not given.
    points : array_like, shape (count, 3), optional
        Rows (T, S, measured value), drawn as dots in the same colours.
    classes : bool, default True
        Whether to mark harmony, stag hunt, snowdrift and prisoner's dilemma.
    colorbar : bool, default True
        Whether to draw one.

    Returns
    -------
    Plane

    Examples
    --------
    >>> drawn = plane(lambda T, S: np.clip(S - T + 1, 0, 1), resolution=4, label="an example")
    >>> drawn.values.shape
    (4, 4)
    """
    ax = ax if ax is not None else plt.subplots(figsize=(5.6, 4.6), layout="constrained")[1]
    edges_t, edges_s = np.linspace(*T, resolution + 1), np.linspace(*S, resolution + 1)
    grid_t, grid_s = np.meshgrid((edges_t[1:] + edges_t[:-1]) / 2, (edges_s[1:] + edges_s[:-1]) / 2)
    values = np.asarray(quantity(grid_t, grid_s), dtype=np.float64)
    low, high = limits if limits is not None else (None, None)
    cmap = cmap if cmap is not None else crameri.batlow
    mesh = ax.pcolormesh(edges_t, edges_s, values, vmin=low, vmax=high, cmap=cmap, rasterized=True)
    dots = None
    if points is not None:
        t, s, value = np.asarray(points, dtype=np.float64).T
        dots = ax.scatter(
            t,
            s,
            c=value,
            norm=cast("Normalize", mesh.norm),
            cmap=cmap,
            s=55,
            edgecolors="white",
            linewidths=1.2,
            zorder=4,
        )
    if classes:
        ax.axvline(1, color=INK, lw=1)
        ax.axhline(0, color=INK, lw=1)
        for name, (left, side) in _CLASSES.items():
            t, s = max(T[0], float(left)), S[1] if side > 0 else S[0]
            if t < T[1] and s * side > 0 and (left == 1 or t < 1):
                ax.annotate(
                    name,
                    (t, s),
                    (5, -5 * side),
                    textcoords="offset points",
                    va="top" if side > 0 else "bottom",
                    fontsize=9,
                    color=INK,
                    zorder=5,
                    bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "boxstyle": "round,pad=0.2"},
                )
    bar = ax.figure.colorbar(mesh, ax=ax, label=label) if colorbar else None
    ax.set(xlim=T, ylim=S, xlabel="temptation $T$  ($R = 1$, $P = 0$)", ylabel="sucker's payoff $S$")
    return Plane(ax, mesh, bar, dots, grid_t, grid_s, values)
