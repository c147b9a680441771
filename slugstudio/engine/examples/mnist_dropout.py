"""Dropout between two dense layers keeps them from learning the training images by heart."""

from __future__ import annotations

import sys

from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.declaration import Array
from slugstudio.engine.examples.command_line import Metrics, run
from slugstudio.engine.layers import Dense, Dropout
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import RMSProp


def train(X: Array, y: Array, epochs: int) -> Metrics:
    """Train 200 hidden units, half of them dropped, on images (n, 784) with one-hot labels (n, 10)."""
    model = Model(
        n_epoch=epochs,
        loss=SoftmaxCategoricalCrossEntropy(),
        metrics=["loss", "accuracy"],
        optimizer=RMSProp(),
    )
    model.add_layer(Dense(200, inshape=784, activation=ReLU()))
    model.add_layer(Dropout(0.5))
    model.add_layer(Dense(10, activation=Softmax()))
    return model.fit(X, y)


if __name__ == "__main__":
    sys.exit(run(__doc__, train, epochs=5))
