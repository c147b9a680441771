"""The line above each pane: its title, and on the right what else is to be known."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from slugstudio.ui import theme

HEIGHT, GAP = 24, 12


class Header(QWidget):
    """A title and a secondary note; where there is too little room the note goes first, then the title is shortened."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.note = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        theme.manager().changed.connect(self.update)
        self.show_texts(title)

    def sizeHint(self) -> QSize:
        """Return a width that the panes come along with."""
        return QSize(160, HEIGHT)

    def show_texts(self, title: str, note: str = "") -> None:
        """Say something else; nothing is painted again if it is the same."""
        if (title, note) != (self.title, self.note):
            self.title, self.note = title, note
            self.setAccessibleName(", ".join(text for text in (title, note) if text))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write both."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignVCenter
        small, strong = theme.font(theme.LABEL), theme.font(strong=True)
        line = QRectF(0, 0, self.width(), HEIGHT - 4)
        taken = QFontMetricsF(small).horizontalAdvance(self.note) + GAP
        if self.note and QFontMetricsF(strong).horizontalAdvance(self.title) + taken <= line.width():
            painter.setFont(small)
            painter.setPen(colours.secondary)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | middle), self.note)
        painter.setFont(strong)
        painter.setPen(colours.text)
        shown = QFontMetricsF(strong).elidedText(self.title, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | middle), shown)


def paint_sentence(painter: QPainter, rect: QRectF, sentence: str, colour: QColor) -> None:
    """Write the one sentence of a pane that has nothing to show."""
    painter.setFont(theme.font())
    painter.setPen(colour)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), sentence)
