"""What a training tells whoever iterates it. Epochs and steps are counted from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from slugstudio.engine.declaration import Array

if TYPE_CHECKING:
    from slugstudio.engine.train import TrainState


class BatchDone(NamedTuple):
    """One step was taken; ``loss`` and ``accuracy`` are those of its batch, before the step.

    A tuple, as there are many: it is made in a fraction of the time.
    """

    step: int
    epoch: int
    batch: int
    n_batches: int
    loss: float
    accuracy: float
    n_samples: int


@dataclass(frozen=True)
class EpochDone:
    """Every training sample was seen once more.

    ``loss`` and ``accuracy`` are means over the epoch's batches, ``val_loss`` and ``val_accuracy`` those of the
    validation samples after it (None without any); ``seconds`` is the time that this epoch took. ``metrics`` and
    ``val_metrics`` are the chosen metrics by their names, over the same samples; ``val_metrics`` is empty without any.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    seconds: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    val_metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A consistent copy of all that training changes, as asked for by `Controls.request_snapshot`.

    ``kept`` is that of the network.
    """

    step: int
    kept: Array
    state: TrainState


@dataclass(frozen=True)
class Paused:
    """Training waits between two batches."""

    step: int


@dataclass(frozen=True)
class Resumed:
    """Training goes on."""

    step: int


@dataclass(frozen=True)
class Elsewhere:
    """Training goes on where numbers are computed by something else than before: its last digits may differ."""

    step: int
    before: str
    now: str

    @property
    def message(self) -> str:
        """Say so."""
        return (
            f"This was trained with {self.before}; here it goes on with {self.now}, so that its last digits may differ "
            f"from those it would have got there."
        )


@dataclass(frozen=True)
class Diverged:
    """A number became infinite or NaN: the loss of ``step``, which is not taken, or what the end of an epoch shows.

    The weights are as the last step left them. They may be infinite themselves: it may take a step or more until a
    loss shows it.
    """

    step: int
    epoch: int
    message: str


@dataclass(frozen=True)
class Finished:
    """The last event.

    ``best`` is the best epoch, if early stopping has watched the training up to its end, else 0; ``restored`` says that
    the weights of that epoch have just been put back.
    """

    step: int
    epoch: int
    reason: Literal["completed", "stopped early", "stopped", "diverged"]
    best: int = 0
    restored: bool = False

    @property
    def message(self) -> str:
        """Say what early stopping did; empty if it did nothing."""
        told = f"poch {self.best:,} was the best{', and its weights are back' if self.restored else ''}."
        if self.reason == "stopped early":
            return f"Stopped early after epoch {self.epoch:,}: e{told}"
        return f"E{told}" if self.restored else ""


Event = BatchDone | EpochDone | Snapshot | Paused | Resumed | Elsewhere | Diverged | Finished
