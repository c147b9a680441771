"""A data set is sound or refused."""

from __future__ import annotations

import numpy as np
import pytest

from slugstudio.datasets import Dataset
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError

CLASSES = ("no", "yes")


def made(x: Array, y: Array) -> Dataset:
    return Dataset(x, y, CLASSES, "Title", "Source", "Licence")


def test_arrays_are_brought_to_their_one_form_and_the_given_ones_left_alone() -> None:
    x = np.asfortranarray(np.arange(6, dtype=np.float64).reshape(3, 2))
    y = np.array([0, 1, 1], np.uint8)
    found = made(x, y)
    assert (found.x.dtype, found.y.dtype) == (np.float32, np.int64)
    assert found.x.flags.c_contiguous
    np.testing.assert_array_equal(found.x, x)
    np.testing.assert_array_equal(found.y, y)
    assert len(found) == 3


def test_the_arrays_cannot_be_changed_by_who_looks_but_the_given_ones_stay_writeable() -> None:
    x, y = np.zeros((2, 2), np.float32), np.zeros(2, np.int64)
    found = made(x, y)
    for array in (found.x, found.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    x[0], y[0] = 1, 1


@pytest.mark.parametrize("x", [np.zeros((0, 2)), np.zeros(3), np.zeros((3, 0))])
def test_no_samples_are_refused(x: Array) -> None:
    with pytest.raises(DataError, match="at least one value, received the shape"):
        made(x, np.zeros(len(x), np.int64))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_named_by_its_sample(value: float) -> None:
    x = np.zeros((4, 1, 2, 2))
    x[2, 0, 1, 1] = value
    with pytest.raises(DataError, match="NaN or infinity in sample 2"):
        made(x, np.zeros(4, np.int64))


@pytest.mark.parametrize("y", [np.zeros(2, np.int64), np.zeros((3, 1), np.int64), np.zeros(3)])
def test_labels_that_do_not_fit_are_refused(y: Array) -> None:
    with pytest.raises(DataError, match="expected 3 whole numbers as labels"):
        made(np.zeros((3, 2)), y)


@pytest.mark.parametrize("label", [-1, 2])
def test_a_label_without_a_class_is_named(label: int) -> None:
    with pytest.raises(DataError, match=f"from 0 to 1 for the classes no, yes, found {label} at sample 1"):
        made(np.zeros((3, 2)), np.array([0, label, 1]))
