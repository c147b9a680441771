"""The name of the selected layer, to be changed in place, with its kind beside it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from slugstudio.engine.errors import ConfigError
from slugstudio.project import edits
from slugstudio.project.design import LayerEntry
from slugstudio.ui.document import Document
from slugstudio.ui.editors import LineEdit
from slugstudio.ui.elided import ElidedLabel
from slugstudio.ui.refusal import Refusal, mark
from slugstudio.ui.translation import tr

_INSET = 2
"""By how much Qt sets the text of a line off from its left edge."""


class _NameEdit(LineEdit):
    """A line that is as wide as its text, if there is room, and forgets what was typed on Escape."""

    def __init__(self) -> None:
        super().__init__()
        self.known = ""
        self.setTextMargins(-_INSET, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the size of the text, with room for the cursor."""
        return QSize(max(48, self.fontMetrics().horizontalAdvance(self.text()) + 8), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return a size in which a name can still be read in part."""
        return QSize(48, super().minimumSizeHint().height())

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        """Take the name back on Escape."""
        if arg__1.key() == Qt.Key.Key_Escape:
            self.setText(self.known)
            self.clearFocus()
        else:
            super().keyPressEvent(arg__1)


class LayerTitle(QWidget):
    """Shows and changes the name; a name that cannot be is explained below and kept."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._entry: LayerEntry | None = None
        self.name = _NameEdit()
        self.name.setObjectName("layerName")
        self.name.setProperty("role", "title")
        self.name.setAccessibleName(tr("Name of the layer"))
        self.name.setToolTip(tr("The name of the layer, in files and exports too. Type to change it."))
        self._heading = QLabel()
        self._heading.setProperty("role", "strong")
        self._kind = ElidedLabel()
        self._refusal = Refusal("layerName_message")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.name)
        row.addWidget(self._heading)
        row.addWidget(self._kind, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._refusal)
        self.name.textChanged.connect(lambda: self._explain(""))
        self.name.editingFinished.connect(self._rename)

    def show_entry(self, entry: LayerEntry | None, heading: str) -> None:
        """Show the name and kind of a layer, or a plain heading for what has no name."""
        other = entry is None or self._entry is None or entry.id != self._entry.id
        self._entry = entry
        self.name.setVisible(entry is not None)
        self._heading.setText(heading)
        self._heading.setVisible(bool(heading))
        self._kind.tell(entry.layer.label if entry else "")
        if entry is not None and (other or entry.name != self.name.known):
            self.name.known = entry.name
            self.name.setText(entry.name)
            self.name.setCursorPosition(0)

    def edit(self) -> None:
        """Put the cursor into the name."""
        if self._entry is not None:
            self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.name.selectAll()

    def _rename(self) -> None:
        entry, wanted = self._entry, self.name.text().strip()
        if entry is None:
            return
        try:
            design = edits.rename_layer(self._document.design, entry.id, wanted)
        except ConfigError as error:
            self._explain(error.reason)
            return
        self.name.setText(wanted)
        self._document.edit(design, f"rename {entry.name} to {wanted}")

    def _explain(self, reason: str) -> None:
        self._refusal.say(reason)
        mark(self.name, reason)
