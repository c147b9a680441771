"""Cross-validation: how well a network learns, judged by every sample once, each time by a network that never saw it.

The samples are divided into k folds; k times a network is trained on all folds but one and judged by that one. Mean and
standard deviation of the k judgements say more than one of them (The Elements of Statistical Learning, section 7.10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from slugstudio.engine import streams
from slugstudio.engine.arrays import as_numbers, require_finite
from slugstudio.engine.controls import Controls
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import DataError
from slugstudio.engine.events import Diverged, Event, Finished
from slugstudio.engine.layers.base import Layer
from slugstudio.engine.metrics import Accuracy
from slugstudio.engine.network import Network
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, evaluate, train

Rows = npt.NDArray[np.int64]

Prepare = Callable[[Array, Array], tuple[Array, Array]]
"""Takes the samples to learn from and those to judge by, and returns both as the network receives them: what has to be
measured for that may be measured in the first alone."""


@dataclass(frozen=True)
class FoldDone:
    """A network was trained, for ``epochs`` epochs, and judged in inference by the samples of a fold it did not see.

    Folds are counted from 1; ``accuracy`` is from 0 to 1; ``metrics`` are the chosen ones by their names.
    """

    fold: int
    n_folds: int
    n_train: int
    n_judged: int
    epochs: int
    loss: float
    accuracy: float
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of what several folds gave, the deviation of a sample (divided by k - 1)."""

    mean: float
    deviation: float


def cross_validate(
    layers: Sequence[Layer],
    input_shape: Shape,
    x: Array,
    y: Array,
    settings: TrainSettings,
    k: int = 5,
    names: Sequence[str] | None = None,
    prepare: Prepare | None = None,
    controls: Controls | None = None,
) -> Iterator[Event | FoldDone]:
    """Train the same network k times, each time without one of k folds, and judge it by that one.

    Each training begins with the same first weights, by the settings' seed. With early stopping, the fold left out is
    what is watched, so that its loss is a little too good.

    Parameters
    ----------
    layers, input_shape, names
        Those of the `Network`.
    x : array of shape (n, *input_shape)
    y : array of shape (n,) or (n, outputs)
    settings : TrainSettings
    k : int
        How many folds, from 2 to n.
    prepare : function, optional
        By default samples stay as they are.
    controls : Controls, optional
        A stop ends it without a further fold.

    Yields
    ------
    Event
        What each training tells.
    FoldDone
        After each training.

    Raises
    ------
    DataError
        If there are not as many folds, samples or targets do not fit the network, or a training diverges.
    ShapeError, ConfigError
        If the layers do not fit each other.
    """
    network = Network(layers, input_shape, settings.seed, names=names)
    require_finite(as_numbers(x, network.dtype, "samples"))  # before they are divided: by the caller's numbers
    for fold, (learned, judged) in enumerate(folds(y, k, settings.seed), start=1):
        network.initialise()
        x_train, x_judged = x[learned], x[judged]
        if prepare is not None:
            x_train, x_judged = prepare(x_train, x_judged)
        data, state = TrainData(x_train, y[learned], x_judged, y[judged]), TrainState(settings.seed)
        for event in train(network, data, settings, state, controls):
            yield event
            if isinstance(event, Diverged):
                raise DataError(f"Fold {fold} of {k}: {event.message}")
            if isinstance(event, Finished) and event.reason == "stopped":
                return
        told = evaluate(network, x_judged, y[judged], settings.loss, (Accuracy(), *settings.metrics))
        chosen = {metric.name: told[metric.name] for metric in settings.metrics}
        sizes = len(learned), len(judged)
        yield FoldDone(fold, k, *sizes, state.epoch, told["loss"], told["accuracy"], chosen)


def folds(y: Array, k: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Divide samples into k folds of the same size, each with its share of every class, to within one sample.

    The samples, in random order but class after class, are dealt out in turn. Targets that are no labels are one class.

    Parameters
    ----------
    y : array of shape (n,) or (n, outputs)
        Labels, or rows of numbers.
    k : int
        From 2 to n.
    seed : int
        The same seed and labels always give the same folds.

    Returns
    -------
    list of (rows to learn from, rows to judge by), ascending

    Raises
    ------
    DataError
        If there cannot be so many folds.
    """
    if not 2 <= k <= len(y):
        raise DataError(f"expected from 2 to {len(y)} folds, as there are {len(y)} samples, received {k}.")
    shuffled = streams.folds(seed).permutation(len(y))
    if y.ndim == 1:
        shuffled = shuffled[np.argsort(y[shuffled], kind="stable")]
    fold = np.empty(len(y), np.int64)
    fold[shuffled] = np.arange(len(y)) % k
    return [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(k)]


def spreads(done: Sequence[FoldDone]) -> dict[str, Spread]:
    """Return the spread of the loss, of the accuracy and of each chosen metric over two folds or more."""
    judged = [{"loss": each.loss, "accuracy": each.accuracy, **each.metrics} for each in done]
    return {
        name: Spread(float(np.mean(values)), float(np.std(values, ddof=1)))
        for name in judged[0]
        for values in [[each[name] for each in judged]]
    }
