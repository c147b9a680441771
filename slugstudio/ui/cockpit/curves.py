"""Loss and metrics, training and validation, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from slugstudio.project.history import History
from slugstudio.ui import theme
from slugstudio.ui.cockpit.drawn import Drawn
from slugstudio.ui.cockpit.header import HEIGHT, Header
from slugstudio.ui.cockpit.history_curves import Curves, axis_end, curves
from slugstudio.ui.editors import ChoiceEditor, Option
from slugstudio.ui.plotting import Line, Plot
from slugstudio.ui.translation import tr

WORDS_FIT, SHORT_FIT = 320, 230
"""The width in pixels, that of a choice of metrics left out, from which on there is room for whole words in the legend,
and for short ones; below, the drawn lines alone tell which value is which."""

_POPUP_MARGINS = 16
_FIRST = "Press Play to see it learn."

SHORT = {"training": "train", "validation": "val"}
LINES = {"training": Line("accent"), "validation": Line("validation", dashed=True)}


class CurvesPane(QWidget):
    """One metric: its name and last values above its plot; the mouse reads off those of another epoch.

    Where there are several to choose from, the name is a box that offers them.
    """

    chosen = Signal()
    """Another metric was chosen, of which nothing is drawn yet."""

    def __init__(self, choices: Sequence[Drawn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawn = choices[0]
        self._choices: tuple[Drawn, ...] = ()
        self._curves: Curves | None = None
        self._under_mouse: float | None = None
        self.plot = Plot(f"{self.drawn.name}Plot", LINES, parent=self)
        self._header = Header("")
        self.choice = ChoiceEditor([])
        self.choice.setProperty("role", "header")
        self.choice.setSizeAdjustPolicy(ChoiceEditor.SizeAdjustPolicy.AdjustToContents)
        self.choice.setAccessibleName(tr("Metric of the plot"))
        self.training = Legend("training", self.drawn)
        self.validation = Legend("validation", self.drawn)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._header, 1)
        row.addWidget(self.training)
        row.addWidget(self.validation)
        self._empty = QLabel(_FIRST, self.plot.widget)
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
        self.choice.changed.connect(self._choose)
        self.offer(choices)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which nothing could be read off."""
        return QSize(200, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the words of the legend where there is no room for them."""
        super().resizeEvent(event)
        self._fit_legends()

    def _fit_legends(self) -> None:
        taken = self.choice.sizeHint().width() if len(self._choices) > 1 else 0
        for legend in (self.training, self.validation):
            legend.fit(self.width() - taken)

    def offer(self, choices: Sequence[Drawn]) -> None:
        """Let these be chosen: what is drawn stays if it is one of them, else it is the accuracy or the first."""
        if tuple(choices) == self._choices:
            return
        wanted = [self.drawn.name, "accuracy"] if self._choices else ["accuracy"]
        self._choices = tuple(choices)
        self.choice.set_options([Option(each.name, each.title, each.help) for each in choices])
        for place in range(len(choices)):
            self.choice.setItemData(place, theme.font(), Qt.ItemDataRole.FontRole)  # else as heavy as the title
        self.choice.view().setMinimumWidth(self.choice.view().sizeHintForColumn(0) + _POPUP_MARGINS)
        self.choice.setVisible(len(choices) > 1)
        names = [each.name for each in choices]
        self._choose(next((name for name in wanted if name in names), names[0]))

    def _choose(self, name: str) -> None:
        self.drawn = next(each for each in self._choices if each.name == name)
        self.choice.show_value(name, fresh=True)
        self.choice.setToolTip(
            tr("{title}. Choose what is drawn; the Training page says what is told.", title=self.drawn.title)
        )
        self.setObjectName(f"{name}Pane")
        self.plot.widget.setObjectName(f"{name}Plot")
        self.plot.widget.setAccessibleName(tr("{title} over the epochs", title=self.drawn.title))
        for legend in (self.training, self.validation):
            legend.show_drawn(self.drawn)
        self._curves = None
        self._fit_legends()
        self._read_off()
        self.chosen.emit()

    def show_history(self, history: History, epochs: int, epoch_length: int = 0) -> None:
        """Draw the curves of a training of ``epochs`` epochs; the one that runs has ``epoch_length`` steps."""
        found = self._curves = curves(history, self.drawn.name, epoch_length)
        self._empty.setText(tr("It shows after the next epoch.") if found.reached else _FIRST)
        self._empty.setVisible(not len(found.training))
        self.plot.set_curve("training", found.x_training, found.training)
        self.plot.set_curve("validation", found.epochs, found.validation)
        highest = 1.0 if self.drawn.is_share else found.highest
        self.plot.show_everything(axis_end(found.reached, epochs), found.lowest, highest)
        self._read_off()

    def _hover(self, x: float | None) -> None:
        self._under_mouse = x
        self._read_off()

    def _read_off(self) -> None:
        """Tell the values of the epoch under the mouse, or the last ones."""
        found, x = self._curves, self._under_mouse
        if found is None or not len(found.epochs):
            self._tell("", float(found.training[-1]) if found is not None and len(found.training) else nan, nan)
            self.plot.mark(None)
            return
        place = len(found.epochs) - 1 if x is None else int(np.abs(found.epochs - x).argmin())
        self.plot.mark(None if x is None else float(found.epochs[place]))
        where = "" if x is None else f"epoch {found.epochs[place]:,.0f}"
        self._tell(where, found.training_epochs[place], found.validation[place])

    def _tell(self, where: str, training: float, validation: float) -> None:
        self._header.show_texts("" if len(self._choices) > 1 else self.drawn.title, where)
        self.training.tell(training)
        self.validation.tell(validation)


class Legend(QWidget):
    """The line as it is drawn, what it is, and its value."""

    def __init__(self, name: str, drawn: Drawn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._drawn = name, drawn
        self._value = nan
        self._word = name
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setProperty("role", "label")
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 0, 0, 4)
        row.addWidget(self._label)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.manager().changed.connect(self.update)
        self.show_drawn(drawn)

    @property
    def text(self) -> str:
        """The value as it shows."""
        return self._drawn.written(self._value) if isfinite(self._value) else "–"

    def show_drawn(self, drawn: Drawn) -> None:
        """Belong to another metric, of which no value is known yet."""
        self._drawn = drawn
        self._label.setObjectName(f"{drawn.name}_{self._name}")
        self.setToolTip(f"{self._name.capitalize()} {drawn.noun}")
        self.tell(nan)

    def fit(self, room: int) -> None:
        """Write the word out, shorten it, or leave it out, as there is room for both legends in so many pixels."""
        word = self._name if room >= WORDS_FIT else SHORT[self._name] if room >= SHORT_FIT else ""
        if word != self._word:
            self._word = word
            self.tell(self._value)

    def tell(self, value: float) -> None:
        """Show a value, or none for NaN."""
        self._value = value
        self._label.setText(f"{self._word} <b>{self.text}</b>".lstrip())
        self._label.setAccessibleName(f"{self._name} {self._drawn.noun} {self.text}")

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
