"""Layers with hand-written backward passes, for many agents at once.

Everything has leading axes, usually (seed, agent), written ``lead...``: parameters have shapes (lead..., shape...),
inputs and outputs (lead..., rows, width). So one batched matrix product serves all agents of all seeds, each with
parameters of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Affine", "Dense", "Layer", "Parametric", "Relu", "Stack"]


class Parametric:
    """Something with parameters.

    It says what parameters it needs (:meth:`shapes`) and how they start (:meth:`initial`); a
    :class:`~lase_core.nn.network.Store`, such as a network, keeps them and hands them over (:meth:`bind`).
    """

    def __init__(self) -> None:
        self.p: Mapping[str, Array] = {}
        """Parameters by name, shapes (lead..., shape...): views of the network's."""
        self.g: Mapping[str, Array] = {}
        """Their gradients, the same shapes, as the last :meth:`backward` left them."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of one agent's parameters, by name; none by default."""
        return {}

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:  # noqa: ARG002 (part of the interface)
        """Draw one agent's parameters; none by default."""
        return {}

    def bind(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Take views of parameters and gradients."""
        self.p, self.g = parameters, gradients


class Layer(Parametric, ABC):
    """A function with parameters, and its derivative."""

    @abstractmethod
    def forward(self, x: Array) -> tuple[Array, Any]:
        """Return outputs, and what :meth:`backward` needs to know of this call."""

    @abstractmethod
    def backward(self, cache: Any, dy: Array, *, inputs: bool = True) -> Array | None:
        """Write gradients of parameters into :attr:`g`; return that of the inputs if wanted.

        Parameters
        ----------
        cache
            From :meth:`forward`.
        dy : ndarray, shape of the outputs
            Gradient of a scalar with respect to the outputs.
        inputs : bool, default True
            Whether the gradient of the inputs is wanted.
        """


class Affine(Layer):
    """A layer whose outputs are affine in its inputs.

    Parameters
    ----------
    n_in, n_out : int
        Widths.
    """

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.n_in, self.n_out = n_in, n_out


class Dense(Affine):
    """Affine map, y = x W + b.

    Parameters
    ----------
    n_in, n_out : int
        Widths.

    Notes
    -----
    Starts uniform in ±1/√n_in, weights and biases alike, as PyTorch's ``Linear`` does.
    """

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of W and b."""
        return {"W": (self.n_in, self.n_out), "b": (self.n_out,)}

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:
        """Draw W and b."""
        bound = self.n_in**-0.5
        return {name: rng.uniform(-bound, bound, shape) for name, shape in self.shapes().items()}

    def forward(self, x: Array) -> tuple[Array, Array]:
        """Return x W + b."""
        y = x @ self.p["W"]
        y += self.p["b"][..., None, :]
        return y, x

    def backward(self, cache: Array, dy: Array, *, inputs: bool = True) -> Array | None:
        """Return dy Wᵀ; dW = xᵀ dy, db = Σ dy."""
        np.matmul(cache.swapaxes(-1, -2), dy, out=self.g["W"])
        dy.sum(axis=-2, out=self.g["b"])
        return dy @ self.p["W"].swapaxes(-1, -2) if inputs else None


class Relu(Layer):
    """Positive part, y = max(x, 0)."""

    def forward(self, x: Array) -> tuple[Array, Array]:
        """Return max(x, 0)."""
        y = np.maximum(x, 0)
        return y, y

    def backward(self, cache: Array, dy: Array, *, inputs: bool = True) -> Array | None:
        """Return dy where the output is positive."""
        return dy * (cache > 0) if inputs else None


class Stack(Layer):
    """Layers one after the other, as one; their parameters are named ``"0.W"`` and so on.

    Parameters
    ----------
    layers : sequence of Layer
        In order; none for the identity.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__()
        self.layers = list(layers)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of all layers."""
        return {f"{k}.{name}": shape for k, layer in enumerate(self.layers) for name, shape in layer.shapes().items()}

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:
        """Draw those of all layers, in order."""
        return {
            f"{k}.{name}": array for k, layer in enumerate(self.layers) for name, array in layer.initial(rng).items()
        }

    def bind(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Take views, and hand every layer its own."""
        super().bind(parameters, gradients)
        for k, layer in enumerate(self.layers):
            names = layer.shapes()
            layer.bind(
                {name: parameters[f"{k}.{name}"] for name in names}, {name: gradients[f"{k}.{name}"] for name in names}
            )

    def forward(self, x: Array) -> tuple[Array, Any]:
        """Return outputs of the last layer, and all caches."""
        caches = []
        for layer in self.layers:
            x, cache = layer.forward(x)
            caches.append(cache)
        return x, caches

    def backward(self, cache: Any, dy: Array, *, inputs: bool = True) -> Array | None:
        """Go through the layers from last to first."""
        for k in range(len(self.layers) - 1, -1, -1):
            found = self.layers[k].backward(cache[k], dy, inputs=inputs or k > 0)
            if found is None:
                return None
            dy = found
        return dy
