"""The layout in which the seed library's programs take data: flat images and one-hot rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array

Labelled = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def flat_one_hot(images: Array, labels: Array, n_classes: int = 10) -> Labelled:
    """Return images of shape (n, height, width) and labels of shape (n,) as (X, y).

    X is float32 of shape (n, height * width), the values as they are; y float32 of shape (n, n_classes).
    """
    x = images.reshape(len(images), -1).astype(np.float32)
    return x, np.eye(n_classes, dtype=np.float32)[labels]
