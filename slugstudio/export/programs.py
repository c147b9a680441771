"""What the targets share that write programs: what these are called, what lies beside them, and how they are proven."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.weights import write_arrays
from slugstudio.export.code import code, text_of
from slugstudio.export.proof import Proof, Watch, compare, run_python
from slugstudio.export.source import Source

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


def program_and_npz(source: Source, path: Path, language: str, arrays: Mapping[str, Array]) -> dict[str, bytes]:
    """Return a program, and beside it the arrays as ``NAME.weights.npz``; equal networks give equal bytes."""
    stream = io.BytesIO()
    write_arrays(dict(arrays), stream)
    program = text_of(code(source.design, language, program_name(path)))
    return {path.name: program.encode(), f"{path.stem}.weights.npz": stream.getvalue()}
