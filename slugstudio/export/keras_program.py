"""A program for Keras 3, with the weights beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from slugstudio.export.code.keras import weights_of
from slugstudio.export.code.plan import plan
from slugstudio.export.programs import program_and_npz, prove_program
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Target

BACKENDS = ("torch", "jax", "tensorflow")
"""By what Keras can compute; the first that is installed proves."""


@dataclass(frozen=True)
class Keras(Target):
    """A readable program for Keras 3 on any of its backends, its weights beside it: it predicts.

    Its ``load()`` gives a Keras model, which can be compiled, trained and saved as any other.
    """

    label: ClassVar[str] = "Keras program"
    name: ClassVar[str] = "keras"
    endings: ClassVar[tuple[str, ...]] = (".py",)
    description: ClassVar[str] = "A readable Keras 3 model for any backend that predicts, its weights beside it."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the program and the weights; equal networks give equal bytes."""
        arrays = weights_of(plan(source.design), source.weights, source.fitted.arrays)
        return program_and_npz(source, path, self.name, arrays)

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let Keras compute, where it is installed with a backend."""
        backend = next((name for name in BACKENDS if find_spec(name) is not None), None)
        if backend is None or find_spec("keras") is None:
            return Proof(reason="Keras with a backend is not installed here (pip install keras torch)")
        before = f'import os\nos.environ.setdefault("KERAS_BACKEND", "{backend}")'
        outputs = "load().predict(inputs, verbose=0)"
        versions = 'f"Keras {program.keras.__version__} on {program.keras.backend.backend()}"'
        return prove_program(source, path, watch, outputs, versions, before)
