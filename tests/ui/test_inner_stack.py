from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.engine.activation import Noop, ReLU
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Dropout, Layer, Residual
from slugstudio.project.analysis import training_bytes
from slugstudio.ui import icons, theme
from slugstudio.ui.document import Document
from slugstudio.ui.editors import ChoiceEditor, NumberEditor
from slugstudio.ui.forms import DeclaredForm
from slugstudio.ui.inner_list import MOST_ROWS, InnerList, Role
from slugstudio.ui.inner_stack import InnerStack
from slugstudio.ui.properties import Properties
from slugstudio.ui.stack.editing import StackEditor

THREE = (Convolution(4, 3, padding="same"), BatchNormalization(), Dropout(0.5))


class Bench:
    """A form of a Residual with what it told."""

    def __init__(self, qtbot: QtBot, *layers: Layer) -> None:
        self.qtbot = qtbot
        self.form = DeclaredForm("field")
        qtbot.addWidget(self.form)
        self.form.load(Residual(layers))
        self.told: list[tuple[tuple[Layer, ...], str]] = []
        self.form.edited.connect(lambda _name, declared, key: self.told.append((declared.layers, key)))
        self.stack: InnerStack = self.find("layers", InnerStack)
        self.list: InnerList = self.find("layers_list", InnerList)

    def find(self, name: str, kind: type[Any] = QWidget) -> Any:
        found = self.form.findChild(kind, f"field_{name}")
        assert found is not None, name
        return found

    def select(self, row: int) -> None:
        self.list.setCurrentRow(row)

    def press(self, what: str) -> None:
        self.find(f"layers_{what}", QToolButton).click()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.list, key, modifier)

    def choose(self, label: str) -> None:
        menu = self.find("layers_add", QPushButton).menu()
        next(action for action in menu.actions() if action.text() == label).trigger()

    def rows(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, *THREE)


def test_the_list_names_the_layers_as_messages_do(bench: Bench) -> None:
    assert bench.rows() == ["convolution_1", "batch_normalization_1", "dropout_1"]
    assert bench.list.item(0).data(Role.DETAILS) == "4 kernels 3×3 · stride 1 · same · ReLU"
    spoken = bench.list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "dropout_1, Dropout, p = 0.5"
    assert bench.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole) == "batch_normalization_1, Batch normalisation"
    assert "While training" in bench.list.item(2).toolTip()
    assert bench.told == []


def test_the_selected_layer_is_changed_in_its_own_form(bench: Bench) -> None:
    bench.select(2)
    number = bench.find("layers_inside_p", NumberEditor)
    assert number.value() == 0.5
    number.setValue(0.25)
    layers, key = bench.told[-1]
    assert layers == (*THREE[:2], Dropout(0.25))
    assert key != ""
    assert bench.list.item(2).data(Role.DETAILS) == "p = 0.25"


def test_an_activation_that_is_left_out_shows_as_what_it_stands_for(bench: Bench) -> None:
    assert bench.find("layers_inside_activation", ChoiceEditor).currentText() == ReLU.label
    bench.find("layers_inside_activation", ChoiceEditor).setCurrentText(Noop.label)
    assert bench.told[-1] == ((THREE[0].replace(activation=Noop()), *THREE[1:]), "")


def test_a_layer_is_added_below_the_selected_one_and_selected(bench: Bench) -> None:
    bench.select(1)
    bench.choose("Dense")
    assert bench.told == [((*THREE[:2], Dense.example(), THREE[2]), "")]
    assert bench.list.currentRow() == 2
    assert bench.find("layers_inside_outshape", NumberEditor).value() == 32


def test_a_kind_that_is_there_is_added_as_it_is_there(bench: Bench) -> None:
    bench.select(2)
    bench.choose("Convolution")
    assert bench.told[-1][0] == (*THREE, THREE[0])


def test_layers_are_moved_and_removed_by_buttons(bench: Bench) -> None:
    bench.press("down")
    assert bench.told[-1] == ((THREE[1], THREE[0], THREE[2]), "")
    assert bench.list.currentRow() == 1
    bench.press("up")
    assert bench.told[-1][0] == THREE
    assert bench.list.currentRow() == 0
    bench.press("remove")
    assert bench.told[-1] == (THREE[1:], "")
    assert bench.list.currentRow() == 0
    assert bench.find("layers_inside_momentum", NumberEditor).isVisibleTo(bench.form)


def test_layers_are_moved_and_removed_by_keys(bench: Bench) -> None:
    bench.key(Qt.Key.Key_Down)
    assert (bench.list.currentRow(), bench.told) == (1, [])
    bench.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert bench.told[-1][0] == (THREE[0], THREE[2], THREE[1])
    bench.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert bench.told[-1][0] == THREE
    bench.select(2)
    bench.key(Qt.Key.Key_Delete)
    assert bench.told[-1][0] == THREE[:2]
    assert bench.list.currentRow() == 1
    bench.key(Qt.Key.Key_Backspace)
    assert bench.told[-1][0] == THREE[:1]


def test_a_key_opens_the_menu_of_kinds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setitem(bench.stack._slots, "add", lambda: opened.append("add"))
    bench.key(Qt.Key.Key_Insert)
    assert opened == ["add"]


def test_what_cannot_be_done_is_not_offered_and_says_why(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Dense(3))
    for what, why in {"remove": "One layer has to stay", "up": "the first layer", "down": "the last layer"}.items():
        button = bench.find(f"layers_{what}", QToolButton)
        assert not button.isEnabled()
        assert why in button.toolTip()
        assert button.accessibleName().endswith(" the selected layer" if what == "remove" else f"layer {what}")
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        bench.key(key)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        bench.key(key, Qt.KeyboardModifier.AltModifier)
    assert bench.told == []
    full = Bench(qtbot, *[Dense(3)] * 64)
    assert not full.find("layers_add", QPushButton).isEnabled()
    assert full.list.height() < 64 * 28
    full.key(Qt.Key.Key_Insert)  # opens no menu, which would wait here
    assert full.told == []


def test_every_kind_is_offered_group_by_group(bench: Bench) -> None:
    menu = bench.find("layers_add", QPushButton).menu()
    offered = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert sorted(offered) == sorted(cls.label for cls in Layer.kinds.values())
    assert offered.index("Dense") < offered.index("Flatten") < offered.index("Batch normalisation")


def test_a_change_from_elsewhere_keeps_the_place_while_it_can(bench: Bench) -> None:
    bench.select(2)
    bench.form.follow(Residual((*THREE[:2], Dropout(0.1))))
    assert bench.list.currentRow() == 2
    assert bench.find("layers_inside_p", NumberEditor).value() == 0.1
    bench.form.follow(Residual(THREE[:2]))
    assert bench.list.currentRow() == 1
    bench.form.load(Residual((Dense(7), Dense(8))))
    assert bench.list.currentRow() == 0
    assert bench.find("layers_inside_outshape", NumberEditor).value() == 7
    assert bench.told == []


def test_the_list_is_as_high_as_its_layers_up_to_a_limit(qtbot: QtBot) -> None:
    heights = [Bench(qtbot, *[Dense(3)] * n).list.height() for n in (1, 2, MOST_ROWS, MOST_ROWS + 1)]
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_a_residual_inside_a_residual_is_edited_in_place(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Residual((Dense(3), Dense(4))))
    bench.find("layers_inside_layers_list", InnerList).setCurrentRow(1)
    bench.find("layers_inside_layers_inside_outshape", NumberEditor).setValue(5)
    assert bench.told[-1][0] == (Residual((Dense(3), Dense(5))),)


def test_it_is_drawn_in_the_colours_of_the_theme(qtbot: QtBot, bench: Bench) -> None:
    bench.form.resize(264, 600)
    bench.form.show()
    up = bench.find("layers_up", QToolButton)
    for choice, colours in (("light", theme.LIGHT), ("dark", theme.DARK)):
        theme.manager().choose(choice)
        shown = bench.list.grab().toImage()
        points = [shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())]
        assert colours.tint.name() in points
        assert colours.group("learn").name() in points
        drawn = up.icon().pixmap(icons.SIZE, mode=up.icon().Mode.Disabled).toImage()
        assert drawn == icons.icon("up").pixmap(icons.SIZE, mode=up.icon().Mode.Disabled).toImage()


def test_each_change_in_the_studio_is_one_step_that_undo_takes_back(qtbot: QtBot, document: Document) -> None:
    layer_id = StackEditor(document).add("Residual", 1)
    properties = Properties(document)
    qtbot.addWidget(properties)
    before = document.entry(layer_id)
    stack = properties.findChild(InnerStack, "field_layers")
    number = properties.findChild(NumberEditor, "field_layers_inside_nb_kernel")
    assert stack is not None
    assert number is not None
    stack.add(BatchNormalization)
    assert document.undo_text == "set layers inside of residual_1"
    stack.remove()
    number = properties.findChild(NumberEditor, "field_layers_inside_nb_kernel")
    assert number is not None
    qtbot.keyClick(number, Qt.Key.Key_Up)
    qtbot.keyClick(number, Qt.Key.Key_Up)
    for _ in range(3):
        document.undo()
    assert document.entry(layer_id) == before
    assert document.undo_text == "add Residual"


def test_the_memory_that_training_takes_counts_what_lies_inside(document: Document) -> None:
    before = training_bytes(document.design, document.analysis.layers)
    layers, batch = len(document.design.layers), document.design.training.batch_size
    StackEditor(document).add("Residual", layers - 1)
    after = training_bytes(document.design, document.analysis.layers)
    learned = 4 * (2 + document.design.training.optimizer.n_slots) * 2 * (64 * 64 + 64)
    assert after - before > learned + 4 * 2 * batch * 3 * 64  # of two layers and the block itself
