r"""Penalties: what large weights cost, so that a network prefers small ones (Deep Learning, section 7.1).

What training makes small is the loss of the samples plus the penalty of each layer that has one. They act on weights
only: a bias needs no restraint (Deep Learning, section 7.1).
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Advanced, Array, Declared, Help, Range


class Penalty(Declared, family=True):
    """Base of the penalties."""

    formula: ClassVar[str]

    @abstractmethod
    def forward(self, weight: Array) -> float:
        """Return what the weights, of any shape, cost."""

    @abstractmethod
    def backward(self, weight: Array) -> Array:
        """Return the gradient of that to the weights, of their shape."""


OptionalPenalty = Annotated[
    Penalty | None,
    Advanced(),
    Help("What large weights add to the loss, so that small ones are preferred; the bias is free.", "Penalty"),
]
"""The field of a layer that has a penalty."""


@dataclass(frozen=True)
class L1(Penalty):
    """Each weight costs its size: those that help little become exactly zero (Deep Learning, section 7.1.2)."""

    formula: ClassVar[str] = (
        r"\Omega = \lambda \sum_i |w_i|,\; \frac{\partial \Omega}{\partial w} = \lambda\, \mathrm{sign}(w)"
    )

    strength: Annotated[float, Range(0, 1e6), Help("How much it counts beside the loss.", "Strength λ")] = 0.001

    def forward(self, weight: Array) -> float:
        """Return the sum of the sizes, times the strength."""
        return self.strength * float(np.abs(weight).sum())

    def backward(self, weight: Array) -> Array:
        """Return the signs, times the strength; 0 where a weight is zero."""
        gradient: Array = np.sign(weight) * self.strength
        return gradient


@dataclass(frozen=True)
class L2(Penalty):
    """Each weight costs half its square, also called weight decay: no weight grows without need.

    Source: Deep Learning, section 7.1.1. The half makes it the ``weight_decay`` of PyTorch's SGD; Keras leaves it out,
    so that 0.01 there is 0.02 here.
    """

    formula: ClassVar[str] = (
        r"\Omega = \frac{\lambda}{2} \sum_i w_i^2,\; \frac{\partial \Omega}{\partial w} = \lambda w"
    )

    strength: Annotated[float, Range(0, 1e6), Help("How much it counts beside the loss.", "Strength λ")] = 0.001

    def forward(self, weight: Array) -> float:
        """Return half the sum of the squares, times the strength."""
        weights = weight.ravel()
        return self.strength / 2 * float(weights.dot(weights))

    def backward(self, weight: Array) -> Array:
        """Return the weights, times the strength."""
        gradient: Array = weight * self.strength
        return gradient


@dataclass(frozen=True)
class L1L2(Penalty):
    """Both at once, also called elastic net (Zou and Hastie, 2005)."""

    label: ClassVar[str] = "L1 and L2"
    formula: ClassVar[str] = r"\Omega = \lambda_1 \sum_i |w_i| + \frac{\lambda_2}{2} \sum_i w_i^2"

    l1: Annotated[float, Range(0, 1e6), Help("How much the sizes count.", "Strength λ₁")] = 0.001
    l2: Annotated[float, Range(0, 1e6), Help("How much the squares count.", "Strength λ₂")] = 0.001

    def forward(self, weight: Array) -> float:
        """Return the sum of both."""
        return L1(self.l1).forward(weight) + L2(self.l2).forward(weight)

    def backward(self, weight: Array) -> Array:
        """Return the sum of both gradients."""
        gradient: Array = L1(self.l1).backward(weight) + L2(self.l2).backward(weight)
        return gradient
