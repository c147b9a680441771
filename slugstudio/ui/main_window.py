"""The main window: assembles the panes and connects them; what they do is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtGui import QActionGroup, QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from slugstudio import __version__
from slugstudio.datasets import DataSource
from slugstudio.project import Project
from slugstudio.project.files import SUFFIX, FileState
from slugstudio.ui import theme
from slugstudio.ui.actions import Action, make
from slugstudio.ui.autosave import Autosave
from slugstudio.ui.cockpit.pane import Cockpit, hairline
from slugstudio.ui.cockpit.thumbnails import grey
from slugstudio.ui.document import DATA_CARD, Change, Document
from slugstudio.ui.download import Download
from slugstudio.ui.dropping import Dropping
from slugstudio.ui.editors import finish_typing
from slugstudio.ui.export_page import ExportPage
from slugstudio.ui.exporter import Exporter
from slugstudio.ui.files import ONNX, Files, texts
from slugstudio.ui.import_page import ImportPage
from slugstudio.ui.importer import Importer
from slugstudio.ui.lost_work import LostWork
from slugstudio.ui.notices import Notice, NoticeBar, Severity
from slugstudio.ui.preview import Answer, Preview
from slugstudio.ui.properties import Properties
from slugstudio.ui.recovered_page import RecoveredPage
from slugstudio.ui.stack.palette import Palette
from slugstudio.ui.stack.view import StackView
from slugstudio.ui.status import StatusBar
from slugstudio.ui.template_page import TemplatePage
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.transport import LAYOUTS, Transport

UNFOLDED_KEY = "properties/unfolded"
_ENDS: dict[str, Severity] = {"completed": "good", "stopped early": "good", "diverged": "warning"}
"""How serious it is when a training ends so with a message; all else is an error."""


class MainWindow(QMainWindow):
    """One project in one window."""

    def __init__(
        self,
        project: Project,
        path: Path | None,
        name: str,
        settings: QSettings,
        state: FileState | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self._settings = settings
        self._closing = False
        self.document = Document(project, path, self)
        self.trainer = Trainer(self.document, self)
        self.preview = Preview(self.document, self)
        self.notices = NoticeBar()
        self.files = Files(self.document, self.trainer, self.notices, settings, self)
        self.files.untitled = name
        self.exporter = Exporter(self.document, self.trainer, self.files, self.notices, self)
        self.autosave = Autosave(self.document, self.trainer, self.files, self.notices, self)
        self.download = Download(self.notices, self)
        self.palette_pane = Palette()
        self.stack = StackView(self.document)
        self.properties = Properties(self.document, texts(settings, UNFOLDED_KEY))
        self.cockpit = Cockpit(self.document, self.trainer)
        self._layouts = {each: make(self, f"view.{each}", self._layout_setter(each)) for each in LAYOUTS}
        self.transport = Transport(self.document, self.trainer, self._layouts)
        self.templates, self.exports, self.recovered = TemplatePage(), ExportPage(), RecoveredPage()
        self.imports = ImportPage()
        self.importer = Importer(self.document, self.trainer, self.files, self.notices, self.imports, self)
        self.lost = LostWork(self.recovered, self.files, self.autosave, self.notices, self)
        self._arrange()
        self._make_menus()
        self._connect()
        self.set_layout("train")
        self._restore()
        if path is not None:
            self.files.hold(path, state)
        self._refresh()

    # Assembly

    def _arrange(self) -> None:
        self._upper = QSplitter(Qt.Orientation.Horizontal)
        self._upper.setChildrenCollapsible(False)
        for place, pane in enumerate((self.palette_pane, self.stack, self.properties)):
            self._upper.addWidget(pane)
            self._upper.setStretchFactor(place, int(pane is self.stack))
        self._upper.setSizes([216, 900, 288])
        self._lower = QSplitter(Qt.Orientation.Vertical)
        self._lower.setChildrenCollapsible(False)
        self._lower.addWidget(self._upper)
        self._lower.addWidget(self.cockpit)
        self._lower.setStretchFactor(0, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._lower)
        self._pages.addWidget(self.templates)
        self._pages.addWidget(self.exports)
        self._pages.addWidget(self.imports)
        self._pages.addWidget(self.recovered)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(hairline())
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(central)
        self.status = StatusBar(self.document)
        self.setStatusBar(self.status)

    def _make_menus(self) -> None:
        files = self.files
        self._undo = make(self, "edit.undo", self._step_back)
        self._redo = make(self, "edit.redo", self._step_forward)
        self._export = make(self, "file.export", self.show_exports)
        self._import = make(self, "file.import", self.importer.ask)
        self._recent = QMenu("Open recent", self)
        self._recovered = make(self, "file.recovered", self.show_recovered)
        self._menu(
            "&File",
            make(self, "file.new", self.show_templates),
            make(self, "file.open", files.ask_open),
            self._recent,
            self._recovered,
            None,
            make(self, "file.save", files.save),
            make(self, "file.save_as", files.ask_save_as),
            self._import,
            self._export,
            None,
            make(self, "file.quit", self.close),
        )
        self._menu("&Edit", self._undo, self._redo, None, *self.stack.stack_actions)
        self._menu("&Training", *self.transport.training_actions)
        appearance = QMenu("Appearance", self)
        group = QActionGroup(self)
        choices: tuple[theme.Choice, ...] = ("system", "light", "dark")
        for choice in choices:
            action = make(self, f"view.theme_{choice}", self._theme_setter(choice))
            action.setCheckable(True)
            action.setChecked(theme.manager().choice == choice)
            group.addAction(action)
            appearance.addAction(action)
        group = QActionGroup(self)
        for layout in self._layouts.values():
            layout.setCheckable(True)
            group.addAction(layout)
        self._menu("&View", *self._layouts.values(), None, appearance)
        self._menu("&Help", make(self, "help.about", self._about))

    def _menu(self, title: str, *entries: Action | QMenu | None) -> None:
        menu = self.menuBar().addMenu(title)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(entry)

    def _connect(self) -> None:
        self.palette_pane.added.connect(self.stack.add)
        self.stack.typed.connect(self.palette_pane.search_for)
        self.stack.rename_requested.connect(self.properties.rename)
        self.properties.layer_page.focus_left.connect(self.stack.setFocus)
        self.templates.chosen.connect(self.files.new)
        self.templates.left.connect(self.show_workspace)
        self.exports.chosen.connect(self._ask_export)
        self.exports.left.connect(self.show_workspace)
        self.importer.shown.connect(self._show_imports)
        self.importer.left.connect(self.show_workspace)
        self.lost.shown.connect(self.show_recovered)
        self.lost.changed.connect(self._refresh)
        self.recovered.left.connect(self.show_workspace)
        self.files.saved.connect(self._refresh)
        self.files.opened.connect(self._show_opened)
        Dropping(self, (SUFFIX, ONNX)).dropped.connect(self.files.open)
        self.files.recent_changed.connect(self._list_recent)
        self.trainer.looked.connect(self.preview.look)
        self.trainer.ended.connect(self._tell_end)
        self.trainer.forgotten.connect(self._tell_forgotten)
        self.trainer.remarked.connect(lambda message: self.notices.tell(Notice(message, "good")))
        self.trainer.phase_changed.connect(lambda _phase: self._refresh())
        self.preview.loaded.connect(self.cockpit.show_loaded)
        self.preview.answered.connect(self._show_answer)
        self.cockpit.complete.connect(self.preview.ask)  # not before: the thread would run beside the import
        self.cockpit.sample_changed.connect(self.preview.set_sample)
        self.cockpit.points_changed.connect(self.preview.set_points)
        self.document.changed.connect(self._follow)
        self.status.problem_clicked.connect(self._select_problem)
        self.trainer.epoch_done.connect(lambda: self.status.tell_seconds(self.trainer.history))
        self.transport.play_requested.connect(lambda: self._train(self.trainer.play))
        self.transport.step_requested.connect(lambda: self._train(self.trainer.step))
        self._list_recent()

    # What the person asks for

    def show_templates(self) -> None:
        """Offer the templates in the place of the stack."""
        self._pages.setCurrentWidget(self.templates)
        self.templates.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_exports(self) -> None:
        """Offer the targets of an export in the place of the stack."""
        self._pages.setCurrentWidget(self.exports)
        self.exports.refresh()

    def _show_imports(self) -> None:
        self._pages.setCurrentWidget(self.imports)
        self.imports.accept_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_export(self, name: str) -> None:
        self.exporter.ask(name, vectors=self.exports.vectors.isChecked(), then=self.show_workspace)

    def show_recovered(self) -> None:
        """Show what was recovered in the place of the stack."""
        self._pages.setCurrentWidget(self.recovered)
        for card in self.recovered.cards[:1]:
            card.open_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_workspace(self) -> None:
        """Show the project that is open."""
        self._pages.setCurrentWidget(self._lower)
        self.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_layout(self, layout: str) -> None:
        """Give the room to building, to everything, or to looking inside."""
        self._layouts[layout].setChecked(True)
        self.palette_pane.setVisible(layout != "look")
        self.cockpit.setVisible(layout != "build")
        self.cockpit.show_curves(layout != "look")
        height = max(600, self._lower.height())
        below = round(height * 0.56) if layout == "look" else min(300, max(218, round(height * 0.28)))
        self._lower.setSizes([height - below, below])
        self.show_workspace()

    def _step_back(self) -> None:
        """Undo; where that changes what is learned, the training that learns ends first."""
        if self.document.undo_changes_learned:
            self.trainer.stop(then=self.document.undo)
        else:
            self.document.undo()

    def _step_forward(self) -> None:
        """Redo, in the same way."""
        if self.document.redo_changes_learned:
            self.trainer.stop(then=self.document.redo)
        else:
            self.document.redo()

    def _layout_setter(self, layout: str) -> Callable[[], None]:
        return lambda: self.set_layout(layout)

    def _theme_setter(self, choice: theme.Choice) -> Callable[[], None]:
        return lambda: theme.manager().choose(choice)

    def _train(self, start: Callable[[], None]) -> None:
        """Play or step, once the data are at hand and there is something left to train."""
        design = self.document.design
        source, epochs = design.data.source, design.training.epochs
        done = self.document.project.epoch
        if not self.trainer.active and not source.at_hand:
            self.download.offer(source, lambda: self._train_downloaded(source, start))
        elif not self.trainer.active and done >= epochs and self.document.project.reshaped:
            self._train_more(done + epochs, start)
        elif not self.trainer.active and done >= epochs:
            self._offer_more(done, epochs if done == epochs else 10, start)
        else:
            start()

    def _train_downloaded(self, source: DataSource, start: Callable[[], None]) -> None:
        self.preview.ask()
        # A download takes long: by now the person may want to train on other data, or not yet.
        if source == self.document.design.data.source and not self.trainer.active:
            start()

    def _offer_more(self, done: int, more: int, start: Callable[[], None]) -> None:
        train_more = (f"Train {more:,} epochs more", lambda: self._train_more(done + more, start))
        self.notices.tell(
            Notice(
                f"All {done:,} epochs are done. Train longer, or Reset to begin anew.",
                "good",
                (train_more,),
            )
        )

    def _train_more(self, epochs: int, start: Callable[[], None]) -> None:
        self.transport.set_epochs(epochs)
        start()

    def _select_problem(self) -> None:
        problems = self.document.analysis.problems
        if problems:
            self.document.select([problems[0].layer_id or DATA_CARD])
            self.show_workspace()

    def _about(self) -> None:
        self.notices.tell(
            Notice(f"Slugstudio {__version__}: build a network, press Play, and watch it learn. MIT licence.", "good")
        )

    # What happens

    def _follow(self, change: Change) -> None:
        if change.fields - {"selection"}:
            self._refresh()

    def _refresh(self) -> None:
        document = self.document
        self._undo.setText(f"Undo {document.undo_text}".rstrip())
        self._redo.setText(f"Redo {document.redo_text}".rstrip())
        self._undo.setEnabled(document.can_undo)
        self._redo.setEnabled(document.can_redo)
        self._import.explain("" if document.analysis.playable else "Weights can be imported once the stack works.")
        self._export.explain("" if document.analysis.playable else "A network can be exported once the stack works.")
        self._recovered.setEnabled(bool(self.recovered.cards))
        unsaved = self.files.unsaved
        read_only = " (read-only)" if self.files.read_only else ""
        self.setWindowTitle(f"{self.files.name}[*]{read_only} – Slugstudio")
        self.setWindowModified(unsaved)
        self.transport.show_name(self.files.name, unsaved=unsaved)

    def _show_opened(self) -> None:
        self.show_workspace()
        self.transport.refresh()
        self.preview.look_at_document()

    def _tell_end(self, reason: str, message: str) -> None:
        self.preview.look_at_document()
        if message:
            self.notices.tell(Notice(message, _ENDS.get(reason, "error")))

    def _tell_forgotten(self, epochs: int) -> None:
        what = f"What was learned in {epochs:,} epochs is forgotten." if epochs else "The weights are new."
        self.notices.tell(Notice(f"{what} Undo brings it back.", "good"))

    def _show_answer(self, answer: Answer) -> None:
        self.cockpit.show_answer(answer)
        pictures = {layer_id: [grey(image) for image in maps] for layer_id, maps in answer.maps.items()}
        if answer.sample is not None:
            pictures[DATA_CARD] = [grey(channel) for channel in answer.sample[:1]]
        self.stack.stack_model.set_thumbnails(pictures)
        if answer.message:
            self.notices.tell(Notice(answer.message))

    def _list_recent(self) -> None:
        self._recent.clear()
        for path in self.files.recent:
            entry = self._recent.addAction(path.name.replace("&", "&&"))  # a single one would mark a key
            entry.setToolTip(str(path))
            entry.triggered.connect(lambda _checked=False, path=path: self.files.open(path))
        self._recent.setEnabled(not self._recent.isEmpty())

    # The window itself

    def sizeHint(self) -> QSize:
        """Return the size that the studio begins with where there is room."""
        return QSize(1440, 900)

    def _restore(self) -> None:
        geometry = self._settings.value("window/geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            wanted, room = self.sizeHint(), QApplication.primaryScreen().availableGeometry().size()
            self.resize(wanted.boundedTo(room))
            if wanted.width() > room.width() or wanted.height() > room.height():
                self.setWindowState(Qt.WindowState.WindowMaximized)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask for what is not saved, then end all threads in order."""
        finish_typing()
        if not self._closing and self.files.unsaved:
            event.ignore()
            self.files.when_safe(self._close_now, "Quit without saving")
            return
        self._settings.setValue("window/geometry", self.saveGeometry())
        self._settings.setValue(UNFOLDED_KEY, sorted(self.properties.unfolded))
        self.trainer.finish()
        self.download.finish()
        self.preview.finish()
        self.exporter.finish()
        self.importer.finish()
        self.autosave.finish()
        self.recovered.finish()
        self.files.finish()
        event.accept()

    def _close_now(self) -> None:
        self._closing = True
        self.close()
