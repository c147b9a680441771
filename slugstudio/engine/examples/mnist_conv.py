"""Three small kernels learn from 1,000 images."""

from __future__ import annotations

import sys

import numpy as np

from slugstudio.engine.activation import Softmax
from slugstudio.engine.declaration import Array
from slugstudio.engine.examples.command_line import Metrics, run
from slugstudio.engine.layers import Convolution, Dense, Flatten, MeanPooling
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import SGD


def train(X: Array, y: Array, epochs: int) -> Metrics:
    """Train two convolutions on 1,000 of the images of shape (n, 784) with one-hot labels of shape (n, 10)."""
    rows = np.random.default_rng(100).permutation(len(X))[:1000]
    model = Model(
        n_epoch=epochs,
        batch_size=3,
        loss=SoftmaxCategoricalCrossEntropy(),
        metrics=["loss", "accuracy"],
        optimizer=SGD(lr=0.01),
    )
    model.add_layer(Convolution(1, (3, 3), inshape=(None, 1, 28, 28)))
    model.add_layer(MeanPooling((2, 2)))
    model.add_layer(Convolution(2, (4, 4)))
    model.add_layer(MeanPooling((2, 2)))
    model.add_layer(Flatten())
    model.add_layer(Dense(10, activation=Softmax()))
    return model.fit(X[rows].reshape(-1, 1, 28, 28), y[rows])


if __name__ == "__main__":
    sys.exit(run(__doc__, train, epochs=100))
