"""One edit of each kind, for the tests that try them all."""

from __future__ import annotations

from slugstudio.datasets import Circles
from slugstudio.engine.layers import Convolution, Dropout
from slugstudio.project import edits
from slugstudio.project.design import Design


def _insert(design: Design) -> Design:
    return edits.insert_layer(design, 2, Dropout(0.5))[0]


EVERY_EDIT = {
    "insert": _insert,
    "remove": lambda design: edits.remove_layers(design, design.ids[1:3]),
    "move": lambda design: edits.move_layers(design, design.ids[:1], 3),
    "duplicate": lambda design: edits.duplicate_layers(design, design.ids[2:4]),
    "replace": lambda design: edits.replace_layer(design, design.ids[0], Convolution(8, (5, 3))),
    "rename": lambda design: edits.rename_layer(design, design.ids[4], "hidden"),
    "data": lambda design: edits.set_data(design, design.data.replace(source=Circles())),
    "training": lambda design: edits.set_training(design, design.training.replace(epochs=7)),
}
