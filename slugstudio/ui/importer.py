"""Importing weights as the window does it: what fits is shown before anything changes, and undo takes it back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slugstudio.imports import Comparison, compare, read_arrays, with_weights
from slugstudio.project.project import Project
from slugstudio.ui.background import Background
from slugstudio.ui.document import Document
from slugstudio.ui.files import Files
from slugstudio.ui.import_page import ImportPage
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr

FILTER = "Weights (*.npz *.safetensors)"


class Importer(QObject):
    """Between a file of weights, the page that shows what of it fits, and the document."""

    shown = Signal()
    """The page is wanted on the screen."""
    left = Signal()
    """It is not any more."""

    def __init__(
        self, document: Document, trainer: Trainer, files: Files, notices: NoticeBar, page: ImportPage, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer, self._files, self._notices = document, trainer, files, notices
        self._page = page
        self._background = Background(self)
        page.accepted.connect(self._take)
        page.left.connect(self.left)

    def ask(self) -> None:
        """Let the person choose a file of weights."""
        self._files.ask_file("Import weights", FILTER, self.look_at)

    def look_at(self, path: Path) -> None:
        """Show what of a file fits the network as it is now."""
        project = self._document.project

        def show(found: Comparison) -> None:
            self._page.show_comparison(path, found)
            self.shown.emit()

        self._background.run(lambda: compare(project, read_arrays(path)), show, self._fail)

    def finish(self) -> None:
        """Wait for what runs, as the last thing before the program ends."""
        self._background.finish()

    def _take(self, found: Comparison) -> None:
        """Take what fits into the network, once a training that would go on from other weights has ended."""
        self.left.emit()
        self._trainer.stop(then=lambda: self._replace(found))

    def _replace(self, found: Comparison) -> None:
        project = self._document.project

        def done(changed: Project) -> None:
            if self._document.project is not project:
                self._fail("The network was changed meanwhile; import the weights again.")
                return
            self._document.relearn(changed.trained, changed.history, "import weights")
            self._notices.tell(Notice(tr("{value1} Undo brings the others back.", value1=found.summary()), "good"))

        self._background.run(lambda: with_weights(project, found.taken), done, self._fail)

    def _fail(self, message: str) -> None:
        self._notices.tell(Notice(message))
