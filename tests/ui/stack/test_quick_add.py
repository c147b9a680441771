from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.project import edits
from slugstudio.ui import theme
from slugstudio.ui.document import Document
from slugstudio.ui.stack.quick_add import QuickAdd
from slugstudio.ui.stack.view import StackView

STARTER = ["convolution_1", "max_pooling_1", "flatten_1", "dropout_1", "dense_1", "dense_2"]
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def window(document: Document, qtbot: QtBot) -> QWidget:
    """Return a window with a stack, which has the focus, and another line that could have it."""
    window = QWidget()
    window.stack = StackView(document)
    window.other = QLineEdit()
    column = QVBoxLayout(window)
    column.addWidget(window.stack)
    column.addWidget(window.other)
    window.quick = QuickAdd(window.stack, document)
    window.resize(700, 700)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.stack.setFocus()
    return window


def names(document: Document) -> list[str]:
    return [entry.name for entry in document.design.layers]


def shown(window: QWidget) -> list[str]:
    entries = window.quick.box.list
    return [entries.item(row).text() for row in range(entries.count())]


def gap(window: QWidget, place: int) -> QPoint:
    return QPoint(window.stack.viewport().width() // 2 + 60, window.stack.gap_middle(place))


def hover(window: QWidget, point: QPoint, buttons: Qt.MouseButton = NO_BUTTON) -> None:
    viewport = window.stack.viewport()
    place, on_screen = QPointF(point), QPointF(viewport.mapToGlobal(point))
    move = QMouseEvent(QEvent.Type.MouseMove, place, on_screen, NO_BUTTON, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, move)


@pytest.mark.parametrize("place", range(len(STARTER) + 1))
def test_the_plus_between_two_cards_adds_there(window: QWidget, document: Document, place: int, qtbot: QtBot) -> None:
    window.stack.scrollTo(window.stack.model().index(place))
    hover(window, gap(window, place))
    assert window.quick.button.isVisible()
    qtbot.mouseClick(window.quick.button, LEFT)
    assert window.stack.gap_row == place + 1
    qtbot.keyClicks(window.quick.box.line, "tanh")
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Return)
    assert names(document) == [*STARTER[:place], "activation_layer_1", *STARTER[place:]]
    assert document.selection == (document.design.ids[place],)
    assert (window.quick.box.isVisible(), window.stack.hasFocus(), window.stack.gap_row) == (False, True, None)
    document.undo()
    assert names(document) == STARTER


def test_the_plus_is_not_over_a_card_nor_beside_the_stack_nor_while_a_button_is_pressed(
    window: QWidget,
) -> None:
    hover(window, gap(window, 1))
    assert window.quick.button.isVisible()
    hover(window, gap(window, 1) + QPoint(0, 30))
    assert not window.quick.button.isVisible()
    hover(window, QPoint(3, window.stack.gap_middle(1)))
    assert not window.quick.button.isVisible()
    hover(window, gap(window, 1), LEFT)
    assert not window.quick.button.isVisible()
    window.resize(700, 300)
    hover(window, gap(window, 1))
    assert window.quick.button.isVisible()
    window.stack.verticalScrollBar().setValue(20)
    assert not window.quick.button.isVisible()


def test_typing_over_the_stack_asks_with_that_letter_and_adds_below_the_selection(
    window: QWidget, document: Document, qtbot: QtBot
) -> None:
    document.select(document.design.ids[:1])
    qtbot.keyClick(window.stack, Qt.Key.Key_D)
    line = window.quick.box.line
    assert (line.text(), line.hasFocus()) == ("d", True)
    qtbot.keyClicks(line, "ro")
    assert shown(window)[0] == "Dropout"
    qtbot.keyClick(line, Qt.Key.Key_Enter)
    assert names(document)[1] == "dropout_2"
    assert window.stack.hasFocus()


def test_without_a_selection_it_adds_before_the_output(window: QWidget, document: Document, qtbot: QtBot) -> None:
    window.quick.action.trigger()
    qtbot.keyClicks(window.quick.box.line, "bn")
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Return)
    assert names(document)[-2:] == ["batch_normalization_1", "dense_2"]


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Insert, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_its_keys_open_it_empty(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier, qtbot: QtBot) -> None:
    qtbot.keyClick(window.stack, key, modifier)
    assert (window.quick.box.isVisible(), window.quick.box.line.text()) == (True, "")
    assert "Dense" in shown(window)
    assert "Digits" not in shown(window)  # data have no place of their own


def test_escape_closes_it_and_gives_the_focus_back(window: QWidget, document: Document, qtbot: QtBot) -> None:
    window.quick.open("den")
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Escape)
    assert (window.quick.box.isVisible(), window.stack.hasFocus(), window.stack.gap_row) == (False, True, None)
    assert names(document) == STARTER


def test_a_click_elsewhere_closes_it_and_keeps_the_focus_there(window: QWidget, qtbot: QtBot) -> None:
    window.quick.open("den")
    window.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert (window.quick.box.isVisible(), window.other.hasFocus()) == (False, True)


def test_the_arrow_keys_go_through_the_list_and_stop_at_its_ends(
    window: QWidget, document: Document, qtbot: QtBot
) -> None:
    window.quick.open("pool")
    line, everything = window.quick.box.line, shown(window)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Down):
        qtbot.keyClick(line, key)
    assert line.accessibleDescription() == everything[-1]
    qtbot.keyClick(line, Qt.Key.Key_PageUp)
    assert line.accessibleDescription() == everything[0]
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    added = document.entry(document.selection[0])
    assert added.layer.label == everything[1]


def test_a_click_on_an_entry_adds_it(window: QWidget, document: Document, qtbot: QtBot) -> None:
    window.quick.open("flatten")
    entries = window.quick.box.list
    qtbot.mouseClick(entries.viewport(), LEFT, pos=entries.visualItemRect(entries.item(0)).center())
    assert "flatten_2" in names(document)


def test_where_nothing_is_found_it_says_so_and_enter_does_nothing(
    window: QWidget, document: Document, qtbot: QtBot
) -> None:
    window.quick.open("zebra")
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Return)
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Down)
    assert window.quick.box.isVisible()
    assert "Nothing has that" in window.quick.box.line.accessibleDescription()
    assert names(document) == STARTER


@pytest.mark.parametrize("size", [(700, 700), (360, 300), (1024, 400)])
def test_the_box_stays_inside_the_window(window: QWidget, size: tuple[int, int], qtbot: QtBot) -> None:
    window.resize(*size)
    for place in range(len(STARTER) + 1):
        window.quick._open(place, "")
        assert window.rect().contains(window.quick.box.geometry())


def test_the_box_leaves_the_place_of_the_new_layer_in_sight(window: QWidget, qtbot: QtBot) -> None:
    for place in range(len(STARTER) + 1):
        window.quick._open(place, "pool")
        mark = window.stack.viewport().mapTo(window, QPoint(0, window.stack.gap_middle(place))).y()
        box = window.quick.box.geometry()
        assert not box.top() <= mark <= box.bottom()
        qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Backspace)  # more is found, so it grows
        box = window.quick.box.geometry()
        assert not box.top() <= mark <= box.bottom()


def test_an_edit_under_the_open_box_closes_it(window: QWidget, document: Document) -> None:
    window.quick.open("")
    document.edit(edits.remove_layers(document.design, document.design.ids[:1]), "delete")
    assert not window.quick.box.isVisible()
    assert window.stack.gap_row is None


def test_the_first_layer_of_an_empty_stack(window: QWidget, document: Document, qtbot: QtBot) -> None:
    document.edit(edits.remove_layers(document.design, document.design.ids), "delete")
    qtbot.keyClick(window.stack, Qt.Key.Key_F)
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_L)
    qtbot.keyClick(window.quick.box.line, Qt.Key.Key_Return)
    assert names(document) == ["flatten_1"]


def test_the_plus_has_the_accent_of_the_theme(window: QWidget) -> None:
    for shown_theme in (theme.DARK, theme.LIGHT):
        theme.manager().choose(shown_theme.name)
        hover(window, gap(window, 2))
        image = window.quick.button.grab().toImage()
        assert QColor(image.pixelColor(11, 3)).name() in (shown_theme.accent.name(), shown_theme.accent_hover.name())


def test_f1_shows_what_the_selected_entry_does_and_typing_goes_on(window: QWidget, qtbot: QtBot) -> None:
    window.quick.open("max")
    box = window.quick.box
    qtbot.keyClick(box.line, Qt.Key.Key_F1)
    assert (box.pictures.card.isVisible(), box.pictures.card.title.text()) == (True, "Max pooling")
    qtbot.waitUntil(lambda: box.pictures.card.picture.shown is not None)
    assert box.line.hasFocus()
    qtbot.keyClicks(box.line, " pool")
    assert not box.pictures.card.isVisible()
    qtbot.keyClick(box.line, Qt.Key.Key_F1)
    qtbot.keyClick(box.line, Qt.Key.Key_Escape)
    assert not box.pictures.card.isVisible()
