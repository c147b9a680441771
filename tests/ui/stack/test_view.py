from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
)
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.engine.layers import Dropout
from slugstudio.project import clipboard, edits
from slugstudio.project.templates import template
from slugstudio.ui import theme
from slugstudio.ui.document import DATA_CARD, Document
from slugstudio.ui.stack import gap, mime
from slugstudio.ui.stack.delegate import HEIGHT
from slugstudio.ui.stack.model import Role
from slugstudio.ui.stack.view import StackView

STARTER = ["convolution_1", "max_pooling_1", "flatten_1", "dropout_1", "dense_1", "dense_2"]
LEFT, COPY = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
NONE, SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def stack(document: Document, qtbot: QtBot) -> StackView:
    view = StackView(document)
    view.resize(700, 700)
    qtbot.addWidget(view)
    with qtbot.waitActive(view):
        view.show()
    view.setFocus()
    return view


def names(document: Document) -> list[str]:
    return [entry.name for entry in document.design.layers]


def chosen(stack: StackView) -> list[str]:
    return sorted((index.data() for index in stack.selectedIndexes()), key=["Digits", *STARTER].index)


def middle(stack: StackView, row: int) -> QPoint:
    """Return the middle of a card."""
    bounds = stack.visualRect(stack.model().index(row))
    return QPoint(bounds.center().x(), bounds.bottom() - HEIGHT // 2 if row == 0 else bounds.top() + 3 + HEIGHT // 2)


def dragged(stack: StackView, rows: list[int]) -> QMimeData:
    """Return what the stack drags when these rows are taken."""
    ids = [stack.model().index(row).data(Role.ID) for row in rows]
    layers = [entry for entry in stack.editor.design.layers if entry.id in ids]
    return mime.of_layers(ids, stack._token, clipboard.text_of(layers))


# Drops


def test_a_kind_is_dropped_at_any_place(stack: StackView, document: Document) -> None:
    for place in range(len(STARTER) + 1):
        assert stack.drop(mime.of_kind("Dropout"), place)
        assert names(document) == [*STARTER[:place], "dropout_2", *STARTER[place:]]
        document.undo()


def test_layers_are_moved_to_any_place_in_one_step(stack: StackView, document: Document) -> None:
    for place in range(len(STARTER) + 1):
        assert stack.drop(dragged(stack, [2, 4]), place)
        moved = ["max_pooling_1", "dropout_1"]
        before = [name for name in STARTER[:place] if name not in moved]
        after = [name for name in STARTER[place:] if name not in moved]
        assert names(document) == [*before, *moved, *after]
        document.undo()
        assert names(document) == STARTER
        assert not document.can_undo


def test_what_is_no_layer_of_this_stack_is_refused(stack: StackView, document: Document) -> None:
    gone = dragged(stack, [1])
    document.edit(edits.remove_layers(document.design, document.design.ids[:1]), "delete")
    text = QMimeData()
    text.setText("Dropout")
    for data in (gone, mime.of_kind("Magic"), text, mime.of_layers([], stack._token, "")):
        assert not stack.drop(data, 0)
    assert names(document) == STARTER[1:]


@pytest.mark.parametrize("content", [b"{", b"{}", b"[1]", b"\xff", b'{"stack": 1, "ids": 2}'])
def test_what_others_call_layers_is_refused(stack: StackView, document: Document, content: bytes) -> None:
    for name in mime.FORMATS:
        data = QMimeData()
        data.setData(name, content)
        assert not stack.drop(data, 0)
    assert names(document) == STARTER


def test_the_place_follows_from_the_height(stack: StackView) -> None:
    assert stack.place_at(-100) == 0
    assert stack.place_at(middle(stack, 0).y()) == 0
    for row in range(1, 7):
        assert stack.place_at(middle(stack, row).y() - 2) == row - 1
        assert stack.place_at(middle(stack, row).y() + 2) == row
    assert stack.place_at(5000) == 6


def test_the_place_is_right_when_the_stack_is_scrolled(stack: StackView, qtbot: QtBot) -> None:
    stack.resize(700, 250)
    qtbot.waitUntil(lambda: stack.verticalScrollBar().maximum() > 0)
    stack.verticalScrollBar().setValue(stack.verticalScrollBar().maximum())
    assert stack.place_at(middle(stack, 5).y() + 2) == 5
    assert stack.place_at(0) == stack.place_at(1) > 1


def test_a_drag_opens_the_gap_and_the_drop_closes_it(stack: StackView, document: Document) -> None:
    data = mime.of_kind("Dropout")
    above_flatten = QPoint(300, middle(stack, 3).y() - 10)
    entering = QDragEnterEvent(above_flatten, COPY, data, LEFT, NONE)
    stack.dragEnterEvent(entering)
    assert (entering.isAccepted(), stack.gap_row) == (True, 3)
    moving = QDragMoveEvent(middle(stack, 6) + QPoint(0, 10), COPY, data, LEFT, NONE)
    stack.dragMoveEvent(moving)
    assert (moving.isAccepted(), stack.gap_row) == (True, 7)
    dropping = QDropEvent(QPointF(above_flatten), COPY, data, LEFT, NONE)
    stack.dropEvent(dropping)
    assert (dropping.isAccepted(), stack.gap_row) == (True, None)
    assert names(document)[2] == "dropout_2"
    assert stack.hasFocus()


def test_a_hand_that_trembles_at_the_edge_scrolls_and_the_gap_stays_below_it(
    stack: StackView, document: Document, qtbot: QtBot
) -> None:
    stack.resize(700, 250)
    qtbot.waitUntil(lambda: stack.verticalScrollBar().maximum() > 0)
    data, bar = mime.of_kind("Dropout"), stack.verticalScrollBar()
    edge = QPoint(300, stack.viewport().height() - 4)
    QCursor.setPos(stack.viewport().mapToGlobal(edge))
    QApplication.processEvents()  # the mouse moves before the drag: during one no widget hears of it
    stack.dragEnterEvent(QDragEnterEvent(QPoint(300, 100), COPY, data, LEFT, NONE))

    def tremble() -> bool:
        stack.dragMoveEvent(QDragMoveEvent(edge, COPY, data, LEFT, NONE))
        return bar.value() == bar.maximum()

    qtbot.waitUntil(tremble)
    assert stack.gap_row == stack.place_at(edge.y()) + 1 == 7
    bar.setValue(0)
    assert stack.gap_row == stack.place_at(edge.y()) + 1 < 7
    bar.setValue(bar.maximum())
    stack.dropEvent(QDropEvent(QPointF(edge), COPY, data, LEFT, NONE))
    assert names(document)[-1] == "dropout_2"


def test_a_drag_that_leaves_closes_the_gap(stack: StackView) -> None:
    data = mime.of_kind("Dropout")
    stack.dragEnterEvent(QDragEnterEvent(middle(stack, 3), COPY, data, LEFT, NONE))
    stack.dragLeaveEvent(QDragLeaveEvent())
    assert stack.gap_row is None


def test_a_drag_of_something_else_is_not_welcome(stack: StackView) -> None:
    text = QMimeData()
    text.setText("Dropout")
    event = QDragEnterEvent(middle(stack, 3), COPY, text, LEFT, NONE)
    stack.dragEnterEvent(event)
    assert (event.isAccepted(), stack.gap_row) == (False, None)


def test_the_cards_give_way_and_come_back(qtbot: QtBot) -> None:
    opening = gap.Gap()
    opening.open(2, 4)
    qtbot.waitUntil(lambda: opening.offset(3) == gap.OPENING)
    assert [opening.offset(row) for row in range(4)] == [-gap.OPENING, -gap.OPENING, gap.OPENING, gap.OPENING]
    opening.open(None, 4)
    qtbot.waitUntil(lambda: opening.offset(3) == 0)


def test_nothing_moves_where_motion_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap, "motion_allowed", lambda: False)
    opening = gap.Gap()
    opening.open(1, 2)
    assert [opening.offset(row) for row in range(2)] == [-gap.OPENING, gap.OPENING]


# Keys


def test_the_keys_edit_the_selected_layers(stack: StackView, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(stack.viewport(), LEFT, pos=middle(stack, 2))
    qtbot.keyClick(stack, Qt.Key.Key_Up, ALT)
    assert names(document)[:2] == ["max_pooling_1", "convolution_1"]
    qtbot.keyClick(stack, Qt.Key.Key_Down, ALT)
    assert names(document) == STARTER
    qtbot.keyClick(stack, Qt.Key.Key_D, CONTROL)
    assert names(document)[1:3] == ["max_pooling_1", "max_pooling_2"]
    qtbot.keyClick(stack, Qt.Key.Key_Delete)
    assert names(document) == STARTER
    qtbot.keyClick(stack, Qt.Key.Key_Backspace)
    assert "flatten_1" not in names(document)


def test_the_keys_are_the_stacks_only_while_it_has_the_focus(document: Document, qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    stack, button = StackView(document), QPushButton("Other")
    column.addWidget(stack)
    column.addWidget(button)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    document.select(document.design.ids[:1])
    button.setFocus()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        qtbot.keyClick(button, key)
    assert names(document) == STARTER
    stack.setFocus()
    qtbot.keyClick(stack, Qt.Key.Key_Delete)
    assert names(document) == STARTER[1:]


def test_the_arrow_keys_select(stack: StackView, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(stack.viewport(), LEFT, pos=middle(stack, 1))
    qtbot.keyClick(stack, Qt.Key.Key_Down)
    assert document.selection == document.design.ids[1:2]
    qtbot.keyClick(stack, Qt.Key.Key_Down, SHIFT)
    assert document.selection == document.design.ids[1:3]
    qtbot.keyClick(stack, Qt.Key.Key_A, CONTROL)
    assert document.selection == (DATA_CARD, *document.design.ids)


def test_after_deleting_the_arrow_keys_go_on_from_there(stack: StackView, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(stack.viewport(), LEFT, pos=middle(stack, 3))
    qtbot.keyClick(stack, Qt.Key.Key_Delete)
    qtbot.keyClick(stack, Qt.Key.Key_Down)
    assert chosen(stack) == ["dense_1"]
    assert document.selection == document.design.ids[3:4]


def test_a_letter_asks_for_a_layer(stack: StackView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stack.typed, timeout=1000) as typed:
        qtbot.keyClick(stack, Qt.Key.Key_D)
    assert typed.args == ["d"]


def test_the_keys_wait_for_a_selection(stack: StackView, document: Document) -> None:
    def ready() -> set[str]:
        return {action.objectName() for action in stack.stack_actions if action.isEnabled()}

    everything = {action.objectName() for action in stack.stack_actions}
    always = {"stack.paste", "stack.select_all"}
    assert ready() == always
    document.select(document.design.ids[:1])
    assert ready() == everything
    document.select(document.design.ids[:2])
    assert ready() == everything - {"stack.rename"}
    document.select([DATA_CARD])
    assert ready() == always


def test_the_rename_key_asks_for_it(stack: StackView, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    with qtbot.waitSignal(stack.rename_requested, timeout=1000):
        qtbot.keyClick(stack, Qt.Key.Key_F2)


# Selection


def test_a_click_selects_in_the_document(stack: StackView, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(stack.viewport(), LEFT, pos=middle(stack, 0))
    assert document.selection == (DATA_CARD,)
    qtbot.mouseClick(stack.viewport(), LEFT, pos=middle(stack, 2))
    qtbot.mouseClick(stack.viewport(), LEFT, SHIFT, middle(stack, 4))
    assert document.selection == document.design.ids[1:4]
    qtbot.mouseClick(stack.viewport(), LEFT, CONTROL, middle(stack, 3))
    assert document.selection == (document.design.ids[1], document.design.ids[3])


def test_what_the_document_selects_is_shown(stack: StackView, document: Document) -> None:
    document.select([DATA_CARD, document.design.ids[2]])
    assert chosen(stack) == ["Digits", "flatten_1"]
    document.select([])
    assert chosen(stack) == []


def test_the_selection_stays_through_moves_and_edits(stack: StackView, document: Document) -> None:
    document.select(document.design.ids[2:4])
    document.edit(edits.move_layers(document.design, document.design.ids[2:4], 0), "move")
    document.edit(edits.insert_layer(document.design, 0, Dropout(0.1))[0], "add")
    assert chosen(stack) == ["flatten_1", "dropout_1"]
    document.edit(edits.remove_layers(document.design, document.design.ids[1:2]), "delete")
    assert chosen(stack) == ["dropout_1"]


def test_a_selected_layer_is_brought_into_sight(stack: StackView, document: Document) -> None:
    stack.resize(700, 250)
    document.select(document.design.ids[5:])
    assert stack.viewport().rect().contains(stack.visualRect(stack.model().index(6)))


def test_a_rubber_band_can_begin_beside_and_between_the_cards(stack: StackView) -> None:
    card = middle(stack, 2)
    assert stack.indexAt(card).row() == 2
    assert not stack.indexAt(QPoint(4, card.y())).isValid()
    assert not stack.indexAt(card - QPoint(0, HEIGHT // 2 + 2)).isValid()


def test_a_rubber_band_selects_what_it_touches(stack: StackView, document: Document, qtbot: QtBot) -> None:
    start = QPoint(4, middle(stack, 2).y())
    qtbot.mousePress(stack.viewport(), LEFT, pos=start)
    for target in (QPoint(100, start.y() + 20), middle(stack, 4)):
        qtbot.mouseMove(stack.viewport(), target)
    qtbot.mouseRelease(stack.viewport(), LEFT, pos=middle(stack, 4))
    assert document.selection == document.design.ids[1:4]


# What is seen and heard


def near(image: QImage, wanted: QColor) -> int:
    """Count the pixels of exactly this colour."""
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32)
    return int(np.count_nonzero(pixels & 0xFFFFFF == wanted.rgb() & 0xFFFFFF))


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_problem_is_painted_in_its_card(stack: StackView, document: Document, choice: str) -> None:
    theme.manager().choose(choice)
    error = theme.current().error
    assert near(stack.grab().toImage(), error) == 0
    document.edit(edits.remove_layers(document.design, document.design.ids[2:3]), "delete")
    card = stack.visualRect(stack.model().index(4))
    assert near(stack.grab(card).toImage(), error) > 20
    assert near(stack.grab(stack.visualRect(stack.model().index(5))).toImage(), error) == 0


def test_a_selected_card_is_tinted(stack: StackView, document: Document) -> None:
    document.select(document.design.ids[1:2])
    assert near(stack.grab(stack.visualRect(stack.model().index(2))).toImage(), theme.LIGHT.tint) > 1000
    assert near(stack.grab(stack.visualRect(stack.model().index(3))).toImage(), theme.LIGHT.tint) == 0


def test_thumbnails_are_painted_in_a_column(stack: StackView, document: Document) -> None:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    stack.stack_model.set_thumbnails({document.design.ids[0]: [picture] * 9})
    card = stack.grab(stack.visualRect(stack.model().index(1))).toImage()
    assert near(card, QColor("#ff00ff")) == 5 * 26 * 26


def test_long_names_are_shortened_before_the_shape(stack: StackView, document: Document) -> None:
    stack.resize(420, 700)
    plain = stack.grab(stack.visualRect(stack.model().index(1))).toImage()
    document.edit(edits.rename_layer(document.design, document.design.ids[0], "W" * 64), "rename")
    long = stack.grab(stack.visualRect(stack.model().index(1))).toImage()
    column = QRect(plain.width() - 120, 0, 120, plain.height())
    assert long != plain
    assert long.copy(column) == plain.copy(column)


def test_a_screen_reader_finds_a_list_of_named_cards(stack: StackView, document: Document) -> None:
    document.edit(edits.remove_layers(document.design, document.design.ids[2:3]), "delete")
    heard = QAccessible.queryAccessibleInterface(stack)
    assert heard.role() == QAccessible.Role.List
    assert heard.text(QAccessible.Text.Name) == "Stack of layers"
    cards = [heard.child(row).text(QAccessible.Text.Name) for row in range(heard.childCount())]
    assert [text.split(",")[0] for text in cards] == ["Data", *names(document)]
    assert "error: Dense needs a vector" in cards[4]


# The empty stack


def empty_card(stack: StackView) -> QPushButton:
    return stack.findChild(QPushButton, "chooseFirstLayer")


def test_an_empty_stack_says_so_and_offers_a_choice(stack: StackView, document: Document, qtbot: QtBot) -> None:
    assert not empty_card(stack).isVisible()
    document.edit(edits.remove_layers(document.design, document.design.ids), "delete")
    assert empty_card(stack).isVisible()
    with qtbot.waitSignal(stack.typed, timeout=1000) as typed:
        qtbot.mouseClick(empty_card(stack), LEFT)
    assert typed.args == [""]
    document.undo()
    assert not empty_card(stack).isVisible()


def test_the_first_layer_is_dropped_anywhere(stack: StackView, document: Document) -> None:
    document.edit(edits.remove_layers(document.design, document.design.ids), "delete")
    data, below = mime.of_kind("Flatten"), QPoint(300, 500)
    stack.dragEnterEvent(QDragEnterEvent(below, COPY, data, LEFT, NONE))
    stack.dropEvent(QDropEvent(QPointF(below), COPY, data, LEFT, NONE))
    assert names(document) == ["flatten_1"]


def test_another_project_that_is_empty_shows_it_too(stack: StackView, document: Document) -> None:
    spiral = template("spiral")
    document.open(spiral, None)
    assert [stack.model().index(row).data() for row in range(4)] == ["Spirals", "dense_1", "dense_2", "dense_3"]


# The menu


def menus(widget: QWidget) -> list[QMenu]:
    return [menu for menu in widget.findChildren(QMenu) if menu.isVisible()]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_offers_what_the_keys_do(stack: StackView, document: Document) -> None:
    where = middle(stack, 2)
    asking = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, stack.viewport().mapToGlobal(where))
    document.select(document.design.ids[1:2])
    stack.contextMenuEvent(asking)
    (menu,) = menus(stack)
    assert [action.text() for action in menu.actions()] == [
        *("Cut", "Copy", "Paste", "Select all layers", "Duplicate", "Move up", "Move down", "Rename"),
        *("Disable", "Freeze", "Delete"),
    ]
    menu.actions()[-1].trigger()
    assert "max_pooling_1" not in names(document)
    menu.close()


def test_two_hundred_layers_are_all_there(stack: StackView, document: Document) -> None:
    design = document.design
    for _ in range(194):
        design, _ = edits.insert_layer(design, 3, Dropout(0.1))
    document.edit(design, "add many", select=design.ids[150:151])
    assert stack.model().rowCount() == 201
    assert stack.viewport().rect().contains(stack.visualRect(stack.model().index(151)))
    assert stack.place_at(middle(stack, 151).y() + 2) == 151


def test_the_view_and_the_document_agree_on_what_is_current(stack: StackView, document: Document) -> None:
    document.select(document.design.ids[3:4])
    assert stack.currentIndex().row() == 4
    stack.selectionModel().setCurrentIndex(stack.model().index(2), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert document.selection == document.design.ids[1:2]
    assert QApplication.focusWidget() is stack


# The clipboard, and layers that are disabled or frozen


def test_layers_are_copied_and_pasted_below_the_selection(stack: StackView, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:2])
    qtbot.keyClick(stack, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert '"kind": "MaxPooling"' in QApplication.clipboard().text()
    document.select(document.design.ids[3:4])
    qtbot.keyClick(stack, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert names(document)[4:6] == ["convolution_2", "max_pooling_2"]
    assert document.selection == document.design.ids[4:6]
    assert document.undo_text == "paste 2 layers"
    document.undo()
    assert names(document) == STARTER


def test_cut_layers_come_back_elsewhere_under_their_names(stack: StackView, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[3:4])
    qtbot.keyClick(stack, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    assert "dropout_1" not in names(document)
    assert document.undo_text == "cut dropout_1"
    document.select(document.design.ids[3:4])
    qtbot.keyClick(stack, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert names(document)[4] == "dropout_1"


def test_what_cannot_be_pasted_is_told(stack: StackView, document: Document, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("no layers")
    with qtbot.waitSignal(stack.refused, timeout=1000) as told:
        qtbot.keyClick(stack, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert told.args[0].startswith("The clipboard holds no layers")
    assert names(document) == STARTER


def test_layers_dragged_from_another_window_are_copied(stack: StackView, document: Document, qtbot: QtBot) -> None:
    other = StackView(Document(template("digits-cnn")))
    qtbot.addWidget(other)
    assert stack.accepts(dragged(other, [1]))
    assert stack.drop(dragged(other, [1]), 0)
    assert names(document)[:2] == ["convolution_2", "convolution_1"]


def test_the_key_disables_and_enables(stack: StackView, document: Document, qtbot: QtBot) -> None:
    start = document.design
    document.select(start.ids[3:4])
    qtbot.keyClick(stack, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert not document.design.layers[3].enabled
    assert document.analysis.playable
    card = stack.model().index(4).data(Role.CARD)
    assert (card.enabled, card.details) == (False, "Disabled · p = 0.25")
    assert "Disabled" in stack.model().index(4).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Enable" in [action.text() for action in stack.stack_actions]
    stack.grab()
    qtbot.keyClick(stack, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert document.design == start
    assert document.undo_text == "enable dropout_1"


def test_the_key_freezes_and_thaws(stack: StackView, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:2])
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(stack, Qt.Key.Key_F, both)
    assert [entry.frozen for entry in document.design.layers[:3]] == [True, True, False]
    assert stack.model().index(1).data(Role.CARD).details.startswith("Frozen · 16 kernels")
    stack.grab()
    qtbot.keyClick(stack, Qt.Key.Key_F, both)
    assert not any(entry.frozen for entry in document.design.layers)


def test_all_layers_are_selected_by_key(stack: StackView, document: Document, qtbot: QtBot) -> None:
    qtbot.keyClick(stack, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert document.selection == (DATA_CARD, *document.design.ids)
