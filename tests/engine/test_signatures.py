"""The seed's names, constructor arguments, their order and their defaults are kept: its programs run as they are."""

from __future__ import annotations

from importlib import import_module
from inspect import Parameter, signature
from math import inf
from typing import Any

import pytest

from slugstudio.engine.activation import Noop
from slugstudio.engine.initializations import GlorotUniform
from slugstudio.engine.loss import BinaryCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import SGD

RATES = [("lr", 0.001), ("clip", -1), ("decay", 0.0), ("lr_min", 0.0), ("lr_max", inf)]
REQUIRED = Parameter.empty

CONSTRUCTORS: list[tuple[str, str, list[tuple[str, Any]]]] = [
    ("activation", "Noop", []),
    ("activation", "ReLU", []),
    ("activation", "Tanh", []),
    ("activation", "Sigmoid", []),
    ("activation", "Softmax", []),
    (
        "layers",
        "Dense",
        [("outshape", REQUIRED), ("inshape", None), ("activation", Noop()), ("init", GlorotUniform())],
    ),
    ("layers", "Dropout", [("p", 0.0)]),
    (
        "layers",
        "Convolution",
        [
            ("nb_kernel", REQUIRED),
            ("kernel_size", REQUIRED),
            ("stride", 1),
            ("inshape", None),
            ("init", GlorotUniform()),
            ("activation", None),
        ],
    ),
    ("layers", "MeanPooling", [("pool_size", REQUIRED), ("inshape", None)]),
    ("layers", "MaxPooling", [("pool_size", REQUIRED), ("inshape", None)]),
    ("layers", "Flatten", [("outdim", 2)]),
    ("loss", "BinaryCrossEntropy", [("epsilon", 1e-11)]),
    ("loss", "SoftmaxCategoricalCrossEntropy", [("epsilon", 1e-11)]),
    ("optimizers", "SGD", RATES),
    ("optimizers", "RMSProp", [("rho", 0.9), ("epsilon", 1e-6), *RATES]),
    (
        "model",
        "Model",
        [
            ("lr", 0.1),
            ("n_epoch", 400000),
            ("batch_size", 32),
            ("layers", None),
            ("optimizer", None),  # SGD(lr=lr)
            ("loss", None),  # BinaryCrossEntropy()
            ("validation_split", 0.2),
            ("metrics", None),  # ["loss"]
            ("progress", True),
            ("log_interval", 1),
        ],
    ),
]


@pytest.mark.parametrize(("module", "name", "expected"), CONSTRUCTORS, ids=lambda value: str(value)[:30])
def test_constructor_takes_the_seeds_arguments(module: str, name: str, expected: list[tuple[str, Any]]) -> None:
    made = getattr(import_module(f"slugstudio.engine.{module}"), name)
    found = [(p.name, p.default) for p in signature(made).parameters.values()]
    assert found[: len(expected)] == expected
    assert all(default is not REQUIRED for _, default in found[len(expected) :])


def test_what_a_model_takes_where_nothing_is_given() -> None:
    model = Model()
    assert model.settings.optimizer == SGD(lr=0.1)
    assert model.settings.loss == BinaryCrossEntropy()
    assert model.metrics == ("loss",)
    assert model.layers == ()


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, n, _ in CONSTRUCTORS if m != "model"])
def test_what_is_shared_as_a_default_cannot_be_changed(module: str, name: str) -> None:
    made = getattr(import_module(f"slugstudio.engine.{module}"), name)
    assert made.__dataclass_params__.frozen
    for parameter in signature(made).parameters.values():
        hash(parameter.default)  # what can be changed has no hash
