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
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import as_strided

from slugstudio.engine.activation import Activation, BindBack
from slugstudio.engine.bound.work import Backward, Calls, Work
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

PART_BYTES = 5 * 2**18
"""How much memory the columns of a product take, or those of one sample if that is more: they stay in the cache."""


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

    def in_lines(self, rows: Array) -> Array:
        """Return a view of rows, of shape (n, lines, columns, maps), in the order of the places: (*shape, maps)."""
        (down, across), (n, lines, columns) = self.shape[:2], self.shape[2:]
        split = rows.reshape(n, lines, down, columns, across, rows.shape[3], copy=False)
        return split.transpose(2, 4, 0, 1, 3, 5)


class Columns:
    """What the kernels see, as the rows of a matrix, of shape (kernels' places, values that each sees).

    Where that is much, part after part lies in the same memory, and is copied there again on the way back: it would
    take longer to fetch it from where it does not fit the cache. In memory a part is turned where the values of a
    kernel's row are few: the copy then runs along the places.

    Parameters
    ----------
    seen : array of shape (*places, kernel's height, kernel's width, channels)
    """

    def __init__(self, work: Work, seen: Array) -> None:
        self.n_values = math.prod(seen.shape[5:])
        self.turned = seen.shape[6] * seen.shape[7] < LONG_RUN
        of_a_sample = math.prod(seen.shape[3:5])
        at_a_time = max(1, PART_BYTES // (of_a_sample * self.n_values * seen.itemsize))
        if at_a_time >= seen.size // (of_a_sample * self.n_values):
            self.parts = [seen]
            self.room = np.empty(seen.size, seen.dtype)
        else:
            starts = range(0, seen.shape[2], at_a_time)
            phases = np.ndindex(seen.shape[:2])
            self.parts = [seen[a : a + 1, b : b + 1, start : start + at_a_time] for a, b in phases for start in starts]
            self.room = work.room("columns", self.parts[0].size)

    def _rows(self, part: Array) -> Array:
        """Return the matrix in which a part will be."""
        n_places = part.size // self.n_values
        room = self.room[: part.size]
        return room.reshape(self.n_values, n_places).T if self.turned else room.reshape(n_places, self.n_values)

    def _bind_copy(self, calls: Calls, part: Array) -> None:
        rows = self._rows(part)
        if self.turned:
            values, places = part.shape[5:], part.shape[:5]
            calls(np.copyto, rows.T.reshape(*values, *places).transpose(3, 4, 5, 6, 7, 0, 1, 2), part)
        else:
            calls(np.copyto, rows.reshape(part.shape), part)

    def bind_product(self, work: Work, kernels: Array, sums: Array) -> None:
        """Bind the answer of each kernel, a column of ``kernels``, at each place, a row of ``sums``."""
        start = 0
        for part in self.parts:
            self._bind_copy(work.forward, part)
            rows = self._rows(part)
            work.forward(rows.dot, kernels, sums[start : start + len(rows)])
            start += len(rows)

    def bind_gradient(self, work: Work, to_sums: Array, to_kernels: Array) -> None:
        """Bind the gradient to the kernels, given that to the sums."""
        start, share = 0, np.empty_like(to_kernels)
        for part in self.parts:
            if len(self.parts) > 1:
                self._bind_copy(work.backward, part)
            rows = self._rows(part)
            work.backward(rows.T.dot, to_sums[start : start + len(rows)], share if start else to_kernels)
            if start:
                work.backward(np.add, to_kernels, share, to_kernels)
            start += len(rows)


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
    columns = Columns(work, places.seen(image))
    by_pixel = (*windows.size, channels, maps)
    kernels = work.empty(columns.n_values, maps)
    work.forward(np.copyto, kernels.reshape(by_pixel), weight.transpose(2, 3, 1, 0))
    sums = work.empty(math.prod(places.shape), maps)
    columns.bind_product(work, kernels, sums)
    phases = sums.reshape(places.n_phases, places.n_pooled, maps)
    pooled, bind_back = _bind_pooled(work, phases, pool, bias, activation, mode)
    shape = (len(x), *places.shape[3:], maps)

    def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
        to_pooled = _by_place(work, grad).reshape(places.n_pooled, maps)
        to_sums = bind_back(to_pooled, grads.get("bias"))
        to_kernels = np.empty_like(kernels)
        columns.bind_gradient(work, to_sums, to_kernels)
        work.backward(np.copyto, grads["weight"].transpose(2, 3, 1, 0), to_kernels.reshape(by_pixel))
        if not to_input:
            return None
        to_image = work.rows(*image.shape)
        _bind_spread(work, to_image, to_sums.reshape(*places.shape, maps), weight, places)
        return windows.unpad(to_image)

    return pooled.reshape(shape).transpose(0, 3, 1, 2), backward


def bind_pool(work: Work, x: Array, pool: Pool, mode: Mode) -> tuple[Array, Backward]:
    """Bind a pooling by itself, which copies the images phase by phase; arguments and result as of `bind_block`."""
    n, channels, *size = x.shape
    places = Places(Windows.over((size[0], size[1]), (1, 1), (1, 1), "valid"), n, channels, pool)
    phases = work.empty(places.n_phases, places.n_pooled, channels)
    by_place = (*places.shape, 1, 1, channels)
    work.forward(np.copyto, phases.reshape(by_place), places.seen(x))
    pooled, bind_back = _bind_pooled(work, phases, pool, None, None, mode)

    def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
        del grads, to_input
        to_phases = bind_back(_by_place(work, grad).reshape(-1, channels), None)
        dx = work.rows(*x.shape)
        if to_phases.size < dx.size:  # there are places that no block covers
            work.backward(dx.fill, 0)
        work.backward(np.copyto, places.seen(dx), to_phases.reshape(by_place))
        return dx

    return pooled.reshape(n, *places.shape[3:], channels).transpose(0, 3, 1, 2), backward


def _bind_spread(work: Work, to_image: Array, to_sums: Array, weight: Array, places: Places) -> None:
    """Bind the gradient to the image: what each pixel receives from all kernels that saw it.

    Along a line of the image that is itself a convolution: of the gradient to the sums, between zeros, with the kernel
    turned round, and so again one product for each line of the kernel. What each of these lines gives is added where
    it lay: long runs of memory, while to add each weight's share by itself takes longer than the products do.

    Parameters
    ----------
    work : what is done in a step, to be added to
    to_image : array of shape (n, channels, height, width)
        Where the gradient will be.
    to_sums : array of shape (*places.shape, maps)
    weight : array of shape (maps, channels, kernel's height, kernel's width)
    places : Places
    """
    windows, (maps, channels, height, width) = places.windows, weight.shape
    (down, right), (below, beside) = windows.stride, windows.dilation
    n, n_lines, n_columns = places.shape[2], places.shape[3] * places.shape[0], places.shape[4] * places.shape[1]
    aside, spread = (width - 1) * beside, (n_columns - 1) * right + 1
    lines = np.zeros((n, n_lines, spread + 2 * aside, maps), work.dtype)
    work.backward(np.copyto, places.in_lines(lines[:, :, aside : aside + spread : right]), to_sums)

    of_n, of_line, of_column, of_map = lines.strides
    seen = as_strided(
        lines,
        (n, n_lines, spread + aside, width, maps),
        (of_n, of_line, of_column, of_column * beside, of_map),
    )
    turned = work.empty(height, width * maps, channels)
    target = turned.reshape(height, width, maps, channels)
    work.backward(np.copyto, target, weight.transpose(2, 3, 0, 1)[:, ::-1])
    work.backward(to_image.fill, 0)
    at_a_time = max(1, PART_BYTES // seen[:1].size // seen.itemsize)
    columns = work.room("columns", *seen[:at_a_time].shape)
    share = work.room("share", *columns.shape[:3], channels)
    for start in range(0, n, at_a_time):
        part = seen[start : start + at_a_time]
        work.backward(np.copyto, columns[: len(part)], part)
        rows, sums = columns[: len(part)].reshape(-1, width * maps), share[: len(part)]
        images = to_image.transpose(0, 2, 3, 1)[start : start + at_a_time]
        for row in range(height):
            work.backward(rows.dot, turned[row], sums.reshape(-1, channels))
            met = images[:, row * below : row * below + n_lines * down : down, : spread + aside]
            work.backward(np.add, met, sums, met)


def _padded(work: Work, x: Array, windows: Windows) -> Array:
    if not windows.pads:
        return x
    image = work.rows(*x.shape[:2], *windows.padded_size)
    image[...] = 0
    work.forward(np.copyto, windows.unpad(image), x)
    return image


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


def _bind_pooled(
    work: Work, phases: Array, pool: Pool, bias: Array | None, activation: Activation | None, mode: Mode
) -> tuple[Array, Back]:
    if pool.how == "max":
        return _bind_largest(work, phases, bias, activation, mode.train)
    return _bind_mean(work, phases, bias, activation)


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
        to_sums = sums  # which nobody needs any more
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
