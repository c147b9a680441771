"""The forecast of an epoch's time, worked out beside the window while nothing trains."""

from __future__ import annotations

from threading import Event

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from slugstudio.project.forecast import costs, measured_seconds, seconds_per_epoch
from slugstudio.ui.background import Background
from slugstudio.ui.document import Change, Document
from slugstudio.ui.trainer import Trainer

DELAY_MS = 150
"""How long the design has to rest: while a slider moves, nothing is timed that would be outdated at once."""


class Forecaster(QObject):
    """Times steps of the network as it is designed now, unless it is known from a training how long they take.

    It waits for `begin`, so that it does not run beside the start of the program.
    """

    changed = Signal()
    """Something that is told by `seconds`, `measured` or `busy` is another now."""

    def __init__(self, document: Document, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._background = Background(self, QThread.Priority.LowestPriority)
        self._begun = False
        self._stop = Event()
        self._forecast: tuple[object, float | None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._time)
        document.changed.connect(self._follow)
        trainer.phase_changed.connect(lambda _phase: self._ask())
        trainer.epoch_done.connect(self.changed)

    @property
    def measured(self) -> float | None:
        """How many seconds the last epoch of this design took, if one was trained."""
        if self._trainer.active:
            rows = self._trainer.history.epochs
            return rows[-1].seconds if rows else None
        return measured_seconds(self._document.project, self._document.project.history)

    @property
    def seconds(self) -> float | None:
        """How many seconds an epoch is expected to take; None if it is not known."""
        known = self._forecast is not None and self._forecast[0] == costs(self._document.design)
        return self._forecast[1] if known and self._forecast is not None else None

    @property
    def busy(self) -> bool:
        """Whether a forecast is being worked out."""
        return self._wanted

    def begin(self) -> None:
        """Begin to forecast: the window is up."""
        self._begun = True
        self._ask()

    def finish(self) -> None:
        """Forecast no more, and wait for the step that is being timed."""
        self._begun = False
        self._timer.stop()
        self._stop.set()
        self._background.finish()

    @property
    def _wanted(self) -> bool:
        """Whether a forecast is missing that can be made: nothing is timed beside a training."""
        if not self._begun or self._trainer.active or not self._document.analysis.playable:
            return False
        known = self._forecast is not None and self._forecast[0] == costs(self._document.design)
        return not known and self.measured is None

    def _follow(self, change: Change) -> None:
        if change.fields - {"selection", "path"}:
            self._ask()

    def _ask(self) -> None:
        """Drop what is being timed, and time anew once the design rests, if that is wanted."""
        self._stop.set()
        if self._wanted:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    def _time(self) -> None:
        design, stop = self._document.design, Event()
        self._stop = stop

        def take(seconds: float | None) -> None:
            if not stop.is_set():
                self._forecast = costs(design), seconds
                self.changed.emit()

        self._background.run(lambda: seconds_per_epoch(design, stop.is_set), take, lambda _message: take(None))
