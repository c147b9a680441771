"""Weights for numpy."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from slugstudio.engine.weights import write_weights
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Group, Target
from slugstudio.export.weights import LAYOUT, compare_weights


@dataclass(frozen=True)
class NPZ(Target):
    """All weights as float32 arrays in one ``.npz``, which ``numpy.load`` opens: ``dense_1/weight``.

    Dense weights have the shape (in, out), kernels (kernels, channels, height, width), biases (out,). The zip file's
    comment tells the layout, as JSON.
    """

    label: ClassVar[str] = "NumPy weights"
    name: ClassVar[str] = "npz"
    endings: ClassVar[tuple[str, ...]] = (".npz",)
    group: ClassVar[Group] = "weights"
    description: ClassVar[str] = "All weights by the layers' names, which numpy.load opens."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the one file; equal weights give equal bytes."""
        stream = io.BytesIO()
        write_weights(source.network, stream)
        with zipfile.ZipFile(stream, "a") as archive:
            archive.comment = json.dumps(LAYOUT).encode()
        return {path.name: stream.getvalue()}

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let numpy read it."""
        del watch
        with np.load(path, allow_pickle=False) as arrays:
            return compare_weights(source, dict(arrays), f"numpy {np.__version__}")
