"""The plane of a two-dimensional data set: the grid that is asked about, and where the answer changes. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array

N = 80
"""Cells on each side of the field."""
MARGIN = 0.1
"""How much of the data's extent is added on each side."""


@dataclass(frozen=True)
class Square:
    """A square part of the plane."""

    left: float = -1.0
    bottom: float = -1.0
    size: float = 2.0

    def grid(self) -> npt.NDArray[np.float32]:
        """Return the centres of N by N cells, row after row from the top, of shape (N * N, 2)."""
        steps = (np.arange(N) + 0.5) / N * self.size
        x, y = np.meshgrid(self.left + steps, self.bottom + steps[::-1])
        return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)

    def placed(self, points: Array) -> npt.NDArray[np.float64]:
        """Return points of shape (n, 2) as parts of the square, from 0 to 1 to the right and down."""
        x, y = points.T.astype(np.float64)
        return np.stack([(x - self.left) / self.size, 1 - (y - self.bottom) / self.size], axis=1)

    def ticks(self) -> tuple[float, ...]:
        """Return round numbers, from three to six, that fall into the square on both axes or on one."""
        power = 10.0 ** np.floor(np.log10(self.size / 4))
        step = next(s * power for s in (1, 2, 5, 10) if s * power >= self.size / 4)
        low, high = min(self.left, self.bottom), max(self.left, self.bottom) + self.size
        return tuple(step * place for place in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1))


def around(points: Array) -> Square:
    """Return the square around points of shape (n, 2), with a margin."""
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    size = max(float((high - low).max()) * (1 + 2 * MARGIN), 1e-6)
    left, bottom = (low + high) / 2 - size / 2
    return Square(float(left), float(bottom), size)


def per_class(probabilities: Array) -> npt.NDArray[np.float64]:
    """Return probabilities of shape (N * N, k), or (N * N, 1) of the second of two classes, as (N, N, classes)."""
    found = probabilities.reshape(N, N, -1).astype(np.float64)
    return np.concatenate([1 - found, found], axis=2) if found.shape[2] == 1 else found


def boundary(probabilities: Array) -> npt.NDArray[np.float64]:
    """Return where the most likely class changes, as line segments.

    Along the edges of two sorts the lead of a class over all others is interpolated to its zero; a cell of four
    neighbouring centres with two such places is crossed by the line between them, one with four by two lines
    (marching squares, Lorensen and Cline 1987, in the plane).

    Parameters
    ----------
    probabilities : array of shape (N, N, classes)

    Returns
    -------
    array of shape (segments, 2, 2)
        Both ends, (x, y), from 0 to 1 to the right and down.
    """
    first = probabilities.argmax(axis=2)
    around_it = [first[row : N - 1 + row, column : N - 1 + column] for row, column in _AROUND.tolist()]
    cells = np.argwhere(np.any([other != around_it[0] for other in around_it], axis=0))
    corners = cells[:, None] + _AROUND
    known, firsts = (array[tuple(np.moveaxis(corners, -1, 0))] for array in (probabilities, first))
    found = []
    for place in range(probabilities.shape[2] - 1):
        # Between two classes there is one line: that of the one which comes first.
        met = (firsts == place).any(axis=1) & (firsts > place).any(axis=1)
        here = known[met]
        found.append(_zeros(here[:, :, place] - np.delete(here, place, axis=2).max(axis=2), corners[met]))
    return np.concatenate(found)


_AROUND = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])
"""The corners of a cell, as (row, column), in the order in which its sides are walked."""


def _zeros(lead: Array, corners: Array) -> Array:
    """Return the segments in which ``lead``, of shape (cells, 4), changes its sign; corners are (cells, 4, 2)."""
    end, nexts = np.roll(lead, -1, axis=1), np.roll(corners, -1, axis=1)
    crossed = (lead > 0) != (end > 0)
    part = np.where(crossed, lead / np.where(crossed, lead - end, 1), 0)[..., None]
    at = (corners + part * (nexts - corners) + 0.5) / N
    # Two or four places for each cell, in the order of its sides: those next to each other belong together.
    segments: Array = at[crossed][:, ::-1].reshape(-1, 2, 2)
    return segments
