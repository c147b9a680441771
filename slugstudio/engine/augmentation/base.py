"""What all augmentations share, and how several are carried out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import reduce
from itertools import groupby
from typing import ClassVar

import numpy as np

from slugstudio.engine.augmentation.resampling import resample
from slugstudio.engine.declaration import Array, Declared, Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import times
from slugstudio.engine.messages import Message


class Augmentation(Declared, family=True):
    """Base of the augmentations. Each sample of a batch is changed by random numbers of its own."""

    formula: ClassVar[str]
    of_images: ClassVar[bool] = True
    """Whether it needs images, of shape (channels, height, width)."""

    def require(self, sample_shape: Shape) -> None:
        """Raise `ShapeError` if it cannot change samples of this shape."""
        if self.of_images and len(sample_shape) != 3:
            raise ShapeError(
                Message(
                    "augmentation.needs_image",
                    "{augmentation} changes images of channels × height × width, but a sample is {received}; take it "
                    "out of the augmentation, or choose data with images.",
                    augmentation=self.label,
                    received=times(sample_shape),
                )
            )

    @abstractmethod
    def apply(self, x: Array, rng: np.random.Generator) -> None:
        """Change samples in place.

        Parameters
        ----------
        x : array of shape (n, *sample shape), C-contiguous
        rng : where its random numbers come from
        """


class Movement(Augmentation, abstract=True):
    r"""Base of those that move what an image shows: they say where each pixel comes from.

    Coordinates are rows and columns in pixels from the centre of the image. A pixel at :math:`p' = (r', c')` shows what
    was at :math:`(r, c, 1)^T = M (r', c', 1)^T`, taken from the four pixels around that place. Outside the image, the
    nearest pixel counts, so that no colour needs to be chosen, whatever was done to the values before.
    """

    @abstractmethod
    def matrices(self, n: int, rng: np.random.Generator) -> Array:
        """Return M for each of n images: float64 of shape (n, 3, 3)."""

    def apply(self, x: Array, rng: np.random.Generator) -> None:
        """Move images in place."""
        resample(x, self.matrices(len(x), rng))


def augment(x: Array, augmentations: Sequence[Augmentation], rng: np.random.Generator) -> None:
    """Change samples in place, by one augmentation after the other.

    Movements that follow each other are one movement, the product of their matrices: so an image is blurred once, not
    at each of them.

    Parameters
    ----------
    x : array of shape (n, *sample shape), C-contiguous
    augmentations : sequence of Augmentation
    rng : where all random numbers come from
    """
    for moves, together in groupby(augmentations, lambda each: isinstance(each, Movement)):
        if moves:
            matrices = [each.matrices(len(x), rng) for each in together if isinstance(each, Movement)]
            resample(x, reduce(np.matmul, matrices))
        else:
            for each in together:
                each.apply(x, rng)
