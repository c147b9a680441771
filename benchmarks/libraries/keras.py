"""Keras 3, by its own training loop, on one of its backends."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.libraries.base import CHUNKS, Run
from benchmarks.works import N_INFERRED, Inference, Training, Work
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling, MeanPooling
from slugstudio.engine.optimizers import SGD, Adam, Optimizer, RMSProp


class Keras:
    """Keras on ``jax``, where its steps are compiled, or on ``torch``, where they are eager, as it does by itself."""

    def __init__(self, backend: str) -> None:
        os.environ["KERAS_BACKEND"] = backend
        self._keras: Any = importlib.import_module("keras")
        self.version: str = self._keras.__version__

    def training(self, work: Training) -> Run:
        """Return `fit` for an epoch; a callback reads each step's loss, and could stop the training."""
        data, model = work.data(), self._model(work)
        x = np.moveaxis(data.x, 1, -1).copy()
        model.compile(self._optimizer(work.settings.optimizer), loss="sparse_categorical_crossentropy")
        watch = self._keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: float(logs["loss"]))
        return lambda: model.fit(x, data.y, batch_size=work.settings.batch_size, verbose=0, callbacks=[watch])

    def inference(self, work: Inference) -> Sequence[Run]:
        """Return `predict`, in chunks."""
        model, x = self._model(work), np.moveaxis(work.samples(N_INFERRED), 1, -1).copy()

        def outputs(chunk: int) -> None:
            model.predict(x, batch_size=chunk, verbose=0)

        return [partial(outputs, chunk) for chunk in CHUNKS]

    def _model(self, work: Work) -> Any:
        layers = self._keras.layers
        first, *shape = work.shape
        parts = [self._part(layers, layer) for layer in work.layers]
        return self._keras.Sequential([self._keras.Input((*shape, first)), *parts])

    def _part(self, layers: Any, layer: Layer) -> Any:
        activation = layer.after.kind.lower()
        match layer:
            case Dense():
                return layers.Dense(layer.outshape, activation)
            case Convolution():
                return layers.Conv2D(layer.nb_kernel, layer.kernel_size, activation=activation)
            case MaxPooling():
                return layers.MaxPooling2D(layer.pool_size)
            case MeanPooling():
                return layers.AveragePooling2D(layer.pool_size)
            case Dropout():
                return layers.Dropout(layer.p)
            case Flatten():
                return layers.Flatten()
        raise NotImplementedError(f"{layer.kind} has no translation to Keras here")

    def _optimizer(self, optimizer: Optimizer) -> Any:
        optimizers = self._keras.optimizers
        match optimizer:
            case SGD():
                return optimizers.SGD(optimizer.lr)
            case RMSProp():
                return optimizers.RMSprop(optimizer.lr, rho=optimizer.rho)
            case Adam():
                return optimizers.Adam(optimizer.lr)
        raise NotImplementedError(f"{optimizer.kind} has no translation to Keras here")
