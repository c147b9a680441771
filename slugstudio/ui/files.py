"""New, open and save, as the window does them: in the background, and never losing anything unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from slugstudio.datasets.made_up import MadeUp
from slugstudio.imports import open_onnx
from slugstudio.project import Project
from slugstudio.project.design import Design
from slugstudio.project.files import SUFFIX, ChangedOnDiskError, FileState, load_with_state
from slugstudio.project.open_file import OpenFile
from slugstudio.project.recovery import Slot
from slugstudio.project.templates import template
from slugstudio.ui.background import Background
from slugstudio.ui.document import Document
from slugstudio.ui.editors import finish_typing
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr

FILTER = f"Slugstudio projects (*{SUFFIX})"
ONNX = ".onnx"
OPEN_FILTER = f"Slugstudio projects and ONNX models (*{SUFFIX} *{ONNX})"
WINDOW = "a window"
"""Who has a file open, as others are told."""

RECENT_KEY, FOLDER_KEY, MOST_RECENT = "files/recent", "files/folder", 8


class Files(QObject):
    """Between the document, its files, and the person, whom it asks by notices."""

    opened = Signal()
    """Another project is in the document."""
    saved = Signal()
    """Everything up to the moment that was saved is in a file."""
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
        self._file: OpenFile | None = None

    @property
    def read_only(self) -> str:
        """Why the project's file must not be saved to: who else has it open. Empty if it may."""
        return "" if self._file is None else self._file.read_only

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
        self.ask_file("Open a project", OPEN_FILTER, self.open)

    def ask_file(self, title: str, kinds: str, then: Callable[[Path], object]) -> None:
        """Let the person choose a file that is to be read."""
        dialog = self._dialog(title, QFileDialog.AcceptMode.AcceptOpen, [kinds])
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a project, or an ONNX model as a new one, once nothing of this one can be lost."""
        finish_typing()
        self.when_safe(lambda: self._read_onnx(path) if path.suffix.lower() == ONNX else self._read(path))

    def _read_onnx(self, path: Path) -> None:
        """Make a new project of a model that another program has written."""

        def show(project: Project) -> None:
            self._show(project, None, path.stem)
            self._document.to_be_saved()
            if isinstance(project.design.data.source, MadeUp):
                text = "No data set here has samples of its shape and as many classes: made-up ones hold the place."
                self._notices.tell(Notice(text, "warning"))

        self._background.run(lambda: open_onnx(path), show, self._fail)

    def _read(self, path: Path) -> None:
        design, given_up = self._document.design, self.unsaved

        def show(read: tuple[Project, FileState]) -> None:
            def put() -> None:
                project, state = read
                self._show(project, path, path.stem, state)

            if given_up:
                self._go_on(put, design)
            else:
                self.when_safe(put)

        self._background.run(lambda: load_with_state(path), show, self._fail)

    def when_safe(self, then: Callable[[], object], unsafely: str = "Open without saving") -> None:
        """Call ``then`` at once if everything is saved, else ask whether to save first, or to do it ``unsafely``."""
        if not self.unsaved:
            then()
            return
        self._notices.tell(
            Notice(
                tr("“{name}” has changes that are not saved.", name=self.name),
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

    def open_lost(self, slot: Slot, then: Callable[[], object]) -> None:
        """Put work that was lost in place of this project, once nothing of this one can be lost, and call ``then``.

        It belongs to its own file, and is still to be saved there.
        """

        def show(project: Project) -> None:
            self._show(project, slot.path, slot.name)
            self._document.to_be_saved()
            then()

        self.when_safe(lambda: self._background.run(slot.load, show, self._fail))

    def _show(self, project: Project, path: Path | None, name: str, state: FileState | None = None) -> None:
        self._n_opened += 1
        self._trainer.discard()
        self._notices.dismiss()
        self.untitled = name
        self._document.open(project, path)
        self._hold(None if path is None else (path, state))
        if path is not None:
            self._remember(path)
        self.opened.emit()
        self._tell_newer()

    def _tell_newer(self) -> None:
        newer = self._document.design.newer
        if newer is not None and not self.read_only:
            self._notices.tell(Notice(newer.told(), "warning"))

    def hold(self, path: Path, state: FileState | None) -> None:
        """Have the file open that the document was read from, so that no other program saves to it."""
        self._hold((path, state))
        self._tell_newer()

    def _hold(self, file: tuple[Path, FileState | None] | None) -> None:
        self._release()
        self._file = None if file is None else OpenFile(*file, WINDOW)
        if self.read_only:
            self._tell_read_only()

    def _tell_read_only(self, then: Callable[[], object] | None = None) -> None:
        text = f"{self.read_only} What you change here can be saved elsewhere."
        self._notices.tell(Notice(text, "warning", (("Save as…", lambda: self.ask_save_as(then)),)))

    # Save

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the project's file, or ask where if it has none; call ``then`` once it is saved."""
        if self._document.path is None:
            self.ask_save_as(then)
        elif self._file is not None and not self._file.may_save():
            self._tell_read_only(then)
        else:
            self.save_to(self._document.path, then)

    def ask_save_as(self, then: Callable[[], object] | None = None) -> None:
        """Let the person choose a place to save to."""
        dialog = self._dialog("Save the project", QFileDialog.AcceptMode.AcceptSave, [FILTER], SUFFIX)
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen), then))
        dialog.open()

    def save_to(self, path: Path, then: Callable[[], object] | None = None, *, replace: bool = False) -> None:
        """Save everything, also what a training that runs has learned up to now.

        What another program has written to the project's file since is replaced only with ``replace``.
        """
        self._trainer.capture(lambda: self._write(path, then, replace))

    def _write(self, path: Path, then: Callable[[], object] | None, replace: bool) -> None:
        project, opened, mine = self._document.project, self._n_opened, self._file
        file = mine if mine is not None and mine.is_at(path) else OpenFile(path, None, WINDOW)
        if not file.may_save():
            self._fail(file.read_only)
            return

        def attempt() -> ChangedOnDiskError | None:
            try:
                file.save(project, replace=replace)
            except ChangedOnDiskError as error:
                return error
            return None

        def done(changed: ChangedOnDiskError | None) -> None:
            if changed is not None:
                self._ask_to_replace(changed, path, then)
                return
            self._remember(path)
            if opened != self._n_opened:  # another project is open by now: this is not its file
                leave()
                return
            if file is not self._file:
                self._release()
                self._file = file
            self._document.saved(project, path)
            self.saved.emit()
            if then is not None:
                self._go_on(then, project.design)

        def failed(message: str) -> None:
            leave()
            self._fail(message)

        def leave() -> None:
            if file is not self._file:
                file.release()

        self._background.run(attempt, done, failed)

    def _ask_to_replace(self, error: ChangedOnDiskError, path: Path, then: Callable[[], object] | None) -> None:
        answers = (
            ("Save as…", lambda: self.ask_save_as(then)),
            ("Replace it", lambda: self.save_to(path, then, replace=True)),
            ("Cancel", lambda: None),
        )
        self._notices.tell(
            Notice(
                tr("{error} If you replace it, it stays as {name}~.", error=error, name=path.name), "warning", answers
            )
        )

    # For others

    def ask_place(self, title: str, kind: str, ending: str, then: Callable[[Path], object]) -> None:
        """Let the person choose where something else than a project is written; it is called as the project is."""
        dialog = self._dialog(title, QFileDialog.AcceptMode.AcceptSave, [f"{kind} (*{ending})"], ending)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    def finish(self) -> None:
        """Wait for files that are being written, as the last thing before the program ends."""
        self._background.finish()
        self._release()

    def _release(self) -> None:
        if self._file is not None:
            self._file.release()
        self._file = None

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
