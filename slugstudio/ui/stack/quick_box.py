"""The box of quick-add: a line to type into, and below it the layers that are meant."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from slugstudio.ui.editors import LineEdit
from slugstudio.ui.operations.card import Pictures
from slugstudio.ui.stack.entries import Entry, found
from slugstudio.ui.stack.entry_look import ENTRY_HEIGHT, EntryDelegate
from slugstudio.ui.stack.palette_model import Role
from slugstudio.ui.translation import told, tr

WIDTH, MOST_ROWS, PADDING, EDGE = 320, 6, 8, 8
LARGEST = MOST_ROWS * ENTRY_HEIGHT + 70
"""How high the box gets at most."""
_PAGE = 5


class _Line(LineEdit):
    left = Signal()

    def focusOutEvent(self, arg__1: QFocusEvent) -> None:
        super().focusOutEvent(arg__1)
        # A menu of the line itself, or another window, is no sign that it is done with.
        if arg__1.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


class QuickBox(QFrame):
    """Asks for a layer; Enter or a click chooses, Escape and a click elsewhere close it."""

    chosen = Signal(str)
    """Carries the key of the entry that was chosen."""
    closed = Signal(bool)
    """Carries whether the focus is to go back to where it was."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("quickAdd")
        self.setAccessibleName(tr("Add a layer"))
        self.setProperty("role", "popup")
        self._middle, self._below = QPoint(), True
        self.line = _Line()
        self.line.setObjectName("quickAddSearch")
        self.line.setAccessibleName(tr("Layer to add"))
        self.line.setPlaceholderText(tr("Layer to add"))
        self.line.setToolTip(tr("Type a name or what it does; Enter adds it here, F1 shows what it does, Esc closes."))
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._search)
        self.line.left.connect(lambda: self._close(back=False))
        self.list = QListWidget()
        self.list.setObjectName("quickAddList")
        self.list.setAccessibleName(tr("Layers that can be added here"))
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(self._tell_current)
        self.pictures = Pictures(self.list)
        self._nothing = QLabel(tr("Nothing has that in its name or description."))
        self._nothing.setProperty("role", "secondary")
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        column.setSpacing(6)
        for widget in (self.line, self.list, self._nothing):
            column.addWidget(widget)
        self.hide()

    def open(self, text: str, middle: QPoint) -> None:
        """Appear below ``middle``, a point of the parent, or above it where there is no room, with ``text`` typed."""
        room = self._room()
        self._middle = middle
        self._below = room.bottom() - middle.y() >= min(room.height() // 2, LARGEST)
        self.setFixedWidth(min(WIDTH, room.width()))
        self.line.setText(text)
        self._search(text)
        self.show()
        self.raise_()
        # By any reason that stands for a key, Qt would select the text, and the next letter replace it.
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        """Be as high as what is found needs, and keep to the place where the layer will be."""
        room, middle, below = self._room(), self._middle, self._below
        free = (room.bottom() - middle.y() if below else middle.y() - room.top()) - 2 * EDGE
        rows = max(2, min(self.list.count(), MOST_ROWS, (free - self.line.sizeHint().height()) // ENTRY_HEIGHT - 1))
        self.list.setFixedHeight(rows * ENTRY_HEIGHT + 2)
        self.adjustSize()
        top = middle.y() + EDGE if below else middle.y() - EDGE - self.height()
        left = max(room.left(), min(middle.x() - self.width() // 2, room.right() - self.width()))
        self.move(left, max(room.top(), min(top, room.bottom() - self.height())))

    def _room(self) -> QRect:
        """Return where the box may be: in the window, but for a little at its edges."""
        window = self.parentWidget()
        return QRect() if window is None else window.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)

    def _search(self, text: str) -> None:
        words = text.lower().split()
        matching = found(text, data=False)
        if words:
            matching = tuple(sorted(matching, key=lambda entry: entry.distance(words)))
        self.list.clear()
        for entry in matching:
            self.list.addItem(_item(entry))
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(matching))
        self._nothing.setVisible(not matching)
        self._place()
        self._tell_current(self.list.currentItem())

    def _tell_current(self, current: QListWidgetItem | None) -> None:
        self.line.setAccessibleDescription(current.text() if current is not None else self._nothing.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys of the line go through the list, choose and close."""
        if watched is not self.line or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self._step(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self._step(-1)
            case Qt.Key.Key_PageDown:
                self._step(_PAGE)
            case Qt.Key.Key_PageUp:
                self._step(-_PAGE)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(self.list.currentItem())
            case Qt.Key.Key_F1:
                self.pictures.show(self.list.currentIndex())
            case Qt.Key.Key_Escape:
                self._close(back=True)
            case _:
                return False
        return True

    def _step(self, step: int) -> None:
        if self.list.count():
            self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, self.list.count() - 1)))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            key = item.data(Role.KIND)
            self._close(back=True)
            self.chosen.emit(key)

    def _close(self, *, back: bool) -> None:
        if self.isVisible():
            self.closed.emit(back)  # first: a box that hides would hand the focus to whatever comes next
            self.hide()

    def close_quietly(self) -> None:
        """Close because what it was asked about is no longer there."""
        self._close(back=self.line.hasFocus())


def _item(entry: Entry) -> QListWidgetItem:
    item = QListWidgetItem(told(entry.label))
    item.setData(Role.ENTRY, entry)
    item.setData(Role.KIND, entry.key)
    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, told(entry.summary))
    return item
