r"""Optimizers: how a gradient changes the parameters.

An optimizer is a declaration without state; the arrays it remembers between steps (`Optimizer.n_slots` of them, shaped
like the parameter vector and beginning at zero) belong to the training. All parameters are one vector, so a
step is a few calls in place.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Declared, Help, Range

Rate = Annotated[float, Range(0, low_open=True), Help("How far each step goes.", "Learning rate")]
Clip = Annotated[
    float,
    Range(-1),
    Help("Each value of the gradient is cut to at most this size; 0 and below switch it off.", "Clip gradient"),
]
Decay = Annotated[
    float,
    Range(0, high_open=True),
    Help("How fast the learning rate falls: at step t it is divided by 1 + decay × t.", "Decay"),
]
LowestRate = Annotated[
    float, Range(0, high_open=True), Help("The learning rate never falls below this.", "Lowest rate")
]
HighestRate = Annotated[float, Range(0, low_open=True), Help("The learning rate never exceeds this.", "Highest rate")]


class Optimizer(Declared, family=True):
    """Base of the optimizers; every one has the fields below."""

    formula: ClassVar[str]
    n_slots: ClassVar[int] = 0
    lr: float
    clip: float
    decay: float
    lr_min: float
    lr_max: float

    def rate(self, step: int) -> float:
        r"""Return the rate of a step, counted from 0: :math:`\eta_t = \eta / (1 + d t)`, kept in its bounds."""
        return min(max(self.lr / (1 + self.decay * step), self.lr_min), self.lr_max)

    def update(self, vector: Array, gradient: Array, slots: list[Array], step: int) -> None:
        """Take one step: change ``vector`` (and ``slots``) in place; ``gradient`` may be used as working memory."""
        if self.clip > 0:
            np.clip(gradient, -self.clip, self.clip, out=gradient)
        self.move(vector, gradient, slots, self.rate(step))

    @abstractmethod
    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: float) -> None:
        """Apply the formula with the learning rate of this step."""


@dataclass(frozen=True)
class SGD(Optimizer):
    """Steps straight down the gradient (Deep Learning, algorithm 8.1)."""

    label: ClassVar[str] = "SGD"
    formula: ClassVar[str] = r"w \leftarrow w - \eta g"

    lr: Rate = 0.001
    clip: Clip = -1.0
    decay: Decay = 0.0
    lr_min: LowestRate = 0.0
    lr_max: HighestRate = math.inf

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: float) -> None:
        """Subtract the scaled gradient."""
        del slots
        gradient *= rate
        vector -= gradient


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Divides each step by the recent size of its gradient (Hinton, 2012; Deep Learning, algorithm 8.5)."""

    label: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = (
        r"v \leftarrow \rho v + (1 - \rho) g^2,\; w \leftarrow w - \frac{\eta}{\sqrt{v + \epsilon}} g"
    )
    n_slots: ClassVar[int] = 1

    rho: Annotated[float, Range(0, 1, high_open=True), Help("How long past gradients are remembered.", "Memory ρ")] = (
        0.9
    )
    epsilon: Annotated[
        float,
        Range(0, 1, low_open=True),
        Help("Keeps the division finite; it stands inside the root.", "Epsilon"),
    ] = 1e-6
    lr: Rate = 0.001
    clip: Clip = -1.0
    decay: Decay = 0.0
    lr_min: LowestRate = 0.0
    lr_max: HighestRate = math.inf

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: float) -> None:
        """Update the mean square, then step."""
        (mean_square,) = slots
        square = gradient * gradient
        square *= 1 - self.rho
        mean_square *= self.rho
        mean_square += square
        np.add(mean_square, self.epsilon, out=square)
        np.sqrt(square, out=square)
        gradient *= rate
        gradient /= square
        vector -= gradient
