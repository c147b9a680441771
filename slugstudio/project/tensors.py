"""Named arrays as safetensors: a short header, then the numbers, little-endian in C order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import safetensors
import safetensors.numpy

from slugstudio.engine.declaration import Array, Shape
from slugstudio.project.errors import FormatError


def pack(tensors: Mapping[str, Array]) -> bytes:
    """Return arrays as safetensors, always the same bytes for the same arrays."""
    # safetensors takes the memory as it lies and silently scrambles an array that is not C-contiguous.
    return safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in tensors.items()})


def unpack(content: bytes) -> dict[str, Array]:
    """Return the arrays.

    Raises
    ------
    FormatError
        If it is not safetensors.
    """
    try:
        return safetensors.numpy.load(content)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise FormatError(f"expected safetensors, found an error in it ({error}).") from error


def require(name: str, array: Array, dtype: type[np.generic], shape: Shape | None = None) -> Array:
    """Return ``array`` if it is of this type and shape (any if None), else raise `FormatError`."""
    if array.dtype != dtype or (shape is not None and array.shape != shape):
        expected = "any shape" if shape is None else f"shape {shape}"
        raise FormatError(
            f"{name}: expected {np.dtype(dtype)} of {expected}, found {array.dtype} of shape {array.shape}."
        )
    return array
