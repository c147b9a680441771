"""Setting samples aside for validation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from slugstudio.engine import streams
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError

Indices = npt.NDArray[np.int64]


def split(y: Array, fraction: float, seed: int) -> tuple[Indices, Indices]:
    """Divide samples into training and validation, every class in the same proportion (stratified).

    Parameters
    ----------
    y : array of shape (n,)
        The labels.
    fraction : float
        The part that goes to validation, from 0 to below 1. It holds to within one sample, for the whole and
        for each class; every class keeps at least one sample for training.
    seed : int
        The same seed and labels always give the same division.

    Returns
    -------
    train, validation : arrays of shape (n_train,), (n_validation,)
        Ascending indices; together each index below n once.

    Raises
    ------
    DataError
        If ``fraction`` is not from 0 to below 1.
    """
    if not 0 <= fraction < 1:
        raise DataError(f"expected a validation part from 0 to below 1, received {fraction}.")
    stream = streams.split(seed)
    _, members = np.unique(y, return_inverse=True)
    sizes = np.bincount(members)
    aside = np.zeros(len(y), dtype=bool)
    for label, n_aside in enumerate(_shares(sizes, fraction)):
        aside[stream.permutation(np.flatnonzero(members == label))[:n_aside]] = True
    return np.flatnonzero(~aside), np.flatnonzero(aside)


def _shares(sizes: Array, fraction: float) -> Array:
    """Return how many of each class go to validation, rounded by largest remainders (Hamilton's method)."""
    exact = sizes * fraction
    shares = np.floor(exact).astype(np.int64)
    missing = round(float(exact.sum())) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:missing]] += 1
    smaller: Array = np.minimum(shares, sizes - 1)
    return smaller
