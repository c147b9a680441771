"""Nadam."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Advanced, Array, Help, Range
from slugstudio.engine.optimizers.base import Rate
from slugstudio.engine.optimizers.moments import Moments


@dataclass(frozen=True)
class Nadam(Moments):
    r"""Adam whose mean looks ahead by one step, as Nesterov's momentum does (Dozat, 2016, algorithm 2).

    The memory of the mean grows to its full length, as in PyTorch:
    :math:`\mu_t = \beta_1 \left(1 - \frac{1}{2} 0.96^{t \psi}\right)`.
    """

    formula: ClassVar[str] = (
        r"w \leftarrow w - \eta \frac{\frac{1 - \mu_t}{1 - \prod_{i \le t} \mu_i} g + "
        r"\frac{\mu_{t+1}}{1 - \prod_{i \le t+1} \mu_i} m}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
    )

    lr: Rate = 0.002
    momentum_decay: Annotated[
        float,
        Range(0, 1),
        Advanced(),
        Help("How fast the memory of the mean grows to its full length.", "Momentum decay ψ"),
    ] = 0.004

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Update both means, then step by the gradient and by the mean."""
        now, ahead = _shares(self.beta_1, self.momentum_decay, t)
        self.remember(gradient, slots, t, scratch)
        gradient /= scratch
        gradient *= rate * now
        vector -= gradient
        np.divide(slots[0], scratch, out=gradient)
        gradient *= rate * ahead
        vector -= gradient


@lru_cache(maxsize=8)
def _shares(beta_1: float, momentum_decay: float, t: int) -> tuple[float, float]:
    """Return what the gradient and the mean are multiplied by at step t.

    The product of all momenta so far is taken of the first ones only: together they are soon too small to count
    beside 1.
    """
    enough = t if not beta_1 else min(t, math.ceil(math.log(1e-20) / math.log(beta_1)))
    momenta = beta_1 * (1 - 0.5 * 0.96 ** (np.arange(1, enough + 1) * momentum_decay))
    momentum, momentum_ahead = (beta_1 * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in (t, t + 1))
    product = float(momenta.prod())
    return (1 - momentum) / (1 - product), momentum_ahead / (1 - product * momentum_ahead)
