"""A program for our own engine, with the weights beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import slugstudio
from slugstudio.export.code.engine import weights_of
from slugstudio.export.code.plan import plan
from slugstudio.export.programs import program_and_npz, prove_program
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Target


@dataclass(frozen=True)
class Engine(Target):
    """A program as one writes it by hand with our own engine's `Model`, its weights beside it.

    It predicts, and goes on training with all of the project's settings.
    """

    label: ClassVar[str] = "Slugstudio program"
    name: ClassVar[str] = "slugstudio"
    endings: ClassVar[tuple[str, ...]] = (".py",)
    description: ClassVar[str] = "A program with our own engine's Model that predicts and trains, weights beside it."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the program and the weights; equal networks give equal bytes."""
        arrays = weights_of(plan(source.design), source.weights, source.fitted.arrays)
        return program_and_npz(source, path, self.name, arrays)

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let the program compute in a fresh process."""
        before = f"import sys\nsys.path.insert(0, {str(Path(slugstudio.__file__).parents[1])!r})"
        outputs = "load()[0].transform(program.prepared(inputs, program.load()[1]))"
        version = f'"a program with Slugstudio {slugstudio.__version__}"'
        return prove_program(source, path, watch, outputs, version, before)
