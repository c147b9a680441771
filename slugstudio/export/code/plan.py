"""What is known of a design before code is written for it."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers.base import Part, as_step
from slugstudio.engine.loss.cross_entropy import CrossEntropy
from slugstudio.engine.operations import AddShortcut, Operation, Step
from slugstudio.export.code.lines import Line, remark
from slugstudio.project.analysis import analyse
from slugstudio.project.design import Design


@dataclass(frozen=True)
class PlannedLayer:
    """A layer of the stack: its id, and either what it amounts to, or why that is not known."""

    id: str
    name: str
    step: Step | None
    problem: str = ""


def missing_lines(layer: PlannedLayer, indent: int) -> list[Line]:
    """Say in a comment why a layer is not there."""
    reason = layer.problem or "what arrives at it is not known."
    return remark(f"{layer.name} is left out: {reason}", indent, layer.id)


@dataclass(frozen=True)
class Plan:
    """A design as code is written for it.

    ``last`` is the activation that the loss takes over in training, and that is left out of the way forward; Noop if
    there is none. ``squash`` is what makes probabilities of what leaves the way forward: it, or for a loss from logits
    what that loss takes.
    """

    design: Design
    preprocessing: tuple[Operation, ...]
    layers: tuple[PlannedLayer, ...]
    last: Activation
    squash: Activation

    @property
    def input_shape(self) -> Shape:
        """The shape of a sample."""
        return self.design.data.source.sample_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of what leaves the last layer that is known."""
        known = [layer.step.output_shape for layer in self.layers if layer.step is not None]
        return known[-1] if known else self.input_shape

    def measured(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Return ``offset`` and ``scale`` of the preprocessing, of shape (channels,), as they go with samples."""
        size = (self.input_shape[0], *(1 for _ in self.input_shape[1:]))
        return {name: np.asarray(array, np.float32).reshape(size) for name, array in arrays.items()}

    def operations(self) -> set[type[Operation]]:
        """Return which operations occur."""
        return set(map(type, _all(step for layer in self.layers if (step := layer.step))))


def _all(steps: Iterable[Step]) -> Iterable[Operation]:
    for step in steps:
        for operation in step.operations:
            yield operation
            if isinstance(operation, AddShortcut):
                yield from _all((*operation.stack, *operation.shortcut))


def plan(design: Design) -> Plan:
    """Return a design as code is written for it; a layer with a problem has no step, nor have those after it."""
    design = design.working
    facts = analyse(design).layers
    layers = []
    for entry, found in zip(design.layers, facts, strict=True):
        step, problem = None, "" if found.problem is None else found.problem.message
        if found.input_shape is not None and found.output_shape is not None:
            try:
                step = as_step(Part(entry.name, entry.layer, found.input_shape, found.output_shape))
            except ConfigError as error:
                problem = str(error)
        layers.append(PlannedLayer(entry.id, entry.name, step, problem))
    loss = design.training.loss
    after = design.layers[-1].layer.after if design.layers else Noop()
    taken = after if isinstance(after, loss.partner) else Noop()
    squash = loss.squash if isinstance(loss, CrossEntropy) and loss.from_logits else taken
    return Plan(design, design.data.preprocessing.operations(), _without(layers, taken), taken, squash)


def _without(layers: list[PlannedLayer], taken: Activation) -> tuple[PlannedLayer, ...]:
    """Return the layers without the activation that the loss takes over, which is the last operation."""
    if taken == Noop() or layers[-1].step is None:
        return tuple(layers)
    *before, last = layers
    step = layers[-1].step._replace(operations=layers[-1].step.operations[:-1])
    return (*before, replace(last, step=step))


def safe_names(names: Iterable[str], taken: Callable[[str], object]) -> dict[str, str]:
    """Return for each name one that is neither a word of Python nor taken, with as few underscores added as can be."""
    found: dict[str, str] = {}
    names = list(names)
    for name in names:
        safe = name
        while keyword.iskeyword(safe) or taken(safe) or safe in found.values() or (safe != name and safe in names):
            safe += "_"
        found[name] = safe
    return found
