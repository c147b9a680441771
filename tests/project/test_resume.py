"""Bit for bit: a training that was saved, lost, recovered and resumed ends as the one that nobody interrupted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import Digits, Standardise
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.augmentation import Noise, Shift
from slugstudio.engine.events import BatchDone
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Dropout, Flatten, GaussianNoise, MaxPooling
from slugstudio.engine.optimizers import SGD, AdaGrad, Adam, AdamW, Nadam, Optimizer, RMSProp
from slugstudio.engine.schedules import CosineDecay
from slugstudio.project import Project, load, save
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.project import Trained
from slugstudio.project.recovery import lost_slots, new_slot
from slugstudio.project.session import Session
from tests.project.made import stack

ROOT = Path(__file__).parents[2]
A_EPOCH = 12
"""How many steps an epoch of `design` has: 1,437 samples in batches of 128."""

GO_ON = """
import sys
from slugstudio.project import load, save
from slugstudio.project.session import Session
session = Session(load(sys.argv[1]))
for _ in session.run():
    pass
save(session.capture(), sys.argv[1])
"""


def design(optimizer: Optimizer) -> Design:
    """Return a network with all that draws numbers or remembers them, trained for two epochs."""
    layers = [
        GaussianNoise(0.1),
        Convolution(4, 3, activation=ReLU()),
        BatchNormalization(),
        MaxPooling(2),
        Flatten(),
        Dropout(0.3),
        Dense(10, activation=Softmax()),
    ]
    data = DataChoice(Digits(), Standardise())
    return stack(layers, data, optimizer=optimizer, batch_size=128, epochs=2, augmentation=(Shift(1), Noise(0.1)))


def run_until(project: Project, step: int | None = None) -> Project:
    """Train up to a step, or to the end, and return what there is then."""
    session = Session(project)
    for event in session.run():
        if isinstance(event, BatchDone) and event.step == step:
            break
    return session.capture()


def bits(project: Project) -> dict[object, bytes]:
    assert isinstance(project.trained, Trained)
    arrays = {("weights", *key): array for key, array in project.trained.weights.items()}
    for number, slot in enumerate(project.trained.slots):
        arrays |= {(str(number), *key): array for key, array in slot.items()}
    return {key: np.ascontiguousarray(array).tobytes() for key, array in arrays.items()}


OPTIMIZERS = [
    SGD(lr=0.05, momentum=0.9),
    RMSProp(),
    Adam(schedule=CosineDecay(40)),
    AdamW(),
    Nadam(),
    AdaGrad(),
]


@pytest.mark.parametrize("step", [A_EPOCH, A_EPOCH + 5], ids=["epoch", "mid-epoch"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: optimizer.kind)
def test_what_was_lost_and_recovered_goes_on_to_the_same_bits(optimizer: Optimizer, step: int) -> None:
    project = Project(design(optimizer))
    slot = new_slot()
    slot.write(run_until(project, step), "work", None)
    os.close(slot._descriptor)  # as when its process is killed
    (lost,) = lost_slots()
    resumed = run_until(lost.load())
    lost.close(keep=False)
    assert bits(resumed) == bits(run_until(project))


@pytest.mark.parametrize("workers", [1, 2])
def test_another_process_goes_on_to_the_same_bits(tmp_path: Path, workers: int) -> None:
    """Also one that may use a single processor, and so has one worker."""
    project, path = Project(design(Adam())), tmp_path / "a.slug"
    save(run_until(project, A_EPOCH + 5), path)
    command = [sys.executable, "-c", GO_ON, str(path)]
    if workers == 1 and hasattr(os, "sched_setaffinity"):
        one = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
        command[2] = f"{one}\n{GO_ON}"
    subprocess.run(command, cwd=ROOT, check=True)
    assert bits(load(path)) == bits(run_until(project))
