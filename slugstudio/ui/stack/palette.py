"""The palette: all that a stack is made of, found by name or by what it does, added by drag, double click or Enter."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    QRectF,
    QSettings,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from slugstudio.ui import theme
from slugstudio.ui.editors import LineEdit
from slugstudio.ui.files import texts
from slugstudio.ui.operations.card import Pictures
from slugstudio.ui.stack import mime
from slugstudio.ui.stack.entries import Entry
from slugstudio.ui.stack.entry_look import COMPACT_HEIGHT, ICON, ROOM_FOR_TWO_LINES, EntryDelegate, paint_entry
from slugstudio.ui.stack.palette_model import PaletteModel, Role
from slugstudio.ui.translation import told, tr


class PaletteList(QListView):
    """The grouped list; what is dragged or activated is an entry, and a heading folds its group away."""

    added = Signal(str)

    def __init__(self, model: PaletteModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("palette")
        self.setAccessibleName(tr("Layers to add"))
        self.setModel(model)
        self.setItemDelegate(EntryDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.doubleClicked.connect(self._add)
        self.clicked.connect(self._turn)
        theme.manager().changed.connect(self.viewport().update)

    def go(self, row: int | None) -> None:
        """Select a row, if there is one, and bring it into sight."""
        if row is not None:
            index = self._model.index(row)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def step(self, step: int) -> None:
        """Select the next entry down (1) or up (-1), or the first."""
        current = self.currentIndex()
        self.go(self._model.next(current.row(), step) if current.isValid() else self._model.first())

    def add_current(self) -> None:
        """Add the selected entry to the stack."""
        self._add(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add with Enter; Left and Right fold, as in a tree."""
        index = self.currentIndex()
        if not index.isValid():
            super().keyPressEvent(event)
            return
        heading, group = index.data(Role.ENTRY) is None, index.data(Role.GROUP)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if heading:
                self._turn(index)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.add_current()
            case Qt.Key.Key_Left:
                self._fold(group, away=heading)
            case Qt.Key.Key_Right if heading:
                self._fold(group, away=False)
            case _:
                super().keyPressEvent(event)

    def _turn(self, index: QModelIndex) -> None:
        """Fold a group away, or show it again, by its heading."""
        folded = index.data(Role.FOLDED)
        if folded is not None:
            self._fold(index.data(Role.GROUP), away=not folded)

    def _fold(self, group: str, *, away: bool) -> None:
        self._model.fold(group, away=away)
        self.go(self._model.row_of_heading(group))

    def resizeEvent(self, e: QResizeEvent) -> None:
        """Lay the entries out anew where another width makes them of one line or two; Qt heeds the height alone."""
        super().resizeEvent(e)
        if (e.oldSize().width() < ROOM_FOR_TWO_LINES) != (e.size().width() < ROOM_FOR_TWO_LINES):
            self.scheduleDelayedItemsLayout()

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Drag the entry as the small card that it will become."""
        del supportedActions
        index = self.currentIndex()
        entry = index.data(Role.ENTRY)
        if entry is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime.of_kind(entry.key))
        drag.setPixmap(self._chip(entry))
        drag.setHotSpot(QPoint(16, COMPACT_HEIGHT // 2 + 3))
        drag.exec(Qt.DropAction.CopyAction)

    def _chip(self, entry: Entry) -> QPixmap:
        width = self.fontMetrics().horizontalAdvance(told(entry.label)) + 2 * ICON + 24
        size = QSize(width, COMPACT_HEIGHT + 6)
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.current().raised)
        painter.setPen(QPen(theme.current().accent, 1))
        body = QRectF(0.5, 0.5, size.width() - 1, size.height() - 1)
        painter.drawRoundedRect(body, 8, 8)
        paint_entry(painter, body.adjusted(8, 0, 0, 0), entry)
        painter.end()
        return pixmap

    def _add(self, index: QModelIndex) -> None:
        kind = index.data(Role.KIND) if index.isValid() else None
        if kind is not None:
            self.added.emit(kind)


class Palette(QWidget):
    """The search box with the list below it."""

    added = Signal(str)
    """Carries the key of the entry to add where the stack finds best."""

    FOLDED_KEY = "palette/folded"

    def __init__(self, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._settings = settings
        self._model = PaletteModel(self, texts(settings, self.FOLDED_KEY) if settings is not None else ())
        self._model.folds_changed.connect(self._keep_folds)
        self.list = PaletteList(self._model)
        self.list.added.connect(self.added)
        self.pictures = Pictures(self.list)
        self.search = LineEdit()
        self.search.setObjectName("paletteSearch")
        self.search.setPlaceholderText(tr("Search layers"))
        self.search.setAccessibleName(tr("Search layers"))
        self.search.setToolTip(tr("Find a layer by its name or by what it does; Enter adds it, F1 shows what it does."))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._nothing())
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 0)
        column.setSpacing(2)
        column.addWidget(self.search)
        column.addWidget(self._pages, 1)
        self.setMinimumWidth(168)

    def sizeHint(self) -> QSize:
        """Return a width in which names fit and summaries begin."""
        return QSize(216, 480)

    def _nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(6, 16, 6, 0)
        sentence = QLabel(tr("Nothing has that in its name or description."))
        sentence.setProperty("role", "secondary")
        sentence.setWordWrap(True)
        show_all = QPushButton(tr("Show all"))
        show_all.setObjectName("paletteShowAll")
        show_all.setToolTip(tr("Empty the search and show everything again (Esc)"))
        show_all.clicked.connect(self.search.clear)
        column.addWidget(sentence)
        column.addWidget(show_all)
        column.addStretch(1)
        return page

    def _keep_folds(self, folded: list[str]) -> None:
        if self._settings is not None:
            self._settings.setValue(self.FOLDED_KEY, folded)

    def _search(self, text: str) -> None:
        self._model.search(text)
        self._pages.setCurrentIndex(0 if self._model.rowCount() else 1)
        if text.strip():
            self.list.go(self._model.best())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys, Enter and Escape of the search box work on the list."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down:
                    self.list.step(1)
                case Qt.Key.Key_Up:
                    self.list.step(-1)
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self.list.add_current()
                    self.search.clear()
                case Qt.Key.Key_F1:
                    self.pictures.show(self.list.currentIndex())
                case Qt.Key.Key_Escape if self.search.text():
                    self.search.clear()
                case _:
                    return False
            return True
        return super().eventFilter(watched, event)
