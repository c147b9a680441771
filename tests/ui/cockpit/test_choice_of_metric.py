"""Which metric the second plot draws."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.metrics import F1, MAE, R2, Accuracy, Metric, TopKAccuracy
from slugstudio.engine.train import TrainSettings
from slugstudio.project import edits
from slugstudio.project.history import EpochRow, History
from slugstudio.project.templates import template
from slugstudio.ui.cockpit.curves import CurvesPane
from slugstudio.ui.cockpit.drawn import metrics_of
from slugstudio.ui.cockpit.history_curves import curves
from slugstudio.ui.cockpit.pane import Cockpit
from slugstudio.ui.document import Document
from slugstudio.ui.trainer import Trainer

NONE = "–"


def row(epoch: int, told: dict[str, float], val: dict[str, float]) -> EpochRow:
    return EpochRow(epoch, 2 * epoch, 0.5, 0.75, 0.5, 0.5, 0.1, told, val)


def history(*rows: EpochRow) -> History:
    n = 2 * len(rows) + 1
    return History.of(np.arange(1, n + 1), [0.5] * n, [0.75] * n, rows, [1])


PAST = history(row(1, {"f1": 0.25, "r2": -2.0}, {"f1": 0.5, "r2": -4.0}), row(2, {"f1": 0.5, "r2": 0.5}, {"f1": 0.625}))


def settings(*metrics: Metric) -> TrainSettings:
    return TrainSettings(loss=MeanSquaredError(), metrics=metrics)


def made(qtbot: QtBot, *metrics: Metric) -> CurvesPane:
    pane = CurvesPane(metrics_of(settings(*metrics)))
    qtbot.addWidget(pane)
    pane.resize(500, 260)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def offered(pane: CurvesPane) -> list[str]:
    return [pane.choice.itemText(place) for place in range(pane.choice.count())]


def points(pane: CurvesPane, key: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = pane.plot._curves[key].getOriginalDataset()
    return (np.empty(0), np.empty(0)) if x is None else (x, y)


def height_of(pane: CurvesPane) -> list[float]:
    found: Any = pane.plot._item.getViewBox().viewRange()[1]
    return list(found)


def test_epochs_tell_the_curves_of_a_metric() -> None:
    found = curves(PAST, "f1")
    np.testing.assert_array_equal(found.x_training, [1, 2])
    np.testing.assert_array_equal(found.training, [0.25, 0.5])
    np.testing.assert_array_equal(found.training_epochs, [0.25, 0.5])
    np.testing.assert_array_equal(found.validation, [0.5, 0.625])
    assert (found.lowest, found.highest) == (0.0, 0.625)
    assert found.reached == curves(PAST, "loss").reached == 2.5  # all plots have the same axis


def test_epochs_that_do_not_tell_a_metric_leave_gaps() -> None:
    found = curves(PAST, "r2")
    np.testing.assert_array_equal(found.validation, [-4, nan])
    assert (found.lowest, found.highest) == (-4.0, 0.5)
    found = curves(history(row(1, {}, {}), row(2, {"mae": 3.0}, {})), "mae")
    np.testing.assert_array_equal(found.training, [nan, 3])
    np.testing.assert_array_equal(found.validation, [nan, nan])


def test_many_epochs_are_as_few_points_as_many_batches() -> None:
    rows = [row(epoch, {"f1": epoch / 1000}, {"f1": 0.5}) for epoch in range(1, 601)]
    found = curves(history(*rows), "f1")
    assert len(found.x_training) == len(found.training) == 150
    np.testing.assert_allclose(found.x_training[:2], [2.5, 6.5])  # the means of four epochs each
    np.testing.assert_allclose(found.training[:2], [0.0025, 0.0065])
    assert len(found.training_epochs) == len(found.validation) == 600


def test_a_metric_that_no_epoch_tells_has_no_curve() -> None:
    found = curves(PAST, "mae")
    assert len(found.training) == 0
    assert (found.lowest, found.highest, found.reached) == (0.0, 0.0, 2.5)


def test_one_metric_is_a_title_and_several_are_a_choice(qtbot: QtBot) -> None:
    pane = made(qtbot, Accuracy())
    assert (pane.choice.isHidden(), pane._header.title) == (True, "Accuracy")
    pane.offer(metrics_of(settings(F1(), Accuracy(), TopKAccuracy(3))))
    assert (pane.choice.isHidden(), pane._header.title) == (False, "")
    assert offered(pane) == ["F1", "Accuracy", "Top-3 accuracy"]
    assert pane.choice.currentText() == "Accuracy"
    assert pane.choice.accessibleName() == "Metric of the plot"
    pane.offer(metrics_of(settings(F1())))
    assert (pane.choice.isHidden(), pane._header.title) == (True, "F1")


def test_without_any_metric_it_is_the_accuracy(qtbot: QtBot) -> None:
    assert made(qtbot).drawn.name == "accuracy"


def test_the_accuracy_is_drawn_first_and_without_it_the_first(qtbot: QtBot) -> None:
    assert made(qtbot, F1(), Accuracy()).drawn.name == "accuracy"
    assert made(qtbot, F1(), MAE()).drawn.name == "f1"


def test_what_is_chosen_is_drawn_with_its_values_and_names(qtbot: QtBot) -> None:
    pane = made(qtbot, Accuracy(), F1(), R2())
    pane.show_history(PAST, 20)
    with qtbot.waitSignal(pane.chosen):
        pane.choice.setCurrentText("F1")
    assert (pane.training.text, pane.validation.text) == (NONE, NONE)  # until it is drawn
    pane.show_history(PAST, 20)
    np.testing.assert_array_equal(points(pane, "training"), [[1, 2], [0.25, 0.5]])
    np.testing.assert_array_equal(points(pane, "validation"), [[1, 2], [0.5, 0.625]])
    assert pane.training.text == "50.0\u202f%"
    assert pane.findChild(QLabel, "f1_validation").accessibleName() == "validation F1 62.5\u202f%"
    assert pane.plot.widget.accessibleName() == "F1 over the epochs"
    assert pane.choice.toolTip().startswith("F1. Choose what is drawn")
    assert pane.training.toolTip() == "Training F1"
    np.testing.assert_allclose(height_of(pane), [0, 1.03])
    pane.choice.setCurrentText("R²")
    pane.show_history(PAST, 20)
    assert (pane.training.text, pane.validation.text) == ("0.500", NONE)
    np.testing.assert_allclose(height_of(pane), [-4.12, 0.515])


def test_what_is_drawn_stays_while_it_is_offered(qtbot: QtBot) -> None:
    pane = made(qtbot, Accuracy(), F1())
    pane.choice.setCurrentText("F1")
    pane.offer(metrics_of(settings(Accuracy(), MAE(), F1())))
    assert (pane.drawn.name, pane.choice.currentText()) == ("f1", "F1")
    pane.offer(metrics_of(settings(MAE(), Accuracy())))
    assert pane.drawn.name == "accuracy"


def test_the_same_choices_again_change_nothing(qtbot: QtBot) -> None:
    pane = made(qtbot, Accuracy(), F1())
    pane.show_history(PAST, 20)
    pane.offer(metrics_of(settings(Accuracy(), F1())))
    assert pane.validation.text == "50.0\u202f%"


@pytest.mark.parametrize(
    ("past", "said"), [(History(), "Press Play to see it learn."), (PAST, "It shows after the next")]
)
def test_what_has_no_curve_says_when_it_will_have_one(qtbot: QtBot, past: History, said: str) -> None:
    pane = made(qtbot, MAE())
    pane.show_history(past, 20)
    sentence = next(label for label in pane.findChildren(QLabel) if label.text().startswith(said))
    assert sentence.isVisible()
    pane.show_history(history(row(1, {"mae": 3.0}, {})), 20)
    assert not sentence.isVisible()


def test_the_keyboard_chooses(qtbot: QtBot) -> None:
    pane = made(qtbot, Accuracy(), F1())
    qtbot.keyClick(pane.choice, Qt.Key.Key_Down)
    assert pane.drawn.name == "f1"


def test_the_cockpit_offers_what_the_training_settings_ask_for(qtbot: QtBot) -> None:
    document = Document(template("digits-mlp"))
    cockpit = Cockpit(document, Trainer(document))
    qtbot.addWidget(cockpit)
    change(document, F1(), Accuracy())  # before the plots are there
    qtbot.waitUntil(lambda: len(cockpit.curves) == 2)
    loss, metric = cockpit.curves
    assert offered(metric) == ["F1", "Accuracy"]
    assert loss.choice.isHidden()
    change(document, Accuracy(), TopKAccuracy(2))
    assert offered(metric) == ["Accuracy", "Top-2 accuracy"]
    document.undo()
    assert offered(metric) == ["F1", "Accuracy"]
    drawn = []
    metric.show_history = lambda *_: drawn.append(metric.drawn.name)  # type: ignore[method-assign]
    qtbot.waitUntil(lambda: not cockpit._stale)
    drawn.clear()
    metric.choice.setCurrentText("F1")
    qtbot.waitUntil(lambda: drawn == ["f1"])


def change(document: Document, *metrics: Metric) -> None:
    training = document.design.training.replace(metrics=metrics)
    document.edit(edits.set_training(document.design, training), "set metrics")


def test_there_is_room_for_the_whole_title_where_the_pane_is_wide(qtbot: QtBot) -> None:
    pane = made(qtbot, Accuracy(), TopKAccuracy(3))
    pane.choice.setCurrentText("Top-3 accuracy")
    box, option = pane.choice, QStyleOptionComboBox()
    qtbot.waitUntil(lambda: box.width() == box.sizeHint().width())
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box).width() - 4
    assert box.fontMetrics().horizontalAdvance("Top-3 accuracy") <= room
