"""The card beside the palette that shows what an entry does; it never takes the focus, and hides at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QListView, QVBoxLayout, QWidget

from slugstudio.ui import theme
from slugstudio.ui.background import Background
from slugstudio.ui.operations.demonstration import Demonstration, Maps, demonstrate
from slugstudio.ui.operations.painting import HEIGHT, WIDTH, paint
from slugstudio.ui.stack.entries import Entry
from slugstudio.ui.stack.palette_model import Role
from slugstudio.ui.translation import told, tr

HOVER_MS, FOCUS_MS, PADDING, BESIDE = 350, 800, 12, 8
"""After which time the card shows: under a resting mouse, and for the entry that has the focus of the keys."""


class Picture(QWidget):
    """Shows a demonstration, once there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Demonstration | None = None
        self.setFixedSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it, sharp at any scale."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.shown is not None:
            paint(self.shown, painter, QRectF(self.rect()).adjusted(2, 2, -2, -4))
        painter.end()


class Card(QFrame):
    """Name, picture and description of one entry, in a window of its own that lets everything through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.WindowTransparentForInput)
        self.setObjectName("operationCard")
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title, self.description, self.caption = QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "strong")
        self.caption.setProperty("role", "label")
        self.picture = Picture()
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        column.setSpacing(6)
        for widget in (self.title, self.picture, self.caption, self.description):
            column.addWidget(widget)
        for label in (self.caption, self.description):
            label.setWordWrap(True)
            label.setFixedWidth(WIDTH)

    def tell(self, entry: Entry, shown: Demonstration | None, *, known: bool = True) -> None:
        """Show an entry with its picture; room is left for one that is not ``known`` yet."""
        self.title.setText(told(entry.label))
        self.description.setText(told(entry.summary))
        self.picture.shown = shown
        self.picture.setVisible(shown is not None or not known)
        self.caption.setText(_caption(shown))
        self.caption.setVisible(bool(self.caption.text()))
        self.setAccessibleName(f"{self.title.text()}. {self.description.text()} {self.caption.text()}".strip())
        self.picture.update()

    def place(self, top_right: QPoint, top_left: QPoint) -> None:
        """Stand beside a row of a list, on its right if the screen has room there, and all of it on the screen."""
        self.adjustSize()
        room, size = self.screen().availableGeometry(), self.sizeHint()
        left = top_right.x() + BESIDE
        if left + size.width() > room.right():
            left = max(room.left(), top_left.x() - BESIDE - size.width())
        self.move(left, max(room.top(), min(top_right.y(), room.bottom() - size.height())))


def _caption(shown: Demonstration | None) -> str:
    if isinstance(shown, Maps) and shown.reads is not None:
        return tr("What is outlined on the right is made of what is outlined on the left.")
    return ""


class Pictures(QObject):
    """Shows the card of the entry under the mouse or with the focus; each picture is computed once, in a thread."""

    def __init__(self, entries: QListView) -> None:
        super().__init__(entries)
        self._list = entries
        self._background = Background(self)
        self._known: dict[str, Demonstration | None] = {}
        self._asked: set[str] = set()
        self._row = -1
        self.card = Card(entries)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self.show(self._index()))
        for watched in (entries, entries.viewport()):
            watched.installEventFilter(self)
        entries.verticalScrollBar().valueChanged.connect(self.hide)
        entries.model().modelReset.connect(self.hide)
        entries.selectionModel().currentChanged.connect(self._follow_keys)
        theme.manager().changed.connect(self.card.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse and the focus."""
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent) and watched is self._list.viewport():
                self._hover(event.position().toPoint(), pressed=event.buttons() != Qt.MouseButton.NoButton)
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1:
                self.show(self._list.currentIndex())
                return True
            case QEvent.Type.ShortcutOverride if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1:
                event.accept()
            case (
                QEvent.Type.Leave
                | QEvent.Type.MouseButtonPress
                | QEvent.Type.FocusOut
                | QEvent.Type.Hide
                | QEvent.Type.WindowDeactivate
                | QEvent.Type.KeyPress
            ):
                self.hide()
        return super().eventFilter(watched, event)

    def hide(self) -> None:
        """Hide the card at once."""
        self._timer.stop()
        self.card.hide()

    def _hover(self, point: QPoint, *, pressed: bool) -> None:
        index = self._list.indexAt(point)
        if pressed or index.data(Role.ENTRY) is None:
            self.hide()
        elif self.card.isVisible():
            self.show(index)
        elif index.row() != self._row or not self._timer.isActive():
            self._row = index.row()
            self._timer.start(HOVER_MS)

    def _follow_keys(self, current: QModelIndex) -> None:
        if self._list.hasFocus() and current.data(Role.ENTRY) is not None:
            self._row = current.row()
            self._timer.start(FOCUS_MS)

    def show(self, index: QModelIndex) -> None:
        """Show the card of an entry now; its picture follows as soon as it is computed."""
        entry = index.data(Role.ENTRY) if index.isValid() else None
        if entry is None:
            return
        self._timer.stop()
        self._row = index.row()
        self.card.tell(entry, self._known.get(entry.key), known=entry.key in self._known)
        self._place()
        self.card.show()
        if entry.key not in self._asked:
            self._asked.add(entry.key)
            self._background.run(
                lambda: demonstrate(entry.declared),
                lambda made: self._take(entry, made),
                lambda _message: self._take(entry, None),
            )

    def _index(self) -> QModelIndex:
        return self._list.model().index(self._row, 0)

    def _place(self) -> None:
        row, viewport = self._list.visualRect(self._index()), self._list.viewport()
        self.card.place(viewport.mapToGlobal(row.topRight()), viewport.mapToGlobal(row.topLeft()))

    def _take(self, entry: Entry, made: Demonstration | None) -> None:
        self._known[entry.key] = made
        shown = self._index().data(Role.ENTRY)
        if shown is not None and shown.key == entry.key:
            self.card.tell(entry, made)
            self._place()
