"""Mean absolute error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.loss.base import Loss


@dataclass(frozen=True)
class MeanAbsoluteError(Loss):
    r"""For numbers with outliers: the distance, which leads to the median (Deep Learning, section 6.2.1.2).

    .. math:: L = \frac{1}{nk} \sum_{n,k} |a - y|
    """

    formula: ClassVar[str] = r"L = \frac{1}{nk} \sum_{n,k} |a - y|"

    def summands(self, outputs: Array, targets: Array) -> Array:
        """Return the distance."""
        summands: Array = np.abs(outputs - targets)
        return summands

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return the sign of a - y, over n k; 0 where both are equal."""
        gradient: Array = np.sign(outputs - targets) / outputs.size
        return gradient
