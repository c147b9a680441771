"""MNIST: 70,000 handwritten digits.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, 1998.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slugstudio.engine.data.fetch import (
    DataFile,
    Progress,
    data_folder,
    fetch,
    how_to_supply,
    read_verified,
    terminal_progress,
)
from slugstudio.engine.data.fetch import missing as missing_files
from slugstudio.engine.data.idx import decode_idx
from slugstudio.engine.data.layout import Labelled, flat_one_hot
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

FILES = (
    DataFile(
        "mnist/train-images-idx3-ubyte",
        47_040_016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    DataFile(
        "mnist/train-labels-idx1-ubyte",
        60_008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    DataFile(
        "mnist/t10k-images-idx3-ubyte",
        7_840_016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    DataFile(
        "mnist/t10k-labels-idx1-ubyte",
        10_008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)
"""Training images and labels, test images and labels."""


def get_mnist(mirrors: Sequence[str] = MIRRORS, progress: Progress = terminal_progress) -> Labelled:
    """Return all of MNIST, the 60,000 training samples first, then the 10,000 test samples.

    Taken from the data folder (``SLUGSTUDIO_DATA``); what it lacks is downloaded into it first.

    Returns
    -------
    X : float32 array of shape (70000, 784)
        The pixels of each image of 28 by 28, row by row, from 0 (paper) to 255 (ink).
    y : float32 array of shape (70000, 10)
        One-hot rows.

    Raises
    ------
    DataError
        If files are missing and cannot be downloaded, or one is damaged; the message says which to put where.
    """
    fetch_mnist(mirrors, progress)
    return flat_one_hot(*read_mnist())


def missing() -> list[DataFile]:
    """Return those of the four files that are not in the data folder."""
    return missing_files(FILES, data_folder())


def fetch_mnist(mirrors: Sequence[str] = MIRRORS, progress: Progress = terminal_progress) -> None:
    """Download the files that are not in the data folder, from the first of the mirrors that gives them.

    Raises
    ------
    DataError
        If none does; the message says which files to put where.
    """
    fetch(FILES, mirrors, data_folder(), progress)


def read_mnist() -> tuple[Array, Array]:
    """Return images of shape (70000, 28, 28) and labels of shape (70000,), uint8, from the data folder.

    Raises
    ------
    DataError
        If a file is missing or damaged; never downloads.
    """
    folder = data_folder()
    parts = []
    for file in FILES:
        content = read_verified(file, folder)
        if content is None:
            raise DataError(
                f"MNIST is not at hand: download it, or get it by other means. {how_to_supply(FILES, folder)}"
            )
        parts.append(decode_idx(content, file.name))
    train_images, train_labels, test_images, test_labels = parts
    return np.concatenate([train_images, test_images]), np.concatenate([train_labels, test_labels])
