"""Worker threads that share the samples of a batch: numpy lets other threads run while it computes.

How samples are shared depends on their number alone, never on that of the threads, so that one thread or two give the
same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import numpy as np

MOST_WORKERS = 2
"""More would take turns at the memory, and the window needs a core too."""

Result = TypeVar("Result")


def n_shares(n_samples: int, size: int) -> int:
    """Return in how many shares of a size the samples go; none at all is one empty share."""
    return max(1, -(-n_samples // size))


def for_shares(work: Callable[[int, slice], Result], n_samples: int, size: int) -> list[Result]:
    """Return what ``work`` returns for each share of the samples, in their order.

    Parameters
    ----------
    work : function of a share's number and its slice of the samples
    n_samples : int
    size : int
        How many samples a share has; the last one may have fewer.
    """
    shares = [slice(number * size, (number + 1) * size) for number in range(n_shares(n_samples, size))]
    if len(shares) == 1:
        return [work(0, shares[0])]
    settings = np.geterr()  # each thread has its own

    def task(number: int, share: slice) -> Result:
        with np.errstate(**settings):
            return work(number, share)

    return list(_workers(os.getpid()).map(task, range(len(shares)), shares))


@lru_cache(maxsize=1)
def _workers(process: int) -> ThreadPoolExecutor:
    """Return the threads of a process: those of another, of which it is a copy, do not live on in it."""
    del process
    return ThreadPoolExecutor(min(MOST_WORKERS, os.cpu_count() or 1), "slugstudio-engine")
