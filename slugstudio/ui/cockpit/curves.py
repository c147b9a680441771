"""Loss and accuracy, training and validation, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite, nan

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.project.history import EpochRow, History
from slugstudio.ui import theme
from slugstudio.ui.plotting import Line, Plot

LINES = {
    "batches": Line("accent", faint=True),
    "training": Line("accent"),
    "validation": Line("validation", dashed=True),
}


@dataclass(frozen=True, eq=False)
class Curves:
    """One metric of a history: ``x`` in epochs; of batches, and of epochs in training and validation."""

    x_batches: Array
    batches: Array
    x: Array
    training: Array
    validation: Array

    def highest(self) -> float:
        """Return the largest value worth showing: a few wild batches at the beginning may leave the plot."""
        parts = [values[np.isfinite(values)] for values in (self.training, self.validation)]
        known = np.concatenate([*parts, self._usual_batches()])
        return float(known.max()) if known.size else 0.0

    def _usual_batches(self) -> Array:
        finite = self.batches[np.isfinite(self.batches)]
        return np.quantile(finite, [0.98]) if finite.size else finite


def curves(history: History, metric: str) -> Curves:
    """Return the curves of ``"loss"`` or ``"accuracy"``."""
    rows = history.epochs
    steps = history.steps
    batches = history.losses if metric == "loss" else history.accuracies
    n = min(len(steps), len(batches))
    x = np.array([row.epoch for row in rows], float)
    training = np.array([getattr(row, metric) for row in rows], float)
    told = [getattr(row, f"val_{metric}") for row in rows]
    validation = np.array([nan if value is None else value for value in told], float)
    return Curves(epochs_at(steps[:n], rows), batches[:n], x, training, validation)


def epochs_at(steps: Array, rows: Sequence[EpochRow]) -> Array:
    """Return how many epochs were done after each step; the epoch that runs is taken to be as long as the last."""
    if not rows:
        return steps / max(1, len(steps)) if len(steps) else np.empty(0)
    known_steps = np.array([0, *(row.step for row in rows)], float)
    known_epochs = np.array([rows[0].epoch - 1, *(row.epoch for row in rows)], float)
    length = max(1.0, known_steps[-1] - known_steps[-2])
    known_steps = np.append(known_steps, known_steps[-1] + length)
    known_epochs = np.append(known_epochs, known_epochs[-1] + 1)
    found: Array = np.interp(steps, known_steps, known_epochs)
    return found


class CurvesPane(QWidget):
    """One metric: its name and last values above its plot."""

    def __init__(self, title: str, metric: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._curves: Curves | None = None
        self.setObjectName(f"{metric}Pane")
        self.plot = Plot(f"{metric}Plot", LINES, top=1.0 if metric == "accuracy" else None, parent=self)
        self.plot.widget.setAccessibleName(f"{title} over the epochs")
        heading = QLabel(title)
        heading.setProperty("role", "strong")
        self._x = QLabel()
        self._x.setProperty("role", "label")
        self._training = _Legend(metric, "training")
        self._validation = _Legend(metric, "validation")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(heading)
        row.addWidget(self._x)
        row.addStretch(1)
        row.addWidget(self._training)
        row.addWidget(self._validation)
        self._empty = QLabel("Press Play to see it learn.")
        self._empty.setProperty("role", "secondary")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        stack = QStackedLayout()
        stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stack.addWidget(self._empty)
        stack.addWidget(self.plot.widget)
        stack.setCurrentWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(stack, 1)
        self.plot.hovered.connect(self._read_off)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which the legend would not fit."""
        return QSize(220, 120)

    def show_history(self, history: History, epochs: int) -> None:
        """Draw the curves of a training of ``epochs`` epochs."""
        found = self._curves = curves(history, self._metric)
        self._empty.setVisible(not len(found.batches))
        self.plot.set_curve("batches", found.x_batches, found.batches)
        self.plot.set_curve("training", found.x, found.training)
        self.plot.set_curve("validation", found.x, found.validation)
        reached = float(found.x_batches[-1]) if len(found.x_batches) else 0.0
        self.plot.show_everything(_axis_end(reached, epochs), found.highest())
        self._read_off(None)

    def _read_off(self, x: float | None) -> None:
        """Tell the values of the epoch at ``x``, or the last ones."""
        found = self._curves
        if found is None or not len(found.x):
            last = found.batches[-1] if found is not None and len(found.batches) else nan
            self._tell("", float(last), nan)
            self.plot.mark(None)
            return
        place = len(found.x) - 1 if x is None else int(np.abs(found.x - x).argmin())
        self.plot.mark(None if x is None else float(found.x[place]))
        self._tell("" if x is None else f"epoch {found.x[place]:.0f}", found.training[place], found.validation[place])

    def _tell(self, where: str, training: float, validation: float) -> None:
        self._x.setText(where)
        self._training.tell(training)
        self._validation.tell(validation)


def _axis_end(reached: float, epochs: int) -> float:
    """Return where the x axis ends: it grows in steps, so that a long training is not a speck at the left."""
    if reached >= 0.6 * epochs:
        return max(float(epochs), reached)
    return float(min(epochs, max(5, ceil(reached / 5 + 0.5) * 5 * 1.2)))


class _Legend(QWidget):
    """The line as it is drawn, what it is, and its value."""

    def __init__(self, metric: str, name: str) -> None:
        super().__init__()
        self._metric = metric
        self._name = name
        self._label = QLabel()
        self._label.setObjectName(f"{metric}_{name}")
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setProperty("role", "label")
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 0, 0, 0)
        row.addWidget(self._label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.manager().changed.connect(self.update)
        self.tell(nan)

    def tell(self, value: float) -> None:
        """Show a value, or none for NaN."""
        text = "–"
        if isfinite(value):
            text = f"{value:.1%}".replace("%", "\u202f%") if self._metric == "accuracy" else f"{value:.3f}"
        self._label.setText(f"{self._name} <b>{text}</b>")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a piece of the line."""
        del event
        line = LINES[self._name]
        painter = QPainter(self)
        pen = QPen(getattr(theme.current(), line.role), 2)
        if line.dashed:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        rect = QRectF(self.rect())
        painter.drawLine(0, round(rect.center().y()), 15, round(rect.center().y()))
