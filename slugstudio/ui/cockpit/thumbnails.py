"""Small grey pictures for the cards: samples and feature maps."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from slugstudio.engine.declaration import Array


def grey(values: Array) -> QImage:
    """Return values of shape (height, width) as a picture, the smallest black and the largest white."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():
        levels = np.zeros(values.shape, np.uint8)
    else:
        levels = ((values - low) * (255 / max(high - low, 1e-12))).astype(np.uint8)
    height, width = values.shape
    # copy() gives the picture memory of its own: QImage would not keep the array alive.
    return QImage(np.ascontiguousarray(levels).data, width, height, width, QImage.Format.Format_Grayscale8).copy()
