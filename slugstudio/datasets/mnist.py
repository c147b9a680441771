"""MNIST, all of it, from the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from slugstudio.datasets.dataset import Dataset
from slugstudio.datasets.source import DataSource
from slugstudio.engine.data import mnist
from slugstudio.engine.data.fetch import Progress, terminal_progress
from slugstudio.engine.declaration import Shape


@dataclass(frozen=True)
class MNIST(DataSource):
    """70,000 handwritten digits, as images of 28 by 28 with values from 0 to 255; has to be downloaded once.

    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, 1998.
    The training part (60,000) comes first, then the test part.
    """

    download: ClassVar[str] = "11.6 MB from a mirror of the original files"

    @property
    def sample_shape(self) -> Shape:
        """One channel of 28 by 28."""
        return (1, 28, 28)

    @property
    def n_samples(self) -> int:
        """Number of images."""
        return 70_000

    @property
    def classes(self) -> tuple[str, ...]:
        """The ten digits."""
        return tuple("0123456789")

    @property
    def at_hand(self) -> bool:
        """Whether all files are in the data folder."""
        return not mnist.missing()

    def fetch(self, progress: Progress = terminal_progress) -> None:
        """Download the files that the data folder lacks, 11.6 MB in all."""
        mnist.fetch_mnist(mnist.MIRRORS, progress)

    def load(self) -> Dataset:
        """Return the images as (70000, 1, 28, 28), from the data folder."""
        images, labels = mnist.read_mnist()
        return Dataset(
            images[:, None],
            labels,
            self.classes,
            self.title,
            "Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits",
            "CC BY-SA 3.0",
        )
