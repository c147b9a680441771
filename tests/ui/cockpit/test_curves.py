"""The curves as they show: what is drawn, what is read off, and what the mouse does."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from slugstudio.engine.metrics import F1, Accuracy
from slugstudio.engine.train import TrainSettings
from slugstudio.project.history import EpochRow, History
from slugstudio.ui import theme
from slugstudio.ui.cockpit.curves import SHORT_FIT, WORDS_FIT, CurvesPane, Legend
from slugstudio.ui.cockpit.drawn import LOSS, metrics_of

THIN = "\u202f"
NONE = "–"


def past(n_epochs: int = 4, n_batches: int = 5) -> History:
    rows = [
        EpochRow(e, e * n_batches, 1 / e, 1 - 1 / (e + 1), 2 / e, 0.9 - 0.5 / e, 0.1) for e in range(1, n_epochs + 1)
    ]
    n = n_epochs * n_batches
    return History.of(np.arange(1, n + 1), np.linspace(1, 0.25, n), np.linspace(0.5, 0.8, n), rows, [1])


def made(qtbot: QtBot, metric: str) -> CurvesPane:
    pane = CurvesPane([LOSS] if metric == "loss" else metrics_of(TrainSettings()))
    qtbot.addWidget(pane)
    pane.resize(500, 260)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


@pytest.fixture
def pane(qtbot: QtBot) -> CurvesPane:
    return made(qtbot, "loss")


def values(pane: CurvesPane) -> tuple[str, str, str]:
    return pane.training.text, pane.validation.text, pane._header.note


def points(pane: CurvesPane, key: str) -> tuple[np.ndarray, np.ndarray]:
    return pane.plot._curves[key].getOriginalDataset()


def range_of(pane: CurvesPane) -> tuple[list[float], list[float]]:
    x, y = pane.plot._item.getViewBox().viewRange()
    return x, y


def place_of(pane: CurvesPane, x: float) -> QPoint:
    """Return where the mouse has to be for an epoch."""
    box = pane.plot._item.getViewBox()
    at = box.mapViewToScene(QPointF(x, sum(range_of(pane)[1]) / 2))
    return pane.plot._view.mapFromScene(at)


def hover(pane: CurvesPane, x: float) -> None:
    place = place_of(pane, x)
    pane.plot._move(pane.plot._view.mapToScene(place))


def leave(pane: CurvesPane) -> None:
    QApplication.sendEvent(pane.plot._view.viewport(), QEvent(QEvent.Type.Leave))


def wheel(pane: CurvesPane) -> None:
    viewport, place = pane.plot._view.viewport(), QPointF(place_of(pane, 2.0))
    turn = QWheelEvent(
        place,
        QPointF(viewport.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, turn)


def test_before_the_first_batch_it_says_what_to_do(pane: CurvesPane) -> None:
    sentence = next(label for label in pane.findChildren(QLabel) if label.text() == "Press Play to see it learn.")
    pane.show_history(History(), 20)
    assert sentence.isVisible()
    assert values(pane) == (NONE, NONE, "")
    pane.show_history(past(), 20)
    assert not sentence.isVisible()


def test_both_curves_are_drawn_and_their_last_values_told(pane: CurvesPane) -> None:
    pane.show_history(past(), 20)
    x, y = points(pane, "training")
    np.testing.assert_allclose(x, np.arange(1, 21) / 5)
    np.testing.assert_allclose(y, np.linspace(1, 0.25, 20), rtol=1e-6)
    x, y = points(pane, "validation")
    np.testing.assert_allclose(x, [1, 2, 3, 4])
    np.testing.assert_allclose(y, [2, 1, 2 / 3, 0.5])
    assert values(pane) == ("0.250", "0.500", "")
    label = pane.findChild(QLabel, "loss_validation")
    assert label.accessibleName() == "validation loss 0.500"


def test_accuracy_is_in_percent_and_its_axis_ends_at_one(qtbot: QtBot) -> None:
    pane = made(qtbot, "accuracy")
    pane.show_history(past(), 20)
    assert values(pane) == (f"80.0{THIN}%", f"77.5{THIN}%", "")
    np.testing.assert_allclose(range_of(pane)[1], [0, 1.03])


def test_the_axes_reach_to_what_there_is(pane: CurvesPane) -> None:
    pane.show_history(past(), 20)
    np.testing.assert_allclose(range_of(pane), [[0, 5], [0, 2.06]])
    pane.show_history(past(n_epochs=12), 20)
    np.testing.assert_allclose(range_of(pane)[0], [0, 20])


def test_in_the_first_epoch_the_last_batch_is_told(pane: CurvesPane) -> None:
    pane.show_history(History.of([1, 2], [2.0, 1.5], [0, 0], [], [1]), 20)
    assert values(pane) == ("1.500", NONE, "")
    pane.show_history(History.of([1], [nan], [0], [], [1]), 20)
    assert values(pane) == (NONE, NONE, "")


def test_without_validation_its_value_is_left_out(pane: CurvesPane) -> None:
    rows = [EpochRow(1, 2, 0.5, 0.5, None, None, 0.1)]
    pane.show_history(History.of([1, 2], [1, 0.5], [0, 0], rows, [1]), 20)
    assert values(pane) == ("0.500", NONE, "")


@pytest.mark.parametrize(
    ("x", "told"),
    [
        (0.2, ("1.000", "2.000", "epoch 1")),
        (1.8, ("0.500", "1.000", "epoch 2")),
        (3.2, ("0.333", "0.667", "epoch 3")),
        (4.9, ("0.250", "0.500", "epoch 4")),
    ],
)
def test_the_mouse_reads_off_the_nearest_epoch(pane: CurvesPane, x: float, told: tuple[str, str, str]) -> None:
    pane.show_history(past(), 20)
    hover(pane, x)
    assert values(pane) == told
    assert pane.plot._cross.isVisible()
    assert pane.plot._cross.value() == float(told[2].removeprefix("epoch "))


def test_without_the_mouse_the_last_values_are_back(pane: CurvesPane) -> None:
    pane.show_history(past(), 20)
    hover(pane, 1.0)
    leave(pane)
    assert values(pane) == ("0.250", "0.500", "")
    assert not pane.plot._cross.isVisible()
    hover(pane, 1.0)
    pane.plot._move(QPointF(-5, -5))
    assert values(pane) == ("0.250", "0.500", "")


def test_what_the_mouse_reads_off_stays_while_the_training_goes_on(pane: CurvesPane) -> None:
    pane.show_history(past(), 20)
    hover(pane, 2.0)
    pane.show_history(past(n_epochs=5), 20)
    assert values(pane) == ("0.500", "1.000", "epoch 2")
    leave(pane)
    assert values(pane) == ("0.200", "0.400", "")


def test_the_mouse_over_an_empty_plot_reads_nothing(pane: CurvesPane) -> None:
    hover(pane, 0.5)
    pane.show_history(History(), 20)
    hover(pane, 0.5)
    assert values(pane) == (NONE, NONE, "")
    assert not pane.plot._cross.isVisible()


def test_a_zoomed_plot_stays_until_a_double_click(pane: CurvesPane, qtbot: QtBot) -> None:
    pane.show_history(past(), 20)
    wheel(pane)
    zoomed = range_of(pane)
    assert zoomed[0][1] - zoomed[0][0] < 5
    np.testing.assert_allclose(zoomed[1], [0, 2.06])
    pane.show_history(past(n_epochs=12), 20)
    assert range_of(pane) == zoomed
    viewport = pane.plot._view.viewport()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
    np.testing.assert_allclose(range_of(pane)[0], [0, 20])


def test_a_narrow_pane_shortens_the_words_of_its_legend(pane: CurvesPane) -> None:
    label = pane.findChild(QLabel, "loss_training")
    assert label.text() == f"training <b>{NONE}</b>"
    pane.resize(WORDS_FIT - 1, 260)
    assert label.text() == f"train <b>{NONE}</b>"
    assert label.accessibleName() == f"training loss {NONE}"
    pane.resize(WORDS_FIT, 260)
    assert label.text() == f"training <b>{NONE}</b>"


def test_beside_a_choice_of_metrics_the_drawn_lines_alone_tell_which_value_is_which(qtbot: QtBot) -> None:
    pane = CurvesPane(metrics_of(TrainSettings(metrics=(Accuracy(), F1()))))
    qtbot.addWidget(pane)
    label = pane.findChild(QLabel, "accuracy_training")
    pane.resize(SHORT_FIT + pane.choice.sizeHint().width() - 1, 260)
    pane.show()
    assert label.text() == f"<b>{NONE}</b>"
    pane.resize(SHORT_FIT + pane.choice.sizeHint().width(), 260)
    assert label.text() == f"train <b>{NONE}</b>"


def test_the_lines_have_the_colours_of_the_theme(pane: CurvesPane) -> None:
    pane.show_history(past(), 20)

    def pens() -> list[QColor]:
        return [pane.plot._curves[key].opts["pen"].color() for key in ("training", "validation")]

    light = pens()
    assert light == [QColor(theme.LIGHT.accent), QColor(theme.LIGHT.validation)]
    theme.manager().choose("dark")
    assert pens() == [QColor(theme.DARK.accent), QColor(theme.DARK.validation)]
    assert pane.plot._curves["validation"].opts["pen"].dashPattern() == [4, 3]


def test_the_legend_draws_its_line(qtbot: QtBot) -> None:
    pictures = []
    for name in ("training", "validation"):
        legend = Legend(name, LOSS)
        qtbot.addWidget(legend)
        legend.resize(60, legend.height())
        pictures.append(legend.grab().toImage().copy(0, 0, 18, legend.height()))
    assert pictures[0] != pictures[1]


def test_the_marker_is_a_hairline_at_any_zoom(pane: CurvesPane) -> None:
    assert pane.plot._cross.pen.isCosmetic()


def test_the_x_axis_says_what_it_counts(pane: CurvesPane) -> None:
    axis = pane.plot._item.getAxis("bottom")
    assert axis.tickStrings([0, 20, 40], 1, 20) == ["0", "epoch 20", "40"]
    assert pane.plot._item.getAxis("left").tickStrings([0, 20, 40], 1, 20) == ["0", "20", "40"]
