"""Time a training step of the templates, and of scikit-learn's kind of network, against other libraries.

``python -m benchmarks.bench`` interleaves all of them in one run and prints, besides our own microseconds a step, how
many times as fast as a rival the engine is (above 1: faster), with the range over the rounds. A rival that is not
installed is left out. Every figure goes through the public training path: shuffling, loss and accuracy included.
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks import rivals
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import Dense, Layer
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.train import TrainData, TrainSettings, train
from slugstudio.project.templates import TEMPLATES

ROUNDS = 5
N_SAMPLES = 1600
HIDDEN = 200

Rows = dict[str, list[float]]


def noise(shape: Shape, n_classes: int) -> TrainData:
    """Return samples of a shape without meaning: a step takes as long on them as on any others."""
    rng = np.random.default_rng(0)
    x = rng.random((N_SAMPLES, *shape), dtype=np.float32)
    labels = rng.integers(0, n_classes, N_SAMPLES)
    return TrainData(x, labels, x[:0], labels[:0])


def engine_seconds(network: Network, data: TrainData, settings: TrainSettings) -> float:
    """Return the seconds of one epoch."""

    def epoch() -> None:
        for _ in train(network, data, settings):
            pass

    return rivals.timed(epoch)


def measure(name: str, layers: tuple[Layer, ...], shape: Shape, settings: TrainSettings, rows: Rows) -> None:
    """Time one round of a network and of its rivals, and add the figures to the rows."""
    network = Network(layers, shape)
    data = noise(shape, network.output_shape[0])
    settings = settings.replace(epochs=1)
    own = engine_seconds(network, data, settings)
    n_steps = -(-N_SAMPLES // settings.batch_size)
    rows.setdefault(f"{name}: us a step", []).append(1e6 * own / n_steps)
    if name.startswith("MLP") and rivals.has("sklearn"):
        other = rivals.sklearn_seconds(data.x, data.y, HIDDEN, settings.batch_size)
        rows.setdefault("    times as fast as scikit-learn", []).append(other / own)
    if rivals.has("torch"):
        other = rivals.torch_seconds(network, data.x, data.y, settings)
        rows.setdefault(f"    times as fast as PyTorch ({name})", []).append(other / own)


def main() -> None:
    """Print the table."""
    rows: Rows = {}
    mlp = (Dense(HIDDEN, activation=ReLU()), Dense(10, activation=Softmax()))
    for _ in range(ROUNDS):
        measure(f"MLP 784-{HIDDEN}-10", mlp, (784,), TrainSettings(batch_size=32, optimizer=SGD(lr=0.01)), rows)
        for name, template in TEMPLATES.items():
            measure(name, tuple(template.layers), template.data.source.sample_shape, template.training, rows)
    sys.stdout.write(f"{'':48}{'median':>10}{'min':>10}{'max':>10}\n")
    for name, values in rows.items():
        sys.stdout.write(f"{name:48}{np.median(values):10.2f}{min(values):10.2f}{max(values):10.2f}\n")


if __name__ == "__main__":
    main()
