"""The weights of a network in a file: one ``.npz`` of named arrays, ``dense_1/weight``, which ``numpy.load`` opens."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from slugstudio.engine.atomic import replace_file
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers.base import Arrays
from slugstudio.engine.network import Network

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError, MemoryError)
"""What `zipfile` and numpy raise over damaged content."""


def write_weights(network: Network, stream: BinaryIO) -> None:
    """Write parameters and buffers; equal weights give equal bytes."""
    write_arrays(network.parameters | network.buffers, stream)


def write_arrays(arrays: Arrays, stream: BinaryIO) -> None:
    """Write arrays as ``.npz``; equal ones give equal bytes."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def save_weights(network: Network, path: str | os.PathLike[str]) -> None:
    """Write the weights to a file whole; where that fails, what was at ``path`` stays as it was.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    try:
        replace_file(Path(path), lambda stream: write_weights(network, stream))
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror or error}); choose a folder with room in which you may write."
        ) from error


def load_weights(network: Network, path: str | os.PathLike[str]) -> None:
    """Read the weights from a file into the network: all of them, or none where something is wrong.

    Raises
    ------
    DataError
        If the file cannot be read, is damaged, or holds other names or shapes than the network has.
    """
    try:
        found = _read(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}); choose another file.") from error
    except _DAMAGE as error:
        raise DataError(f"{path}: damaged, or no file of weights ({error}); save the weights again.") from error
    places = network.parameters | network.buffers
    if difference := _difference(places, found):
        raise DataError(f"{path}: {difference}; build the same layers, of the same names, as when it was saved.")
    for name, place in places.items():
        place[...] = found[name]


def _read(path: str | os.PathLike[str]) -> Arrays:
    """Return all arrays by name; each entry is read whole, so that its check sum is compared before it is used."""
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
            for name in archive.namelist()
        }


def _difference(places: Arrays, found: Arrays) -> str:
    """Say where the arrays do not fit their places; empty if all do."""
    if missing := sorted(set(places) - set(found)):
        return f"expected {missing[0]}, which is not in it"
    if unknown := sorted(set(found) - set(places)):
        return f"received {unknown[0]}, which the network has not"
    for name, place in places.items():
        array = found[name]
        if array.shape != place.shape or array.dtype.kind != "f":
            wanted = f"decimal numbers of shape {place.shape}"
            return f"expected {name} as {wanted}, received {array.dtype} of shape {array.shape}"
    return ""
