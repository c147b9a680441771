"""What all losses share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np

from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.arrays import as_numbers
from slugstudio.engine.bound.work import Work
from slugstudio.engine.declaration import Array, Declared, Range
from slugstudio.engine.errors import DataError
from slugstudio.engine.metrics import Learned

Fit = Literal["good", "doubtful", "impossible"]

MOST_TARGET_BYTES = 2 * 2**30
"""How much memory labels may take, once each is a row with a number for each class."""


class Loss(Declared, family=True):
    """Base of the losses."""

    formula: ClassVar[str]
    learns: ClassVar[Learned] = "numbers"
    target_range: ClassVar[Range] = Range()
    least_outputs: ClassVar[int] = 1

    @abstractmethod
    def summands(self, outputs: Array, targets: Array) -> Array:
        """Return what each output contributes, of shape (n, k); their sum over `n_parts` is the loss."""

    def forward(self, outputs: Array, targets: Array) -> float:
        """Return the mean loss of ``outputs`` against ``targets``, both of shape (n, k).

        Raises
        ------
        DataError
            If there is no sample.
        """
        if not len(outputs):
            raise DataError("expected at least one sample to judge by, received none.")
        return float(self.summands(outputs, targets).sum(dtype=np.float64)) / self.n_parts(outputs)

    def of_each(self, outputs: Array, targets: Array) -> Array:
        """Return the loss of each sample, of shape (n,)."""
        sums: Array = self.summands(outputs, targets).sum(axis=1, dtype=np.float64)
        sums *= len(outputs) / max(1, self.n_parts(outputs))
        return sums

    def n_parts(self, outputs: Array) -> int:
        """Return of how many parts the loss of ``outputs``, of shape (n, k), is the mean."""
        return outputs.size

    def weighted(self, outputs: Array, targets: Array, weights: Array) -> float:
        """Return the mean of the samples' losses, each times its weight; ``weights`` has the shape (n,)."""
        return float(self.of_each(outputs, targets).dot(weights)) / len(weights)

    @abstractmethod
    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return the gradient of the mean loss to ``outputs``, of shape (n, k)."""

    @property
    def partner(self) -> type[Activation]:
        """The last activation that `gradient_to_sums` takes together with the loss; Noop, as that changes nothing."""
        return Noop

    def gradient_to_sums(self, outputs: Array, targets: Array) -> Array:
        """Return the gradient to the sums whose `partner` activation ``outputs`` is, of shape (n, k)."""
        return self.backward(outputs, targets)

    def bind(
        self, work: Work, outputs: Array, targets: Array, of_sums: bool, of_shares: bool
    ) -> tuple[Array, Callable[[], float]]:
        """Bind the loss to the arrays of a training step.

        As it stands, a step calls the loss's own `forward` and `backward`.

        Parameters
        ----------
        work : what is done in a step, to be added to
        outputs, targets : arrays of shape (n, k), in which the outputs and the targets will be
        of_sums : bool
            Whether the gradient to the sums is wanted, whose `partner` activation the outputs are.
        of_shares : bool
            Whether each sample's targets are shares that add up to 1.

        Returns
        -------
        grad : array of shape (n, k), in which the gradient will be
        value : function that returns the mean loss of the step
        """
        del of_shares
        return self._bind_backward(work, outputs, targets, of_sums), lambda: self.forward(outputs, targets)

    def bind_weighted(
        self, work: Work, outputs: Array, targets: Array, of_sums: bool, weights: Array
    ) -> tuple[Array, Callable[[], float]]:
        """Do as `bind` where samples count differently; ``weights`` of shape (n,) is where their weights will be."""
        grad = self._bind_backward(work, outputs, targets, of_sums)
        work.backward(np.multiply, grad, weights[:, None], grad)
        return grad, lambda: self.weighted(outputs, targets, weights)

    def _bind_backward(self, work: Work, outputs: Array, targets: Array, of_sums: bool) -> Array:
        grad = np.empty_like(outputs)

        def backward() -> None:
            grad[...] = self.gradient_to_sums(outputs, targets) if of_sums else self.backward(outputs, targets)

        work.backward(backward)
        return grad

    @property
    def threshold(self) -> float:
        """From which value on a single output means "yes"."""
        return 0.5

    def probabilities(self, outputs: Array) -> Array:
        """Return what the outputs, of shape (n, k), say about each class as a share between 0 and 1.

        Of a network that learned 0 and 1 as numbers, these numbers, cut to that interval.
        """
        return np.clip(outputs, 0, 1)

    def fit(self, last: Activation) -> Fit:
        """Tell how the activation of the last layer goes with this loss."""
        del last
        return "good"

    def outputs_for(self, n_classes: int) -> tuple[int, ...]:
        """Return with how many outputs a network can tell so many classes apart, the usual number first."""
        return (2, 1) if n_classes == 2 and self.least_outputs == 1 else (n_classes,)

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
            row = int(np.flatnonzero(~np.isfinite(y).reshape(len(y), -1).all(axis=1))[0])
            raise DataError(f"expected finite targets, received NaN or infinity in sample {row}; leave it out.")
        if y.ndim == 1 and n_outputs > 1:
            return _one_hot(y, n_outputs, dtype)
        rows = y[:, None] if y.ndim == 1 else y
        if rows.ndim != 2 or rows.shape[1] != n_outputs:
            raise DataError(
                f"expected targets of shape (n,) or (n, {n_outputs}), received {y.shape}; {_advice(y, n_outputs)}."
            )
        if rows.size and not (rows.min() in self.target_range and rows.max() in self.target_range):
            raise DataError(
                f"{self.label} expected targets {self.target_range}, received {rows.min():g} to {rows.max():g}; "
                f"scale them or choose another loss."
            )
        return rows


def _advice(y: Array, n_outputs: int) -> str:
    """Say what to do about targets of another number than the outputs."""
    if y.ndim == 2 and y.shape[1] == 1 and n_outputs > 1:
        return "for labels of classes, give y.ravel()"
    return "give the last layer as many units as there are targets"


def _one_hot(labels: Array, n_classes: int, dtype: np.dtype[np.floating]) -> Array:
    if np.any(labels != labels.round()):
        raise DataError(
            f"expected labels that are whole numbers from 0 to {n_classes - 1}, received "
            f"{labels[labels != labels.round()][0]:g}; to learn numbers instead of classes, give each target a row."
        )
    if labels.min(initial=0) < 0 or labels.max(initial=0) >= n_classes:
        raise DataError(
            f"expected labels that are whole numbers from 0 to {n_classes - 1}, received "
            f"{labels.min():g} to {labels.max():g}; let labels begin at 0, and give the last layer as many units as "
            f"there are classes."
        )
    size = len(labels) * n_classes * dtype.itemsize
    if size > MOST_TARGET_BYTES:
        raise DataError(
            f"expected targets of at most {MOST_TARGET_BYTES // 2**30} GiB, received {len(labels):,} samples of "
            f"{n_classes:,} classes, which take {size / 2**30:,.1f} GiB; use fewer samples or classes."
        )
    encoded = np.zeros((len(labels), n_classes), dtype)
    encoded[np.arange(len(labels)), labels.astype(np.int64)] = 1
    return encoded
