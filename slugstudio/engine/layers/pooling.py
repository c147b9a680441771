"""What mean pooling and max pooling share: blocks that tile the image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

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

    def places(self, x: Array) -> Iterator[Array]:
        """Yield the values of all blocks at each place in a block, in reading order.

        Parameters
        ----------
        x : array of shape (n, channels, height, width)

        Yields
        ------
        array of shape (n, channels, rows, columns), a view of ``x``
        """
        _, rows, columns = self.output_shape(x.shape[1:])
        height, width = as_pair(self.pool_size)
        for u in range(height):
            for v in range(width):
                yield x[:, :, u : u + rows * height : height, v : v + columns * width : width]

    def details(self) -> str:
        """Return the block."""
        return times(as_pair(self.pool_size))
