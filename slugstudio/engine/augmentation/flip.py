"""Flip: an image and its mirror image mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.augmentation.base import Augmentation
from slugstudio.engine.declaration import Array, Help, Range


@dataclass(frozen=True)
class Flip(Augmentation):
    r"""Mirrors some of the images, left to right, top to bottom, or both.

    .. math:: x'_{i,j} = x_{i, w - 1 - j} \text{ with the probability } p

    and likewise for rows. Not for digits and letters, whose mirror images are something else.
    """

    formula: ClassVar[str] = r"x'_{i,j} = x_{i, w - 1 - j} \text{ with probability } p"

    sideways: Annotated[
        float, Range(0, 1), Help("How likely left and right change places.", "Probability left to right")
    ] = 0.5
    upright: Annotated[
        float, Range(0, 1), Help("How likely top and bottom change places.", "Probability top to bottom")
    ] = 0.0

    def apply(self, x: Array, rng: np.random.Generator) -> None:
        """Mirror images in place."""
        for probability, mirrored in ((self.sideways, x[..., ::-1]), (self.upright, x[..., ::-1, :])):
            chosen = rng.random(len(x)) < probability
            x[chosen] = mirrored[chosen]
