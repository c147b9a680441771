"""The limit to one BLAS thread holds as long as anybody needs it, but where more were chosen."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from slugstudio.engine import blas
from slugstudio.engine.blas import one_thread, set_threads


@pytest.fixture(autouse=True)
def _all_libraries() -> None:
    """Look again which libraries there are: other tests may have loaded some with a BLAS of their own."""
    blas._setters.cache_clear()
    blas._controller.cache_clear()


def n_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {info["num_threads"] for info in ThreadpoolController().select(user_api="blas").info()}


def test_the_limit_is_lifted_by_the_last_who_needs_it() -> None:
    before = n_threads()
    first, second = ExitStack(), ExitStack()
    first.enter_context(one_thread())
    second.enter_context(one_thread())
    assert n_threads() == {1}
    first.close()
    assert n_threads() == {1}
    second.close()
    assert n_threads() == before


def test_the_limit_is_lifted_after_an_error() -> None:
    before = n_threads()
    try:
        with one_thread():
            raise ValueError
    except ValueError:
        pass
    assert n_threads() == before


def test_more_threads_end_with_the_limit() -> None:
    before = n_threads()
    with one_thread():
        set_threads(2)
        assert n_threads() == {2}
    assert n_threads() == before
