"""Gaussian clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from slugstudio.datasets.source import Noise, Points2D
from slugstudio.engine.data import points
from slugstudio.engine.declaration import Help, Range


@dataclass(frozen=True)
class Clusters(Points2D):
    """Gaussian clusters: straight boundaries suffice, and where they overlap nothing does better."""

    noise: Noise = 0.15
    n_classes: Annotated[int, Range(2, 10), Help("How many clusters, each a class of its own.", "Clusters")] = 3

    @property
    def classes(self) -> tuple[str, ...]:
        """One name for each cluster."""
        return tuple(f"Cluster {cluster + 1}" for cluster in range(self.n_classes))

    def generate(self, rng: np.random.Generator) -> points.Points:
        """Return the points and their labels."""
        return points.clusters(self.n_samples, rng, self.noise, self.n_classes)
