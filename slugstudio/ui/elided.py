"""A line of text that makes do with the room that it gets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from slugstudio.ui import icons, theme

PART = " · "


class ElidedLabel(QWidget):
    """One line of text, with an icon where it tells of a problem.

    Where it does not fit, the parts behind a dot (·) are left out from the end, and what remains is shortened.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._severity = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(30)
        theme.manager().changed.connect(self.update)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._shown

    def tell(self, text: str, severity: str = "") -> None:
        """Show a text; ``severity`` is empty, ``"warning"`` or ``"error"``."""
        if (text, severity) != (self._shown, self._severity):
            self._shown, self._severity = text, severity
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and text."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        left = 4
        if self._severity:
            painter.drawPixmap(
                left,
                (self.height() - icons.SIZE) // 2,
                icons.pixmap(self._severity, colours.severity(self._severity), ratio=self.devicePixelRatioF()),
            )
            left += icons.SIZE + 6
        painter.setFont(theme.font())
        painter.setPen(colours.severity(self._severity) if self._severity else colours.secondary)
        room = self.rect().adjusted(left, 0, 0, 0)
        metrics, shown = QFontMetrics(painter.font()), self._shown
        while PART in shown and metrics.horizontalAdvance(shown) > room.width():
            shown = shown.rpartition(PART)[0]
        shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
