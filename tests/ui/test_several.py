from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.engine.loss import Hinge, MeanSquaredError
from slugstudio.engine.metrics import F1, MAE, Accuracy, Metric, Precision, TopKAccuracy
from slugstudio.engine.train import TrainSettings
from slugstudio.project.templates import template
from slugstudio.ui import icons, theme
from slugstudio.ui.document import Document
from slugstudio.ui.editors import ChoiceEditor, NumberEditor
from slugstudio.ui.field_row import tooltip
from slugstudio.ui.forms import DeclaredForm
from slugstudio.ui.properties import Properties
from slugstudio.ui.several import SeveralEditor


class Bench:
    """The form of training settings with what it told of the metrics."""

    def __init__(self, qtbot: QtBot, *metrics: Metric) -> None:
        self.qtbot = qtbot
        self.form = DeclaredForm("field")
        qtbot.addWidget(self.form)
        self.form.load(TrainSettings(metrics=metrics))
        self.told: list[tuple[tuple[Metric, ...], str]] = []
        self.form.edited.connect(lambda _name, declared, key: self.told.append((declared.metrics, key)))
        self.editor: SeveralEditor = self.find("metrics", SeveralEditor)

    def find(self, name: str, kind: type[Any] = QWidget) -> Any:
        found = [widget for widget in self.form.findChildren(kind, f"field_{name}") if widget.isVisibleTo(self.form)]
        assert len(found) == 1, name
        return found[0]

    def show(self) -> None:
        self.form.resize(300, 900)
        self.form.show()
        self.qtbot.waitExposed(self.form)
        self.form.activateWindow()
        self.qtbot.waitUntil(self.form.isActiveWindow)

    def offered(self) -> dict[str, QAction]:
        menu = self.find("metrics_add", QPushButton).menu()
        menu.aboutToShow.emit()
        return {action.text(): action for action in menu.actions()}

    def remove(self, place: int) -> None:
        self.find(f"metrics_{place}_remove", QToolButton).click()

    def labels(self) -> list[str]:
        texts = [cls.label for cls in Metric.kinds.values()]
        labels = self.editor.findChildren(QLabel)
        return [label.text() for label in labels if label.text() in texts and label.isVisibleTo(self.form)]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, Accuracy())


def test_each_metric_is_there_with_a_button_that_removes_it(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Accuracy(), TopKAccuracy(3), F1())
    assert bench.labels() == ["Accuracy", "Top-k accuracy", "F1"]
    assert bench.find("metrics_1_k", NumberEditor).value() == 3
    bench.remove(0)
    assert bench.labels() == ["Top-k accuracy", "F1"]
    assert bench.told == [((TopKAccuracy(3), F1()), "")]
    bench.remove(1)
    bench.remove(0)
    assert (bench.labels(), bench.told[-1]) == ([], ((), ""))


def test_what_is_chosen_from_the_menu_is_added(bench: Bench) -> None:
    bench.offered()["Precision"].trigger()
    bench.offered()["Top-k accuracy"].trigger()
    assert bench.labels() == ["Accuracy", "Precision", "Top-k accuracy"]
    assert bench.told == [((Accuracy(), Precision()), ""), ((Accuracy(), Precision(), TopKAccuracy()), "")]


def test_only_what_can_be_added_is_offered_and_what_cannot_says_why(bench: Bench) -> None:
    offered = bench.offered()
    enabled = [text for text, action in offered.items() if action.isEnabled()]
    assert enabled == ["Top-k accuracy", "Precision", "Recall", "F1"]
    assert offered["Accuracy"].toolTip() == "expected each metric once, received Accuracy twice; take one out."
    assert offered["MAE"].toolTip().startswith("MAE judges numbers, but ")
    assert offered["F1"].toolTip() == F1.summary()
    bench.find("loss", ChoiceEditor).setCurrentText(MeanSquaredError.label)
    offered = bench.offered()
    assert [text for text, action in offered.items() if not action.isEnabled()] == ["Accuracy"]
    offered["MAE"].trigger()
    assert bench.told[-1] == ((Accuracy(), MAE()), "")


def test_another_loss_is_taken_and_leaves_out_the_metrics_that_cannot_judge_it(bench: Bench) -> None:
    bench.find("loss", ChoiceEditor).setCurrentText(MeanSquaredError.label)
    bench.offered()["MAE"].trigger()
    assert bench.labels() == ["Accuracy", "MAE"]
    bench.find("loss", ChoiceEditor).setCurrentText("Hinge")
    assert bench.form.declared == TrainSettings(loss=Hinge(), metrics=(Accuracy(),))
    bench.form.follow(bench.form.declared)  # as the document does after each edit
    assert bench.labels() == ["Accuracy"]


def test_the_fields_of_a_metric_change_it_and_a_stroke_of_changes_has_one_key(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Accuracy(), TopKAccuracy(3))
    number = bench.find("metrics_1_k", NumberEditor)
    qtbot.keyClick(number, Qt.Key.Key_Up)
    qtbot.keyClick(number, Qt.Key.Key_Up)
    assert [metrics for metrics, _ in bench.told] == [(Accuracy(), TopKAccuracy(4)), (Accuracy(), TopKAccuracy(5))]
    assert bench.told[0][1] == bench.told[1][1] != ""
    with qtbot.waitSignal(bench.form.settled):
        number.editingFinished.emit()


def test_the_same_metric_twice_is_refused_in_words(qtbot: QtBot) -> None:
    bench = Bench(qtbot, TopKAccuracy(2), TopKAccuracy(3))
    qtbot.keyClick(bench.find("metrics_1_k", NumberEditor), Qt.Key.Key_Down)
    assert bench.find("metrics_message", QLabel).text() == (
        "Expected each metric once, received Top-2 accuracy twice; take one out."
    )
    assert bench.told == []


def test_a_change_from_elsewhere_is_shown_without_telling_of_it(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Accuracy(), TopKAccuracy(3))
    number = bench.find("metrics_1_k", NumberEditor)
    bench.form.follow(TrainSettings(metrics=(Accuracy(), TopKAccuracy(7))))
    assert bench.find("metrics_1_k", NumberEditor) is number
    assert number.value() == 7
    bench.form.follow(TrainSettings(metrics=(F1(),)))
    assert bench.labels() == ["F1"]
    assert bench.told == []


def test_the_keyboard_goes_on_where_a_metric_was_removed_or_added(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Accuracy(), Precision(), F1())
    bench.show()
    button = bench.find("metrics_1_remove", QToolButton)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert bench.labels() == ["Accuracy", "F1"]
    assert QApplication.focusWidget() is bench.find("metrics_1_remove", QToolButton)
    bench.remove(1)
    assert QApplication.focusWidget() is bench.editor.add_button
    bench.offered()["Recall"].trigger()
    assert QApplication.focusWidget() is bench.editor.add_button


def test_buttons_say_what_they_do_and_the_editor_what_it_is_for(bench: Bench) -> None:
    assert bench.find("metrics_0_remove", QToolButton).accessibleName() == "Remove Accuracy"
    assert bench.editor.add_button.accessibleName() == "Add to the metrics"
    assert bench.editor.accessibleName() == "Metrics"
    field = next(row.field for row in bench.form._rows.values() if row.field.name == "metrics")
    assert bench.editor.toolTip() == tooltip(field)
    assert tooltip(field).endswith("Default: Accuracy.")


def test_icons_follow_the_theme(bench: Bench) -> None:
    button = bench.find("metrics_0_remove", QToolButton)
    light = button.icon().pixmap(icons.SIZE).toImage()
    theme.manager().choose("dark")
    assert button.icon().pixmap(icons.SIZE).toImage() != light


def test_the_training_settings_of_a_project_get_the_metrics(qtbot: QtBot) -> None:
    document = Document(template("digits-mlp"))
    properties = Properties(document)
    qtbot.addWidget(properties)
    editor = properties.findChild(SeveralEditor, "training_metrics")
    next(action for action in editor.add_button.menu().actions() if action.text() == "F1").trigger()
    assert document.design.training.metrics == (Accuracy(), F1())
    assert document.undo_text == "set metrics"
    document.undo()
    assert document.design.training.metrics == (Accuracy(),)
    assert len(editor._items) == 1


def test_they_are_put_in_another_order(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Accuracy(), TopKAccuracy(3), F1())
    bench.show()
    assert not bench.find("metrics_0_up").isEnabled()
    assert not bench.find("metrics_2_down").isEnabled()
    bench.find("metrics_1_up", QToolButton).click()
    assert bench.told[-1] == ((TopKAccuracy(3), Accuracy(), F1()), "")
    assert bench.labels() == ["Top-k accuracy", "Accuracy", "F1"]
    bench.find("metrics_1_remove").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert bench.told[-1][0] == (TopKAccuracy(3), F1(), Accuracy())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert bench.told[-1][0] == (TopKAccuracy(3), F1(), Accuracy())
