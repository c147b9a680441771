"""History: what training has told so far, batch by batch and epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array
from slugstudio.engine.events import BatchDone, EpochDone, Event

Floats = npt.NDArray[np.float32]
Steps = npt.NDArray[np.int64]


@dataclass(frozen=True)
class EpochRow:
    """One finished epoch; ``step`` is its last, ``seconds`` the time it took.

    The loss is NaN where it was not finite; the values of validation are None then, and where there were no
    samples for it. ``metrics`` and ``val_metrics`` are the chosen metrics by their names, those that were finite.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    seconds: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    val_metrics: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, event: EpochDone) -> EpochRow:
        """Return the row that an event tells."""
        return cls(
            event.epoch,
            event.step,
            event.loss if isfinite(event.loss) else nan,
            event.accuracy,
            _finite_or_none(event.val_loss),
            _finite_or_none(event.val_accuracy),
            event.seconds,
            _finite(event.metrics),
            _finite(event.val_metrics),
        )


class History:
    """The curves of a training.

    One thread may append while others read: what is read is then whole, though perhaps one event old.

    Attributes
    ----------
    steps, losses, accuracies : arrays of shape (n_batches,)
        Each batch's step, counted from 1, and what it told; read-only.
    epochs : tuple of EpochRow
    segments : tuple of int
        The first step of each segment. A new one begins where the layers or the data were changed in between.
    """

    def __init__(self) -> None:
        self._n = 0
        self._steps: Steps = np.empty(256, np.int64)
        self._values: Floats = np.empty((256, 2), np.float32)
        self._epochs: list[EpochRow] = []
        self._segments: list[int] = []

    @classmethod
    def of(
        cls,
        steps: npt.ArrayLike,
        losses: npt.ArrayLike,
        accuracies: npt.ArrayLike,
        epochs: Sequence[EpochRow],
        segments: Sequence[int],
    ) -> History:
        """Put a history together from its parts, which are copied."""
        history = cls()
        history._steps = np.array(steps, np.int64)
        history._values = np.array([losses, accuracies], np.float32).T.copy()
        history._n = len(history._steps)
        history._epochs = list(epochs)
        history._segments = list(segments)
        return history

    @property
    def steps(self) -> Steps:
        """The step of each batch."""
        n = self._n  # read first: an append makes the arrays longer before it counts the batch
        return _read_only(self._steps[:n])

    @property
    def losses(self) -> Floats:
        """The loss of each batch before its step."""
        n = self._n
        return _read_only(self._values[:n, 0])

    @property
    def accuracies(self) -> Floats:
        """The accuracy of each batch before its step, from 0 to 1."""
        n = self._n
        return _read_only(self._values[:n, 1])

    @property
    def epochs(self) -> tuple[EpochRow, ...]:
        """The finished epochs."""
        return tuple(self._epochs)

    @property
    def segments(self) -> tuple[int, ...]:
        """The first step of each segment."""
        return tuple(self._segments)

    def append(self, event: Event) -> None:
        """Note what an event of training tells; others than `BatchDone` and `EpochDone` tell nothing."""
        if isinstance(event, BatchDone):
            if not self._segments:
                self._segments.append(event.step)
            if self._n == len(self._steps):
                self._grow()
            self._steps[self._n] = event.step
            with np.errstate(over="ignore"):
                self._values[self._n] = event.loss, event.accuracy
            self._n += 1
        elif isinstance(event, EpochDone):
            self._epochs.append(EpochRow.of(event))

    def _grow(self) -> None:
        spare = max(256, self._n)
        self._steps = np.concatenate([self._steps, np.empty(spare, np.int64)])
        self._values = np.concatenate([self._values, np.empty((spare, 2), np.float32)])

    def begin_segment(self, step: int) -> None:
        """Let a new segment begin with ``step``, the next to be taken."""
        if self._segments and self._segments[-1] < step:
            self._segments.append(step)

    def until(self, step: int) -> History:
        """Return a copy as it was after ``step``, a segment that begins with the next one included."""
        n = int(np.searchsorted(self.steps, step, side="right"))
        epochs = [row for row in self.epochs if row.step <= step]
        segments = [first for first in self.segments if first <= step + 1]
        return History.of(self.steps[:n], self.losses[:n], self.accuracies[:n], epochs, segments)

    def copy(self) -> History:
        """Return a copy that shares no array."""
        return History.of(self.steps, self.losses, self.accuracies, self.epochs, self.segments)

    def __eq__(self, other: object) -> bool:
        """Tell whether two histories say the same, bit for bit."""
        if not isinstance(other, History):
            return NotImplemented
        return (
            self.steps.tobytes() == other.steps.tobytes()
            and self.losses.tobytes() == other.losses.tobytes()
            and self.accuracies.tobytes() == other.accuracies.tobytes()
            and repr(self.epochs) == repr(other.epochs)  # NaN equals NaN
            and self.segments == other.segments
        )


def _finite_or_none(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    """Return the values that are finite, in the order of their names, which is that of a file."""
    return {name: value for name, value in sorted(values.items()) if isfinite(value)}


def _read_only(view: Array) -> Array:
    view.flags.writeable = False
    return view
