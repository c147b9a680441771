"""BLAS on one thread, so that the same sums are taken in the same order and the window keeps a core."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    # Looking for the libraries takes about a millisecond, so it is done once.
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which matrix products run on one thread."""
    context: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return context
