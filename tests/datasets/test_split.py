"""The split: stratified, complete, the same by the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.datasets import Digits, split
from slugstudio.engine.errors import DataError

labels = st.lists(st.integers(0, 5), min_size=1, max_size=200).map(np.array)
fractions = st.floats(0, 1, exclude_max=True)
seeds = st.integers(0, 2**32 - 1)


@given(labels, fractions, seeds)
def test_each_sample_is_once_in_one_part(y: np.ndarray[tuple[int], np.dtype[np.int64]], f: float, seed: int) -> None:
    train, validation = split(y, f, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate([train, validation])), np.arange(len(y)))
    assert (np.diff(train) > 0).all()
    assert (np.diff(validation) > 0).all()
    assert set(y[train]) == set(y)


@given(labels, fractions, seeds)
def test_every_class_gives_its_share(y: np.ndarray[tuple[int], np.dtype[np.int64]], f: float, seed: int) -> None:
    _, validation = split(y, f, seed)
    for label in np.unique(y):
        size, aside = (y == label).sum(), (y[validation] == label).sum()
        assert abs(aside - f * size) < 1 or (aside == size - 1 and f * size >= size - 1)
    assert len(validation) <= round(f * len(y))


@pytest.mark.parametrize(("fraction", "expected"), [(0.0, 0), (0.2, 359), (0.5, 898), (0.25, 449)])
def test_the_whole_has_the_fraction_too(fraction: float, expected: int) -> None:
    y = Digits().load().y
    train, validation = split(y, fraction, 0)
    assert (len(train), len(validation)) == (len(y) - expected, expected)


def test_the_seed_decides() -> None:
    y = np.arange(100) % 3
    first, again, other = (split(y, 0.2, seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_split_of_a_project_stays_what_it_was() -> None:
    """A project stores only fraction and seed: another algorithm would show it other validation samples."""
    assert split(np.arange(12) % 2, 0.34, 7)[1].tolist() == [0, 1, 6, 9]


@pytest.mark.parametrize("fraction", [-0.1, 1.0, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction: float) -> None:
    with pytest.raises(DataError, match="from 0 to below 1, received"):
        split(np.zeros(4, np.int64), fraction, 0)
