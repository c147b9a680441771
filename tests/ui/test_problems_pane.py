"""The problems in the window: told in a list, mended by buttons, keys and the mark of a card, led to their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.datasets.preprocessing import Unchanged
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.initializations import HeNormal
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Dropout, Flatten, MaxPooling
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.schedules import CosineDecay
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice, Design
from slugstudio.ui import theme
from slugstudio.ui.document import DATA_CARD
from slugstudio.ui.main_window import MainWindow
from slugstudio.ui.problems_pane import MOST_SHOWN, apply_fix
from slugstudio.ui.stack.delegate import card_rect, mark_rect
from tests.project.made import stack

LEFT = Qt.MouseButton.LeftButton
BROKEN = stack(
    [Dropout(0.9), Flatten(), Dense(32, activation=ReLU()), Dense(3, activation=Softmax())],
    batch_size=7,
    optimizer=SGD(schedule=CosineDecay(9)),
)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """Return the window of the studio with a broken stack in the layout for building."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Project(BROKEN), None, "broken", settings)
    window.set_layout("build")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.cockpit.complete is not None)
    window.guide.show_pane()
    yield window
    window._closing = True
    window.close()
    window.deleteLater()


def become(window: MainWindow, design: Design) -> None:
    window.document.edit(design, "break")


def button(window: MainWindow, text: str) -> QPushButton:
    return next(b for card in window.problems.cards for b in card.findChildren(QPushButton) if b.text() == text)


def said(window: MainWindow) -> list[str]:
    return [card.accessibleName() for card in window.problems.cards]


def test_problems_are_listed_with_their_fixes(window: MainWindow) -> None:
    error, warning = window.problems.cards
    assert error.accessibleName().startswith("Error, dense_2: The last layer gives 3 values")
    assert [b.text() for b in error.findChildren(QPushButton)] == [
        "Set dense_2 to 10 units",
        "Add an output layer: Dense of 10",
    ]
    assert warning.accessibleName().startswith("Warning, Training: The learning rate runs down to 0")
    assert window.problems.cards[0].hasFocus()
    assert window.document.selection == (BROKEN.ids[-1],)


def test_a_fix_is_one_step_with_a_name(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(button(window, "Set dense_2 to 10 units"), LEFT)
    assert window.document.design.layers[-1].layer.outshape == 10
    assert window.document.undo_text == "set dense_2 to 10 units"
    assert [text.partition(":")[0] for text in said(window)] == ["Warning, dropout_1", "Warning, Training"]
    window.document.undo()
    assert window.document.design == BROKEN


def test_when_all_is_mended_the_pane_says_so(window: MainWindow, qtbot: QtBot) -> None:
    while window.problems.cards:
        first = window.problems.cards[0].findChildren(QPushButton)[0]
        first.setFocus()
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert window.document.analysis.problems == ()
    assert window.problems.empty.isVisible()
    assert "No problems" in window.problems.empty.text()
    assert not window.guide.quick_fix.action.isEnabled()


def test_keys_go_from_problem_to_problem_and_to_the_field(window: MainWindow, qtbot: QtBot) -> None:
    first, second = window.problems.cards
    qtbot.keyClick(first, Qt.Key.Key_Up)
    assert first.hasFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_F12)  # means nothing here
    qtbot.keyClick(second, Qt.Key.Key_Return)
    focus = QApplication.focusWidget()
    assert focus.objectName() == "training_optimizer"
    assert window.properties.training_page.isVisible()


def test_a_click_leads_to_the_layer_or_to_the_field_of_the_data(window: MainWindow, qtbot: QtBot) -> None:
    window.document.select([])
    qtbot.mouseClick(window.problems.cards[0], LEFT, pos=QPoint(4, 4))
    assert window.document.selection == (BROKEN.ids[-1],)
    assert window.stack.hasFocus()
    qtbot.mouseClick(window.problems.cards[0], Qt.MouseButton.RightButton)
    layers = [Flatten(), Dense(10, activation=Softmax())]
    become(window, stack(layers, DataChoice(preprocessing=Unchanged())))
    qtbot.mouseClick(window.problems.cards[0], LEFT, pos=QPoint(4, 4))
    assert window.document.selection == (DATA_CARD,)
    assert QApplication.focusWidget().objectName() == "field_preprocessing"


def test_a_batch_size_is_found_though_a_layer_suffers(window: MainWindow, qtbot: QtBot) -> None:
    layers = [Flatten(), Dense(8), BatchNormalization(), Dense(10, activation=Softmax())]
    become(window, stack(layers, DataChoice(validation_split=0.0), batch_size=1))
    window.problems.chosen.emit(window.document.analysis.problems[0])
    assert window.document.selection == (window.document.design.ids[2],)
    assert QApplication.focusWidget().objectName() == "training_batch_size"


def test_a_hidden_pane_lists_nothing_until_it_shows(window: MainWindow) -> None:
    before = said(window)
    window.workspace.show_pane("code")
    window.problems.hide()
    become(window, stack([Dense(3)]))
    assert said(window) == before
    window.problems.show()
    assert said(window)[0].startswith("Error, dense_1: Dense needs a vector")


def test_a_fix_of_an_earlier_design_does_not_bring_that_back(window: MainWindow) -> None:
    (problem, _) = window.document.analysis.problems
    wider = edits.replace_layer(BROKEN, BROKEN.ids[-1], Dense(4, activation=Softmax(), init=HeNormal()))
    become(window, edits.replace_layer(wider, BROKEN.ids[0], Dropout(0.1)))
    apply_fix(window.document, problem, str(problem.fixes[0].text))
    assert window.document.design.layers[0].layer == Dropout(0.1)
    assert window.document.design.layers[-1].layer == Dense(10, activation=Softmax(), init=HeNormal())
    now = window.document.design
    apply_fix(window.document, problem, str(problem.fixes[0].text))
    assert window.document.design == now


def test_many_problems_are_counted(window: MainWindow) -> None:
    layers = [Flatten(), *[Dropout(0.9)] * (MOST_SHOWN + 3), Dense(10, activation=Softmax())]
    become(window, stack(layers))
    assert len(window.problems.cards) == MOST_SHOWN
    assert window.problems._more.text() == "and 3 more"


def test_a_card_that_says_the_same_stays_and_mends_the_design_of_now(window: MainWindow, qtbot: QtBot) -> None:
    layers = [Flatten(), Dropout(0.9), Dropout(0.95), Dense(10, activation=Softmax())]
    become(window, stack(layers))
    _, second = window.problems.cards
    changed = edits.replace_layer(window.document.design, window.document.design.ids[1], Dropout(0.1))
    become(window, edits.set_training(changed, changed.training.replace(epochs=77)))
    assert window.problems.cards == [second]
    assert second.objectName() == "problem0"
    qtbot.mouseClick(second.findChild(QPushButton, "problem0_fix0"), LEFT)
    assert window.document.design.training.epochs == 77
    assert [entry.layer for entry in window.document.design.layers][1:3] == [Dropout(0.1), Dropout(0.5)]


def menu(window: MainWindow) -> QMenu:
    return next(each for each in window.stack.findChildren(QMenu, "quickFixes") if each.isVisible())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("by", ["key", "mark"])
def test_a_card_offers_its_fixes(window: MainWindow, qtbot: QtBot, by: str) -> None:
    become(window, stack([MaxPooling(4), Convolution(4, 5), Flatten(), Dense(10, activation=Softmax())]))
    broken = window.document.design.ids[1]
    window.document.select([broken])
    window.stack.setFocus()
    if by == "key":
        window.guide.quick_fix.action.trigger()
    else:
        index = window.stack.stack_model.index(2)
        spot = mark_rect(card_rect(window.stack.visualRect(index), first=False)).center().toPoint()
        qtbot.mouseClick(window.stack.viewport(), LEFT, pos=spot)
    shown = menu(window)
    assert [entry.text() for entry in shown.actions()] == [
        "convolution_1", "Use same padding", "Use a 2×2 kernel", "Delete convolution_1",
    ]  # fmt: skip
    assert shown.activeAction().text() == "Use same padding"
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert window.document.design.layers[1].layer.padding == "same"
    assert window.document.undo_text == "use same padding"


def test_the_rest_of_a_card_offers_nothing(window: MainWindow, qtbot: QtBot) -> None:
    index = window.stack.stack_model.index(4)
    spot = card_rect(window.stack.visualRect(index), first=False).center()
    qtbot.mouseClick(window.stack.viewport(), LEFT, pos=spot)
    assert not window.stack.findChildren(QMenu, "quickFixes")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_where_nothing_is_selected_the_first_problem_is_offered(window: MainWindow) -> None:
    window.document.select([])
    window.guide.quick_fix.action.trigger()
    assert menu(window).actions()[0].text() == "dense_2"
    menu(window).close()


def test_icons_follow_the_theme(window: MainWindow) -> None:
    icon = window.problems.cards[0]._icon
    before = icon.pixmap().toImage()
    theme.manager().choose("dark" if not theme.current().is_dark else "light")
    assert icon.pixmap().toImage() != before


def test_fixes_lie_below_one_another_where_there_is_no_room(window: MainWindow) -> None:
    first, second = window.problems.cards[0].findChildren(QPushButton)
    for width, below in ((900, False), (260, True)):
        window.problems.cards[0].resize(width, 200)
        window.problems.cards[0].layout().activate()
        assert (second.y() > first.y()) == below


def test_who_mends_by_keys_goes_on_where_they_were(window: MainWindow) -> None:
    window.problems.focus_first()
    become(window, stack([Flatten(), Dense(3, activation=Softmax())]))
    assert window.problems.cards[0].hasFocus()
