"""What is dragged: an entry of the palette, or layers of this document or another."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData

KIND = "application/x-slugstudio-kind"
LAYERS = "application/x-slugstudio-layers"
FORMATS = [KIND, LAYERS]


def of_kind(key: str) -> QMimeData:
    """Return what the palette drags: the key of an entry, which a layer's kind is."""
    data = QMimeData()
    data.setData(KIND, key.encode())
    return data


def of_layers(ids: Sequence[str], stack: str, text: str) -> QMimeData:
    """Return what the stack drags, with the layers as text for others.

    ``stack`` tells it from other windows, whose layers may have the same ids.
    """
    data = QMimeData()
    data.setData(LAYERS, json.dumps({"stack": stack, "ids": list(ids)}).encode())
    data.setText(text)
    return data


def kind(data: QMimeData) -> str | None:
    """Return the key of the entry that is dragged, None if something else is."""
    return bytes(data.data(KIND).data()).decode(errors="replace") if data.hasFormat(KIND) else None


def copied(data: QMimeData, stack: str) -> str:
    """Return the text of layers that are dragged from another stack than this; empty if something else is."""
    return data.text() if data.hasFormat(LAYERS) and not layers(data, stack) else ""


def layers(data: QMimeData, stack: str) -> list[str]:
    """Return the ids of the layers that are dragged from ``stack``; none if something else is."""
    if not data.hasFormat(LAYERS):
        return []
    try:
        record = json.loads(bytes(data.data(LAYERS).data()))
    except ValueError:
        return []  # another program calls something of its own so
    match record:
        case {"stack": str(other), "ids": list(ids)} if other == stack and all(isinstance(each, str) for each in ids):
            return ids
    return []
