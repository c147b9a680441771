"""The name of the selected layer, to be changed in place, with its kind beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from slugstudio.engine.errors import SlugError
from slugstudio.project import edits
from slugstudio.project.design import LayerEntry
from slugstudio.ui import theme
from slugstudio.ui.document import Document


class _NameEdit(QLineEdit):
    """A line that is as wide as its text and forgets what was typed on Escape."""

    def __init__(self) -> None:
        super().__init__()
        self.known = ""
        self.textChanged.connect(self._fit)

    def _fit(self, text: str) -> None:
        self.setFixedWidth(max(48, QFontMetrics(theme.font(strong=True)).horizontalAdvance(text) + 20))

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
        self.name.setAccessibleName("Name of the layer")
        self.name.setToolTip("The name of the layer, in files and exports too. Type to change it.")
        self._heading = QLabel()
        self._heading.setProperty("role", "strong")
        self._kind = QLabel()
        self._kind.setProperty("role", "secondary")
        self._message = QLabel()
        self._message.setObjectName("layerName_message")
        self._message.setProperty("role", "error")
        self._message.setWordWrap(True)
        self._message.hide()
        row = QHBoxLayout()
        row.setSpacing(2)
        row.setContentsMargins(-6, 0, 0, 0)  # the frame of the name shows only while it is edited: its text is in line
        for widget in (self.name, self._heading, self._kind):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._message)
        self.name.textEdited.connect(lambda: self._explain(""))
        self.name.editingFinished.connect(self._rename)

    def show_entry(self, entry: LayerEntry | None, heading: str) -> None:
        """Show the name and kind of a layer, or a plain heading for what has no name."""
        other = entry is None or self._entry is None or entry.id != self._entry.id
        self._entry = entry
        self.name.setVisible(entry is not None)
        self._heading.setText(heading)
        self._heading.setVisible(bool(heading))
        self._kind.setText(entry.layer.label if entry else "")
        if entry is not None and (other or entry.name != self.name.known):
            self.name.known = entry.name
            self.name.setText(entry.name)
            self.name.setCursorPosition(0)
            self._explain("")

    def edit(self) -> None:
        """Put the cursor into the name."""
        if self._entry is not None:
            self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.name.selectAll()

    def _rename(self) -> None:
        entry, wanted = self._entry, self.name.text().strip()
        if entry is None or wanted == entry.name:
            return
        try:
            design = edits.rename_layer(self._document.design, entry.id, wanted)
        except SlugError as error:
            self._explain(str(error))
            return
        self._document.edit(design, f"rename {entry.name} to {wanted}")

    def _explain(self, reason: str) -> None:
        self._message.setText(reason)
        self._message.setVisible(bool(reason))
        self.name.setProperty("invalid", bool(reason))
        self.name.style().polish(self.name)
