"""The window with everything in it: that the parts are joined, and that it opens and closes without a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from slugstudio import __version__
from slugstudio.datasets import MNIST, Circles
from slugstudio.engine.data import mnist
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers import Dense
from slugstudio.project import Project, edits, load, save
from slugstudio.project.templates import TEMPLATES, template
from slugstudio.ui import theme
from slugstudio.ui.actions import ACTIONS
from slugstudio.ui.document import DATA_CARD
from slugstudio.ui.main_window import MainWindow
from slugstudio.ui.stack.model import Role
from slugstudio.ui.status import duration
from slugstudio.ui.transport import trained_text
from tests.engine.data.mirror import serving
from tests.project.made import digits_design, points_design, stack, trained

FOREVER = 1_000_000


class Studio:
    """A window and the hands that use it."""

    def __init__(self, qtbot: QtBot, settings: QSettings, project: Project, path: Path | None = None) -> None:
        self.qtbot, self.settings = qtbot, settings
        self.window = MainWindow(project, path, path.stem if path else "untitled", settings)
        self.document, self.trainer = self.window.document, self.window.trainer
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def action(self, action_id: str) -> QAction:
        return self.window.findChild(QAction, action_id)

    def press(self, name: str) -> None:
        self.qtbot.mouseClick(self.window.findChild(QWidget, f"button_train.{name}"), Qt.MouseButton.LeftButton)

    def told(self, start: str = "") -> str:
        self.qtbot.waitUntil(lambda: bool(self.window.notices.text) and self.window.notices.text.startswith(start))
        return self.window.notices.text

    def answers(self) -> list[str]:
        buttons = self.window.notices.findChildren(QPushButton)
        return [button.text() for button in buttons if button.isVisible()]

    def answer(self, label: str) -> None:
        buttons = [button for button in self.window.notices.findChildren(QPushButton) if button.text() == label]
        self.qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)

    def wait(self, phase: str) -> None:
        self.qtbot.waitUntil(lambda: self.trainer.phase == phase)

    def play_until_learned(self) -> None:
        with self.qtbot.waitSignal(self.trainer.epoch_done):
            self.press("play")

    def play_to_the_end(self) -> None:
        with self.qtbot.waitSignal(self.trainer.ended):
            self.press("play")

    def edit(self, epochs: int) -> None:
        design = self.document.design
        self.document.edit(edits.set_training(design, design.training.replace(epochs=epochs)), "set epochs")

    def drop(self, *urls: str) -> tuple[bool, bool]:
        """Drag addresses into the window and drop them; return whether each was accepted."""
        data = QMimeData()
        data.setUrls([QUrl(url) for url in urls])
        rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        enter, drop = QDragEnterEvent(QPointF(9, 9).toPoint(), *rest), QDropEvent(QPointF(9, 9), *rest)
        for event in (enter, drop):
            event.ignore()
            QApplication.sendEvent(self.window, event)
        return enter.isAccepted(), drop.isAccepted()


Open = Callable[..., Studio]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def open_studio(qtbot: QtBot, settings: QSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    made: list[Studio] = []

    def opening(project: Project | None = None, path: Path | None = None) -> Studio:
        made.append(Studio(qtbot, settings, project or Project(points_design(epochs=2)), path))
        return made[-1]

    yield opening
    for studio in made:
        studio.window._close_now()
        studio.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def studio(open_studio: Open) -> Studio:
    return open_studio()


@pytest.fixture
def endless(open_studio: Open) -> Studio:
    return open_studio(Project(points_design(epochs=FOREVER)))


def shows_templates(studio: Studio) -> bool:
    return studio.window.templates.isVisible() and not studio.window.stack.isVisible()


# New and open


def test_a_new_project_is_begun_in_the_place_of_the_stack(studio: Studio) -> None:
    studio.action("file.new").trigger()
    assert shows_templates(studio)
    assert QApplication.focusWidget() is studio.window.templates.cards[0]
    place = list(TEMPLATES).index("spiral")
    studio.qtbot.mouseClick(studio.window.templates.cards[place], Qt.MouseButton.LeftButton)
    assert not shows_templates(studio)
    assert studio.document.design == template("spiral").design
    assert studio.window.windowTitle() == "spiral[*] – Slugstudio"


def test_escape_goes_back_to_the_project(studio: Studio) -> None:
    before = studio.document.project
    studio.action("file.new").trigger()
    studio.qtbot.keyClick(studio.window.templates.cards[0], Qt.Key.Key_Escape)
    assert not shows_templates(studio)
    assert studio.document.project is before
    assert studio.window.stack.hasFocus()


def test_a_project_that_is_dropped_is_opened(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    save(trained(points_design(epochs=1)), path)
    with studio.qtbot.waitSignal(studio.window.files.opened):
        assert studio.drop(QUrl.fromLocalFile(str(tmp_path / "a.txt")).toString(), path.as_uri()) == (True, True)
    assert studio.document.project == load(path)
    assert studio.window.windowTitle() == "mine[*] – Slugstudio"


@pytest.mark.parametrize("url", ["file:///tmp/a.txt", "https://example.org/a.slug"])
def test_other_things_are_not_welcome(studio: Studio, url: str) -> None:
    assert studio.drop(url) == (False, False)


def test_recent_projects_stand_in_the_menu(studio: Studio, tmp_path: Path) -> None:
    menu = next(menu for menu in studio.window.findChildren(QMenu) if menu.title() == "Open recent")
    assert not menu.isEnabled()
    path = tmp_path / "cats & dogs.slug"
    studio.edit(epochs=9)
    studio.window.files.save_to(path)
    studio.qtbot.waitUntil(menu.isEnabled)
    (entry,) = menu.actions()
    assert (entry.text(), entry.toolTip()) == ("cats && dogs.slug", str(path))
    studio.window.files.new("spiral")
    with studio.qtbot.waitSignal(studio.window.files.opened):
        entry.trigger()
    assert studio.document.design.training.epochs == 9


def test_the_views_let_go_of_a_training_whose_project_was_left(endless: Studio) -> None:
    endless.play_until_learned()
    endless.window.files.new("digits-cnn")
    endless.answer("Open without saving")
    first = endless.document.design.layers[0]
    kernels = endless.window.cockpit.kernels
    endless.qtbot.waitUntil(lambda: not endless.window.preview._busy and (first.id, "weight") in kernels._weights)
    assert kernels._weights[first.id, "weight"].ndim == 4
    assert endless.trainer.history.epochs == ()


# Training


def test_play_trains_to_the_end_and_shows_what_happened(studio: Studio) -> None:
    window = studio.window
    studio.qtbot.waitUntil(lambda: len(window.cockpit.curves) == 2)
    studio.play_to_the_end()
    loss, accuracy = window.cockpit.curves
    last = studio.document.project.history.epochs[-1]
    studio.qtbot.waitUntil(lambda: loss.validation.text == f"{last.val_loss:.3f}")
    studio.qtbot.waitUntil(lambda: accuracy.training.text == f"{last.accuracy:.1%}".replace("%", "\u202f%"))
    assert last.epoch == 2
    learned = studio.document.project.trained
    assert learned is not None
    first = studio.document.design.ids[0], "weight"
    studio.qtbot.waitUntil(lambda: np.array_equal(window.cockpit.kernels._weights[first], learned.weights[first]))
    assert window.status._seconds.text() == f"{duration(last.seconds)} an epoch"
    assert window.notices.text == ""


def test_weights_are_shown_while_they_are_learned(endless: Studio) -> None:
    kernels, first = endless.window.cockpit.kernels, (endless.document.design.ids[0], "weight")
    endless.qtbot.waitUntil(lambda: bool(kernels._weights))
    before = kernels._weights[first]
    endless.press("play")
    endless.qtbot.waitUntil(lambda: not np.array_equal(kernels._weights[first], before))
    assert endless.document.project.trained is None


def test_an_edit_leaves_the_seconds_of_the_training_that_runs(endless: Studio) -> None:
    endless.play_until_learned()
    seconds = endless.window.findChild(QLabel, "secondsPerEpoch")
    endless.qtbot.waitUntil(lambda: seconds.text().endswith("s an epoch") and "about" not in seconds.text())
    endless.edit(epochs=FOREVER - 1)
    assert endless.document.project.trained is None
    assert seconds.text().endswith("s an epoch")
    assert "about" not in seconds.text()


def test_play_after_the_end_offers_more_epochs(studio: Studio) -> None:
    studio.play_to_the_end()
    studio.press("play")
    assert studio.told() == "All 2 epochs are done. Train longer, or Reset to begin anew."
    assert studio.answers() == ["Train 2 epochs more"]
    with studio.qtbot.waitSignal(studio.trainer.ended):
        studio.answer("Train 2 epochs more")
    assert (studio.document.project.epoch, studio.document.design.training.epochs) == (4, 4)
    assert studio.document.undo_text == "set epochs"
    studio.edit(epochs=3)
    studio.press("step")
    assert studio.answers() == ["Train 10 epochs more"]
    studio.window.notices.dismiss()
    assert (studio.trainer.phase, studio.document.design.training.epochs) == ("idle", 3)


def test_going_on_elsewhere_is_told(studio: Studio) -> None:
    studio.play_to_the_end()
    trained = studio.document.project.trained
    assert trained is not None
    trained.state.computed_by = "an abacus"
    studio.press("play")
    with studio.qtbot.waitSignal(studio.trainer.remarked):
        studio.answer("Train 2 epochs more")
    assert studio.told().startswith("This was trained with an abacus; here it goes on with numpy")
    studio.wait("idle")


def test_step_is_one_batch(endless: Studio) -> None:
    endless.press("step")
    endless.wait("paused")
    assert len(endless.trainer.history.steps) == 1


def test_reset_can_be_taken_back(studio: Studio) -> None:
    studio.play_to_the_end()
    before = studio.document.project
    studio.press("reset")
    assert studio.told() == "What was learned in 2 epochs is forgotten. Undo brings it back."
    assert studio.document.project.trained is None
    assert studio.document.undo_text == "reset"
    with studio.qtbot.waitSignal(studio.trainer.epoch_done):
        studio.press("play")
    studio.action("edit.undo").trigger()
    studio.wait("idle")
    studio.qtbot.waitUntil(lambda: studio.document.project == before)
    studio.action("edit.redo").trigger()
    assert studio.document.project.epoch >= 1  # what was learned after the reset
    assert studio.document.project != before


def test_reset_while_the_data_are_loaded_forgets_the_first_weights(endless: Studio) -> None:
    endless.press("play")
    assert endless.trainer.phase == "loading"
    endless.press("reset")
    assert "new" in endless.told() or "forgotten" in endless.told()  # by how far the thread came until then
    assert (endless.document.project.trained, endless.trainer.phase) == (None, "idle")


def test_two_plays_make_one_training(endless: Studio) -> None:
    endless.press("play")
    endless.press("play")
    endless.wait("paused")
    assert len(endless.trainer.findChildren(type(endless.trainer._thread))) == 1


def test_divergence_is_told_as_a_warning(open_studio: Open) -> None:
    design = points_design(epochs=FOREVER)
    wild = design.training.replace(optimizer=design.training.optimizer.replace(lr=1e30))
    studio = open_studio(Project(edits.set_training(design, wild)))
    studio.play_to_the_end()
    assert "lower the learning rate" in studio.told("Numbers became infinite")


def test_early_stopping_is_told_with_the_epoch_that_is_back(open_studio: Open) -> None:
    studio = open_studio(Project(points_design(epochs=FOREVER, early_stopping=EarlyStopping(patience=2))))
    studio.play_to_the_end()
    project = studio.document.project
    assert project.trained is not None
    best = project.trained.state.best
    assert best is not None
    assert best.back
    assert studio.told() == (
        f"Stopped early after epoch {project.epoch}: epoch {best.epoch} was the best, and its weights are back."
    )
    assert project.judged is not None
    assert project.judged.epoch == best.epoch
    assert trained_text(project).endswith(f"validation {project.judged.val_accuracy:.1%}".replace("%", "\u202f%"))
    assert studio.window.notices._notice is not None
    assert studio.window.notices._notice.severity == "good"


def test_data_that_cannot_be_read_are_told(open_studio: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_source: object) -> None:
        raise DataError("The file is damaged; get it again.")

    monkeypatch.setattr(Circles, "load", damaged)
    assert open_studio().told() == "The file is damaged; get it again."


def mnist_project() -> Project:
    design = digits_design()
    return Project(edits.set_data(design, design.data.replace(source=MNIST(), validation_split=0.25)))


@pytest.mark.parametrize("button", ["play", "step"])
def test_missing_data_are_offered_and_then_the_training_begins(
    open_studio: Open, data: Path, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    # six images of six classes cannot be split by class; a project without validation can learn from them
    project = mnist_project()
    alone = edits.set_data(project.design, project.design.data.replace(validation_split=0.0))
    studio = open_studio(Project(alone))
    studio.press(button)
    assert studio.told().startswith("MNIST is not on this computer yet")
    assert studio.trainer.phase == "idle"
    phases: list[str] = []  # two steps may be over before one looks
    studio.trainer.phase_changed.connect(phases.append)
    with serving() as server:
        monkeypatch.setattr(mnist, "MIRRORS", (server.url,))
        with studio.qtbot.waitSignal(studio.window.preview.loaded):
            studio.answer("Download")
            studio.qtbot.waitUntil(lambda: phases[:1] == ["loading"])
    studio.qtbot.waitUntil(lambda: studio.trainer.progress is not None)
    studio.qtbot.waitUntil(lambda: len(studio.trainer.history.steps) == (1 if button == "step" else 2))


def test_a_download_does_not_start_what_was_opened_meanwhile(
    open_studio: Open, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio(mnist_project())
    studio.press("play")
    with serving() as server:
        monkeypatch.setattr(mnist, "MIRRORS", (server.url,))
        studio.answer("Download")
        studio.window.files.new("spiral")
        studio.qtbot.waitUntil(lambda: studio.window.beginning.download._running is None)
    assert studio.trainer.phase == "idle"


# Closing


def test_closing_while_it_trains_asks_and_then_ends_the_thread(endless: Studio) -> None:
    endless.play_until_learned()
    thread = endless.trainer._thread
    assert not endless.window.close()
    assert endless.told() == "“untitled” has changes that are not saved."
    assert endless.answers() == ["Save", "Quit without saving", "Cancel"]
    assert endless.trainer.phase == "running"
    endless.answer("Quit without saving")
    assert not endless.window.isVisible()
    assert thread is None or not shiboken6.isValid(thread) or thread.isFinished()


def test_cancel_keeps_the_window_and_the_training(endless: Studio) -> None:
    endless.play_until_learned()
    endless.window.close()
    endless.answer("Cancel")
    assert endless.window.isVisible()
    assert endless.trainer.phase == "running"
    assert not endless.window.close()


def test_save_closes_once_it_is_saved(open_studio: Open, tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    project = Project(points_design(epochs=FOREVER))
    save(project, path)
    studio = open_studio(project, path)
    studio.play_until_learned()
    studio.action("file.quit").trigger()
    studio.answer("Save")
    studio.qtbot.waitUntil(lambda: not studio.window.isVisible())
    assert load(path).epoch >= 1


def test_what_is_saved_closes_at_once(studio: Studio) -> None:
    assert studio.window.close()
    assert studio.window.notices.text == ""


def test_closing_stops_a_download(open_studio: Open, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = open_studio(mnist_project())

    def endless_answer(handler: object, content: bytes) -> None:
        assert studio.window.beginning.download._cancelled.wait(10)

    with serving(endless_answer) as server:
        monkeypatch.setattr(mnist, "MIRRORS", (server.url,))
        studio.press("play")
        studio.answer("Download")
        studio.qtbot.waitUntil(lambda: bool(server.asked))
        assert studio.window.close()
    assert not MNIST().at_hand


def test_the_window_comes_back_in_its_size(open_studio: Open) -> None:
    first = open_studio()
    smallest = first.window.minimumSizeHint()
    first.window.resize(smallest.width(), smallest.height() + 22)
    size = first.window.size()
    first.window.close()
    assert open_studio().window.size() == size


@pytest.mark.parametrize("stored", [None, "nonsense", 7])
def test_settings_that_make_no_sense_give_the_usual_size(
    open_studio: Open, settings: QSettings, stored: object
) -> None:
    settings.setValue("window/geometry", stored)
    window = open_studio().window
    room = QApplication.primaryScreen().availableGeometry().size()
    assert window.size() == window.sizeHint().boundedTo(room).expandedTo(window.minimumSizeHint())


# Edits


def test_the_title_and_the_bar_tell_what_is_not_saved(studio: Studio, tmp_path: Path) -> None:
    name = studio.window.transport._name
    assert not studio.window.isWindowModified()
    studio.edit(epochs=9)
    assert studio.window.isWindowModified()
    assert name.toolTip() == "untitled (not saved)"
    studio.action("edit.undo").trigger()
    assert not studio.window.isWindowModified()
    studio.edit(epochs=9)
    studio.window.files.save_to(tmp_path / "mine.slug")
    studio.qtbot.waitUntil(lambda: studio.window.windowTitle() == "mine[*] – Slugstudio")
    assert not studio.window.isWindowModified()
    assert name.toolTip() == "mine (saved)"


def test_a_training_that_runs_is_not_saved(endless: Studio) -> None:
    endless.press("play")
    assert endless.window.isWindowModified()


def test_undo_and_redo_say_what_and_do_it(studio: Studio) -> None:
    undo, redo = studio.action("edit.undo"), studio.action("edit.redo")
    assert (undo.text(), undo.isEnabled(), redo.text(), redo.isEnabled()) == ("Undo", False, "Redo", False)
    studio.edit(epochs=9)
    assert (undo.text(), undo.isEnabled()) == ("Undo set epochs", True)
    undo.trigger()
    assert studio.document.design.training.epochs == 2
    assert (undo.isEnabled(), redo.text(), redo.isEnabled()) == (False, "Redo set epochs", True)
    redo.trigger()
    assert studio.document.design.training.epochs == 9


def test_the_palette_adds_to_the_stack(studio: Studio) -> None:
    studio.window.palette_pane.added.emit("Flatten")
    assert "Flatten" in [entry.layer.kind for entry in studio.document.design.layers]


def test_typing_over_the_stack_asks_for_a_layer(studio: Studio) -> None:
    studio.window.stack.setFocus()
    studio.qtbot.keyClick(studio.window.stack, Qt.Key.Key_P)
    assert studio.window.quick_add.box.line.text() == "p"
    assert studio.window.quick_add.box.line.hasFocus()


def test_rename_puts_the_cursor_into_the_name(studio: Studio) -> None:
    studio.document.select([studio.document.design.ids[0]])
    studio.window.properties.show_page(1)
    studio.action("stack.rename").trigger()
    assert studio.window.properties.layer_page.title.name.hasFocus()


def type_name(studio: Studio, name: str) -> QWidget:
    studio.document.select([studio.document.design.layers[0].id])
    studio.action("stack.rename").trigger()
    line = studio.window.findChild(QWidget, "layerName")
    studio.qtbot.waitUntil(line.hasFocus)
    studio.qtbot.keyClicks(line, name)
    return line


def test_a_name_that_is_being_typed_is_saved(open_studio: Open, tmp_path: Path) -> None:
    path = tmp_path / "points.slug"
    save(Project(points_design(epochs=2)), path)
    studio = open_studio(load(path), path)
    line = type_name(studio, "first")
    studio.qtbot.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    studio.qtbot.waitUntil(lambda: load(path).design.layers[0].name == "first")
    studio.qtbot.waitUntil(lambda: not studio.document.modified)
    assert line.hasFocus()


def test_a_name_that_is_being_typed_is_asked_about(studio: Studio, tmp_path: Path) -> None:
    save(Project(points_design(epochs=2)), tmp_path / "other.slug")
    type_name(studio, "first")
    studio.window.files.open(tmp_path / "other.slug")
    assert "not saved" in studio.told()
    studio.answer("Cancel")
    type_name(studio, "other")
    studio.window.close()
    assert "not saved" in studio.told()
    assert studio.window.isVisible()
    assert studio.document.design.layers[0].name == "other"


def test_a_click_on_the_problems_selects_the_first(studio: Studio) -> None:
    design = studio.document.design
    studio.document.edit(edits.remove_layers(design, design.ids[-1:]), "delete")
    studio.document.select([])
    studio.action("file.new").trigger()
    studio.qtbot.mouseClick(studio.window.findChild(QPushButton, "problems"), Qt.MouseButton.LeftButton)
    assert studio.document.selection == (design.ids[1],)
    assert not shows_templates(studio)
    studio.document.edit(edits.remove_layers(studio.document.design, design.ids[:2]), "delete")
    studio.qtbot.mouseClick(studio.window.findChild(QPushButton, "problems"), Qt.MouseButton.LeftButton)
    assert studio.document.selection == (DATA_CARD,)


def test_a_click_on_problems_that_are_gone_selects_nothing(studio: Studio) -> None:
    studio.window.status.problem_clicked.emit()
    assert studio.document.selection == ()


def test_weights_of_a_stack_that_cannot_work_are_not_exported(studio: Studio) -> None:
    export = studio.action("file.export")
    assert export.isEnabled()
    design = studio.document.design
    studio.document.edit(edits.insert_layer(design, 3, Dense(7))[0], "add Dense")
    assert (export.isEnabled(), export.toolTip()) == (False, "A network can be exported once the stack works.")
    studio.document.undo()
    assert export.isEnabled()


# What shows


def test_images_are_tried_and_points_have_a_boundary(open_studio: Open) -> None:
    studio = open_studio(Project(digits_design()))
    cockpit = studio.window.cockpit
    studio.qtbot.waitUntil(lambda: cockpit.try_it._dataset is not None)
    assert cockpit.try_it.isVisible()
    assert not cockpit.boundary.isVisible()
    cockpit.try_it.step(1)
    studio.qtbot.waitUntil(lambda: cockpit.try_it._probabilities is not None)
    assert cockpit.try_it._probabilities.shape == (10,)
    studio.window.files.new("spiral")
    studio.qtbot.waitUntil(cockpit.boundary.isVisible)
    assert not cockpit.try_it.isVisible()
    with studio.qtbot.waitSignal(
        studio.window.preview.answered, check_params_cb=lambda answer: answer.at_points is not None
    ):
        studio.window.preview.ask()


def test_a_stack_that_cannot_work_has_no_boundary(studio: Studio) -> None:
    plane = studio.window.cockpit.boundary.plane
    studio.qtbot.waitUntil(lambda: plane._probabilities is not None)
    design = studio.document.design
    studio.document.edit(edits.remove_layers(design, design.ids[-1:]), "delete")
    studio.qtbot.waitUntil(lambda: plane._probabilities is None)
    assert plane.n_shown == 60


def test_cards_show_their_pictures(open_studio: Open) -> None:
    studio = open_studio(Project(digits_design()))
    model = studio.window.stack.stack_model

    def counts() -> list[int]:
        return [len(model.data(model.index(row), Role.THUMBNAILS)) for row in range(model.rowCount())]

    studio.qtbot.waitUntil(lambda: counts() == [1, 4, 4, 1, 1, 1])
    studio.window.files.new("spiral")
    studio.qtbot.waitUntil(lambda: counts() == [0, 1, 1, 1])


def test_an_empty_stack_shows_no_weights(open_studio: Open) -> None:
    studio = open_studio()
    kernels = studio.window.cockpit.kernels
    studio.qtbot.waitUntil(lambda: bool(kernels._weights))
    studio.document.edit(stack([], studio.document.design.data), "delete")
    studio.qtbot.waitUntil(lambda: not kernels._weights)


@pytest.mark.parametrize(
    ("layout", "palette", "cockpit", "plots"),
    [("build", True, False, False), ("train", True, True, True), ("look", False, True, False)],
)
def test_layouts_give_room_to_what_they_are_for(
    studio: Studio, layout: str, palette: bool, cockpit: bool, plots: bool
) -> None:
    studio.action("file.new").trigger()
    studio.action(f"view.{layout}").trigger()
    window = studio.window
    shown = (window.palette_pane.isVisible(), window.cockpit.isVisible(), window.cockpit._plots.isVisible())
    assert shown == (palette, cockpit, plots)
    assert not shows_templates(studio)
    chosen = [each for each in ("build", "train", "look") if studio.action(f"view.{each}").isChecked()]
    assert chosen == [layout]
    if layout == "look":
        assert window.cockpit.height() > window.stack.height()
    if layout == "train":
        assert window.cockpit.height() < window.stack.height()


def test_the_theme_is_chosen_in_the_menu(studio: Studio) -> None:
    studio.action("view.theme_dark").trigger()
    assert theme.current() is theme.DARK
    assert studio.action("view.theme_dark").isChecked()
    assert not studio.action("view.theme_light").isChecked()
    studio.action("view.theme_light").trigger()
    assert theme.current() is theme.LIGHT


def test_every_action_is_in_a_menu_and_no_two_share_a_key(studio: Studio) -> None:
    def all_of(menu: QMenu) -> Iterator[QAction]:
        for action in menu.actions():
            below = action.menu()
            yield from all_of(below) if isinstance(below, QMenu) else [action]

    menus = [action.menu() for action in studio.window.menuBar().actions()]
    assert [menu.title() for menu in menus] == ["&File", "&Edit", "&Training", "&View", "&Help"]
    actions = [action for menu in menus for action in all_of(menu) if not action.isSeparator()]
    found = [action.objectName() for action in actions if not action.objectName().startswith("pane.")]
    assert sorted(found) == sorted(set(ACTIONS) - {"train.pause", "stack.enable", "stack.thaw"})
    keys = [key.toString(QKeySequence.SequenceFormat.PortableText) for a in actions for key in a.shortcuts()]
    assert len(keys) == len(set(keys))
    assert "Ctrl+S" in keys


def test_about_tells_the_versions_in_the_place_of_the_stack(studio: Studio) -> None:
    studio.action("help.about").trigger()
    page = studio.window.help.about
    assert page.isVisible()
    assert f"Slugstudio {__version__}" in page.text.toPlainText()
    studio.qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert studio.window.stack.isVisible()


def test_buttons_can_be_read_out(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: len(studio.window.cockpit.curves) == 2)
    for button in [*studio.window.findChildren(QPushButton), *studio.window.findChildren(QToolButton)]:
        if button.isVisible() and not button.objectName().startswith("qt_"):
            assert button.text() or button.accessibleName(), button.objectName()


def test_play_after_the_end_trains_a_changed_network_without_asking(open_studio: Open) -> None:
    studio = open_studio(trained(points_design(epochs=2)))
    studio.document.edit(edits.insert_layer(studio.document.design, 1, Dense(6))[0], "add Dense")
    studio.play_to_the_end()
    assert studio.document.project.epoch == 4
    assert studio.document.undo_text == "set epochs"


@pytest.mark.parametrize("unfolded", [set(), {"field"}, {"field", "training_optimizer"}])
def test_what_was_unfolded_is_so_in_the_next_window(open_studio: Open, unfolded: set[str]) -> None:
    first = open_studio().window
    assert first.properties.unfolded == set()
    first.properties.unfolded |= unfolded
    first.close()
    assert open_studio().window.properties.unfolded == unfolded


# Export


def test_an_export_is_chosen_in_the_place_of_the_stack(studio: Studio, tmp_path: Path) -> None:
    studio.action("file.export").trigger()
    page = studio.window.exports
    assert page.isVisible()
    assert not studio.window.stack.isVisible()
    page.vectors.setChecked(True)
    (card,) = [card for card in page.cards if card.target.name == "onnx"]
    studio.qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert page.isVisible()
    (dialog,) = studio.window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "net.onnx"))
    dialog.reject()
    assert studio.window.stack.isVisible()
    studio.qtbot.waitUntil(lambda: "Proven by onnxruntime" in studio.window.notices.text)
    assert sorted(path.name for path in tmp_path.glob("net*")) == ["net.onnx", "net.vectors.npz"]


def test_escape_goes_back_from_the_export(studio: Studio) -> None:
    studio.action("file.export").trigger()
    studio.qtbot.keyClick(studio.window.exports.cards[0], Qt.Key.Key_Escape)
    assert studio.window.stack.isVisible()
