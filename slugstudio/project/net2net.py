"""Net2Net: making a trained network wider or deeper without changing what it computes.

Source: Chen, Goodfellow, Shlens (2016), *Net2Net: Accelerating Learning via Knowledge Transfer*, arXiv:1511.05641.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from math import prod

import numpy as np
import numpy.typing as npt

from slugstudio.engine.activation import Noop, ReLU
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    GlobalMeanPooling,
    Layer,
    MaxPooling,
    MeanPooling,
    SpatialDropout,
    UpSampling,
)
from slugstudio.engine.messages import Message
from slugstudio.project.analysis import LayerAnalysis, analyse
from slugstudio.project.design import Design, LayerEntry
from slugstudio.project.edits import insert_layer, replace_layer
from slugstudio.project.errors import DesignError
from slugstudio.project.keeping import Key
from slugstudio.project.project import Project, Trained

Rows = npt.NDArray[np.intp]

_EACH_UNIT = (
    ActivationLayer,
    Dropout,
    SpatialDropout,
    GaussianNoise,
    GlobalMeanPooling,
    MaxPooling,
    MeanPooling,
    UpSampling,
)
"""Layers that treat every unit, or every feature map, by itself and all alike."""


def n_units(layer: Layer) -> int | None:
    """Return how many units or kernels a layer has that can be made wider; None of other layers."""
    match layer:
        case Dense():
            return layer.outshape
        case Convolution(groups=1):
            return layer.nb_kernel
    return None


def widened(project: Project, layer_id: str, units: int) -> Project:
    """Return the project with more units, or kernels, in a layer, computing the same.

    Each new unit is a copy of one that was there; what follows weighs the copies with equal shares of what it weighed
    the one with. Dropout makes the copies learn differently; without it they stay alike until gradients differ.

    Parameters
    ----------
    project : Project
        A trained one, whose layers are those that were trained.
    layer_id : str
    units : int

    Raises
    ------
    DesignError
        If nothing was learned, there are not more units, or what follows cannot be adapted; it says why.
    """
    project = project.settled()
    trained, design = project.trained, project.design
    entry = next(entry for entry in design.layers if entry.id == layer_id)
    before = n_units(entry.layer)
    if trained is None:
        raise DesignError(Message("net2net.untrained", "Nothing was learned yet that could be kept; train first."))
    if before is None or units <= before:
        text = "{name} cannot be widened to {units} units; choose a Dense or a Convolution and more units than it has."
        raise DesignError(Message("net2net.units", text, name=entry.name, units=units))
    rng = np.random.default_rng(trained.state.seed)
    source = np.concatenate([np.arange(before), rng.integers(0, before, units - before)])
    changes = dict(_changes(design, entry, source))
    field = "outshape" if isinstance(entry.layer, Dense) else "nb_kernel"
    after = replace_layer(design, layer_id, entry.layer.replace(**{field: units}))
    return _with(project, after, changes)


def deepened(project: Project, layer_id: str) -> tuple[Project, str]:
    """Return the project with a layer below another that passes on what it gets, and the new layer's id.

    After a Dense it is a Dense whose weights are the identity, after feature maps a Convolution of 3x3 kernels each of
    which looks at the middle of one map. Its activation is ReLU where the layer above ends with that, else none.

    Raises
    ------
    DesignError
        If nothing was learned, or the layer gives neither a vector nor feature maps.
    """
    project = project.settled()
    design, trained = project.design, project.trained
    if trained is None:
        raise DesignError(Message("net2net.untrained", "Nothing was learned yet that could be kept; train first."))
    place = design.ids.index(layer_id)
    shape = analyse(design).layers[place].output_shape
    last = place == len(design.layers) - 1
    activation = ReLU() if isinstance(design.layers[place].layer.after, ReLU) else Noop()
    if shape is None or len(shape) not in (1, 3) or last:
        text = (
            "Below {name} nothing can pass on what it gets; choose a layer before the last that gives a vector or maps."
        )
        raise DesignError(Message("net2net.deeper", text, name=design.layers[place].name))
    layer: Layer
    if len(shape) == 1:
        layer, weight = Dense(shape[0], activation=activation), np.eye(shape[0], dtype=np.float32)
    else:
        layer = Convolution(shape[0], 3, activation=activation, padding="same")
        weight = np.zeros((shape[0], shape[0], 3, 3), np.float32)
        weight[np.arange(shape[0]), np.arange(shape[0]), 1, 1] = 1
    after, new_id = insert_layer(design, place + 1, layer)
    bias = np.zeros(shape[0], np.float32)
    return _with(project, after, {}, {(new_id, "weight"): weight, (new_id, "bias"): bias}), new_id


Change = Callable[[Array, bool], Array]
"""Makes another array of one; the flag says whether it holds weights, or what an optimizer remembers of them."""


def _changes(design: Design, entry: LayerEntry, source: Rows) -> Iterator[tuple[Key, Change]]:
    """Yield how the arrays of a layer and of those after it change when its units become copies of ``source``."""
    facts = {facts.id: facts for facts in analyse(design).layers}
    axis = 1 if isinstance(entry.layer, Dense) else 0
    yield (entry.id, "weight"), _copies(source, axis)
    yield (entry.id, "bias"), _copies(source, 0)
    rows = source
    following = design.layers[design.ids.index(entry.id) + 1 :]
    if entry.layer.after.least_features > 1:
        raise _refusal(entry, "its activation looks at all units together")
    for layer in (each for each in following if each.enabled):
        match layer.layer:
            case Dense():
                yield (layer.id, "weight"), _shares(rows, 0)
                return
            case Convolution(groups=1):
                yield (layer.id, "weight"), _shares(rows, 1)
                return
            case BatchNormalization():
                shape = facts[layer.id].input_shape or ()
                for name in {**layer.layer.parameter_shapes(shape), **layer.layer.buffer_shapes(shape)}:
                    yield (layer.id, name), _copies(rows, 0)
            case Flatten():
                rows = _flat(rows, facts[layer.id])
            case each if not isinstance(each, _EACH_UNIT) or _looks_at_all(each):
                raise _refusal(entry, f"{layer.name} cannot be adapted")
    raise _refusal(entry, "it is the last layer with weights, which gives the answers")


def _looks_at_all(layer: Layer) -> bool:
    return layer.after.least_features > 1


def _refusal(entry: LayerEntry, reason: str) -> DesignError:
    text = "{name} cannot be widened while the function stays the same: {reason}."
    return DesignError(Message("net2net.refused", text, name=entry.name, reason=reason))


def _flat(rows: Rows, facts: LayerAnalysis) -> Rows:
    """Return the rows as a Flatten lays them: all places of the first map, then of the second..."""
    shape: Shape = facts.input_shape or ()
    places = prod(shape[1:])
    return (rows[:, None] * places + np.arange(places)).ravel()


def _copies(source: Rows, axis: int) -> Change:
    return lambda array, _weights: np.ascontiguousarray(array.take(source, axis))


def _shares(source: Rows, axis: int) -> Change:
    """Return the change of what weighs the units: each copy gets an equal share of the weight of its source."""
    counts = np.bincount(source)[source].astype(np.float32)

    def change(array: Array, weights: bool) -> Array:
        found: Array = np.ascontiguousarray(array.take(source, axis))
        if weights:
            found /= counts.reshape([-1 if each == axis else 1 for each in range(array.ndim)])
        return found

    return change


def _with(
    project: Project, design: Design, changes: Mapping[Key, Change], more: Mapping[Key, Array] | None = None
) -> Project:
    """Return the project with another design and its arrays changed for it; a new segment of the history begins."""
    trained = project.trained
    assert trained is not None

    def changed(arrays: Mapping[Key, Array], weights: bool) -> dict[Key, Array]:
        return {key: changes[key](array, weights) if key in changes else array for key, array in arrays.items()}

    new = dict(more or {})
    slots = tuple(
        changed(slot, weights=False) | {k: np.zeros_like(a) for k, a in new.items()} for slot in trained.slots
    )
    best = None if trained.best is None else changed(trained.best, weights=True) | new
    history = project.history.copy()
    history.begin_segment(trained.state.step + 1)
    after = Trained(
        design, changed(trained.weights, weights=True) | new, slots, trained.state.copy(), trained.preprocessing, best
    )
    return dataclasses.replace(project, design=design, trained=after, history=history)
