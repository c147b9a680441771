"""Binary cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.activation import Activation, Sigmoid
from slugstudio.engine.declaration import Array, Range
from slugstudio.engine.loss.cross_entropy import CrossEntropy


@dataclass(frozen=True)
class BinaryCrossEntropy(CrossEntropy):
    r"""For yes-or-no targets: one probability for each output (Deep Learning, section 6.2.2.2).

    .. math:: L = -\frac{1}{nk} \sum_{n,k} y \log p + (1 - y) \log (1 - p)

    From logits, as :math:`-\log \sigma(z) = \log(1 + e^{-z})`, the summand is
    :math:`\max(z, 0) - z y + \log(1 + e^{-|z|})`.
    """

    formula: ClassVar[str] = r"L = -\frac{1}{nk} \sum_{n,k} y \log p + (1 - y) \log (1 - p)"
    squash: ClassVar[Activation] = Sigmoid()
    target_range: ClassVar[Range] = Range(0, 1)

    def n_answers(self, targets: Array) -> int:
        """Return 2: yes and no."""
        del targets
        return 2

    def of_probabilities(self, probabilities: Array, targets: Array) -> Array:
        """Return -y log p - (1 - y) log (1 - p)."""
        yes = targets * np.log(np.maximum(probabilities, self.epsilon))
        no = (targets - 1) * np.log(np.maximum(1 - probabilities, self.epsilon))
        surprise: Array = no - yes
        return surprise

    def of_logits(self, logits: Array, targets: Array) -> Array:
        """Return max(z, 0) - z y + log(1 + e^-|z|)."""
        surprise: Array = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
        return surprise

    def slope_of_probabilities(self, probabilities: Array, targets: Array) -> Array:
        """Return (p - y) / (p (1 - p)) / (n k)."""
        spread = np.maximum(probabilities * (1 - probabilities), self.epsilon)
        gradient: Array = (probabilities - targets) / spread / probabilities.size
        return gradient

    def slope_of_logits(self, probabilities: Array, targets: Array) -> Array:
        """Return (p - y) / (n k)."""
        gradient: Array = (probabilities - targets) / probabilities.size
        return gradient
