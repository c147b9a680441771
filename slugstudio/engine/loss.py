r"""Losses: one number that says how far the outputs are from the targets.

A loss is the mean over the batch, and so are its gradients. Outputs have the shape (n, k). Targets are integer labels
of shape (n,) or numbers of shape (n, k), one-hot rows for instance; `Loss.encode` brings both to (n, k).
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.activation import Activation, Sigmoid, Softmax
from slugstudio.engine.arrays import as_numbers
from slugstudio.engine.declaration import Array, Declared, Help, Range
from slugstudio.engine.errors import DataError

Epsilon = Annotated[
    float,
    Range(0, 0.1, low_open=True),
    Help("Probabilities below this count as this, so that no logarithm is infinite."),
]


class Loss(Declared, family=True):
    """Base of the losses."""

    formula: ClassVar[str]
    partner: ClassVar[type[Activation]]
    """The last activation with which the gradient to the logits is simply (p - y) / n."""
    target_range: ClassVar[Range]
    least_outputs: ClassVar[int] = 1

    @abstractmethod
    def forward(self, outputs: Array, targets: Array) -> float:
        """Return the mean loss of ``outputs`` against ``targets``, both of shape (n, k)."""

    @abstractmethod
    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return the gradient of the mean loss to ``outputs``, of shape (n, k)."""

    @abstractmethod
    def from_logits(self, outputs: Array, targets: Array) -> Array:
        """Return the gradient to the logits, where ``outputs`` are the `partner` activation of them.

        The activation's derivative cancels against the loss's, which is faster and cannot lose digits (Deep Learning,
        section 6.2.2).
        """

    def encode(self, y: Array, n_outputs: int, dtype: np.dtype[np.floating]) -> Array:
        """Bring targets to the shape (n, n_outputs).

        Raises
        ------
        DataError
            If they are neither labels of n_outputs classes nor rows of n_outputs finite numbers that this loss can
            judge by.
        """
        if n_outputs < self.least_outputs:
            raise DataError(
                f"{self.label} expected at least {self.least_outputs} outputs to compare, received {n_outputs}; "
                f"give the last layer more units or choose another loss."
            )
        y = as_numbers(y, dtype, "targets")
        if not np.isfinite(y).all():
            raise DataError("expected finite targets, received NaN or infinity; leave such samples out.")
        if y.ndim == 1 and n_outputs > 1:
            return _one_hot(y, n_outputs, dtype)
        rows = y[:, None] if y.ndim == 1 else y
        if rows.ndim != 2 or rows.shape[1] != n_outputs:
            raise DataError(
                f"expected targets of shape (n,) or (n, {n_outputs}), received {y.shape}; "
                f"give the last layer as many units as there are targets."
            )
        if rows.size and not (rows.min() in self.target_range and rows.max() in self.target_range):
            raise DataError(
                f"{self.label} expected targets {self.target_range}, received {rows.min():g} to {rows.max():g}; "
                f"scale them or choose another loss."
            )
        return rows


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    r"""For yes-or-no targets: one probability for each output (Deep Learning, section 6.2.2.2).

    .. math:: L = -\frac{1}{nk} \sum_{n,k} y \log p + (1 - y) \log (1 - p)
    """

    formula: ClassVar[str] = r"L = -\frac{1}{nk} \sum_{n,k} y \log p + (1 - y) \log (1 - p)"
    partner: ClassVar[type[Activation]] = Sigmoid
    target_range: ClassVar[Range] = Range(0, 1)

    epsilon: Epsilon = 1e-11

    def forward(self, outputs: Array, targets: Array) -> float:
        """Return the mean over samples and outputs."""
        yes = targets * np.log(np.maximum(outputs, self.epsilon))
        no = (1 - targets) * np.log(np.maximum(1 - outputs, self.epsilon))
        return -float(np.mean(yes + no, dtype=np.float64))

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return (p - y) / (p (1 - p)) / (n k)."""
        spread = np.maximum(outputs * (1 - outputs), self.epsilon)
        gradient: Array = (outputs - targets) / spread / outputs.size
        return gradient

    def from_logits(self, outputs: Array, targets: Array) -> Array:
        """Return (p - y) / (n k)."""
        gradient: Array = (outputs - targets) / outputs.size
        return gradient


@dataclass(frozen=True)
class SoftmaxCategoricalCrossEntropy(Loss):
    r"""For one class out of several: the surprise at the true class (Deep Learning, section 6.2.2.3).

    .. math:: L = -\frac{1}{n} \sum_n \sum_k y_{nk} \log p_{nk}
    """

    formula: ClassVar[str] = r"L = -\frac{1}{n} \sum_{n,k} y_{nk} \log p_{nk}"
    partner: ClassVar[type[Activation]] = Softmax
    target_range: ClassVar[Range] = Range(0)
    least_outputs: ClassVar[int] = 2

    epsilon: Epsilon = 1e-11

    def forward(self, outputs: Array, targets: Array) -> float:
        """Return the mean over samples of the sum over classes."""
        surprise = targets * np.log(np.maximum(outputs, self.epsilon))
        return -float(surprise.sum(dtype=np.float64)) / len(outputs)

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return -y / p / n."""
        gradient: Array = -targets / np.maximum(outputs, self.epsilon) / len(outputs)
        return gradient

    def from_logits(self, outputs: Array, targets: Array) -> Array:
        """Return (p - y) / n, for targets whose rows add up to 1."""
        gradient: Array = (outputs * targets.sum(axis=1, keepdims=True) - targets) / len(outputs)
        return gradient


def _one_hot(labels: Array, n_classes: int, dtype: np.dtype[np.floating]) -> Array:
    if np.any(labels != labels.round()):
        raise DataError(
            f"expected labels that are whole numbers from 0 to {n_classes - 1}, received "
            f"{labels[labels != labels.round()][0]:g}; to learn numbers instead of classes, give each target a row."
        )
    if labels.min(initial=0) < 0 or labels.max(initial=0) >= n_classes:
        raise DataError(
            f"expected labels that are whole numbers from 0 to {n_classes - 1}, received "
            f"{labels.min():g} to {labels.max():g}; give the last layer as many units as there are classes."
        )
    encoded = np.zeros((len(labels), n_classes), dtype)
    encoded[np.arange(len(labels)), labels.astype(np.int64)] = 1
    return encoded
