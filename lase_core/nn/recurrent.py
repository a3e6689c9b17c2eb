"""Recurrent cells with hand-written backpropagation through time; shapes as in :mod:`lase_core.nn.cell`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.nn.cell import Cell, Run, merge, slopes, squash

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lase_core.nn.cell import State

    Array = NDArray[Any]

__all__ = ["GRU", "LSTM"]


class LSTM(Cell):
    r"""Long short-term memory: i, f, o = σ(…), g = tanh(…), c' = f c + i g, h' = o tanh c'.

    The dots stand for x Wx + h Wh + b, gates in this order (PyTorch: i, f, g, o, and two biases, of which only the sum
    matters). The state is (h, c).

    Parameters
    ----------
    n_in, n_hidden : int
        Widths of inputs and of the state.

    Examples
    --------
    >>> from lase_core.nn import RecurrentNetwork
    >>> network = RecurrentNetwork([], LSTM(3, 8), [], lead=(1, 2), rngs=[np.random.default_rng(0)])
    >>> y, (h, c), cache = network.forward(np.ones((1, 2, 10, 5, 3), dtype=np.float32))
    >>> y.shape, h.shape, c.shape
    ((1, 2, 10, 5, 8), (1, 2, 5, 8), (1, 2, 5, 8))
    """

    gates = 4

    def forward(self, x: Array, state: State | None = None, begins: Array | None = None) -> tuple[Array, State, Run]:
        """Go through all steps."""
        z, hidden, before, keep = self._begin(x, state, begins)
        n = self.n_hidden
        cells, tanh = np.empty_like(hidden), np.empty_like(hidden[..., 1:, :, :])
        cells[..., 0, :, :] = 0 if state is None else state[1]
        product, bias = np.empty_like(z[..., 0, :, :]), self.p["b"][..., None, :]
        for t in range(z.shape[-3]):
            a, h, c = z[..., t, :, :], before[..., t, :, :], cells[..., t, :, :]
            if keep is not None:
                np.multiply(hidden[..., t, :, :], keep[..., t, :, :], out=h)
                c *= keep[..., t, :, :]
            a += np.matmul(h, self.p["Wh"], out=product)
            a += bias
            squash(a, 3 * n)
            i, f, o, g = (a[..., k * n : (k + 1) * n] for k in range(4))
            following, tanh_c = cells[..., t + 1, :, :], tanh[..., t, :, :]
            np.multiply(f, c, out=following)
            following += np.multiply(i, g, out=tanh_c)
            np.tanh(following, out=tanh_c)
            np.multiply(o, tanh_c, out=hidden[..., t + 1, :, :])
        last = (hidden[..., -1, :, :].copy(), cells[..., -1, :, :].copy())
        return hidden[..., 1:, :, :], last, Run(x, z, before, (cells[..., :-1, :, :], tanh), keep)

    def backward(self, cache: Run, dy: Array, *, inputs: bool = True) -> Array | None:
        """Go back through all steps."""
        n, (cells, tanh) = self.n_hidden, cache.other
        weight = self.p["Wh"].swapaxes(-1, -2)
        dz = np.empty_like(cache.gates)
        slope = np.empty_like(dz[..., 0, :, :])
        dh, dc = np.zeros_like(tanh[..., 0, :, :]), np.zeros_like(tanh[..., 0, :, :])
        part = np.empty_like(dh)
        for t in range(dz.shape[-3] - 1, -1, -1):
            a, d, tanh_c = cache.gates[..., t, :, :], dz[..., t, :, :], tanh[..., t, :, :]
            i, f, o, g = (a[..., k * n : (k + 1) * n] for k in range(4))
            dh += dy[..., t, :, :]
            np.multiply(dh, tanh_c, out=d[..., 2 * n : 3 * n])
            # dc += dh o (1 - tanh² c)
            dh *= o
            dc += dh
            np.multiply(tanh_c, tanh_c, out=part)
            dc -= np.multiply(part, dh, out=part)
            np.multiply(dc, g, out=d[..., :n])
            np.multiply(dc, cells[..., t, :, :], out=d[..., n : 2 * n])
            np.multiply(dc, i, out=d[..., 3 * n :])
            d *= slopes(a, 3 * n, slope)
            dc *= f
            np.matmul(d, weight, out=dh)
            if cache.keep is not None:
                dc *= cache.keep[..., t, :, :]
                dh *= cache.keep[..., t, :, :]
        return self._finish(cache, dz, dz, inputs=inputs)


class GRU(Cell):
    r"""Gated recurrent unit: r, u = σ(…), n = tanh(x Wx + b + r (h Wh + bh)), h' = (1 - u) n + u h.

    The dots stand for x Wx + h Wh + b, gates in the order r, u, n (``bh`` is of n alone: the other gates' two biases in
    PyTorch only matter by their sum). The state is (h,).

    Parameters
    ----------
    n_in, n_hidden : int
        Widths of inputs and of the state.
    """

    gates = 3

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return those of weights and of both biases."""
        return {**super().shapes(), "bh": (self.n_hidden,)}

    def forward(self, x: Array, state: State | None = None, begins: Array | None = None) -> tuple[Array, State, Run]:
        """Go through all steps."""
        z, hidden, before, keep = self._begin(x, state, begins)
        n = self.n_hidden
        inner = np.empty_like(hidden[..., 1:, :, :])  # h Wh + bh of the last gate
        product = np.empty_like(z[..., 0, :, :])
        bias, bias_h = self.p["b"][..., None, :], self.p["bh"][..., None, :]
        for t in range(z.shape[-3]):
            a, h, q, following = z[..., t, :, :], before[..., t, :, :], inner[..., t, :, :], hidden[..., t + 1, :, :]
            if keep is not None:
                np.multiply(hidden[..., t, :, :], keep[..., t, :, :], out=h)
            np.matmul(h, self.p["Wh"], out=product)
            np.add(product[..., 2 * n :], bias_h, out=q)
            a += bias
            both, new = a[..., : 2 * n], a[..., 2 * n :]
            both += product[..., : 2 * n]
            squash(both, 2 * n)
            new += np.multiply(a[..., :n], q, out=following)
            np.tanh(new, out=new)
            # h' = n + u (h - n)
            np.subtract(h, new, out=following)
            following *= a[..., n : 2 * n]
            following += new
        return hidden[..., 1:, :, :], (hidden[..., -1, :, :].copy(),), Run(x, z, before, (inner,), keep)

    def backward(self, cache: Run, dy: Array, *, inputs: bool = True) -> Array | None:
        """Go back through all steps."""
        n, (inner,) = self.n_hidden, cache.other
        weight = self.p["Wh"].swapaxes(-1, -2)
        dz, dp = np.empty_like(cache.gates), np.empty_like(cache.gates)
        slope = np.empty_like(dz[..., 0, :, :])
        dh = np.zeros_like(inner[..., 0, :, :])
        part = np.empty_like(dh)
        for t in range(dz.shape[-3] - 1, -1, -1):
            a, d, e = cache.gates[..., t, :, :], dz[..., t, :, :], dp[..., t, :, :]
            r, u, new = (a[..., k * n : (k + 1) * n] for k in range(3))
            dh += dy[..., t, :, :]
            slopes(a, 2 * n, slope)
            # by h' = (1 - u) n + u h
            np.subtract(cache.before[..., t, :, :], new, out=part)
            np.multiply(dh, part, out=d[..., n : 2 * n])
            dh_u = np.multiply(dh, u, out=part)
            np.subtract(dh, dh_u, out=d[..., 2 * n :])
            d[..., n:] *= slope[..., n:]
            # by n = tanh(… + r q)
            np.multiply(d[..., 2 * n :], inner[..., t, :, :], out=d[..., :n])
            d[..., :n] *= slope[..., :n]
            e[..., : 2 * n] = d[..., : 2 * n]
            np.multiply(d[..., 2 * n :], r, out=e[..., 2 * n :])
            np.matmul(e, weight, out=dh)
            dh += dh_u
            if cache.keep is not None:
                dh *= cache.keep[..., t, :, :]
        merge(dp[..., 2 * n :]).sum(axis=-2, out=self.g["bh"])
        return self._finish(cache, dz, dp, inputs=inputs)
