"""What a long training asks of the window: to say when it is done to someone who looks elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr

LONG_S = 30.0


class LongRuns(QObject):
    """Tells that a training of more than half a minute has ended, where the window is not the one that is used."""

    def __init__(
        self, trainer: Trainer, notices: NoticeBar, window: QWidget, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(window)
        self._notices, self._window, self._clock = notices, window, clock
        self._begun = clock()
        trainer.phase_changed.connect(self._follow)
        trainer.ended.connect(self._tell)

    def _follow(self, phase: str) -> None:
        if phase == "loading":
            self._begun = self._clock()

    def _tell(self, reason: str, message: str) -> None:
        seconds = self._clock() - self._begun
        if seconds < LONG_S or self._window.isActiveWindow() or reason in ("stopped", "edited"):
            return
        QApplication.alert(self._window)
        if not message:  # else that is told already
            self._notices.tell(
                Notice(tr("The training is done; it took {minutes} min.", minutes=f"{seconds / 60:.1f}"), "good")
            )
