"""The learning rate over a whole training, to be drawn before it begins."""

from __future__ import annotations

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.project.design import Design

MOST_POINTS = 200


def rate_over_training(design: Design) -> tuple[Array, Array]:
    """Return steps, of shape (n,), evenly from the first of the training to the last, and the rate of each."""
    training, data = design.training, design.data
    n_train = data.source.n_samples - round(data.source.n_samples * data.validation_split)
    last = training.epochs * -(-n_train // training.batch_size) - 1
    steps = np.unique(np.linspace(0, last, MOST_POINTS).round().astype(np.int64))
    return steps, np.array([training.optimizer.rate(int(step)) for step in steps])
