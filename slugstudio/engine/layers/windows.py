"""Windows that slide over an image: what convolutions and poolings share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from slugstudio.engine.declaration import Array, Help, as_pair
from slugstudio.engine.layers.base import times
from slugstudio.engine.operations import Edges

PADDING = (
    "What happens at the edges. valid: nothing is added. same: as much that there is a result for each step of the "
    "stride; where it cannot be the same on both sides, one more at the bottom and on the right (ONNX SAME_UPPER)."
)

Padding = Annotated[Literal["valid", "same"], Help(PADDING, "Padding")]

LONG_RUN = 16
"""From so many neighbouring values on, patches are copied one after the other."""


class Axis(NamedTuple):
    """How windows lie along one axis: ``n_windows`` of them, over ``size`` values and padding on both sides."""

    n_windows: int
    size: int
    before: int
    after: int

    @classmethod
    def over(cls, size: int, extent: int, stride: int, padding: str | int) -> Axis:
        """Slide a window of ``extent`` over ``size`` values; ``padding`` is that of either side, or says how much."""
        if padding != "same":
            aside = padding if isinstance(padding, int) else 0
            return cls((size + 2 * aside - extent) // stride + 1, size, aside, aside)
        count = -(-size // stride)
        missing = max((count - 1) * stride + extent - size, 0)
        return cls(count, size, missing // 2, missing - missing // 2)


@dataclass(frozen=True)
class Windows:
    """Windows of ``size`` that see every ``dilation``-th value and move on by ``stride``; pairs are (height, width)."""

    rows: Axis
    columns: Axis
    size: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int] = (1, 1)

    @classmethod
    @lru_cache(maxsize=1024)  # a step asks for the same ones again and again
    def over(
        cls,
        image: tuple[int, int],
        size: tuple[int, int],
        stride: tuple[int, int],
        padding: str | tuple[int, int],
        dilation: tuple[int, int] = (1, 1),
    ) -> Windows:
        """Slide windows over an image of (height, width), which they must fit unless the padding is ``same``."""
        paddings = (padding, padding) if isinstance(padding, str) else padding
        rows, columns = map(Axis.over, image, extent(size, dilation), stride, paddings)
        return cls(rows, columns, size, stride, dilation)

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many windows there are, from top to bottom and from left to right."""
        return self.rows.n_windows, self.columns.n_windows

    @cached_property
    def pads(self) -> bool:
        """Whether the image is padded at all."""
        return any((*self.rows[2:], *self.columns[2:]))

    @cached_property
    def edges(self) -> Edges:
        """How many rows and columns the padding has at each side."""
        return Edges(self.rows.before, self.columns.before, self.rows.after, self.columns.after)

    @cached_property
    def overlap(self) -> bool:
        """Whether a value can be seen by more than one window."""
        reach = extent(self.size, self.dilation)
        return any(length > step for length, step in zip(reach, self.stride, strict=True))

    def pad(self, x: Array, value: float) -> Array:
        """Return an image with ``value`` around it.

        Parameters
        ----------
        x : array of shape (n, channels, height, width)
        value : float

        Returns
        -------
        array of shape (n, channels, padded height, padded width), in memory in the order of ``x``, which it is itself
        where nothing is added
        """
        if not self.pads:
            return x
        padded = np.full_like(x, value, shape=(*x.shape[:2], *self.padded_size))
        self.unpad(padded)[...] = x
        return padded

    @cached_property
    def padded_size(self) -> tuple[int, int]:
        """Height and width with the padding."""
        return sum(self.rows[1:]), sum(self.columns[1:])

    def unpad(self, padded: Array) -> Array:
        """Return the view of a padded image that leaves the padding out."""
        top, left = self.rows.before, self.columns.before
        return padded[:, :, top : top + self.rows.size, left : left + self.columns.size]

    def places(self, padded: Array) -> Iterator[Array]:
        """Yield what all windows see at each of their places, in reading order.

        Parameters
        ----------
        padded : array of shape (n, channels, padded height, padded width)

        Yields
        ------
        array of shape (n, channels, *counts), a view of ``padded``
        """
        for place in self._slices:
            yield padded[place]

    @cached_property
    def _slices(self) -> tuple[tuple[slice, ...], ...]:
        (rows, columns), (down, right), every = self.counts, self.stride, slice(None)
        corners = [(u * self.dilation[0], v * self.dilation[1]) for u, v in np.ndindex(self.size)]
        return tuple(
            (every, every, slice(top, top + down * rows, down), slice(left, left + right * columns, right))
            for top, left in corners
        )

    def patches(self, x: Array, groups: int = 1) -> Array:
        """Return what each window sees, the channels in ``groups`` groups.

        Inside, channels come last in memory: patches are then copied in longer runs.

        Parameters
        ----------
        x : array of shape (n, channels, height, width)
        groups : int, a divisor of channels

        Returns
        -------
        array of shape (groups, n * rows * columns, size's height * size's width * channels / groups)
        """
        image = self.pad(x, 0)
        n, channels = image.shape[0], image.shape[1] // groups
        of_n, of_channel, of_row, of_column = image.strides
        (down, right), (below, beside) = self.stride, self.dilation
        windows = as_strided(  # n, rows, columns, groups, channels of a group, height, width
            image,
            (n, *self.counts, groups, channels, *self.size),
            (
                of_n,
                of_row * down,
                of_column * right,
                of_channel * channels,
                of_channel,
                of_row * below,
                of_column * beside,
            ),
            writeable=False,
        )
        n_values, n_windows = math.prod(self.size) * channels, n * math.prod(self.counts)
        if self.size[1] * channels < LONG_RUN:  # the copy is quicker along the image than along so short a patch
            return windows.transpose(3, 5, 6, 4, 0, 1, 2).reshape(groups, n_values, n_windows).transpose(0, 2, 1)
        return windows.transpose(3, 0, 1, 2, 5, 6, 4).reshape(groups, n_windows, n_values)

    def spread(self, values: Array, kernels: Array, n: int) -> Array:
        """Add, for each weight of a kernel, its share of the values to the places that it meets: `patches` turned back.

        Parameters
        ----------
        values : array of shape (groups, n * rows * columns, maps / groups)
        kernels : array of shape (groups, maps / groups, channels / groups, height, width)
        n : int, the number of samples

        Returns
        -------
        array of shape (n, channels, height, width)
        """
        groups, _, channels = kernels.shape[:3]
        image = np.zeros((n, *self.padded_size, groups * channels), values.dtype).transpose(0, 3, 1, 2)
        for (u, v), place in zip(np.ndindex(self.size), self.places(image), strict=True):
            share = (values @ kernels[..., u, v]).transpose(1, 0, 2)
            place += share.reshape(n, *self.counts, groups * channels).transpose(0, 3, 1, 2)
        return self.unpad(image)


def extent(size: tuple[int, int], dilation: tuple[int, int]) -> tuple[int, int]:
    """Return the height and width that a window reaches over."""
    return (size[0] - 1) * dilation[0] + 1, (size[1] - 1) * dilation[1] + 1


def short(pair: int | tuple[int, int]) -> str:
    """Write a pair of equal numbers as one: ``2``, else ``2×3``."""
    height, width = as_pair(pair)
    return str(height) if height == width else times((height, width))
