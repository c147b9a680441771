"""Property forms made from declarations and nothing else: label, editor, help and message of each field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from slugstudio.engine.declaration import Declared, Field, check, fields
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Layer
from slugstudio.ui.curve_picture import CurvePicture, picture_of
from slugstudio.ui.editors import ChoiceEditor, Option
from slugstudio.ui.field_row import ROW_SPACING, PlainRow, Row
from slugstudio.ui.fold import Fold
from slugstudio.ui.inner_stack import InnerStack, shown
from slugstudio.ui.several import SeveralEditor
from slugstudio.ui.translation import told

_FORM_SPACING = 10


def differs(declared: Declared, field: Field) -> bool:
    """Tell whether a field has another value than it has by default."""
    return field.required or getattr(declared, field.name) != check(declared.kind, field, field.default)


def common_fields(kinds: Sequence[type[Declared]]) -> tuple[str, ...]:
    """Return the names of the fields that all kinds have in the same way, in the order of the first."""
    first, *others = [{field.name: field for field in _visible(kind)} for kind in kinds]
    alike = ("form", "range", "choices", "family")
    return tuple(
        name
        for name, field in first.items()
        if field.form != "stack"
        and all(
            name in other and all(getattr(other[name], each) == getattr(field, each) for each in alike)
            for other in others
        )
    )


def usual(declared: Declared, field: Field) -> Any:
    """Return what a form shows for a field that has its default."""
    value = check(declared.kind, field, field.default)
    if value is None and isinstance(declared, Layer):
        return getattr(shown(declared.replace(**{field.name: None})), field.name)
    return value


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


class _DeclaredRow(Row):
    """One of a family's kinds, with the fields of that kind below it."""

    def __init__(self, field: Field, family: type[Declared], name: str, unfolded: set[str]) -> None:
        super().__init__(field, name)
        self._value: Declared | None = None
        none = [Option(None, field.none)] if field.none else []
        kinds = [Option(cls, told(cls.label), told(cls.summary())) for cls in family.kinds.values()]
        self._combo = ChoiceEditor([*none, *kinds])
        self._combo.changed.connect(self._choose)
        self.add(self._combo)
        self._picture = CurvePicture()
        self._picture.setObjectName(f"{name}_picture")
        self.column.addWidget(self._picture)
        self._form = DeclaredForm(name, unfolded)
        self._form.setContentsMargins(0, _FORM_SPACING - ROW_SPACING, 0, 0)
        self._form.edited.connect(self._edit)
        self._form.settled.connect(self.settled)
        self.column.addWidget(self._form)

    def show_value(self, value: Declared | None, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        other = type(value) is not type(self._value)
        self._value = value
        self._combo.show_value(None if value is None else type(value), fresh=fresh)
        self._show_form(fresh=fresh or other)

    def _show_form(self, *, fresh: bool) -> None:
        self._picture.show_picture(picture_of(self._value))
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
        self._picture.show_picture(picture_of(value))
        self.changed.emit(value, bool(merge_key))


class _StackRow(Row):
    """A stack of layers, with the fields of the selected one below it."""

    def __init__(self, field: Field, name: str, unfolded: set[str]) -> None:
        super().__init__(field, name)
        self._stack = InnerStack(field, name, DeclaredForm(f"{name}_inside", unfolded))
        self.add(self._stack)
        self._stack.changed.connect(self.changed.emit)
        self._stack.settled.connect(self.settled)

    def show_value(self, value: tuple[Layer, ...], *, fresh: bool) -> None:
        """Show a value without telling of it."""
        self._stack.show_value(value, fresh=fresh)


class _SeveralRow(Row):
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
        self.add(self._several)
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
        self._rows: dict[str, Row] = {}
        self._fold: Fold | None = None
        self._only: tuple[str, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_FORM_SPACING)

    @property
    def declared(self) -> Declared | None:
        """The last valid declaration."""
        return self._declared

    def load(self, declared: Declared, only: tuple[str, ...] | None = None) -> None:
        """Show another declaration, or ``only`` some of its fields; what was typed and refused before is forgotten."""
        if only != self._only:
            self._only, self._declared = only, None  # so that it is built anew
        self._show(declared, fresh=True)

    def tell_several(self, declarations: Sequence[Declared]) -> None:
        """Say of each field which values several declarations have, of which the form shows the first."""
        for name, row in self._rows.items():
            row.tell_several(tuple(dict.fromkeys(getattr(each, name) for each in declarations)))

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

    def _reset(self, name: str) -> None:
        """Give a field its default, as an edit of its own."""
        declared, row = self._declared, self._rows[name]
        if declared is not None and not row.field.required:
            value = usual(declared, row.field)
            if value != getattr(declared, name):
                row.show_value(value, fresh=True)
                self._edit(name, value, merges=False)

    def _build(self, cls: type[Declared]) -> None:
        for old in (*self._rows.values(), *([self._fold] if self._fold else [])):
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = {
            field.name: self._row(field) for field in _visible(cls) if self._only is None or field.name in self._only
        }
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
        for name, row in self._rows.items():
            row.reset_button.setVisible(
                not row.field.required and getattr(declared, name) != usual(declared, row.field)
            )
        if self._fold:
            rare = (row.field for row in self._rows.values() if row.field.advanced)
            self._fold.tell([field.label for field in rare if differs(declared, field)])

    def _row(self, field: Field) -> Row:
        name = f"{self._name}_{field.name}"
        family = field.family
        if family is None:
            row: Row = PlainRow(field, name)
        elif field.form == "declared":
            row = _DeclaredRow(field, family, name, self._unfolded)
        elif family is Layer:
            row = _StackRow(field, name, self._unfolded)
        else:
            row = _SeveralRow(field, family, name, self._unfolded, lambda value: self._objection(field.name, value))
        row.changed.connect(lambda value, merges: self._edit(field.name, value, merges))
        row.settled.connect(self.settled)
        row.reset_asked.connect(lambda: self._reset(field.name))
        return row

    def focus(self, name: str) -> None:
        """Put the cursor into a field, which is unfolded and brought into sight where it must."""
        row = self._rows[name]
        if self._fold and row.field.advanced:
            self._fold.show_inside(visible=True)
        editors = [each for each in row.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        target = next((each for each in editors if each.isEnabled() and each is not row.reset_button), row)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def forbid(self, name: str, reason: str) -> None:
        """Say below a field why its value cannot be, for a reason that its declaration does not know."""
        self._rows[name].forbid(reason)

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
