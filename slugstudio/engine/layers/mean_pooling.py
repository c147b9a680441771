"""Mean pooling: each block of an image becomes its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Hint, Range, as_pair
from slugstudio.engine.layers.base import Arrays, Mode, times
from slugstudio.engine.layers.convolution_block import Pooled
from slugstudio.engine.layers.pooling import Pooling, Stride
from slugstudio.engine.layers.windows import Padding, Windows


@dataclass(frozen=True)
class MeanPooling(Pooling):
    r"""Shrinks an image: each block becomes the mean of its values.

    .. math:: y_{c,i,j} = \frac{1}{hw} \sum_{u<h,\, v<w} x_{c,\, is+u,\, js+v}

    with the stride s, which is the block's own height and width if none is given. Padding is left out of the mean: a
    block at the edge is divided by the number of its values that lie in the image. Every value of a block receives the
    same share of the gradient (Deep Learning, section 9.3).
    """

    also: ClassVar[tuple[str, ...]] = ("average pooling", "avg pool", "avgpool2d", "subsampling")
    how: ClassVar[Pooled] = "mean"
    formula: ClassVar[str] = r"y_{c,i,j} = \frac{1}{hw} \sum_{u<h,\, v<w} x_{c,\, is+u,\, js+v}"

    pool_size: Annotated[int | tuple[int, int], Range(1, 1024), Help("Height and width of each block.", "Block", "px")]
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("Shape of the input.")] = None
    stride: Stride = None
    padding: Padding = "valid"

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array]:
        """Return the mean of each block; the cache is the input, of which only the shape matters."""
        del params, mode
        windows = self.windows(x.shape[1:])
        first, *others = windows.places(windows.pad(x, 0))
        means = first.copy(order="K")
        for values in others:
            means += values
        means /= _sizes(windows, x)
        return means, x

    def backward(self, grad: Array, cache: Array, params: Arrays) -> Array:
        """Share each gradient among the values of its block."""
        del params
        windows = self.windows(cache.shape[1:])
        share = grad / _sizes(windows, cache)
        dx = np.zeros_like(cache, shape=(*cache.shape[:2], *windows.padded_size))
        for place in windows.places(dx):
            if windows.overlap:
                place += share
            else:
                place[...] = share
        return windows.unpad(dx)

    def explain(self) -> str:
        """Say what becomes of a block."""
        return f"Each block of {times(as_pair(self.pool_size))} becomes the mean of its values."


def _sizes(windows: Windows, x: Array) -> Array:
    """Return how many values of the image each block has: one number, or an array of shape (rows, columns)."""
    if not windows.pads:
        return np.asarray(windows.size[0] * windows.size[1], x.dtype)
    ones = windows.pad(np.ones_like(x, shape=(1, 1, *x.shape[2:])), 0)
    sizes: Array = np.sum([*windows.places(ones)], axis=0)[0, 0]
    return sizes
