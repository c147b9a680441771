"""Rotate: a small turn does not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.augmentation.base import Movement
from slugstudio.engine.declaration import Array, Help, Range


@dataclass(frozen=True)
class Rotate(Movement):
    r"""Turns an image about its centre, to the left or to the right.

    .. math:: \begin{pmatrix} r \\ c \end{pmatrix} = \begin{pmatrix} \cos\theta & \sin\theta \\ -\sin\theta & \cos\theta
        \end{pmatrix} \begin{pmatrix} r' \\ c' \end{pmatrix}, \quad \theta \sim U(-\theta_{max}, \theta_{max})

    Positive angles turn to the left.
    """

    formula: ClassVar[str] = r"r = r' \cos\theta + c' \sin\theta,\; c = c' \cos\theta - r' \sin\theta"

    degrees: Annotated[float, Range(0, 180), Help("How far at most, to either side.", "Rotation", "degrees")] = 10.0

    def matrices(self, n: int, rng: np.random.Generator) -> Array:
        """Draw an angle for each image."""
        angle = np.radians(rng.uniform(-self.degrees, self.degrees, n))
        found = np.tile(np.eye(3), (n, 1, 1))
        found[:, 0, 0] = found[:, 1, 1] = np.cos(angle)
        found[:, 0, 1] = np.sin(angle)
        found[:, 1, 0] = -found[:, 0, 1]
        return found
