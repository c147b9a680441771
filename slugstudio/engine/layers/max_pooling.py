"""Max pooling: each block of an image becomes its largest value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Hint, Range, Shape, as_pair
from slugstudio.engine.layers.base import Arrays, Mode, times
from slugstudio.engine.layers.pooling import Pooling


@dataclass(frozen=True)
class MaxPooling(Pooling):
    r"""Shrinks an image: each block becomes the largest of its values.

    .. math:: y_{c,i,j} = \max_{u<h,\, v<w} x_{c,\, ih+u,\, jw+v}

    The gradient goes to the place of the maximum, of several equal ones to the first in reading order (Deep Learning,
    section 9.3).
    """

    formula: ClassVar[str] = r"y_{c,i,j} = \max_{u<h,\, v<w} x_{c,\, ih+u,\, jw+v}"

    pool_size: Annotated[int | tuple[int, int], Range(1, 1024), Help("Height and width of each block.", "Block", "px")]
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("Shape of the input.")] = None

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, tuple[Array, Shape]]:
        """Return the maximum of each block; the cache is where it lies in its block, and the input's shape."""
        del params, mode
        blocks = self.blocks(x).transpose(0, 1, 2, 4, 3, 5)
        flat = blocks.reshape(*blocks.shape[:4], -1)
        where = flat.argmax(axis=-1)[..., None]
        return np.take_along_axis(flat, where, axis=-1)[..., 0], (where, x.shape)

    def backward(self, grad: Array, cache: tuple[Array, Shape], params: Arrays, grads: Arrays) -> Array:
        """Give each gradient to the place of its maximum."""
        del params, grads
        where, input_shape = cache
        height, width = as_pair(self.pool_size)
        flat = (where == np.arange(height * width)) * grad[..., None]
        blocks = flat.reshape(*grad.shape, height, width).transpose(0, 1, 2, 4, 3, 5)
        return self.unblocked(blocks, input_shape)

    def explain(self) -> str:
        """Say what becomes of a block."""
        return f"Each block of {times(as_pair(self.pool_size))} becomes its largest value: what matters is that a pattern is there."
