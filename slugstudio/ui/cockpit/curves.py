"""Loss and accuracy, training and validation, as they come."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from slugstudio.project.history import History
from slugstudio.ui import theme
from slugstudio.ui.cockpit.header import HEIGHT, Header
from slugstudio.ui.cockpit.history_curves import Curves, axis_end, curves
from slugstudio.ui.plotting import Line, Plot

WORDS_FIT = 320
"""The width in pixels from which on a pane has room for whole words in its legend."""

SHORT = {"training": "train", "validation": "val"}
LINES = {"training": Line("accent"), "validation": Line("validation", dashed=True)}


class CurvesPane(QWidget):
    """One metric: its name and last values above its plot; the mouse reads off those of another epoch."""

    def __init__(self, title: str, metric: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._metric = title, metric
        self._curves: Curves | None = None
        self._under_mouse: float | None = None
        self.setObjectName(f"{metric}Pane")
        self.plot = Plot(f"{metric}Plot", LINES, top=1.0 if metric == "accuracy" else None, parent=self)
        self.plot.widget.setAccessibleName(f"{title} over the epochs")
        self._header = Header(title)
        self.training = Legend(metric, "training")
        self.validation = Legend(metric, "validation")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._header, 1)
        row.addWidget(self.training)
        row.addWidget(self.validation)
        self._empty = QLabel("Press Play to see it learn.", self.plot.widget)
        self._empty.setProperty("role", "secondary")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QVBoxLayout(self.plot.widget)
        inside.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.plot.widget, 1)
        self.plot.hovered.connect(self._hover)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which nothing could be read off."""
        return QSize(200, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the words of the legend where there is no room for them."""
        super().resizeEvent(event)
        for legend in (self.training, self.validation):
            legend.shorten(event.size().width() < WORDS_FIT)

    def show_history(self, history: History, epochs: int, epoch_length: int = 0) -> None:
        """Draw the curves of a training of ``epochs`` epochs; the one that runs has ``epoch_length`` steps."""
        found = self._curves = curves(history, self._metric, epoch_length)
        self._empty.setVisible(not len(found.training))
        self.plot.set_curve("training", found.x_training, found.training)
        self.plot.set_curve("validation", found.epochs, found.validation)
        self.plot.show_everything(axis_end(found.reached, epochs), found.highest)
        self._read_off()

    def _hover(self, x: float | None) -> None:
        self._under_mouse = x
        self._read_off()

    def _read_off(self) -> None:
        """Tell the values of the epoch under the mouse, or the last ones."""
        found, x = self._curves, self._under_mouse
        if found is None or not len(found.epochs):
            last = found.training[-1:].max(initial=-1) if found is not None else -1
            self._tell("", nan if last < 0 else float(last), nan)
            self.plot.mark(None)
            return
        place = len(found.epochs) - 1 if x is None else int(np.abs(found.epochs - x).argmin())
        self.plot.mark(None if x is None else float(found.epochs[place]))
        where = "" if x is None else f"epoch {found.epochs[place]:,.0f}"
        self._tell(where, found.training_epochs[place], found.validation[place])

    def _tell(self, where: str, training: float, validation: float) -> None:
        self._header.show_texts(self._title, where)
        self.training.tell(training)
        self.validation.tell(validation)


class Legend(QWidget):
    """The line as it is drawn, what it is, and its value."""

    def __init__(self, metric: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric, self._name = metric, name
        self._value = nan
        self._short = False
        self._label = QLabel()
        self._label.setObjectName(f"{metric}_{name}")
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setProperty("role", "label")
        self.setToolTip(f"{name.capitalize()} {metric}")
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 0, 0, 4)
        row.addWidget(self._label)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.manager().changed.connect(self.update)
        self.tell(nan)

    @property
    def text(self) -> str:
        """The value as it shows."""
        if not isfinite(self._value):
            return "–"
        return f"{self._value:.1%}".replace("%", "\u202f%") if self._metric == "accuracy" else f"{self._value:.3f}"

    def shorten(self, short: bool) -> None:
        """Shorten the word, or write it out."""
        if short != self._short:
            self._short = short
            self.tell(self._value)

    def tell(self, value: float) -> None:
        """Show a value, or none for NaN."""
        self._value = value
        word = SHORT[self._name] if self._short else self._name
        self._label.setText(f"{word} <b>{self.text}</b>")
        self._label.setAccessibleName(f"{self._name} {self._metric} {self.text}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a piece of the line."""
        del event
        line = LINES[self._name]
        painter = QPainter(self)
        pen = QPen(getattr(theme.current(), line.role), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if line.dashed:
            pen.setDashPattern([3, 1.5])
        painter.setPen(pen)
        middle = (HEIGHT - 4) // 2
        painter.drawLine(0, middle, 16, middle)
