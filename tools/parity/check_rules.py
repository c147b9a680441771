"""Penalties and constraints: alone, and L2 beside the weight decay of PyTorch's SGD."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from slugstudio.engine.activation import Tanh
from slugstudio.engine.constraints import Constraint, MaxNorm
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers import Dense
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.penalties import L2, Penalty
from tools.parity.case import Arrays, Case, named, torch

N_STEPS, RATE, STRENGTH = 30, 0.1, 0.2
AXES = (0, 1)
"""Along which the units lie: in a convolution along the first, in the others along the second."""

PENALTIES: dict[str, Any] = {
    "L1": lambda penalty, weight: penalty.strength * weight.abs().sum(),
    "L2": lambda penalty, weight: penalty.strength / 2 * (weight**2).sum(),
    "L1L2": lambda penalty, weight: penalty.l1 * weight.abs().sum() + penalty.l2 / 2 * (weight**2).sum(),
}


def _max_norm(constraint: Any, weight: Any, unit_axis: int) -> Any:
    """Do as torch.renorm, which adds 1e-7 to the length; that would be seen in float64."""
    others = [axis for axis in range(weight.ndim) if axis != unit_axis]
    lengths = torch().linalg.vector_norm(weight, dim=others, keepdim=True)
    return weight * (constraint.limit / lengths).clamp(max=1)


CONSTRAINTS: dict[str, Any] = {
    "MaxNorm": _max_norm,
    "NonNegative": lambda _, weight, __: weight.clamp(min=0),
}


def cases() -> Iterator[Case]:
    """Yield every kind with its defaults, limits that some units exceed, and a training."""
    for penalty in [kind() for kind in Penalty.kinds.values()]:
        yield Case(named(penalty), partial(_penalty, penalty), partial(_their_penalty, penalty))
    for constraint in [*(kind() for kind in Constraint.kinds.values()), MaxNorm(6.0)]:
        yield Case(named(constraint), partial(_constraint, constraint), partial(_their_constraint, constraint))
    yield Case(f"{N_STEPS} steps with {L2(STRENGTH)}", _training, _their_training)


def _weight(dtype: np.dtype[Any]) -> Array:
    return np.random.default_rng(3).normal(size=(4, 3, 2, 5)).astype(dtype)


def _penalty(penalty: Penalty, dtype: np.dtype[Any]) -> Arrays:
    weight = _weight(dtype)
    return {"value": np.array(penalty.forward(weight)), "gradient": penalty.backward(weight)}


def _their_penalty(penalty: Penalty, dtype: np.dtype[Any]) -> Arrays:
    weight = torch().tensor(_weight(dtype), requires_grad=True)
    value = PENALTIES[penalty.kind](penalty, weight)
    value.backward()
    return {"value": value.detach().numpy(), "gradient": weight.grad.numpy()}


def _constraint(constraint: Constraint, dtype: np.dtype[Any]) -> Arrays:
    found = {f"units along {axis}": _weight(dtype) for axis in AXES}
    for axis, weight in zip(AXES, found.values(), strict=True):
        constraint.apply(weight, axis)
    return found


def _their_constraint(constraint: Constraint, dtype: np.dtype[Any]) -> Arrays:
    weight, apply = torch().tensor(_weight(dtype)), CONSTRAINTS[constraint.kind]
    return {f"units along {axis}": apply(constraint, weight, axis).numpy() for axis in AXES}


def _start(dtype: np.dtype[Any]) -> tuple[Network, Array, Array]:
    rng = np.random.default_rng(4)
    network = Network([Dense(3, activation=Tanh(), penalty=L2(STRENGTH))], (5,), dtype=dtype)
    return network, rng.normal(size=(7, 5)).astype(dtype), rng.normal(size=(7, 3)).astype(dtype)


def _training(dtype: np.dtype[Any]) -> Arrays:
    network, x, y = _start(dtype)
    for step in range(N_STEPS):
        network.loss_and_gradients(x, y, MeanSquaredError())
        SGD(lr=RATE).update(network.vector, network.gradient_vector, [], step)
    return {"weight": network.parameters["dense_1/weight"], "bias": network.parameters["dense_1/bias"]}


def _their_training(dtype: np.dtype[Any]) -> Arrays:
    network, *data = _start(dtype)
    weight, bias = (torch().tensor(array, requires_grad=True) for array in network.parameters.values())
    x, y = (torch().tensor(array) for array in data)
    sgd = torch().optim.SGD([{"params": [weight], "weight_decay": STRENGTH}, {"params": [bias]}], lr=RATE)
    for _ in range(N_STEPS):
        sgd.zero_grad()
        torch().nn.functional.mse_loss(torch().tanh(x @ weight + bias), y).backward()
        sgd.step()
    return {"weight": weight.detach().numpy(), "bias": bias.detach().numpy()}
