"""Designs of which code is written in tests: one for each kind of layer, and random ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from slugstudio.engine.activation import ELU, GELU, Activation, Noop, Sigmoid, Softmax
from slugstudio.engine.constraints import Constraint
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Flatten, Layer, Reshape
from slugstudio.engine.layers.base import Group
from slugstudio.engine.loss import Loss
from slugstudio.engine.optimizers import Optimizer
from slugstudio.engine.penalties import L1, Penalty
from slugstudio.engine.schedules import Schedule, Warmup
from slugstudio.engine.train import TrainSettings
from slugstudio.project import edits
from slugstudio.project.design import Design
from slugstudio.project.templates import TEMPLATES, template
from tests.engine.test_layers import CASES
from tools.parity.check_layers import stack
from tools.parity.designs import design

N_RANDOM = 30


def _dense(training: TrainSettings, units: int = 3, last: Activation | None = None, **rules: object) -> Design:
    return design([Dense(4, **rules), Dense(units, activation=last or Softmax())], (5,), training, n_classes=units)


def designs() -> dict[str, Design]:
    """Return many designs, in which every kind occurs that training and layers know."""
    found = {name: template(name).design for name in TEMPLATES}
    found |= {f"layer_{number}": design([layer], shape) for number, (layer, shape) in enumerate(CASES)}
    for seed in range(N_RANDOM):
        layers, shape = stack(seed)
        found[f"stack_{seed}"] = design(layers, shape)
    for activation in Activation.kinds.values():
        found[f"activation_{activation.kind}"] = _dense(TrainSettings(), last=activation())
    for kind in Loss.kinds.values():
        for units in (1, 3) if kind().least_outputs == 1 else (3,):
            for last in (Noop(), Sigmoid(), Softmax()):
                settings = TrainSettings(loss=kind(), metrics=())
                found[f"loss_{kind.kind}_{units}_{last.kind}"] = _dense(settings, units, last)
    for kind in Optimizer.kinds.values():
        optimizer = kind(lr=0.5, clip=1, clip_norm=2, decay=0.1, lr_min=1e-6, lr_max=0.25)
        found[f"optimizer_{kind.kind}"] = _dense(TrainSettings(optimizer=optimizer))
    for kind in Schedule.kinds.values():
        for schedule in (kind(), Warmup(10, kind())):
            settings = TrainSettings(optimizer=Optimizer.kinds["SGD"](schedule=schedule))
            found[f"schedule_{schedule.kind}_{kind.kind}"] = _dense(settings)
    for penalty in Penalty.kinds.values():
        found[f"penalty_{penalty.kind}"] = _dense(TrainSettings(), penalty=penalty())
    for constraint in Constraint.kinds.values():
        found[f"constraint_{constraint.kind}"] = _dense(TrainSettings(), constraint=constraint())
    found |= _long()
    found["flat"] = design([Flatten()], (2, 2))
    found["empty"] = design([], (3,))
    found["wrong"] = design([Dense(3, penalty=L1()), Flatten(), Dense(2)], (1, 8, 8))
    found["axes"] = design([Reshape((2, 1, 3, 1, 2)), BatchNormalization()], (12,))
    found["told by nobody"] = design([Untold()], (3,))
    return found


def _long() -> dict[str, Design]:
    """Return designs whose code does not fit into a line."""
    sizes = {"stride": (999, 998), "dilation": (1000, 1001), "padding": (1000, 1024), "groups": 2048, "bias": False}
    layer = Convolution(4096, (1000, 1001), activation=GELU(), **sizes)
    uneven = Convolution(2, 4, activation=ELU(0.123456789), padding="same")
    found = {"arguments": design([layer], (4096, 1_000_000, 2_000_000)), "uneven": design([uneven], (1, 5, 5))}
    found = {name: edits.rename_layer(each, each.ids[0], "x" * 64) for name, each in found.items()}
    return found | {"classes": design([Dense(40)], (3,), n_classes=40), "class": design([Dense(1)], (3,), n_classes=1)}


@dataclass(frozen=True)
class Untold(Layer, abstract=True):
    """Tells no operations, as one that somebody wrote for themselves may."""

    group: ClassVar[Group] = "shape"
    formula: ClassVar[str] = "y = x"

    def forward(self, x: Any, params: Any, mode: Any) -> Any:
        return x, None

    def backward(self, grad: Any, cache: Any, params: Any) -> Any:
        return grad
