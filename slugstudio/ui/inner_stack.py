"""The editor of a stack that lies in a layer: a list, what can be done with it, and the form of the selected layer."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from slugstudio.engine.declaration import Field
from slugstudio.engine.layers import Layer
from slugstudio.ui import icons, theme
from slugstudio.ui.inner_list import InnerList
from slugstudio.ui.translation import tr

if TYPE_CHECKING:
    from slugstudio.ui.forms import DeclaredForm

_SPACING, _INDENT = 6, 10

_ICONS = {"remove": "delete", "up": "up", "down": "down"}
_TEXTS = {
    "remove": "Remove the selected layer (Del in the list)",
    "up": "Move the selected layer up (Alt+Up in the list)",
    "down": "Move the selected layer down (Alt+Down in the list)",
}


def shown(layer: Layer) -> Layer:
    """Return the layer as its form shows it: an activation left out appears as the one that it stands for."""
    if getattr(layer, "activation", layer) is None:
        return layer.replace(activation=layer.after)
    return layer


class InnerStack(QWidget):
    """A stack of layers to add to, remove from, put in order and change; each change is told as a whole stack.

    Parameters
    ----------
    field
        Says what it is called, and how many layers there may be.
    name
        How the object names begin: the list is ``name_list``, a button ``name_add``.
    form
        Shows the selected layer.
    """

    changed = Signal(object, bool)
    """Carries the layers, and whether the change belongs to a stroke of changes that make one step together."""
    settled = Signal()

    def __init__(self, field: Field, name: str, form: DeclaredForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._form = field, form
        self._layers: tuple[Layer, ...] = ()
        self.list = InnerList(field.label)
        self.list.setObjectName(f"{name}_list")
        self.add_button = self._made_add(f"{name}_add")
        self._slots: dict[str, Callable[[], None]] = {
            "add": self.add_button.showMenu,
            "remove": self.remove,
            "up": lambda: self.nudge(-1),
            "down": lambda: self.nudge(+1),
        }
        self.buttons = {what: self._made_button(what, f"{name}_{what}") for what in _ICONS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addWidget(self.list)
        column.addLayout(self._button_line())
        column.addLayout(indented(form))
        self.setFocusProxy(self.list)
        self.list.asked.connect(self._do)
        self.list.currentRowChanged.connect(lambda _row: self._show_selected(fresh=True))
        form.edited.connect(self._edit)
        form.settled.connect(self.settled)
        theme.manager().changed.connect(self._restyle)
        self._restyle()

    def _made_add(self, name: str) -> QPushButton:
        """Return the button that offers the kinds, group by group."""
        button = QPushButton(tr("Add"))
        button.setObjectName(name)
        button.setAccessibleName(tr("Add a layer inside"))
        menu = QMenu(button)
        menu.setObjectName(f"{name}_menu")
        menu.setToolTipsVisible(True)
        kinds = sorted(Layer.kinds.values(), key=lambda cls: theme.GROUPS.index(cls.group))
        for _, group in groupby(kinds, key=lambda cls: cls.group):
            menu.addSeparator()
            for cls in group:
                action = menu.addAction(cls.label)
                action.setToolTip(cls.summary())
                action.setIcon(icons.icon(icons.of_kind(cls.kind, cls.group), theme.current().group(cls.group)))
                action.triggered.connect(lambda _checked=False, cls=cls: self._choose(cls))
        button.setMenu(menu)
        return button

    def _made_button(self, what: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(_TEXTS[what].partition(" (")[0])
        button.setIconSize(QSize(icons.SIZE, icons.SIZE))
        button.clicked.connect(lambda: self._do(what))
        return button

    def _button_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(_SPACING)
        line.addWidget(self.add_button)
        line.addStretch(1)
        for button in self.buttons.values():
            line.addWidget(button)
        return line

    def show_value(self, layers: tuple[Layer, ...], *, fresh: bool) -> None:
        """Show layers without telling of it; the selected place stays, unless they are those of something else."""
        before, self._layers = self._layers, layers
        row = 0 if fresh else min(self.row, len(layers) - 1)
        same = not fresh and row == self.row and len(before) == len(layers)
        self.list.show_layers(layers, row)
        self._show_selected(fresh=not same)

    @property
    def row(self) -> int:
        """The place of the selected layer."""
        return max(0, self.list.currentRow())

    def add(self, cls: type[Layer]) -> None:
        """Put a layer below the selected one and select it: like the nearest of its kind above, or the example."""
        above = [layer for layer in self._layers[: self.row + 1] if isinstance(layer, cls)]
        layer = above[-1] if above else cls.example()
        place = self.row + 1
        self._become((*self._layers[:place], layer, *self._layers[place:]), place)

    def _choose(self, cls: type[Layer]) -> None:
        self.add(cls)
        self.list.setFocus()  # where the keys go on with the new layer

    def remove(self) -> None:
        """Take the selected layer out."""
        self._become((*self._layers[: self.row], *self._layers[self.row + 1 :]), self.row)

    def nudge(self, step: int) -> None:
        """Move the selected layer one place up (-1) or down (+1)."""
        layers = list(self._layers)
        layers.insert(self.row + step, layers.pop(self.row))
        self._become(tuple(layers), self.row + step)

    def _do(self, what: str) -> None:
        """Do what a key or a button asks for, unless it cannot be done now."""
        if not self._obstacle(what):
            self._slots[what]()
            self.list.setFocus()

    def _obstacle(self, what: str) -> str:
        """Say why something cannot be done; empty if it can."""
        n, limits = len(self._layers), self._field.range
        return {
            "add": "" if n + 1 in limits else f"There is room for {n} layers.",
            "remove": "" if n - 1 in limits else "One layer has to stay; add another one first.",
            "up": "" if self.row > 0 else "It is the first layer.",
            "down": "" if self.row < n - 1 else "It is the last layer.",
        }[what]

    def _become(self, layers: tuple[Layer, ...], row: int) -> None:
        self._layers = layers
        self.list.show_layers(layers, min(row, len(layers) - 1))
        self._show_selected(fresh=True)
        self.changed.emit(layers, False)

    def _edit(self, _name: str, layer: Layer, merge_key: str) -> None:
        row = self.row
        self._layers = (*self._layers[:row], layer, *self._layers[row + 1 :])
        self.list.show_layers(self._layers, row)
        self.changed.emit(self._layers, bool(merge_key))

    def _show_selected(self, *, fresh: bool) -> None:
        layer = shown(self._layers[self.row])
        (self._form.load if fresh else self._form.follow)(layer)
        for what, button in {**self.buttons, "add": self.add_button}.items():
            obstacle = self._obstacle(what)
            button.setEnabled(not obstacle)
            button.setToolTip(obstacle or _TEXTS.get(what, "Put a layer below the selected one (Ins in the list)"))

    def _restyle(self) -> None:
        for what, button in self.buttons.items():
            button.setIcon(icons.icon(_ICONS[what]))


def indented(form: QWidget) -> QHBoxLayout:
    """Return the form behind a line that shows to what it belongs."""
    line = QFrame()
    line.setProperty("role", "vertical-hairline")
    row = QHBoxLayout()
    row.setSpacing(_INDENT)
    row.addWidget(line)
    row.addWidget(form, 1)
    return row
