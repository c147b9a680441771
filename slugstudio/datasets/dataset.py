"""A data set in memory: samples, their labels, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import DataError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples and labels that fit each other; the arrays are held C-contiguous and read-only.

    Parameters
    ----------
    x : array of shape (n, *sample_shape)
        Raw values: images of shape (n, channels, height, width), points of shape (n, 2). Finite.
    y : array of shape (n,)
        Labels, whole numbers from 0 to ``len(classes) - 1``.
    classes : tuple of str
        The name of each class.
    title, source, licence : str
        What it is called, where it comes from, and on which terms.

    Raises
    ------
    DataError
        If there are no samples, their number is not that of the labels, a value is not finite, or a label has
        no class.
    """

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    title: str
    source: str
    licence: str

    def __post_init__(self) -> None:
        """Check the arrays and bring them to their one form."""
        object.__setattr__(self, "x", _samples(self.x))
        object.__setattr__(self, "y", _labels(self.y, len(self.x), self.classes))

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.x)

    @property
    def sample_shape(self) -> Shape:
        """Shape of one sample: (channels, height, width) of an image, (2,) of a point in the plane."""
        return self.x.shape[1:]

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def is_image(self) -> bool:
        """Whether the samples are images."""
        return len(self.sample_shape) == 3

    @property
    def is_2d(self) -> bool:
        """Whether the samples are points in the plane."""
        return self.sample_shape == (2,)


def _samples(x: Array) -> Array:
    if x.ndim < 2 or x.size == 0:
        raise DataError(f"expected samples of shape (n, ...) with at least one value, received the shape {x.shape}.")
    found = np.ascontiguousarray(x, dtype=np.float32)
    if not np.isfinite(found).all():
        bad = int(np.flatnonzero(~np.isfinite(found.reshape(len(found), -1)).all(axis=1))[0])
        raise DataError(f"expected finite values, found NaN or infinity in sample {bad}; correct it or leave it out.")
    return _read_only(found)


def _labels(y: Array, n_samples: int, classes: tuple[str, ...]) -> Array:
    if y.shape != (n_samples,) or not np.issubdtype(y.dtype, np.integer):
        raise DataError(
            f"expected {n_samples} whole numbers as labels, one for each sample, received {y.dtype} of shape {y.shape}."
        )
    if y.min() < 0 or y.max() >= len(classes):
        bad = int(np.flatnonzero((y < 0) | (y >= len(classes)))[0])
        raise DataError(
            f"expected labels from 0 to {len(classes) - 1} for the classes {', '.join(classes)}, "
            f"found {y[bad]} at sample {bad}."
        )
    return _read_only(np.ascontiguousarray(y, dtype=np.int64))


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view
