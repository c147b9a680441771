"""Time a training step of the engine against scikit-learn's on the same network, interleaved in one run.

``make bench`` prints the ratio (above 1: the engine is faster) with its range over the rounds.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.data.embedded import get_fashion_small
from slugstudio.engine.layers import Convolution, Dense, Flatten, MaxPooling
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.train import TrainData, TrainSettings, train

ROUNDS = 5
HIDDEN, BATCH = 200, 32


def engine_seconds(network: Network, data: TrainData) -> float:
    """Return the seconds of one epoch through the public training path."""
    settings = TrainSettings(epochs=1, batch_size=BATCH, optimizer=SGD(lr=0.01))
    begin = time.perf_counter()
    for _ in train(network, data, settings):
        pass
    return time.perf_counter() - begin


def reference_seconds(x: np.ndarray, labels: np.ndarray) -> float:
    """Return the seconds of one epoch of scikit-learn's MLPClassifier, with its better thread setting of one and two."""
    seconds = []
    for threads in (1, 2):
        network = MLPClassifier(
            (HIDDEN,), solver="sgd", momentum=0, alpha=0, batch_size=BATCH, learning_rate_init=0.01, max_iter=1
        )
        with threadpool_limits(threads), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that one epoch is few
            begin = time.perf_counter()
            network.fit(x, labels)
            seconds.append(time.perf_counter() - begin)
    return min(seconds)


def main() -> None:
    """Print the table."""
    X, y = get_fashion_small()
    x, labels = (X / 255).astype(np.float32), y.argmax(axis=1)
    data = TrainData(x, labels, x[:0], labels[:0])
    images = TrainData(x.reshape(-1, 1, 28, 28), labels, x[:0].reshape(-1, 1, 28, 28), labels[:0])
    mlp = Network([Dense(HIDDEN, activation=ReLU()), Dense(10, activation=Softmax())], (784,))
    cnn = Network(
        [Convolution(8, 3), MaxPooling(2), Flatten(), Dense(32, activation=ReLU()), Dense(10, activation=Softmax())],
        (1, 28, 28),
    )
    steps = -(-len(x) // BATCH)
    ratios, own, conv = [], [], []
    for _ in range(ROUNDS):
        own.append(engine_seconds(mlp, data) / steps)
        ratios.append(reference_seconds(x, labels) / steps / own[-1])
        conv.append(engine_seconds(cnn, images) / steps / own[-1])
    rows = [
        ("MLP 784-200-10, batch 32, us a step", 1e6 * np.array(own)),
        ("  as fast as scikit-learn, times", np.array(ratios)),
        ("CNN 8@3x3, batch 32, MLP steps a step", np.array(conv)),
    ]
    sys.stdout.write(f"{'':42}{'median':>10}{'min':>10}{'max':>10}\n")
    for name, values in rows:
        sys.stdout.write(f"{name:42}{np.median(values):10.2f}{values.min():10.2f}{values.max():10.2f}\n")


if __name__ == "__main__":
    main()
