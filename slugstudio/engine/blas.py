"""BLAS on one thread, so that sums are taken in the same order and the window keeps a core, or on as many as chosen.

And which BLAS it is: another one, or the same on another kind of processor, takes the sums in another order.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache

import numpy as np
from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    # Looking for the libraries takes about a millisecond, so it is done once.
    return ThreadpoolController()


@lru_cache(maxsize=1)
def computed_by() -> str:
    """Say by what numbers are computed here: the versions of the libraries, and for what processor BLAS computes."""
    found = (each for each in _controller().info() if each["user_api"] == "blas")
    names = (f"{each['internal_api']} {each['version']} for {each.get('architecture', 'any')}" for each in found)
    return ", ".join([f"numpy {np.__version__}", *sorted({*names}), platform.machine()])


@lru_cache(maxsize=1)
def _setters() -> tuple[Callable[[int], object], ...]:
    return tuple(each.set_num_threads for each in _controller().select(user_api="blas").lib_controllers)


def set_threads(n: int) -> None:
    """Have matrix products run on ``n`` threads from here on, within `one_thread`, the end of which ends it too.

    It holds for the whole process, and takes a microsecond. Two threads may give other last digits than one: they
    take the sums at the edges of their parts in another order.
    """
    for setter in _setters():
        setter(n)


class _Limit:
    """The limit of the whole process: set by the first who needs it and lifted by the last.

    Each `threadpoolctl` limit puts back what it found, so that limits of several threads that overlap would lift each
    other's.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._limiter: AbstractContextManager[object] | None = None

    def take(self) -> None:
        with self._lock:
            if self._limiter is None:
                self._limiter = _controller().limit(limits=1, user_api="blas")
                self._limiter.__enter__()
            self._holders += 1

    def give_back(self) -> None:
        with self._lock:
            self._holders -= 1
            if not self._holders and self._limiter is not None:
                self._limiter.__exit__(None, None, None)
                self._limiter = None


_limit = _Limit()


@contextmanager
def one_thread() -> Iterator[None]:
    """Run matrix products on one thread in this context; several threads may be in it at once."""
    _limit.take()
    try:
        yield
    finally:
        _limit.give_back()
