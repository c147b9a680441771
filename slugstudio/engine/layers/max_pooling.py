"""Max pooling: each block of an image becomes its largest value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Hint, Range, as_pair
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

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, tuple[Array, Array]]:
        """Return the maximum of each block; the cache is the input and the maxima."""
        del params, mode
        first, *others = self.places(x)
        largest = first.copy(order="K")
        for values in others:
            np.maximum(largest, values, out=largest)
        return largest, (x, largest)

    def backward(self, grad: Array, cache: tuple[Array, Array], params: Arrays) -> Array:
        """Give each gradient to the first place of its block that holds the maximum."""
        del params
        x, largest = cache
        dx = np.zeros_like(x)
        waiting = np.ones_like(largest, dtype=bool)
        for values, place in zip(self.places(x), self.places(dx), strict=True):
            receives = values == largest
            receives &= waiting
            waiting ^= receives
            np.multiply(grad, receives, out=place)
        return dx

    def explain(self) -> str:
        """Say what becomes of a block."""
        block = times(as_pair(self.pool_size))
        return f"Each block of {block} becomes its largest value: what matters is that a pattern is there."
