"""The network's answer to one sample: its most likely classes as bars."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.ui import theme
from slugstudio.ui.cockpit.header import paint_sentence
from slugstudio.ui.cockpit.labels import percent
from slugstudio.ui.translation import tr

SENTENCE = "Its answer appears here."
MOST, LINE, WIDEST_LINE, BAR, GAP = 5, 18, 28, 6, 8


def for_classes(probabilities: Array) -> npt.NDArray[np.float64]:
    """Return one probability for each class; a single one is that of the second of two."""
    found = np.asarray(probabilities, dtype=np.float64).ravel()
    return np.array([1 - found[0], found[0]]) if found.size == 1 else found


class AnswerBars(QWidget):
    """The likeliest classes, the first on top, with their names and per cent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._probabilities: npt.NDArray[np.float64] | None = None
        self.setObjectName("answerBars")
        self.setAccessibleName(tr("Answer of the network"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(2 * LINE)
        theme.manager().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the size in the strip at the bottom of a small window."""
        return QSize(130, MOST * LINE)

    def show_answer(self, probabilities: Array | None, classes: tuple[str, ...]) -> None:
        """Show the answer to another sample, of shape (n_classes,) or (1,), or that there is none."""
        self._classes = classes
        self._probabilities = None if probabilities is None else for_classes(probabilities)
        self.setAccessibleDescription(", ".join(f"{name} {part}" for name, part, _ in self.lines()) or SENTENCE)
        self.update()

    def lines(self) -> list[tuple[str, str, float]]:
        """Return name, per cent and part of 1 of the likeliest classes."""
        if self._probabilities is None:
            return []
        order = np.argsort(-self._probabilities, kind="stable")[:MOST]
        found = [(self._classes[place], float(self._probabilities[place])) for place in order]
        return [(name, percent(part), part) for name, part in found]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as many lines as there is room for."""
        del event
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = self.lines()[: self.height() // LINE]
        if not lines:
            if self._classes:
                paint_sentence(painter, QRectF(self.rect()), SENTENCE, colours.secondary)
            return
        font = theme.font(theme.LABEL)
        metrics, flag = QFontMetricsF(font), Qt.AlignmentFlag
        height = min(self.height() / len(lines), WIDEST_LINE)
        # All classes count, not only those that are shown, or the bars would jump when the order changes.
        strong = QFontMetricsF(theme.font(theme.LABEL, strong=True))
        names = min(max(strong.horizontalAdvance(name) for name in self._classes), self.width() * 0.42)
        values = metrics.horizontalAdvance(percent(1.0))
        left, right = names + GAP, self.width() - values - GAP
        for place, (name, value, part) in enumerate(lines):
            line = QRectF(0, place * height, self.width(), height)
            painter.setFont(theme.font(theme.LABEL, strong=place == 0))
            painter.setPen(colours.text if place == 0 else colours.secondary)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names + 2)
            painter.drawText(line, int(flag.AlignLeft | flag.AlignVCenter), shown)
            painter.drawText(line, int(flag.AlignRight | flag.AlignVCenter), value)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            # What is not zero shows at least as a dot's width.
            bar = QRectF(left, line.center().y() - BAR / 2, max(part * (right - left), 2.0), BAR)
            painter.drawRoundedRect(bar, min(2.0, bar.width() / 2), min(2.0, bar.width() / 2))
