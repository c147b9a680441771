"""Metrics: numbers that people judge a network by."""

from __future__ import annotations

import numpy as np

from slugstudio.engine.declaration import Array


def n_correct(outputs: Array, targets: Array, threshold: float = 0.5) -> int:
    """Return how many samples are classified rightly.

    With one output, it stands for "yes" from the threshold on; with several, the largest is the answer.

    Parameters
    ----------
    outputs, targets : arrays of shape (n, k)
    threshold : float
        One half for a probability, zero for a logit: `Loss.threshold`.
    """
    return int(np.count_nonzero(answers(outputs, threshold) == answers(targets)))


def answers(outputs: Array, threshold: float = 0.5) -> Array:
    """Return which class each sample is said to be, of outputs or targets as `n_correct` takes them.

    Returns
    -------
    array of intp of shape (n,)
    """
    if outputs.shape[1] == 1:
        return (outputs[:, 0] >= threshold).astype(np.intp)
    found: Array = outputs.argmax(axis=1)
    return found
