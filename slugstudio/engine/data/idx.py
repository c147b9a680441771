"""IDX files, the format in which MNIST is given (http://yann.lecun.com/exdb/mnist/), plain or ``.gz``.

Two zero bytes, one byte for the type, one for the number of dimensions, each size as a big-endian 32-bit
number, then the values, big-endian, in C order.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from pathlib import Path

import numpy as np

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import DataError

Stream = BufferedReader | BytesIO | gzip.GzipFile

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_CODES = {np.dtype(name).newbyteorder("="): code for code, name in _TYPES.items()}
_MAX_DIMENSIONS = 32
_MAX_GROWTH = 1032
"""No deflate stream unpacks to more than this many times its size (zlib's technical note)."""


def decode_idx(content: bytes, name: str = "IDX data") -> Array:
    """Return the array that an unpacked IDX file holds, in native byte order.

    Raises
    ------
    DataError
        If ``content`` is not one complete IDX file; the message begins with ``name``.
    """
    return _read(BytesIO(content), len(content), name)


def encode_idx(array: Array) -> bytes:
    """Return ``array`` as an IDX file; raises `DataError` for a type or a shape that IDX has not."""
    code = _CODES.get(array.dtype.newbyteorder("="))
    if code is None:
        types = ", ".join(str(dtype) for dtype in _CODES)
        raise DataError(f"expected an array of a type of IDX ({types}), received {array.dtype}; convert it first.")
    if not 1 <= array.ndim <= _MAX_DIMENSIONS or max(array.shape) >= 2**32:
        raise DataError(
            f"expected an array of 1 to {_MAX_DIMENSIONS} dimensions, each below 2**32, "
            f"received the shape {array.shape}."
        )
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return header + array.astype(_TYPES[code]).tobytes()


def read_idx(path: Path | str) -> Array:
    """Return the array in an IDX file; a name that ends in ``.gz`` is unpacked.

    Raises
    ------
    DataError
        If the file cannot be read or is damaged; the message names it.
    """
    path = Path(path)
    with open_plain_or_gz(path) as stream:
        growth = _MAX_GROWTH if path.suffix == ".gz" else 1
        return _read(stream, path.stat().st_size * growth, str(path))


@contextmanager
def open_plain_or_gz(path: Path) -> Iterator[Stream]:
    """Open a file for reading, one with a name that ends in ``.gz`` for reading what it unpacks to.

    Raises
    ------
    DataError
        Here or while it is being read: if it cannot be read, or is damaged.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            yield stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path}: damaged, cannot be unpacked ({error}). Put a good copy in its place, "
            f"or delete it if it can be downloaded again."
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from error


def write_idx(path: Path | str, array: Array) -> None:
    """Write an array as an IDX file, packed if its name ends in ``.gz``; the same array gives the same bytes."""
    path = Path(path)
    content = encode_idx(array)
    path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0) if path.suffix == ".gz" else content)


def _read(stream: Stream, most: int, name: str) -> Array:
    """Read one IDX file of which the caller knows that it holds at ``most`` so many bytes."""
    dtype, shape = _read_header(stream, name)
    expected = math.prod(shape) * dtype.itemsize
    if expected > most:
        raise DataError(
            f"{name}: truncated IDX file: its header promises {expected} bytes "
            f"for the shape {shape}, more than it can hold; put a complete copy in its place."
        )
    content = stream.read(expected)
    if len(content) < expected:
        raise DataError(
            f"{name}: truncated IDX file: expected {expected} bytes of values for the shape {shape}, "
            f"found {len(content)}; put a complete copy in its place."
        )
    if stream.read(1):
        raise DataError(
            f"{name}: damaged IDX file: there are bytes after the {expected} that its header promises "
            f"for the shape {shape}; put a good copy in its place."
        )
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _read_header(stream: Stream, name: str) -> tuple[np.dtype[np.generic], Shape]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or not 1 <= magic[3] <= _MAX_DIMENSIONS:
        raise DataError(
            f"{name}: not an IDX file: expected two zero bytes, a type and a number of dimensions first, "
            f"received {magic.hex(' ') or 'nothing'}."
        )
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{name}: truncated IDX file: it ends within its header; put a complete copy in its place.")
    return np.dtype(_TYPES[magic[2]]), struct.unpack(f">{magic[3]}I", sizes)
