"""Exporting as the window does it: in the background, with progress where it takes long, and stopped at a word."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from slugstudio.engine.errors import SlugError
from slugstudio.export import Exported, Target, export
from slugstudio.ui.background import Background
from slugstudio.ui.document import Document
from slugstudio.ui.files import Files
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr

PATIENCE_MS = 400
"""After how long a running export is told; most are done before."""


class StoppedError(SlugError):
    """The person has stopped the export."""


class Exporter(QObject):
    """Writes the project as it is now, also while it trains, and tells what was written and proven."""

    _progressed = Signal(str)

    def __init__(self, document: Document, trainer: Trainer, files: Files, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._trainer, self._files, self._notices = document, trainer, files, notices
        self._background = Background(self)
        self._stopped = threading.Event()
        self._running: Notice | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._tell_running)
        self._progressed.connect(self._tell)

    def ask(self, name: str, *, vectors: bool = False, then: Callable[[], object] = lambda: None) -> None:
        """Let the person choose where a target is written, and write it; call ``then`` as soon as that is chosen."""
        (target,) = [cls for cls in Target.kinds.values() if cls.name == name]

        def write(path: Path) -> None:
            then()
            self.export_to(path, name, vectors=vectors)

        self._files.ask_place(f"Export: {target.label}", target.label, target.endings[0], write)

    def export_to(self, path: Path, to: str = "", *, vectors: bool = False) -> None:
        """Write the project as it is now."""
        if self._running is not None:
            self._notices.tell(self._running)
            return
        self._stopped.clear()
        self._running = Notice(tr("Writing {name}…", name=path.name), "good", (("Stop", self._stopped.set),))
        self._patience.start()

        def write() -> None:
            project, name = self._document.project, self._files.name
            self._background.run(
                lambda: export(project, path, to, vectors=vectors, name=name, watch=self._watch), self._done, self._fail
            )

        self._trainer.capture(write)

    def finish(self) -> None:
        """Stop what runs and wait for it, as the last thing before the program ends."""
        self._stopped.set()
        self._background.finish()

    def _watch(self, doing: str) -> None:
        """Tell the window what is being done, from the background thread."""
        if self._stopped.is_set():
            raise StoppedError("The export was stopped; nothing was written.")
        self._progressed.emit(doing)

    def _tell_running(self) -> None:
        if self._running is not None:
            self._notices.tell(self._running)

    def _tell(self, doing: str) -> None:
        if self._running is not None:
            self._notices.say(self._running, f"{doing}…")

    def _done(self, done: Exported) -> None:
        self._end()
        text = " ".join([done.told(), *done.notes])
        folder = QUrl.fromLocalFile(str(done.path.absolute().parent))
        self._notices.tell(
            Notice(
                text,
                "warning" if done.notes or done.proof.reason else "good",
                (("Open the folder", lambda: QDesktopServices.openUrl(folder)),),
            )
        )

    def _fail(self, message: str) -> None:
        self._end()
        self._notices.tell(Notice(message, "good" if self._stopped.is_set() else "error"))

    def _end(self) -> None:
        self._patience.stop()
        if self._running is not None:
            self._notices.withdraw(self._running)
            self._running = None
