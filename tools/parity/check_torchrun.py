"""The program for PyTorch as a user runs it: trained by torchrun as by the engine; it predicts, and is imported."""

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
import safetensors.numpy

from slugstudio.datasets import Standardise
from slugstudio.engine.activation import Softmax, Tanh
from slugstudio.engine.constraints import MaxNorm
from slugstudio.engine.layers import Dense
from slugstudio.engine.optimizers import Adam
from slugstudio.engine.penalties import L2
from slugstudio.engine.schedules import Warmup
from slugstudio.engine.train import TrainSettings
from slugstudio.export.code import code, text_of
from slugstudio.export.code.plan import plan
from slugstudio.export.code.pytorch_weights import metadata, state_dict
from slugstudio.imports import compare, read_arrays
from slugstudio.project import Project
from slugstudio.project.design import Design
from tools.parity.case import Arrays, Case
from tools.parity.check_pytorch_code import N_STEPS, Subject, after_steps, joined
from tools.parity.designs import design

N_SAMPLES = 17
"""Of which two processes have different shares."""
SINGLE = np.dtype(np.float32)


def cases() -> Iterator[Case]:
    """Yield the training alone, by two processes, and by three."""
    for n_processes in (1, 2, 3):
        theirs = partial(_theirs, n_processes)
        yield Case(f"processes: {n_processes}", _ours, theirs, recorded=False, tolerance={SINGLE: 1e-5})


def _design() -> Design:
    """Return a design with all that a step can have, whose batch is all samples, so that their order does not count."""
    layers = [Dense(5, activation=Tanh(), penalty=L2(0.1), constraint=MaxNorm(1.0)), Dense(3, activation=Softmax())]
    optimizer = Adam(lr=0.1, decay=0.1, clip=0.5, schedule=Warmup(5))
    training = TrainSettings(epochs=N_STEPS, batch_size=N_SAMPLES, optimizer=optimizer)
    return design(layers, (4,), training, Standardise(), n_classes=3)


def _ours(dtype: np.dtype[Any]) -> Arrays:
    subject = Subject(_design(), 0, dtype, N_SAMPLES)
    arrays = after_steps(subject)
    return {**arrays, "answers": subject.network.predict(subject.samples)}


def _theirs(n_processes: int, dtype: np.dtype[Any]) -> Arrays:
    subject = Subject(_design(), 0, dtype, N_SAMPLES)
    planned, network = plan(subject.design), subject.network
    arrays = state_dict(planned, network.parameters | network.buffers, subject.fitted.arrays)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "net.py").write_text(text_of(code(subject.design, "pytorch")), encoding="utf-8")
        safetensors.numpy.save_file(arrays, place / "net.safetensors", metadata(planned, 0))
        np.savez(place / "data.npz", X=subject.raw, y=subject.labels)
        torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(n_processes)]
        _run(place, *(torchrun if n_processes > 1 else []), "net.py", "train", "data.npz")
        _run(place, "net.py", "predict", "data.npz", "-o", "answers.csv")
        weights = compare(Project(subject.design), read_arrays(place / "net.safetensors")).taken
        answers = np.genfromtxt(place / "answers.csv", delimiter=",", skip_header=1)[:, 2:]
    return {**joined(weights), "answers": answers}


def _run(folder: Path, *arguments: str) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
