"""The end: whether the outputs and the last activation are what the loss and the classes need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from slugstudio.engine.activation import Activation, Noop, Sigmoid
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers import ActivationLayer, Dense, Flatten, Layer
from slugstudio.engine.layers.base import times
from slugstudio.engine.layers.stacked import infer_shapes
from slugstudio.engine.loss import BinaryCrossEntropy, Loss, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.messages import Message
from slugstudio.project.design import Design, LayerEntry
from slugstudio.project.measure import LayerAnalysis
from slugstudio.project.problems.problem import Fix, Problem, adding, deleting, replacing, setting


def find(design: Design, layers: Sequence[LayerAnalysis], shape: Shape) -> Iterator[Problem]:
    """Find out whether the outputs, of ``shape``, are what the loss and the classes need."""
    loss, source = design.training.loss, design.data.source
    wanted = loss.outputs_for(source.n_classes)
    if not design.layers:
        message = Message("end.empty", "The stack is empty; add layers, last a Dense with one unit a class.")
        yield Problem("error", None, message, (_adding_output(design, shape, wanted[0]),))
    elif shape not in [(n,) for n in wanted]:
        fixes = [*_setting_units(design, layers, wanted), _adding_output(design, shape, wanted[0])]
        yield Problem("error", design.layers[-1].id, _of_the_units(design, shape, wanted), tuple(fixes))
    else:
        yield from _of_the_activation(design, shape)


def _of_the_units(design: Design, shape: Shape, wanted: Sequence[int]) -> Message:
    given = "{given} value" if shape == (1,) else "{given} values"
    units = " or ".join(f"{n} unit{'s' if n != 1 else ''}" for n in wanted)
    template = f"The last layer gives {given}, but {{data}} has {{classes}} classes; end with a Dense of {{units}}."
    source = design.data.source
    return Message("end.units", template, given=times(shape), data=source.title, classes=source.n_classes, units=units)


def _setting_units(design: Design, layers: Sequence[LayerAnalysis], wanted: Sequence[int]) -> Iterator[Fix]:
    """Yield the fixes that give the last Dense its units, where only such layers follow as keep the shape."""
    index = len(layers) - 1
    while index > 0 and not isinstance(design.layers[index].layer, Dense):
        index -= 1
    entry, after = design.layers[index], [each.layer for each in design.layers[index + 1 :]]
    if not isinstance(entry.layer, Dense):
        return
    for n in wanted:
        try:
            fits = infer_shapes(after, (n,), [""] * len(after))[-1] == (n,)
        except ShapeError:
            fits = False
        if fits:
            text = Message("fix.unit" if n == 1 else "fix.units", _units(n), layer=entry.name, units=n)
            yield replacing(text, entry.id, entry.layer.replace(outshape=n))


def _units(n: int) -> str:
    return "Set {layer} to {units} unit" if n == 1 else "Set {layer} to {units} units"


def _adding_output(design: Design, shape: Shape, n: int) -> Fix:
    """Return the fix that ends with a Dense of ``n`` units and the activation that goes with the loss."""
    activation = _partner(design.training.loss, (n,))
    flat: tuple[Layer, ...] = () if len(shape) == 1 else (Flatten(),)
    text = Message("fix.add_output", "Add an output layer: Dense of {units}", units=n)
    return adding(text, *flat, Dense(n, activation=activation))


def _partner(loss: Loss, shape: Shape) -> Activation:
    """Return the activation that goes with a loss, or one that can do with a single value."""
    partner = loss.partner()
    return partner if prod(shape) >= partner.least_features else Sigmoid()


def _of_the_activation(design: Design, shape: Shape) -> Iterator[Problem]:
    last, loss = design.layers[-1], design.training.loss
    activation = last.layer.after
    wanted, received = (_said(kind) for kind in (loss.partner, type(activation)))
    if prod(shape) < activation.least_features:
        template = "{received} over one value is always 1, so nothing can be learned; choose Sigmoid."
        message = Message("end.one_value", template, received=received)
        yield Problem("error", last.id, message, (with_activation(design, _partner(loss, shape)),))
        return
    fixes = (*_without_what_follows(design), *_fitting_activation(design, shape), *_fitting_loss(design, shape))
    match loss.fit(activation):
        case "impossible":
            template = "The loss needs probabilities: the last layer needs the activation {wanted}, it has {received}."
            message = Message("end.activation", template, wanted=wanted, received=received)
            yield Problem("error", last.id, message, fixes)
        case "doubtful":
            template = "{loss} goes with {wanted}, the last layer has {received}; which may learn badly."
            message = Message("end.doubtful", template, loss=loss.label, wanted=wanted, received=received)
            yield Problem("warning", last.id, message, fixes)


def _said(kind: type[Activation]) -> str:
    return "no activation" if kind is Noop else kind.label


def _without_what_follows(design: Design) -> Iterator[Fix]:
    """Yield the fix that deletes what drops or disturbs outputs whose activation is right."""
    if len(design.layers) > 1:
        last, before = design.layers[-1], design.layers[-2].layer
        if last.layer.group == "regularise" and design.training.loss.fit(before.after) == "good":
            yield deleting(last.id, last.name)


def _fitting_activation(design: Design, shape: Shape) -> list[Fix]:
    """Return the fix that sets the last activation, where the loss takes the one that is left to it."""
    activation = _partner(design.training.loss, shape)
    return [with_activation(design, activation)] if design.training.loss.fit(activation) == "good" else []


def with_activation(design: Design, activation: Activation) -> Fix:
    """Return the fix that gives the last layer an activation, one of its own where it has none to set."""
    last: LayerEntry = design.layers[-1]
    if not hasattr(last.layer, "activation"):
        text = Message("fix.add_activation", "Add the activation {activation}", activation=activation.label)
        return adding(text, ActivationLayer(activation))
    if activation == Noop():
        text = Message("fix.no_activation", "Take the activation from {layer}", layer=last.name)
    else:
        text = Message("fix.activation", "Set the activation to {activation}", activation=activation.label)
    return replacing(text, last.id, last.layer.replace(activation=activation))


def _fitting_loss(design: Design, shape: Shape) -> Iterator[Fix]:
    """Yield the fix that chooses a loss that goes with the last activation and the number of outputs."""
    n_classes, activation = design.data.source.n_classes, design.layers[-1].layer.after
    candidates: list[Loss] = [SoftmaxCategoricalCrossEntropy(), BinaryCrossEntropy()]
    candidates += [loss.replace(from_logits=True) for loss in (candidates if activation == Noop() else [])]
    for loss in candidates:
        if loss.fit(activation) == "good" and shape in [(n,) for n in loss.outputs_for(n_classes)]:
            yield choosing(loss)
            return


def choosing(loss: Loss) -> Fix:
    """Return the fix that chooses a loss."""
    logits = getattr(loss, "from_logits", False)
    template = "Choose {loss} of logits as the loss" if logits else "Choose {loss} as the loss"
    return setting(Message("fix.logits" if logits else "fix.loss", template, loss=loss.label), "loss", loss)
