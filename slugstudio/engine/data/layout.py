"""The layout in which the seed library's programs take data: flat images and one-hot rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array

Labelled = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def flat_one_hot(images: Array, labels: Array, n_classes: int = 10) -> Labelled:
    """Return (X, y): images of shape (n, height, width) as float32 rows of shape (n, height * width), values as they
    are, and integer labels of shape (n,) as one-hot rows of shape (n, n_classes).
    """
    x = images.reshape(len(images), -1).astype(np.float32)
    return x, np.eye(n_classes, dtype=np.float32)[labels]
