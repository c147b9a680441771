"""Keeping: what a trained network keeps when its layers become others.

An array whose shape stays is kept bit for bit. Where a layer has another size now, the part that both sizes share is
kept, and the rest has the first values that a new layer would have. A kernel keeps its middle, with zeros around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np

from slugstudio.engine import streams
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Flatten, LayerNormalization
from slugstudio.engine.layers.base import times
from slugstudio.engine.messages import Message
from slugstudio.project.analysis import Analysis, analyse
from slugstudio.project.design import Design, LayerEntry

Key = tuple[str, str]
"""An array that a project keeps: the id of its layer and its name in it, such as ``("layer-1", "weight")``."""

Fate = Literal["kept", "part", "new", "gone"]


@dataclass(frozen=True)
class Keeping:
    """What becomes of a layer's weights: ``part`` of them may be kept; ``text`` says how much of what."""

    layer_id: str
    name: str
    fate: Fate
    text: str


class Fitting:
    """Brings the arrays of a trained design to the shapes of another.

    Parameters
    ----------
    before, after : Design
        The one that was trained, and the one that the arrays are for.
    seed : int
        From it new values are drawn, just as a network that is compiled draws them.
    """

    def __init__(self, before: Design, after: Design, seed: int) -> None:
        self._seed = seed
        self._places = {entry.id: place for place, entry in enumerate(after.working.layers)}
        self._layers = {entry.id: entry.layer for entry in after.layers}
        old, new = analyse(before), analyse(after)
        self._inputs = {facts.id: facts.input_shape for facts in new.layers}
        self._misaligned = frozenset(_misaligned(before, old, after, new))
        self._first: dict[str, Mapping[str, Array]] = {}

    def fits(self, layer_id: str, before: Shape, after: Shape) -> bool:
        """Tell whether a part of an array of a layer can be kept in another shape."""
        return len(before) == len(after) and layer_id not in self._misaligned

    def fitted(self, key: Key, array: Array, shape: Shape, *, zero: bool = False) -> Array | None:
        """Return an array in another shape: what fits of it, and for the rest first values, or ``zero``.

        None where nothing of it can be kept: it has other axes, or its numbers would mean something else.
        """
        layer_id, name = key
        if not self.fits(layer_id, array.shape, shape):
            return None
        if array.shape == shape:
            return array
        made = np.zeros(shape, array.dtype) if zero else self._first_values(layer_id)[name].astype(array.dtype)
        channels = tuple(slice(0, min(a, b)) for a, b in zip(array.shape[:2], shape[:2], strict=True))
        if array.ndim <= 2:
            made[channels] = array[channels]
        else:
            made[channels] = 0
            ours, theirs = zip(*map(_middle, array.shape[2:], shape[2:]), strict=True)
            made[(*channels, *theirs)] = array[(*channels, *ours)]
        return made

    def _first_values(self, layer_id: str) -> Mapping[str, Array]:
        if layer_id not in self._first:
            rng, shape = streams.initialisation(self._seed, self._places[layer_id]), self._inputs[layer_id]
            self._first[layer_id] = self._layers[layer_id].initialise(shape or (), rng)
        return self._first[layer_id]


def _middle(size: int, wanted: int) -> tuple[slice, slice]:
    """Return which part of an axis of ``size`` goes where in one of the size ``wanted``, middle on middle."""
    shared = min(size, wanted)
    ours, theirs = (size - shared) // 2, (wanted - shared) // 2
    return slice(ours, ours + shared), slice(theirs, theirs + shared)


def _misaligned(before: Design, old: Analysis, after: Design, new: Analysis) -> Iterator[str]:
    """Yield the layers behind a Flatten whose images have another size now: their inputs stand in other places."""
    sizes = [_flattened(design, analysis) for design, analysis in ((before, old), (after, new))]
    for layer_id in sizes[0].keys() & sizes[1].keys():
        if sizes[0][layer_id] != sizes[1][layer_id]:
            yield layer_id


def _flattened(design: Design, analysis: Analysis) -> dict[str, Shape]:
    """Return for each layer that has weights the size of the images that were flattened before it; () for none."""
    found: dict[str, Shape] = {}
    size: Shape = ()
    for entry, facts in zip(design.layers, analysis.layers, strict=True):
        if facts.n_parameters:
            found[entry.id] = size
        if isinstance(entry.layer, Flatten) and entry.enabled:
            size = (facts.input_shape or ())[1:]
        elif facts.n_parameters and not isinstance(entry.layer, BatchNormalization | LayerNormalization):
            size = ()
    return found


def kept_of(
    weights: Mapping[Key, Array],
    fitting: Fitting,
    shapes: Mapping[str, Mapping[str, Shape] | None],
    before: Design,
    after: Design,
) -> tuple[Keeping, ...]:
    """Tell what becomes of each layer's weights, in the order of the stack; of layers that are gone too.

    Parameters
    ----------
    weights
        What was learned, as it was before it is brought to the other design.
    fitting
        What brings it there.
    shapes
        The arrays that each layer has in that.
    """
    found = []
    for entry in after.layers:
        wanted = shapes.get(entry.id)
        if wanted:
            known = {name: weights[entry.id, name].shape for name in wanted if (entry.id, name) in weights}
            olds = {name: shape for name, shape in known.items() if fitting.fits(entry.id, shape, wanted[name])}
            found.append(_keeping(entry, wanted, olds))
    ids = set(after.ids)
    learned = {layer_id for layer_id, _ in weights}
    gone = [entry for entry in before.layers if entry.id not in ids and entry.id in learned]
    return (*found, *(Keeping(e.id, e.name, "gone", Message("keeping.gone", "waits for its layer")) for e in gone))


def _keeping(entry: LayerEntry, wanted: Mapping[str, Shape], olds: Mapping[str, Shape]) -> Keeping:
    """Tell what becomes of a layer whose arrays are to have the shapes ``wanted`` and fit where they had ``olds``."""
    if olds == wanted:
        return Keeping(entry.id, entry.name, "kept", Message("keeping.kept", "all kept"))
    if not olds:
        return Keeping(entry.id, entry.name, "new", Message("keeping.new", "begins anew"))
    largest = max(wanted, key=lambda each: prod(wanted[each]))
    if largest not in olds:
        return Keeping(entry.id, entry.name, "part", Message("keeping.some", "partly kept"))
    old, shape = olds[largest], wanted[largest]
    axes = [axis for axis, (a, b) in enumerate(zip(old, shape, strict=True)) if a != b]
    if len(axes) == 1 and axes[0] < 2 and isinstance(entry.layer, Dense | Convolution):
        units = axes[0] == (1 if isinstance(entry.layer, Dense) else 0)
        return Keeping(entry.id, entry.name, "part", _told_axis(units, old[axes[0]], shape[axes[0]]))
    shared = prod(map(min, old, shape))
    text = Message(
        "keeping.part",
        "{array} {before} → {after}: {kept} kept, {new} new, {cut} cut",
        array=largest,
        before=times(old),
        after=times(shape),
        kept=f"{shared:,}",
        new=f"{prod(shape) - shared:,}",
        cut=f"{prod(old) - shared:,}",
    )
    return Keeping(entry.id, entry.name, "part", text)


def _told_axis(units: bool, before: int, after: int) -> Message:
    """Return what is said where the units, or kernels, or what each of them weighs, became more or fewer."""
    values = {
        "before": f"{before:,}",
        "after": f"{after:,}",
        "kept": f"{min(before, after):,}",
        "rest": f"{abs(after - before):,}",
    }
    if units and after > before:
        return Message("keeping.units.new", "{before} → {after} units: {kept} kept, {rest} new", **values)
    if units:
        return Message("keeping.units.cut", "{before} → {after} units: {kept} kept, {rest} cut", **values)
    if after > before:
        return Message("keeping.inputs.new", "{before} → {after} inputs: {kept} kept, {rest} new", **values)
    return Message("keeping.inputs.cut", "{before} → {after} inputs: {kept} kept, {rest} cut", **values)
