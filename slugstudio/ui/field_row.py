"""One field of a form: its label, its editor, its way back to the default, and below what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from slugstudio.engine.declaration import Declared, Field, expectation
from slugstudio.ui import icons, theme
from slugstudio.ui.choice_or_pair import ChoiceOrPairEditor
from slugstudio.ui.editors import BoolEditor, ChoiceEditor, NumberEditor, Option, PairEditor, written
from slugstudio.ui.refusal import Refusal
from slugstudio.ui.shape_editor import ShapeEditor
from slugstudio.ui.translation import told, tr

ROW_SPACING, _RESET = 4, 16
RESET_KEYS = "Ctrl+Backspace"


class Editor(Protocol):
    """What a form needs of an editor."""

    changed: SignalInstance
    refused: SignalInstance
    settled: SignalInstance

    def show_value(self, value: Any, *, fresh: bool) -> None:
        """Show a value without telling of it."""


def tooltip(field: Field) -> str:
    """Return the help of a field with its range and its default."""
    sentences = [told(field.help)] if field.help else []
    if field.form in ("int", "float", "pair", "choice_or_pair"):
        expected = expectation(field)
        sentences.append(f"{expected[0].upper()}{expected[1:]}{f' {field.unit}' if field.unit else ''}.")
    if not field.required:
        sentences.append(f"Default: {_said(field.default)}.")
    return "<br>".join(sentences)


def _said(value: object) -> str:
    match value:
        case None | ():
            return "none"
        case bool():
            return "on" if value else "off"
        case int() | float():
            return written(value)
        case Declared():
            return told(value.label)
        case tuple():
            joint = ", " if any(isinstance(part, Declared) for part in value) else "×"
            return joint.join(_said(part) for part in value)
    return str(value)


class Row(QWidget):
    """One field: its label above its editor, and below them what is wrong with what was typed."""

    changed = Signal(object, bool)
    """Carries the value and whether it belongs to a stroke of changes that make one step together."""
    settled = Signal()
    reset_asked = Signal()
    """The default is wanted back."""

    def __init__(self, field: Field, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.reset_button = self._made_reset(name)
        self.note = QLabel()
        self.note.setObjectName(f"{name}_note")
        self.note.setProperty("role", "label")
        self.note.setWordWrap(True)
        self.note.hide()
        self.name = name
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(ROW_SPACING)
        self._refusal = Refusal(f"{name}_message")
        self._explained = self._forbidden = ""

    def add(self, editor: QWidget, *, labelled: bool = True) -> None:
        """Put the editor below its label, with the notes below it."""
        if labelled:
            self.column.addLayout(self._label_line(editor))
        if not editor.objectName():
            editor.setObjectName(self.name)
            editor.setAccessibleName(told(self.field.label))
        editor.setToolTip(tooltip(self.field))
        if labelled:
            self.column.addWidget(editor)
        else:
            line = QHBoxLayout()
            line.setSpacing(ROW_SPACING)
            line.addWidget(editor, 1)
            line.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignBottom)
            self.column.addLayout(line)
        self.column.addWidget(self.note)
        self.column.addWidget(self._refusal)

    def _made_reset(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{name}_reset")
        button.setProperty("role", "tiny")
        button.setAccessibleName(tr("Reset {field}", field=self.field.label))
        button.setToolTip(tr("Back to the default ({keys})", keys=RESET_KEYS))
        button.setFixedSize(_RESET, _RESET)
        button.setIconSize(QSize(_RESET - 4, _RESET - 4))
        button.setIcon(icons.icon("reset", theme.current().secondary))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.reset_asked)
        theme.manager().changed.connect(self._restyle)
        keys = QShortcut(QKeySequence(RESET_KEYS), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.reset_asked)
        button.hide()
        return button

    def _restyle(self) -> None:
        self.reset_button.setIcon(icons.icon("reset", theme.current().secondary))

    def tell_several(self, values: Sequence[object]) -> None:
        """Say which values several layers have; with one value there is nothing to say."""
        told_values = ", ".join(_said(value) for value in values)
        self.note.setText(tr("Several values: {values}", values=told_values) if len(values) > 1 else "")
        self.note.setVisible(len(values) > 1)

    def _label_line(self, editor: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        label = QLabel(told(self.field.label))
        label.setProperty("role", "label")
        label.setBuddy(editor)
        label.setToolTip(tooltip(self.field))
        line.addWidget(label, 1)
        line.addWidget(self.reset_button)
        if self.field.unit:
            unit = QLabel(told(self.field.unit))
            unit.setProperty("role", "label")
            line.addWidget(unit)
        return line

    def explain(self, reason: str) -> None:
        """Say what is wrong, in place; nothing is wrong when ``reason`` is empty."""
        self._explained = reason
        self._refusal.say(self._explained or self._forbidden)

    def forbid(self, reason: str) -> None:
        """Say why a value that is right by itself does not go with the other fields; empty if it does."""
        self._forbidden = reason
        self._refusal.say(self._explained or self._forbidden)

    def show_value(self, value: Any, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        raise NotImplementedError


class PlainRow(Row):
    """A number, a pair, a shape, a choice or yes and no."""

    def __init__(self, field: Field, name: str, parent: QWidget | None = None) -> None:
        super().__init__(field, name, parent)
        match field.form:
            case "int" | "float":
                self._editor: Editor = self._made(NumberEditor(field))
            case "pair":
                self._editor = self._made(PairEditor(field, name), labelled=False)
            case "bool":
                self._editor = self._made(BoolEditor(field), labelled=False)
            case "choice_or_pair":
                self._editor = self._made(ChoiceOrPairEditor(field, name))
            case "shape":
                self._editor = self._made(ShapeEditor(field))
            case "choice":
                self._editor = self._made(ChoiceEditor([Option(text, text) for text in field.choices]))
            case _:
                raise NotImplementedError(f"no editor is known for a field of the form {field.form!r}.")

    def _made(self, editor: Any, *, labelled: bool = True) -> Editor:
        self.add(editor, labelled=labelled)
        merges = self.field.form in ("int", "float", "pair", "choice_or_pair", "shape")
        editor.changed.connect(lambda value: self.changed.emit(value, merges))
        editor.refused.connect(self.explain)
        editor.settled.connect(self.settled)
        found: Editor = editor
        return found

    def show_value(self, value: Any, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        self._editor.show_value(value, fresh=fresh)
