"""The main window: assembles the panes and connects them; what they do is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtGui import QActionGroup, QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from slugstudio.project import Project
from slugstudio.project.files import SUFFIX, FileState
from slugstudio.ui.actions import make
from slugstudio.ui.autosave import Autosave
from slugstudio.ui.awake import Awake
from slugstudio.ui.beginning import Beginning
from slugstudio.ui.cockpit.pane import Cockpit, hairline
from slugstudio.ui.cockpit.thumbnails import grey
from slugstudio.ui.code_pane import CodePane
from slugstudio.ui.document import DATA_CARD, Change, Document
from slugstudio.ui.dropping import Dropping
from slugstudio.ui.editors import finish_typing
from slugstudio.ui.export_page import ExportPage
from slugstudio.ui.exporter import Exporter
from slugstudio.ui.files import ONNX, Files, texts
from slugstudio.ui.help_pages import HelpPages
from slugstudio.ui.history_pane import HistoryPane
from slugstudio.ui.import_page import ImportPage
from slugstudio.ui.importer import Importer
from slugstudio.ui.keeping_pane import KeepingPane
from slugstudio.ui.long_runs import LongRuns
from slugstudio.ui.lost_work import LostWork
from slugstudio.ui.memory_watch import MemoryWatch
from slugstudio.ui.menus import add_menu, appearance, fill_recent, panes, switches
from slugstudio.ui.notices import Notice, NoticeBar, Severity
from slugstudio.ui.preview import Answer, Preview
from slugstudio.ui.problems_pane import ProblemsPane
from slugstudio.ui.properties import Properties
from slugstudio.ui.quick_fix import ProblemGuide
from slugstudio.ui.recovered_page import RecoveredPage
from slugstudio.ui.stack.palette import Palette
from slugstudio.ui.stack.quick_add import QuickAdd
from slugstudio.ui.stack.view import StackView
from slugstudio.ui.status import StatusBar
from slugstudio.ui.template_page import TemplatePage
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr
from slugstudio.ui.transport import Transport
from slugstudio.ui.workspace import LAYOUTS, Area, Pane, Workspace

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
        self.palette_pane = Palette(settings)
        self.stack = StackView(self.document)
        self.quick_add = QuickAdd(self.stack, self.document)
        self.problems = ProblemsPane(self.document)
        self.properties = Properties(self.document, texts(settings, UNFOLDED_KEY))
        self.cockpit = Cockpit(self.document, self.trainer)
        self.history = HistoryPane(self.document)
        self.keeping = KeepingPane(self.document, self.trainer, self.notices)
        self.code = CodePane(self.document, settings, lambda: self.files.name)
        self._layouts = {each: make(self, f"view.{each}", self._layout_setter(each)) for each in LAYOUTS}
        self.transport = Transport(self.document, self.trainer, self._layouts)
        self.beginning = Beginning(self.document, self.trainer, self.transport, self.preview, self.notices, self)
        self.templates, self.exports, self.recovered = TemplatePage(), ExportPage(), RecoveredPage()
        self.imports = ImportPage()
        self.importer = Importer(self.document, self.trainer, self.files, self.notices, self.imports, self)
        self.lost = LostWork(self.recovered, self.files, self.autosave, self.notices, self)
        self._arrange()
        self.help = HelpPages(self._pages, self.show_workspace, self.files.ask_save_as, self)
        self.awake, self.memory = Awake(self.trainer), MemoryWatch(self.trainer, self.notices)
        LongRuns(self.trainer, self.notices, self)
        self._make_menus()
        self._connect()
        self.set_layout("train")
        self._restore()
        if path is not None:
            self.files.hold(path, state)
        self._refresh()

    # Assembly

    def _arrange(self) -> None:
        left, right, below = Area.LeftDockWidgetArea, Area.RightDockWidgetArea, Area.BottomDockWidgetArea
        panes = (
            Pane("palette", tr("Layers"), self.palette_pane, left, ("build", "train"), size=216),
            Pane("properties", tr("Properties"), self.properties, right, size=288),
            Pane("history", tr("History"), self.history, right, (), beside="properties"),
            Pane("cockpit", tr("What happens"), self.cockpit, below, ("train", "look"), size=218),
            Pane("code", tr("Code"), self.code, below, ("build",), beside="cockpit", size=218),
            Pane("problems", tr("Problems"), self.problems, below, ("build",), beside="code", size=218),
            Pane("keeping", tr("Weights"), self.keeping, below, ("build",), beside="code"),
        )
        self.workspace = Workspace(self.stack, panes, self._settings)
        self.guide = ProblemGuide(self.document, self.problems, self.properties, self.stack, self.workspace)
        self._pages = QStackedWidget()
        for page in (self.workspace, self.templates, self.exports, self.imports, self.recovered):
            self._pages.addWidget(page)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(hairline())
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(central)
        self.status = StatusBar(self.document, self.trainer)
        self.status.addWidget(self.keeping.mark)
        self.keeping.mark.clicked.connect(lambda: self.workspace.show_pane("keeping"))
        self.setStatusBar(self.status)

    def _make_menus(self) -> None:
        files = self.files
        self._undo = make(self, "edit.undo", self._step_back)
        self._redo = make(self, "edit.redo", self._step_forward)
        self._export = make(self, "file.export", self.show_exports)
        self._import = make(self, "file.import", self.importer.ask)
        self._recent = QMenu(tr("Open recent"), self)
        self._recovered = make(self, "file.recovered", self.show_recovered)
        add_menu(
            self,
            tr("&File"),
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
        quick = self.quick_add.action, self.guide.quick_fix.action
        self.stack.addActions(self.keeping.keeper.actions)
        edits = (*quick, *self.stack.stack_actions, None, *self.keeping.keeper.actions)
        add_menu(self, tr("&Edit"), self._undo, self._redo, None, *edits)
        add_menu(self, tr("&Training"), *self.transport.training_actions)
        group = QActionGroup(self)
        for layout in self._layouts.values():
            layout.setCheckable(True)
            group.addAction(layout)
        workspace = self.workspace
        reset = make(self, "view.reset_layout", workspace.reset_layout)
        onward = make(self, "view.next_pane", workspace.focus_next)
        shown = panes(self, workspace.toggles())
        add_menu(
            self,
            tr("&View"),
            *self._layouts.values(),
            None,
            shown,
            onward,
            reset,
            None,
            appearance(self),
            *switches(self),
        )
        add_menu(
            self,
            tr("&Help"),
            make(self, "help.keys", self.help.show_keys),
            make(self, "help.about", self.help.show_about),
        )

    def _connect(self) -> None:
        self.history.asked.connect(self._travel)
        self.palette_pane.added.connect(self.stack.add)
        self.stack.refused.connect(lambda reason: self.notices.tell(Notice(reason)))
        self.stack.rename_requested.connect(self.properties.rename)
        self.properties.layer_page.focus_left.connect(self.stack.setFocus)
        self.templates.chosen.connect(self.files.new)
        self.templates.left.connect(self.show_workspace)
        self.templates.recent.opened.connect(self.files.open)
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
        self.cockpit.complete.connect(self.status.forecaster.begin)
        self.cockpit.sample_changed.connect(self.preview.set_sample)
        self.cockpit.points_changed.connect(self.preview.set_points)
        self.document.changed.connect(self._follow)
        self.status.problem_clicked.connect(lambda: self.guide.show_pane(self.show_workspace))
        self.transport.play_requested.connect(self.beginning.play)
        self.transport.step_requested.connect(self.beginning.step)
        self._list_recent()

    # What the person asks for

    def show_templates(self) -> None:
        """Offer the templates in the place of the stack."""
        self._pages.setCurrentWidget(self.templates)
        self.templates.begin(self.files.recent)

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
        self._pages.setCurrentWidget(self.workspace)
        self.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_layout(self, layout: str) -> None:
        """Give the room to building, to everything, or to looking inside."""
        self._layouts[layout].setChecked(True)
        self.cockpit.show_curves(layout != "look")
        self.workspace.show_layout(layout)
        self.show_workspace()

    def _step_back(self) -> None:
        if self.document.can_undo:
            self._travel(self.document.place - 1)

    def _step_forward(self) -> None:
        if self.document.can_redo:
            self._travel(self.document.place + 1)

    def _travel(self, place: int) -> None:
        """Undo or redo; where that changes what is learned, the training that learns ends first."""
        if self.document.travel_changes_learned(place):
            self.trainer.stop(then=lambda: self.document.travel(place))
        else:
            self.document.travel(place)

    def _layout_setter(self, layout: str) -> Callable[[], None]:
        return lambda: self.set_layout(layout)

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
        self._import.explain("" if document.analysis.playable else tr("Weights can be imported once the stack works."))
        self._export.explain(
            "" if document.analysis.playable else tr("A network can be exported once the stack works.")
        )
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
        self.notices.tell(Notice(tr("{what} Undo brings it back.", what=what), "good"))

    def _show_answer(self, answer: Answer) -> None:
        self.cockpit.show_answer(answer)
        pictures = {layer_id: [grey(image) for image in maps] for layer_id, maps in answer.maps.items()}
        if answer.sample is not None and answer.sample.ndim == 3:
            pictures[DATA_CARD] = [grey(channel) for channel in answer.sample[:1]]
        self.stack.stack_model.set_thumbnails(pictures)
        if answer.message:
            self.notices.tell(Notice(answer.message))

    def _list_recent(self) -> None:
        fill_recent(self._recent, self.files.recent, self.files.open)

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
        self.workspace.remember()
        self._settings.setValue(UNFOLDED_KEY, sorted(self.properties.unfolded))
        self.awake.let_go()
        parts = (
            self.trainer,
            self.beginning.download,
            self.preview,
            self.code,
            self.exporter,
            self.importer,
            self.autosave,
        )
        for part in (*parts, self.status.forecaster, self.templates.recent, self.recovered, self.files):
            part.finish()
        event.accept()

    def _close_now(self) -> None:
        self._closing = True
        self.close()
