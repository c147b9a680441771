"""Passes: how samples go forward through a run of layers, and the gradient back."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slugstudio.engine.activation import Activation
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers.base import Arrays, Layer, Mode


@dataclass(frozen=True, eq=False)
class Node:
    """A layer in its place: its views of the parameter and gradient vectors, its buffers, and its shapes.

    ``arrays`` are ``params`` and ``buffers`` together. What is ``frozen`` is not trained.
    """

    name: str
    layer: Layer
    activation: Activation
    input_shape: Shape
    output_shape: Shape
    params: Arrays
    grads: Arrays
    buffers: Arrays
    arrays: Arrays
    frozen: bool = False

    @property
    def still(self) -> bool:
        """Whether the layer works in training as it does in inference, as its buffers are not to change."""
        return self.frozen and bool(self.buffers)


class Pass:
    """Samples on their way through the layers as they are written down, with what backward needs of the way forward."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        # What the last forward pass leaves for backward: (cache, sums, activations) of each layer. A pass drops that of
        # the one before layer by layer; dropped at once, the memory would go back to the system and be fetched anew.
        self.caches: deque[tuple[Any, Array, Array]] = deque(maxlen=len(nodes))

    def forward(self, a: Array, mode: Mode) -> Array:
        """Compute the outputs; in training, bring the buffers up to date."""
        for node in self.nodes:
            z, cache = node.layer.forward(a, node.arrays, Mode(False, mode.rng) if node.still else mode)
            if mode.train and node.buffers and not node.frozen:
                node.layer.update_buffers(cache, node.buffers)
            a = node.activation.forward(z)
            self.caches.append((cache, z, a))
        return a

    def backward(self, grad: Array) -> Array:
        """Fill the gradients of all nodes, given the gradient to the outputs; return that to the inputs."""
        for node, (cache, z, a) in zip(reversed(self.nodes), reversed(self.caches), strict=True):
            grad = node.activation.backward(grad, z, a)
            node.layer.parameter_gradients(grad, cache, node.grads)
            grad = node.layer.backward(grad, cache, node.arrays)
        return grad


def parts(vector: Array, shapes: Mapping[str, Shape], start: int = 0) -> Arrays:
    """Return views of arrays that lie one after the other in ``vector``, from ``start`` on."""
    found = {}
    for name, shape in shapes.items():
        stop = start + math.prod(shape)
        found[name] = vector[start:stop].reshape(shape)
        start = stop
    return found
