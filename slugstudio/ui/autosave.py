"""Autosave: a copy of what is not saved yet, made now and then, to be offered after a crash."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject, QTimer

from slugstudio.project.errors import ProjectFileError, in_words
from slugstudio.project.project import Project
from slugstudio.project.recovery import Slot, new_slot
from slugstudio.ui.background import Background
from slugstudio.ui.document import Document
from slugstudio.ui.files import Files
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer

INTERVAL_MS = 60_000
"""How often a copy is made while there are changes."""
EPOCH_SECONDS = 10.0
"""How many seconds lie at least between two copies that are made because an epoch is over."""


class Autosave(QObject):
    """Copies the document's project to a slot in the state folder, off the GUI thread, never to the user's own file."""

    def __init__(
        self, document: Document, trainer: Trainer, files: Files, notices: NoticeBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer, self._files, self._notices = document, trainer, files, notices
        self._background = Background(self)
        self._slot: Slot | None = None
        self._written: Project | None = None
        self._last = time.monotonic()
        self._complained = False
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.copy)
        self._timer.start()
        trainer.epoch_done.connect(self._after_epoch)
        files.opened.connect(self._forget)
        files.saved.connect(self._after_save)

    def adopt(self, slot: Slot) -> None:
        """Go on in a slot whose copy is what the document has now."""
        self._background.run(partial(self._change_slot, slot), lambda _none: None, self._fail)
        self._written = self._document.project

    def copy(self) -> None:
        """Make a copy, if there is something that is neither saved nor copied."""
        if self._files.unsaved:
            self._last = time.monotonic()
            self._trainer.capture(self._write)

    def finish(self) -> None:
        """Let the copy go, as the last thing before the program ends: all is saved, or is not wanted."""
        self._timer.stop()
        self._background.finish()
        if self._slot is not None:
            self._slot.close(keep=False)
            self._slot = None

    def _after_epoch(self) -> None:
        if time.monotonic() - self._last >= EPOCH_SECONDS:
            self.copy()

    def _after_save(self) -> None:
        if not self._files.unsaved:
            self._forget()

    def _write(self) -> None:
        project = self._document.project
        if project is not self._written:
            self._written = project
            work = partial(self._copy_to_slot, project, self._files.name)
            self._background.run(work, lambda _none: None, self._fail)

    # In the background

    def _copy_to_slot(self, project: Project, name: str) -> None:
        try:
            self._slot = self._slot or new_slot()
            path = self._document.path
            self._slot.write(project, name, path and path.absolute())
        except (OSError, RuntimeError) as error:
            where = str(getattr(error, "filename", "") or "the state folder")
            said = in_words(error) if isinstance(error, OSError) else str(error)
            raise ProjectFileError(where, f"cannot be written: {said}.") from error

    def _change_slot(self, slot: Slot) -> None:
        if self._slot is not None:
            self._slot.close(keep=False)
        self._slot = slot

    def _empty(self) -> None:
        if self._slot is not None:
            self._slot.empty()

    # In the GUI thread again

    def _forget(self) -> None:
        """Remove the copy: what it holds is saved, or was given up."""
        self._written = None
        self._background.run(self._empty, lambda _none: None, self._fail)

    def _fail(self, message: str) -> None:
        """Tell it once: it would be told every minute."""
        if not self._complained:
            self._complained = True
            text = f"No copy could be made for the case of a crash: {message} Save your work now and then."
            self._notices.tell(Notice(text, "warning"))
