"""Evaluation: how well a network does on samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slugstudio.engine.arrays import require_finite
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
        If there is no sample, or samples and targets do not fit the network or are not finite.
    """
    return judged(network, *prepared(network, x, y, loss), loss, metrics)


def prepared(network: Network, x: Array, y: Array, loss: Loss) -> tuple[Array, Array]:
    """Bring samples and targets to the form of arrays of the network's dtype that `judged` takes, and check them.

    Raises
    ------
    DataError
        If they do not fit the network or each other, or are not finite; it names the first such sample.
    """
    x = np.ascontiguousarray(network.checked(x))
    require_finite(x)
    if len(x) != len(y):
        raise DataError(f"expected one target a sample, received {len(x)} samples and {len(y)} targets.")
    if len(network.output_shape) != 1:
        raise DataError(
            f"expected a network that ends with a vector, received the output shape {network.output_shape}; end it "
            f"with Flatten and Dense."
        )
    return x, loss.encode(y, network.output_shape[0], network.dtype)


def judged(network: Network, x: Array, targets: Array, loss: Loss, metrics: Sequence[Metric]) -> dict[str, float]:
    """Do as `evaluate`, for samples and targets that are `prepared`."""
    outputs = network.predict(x)
    if not len(outputs):
        raise DataError("expected at least one sample to judge by, received none.")
    with np.errstate(over="ignore", invalid="ignore"):
        told = values(metrics, tallied(metrics, {}, outputs, targets, loss.threshold))
        return {"loss": loss.forward(outputs, targets) + network.rules.penalty(), **told}
