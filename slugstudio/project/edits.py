"""Edits: pure functions from a design to the next one.

Each returns a new design, or the same one where nothing changes. An id that is not in the design is a fault
of the program (`KeyError`); what a user can enter wrongly raises `ConfigError`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.stacked import default_names
from slugstudio.engine.train import TrainSettings
from slugstudio.project.design import DataChoice, Design, LayerEntry


def insert_layer(design: Design, index: int, layer: Layer, name: str | None = None) -> tuple[Design, str]:
    """Put a layer at ``index`` of the stack (0 is first) and return the design and the new layer's id.

    Raises
    ------
    ConfigError
        If ``name`` cannot be one or another layer has it; by default it follows from the kind: ``dense_2``.
    """
    taken = set(design.ids)
    number = design.next_id
    while (layer_id := f"layer-{number}") in taken:
        number += 1
    entry = LayerEntry(layer_id, name or _free_name({known.name.lower() for known in design.layers}, layer), layer)
    layers = (*design.layers[:index], entry, *design.layers[index:])
    return dataclasses.replace(design, layers=layers, next_id=number + 1), layer_id


def remove_layers(design: Design, ids: Collection[str]) -> Design:
    """Take layers out of the stack."""
    _require(design, ids)
    return _with_layers(design, tuple(entry for entry in design.layers if entry.id not in ids))


def move_layers(design: Design, ids: Collection[str], index: int) -> Design:
    """Move layers, in their order in the stack, before the layer that now stands at ``index``.

    The length of the stack as ``index`` moves them to the end.
    """
    moved = _require(design, ids)
    before = tuple(entry for entry in design.layers[:index] if entry.id not in ids)
    after = tuple(entry for entry in design.layers[index:] if entry.id not in ids)
    return _with_layers(design, before + moved + after)


def duplicate_layers(design: Design, ids: Collection[str]) -> Design:
    """Put a copy of each of the layers, with a new id and name, below the last of them."""
    originals = _require(design, ids)
    place = max((design.ids.index(entry.id) + 1 for entry in originals), default=0)
    return insert_copies(design, place, originals)


def insert_copies(design: Design, index: int, entries: Sequence[LayerEntry]) -> Design:
    """Put copies of layers, of this design or another, at ``index``: each with a new id, and a name that is free."""
    ids, names, number = set(design.ids), {entry.name.lower() for entry in design.layers}, design.next_id
    copies = []
    for entry in entries:
        while f"layer-{number}" in ids:
            number += 1
        name = entry.name if entry.name.lower() not in names else _free_name(names, entry.layer)
        copies.append(dataclasses.replace(entry, id=f"layer-{number}", name=name))
        ids.add(f"layer-{number}")
        names.add(name.lower())
    layers = (*design.layers[:index], *copies, *design.layers[index:])
    return dataclasses.replace(design, layers=layers, next_id=number + 1) if copies else design


def replace_layer(design: Design, layer_id: str, layer: Layer) -> Design:
    """Put another declaration in the place of a layer, which keeps its id and name."""
    (entry,) = _require(design, (layer_id,))
    return _with_entry(design, dataclasses.replace(entry, layer=layer))


def enable_layers(design: Design, ids: Collection[str], enabled: bool) -> Design:
    """Let the network have layers, or do without them while they keep their place."""
    _require(design, ids)
    changed = (dataclasses.replace(e, enabled=enabled) if e.id in ids else e for e in design.layers)
    return _with_layers(design, tuple(changed))


def freeze_layers(design: Design, ids: Collection[str], frozen: bool) -> Design:
    """Keep training from changing the weights of layers, or let it change them."""
    _require(design, ids)
    changed = (dataclasses.replace(e, frozen=frozen) if e.id in ids else e for e in design.layers)
    return _with_layers(design, tuple(changed))


def set_field(design: Design, ids: Collection[str], name: str, value: object) -> Design:
    """Give a field of several layers the same value.

    Raises
    ------
    ConfigError
        If one of them cannot have it; it says which, and none is changed.
    """
    for entry in _require(design, ids):
        try:
            layer = entry.layer.changed(name, value)
        except ConfigError as error:
            raise ConfigError(error.owner, error.field, f"in {entry.name}, {error.reason}") from None
        design = replace_layer(design, entry.id, layer)
    return design


def rename_layer(design: Design, layer_id: str, name: str) -> Design:
    """Call a layer ``name``.

    Raises
    ------
    ConfigError
        If ``name`` has characters that it cannot have, or another layer has it (capitals do not count).
    """
    if any(entry.name.lower() == name.lower() and entry.id != layer_id for entry in design.layers):
        raise ConfigError("Layer", "name", f"another layer is called {name}; choose another name.")
    (entry,) = _require(design, (layer_id,))
    return _with_entry(design, dataclasses.replace(entry, name=name))


def set_data(design: Design, data: DataChoice) -> Design:
    """Choose other data."""
    return design if data == design.data else dataclasses.replace(design, data=data)


def set_training(design: Design, training: TrainSettings) -> Design:
    """Train in another way."""
    return design if training == design.training else dataclasses.replace(design, training=training)


def _with_entry(design: Design, changed: LayerEntry) -> Design:
    return _with_layers(design, tuple(changed if entry.id == changed.id else entry for entry in design.layers))


def _with_layers(design: Design, layers: tuple[LayerEntry, ...]) -> Design:
    return design if layers == design.layers else dataclasses.replace(design, layers=layers)


def _require(design: Design, ids: Collection[str]) -> tuple[LayerEntry, ...]:
    """Return the layers with these ids, in the order of the stack."""
    if missing := set(ids).difference(design.ids):
        raise KeyError(f"no layer with the id {min(missing)}")
    return tuple(entry for entry in design.layers if entry.id in ids)


def _free_name(taken: Collection[str], layer: Layer) -> str:
    """Return the first of ``dense_1``, ``dense_2``... that is not taken."""
    stem = default_names((layer,))[0].removesuffix("_1")
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
