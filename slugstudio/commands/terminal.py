"""A training in the terminal: how it is told, and how Ctrl-C ends it."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import FrameType

from slugstudio.engine.controls import Controls
from slugstudio.engine.errors import SlugError
from slugstudio.engine.events import BatchDone, Diverged, Elsewhere, EpochDone, Event, Finished
from slugstudio.engine.progress import ProgressBar
from slugstudio.project import Project, save
from slugstudio.project.files import ChangedOnDiskError, FileState
from slugstudio.project.good import GoodCopy
from slugstudio.project.info import finite_or_none, told
from slugstudio.project.session import Session
from slugstudio.signals import closing_signals

SAVE_SECONDS = 10.0
"""How many seconds lie at least between two saves at the end of epochs."""


class DivergedError(SlugError):
    """A training whose numbers became infinite; what was learned before is saved."""


class TerminalTraining:
    """One training and how it is told: by a bar on a terminal, as JSON by one line an epoch on stdout."""

    def __init__(
        self, session: Session, path: Path, epochs: int, as_json: bool = False, state: FileState | None = None
    ) -> None:
        self._session = session
        self._path, self._state = path, state
        self._saved, self._next_save = False, time.monotonic() + SAVE_SECONDS
        self._epochs = epochs
        self._as_json = as_json
        self._bar = ProgressBar()
        self._controls = Controls()
        self._validation = ""

    def run(self) -> None:
        """Train until it is done or a signal stops it, and save, also at the end of epochs.

        Raises
        ------
        DivergedError
            If the training diverged; what was learned before is saved.
        """
        good = GoodCopy(self._session.capture())
        last: list[Event] = []
        with stopping(self._controls):
            for event in self._session.run(self._controls, self._epochs):
                self._tell(event)
                if isinstance(event, EpochDone):
                    good.follow(self._session, event)
                    self._save_now_and_then(event)
                last = [*last, event][-2:]
            self._bar.clear()
            diverged = any(isinstance(event, Diverged) for event in last)
            self._save(good.project if diverged else self._session.capture())
        match last:
            case [Diverged(message=message), Finished()]:
                before = f"{self._path} holds the weights from before, of epoch {good.project.epoch:,}."
                raise DivergedError(f"{message} {before}")
            case [*_, Finished(reason="stopped") as end]:
                where = f"after {end.epoch:,} of {self._epochs:,} epochs and {end.step:,} steps"
                print(f"Stopped {where}; what was learned is saved in {self._path}.", file=sys.stderr)
            case [*_, Finished(message=message)] if message:
                print(message, file=sys.stderr)

    def _save_now_and_then(self, epoch: EpochDone) -> None:
        """Save after an epoch with finite losses, if the last time is long enough ago: a kill then loses little."""
        finite = all(loss is None or math.isfinite(loss) for loss in (epoch.loss, epoch.val_loss))
        if finite and time.monotonic() >= self._next_save:
            self._save(self._session.capture())
            self._next_save = time.monotonic() + SAVE_SECONDS

    def _save(self, project: Project) -> None:
        """Save the project, beside its file where another program has changed that meanwhile.

        The version before the training is kept, not that of ten seconds ago.
        """
        try:
            self._state = save(project, self._path, self._state, backup=not self._saved)
        except ChangedOnDiskError as error:
            self._bar.clear()
            self._path, self._state = unused(self._path), None
            print(f"{error} What is learned goes to {self._path}.", file=sys.stderr)
            self._state = save(project, self._path)
        self._saved = True

    def result(self) -> str:
        """Say how far it is trained and how well it does on the validation samples."""
        done = f"{self._path}: {self._session.state.epoch:,} of {self._epochs:,} epochs"
        measured = self._session.evaluate()
        if not measured:
            return f"{done}, no validation samples"
        values = [f"loss {measured['loss']:.4f}"]
        values += [told(metric, measured[metric.name]) for metric in self._session.design.training.metrics]
        return ", ".join([done, *(f"validation {value}" for value in values)])

    def _tell(self, event: Event) -> None:
        if isinstance(event, BatchDone):
            share = (event.epoch - 1 + event.batch / event.n_batches) / self._epochs
            text = f"epoch {event.epoch:,} of {self._epochs:,} · loss {event.loss:.4f}{self._validation}"
            self._bar.update(share, text)
        elif isinstance(event, Elsewhere):
            print(event.message, file=sys.stderr)
        elif isinstance(event, EpochDone):
            for metric in self._session.design.training.metrics[:1]:
                if metric.name in event.val_metrics:
                    self._validation = f" · validation {told(metric, event.val_metrics[metric.name])}"
            if self._as_json:
                self._bar.clear()
                self._print(_as_json(event))

    def _print(self, line: str) -> None:
        try:
            print(line, flush=True)
        except BrokenPipeError:
            let_go_of_stdout()
            self._controls.stop()


def _as_json(event: EpochDone) -> str:
    names = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
    values = {name: getattr(event, name) for name in names}
    for name, value in event.metrics.items():
        values |= {name: value, f"val_{name}": event.val_metrics.get(name)}
    return json.dumps({name: finite_or_none(value) for name, value in values.items()}, allow_nan=False)


@contextmanager
def stopping(controls: Controls) -> Iterator[None]:
    """Let what asks the program to end, such as Ctrl-C, end a training between two batches; twice ends the program."""
    before = {number: signal.getsignal(number) for number in closing_signals()}

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        controls.stop()
        signal.signal(number, before[signal.Signals(number)])

    try:
        for number in before:
            signal.signal(number, stop)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def unused(path: Path) -> Path:
    """Return the first of ``name-2.slug``, ``name-3.slug``... that does not exist."""
    return next(each for number in count(2) if not (each := path.with_stem(f"{path.stem}-{number}")).exists())


def let_go_of_stdout() -> None:
    """Write to nowhere from now on: whoever read has gone, and Python would flush to them at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
