"""The two lines under the canvas: which sample it is and how it was read, or what the network gets of a drawing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from slugstudio.ui import icons, theme
from slugstudio.ui.translation import tr

HEIGHT, ICON = 36, 14


class Caption(QWidget):
    """Two short lines, the second with an icon; or a small image and two lines beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first_line, self.second_line = "", ""
        self._verdict = ""
        self._image: QImage | None = None
        self.setObjectName("sampleCaption")
        self.setFixedHeight(HEIGHT)
        theme.manager().changed.connect(self.update)

    def show_nothing(self) -> None:
        """Say nothing."""
        self._show("", "", "", None)

    def show_sample(self, name: str, said: str, *, right: bool) -> None:
        """Say which sample it is, and how it was read."""
        self._show(name, said, ("good" if right else "error") if said else "", None)

    def show_drawing(self, image: QImage, size: str) -> None:
        """Show a drawing in the pixels that the network gets."""
        self._show("Seen as", size, "", image)
        self.setToolTip(tr("The network sees the drawing in {size} pixels.", size=size))

    def _show(self, upper: str, lower: str, verdict: str, image: QImage | None) -> None:
        self.first_line, self.second_line, self._verdict, self._image = upper, lower, verdict, image
        joint = " " if image is not None else ", "
        self.setAccessibleName(joint.join(part for part in (upper, lower) if part))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        del event
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        if self._image is not None:
            painter.drawImage(QRectF(0, 2, HEIGHT - 4, HEIGHT - 4), self._image)
            left = float(HEIGHT)
        plain = self._image is not None
        self._write(painter, QRectF(left, 0, self.width() - left, HEIGHT / 2), self.first_line, strong=not plain)
        if self._verdict:
            colour = colours.good if self._verdict == "good" else colours.error
            icons.paint(painter, self._verdict, colour, QRectF(0, HEIGHT * 0.75 - ICON / 2, ICON, ICON))
            left = ICON + 5.0
            painter.setPen(colour)
        self._write(painter, QRectF(left, HEIGHT / 2, self.width() - left, HEIGHT / 2), self.second_line, strong=False)

    def _write(self, painter: QPainter, line: QRectF, text: str, *, strong: bool) -> None:
        colours, font = theme.current(), theme.font(theme.LABEL, strong=strong)
        colour = {"good": colours.good, "error": colours.error}.get(self._verdict, colours.secondary)
        painter.setFont(font)
        painter.setPen(colours.text if strong else colour)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
