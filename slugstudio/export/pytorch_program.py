"""A program for PyTorch, with the weights beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from slugstudio.export.code import code, text_of
from slugstudio.export.code.plan import plan
from slugstudio.export.code.pytorch_weights import metadata, state_dict
from slugstudio.export.programs import program_name, prove_program
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Target
from slugstudio.export.weights import pack


@dataclass(frozen=True)
class PyTorch(Target):
    """A readable program for PyTorch, its weights beside it: it predicts, and goes on training, also by ``torchrun``.

    The weights are safetensors under PyTorch's names and in its layout; trained further there, they can be imported.
    """

    label: ClassVar[str] = "PyTorch program"
    name: ClassVar[str] = "pytorch"
    endings: ClassVar[tuple[str, ...]] = (".py",)
    description: ClassVar[str] = "A readable PyTorch module that predicts and goes on training, its weights beside it."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the program and the weights."""
        planned, trained = plan(source.design), source.project.trained
        arrays = state_dict(planned, source.weights, source.fitted.arrays)
        step = 0 if trained is None else trained.state.step
        program = text_of(code(source.design, self.name, program_name(path)))
        return {
            path.name: program.encode(),
            f"{path.stem}.safetensors": pack(arrays, metadata(planned, step)),
        }

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let PyTorch compute, where it is installed."""
        if find_spec("torch") is None:
            return Proof(reason="PyTorch is not installed here (pip install torch)")
        planned = plan(source.design)
        method = (
            "predict" if planned.last == planned.squash else "forward"
        )  # the engine itself leaves logits as they are
        outputs = f"load()[0].eval().{method}(program.torch.from_numpy(inputs)).detach().numpy()"
        return prove_program(source, path, watch, outputs, '"PyTorch " + program.torch.__version__')
