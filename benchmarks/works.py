"""The rows of the table: what every library has to do, said once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slugstudio.engine.activation import ReLU, Softmax, Tanh
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling, MeanPooling
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Adam, RMSProp
from slugstudio.engine.train import TrainData, TrainSettings

N_INFERRED = 10_000


@dataclass(frozen=True)
class Work:
    """A network, and what is done with it ``times`` times between two looks at the clock: steps, or runs.

    ``least`` is how many times as fast as PyTorch the project has set itself to be.
    """

    name: str
    what: str
    least: float | None
    layers: tuple[Layer, ...]
    shape: Shape
    times: int

    @property
    def flops(self) -> int:
        """The floating point operations of the matrix products of one step, or run."""
        raise NotImplementedError

    def network(self) -> Network:
        """Return the network as the engine builds it."""
        return Network(self.layers, self.shape)

    def samples(self, n: int) -> Array:
        """Return n samples without meaning: a step takes as long on them as on any others."""
        return np.random.default_rng(0).standard_normal((n, *self.shape), dtype=np.float32)


@dataclass(frozen=True)
class Training(Work):
    """An epoch of ``times`` steps by the batch size, the optimizer and the loss of the settings."""

    settings: TrainSettings

    def data(self) -> TrainData:
        """Return as many samples as an epoch takes, with labels."""
        x = self.samples(self.times * self.settings.batch_size)
        labels = np.random.default_rng(1).integers(0, self.network().output_shape[0], len(x))
        return TrainData(x, labels, x[:0], labels[:0])

    @property
    def flops(self) -> int:
        """The floating point operations of the matrix products of one step."""
        costs = [row.multiply_adds for row in self.network().summary()]
        return 2 * self.settings.batch_size * (3 * sum(costs) - costs[0])  # nobody needs the gradient to the samples


@dataclass(frozen=True)
class Inference(Work):
    """The outputs for 10,000 samples."""

    @property
    def flops(self) -> int:
        """The floating point operations of the matrix products of one run."""
        return 2 * N_INFERRED * sum(row.multiply_adds for row in self.network().summary())


def perceptron(units: int) -> tuple[Layer, ...]:
    """Return the seed's multilayer perceptron, with so many hidden units."""
    return (Dense(units, activation=ReLU()), Dense(10, activation=Softmax()))


def large_cnn(kernels: int) -> tuple[Layer, ...]:
    """Return a convolutional network as one would build it for MNIST, with so many kernels in the first convolution."""
    return (
        Convolution(kernels, (3, 3)),
        MaxPooling((2, 2)),
        Convolution(64, (3, 3)),
        MaxPooling((2, 2)),
        Flatten(),
        Dense(128, activation=ReLU()),
        Dropout(0.5),
        Dense(10, activation=Softmax()),
    )


MLP = perceptron(200)
DROPPED = (MLP[0], Dropout(0.5), MLP[1])
SMALL_CNN = (
    Convolution(1, (3, 3)),
    MeanPooling((2, 2)),
    Convolution(2, (4, 4)),
    MeanPooling((2, 2)),
    Flatten(),
    Dense(10, activation=Softmax()),
)
LARGE_CNN = large_cnn(32)
PLAYGROUND = (Dense(16, activation=Tanh()), Dense(16, activation=Tanh()), Dense(2, activation=Softmax()))

FLAT, IMAGE = (784,), (1, 28, 28)
RMSPROP, DESCENT, ADAM = RMSProp(), SGD(lr=0.01), Adam()


def _settings(optimizer: RMSProp | SGD | Adam, batch_size: int) -> TrainSettings:
    return TrainSettings(batch_size=batch_size, optimizer=optimizer)


WORKS: dict[str, Work] = {
    work.name: work
    for work in (
        Training("W1", "MLP 784-200-10, RMSProp, batch 32", 1.75, MLP, FLAT, 200, _settings(RMSPROP, 32)),
        Training("W1b", "the same, batch 128", 1.5, MLP, FLAT, 100, _settings(RMSPROP, 128)),
        Training("W1s", "W1 with SGD", None, MLP, FLAT, 200, _settings(DESCENT, 32)),
        Training("W2", "W1 with Dropout(0.5)", 2.0, DROPPED, FLAT, 200, _settings(RMSPROP, 32)),
        Training("W3", "the seed's CNN, SGD, batch 3", 4.3, SMALL_CNN, IMAGE, 1_000, _settings(DESCENT, 3)),
        Training("W4", "CNN 32-64, dense 128, dropout, Adam, batch 64", 1.35, LARGE_CNN, IMAGE, 8, _settings(ADAM, 64)),
        Training("W5", "2-16-16-2 tanh, SGD, batch 10", 14.0, PLAYGROUND, (2,), 5_000, _settings(DESCENT, 10)),
        Inference("W6a", "inference of the MLP, 10,000 images", 0.95, MLP, FLAT, 10),
        Inference("W6b", "inference of W4's network, 10,000 images", 2.3, LARGE_CNN, IMAGE, 2),
    )
}
"""The rows by name, in their order."""
