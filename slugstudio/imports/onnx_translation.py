"""A network that grows, layer by layer, as the nodes of an ONNX file are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
)
from slugstudio.engine.layers.base import Arrays
from slugstudio.imports.onnx_file import Node


@dataclass(frozen=True, eq=False)
class Placed:
    """A layer with its arrays, and the name of the node that it comes from."""

    layer: Layer
    arrays: Arrays = field(default_factory=dict)
    node: str = ""


@dataclass(frozen=True, eq=False)
class Preparation:
    """What is done to raw samples first: (x - offset) / scale for each channel; both of shape (channels,) or (1,)."""

    offset: Array
    scale: Array


class Translation:
    """The layers that the nodes of a chain amount to.

    Attributes
    ----------
    placed : list of Placed
    preparation : Preparation or None
    shape, told : tuple
        What arrives, without the batch axis: for the layers, and in the file, which keeps axes of one where layers here
        have vectors.
    """

    def __init__(self, input_shape: Shape) -> None:
        self.placed: list[Placed] = []
        self.preparation: Preparation | None = None
        self.shape = input_shape
        self.told = input_shape

    def add(
        self, node: Node, layer: Layer, arrays: Mapping[str, Array] | None = None, told: Shape | None = None
    ) -> None:
        """Put a layer at the end; ``told`` is the shape that the file has after it, by default the layer's own."""
        shape = layer.output_shape(self.shape)
        wanted = {**layer.parameter_shapes(self.shape), **layer.buffer_shapes(self.shape)}
        given = {name: np.ascontiguousarray(array, np.float32) for name, array in (arrays or {}).items()}
        if {name: array.shape for name, array in given.items()} != wanted:
            raise node.refused(f"expected weights of {wanted}, received { ({n: a.shape for n, a in given.items()}) }.")
        if not all(np.isfinite(array).all() for array in given.values()):
            raise node.refused("its weights are not finite.")
        self.placed.append(Placed(layer, given, node.name))
        self.shape, self.told = shape, shape if told is None else told

    def need_image(self, node: Node) -> Shape:
        """Make sure that an image arrives, where need be by a Reshape to the axes that the file has."""
        if len(self.told) != 3:
            raise node.refused(f"expected an image of three axes, received {len(self.told)} axes.")
        if self.shape != self.told:
            self.add(node, Reshape(self.told))
        return self.shape

    def need_vector(self, node: Node) -> int:
        """Make sure that a vector arrives."""
        if len(self.shape) != 1 or math.prod(self.told) != self.shape[0]:
            raise node.refused(f"expected a vector, received {len(self.shape)} axes.")
        self.told = self.shape
        return self.shape[0]

    # What may be joined with the layer before

    @property
    def _last(self) -> Placed | None:
        return self.placed[-1] if self.placed else None

    def activate(self, node: Node, activation: Activation) -> None:
        """Apply a function: as the activation of the layer before, if it has none yet."""
        last = self._last
        takes = last is not None and isinstance(last.layer, Dense | Convolution | TransposedConvolution)
        if last is not None and takes and last.layer.after == Noop():
            self.placed[-1] = replace(last, layer=last.layer.replace(activation=activation))
            return
        self.add(node, ActivationLayer(activation), told=self.told)

    def scale_and_shift(self, node: Node, scale: Array, shift: Array) -> None:
        """Compute scale · x + shift for each feature: as preparation, in the layer before, or by a normalisation."""
        features = self.shape[0]
        scale, shift = (np.broadcast_to(each.reshape(-1), (features,)).astype(np.float64) for each in (scale, shift))
        last = self._last
        if last is None:
            self._prepare(node, scale, shift)
        elif isinstance(last.layer, Dense) and last.layer.after == Noop():
            arrays = {"weight": last.arrays["weight"] * scale, "bias": last.arrays["bias"] * scale + shift}
            self.placed[-1] = replace(last, arrays={name: a.astype(np.float32) for name, a in arrays.items()})
        else:
            epsilon = BatchNormalization().epsilon
            still = np.full(features, 1 - epsilon)  # so that the root is 1
            arrays = {"weight": scale, "bias": shift, "running_mean": np.zeros(features), "running_variance": still}
            self.add(node, BatchNormalization(), arrays, self.told)

    def _prepare(self, node: Node, scale: Array, shift: Array) -> None:
        """Note what is done to raw samples: y = scale · x + shift is (x - offset) / size with size 1 / scale."""
        if not (scale > 0).all():
            raise node.refused("expected samples to be multiplied by positive numbers.")
        before = self.preparation or Preparation(np.zeros_like(scale), np.ones_like(scale))
        size = before.scale / scale
        self.preparation = Preparation(before.offset - size * shift, size)


def text(value: Any) -> str:
    """Return an attribute that is a text."""
    return value.decode() if isinstance(value, bytes) else str(value)


def weight_of(node: Node, axes: int) -> Array:
    """Return the weights of a node, which have to be constant and have so many axes."""
    weight = node.constants[0] if node.constants else None
    if weight is None or weight.ndim != axes:
        raise node.refused(f"expected constant weights of {axes} axes.")
    return weight
