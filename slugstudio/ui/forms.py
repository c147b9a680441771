"""Property forms made from declarations and nothing else: label, editor, help and message of each field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from slugstudio.engine.declaration import Declared, Field, check, expectation, fields
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Layer
from slugstudio.ui.choice_or_pair import ChoiceOrPairEditor
from slugstudio.ui.editors import BoolEditor, ChoiceEditor, NumberEditor, Option, PairEditor, written
from slugstudio.ui.fold import Fold
from slugstudio.ui.inner_stack import InnerStack
from slugstudio.ui.refusal import Refusal
from slugstudio.ui.several import SeveralEditor
from slugstudio.ui.shape_editor import ShapeEditor

_ROW_SPACING, _FORM_SPACING = 4, 10


class Editor(Protocol):
    """What a form needs of an editor."""

    changed: SignalInstance
    refused: SignalInstance
    settled: SignalInstance

    def show_value(self, value: Any, *, fresh: bool) -> None:
        """Show a value without telling of it."""


def tooltip(field: Field) -> str:
    """Return the help of a field with its range and its default."""
    sentences = [field.help] if field.help else []
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
            return value.label
        case tuple():
            joint = ", " if any(isinstance(part, Declared) for part in value) else "×"
            return joint.join(_said(part) for part in value)
    return str(value)


def differs(declared: Declared, field: Field) -> bool:
    """Tell whether a field has another value than it has by default."""
    return field.required or getattr(declared, field.name) != check(declared.kind, field, field.default)


def recast(old: Declared | None, cls: type[Declared]) -> Declared:
    """Return a declaration of another kind that keeps the values of fields which both kinds have."""
    made: Declared = cls()
    theirs = {f.name for f in fields(type(old)) if not f.hint} if old is not None else set()
    for field in fields(cls):
        if field.name in theirs:
            try:
                made = made.replace(**{field.name: getattr(old, field.name)})
            except ConfigError:
                continue  # the other kind has another range: its default stays
    return made


class _Row(QWidget):
    """One field: its label above its editor, and below them what is wrong with what was typed."""

    changed = Signal(object, bool)
    """Carries the value and whether it belongs to a stroke of changes that make one step together."""
    settled = Signal()

    def __init__(self, field: Field, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._name = name
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_ROW_SPACING)
        self._refusal = Refusal(f"{name}_message")
        self._explained = self._forbidden = ""

    def _add(self, editor: QWidget, *, labelled: bool = True) -> None:
        if labelled:
            self._column.addLayout(self._label_line(editor))
        if not editor.objectName():
            editor.setObjectName(self._name)
            editor.setAccessibleName(self.field.label)
        editor.setToolTip(tooltip(self.field))
        self._column.addWidget(editor)
        self._column.addWidget(self._refusal)

    def _label_line(self, editor: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        label = QLabel(self.field.label)
        label.setProperty("role", "label")
        label.setBuddy(editor)
        label.setToolTip(tooltip(self.field))
        line.addWidget(label, 1)
        if self.field.unit:
            unit = QLabel(self.field.unit)
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


class _PlainRow(_Row):
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
        self._add(editor, labelled=labelled)
        merges = self.field.form in ("int", "float", "pair", "choice_or_pair", "shape")
        editor.changed.connect(lambda value: self.changed.emit(value, merges))
        editor.refused.connect(self.explain)
        editor.settled.connect(self.settled)
        found: Editor = editor
        return found

    def show_value(self, value: Any, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        self._editor.show_value(value, fresh=fresh)


class _DeclaredRow(_Row):
    """One of a family's kinds, with the fields of that kind below it."""

    def __init__(self, field: Field, family: type[Declared], name: str, unfolded: set[str]) -> None:
        super().__init__(field, name)
        self._value: Declared | None = None
        none = [Option(None, field.none)] if field.none else []
        kinds = [Option(cls, cls.label, cls.summary()) for cls in family.kinds.values()]
        self._combo = ChoiceEditor([*none, *kinds])
        self._combo.changed.connect(self._choose)
        self._add(self._combo)
        self._form = DeclaredForm(name, unfolded)
        self._form.setContentsMargins(0, _FORM_SPACING - _ROW_SPACING, 0, 0)
        self._form.edited.connect(self._edit)
        self._form.settled.connect(self.settled)
        self._column.addWidget(self._form)

    def show_value(self, value: Declared | None, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        other = type(value) is not type(self._value)
        self._value = value
        self._combo.show_value(None if value is None else type(value), fresh=fresh)
        self._show_form(fresh=fresh or other)

    def _show_form(self, *, fresh: bool) -> None:
        if self._value is None or not _visible(type(self._value)):
            self._form.hide()
            return
        if fresh:
            self._form.load(self._value)
        else:
            self._form.follow(self._value)
        self._form.show()

    def _choose(self, cls: type[Declared] | None) -> None:
        self._value = None if cls is None else recast(self._value, cls)
        self._show_form(fresh=True)
        self.changed.emit(self._value, False)

    def _edit(self, _name: str, value: Declared, merge_key: str) -> None:
        self._value = value
        self.changed.emit(value, bool(merge_key))


class _StackRow(_Row):
    """A stack of layers, with the fields of the selected one below it."""

    def __init__(self, field: Field, name: str, unfolded: set[str]) -> None:
        super().__init__(field, name)
        self._stack = InnerStack(field, name, DeclaredForm(f"{name}_inside", unfolded))
        self._add(self._stack)
        self._stack.changed.connect(self.changed.emit)
        self._stack.settled.connect(self.settled)

    def show_value(self, value: tuple[Layer, ...], *, fresh: bool) -> None:
        """Show a value without telling of it."""
        self._stack.show_value(value, fresh=fresh)


class _SeveralRow(_Row):
    """Several of a family's kinds, each with its fields."""

    def __init__(
        self,
        field: Field,
        family: type[Declared],
        name: str,
        unfolded: set[str],
        objection: Callable[[tuple[Declared, ...]], str],
    ) -> None:
        super().__init__(field, name)
        self._several = SeveralEditor(field, family, name, lambda inside: DeclaredForm(inside, unfolded), objection)
        self._add(self._several)
        self._several.changed.connect(self.changed.emit)
        self._several.settled.connect(self.settled)

    def show_value(self, value: tuple[Declared, ...], *, fresh: bool) -> None:
        """Show a value without telling of it."""
        self._several.show_value(value, fresh=fresh)


def _visible(cls: type[Declared]) -> list[Field]:
    """Return the fields in the order of the form: a stack comes last, as the form of its selected layer is long."""
    return sorted((field for field in fields(cls) if not field.hint), key=lambda field: field.form == "stack")


class DeclaredForm(QWidget):
    """The form of one declaration.

    Parameters
    ----------
    name
        How the object names of the editors begin: the editor of ``stride`` is ``field_stride``.
    unfolded
        The names of the forms whose seldom changed fields show; the form keeps it up to date, and whoever gives it
        remembers it.
    """

    edited = Signal(str, object, str)
    """Carries the name of the field, the new declaration, and the key under which a stroke of changes is one step
    (empty when the change is a step of its own)."""
    settled = Signal()
    """The person has finished a stroke of changes."""

    def __init__(self, name: str = "field", unfolded: set[str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._unfolded = set() if unfolded is None else unfolded
        self._declared: Declared | None = None
        self._rows: dict[str, _Row] = {}
        self._fold: Fold | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_FORM_SPACING)

    @property
    def declared(self) -> Declared | None:
        """The last valid declaration."""
        return self._declared

    def load(self, declared: Declared) -> None:
        """Show another declaration; what was typed and refused before is forgotten."""
        self._show(declared, fresh=True)

    def follow(self, declared: Declared) -> None:
        """Show that the same thing has changed elsewhere; cursors and refused text stay where nothing changed."""
        self._show(declared, fresh=False)

    def _show(self, declared: Declared, *, fresh: bool) -> None:
        if type(declared) is not type(self._declared):
            self._build(type(declared))
        changed = self._declared != declared  # then what was refused before may be right now
        self._declared = declared
        for name, row in self._rows.items():
            row.show_value(getattr(declared, name), fresh=fresh)
            if fresh or changed:
                row.forbid("")
        self._tell_in_use(declared)

    def _build(self, cls: type[Declared]) -> None:
        for old in (*self._rows.values(), *([self._fold] if self._fold else [])):
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = {field.name: self._row(field) for field in _visible(cls)}
        self._fold = self._made_fold() if any(row.field.advanced for row in self._rows.values()) else None
        for row in self._rows.values():
            column = self._fold.rows if self._fold and row.field.advanced else self._column
            column.addWidget(row)
        if self._fold:
            self._column.addWidget(self._fold)

    def _made_fold(self) -> Fold:
        fold = Fold(self._name)
        fold.show_inside(visible=self._name in self._unfolded)
        fold.turned.connect(self._remember)
        return fold

    def _remember(self, visible: bool) -> None:
        (self._unfolded.add if visible else self._unfolded.discard)(self._name)

    def _tell_in_use(self, declared: Declared) -> None:
        if self._fold:
            rare = (row.field for row in self._rows.values() if row.field.advanced)
            self._fold.tell([field.label for field in rare if differs(declared, field)])

    def _row(self, field: Field) -> _Row:
        name = f"{self._name}_{field.name}"
        family = field.family
        if family is None:
            row: _Row = _PlainRow(field, name)
        elif field.form == "declared":
            row = _DeclaredRow(field, family, name, self._unfolded)
        elif family is Layer:
            row = _StackRow(field, name, self._unfolded)
        else:
            row = _SeveralRow(field, family, name, self._unfolded, lambda value: self._objection(field.name, value))
        row.changed.connect(lambda value, merges: self._edit(field.name, value, merges))
        row.settled.connect(self.settled)
        return row

    def _objection(self, name: str, value: object) -> str:
        """Say why a field cannot have a value while the others are as they are; empty if it can."""
        try:
            if self._declared is not None:
                self._declared.replace(**{name: value})
        except ConfigError as error:
            return error.reason
        return ""

    def _edit(self, name: str, value: object, merges: bool) -> None:
        if self._declared is None:
            return
        try:
            after = self._declared.changed(name, value)
        except ConfigError as error:
            self._rows[name].forbid(error.reason)
            return
        for row in self._rows.values():
            row.forbid("")
        self._declared = after
        self._tell_in_use(after)
        self.edited.emit(name, after, f"{self._name}_{name}" if merges else "")
