"""Named arrays as safetensors: a short header, then the numbers, little-endian in C order.

They are read here, not by the library of that name: it copies all numbers, and takes headers of 100 MB, names given
twice and types that no entry has.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

import numpy as np
import safetensors.numpy

from slugstudio.engine.declaration import Array, Shape
from slugstudio.project import strict_json
from slugstudio.project.errors import FormatError

_DTYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8"}
MAX_AXES = 8
MAX_SIZE = 2**32
"""More than an entry can hold, in numbers and in bytes."""
_LONGEST_NAME = 1024
_LENGTH_SIZE = 8
"""How many bytes tell the length of the header."""


def pack(tensors: Mapping[str, Array]) -> bytes:
    """Return arrays as safetensors, always the same bytes for the same arrays."""
    # safetensors takes the memory as it lies and silently scrambles an array that is not C-contiguous.
    return safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in tensors.items()})


def unpack(content: bytes) -> dict[str, Array]:
    """Return the arrays: views of ``content``, which cannot be written to.

    Raises
    ------
    FormatError
        If it is not safetensors, or has what the entries of a project never have.
    """
    length = int.from_bytes(content[:_LENGTH_SIZE], "little")
    begin = _LENGTH_SIZE + length
    if length > strict_json.MAX_BYTES or begin > len(content):
        raise FormatError("expected safetensors, found a header that is too long.")
    header = strict_json.load(content[_LENGTH_SIZE:begin])
    if not isinstance(header, dict):
        raise FormatError("expected safetensors, found a header that names no arrays.")
    places = sorted(_place_of(name, record) for name, record in header.items())
    ends = [0, *(place.end for place in places)]
    if [place.begin for place in places] != ends[:-1] or begin + ends[-1] != len(content):
        raise FormatError("expected safetensors with arrays one behind the other, and nothing else.")
    return {place.name: np.ndarray(place.shape, place.dtype, content, begin + place.begin) for place in places}


class _Place(NamedTuple):
    """What the header says of an array, sorted by where it lies, counted in bytes from the end of the header."""

    begin: int
    end: int
    name: str
    dtype: str
    shape: Shape


def _place_of(name: str, record: Any) -> _Place:
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise FormatError(f"expected names of up to {_LONGEST_NAME} characters, found {name[:40]!r}.")
    match record:
        case {"dtype": str(code), "shape": list(shape), "data_offsets": [begin, end], **rest} if not rest:
            counts = all(type(count) is int and 0 <= count <= MAX_SIZE for count in [*shape, begin, end])
            # numpy refuses axes whose product is too large, also where another is 0
            sound = counts and len(shape) <= MAX_AXES and prod(max(1, n) for n in shape) <= MAX_SIZE
            if sound and code in _DTYPES and end - begin == np.dtype(_DTYPES[code]).itemsize * prod(shape):
                return _Place(begin, end, name, _DTYPES[code], tuple(shape))
    raise FormatError(f"{name}: expected its dtype ({', '.join(_DTYPES)}), shape and the data_offsets that follow.")


def require(name: str, array: Array, dtype: type[np.generic], shape: Shape | None = None) -> Array:
    """Return ``array`` if it is of this type and shape (any if None), else raise `FormatError`."""
    if array.dtype != dtype or (shape is not None and array.shape != shape):
        expected = "any shape" if shape is None else f"shape {shape}"
        raise FormatError(
            f"{name}: expected {np.dtype(dtype)} of {expected}, found {array.dtype} of shape {array.shape}."
        )
    return array
