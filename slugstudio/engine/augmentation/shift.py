"""Shift: where in the image something is does not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.augmentation.base import Movement
from slugstudio.engine.declaration import Array, Help, Range, as_pair


@dataclass(frozen=True)
class Shift(Movement):
    r"""Moves an image by some whole pixels down, up and to the sides; what was at the edge fills the gap.

    .. math:: r = r' - d_r, \quad c = c' - d_c, \quad d_r \in \{-s_r, \dots, s_r\}, \; d_c \in \{-s_c, \dots, s_c\}

    All steps within the two bounds are equally likely. A shift alone changes no value, as it goes by whole pixels.
    """

    formula: ClassVar[str] = r"r = r' - d_r,\; c = c' - d_c"

    pixels: Annotated[
        int | tuple[int, int], Range(0, 1024), Help("How far at most, up or down, and to the sides.", "Shift", "px")
    ] = 2

    def matrices(self, n: int, rng: np.random.Generator) -> Array:
        """Draw a step for each image."""
        found = np.tile(np.eye(3), (n, 1, 1))
        for axis, most in enumerate(as_pair(self.pixels)):
            found[:, axis, 2] = -rng.integers(-most, most, n, endpoint=True)
        return found
