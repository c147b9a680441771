"""Mean pooling: each block of an image becomes its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Hint, Range, as_pair
from slugstudio.engine.layers.base import Arrays, Mode, times
from slugstudio.engine.layers.pooling import Pooling


@dataclass(frozen=True)
class MeanPooling(Pooling):
    r"""Shrinks an image: each block becomes the mean of its values.

    .. math:: y_{c,i,j} = \frac{1}{hw} \sum_{u<h,\, v<w} x_{c,\, ih+u,\, jw+v}

    Every value of a block receives the same share of the gradient (Deep Learning, section 9.3).
    """

    formula: ClassVar[str] = r"y_{c,i,j} = \frac{1}{hw} \sum_{u<h,\, v<w} x_{c,\, ih+u,\, jw+v}"

    pool_size: Annotated[int | tuple[int, int], Range(1, 1024), Help("Height and width of each block.", "Block", "px")]
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("Shape of the input.")] = None

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array]:
        """Return the mean of each block; the cache is the input, of which only the shape matters."""
        del params, mode
        first, *others = self.places(x)
        means = first.copy(order="K")
        for values in others:
            means += values
        means /= len(others) + 1
        return means, x

    def backward(self, grad: Array, cache: Array, params: Arrays) -> Array:
        """Share each gradient among the values of its block."""
        del params
        height, width = as_pair(self.pool_size)
        share = grad / (height * width)
        dx = np.zeros_like(cache)
        for place in self.places(dx):
            place[...] = share
        return dx

    def explain(self) -> str:
        """Say what becomes of a block."""
        return f"Each block of {times(as_pair(self.pool_size))} becomes the mean of its values."
