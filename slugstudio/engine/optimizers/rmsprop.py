"""RMSProp."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Advanced, Array, Help, Range
from slugstudio.engine.optimizers.base import (
    Clip,
    ClipNorm,
    Decay,
    HighestRate,
    LowestRate,
    Optimizer,
    Rate,
    ScheduleOfRate,
)
from slugstudio.engine.schedules import Constant


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Divides each step by the recent size of its gradient (Hinton, 2012; Deep Learning, algorithm 8.5)."""

    label: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = (
        r"v \leftarrow \rho v + (1 - \rho) g^2,\; w \leftarrow w - \frac{\eta}{\sqrt{v + \epsilon}} g"
    )
    most_slots: ClassVar[int] = 1

    rho: Annotated[float, Range(0, 1, high_open=True), Help("How long past gradients are remembered.", "Memory ρ")] = (
        0.9
    )
    epsilon: Annotated[
        float,
        Range(1e-30, 1),
        Advanced(),
        Help("Keeps the division finite; it stands inside the root.", "Epsilon"),
    ] = 1e-6
    lr: Rate = 0.001
    clip: Clip = -1.0
    decay: Decay = 0.0
    lr_min: LowestRate = 0.0
    lr_max: HighestRate = math.inf
    schedule: ScheduleOfRate = Constant()
    clip_norm: ClipNorm = -1.0

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Update the mean square, then step."""
        del t
        (mean_square,) = slots
        np.multiply(gradient, gradient, out=scratch)
        scratch *= 1 - self.rho
        mean_square *= self.rho
        mean_square += scratch
        np.add(mean_square, self.epsilon, out=scratch)
        np.sqrt(scratch, out=scratch)
        gradient *= rate
        gradient /= scratch
        vector -= gradient
