"""Flatten: from an image to a vector."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Help, Range, Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, times
from slugstudio.engine.messages import Message
from slugstudio.engine.operations import ChangeShape, Operation


@dataclass(frozen=True)
class Flatten(Layer):
    """Lays the values of a sample out in one row, so that Dense can take them."""

    also: ClassVar[tuple[str, ...]] = ("vector", "unroll")
    group: ClassVar[Group] = "shape"
    formula: ClassVar[str] = r"y_{n, (c h w)} = x_{n, c, h, w}"

    outdim: Annotated[
        int,
        Range(2, 4),
        Help(
            "The number of axes that remain, the batch counted: 2 gives one vector a sample.",
            "Remaining axes",
        ),
    ] = 2

    @property
    def each_alone(self) -> bool:
        """Tell that workers may share the samples."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the first outdim - 2 axes as they are and all others as one."""
        kept = self.outdim - 2
        if len(input_shape) <= kept:
            raise ShapeError(
                Message(
                    "shape.flatten_axes",
                    "Flatten to {axes} axes needs at least {least} axes a sample, received {received}; set the "
                    "remaining axes to 2.",
                    axes=self.outdim,
                    least=kept + 1,
                    received=times(input_shape),
                )
            )
        return (*input_shape[:kept], math.prod(input_shape[kept:]))

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array]:
        """Reshape; the cache is the input, to whose shape and order in memory the gradient returns."""
        del params, mode
        return x.reshape(len(x), *self.output_shape(x.shape[1:])), x

    def backward(self, grad: Array, cache: Array, params: Arrays) -> Array:
        """Reshape back."""
        del params
        dx = np.empty_like(cache)
        dx[...] = grad.reshape(cache.shape)
        return dx

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind a copy in each direction: from the order of images in memory to that of vectors, and back."""
        del arrays, mode
        y = work.empty(len(x), *self.output_shape(x.shape[1:]))
        work.forward(np.copyto, y.reshape(x.shape), x)

        def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
            del grads, to_input
            dx = np.empty_like(x)
            work.backward(np.copyto, dx, grad.reshape(x.shape))
            return dx

        return y, backward

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the change of shape."""
        return (ChangeShape(self.output_shape(input_shape)),)

    def details(self) -> str:
        """Nothing in the common case of one vector."""
        return "" if self.outdim == 2 else f"to {self.outdim} axes"
