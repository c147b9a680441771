"""What all metrics share, and how the sums of several are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

import numpy as np

from slugstudio.engine.declaration import Array, Declared

Learned = Literal["classes", "numbers"]
"""What targets, and so the outputs, stand for."""


class Metric(Declared, family=True):
    """Base of the metrics."""

    formula: ClassVar[str]
    judges: ClassVar[Learned]
    is_share: ClassVar[bool] = True
    """Whether it is a share, from 0 to 1."""

    @property
    def name(self) -> str:
        """What it is called in events, files and programs; metrics of other settings are called otherwise."""
        return self.kind.lower()

    @property
    def title(self) -> str:
        """What people call it."""
        return self.label

    @property
    def noun(self) -> str:
        """What people call it within a sentence."""
        return self.title[0].lower() + self.title[1:] if self.title[1].islower() else self.title

    @property
    def key(self) -> str:
        """What its sums are called; metrics that are computed from the same sums share them."""
        return self.name

    @abstractmethod
    def sums(self, outputs: Array, targets: Array, threshold: float) -> Array:
        """Return the sums over a batch, in float64.

        Parameters
        ----------
        outputs, targets : arrays of shape (n, k)
        threshold : float
            From which value on a single output means "yes".
        """

    def total(self, before: Array, more: Array) -> Array:
        """Return the sums over two batches together."""
        return before + more

    @abstractmethod
    def value(self, sums: Array) -> float:
        """Return the metric."""


def answers(outputs: Array, threshold: float = 0.5) -> Array:
    """Return which class each sample is said to be, by outputs or targets of shape (n, k).

    Returns
    -------
    array of intp of shape (n,)
    """
    if outputs.shape[1] == 1:
        return (outputs[:, 0] >= threshold).astype(np.intp)
    found: Array = outputs.argmax(axis=1)
    return found


def ratio(part: Array, whole: Array) -> Array:
    """Return part / whole, 0 where that is 0 / 0; all of shape (k,)."""
    found: Array = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return found


def objection(metrics: Iterable[Metric], learned: Learned, loss: str) -> str:
    """Say why metrics cannot be told of a training with a loss of that name, which learns that; empty if they can."""
    names: set[str] = set()
    for metric in metrics:
        if metric.name in names:
            return f"expected each metric once, received {metric.title} twice; take one out."
        if metric.judges == "numbers" != learned:
            return (
                f"{metric.title} judges numbers, but {loss} learns {learned}; take {metric.title} out, or choose a "
                f"loss that learns numbers, such as mean squared error."
            )
        names.add(metric.name)
    return ""


def tallied(
    metrics: Iterable[Metric], before: Mapping[str, Array], outputs: Array, targets: Array, threshold: float
) -> dict[str, Array]:
    """Return the sums that metrics are computed from, by their keys: those before and those of one more batch.

    Parameters
    ----------
    metrics : iterable of Metric
    before : mapping of key to array
        What was returned for the batches before; empty for the first.
    outputs, targets : arrays of shape (n, k)
    threshold : float
        From which value on a single output means "yes".
    """
    found = {}
    for key, metric in {metric.key: metric for metric in metrics}.items():
        more = metric.sums(outputs, targets, threshold)
        found[key] = metric.total(before[key], more) if key in before else more
    return found


def fitting(metrics: Iterable[Metric], sums: Mapping[str, Array], n_outputs: int) -> dict[str, Array]:
    """Return those of the sums that the metrics are computed from, as far as they belong to so many outputs."""
    nothing = np.zeros((0, n_outputs))
    wanted = {metric.key: metric.sums(nothing, nothing, 0.5).shape for metric in metrics}
    return {key: array for key, array in sums.items() if array.shape == wanted.get(key)}


def values(metrics: Iterable[Metric], sums: Mapping[str, Array]) -> dict[str, float]:
    """Return the value of each metric by its name; those whose sums have not begun are left out."""
    return {metric.name: metric.value(sums[metric.key]) for metric in metrics if metric.key in sums}
