"""The thread in which a project trains, beside the window."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QThread

from slugstudio.engine.controls import Controls
from slugstudio.engine.errors import SlugError
from slugstudio.engine.events import (
    BatchDone,
    Diverged,
    Elsewhere,
    EpochDone,
    Event,
    Finished,
    Paused,
    Resumed,
    Snapshot,
)
from slugstudio.project.good import GoodCopy
from slugstudio.project.project import Project
from slugstudio.project.session import Session
from slugstudio.ui.mailbox import Mailbox

log = logging.getLogger(__name__)

EndReason = Literal["completed", "stopped early", "stopped", "diverged", "failed"]

LOOK_INTERVAL = 0.1
"""How many seconds lie at least between two copies of the weights for the views."""
LOOK_SHARE = 0.02
"""Which share of the training's time these copies may take: of large networks they are made more rarely."""


@dataclass(frozen=True, eq=False)
class Ready:
    """The data are loaded and the network is compiled; ``session`` is read-only for others."""

    session: Session


@dataclass(frozen=True, eq=False)
class Captured:
    """The project as it was between two batches."""

    project: Project


@dataclass(frozen=True, eq=False)
class Ended:
    """The training is over; ``project`` is what it left, None for nothing; ``message`` tells what is worth telling."""

    project: Project | None
    reason: EndReason
    message: str = ""


class TrainingThread(QThread):
    """Trains one project until it is done or told to stop, and posts what happens.

    ``requestInterruption()`` or ``controls.stop()`` end it at the next batch; it is never terminated.
    """

    def __init__(self, project: Project, controls: Controls, mailbox: Mailbox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._controls = controls
        self._mailbox = mailbox
        self._session: Session | None = None
        self._next_look = 0.0
        self._good = GoodCopy(project)
        self._message = ""

    def run(self) -> None:
        """Train; whatever goes wrong is posted, for a thread has nobody else to tell it to."""
        reason: EndReason = "failed"
        try:
            self._session = session = Session(self._project)
            self._mailbox.post(Ready(session))
            for event in session.run(self._controls):
                self._tell(event)
                if isinstance(event, Finished):
                    reason, self._message = event.reason, event.message or self._message
                elif self.isInterruptionRequested():
                    self._controls.stop()
        except SlugError as error:
            self._message = str(error)
        except MemoryError:
            self._message = "There is not enough memory for this; make the batch, the layers or the data smaller."
        except Exception as error:
            log.exception("unforeseen error while training")
            what = f"{type(error).__name__}: {error}"
            self._message = f"Something went wrong that should not ({what}); the log has details."
        if reason == "diverged":
            epochs = self._good.project.epoch
            self._message += f" The weights of epoch {epochs:,} are back." if epochs else " The weights are new again."
        left = self._good.project if reason == "diverged" else self._left()
        if left is None and reason != "failed":
            reason, self._message = "failed", "There is not enough memory to keep what was learned since the last save."
        self._mailbox.post(Ended(left, reason, self._message))
        # The project holds data set and network; whoever keeps this object need not keep those alive.
        self._session = None

    def _left(self) -> Project | None:
        """Return what was learned; None if it did not begin, or if memory is too short for a copy."""
        try:
            return None if self._session is None else self._session.capture()
        except MemoryError:
            return None

    def _tell(self, event: Event) -> None:
        match event:
            case BatchDone():
                self._mailbox.post_batch(event)
                now = time.perf_counter()
                if now >= self._next_look and self._mailbox.wants_weights:
                    self._look(now)
            case Snapshot() if self._session is not None:
                self._mailbox.post(Captured(self._session.capture(event)))
            case Paused():
                self._look(time.perf_counter())
                self._mailbox.post(event)
            case Diverged(message=message):
                self._message = message
            case EpochDone():
                self._mailbox.post(event)
                if self._session is not None:
                    self._good.follow(self._session, event)
            case Resumed() | Elsewhere():
                self._mailbox.post(event)

    def _look(self, begin: float) -> None:
        """Copy the weights for the views: safe here, for this thread trains and is between two batches."""
        if self._session is not None:
            self._mailbox.post_weights(self._session.network.kept.copy())
            took = time.perf_counter() - begin
            self._next_look = begin + max(LOOK_INTERVAL, took / LOOK_SHARE)
