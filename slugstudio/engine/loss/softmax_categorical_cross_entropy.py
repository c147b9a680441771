"""Categorical cross-entropy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.activation import Activation, Softmax
from slugstudio.engine.bound.work import Work
from slugstudio.engine.declaration import Array, Range
from slugstudio.engine.loss.cross_entropy import CrossEntropy


@dataclass(frozen=True)
class SoftmaxCategoricalCrossEntropy(CrossEntropy):
    r"""For one class out of several: the surprise at the true class (Deep Learning, section 6.2.2.3).

    .. math:: L = -\frac{1}{n} \sum_n \sum_k y_{nk} \log p_{nk}

    From logits, :math:`\log p_k = z_k - \log \sum_j e^{z_j}`, with the largest logit subtracted first from all.
    """

    formula: ClassVar[str] = r"L = -\frac{1}{n} \sum_{n,k} y_{nk} \log p_{nk}"
    squash: ClassVar[Activation] = Softmax()
    target_range: ClassVar[Range] = Range(0)
    least_outputs: ClassVar[int] = 2

    def bind(
        self, work: Work, outputs: Array, targets: Array, of_sums: bool, of_shares: bool
    ) -> tuple[Array, Callable[[], float]]:
        """Bind (p - y) / n, for the softmax and the loss together; any other case as the base does."""
        if not (of_sums and of_shares) or self.from_logits or self.label_smoothing:
            return super().bind(work, outputs, targets, of_sums, of_shares)
        # All with the classes first, as the targets lie in memory, and nearly always the outputs too.
        p, y, n = outputs.T, targets.T, len(outputs)
        logarithms, grad = np.empty_like(y), np.empty_like(p)
        work.forward(np.maximum, p, np.full_like(p, self.epsilon), out=logarithms)
        work.forward(np.log, logarithms, logarithms)
        work.backward(np.subtract, p, y, grad)
        work.backward(np.multiply, grad, work.scalar(1 / n), grad)
        surprise, of_all = y.ravel(order="K").dot, logarithms.ravel(order="K")
        return grad.T, lambda: -float(surprise(of_all)) / n

    def n_answers(self, targets: Array) -> int:
        """Return the number of classes."""
        n_classes: int = targets.shape[1]
        return n_classes

    def n_parts(self, outputs: Array) -> int:
        """Return the number of samples: the classes of one add up."""
        return len(outputs)

    def of_probabilities(self, probabilities: Array, targets: Array) -> Array:
        """Return -y log p."""
        surprise = np.log(np.maximum(probabilities, self.epsilon))
        surprise *= targets
        return np.negative(surprise, out=surprise)

    def of_logits(self, logits: Array, targets: Array) -> Array:
        """Return -y log p, with log p = z - log of the sum of all e^z."""
        below = logits - logits.max(axis=1, keepdims=True)
        surprise: Array = targets * (np.log(np.exp(below).sum(axis=1, keepdims=True)) - below)
        return surprise

    def slope_of_probabilities(self, probabilities: Array, targets: Array) -> Array:
        """Return -y / p / n."""
        gradient: Array = -targets / np.maximum(probabilities, self.epsilon) / len(probabilities)
        return gradient

    def slope_of_logits(self, probabilities: Array, targets: Array) -> Array:
        """Return (p - y) / n, for targets whose rows add up to 1."""
        gradient: Array = (probabilities * targets.sum(axis=1, keepdims=True) - targets) / len(probabilities)
        return gradient
