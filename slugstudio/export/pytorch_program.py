"""A program for PyTorch, with the weights beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import numpy as np

from slugstudio.export.code import code, text_of
from slugstudio.export.code.plan import plan
from slugstudio.export.code.pytorch_weights import metadata, state_dict
from slugstudio.export.proof import Proof, Watch, compare, run_python
from slugstudio.export.source import Source
from slugstudio.export.target import Target
from slugstudio.export.weights import pack

_PROGRAM = """
{before}
import importlib.util, sys
import numpy as np
spec = importlib.util.spec_from_file_location("program", sys.argv[1])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
np.save("outputs.npy", program.{outputs})
print({versions})
"""
"""Runs a written program on samples of ``inputs.npy``."""


def prove_program(source: Source, path: Path, watch: Watch, outputs: str, versions: str, before: str = "") -> Proof:
    """Let a written program compute in a fresh process.

    Parameters
    ----------
    source, path, watch
        As `Target.prove` has them.
    outputs : str
        What of the program gives the outputs, as an expression in which ``inputs`` are the samples.
    versions : str
        What tells by whom they are computed, as an expression too.
    before : str
        Statements that come before anything is imported.
    """
    np.save(path.with_name("inputs.npy"), source.samples.inputs)
    told = outputs.replace("inputs", 'np.load("inputs.npy")')
    text = _PROGRAM.format(before=before, outputs=told, versions=versions)
    by = run_python(["-c", text, path.name], path.parent, watch, f"Proving {path.name}").strip()
    found = np.load(path.with_name("outputs.npy"), allow_pickle=False)
    return compare(source, found, by)


def program_name(path: Path) -> str:
    """Return what a program tells that it is called: only what does no harm in code and in a terminal."""
    return path.stem if re.fullmatch(r"[\w.-]+", path.stem) else "net"


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
