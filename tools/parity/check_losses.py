"""Each loss: its value, its gradient, and the gradient through the last activation that goes with it; and weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.layers import Dense
from slugstudio.engine.loss import BinaryCrossEntropy, Huber, Loss, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from slugstudio.engine.weighting import class_weights
from tools.parity.case import Arrays, Case, named, torch
from tools.parity.check_activations import COUNTERPARTS


def _binary(loss: Any, outputs: Any, targets: Any) -> Any:
    functional = torch().nn.functional
    targets = targets * (1 - loss.label_smoothing) + loss.label_smoothing / 2
    compare = functional.binary_cross_entropy_with_logits if loss.from_logits else functional.binary_cross_entropy
    return compare(outputs, targets)


def _categorical(loss: Any, outputs: Any, targets: Any) -> Any:
    if loss.from_logits:
        labels = targets.argmax(dim=1)
        return torch().nn.functional.cross_entropy(outputs, labels, label_smoothing=loss.label_smoothing)
    targets = targets * (1 - loss.label_smoothing) + loss.label_smoothing / targets.shape[1]
    return -(targets * outputs.log()).sum() / len(outputs)


COUNTERPARTS_OF_LOSSES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "BinaryCrossEntropy": _binary,
    "SoftmaxCategoricalCrossEntropy": _categorical,
    "MeanSquaredError": lambda _, outputs, targets: torch().nn.functional.mse_loss(outputs, targets),
    "MeanAbsoluteError": lambda _, outputs, targets: torch().nn.functional.l1_loss(outputs, targets),
    "Huber": lambda loss, outputs, targets: torch().nn.functional.huber_loss(outputs, targets, delta=loss.delta),
    # PyTorch has no such loss; its own derivatives of the formula judge ours
    "Hinge": lambda _, outputs, targets: torch().relu(1 - (2 * targets - 1) * outputs).mean(),
}


CLASS_WEIGHTS = (0.5, 3.0, 1.0, 0.0, 2.0)


def cases() -> Iterator[Case]:
    """Yield every kind with its defaults, and some with other ones."""
    losses: list[Loss] = [kind() for kind in Loss.kinds.values()]
    for kind in (BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy):
        losses += [kind(from_logits=True), kind(label_smoothing=0.2), kind(from_logits=True, label_smoothing=0.2)]
    for loss in [*losses, Huber(delta=0.3)]:
        yield Case(named(loss), partial(_ours, loss), partial(_theirs, loss))
    yield Case("weights of classes", _weighted, _their_weighted)


def _inputs(dtype: np.dtype[Any]) -> tuple[Array, Array]:
    rng = np.random.default_rng(1)
    return rng.normal(scale=2, size=(8, 5)).astype(dtype), rng.integers(0, 5, 8)


def _ours(loss: Loss, dtype: np.dtype[Any]) -> Arrays:
    sums, labels = _inputs(dtype)
    targets = loss.encode(labels, sums.shape[1], dtype)
    outputs = loss.partner().forward(sums)
    return {
        "loss": np.array(loss.forward(outputs, targets)),
        "gradient": loss.backward(outputs, targets),
        "to_sums": loss.gradient_to_sums(outputs, targets),
    }


def _theirs(loss: Loss, dtype: np.dtype[Any]) -> Arrays:
    sums, labels = _inputs(dtype)
    z = torch().tensor(sums, requires_grad=True)
    targets = torch().tensor(np.eye(sums.shape[1], dtype=dtype)[labels])
    outputs = COUNTERPARTS[loss.partner.__name__](loss.partner(), z)
    outputs.retain_grad()
    value = COUNTERPARTS_OF_LOSSES[loss.kind](loss, outputs, targets)
    value.backward()
    return {"loss": value.detach().numpy(), "gradient": outputs.grad.numpy(), "to_sums": z.grad.numpy()}


def _weighted(dtype: np.dtype[Any]) -> Arrays:
    """Let a network that leaves everything as it is learn, so that its first gradient is that to the sums."""
    sums, labels = _inputs(dtype)
    loss = SoftmaxCategoricalCrossEntropy(from_logits=True)
    targets = loss.encode(labels, sums.shape[1], dtype)
    weights = class_weights(labels, dict(enumerate(CLASS_WEIGHTS))).astype(dtype)
    network = Network([Dense(sums.shape[1])], sums.shape[1:], dtype=dtype)
    network.parameters["dense_1/weight"][...] = np.eye(sums.shape[1])
    value, _ = network.loss_and_gradients(sums, targets, loss, weights)
    gradients = network.gradients
    return {
        "each": loss.of_each(sums, targets) * weights,
        "loss": np.array(value),
        "to_weight": gradients["dense_1/weight"],
        "to_bias": gradients["dense_1/bias"],
    }


def _their_weighted(dtype: np.dtype[Any]) -> Arrays:
    sums, labels = _inputs(dtype)
    weight = torch().eye(sums.shape[1], dtype=getattr(torch(), dtype.name)).requires_grad_()
    bias = torch().zeros_like(weight[0], requires_grad=True)
    compare = torch().nn.CrossEntropyLoss(torch().tensor(CLASS_WEIGHTS, dtype=weight.dtype), reduction="none")
    each = compare(torch().tensor(sums) @ weight + bias, torch().tensor(labels))
    value = each.mean()  # not over the sum of the weights, as "mean" would be
    value.backward()
    return {
        "each": each.detach().numpy(),
        "loss": value.detach().numpy(),
        "to_weight": weight.grad.numpy(),
        "to_bias": bias.grad.numpy(),
    }
