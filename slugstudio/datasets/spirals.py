"""Spirals that wind round each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from slugstudio.datasets.source import Noise, Points2D
from slugstudio.engine.data import points
from slugstudio.engine.declaration import Help, Range


@dataclass(frozen=True)
class Spirals(Points2D):
    """Spirals that wind round each other: a boundary that only a deep network finds easily.

    After K. Lang and M. Witbrock, Learning to tell two spirals apart, 1988.
    """

    noise: Noise = 0.02
    n_classes: Annotated[int, Range(2, 6), Help("How many spirals, each a class of its own.", "Arms")] = 2
    turns: Annotated[
        float, Range(0.25, 3), Help("How often each arm winds round the middle; more is harder.", "Turns")
    ] = 1.0

    @property
    def classes(self) -> tuple[str, ...]:
        """One name for each arm."""
        return tuple(f"Spiral {arm + 1}" for arm in range(self.n_classes))

    def generate(self, rng: np.random.Generator) -> points.Points:
        """Return the points and their labels."""
        return points.spirals(self.n_samples, rng, self.noise, self.turns, self.n_classes)
