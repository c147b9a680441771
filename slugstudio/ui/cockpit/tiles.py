"""What of a layer's weight is shown as tiles, and how tiles are laid out. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array, Shape

SMALLEST = 24
"""No tile becomes smaller than this many pixels, on its longer side, while there is one more row to scroll to."""
LARGEST = 112
COLOUR_CHANNELS = 3


@dataclass(frozen=True, eq=False)
class Picture:
    """A weight as it can be looked at.

    Parameters
    ----------
    values : array
        Of shape (n, maps, height, width): for each of n kernels or units its part for every input map. Or of shape
        (n_in, n_out): the whole matrix.
    unit : str
        What a tile is: ``"kernel"`` or ``"unit"``.
    """

    values: Array
    unit: str

    @property
    def is_matrix(self) -> bool:
        """Whether it is one heat map."""
        return self.values.ndim == 2

    @property
    def n_maps(self) -> int:
        """Between how many input maps there is to choose: 1 where all that belongs together is shown at once."""
        maps = 1 if self.is_matrix else self.values.shape[1]
        return 1 if maps == COLOUR_CHANNELS else maps

    def tiles(self, input_map: int) -> Array:
        """Return what is shown of the tiles, of shape (n, side by side, height, width)."""
        return self.values if self.n_maps == 1 else self.values[:, input_map : input_map + 1]


def picture(weight: Array, image: Shape | None) -> Picture:
    """Return how a weight is shown.

    Parameters
    ----------
    weight : array of shape (kernels, maps, height, width) or (n_in, n_out)
    image : (channels, height, width) or None
        The shape of the data if it comes to the layer as it is, apart from its axes.
    """
    if weight.ndim == 4:
        n_kernels, maps, height, width = weight.shape
        if (height, width) == (1, 1):
            return Picture(weight.reshape(n_kernels, maps).T, "kernel")
        return Picture(weight, "kernel")
    matrix = weight.reshape(-1, weight.shape[-1])
    if image is not None and prod(image) == len(matrix):
        return Picture(matrix.T.reshape(-1, *image), "unit")
    return Picture(matrix, "unit")


@dataclass(frozen=True)
class Cell:
    """One value of a tile: which tile, which of its parts side by side, which row and column; all from 0."""

    tile: int
    part: int
    row: int
    column: int


@dataclass(frozen=True)
class Layout:
    """Where tiles are, in device pixels.

    ``scale`` is the side of one value, ``gap`` the distance between tiles from left to right and from top to bottom,
    ``seam`` that between the parts of a tile.
    """

    n: int
    parts: int
    height: int
    width: int
    scale: int
    columns: int
    visible_rows: int
    gap: tuple[int, int]
    seam: int

    @property
    def tile(self) -> tuple[int, int]:
        """Width and height of a tile."""
        return self.parts * (self.width * self.scale + self.seam) - self.seam, self.height * self.scale

    @property
    def pitch(self) -> tuple[int, int]:
        """How far tiles are apart from left to left and from top to top."""
        return self.tile[0] + self.gap[0], self.tile[1] + self.gap[1]

    @property
    def rows(self) -> int:
        """Number of rows in all."""
        return -(-self.n // self.columns)

    @property
    def fits(self) -> bool:
        """Whether all rows can be seen at once."""
        return self.rows <= self.visible_rows

    def cell_at(self, x: int, y: int, first_row: int) -> Cell | None:
        """Return the value at a place, None in a gap; ``first_row`` is the row of tiles at the top."""
        column, x = divmod(x, self.pitch[0])
        row, y = divmod(y, self.pitch[1])
        part, x = divmod(x, self.width * self.scale + self.seam)
        tile = (first_row + row) * self.columns + column
        inside = 0 <= column < self.columns and 0 <= row < self.visible_rows and tile < self.n
        if not inside or part >= self.parts or x >= self.width * self.scale or y >= self.height * self.scale:
            return None
        return Cell(tile, part, y // self.scale, x // self.scale)


def lay_out(shape: tuple[int, int, int, int], room: tuple[int, int], ratio: float = 1.0) -> Layout:
    """Return the layout that shows tiles of ``shape`` (n, parts, height, width) as large as the room allows.

    Among the arrangements that are almost as large the one with the fewest empty places is taken, since a full
    rectangle reads best. Where they would become too small, as many rows as fit are shown.

    Parameters
    ----------
    room : (width, height) in device pixels
    ratio : float
        Device pixels in a logical one.
    """
    n, parts, height, width = shape
    gap, seam, side = round(6 * ratio), max(1, round(ratio)), max(height, width)
    room_width, room_height = max(room[0], 1), max(room[1], 1)
    smallest, largest = max(1, -(-round(SMALLEST * ratio) // side)), max(1, round(LARGEST * ratio) // side)

    def scale_for(columns: int) -> int:
        rows = -(-n // columns)
        across = ((room_width + gap) // columns - gap - (parts - 1) * seam) // (parts * width)
        down = ((room_height + gap) // rows - gap) // height
        return int(min(across, down, largest))

    most = max(1, (room_width + gap) // (parts * (width * smallest + seam) - seam + gap))
    scales = {columns: scale_for(columns) for columns in range(1, min(n, most) + 1)}
    best = max(scales.values())
    if best >= smallest:
        large = [columns for columns, scale in scales.items() if scale >= max(0.85 * best, smallest)]
        columns = min(large, key=lambda c: (-n % c, -scales[c]))
        scale, rows = scales[columns], -(-n // columns)
    else:
        columns, scale = min(n, most), smallest
        rows = max(1, (room_height + gap) // (height * scale + gap))
    tile = parts * (width * scale + seam) - seam
    across = (room_width - columns * tile) // max(columns - 1, 1)
    spread = max(gap, min(across, gap + tile // 5))
    return Layout(n, parts, height, width, scale, columns, rows, (spread, gap), seam)


def mosaic(pixels: npt.NDArray[np.uint32], layout: Layout) -> npt.NDArray[np.uint32]:
    """Return tiles put together, each value a square of ``layout.scale``; gaps are transparent.

    Parameters
    ----------
    pixels : array of shape (n, parts, height, width)
        Not more than fit into the rows that are visible.

    Returns
    -------
    array of shape (height, width) in device pixels
    """
    n, (across, down), (gap_x, gap_y) = len(pixels), layout.pitch, layout.gap
    rows = -(-n // layout.columns)
    found = np.zeros((rows * layout.columns, down, layout.parts, layout.width * layout.scale + layout.seam), np.uint32)
    enlarged = pixels.transpose(0, 2, 1, 3).repeat(layout.scale, axis=1).repeat(layout.scale, axis=3)
    found[:n, : layout.tile[1], :, : layout.width * layout.scale] = enlarged
    parts = found.reshape(rows * layout.columns, down, -1)[:, :, : layout.tile[0]]
    tiles = np.zeros((rows, layout.columns, down, across), np.uint32)
    tiles[..., : layout.tile[0]] = parts.reshape(rows, layout.columns, down, -1)
    whole = tiles.transpose(0, 2, 1, 3).reshape(rows * down, layout.columns * across)
    return whole[: rows * down - gap_y, : layout.columns * across - gap_x]


def sampled(length: int, places: int) -> npt.NDArray[np.intp]:
    """Return which of ``length`` rows are shown in ``places`` pixels: all, or evenly chosen real ones, never means."""
    n_shown = min(length, max(places, 1))
    return np.rint(np.linspace(0, length - 1, n_shown)).astype(np.intp)
