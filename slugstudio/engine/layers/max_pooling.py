"""Max pooling: each block of an image becomes its largest value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Hint, Range, as_pair
from slugstudio.engine.layers.base import Arrays, Mode, times
from slugstudio.engine.layers.convolution_block import Pooled
from slugstudio.engine.layers.pooling import Pooling, Stride
from slugstudio.engine.layers.windows import Padding


@dataclass(frozen=True)
class MaxPooling(Pooling):
    r"""Shrinks an image: each block becomes the largest of its values.

    .. math:: y_{c,i,j} = \max_{u<h,\, v<w} x_{c,\, is+u,\, js+v}

    with the stride s, which is the block's own height and width if none is given. Padding never is the largest. The
    gradient goes to the place of the maximum, of several equal ones to the first in reading order (Deep Learning,
    section 9.3).
    """

    also: ClassVar[tuple[str, ...]] = ("maxpool2d", "max pool", "subsampling")
    how: ClassVar[Pooled] = "max"
    formula: ClassVar[str] = r"y_{c,i,j} = \max_{u<h,\, v<w} x_{c,\, is+u,\, js+v}"

    pool_size: Annotated[int | tuple[int, int], Range(1, 1024), Help("Height and width of each block.", "Block", "px")]
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("Shape of the input.")] = None
    stride: Stride = None
    padding: Padding = "valid"

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, tuple[Array, Array]]:
        """Return the maximum of each block; the cache is the input and the maxima."""
        del params, mode
        windows = self.windows(x.shape[1:])
        first, *others = windows.places(windows.pad(x, -np.inf))
        largest = first.copy(order="K")
        for values in others:
            np.maximum(largest, values, out=largest)
        return largest, (x, largest)

    def backward(self, grad: Array, cache: tuple[Array, Array], params: Arrays) -> Array:
        """Give each gradient to the first place of its block that holds the maximum."""
        del params
        x, largest = cache
        windows = self.windows(x.shape[1:])
        padded = windows.pad(x, -np.inf)
        dx = np.zeros_like(padded)
        waiting = np.ones_like(largest, dtype=bool)
        for values, place in zip(windows.places(padded), windows.places(dx), strict=True):
            receives = values == largest
            receives &= waiting
            waiting ^= receives
            if windows.overlap:
                place += grad * receives
            else:
                np.multiply(grad, receives, out=place)
        return windows.unpad(dx)

    def explain(self) -> str:
        """Say what becomes of a block."""
        block = times(as_pair(self.pool_size))
        return f"Each block of {block} becomes its largest value: what matters is that a pattern is there."
