"""From what a caller gives, lists or arrays of any type, to arrays of numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError


def as_numbers(values: npt.ArrayLike, dtype: np.dtype[np.floating], what: str) -> Array:
    """Return ``values`` as an array of ``dtype``, without a copy where it is one; too large a number becomes infinite.

    Parameters
    ----------
    values : array_like of numbers or truth values
    dtype : numpy dtype
    what : str
        How a message calls them, such as ``"samples"``.

    Raises
    ------
    DataError
        If they are not numbers, or lists of different lengths.
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biufO":
            raise TypeError(f"values of the type {array.dtype}")
        with np.errstate(over="ignore"):
            return np.asarray(array, dtype)
    except (TypeError, ValueError) as error:
        how = "words of a column for instance into columns of 0 and 1, one for each word"
        if what != "samples":
            how = "classes for instance by np.unique(y, return_inverse=True)[1]"
        raise DataError(
            f"expected {what} as an array of numbers, received something else ({error}); turn it into numbers first, "
            f"{how}."
        ) from None


def require_finite(samples: Array, what: str = "samples") -> None:
    """Raise `DataError` if a number is infinite or NaN; it names the first such sample, and ``what`` they are."""
    if not np.isfinite(samples).all():
        row = int(np.flatnonzero(~np.isfinite(samples).reshape(len(samples), -1).all(axis=1))[0])
        raise DataError(
            f"expected finite {what}, received NaN, infinity or too large a number in sample {row}; leave it out."
        )
