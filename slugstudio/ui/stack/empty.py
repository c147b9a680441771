"""What a stack without layers shows: one sentence and one action."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from slugstudio.ui import theme
from slugstudio.ui.stack.delegate import PADDING, RADIUS, STRIPE
from slugstudio.ui.translation import tr


class EmptyStack(QWidget):
    """The outline of a first card, where layers may be dropped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._inviting = False
        sentence = QLabel(tr("No layers yet: drag one here from the palette."))
        sentence.setProperty("role", "secondary")
        self.action = QPushButton(tr("Choose a layer"))
        self.action.setObjectName("chooseFirstLayer")
        self.action.setToolTip(tr("Find a layer by its name; Enter adds it. (Ins)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(STRIPE + PADDING, 0, 14, 0)
        row.addWidget(sentence, 1)
        row.addWidget(self.action)

    def invite(self, inviting: bool) -> None:
        """Light up while something that may be dropped is dragged over the stack."""
        if inviting != self._inviting:
            self._inviting = inviting
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed outline."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._inviting:
            painter.setBrush(colours.tint)
        pen = QPen(colours.accent if self._inviting else colours.disabled, 1.5 if self._inviting else 1)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
