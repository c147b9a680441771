"""Metrics of networks that learn numbers."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.metrics.base import Learned, Metric, ratio


class NumberMetric(Metric, abstract=True):
    """Base of the metrics that judge each output as a number; what is told is the mean over the outputs."""

    judges: ClassVar[Learned] = "numbers"
    is_share: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """The sums are the same for all of them."""
        return "numbers"

    def sums(self, outputs: Array, targets: Array, threshold: float) -> Array:
        """Return five numbers for each output: see `total`.

        Returns
        -------
        array of shape (5, k)
        """
        del threshold
        n, true = len(targets), targets.astype(np.float64)
        errors, found = np.abs(outputs - true), np.empty((5, targets.shape[1]))
        found[0] = n
        found[1] = errors.sum(axis=0)
        found[2] = (errors * errors).sum(axis=0)
        first = true[:1].sum(axis=0)
        found[3] = first + (true - first).sum(axis=0) / max(n, 1)  # exact where all are the same
        apart = true - found[3]
        found[4] = (apart * apart).sum(axis=0)
        return found

    def total(self, before: Array, more: Array) -> Array:
        r"""Return the numbers of two batches together.

        They are the number of samples n, the sum of the errors and of their squares, the mean of the targets
        :math:`\mu`, and the sum S of the targets' squared distances from it:

        .. math:: S = S_1 + S_2 + (\mu_2 - \mu_1)^2 \frac{n_1 n_2}{n_1 + n_2}

        This way of adding variances (Chan, Golub and LeVeque, 1983) stays exact where targets are large or all the
        same; a sum of squares would lose what is small beside it.
        """
        found = before + more
        distance, share = more[3] - before[3], more[0] / found[0]
        found[3] = before[3] + distance * share
        found[4] += distance**2 * before[0] * share
        return found

    def value(self, sums: Array) -> float:
        """Return the mean over the outputs."""
        return float(np.mean(self.of_each(*sums)))

    @abstractmethod
    def of_each(self, n: Array, errors: Array, squares: Array, mean: Array, spread: Array) -> Array:
        """Return the value of each output from its numbers, all of shape (k,)."""


@dataclass(frozen=True)
class MAE(NumberMetric):
    """The mean absolute error: how far the outputs are from the targets, in the targets' unit."""

    formula: ClassVar[str] = r"\frac{1}{nk} \sum_{n,k} |a - y|"

    def of_each(self, n: Array, errors: Array, squares: Array, mean: Array, spread: Array) -> Array:
        """Return the mean error."""
        del squares, mean, spread
        return errors / n


@dataclass(frozen=True)
class RMSE(NumberMetric):
    """The root of the mean squared error, of each output, then the mean over the outputs: large errors count more."""

    formula: ClassVar[str] = r"\frac{1}{k} \sum_k \sqrt{\frac{1}{n} \sum_n (a_{nk} - y_{nk})^2}"

    def of_each(self, n: Array, errors: Array, squares: Array, mean: Array, spread: Array) -> Array:
        """Return the root of the mean square."""
        del errors, mean, spread
        root: Array = np.sqrt(squares / n)
        return root


@dataclass(frozen=True)
class R2(NumberMetric):
    """The share of the targets' variance that the outputs explain, of each output, then the mean over the outputs.

    1 is perfect, 0 as good as always answering the mean, and below it is worse. Where all targets are the same, it is 1
    if they are met exactly, else 0.
    """

    label: ClassVar[str] = "R²"
    formula: ClassVar[str] = (
        r"\frac{1}{k} \sum_k \left(1 - \frac{\sum_n (a_{nk} - y_{nk})^2}{\sum_n (\bar{y}_k - y_{nk})^2}\right)"
    )

    def of_each(self, n: Array, errors: Array, squares: Array, mean: Array, spread: Array) -> Array:
        """Return what is left of 1 without the share that is not explained."""
        del n, errors, mean
        return np.where(spread > 0, 1 - ratio(squares, spread), squares == 0)
