"""Import: what of a file of weights fits the network, in the place of the stack, before anything changes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slugstudio.imports import Comparison
from slugstudio.ui import theme
from slugstudio.ui.translation import tr

WIDTH = 860
_HEADINGS = ("Array of the network", "Shape", "In the file", "What happens")


class ImportPage(QWidget):
    """A row for each array of the network; Escape goes back and changes nothing."""

    accepted = Signal(object)
    """Carries the `Comparison` that was shown."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imports")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._found = Comparison((), (), {})
        self._heading = QLabel()
        self._heading.setProperty("role", "strong")
        self._summary = QLabel()
        self._summary.setObjectName("importSummary")
        self._summary.setProperty("role", "secondary")
        self._summary.setWordWrap(True)
        self.table = QTableWidget(0, len(_HEADINGS))
        self.table.setObjectName("importTable")
        self.table.setHorizontalHeaderLabels(_HEADINGS)
        self.table.setAccessibleName(tr("What of the file fits the network"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.accept_button = QPushButton(tr("Import"))
        self.accept_button.setObjectName("importAccept")
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setAutoDefault(True)
        self.accept_button.setToolTip(tr("Take what fits; undo brings the other weights back."))
        self.accept_button.clicked.connect(self._accept)
        cancel = QPushButton(tr("Cancel"))
        cancel.setObjectName("importCancel")
        cancel.setAutoDefault(True)
        cancel.setToolTip(tr("Go back and change nothing. (Esc)"))
        cancel.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.addWidget(self.accept_button)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 36, 0, 24)
        column.setSpacing(10)
        for widget in (self._heading, self._summary):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)

    @property
    def summary(self) -> str:
        """What is said above the table."""
        return self._summary.text()

    def show_comparison(self, path: Path, found: Comparison) -> None:
        """Show what of a file fits."""
        self._found = found
        self._heading.setText(tr("Import weights from {name}", name=path.name))
        self._summary.setText(found.summary())
        self.table.setRowCount(len(found.rows))
        colours = theme.current()
        for place, row in enumerate(found.rows):
            shapes = " × ".join(map(str, row.shape))
            for column, text in enumerate((row.name, shapes, row.source or "–", row.said())):
                item = QTableWidgetItem(text)
                if column == len(_HEADINGS) - 1:
                    item.setForeground(colours.good if row.fate == "fits" else colours.warning)
                self.table.setItem(place, column, item)
        self.accept_button.setEnabled(bool(found.taken))
        self.accept_button.setText(
            tr("Import {value1} arrays", value1=f"{len(found.taken):,}") if found.taken else tr("Nothing fits")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        self.accepted.emit(self._found)
