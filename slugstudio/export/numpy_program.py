"""A program for numpy alone, its weights inside."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from slugstudio.engine.weights import write_arrays
from slugstudio.export.code import code, text_of
from slugstudio.export.code.numpy_code import NO_WEIGHTS
from slugstudio.export.programs import program_name, prove_program
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Target

_LINE = 116


@dataclass(frozen=True)
class NumPy(Target):
    """One readable program that predicts, and needs nothing but numpy: its weights stand in it, as base64."""

    label: ClassVar[str] = "NumPy program"
    name: ClassVar[str] = "numpy"
    endings: ClassVar[tuple[str, ...]] = (".py",)
    description: ClassVar[str] = "One readable file that predicts and needs nothing but numpy, its weights inside."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the one file; equal networks give equal bytes."""
        arrays = {f"preprocessing/{name}": array for name, array in source.fitted.arrays.items()}
        stream = io.BytesIO()
        write_arrays({**source.weights, **arrays}, stream)
        written = base64.b64encode(stream.getvalue()).decode()
        rows = (written[start : start + _LINE] for start in range(0, len(written), _LINE))
        program = text_of(code(source.design, self.name, program_name(path)))
        before, _, after = program.rpartition(NO_WEIGHTS)
        return {path.name: "\n".join([f'{before}WEIGHTS = """', *rows, f'"""{after}']).encode()}

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let the program compute in a fresh process."""
        outputs, versions = "forward(inputs, program.weights())", '"numpy " + program.np.__version__'
        return prove_program(source, path, watch, outputs, versions)
