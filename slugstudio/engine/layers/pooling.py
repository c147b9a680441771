"""What mean pooling and max pooling share: blocks that tile the image."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from slugstudio.engine.declaration import Array, Shape, as_pair
from slugstudio.engine.layers.base import Group, Layer, needs_image, needs_room, times


class Pooling(Layer, abstract=True):
    """Base of the poolings: the image is cut into blocks that touch, and each block becomes one value.

    Rows and columns at the end that do not fill a block are left out.
    """

    group: ClassVar[Group] = "shape"
    pool_size: int | tuple[int, int]

    @classmethod
    def example(cls) -> Self:
        """Return blocks of 2 by 2."""
        make: Any = cls
        pooling: Self = make((2, 2))
        return pooling

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, height / pool height, width / pool width), rounded down."""
        channels, height, width = needs_image(self, input_shape)
        rows, columns = size = as_pair(self.pool_size)
        needs_room(self, "block", size, height, width)
        return channels, height // rows, width // columns

    def blocks(self, x: Array) -> Array:
        """Return ``x`` of shape (n, channels, h, w) as a view of shape (n, channels, rows, block h, columns, block w)."""
        n = len(x)
        channels, rows, columns = self.output_shape(x.shape[1:])
        height, width = as_pair(self.pool_size)
        used = x[:, :, : rows * height, : columns * width]
        return used.reshape(n, channels, rows, height, columns, width)

    def unblocked(self, blocks: Array, input_shape: Shape) -> Array:
        """Return the image of ``input_shape`` (batch included) made of ``blocks``, zero where no block lies."""
        n, channels, rows, height, columns, width = blocks.shape
        tiled = blocks.reshape(n, channels, rows * height, columns * width)
        if tiled.shape == input_shape:
            return tiled
        image = np.zeros(input_shape, dtype=blocks.dtype)
        image[:, :, : rows * height, : columns * width] = tiled
        return image

    def details(self) -> str:
        """The block."""
        return times(as_pair(self.pool_size))
