"""The bar on top: its buttons tell what can be done and why not, its line how far it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QProgressBar, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.engine.layers import Dense
from slugstudio.engine.optimizers import SGD
from slugstudio.project import Project, edits
from slugstudio.ui import theme
from slugstudio.ui.actions import make
from slugstudio.ui.document import Document
from slugstudio.ui.editors import NumberEditor
from slugstudio.ui.elided import ElidedLabel
from slugstudio.ui.trainer import Progress, Trainer
from slugstudio.ui.transport import LAYOUTS, WIDE, ProjectName, Transport, progress_text
from tests.project.made import points_design, trained

FOREVER = 1_000_000
THIN = "\u202f"


class Bar:
    """A transport with what it steers, and what it shows."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.qtbot = qtbot
        self.owner = QObject()
        self.document = Document(project, parent=self.owner)
        self.trainer = Trainer(self.document, self.owner)
        layouts = {each: make(self.owner, f"view.{each}", lambda: None) for each in LAYOUTS}
        self.transport = Transport(self.document, self.trainer, layouts)
        self.transport.play_requested.connect(self.trainer.play)
        self.transport.step_requested.connect(self.trainer.step)
        self.transport.resize(1300, 60)
        qtbot.addWidget(self.transport)

    @property
    def text(self) -> str:
        return self.transport.findChild(ElidedLabel, "progressText").text

    @property
    def done(self) -> int:
        return self.transport.findChild(QProgressBar, "progress").value()

    def button(self, name: str) -> QPushButton | QToolButton:
        return self.transport.findChild(QWidget, f"button_train.{name}")  # type: ignore[return-value]

    def press(self, name: str) -> None:
        self.qtbot.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def wait(self, phase: str) -> None:
        self.qtbot.waitUntil(lambda: self.trainer.phase == phase)

    def edit_layers(self) -> None:
        design = self.document.design
        self.document.edit(edits.insert_layer(design, 1, Dense(4))[0], "add Dense")

    @property
    def rate(self) -> NumberEditor:
        return self.transport.findChild(NumberEditor, "learningRate")

    def type_rate(self, text: str) -> None:
        self.rate.lineEdit().selectAll()
        self.qtbot.keyClicks(self.rate, text)


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[Bar]:
    made = Bar(qtbot, Project(points_design(epochs=FOREVER)))
    yield made
    made.trainer.finish()


@pytest.fixture
def short(qtbot: QtBot) -> Iterator[Bar]:
    made = Bar(qtbot, Project(points_design(epochs=2)))
    yield made
    made.trainer.finish()


def reasons(bar: Bar) -> dict[str, str]:
    """Return why each action cannot be carried out, those that can left out."""
    actions: dict[str, QAction] = {action.objectName(): action for action in bar.transport.training_actions}
    return {name[6:]: action.toolTip() for name, action in actions.items() if not action.isEnabled()}


NOTHING = {"stop": "Nothing is being trained.", "reset": "Nothing was learned yet."}
LAST = "The training ends with this batch."


def test_play_turns_into_pause_and_back(bar: Bar) -> None:
    button = bar.button("play")
    assert (button.text(), reasons(bar)) == ("Play", NOTHING)
    bar.press("play")
    assert button.text() == "Pause"
    bar.wait("running")
    assert (button.text(), reasons(bar)) == ("Pause", {})
    bar.press("play")
    bar.wait("paused")
    assert (button.text(), reasons(bar)) == ("Play", {})
    bar.press("play")
    assert (button.text(), bar.trainer.phase) == ("Pause", "running")


def test_step_stop_and_reset_do_what_they_say(bar: Bar) -> None:
    bar.press("step")
    bar.wait("paused")
    bar.qtbot.waitUntil(lambda: bar.document.project.trained is not None)
    assert len(bar.trainer.history.steps) == 1
    bar.press("stop")
    assert reasons(bar) == dict.fromkeys(("play", "step", "reset"), LAST) | {"stop": NOTHING["stop"]}
    assert bar.text == "Stopping…"
    bar.wait("idle")
    assert reasons(bar) == {"stop": NOTHING["stop"]}
    bar.press("reset")
    assert reasons(bar) == NOTHING
    assert bar.document.project.trained is None


def test_a_stack_that_cannot_work_says_why_on_play_and_in_the_line(bar: Bar) -> None:
    design = bar.document.design
    first = design.layers[0]
    bar.document.edit(edits.remove_layers(design, design.ids[-1:]), "delete")
    told = bar.text
    assert told.startswith("dropout_1: The last layer gives 6 values")
    assert reasons(bar) == {"play": told, "step": told, **NOTHING}
    assert not bar.button("play").isEnabled()
    bar.document.edit(edits.remove_layers(bar.document.design, [first.id, design.ids[1]]), "delete")
    assert bar.text.startswith("The stack is empty")
    bar.document.undo()
    bar.document.undo()
    assert (bar.text, reasons(bar)) == (f"Ready to train for {FOREVER:,} epochs", NOTHING)


def test_the_line_tells_what_happens(bar: Bar) -> None:
    assert (bar.text, bar.done) == ("Ready to train for 1,000,000 epochs", 0)
    bar.press("play")
    assert bar.text == "Loading the data…"
    bar.qtbot.waitUntil(lambda: bar.text.endswith("samples/s"))
    assert bar.text.startswith("epoch ")
    bar.press("play")
    bar.wait("paused")
    assert bar.text.startswith("Paused in epoch ")
    assert bar.text.endswith(" of 1,000,000")


def test_at_the_end_it_tells_how_well_it_does(short: Bar) -> None:
    short.press("play")
    with short.qtbot.waitSignal(short.trainer.ended):
        pass
    accuracy = short.document.project.history.epochs[-1].val_accuracy
    assert short.text == f"2 of 2 epochs done · validation {100 * accuracy:.1f}{THIN}%"
    assert short.done == 1000


def test_an_opened_project_tells_how_far_it_is(short: Bar) -> None:
    project = trained(points_design(epochs=3))
    more = edits.set_training(project.design, project.design.training.replace(epochs=12))
    short.document.open(Project(more, project.trained, project.history), None)
    assert short.text.startswith("3 of 12 epochs done · validation ")
    assert short.done == 250


def test_without_validation_only_epochs_are_told(short: Bar) -> None:
    design = points_design(epochs=1)
    alone = edits.set_data(design, design.data.replace(validation_split=0.0))
    short.document.open(trained(alone), None)
    assert short.text == "1 of 1 epochs done"


def test_after_an_edit_of_the_layers_it_tells_what_play_does(bar: Bar) -> None:
    told = "Changed since it was trained: Play goes on with the weights that fit"
    for over in (bar.trainer.reset, bar.document.undo, bar.trainer.play):
        with bar.qtbot.waitSignal(bar.trainer.epoch_done):
            bar.trainer.play()
        bar.edit_layers()
        bar.wait("idle")
        assert bar.text == told
        over()
        assert bar.text != told
        bar.trainer.stop()
        bar.wait("idle")


def test_the_learning_rate_applies_at_once_and_is_one_edit(bar: Bar) -> None:
    with bar.qtbot.waitSignal(bar.trainer.epoch_done):
        bar.press("play")
    bar.type_rate("1e-30")
    bar.rate.settled.emit()
    assert bar.document.design.training.optimizer.lr == 1e-30
    n = len(bar.trainer.history.epochs)
    bar.qtbot.waitUntil(lambda: len(bar.trainer.history.epochs) > n + 2)
    one, other = bar.trainer.history.epochs[-2:]
    assert one.val_loss == other.val_loss
    assert bar.document.undo_text == "set learning rate"
    bar.document.undo()
    assert bar.document.design.training.optimizer.lr == 0.01
    assert not bar.document.can_undo
    assert bar.rate.value() == 0.01


def test_two_strokes_of_the_learning_rate_are_two_edits(bar: Bar) -> None:
    bar.type_rate("0.25")
    bar.rate.editingFinished.emit()
    bar.type_rate("0.5")
    bar.document.undo()
    assert bar.document.design.training.optimizer.lr == 0.25


def test_a_rate_that_cannot_be_is_explained_and_changes_nothing(bar: Bar) -> None:
    bar.type_rate("-1")
    assert (bar.rate.toolTip(), bar.rate.property("invalid")) == ("Expected a number above 0, received -1.0.", True)
    assert bar.document.design.training.optimizer.lr == 0.01
    bar.type_rate("0.02")
    assert bar.rate.property("invalid") is False
    assert "next batch" in bar.rate.toolTip()
    assert bar.document.design.training.optimizer.lr == 0.02


def test_the_rate_shows_what_others_set(bar: Bar) -> None:
    training = bar.document.design.training.replace(optimizer=SGD(lr=0.75))
    bar.document.edit(edits.set_training(bar.document.design, training), "set optimizer")
    assert bar.rate.value() == 0.75
    bar.type_rate("0.5")
    assert bar.document.design.training.optimizer == SGD(lr=0.5)


@pytest.mark.parametrize(
    ("rate", "left", "told"),
    [
        (0.0, 700, "epoch 13 of 20"),
        (41_234.0, 247_404, "epoch 13 of 20 · 6 s left · 41,200 samples/s"),
        (7.2, 36_000, "epoch 13 of 20 · 83 min left · 7 samples/s"),
        (100.0, 1_000_000, "epoch 13 of 20 · 2.8 h left · 100 samples/s"),
        (1_236.0, 0, "epoch 13 of 20 · 0 s left · 1,240 samples/s"),
    ],
)
def test_progress_in_words(rate: float, left: int, told: str) -> None:
    assert progress_text(Progress(13, 5, 10, 20, rate, left)) == told


def test_the_share_counts_the_batches_of_the_epoch_that_runs() -> None:
    assert Progress(13, 5, 10, 20, 0.0, 0).share == pytest.approx(12.5 / 20)
    assert Progress(13, 5, 10, 10, 0.0, 0).share == 1.0


def test_the_bar_follows_the_progress(bar: Bar) -> None:
    bar.trainer.progressed.emit(Progress(3, 5, 10, 10, 0.0, 0))
    assert bar.done == 250


def test_what_is_not_saved_has_a_dot_and_says_so(bar: Bar) -> None:
    name = bar.transport.findChild(ProjectName, "projectName")
    bar.transport.show_name("digits", unsaved=False)
    saved, quiet = (name.toolTip(), name.accessibleName()), name.grab().toImage()
    bar.transport.show_name("digits", unsaved=True)
    assert saved == ("digits (saved)", "Project digits, saved")
    assert (name.toolTip(), name.accessibleName()) == ("digits (not saved)", "Project digits, not saved")
    assert name.grab().toImage() != quiet


def test_a_long_name_stays_short(bar: Bar) -> None:
    name = bar.transport.findChild(ProjectName, "projectName")
    bar.transport.show_name("d" * 200, unsaved=True)
    assert name.width() == ProjectName.WIDEST + 22
    assert "d" * 200 in name.toolTip()


def test_a_problem_in_the_line_has_an_icon_and_its_whole_text_as_a_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(300, 30)
    label.tell("It learns " * 20)
    plain = label.grab().toImage()
    label.tell("It learns " * 20, "error")
    assert label.grab().toImage() != plain
    assert label.toolTip() == label.accessibleName() == "It learns " * 20


def test_the_play_button_follows_the_theme(bar: Bar) -> None:
    light = bar.button("play").icon().pixmap(16, 16).toImage()
    theme.manager().choose("dark")
    assert bar.button("play").icon().pixmap(16, 16).toImage() != light


def test_a_narrow_bar_leaves_texts_out(bar: Bar) -> None:
    step = bar.transport.findChild(QToolButton, "button_train.step")
    bar.transport.show()
    bar.transport.resize(WIDE - 1, 60)
    assert step.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert step.toolTip().startswith("Train on one batch")
    bar.transport.resize(WIDE, 60)
    assert step.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
