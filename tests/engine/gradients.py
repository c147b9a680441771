"""Central differences in float64: the independent judge of every gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slugstudio.engine.declaration import Array


def numerical(f: Callable[[], float], array: Array, step: float = 1e-6) -> Array:
    """Return the gradient of ``f`` to ``array``, which is changed in place meanwhile."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        above = f()
        array[index] = value - step
        below = f()
        array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def relative_error(found: Array, expected: Array) -> float:
    """Return the largest difference, relative to the largest value."""
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-12)
    return float(np.abs(found - expected).max(initial=0.0)) / scale
