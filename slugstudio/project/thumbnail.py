"""A small picture of a project: its layers as bars, and how its loss went. Made without Qt, for the terminal too."""

from __future__ import annotations

import zlib
from math import prod
from struct import pack

import numpy as np
import numpy.typing as npt

from slugstudio.project.analysis import analyse
from slugstudio.project.errors import FormatError
from slugstudio.project.project import Project

WIDTH, HEIGHT = 320, 200
MAX_BYTES = 2**20
"""How large a picture in a project file may be."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PAPER, _LINE = 0xFFFFFF, 0xE6E9EE
_TRAINING, _VALIDATION = 0x2457C5, 0xB4530A
_GROUPS = {
    "learn": 0x3F6FD8,
    "activate": 0x1F8A80,
    "shape": 0x8A6FC9,
    "regularise": 0xC2587E,
    "normalise": 0x7B8C2A,
}
_STACK = (16, 16, 136, 184)
_CURVES = (160, 16, 304, 184)
"""Left, top, right and bottom of both parts, in pixels."""
MOST_BARS = 21
"""So many layers have bars of their own; of more, the first are drawn."""

Pixels = npt.NDArray[np.uint8]


def thumbnail(project: Project) -> bytes:
    """Return the picture of a project as PNG, 320 by 200 pixels; equal projects give equal bytes."""
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:] = _rgb(_PAPER)
    _draw_stack(pixels, project)
    _draw_curves(pixels, project)
    return _png(pixels)


def require_png(content: bytes) -> None:
    """Raise `FormatError` unless it is a PNG of the size that pictures of projects have, and not too long."""
    header = _SIGNATURE + pack(">I4s2I", 13, b"IHDR", WIDTH, HEIGHT)
    if len(content) > MAX_BYTES or not content.startswith(header):
        raise FormatError(f"expected a PNG of {WIDTH} by {HEIGHT} pixels and at most 1 MiB.")


def _draw_stack(pixels: Pixels, project: Project) -> None:
    """Draw a bar for each layer, from the first at the top: the longer, the more values leave it."""
    left, top, right, bottom = _STACK
    layers = list(zip(project.design.layers, analyse(project.design).layers, strict=True))[:MOST_BARS]
    pitch = min(16, (bottom - top) // max(1, len(layers)))
    for number, (entry, facts) in enumerate(layers):
        size = prod(facts.output_shape or (1,))
        y, length = top + number * pitch, 12 + int((right - left - 12) * min(1.0, np.log2(size + 1) / 16))
        pixels[y : y + pitch - 3, left : left + length] = _rgb(_GROUPS[entry.layer.group])


def _draw_curves(pixels: Pixels, project: Project) -> None:
    """Draw the losses of the epochs: training in blue, validation in orange."""
    left, top, right, bottom = _CURVES
    for y in np.linspace(top, bottom - 1, 5, dtype=int):
        pixels[y, left:right] = _rgb(_LINE)
    epochs = project.history.epochs
    told = np.array([[each.loss, np.nan if each.val_loss is None else each.val_loss] for each in epochs], float)
    if not np.isfinite(told).any():
        return
    low, high = min(0.0, float(np.nanmin(told))), float(np.nanmax(told))
    x = np.linspace(left, right - 1, right - left)
    for losses, colour in zip(told.T, (_TRAINING, _VALIDATION), strict=True):
        seen = np.isfinite(losses)
        if seen.any():
            places = np.linspace(left, right - 1, len(losses))[seen]
            heights = np.interp(x, places, losses[seen])
            y = bottom - 2 - (heights - low) / max(high - low, 1e-12) * (bottom - top - 3)
            _draw_line(pixels, x.astype(int), y.astype(int), _rgb(colour))


def _draw_line(pixels: Pixels, x: npt.NDArray[np.int_], y: npt.NDArray[np.int_], colour: Pixels) -> None:
    """Draw a line of two pixels' width through one point in each column."""
    before = np.concatenate([y[:1], y[:-1]])
    for column, one, other in zip(x.tolist(), y.tolist(), before.tolist(), strict=True):
        pixels[min(one, other) : max(one, other) + 2, column] = colour


def _rgb(colour: int) -> Pixels:
    return np.array([colour >> 16, colour >> 8 & 255, colour & 255], np.uint8)


def _png(pixels: Pixels) -> bytes:
    """Return pixels of shape (height, width, 3) as PNG (W3C, Portable Network Graphics, sections 5 and 11)."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each row begins with its filter, which is none
    rows[:, 1:] = pixels.reshape(height, -1)
    parts = [
        (b"IHDR", pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    ]
    chunks = [pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts]
    return _SIGNATURE + b"".join(chunks)
