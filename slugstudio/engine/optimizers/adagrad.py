"""AdaGrad."""

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
class AdaGrad(Optimizer):
    """Divides each step by the size of all its gradients so far (Duchi et al., 2011; Deep Learning, algorithm 8.4)."""

    label: ClassVar[str] = "AdaGrad"
    formula: ClassVar[str] = r"r \leftarrow r + g^2,\; w \leftarrow w - \frac{\eta}{\sqrt{r} + \epsilon} g"
    most_slots: ClassVar[int] = 1

    lr: Rate = 0.01
    epsilon: Annotated[float, Range(1e-30, 1), Advanced(), Help("Keeps the division finite.", "Epsilon")] = 1e-10
    clip: Clip = -1.0
    decay: Decay = 0.0
    lr_min: LowestRate = 0.0
    lr_max: HighestRate = math.inf
    schedule: ScheduleOfRate = Constant()
    clip_norm: ClipNorm = -1.0

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Add the square to the sum, then step."""
        del t
        (sum_of_squares,) = slots
        sum_of_squares += np.multiply(gradient, gradient, out=scratch)
        np.sqrt(sum_of_squares, out=scratch)
        scratch += self.epsilon
        gradient *= rate
        gradient /= scratch
        vector -= gradient
