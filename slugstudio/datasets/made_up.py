"""Made-up samples of any shape, for networks whose own data are not here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from slugstudio.datasets.dataset import Dataset
from slugstudio.datasets.source import DataSource, NSamples, Seed
from slugstudio.engine.declaration import Help, Range, Shape


@dataclass(frozen=True)
class MadeUp(DataSource):
    """Random values of a chosen shape, with random labels: to try shapes and speed, or to hold a network's place.

    Nothing can be learned from them but themselves.
    """

    shape: Annotated[int | tuple[int, ...], Help("The shape of a sample: channels × height × width.", "Shape")] = (
        1,
        28,
        28,
    )
    n_labels: Annotated[int, Range(2, 100_000), Help("How many classes there are.", "Classes")] = 10
    n_samples: NSamples = 200
    seed: Seed = 0

    @property
    def sample_shape(self) -> Shape:
        """The shape as a tuple."""
        return self.shape if isinstance(self.shape, tuple) else (self.shape,)

    @property
    def classes(self) -> tuple[str, ...]:
        """Their numbers."""
        return tuple(map(str, range(self.n_labels)))

    def load(self) -> Dataset:
        """Draw the values from a standard normal distribution; the labels come in turn."""
        x = np.random.default_rng(self.seed).standard_normal((self.n_samples, *self.sample_shape), dtype=np.float32)
        labels = np.arange(self.n_samples) % self.n_labels
        return Dataset(x, labels, self.classes, self.title, "Made up by Slugstudio", "Free of rights (CC0 1.0)")
