from __future__ import annotations

import numpy as np
import pytest

from slugstudio.engine.arrays import as_numbers
from slugstudio.engine.errors import DataError

FLOAT = np.dtype(np.float32)


@pytest.mark.parametrize("values", [[[1, 2]], np.array([[1, 2]], np.uint8), np.array([[1, 2]], object), ((1.0, 2.0),)])
def test_numbers_of_any_type_become_floats(values: object) -> None:
    array = as_numbers(values, FLOAT, "samples")  # type: ignore[arg-type]
    assert array.dtype == FLOAT
    assert array.tolist() == [[1, 2]]


def test_what_fits_is_not_copied() -> None:
    array = np.zeros(3, FLOAT)
    assert as_numbers(array, FLOAT, "samples") is array


def test_what_is_missing_or_too_large_is_not_finite() -> None:
    assert np.isnan(as_numbers([None], FLOAT, "samples")).all()  # type: ignore[list-item]
    assert np.isinf(as_numbers([1e300], FLOAT, "samples")).all()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["a"], "values of the type <U1"),
        (["1"], "values of the type <U1"),
        ([1j], "values of the type complex128"),
        (np.array(["2026-01-01"], "M8[D]"), "datetime64"),
        (np.array(["a", 1], object), "could not convert string to float: 'a'"),
        ([[1, 2], [3]], "inhomogeneous"),
    ],
)
def test_anything_else_is_told(values: object, said: str) -> None:
    with pytest.raises(DataError, match=f"expected targets as an array of numbers, .*{said}"):
        as_numbers(values, FLOAT, "targets")  # type: ignore[arg-type]
