"""The layers that there are, grouped and searchable, as a list with headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from slugstudio.engine.layers.base import Layer
from slugstudio.ui.stack import mime
from slugstudio.ui.theme import GROUPS

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What an entry gives beside its text; a heading's ``KIND`` is None."""

    KIND = Qt.ItemDataRole.UserRole + 1
    GROUP = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class Row:
    """A heading (without ``kind``) or a kind of layer."""

    label: str
    group: str
    kind: str = ""
    summary: str = ""


def rows(search: str = "") -> tuple[Row, ...]:
    """Return the headings and the kinds whose name, group or description has all words of ``search``."""
    words = search.lower().split()
    found: list[Row] = []
    for group in GROUPS:
        kinds = [row for row in _kinds(group) if all(word in _haystack(row) for word in words)]
        if kinds:
            found += [Row(group.capitalize(), group), *kinds]
    return tuple(found)


def _kinds(group: str) -> Iterator[Row]:
    for kind, cls in Layer.kinds.items():
        if cls.group == group:
            yield Row(cls.label, group, kind, cls.summary())


def _haystack(row: Row) -> str:
    return f"{row.label} {row.kind} {row.group} {row.summary}".lower()


def _distance(row: Row, words: list[str]) -> int:
    """Tell how far a kind is from what was typed: its name begins with it, has it, or only its description does."""
    name, typed = row.label.lower(), " ".join(words)
    return 0 if name.startswith(typed) else 1 if typed in name else 2


class PaletteModel(QAbstractListModel):
    """The rows that match the search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows()
        self._words: list[str] = []

    def search(self, text: str) -> None:
        """Keep what matches ``text``."""
        self.beginResetModel()
        self._rows = rows(text)
        self._words = text.lower().split()
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of headings and kinds."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows or says."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.label
            case Qt.ItemDataRole.ToolTipRole:
                return f"<b>{row.label}</b><br>{row.summary}" if row.kind else None
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.label}, {row.group}" if row.kind else f"{row.label}, group"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.summary
            case Role.KIND:
                return row.kind or None
            case Role.GROUP:
                return row.group
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let kinds be selected and dragged; headings only stand there."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if not self._rows[index.row()].kind:
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        """Name what is dragged from here."""
        return [mime.KIND]

    def row_of(self, kind: str) -> int | None:
        """Return the row of a kind, None while the search hides it."""
        return next((place for place, row in enumerate(self._rows) if row.kind == kind), None)

    def first(self) -> int | None:
        """Return the row of the first kind, None if nothing matches."""
        return next((place for place, row in enumerate(self._rows) if row.kind), None)

    def best(self) -> int | None:
        """Return the row of the kind that the search most likely means, None if nothing matches."""
        kinds = [place for place, row in enumerate(self._rows) if row.kind]
        return min(kinds, key=lambda place: _distance(self._rows[place], self._words), default=None)

    def next(self, row: int, step: int) -> int | None:
        """Return the next row with a kind, ``step`` (1 or -1) away from ``row``; None at the end."""
        places = range(row + step, len(self._rows) if step > 0 else -1, step)
        return next((place for place in places if self._rows[place].kind), None)
