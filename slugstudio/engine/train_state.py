"""Where a training is."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from slugstudio.engine.declaration import Array
from slugstudio.engine.early_stopping import Best


@dataclass(eq=False)
class TrainState:
    """Where a training is, complete enough to go on bit for bit.

    ``epoch`` counts finished epochs, ``position`` the samples seen of the next one, ``step`` all steps; ``loss_sum``,
    ``n_correct``, ``seconds`` and ``metric_sums`` (by `Metric.key`, without those of the accuracy) are the running sums
    of the epoch; ``slots`` belong to the optimizer of the kind ``optimizer`` and remember ``optimizer_steps``, which
    are fewer than all if another one began; ``noise`` is the state of the network's noise stream; ``seed`` fixes the
    order of the samples; ``best`` is what early stopping remembers; ``computed_by`` is where it was trained last,
    and only there are its next bits certain.
    """

    seed: int
    epoch: int = 0
    position: int = 0
    step: int = 0
    loss_sum: float = 0.0
    n_correct: int = 0
    seconds: float = 0.0
    optimizer: str = ""
    optimizer_steps: int = 0
    slots: list[Array] = field(default_factory=list)
    noise: dict[str, Any] = field(default_factory=dict)
    best: Best | None = None
    metric_sums: dict[str, Array] = field(default_factory=dict)
    computed_by: str = ""

    def begin_epoch(self) -> None:
        """Forget what was seen of the epoch that is going on."""
        self.position, self.loss_sum, self.n_correct, self.seconds, self.metric_sums = 0, 0.0, 0, 0.0, {}

    def copy(self) -> TrainState:
        """Return a copy that shares no array."""
        return copy.deepcopy(self)
