"""The trainer: play, pause, step, stop and reset, and what the training says, as the window sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from slugstudio.engine.controls import Controls
from slugstudio.engine.events import BatchDone, Elsewhere, EpochDone, Paused, Resumed
from slugstudio.project.history import History
from slugstudio.project.project import Project
from slugstudio.project.session import Session
from slugstudio.ui.document import Change, Document
from slugstudio.ui.mailbox import Mailbox
from slugstudio.ui.training_thread import Captured, Ended, Ready, TrainingThread

Phase = Literal["idle", "loading", "running", "paused", "stopping"]

MAIL_MS = 33
BY = "trainer"


@dataclass(frozen=True)
class Progress:
    """How far the training is; ``rate`` is in samples a second, 0 while it is not known."""

    epoch: int
    batch: int
    n_batches: int
    epochs: int
    rate: float
    samples_left: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, (self.epoch - 1 + self.batch / self.n_batches) / self.epochs)

    @property
    def seconds_left(self) -> float | None:
        """By the rate of now; None while it is not known."""
        return self.samples_left / self.rate if self.rate > 0 else None


class Trainer(QObject):
    """Trains the document's project in a thread and brings what it learns back into the document.

    Settings apply at the next batch. An edit of the layers or the data ends the training at a batch boundary; what was
    learned is kept, and the weights that fit go on at the next Play.
    """

    phase_changed = Signal(str)
    progressed = Signal(object)
    """Carries the `Progress`, at most once in 33 ms."""
    looked = Signal(object, object)
    """Carries a `Project` and the weights (a vector of its network) as they were at one moment."""
    epoch_done = Signal()
    ended = Signal(str, str)
    """Carries the reason (an `EndReason`, or edited) and a message, empty where there is nothing worth telling."""
    remarked = Signal(str)
    """Carries what is worth telling while it goes on."""
    forgotten = Signal(int)
    """Carries the number of epochs of which `reset` has forgotten what they taught."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._phase: Phase = "idle"
        self._thread: TrainingThread | None = None
        self._controls = Controls()
        self._mailbox = Mailbox()
        self._session: Session | None = None
        self._trained: Project | None = None
        self._last_batch: BatchDone | None = None
        self._rate = _Rate()
        self._edited = self._waits = self._ahead = False
        self._once_idle: list[Callable[[], object]] = []
        self._once_captured: list[Callable[[], object]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(MAIL_MS)
        self._timer.timeout.connect(self._fetch)
        document.changed.connect(self._follow)

    # What there is to see

    @property
    def phase(self) -> Phase:
        """What the trainer does now."""
        return self._phase

    @property
    def active(self) -> bool:
        """Tell whether there is a training that learns, or could go on at once."""
        return self._phase != "idle"

    @property
    def ahead(self) -> bool:
        """Tell whether the training may have learned something that is not in the document yet."""
        return self._phase != "idle" and self._ahead

    @property
    def session(self) -> Session | None:
        """The session that trains; to be read only, and only what a training leaves alone."""
        return self._session

    @property
    def history(self) -> History:
        """The curves up to now, also of the training that runs."""
        return self._document.project.history if self._session is None else self._session.history

    # What there is to do

    def play(self) -> None:
        """Begin, or go on."""
        if self._phase == "paused":
            self._waits, self._ahead = False, True
            self._controls.resume()
            self._enter("running")
        elif self._phase == "idle" and self._document.analysis.playable:
            self._begin()

    def pause(self) -> None:
        """Wait before the next batch."""
        if self._phase in ("running", "loading"):
            self._controls.pause()

    def step(self) -> None:
        """Train on one batch and pause."""
        if self._phase == "idle" and self._document.analysis.playable:
            self._begin(paused=True)
        if self._phase in ("running", "paused", "loading"):
            self._waits, self._ahead = False, True
            self._controls.step_once()

    def stop(self, then: Callable[[], object] | None = None) -> None:
        """End the training and keep what was learned; call ``then`` once it is in the document, at once if idle."""
        if then is not None:
            self._once_idle.append(then)
        if self._phase == "idle":
            self._tell_idle()
        elif self._phase != "stopping":
            self._controls.stop()
            self._enter("stopping")

    def reset(self) -> None:
        """Forget what was learned, as an edit that can be undone, and tell of it by `forgotten`."""
        self.stop(then=self._forget)

    def capture(self, then: Callable[[], object]) -> None:
        """Bring what was learned up to now into the document and call ``then``, at once if nothing trains."""
        if self._phase == "idle":
            then()
            return
        self._once_captured.append(then)
        self._controls.request_snapshot()

    def discard(self) -> None:
        """Let go of the training, whose project is not open any more."""
        if self._thread is not None:
            self._timer.stop()
            self._controls.stop()
            self._mailbox = Mailbox()
            self._retire()
        self._once_captured.clear()
        self._once_idle.clear()
        self._enter("idle")

    def finish(self) -> None:
        """End the training and wait for its thread, as the last thing before the program ends."""
        self._timer.stop()
        for thread in self.findChildren(TrainingThread):
            thread.requestInterruption()
        self._controls.stop()
        for thread in self.findChildren(TrainingThread):
            thread.wait()

    # The thread

    def _begin(self, *, paused: bool = False) -> None:
        self._controls, self._mailbox = Controls(), Mailbox()
        if paused:
            self._controls.pause()
        self._edited = self._waits = False
        self._ahead = True
        self._last_batch = None
        self._rate = _Rate()
        self._trained = self._document.project
        self._thread = TrainingThread(self._trained, self._controls, self._mailbox, self)
        self._enter("loading")
        # Painting and editing come first: the training takes what is left of the processor.
        self._thread.start(TrainingThread.Priority.LowPriority)
        self._timer.start()

    def _retire(self) -> None:
        """Forget the thread, which ends by itself, and free it then."""
        thread, self._thread, self._session, self._trained = self._thread, None, None, None
        if thread is not None:
            thread.finished.connect(thread.deleteLater)
            if thread.isFinished():  # perhaps before it was connected
                thread.deleteLater()

    def _fetch(self) -> None:
        """Empty the mailbox; the timer calls it."""
        mail = self._mailbox.empty()
        for letter in mail.letters:
            self._read(letter)
        if mail.batch is not None:
            self._last_batch = mail.batch
            self._rate.add(mail.n_samples)
            self.progressed.emit(self._progress(mail.batch))
        if mail.weights is not None and self._trained is not None:
            self.looked.emit(self._trained, mail.weights)
        if mail.letters and isinstance(mail.letters[-1], Ended):
            self._end(mail.letters[-1])

    def _read(self, letter: object) -> None:
        match letter:
            case Ready(session=session):
                self._session = session
                if self._phase == "loading":
                    self._enter("running")
            case Paused():
                # It counts as paused once what it has learned is in the document, to be saved and exported.
                self._waits = True
                self._controls.request_snapshot()
            case Resumed():
                self._waits = False
            case Captured(project=project):
                self._keep(project)
                if self._waits:
                    self._ahead = False
                    if self._phase != "stopping":
                        self._enter("paused")
                waiting, self._once_captured = self._once_captured, []
                for then in waiting:
                    then()
            case EpochDone():
                self.epoch_done.emit()
            case Elsewhere(message=message):
                self.remarked.emit(message)

    def _end(self, end: Ended) -> None:
        self._timer.stop()
        if end.project is not None:
            self._keep(end.project)
        self._retire()
        self._enter("idle")
        waiting, self._once_captured = self._once_captured, []
        self._once_idle += waiting
        self.ended.emit("edited" if self._edited and end.reason == "stopped" else end.reason, end.message)
        self._tell_idle()

    def _tell_idle(self) -> None:
        waiting, self._once_idle = self._once_idle, []
        for then in waiting:
            then()

    def _keep(self, project: Project) -> None:
        self._document.learned(project.trained, project.history, BY)

    def _enter(self, phase: Phase) -> None:
        if phase != self._phase:
            self._phase = phase
            self._rate.rest()
            self.phase_changed.emit(phase)

    def _forget(self) -> None:
        before = self._document.project
        if before.trained is not None:
            self._document.reset(BY)
            self.forgotten.emit(before.epoch)

    # The document

    def _follow(self, change: Change) -> None:
        if self._phase in ("idle", "stopping") or not change.fields & {"layers", "data", "training"}:
            return
        before, now = self._trained, self._document.design
        same = before is not None and (before.design.declarations, before.design.data) == (now.declarations, now.data)
        if same and self._document.analysis.playable:
            self._controls.set_settings(now.training)
        else:
            self._edited = True
            self.stop()

    def _progress(self, batch: BatchDone) -> Progress:
        settings = self._document.design.training
        n_samples = 0 if self._session is None else len(self._session.data.x)
        left = (settings.epochs - batch.epoch) * n_samples + (batch.n_batches - batch.batch) * settings.batch_size
        return Progress(batch.epoch, batch.batch, batch.n_batches, settings.epochs, self._rate.value, max(0, left))

    @property
    def progress(self) -> Progress | None:
        """The last progress of this training, None before its first batch."""
        return None if self._last_batch is None else self._progress(self._last_batch)


class _Rate:
    """Samples a second, smoothed over about two seconds."""

    SECONDS = 2.0

    def __init__(self) -> None:
        self.value = 0.0
        self._since: float | None = None

    def rest(self) -> None:
        """Begin to measure anew: the time until the next samples is no training time."""
        self._since = None

    def add(self, n_samples: int) -> None:
        now = time.perf_counter()
        if self._since is not None and now > self._since:
            seconds = now - self._since
            share = 1.0 if not self.value else min(1.0, seconds / self.SECONDS)
            self.value += share * (n_samples / seconds - self.value)
        self._since = now
