"""What the examples share: where the images come from, and how a mistake is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from slugstudio.engine.data.embedded import get_fashion_small
from slugstudio.engine.data.mnist import get_mnist
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import SlugError

Metrics = dict[str, dict[str, Any]]

SOURCES: dict[str, Callable[[], tuple[Array, Array]]] = {"mnist": get_mnist, "fashion-small": get_fashion_small}


def run(
    description: str,
    train: Callable[[Array, Array, int], Metrics],
    epochs: int,
    arguments: Sequence[str] | None = None,
) -> int:
    """Read the command line, load the images, train, and print the accuracy.

    Parameters
    ----------
    description : str
    train : callable
        Takes images of shape (n, 784) from 0 to 1, one-hot labels of shape (n, 10) and the number of epochs.
    epochs : int
        The default number of epochs.
    arguments : sequence of str, optional
        By default those of the program.

    Returns
    -------
    int
        The exit code: 1, with one line that says why, if the user can mend it.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", choices=tuple(SOURCES), default="mnist", help="fashion-small needs no download")
    parser.add_argument("--epochs", type=int, default=epochs)
    options = parser.parse_args(arguments)
    try:
        X, y = SOURCES[options.data]()
        metrics = train(X / 255.0, y, options.epochs)
    except SlugError as error:
        hint = " Or run on images that need no download: --data fashion-small." if options.data == "mnist" else ""
        sys.stderr.write(f"{error}{hint}\n")
        return 1
    sys.stdout.write(f"validation accuracy {metrics['val']['accuracy']:.4f}\n")
    return 0
