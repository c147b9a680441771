"""scikit-learn's MLPClassifier, for what it can do: dense layers of one activation, SGD or Adam."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from benchmarks.libraries.base import Run
from benchmarks.works import N_INFERRED, Inference, Training, Work
from slugstudio.engine.layers import Dense
from slugstudio.engine.optimizers import SGD

ACTIVATIONS = {"ReLU": "relu", "Tanh": "tanh"}


class ScikitLearn:
    """scikit-learn with so many threads for its matrix products."""

    def __init__(self, threads: int) -> None:
        self._module: Any = importlib.import_module("sklearn.neural_network")
        self.version: str = importlib.import_module("sklearn").__version__
        self._limit = ThreadpoolController().limit(limits=threads, user_api="blas")
        self._limit.__enter__()  # for as long as this process lives
        warnings.simplefilter("ignore")  # it says that one epoch is few

    def training(self, work: Training) -> Run:
        """Return `partial_fit`, which goes on for an epoch."""
        optimizer = work.settings.optimizer
        if not isinstance(optimizer, SGD):
            raise NotImplementedError(f"{optimizer.kind} is not the same in scikit-learn")
        data = work.data()
        model = self._model(
            work, batch_size=work.settings.batch_size, learning_rate_init=optimizer.lr, momentum=0, solver="sgd"
        )
        model.partial_fit(data.x, data.y, classes=np.unique(data.y))
        return lambda: model.partial_fit(data.x, data.y)

    def inference(self, work: Inference) -> Sequence[Run]:
        """Return `predict_proba` of all samples at once."""
        x = work.samples(N_INFERRED)
        model = self._model(work, max_iter=1)
        n_classes = work.network().output_shape[0]
        model.fit(x[: 10 * n_classes], np.arange(10 * n_classes) % n_classes)
        return [lambda: model.predict_proba(x)]

    def _model(self, work: Work, **options: Any) -> Any:
        *hidden, _ = [layer for layer in work.layers if isinstance(layer, Dense)]
        if len(hidden) + 1 < len(work.layers):
            raise NotImplementedError("scikit-learn has dense layers only")
        units, activation = [layer.outshape for layer in hidden], ACTIVATIONS[hidden[0].after.kind]
        return self._module.MLPClassifier(units, activation=activation, alpha=0, **options)
