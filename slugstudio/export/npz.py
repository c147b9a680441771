"""Weights for numpy."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import ClassVar

from slugstudio.engine.weights import write_weights
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
        stream = io.BytesIO()
        write_weights(compile_network(project), stream)
        return stream.getvalue()
