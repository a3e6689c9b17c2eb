"""Small neural networks in NumPy, many agents in one batched product."""

from lase_core.nn.categorical import (
    d_entropy,
    d_log_mixture,
    d_log_probability,
    entropy,
    log_softmax,
    mixture,
    sample,
    softmax,
)
from lase_core.nn.cell import Cell
from lase_core.nn.check import gradient_error, numeric_gradient
from lase_core.nn.convolution import Beside, Collapsed, Convolution
from lase_core.nn.layers import Affine, Dense, Layer, Parametric, Relu, Stack
from lase_core.nn.network import Adam, Network, RecurrentNetwork, Store, mlp
from lase_core.nn.recurrent import GRU, LSTM

__all__ = [
    "GRU",
    "LSTM",
    "Adam",
    "Affine",
    "Beside",
    "Cell",
    "Collapsed",
    "Convolution",
    "Dense",
    "Layer",
    "Network",
    "Parametric",
    "RecurrentNetwork",
    "Relu",
    "Stack",
    "Store",
    "d_entropy",
    "d_log_mixture",
    "d_log_probability",
    "entropy",
    "gradient_error",
    "log_softmax",
    "mixture",
    "mlp",
    "numeric_gradient",
    "sample",
    "softmax",
]
