"""Shapes: the layer that cannot work on what arrives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from slugstudio.project import edits
from slugstudio.project.design import Design
from slugstudio.project.measure import LayerAnalysis, Measures, measures
from slugstudio.project.problems.problem import Fix, Problem, deleting
from slugstudio.project.problems.repairs import Repair, complaint, repairs


def find(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find the first layer that cannot work; of those after it nothing is known."""
    for index, (entry, facts) in enumerate(zip(design.layers, layers, strict=True)):
        if facts.input_shape is None or facts.output_shape is not None:
            continue
        message = measures(entry.layer, facts.input_shape)
        complained = complaint(entry.layer, facts.input_shape)
        assert not isinstance(message, Measures)
        shapes = [each.input_shape for each in layers[: index + 1] if each.input_shape is not None]
        declared = [each.layer for each in design.layers]
        found = [
            Fix(repair.text, partial(_repaired, ids=design.ids[: index + 1], repair=repair))
            for repair in repairs(declared, index, shapes, message.code)
        ]
        place = complained[1] if complained else ""
        yield Problem("error", entry.id, message, (*found, deleting(entry.id, entry.name)), place=place)


def _repaired(design: Design, ids: Sequence[str], repair: Repair) -> Design:
    """Return the design with a repair in the place of the last of the layers, which keeps its id and name."""
    *before, layer_id = ids
    design = edits.remove_layers(design, before[len(before) - repair.drop :])
    for layer in repair.before:
        design, _ = edits.insert_layer(design, design.ids.index(layer_id), layer)
    return edits.replace_layer(design, layer_id, repair.layer)
