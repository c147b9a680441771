"""Global mean pooling: each feature map becomes one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, needs_image
from slugstudio.engine.operations import MeanOfMaps, Operation


@dataclass(frozen=True)
class GlobalMeanPooling(Layer):
    r"""Turns each feature map into its mean: an image of any size becomes a vector with one value a channel.

    .. math:: y_c = \frac{1}{hw} \sum_{i,j} x_{c,i,j}

    In the place of Flatten it leaves far fewer weights to the layer after it (Lin et al., 2014).
    """

    also: ClassVar[tuple[str, ...]] = ("global average pooling", "gap", "global avg pool")
    group: ClassVar[Group] = "shape"
    formula: ClassVar[str] = r"y_c = \frac{1}{hw} \sum_{i,j} x_{c,i,j}"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels,)."""
        channels, _, _ = needs_image(self, input_shape)
        return (channels,)

    @property
    def each_alone(self) -> bool:
        """Tell that workers may share the samples."""
        return True

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array]:
        """Return the means; the cache is the input, of which only the shape matters."""
        del params, mode
        return x.mean(axis=(2, 3)), x

    def backward(self, grad: Array, cache: Array, params: Arrays) -> Array:
        """Share each gradient among the values of its feature map."""
        del params
        dx = np.empty_like(cache)
        dx[...] = (grad / (cache.shape[2] * cache.shape[3]))[:, :, None, None]
        return dx

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the mean of each map."""
        del input_shape
        return (MeanOfMaps(),)
