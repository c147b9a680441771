"""Evaluation: how well a network does on samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError
from slugstudio.engine.loss import Loss
from slugstudio.engine.metrics import Accuracy, Metric, tallied, values
from slugstudio.engine.network import Network


def evaluate(
    network: Network, x: Array, y: Array, loss: Loss, metrics: Sequence[Metric] = (Accuracy(),)
) -> dict[str, float]:
    """Return the ``"loss"``, which is the mean with penalties, and metrics by their names, in inference.

    Parameters
    ----------
    network : Network
    x : array of shape (n, *input_shape)
    y : integer labels of shape (n,) or numbers of shape (n, k)
    loss : Loss
    metrics : sequence of Metric

    Raises
    ------
    DataError
        If there is no sample, or samples and targets do not fit the network.
    """
    targets = loss.encode(y, network.output_shape[0], network.dtype)
    outputs = network.predict(x)
    if not len(outputs):
        raise DataError("expected at least one sample to judge by, received none.")
    with np.errstate(over="ignore", invalid="ignore"):
        told = values(metrics, tallied(metrics, {}, outputs, targets, loss.threshold))
        return {"loss": loss.forward(outputs, targets) + network.rules.penalty(), **told}
