"""Data that have to be downloaded once: asked for first, with progress, and stopped at a word."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from slugstudio.datasets import DataSource
from slugstudio.engine.data.fetch import Status
from slugstudio.engine.errors import SlugError
from slugstudio.ui.background import Background
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.translation import tr

TELL_INTERVAL = 0.1


class CancelledError(SlugError):
    """The person has stopped the download."""


class Download(QObject):
    """Gets a data set once the person agrees."""

    _progressed = Signal(object)

    def __init__(self, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._notices = notices
        self._background = Background(self)
        self._cancelled = threading.Event()
        self._running: Notice | None = None
        self._progressed.connect(self._tell)

    def offer(self, source: DataSource, then: Callable[[], object]) -> None:
        """Ask whether to download, unless it is being done; call ``then`` once everything is there."""
        self._notices.tell(
            self._running
            or Notice(
                tr(
                    "{title} is not on this computer yet: it has to be downloaded once ({download}).",
                    title=source.title,
                    download=source.download,
                ),
                "warning",
                (("Download", lambda: self._begin(source, then)), ("Not now", lambda: None)),
            )
        )

    def finish(self) -> None:
        """Stop what runs and wait for it, as the last thing before the program ends."""
        self._cancelled.set()
        self._background.finish()

    def _begin(self, source: DataSource, then: Callable[[], object]) -> None:
        self._cancelled.clear()
        self._running = Notice(
            tr("Downloading {title}…", title=source.title), "warning", (("Stop", self._cancelled.set),)
        )
        self._notices.tell(self._running)
        watch = _Watch(self._cancelled, self._progressed.emit)

        def done(_none: object) -> None:
            self._end()
            if not self._cancelled.is_set():
                then()

        self._background.run(
            lambda: source.fetch(watch), done, lambda text: self._fail(text, lambda: self._begin(source, then))
        )

    def _tell(self, status: Status) -> None:
        if self._running is not None:
            megabytes = f"{status.done / 1e6:.1f} of {status.total / 1e6:.1f} MB"
            self._notices.say(self._running, f"Downloading {status.name} from {status.mirror}: {megabytes}")

    def _fail(self, message: str, again: Callable[[], object]) -> None:
        self._end()
        if not self._cancelled.is_set():
            self._notices.tell(Notice(message, "error", (("Try again", again),)))

    def _end(self) -> None:
        if self._running is not None:
            self._notices.withdraw(self._running)
            self._running = None


class _Watch:
    """Is told of every piece in the background thread; tells the window ten times a second."""

    def __init__(self, cancelled: threading.Event, tell: Callable[[Status], object]) -> None:
        self._cancelled, self._told = cancelled, 0.0
        self._tell = tell

    def __call__(self, status: Status) -> None:
        if self._cancelled.is_set():
            raise CancelledError("The download was stopped.")
        now = time.monotonic()
        if now - self._told >= TELL_INTERVAL or status.done == status.total:
            self._told = now
            self._tell(status)
