"""Early stopping: a training ends once it no longer improves, and goes back to its best epoch.

Of all weights that a training passes through, those with the lowest validation loss are kept (Deep Learning,
algorithm 7.1): from there on, what the network learns is the training samples by heart.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from dataclasses import dataclass
from math import inf, isfinite
from typing import Annotated, ClassVar

from slugstudio.engine.declaration import Array, Declared, Help, Range


@dataclass
class Best:
    """The best epoch so far: its watched loss, its number counted from 1, and how many epochs have passed since.

    ``kept`` is what the network kept after it, None if that is not to come back; ``back`` says that it has come back,
    and no epoch was trained since. Two are equal whatever they keep.
    """

    loss: float
    epoch: int
    stale: int = 0
    back: bool = False
    kept: Array | None = dataclasses.field(default=None, compare=False, repr=False)


class Stopping(Declared, family=True):
    """Base of the ways in which a training ends before its last epoch."""

    @abstractmethod
    def after(self, best: Best | None, epoch: int, loss: float, kept: Array) -> Best | None:
        """Return what is remembered after an epoch.

        Parameters
        ----------
        best : Best or None
            What was remembered before; it is left as it is.
        epoch : int
            The number of the epoch, counted from 1.
        loss : float
            What is watched: the validation loss, or the training loss where there are no validation samples.
        kept : array of shape (n,)
            What the network keeps now; copied where it is remembered.
        """

    @abstractmethod
    def is_due(self, best: Best | None) -> bool:
        """Tell whether the training is to end."""


@dataclass(frozen=True)
class EarlyStopping(Stopping):
    """Ends the training when the validation loss no longer falls.

    Without validation samples, the training loss is watched instead.
    """

    label: ClassVar[str] = "When nothing improves"

    patience: Annotated[
        int, Range(1, 1_000_000), Help("After how many epochs without an improvement the training ends.", "", "epochs")
    ] = 10
    min_delta: Annotated[
        float,
        Range(0, inf, high_open=True),
        Help("By how much the loss has to fall to count as an improvement.", "Least improvement"),
    ] = 0.0
    restore: Annotated[
        bool,
        Help("Whether the weights of the best epoch come back when the training ends.", "Go back to the best epoch"),
    ] = True

    def after(self, best: Best | None, epoch: int, loss: float, kept: Array) -> Best | None:
        """Return the epoch itself if it is better than the best, else the best and one epoch more since."""
        if isfinite(loss) and (best is None or (loss < best.loss and best.loss - loss >= self.min_delta)):
            return Best(loss, epoch, kept=kept.copy() if self.restore else None)
        if best is None:
            return None
        return dataclasses.replace(best, stale=best.stale + 1, back=False, kept=best.kept if self.restore else None)

    def is_due(self, best: Best | None) -> bool:
        """Tell whether the patience is at its end."""
        return best is not None and best.stale >= self.patience
