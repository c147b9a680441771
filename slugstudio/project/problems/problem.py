"""What a problem and a fix are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from slugstudio.engine.layers import Layer
from slugstudio.engine.messages import Message
from slugstudio.engine.train import TrainSettings
from slugstudio.project import edits
from slugstudio.project.design import Design

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Fix:
    """One way to mend a problem: what it does in words, and the edit, which is pure and takes the problem away.

    It is made for the design in which the problem was found.
    """

    text: Message
    apply: Callable[[Design], Design]


@dataclass(frozen=True)
class Problem:
    """Something that keeps a design from working (error) or from working well (warning).

    Parameters
    ----------
    severity : "error" or "warning"
    layer_id : str or None
        Where to show it; None stands for the design as a whole.
    message : Message
        What is the matter, with the numbers, and what to do.
    fixes : tuple of Fix
        The best one first.
    field : str
        The setting that it is about, such as ``"training.batch_size"`` or ``"data.preprocessing"``; else empty.
    place : str
        Where in the layer or the setting: the name of a layer inside, or the kind of an augmentation.
    """

    severity: Severity
    layer_id: str | None
    message: Message
    fixes: tuple[Fix, ...] = field(default=(), compare=False)
    field: str = ""
    place: str = ""

    @property
    def code(self) -> str:
        """What kind of problem it is, whatever its numbers and words; of a layer inside another, its own."""
        message = self.message
        while isinstance(inner := message.parameters.get("reason"), Message):
            message = inner
        return message.code

    @property
    def identity(self) -> tuple[str, str | None, str, str]:
        """What stays while its numbers change."""
        return self.code, self.layer_id, self.field, self.place


def setting(text: Message, name: str, value: object) -> Fix:
    """Return the fix that sets one of the training settings."""

    def set_one(design: Design) -> Design:
        training: TrainSettings = design.training.changed(name, value)
        return edits.set_training(design, training)

    return Fix(text, set_one)


def replacing(text: Message, layer_id: str, layer: Layer) -> Fix:
    """Return the fix that puts another declaration in the place of a layer."""
    return Fix(text, partial(edits.replace_layer, layer_id=layer_id, layer=layer))


def deleting(layer_id: str, name: str) -> Fix:
    """Return the fix that takes a layer out of the stack."""
    return Fix(Message("fix.delete", "Delete {layer}", layer=name), partial(edits.remove_layers, ids=(layer_id,)))


def adding(text: Message, *layers: Layer) -> Fix:
    """Return the fix that puts layers at the end of the stack."""

    def add(design: Design) -> Design:
        for layer in layers:
            design, _ = edits.insert_layer(design, len(design.layers), layer)
        return design

    return Fix(text, add)
