"""The networks of agents: dense ones for minutes, those of the research code for the paper's settings.

With ``body = "convolution"`` what is seen goes through 3×3 convolutions to 16 and to 32 channels [1]_, with no
activation between them, as in the research code, so that they collapse to one matrix; then as the settings say.

References
----------
.. [1] Sizes as in LASE's research code; the paper's own table was not available.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lase_core.nn import GRU, LSTM, Beside, Collapsed, Convolution, Dense, Network, RecurrentNetwork, Relu, mlp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lase_core.nn import Affine, Cell, Layer
    from lase_core.settings import Settings

__all__ = ["Networks"]

_CHANNELS = 16, 32
_SIZE = 3


class Networks:
    """Makes the networks of a run.

    Parameters
    ----------
    window : tuple of int
        Rows, columns and channels that inputs begin with; empty without a map.
    n_inputs, n_actions, n_agents : int
        Sizes.
    settings : Settings
        What networks look like.
    rngs : sequence of Generator
        One a seed, for the start of parameters.

    Raises
    ------
    ValueError
        Convolutions where nothing is shown as a map, or of a window smaller than 5×5.
    """

    def __init__(
        self,
        *,
        window: tuple[int, ...],
        n_inputs: int,
        n_actions: int,
        n_agents: int,
        settings: Settings,
        rngs: Sequence[np.random.Generator],
    ) -> None:
        self.window, self.n_inputs, self.n_actions, self.n_agents = window, n_inputs, n_actions, n_agents
        self.settings, self.rngs = settings, rngs
        self.convolves = settings.body == "convolution"
        if self.convolves and (not window or min(window[:2]) < 2 * _SIZE - 1):
            msg = f"body = 'convolution' needs a window of at least 5 by 5 cells, got {window[:2] or 'no map'}"
            raise ValueError(msg)

    def _seen(self, depth: int, extra: int = 0) -> list[Affine]:
        """Return convolutions of the window; what follows it in the inputs goes past them."""
        height, width, channels = self.window
        past = self.n_inputs - int(np.prod(self.window)) + extra
        found: list[Affine] = []
        for c_out in _CHANNELS[:depth]:
            layer = Convolution(height, width, channels, c_out, _SIZE)
            found.append(Beside(layer, past) if past else layer)
            height, width, channels = height - _SIZE + 1, width - _SIZE + 1, c_out
        return found

    def _dense(self, *widths: int, depth: int = 2, extra: int = 0) -> list[Layer]:
        """Return dense layers with activations between, on what is seen or on its convolutions."""
        if not self.convolves:
            return mlp(self.n_inputs + extra, *widths)
        seen = self._seen(depth, extra)
        first = Dense(seen[-1].n_out, widths[0])
        rest = mlp(*widths) if len(widths) > 1 else []
        return [Collapsed([*seen, first]), *([Relu(), *rest] if rest else [])]

    def acting(self, n_learners: int) -> Network | RecurrentNetwork:
        """Return acting networks: logits of actions, and the value of the state."""
        s, lead = self.settings, (len(self.rngs), n_learners)
        if s.cell == "none":
            return Network(self._dense(*s.hidden, self.n_actions + 1), lead, self.rngs)
        cell: Cell = (LSTM if s.cell == "lstm" else GRU)(s.hidden[-1], s.cell_width)
        after = [Dense(s.cell_width, self.n_actions + 1)]
        return RecurrentNetwork([*self._dense(*s.hidden), Relu()], cell, after, lead, self.rngs)

    def features(self) -> tuple[list[Layer], int]:
        """Return the layers from observations to what action values see beside actions, and their width."""
        if not self.convolves:
            return [*self._dense(self.settings.features), Relu()], self.settings.features
        seen = self._seen(2)
        return [Collapsed(seen)], seen[-1].n_out

    def selfish(self, n_members: int) -> Network:
        """Return selfish actors."""
        widths = (self.settings.features,) if self.convolves else self.settings.hidden
        return Network(self._dense(*widths, self.n_actions), (len(self.rngs), n_members), self.rngs)

    def predictor(self, n_members: int) -> Network:
        """Return predictors of all co-players' actions."""
        width = self.settings.estimate_hidden
        outputs = (self.n_agents - 1) * self.n_actions
        return Network(self._dense(width, outputs), (len(self.rngs), n_members), self.rngs)

    def imagination(self, n_members: int) -> Network:
        """Return what turns an observation and a name into the logits of another observation."""
        width = self.settings.estimate_hidden
        layers = self._dense(width, width, self.n_inputs, depth=1, extra=self.n_agents - 1)
        return Network(layers, (len(self.rngs), n_members), self.rngs)
