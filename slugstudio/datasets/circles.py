"""One circle within another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slugstudio.datasets.source import Noise, Points2D
from slugstudio.engine.data import points


@dataclass(frozen=True)
class Circles(Points2D):
    """A circle within a circle: a closed boundary has to be found."""

    noise: Noise = 0.06

    @property
    def classes(self) -> tuple[str, ...]:
        """Which of the two circles."""
        return "Inner", "Outer"

    def generate(self, rng: np.random.Generator) -> points.Points:
        """Return the points and their labels."""
        return points.circles(self.n_samples, rng, self.noise)
