"""Files that are dropped on the window."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class Dropping(QObject):
    """Welcomes files with certain endings over a widget, and tells of one that is dropped there."""

    dropped = Signal(object)
    """Carries the `Path`."""

    def __init__(self, widget: QWidget, endings: Collection[str]) -> None:
        super().__init__(widget)
        self._endings = endings
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the events of dragging that bring such a file."""
        if isinstance(event, QDragEnterEvent | QDropEvent) and (path := self._path(event)) is not None:
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(path)
            return True
        return super().eventFilter(watched, event)

    def _path(self, event: QDropEvent) -> Path | None:
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        return next((path for path in paths if path.suffix.lower() in self._endings), None)
