"""The exclusive or, the smallest problem that no single layer solves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slugstudio.datasets.source import Noise, Points2D
from slugstudio.engine.data import points


@dataclass(frozen=True)
class XOR(Points2D):
    """Two classes in opposite quadrants: no straight line tells them apart."""

    noise: Noise = 0.02

    @property
    def classes(self) -> tuple[str, ...]:
        """Whether the signs of the coordinates differ."""
        return "Same signs", "Different signs"

    def generate(self, rng: np.random.Generator) -> points.Points:
        """Return the points and their labels."""
        return points.xor(self.n_samples, rng, self.noise)
