"""What a training is given: how to train, and what from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from slugstudio.engine.augmentation import Augmentation
from slugstudio.engine.declaration import Advanced, Array, Declared, Help, Range
from slugstudio.engine.early_stopping import Stopping
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.loss import Loss, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.metrics import Accuracy, Metric, objection
from slugstudio.engine.optimizers import Optimizer, RMSProp


@dataclass(frozen=True)
class TrainSettings(Declared):
    """How a network is trained."""

    epochs: Annotated[
        int, Range(1, 10_000_000), Help("How often every training sample is seen, in total.", "Epochs")
    ] = 20
    batch_size: Annotated[
        int, Range(1, 1_000_000), Help("How many samples each step looks at.", "Batch size", "samples")
    ] = 32
    optimizer: Annotated[Optimizer, Help("How the gradient changes the weights.")] = RMSProp()
    loss: Annotated[Loss, Help("What training makes small.")] = SoftmaxCategoricalCrossEntropy()
    seed: Annotated[
        int, Range(0, 2**63 - 1), Help("Fixes every random choice: the same seed gives the same numbers.")
    ] = 0
    early_stopping: Annotated[
        Stopping | None, Help("Whether training ends before the last epoch when it no longer improves.", none="Off")
    ] = None
    class_balance: Annotated[
        bool,
        Help("Whether every class counts alike in training, however few samples it has.", "Balance the classes"),
    ] = False
    metrics: Annotated[
        tuple[Metric, ...],
        Range(0, 16),
        Help("What an epoch is judged by, besides the loss. Training does not look at it."),
    ] = (Accuracy(),)
    augmentation: Annotated[
        tuple[Augmentation, ...],
        Range(0, 16),
        Help("How the samples change, one after the other, each time they are learned from."),
    ] = ()
    threads: Annotated[
        int,
        Range(1, 16),
        Advanced(),
        Help(
            "How many threads share each large matrix product of dense layers. Two are quicker where layers and "
            "batches are large and nothing else needs the processor; last digits may differ from those of one.",
            "Threads for products",
        ),
    ] = 1

    def __post_init__(self) -> None:
        """Check also that each metric is there once and judges what the loss learns."""
        super().__post_init__()
        if reason := objection(self.metrics, self.loss.learns, self.loss.label):
            raise ConfigError("TrainSettings", "metrics", reason)

    def changed(self, name: str, value: Any) -> Self:
        """Leave out the metrics that cannot judge what another loss learns."""
        if name != "loss" or not isinstance(value, Loss):
            return super().changed(name, value)
        kept = tuple(metric for metric in self.metrics if not objection((metric,), value.learns, value.label))
        return self.replace(loss=value, metrics=kept)


@dataclass(frozen=True, eq=False)
class TrainData:
    """Samples to learn from and samples to judge by.

    ``x`` and ``x_val`` have the shape (n, *input_shape); ``y`` and ``y_val`` are integer labels of shape (n,) or
    numbers of shape (n, k). Without validation, ``x_val`` has no rows. ``weights`` of shape (n,) say how much each
    sample of ``x`` counts, as `slugstudio.engine.weighting` tells; by default all count 1.
    """

    x: Array
    y: Array
    x_val: Array
    y_val: Array
    weights: Array | None = None
