"""Huber loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Range
from slugstudio.engine.loss.base import Loss


@dataclass(frozen=True)
class Huber(Loss):
    r"""For numbers with outliers: a square near the target, a straight line further away (Huber, 1964).

    .. math:: L = \frac{1}{nk} \sum_{n,k} m \left(|a - y| - \frac{m}{2}\right),\; m = \min(|a - y|, \delta)
    """

    formula: ClassVar[str] = (
        r"L = \frac{1}{nk} \sum_{n,k} m \left(|a - y| - \frac{m}{2}\right),\; m = \min(|a - y|, \delta)"
    )

    delta: Annotated[
        float, Range(0, low_open=True), Help("The distance from which the loss grows only linearly.", "Distance δ")
    ] = 1.0

    def summands(self, outputs: Array, targets: Array) -> Array:
        """Return m (|a - y| - m / 2)."""
        distance = np.abs(outputs - targets)
        near = np.minimum(distance, self.delta)
        summands: Array = near * (distance - near / 2)
        return summands

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return a - y, cut to delta on both sides, over n k."""
        gradient: Array = np.clip(outputs - targets, -self.delta, self.delta) / outputs.size
        return gradient
