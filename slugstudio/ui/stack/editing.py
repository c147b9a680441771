"""What building does to the document: each gesture of the stack is one undoable step."""

from __future__ import annotations

from collections.abc import Sequence

from slugstudio.datasets import DataSource
from slugstudio.engine.activation import Sigmoid, Softmax
from slugstudio.engine.declaration import Shape
from slugstudio.project import clipboard, edits
from slugstudio.project.analysis import Analysis
from slugstudio.project.design import Design, LayerEntry
from slugstudio.ui.document import DATA_CARD, Document
from slugstudio.ui.stack import entries


class StackEditor:
    """The edits that the stack and the palette make, free of any widget."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self._document.design

    def add(self, key: str, index: int | None = None) -> str:
        """Add what an entry of the palette stands for with its sensible values, select it and return its id.

        Without ``index`` a layer goes where `place_for_new` says. Data take the place of those that are there.
        """
        added = entries.entry(key)
        if added is None:
            raise KeyError(f"no entry of the palette has the key {key}")
        if added.is_data:
            return self._choose(added.source())
        place = place_for_new(self.design, self._document.selection) if index is None else index
        arrives = shape_at(self._document.analysis, self.design, place)
        design, layer_id = edits.insert_layer(self.design, place, added.layer(arrives))
        self._document.edit(design, f"add {added.label}", select=(layer_id,))
        return layer_id

    def _choose(self, source: DataSource) -> str:
        """Learn from other data; those of the same kind stay as they were set."""
        data = self.design.data
        if data.source.kind == source.kind:
            self._document.select((DATA_CARD,))
        else:
            design = edits.set_data(self.design, data.replace(source=source))
            self._document.edit(design, f"choose {source.title}", select=(DATA_CARD,))
        return DATA_CARD

    def move(self, ids: Sequence[str], index: int) -> None:
        """Move layers, in their order in the stack, before the layer that now stands at ``index``."""
        design = edits.move_layers(self.design, ids, index)
        self._document.edit(design, f"move {self._names(ids)}")

    def nudge(self, step: int) -> None:
        """Move the selected layers one place up (-1) or down (+1); at the end of the stack they stay."""
        order = [entry.id for entry in self.design.layers]
        ids = self.selected()
        if not ids:
            return
        first, last = order.index(ids[0]), order.index(ids[-1])
        if step < 0 and first > 0:
            self.move(ids, first - 1)
        elif step > 0 and last < len(order) - 1:
            self.move(ids, last + 2)

    def delete(self, verb: str = "delete") -> None:
        """Delete the selected layers and select the one that takes their place; ``verb`` says what that is called."""
        order = [entry.id for entry in self.design.layers]
        ids = self.selected()
        if not ids:
            return
        after = [i for i in order[order.index(ids[-1]) + 1 :] if i not in ids]
        before = [i for i in order[: order.index(ids[-1])] if i not in ids]
        heir = after[:1] or before[-1:]
        self._document.edit(edits.remove_layers(self.design, ids), f"{verb} {self._names(ids)}", select=heir)

    def duplicate(self) -> None:
        """Put a copy of the selected layers below the last of them and select the copies."""
        ids = self.selected()
        if not ids:
            return
        known = {entry.id for entry in self.design.layers}
        design = edits.duplicate_layers(self.design, ids)
        copies = [entry.id for entry in design.layers if entry.id not in known]
        self._document.edit(design, f"duplicate {self._names(ids)}", select=copies)

    def copied(self) -> str:
        """Return the selected layers as text for the clipboard; empty if none is selected."""
        entries = self._selected_entries()
        return clipboard.text_of(entries) if entries else ""

    def paste(self, text: str, index: int | None = None) -> None:
        """Put copies of the layers of a text into the stack and select them; without ``index`` as `add` does.

        Raises
        ------
        SlugError
            If the text holds no layers.
        """
        entries, known = clipboard.layers_of(text), set(self.design.ids)
        place = place_for_new(self.design, self._document.selection) if index is None else index
        design = edits.insert_copies(self.design, place, entries)
        copies = [layer_id for layer_id in design.ids if layer_id not in known]
        what = f"{len(entries)} layers" if len(entries) > 1 else entries[0].name
        self._document.edit(design, f"paste {what}", select=copies)

    @property
    def all_disabled(self) -> bool:
        """Tell whether the network does without all of the selected layers."""
        return all(not entry.enabled for entry in self._selected_entries())

    @property
    def all_frozen(self) -> bool:
        """Tell whether training leaves all of the selected layers alone."""
        return all(entry.frozen for entry in self._selected_entries())

    def toggle_enabled(self) -> None:
        """Disable the selected layers, or enable them if all are disabled."""
        ids, enable = self.selected(), self.all_disabled
        verb = "enable" if enable else "disable"
        self._document.edit(edits.enable_layers(self.design, ids, enable), f"{verb} {self._names(ids)}")

    def toggle_frozen(self) -> None:
        """Freeze the selected layers, or thaw them if all are frozen."""
        ids, thaw = self.selected(), self.all_frozen
        verb = "thaw" if thaw else "freeze"
        self._document.edit(edits.freeze_layers(self.design, ids, not thaw), f"{verb} {self._names(ids)}")

    def _selected_entries(self) -> list[LayerEntry]:
        ids = self.selected()
        return [entry for entry in self.design.layers if entry.id in ids]

    def selected(self) -> tuple[str, ...]:
        """Return the ids of the selected layers, without the data card."""
        return tuple(i for i in self._document.selection if i != DATA_CARD)

    def _names(self, ids: Sequence[str]) -> str:
        if len(ids) > 1:
            return f"{len(ids)} layers"
        return next((entry.name for entry in self.design.layers if entry.id in ids), "")


def shape_at(analysis: Analysis, design: Design, place: int) -> Shape | None:
    """Return the shape of what arrives at a place of the stack, None where a problem above hides it."""
    return analysis.layers[place - 1].output_shape if place else design.data.source.sample_shape


def place_for_new(design: Design, selection: Sequence[str]) -> int:
    """Return where a layer goes by itself: after the selection, else before the output layer."""
    order = [DATA_CARD, *(entry.id for entry in design.layers)]
    if chosen := [place for place, layer_id in enumerate(order) if layer_id in selection]:
        return chosen[-1]
    layers = design.layers
    ends = bool(layers) and isinstance(layers[-1].layer.after, Softmax | Sigmoid)
    return len(layers) - ends
