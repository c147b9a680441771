"""Zoom: how large something is does not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.augmentation.base import Movement
from slugstudio.engine.declaration import Array, Help, Range


@dataclass(frozen=True)
class Zoom(Movement):
    r"""Makes what an image shows larger or smaller, about its centre and alike in height and width.

    .. math:: r = r' / f, \quad c = c' / f, \quad f \sim U(1 - s, 1 + s)
    """

    formula: ClassVar[str] = r"r = r' / f,\; c = c' / f"

    share: Annotated[float, Range(0, 0.9), Help("By which share of its size at most; 0.1: from 90 % to 110 %.")] = 0.1

    def matrices(self, n: int, rng: np.random.Generator) -> Array:
        """Draw a factor for each image."""
        found = np.tile(np.eye(3), (n, 1, 1))
        found[:, 0, 0] = found[:, 1, 1] = 1 / rng.uniform(1 - self.share, 1 + self.share, n)
        return found
