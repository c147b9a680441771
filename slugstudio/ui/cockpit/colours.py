"""How values become colours: signed values on one scale, classes by their hues."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from slugstudio.engine.declaration import Array
from slugstudio.ui.theme import Theme

Pixels = npt.NDArray[np.uint32]
"""Colours as 0xAARRGGBB, of shape (height, width)."""

STEPS = 127
"""How many shades there are on each side of zero."""

_LIGHT = ("#14825a", "#a62f8f", "#8a6a00", "#0b7f99", "#6b46c1", "#c2374f", "#4d5d73", "#5f8a00")
_DARK = ("#4fcf9a", "#f08ad8", "#e0c04a", "#5cd0e6", "#b79cff", "#ff8591", "#a9b6c8", "#a8d14f")


def rgb(colour: QColor) -> Array:
    """Return red, green and blue from 0 to 255, of shape (3,)."""
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float64)


def packed(colours: Array) -> Pixels:
    """Return opaque colours, of shape (..., 3) and from 0 to 255, as pixels of shape (...)."""
    red, green, blue = np.moveaxis(np.rint(colours).astype(np.uint32), -1, 0)
    found: Pixels = 0xFF000000 | red << 16 | green << 8 | blue
    return found


def image(pixels: Pixels) -> QImage:
    """Return pixels as an image with memory of its own."""
    held = np.ascontiguousarray(pixels)
    height, width = held.shape
    return QImage(held.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def signed_table(theme: Theme) -> Pixels:
    """Return the shades from the most negative by way of zero to the most positive, and last that of no number.

    Of shape (2 * STEPS + 2,).
    """
    places = np.linspace(-1, 1, 2 * STEPS + 1)[:, None]
    end = np.where(places < 0, rgb(theme.negative), rgb(theme.positive))
    shades = rgb(theme.neutral) + (end - rgb(theme.neutral)) * np.abs(places)
    return np.append(packed(shades), packed(rgb(theme.error)))


def signed_pixels(values: Array, limit: float, table: Pixels) -> Pixels:
    """Return the shades of ``values``; those beyond ±``limit`` have that of the limit."""
    with np.errstate(over="ignore"):
        # Half a step more, so that cutting off what is after the point rounds.
        steps = values * np.float32(STEPS / limit) + np.float32(STEPS + 0.5)
    np.clip(steps, 0, 2 * STEPS + 0.5, out=steps)
    steps[np.isnan(steps)] = 2 * STEPS + 1
    return table.take(steps.astype(np.uint8))


class Limit:
    """The end of a scale for signed values: rises at once and comes down slowly, so that colours do not flicker."""

    _DECAY = 0.04
    _SAMPLES = 4096

    def __init__(self) -> None:
        self.value = 0.0

    def reset(self) -> None:
        """Forget everything: the next values are of something else."""
        self.value = 0.0

    def follow(self, values: Array) -> float:
        """Return the end of the scale for ``values``: almost the largest of their sizes, so that no outlier rules."""
        flat = values.reshape(-1)
        sizes = np.abs(flat[:: -(-flat.size // self._SAMPLES)])
        sizes = sizes[np.isfinite(sizes)]
        peak = (
            float(np.partition(sizes, int(0.99 * (sizes.size - 1)))[int(0.99 * (sizes.size - 1))])
            if sizes.size
            else 0.0
        )
        self.value = max(peak, self.value + self._DECAY * (peak - self.value), 1e-6)
        return self.value


def class_colours(n_classes: int, theme: Theme) -> tuple[QColor, ...]:
    """Return a hue for each class: the first two are those of signed values, and after ten they begin again."""
    hues = (theme.negative, theme.positive, *map(QColor, _DARK if theme.is_dark else _LIGHT))
    return tuple(hues[place % len(hues)] for place in range(n_classes))


def mixed(probabilities: Array, colours: Sequence[QColor], theme: Theme, strength: float) -> Pixels:
    """Return the field of a classifier: the neutral tone where it is undecided, the hue of a class where it is sure.

    Parameters
    ----------
    probabilities : array of shape (height, width, n_classes)
    colours : sequence of QColor
        One for each class.
    strength : float
        How strong a hue becomes, from 0 to 1.

    Returns
    -------
    array of shape (height, width)
    """
    n_classes = probabilities.shape[-1]
    neutral = rgb(theme.neutral)
    # How far each class is above chance; with two classes this is the signed map of their difference.
    above = np.maximum(probabilities - 1 / n_classes, 0) / (1 - 1 / n_classes)
    return packed(neutral + strength * (above @ (np.array([rgb(colour) for colour in colours]) - neutral)))
