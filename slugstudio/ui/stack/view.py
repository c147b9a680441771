"""The stack: a list of cards to select, drag, and drop layers between."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from slugstudio.engine.errors import SlugError
from slugstudio.ui import actions, theme
from slugstudio.ui.document import Change, Document
from slugstudio.ui.stack import mime
from slugstudio.ui.stack.cards import Card
from slugstudio.ui.stack.delegate import GAP, HEIGHT, CardDelegate, Look, card_rect, paint_card
from slugstudio.ui.stack.editing import StackEditor
from slugstudio.ui.stack.empty import EmptyStack
from slugstudio.ui.stack.entries import entry
from slugstudio.ui.stack.gap import Gap
from slugstudio.ui.stack.model import Role, StackModel
from slugstudio.ui.translation import told, tr

_BY = "stack"


class StackView(QListView):
    """Shows the stack of a document and edits it through a `StackEditor`."""

    typed = Signal(str)
    """A letter was typed, or a layer is to be chosen (empty): quick-add asks which."""
    rename_requested = Signal()
    refused = Signal(str)
    """Carries why something could not be pasted."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.editor = StackEditor(document)
        self._model = StackModel(document, self)
        self._gap = Gap(self)
        self._token = uuid4().hex
        self._following = False
        self._dragged_at: QPoint | None = None
        self.setObjectName("stack")
        self.setAccessibleName(tr("Stack of layers"))
        self.setProperty("role", "window")
        self.setModel(self._model)
        self.setItemDelegate(CardDelegate(self._gap.offset, self))
        self._configure()
        self.stack_actions = self._make_actions()
        self._empty = EmptyStack(self.viewport())
        self._empty.action.clicked.connect(lambda: self.typed.emit(""))
        self._gap.moved.connect(self.viewport().update)
        self._model.column_changed.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        document.changed.connect(self._follow)
        theme.manager().changed.connect(self.viewport().update)
        self._show_selection()
        self._enable_actions()
        self._place_empty()

    def _configure(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.verticalScrollBar().setSingleStep(GAP + HEIGHT)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setAutoScrollMargin(48)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _make_actions(self) -> list[actions.Action]:
        slots = {
            "stack.cut": self._cut,
            "stack.copy": self._copy,
            "stack.paste": self._paste,
            "stack.select_all": self.selectAll,
            "stack.duplicate": self.editor.duplicate,
            "stack.up": lambda: self.editor.nudge(-1),
            "stack.down": lambda: self.editor.nudge(+1),
            "stack.rename": self.rename_requested.emit,
            "stack.disable": self.editor.toggle_enabled,
            "stack.freeze": self.editor.toggle_frozen,
            "stack.delete": self.editor.delete,
        }
        context = Qt.ShortcutContext.WidgetShortcut
        made = [actions.make(self, action_id, slot, context) for action_id, slot in slots.items()]
        self.addActions(made)
        return made

    @property
    def stack_model(self) -> StackModel:
        """The model of the cards, to which thumbnails are given."""
        return self._model

    @property
    def gap_row(self) -> int | None:
        """The row above which the insertion mark shows, None when nothing is dragged over the stack."""
        return self._gap.row

    # What a drop means

    def place_at(self, y: int) -> int:
        """Return before which layer (from 0) something dropped at the height ``y`` of the viewport goes."""
        rows = range(1, self._model.rowCount())
        return sum(self._card_rect(row).center().y() < y for row in rows)

    def accepts(self, data: QMimeData) -> bool:
        """Tell whether ``data`` can become part of this stack."""
        ids = mime.layers(data, self._token)
        known = bool(ids) and set(self._model.ids()).issuperset(ids)
        return entry(mime.kind(data)) is not None or known or bool(mime.copied(data, self._token))

    def drop(self, data: QMimeData, place: int) -> bool:
        """Insert or move what was dropped before the layer at ``place``; return whether it could be used."""
        if not self.accepts(data):
            return False
        kind = mime.kind(data)
        if kind is not None:
            self.editor.add(kind, place)
        elif text := mime.copied(data, self._token):
            return self._insert(text, place)
        else:
            self.editor.move(mime.layers(data, self._token), place)
        return True

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.editor.copied())

    def _cut(self) -> None:
        self._copy()
        self.editor.delete("cut")

    def _paste(self) -> None:
        self._insert(QGuiApplication.clipboard().text())

    def _insert(self, text: str, place: int | None = None) -> bool:
        """Paste the layers of a text, or tell why not."""
        try:
            self.editor.paste(text, place)
        except SlugError as error:
            self.refused.emit(told(error.args[0]))
            return False
        return True

    def add(self, kind: str) -> None:
        """Add an entry of the palette after the selection, or before the output layer, and show it."""
        self.editor.add(kind)
        self.setFocus()

    # Dragging

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Drag the selected layers; the drop makes the whole move, so nothing is to be done after it."""
        del supportedActions
        ids = self.editor.selected()
        if not ids:
            return
        row = self.currentIndex().row()
        drag = QDrag(self)
        drag.setMimeData(mime.of_layers(ids, self._token, self.editor.copied()))
        drag.setPixmap(self._drag_pixmap(row, len(ids)))
        cursor = self.viewport().mapFromGlobal(self.cursor().pos())
        drag.setHotSpot(cursor - self._card_rect(row).topLeft())
        drag.exec(Qt.DropAction.MoveAction)
        self._gap.shut()

    def _drag_pixmap(self, row: int, n_layers: int) -> QPixmap:
        size = self._card_rect(row).size()
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setOpacity(0.7)
        index = self._model.index(row)
        look = Look(selected=True, thumbnails=self._model.most_thumbnails)
        card, images = index.data(Role.CARD), index.data(Role.THUMBNAILS)
        if n_layers > 1:
            card, images = Card("", f"{n_layers} layers", "", "", "", card.group, ""), ()
        paint_card(painter, QRect(QPoint(), size), card, images, look)
        painter.end()
        return pixmap

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome layers."""
        if self.accepts(event.mimeData()):
            self.setState(QAbstractItemView.State.DraggingState)
            event.acceptProposedAction()
            self._invite(event.position().toPoint())
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Open the gap where the layer would go; near the edges the stack scrolls."""
        position = event.position().toPoint()
        # Qt begins to scroll anew, and slowly, at each call: a hand that trembles at the edge would get nowhere.
        if not (self._at_edge(position) and self._dragged_at is not None and self._at_edge(self._dragged_at)):
            super().dragMoveEvent(event)
        if self.accepts(event.mimeData()):
            event.acceptProposedAction()
            self._invite(position)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Close the gap."""
        super().dragLeaveEvent(event)
        self._dragged_at = None
        self._empty.invite(False)
        self._gap.open(None, self._model.rowCount())

    def dropEvent(self, event: QDropEvent) -> None:
        """Make the drop one edit."""
        place = self.place_at(event.position().toPoint().y())
        self.setState(QAbstractItemView.State.NoState)
        self.stopAutoScroll()
        self._dragged_at = None
        self._empty.invite(False)
        self._gap.shut()
        if self.drop(event.mimeData(), place):
            event.acceptProposedAction()
            self.setFocus()

    def _at_edge(self, position: QPoint) -> bool:
        margin = self.autoScrollMargin()
        return not margin <= position.y() < self.viewport().height() - margin

    def _scrolled(self) -> None:
        """Keep the gap below the mouse, which stays while the cards move."""
        if self._dragged_at is not None:
            self._invite(self._dragged_at)

    def _invite(self, position: QPoint) -> None:
        self._dragged_at = position
        if self._model.rowCount() == 1:
            self._empty.invite(True)
        else:
            self._gap.open(self.place_at(position.y()) + 1, self._model.rowCount())

    # Geometry and painting

    def _card_rect(self, row: int) -> QRect:
        return card_rect(self.visualRect(self._model.index(row)), first=row == 0)

    def mark(self, place: int | None) -> None:
        """Show the insertion mark before the layer at ``place``, scrolled into sight; with None take it away."""
        rows = self._model.rowCount()
        if place is None or rows == 1:
            self._gap.open(None, rows)
            return
        self.scrollTo(self._model.index(place))
        self._gap.open(place + 1, rows)

    def gap_middle(self, place: int) -> int:
        """Return the height in the viewport at which a layer before the one at ``place`` would be inserted."""
        return self._card_rect(place).bottom() + 1 + GAP // 2

    def gap_near(self, point: QPoint, reach: int) -> int | None:
        """Return the place between two cards, or below the last, that is at most ``reach`` away from a point."""
        first = self._card_rect(0)
        if self._model.rowCount() == 1 or not first.left() <= point.x() <= first.right():
            return None
        place = self.place_at(point.y())
        return place if abs(self.gap_middle(place) - point.y()) <= reach else None

    def indexAt(self, p: QPoint) -> QModelIndex:
        """Return the card at a point; beside and between the cards there is none, so a rubber band can start there."""
        found = super().indexAt(p)
        if found.isValid() and not self._card_rect(found.row()).contains(p):
            return QModelIndex()
        return found

    def paintEvent(self, e: QPaintEvent) -> None:
        """Paint the cards, then the insertion mark and the hint."""
        super().paintEvent(e)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        last = self._model.rowCount() - 1
        if self._gap.row is not None:
            self._paint_mark(painter, self._gap.row)
        if last > 0:
            below = self._card_rect(last)
            painter.setFont(theme.font())
            painter.setPen(theme.current().secondary)
            line = QRect(below.left(), below.bottom() + 8, below.width(), 24)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), tr("Drop a layer here, or type its name"))
        painter.end()

    def _paint_mark(self, painter: QPainter, row: int) -> None:
        above = self._card_rect(row - 1)
        middle = above.bottom() + 1 + GAP / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().accent)
        painter.drawRoundedRect(QRectF(above.left(), middle - 1.5, above.width(), 3), 1.5, 1.5)
        painter.drawEllipse(QRectF(above.left() - 4, middle - 4, 8, 8))

    def resizeEvent(self, e: QResizeEvent) -> None:
        """Keep the cards centred."""
        super().resizeEvent(e)
        self._place_empty()

    def _place_empty(self) -> None:
        empty = self._model.rowCount() == 1
        if empty:
            first = self._card_rect(0)
            self._empty.setGeometry(first.translated(0, HEIGHT + GAP))
        self._empty.setVisible(empty)

    # Keys and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send letters to quick-add; all else moves and selects as in any list."""
        text = event.text()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if plain and text.isalpha():
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        """Offer what can be done with the selected layers, or with the clipboard."""
        menu = QMenu(self)
        menu.setObjectName("stackMenu")
        menu.addActions(self.actions())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(arg__1.globalPos())

    # Selection, in step with the document

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell the document what is selected."""
        super().selectionChanged(selected, deselected)
        if not (self._following or self._model.updating):
            self._document.select([index.data(Role.ID) for index in self.selectedIndexes()], by=_BY)

    def _follow(self, change: Change) -> None:
        if "layers" in change.fields:
            self._place_empty()
        if "layers" in change.fields or ("selection" in change.fields and change.by != _BY):
            self._show_selection()
        if change.fields & {"layers", "selection"}:
            self._enable_actions()

    def _enable_actions(self) -> None:
        """Offer what can be done with the selection."""
        n, editor = len(self.editor.selected()), self.editor
        looks = {
            "stack.disable": "stack.enable" if n and editor.all_disabled else "stack.disable",
            "stack.freeze": "stack.thaw" if n and editor.all_frozen else "stack.freeze",
        }
        for action in self.stack_actions:
            name = action.objectName()
            if looks.get(name, action.spec.id) != action.spec.id:
                action.show_as(actions.ACTIONS[looks[name]])
            alone, always = name == "stack.rename", name in ("stack.paste", "stack.select_all")
            action.explain("" if always or n == 1 or (n and not alone) else tr("Select a layer first."))

    def _show_selection(self) -> None:
        """Select in the view what the document says and bring it into sight."""
        chosen = QItemSelection()
        rows = [self._model.row(layer_id) for layer_id in self._document.selection]
        indexes = [self._model.index(row) for row in rows if row is not None]
        for index in indexes:
            chosen.select(index, index)
        self._following = True
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if indexes and self.currentIndex() not in indexes:
            self.selectionModel().setCurrentIndex(indexes[0], QItemSelectionModel.SelectionFlag.NoUpdate)
        if indexes:
            self.scrollTo(indexes[0])
        self._following = False
