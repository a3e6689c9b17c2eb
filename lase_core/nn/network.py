"""Layers in a row, with the parameters of many agents in one flat array; and Adam."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.nn.cell import Cell, merge, split
from lase_core.nn.layers import Dense, Layer, Parametric, Relu, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    from lase_core.nn.cell import State

    Array = NDArray[Any]

__all__ = ["Adam", "Network", "RecurrentNetwork", "Store", "mlp"]


class Store:
    """Parameters of many agents in one flat array, with their gradients in another.

    Parameters
    ----------
    parts : sequence of Parametric
        What the parameters are of, in order.
    lead : tuple of int
        Sizes of the leading axes, e.g. (seeds, agents).
    rngs : sequence of Generator, one for each entry of the first leading axis
        For the start of the parameters; drawn from in order of the other leading axes.
    dtype : dtype, default float32
        Of parameters.
    """

    def __init__(
        self,
        parts: Sequence[Parametric],
        lead: tuple[int, ...],
        rngs: Sequence[np.random.Generator],
        dtype: DTypeLike = np.float32,
    ) -> None:
        if len(rngs) != lead[0]:
            msg = f"rngs must hold one generator for each of the {lead[0]} seeds, got {len(rngs)}"
            raise ValueError(msg)
        self.lead = lead
        agents = [
            np.concatenate([_flat(part.initial(rng)) for part in parts])
            for rng in rngs
            for _ in range(int(np.prod(lead[1:])))
        ]
        self.theta: Array = np.stack(agents).reshape(*lead, -1).astype(dtype)
        """Parameters, shape (lead..., P)."""
        self.gradient: Array = np.zeros_like(self.theta)
        """Of the scalar of the last :meth:`backward`, shape (lead..., P)."""
        end = 0
        for part in parts:
            views: tuple[dict[str, Array], dict[str, Array]] = ({}, {})
            for name, shape in part.shapes().items():
                start, end = end, end + int(np.prod(shape))
                for flat, view in zip((self.theta, self.gradient), views, strict=True):
                    view[name] = flat[..., start:end].reshape(*lead, *shape)
            part.bind(*views)


class Network(Store):
    """Layers one after the other.

    Parameters
    ----------
    layers : sequence of Layer
        In order.
    lead : tuple of int
        Sizes of the leading axes, e.g. (seeds, agents).
    rngs : sequence of Generator, one for each entry of the first leading axis
        For the start of the parameters; drawn from in order of the other leading axes.
    dtype : dtype, default float32
        Of parameters.

    Examples
    --------
    Two seeds of three agents each, ten rows of four inputs:

    >>> rngs = [np.random.default_rng(seed) for seed in (0, 1)]
    >>> network = Network(mlp(4, 8, 2), lead=(2, 3), rngs=rngs)
    >>> y, cache = network.forward(np.ones((2, 3, 10, 4), dtype=np.float32))
    >>> y.shape
    (2, 3, 10, 2)
    >>> network.backward(cache, y)  # of the loss Σ y²/2
    >>> network.gradient.shape == network.theta.shape == (2, 3, 4 * 8 + 8 + 8 * 2 + 2)
    True
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        lead: tuple[int, ...],
        rngs: Sequence[np.random.Generator],
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.layers = list(layers)
        self._stack = Stack(self.layers)
        super().__init__([self._stack], lead, rngs, dtype)

    def __call__(self, x: Array) -> Array:
        """Return outputs alone."""
        return self.forward(x)[0]

    def forward(self, x: Array) -> tuple[Array, list[Any]]:
        """Return outputs and what :meth:`backward` needs to know."""
        return self._stack.forward(x)

    def backward(self, caches: list[Any], dy: Array, *, inputs: bool = False) -> Array | None:
        """Write :attr:`gradient`; return the gradient with respect to inputs if wanted."""
        return self._stack.backward(caches, dy, inputs=inputs)


class RecurrentNetwork(Store):
    """Layers at every step, then a recurrent cell, then layers at every step.

    Parameters
    ----------
    before, after : sequence of Layer
        In order; may be empty.
    cell : Cell
        Between them.
    lead, rngs, dtype
        As for :class:`Network`.

    Examples
    --------
    >>> from lase_core.nn import LSTM
    >>> cell = LSTM(8, 8)
    >>> network = RecurrentNetwork(mlp(4, 8), cell, mlp(8, 2), lead=(1, 2), rngs=[np.random.default_rng(0)])
    >>> y, state, cache = network.forward(np.ones((1, 2, 100, 10, 4), dtype=np.float32))  # 100 steps, 10 rows
    >>> y.shape
    (1, 2, 100, 10, 2)
    >>> network.backward(cache, y)  # of the loss Σ y²/2
    >>> y, state = network.step(np.ones((1, 2, 10, 4), dtype=np.float32), state)
    >>> y.shape
    (1, 2, 10, 2)
    """

    def __init__(
        self,
        before: Sequence[Layer],
        cell: Cell,
        after: Sequence[Layer],
        lead: tuple[int, ...],
        rngs: Sequence[np.random.Generator],
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.before, self.cell, self.after = Stack(before), cell, Stack(after)
        super().__init__([self.before, cell, self.after], lead, rngs, dtype)

    def forward(self, x: Array, state: State | None = None, begins: Array | None = None) -> tuple[Array, State, Any]:
        """Go through all steps.

        Parameters
        ----------
        x : ndarray, shape (lead..., T, rows, n_in)
            Inputs.
        state : tuple of ndarray, optional
            The cell's before the first step; zeros by default.
        begins : ndarray of bool, shape (lead..., T, rows), optional
            Where the state is set to zero before the step.

        Returns
        -------
        outputs : ndarray, shape (lead..., T, rows, n_out)
        state : tuple of ndarray
            The cell's after the last step.
        cache
            For :meth:`backward`.
        """
        rows = x.shape[-2]
        x, first = self.before.forward(merge(x))
        h, state, run = self.cell.forward(split(x, rows), state, begins)
        y, last = self.after.forward(merge(h))
        return split(y, rows), state, (first, run, last)

    def step(self, x: Array, state: State | None = None, begins: Array | None = None) -> tuple[Array, State]:
        """Go one step: x of shape (lead..., rows, n_in), begins (lead..., rows), outputs (lead..., rows, n_out)."""
        y, state, _ = self.forward(x[..., None, :, :], state, None if begins is None else begins[..., None, :])
        return y[..., 0, :, :], state

    def backward(self, cache: Any, dy: Array, *, inputs: bool = False) -> Array | None:
        """Write :attr:`gradient`; return the gradient with respect to inputs if wanted."""
        first, run, last = cache
        rows = dy.shape[-2]
        dh = self.after.backward(last, merge(dy))
        assert dh is not None  # noqa: S101 (for type checkers: inputs were asked for)
        wanted = inputs or bool(self.before.layers)
        dx = self.cell.backward(run, split(dh, rows), inputs=wanted)
        if dx is not None:
            dx = self.before.backward(first, merge(dx), inputs=inputs)
        return None if dx is None or not inputs else split(dx, rows)


def _flat(parameters: dict[str, Array]) -> Array:
    return np.concatenate([np.zeros(0), *(array.ravel() for array in parameters.values())])


def mlp(*widths: int) -> list[Layer]:
    """Return dense layers of the given widths, with the positive part between.

    Parameters
    ----------
    *widths : int
        Inputs, hidden layers, outputs.

    Returns
    -------
    list of Layer
    """
    layers: list[Layer] = []
    for n_in, n_out in pairwise(widths):
        layers += [Dense(n_in, n_out), Relu()]
    return layers[:-1]


class Adam:
    r"""Adam [1]_, each agent's gradient clipped to a largest norm first.

    Parameters
    ----------
    network : Store
        Whose parameters move.
    rate : float
        Step size.
    clip : float, default 1
        Largest Euclidean norm of one agent's gradient; ``inf`` for none.

    References
    ----------
    .. [1] D. P. Kingma, J. Ba. "Adam: a method for stochastic optimization". ICLR 2015, algorithm 1.
    """

    def __init__(self, network: Store, rate: float, clip: float = 1.0) -> None:
        self.network, self.rate, self.clip = network, rate, clip
        self.mean: Array = np.zeros_like(network.theta)
        """Running average of gradients, shape (lead..., P)."""
        self.square: Array = np.zeros_like(network.theta)
        """Running average of their squares, shape (lead..., P)."""
        self.steps = 0

    def step(self) -> Array:
        """Move against the gradient; return the norms before clipping, shape (lead...)."""
        g = self.network.gradient
        norm = np.sqrt(np.vecdot(g, g))
        if np.isfinite(self.clip):
            g = g * np.minimum(1, self.clip / np.maximum(norm, 1e-12))[..., None].astype(g.dtype)
        self.steps += 1
        beta1, beta2, tiny = 0.9, 0.999, 1e-8
        self.mean += (1 - beta1) * (g - self.mean)
        self.square += (1 - beta2) * (np.square(g) - self.square)
        # both averages begin at 0: corrected for it as in the last lines of the algorithm
        scale = self.rate / (1 - beta1**self.steps)
        root = np.sqrt(self.square)
        root *= (1 - beta2**self.steps) ** -0.5
        root += tiny
        np.divide(self.mean, root, out=root)
        root *= scale
        self.network.theta -= root
        return np.asarray(norm)
