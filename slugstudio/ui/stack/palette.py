"""The palette: every kind of layer, found by name or by what it does, and added by drag, double click or Enter."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from slugstudio.ui import theme
from slugstudio.ui.editors import LineEdit
from slugstudio.ui.stack import mime
from slugstudio.ui.stack.palette_model import PaletteModel, Role

ENTRY_HEIGHT, HEADING_HEIGHT, MARGIN, DOT = 30, 32, 6, 10


class _EntryDelegate(QStyledItemDelegate):
    """Paints a heading as a label and a kind as a dot in the colour of its group with its name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a heading or an entry."""
        del option
        return QSize(120, ENTRY_HEIGHT if index.data(Role.KIND) else HEADING_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        rect = QRectF(option.rect)
        if index.data(Role.KIND) is None:
            painter.setFont(theme.font(theme.LABEL))
            painter.setPen(colours.secondary)
            text = rect.adjusted(MARGIN, 0, 0, -5)
            align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(text, int(align), index.data())
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            if option.state & QStyle.StateFlag.State_Selected:
                painter.setBrush(colours.tint)
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
            elif option.state & QStyle.StateFlag.State_MouseOver:
                painter.setBrush(colours.hover)
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
            _paint_entry(painter, rect.adjusted(MARGIN, 0, -MARGIN, 0), index.data(), index.data(Role.GROUP))
        painter.restore()


def _paint_entry(painter: QPainter, rect: QRectF, label: str, group: str) -> None:
    colours = theme.current()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.group(group))
    painter.drawRoundedRect(QRectF(rect.left() + 2, rect.center().y() - DOT / 2, DOT, DOT), 3, 3)
    painter.setFont(theme.font())
    painter.setPen(colours.text)
    align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(rect.adjusted(DOT + 11, 0, 0, 0), int(align), label)


class PaletteList(QListView):
    """The grouped list; what is dragged or activated is a kind of layer."""

    added = Signal(str)

    def __init__(self, model: PaletteModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("palette")
        self.setAccessibleName("Layers to add")
        self.setModel(model)
        self.setItemDelegate(_EntryDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.doubleClicked.connect(self._add)
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
        """Add the selected kind to the stack."""
        self._add(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.add_current()
        else:
            super().keyPressEvent(event)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Drag the entry as the small card that it will become."""
        del supportedActions
        index = self.currentIndex()
        kind = index.data(Role.KIND)
        if kind is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime.of_kind(kind))
        drag.setPixmap(self._chip(index.data(), index.data(Role.GROUP)))
        drag.setHotSpot(QPoint(16, ENTRY_HEIGHT // 2 + 3))
        drag.exec(Qt.DropAction.CopyAction)

    def _chip(self, label: str, group: str) -> QPixmap:
        width = self.fontMetrics().horizontalAdvance(label) + 64
        size = QSize(width, ENTRY_HEIGHT + 6)
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
        _paint_entry(painter, body.adjusted(8, 0, 0, 0), label, group)
        painter.end()
        return pixmap

    def _add(self, index: QModelIndex) -> None:
        kind = index.data(Role.KIND) if index.isValid() else None
        if kind is not None:
            self.added.emit(kind)


class Palette(QWidget):
    """The search box with the list below it."""

    added = Signal(str)
    """Carries the kind of the layer to add where the stack finds best."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = PaletteModel(self)
        self.list = PaletteList(self._model)
        self.list.added.connect(self.added)
        self.search = LineEdit()
        self.search.setObjectName("paletteSearch")
        self.search.setPlaceholderText("Search layers")
        self.search.setAccessibleName("Search layers")
        self.search.setToolTip("Find a layer by its name or by what it does; Enter adds it.")
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
        """Return the width that the longest names need."""
        return QSize(216, 480)

    def _nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(6, 16, 6, 0)
        sentence = QLabel("No layer has that in its name or description.")
        sentence.setProperty("role", "secondary")
        sentence.setWordWrap(True)
        show_all = QPushButton("Show all layers")
        show_all.setObjectName("paletteShowAll")
        show_all.clicked.connect(self.search.clear)
        column.addWidget(sentence)
        column.addWidget(show_all)
        column.addStretch(1)
        return page

    def search_for(self, text: str) -> None:
        """Put the cursor into the search box with ``text`` in it, as when someone types over the stack."""
        self.search.setText(text)
        # By any reason that stands for a key, Qt would select the text, and the next letter replace it.
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

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
                case Qt.Key.Key_Escape if self.search.text():
                    self.search.clear()
                case _:
                    return False
            return True
        return super().eventFilter(watched, event)
