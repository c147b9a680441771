"""A history as curves: few enough points to be drawn many times a second, however long the training was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.project.history import EpochRow, History

MOST_BINS = 256
"""The training curve has at most so many points; each is the mean of as many batches as that takes."""


_OF_BATCHES = ("loss", "accuracy")
"""What each batch tells; other metrics are told by epochs."""


@dataclass(frozen=True, eq=False)
class Curves:
    """One metric of a history, over epochs.

    ``training`` are means of batches around ``x_training``, or where only epochs tell it, the values of these; then it
    is empty if there are none. ``epochs`` are the finished ones, ``training_epochs`` and ``validation`` their values,
    NaN where there is none. ``reached`` is how many epochs are done, with the part of the one that runs.
    """

    x_training: Array
    training: Array
    epochs: Array
    training_epochs: Array
    validation: Array
    reached: float

    @property
    def highest(self) -> float:
        """Return the largest value worth showing, at least 0: a few wild batches may leave the plot."""
        # Not np.quantile, which imports numpy.ma when it is first called: that takes the window a tenth of a second.
        bins = np.sort(self.training[np.isfinite(self.training)])
        usual = bins[: max(1, round(0.98 * len(bins)))]
        validation = self.validation[np.isfinite(self.validation)]
        return float(max(usual.max(initial=0), validation.max(initial=0)))

    @property
    def lowest(self) -> float:
        """Return the smallest value, at most 0: only R2 goes below."""
        both = np.concatenate([self.training, self.validation])
        return float(both[np.isfinite(both)].min(initial=0))


def curves(history: History, metric: str, epoch_length: int = 0) -> Curves:
    """Return the curves of ``"loss"``, ``"accuracy"`` or another metric; ``epoch_length`` as in `epochs_at`."""
    rows, steps = history.epochs, history.steps
    batches = history.losses if metric == "loss" else history.accuracies
    n = min(len(steps), len(batches))  # one event may come between reading the two
    bins, size = binned(batches[:n]), bin_size(n)
    middles = steps[np.minimum(np.arange(len(bins)) * size + size // 2, n - 1)]
    places = epochs_at(np.append(middles, steps[:n].max(initial=0)), rows, epoch_length)
    x, (reached,) = places[:-1], places[-1:]
    epochs, told, validation = _columns(rows, metric)
    if metric not in _OF_BATCHES:
        known = len(rows) if np.isfinite(told).any() else 0
        x, bins = binned(epochs[:known]), binned(told[:known])
    return Curves(x, bins, epochs, told, validation, float(max(reached, epochs[-1:].max(initial=0))))


def _columns(rows: Sequence[EpochRow], metric: str) -> tuple[Array, Array, Array]:
    """Return the epochs, and their values of training and of validation, NaN where there is none."""
    if metric in _OF_BATCHES:
        told, validation = ([getattr(row, name) for row in rows] for name in (metric, f"val_{metric}"))
    else:
        told, validation = [row.metrics.get(metric) for row in rows], [row.val_metrics.get(metric) for row in rows]
    return np.array([row.epoch for row in rows], float), np.array(told, float), np.array(validation, float)


def bin_size(n: int) -> int:
    """Return how many of ``n`` values make a group: a power of two, so that groups stay while values come."""
    return int(2 ** max(0, ceil(log2(max(1, n) / MOST_BINS))))


def binned(values: Array) -> Array:
    """Return the means of groups of `bin_size` values; the last may have fewer."""
    size = bin_size(len(values))
    if size == 1:
        return values
    starts = np.arange(0, len(values), size)
    sums = np.add.reduceat(values, starts, dtype=np.float64)
    means: Array = sums / np.diff(np.append(starts, len(values)))
    return means


def epochs_at(steps: Array, rows: Sequence[EpochRow], epoch_length: int = 0) -> Array:
    """Return how many epochs were done after each step.

    ``epoch_length`` is the number of steps of the epoch that runs. Where that is not known (0), it is taken to be as
    long as the last, and the first one as long as it is by now.
    """
    known_steps = np.array([0, *(row.step for row in rows)], float)
    known_epochs = np.array([rows[0].epoch - 1 if rows else 0, *(row.epoch for row in rows)], float)
    last = known_steps[-1] - known_steps[-2] if rows else steps.max(initial=1)
    length = max(1.0, epoch_length or last)
    found: Array = np.interp(
        steps, np.append(known_steps, known_steps[-1] + length), np.append(known_epochs, known_epochs[-1] + 1)
    )
    return found


def axis_end(reached: float, epochs: int) -> float:
    """Return where the x axis ends: it grows in steps, so that the beginning of a long training is no speck."""
    if reached >= 0.6 * epochs:
        return max(float(epochs), reached)
    return float(min(epochs, 5 * 2 ** ceil(log2(max(1.0, reached / 4)))))
