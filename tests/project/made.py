"""Small projects for the tests."""

from __future__ import annotations

from collections.abc import Sequence

from slugstudio.datasets import Circles, Digits, Scale
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling
from slugstudio.engine.optimizers import RMSProp
from slugstudio.engine.train import TrainSettings
from slugstudio.project import Project
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.edits import insert_layer
from slugstudio.project.session import Session


def stack(layers: Sequence[Layer], data: DataChoice | None = None, **training: object) -> Design:
    settings = TrainSettings(epochs=2, batch_size=32, optimizer=RMSProp(lr=0.01)).replace(**training)
    design = Design((), DataChoice() if data is None else data, settings)
    for index, layer in enumerate(layers):
        design, _ = insert_layer(design, index, layer)
    return design


def digits_design() -> Design:
    layers = [
        Convolution(4, (3, 3), activation=ReLU()),
        MaxPooling((2, 2)),
        Flatten(),
        Dropout(0.25),
        Dense(10, activation=Softmax()),
    ]
    return stack(layers, DataChoice(Digits(), Scale(), validation_split=0.5), batch_size=64)


def points_design(n_samples: int = 60, **training: object) -> Design:
    """Return a design that trains in milliseconds: 48 training samples, dropout, RMSProp."""
    layers = [Dense(6, activation=ReLU()), Dropout(0.3), Dense(2, activation=Softmax())]
    return stack(layers, DataChoice(Circles(n_samples), Scale()), **{"batch_size": 10, **training})


def trained(design: Design) -> Project:
    session = Session(Project(design))
    for _ in session.run():
        pass
    return session.capture()
