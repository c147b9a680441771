"""The bar that says which colour stands for which signed value."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from slugstudio.ui import theme
from slugstudio.ui.cockpit.labels import MINUS, number
from slugstudio.ui.translation import tr

BAR, HEIGHT, NARROW = 8, 26, 100
"""A legend narrower than `NARROW` has no room for the zero in its middle."""


class SignedLegend(QWidget):
    """A bar from the most negative to the most positive value, with its ends and its middle written below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._end = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(64)
        theme.manager().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a width that is enough for its three numbers."""
        return QSize(160, HEIGHT)

    def show_limit(self, limit: float) -> None:
        """Write another end of the scale."""
        end = number(limit)
        if end != self._end:
            self._end = end
            self.setAccessibleName(
                tr("Colours from {MINUS}{end}, orange, by way of 0 to +{end}, blue", MINUS=MINUS, end=end)
            )
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar and its numbers."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for place, colour in ((0, colours.negative), (0.5, colours.neutral), (1, colours.positive)):
            gradient.setColorAt(place, colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(0, 0, self.width(), BAR), BAR / 2, BAR / 2)
        painter.setFont(theme.font(theme.AXIS))
        painter.setPen(colours.secondary)
        line, below = QRectF(0, BAR + 3, self.width(), HEIGHT - BAR - 3), Qt.AlignmentFlag
        ends = ((f"{MINUS}{self._end}", below.AlignLeft), (f"+{self._end}", below.AlignRight))
        for text, side in (*ends, ("0", below.AlignHCenter)) if self.width() >= NARROW else ends:
            painter.drawText(line, int(side | below.AlignTop), text)
