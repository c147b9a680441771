"""Erase: a part of an image is enough to tell what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.augmentation.base import Augmentation
from slugstudio.engine.declaration import Array, Help, Range


@dataclass(frozen=True)
class Erase(Augmentation):
    r"""Covers a rectangle in some of the images with the image's mean (random erasing: Zhong et al., 2020).

    .. math:: x'_{i,j} = \bar{x} \text{ for } t \le i < t + a,\; l \le j < l + b

    Height a and width b are whole numbers drawn from 1 up to the share of the image's height and width, each with the
    same probability; then the corner (t, l), such that the rectangle lies in the image. Each channel has a mean of its
    own.
    """

    formula: ClassVar[str] = r"x'_{i,j} = \bar{x} \text{ for } t \le i < t + a,\; l \le j < l + b"

    probability: Annotated[float, Range(0, 1), Help("How likely a part of an image is covered.")] = 0.5
    share: Annotated[
        float,
        Range(0, 1, low_open=True),
        Help("Which share of the height, and of the width, is covered at most.", "Share of height and width"),
    ] = 0.4

    def apply(self, x: Array, rng: np.random.Generator) -> None:
        """Cover rectangles in place."""
        chosen = rng.random(len(x)) < self.probability
        rows, columns = (self._covered(size, len(x), rng) for size in x.shape[2:])
        covered = rows[:, :, None] & columns[:, None, :] & chosen[:, None, None]
        np.copyto(x, x.mean(axis=(2, 3), keepdims=True), where=covered[:, None])

    def _covered(self, size: int, n: int, rng: np.random.Generator) -> Array:
        """Draw a stretch along an axis for each image: True where it is covered, of shape (n, size)."""
        length = rng.integers(1, max(1, round(self.share * size)), n, endpoint=True)
        start = rng.integers(0, size - length, endpoint=True)
        place = np.arange(size)
        return (place >= start[:, None]) & (place < (start + length)[:, None])
