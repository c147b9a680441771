"""Hinge loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.activation import Activation, Noop, Tanh
from slugstudio.engine.declaration import Array, Range
from slugstudio.engine.loss.base import Fit, Loss
from slugstudio.engine.metrics import Learned


@dataclass(frozen=True)
class Hinge(Loss):
    r"""For classes without probabilities: each output should be on its side of zero by a margin of 1.

    Source: the loss of the support vector machine (Cortes and Vapnik, 1995), for several classes one against the rest
    (Rifkin and Klautau, 2004). Targets are 0 for no and 1 for yes, as with the cross-entropies; t is -1 or 1.

    .. math:: L = \frac{1}{nk} \sum_{n,k} \max(0, 1 - t z),\; t = 2 y - 1
    """

    formula: ClassVar[str] = r"L = \frac{1}{nk} \sum_{n,k} \max(0, 1 - t z),\; t = 2 y - 1"
    learns: ClassVar[Learned] = "classes"
    target_range: ClassVar[Range] = Range(0, 1)

    @property
    def threshold(self) -> float:
        """Zero, between the two sides."""
        return 0.0

    def probabilities(self, outputs: Array) -> Array:
        """Return the place between the margins: no probability, but as sure as this loss can be."""
        return np.clip((1 + outputs) / 2, 0, 1)

    def fit(self, last: Activation) -> Fit:
        """Ask for outputs that can reach 1 and -1."""
        return "good" if isinstance(last, Noop | Tanh) else "doubtful"

    def summands(self, outputs: Array, targets: Array) -> Array:
        """Return by how much the margin is not kept."""
        summands: Array = np.maximum(1 - (2 * targets - 1) * outputs, 0)
        return summands

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return -t where the margin is not kept, else 0, over n k."""
        sides = 2 * targets - 1
        gradient: Array = -sides * (sides * outputs < 1) / outputs.size
        return gradient
