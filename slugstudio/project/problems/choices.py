"""Choices: what works, but is seldom meant or learns badly. No warning is given where a good network may do so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from slugstudio.datasets import Scale, Standardise
from slugstudio.datasets.preprocessing import Unchanged
from slugstudio.engine.activation import Activation, Noop, ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.layers import ActivationLayer, BatchNormalization, Dense, Dropout, Layer, SpatialDropout
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy
from slugstudio.engine.messages import Message
from slugstudio.project import edits
from slugstudio.project.design import Design, LayerEntry
from slugstudio.project.measure import LayerAnalysis
from slugstudio.project.problems.end import choosing
from slugstudio.project.problems.problem import Fix, Problem, deleting, replacing

MANY_SATURATING = 5
"""So many saturating layers let little of the gradient reach the first (Glorot and Bengio, 2010); LeNet-5 has four."""

HIGH_DROPOUT = 0.8
"""From this rate on, dropout leaves too little to learn from."""


def find(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find poor choices in a design of which all shapes are known."""
    yield from _of_softmax(design)
    yield from _of_the_loss(design)
    yield from _of_dropout(design)
    yield from _of_linear_pairs(design, layers)
    yield from _of_saturation(design)
    yield from _of_the_values(design)


def _of_softmax(design: Design) -> Iterator[Problem]:
    """Find a Softmax that is not the last, and one on what Softmax has made already."""
    active = [entry for entry in design.layers if entry.layer.after != Noop()]
    for entry, following in pairwise(active):
        if not isinstance(entry.layer.after, Softmax):
            continue
        if isinstance(following.layer, ActivationLayer) and isinstance(following.layer.after, Softmax):
            template = "{layer} has Softmax already; a second one makes all classes nearly alike. Delete this one."
            message = Message("choices.softmax_twice", template, layer=entry.name)
            yield Problem("warning", following.id, message, (deleting(following.id, following.name),))
        else:
            template = "Softmax between layers lets little through, as its values add up to 1; it belongs at the end."
            yield Problem("warning", entry.id, Message("choices.softmax_inside", template), (_set(entry, ReLU()),))


def _set(entry: LayerEntry, activation: Activation) -> Fix:
    text = Message("fix.activation_of", "Use {activation} in {layer}", activation=activation.label, layer=entry.name)
    return replacing(text, entry.id, entry.layer.replace(activation=activation))


def _of_the_loss(design: Design) -> Iterator[Problem]:
    """Find a loss for numbers where Softmax makes probabilities, or where there are several classes to tell apart."""
    loss, last, source = design.training.loss, design.layers[-1], design.data.source
    if loss.learns == "classes":
        return
    softmax = isinstance(last.layer.after, Softmax)
    if softmax:
        template = "{loss} after Softmax learns slowly where it is most wrong; cross-entropy does not."
        message = Message("choices.softmax_loss", template, loss=loss.label)
    elif source.n_classes > 2:
        template = "{loss} is for numbers, but {data} has {classes} classes; cross-entropy tells classes apart better."
        message = Message(
            "choices.loss_of_numbers", template, loss=loss.label, data=source.title, classes=source.n_classes
        )
    else:
        return
    yield Problem("warning", last.id, message, tuple(_classifying(design, last)), "training.loss")


def _classifying(design: Design, last: LayerEntry) -> Iterator[Fix]:
    """Yield the fix that chooses cross-entropy, with the last activation that goes with it."""
    linear = last.layer.after == Noop()
    loss = choosing(SoftmaxCategoricalCrossEntropy(from_logits=linear))
    if linear or isinstance(last.layer.after, Softmax):
        yield loss
    else:
        both = Message("fix.classify", "Use Softmax and categorical cross-entropy")
        yield Fix(both, lambda design: loss.apply(_set(last, Softmax()).apply(design)))


def _of_dropout(design: Design) -> Iterator[Problem]:
    """Find dropout of the outputs themselves, and so much of it that too little is left."""
    learning = [index for index, entry in enumerate(design.layers) if entry.layer.group == "learn"]
    for index, entry in enumerate(design.layers):
        layer = entry.layer
        if not isinstance(layer, Dropout | SpatialDropout):
            continue
        if layer.p and learning and index > learning[-1]:
            template = "{layer} drops outputs of the network themselves; put it before the last layer that learns."
            message = Message("choices.dropout_of_outputs", template, layer=entry.name)
            yield Problem("warning", entry.id, message, tuple(_other_places(entry, design.layers[learning[-1]])))
        if layer.p >= HIGH_DROPOUT:
            template = "A dropout rate of {rate:g} leaves {left:.0%} of the values to learn from; 0.5 is high already."
            message = Message("choices.high_dropout", template, rate=layer.p, left=1 - layer.p)
            text = Message("fix.dropout", "Use a rate of {rate:g}", rate=0.5)
            yield Problem("warning", entry.id, message, (replacing(text, entry.id, layer.replace(p=0.5)),))


def _other_places(entry: LayerEntry, learner: LayerEntry) -> Iterator[Fix]:
    """Yield the fixes that move dropout before the last layer that learns, if it can stand there, or delete it."""
    if isinstance(entry.layer, Dropout):

        def moved(design: Design) -> Design:
            return edits.move_layers(design, (entry.id,), design.ids.index(learner.id))

        yield Fix(Message("fix.move_before", "Move it before {layer}", layer=learner.name), moved)
    yield deleting(entry.id, entry.name)


def _of_linear_pairs(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find two Dense that are one, as nothing bends between them; a narrow first one may be meant so."""
    facts = {found.id: found for found in layers}
    first: LayerEntry | None = None
    for entry in design.layers:
        layer = entry.layer
        if isinstance(layer, Dense) and first is not None and isinstance(first.layer, Dense):
            n_inputs = (facts[first.id].input_shape or (0,))[0]
            if first.layer.outshape >= min(n_inputs, layer.outshape):
                template = "Nothing bends between {first} and {second}: together they are one Dense of {units:,} units."
                message = Message(
                    "choices.linear_pair", template, first=first.name, second=entry.name, units=layer.outshape
                )
                yield Problem("warning", first.id, message, (_set(first, ReLU()),))
        if isinstance(layer, Dense):
            first = entry if layer.after == Noop() else None
        elif not _is_linear(layer):
            first = None


def _is_linear(layer: Layer) -> bool:
    return layer.after == Noop() and (
        layer.group in ("regularise", "shape") or isinstance(layer, BatchNormalization | ActivationLayer)
    )


def _of_saturation(design: Design) -> Iterator[Problem]:
    """Find many layers in a row whose activations go flat; normalisation between them would keep them from it."""
    run: list[LayerEntry] = []
    for entry in (*design.layers[:-1], None):
        if entry is not None and isinstance(entry.layer.after, Sigmoid | Tanh) and hasattr(entry.layer, "activation"):
            run.append(entry)
        elif entry is None or entry.layer.after != Noop() or entry.layer.group == "normalise":
            if len(run) >= MANY_SATURATING:
                yield _saturating(run)
            run = []


def _saturating(run: Sequence[LayerEntry]) -> Problem:
    template = (
        "{n} layers from here on have Sigmoid or Tanh, which are flat far from zero: little of the gradient reaches "
        "this one. ReLU is not flat."
    )
    text = Message("fix.relu_in_all", "Use ReLU in all {n}", n=len(run))

    def bent(design: Design) -> Design:
        for entry in run:
            design = edits.replace_layer(design, entry.id, entry.layer.replace(activation=ReLU()))
        return design

    return Problem("warning", run[0].id, Message("choices.saturating", template, n=len(run)), (Fix(text, bent),))


def _of_the_values(design: Design) -> Iterator[Problem]:
    """Find images whose values are taken as they are, from 0 up to far more than 1."""
    source = design.data.source
    images = len(source.sample_shape) == 3 and source.white > 1
    if not (images and isinstance(design.data.preprocessing, Unchanged)):
        return
    if isinstance(design.layers[0].layer, BatchNormalization):
        return
    template = "The values of {data} go from 0 to {white:g} and are not scaled; networks learn better from small ones."
    message = Message("choices.unscaled", template, data=source.title, white=source.white)
    fixes = tuple(
        Fix(Message("fix.preprocessing", template, preprocessing=kind.label), partial(_preprocessed, kind=kind))
        for kind, template in ((Scale, "Scale to 0 to 1"), (Standardise, "Standardise"))
    )
    yield Problem("warning", None, message, fixes, "data.preprocessing")


def _preprocessed(design: Design, kind: type[Scale] | type[Standardise]) -> Design:
    return edits.set_data(design, design.data.replace(preprocessing=kind()))
