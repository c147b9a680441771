"""Layers as text, for the clipboard: readable JSON that goes to other windows and programs, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from slugstudio.engine.errors import SlugError
from slugstudio.engine.messages import Message
from slugstudio.project import strict_json
from slugstudio.project.design import LayerEntry
from slugstudio.project.errors import FormatError
from slugstudio.project.records import layer_of, layer_record

_MARK, _VALUE = "slugstudio", "layers"
LONGEST = 2**20
"""How many characters of text are looked at: more than a thousand layers take."""


def text_of(entries: Iterable[LayerEntry]) -> str:
    """Return layers as they are in ``network.json`` of a project file, their settings but not their weights."""
    return json.dumps({_MARK: _VALUE, "layers": [layer_record(entry) for entry in entries]}, indent=2) + "\n"


def layers_of(text: str) -> tuple[LayerEntry, ...]:
    """Return the layers that a text describes, with the ids and names that they had where they come from.

    Raises
    ------
    FormatError
        If it is no such text, or a layer is not known or has values that it cannot have; it says which.
    """
    nothing = FormatError(Message("clipboard.none", "The clipboard holds no layers; copy some of a stack first."))
    if len(text) > LONGEST or _MARK not in text:
        raise nothing
    try:
        match strict_json.load(text.encode()):
            case {"slugstudio": "layers", "layers": [_, *_] as records}:
                pass
            case _:
                raise nothing
    except FormatError:
        raise nothing from None
    entries = []
    for place, record in enumerate(records, start=1):
        try:
            entries.append(layer_of(record, None))
        except SlugError as error:
            said = Message(
                "clipboard.layer", "Layer {place} of the clipboard: {reason}", place=place, reason=str(error)
            )
            raise FormatError(said) from error
    return tuple(entries)
