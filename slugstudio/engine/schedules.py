r"""Schedules: by which factor the learning rate differs from its first value as training goes on.

Steps are batches, counted from 0. A schedule multiplies what an optimizer's ``lr`` and ``decay`` give; its ``lr_min``
and ``lr_max`` bound the product.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

from slugstudio.engine.declaration import Declared, Help, Range


class Schedule(Declared, family=True):
    """Base of the schedules."""

    formula: ClassVar[str]

    @abstractmethod
    def factor(self, step: int) -> float:
        """Return by what the learning rate of a step, counted from 0, is multiplied."""


@dataclass(frozen=True)
class Constant(Schedule):
    """Leaves the learning rate as it is."""

    formula: ClassVar[str] = r"f_t = 1"

    def factor(self, step: int) -> float:
        """Return 1."""
        del step
        return 1.0


@dataclass(frozen=True)
class StepDecay(Schedule):
    """Lowers the learning rate by the same factor again and again, and keeps it in between."""

    formula: ClassVar[str] = r"f_t = \gamma^{\lfloor t / T \rfloor}"

    gamma: Annotated[float, Range(0, 1, low_open=True), Help("The factor of each lowering.", "Factor γ")] = 0.5
    every: Annotated[int, Range(1, 10**12), Help("How long each rate is kept.", "Every", "steps")] = 1000

    def factor(self, step: int) -> float:
        """Return gamma to the power of the lowerings so far."""
        return self.gamma ** (step // self.every)


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """Lowers the learning rate a little at every step."""

    formula: ClassVar[str] = r"f_t = \gamma^{t / T}"

    gamma: Annotated[
        float, Range(0, 1, low_open=True), Help("What is left of the rate after that many steps.", "Factor γ")
    ] = 0.5
    every: Annotated[int, Range(1, 10**12), Help("After how many steps.", "Every", "steps")] = 1000

    def factor(self, step: int) -> float:
        """Return gamma to the power of t / every."""
        return float(self.gamma ** (step / self.every))


@dataclass(frozen=True)
class CosineDecay(Schedule):
    """Lowers the learning rate slowly, then faster, then slowly again (Loshchilov and Hutter, 2017, equation 5)."""

    formula: ClassVar[str] = r"f_t = l + \frac{1 - l}{2} \left(1 + \cos \frac{\pi \min(t, T)}{T}\right)"

    steps: Annotated[int, Range(1, 10**12), Help("When the lowest rate is reached; it stays.", "Over", "steps")] = (
        10_000
    )
    lowest: Annotated[float, Range(0, 1), Help("The share of the rate that is left then.", "Lowest share")] = 0.0

    def factor(self, step: int) -> float:
        """Return a half wave of the cosine from 1 down to the lowest share."""
        wave = (1 + math.cos(math.pi * min(step, self.steps) / self.steps)) / 2
        return self.lowest + (1 - self.lowest) * wave


@dataclass(frozen=True)
class Warmup(Schedule):
    """Raises the learning rate evenly from almost nothing, then follows another schedule (Goyal et al., 2017)."""

    formula: ClassVar[str] = r"f_t = \frac{t + 1}{T} \text{ for } t < T,\; \text{then } f'_{t - T}"

    steps: Annotated[int, Range(1, 10**12), Help("How long the rate rises.", "Over", "steps")] = 500
    then: Annotated[Schedule, Help("What follows; its steps are counted from the end of the rise.")] = Constant()

    def factor(self, step: int) -> float:
        """Return the share of the rise, or what follows says."""
        return (step + 1) / self.steps if step < self.steps else self.then.factor(step - self.steps)
