"""Convolutions; and stacks of affine layers collapsed to one matrix."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lase_core.nn.layers import Affine, Layer, Stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Beside", "Collapsed", "Convolution"]


class Convolution(Affine):
    """Convolution of maps without padding, one cell at a time.

    Inputs have shape (lead..., rows, height · width · c_in), flattened in the order (row, column, channel) of the map;
    outputs (lead..., rows, (height - size + 1) · (width - size + 1) · c_out), in the same order.

    Parameters
    ----------
    height, width : int
        Of the map.
    c_in, c_out : int
        Channels.
    size : int, default 3
        Side of the square kernel.

    Notes
    -----
    The weight has shape (size · size · c_in, c_out), its first axis in the order (row, column, channel) of the kernel.
    As everywhere in learning, the kernel is not flipped. Starts uniform in ±1/√(size · size · c_in), weights and biases
    alike, as PyTorch's ``Conv2d`` does.

    Examples
    --------
    >>> Convolution(5, 5, 3, 16).n_out == 3 * 3 * 16
    True
    """

    def __init__(self, height: int, width: int, c_in: int, c_out: int, size: int = 3) -> None:
        if size > min(height, width):
            msg = f"size must be at most that of the map, {height} by {width}, got {size}"
            raise ValueError(msg)
        rows, columns = height - size + 1, width - size + 1
        super().__init__(height * width * c_in, rows * columns * c_out)
        self.map, self.places, self.size = (height, width, c_in), (rows, columns), size
        self.c_out = c_out
        cells = np.arange(self.n_in).reshape(self.map)
        patches = np.lib.stride_tricks.sliding_window_view(cells, (size, size), axis=(0, 1))  # (..., channel, row, col)
        self._index = np.moveaxis(patches, 2, -1).reshape(rows * columns, -1)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of W and b."""
        return {"W": (self._index.shape[1], self.c_out), "b": (self.c_out,)}

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W and b."""
        bound = self._index.shape[1] ** -0.5
        return {name: rng.uniform(-bound, bound, shape) for name, shape in self.shapes().items()}

    def forward(self, x: Array) -> tuple[Array, Array]:
        """Return, for every place of the kernel, what it covers times W, plus b."""
        # every row of the product is one place of the kernel on one map
        patches = np.take(x, self._index, axis=-1).reshape(*x.shape[:-2], -1, self._index.shape[1])
        y = patches @ self.p["W"]
        y += self.p["b"][..., None, :]
        return y.reshape(*y.shape[:-2], x.shape[-2], self.n_out), patches

    def backward(self, cache: Array, dy: Array, *, inputs: bool = True) -> Array | None:
        """Return the gradient of the patches, summed where they overlap."""
        lead, n = dy.shape[:-2], dy.shape[-2]
        dy = dy.reshape(*lead, -1, self.c_out)
        np.matmul(cache.swapaxes(-1, -2), dy, out=self.g["W"])
        dy.sum(axis=-2, out=self.g["b"])
        if not inputs:
            return None
        (rows, columns), size = self.places, self.size
        patches = (dy @ self.p["W"].swapaxes(-1, -2)).reshape(*lead, n, rows, columns, size, size, -1)
        dx = np.zeros((*lead, n, *self.map), dtype=patches.dtype)
        for i in range(size):
            for j in range(size):
                dx[..., i : i + rows, j : j + columns, :] += patches[..., i, j, :]
        return dx.reshape(*lead, n, self.n_in)


class Beside(Affine):
    """An affine layer for the first columns; the rest goes past it.

    Parameters
    ----------
    layer : Affine
        Of the first columns.
    past : int
        How many more columns there are.
    """

    def __init__(self, layer: Affine, past: int) -> None:
        super().__init__(layer.n_in + past, layer.n_out + past)
        self._layer = layer

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of the layer."""
        return self._layer.shapes()

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:
        """Draw those of the layer."""
        return self._layer.initial(rng)

    def bind(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Take views, and hand them to the layer."""
        super().bind(parameters, gradients)
        self._layer.bind(parameters, gradients)

    def forward(self, x: Array) -> tuple[Array, Any]:
        """Return the layer's outputs, and beside them the rest of the inputs."""
        y, cache = self._layer.forward(x[..., : self._layer.n_in])
        past = np.broadcast_to(x[..., self._layer.n_in :], (*y.shape[:-1], x.shape[-1] - self._layer.n_in))
        return np.concatenate([y, past], axis=-1), cache

    def backward(self, cache: Any, dy: Array, *, inputs: bool = True) -> Array | None:
        """Return the layer's gradient, and beside it the rest of that of the outputs."""
        n = self._layer.n_out
        dx = self._layer.backward(cache, dy[..., :n], inputs=inputs)
        return None if dx is None else np.concatenate([dx, dy[..., n:]], axis=-1)


class _Matrix(NamedTuple):
    """A stack as one matrix."""

    at: list[Array]
    """Copies of the parameters that it was made from."""
    weight: Array
    """Shape (lead..., n_in, n_out)."""
    bias: Array
    """Shape (lead..., n_out)."""
    cache: Any
    """Of the stack."""


class Collapsed(Affine):
    r"""Affine layers one after the other, collapsed to one matrix: exact, and much faster for many rows.

    With unit vectors e_k, the stack f is x ↦ x M + b, where b = f(0) and M_k = f(e_k) - b. Its outputs depend on the
    parameters through f(e_k) and f(0) alone, so a gradient dy with respect to the outputs becomes one of xᵀ dy with
    respect to f(e_k) and Σ dy - Σ_k (xᵀ dy)_k with respect to f(0): the layers' own backward passes go on from there.
    All n_in + 1 of these rows, not all rows of x, go through the layers.

    The matrix is kept as long as the parameters stay the same, which every call of :meth:`forward` checks by comparing
    them with a copy: however they were changed, it is never out of date, and steps of a game between two updates cost
    one product each.

    Parameters
    ----------
    layers : sequence of Affine
        In order.

    Examples
    --------
    >>> from lase_core.nn import Convolution, Dense, Network
    >>> layers = [Convolution(5, 5, 3, 16), Convolution(3, 3, 16, 32), Dense(32, 128)]
    >>> fast = Network([Collapsed(layers)], lead=(1, 2), rngs=[np.random.default_rng(0)])
    >>> fast(np.ones((1, 2, 1000, 75), dtype=np.float32)).shape
    (1, 2, 1000, 128)
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        if not layers:
            msg = "layers must not be empty"
            raise ValueError(msg)
        affine = [layer for layer in layers if isinstance(layer, Affine)]
        if len(affine) < len(layers):
            names = [type(layer).__name__ for layer in layers if not isinstance(layer, Affine)]
            msg = f"layers must all be affine in their inputs to collapse into one matrix, got {', '.join(names)}"
            raise ValueError(msg)
        for one, other in pairwise(affine):
            if one.n_out != other.n_in:
                msg = f"layers must fit one another, got {one.n_out} outputs before {other.n_in} inputs"
                raise ValueError(msg)
        super().__init__(affine[0].n_in, affine[-1].n_out)
        self._stack = Stack(affine)
        self._matrix: _Matrix | None = None

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of all layers."""
        return self._stack.shapes()

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:
        """Draw those of all layers, in order."""
        return self._stack.initial(rng)

    def bind(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Take views, and hand every layer its own."""
        super().bind(parameters, gradients)
        self._stack.bind(parameters, gradients)
        self._matrix = None

    def forward(self, x: Array) -> tuple[Array, tuple[Array, _Matrix]]:
        """Return x M + b."""
        matrix = self._current()
        y = x @ matrix.weight
        y += matrix.bias[..., None, :]
        return y, (x, matrix)

    def backward(self, cache: tuple[Array, _Matrix], dy: Array, *, inputs: bool = True) -> Array | None:
        """Return dy Mᵀ; the layers find their gradients from xᵀ dy and Σ dy."""
        x, matrix = cache
        rows = np.empty((*dy.shape[:-2], self.n_in + 1, self.n_out), dtype=dy.dtype)
        np.matmul(x.swapaxes(-1, -2), dy, out=rows[..., :-1, :])
        rows[..., -1, :] = dy.sum(axis=-2) - rows[..., :-1, :].sum(axis=-2)
        self._stack.backward(matrix.cache, rows, inputs=False)
        return dy @ matrix.weight.swapaxes(-1, -2) if inputs else None

    def _current(self) -> _Matrix:
        values = list(self.p.values())
        kept = self._matrix
        if kept is None or not all(map(np.array_equal, kept.at, values)):
            # the same rows for all agents: the first layer's product broadcasts
            rows = np.eye(self.n_in + 1, self.n_in, dtype=values[0].dtype)
            y, cache = self._stack.forward(rows)
            bias = y[..., -1, :].copy()
            kept = _Matrix([value.copy() for value in values], y[..., :-1, :] - bias[..., None, :], bias, cache)
            self._matrix = kept
        return kept
