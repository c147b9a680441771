"""A card to choose: a title and what there is to say about it, drawn as the cards of the stack are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from slugstudio.ui import theme

_LINE = 20


class ChoiceCard(QAbstractButton):
    """One of several things to choose from; a click, Enter or Space chooses it.

    Parameters
    ----------
    title : str
    texts : sequence of str
        Lines below the title; the last one is written in small letters, over two lines if there is only one.
    size : QSize
    parent : QWidget, optional
    aside : str
        What stands at the right of the title.
    """

    def __init__(
        self, title: str, texts: Sequence[str], size: QSize, parent: QWidget | None = None, aside: str = ""
    ) -> None:
        super().__init__(parent)
        self._title, self.texts, self._aside = title, tuple(texts), aside
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(size)
        self.say(texts)
        theme.manager().changed.connect(self.update)

    def say(self, texts: Sequence[str]) -> None:
        """Say something else below the title."""
        self.texts = tuple(texts)
        self.setAccessibleDescription(" ".join(filter(None, [*texts, self._aside])))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size."""
        return self.maximumSize()

    def keyPressEvent(self, e: QKeyEvent) -> None:
        """Choose with Enter too, and go to the next or the last card with the arrow keys."""
        match e.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case Qt.Key.Key_Down | Qt.Key.Key_Right:
                self.focusNextChild()
            case Qt.Key.Key_Up | Qt.Key.Key_Left:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(e)

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw the card."""
        del e
        colours, enabled = theme.current(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(colours.tint if enabled and (self.isDown() or self.underMouse()) else colours.raised)
        painter.setPen(QPen(colours.accent, 2) if self.hasFocus() else QPen(colours.hairline, 1))
        painter.drawRoundedRect(body, 8, 8)
        line = QRectF(body.left() + 16, body.top() + 10, body.width() - 32, _LINE)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        text = colours.text if enabled else colours.disabled
        self._draw(painter, line, self._title, theme.font(strong=True), text, left)
        self._draw(painter, line, self._aside, theme.font(theme.LABEL), colours.secondary, right)
        for position, about in enumerate(self.texts):
            line.translate(0, 22)
            last = position == len(self.texts) - 1
            if last and not position:
                line.setHeight(34)
            font, colour = (theme.LABEL, colours.secondary) if last else (theme.BODY, text)
            self._draw(painter, line, about, theme.font(font), colour, left)

    def _draw(
        self, painter: QPainter, place: QRectF, text: str, font: QFont, colour: QColor, side: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        wrapped = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        lines = wrapped if place.height() > _LINE else int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(place, int(side) | lines, text)
