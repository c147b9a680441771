"""Metrics of networks that tell classes apart."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Range
from slugstudio.engine.metrics.base import Learned, Metric, answers, ratio


def n_correct(outputs: Array, targets: Array, threshold: float = 0.5) -> int:
    """Return how many samples are classified rightly.

    Parameters
    ----------
    outputs, targets : arrays of shape (n, k)
    threshold : float
        From which value on a single output means "yes".
    """
    return int(np.count_nonzero(answers(outputs, threshold) == answers(targets)))


@dataclass(frozen=True)
class Accuracy(Metric):
    """The share of the samples that are classified rightly."""

    formula: ClassVar[str] = r"\frac{1}{n} \sum_n [\hat{c}_n = c_n]"
    judges: ClassVar[Learned] = "classes"

    def sums(self, outputs: Array, targets: Array, threshold: float) -> Array:
        """Return the number of samples classified rightly, and that of all: array of shape (2,)."""
        return np.array([n_correct(outputs, targets, threshold), len(outputs)], np.float64)

    def value(self, sums: Array) -> float:
        """Return the share."""
        return float(sums[0] / sums[1])


@dataclass(frozen=True)
class TopKAccuracy(Metric):
    r"""The share of the samples whose class is among the k that the network holds likeliest.

    Of classes with the same output, those that come first count as likelier, so that k = 1 gives the accuracy. From as
    many as there are classes on, it is 1; a single output stands for two classes.
    """

    label: ClassVar[str] = "Top-k accuracy"
    formula: ClassVar[str] = r"\frac{1}{n} \sum_n [\mathrm{rank}(c_n) \le k]"
    judges: ClassVar[Learned] = "classes"

    k: Annotated[int, Range(1, 1000), Help("Among how many answers the right one has to be.", "Answers k")] = 5

    @property
    def name(self) -> str:
        """The number is part of the name."""
        return f"top_{self.k}_accuracy"

    @property
    def title(self) -> str:
        """The number is part of the title."""
        return f"Top-{self.k} accuracy"

    def sums(self, outputs: Array, targets: Array, threshold: float) -> Array:
        """Return the number of samples whose class is among the likeliest, and that of all: array of shape (2,)."""
        if outputs.shape[1] == 1:
            right = len(outputs) if self.k > 1 else n_correct(outputs, targets, threshold)
        else:
            right = int(np.count_nonzero(_n_likelier(outputs, answers(targets)) < self.k))
        return np.array([right, len(outputs)], np.float64)

    def value(self, sums: Array) -> float:
        """Return the share."""
        return float(sums[0] / sums[1])


def _n_likelier(outputs: Array, classes: Array) -> Array:
    """Return how many classes come before that of each sample; all others do where its own output is NaN."""
    own = outputs[np.arange(len(outputs)), classes][:, None]
    n_classes = outputs.shape[1]
    behind = (outputs < own) | ((outputs == own) & (np.arange(n_classes) >= classes[:, None]))
    likelier: Array = n_classes - np.count_nonzero(behind, axis=1)
    return likelier


class ClassMetric(Metric, abstract=True):
    """Base of the metrics that judge each class apart; what is told is their mean.

    Of a single output only the positive class is judged, "yes".
    """

    judges: ClassVar[Learned] = "classes"

    @property
    def key(self) -> str:
        """The counts are the same for all of them."""
        return "classes"

    def sums(self, outputs: Array, targets: Array, threshold: float) -> Array:
        """Return three counts of each class: how often it was answered rightly, how often it was, and how often it is.

        Returns
        -------
        array of shape (3, k)
        """
        told, true = answers(outputs, threshold), answers(targets)
        n_classes = max(2, outputs.shape[1])
        counts = [np.bincount(classes, minlength=n_classes) for classes in (true[told == true], told, true)]
        return np.array(counts, np.float64)[:, -outputs.shape[1] :]

    def value(self, sums: Array) -> float:
        """Return the mean over the classes."""
        return float(np.mean(self.of_each(*sums)))

    @abstractmethod
    def of_each(self, right: Array, told: Array, true: Array) -> Array:
        """Return the value of each class from its counts, all of shape (k,)."""


@dataclass(frozen=True)
class Precision(ClassMetric):
    """The share of the answers "this class" that are right, the mean over the classes (macro average).

    A class that is never answered counts as 0. Of a single output only "yes" is judged.
    """

    formula: ClassVar[str] = r"P = \frac{1}{k} \sum_c P_c,\; P_c = \frac{TP_c}{TP_c + FP_c}"

    def of_each(self, right: Array, told: Array, true: Array) -> Array:
        """Return right answers over all answers."""
        del true
        return ratio(right, told)


@dataclass(frozen=True)
class Recall(ClassMetric):
    """The share of a class's samples that are found, the mean over the classes (macro average).

    A class without samples counts as 0. Of a single output only "yes" is judged.
    """

    formula: ClassVar[str] = r"R = \frac{1}{k} \sum_c R_c,\; R_c = \frac{TP_c}{TP_c + FN_c}"

    def of_each(self, right: Array, told: Array, true: Array) -> Array:
        """Return right answers over samples."""
        del told
        return ratio(right, true)


@dataclass(frozen=True)
class F1(ClassMetric):
    """The harmonic mean of precision and recall, of each class, then the mean over the classes (macro average).

    A class that is neither answered nor there counts as 0. Of a single output only "yes" is judged.
    """

    formula: ClassVar[str] = (
        r"F = \frac{1}{k} \sum_c \frac{2 P_c R_c}{P_c + R_c},\; "
        r"\frac{2 P_c R_c}{P_c + R_c} = \frac{2\, TP_c}{2\, TP_c + FP_c + FN_c}"
    )

    def of_each(self, right: Array, told: Array, true: Array) -> Array:
        """Return twice the right answers over answers and samples."""
        return ratio(2 * right, told + true)
