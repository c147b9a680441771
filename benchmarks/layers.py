"""Time each layer alone, forward and backward, so that a training step that became slower has an address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks import rivals
from slugstudio.engine.blas import one_thread
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.base import Mode
from slugstudio.engine.network import Network

REPEATS = 30


class LayerTime(NamedTuple):
    """The microseconds of one layer of a network, by its parts: its formula, its activation, and their gradients."""

    layer: str
    forward: float
    activation: float
    backward: float
    activation_backward: float


def layer_times(network: Network, batch: int) -> Iterator[LayerTime]:
    """Yield the time of each layer of a network on noise, in training, with ``batch`` samples."""
    with one_thread():
        for layer, row in zip(network.layers, network.summary(), strict=True):
            x = np.random.default_rng(0).standard_normal((batch, *row.input_shape), dtype=np.float32)
            yield _time(f"{row.name} {layer.details()}".strip(), layer, x)


def _time(name: str, layer: Layer, x: Array) -> LayerTime:
    # A network of the layer alone owns its arrays; images come from the layer before with their channels last.
    x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    network = Network((layer,), x.shape[1:])
    params = {key.partition("/")[2]: array for key, array in (network.parameters | network.buffers).items()}
    grads = {key.partition("/")[2]: array for key, array in network.gradients.items()}
    mode = Mode(train=True, rng=network.noise)
    z, cache = layer.forward(x, params, mode)
    a = layer.after.forward(z)
    grad = np.ones_like(z)

    def backward() -> None:
        layer.parameter_gradients(grad, cache, grads)
        layer.backward(grad, cache, params)

    return LayerTime(
        name,
        _microseconds(lambda: layer.forward(x, params, mode)),
        _microseconds(lambda: layer.after.forward(z)),
        _microseconds(backward),
        _microseconds(lambda: layer.after.backward(grad, z, a)),
    )


def _microseconds(work: Callable[[], object]) -> float:
    return 1e6 * median(rivals.timed(work) for _ in range(REPEATS))
