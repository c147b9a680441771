"""What mean pooling and max pooling share: blocks that tile the image."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from slugstudio.engine import operations
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Help, Range, Shape, as_pair
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, needs_image, needs_room, times
from slugstudio.engine.layers.convolution_block import Pool, Pooled, bind_pool
from slugstudio.engine.layers.windows import Windows, short
from slugstudio.engine.operations import Operation

Stride = Annotated[
    int | tuple[int, int] | None,
    Range(1, 1024),
    Help("How far one block lies from the next; left empty, they touch.", "Stride", "px"),
]


class Pooling(Layer, abstract=True):
    """Base of the poolings: the image is cut into blocks, and each block becomes one value.

    Rows and columns at the end that do not fill a block are left out, unless the image is padded.
    """

    group: ClassVar[Group] = "shape"
    how: ClassVar[Pooled]
    pool_size: int | tuple[int, int]
    stride: int | tuple[int, int] | None
    padding: str

    @classmethod
    def example(cls) -> Self:
        """Return blocks of 2 by 2."""
        make: Any = cls
        pooling: Self = make((2, 2))
        return pooling

    @property
    def each_alone(self) -> bool:
        """Tell that workers may share the samples."""
        return True

    @property
    def costly(self) -> bool:
        """Tell that it goes over an image many times."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, rows, columns)."""
        channels, height, width = needs_image(self, input_shape)
        if self.padding == "valid":
            needs_room(self, "block", as_pair(self.pool_size), height, width)
        return channels, *self.windows(input_shape).counts

    def windows(self, input_shape: Shape) -> Windows:
        """Return how the blocks lie on the image."""
        size = as_pair(self.pool_size)
        stride = size if self.stride is None else as_pair(self.stride)
        return Windows.over((input_shape[1], input_shape[2]), size, stride, self.padding)

    def tiles(self, input_shape: Shape) -> Pool | None:
        """Return the pooling as the end of a convolution's block, if its blocks tile the image."""
        windows = self.windows(input_shape)
        return None if windows.pads or windows.stride != windows.size else Pool(self.how, windows.size)

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind the pooling by phases, if its blocks tile the image."""
        pool = self.tiles(x.shape[1:])
        return super().bind(work, x, arrays, mode) if pool is None else bind_pool(work, x, pool, mode)

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the pooling, its padding as rows and columns."""
        windows = self.windows(input_shape)
        return (operations.Pool(self.how, windows.size, windows.stride, windows.edges),)

    def details(self) -> str:
        """Return the block, and what is not as usual."""
        parts = [times(as_pair(self.pool_size))]
        parts += [f"stride {short(self.stride)}"] if self.stride is not None else []
        parts += [self.padding] if self.padding != "valid" else []
        return " · ".join(parts)
