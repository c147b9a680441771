"""Images seen through affine maps: every pixel is looked up between four others."""

from __future__ import annotations

import numpy as np

from slugstudio.engine.declaration import Array

CHUNK_VALUES = 2**14
"""About how many values are looked up at a time, so that what is worked out for each stays in the cache."""


def resample(x: Array, matrices: Array) -> None:
    r"""Move images in place, by bilinear interpolation.

    With u and v, the parts of a pixel by which a place lies below and to the right of the pixel a, beside b and above c
    and d, its value is :math:`(1 - u) ((1 - v) a + v b) + u ((1 - v) c + v d)`.

    Parameters
    ----------
    x : array of shape (n, channels, height, width), C-contiguous
    matrices : array of shape (n, 3, 3)
        From a place in the new image to that in the old one, as (row, column, 1) from the centre, in pixels.
    """
    size = max(1, CHUNK_VALUES // max(1, x[:1].size))
    for start in range(0, len(x), size):
        share = slice(start, start + size)
        _move(x[share], matrices[share, :2].astype(x.dtype))


def _origins(maps: Array, height: int, width: int) -> Array:
    """Return where each pixel comes from, inside the image: rows and columns from the corner.

    Parameters
    ----------
    maps : array of shape (n, 2, 3)

    Returns
    -------
    array of shape (2, n, height * width)
    """
    places = np.ones((3, height, width), maps.dtype)
    places[0] = (np.arange(height) - (height - 1) / 2)[:, None]
    places[1] = np.arange(width) - (width - 1) / 2
    maps = maps.transpose(1, 0, 2).copy()
    maps[:, :, 2] += [[(height - 1) / 2], [(width - 1) / 2]]
    origins: Array = (maps.reshape(-1, 3) @ places.reshape(3, -1)).reshape(2, len(maps[0]), -1)
    for along, last in zip(origins, (height - 1, width - 1), strict=True):
        np.clip(along, 0, last, out=along)
    return origins


def _move(x: Array, maps: Array) -> None:
    """Move images in place by maps of shape (n, 2, 3)."""
    n, channels, height, width = x.shape
    origins = _origins(maps, height, width)
    wide = _with_one_more(x)
    whole = np.floor(origins)
    origins -= whole
    below, beside = origins[:, :, None]
    rows, index = whole.astype(np.intp)
    index += rows * (width + 1)
    starts = np.arange(0, wide.size, (height + 1) * (width + 1)).reshape(n, channels, 1)
    at = index[:, None] + starts
    upper = _between(wide.take(at), wide.take(at + 1), beside)
    at += width + 1
    lower = _between(wide.take(at), wide.take(at + 1), beside)
    x.reshape(n, channels, -1)[:] = _between(upper, lower, below)


def _with_one_more(x: Array) -> Array:
    """Return images with one more row and column, so that the last pixels have neighbours too."""
    n, channels, height, width = x.shape
    wide = np.empty((n, channels, height + 1, width + 1), x.dtype)
    wide[:, :, :height, :width] = x
    wide[:, :, height, :width] = x[:, :, -1]
    wide[:, :, :, width] = wide[:, :, :, width - 1]
    return wide


def _between(a: Array, b: Array, share: Array) -> Array:
    """Return a + share (b - a), in the memory of b."""
    b -= a
    b *= share
    b += a
    return b
