"""Small networks written in PyTorch, exported by both of its exporters and opened as projects: they answer the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from slugstudio.imports import open_onnx
from slugstudio.project.session import compile_network
from tools.make_onnx import exported
from tools.parity.case import Arrays, Case, torch
from tools.parity.torch_models import TORCH_MODELS, trained

N_SAMPLES = 8


def cases() -> Iterator[Case]:
    """Yield each network by either exporter."""
    for name in TORCH_MODELS:
        for dynamo in (True, False):
            sides = partial(_ours, name, dynamo), partial(_theirs, name)
            subject = f"{name}, {'exported' if dynamo else 'traced'}"
            yield Case(subject, *sides, recorded=False, tolerance={np.dtype(np.float32): 1e-5})


@cache
def _model(name: str) -> tuple[Any, Any]:
    """Return a network and samples."""
    return trained(name), torch().randn(N_SAMPLES, *TORCH_MODELS[name].input_shape)


def _theirs(name: str, dtype: np.dtype[Any]) -> Arrays:
    model, x = _model(name)
    with torch().no_grad():
        return {"outputs": model(x).numpy().astype(dtype)}


def _ours(name: str, dynamo: bool, dtype: np.dtype[Any]) -> Arrays:
    model, x = _model(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(exported(model, x, dynamo))
        project = open_onnx(path)
    preprocessing = project.trained and project.trained.preprocessing
    samples = preprocessing.apply(x.numpy()) if preprocessing else x.numpy()
    return {"outputs": compile_network(project).predict(samples).astype(dtype)}
