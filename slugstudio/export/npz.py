"""Weights for numpy."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.export.target import Target
from slugstudio.project.project import Project
from slugstudio.project.session import compile_network


@dataclass(frozen=True)
class NPZ(Target):
    """All weights as float32 arrays in one ``.npz``, which ``numpy.load`` opens: ``dense_1/weight``.

    Dense weights have the shape (in, out), kernels (kernels, channels, height, width), biases (out,).
    """

    label: ClassVar[str] = "NumPy weights"
    ending: ClassVar[str] = ".npz"

    def content(self, project: Project) -> bytes:
        """Return the content of the file; equal weights give equal bytes."""
        network, stream = compile_network(project), io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, array in (network.parameters | network.buffers).items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                    np.lib.format.write_array(entry, array, allow_pickle=False)
        return stream.getvalue()
