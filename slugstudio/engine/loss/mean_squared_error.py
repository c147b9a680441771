"""Mean squared error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from slugstudio.engine.declaration import Array
from slugstudio.engine.loss.base import Loss


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    r"""For numbers: the square of the distance, which leads to the mean (Deep Learning, section 6.2.1.2).

    .. math:: L = \frac{1}{nk} \sum_{n,k} (a - y)^2
    """

    formula: ClassVar[str] = r"L = \frac{1}{nk} \sum_{n,k} (a - y)^2"

    def summands(self, outputs: Array, targets: Array) -> Array:
        """Return the square of the distance."""
        summands: Array = (outputs - targets) ** 2
        return summands

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return 2 (a - y) / (n k)."""
        gradient: Array = (outputs - targets) * (2 / max(1, outputs.size))
        return gradient
