"""Preprocessing: what is done to raw values before the network sees them.

Fitted on the training part only, since what is fitted on validation samples as well tells the network about
them (Elements of Statistical Learning, section 7.10.2). A `Fitted` is part of the project and the one code
that is used wherever the network runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from slugstudio.engine.declaration import Array, Declared
from slugstudio.engine.errors import DataError
from slugstudio.engine.operations import Operation, ScaleAndShift

Floats = npt.NDArray[np.float32]


class Preprocessing(Declared, family=True):
    """Base of the kinds of preprocessing: ``(x - offset) / scale``, both fitted per channel.

    A channel is axis 1: of images (n, channels, height, width) the channel, of vectors (n, features) the
    feature.
    """

    def fit(self, x_train: Array) -> Fitted:
        """Measure the training part.

        Parameters
        ----------
        x_train : array of shape (n, channels, ...)
            Raw values of the training samples, and of no others.

        Raises
        ------
        DataError
            If there is no sample.
        """
        if x_train.ndim < 2 or x_train.size == 0:
            raise DataError(
                f"expected training samples of shape (n, channels, ...), received the shape {x_train.shape}."
            )
        return Fitted(self, self.statistics(x_train))

    def statistics(self, x: Array) -> dict[str, Floats]:
        """Return ``offset`` and ``scale``, each of shape (channels,); nothing if values stay as they are."""
        raise NotImplementedError

    def operations(self) -> tuple[Operation, ...]:
        """Return what it amounts to, with the arrays that `Fitted` has."""
        return (ScaleAndShift("offset", "scale"),)


@dataclass(frozen=True)
class Scale(Preprocessing):
    r"""Brings each channel to 0 to 1 by its smallest and largest value in the training part.

    .. math:: x' = \frac{x - \min}{\max - \min}

    A channel with one value only becomes 0. Validation values may lie outside 0 to 1.
    """

    def statistics(self, x: Array) -> dict[str, Floats]:
        """Return the minimum and the span of each channel."""
        axes = _all_but_channels(x)
        low, high = x.min(axis=axes).astype(np.float64), x.max(axis=axes).astype(np.float64)
        return _pair(low, high - low, constant=low == high)


@dataclass(frozen=True)
class Standardise(Preprocessing):
    r"""Gives each channel a mean of 0 and a variance of 1 over the training part.

    .. math:: x' = \frac{x - \mu}{\sigma}

    A channel with one value only becomes 0 (LeCun et al., Efficient BackProp, section 4.3).
    """

    def statistics(self, x: Array) -> dict[str, Floats]:
        """Return the mean and the standard deviation of each channel, summed in float64."""
        axes = _all_but_channels(x)
        constant = x.min(axis=axes) == x.max(axis=axes)
        mean = x.mean(axis=axes, dtype=np.float64)
        return _pair(mean, x.std(axis=axes, dtype=np.float64), constant)


@dataclass(frozen=True)
class Unchanged(Preprocessing):
    """Leaves the values as they are."""

    def statistics(self, x: Array) -> dict[str, Floats]:
        """Return nothing: there is nothing to measure."""
        del x
        return {}

    def operations(self) -> tuple[Operation, ...]:
        """Return nothing: there is nothing to do."""
        return ()


@dataclass(frozen=True, eq=False)
class Fitted:
    """A preprocessing with what it measured in the training part.

    Parameters
    ----------
    preprocessing : Preprocessing
        What it was fitted from.
    arrays : mapping of str to float32 array
        ``offset`` and ``scale``, each of shape (channels,); empty for `Unchanged`.

    Raises
    ------
    DataError
        If the arrays are not such, as in a damaged file.
    """

    preprocessing: Preprocessing
    arrays: Mapping[str, Floats]

    def __post_init__(self) -> None:
        """Check what may come from a file."""
        names = set() if isinstance(self.preprocessing, Unchanged) else {"offset", "scale"}
        shapes = {array.shape for array in self.arrays.values()}
        sound = all(np.isfinite(array).all() for array in self.arrays.values())
        sound = sound and bool((self.arrays.get("scale", np.ones(1)) > 0).all())
        if set(self.arrays) != names or len(shapes) > 1 or any(len(s) != 1 for s in shapes) or not sound:
            raise DataError(
                f"{self.preprocessing.label}: expected {' and '.join(sorted(names)) or 'no arrays'}, finite, "
                f"of one shape (channels,) and with a positive scale, received "
                f"{', '.join(f'{n} of shape {a.shape}' for n, a in self.arrays.items()) or 'none'}."
            )

    def apply(self, x: Array) -> Floats:
        """Return raw values of shape (n, channels, ...) as the network takes them, in a fresh float32 array.

        Raises
        ------
        DataError
            If ``x`` has not the number of channels that it was fitted for.
        """
        found: Floats = np.array(x, dtype=np.float32)
        if self.arrays:
            found -= self._per_channel("offset", found)
            found /= self._per_channel("scale", found)
        return found

    def _per_channel(self, name: Literal["offset", "scale"], x: Array) -> Floats:
        array = self.arrays[name]
        if x.ndim < 2 or x.shape[1] != len(array):
            raise DataError(
                f"{self.preprocessing.label} was fitted for samples of shape (n, {len(array)}, ...), "
                f"received the shape {x.shape}."
            )
        return array.reshape(-1, *[1] * (x.ndim - 2))


def _all_but_channels(x: Array) -> tuple[int, ...]:
    return (0, *range(2, x.ndim))


def _pair(offset: Array, scale: Array, constant: Array) -> dict[str, Floats]:
    with np.errstate(over="ignore"):
        offset32, scale32 = offset.astype(np.float32), scale.astype(np.float32)
    scale32[constant | (scale32 == 0)] = 1
    return {"offset": offset32, "scale": scale32}
