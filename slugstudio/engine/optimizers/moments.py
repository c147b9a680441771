"""What the optimizers of Adam's family share: running means of the gradient and of its square."""

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
class Moments(Optimizer, abstract=True):
    r"""Base of Adam's family (Kingma and Ba, 2015, algorithm 1).

    The means begin at zero and are too small at first: at step t they lack the factor :math:`1 - \beta^t`.
    """

    most_slots: ClassVar[int] = 2

    lr: Rate = 0.001
    beta_1: Annotated[
        float, Range(0, 1, high_open=True), Help("How long past gradients are remembered.", "Memory β₁")
    ] = 0.9
    beta_2: Annotated[
        float, Range(0, 1, high_open=True), Help("How long the sizes of past gradients are remembered.", "Memory β₂")
    ] = 0.999
    epsilon: Annotated[
        float,
        Range(1e-30, 1),
        Advanced(),
        Help("Keeps the division finite; it stands outside the root.", "Epsilon"),
    ] = 1e-8
    clip: Clip = -1.0
    decay: Decay = 0.0
    lr_min: LowestRate = 0.0
    lr_max: HighestRate = math.inf
    schedule: ScheduleOfRate = Constant()
    clip_norm: ClipNorm = -1.0

    def remember(self, gradient: Array, slots: list[Array], t: int, scratch: Array) -> None:
        r"""Take a gradient into both means and leave :math:`\sqrt{v / (1 - \beta_2^t)} + \epsilon` in ``scratch``."""
        mean, mean_square = slots
        mean *= self.beta_1
        mean += np.multiply(gradient, 1 - self.beta_1, out=scratch)
        np.multiply(gradient, gradient, out=scratch)
        scratch *= 1 - self.beta_2
        mean_square *= self.beta_2
        mean_square += scratch
        np.sqrt(mean_square, out=scratch)
        scratch *= 1 / math.sqrt(1 - self.beta_2**t)
        scratch += self.epsilon
