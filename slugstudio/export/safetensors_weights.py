"""Weights as safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import safetensors
import safetensors.numpy

from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Group, Target
from slugstudio.export.weights import LAYOUT, compare_weights, pack


@dataclass(frozen=True)
class Safetensors(Target):
    """All weights as float32 arrays in one ``.safetensors``, by the layers' names: ``dense_1/weight``.

    Its metadata tell the layout; it is that of the ``.npz``.
    """

    label: ClassVar[str] = "Safetensors weights"
    name: ClassVar[str] = "safetensors"
    endings: ClassVar[tuple[str, ...]] = (".safetensors",)
    group: ClassVar[Group] = "weights"
    description: ClassVar[str] = "All weights by the layers' names, in the form that is shared most today."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the one file."""
        return {path.name: pack(source.weights, LAYOUT)}

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let safetensors read it."""
        del watch
        found = safetensors.numpy.load_file(path)
        return compare_weights(source, found, f"safetensors {safetensors.__version__}")
