"""Model: the library's front door, as the seed had it: add layers, fit, transform."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt

from slugstudio.engine import streams
from slugstudio.engine.arrays import as_numbers, require_finite
from slugstudio.engine.augmentation import Augmentation
from slugstudio.engine.controls import Controls
from slugstudio.engine.declaration import Array, Declared, Help, Range, Shape
from slugstudio.engine.early_stopping import Stopping
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.events import BatchDone, Diverged, Elsewhere, EpochDone, Event, Finished
from slugstudio.engine.layers.base import Layer, as_layers
from slugstudio.engine.layers.stacked import default_names
from slugstudio.engine.loss import BinaryCrossEntropy, Loss
from slugstudio.engine.metrics import Metric
from slugstudio.engine.metrics.names import by_names, usual
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Optimizer
from slugstudio.engine.progress import ProgressBar
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, train
from slugstudio.engine.weighting import checked_weights
from slugstudio.engine.weights import load_weights, save_weights
from slugstudio.engine.words import received

Callback = Callable[[Event], object]
"""Is told of each event of a training; a true answer stops it."""


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
    metrics : sequence of str or Metric, optional
        What is printed: ``"loss"`` and names of metrics, such as ``"accuracy"`` and ``"f1"``, or metrics with settings
        of their own; by default the loss. `fit` and `evaluate` tell the loss and these metrics; if there are none, the
        accuracy, or where the loss is one of numbers, ``"mae"`` and ``"r2"``.
    progress : bool
        Whether to print while training.
    log_interval : int
        Print every so many epochs.
    seed : int
        Fixes every random choice.
    early_stopping : Stopping, optional
        When to end before ``n_epoch``, such as ``EarlyStopping(patience=10)``.
    augmentation : sequence of Augmentation
        How samples change each time they are learned from, such as ``[Shift(1), Rotate(10)]``.

    Attributes
    ----------
    network : Network or None
        The layers with their weights, once there are any.
    controls : Controls
        Those of the running `fit`, for its callbacks or another thread: ``model.controls.stop()``.

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
        metrics: Sequence[str | Metric] | None = None,
        progress: bool = True,
        log_interval: int = 1,
        seed: int = 0,
        early_stopping: Stopping | None = None,
        augmentation: Sequence[Augmentation] = (),
    ) -> None:
        chosen = by_names(("loss",) if metrics is None else metrics)
        self.metrics = tuple(each if isinstance(each, str) else each.name for each in chosen)
        self.settings = TrainSettings(
            epochs=n_epoch,
            batch_size=batch_size,
            optimizer=SGD(lr=lr) if optimizer is None else optimizer,
            loss=BinaryCrossEntropy() if loss is None else loss,
            seed=seed,
            metrics=tuple(each for each in chosen if isinstance(each, Metric)) or usual(loss),
            early_stopping=early_stopping,
            augmentation=augmentation,  # type: ignore[arg-type] # any sequence becomes a tuple
        )
        self.reporting = Reporting(validation_split, progress, log_interval)
        self.network: Network | None = None
        self.controls = Controls()
        self._frozen: set[int] = set()
        self._layers = [*as_layers("Model", () if layers is None else layers)]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers so far."""
        return tuple(self._layers)

    def add_layer(self, layer: Layer, frozen: bool = False) -> None:
        """Put a layer at the end of the stack; what was learned before is forgotten.

        Training does not change the weights of a ``frozen`` layer, nor its running statistics.
        """
        self._layers += as_layers("Model", [layer])
        if frozen:
            self._frozen.add(len(self._layers) - 1)
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
        names = default_names(self._layers)
        frozen = [names[place] for place in self._frozen]
        self.network = Network(self._layers, input_shape, seed=self.settings.seed, frozen=frozen)
        return self.network

    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        callbacks: Callback | Sequence[Callback] = (),
        sample_weight: npt.ArrayLike | None = None,
    ) -> dict[str, dict[str, float]]:
        """Learn from samples; called again, it goes on from the weights that it has.

        Parameters
        ----------
        X : array of shape (n, *sample shape)
        y : array of shape (n,) or (n, k)
            Labels, or one row a sample such as one-hot rows.
        callbacks : callable or sequence of callables
            Each is called with every event (`slugstudio.engine.events`). If one returns something true, or orders it by
            `controls`, training stops before the next batch; the weights stay as they are then.
        sample_weight : array of shape (n,), optional
            How much each sample counts in the training loss; by default all count 1. Accuracy, and what is told of the
            samples to judge by, count every sample alike.

        Returns
        -------
        dict
            ``{'train': {'loss', 'accuracy'}, 'val': {'loss', 'accuracy'}}`` of the epoch whose weights the network
            has, or other metrics if such were chosen: the last whole one, or the best if early stopping has put it
            back. ``'val'`` is empty without validation samples, both are if there was no whole epoch.

        Raises
        ------
        DataError
            If the samples or targets cannot be used, or if training diverges.
        """
        x, targets = _pairs(X, y)
        weights = None if sample_weight is None else checked_weights(sample_weight, len(x), np.dtype(np.float64))
        listeners = _listeners(callbacks)
        network = self.network
        if network is None or network.input_shape != x.shape[1:]:
            network = self.compile(x.shape[1:])
        self.controls = Controls()
        result: dict[str, dict[str, float]] = {"train": {}, "val": {}}
        best, state, bar = result, TrainState(self.settings.seed), ProgressBar()
        try:
            for event in train(network, self._split(x, targets, weights), self.settings, state, self.controls):
                if isinstance(event, EpochDone):
                    result = _metrics(event)
                    best = result if state.best is not None and state.best.epoch == event.epoch else best
                elif isinstance(event, Finished) and event.restored:
                    result = best
                self._report(event, bar)
                answers = [listener(event) for listener in listeners]
                if any(answers):
                    self.controls.stop()
                if isinstance(event, Diverged):
                    raise DataError(event.message)
        finally:
            bar.clear()
        return result

    def evaluate(self, X: npt.ArrayLike, y: npt.ArrayLike) -> dict[str, float]:
        """Return ``{'loss', 'accuracy'}`` on samples, or other metrics if such were chosen, in inference.

        Parameters
        ----------
        X : array of shape (n, *sample shape)
        y : array of shape (n,) or (n, k)
            Labels, or one row a sample such as one-hot rows.

        Raises
        ------
        DataError
            If the samples or targets cannot be used, or there are none.
        """
        x, targets = _pairs(X, y)
        network = self._network_for(x)
        _needs_vectors(network)
        return evaluate(network, x, targets, self.settings.loss, self.settings.metrics)

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
        return self._network_for(x).predict(x)

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the answer for each sample: its label, or numbers where the loss is one of numbers.

        A label is the place of the largest of several outputs. A single output is 1 for "yes" from the loss's threshold
        on, which is one half for a probability and zero for a logit, else 0. Whoever teaches classes by a loss of
        numbers, such as the mean squared error, takes ``transform(X).argmax(axis=1)``.

        Parameters
        ----------
        X : array of shape (n, *sample shape)

        Returns
        -------
        array of int64 of shape (n,); of numbers, float32 of shape (n,) for one output and (n, k) for several

        Raises
        ------
        DataError
            If the samples cannot be used, or an output is NaN, which is no answer.
        """
        x = _samples(X)
        network = self._network_for(x)
        _needs_vectors(network)
        outputs = network.predict(x)
        unclear = np.isnan(outputs).any(axis=1)
        if unclear.any():
            row = int(unclear.argmax())
            raise DataError(f"expected outputs that are numbers, received NaN for sample {row}; look for NaN in it.")
        if self.settings.loss.learns == "numbers":
            return outputs[:, 0] if outputs.shape[1] == 1 else outputs
        if outputs.shape[1] == 1:
            return (outputs[:, 0] >= self.settings.loss.threshold).astype(np.int64)
        labels: Array = outputs.argmax(axis=1)
        return labels

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the weights to a file: an ``.npz`` of arrays named ``dense_1/weight``, running statistics included.

        Raises
        ------
        ConfigError
            If the input's shape is not known: the first layer has no ``inshape``, and nothing was learned before.
        DataError
            If the file cannot be written; what was there before then stays.
        """
        save_weights(self.compile() if self.network is None else self.network, path)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Read weights that `save` has written; where something is wrong, the weights stay as they were.

        Raises
        ------
        ConfigError
            If the input's shape is not known: the first layer has no ``inshape``, and nothing was learned before.
        DataError
            If the file cannot be read, is damaged, or its names or shapes differ from the network's.
        """
        load_weights(self.compile() if self.network is None else self.network, path)

    def _network_for(self, x: Array) -> Network:
        return self.compile(x.shape[1:]) if self.network is None else self.network

    def _split(self, x: Array, y: Array, weights: Array | None = None) -> TrainData:
        order = streams.split(self.settings.seed).permutation(len(x))
        n_val = int(len(x) * self.reporting.validation_split)
        train_rows, val_rows = order[n_val:], order[:n_val]
        weights = None if weights is None else weights[train_rows]
        return TrainData(x[train_rows], y[train_rows], x[val_rows], y[val_rows], weights)

    def _report(self, event: Event, bar: ProgressBar) -> None:
        if not self.reporting.progress:
            return
        if isinstance(event, BatchDone):
            text = f"epoch {event.epoch} of {self.settings.epochs} · loss {event.loss:.4f}"
            bar.update(event.batch / event.n_batches, text)
        elif isinstance(event, EpochDone) and event.epoch % self.reporting.log_interval == 0:
            bar.clear()
            self._log(event.epoch, _metrics(event))
        elif isinstance(event, Elsewhere | Finished) and event.message:
            bar.clear()
            sys.stdout.write(f"{event.message}\n")

    def _log(self, epoch: int, result: dict[str, dict[str, float]]) -> None:
        parts = [
            f"{part} {metric} {values[metric]:.4f}"
            for part, values in result.items()
            for metric in self.metrics
            if metric in values
        ]
        sys.stdout.write(f"epoch {epoch}: {', '.join(parts)}\n")
        sys.stdout.flush()


def _listeners(callbacks: Callback | Sequence[Callback]) -> tuple[Callback, ...]:
    found = (callbacks,) if callable(callbacks) else callbacks
    if not isinstance(found, Sequence) or not all(callable(each) for each in found):
        reason = f"expected a callable or a list of them, received {received(callbacks)}."
        raise ConfigError("Model", "callbacks", reason)
    return tuple(found)


def _samples(X: npt.ArrayLike) -> Array:
    x = as_numbers(X, np.dtype(np.float32), "samples")
    if x.ndim < 2:
        raise DataError(f"expected samples of shape (n, ...), received {x.shape}; give each sample a row.")
    return x


def _pairs(X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    x, targets = _samples(X), as_numbers(y, np.dtype(np.float64), "targets")
    if targets.ndim == 0 or len(x) != len(targets):
        raise DataError(f"expected one target a sample, received shapes {x.shape} and {targets.shape}.")
    require_finite(x)  # before the samples are divided, so that the message names them by the caller's numbers
    require_finite(targets, "targets")
    return x, targets


def _needs_vectors(network: Network) -> None:
    if len(network.output_shape) != 1:
        raise DataError(
            f"expected a network that ends with a vector, received the output shape {network.output_shape}; end it "
            f"with Flatten and Dense."
        )


def _metrics(event: EpochDone) -> dict[str, dict[str, float]]:
    val = {} if event.val_loss is None else {"loss": event.val_loss, **event.val_metrics}
    return {"train": {"loss": event.loss, **event.metrics}, "val": val}
