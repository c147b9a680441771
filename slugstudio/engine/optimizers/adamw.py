"""AdamW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Help, Range
from slugstudio.engine.optimizers.moments import Moments


@dataclass(frozen=True)
class AdamW(Moments):
    """Adam that also shrinks every weight a little, apart from the gradient (Loshchilov and Hutter, 2019, algorithm 2).

    As in PyTorch, the learning rate multiplies the shrinking, and all parameters shrink, biases too.
    """

    label: ClassVar[str] = "AdamW"
    formula: ClassVar[str] = (
        r"w \leftarrow (1 - \eta \lambda) w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
    )

    weight_decay: Annotated[
        float, Range(0, high_open=True), Help("By which share of the learning rate weights shrink.", "Weight decay λ")
    ] = 0.01

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Shrink, update both means, then step."""
        vector *= 1 - rate * self.weight_decay
        self.remember(gradient, slots, t, scratch)
        np.divide(slots[0], scratch, out=gradient)
        gradient *= rate / (1 - self.beta_1**t)
        vector -= gradient
