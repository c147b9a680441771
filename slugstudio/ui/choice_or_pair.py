"""The editor of what is one of several words or, given as numbers, a pair."""

from __future__ import annotations

import dataclasses
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from slugstudio.engine.declaration import Field
from slugstudio.ui.editors import ChoiceEditor, Option, PairEditor

EXPLICIT = "explicit"
_SPACING = 4


class ChoiceOrPairEditor(QWidget):
    """The words in a box, with one more for numbers; these are shown below it while that is chosen."""

    changed = Signal(object)
    refused = Signal(str)
    settled = Signal()

    def __init__(self, field: Field, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        self.choice = ChoiceEditor([Option(text, text) for text in (*field.choices, EXPLICIT)])
        self.choice.setObjectName(f"{name}_choice")
        self.choice.setAccessibleName(field.label)
        self.choice.changed.connect(self._choose)
        self._pair_value = (1, 1)
        self._pair = PairEditor(dataclasses.replace(field, form="pair"), name)
        self._pair.changed.connect(self._tell_pair)
        self._pair.refused.connect(self.refused)
        self._pair.settled.connect(self.settled)
        column.addWidget(self.choice)
        column.addWidget(self._pair)
        self.setFocusProxy(self.choice)

    def show_value(self, value: str | tuple[int, int], *, fresh: bool) -> None:
        """Show a value without telling of it."""
        explicit = isinstance(value, tuple)
        self._pair_value = cast("tuple[int, int]", value) if explicit else self._pair_value
        self.choice.show_value(EXPLICIT if explicit else value, fresh=fresh)
        self._pair.show_value(self._pair_value, fresh=fresh or not explicit)
        self._pair.setVisible(explicit)

    def _choose(self, choice: str) -> None:
        value = self._pair_value if choice == EXPLICIT else choice
        self.show_value(value, fresh=True)
        self.changed.emit(value)

    def _tell_pair(self, pair: tuple[int, int]) -> None:
        self._pair_value = pair
        self.changed.emit(pair)
