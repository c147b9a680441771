"""The projects that were open last, as pictures to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from slugstudio.project.archive import read_entry
from slugstudio.project.errors import FormatError
from slugstudio.project.records import THUMBNAIL
from slugstudio.ui.background import Background
from slugstudio.ui.translation import tr

MOST, GAP = 4, 8
PICTURE = QSize(136, 85)


class RecentRow(QWidget):
    """A button with picture and name for each of the last projects; the pictures are read beside the window."""

    opened = Signal(object)
    """Carries the path of the project to open."""

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recentProjects")
        self._background = Background(self)
        self._size = QSize((width - (MOST - 1) * GAP) // MOST, PICTURE.height() + 38)
        self.buttons: list[RecentButton] = []
        self._heading = QLabel(tr("Go on with"))
        self._heading.setProperty("role", "strong")
        self._nothing = QLabel(tr("Projects that you save are shown here."))
        self._nothing.setProperty("role", "secondary")
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._heading)
        column.addWidget(self._nothing)
        column.addLayout(self._row)

    def offer(self, paths: Sequence[Path]) -> None:
        """Show the first few of these projects in place of others."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [RecentButton(path, self._size) for path in paths[:MOST]]
        self._nothing.setHidden(bool(self.buttons))
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, path=button.path: self.opened.emit(path))
            self._row.insertWidget(place, button)
            self._read(button)

    def _read(self, button: RecentButton) -> None:
        def show(image: QImage) -> None:
            if button in self.buttons and not image.isNull():
                button.setIcon(QIcon(QPixmap.fromImage(image)))

        self._background.run(lambda: _picture(button.path), show, lambda _message: None)

    def finish(self) -> None:
        """Wait for the pictures that are being read, as the last thing before the program ends."""
        self._background.finish()


class RecentButton(QToolButton):
    """One project; a click, Enter or Space opens it."""

    def __init__(self, path: Path, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.setObjectName(f"recent_{path.stem}")
        self.setAccessibleName(tr("Open {name}", name=path.stem))
        self.setToolTip(str(path))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(PICTURE)
        self.setFixedSize(size)
        name = self.fontMetrics().elidedText(path.stem, Qt.TextElideMode.ElideMiddle, size.width() - 20)
        self.setText(name.replace("&", "&&"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def _picture(path: Path) -> QImage:
    """Return the picture in a project file; an empty one where there is none."""
    try:
        return QImage.fromData(read_entry(path, THUMBNAIL))
    except (OSError, FormatError):
        return QImage()
