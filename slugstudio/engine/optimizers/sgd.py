"""Stochastic gradient descent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Range
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
class SGD(Optimizer):
    r"""Steps straight down the gradient, with momentum along the sum of past ones (Deep Learning, algorithms 8.1-8.3).

    The momentum is PyTorch's: the velocity *v* sums gradients, and the rate multiplies it when the step is taken. With
    Nesterov (Sutskever et al., 2013) the step looks ahead by one: :math:`w \leftarrow w - \eta (g + \mu v)`.
    """

    label: ClassVar[str] = "SGD"
    formula: ClassVar[str] = r"v \leftarrow \mu v + g,\; w \leftarrow w - \eta v"
    most_slots: ClassVar[int] = 1

    lr: Rate = 0.001
    clip: Clip = -1.0
    decay: Decay = 0.0
    lr_min: LowestRate = 0.0
    lr_max: HighestRate = math.inf
    schedule: ScheduleOfRate = Constant()
    clip_norm: ClipNorm = -1.0
    momentum: Annotated[
        float, Range(0, 1, high_open=True), Help("How much of the last step's velocity is kept.", "Momentum μ")
    ] = 0.0
    nesterov: Annotated[bool, Help("Whether the gradient counts as if the next step of momentum was taken.")] = False

    @property
    def n_slots(self) -> int:
        """The velocity, if there is momentum."""
        return 1 if self.momentum else 0

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Add the gradient to the velocity, and subtract what the formula says."""
        del t
        for velocity in slots:
            velocity *= self.momentum
            velocity += gradient
            if self.nesterov:
                gradient += np.multiply(velocity, self.momentum, out=scratch)
            else:
                gradient[...] = velocity
        gradient *= rate
        vector -= gradient
