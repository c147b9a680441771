"""The history: every step that can be undone or done again, to jump to."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from slugstudio.ui import theme
from slugstudio.ui.document import Change, Document
from slugstudio.ui.translation import tr

Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """One row for the beginning and one for each step; the row of the last done step is where the document is."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._steps, self._place = document.steps, document.place

    def refresh(self) -> bool:
        """Take over the document's steps; return whether they are others now."""
        now = self._document.steps, self._document.place
        if now == (self._steps, self._place):
            return False
        self.beginResetModel()
        self._steps, self._place = now
        self.endResetModel()
        return True

    @property
    def place(self) -> int:
        """The row where the document is."""
        return self._place

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of steps and the beginning."""
        return 0 if parent is not None and parent.isValid() else len(self._steps) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a step does, and whether it is done."""
        if not index.isValid():
            return None
        row = index.row()
        text = self._steps[row - 1] if row else tr("Beginning")
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text[:1].upper() + text[1:]
            case Qt.ItemDataRole.AccessibleTextRole:
                state = tr("now") if row == self._place else tr("done") if row < self._place else tr("undone")
                return f"{text}, {state}"
            case Qt.ItemDataRole.ForegroundRole:
                return theme.current().secondary if row > self._place else None
            case Qt.ItemDataRole.FontRole:
                font = theme.font(strong=row == self._place)
                font.setItalic(row > self._place)
                return font
        return None


class HistoryPane(QWidget):
    """The list of steps; a click or Enter asks to go there."""

    asked = Signal(int)
    """Carries how many steps are to be done then."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("historyPane")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = HistoryModel(document, self)
        self.list = QListView()
        self.list.setObjectName("history")
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName(tr("Steps that can be undone or done again"))
        self.list.setToolTip(tr("Go back, or forward again, to a step: click it, or press Enter."))
        self.list.setModel(self._model)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._ask)
        self.list.activated.connect(self._ask)
        self.setFocusProxy(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.addWidget(self.list)
        document.changed.connect(self._follow)
        theme.manager().changed.connect(self.list.viewport().update)
        self._mark()

    def _ask(self, index: QModelIndex) -> None:
        if index.row() != self._model.place:
            self.asked.emit(index.row())

    def _follow(self, change: Change) -> None:
        if change.fields - {"selection"} and self._model.refresh():
            self._mark()

    def _mark(self) -> None:
        now = self._model.index(self._model.place)
        self.list.selectionModel().setCurrentIndex(now, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(now)
