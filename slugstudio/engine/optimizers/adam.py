"""Adam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.optimizers.moments import Moments


@dataclass(frozen=True)
class Adam(Moments):
    """Follows the mean of recent gradients, divided by their recent size (Kingma and Ba, 2015, algorithm 1)."""

    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g,\; v \leftarrow \beta_2 v + (1 - \beta_2) g^2,\; "
        r"w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
    )

    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Update both means, then step."""
        self.remember(gradient, slots, t, scratch)
        np.divide(slots[0], scratch, out=gradient)
        gradient *= rate / (1 - self.beta_1**t)
        vector -= gradient
