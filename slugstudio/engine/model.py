"""Model: the library's front door, as the seed had it: add layers, fit, transform."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from slugstudio.engine import streams
from slugstudio.engine.arrays import as_numbers
from slugstudio.engine.declaration import Array, Declared, Help, Range, Shape, received
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.events import BatchDone, Diverged, EpochDone
from slugstudio.engine.layers.base import Layer, as_layers
from slugstudio.engine.loss import BinaryCrossEntropy, Loss
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Optimizer
from slugstudio.engine.progress import ProgressBar
from slugstudio.engine.train import TrainData, TrainSettings, train

METRICS = ("loss", "accuracy")


@dataclass(frozen=True)
class Reporting(Declared):
    """How a `Model` judges and tells while it learns."""

    validation_split: Annotated[float, Range(0, 1, high_open=True), Help("The share of samples to judge by.")]
    progress: Annotated[bool, Help("Whether to print while training.")]
    log_interval: Annotated[int, Range(1), Help("Print every so many epochs.")]


class Model:
    """A stack of layers that learns from arrays.

    Parameters
    ----------
    lr : float
        The learning rate of the default optimizer; an optimizer that is given carries its own.
    n_epoch : int
        How often every training sample is seen.
    batch_size : int
    layers : sequence of Layer, optional
        More can follow by `add_layer`.
    optimizer : Optimizer, optional
        By default ``SGD(lr=lr)``.
    loss : Loss, optional
        By default ``BinaryCrossEntropy()``.
    validation_split : float
        The share of the samples, drawn at random, that are kept back to judge by.
    metrics : sequence of str, optional
        What is printed: ``"loss"`` and ``"accuracy"``; by default the loss.
    progress : bool
        Whether to print while training.
    log_interval : int
        Print every so many epochs.
    seed : int
        Fixes every random choice.

    Raises
    ------
    ConfigError
        If an argument has a value that it cannot have.

    Examples
    --------
    >>> from slugstudio.engine.activation import Sigmoid, Tanh
    >>> from slugstudio.engine.layers import Dense
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> y = np.array([0, 1, 1, 0])
    >>> model = Model(lr=0.5, n_epoch=2000, validation_split=0, progress=False)
    >>> model.add_layer(Dense(8, inshape=2, activation=Tanh()))
    >>> model.add_layer(Dense(1, activation=Sigmoid()))
    >>> metrics = model.fit(X, y)
    >>> model.transform(X).round().ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """

    def __init__(
        self,
        lr: float = 0.1,
        n_epoch: int = 400000,
        batch_size: int = 32,
        layers: Sequence[Layer] | None = None,
        optimizer: Optimizer | None = None,
        loss: Loss | None = None,
        validation_split: float = 0.2,
        metrics: Sequence[str] | None = None,
        progress: bool = True,
        log_interval: int = 1,
        seed: int = 0,
    ) -> None:
        self.settings = TrainSettings(
            epochs=n_epoch,
            batch_size=batch_size,
            optimizer=SGD(lr=lr) if optimizer is None else optimizer,
            loss=BinaryCrossEntropy() if loss is None else loss,
            seed=seed,
        )
        self.reporting = Reporting(validation_split, progress, log_interval)
        self.metrics = _known_metrics(metrics)
        self.network: Network | None = None
        self._layers = [*as_layers("Model", () if layers is None else layers)]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers so far."""
        return tuple(self._layers)

    def add_layer(self, layer: Layer) -> None:
        """Put a layer at the end of the stack; what was learned before is forgotten."""
        self._layers += as_layers("Model", [layer])
        self.network = None

    def compile(self, input_shape: Shape | None = None) -> Network:
        """Give the layers their first weights and return the network.

        Parameters
        ----------
        input_shape : tuple, optional
            The shape of one sample; by default the first layer's ``inshape``. `fit` takes it from the data.
        """
        if input_shape is None and self._layers:
            input_shape = self._layers[0].given_shape
        if input_shape is None:
            reason = "expected to know the input's shape; give the first layer an inshape, or fit on data."
            raise ConfigError("Model", "layers", reason)
        self.network = Network(self._layers, input_shape, seed=self.settings.seed)
        return self.network

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> dict[str, dict[str, float]]:
        """Learn from samples; called again, it goes on from the weights that it has.

        Parameters
        ----------
        X : array of shape (n, *sample shape)
        y : array of shape (n,) or (n, k)
            Labels, or one row a sample such as one-hot rows.

        Returns
        -------
        dict
            The last epoch's ``{'train': {'loss', 'accuracy'}, 'val': {'loss', 'accuracy'}}``; ``'val'`` is empty
            without validation samples.

        Raises
        ------
        DataError
            If the samples or targets cannot be used, or if training diverges.
        """
        x, y = _samples(X), as_numbers(y, np.dtype(np.float64), "targets")
        if y.ndim == 0 or len(x) != len(y):
            raise DataError(f"expected one target a sample, received shapes {x.shape} and {y.shape}.")
        network = self.network
        if network is None or network.input_shape != x.shape[1:]:
            network = self.compile(x.shape[1:])
        result: dict[str, dict[str, float]] = {"train": {}, "val": {}}
        bar = ProgressBar()
        for event in train(network, self._split(x, y), self.settings):
            if isinstance(event, BatchDone) and self.reporting.progress:
                text = f"epoch {event.epoch} of {self.settings.epochs} · loss {event.loss:.4f}"
                bar.update(event.batch / event.n_batches, text)
            elif isinstance(event, EpochDone):
                result = _metrics(event)
                if self.reporting.progress and event.epoch % self.reporting.log_interval == 0:
                    bar.clear()
                    self._log(event.epoch, result)
            elif isinstance(event, Diverged):
                bar.clear()
                raise DataError(event.message)
        bar.clear()
        return result

    def transform(self, X: npt.ArrayLike) -> Array:
        """Return the outputs for samples, one row each, in inference.

        Parameters
        ----------
        X : array of shape (n, *sample shape)

        Returns
        -------
        array of shape (n, *output shape)
        """
        x = _samples(X)
        network = self.compile(x.shape[1:]) if self.network is None else self.network
        return network.predict(x)

    def _split(self, x: Array, y: Array) -> TrainData:
        order = streams.split(self.settings.seed).permutation(len(x))
        n_val = int(len(x) * self.reporting.validation_split)
        train_rows, val_rows = order[n_val:], order[:n_val]
        return TrainData(x[train_rows], y[train_rows], x[val_rows], y[val_rows])

    def _log(self, epoch: int, result: dict[str, dict[str, float]]) -> None:
        parts = [
            f"{part} {metric} {values[metric]:.4f}"
            for part, values in result.items()
            for metric in self.metrics
            if metric in values
        ]
        sys.stdout.write(f"epoch {epoch}: {', '.join(parts)}\n")
        sys.stdout.flush()


def _known_metrics(metrics: Sequence[str] | None) -> tuple[str, ...]:
    wanted = ("loss",) if metrics is None else metrics
    if isinstance(wanted, str) or not isinstance(wanted, Sequence) or any(m not in METRICS for m in wanted):
        reason = f"expected a list of some of {', '.join(METRICS)}, received {received(metrics)}."
        raise ConfigError("Model", "metrics", reason)
    return tuple(wanted)


def _samples(X: npt.ArrayLike) -> Array:
    x = as_numbers(X, np.dtype(np.float32), "samples")
    if x.ndim < 2:
        raise DataError(f"expected samples of shape (n, ...), received {x.shape}; give each sample a row.")
    return x


def _metrics(event: EpochDone) -> dict[str, dict[str, Any]]:
    val = {} if event.val_loss is None else {"loss": event.val_loss, "accuracy": event.val_accuracy}
    return {"train": {"loss": event.loss, "accuracy": event.accuracy}, "val": val}
