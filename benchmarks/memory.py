"""How much memory a training takes at its peak, in a process of its own, and whether it grows with the steps."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.contestants import OURS, Contestant
from benchmarks.libraries.base import Library
from benchmarks.works import WORKS, Training

NAME, STEPS = "W4", (100, 1000)
"""The large CNN, and after how many steps the memory is looked at; epochs have `EPOCH` of them."""

EPOCH = 10


class Peak(NamedTuple):
    """The most megabytes that a process held: before the training began, and after each of `STEPS`."""

    title: str
    variant: str
    before: float
    after: tuple[float, ...]


def peaks(contestants: Sequence[Contestant], tell: Callable[[str], None]) -> list[Peak]:
    """Return the peaks of the engine and of PyTorch in its quicker variant, if it is installed."""
    found = []
    for contestant in contestants:
        if (contestant.title, contestant.variant) in ((OURS, "1 thread"), ("PyTorch", "2 threads")):
            tell(f"memory of {contestant.title}, {STEPS[-1]} steps")
            found.append(peak(contestant, STEPS))
    return found


def peak(contestant: Contestant, steps: Sequence[int]) -> Peak:
    """Return the peak of one of them."""
    work = WORKS[NAME]
    assert isinstance(work, Training)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as process:
        before, *after = process.submit(_train, contestant.start, replace(work, times=EPOCH), steps).result()
    return Peak(contestant.title, contestant.variant, before, tuple(after))


def _train(start: Callable[[], Library], work: Training, steps: Sequence[int]) -> list[float]:
    library = start()
    found, taken = [_megabytes()], 0
    epoch = library.training(work)
    for mark in steps:
        while taken < mark:
            epoch()
            taken += work.times
        found.append(_megabytes())
    return found


def _megabytes() -> float:
    """Return the most that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, what getrusage tells begins with the peak of the process that started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
