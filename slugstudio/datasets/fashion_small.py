"""A small part of Fashion-MNIST, which comes with the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from slugstudio.datasets.dataset import Dataset
from slugstudio.datasets.source import DataSource
from slugstudio.engine.data import embedded
from slugstudio.engine.declaration import Shape

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""As the authors name them."""


@dataclass(frozen=True)
class FashionSmall(DataSource):
    """6,000 pictures of clothes, 600 of each of ten kinds, as images of 28 by 28 with values from 0 to 255.

    Drawn from the 70,000 of Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747).
    """

    label: ClassVar[str] = "Fashion"

    @property
    def sample_shape(self) -> Shape:
        """One channel of 28 by 28."""
        return (1, 28, 28)

    @property
    def n_samples(self) -> int:
        """Number of images."""
        return 6000

    @property
    def classes(self) -> tuple[str, ...]:
        """The ten kinds of clothes."""
        return CLASSES

    def load(self) -> Dataset:
        """Return the images as (6000, 1, 28, 28)."""
        images, labels = embedded.fashion_small()
        return Dataset(
            images[:, None],
            labels,
            self.classes,
            self.title,
            "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, 2017 (600 images of each class)",
            "MIT, © 2017 Zalando SE",
        )
