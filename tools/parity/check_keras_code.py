"""The code that is written for Keras: its outputs of layers, random stacks and templates, on two backends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from slugstudio.datasets import Standardise
from slugstudio.engine.declaration import Array
from slugstudio.export.code import code, text_of
from slugstudio.export.code.keras import weights_of
from slugstudio.export.code.plan import plan
from slugstudio.project.templates import TEMPLATES, template
from tools.parity.case import Arrays, Case
from tools.parity.check_layers import LAYERS
from tools.parity.check_pytorch_code import Subject, of_stack
from tools.parity.designs import design

N_STACKS, N_SAMPLES = 30, 4
BACKENDS = ("torch", "jax")
SINGLE = np.dtype(np.float32)

_PROGRAM = """
import importlib.util, pathlib, warnings
import numpy as np
warnings.filterwarnings("ignore", "You are using a softmax over axis")
for path in sorted(pathlib.Path().glob("*.py")):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    np.save(path.with_suffix(".out.npy"), program.load().predict(np.load(path.with_suffix(".in.npy")), verbose=0))
"""


def cases() -> Iterator[Case]:
    """Yield all subjects for each backend."""
    for backend in BACKENDS:
        theirs = partial(_theirs, backend)
        yield Case(f"networks by Keras on {backend}", _ours, theirs, recorded=False, tolerance={SINGLE: 1e-5})


def _subjects(dtype: np.dtype[Any]) -> dict[str, Subject]:
    found = {f"stack_{seed}": of_stack(seed, dtype) for seed in range(N_STACKS)}
    for number, (layer, shape) in enumerate(LAYERS):
        found[f"layer_{number}"] = Subject(
            design([layer], shape, preprocessing=Standardise()), number, dtype, N_SAMPLES
        )
    for name in TEMPLATES:
        found[name.replace("-", "_")] = Subject(template(name).design, 0, dtype, N_SAMPLES)
    return found


def _ours(dtype: np.dtype[Any]) -> Arrays:
    return {name: subject.network.predict(subject.samples) for name, subject in _subjects(dtype).items()}


def _theirs(backend: str, dtype: np.dtype[Any]) -> Arrays:
    with tempfile.TemporaryDirectory() as folder:
        subjects = _subjects(dtype)
        for name, subject in subjects.items():
            _write(subject, Path(folder) / f"{name}.py")
        environment = os.environ | {"KERAS_BACKEND": backend}
        subprocess.run([sys.executable, "-c", _PROGRAM], cwd=folder, env=environment, check=True)
        return {name: _read(Path(folder) / f"{name}.out.npy") for name in subjects}


def _write(subject: Subject, path: Path) -> None:
    planned, network = plan(subject.design), subject.network
    arrays = weights_of(planned, network.parameters | network.buffers, subject.fitted.arrays)
    path.write_text(text_of(code(subject.design, "keras", path.stem)), encoding="utf-8")
    np.savez(path.with_suffix(".weights.npz"), **arrays)  # type: ignore[arg-type] # a name is no option of savez
    np.save(path.with_suffix(".in.npy"), subject.raw)


def _read(path: Path) -> Array:
    array: Array = np.load(path, allow_pickle=False)
    return array
