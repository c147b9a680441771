r"""Weights of samples: how much each one counts in training.

The loss of a batch becomes :math:`L = \frac{1}{n} \sum_i w_i l_i`. All weights 1 is the same as none. A weight of 2
counts as much as the sample a second time, and 0 leaves it out of what is learned, though not out of its batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from slugstudio.engine.arrays import as_numbers
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError
from slugstudio.engine.words import received


def checked_weights(weights: npt.ArrayLike, n: int, dtype: np.dtype[np.floating]) -> Array:
    """Return the weights of ``n`` samples as an array of shape (n,).

    Raises
    ------
    DataError
        If they are not n finite numbers from 0, or none of them is above zero.
    """
    found = as_numbers(weights, dtype, "weights")
    if found.shape != (n,):
        raise DataError(f"expected one weight for each of the {n} samples, received the shape {found.shape}.")
    if not (np.isfinite(found) & (found >= 0)).all():
        reason = f"received {found.min():g} to {found.max():g}; correct them, or leave such samples out."
        raise DataError(f"expected weights that are finite numbers from 0, {reason}")
    if n and not found.any():
        raise DataError("expected a weight above zero for some sample, received only zeros: nothing would be learned.")
    return found


def class_weights(
    y: npt.ArrayLike,
    weights: Mapping[object, float] | Literal["balanced"],
    sample_weight: npt.ArrayLike | None = None,
) -> Array:
    r"""Return the weight of each sample by its class, as `slugstudio.engine.train.TrainData` takes them.

    Parameters
    ----------
    y : array of shape (n,)
        Labels of any type.
    weights : mapping of labels to numbers, or ``"balanced"``
        A class that the mapping leaves out weighs 1. ``"balanced"`` lets every class count alike: a sample of class k
        weighs :math:`n / (K n_k)`, where K classes occur (King and Zeng, 2001).
    sample_weight : array of shape (n,), optional
        What the samples weigh besides; then the result is the product, and ``"balanced"`` takes the sums of these
        weights in the place of n and n_k.

    Returns
    -------
    array of float64 of shape (n,)

    Raises
    ------
    DataError
        If the mapping has a class that does not occur in the place of one that does, or weights cannot be used.
    """
    labels = np.asarray(y)
    if labels.ndim != 1:
        raise DataError(f"expected labels of shape (n,), received {labels.shape}; give each sample one label.")
    classes, places = np.unique(labels, return_inverse=True)
    n = len(labels)
    besides = np.ones(n) if sample_weight is None else checked_weights(sample_weight, n, np.dtype(np.float64))
    if weights == "balanced":
        of_classes = _balanced(np.bincount(places, besides, minlength=len(classes)))
    elif isinstance(weights, Mapping):
        of_classes = _given(weights, classes)
    else:
        raise DataError(f"expected a weight for each class, or 'balanced', received {received(weights)}.")
    return checked_weights(of_classes[places] * besides, n, np.dtype(np.float64))


def _balanced(sums: Array) -> Array:
    """Return the weight of each class, given what its samples weigh together; a class without weight is left out."""
    occurs = sums > 0
    of_classes: Array = np.divide(sums.sum() / max(1, occurs.sum()), sums, out=np.zeros_like(sums), where=occurs)
    return of_classes


def _given(weights: Mapping[object, float], classes: Array) -> Array:
    known = classes.tolist()
    unknown, missing = [label for label in weights if label not in known], [c for c in known if c not in weights]
    if unknown and missing:  # one alone is right: a class that does not occur here, or one that weighs 1
        raise DataError(
            f"expected weights of the classes {received(known)}, received one of {unknown[0]!r} and none of "
            f"{missing[0]!r}; correct one of them."
        )
    return as_numbers([weights.get(label, 1.0) for label in known], np.dtype(np.float64), "weights of classes")


def labels_of(targets: Array) -> Array:
    """Return the class of each sample.

    Parameters
    ----------
    targets : array of shape (n, k)
        One-hot rows; or, for k = 1, zeros and ones.

    Raises
    ------
    DataError
        If they are anything else, so that there are no classes.
    """
    whole = (targets == 0) | (targets == 1)
    if not whole.all() or (targets.shape[1] > 1 and (targets.sum(axis=1) != 1).any()):
        raise DataError(
            "expected samples that each have one class, to balance the classes, received other targets; switch the "
            "balance of classes off."
        )
    labels: Array = targets[:, 0] if targets.shape[1] == 1 else targets.argmax(axis=1)
    return labels
