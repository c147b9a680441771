"""Analysis: what a design amounts to, layer by layer, and what keeps it from working."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import times
from slugstudio.engine.layers.stacked import output_shapes
from slugstudio.engine.loss import Loss
from slugstudio.project.design import Design, LayerEntry

Severity = Literal["error", "warning"]

MAX_TRAINED_BYTES = 2 * 2**30
"""How large weights and optimizer state may be together; a project file holds no more."""


@dataclass(frozen=True)
class Problem:
    """Something that keeps a design from working (error) or from working well (warning).

    ``layer_id`` says where to show it; None stands for the design as a whole.
    """

    severity: Severity
    layer_id: str | None
    message: str


@dataclass(frozen=True)
class LayerAnalysis:
    """What one layer receives, gives and costs; None is what a problem leaves unknown.

    Shapes leave out the batch axis; ``multiply_adds`` are those of one sample in the forward pass.
    """

    id: str
    name: str
    input_shape: Shape | None
    output_shape: Shape | None
    n_parameters: int | None
    multiply_adds: int | None
    problem: Problem | None


@dataclass(frozen=True)
class Analysis:
    """Shapes, counts and problems of a design; ``n_parameters`` counts the layers that are known."""

    layers: tuple[LayerAnalysis, ...]
    problems: tuple[Problem, ...]
    n_parameters: int

    @property
    def playable(self) -> bool:
        """Whether the design can be trained: it has no error."""
        return self.obstacle is None

    @property
    def obstacle(self) -> Problem | None:
        """The first error, which is the reason why the design cannot be trained."""
        return next((problem for problem in self.problems if problem.severity == "error"), None)


def analyse(design: Design) -> Analysis:
    """Work out the shapes and counts of a design and find its problems, without any data or arrays.

    A disabled layer lets pass what arrives, and has no problem.
    """
    found = _analyse_working(design.working)
    if len(found.layers) == len(design.layers):
        return found
    known = {layer.id: layer for layer in found.layers}
    layers: list[LayerAnalysis] = []
    arrives: Shape | None = design.data.source.sample_shape
    for entry in design.layers:
        layers.append(known.get(entry.id) or LayerAnalysis(entry.id, entry.name, arrives, arrives, 0, 0, None))
        arrives = layers[-1].output_shape
    return dataclasses.replace(found, layers=tuple(layers))


def _analyse_working(design: Design) -> Analysis:
    shape: Shape | None = design.data.source.sample_shape
    layers: list[LayerAnalysis] = []
    for entry in design.layers:
        layers.append(_analyse_layer(entry, shape))
        shape = layers[-1].output_shape
    problems = [layer.problem for layer in layers if layer.problem is not None]
    n_parameters = sum(layer.n_parameters or 0 for layer in layers)
    if shape is not None:
        problems += [
            *_of_the_end(design, shape),
            *_of_the_batches(design, layers),
            *_of_the_size(design, n_parameters),
            *_of_the_memory(design, layers),
        ]
        found = {problem.layer_id: problem for problem in problems}
        layers = [dataclasses.replace(layer, problem=found.get(layer.id)) for layer in layers]
    problems += [*_of_the_frozen(design, layers), *_of_the_augmentation(design), *_of_the_rate(design)]
    return Analysis(tuple(layers), tuple(problems), n_parameters)


def _analyse_layer(entry: LayerEntry, shape: Shape | None) -> LayerAnalysis:
    layer = entry.layer
    if shape is None:
        return LayerAnalysis(entry.id, entry.name, None, None, None, None, None)
    try:
        output_shape = layer.output_shape(shape)
    except ShapeError as error:
        problem = Problem("error", entry.id, error.reason)
        return LayerAnalysis(entry.id, entry.name, shape, None, None, None, problem)
    n_parameters = sum(prod(sizes) for sizes in layer.parameter_shapes(shape).values())
    return LayerAnalysis(entry.id, entry.name, shape, output_shape, n_parameters, layer.multiply_adds(shape), None)


def _of_the_end(design: Design, shape: Shape) -> Iterator[Problem]:
    """Find out whether the outputs, of ``shape``, are what the loss and the classes need."""
    if not design.layers:
        yield Problem("error", None, "The stack is empty; add layers, last a Dense with one unit a class.")
        return
    last, loss, source = design.layers[-1], design.training.loss, design.data.source
    wanted = loss.outputs_for(source.n_classes)
    if shape not in [(n,) for n in wanted]:
        given = f"{times(shape)} value{'s' if shape != (1,) else ''}"
        units = " or ".join(f"{n} unit{'s' if n != 1 else ''}" for n in wanted)
        yield Problem(
            "error",
            last.id,
            f"The last layer gives {given}, but {source.title} has {source.n_classes} classes; "
            f"end with a Dense of {units}.",
        )
    elif problem := _of_the_activation(last.layer.after, loss, shape):
        severity, message = problem
        yield Problem(severity, last.id, message)


def _of_the_activation(activation: Activation, loss: Loss, shape: Shape) -> tuple[Severity, str] | None:
    wanted, received = (_said(kind) for kind in (loss.partner, type(activation)))
    if prod(shape) < activation.least_features:
        return "error", f"{received} over one value is always 1, so nothing can be learned; choose Sigmoid."
    match loss.fit(activation):
        case "impossible":
            return (
                "error",
                f"The loss needs probabilities: the last layer needs the activation {wanted}, it has {received}.",
            )
        case "doubtful":
            return "warning", f"{loss.label} goes with {wanted}, the last layer has {received}; which may learn badly."
    return None


def _said(kind: type[Activation]) -> str:
    return "no activation" if kind is Noop else kind.label


def _of_the_frozen(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Tell if nothing can be learned, as every layer that has weights is frozen."""
    learners = [entry for entry, facts in zip(design.layers, layers, strict=True) if facts.n_parameters]
    if learners and all(entry.frozen for entry in learners):
        yield Problem("error", learners[-1].id, "All layers that have weights are frozen; thaw one to train it.")


def _of_the_batches(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find the layers that cannot learn from the smallest batch of an epoch."""
    n_samples, batch_size = design.data.source.n_samples, design.training.batch_size
    n_train = n_samples - round(n_samples * design.data.validation_split)
    smallest = n_train % batch_size or batch_size
    for entry, facts in zip(design.layers, layers, strict=True):
        shape = facts.input_shape or ()
        least = entry.layer.least_batch(shape)
        if smallest < least:
            inside = (p.name for p in entry.layer.inside(shape) if p.layer.least_batch(p.input_shape) == least)
            needy = next((f"Inside, {name}" for name in inside), entry.layer.label)
            yield Problem(
                "error",
                entry.id,
                f"{needy} needs batches of {least} samples or more, but {n_train:,} samples in batches of "
                f"{batch_size:,} leave {smallest} to the last one; choose another batch size.",
            )


def _of_the_rate(design: Design) -> Iterator[Problem]:
    """Tell if the last epoch would learn nothing, as the learning rate has run down by then."""
    training, data = design.training, design.data
    n_train = data.source.n_samples - round(data.source.n_samples * data.validation_split)
    an_epoch = -(-n_train // training.batch_size)
    if training.optimizer.rate((training.epochs - 1) * an_epoch) == 0:
        yield Problem(
            "warning",
            None,
            f"The learning rate runs down to 0 before the last of {training.epochs:,} epochs, which learns nothing; "
            f"give its schedule more steps (all epochs take {training.epochs * an_epoch:,}), or train fewer epochs.",
        )


def _of_the_augmentation(design: Design) -> Iterator[Problem]:
    """Find what cannot change samples of the data's shape."""
    for each in design.training.augmentation:
        try:
            each.require(design.data.source.sample_shape)
        except ShapeError as error:
            yield Problem("error", None, error.reason)


def training_bytes(design: Design, layers: Sequence[LayerAnalysis]) -> int:
    """Estimate the memory of training, all in float32.

    Weights, gradients and optimizer slots, and for each sample of a batch every layer's output with its gradient, also
    of the layers inside others.
    """
    copies = 2 + design.training.optimizer.n_slots
    n_parameters = sum(facts.n_parameters or 0 for facts in layers)
    values = sum(
        prod(shape)
        for entry, facts in zip(design.layers, layers, strict=True)
        if facts.input_shape is not None and facts.output_shape is not None
        for shape in output_shapes(entry.layer, facts.input_shape)
    )
    return 4 * (n_parameters * copies + 2 * values * design.training.batch_size)


def machine_bytes() -> int:
    """Return the memory of this computer; where the system does not tell it, so much that nothing is kept from it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 2**62


def _of_the_memory(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Tell before anything is allocated if training takes more memory than there is, or most of it."""
    needed, there = training_bytes(design, layers), machine_bytes()
    if needed > there / 2:
        size, batch = f"{needed / 2**30:,.1f} GiB", f"batches of {design.training.batch_size:,} samples"
        what = f"Training takes about {size} with {batch}, of {there / 2**30:,.1f} GiB in this computer"
        yield Problem("error" if needed > there else "warning", None, f"{what}; make the batch or the layers smaller.")


def _of_the_size(design: Design, n_parameters: int) -> Iterator[Problem]:
    size = 4 * n_parameters * (1 + design.training.optimizer.n_slots)
    if size > MAX_TRAINED_BYTES:
        yield Problem(
            "error",
            None,
            f"The {n_parameters:,} parameters and what the optimizer remembers of each take "
            f"{size / 2**30:,.1f} GiB; a project holds {MAX_TRAINED_BYTES // 2**30} GiB; shrink layers.",
        )
