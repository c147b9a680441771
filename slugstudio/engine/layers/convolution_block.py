"""A convolution with its activation, and a pooling after it, as one block of bound calls.

What every kernel sees is copied into columns, and one matrix product answers for all kernels and places. The rows of
that product are ordered by their place in the block of the pooling after it (its phase): a pooling is then an operation
on a few long arrays, places that no block covers are never computed, and where the largest value is wanted, bias and
activation come after it, as neither changes which one it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import as_strided

from slugstudio.engine.activation import Activation, BindBack
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers.base import Arrays, Mode
from slugstudio.engine.layers.windows import LONG_RUN, Windows

Pooled = Literal["max", "mean"]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Pool:
    """The pooling at the end of a block: its blocks tile what the convolution gives."""

    how: Pooled
    size: Pair


NO_POOL = Pool("max", (1, 1))


class Places:
    """Where the kernels lie on the images of a batch, ordered by phase.

    The axes are (row in the pool's block, column in it, n, block's row, block's column), ``shape`` in all.
    """

    def __init__(self, windows: Windows, n: int, channels: int, pool: Pool) -> None:
        self.windows, self.channels = windows, channels
        blocks = [count // size for count, size in zip(windows.counts, pool.size, strict=True)]
        self.shape = (*pool.size, n, *blocks)
        self.n_phases, self.n_pooled = math.prod(pool.size), n * math.prod(blocks)

    def seen(self, image: Array) -> Array:
        """Return what the kernels see, as a view of an image (n, channels, height, width).

        It has the shape (*shape, kernel's height, kernel's width, channels).
        """
        of_n, of_channel, of_row, of_column = image.strides
        (down, right), (below, beside), (rows, columns) = self.windows.stride, self.windows.dilation, self.shape[:2]
        return as_strided(
            image,
            (*self.shape, *self.windows.size, self.channels),
            (
                of_row * down,
                of_column * right,
                of_n,
                of_row * down * rows,
                of_column * right * columns,
                of_row * below,
                of_column * beside,
                of_channel,
            ),
        )

    @cached_property
    def apart(self) -> int:
        """How many blocks in a row lie between two whose kernels do not overlap."""
        reach = (self.windows.size[1] - 1) * self.windows.dilation[1] + 1
        return -(-reach // (self.windows.stride[1] * self.shape[1]))

    def bind_spread(self, work: Work, image: Array, shares: Array) -> None:
        """Bind the addition of each kernel's ``shares``, of the shape of `seen`, to the pixels that it sees.

        A call adds a row of each kernel, and all of those at once that do not overlap.
        """
        seen = self.seen(image)
        for row in range(self.windows.size[0]):
            for column in range(self.shape[1]):
                for first in range(min(self.apart, self.shape[4])):
                    part = (slice(None), column, slice(None), slice(None), slice(first, None, self.apart), row)
                    work.backward(np.add, seen[part], shares[part], seen[part])


def bind_block(
    work: Work,
    x: Array,
    arrays: Arrays,
    windows: Windows,
    mode: Mode,
    activation: Activation | None = None,
    pool: Pool = NO_POOL,
) -> tuple[Array, Backward]:
    """Bind a convolution with one group, the activation after it, and the pooling after that.

    Parameters
    ----------
    work : what is done in a step, to be added to
    x : array of shape (n, channels, height, width), in which the images will be
    arrays : ``weight`` of shape (maps, channels, height, width), perhaps ``bias`` of shape (maps,)
    windows : how the kernels lie on an image
    mode : training, or inference, for which nothing is kept for the way back
    activation : Activation, optional
        One that `Activation.rises`, if the pooling is of the largest.
    pool : Pool

    Returns
    -------
    output : array of shape (n, maps, rows, columns), in which the output will be
    backward : what binds the way back
    """
    weight, bias = arrays["weight"], arrays.get("bias")
    maps, channels = weight.shape[:2]
    places = Places(windows, len(x), channels, pool)
    image = _padded(work, x, windows)
    columns = _bind_columns(work, image, places)
    kernels = work.empty(maps, columns.shape[1])
    by_pixel = (maps, *windows.size, channels)
    work.forward(np.copyto, kernels.reshape(by_pixel), weight.transpose(0, 2, 3, 1))
    sums = work.empty(len(columns), maps)
    work.forward(columns.dot, kernels.T, sums)
    phases = sums.reshape(places.n_phases, places.n_pooled, maps)
    if pool.how == "max":
        pooled, bind_back = _bind_largest(work, phases, bias, activation, mode.train)
    else:
        pooled, bind_back = _bind_mean(work, phases, bias, activation)
    shape = (len(x), *places.shape[3:], maps)

    def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
        to_pooled = _by_place(work, grad).reshape(places.n_pooled, maps)
        to_sums = bind_back(to_pooled, grads.get("bias"))
        to_kernels = np.empty_like(kernels)
        work.backward(to_sums.T.dot, columns, to_kernels)
        work.backward(np.copyto, grads["weight"].transpose(0, 2, 3, 1), to_kernels.reshape(by_pixel))
        if not to_input:
            return None
        # What the kernels saw is not needed any more, so that its place serves for their shares of the gradient.
        shares = columns if columns.flags.c_contiguous else np.empty(columns.shape, columns.dtype)
        work.backward(to_sums.dot, kernels, shares)
        to_image = work.rows(*image.shape)
        work.backward(to_image.fill, 0)
        places.bind_spread(work, to_image, shares.reshape(*places.shape, *by_pixel[1:]))
        return windows.unpad(to_image)

    return pooled.reshape(shape).transpose(0, 3, 1, 2), backward


def _padded(work: Work, x: Array, windows: Windows) -> Array:
    if not windows.pads:
        return x
    image = work.rows(*x.shape[:2], *windows.padded_size)
    image[...] = 0
    work.forward(np.copyto, windows.unpad(image), x)
    return image


def _bind_columns(work: Work, image: Array, places: Places) -> Array:
    """Bind the copy of what the kernels see into an array of shape (kernels' places, values that each sees).

    In memory it is turned where the values of a kernel's row are few: the copy then runs along the places.
    """
    seen = places.seen(image)
    n_places, n_values = math.prod(places.shape), math.prod(seen.shape[5:])
    if seen.shape[6] * seen.shape[7] >= LONG_RUN:
        columns = work.empty(n_places, n_values)
        work.forward(np.copyto, columns.reshape(seen.shape), seen)
        return columns
    turned = work.empty(n_values, n_places)
    target = turned.reshape(*seen.shape[5:], *seen.shape[:5]).transpose(3, 4, 5, 6, 7, 0, 1, 2)
    work.forward(np.copyto, target, seen)
    return turned.T


def _by_place(work: Work, grad: Array) -> Array:
    """Return a gradient (n, maps, rows, columns) as (n, rows, columns, maps) in the usual order, copied if need be."""
    by_place = grad.transpose(0, 2, 3, 1)
    if by_place.flags.c_contiguous:
        return by_place
    copied = work.empty(*by_place.shape)
    work.backward(np.copyto, copied, by_place)
    return copied


Back = Callable[[Array, Array | None], Array]
"""Binds the way from the gradient to what was pooled, of shape (places, maps), to that to all sums, of shape (phases *
places, maps); on the way it fills the gradient of the bias, if there is one.
"""


def _bind_activation(
    work: Work, sums: Array, bias: Array | None, activation: Activation | None
) -> tuple[Array, BindBack]:
    if bias is not None:
        work.forward(np.add, sums, bias, sums)
    return (sums, lambda grad: None) if activation is None else activation.bind(work, sums, in_place=True)


def _bind_largest(
    work: Work, sums: Array, bias: Array | None, activation: Activation | None, train: bool
) -> tuple[Array, Back]:
    """Bind the largest of the phases, then bias and activation; of several equal ones the first receives the gradient.

    ``later`` says of each phase but the first where it is larger than all before it.
    """
    first, *others = sums
    largest = np.empty_like(first) if others else first
    later = [np.empty(first.shape, bool) for _ in others]
    for number, (phase, larger) in enumerate(zip(others, later, strict=True)):
        before = largest if number else first
        if train:
            work.forward(np.greater, phase, before, larger)
        work.forward(np.maximum, before, phase, out=largest)
    pooled, bind_back = _bind_activation(work, largest, bias, activation)

    def back(grad: Array, to_bias: Array | None) -> Array:
        bind_back(grad)
        _bind_bias(work, grad, to_bias)
        if not others:
            return grad
        to_sums = np.empty_like(sums)
        for larger, share in zip(reversed(later), to_sums[:0:-1], strict=True):
            work.backward(np.multiply, grad, larger, share)
            work.backward(np.subtract, grad, share, grad)  # what is left for the phases before
        work.backward(np.copyto, to_sums[0], grad)
        return to_sums.reshape(-1, sums.shape[2])

    return pooled, back


def _bind_mean(work: Work, sums: Array, bias: Array | None, activation: Activation | None) -> tuple[Array, Back]:
    """Bind bias and activation, then the mean of the phases."""
    flat = sums.reshape(-1, sums.shape[2])
    activations, bind_back = _bind_activation(work, flat, bias, activation)
    pooled, share = np.empty_like(sums[0]), work.scalar(1 / len(sums))
    work.forward(np.add.reduce, activations.reshape(sums.shape), 0, None, pooled)
    work.forward(np.multiply, pooled, share, pooled)

    def back(grad: Array, to_bias: Array | None) -> Array:
        to_sums = np.empty_like(flat)
        work.backward(np.multiply, grad, share, grad)
        work.backward(np.copyto, to_sums.reshape(sums.shape), grad)
        bind_back(to_sums)
        _bind_bias(work, to_sums, to_bias)
        return to_sums

    return pooled, back


def _bind_bias(work: Work, grad: Array, to_bias: Array | None) -> None:
    if to_bias is not None:
        work.backward(np.ones(len(grad), grad.dtype).dot, grad, to_bias)
