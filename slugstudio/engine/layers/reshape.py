"""Reshape: the same values in another shape."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from slugstudio.engine.declaration import Array, Help, Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, times
from slugstudio.engine.messages import Message
from slugstudio.engine.operations import ChangeShape, Operation


@dataclass(frozen=True)
class Reshape(Layer):
    """Gives the values of a sample another shape, such as a vector that of an image; their order stays."""

    also: ClassVar[tuple[str, ...]] = ("view", "unflatten", "resize")
    group: ClassVar[Group] = "shape"
    formula: ClassVar[str] = r"y_{n, (c h w)} = x_{n, (c h w)}"

    outshape: Annotated[
        int | tuple[int, ...], Help("The shape of each sample: channels × height × width for an image.", "Shape")
    ]

    @classmethod
    def example(cls) -> Self:
        """Return an image of one channel and 8 by 8 pixels."""
        return cls((1, 8, 8))

    @property
    def target(self) -> Shape:
        """The shape as a tuple."""
        return self.outshape if isinstance(self.outshape, tuple) else (self.outshape,)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape, which must hold as many values as arrive."""
        wanted, arrive = math.prod(self.target), math.prod(input_shape)
        if wanted != arrive:
            raise ShapeError(
                Message(
                    "shape.reshape",
                    "Reshape to {shape} needs {wanted:,} values, received {received}, which are {arrive:,}; change the "
                    "shape, or the layer before it.",
                    shape=times(self.target),
                    wanted=wanted,
                    received=times(input_shape),
                    arrive=arrive,
                )
            )
        return self.target

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Shape]:
        """Reshape; the cache is the input's shape."""
        del params, mode
        return x.reshape(len(x), *self.target), x.shape

    def backward(self, grad: Array, cache: Shape, params: Arrays) -> Array:
        """Reshape back."""
        del params
        return grad.reshape(cache)

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the change of shape."""
        return (ChangeShape(self.output_shape(input_shape)),)

    def details(self) -> str:
        """Return the shape."""
        return times(self.target)

    def explain(self) -> str:
        """Say what the shape becomes."""
        return f"Gives the values of each sample the shape {times(self.target)}."
