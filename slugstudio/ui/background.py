"""Work that may take longer than a frame, done in a thread of the pool; its result comes back to the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThread, QThreadPool, Signal, Slot

from slugstudio.engine.errors import SlugError
from slugstudio.project.errors import in_words

log = logging.getLogger(__name__)


class Background(QObject):
    """Runs one kind of work, such as reading and writing files, one piece after the other in the order asked for."""

    _ended = Signal(object)

    def __init__(self, parent: QObject, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setThreadPriority(priority)
        self._pool.setMaxThreadCount(1)
        self._ended.connect(lambda call: call(), Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        """Do ``work`` in the background, then call ``done`` with its result or ``failed`` with a message."""
        self._pool.start(_Work(work, done, failed, self._ended.emit))

    def finish(self) -> None:
        """Wait until everything is done; results are then on their way to the GUI thread."""
        self._pool.waitForDone()


class _Work(QRunnable):
    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[str], object],
        report: Callable[[Callable[[], object]], object],
    ) -> None:
        super().__init__()
        self._work, self._done, self._failed, self._report = work, done, failed, report

    @Slot()
    def run(self) -> None:
        """Work and report; what nobody foresaw is logged and told too, for a thread has nobody else to tell it to."""
        try:
            result = self._work()
        except SlugError as error:
            message = str(error)
            self._report(lambda: self._failed(message))
        except OSError as error:
            message = f"{error.filename}: {in_words(error)}" if error.filename else in_words(error)
            self._report(lambda: self._failed(message))
        except Exception as error:
            log.exception("unforeseen error in the background")
            message = f"Something went wrong that should not ({type(error).__name__}: {error}); the log has details."
            self._report(lambda: self._failed(message))
        else:
            self._report(lambda: self._done(result))
