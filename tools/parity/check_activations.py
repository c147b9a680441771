"""Each activation: its values and the gradient through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from slugstudio.engine.activation import ELU, Activation, LeakyReLU
from slugstudio.engine.declaration import Array
from tools.parity.case import Arrays, Case, named, torch

COUNTERPARTS: dict[str, Callable[[Any, Any], Any]] = {
    "Noop": lambda _, z: z * 1,
    "ReLU": lambda _, z: torch().relu(z),
    "LeakyReLU": lambda activation, z: torch().nn.functional.leaky_relu(z, activation.slope),
    "ELU": lambda activation, z: torch().nn.functional.elu(z, activation.alpha),
    "GELU": lambda _, z: torch().nn.functional.gelu(z, approximate="tanh"),
    "SiLU": lambda _, z: torch().nn.functional.silu(z),
    "Tanh": lambda _, z: torch().tanh(z),
    "Sigmoid": lambda _, z: torch().sigmoid(z),
    "Softplus": lambda _, z: torch().nn.functional.softplus(z, threshold=100),
    "Softmax": lambda _, z: torch().softmax(z, dim=1),
}


def cases() -> Iterator[Case]:
    """Yield every kind with its defaults, and some with other ones."""
    for activation in [*(kind() for kind in Activation.kinds.values()), LeakyReLU(0.3), ELU(2.5)]:
        yield Case(named(activation), partial(_ours, activation), partial(_theirs, activation))


def _inputs(dtype: np.dtype[Any]) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    return rng.normal(scale=4, size=(6, 7)).astype(dtype), rng.normal(size=(6, 7)).astype(dtype)


def _ours(activation: Activation, dtype: np.dtype[Any]) -> Arrays:
    z, grad = _inputs(dtype)
    a = activation.forward(z)
    return {"a": a, "gradient": activation.backward(grad, z, a)}


def _theirs(activation: Activation, dtype: np.dtype[Any]) -> Arrays:
    z, grad = (torch().tensor(array) for array in _inputs(dtype))
    z.requires_grad_()
    a = COUNTERPARTS[activation.kind](activation, z)
    a.backward(grad)
    return {"a": a.detach().numpy(), "gradient": z.grad.numpy()}
