"""What the targets share that hold weights only: they are read back, and compared bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import safetensors.numpy

from slugstudio import __version__
from slugstudio.engine.declaration import Array
from slugstudio.export.errors import ProofError
from slugstudio.export.proof import Proof
from slugstudio.export.source import Source

LAYOUT = {
    "producer": f"Slugstudio {__version__}",
    "layout": "slugstudio",
    "names": "layer/parameter",
    "dense": "(in, out)",
    "convolution": "(kernels, channels / groups, height, width)",
    "transposed_convolution": "(channels, kernels, height, width)",
}
"""What the metadata say: ours is the layout called ``slugstudio``, and how the axes follow in it."""


_LENGTH_SIZE = 8
"""How many bytes of safetensors tell the length of the header."""


def pack(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """Return arrays as safetensors, always the same bytes for the same arrays and metadata."""
    # safetensors takes the memory as it lies and silently scrambles an array that is not C-contiguous, and
    # puts the metadata in any order.
    content = safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    begin = _LENGTH_SIZE + int.from_bytes(content[:_LENGTH_SIZE], "little")
    header = {"__metadata__": dict(metadata), **json.loads(content[_LENGTH_SIZE:begin])}
    told = json.dumps(header, separators=(",", ":")).encode()
    told += b" " * (-len(told) % _LENGTH_SIZE)  # the numbers begin at a multiple of 8
    return len(told).to_bytes(_LENGTH_SIZE, "little") + told + content[begin:]


def compare_weights(source: Source, found: Mapping[str, Array], by: str) -> Proof:
    """Compare weights that somebody read back, and let a network with these compute.

    Raises
    ------
    ProofError
        If a weight is missing or has another bit.
    """
    if set(found) != set(source.weights) or any(
        found[name].dtype != array.dtype or found[name].shape != array.shape or found[name].tobytes() != array.tobytes()
        for name, array in source.weights.items()
    ):
        raise ProofError(f"refused: {by} reads other weights than were written. Nothing was written; try again.")
    return Proof(f"{by}, which reads back every weight bit for bit")
