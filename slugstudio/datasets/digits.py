"""The UCI optical digits, which come with the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from slugstudio.datasets.dataset import Dataset
from slugstudio.datasets.source import DataSource
from slugstudio.engine.data import embedded
from slugstudio.engine.declaration import Shape


@dataclass(frozen=True)
class Digits(DataSource):
    """1,797 handwritten digits of 43 people, as images of 8 by 8 with values from 0 to 16.

    The test part of "Optical recognition of handwritten digits" by E. Alpaydin and C. Kaynak (UCI, 1998), as
    scikit-learn ships it.
    """

    white: ClassVar[float] = 16.0

    @property
    def sample_shape(self) -> Shape:
        """One channel of 8 by 8."""
        return (1, 8, 8)

    @property
    def n_samples(self) -> int:
        """Number of images."""
        return 1797

    @property
    def classes(self) -> tuple[str, ...]:
        """The ten digits."""
        return tuple("0123456789")

    def load(self) -> Dataset:
        """Return the images as (1797, 1, 8, 8)."""
        images, labels = embedded.digits()
        return Dataset(
            images[:, None],
            labels,
            self.classes,
            self.title,
            "E. Alpaydin, C. Kaynak: Optical recognition of handwritten digits, UCI, 1998",
            "CC BY 4.0",
        )
