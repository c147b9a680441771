"""New, open and save, as the window does them: in the background, and never losing anything unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from slugstudio.project import Project, load, save
from slugstudio.project.design import Design
from slugstudio.project.files import SUFFIX
from slugstudio.project.templates import template
from slugstudio.ui.background import Background
from slugstudio.ui.document import Document
from slugstudio.ui.editors import finish_typing
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer

FILTER = f"Slugstudio projects (*{SUFFIX})"
RECENT_KEY, FOLDER_KEY, MOST_RECENT = "files/recent", "files/folder", 8


class Files(QObject):
    """Between the document, its files, and the person, whom it asks by notices."""

    opened = Signal()
    """Another project is in the document."""
    recent_changed = Signal()

    def __init__(
        self, document: Document, trainer: Trainer, notices: NoticeBar, settings: QSettings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._trainer, self._notices = document, trainer, notices
        self._settings = settings
        self._window = window
        self._background = Background(self)
        self.untitled = "untitled"
        self._n_opened = 0

    @property
    def name(self) -> str:
        """What the project is called: by its file, or by what it began as."""
        return self._document.path.stem if self._document.path else self.untitled

    @property
    def unsaved(self) -> bool:
        """Tell whether closing now would lose something."""
        return self._document.modified or self._trainer.ahead

    @property
    def recent(self) -> list[Path]:
        """The last projects that were opened or saved and still exist, the latest first."""
        return [path for path in map(Path, texts(self._settings, RECENT_KEY)) if path.is_file()]

    # Open

    def new(self, template_name: str) -> None:
        """Put a project from a template in place of this one, once nothing of this one can be lost."""
        self.when_safe(lambda: self._show(template(template_name), None, template_name))

    def ask_open(self) -> None:
        """Let the person choose a project to open."""
        dialog = self._dialog("Open a project", QFileDialog.AcceptMode.AcceptOpen, [FILTER])
        dialog.fileSelected.connect(lambda chosen: self.open(Path(chosen)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a project, once nothing of this one can be lost."""
        finish_typing()
        self.when_safe(lambda: self._read(path))

    def _read(self, path: Path) -> None:
        design, given_up = self._document.design, self.unsaved

        def show(project: Project) -> None:
            def put() -> None:
                self._show(project, path, path.stem)

            if given_up:
                self._go_on(put, design)
            else:
                self.when_safe(put)

        self._background.run(lambda: load(path), show, self._fail)

    def when_safe(self, then: Callable[[], object], unsafely: str = "Open without saving") -> None:
        """Call ``then`` at once if everything is saved, else ask whether to save first, or to do it ``unsafely``."""
        if not self.unsaved:
            then()
            return
        self._notices.tell(
            Notice(
                f"“{self.name}” has changes that are not saved.",
                "warning",
                (("Save", lambda: self.save(then)), (unsafely, then), ("Cancel", lambda: None)),
            )
        )

    def _go_on(self, then: Callable[[], object], design: Design) -> None:
        """Call ``then``, which gives this project up; ask if it was edited since it had ``design``, which was safe."""
        if self._document.design == design:
            then()
        else:
            self.when_safe(then)

    def _show(self, project: Project, path: Path | None, name: str) -> None:
        self._n_opened += 1
        self._trainer.discard()
        self._notices.dismiss()
        self.untitled = name
        self._document.open(project, path)
        if path is not None:
            self._remember(path)
        self.opened.emit()

    # Save

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the project's file, or ask where if it has none; call ``then`` once it is saved."""
        if self._document.path is None:
            self.ask_save_as(then)
        else:
            self.save_to(self._document.path, then)

    def ask_save_as(self, then: Callable[[], object] | None = None) -> None:
        """Let the person choose a place to save to."""
        dialog = self._dialog("Save the project", QFileDialog.AcceptMode.AcceptSave, [FILTER], SUFFIX)
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen), then))
        dialog.open()

    def save_to(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Save everything, also what a training that runs has learned up to now."""

        def write() -> None:
            project, opened = self._document.project, self._n_opened
            self._background.run(lambda: save(project, path), lambda _none: saved(project, opened), self._fail)

        def saved(project: Project, opened: int) -> None:
            self._remember(path)
            if opened != self._n_opened:  # another project is open by now: this is not its file
                return
            self._document.saved(project, path)
            if then is not None:
                self._go_on(then, project.design)

        self._trainer.capture(write)

    # For others

    def ask_place(self, title: str, kind: str, ending: str, then: Callable[[Path], object]) -> None:
        """Let the person choose where something else than a project is written; it is called as the project is."""
        dialog = self._dialog(title, QFileDialog.AcceptMode.AcceptSave, [f"{kind} (*{ending})"], ending)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    def finish(self) -> None:
        """Wait for files that are being written, as the last thing before the program ends."""
        self._background.finish()

    def _fail(self, message: str) -> None:
        self._notices.tell(Notice(message))

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode, filters: list[str], suffix: str = "") -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder())
        dialog.setAcceptMode(mode)
        dialog.setFileMode(
            QFileDialog.FileMode.ExistingFile
            if mode == QFileDialog.AcceptMode.AcceptOpen
            else QFileDialog.FileMode.AnyFile
        )
        dialog.setNameFilters(filters)
        if suffix:
            dialog.setDefaultSuffix(suffix.removeprefix("."))
            dialog.selectFile(str(Path(self._folder()) / f"{self.name}{suffix}"))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _folder(self) -> str:
        if self._document.path is not None:
            return str(self._document.path.parent)
        stored = self._settings.value(FOLDER_KEY, "")
        return stored if isinstance(stored, str) and Path(stored).is_dir() else str(Path.home())

    def _remember(self, path: Path) -> None:
        path = path.absolute()
        others = [str(known) for known in self.recent if known != path]
        self._settings.setValue(RECENT_KEY, [str(path), *others][:MOST_RECENT])
        self._settings.setValue(FOLDER_KEY, str(path.parent))
        self.recent_changed.emit()


def texts(settings: QSettings, key: str) -> list[str]:
    """Return a stored list of texts, one of which is stored as a text; what is none of that is as if nothing was."""
    stored = settings.value(key, [])
    return [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
