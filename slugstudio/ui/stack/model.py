"""The list of cards as Qt's views and screen readers see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage

from slugstudio.ui.document import Change, Document
from slugstudio.ui.stack import mime
from slugstudio.ui.stack.cards import Card, cards

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a card gives beside its text."""

    CARD = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2
    THUMBNAILS = Qt.ItemDataRole.UserRole + 3


class StackModel(QAbstractListModel):
    """One row for the data and one for each layer, kept up to date with the fewest signals.

    ``removeRows`` is deliberately not implemented: after a move by drag Qt's view would call it on the rows that the
    drop has moved already.
    """

    column_changed = Signal()
    """The cards have another largest number of thumbnails, so each leaves them another room."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._cards = list(cards(document.design, document.analysis))
        self._thumbnails: dict[str, tuple[QImage, ...]] = {}
        self._most_thumbnails = 0
        self._updating = False
        document.changed.connect(self._follow)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of cards."""
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a card shows or says."""
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return card.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return card.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return card.facts
            case Role.CARD:
                return card
            case Role.ID:
                return card.id
            case Role.THUMBNAILS:
                return self._thumbnails.get(card.id, ())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let layers be selected and dragged; the data card stays on top."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.row() > 0:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeTypes(self) -> list[str]:
        """Name what may be dropped on the stack."""
        return mime.FORMATS

    def supportedDropActions(self) -> Qt.DropAction:
        """Take copies from the palette and moves from the stack."""
        return Qt.DropAction.CopyAction | Qt.DropAction.MoveAction

    def card(self, row: int) -> Card:
        """Return the card in a row."""
        return self._cards[row]

    def row(self, layer_id: str) -> int | None:
        """Return the row of a layer or of `DATA_CARD`, None if there is none."""
        return next((row for row, card in enumerate(self._cards) if card.id == layer_id), None)

    def ids(self) -> list[str]:
        """Return the ids of all cards from top to bottom."""
        return [card.id for card in self._cards]

    @property
    def updating(self) -> bool:
        """Tell whether rows come and go because the document changed: what Qt then selects is no one's choice."""
        return self._updating

    @property
    def most_thumbnails(self) -> int:
        """The largest number of thumbnails that a card has: the column is as wide as these need."""
        return self._most_thumbnails

    def set_thumbnails(self, thumbnails: Mapping[str, Sequence[QImage]]) -> None:
        """Show small pictures on cards, by the id of the layer or `DATA_CARD`; cards not named have none."""
        before, self._thumbnails = self._thumbnails, {i: tuple(images) for i, images in thumbnails.items()}
        for row, card in enumerate(self._cards):
            if card.id in before or card.id in thumbnails:
                self.dataChanged.emit(self.index(row), self.index(row), [Role.THUMBNAILS])
        self._measure_column()

    def _measure_column(self) -> None:
        most = max(len(self._thumbnails.get(card.id, ())) for card in self._cards)
        if most != self._most_thumbnails:
            self._most_thumbnails = most
            self.column_changed.emit()

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "data", "training"}:
            self._updating = True
            self._become(cards(self._document.design, self._document.analysis))
            self._updating = False

    def _become(self, wanted: Sequence[Card]) -> None:
        order = [card.id for card in wanted]
        self._remove_all_but(frozenset(order))
        self._sort_as(order)
        for row, card in enumerate(wanted):
            if row >= len(self._cards) or self._cards[row].id != card.id:
                self.beginInsertRows(QModelIndex(), row, row)
                self._cards.insert(row, card)
                self.endInsertRows()
            elif self._cards[row] != card:
                self._cards[row] = card
                self.dataChanged.emit(self.index(row), self.index(row))
        kept = set(order)
        self._thumbnails = {layer_id: images for layer_id, images in self._thumbnails.items() if layer_id in kept}
        self._measure_column()

    def _remove_all_but(self, kept: frozenset[str]) -> None:
        for row in reversed(range(len(self._cards))):
            if self._cards[row].id not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._cards[row]
                self.endRemoveRows()

    def _sort_as(self, order: Sequence[str]) -> None:
        place = {layer_id: index for index, layer_id in enumerate(order)}
        sorted_cards = sorted(self._cards, key=lambda card: place[card.id])
        if [card.id for card in sorted_cards] == self.ids():
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._cards[index.row()].id for index in before]
        self._cards = sorted_cards
        rows = {card.id: row for row, card in enumerate(sorted_cards)}
        self.changePersistentIndexList(before, [self.index(rows[layer_id]) for layer_id in ids])
        self.layoutChanged.emit()
