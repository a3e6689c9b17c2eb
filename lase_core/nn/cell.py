"""What recurrent cells have in common.

Inputs have shape (lead..., T, rows, n_in), outputs (lead..., T, rows, n_hidden): T steps of ``rows`` sequences side
by side. A state is a tuple of arrays of shape (lead..., rows, n_hidden).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from lase_core.nn.layers import Parametric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    State = tuple[Array, ...]

__all__ = ["Cell", "Run", "merge", "slopes", "split", "squash"]


class Run(NamedTuple):
    """What the backward pass of a cell needs to know of a forward pass; T steps on the third axis from the end."""

    x: Array
    """Inputs, shape (lead..., T, rows, n_in)."""
    gates: Array
    """Activated gates, shape (lead..., T, rows, gates · n_hidden)."""
    before: Array
    """Hidden state that each step began from, shape (lead..., T, rows, n_hidden)."""
    other: tuple[Array, ...]
    """What else the cell keeps, each of shape (lead..., T, rows, n_hidden)."""
    keep: Array | None
    """0 where a sequence begins, else 1, shape (lead..., T, rows, 1); None if none does."""


class Cell(Parametric, ABC):
    """A recurrent cell.

    Parameters
    ----------
    n_in, n_hidden : int
        Widths of inputs and of the state.

    Notes
    -----
    Starts uniform in ±1/√n_hidden, as in PyTorch.
    """

    gates: ClassVar[int]
    """Number of gates, whose weights lie side by side in ``Wx``, ``Wh`` and ``b``."""

    def __init__(self, n_in: int, n_hidden: int) -> None:
        super().__init__()
        self.n_in, self.n_hidden = n_in, n_hidden

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of the weights of inputs and of the hidden state, and of the bias."""
        width = self.gates * self.n_hidden
        return {"Wx": (self.n_in, width), "Wh": (self.n_hidden, width), "b": (width,)}

    def initial(self, rng: np.random.Generator) -> dict[str, Array]:
        """Draw all parameters."""
        bound = self.n_hidden**-0.5
        return {name: rng.uniform(-bound, bound, shape) for name, shape in self.shapes().items()}

    @abstractmethod
    def forward(self, x: Array, state: State | None = None, begins: Array | None = None) -> tuple[Array, State, Run]:
        """Go through all steps.

        Parameters
        ----------
        x : ndarray, shape (lead..., T, rows, n_in)
            Inputs.
        state : tuple of ndarray, each of shape (lead..., rows, n_hidden), optional
            State before the first step; zeros by default.
        begins : ndarray of bool, shape (lead..., T, rows), optional
            Where the state is set to zero before the step: a new sequence begins.

        Returns
        -------
        outputs : ndarray, shape (lead..., T, rows, n_hidden)
        state : tuple of ndarray
            State after the last step.
        cache : Run
            For :meth:`backward`.
        """

    @abstractmethod
    def backward(self, cache: Run, dy: Array, *, inputs: bool = True) -> Array | None:
        """Write gradients of parameters into :attr:`g`; return that of the inputs if wanted.

        Parameters
        ----------
        cache : Run
            From :meth:`forward`.
        dy : ndarray, shape (lead..., T, rows, n_hidden)
            Gradient of a scalar with respect to the outputs. The scalar does not depend on the last state otherwise,
            and the first state is taken as given.
        inputs : bool, default True
            Whether the gradient of the inputs is wanted.
        """

    def step(self, x: Array, state: State | None = None, begins: Array | None = None) -> tuple[Array, State]:
        """Go one step: x of shape (lead..., rows, n_in), begins (lead..., rows), outputs (lead..., rows, n_hidden)."""
        y, state, _ = self.forward(x[..., None, :, :], state, None if begins is None else begins[..., None, :])
        return y[..., 0, :, :], state

    def _begin(self, x: Array, state: State | None, begins: Array | None) -> tuple[Array, Array, Array, Array | None]:
        """Return gates from inputs without bias, hidden states 0..T, those that steps begin from, and the mask.

        The first hidden state is filled in; the others and, if there is a mask, what steps begin from are not.
        """
        z = split(merge(x) @ self.p["Wx"], x.shape[-2])  # one product for all steps
        *lead, steps, rows, _ = z.shape
        hidden = np.empty((*lead, steps + 1, rows, self.n_hidden), dtype=z.dtype)
        hidden[..., 0, :, :] = 0 if state is None else state[0]
        before, keep = hidden[..., :-1, :, :], None
        if begins is not None:
            before, keep = np.empty_like(before), np.logical_not(begins)[..., None].astype(z.dtype)
        return z, hidden, before, keep

    def _finish(self, run: Run, dz: Array, dp: Array, *, inputs: bool) -> Array | None:
        """Write gradients from those of the products x Wx + b and h Wh, over all steps at once."""
        dz, dp = merge(dz), merge(dp)
        np.matmul(merge(run.x).swapaxes(-1, -2), dz, out=self.g["Wx"])
        np.matmul(merge(run.before).swapaxes(-1, -2), dp, out=self.g["Wh"])
        dz.sum(axis=-2, out=self.g["b"])
        return split(dz @ self.p["Wx"].swapaxes(-1, -2), run.x.shape[-2]) if inputs else None


def merge(x: Array) -> Array:
    """Return x of shape (lead..., T, rows, width) with steps and rows as one axis, (lead..., T · rows, width)."""
    return x.reshape(*x.shape[:-3], x.shape[-3] * x.shape[-2], x.shape[-1])


def split(x: Array, rows: int) -> Array:
    """Return x of shape (lead..., T · rows, width) as (lead..., T, rows, width)."""
    return x.reshape(*x.shape[:-2], -1, rows, x.shape[-1])


def squash(a: Array, n: int) -> None:
    """Replace the first n columns by their logistic function, the others by their hyperbolic tangent."""
    # σ(a) = (1 + tanh(a / 2)) / 2 never overflows, and NumPy's tanh is several times as fast as SciPy's expit
    gates = a[..., :n]
    gates *= 0.5
    np.tanh(a, out=a)
    gates *= 0.5
    gates += 0.5


def slopes(a: Array, n: int, out: Array) -> Array:
    """Return what :func:`squash` has as derivative where it gave a: a - a² in the first n columns, else 1 - a²."""
    np.multiply(a, a, out=out)
    np.subtract(a[..., :n], out[..., :n], out=out[..., :n])
    np.subtract(1, out[..., n:], out=out[..., n:])
    return out
