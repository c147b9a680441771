"""The editor of several declarations of a family, such as metrics: each with its own form, to add and to remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from slugstudio.engine.declaration import Declared, Field, fields
from slugstudio.ui import icons, theme
from slugstudio.ui.inner_stack import indented
from slugstudio.ui.translation import tr

if TYPE_CHECKING:
    from slugstudio.ui.forms import DeclaredForm

_SPACING, _BUTTON = 6, 28

Values = tuple[Declared, ...]


class SeveralEditor(QWidget):
    """Some of a family's kinds below one another; each change is told as all of them.

    Parameters
    ----------
    field
        Says what they are called.
    family
        Whose kinds can be added.
    name
        How the object names begin: the button that adds is ``name_add``, one that removes ``name_0_remove``.
    made_form
        Returns a form whose object names begin so.
    objection
        Says why something cannot be the value; empty if it can.
    """

    changed = Signal(object, bool)
    """Carries the declarations, and whether the change belongs to a stroke of changes that make one step together."""
    settled = Signal()

    def __init__(
        self,
        field: Field,
        family: type[Declared],
        name: str,
        made_form: Callable[[str], DeclaredForm],
        objection: Callable[[Values], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._made_form, self._objection = name, made_form, objection
        self._values: Values = ()
        self._items: list[_Item] = []
        self.add_button = QPushButton(tr("Add"))
        self.add_button.setObjectName(f"{name}_add")
        self.add_button.setAccessibleName(tr("Add to the {value1}", value1=field.label.lower()))
        self.add_button.setMenu(self._made_menu(family))
        line = QHBoxLayout()
        line.addWidget(self.add_button)
        line.addStretch(1)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(_SPACING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addLayout(self._rows)
        column.addLayout(line)
        self.setFocusProxy(self.add_button)

    def _made_menu(self, family: type[Declared]) -> QMenu:
        """Return the menu of the kinds; one that cannot be added now says why."""
        menu = QMenu(self.add_button)
        menu.setToolTipsVisible(True)
        for cls in family.kinds.values():
            action = menu.addAction(cls.label)
            action.setData(cls)
            action.triggered.connect(lambda _checked=False, cls=cls: self.add(cls))
        menu.aboutToShow.connect(self._offer)
        return menu

    def _offer(self) -> None:
        for action in self.add_button.menu().actions():
            cls = action.data()
            reason = self._objection((*self._values, cls()))
            action.setEnabled(not reason)
            action.setToolTip(reason or cls.summary())

    def show_value(self, values: Values, *, fresh: bool) -> None:
        """Show declarations without telling of them."""
        same = [type(value) for value in values] == [type(value) for value in self._values]
        self._values = values
        if fresh or not same:
            self._build()
        for item, value in zip(self._items, values, strict=True):
            item.show_value(value, fresh=fresh or not same)

    def _build(self) -> None:
        for old in self._items:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._items = [self._item(place, value) for place, value in enumerate(self._values)]
        for item in self._items:
            self._rows.addWidget(item)
            item.show()  # at once, so that it can have the focus

    def _item(self, place: int, value: Declared) -> _Item:
        name, cls = f"{self._name}_{place}", type(value)
        form = self._made_form(name) if fields(cls) else None
        item = _Item(cls, name, form)
        item.removed.connect(lambda: self.remove(place))
        item.moved.connect(lambda step: self.nudge(place, step))
        item.explain(first=place == 0, last=place == len(self._values) - 1)
        if form is not None:
            form.edited.connect(lambda _field, value, key: self._put(place, value, bool(key)))
            form.settled.connect(self.settled)
        return item

    def add(self, cls: type[Declared]) -> None:
        """Put one more below the others."""
        self._become((*self._values, cls()))
        self.add_button.setFocus()

    def remove(self, place: int) -> None:
        """Take one out; the focus goes to the one that comes in its place."""
        self._become((*self._values[:place], *self._values[place + 1 :]))
        (self._items[place].button if place < len(self._items) else self.add_button).setFocus()

    def nudge(self, place: int, step: int) -> None:
        """Move one up (-1) or down (1); the focus stays with it."""
        values = list(self._values)
        if 0 <= place + step < len(values):
            values.insert(place + step, values.pop(place))
            self._become(tuple(values))
            self._items[place + step].button.setFocus()

    def _become(self, values: Values) -> None:
        self.show_value(values, fresh=False)
        self.changed.emit(values, False)

    def _put(self, place: int, value: Declared, merges: bool) -> None:
        self._values = (*self._values[:place], value, *self._values[place + 1 :])
        self.changed.emit(self._values, merges)


class _Item(QWidget):
    """One declaration: what it is, the button that removes it, and below them its form if it has fields."""

    removed = Signal()
    moved = Signal(int)
    """Carries -1 for up, 1 for down."""

    def __init__(self, cls: type[Declared], name: str, form: DeclaredForm | None) -> None:
        super().__init__()
        self._form = form
        label = QLabel(cls.label)
        label.setToolTip(cls.summary())
        self.button = self._made(f"{name}_remove", tr("Remove {what}", what=cls.label))
        self.up = self._made(f"{name}_up", tr("Move {what} up (Alt+Up)", what=cls.label))
        self.down = self._made(f"{name}_down", tr("Move {what} down (Alt+Down)", what=cls.label))
        self.button.clicked.connect(self.removed)
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self.moved.emit(step))
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(label, 1)
        for button in (self.up, self.down, self.button):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        if form is not None:
            column.addLayout(indented(form))
        theme.manager().changed.connect(self._restyle)
        self._restyle()

    def show_value(self, value: Declared, *, fresh: bool) -> None:
        """Show the values of its fields."""
        if self._form is not None:
            (self._form.load if fresh else self._form.follow)(value)

    def _made(self, name: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text.partition(" (")[0])
        button.setToolTip(text)
        button.setProperty("role", "flat")
        button.setIconSize(QSize(icons.SIZE, icons.SIZE))
        button.setFixedWidth(_BUTTON)
        return button

    def explain(self, *, first: bool, last: bool) -> None:
        """Offer the ways in which it can move."""
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)

    def _restyle(self) -> None:
        for button, icon in ((self.up, "up"), (self.down, "down"), (self.button, "delete")):
            button.setIcon(icons.icon(icon, theme.current().secondary))
