"""What is happening: curves, kernels, and the network's answers, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from slugstudio.ui.cockpit.boundary import BoundaryPane
from slugstudio.ui.cockpit.drawn import LOSS, metrics_of
from slugstudio.ui.cockpit.kernels import KernelsPane
from slugstudio.ui.cockpit.try_it import TryItPane
from slugstudio.ui.document import Change, Document
from slugstudio.ui.preview import Answer, Loaded
from slugstudio.ui.trainer import Trainer

if TYPE_CHECKING:
    from slugstudio.ui.cockpit.curves import CurvesPane

PLOTS_MS = 40
"""When the plots are imported: once the window has been painted."""
REDRAW_MS = 75
"""At most this often one of the plots is drawn again, each in its turn.

At 60 Hz that would cost the training a third of its speed, and both at once would be felt in the window.
"""


class Cockpit(QWidget):
    """The strip below the stack.

    The plots come a moment later: importing them takes longer than showing the window. Not in another thread, though:
    PySide makes its types when they are first used, and crashes where two threads do so at once.
    """

    sample_changed = Signal(object)
    """Carries the raw sample that is tried, or None."""
    complete = Signal()
    """The plots are there."""
    points_changed = Signal(object)
    """Carries the raw points at which the boundary is asked for, or None."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self.setObjectName("cockpit")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.curves: list[CurvesPane] = []
        self._stale: list[CurvesPane] = []
        self.kernels = KernelsPane(document)
        self.try_it = TryItPane()
        self.boundary = BoundaryPane()
        self._answers = QStackedWidget()
        self._answers.addWidget(self.try_it)
        self._answers.addWidget(self.boundary)
        self._plots = _row_of_panes("plots")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        self._row = _row_of_panes("cockpitRow")
        for place, (widget, stretch) in enumerate(((self._plots, 50), (self.kernels, 27), (self._answers, 23))):
            self._row.addWidget(widget)
            self._row.setStretchFactor(place, stretch)
        self._row.setSizes([500, 270, 230])
        column.addWidget(self._row)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_MS)
        self._redraw.timeout.connect(self._draw_next)
        self.try_it.asked.connect(self.sample_changed)
        trainer.progressed.connect(lambda _progress: self._draw_soon())
        trainer.epoch_done.connect(self._draw_soon)
        document.changed.connect(self._follow)
        # Counted from when events are handled: making the window takes longer than that, and would be followed by the
        # import instead of the first painting.
        QTimer.singleShot(0, self, lambda: QTimer.singleShot(PLOTS_MS, self, self._add_plots))

    def _add_plots(self) -> None:
        from slugstudio.ui.cockpit.curves import CurvesPane

        self.curves = [CurvesPane([LOSS]), CurvesPane(metrics_of(self._document.design.training))]
        for pane in self.curves:
            self._plots.addWidget(pane)
            pane.chosen.connect(self._draw_soon)
        self._plots.setSizes([1, 1])
        self._draw_soon()
        self.complete.emit()

    def show_curves(self, visible: bool) -> None:
        """Show or hide the plots: without them there is more room to look inside."""
        self._plots.setVisible(visible)

    def show_loaded(self, loaded: Loaded | None) -> None:
        """Show the data that were loaded: images to try, or points in the plane."""
        if loaded is not None and loaded.dataset.is_2d:
            dataset = loaded.dataset
            aside = np.zeros(len(dataset), bool)
            aside[loaded.validation_rows] = True
            self.boundary.show_data(dataset.x, dataset.y, aside, dataset.classes)
            self._answers.setCurrentWidget(self.boundary)
            self.points_changed.emit(self.boundary.grid())
        else:
            self.boundary.clear()
            self._answers.setCurrentWidget(self.try_it)
            self.points_changed.emit(None)
        if loaded is None:
            self.try_it.let_go()
        elif loaded.dataset.is_image:
            self.try_it.set_data(loaded.dataset, loaded.validation_rows)

    def show_answer(self, answer: Answer) -> None:
        """Show what the network makes of it now."""
        if answer.weights:
            self.kernels.show_weights(answer.weights)
        else:
            self.kernels.clear()
        self.try_it.show_answer(answer.probabilities)
        self.boundary.show_field(answer.at_points)

    def _draw_soon(self) -> None:
        self._stale += [pane for pane in self.curves if pane not in self._stale]
        if not self._redraw.isActive():
            self._redraw.start()

    def _draw_next(self) -> None:
        if self._stale:
            trainer, epochs = self._trainer, self._document.design.training.epochs
            progress = trainer.progress if trainer.active else None
            self._stale.pop(0).show_history(trainer.history, epochs, progress.n_batches if progress else 0)
        if self._stale:
            self._redraw.start()

    def _follow(self, change: Change) -> None:
        if "training" in change.fields:
            for pane in self.curves[1:]:  # none before the plots are there
                pane.offer(metrics_of(self._document.design.training))
        if change.fields & {"training", "history", "trained"}:
            self._draw_soon()


def _row_of_panes(name: str) -> QSplitter:
    """Return a row whose panes are parted by nothing but room, which can be dragged."""
    row = QSplitter(Qt.Orientation.Horizontal)
    row.setObjectName(name)
    row.setProperty("role", "gap")
    row.setChildrenCollapsible(False)
    row.setHandleWidth(17)
    return row


def hairline(*, vertical: bool = False) -> QFrame:
    """Return a line of one pixel between two panes."""
    line = QFrame()
    line.setProperty("role", "vertical-hairline" if vertical else "hairline")
    return line
