"""Each optimizer, schedule and clipping: the parameters after each of 50 steps along the same gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.optimizers import SGD, AdaGrad, Adam, AdamW, Nadam, Optimizer, RMSProp
from slugstudio.engine.schedules import CosineDecay, ExponentialDecay, StepDecay, Warmup
from tools.parity.case import Arrays, Case, named, torch

N_STEPS, N_PARAMETERS = 50, 5


def cases() -> Iterator[Case]:
    """Yield every kind with its defaults, and with what else it can do."""
    for optimizer in subjects():
        yield Case(named(optimizer), partial(_ours, optimizer), partial(_theirs, optimizer))


def subjects() -> list[Optimizer]:
    """Return the optimizers that are compared."""
    return [
        *(kind() for kind in Optimizer.kinds.values()),
        SGD(lr=0.1, momentum=0.9),
        SGD(lr=0.1, momentum=0.9, nesterov=True),
        RMSProp(rho=0.5, epsilon=1e-3, lr=0.01),
        AdaGrad(lr=0.1, epsilon=1e-3),
        Adam(lr=0.01, beta_1=0.5, beta_2=0.9, epsilon=1e-3),
        AdamW(lr=0.01, weight_decay=0.5),
        Nadam(lr=0.01, momentum_decay=0.1),
        SGD(lr=0.1, decay=0.05),
        SGD(lr=0.1, clip=0.5),
        SGD(lr=0.1, clip_norm=1.5),
        Adam(schedule=StepDecay(0.5, 20)),
        Adam(schedule=ExponentialDecay(0.5, 20)),
        Adam(schedule=CosineDecay(50, 0.1)),
        Adam(schedule=Warmup(20)),
    ]


def _inputs(dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """Return parameters and gradients; the parameters are zero, so that no digit of a step is lost against them."""
    gradients = np.random.default_rng(2).normal(size=(N_STEPS, N_PARAMETERS))
    return np.zeros(N_PARAMETERS, dtype), gradients.astype(dtype)


def _ours(optimizer: Optimizer, dtype: np.dtype[Any]) -> Arrays:
    vector, gradients = _inputs(dtype)
    slots = [np.zeros_like(vector) for _ in range(optimizer.n_slots)]
    path = []
    for step, gradient in enumerate(gradients):
        optimizer.update(vector, gradient, slots, step)
        path.append(vector.copy())
    return {"path": np.array(path)}


def _theirs(optimizer: Optimizer, dtype: np.dtype[Any]) -> Arrays:
    torch().set_default_dtype(getattr(torch(), dtype.name))  # in which its NAdam multiplies the momenta
    vector, gradients = _inputs(dtype)
    parameter = torch().tensor(vector, requires_grad=True)
    theirs = COUNTERPARTS[optimizer.kind](optimizer, parameter)
    rates = _rates(optimizer, theirs)
    path = []
    for gradient in gradients:
        parameter.grad = torch().tensor(gradient)
        if optimizer.clip > 0:
            torch().nn.utils.clip_grad_value_([parameter], optimizer.clip)
        if optimizer.clip_norm > 0:
            # theirs adds 1e-6 to the length, which ours does not
            length = parameter.grad.norm()
            parameter.grad *= (optimizer.clip_norm / length).clamp(max=1)
        theirs.step()
        rates.step()
        path.append(parameter.detach().numpy().copy())
    return {"path": np.array(path)}


def _rmsprop(optimizer: Any, parameter: Any) -> Any:
    """Make a PyTorch optimizer of the formula in the paper and in Keras; PyTorch's own has epsilon outside the root."""

    class RMSPropWithEpsilonInside(torch().optim.Optimizer):  # type: ignore[misc] # PyTorch has no types here
        def step(self, closure: Any = None) -> None:
            del closure
            with torch().no_grad():
                mean_square = self.state.setdefault("mean_square", torch().zeros_like(parameter))
                mean_square.mul_(optimizer.rho).add_((1 - optimizer.rho) * parameter.grad**2)
                parameter.sub_(self.param_groups[0]["lr"] * parameter.grad / (mean_square + optimizer.epsilon).sqrt())

    return RMSPropWithEpsilonInside([parameter], {"lr": optimizer.lr})


def _adam(kind: str) -> Callable[[Any, Any], Any]:
    def make(optimizer: Any, parameter: Any) -> Any:
        own = {"AdamW": "weight_decay", "NAdam": "momentum_decay"}.get(kind)
        return getattr(torch().optim, kind)(
            [parameter],
            lr=optimizer.lr,
            betas=(optimizer.beta_1, optimizer.beta_2),
            eps=optimizer.epsilon,
            **({own: getattr(optimizer, own)} if own else {}),
        )

    return make


COUNTERPARTS: dict[str, Callable[[Any, Any], Any]] = {
    "SGD": lambda optimizer, parameter: torch().optim.SGD(
        [parameter], lr=optimizer.lr, momentum=optimizer.momentum, nesterov=optimizer.nesterov
    ),
    "RMSProp": _rmsprop,
    "AdaGrad": lambda optimizer, parameter: torch().optim.Adagrad([parameter], lr=optimizer.lr, eps=optimizer.epsilon),
    "Adam": _adam("Adam"),
    "AdamW": _adam("AdamW"),
    "Nadam": _adam("NAdam"),
}


def _rates(optimizer: Any, theirs: Any) -> Any:
    """Return PyTorch's schedule of the learning rate."""
    schedules, schedule = torch().optim.lr_scheduler, optimizer.schedule
    match schedule:
        case StepDecay():
            return schedules.StepLR(theirs, schedule.every, schedule.gamma)
        case ExponentialDecay():
            return schedules.ExponentialLR(theirs, schedule.gamma ** (1 / schedule.every))
        case CosineDecay():
            return schedules.CosineAnnealingLR(theirs, schedule.steps, optimizer.lr * schedule.lowest)
        case Warmup():
            return schedules.LinearLR(theirs, 1 / schedule.steps, 1.0, schedule.steps - 1)
    return schedules.LambdaLR(theirs, lambda t: 1 / (1 + optimizer.decay * t))
