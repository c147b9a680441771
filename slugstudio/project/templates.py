"""Templates: projects to begin with, each of which learns its data well as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slugstudio.datasets import XOR, Circles, Digits, FashionSmall, Scale, Spirals, Standardise
from slugstudio.engine.activation import Noop, ReLU, Softmax, Tanh
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMeanPooling,
    Layer,
    MaxPooling,
    MeanPooling,
    Residual,
)
from slugstudio.engine.optimizers import SGD, Adam, RMSProp
from slugstudio.engine.schedules import CosineDecay
from slugstudio.engine.train import TrainSettings
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.edits import insert_layer
from slugstudio.project.errors import DesignError
from slugstudio.project.project import Project

STARTER = "digits-cnn"


@dataclass(frozen=True)
class Template:
    """A design under a name, with one line about it."""

    name: str
    description: str
    layers: Sequence[Layer]
    data: DataChoice
    training: TrainSettings

    def project(self) -> Project:
        """Return a new project; the same one, ids included, each time."""
        design = Design((), self.data, self.training)
        for index, layer in enumerate(self.layers):
            design, _ = insert_layer(design, index, layer)
        return Project(design)


def template(name: str) -> Project:
    """Return a new project from a template.

    Raises
    ------
    DesignError
        If there is no such template.
    """
    if name not in TEMPLATES:
        raise DesignError(f"There is no template {name!r}; choose one of {', '.join(TEMPLATES)}.")
    return TEMPLATES[name].project()


def _block(n_maps: int, stride: int = 1) -> Residual:
    """Return a block as in He et al. (2016), where one that shrinks the image has a projection."""
    narrow, plain = (Convolution(n_maps, 3, s, activation=Noop(), padding="same", bias=False) for s in (stride, 1))
    return Residual(
        (narrow, BatchNormalization(), ActivationLayer(ReLU()), plain, BatchNormalization()), projection=stride > 1
    )


def _normalised(n_maps: int) -> tuple[Layer, ...]:
    """Return a convolution, normalised before its ReLU as in Ioffe and Szegedy (2015)."""
    plain = Convolution(n_maps, (3, 3), activation=Noop(), padding="same", bias=False)
    return plain, BatchNormalization(), ActivationLayer(ReLU())


_ALL = (
    Template(
        "digits-mlp",
        "Handwritten digits of 8×8 pixels, learned by a network of dense layers in a second.",
        (Flatten(), Dense(64, activation=ReLU()), Dropout(0.25), Dense(10, activation=Softmax())),
        DataChoice(Digits(), Scale()),
        TrainSettings(epochs=40, batch_size=32, optimizer=RMSProp(lr=0.001)),
    ),
    Template(
        "digits-cnn",
        "Handwritten digits of 8×8 pixels, learned by a small convolutional network in seconds.",
        (
            Convolution(16, (3, 3), activation=ReLU()),
            MaxPooling((2, 2)),
            Flatten(),
            Dropout(0.25),
            Dense(64, activation=ReLU()),
            Dense(10, activation=Softmax()),
        ),
        DataChoice(Digits(), Scale()),
        TrainSettings(epochs=60, batch_size=32, optimizer=RMSProp(lr=0.001)),
    ),
    Template(
        "digits-batchnorm",
        "Handwritten digits, learned quickly by two convolutions with batch normalisation.",
        (
            *_normalised(16),
            MaxPooling((2, 2)),
            *_normalised(32),
            GlobalMeanPooling(),
            Dense(10, activation=Softmax()),
        ),
        DataChoice(Digits(), Scale()),
        TrainSettings(epochs=20, batch_size=32, optimizer=Adam(lr=0.003)),
    ),
    Template(
        "fashion-lenet5",
        "LeNet-5 (LeCun et al., 1998), with ReLU in place of its tanh, on pictures of clothes.",
        (
            Convolution(6, (5, 5), activation=ReLU(), padding="same"),  # as theirs, whose images had a border of 2
            MeanPooling((2, 2)),
            Convolution(16, (5, 5), activation=ReLU()),
            MeanPooling((2, 2)),
            Flatten(),
            Dense(120, activation=ReLU()),
            Dense(84, activation=ReLU()),
            Dense(10, activation=Softmax()),
        ),
        DataChoice(FashionSmall(), Standardise()),
        TrainSettings(epochs=15, batch_size=32, optimizer=Adam(lr=0.001)),
    ),
    Template(
        "fashion-cnn",
        "Pictures of clothes of 28×28 pixels, learned by two convolutions in about a minute.",
        (
            Convolution(16, (3, 3), activation=ReLU()),
            MaxPooling((2, 2)),
            Convolution(16, (3, 3), activation=ReLU()),
            MaxPooling((2, 2)),
            Flatten(),
            Dropout(0.25),
            Dense(64, activation=ReLU()),
            Dense(10, activation=Softmax()),
        ),
        DataChoice(FashionSmall(), Scale()),
        TrainSettings(epochs=20, batch_size=32, optimizer=RMSProp(lr=0.002, decay=0.001)),
    ),
    Template(
        "fashion-resnet",
        "Pictures of clothes of 28×28 pixels, learned by two residual blocks in about a minute.",
        (
            Convolution(8, (3, 3), activation=ReLU(), padding="same"),
            MaxPooling((2, 2)),
            _block(16, stride=2),
            _block(16),
            GlobalMeanPooling(),
            Dense(10, activation=Softmax()),
        ),
        DataChoice(FashionSmall(), Scale()),
        TrainSettings(epochs=20, batch_size=32, optimizer=Adam(lr=0.003, schedule=CosineDecay(steps=3000))),
    ),
    Template(
        "spiral",
        "Two spirals in the plane: watch two hidden layers bend the boundary between them.",
        (
            Dense(16, activation=Tanh()),
            Dense(16, activation=Tanh()),
            Dense(2, activation=Softmax()),
        ),
        DataChoice(Spirals(turns=1.5), Standardise()),
        TrainSettings(epochs=1000, batch_size=8, optimizer=SGD(lr=0.03)),
    ),
    Template(
        "circles",
        "A circle within another: two small hidden layers find the closed boundary.",
        (Dense(8, activation=Tanh()), Dense(8, activation=Tanh()), Dense(2, activation=Softmax())),
        DataChoice(Circles(), Standardise()),
        TrainSettings(epochs=200, batch_size=8, optimizer=SGD(lr=0.03)),
    ),
    Template(
        "xor",
        "The exclusive or: the smallest problem that needs a hidden layer, of four units here.",
        (Dense(4, activation=Tanh()), Dense(2, activation=Softmax())),
        DataChoice(XOR(), Standardise()),
        TrainSettings(epochs=200, batch_size=8, optimizer=SGD(lr=0.05)),
    ),
)

TEMPLATES = {each.name: each for each in _ALL}
"""The templates by name, in the order in which they are offered."""
