"""The editor of a shape."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from slugstudio.engine.declaration import Field, check
from slugstudio.engine.errors import ConfigError
from slugstudio.ui.editors import LineEdit, written
from slugstudio.ui.refusal import mark


class ShapeEditor(LineEdit):
    """The sizes of a shape, one after the other: ``16 × 7 × 7``."""

    changed = Signal(object)
    refused = Signal(str)
    settled = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: int | tuple[int, ...] | None = None
        self._refused = False
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self.settled)

    def show_value(self, value: int | tuple[int, ...] | None, *, fresh: bool) -> None:
        """Show a shape without telling of it; refused text stays while its field does not change."""
        if fresh or value != self._value:
            self._value = value
            self._take_back()

    def _take_back(self) -> None:
        sizes = self._value if isinstance(self._value, tuple) else (self._value,)
        self.setText(" × ".join(written(size) for size in sizes))
        self._explain("")

    def _explain(self, reason: str) -> None:
        self._refused = bool(reason)
        mark(self, reason)
        self.refused.emit(reason)

    def _typed(self, text: str) -> None:
        parts = re.split(r"\s*[×x*,;\s]\s*", text.strip())
        try:
            found = check("", self._field, [int(part) if part.isdecimal() else part for part in parts])
        except ConfigError:
            self._explain(f"expected sizes of 1 or more, such as 16 × 7 × 7, received {text.strip()!r}.")
            return
        self._explain("")
        if found != self._value:
            self._value = found
            self.changed.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take refused text back on Escape."""
        if event.key() == Qt.Key.Key_Escape and self._refused:
            self._take_back()
            self.selectAll()
        else:
            super().keyPressEvent(event)
