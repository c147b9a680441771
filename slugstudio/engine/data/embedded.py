"""The two data sets that come with the program (sources and licences: ``resources/data/README.md``)."""

from __future__ import annotations

from functools import cache

from slugstudio.engine.data.idx import read_idx
from slugstudio.engine.data.layout import Labelled, flat_one_hot
from slugstudio.engine.data.resources import resource
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError


def digits() -> tuple[Array, Array]:
    """Return the UCI optical digits: images of shape (1797, 8, 8), values 0-16, and labels of shape (1797,).

    The arrays are uint8, shared and read-only. Raises `DataError` if the installation is damaged.
    """
    return _load("digits")


def fashion_small() -> tuple[Array, Array]:
    """Return 6,000 images of Fashion-MNIST of shape (6000, 28, 28), values 0-255, and labels (6000,).

    The arrays are uint8, shared and read-only. Raises `DataError` if the
    installation is damaged.
    """
    return _load("fashion-small")


def get_digits() -> Labelled:
    """Return the digits in the layout of `get_mnist`: X of shape (1797, 64), one-hot y (1797, 10)."""
    return flat_one_hot(*digits())


def get_fashion_small() -> Labelled:
    """Return `fashion_small` in the layout of `get_mnist`: X of shape (6000, 784), one-hot y (6000, 10)."""
    return flat_one_hot(*fashion_small())


@cache
def _load(name: str) -> tuple[Array, Array]:
    try:
        images = read_idx(resource("data", f"{name}-images-idx3-ubyte.gz"))
        labels = read_idx(resource("data", f"{name}-labels-idx1-ubyte.gz"))
    except DataError as error:
        raise DataError(f"The data that comes with Slugstudio is damaged: {error} Install Slugstudio again.") from error
    images.flags.writeable = False
    labels.flags.writeable = False
    return images, labels
