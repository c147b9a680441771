"""Upsampling: each pixel becomes a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from slugstudio.engine.declaration import Array, Help, Range, Shape, as_pair
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, needs_image, times
from slugstudio.engine.operations import Enlarge, Operation


@dataclass(frozen=True)
class UpSampling(Layer):
    r"""Makes an image larger: each value becomes a block of equal ones (nearest neighbour).

    .. math:: y_{c,i,j} = x_{c,\, \lfloor i / h \rfloor,\, \lfloor j / w \rfloor}

    The gradient to a value is the sum over its block. It undoes a pooling in size, as in the decoder of an autoencoder.
    """

    label: ClassVar[str] = "Upsampling"
    also: ClassVar[tuple[str, ...]] = ("up sampling", "upscale", "unpool", "enlarge")
    group: ClassVar[Group] = "shape"
    formula: ClassVar[str] = r"y_{c,i,j} = x_{c,\, \lfloor i / h \rfloor,\, \lfloor j / w \rfloor}"

    size: Annotated[
        int | tuple[int, int], Range(1, 64), Help("Height and width of the block of each value.", "Block", "px")
    ] = 2

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, height times the block's height, width times the block's width)."""
        channels, height, width = needs_image(self, input_shape)
        rows, columns = as_pair(self.size)
        return channels, height * rows, width * columns

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, None]:
        """Repeat rows and columns."""
        del params, mode
        rows, columns = as_pair(self.size)
        return x.repeat(rows, axis=2).repeat(columns, axis=3), None

    def backward(self, grad: Array, cache: None, params: Arrays) -> Array:
        """Sum over each block."""
        del cache, params
        n, channels, height, width = grad.shape
        rows, columns = as_pair(self.size)
        blocks = grad.reshape(n, channels, height // rows, rows, width // columns, columns)
        dx: Array = blocks.sum(axis=(3, 5))
        return dx

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the enlargement."""
        del input_shape
        return (Enlarge(as_pair(self.size)),)

    def details(self) -> str:
        """Return the block."""
        return times(as_pair(self.size))

    def explain(self) -> str:
        """Say what becomes of a value."""
        return f"Each value becomes a block of {times(as_pair(self.size))} equal ones."
