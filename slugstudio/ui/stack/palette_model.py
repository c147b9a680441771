"""What there is to add, grouped and searchable, as a list with headings that fold their groups away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from slugstudio.ui.stack import mime
from slugstudio.ui.stack.entries import Entry, found, likeliest
from slugstudio.ui.theme import GROUPS
from slugstudio.ui.translation import told, tr

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a row gives beside its text; a heading's ``KIND`` and ``ENTRY`` are None, an entry's ``FOLDED`` is."""

    KIND = Qt.ItemDataRole.UserRole + 1
    GROUP = Qt.ItemDataRole.UserRole + 2
    ENTRY = Qt.ItemDataRole.UserRole + 3
    FOLDED = Qt.ItemDataRole.UserRole + 4


@dataclass(frozen=True)
class Row:
    """A heading (without ``entry``) or something to add."""

    group: str
    entry: Entry | None = None
    folded: bool = False

    @property
    def label(self) -> str:
        """What the row is called."""
        return heading(self.group) if self.entry is None else told(self.entry.label)

    @property
    def kind(self) -> str:
        """The key of the entry, empty for a heading."""
        return "" if self.entry is None else self.entry.key

    @property
    def summary(self) -> str:
        """What the entry does."""
        return "" if self.entry is None else told(self.entry.summary)


def heading(group: str) -> str:
    """Return what a group of layers is called."""
    return {
        "input": tr("Input"),
        "learn": tr("Learn"),
        "activate": tr("Activate"),
        "shape": tr("Shape"),
        "regularise": tr("Regularise"),
        "normalise": tr("Normalise"),
    }[group]


def rows(search: str = "", folded: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """Return headings and entries; those that have all words of ``search``, or all but what is in ``folded`` groups."""
    made: list[Row] = []
    for group, entries in groupby(found(search), key=lambda entry: entry.group):
        away = group in folded and not search.strip()
        made.append(Row(group, folded=away))
        made += [] if away else [Row(group, entry) for entry in entries]
    return tuple(made)


class PaletteModel(QAbstractListModel):
    """The rows that match the search."""

    folds_changed = Signal(list)
    """Carries the groups that are folded away from now on."""

    def __init__(self, parent: QObject | None = None, folded: Iterable[str] = ()) -> None:
        super().__init__(parent)
        self._search = ""
        self._folded = frozenset(folded).intersection(GROUPS)
        self._rows = rows("", self._folded)

    def search(self, text: str) -> None:
        """Keep what matches ``text``."""
        self._search = text
        self._renew()

    def fold(self, group: str, *, away: bool) -> None:
        """Fold a group away or show it again; while something is searched for, all that is found shows."""
        wanted = self._folded | {group} if away else self._folded - {group}
        if wanted != self._folded and not self._search.strip():
            self._folded = wanted
            self._renew()
            self.folds_changed.emit([each for each in GROUPS if each in wanted])

    def _renew(self) -> None:
        self.beginResetModel()
        self._rows = rows(self._search, self._folded)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of headings and entries."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows or says."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.label
            case Qt.ItemDataRole.ToolTipRole if row.entry is None:  # an entry has its card
                return tr("Show or hide this group (Enter, or Left and Right)")
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.summary
            case Role.KIND:
                return row.kind or None
            case Role.GROUP:
                return row.group
            case Role.ENTRY:
                return row.entry
            case Role.FOLDED:
                return row.folded if row.entry is None else None
        return None

    @staticmethod
    def _spoken(row: Row) -> str:
        if row.entry is not None:
            return tr("{label}, {group}", label=row.label, group=heading(row.group).lower())
        return tr("{label}, group, folded", label=row.label) if row.folded else tr("{label}, group", label=row.label)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be selected and entries be dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self._rows[index.row()].entry else flags

    def mimeTypes(self) -> list[str]:
        """Name what is dragged from here."""
        return [mime.KIND]

    def row_of(self, key: str) -> int | None:
        """Return the row of an entry, None while it is hidden."""
        return next((place for place, row in enumerate(self._rows) if row.kind == key), None)

    def row_of_heading(self, group: str) -> int | None:
        """Return the row of the heading of a group, None while nothing in it is found."""
        headings = (place for place, row in enumerate(self._rows) if row.entry is None and row.group == group)
        return next(headings, None)

    def first(self) -> int | None:
        """Return the row of the first entry, None if nothing matches."""
        return next((place for place, row in enumerate(self._rows) if row.entry), None)

    def best(self) -> int | None:
        """Return the row of the entry that the search most likely means, None if nothing matches."""
        best = likeliest(self._search, [row.entry for row in self._rows if row.entry])
        return None if best is None else self.row_of(best.key)

    def next(self, row: int, step: int) -> int | None:
        """Return the next row with an entry, ``step`` (1 or -1) away from ``row``; None at the end."""
        places = range(row + step, len(self._rows) if step > 0 else -1, step)
        return next((place for place in places if self._rows[place].entry), None)
