"""Passes: how samples go forward through a run of layers, and the gradient back."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from slugstudio.engine.activation import Activation
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers.base import Arrays, Layer, Mode
from slugstudio.engine.workers import for_shares, n_shares

SHARE = 16
"""How many samples go through convolutions together: few enough that they stay in the cache from layer to layer."""


@dataclass(frozen=True, eq=False)
class Node:
    """A layer in its place: its views of the parameter and gradient vectors, its buffers, and its shapes.

    ``arrays`` are ``params`` and ``buffers`` together.
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


class Pass:
    """Samples on their way through a run of layers, with what backward needs of the way forward."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        # What the last forward pass leaves for backward: (cache, sums, activations) of each layer. A pass drops that of
        # the one before layer by layer; dropped at once, the memory would go back to the system and be fetched anew.
        self.caches: deque[tuple[Any, Array, Array]] = deque(maxlen=len(nodes))

    def forward(self, a: Array, mode: Mode) -> Array:
        """Compute the outputs; in training, bring the buffers up to date."""
        for node in self.nodes:
            z, cache = node.layer.forward(a, node.arrays, mode)
            if mode.train and node.buffers:
                node.layer.update_buffers(cache, node.buffers)
            a = node.activation.forward(z)
            self.caches.append((cache, z, a))
        return a

    def backward(
        self, grad: Array, gradients: Sequence[Arrays], of_sums: bool = False, until: Node | None = None
    ) -> Array:
        """Fill ``gradients``, those of each node, back to ``until``, or to the input; return the gradient there.

        ``grad`` is the gradient to the outputs, or to what enters the last activation if it is ``of_sums``.
        """
        for node, grads, (cache, z, a) in zip(
            reversed(self.nodes), reversed(gradients), reversed(self.caches), strict=True
        ):
            if not of_sums:
                grad = node.activation.backward(grad, z, a)
            of_sums = False
            node.layer.parameter_gradients(grad, cache, grads)
            if node is until:
                break
            grad = node.layer.backward(grad, cache, node.arrays)
        return grad


class SharedPass:
    """Samples on their way through layers that look at each of them alone: in shares, which workers take in turn.

    The gradients of the shares are added in their order. ``gradient`` is where those of the nodes lie, one after the
    other; the first share writes there at once, the others have room of their own.
    """

    def __init__(self, nodes: Sequence[Node], gradient: Array) -> None:
        self.nodes, self.gradient = nodes, gradient
        self.shares: list[tuple[Pass, Array, Sequence[Arrays]]] = []
        self.n_samples = 0

    def forward(self, a: Array, mode: Mode) -> Array:
        """Compute the outputs."""
        if not self.nodes:
            return a
        self.n_samples = len(a)
        self._fit_shares()

        def forward(number: int, samples: slice) -> Array:
            return self.shares[number][0].forward(a[samples], mode)

        return _joined(for_shares(forward, self.n_samples, SHARE))

    def backward(self, grad: Array, until: Node | None) -> Array:
        """Fill the gradients back to ``until``, or to the input, and return the gradient there."""
        if not self.nodes:
            return grad

        def backward(number: int, samples: slice) -> Array:
            share, _, gradients = self.shares[number]
            return share.backward(grad[samples], gradients, until=until)

        to_inputs = for_shares(backward, self.n_samples, SHARE)
        for _, gradient, _ in self.shares[1:]:
            self.gradient += gradient
        return grad if until else _joined(to_inputs)

    def _fit_shares(self) -> None:
        count = n_shares(self.n_samples, SHARE)
        del self.shares[count:]
        while len(self.shares) < count:
            gradient = np.empty_like(self.gradient) if self.shares else self.gradient
            self.shares.append((Pass(self.nodes), gradient, self._parts(gradient)))

    def _parts(self, gradient: Array) -> list[Arrays]:
        """Return the views of a gradient that belong to each node."""
        sizes = [sum(array.size for array in node.grads.values()) for node in self.nodes]
        starts = np.cumsum([0, *sizes])
        shapes = [{key: array.shape for key, array in node.grads.items()} for node in self.nodes]
        return [parts(gradient, shape, int(start)) for shape, start in zip(shapes, starts, strict=False)]


def _joined(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def parts(vector: Array, shapes: Mapping[str, Shape], start: int = 0) -> Arrays:
    """Return views of arrays that lie one after the other in ``vector``, from ``start`` on."""
    found = {}
    for name, shape in shapes.items():
        stop = start + math.prod(shape)
        found[name] = vector[start:stop].reshape(shape)
        start = stop
    return found
