"""The workspace: the stack in the middle and the panes around it, which move, float, tab, and are remembered.

Each layout (build, train, look) has its own arrangement; the person's changes to it last until they are reset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QTabWidget,
    QToolButton,
    QWidget,
)

from slugstudio.ui import icons, theme
from slugstudio.ui.translation import tr

LAYOUTS = ("build", "train", "look")
_VERSION = 1
"""Of the arrangements in the settings; one that has another number is not read."""
_BUTTON = 22

Area = Qt.DockWidgetArea


@dataclass(frozen=True)
class Pane:
    """A widget that lies beside the stack.

    ``layouts`` are those in which it shows unasked; ``beside`` names the pane whose tabs it joins; ``size`` is its
    width, or below the stack its height, where one is wanted.
    """

    name: str
    title: str
    widget: QWidget
    area: Area
    layouts: tuple[str, ...] = LAYOUTS
    beside: str = ""
    size: int = 0


class Workspace(QMainWindow):
    """Holds the panes as docks around the stack.

    Parameters
    ----------
    stack : QWidget
        Stays in the middle.
    panes : sequence of Pane
        In the order in which they are laid out; one that is ``beside`` another comes after it.
    settings : QSettings
        Remembers each layout's arrangement.
    """

    def __init__(self, stack: QWidget, panes: Sequence[Pane], settings: QSettings) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self.setObjectName("workspace")
        self._settings, self._panes = settings, tuple(panes)
        self._layout = ""
        self._stack = stack
        self.setCentralWidget(stack)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        self._unsized = False
        self._docks = {pane.name: Dock(pane, self) for pane in panes}

    # What there is to do

    @property
    def layout_name(self) -> str:
        """The layout that shows."""
        return self._layout

    def toggles(self) -> list[QAction]:
        """Return an action for each pane that shows or hides it."""
        return [dock.toggle for dock in self._docks.values()]

    def show_layout(self, layout: str) -> None:
        """Arrange the panes as they were last in ``layout``, or as they are at first."""
        self.remember()
        self._layout = layout
        # Building needs tall forms, watching a training wide curves.
        tall = layout == "build"
        left, right = (Area.LeftDockWidgetArea, Area.RightDockWidgetArea) if tall else (Area.BottomDockWidgetArea,) * 2
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        self.setCorner(Qt.Corner.BottomRightCorner, right)
        kept = self._settings.value(self._key(layout))
        if not isinstance(kept, QByteArray) or not self.restoreState(kept, _VERSION):
            self._arrange(layout)

    def reset_layout(self) -> None:
        """Arrange the panes of this layout as they are at first."""
        self._settings.remove(self._key(self._layout))
        self._arrange(self._layout)

    def remember(self) -> None:
        """Keep the arrangement for the next time."""
        if self._layout:
            self._settings.setValue(self._key(self._layout), self.saveState(_VERSION))

    def show_pane(self, name: str) -> None:
        """Show a pane, in front of those that it shares its place with, and give it the focus."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()
        dock.pane.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next(self) -> None:
        """Give the focus to the next pane that shows, or to the stack."""
        shown = [self._stack, *(dock.pane.widget for dock in self._docks.values() if dock.in_sight)]
        now = next((place for place, widget in enumerate(shown) if _has_focus(widget)), -1)
        target = shown[(now + 1) % len(shown)]
        (_first_focusable(target) or target).setFocus(Qt.FocusReason.TabFocusReason)

    def _key(self, layout: str) -> str:
        return f"window/panes/{layout}"

    def _arrange(self, layout: str) -> None:
        """Put all panes where they belong and show those of the layout."""
        for pane in self._panes:
            dock = self._docks[pane.name]
            dock.setFloating(False)
            self.addDockWidget(pane.area, dock)
            if pane.beside:
                self.tabifyDockWidget(self._docks[pane.beside], dock)
            dock.setVisible(layout in pane.layouts)
        for pane in reversed(self._panes):
            if layout in pane.layouts:
                self._docks[pane.name].raise_()
        self._unsized = not self.isVisible()
        self._size(layout)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the panes their sizes, which before the window has its own come to nothing."""
        super().showEvent(event)
        if self._unsized:
            self._unsized = False
            self._size(self._layout)

    def _size(self, layout: str) -> None:
        """Give panes their sizes; looking inside, what is happening gets more than half of the height."""
        for pane in self._panes:
            if layout not in pane.layouts or not pane.size:
                continue
            below = pane.area == Area.BottomDockWidgetArea
            size = pane.size
            if below:
                height = max(600, self.height())
                size = round(height * 0.56) if layout == "look" else min(300, max(pane.size, round(height * 0.28)))
            way = Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal
            self.resizeDocks([self._docks[pane.name]], [size], way)


class Dock(QDockWidget):
    """A pane with a quiet title; it can be dragged by it to another place, or out of the window."""

    def __init__(self, pane: Pane, workspace: Workspace) -> None:
        super().__init__(pane.title, workspace)
        self.pane = pane
        self.setObjectName(f"dock_{pane.name}")
        self.setAccessibleName(pane.title)
        self.setWidget(pane.widget)
        self._title = _Title(self)
        self.setTitleBarWidget(self._title)
        self.toggle = self.toggleViewAction()
        self.toggle.setObjectName(f"pane.{pane.name}")
        self.topLevelChanged.connect(lambda _floats: self._title.restyle())
        self.visibilityChanged.connect(lambda _visible: self._title.restyle())

    @property
    def in_sight(self) -> bool:
        """Whether it shows, and no other lies in front of it."""
        return self.isVisible() and not self.visibleRegion().isEmpty()


class _Title(QWidget):
    """The line above a pane: its name, and the buttons that float and close it. It can be dragged."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._name = name = QLabel(dock.windowTitle())
        name.setProperty("role", "label")
        self._float = self._button(dock, "float", lambda: dock.setFloating(not dock.isFloating()))
        self._close = self._button(dock, "close", dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 0)
        row.setSpacing(2)
        row.addWidget(name, 1)
        row.addWidget(self._float)
        row.addWidget(self._close)
        theme.manager().changed.connect(self.restyle)
        self.restyle()

    def _button(self, dock: QDockWidget, what: str, slot: object) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"{dock.objectName()}_{what}")
        button.setProperty("role", "tiny")
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setIconSize(QSize(12, 12))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(slot)
        return button

    def restyle(self) -> None:
        """Draw the icons in the colours of the theme, and say what the buttons do now."""
        title, floats = self._dock.windowTitle(), self._dock.isFloating()
        area = self._dock.parentWidget()
        beside = area.tabifiedDockWidgets(self._dock) if isinstance(area, QMainWindow) and not floats else []
        # Where it is one tab of several, the tab has its name.
        self._name.setText("" if any(not each.isHidden() for each in beside) else title)
        says = {
            self._float: tr("Put {pane} back into the window", pane=title)
            if floats
            else tr("Float {pane}", pane=title),
            self._close: tr("Hide {pane}; the View menu shows it again", pane=title),
        }
        for button, text in says.items():
            button.setToolTip(text)
            button.setAccessibleName(text)
        colour = theme.current().secondary
        self._float.setIcon(icons.icon("float", colour))
        self._close.setIcon(icons.icon("clear", colour))


def _has_focus(widget: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is widget or widget.isAncestorOf(focus))


def _first_focusable(widget: QWidget) -> QWidget | None:
    """Return the first widget in ``widget`` that the Tab key reaches."""
    inside = [widget, *widget.findChildren(QWidget)]
    reached = [each for each in inside if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible()]
    top_left = [(each.mapTo(widget, QPoint()).y(), each.mapTo(widget, QPoint()).x()) for each in reached]
    return reached[top_left.index(min(top_left))] if reached else None
