"""Exclusive or: the smallest problem that a network without a hidden layer cannot solve."""

from __future__ import annotations

import sys

import numpy as np

from slugstudio.engine.activation import Sigmoid, Tanh
from slugstudio.engine.layers import Dense
from slugstudio.engine.loss import BinaryCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import SGD

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]])


def main() -> int:
    """Train, and print the answer for each input."""
    model = Model(
        n_epoch=2000,
        batch_size=4,
        loss=BinaryCrossEntropy(),
        metrics=["loss", "accuracy"],
        optimizer=SGD(lr=0.5),
        validation_split=0,
        log_interval=500,
    )
    model.add_layer(Dense(8, inshape=2, activation=Tanh()))
    model.add_layer(Dense(1, activation=Sigmoid()))
    model.fit(X, Y)
    answers = model.transform(X)
    for (a, b), answer in zip(X, answers[:, 0], strict=True):
        sys.stdout.write(f"{a} xor {b} = {answer:.3f}\n")
    return 0 if np.array_equal(answers.round(), Y) else 1


if __name__ == "__main__":
    sys.exit(main())
