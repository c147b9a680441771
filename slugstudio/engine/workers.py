"""Worker threads that share the samples of a batch: numpy lets other threads run while it computes.

How samples are shared depends on their number alone, never on that of the threads, so that one thread or two give the
same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import count
from typing import TypeVar

import numpy as np

MOST_WORKERS = 2
"""More would take turns at the memory, and the window needs a core too."""

Result = TypeVar("Result")


def for_shares(work: Callable[[slice], Result], n_samples: int, size: int) -> list[Result]:
    """Return what ``work`` returns for each share of the samples, in their order; none at all are one empty share.

    Parameters
    ----------
    work : function of a share's slice of the samples
    n_samples : int
    size : int
        How many samples a share has; the last one may have fewer.
    """
    starts = range(0, max(1, n_samples), size)
    return run_all([partial(work, slice(start, start + size)) for start in starts])


def run_all(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Return what each of the tasks returns, in their order.

    Whoever asks takes tasks in turn with the helpers: a thread that only waits would have to be woken.
    """
    if len(tasks) < 2:
        return [task() for task in tasks]
    found: dict[int, Result] = {}
    numbers = count()  # whose next() no other thread interrupts
    settings = np.geterr()  # each thread has its own

    def take_turns() -> None:
        with np.errstate(**settings):
            while (number := next(numbers)) < len(tasks):
                found[number] = tasks[number]()

    helpers = [_helpers(os.getpid()).submit(take_turns) for _ in range(min(n_workers(), len(tasks)) - 1)]
    try:
        take_turns()
    finally:
        for helper in helpers:
            if not helper.cancel():  # one that is busy elsewhere has not begun
                helper.result()
    return [found[number] for number in range(len(tasks))]


def n_workers() -> int:
    """Return how many threads work together: no more than processors on which this one may run."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return min(MOST_WORKERS, len(allowed))


@lru_cache(maxsize=1)
def _helpers(process: int) -> ThreadPoolExecutor:
    """Return the other threads of a process: those of another, of which it is a copy, do not live on in it."""
    del process
    return ThreadPoolExecutor(max(1, n_workers() - 1), "slugstudio-engine")
