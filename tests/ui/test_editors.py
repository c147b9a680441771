from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.engine.declaration import Field, field
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Convolution, Dense, Dropout
from slugstudio.engine.optimizers import SGD
from slugstudio.ui.editors import ChoiceEditor, LineEdit, NumberEditor, Option, parsed, stepped, written

UNITS, RATE, LEARNING_RATE = field(Dense, "outshape"), field(Dropout, "p"), field(SGD, "lr")
HIGHEST = field(SGD, "lr_max")


class Heard:
    """What an editor told."""

    def __init__(self, editor: NumberEditor | ChoiceEditor) -> None:
        self.values: list[object] = []
        self.reasons: list[str] = []
        self.settled = 0
        editor.changed.connect(self.values.append)
        editor.refused.connect(self.reasons.append)
        editor.settled.connect(self._settle)

    def _settle(self) -> None:
        self.settled += 1


@pytest.fixture
def units(qtbot: QtBot) -> NumberEditor:
    editor = NumberEditor(UNITS)
    qtbot.addWidget(editor)
    editor.show_value(32, fresh=True)
    return editor


def retype(qtbot: QtBot, editor: NumberEditor, text: str) -> None:
    editor.selectAll()
    qtbot.keyClicks(editor, text)


@given(st.floats(allow_nan=False) | st.integers(1, 10**12))
def test_what_is_written_is_read_back(value: float) -> None:
    assert parsed(HIGHEST if value > 0 else field(SGD, "clip"), written(value)) == value if value >= -1 else True


@pytest.mark.parametrize(
    ("value", "text"), [(0.001, "0.001"), (1e-11, "1e-11"), (3.0, "3"), (math.inf, "∞"), (-math.inf, "-∞"), (None, "")]
)
def test_numbers_are_written_as_people_do(value: float | None, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        (UNITS, " 64 ", 64),
        (UNITS, "1,024", 1024),
        (UNITS, "10 000", 10000),
        (LEARNING_RATE, "0,01", 0.01),
        (LEARNING_RATE, "1e-3", 0.001),
        (HIGHEST, "∞", math.inf),
        (field(SGD, "clip"), "\u22121", -1.0),
    ],
)
def test_numbers_are_read_as_people_write_them(asked: Field, text: str, value: float) -> None:
    assert parsed(asked, text) == value


@pytest.mark.parametrize("text", ["", "three", "1,5", "1.5", "0", "1000001", "nan", "1 2"])
def test_what_is_no_whole_number_in_the_range_is_refused_in_words(text: str) -> None:
    with pytest.raises(ConfigError, match=r"expected a whole number from 1 to 1000000, received "):
        parsed(UNITS, text)


@given(st.integers(1, 1_000_000), st.integers(-5, 5))
def test_steps_of_whole_numbers_stay_in_the_range(value: int, steps: int) -> None:
    assert stepped(UNITS, value, steps) == min(max(value + steps, 1), 1_000_000)


def test_small_numbers_are_reached_as_fast_as_large_ones() -> None:
    assert [stepped(LEARNING_RATE, 0.001, n) for n in (2, 1, -1, -2)] == [0.003, 0.002, 0.0009, 0.0008]
    assert stepped(LEARNING_RATE, 0.009, 2) == 0.02
    assert stepped(RATE, 0.25, 1) == 0.3
    assert stepped(RATE, 0.0, -1) == 0.0
    assert stepped(HIGHEST, math.inf, -1) == math.inf


@given(st.floats(1e-12, 1e6), st.integers(-20, 20))
def test_steps_never_leave_the_range(value: float, steps: int) -> None:
    after = stepped(LEARNING_RATE, value, steps)
    assert after in LEARNING_RATE.range
    assert (after > value) == (steps > 0) or steps == 0


def test_a_typed_number_is_told_at_each_key(units: NumberEditor, qtbot: QtBot) -> None:
    heard = Heard(units)
    retype(qtbot, units, "64")
    assert heard.values == [6, 64]
    assert units.value() == 64


def test_refused_text_is_explained_and_kept(units: NumberEditor, qtbot: QtBot) -> None:
    heard = Heard(units)
    retype(qtbot, units, "0")
    assert heard.reasons == ["expected a whole number from 1 to 1000000, received 0."]
    assert (heard.values, units.value(), units.lineEdit().text()) == ([], 32, "0")
    assert units.property("invalid") is True
    assert units.accessibleDescription() == heard.reasons[0]
    qtbot.keyClick(units, Qt.Key.Key_Return)
    units.show_value(32, fresh=False)
    assert units.lineEdit().text() == "0"


def test_refused_text_gives_way_when_the_value_changes_elsewhere(units: NumberEditor, qtbot: QtBot) -> None:
    retype(qtbot, units, "0")
    heard = Heard(units)
    units.show_value(16, fresh=False)
    assert (units.lineEdit().text(), heard.reasons, units.property("invalid")) == ("16", [""], False)
    assert heard.values == []


def test_refused_text_is_forgotten_when_another_thing_is_shown(units: NumberEditor, qtbot: QtBot) -> None:
    retype(qtbot, units, "0")
    units.show_value(32, fresh=True)
    assert (units.lineEdit().text(), units.property("invalid")) == ("32", False)


def test_a_number_that_is_shown_is_not_told(units: NumberEditor) -> None:
    heard = Heard(units)
    units.show_value(7, fresh=False)
    assert (units.lineEdit().text(), heard.values) == ("7", [])


def test_escape_takes_refused_text_back(units: NumberEditor, qtbot: QtBot) -> None:
    retype(qtbot, units, "zebra")
    heard = Heard(units)
    qtbot.keyClick(units, Qt.Key.Key_Escape)
    assert (units.lineEdit().text(), heard.reasons, heard.values) == ("32", [""], [])


def test_arrow_and_page_keys_step(units: NumberEditor, qtbot: QtBot) -> None:
    heard = Heard(units)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp):
        qtbot.keyClick(units, key)
    assert heard.values == [33, 32, 42]


def test_a_step_goes_from_the_last_valid_number(units: NumberEditor, qtbot: QtBot) -> None:
    retype(qtbot, units, "zebra")
    heard = Heard(units)
    qtbot.keyClick(units, Qt.Key.Key_Up)
    assert (heard.values, heard.reasons) == ([33], [""])


def test_there_are_no_steps_out_of_the_range(units: NumberEditor) -> None:
    flag = NumberEditor.StepEnabledFlag
    units.show_value(1, fresh=True)
    assert units.stepEnabled() == flag.StepUpEnabled
    units.show_value(1_000_000, fresh=True)
    assert units.stepEnabled() == flag.StepDownEnabled


def test_enter_settles(units: NumberEditor, qtbot: QtBot) -> None:
    heard = Heard(units)
    qtbot.keyClick(units, Qt.Key.Key_Return)
    assert heard.settled == 1


def wheel(widget: QWidget) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        middle,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.accept()
    widget.wheelEvent(event)
    return event


def test_the_wheel_scrolls_the_panel_unless_the_editor_has_the_focus(qtbot: QtBot) -> None:
    panel = QWidget()
    number, choice = NumberEditor(UNITS), ChoiceEditor([Option(1, "one"), Option(2, "two")])
    choice.show_value(2, fresh=True)
    number.show_value(32, fresh=True)
    column = QVBoxLayout(panel)
    column.addWidget(number)
    column.addWidget(choice)
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel):
        panel.show()
    for editor, other in ((number, choice), (choice, number)):
        heard = Heard(editor)
        other.setFocus()
        assert not wheel(editor).isAccepted()
        assert not heard.values
        editor.setFocus()
        assert wheel(editor).isAccepted()
        assert len(heard.values) == 1


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[tuple[QWidget, list[str]]]:
    """Return a window with an undo action, and what the action did."""
    panel, undone = QWidget(), []
    action = QAction("Undo", panel)
    action.setShortcut(QKeySequence("Ctrl+Z"))
    action.triggered.connect(lambda: undone.append("document"))
    panel.addAction(action)
    QVBoxLayout(panel)
    qtbot.addWidget(panel)
    return panel, undone


def shown_in(panel: QWidget, editor: QWidget, qtbot: QtBot) -> None:
    panel.layout().addWidget(editor)
    with qtbot.waitActive(panel):
        panel.show()
    editor.setFocus()


def test_undo_in_a_number_is_the_documents(panel: tuple[QWidget, list[str]], units: NumberEditor, qtbot: QtBot) -> None:
    window, undone = panel
    shown_in(window, units, qtbot)
    retype(qtbot, units, "64")
    qtbot.keyClick(units, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["document"]


def test_undo_takes_refused_text_back_first(
    panel: tuple[QWidget, list[str]], units: NumberEditor, qtbot: QtBot
) -> None:
    window, undone = panel
    shown_in(window, units, qtbot)
    retype(qtbot, units, "zebra")
    qtbot.keyClick(units, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (undone, units.lineEdit().text()) == ([], "32")
    qtbot.keyClick(units, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["document"]


def test_undo_in_a_line_takes_typing_back_before_it_is_the_documents(
    panel: tuple[QWidget, list[str]], qtbot: QtBot
) -> None:
    window, undone = panel
    line = LineEdit()
    shown_in(window, line, qtbot)
    qtbot.keyClicks(line, "a")
    assert isinstance(line, QLineEdit)
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (undone, line.text()) == ([], "")
    line.setText("")
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["document"]


def test_a_choice_tells_values_and_shows_without_telling(qtbot: QtBot) -> None:
    editor = ChoiceEditor([Option("a", "First", "The first."), Option("b", "Second")])
    qtbot.addWidget(editor)
    heard = Heard(editor)
    editor.show_value("b", fresh=True)
    assert (editor.currentText(), heard.values) == ("Second", [])
    editor.setCurrentIndex(0)
    assert heard.values == ["a"]
    editor.show_value("unknown", fresh=True)
    assert (editor.currentText(), heard.values) == ("", ["a"])
    assert editor.itemData(0, Qt.ItemDataRole.ToolTipRole) == "The first."


def test_both_numbers_of_a_pair_have_their_own_name(qtbot: QtBot) -> None:
    kernel = field(Convolution, "kernel_size")
    assert kernel.form == "pair"
    assert NumberEditor(kernel).value() is None


def test_a_refused_number_takes_back_what_was_typed_on_the_way_to_it(qtbot: QtBot) -> None:
    editor = NumberEditor(field(Convolution, "nb_kernel"))
    qtbot.addWidget(editor)
    editor.show_value(16, fresh=True)
    told: list[object] = []
    editor.changed.connect(told.append)
    editor.selectAll()
    qtbot.keyClicks(editor, "99999")
    assert told == [9, 99, 999, 16]
    assert editor.lineEdit().text() == "99999"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.lineEdit().text() == "16"
