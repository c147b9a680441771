"""How well the time of an epoch is forecast: ten networks, each forecast and then trained for some epochs.

``python -m benchmarks.forecast`` prints a table and the median error; the exit code tells whether that is at most 25 %.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Iterator

import numpy as np

from slugstudio.engine.augmentation import Flip, Shift
from slugstudio.engine.events import EpochDone
from slugstudio.engine.optimizers import SGD, Adam
from slugstudio.project import Project
from slugstudio.project.design import Design
from slugstudio.project.forecast import seconds_per_epoch
from slugstudio.project.session import Session
from slugstudio.project.templates import template

MOST_EPOCHS, SECONDS, BUDGET = 7, 4.0, 0.25
"""How many epochs are trained at most, for how long, and how large the median error may be."""


def networks() -> Iterator[tuple[str, Design]]:
    """Yield ten designs: templates, and some with other settings."""
    for name in ("digits-mlp", "digits-cnn", "fashion-cnn", "fashion-resnet", "spiral"):
        yield name, template(name).design
    yield "digits-mlp, batch 512, Adam", _with("digits-mlp", batch_size=512, optimizer=Adam())
    yield "digits-cnn, batch 4, SGD", _with("digits-cnn", batch_size=4, optimizer=SGD())
    yield "fashion-cnn, batch 256", _with("fashion-cnn", batch_size=256)
    yield "fashion-cnn, augmented", _with("fashion-cnn", augmentation=(Shift(), Flip()))
    yield "fashion-resnet, batch 128", _with("fashion-resnet", batch_size=128)


def _with(name: str, **settings: object) -> Design:
    design = template(name).design
    return dataclasses.replace(design, training=design.training.replace(**settings))


def real_seconds(design: Design) -> float:
    """Return the median time of the first epochs, as the history tells it."""
    took: list[float] = []
    begin = time.perf_counter()
    for event in Session(Project(design)).run():
        if isinstance(event, EpochDone):
            took.append(event.seconds)
            if len(took) == MOST_EPOCHS or time.perf_counter() - begin > SECONDS:
                break
    return float(np.median(took))


def main() -> int:
    """Measure and print."""
    errors = []
    print(f"{'network':<30}{'forecast':>11}{'real':>11}{'error':>8}{'took':>9}")
    for name, design in networks():
        begin = time.perf_counter()
        expected = seconds_per_epoch(design)
        took, real = time.perf_counter() - begin, real_seconds(design)
        errors.append(abs((expected or 0.0) / real - 1))
        told = f"{(expected or 0.0) * 1000:>8.1f} ms{real * 1000:>8.1f} ms"
        print(f"{name:<30}{told}{errors[-1]:>7.0%}{took * 1000:>7.0f} ms")
    median = float(np.median(errors))
    print(f"median error {median:.0%}, bound {BUDGET:.0%}: {'met' if median <= BUDGET else 'NOT met'}")
    return 0 if median <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
