from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from slugstudio.engine.activation import ReLU
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Convolution, Dense, Dropout
from slugstudio.project import edits
from slugstudio.project.templates import template
from slugstudio.ui import theme
from slugstudio.ui.curve_picture import CurvePicture
from slugstudio.ui.document import DATA_CARD, Document
from slugstudio.ui.editors import ChoiceEditor, NumberEditor
from slugstudio.ui.inner_stack import shown
from slugstudio.ui.properties import Properties


@pytest.fixture
def panel(document: Document, qtbot: QtBot) -> Properties:
    panel = Properties(document)
    panel.resize(292, 700)
    undo = QAction("Undo", panel)
    undo.setShortcut(QKeySequence("Ctrl+Z"))
    undo.triggered.connect(document.undo)
    panel.addAction(undo)
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel):
        panel.show()
    return panel


def shown_one(panel: Properties, kind: type[Any], name: str) -> Any:
    """Return the widget of that name that shows: those of the form before go only with the next event."""
    (found,) = [each for each in panel.findChildren(kind, name) if each.isVisibleTo(panel)]
    return found


def number(panel: Properties, name: str) -> NumberEditor:
    found: NumberEditor = shown_one(panel, NumberEditor, name)
    return found


def retype(qtbot: QtBot, editor: NumberEditor, text: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)


def text(panel: Properties, name: str) -> str:
    return "".join(label.text() for label in panel.findChildren(QLabel, name) if label.isVisible())


def foot(panel: Properties) -> str:
    return text(panel, "layerExplanation")


def test_without_a_selection_it_says_what_to_do(panel: Properties, document: Document) -> None:
    assert text(panel, "propertiesSentence").startswith("Select a layer")
    assert not panel.layer_page.title.isVisible()
    assert foot(panel) == ""


def test_a_selected_layer_is_shown_with_what_it_does_and_costs(panel: Properties, document: Document) -> None:
    document.select(document.design.ids[:1])
    assert panel.layer_page.form.declared == Convolution(16, (3, 3), activation=ReLU())
    assert panel.layer_page.title.name.text() == "convolution_1"
    assert "1 × 8 × 8 → 16 × 6 × 6" in foot(panel)
    assert "160 parameters, 5,184 multiply-adds" in foot(panel)
    assert text(panel, "propertiesSentence") == ""


def test_a_problem_is_told_in_its_colour_in_both_themes(panel: Properties, document: Document) -> None:
    document.edit(edits.remove_layers(document.design, document.design.ids[2:3]), "delete")
    document.select(document.design.ids[3:4])
    assert theme.LIGHT.error.name() in foot(panel)
    assert "Dense needs a vector" in foot(panel)
    theme.manager().choose("dark")
    assert theme.DARK.error.name() in foot(panel)


def test_several_layers_are_counted(panel: Properties, document: Document) -> None:
    document.select(document.design.ids[:3])
    assert text(panel, "propertiesSentence") == (
        "3 layers are selected, which have no field in common. Select one to change it."
    )
    document.select([DATA_CARD, *document.design.ids[:1]])
    assert text(panel, "propertiesSentence") == "1 layer and the data are selected. Select one to change it."


def test_the_data_is_edited_like_a_layer(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select([DATA_CARD])
    assert foot(panel) == ""
    retype(qtbot, number(panel, "field_validation_split"), "0.5")
    assert document.design.data.validation_split == 0.5
    assert document.undo_text == "set validation part of the data"
    panel.findChild(ChoiceEditor, "field_source").setCurrentText("Circles")
    assert document.design.data.source.kind == "Circles"
    document.undo()
    assert panel.findChild(ChoiceEditor, "field_source").currentText() == "Digits"


def test_an_edit_changes_the_layer_in_the_document(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[4:5])
    retype(qtbot, number(panel, "field_outshape"), "48")
    assert document.design.layers[4].layer == Dense(48, activation=ReLU())
    assert document.undo_text == "set units of dense_1"
    assert "48" in foot(panel)


def test_a_stroke_of_steps_is_one_undo_step(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    kernels = number(panel, "field_nb_kernel")
    for _ in range(5):
        qtbot.keyClick(kernels, Qt.Key.Key_Up)
    qtbot.keyClick(kernels, Qt.Key.Key_Return)
    for _ in range(3):
        qtbot.keyClick(kernels, Qt.Key.Key_Up)
    assert kernels.value() == 24
    document.undo()
    assert kernels.value() == 21
    document.undo()
    assert kernels.value() == 16
    assert not document.can_undo


def test_a_stroke_that_comes_back_is_no_step(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    kernels = number(panel, "field_nb_kernel")
    qtbot.keyClick(kernels, Qt.Key.Key_Up)
    qtbot.keyClick(kernels, Qt.Key.Key_Down)
    assert not document.can_undo


def test_the_same_field_of_two_layers_makes_two_steps(panel: Properties, document: Document, qtbot: QtBot) -> None:
    for layer_id in document.design.ids[4:]:
        document.select([layer_id])
        qtbot.keyClick(number(panel, "field_outshape"), Qt.Key.Key_Up)
    document.undo()
    assert document.design.layers[4].layer.outshape == 65
    assert document.design.layers[5].layer.outshape == 10


def test_the_undo_key_in_a_field_takes_the_edit_back(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    kernels = number(panel, "field_nb_kernel")
    retype(qtbot, kernels, "32")
    qtbot.keyClick(kernels, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.design.layers[0].layer.nb_kernel == 16
    assert kernels.lineEdit().text() == "16"


def test_undo_of_something_else_leaves_refused_text(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    qtbot.keyClick(number(panel, "field_stride_height"), Qt.Key.Key_Up)
    retype(qtbot, number(panel, "field_nb_kernel"), "0")
    document.undo()
    assert document.design.layers[0].layer.stride == (1, 1)
    assert number(panel, "field_nb_kernel").lineEdit().text() == "0"
    assert text(panel, "field_nb_kernel_message").startswith("Expected a whole number from 1 to 4096")


def test_undo_of_the_field_itself_replaces_refused_text(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    kernels = number(panel, "field_nb_kernel")
    qtbot.keyClick(kernels, Qt.Key.Key_Up)
    retype(qtbot, kernels, "0")
    document.undo()
    assert kernels.lineEdit().text() == "16"
    assert text(panel, "field_nb_kernel_message") == ""


def test_the_cursor_stays_while_one_types(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    kernels = number(panel, "field_nb_kernel")
    kernels.lineEdit().setCursorPosition(1)
    qtbot.keyClicks(kernels, "0")
    assert document.design.layers[0].layer.nb_kernel == 106
    assert kernels.lineEdit().cursorPosition() == 2


def test_deleting_the_selected_layer_shows_its_heir(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[3:4])
    retype(qtbot, number(panel, "field_p"), "zebra")
    document.edit(edits.remove_layers(document.design, document.selection), "delete", select=document.design.ids[4:5])
    assert panel.layer_page.title.name.text() == "dense_1"
    document.edit(edits.remove_layers(document.design, document.design.ids), "delete")
    assert text(panel, "propertiesSentence").startswith("Select a layer")
    document.undo()
    document.undo()
    assert document.design == template("digits-cnn").design


def test_an_activation_that_is_left_out_is_shown_as_what_it_stands_for(document: Document) -> None:
    assert shown(Convolution(4, 3)).activation == ReLU()
    assert shown(Dropout(0.5)) == Dropout(0.5)


# The training page


def test_training_settings_are_edited_and_followed(panel: Properties, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.findChild(QPushButton, "propertiesTraining"), Qt.MouseButton.LeftButton)
    assert panel.training_page.isVisible()
    retype(qtbot, number(panel, "training_optimizer_lr"), "0.01")
    assert document.design.training.optimizer.lr == 0.01
    assert document.undo_text == "set optimizer"
    document.undo()
    assert number(panel, "training_optimizer_lr").lineEdit().text() == "0.001"


def test_another_project_takes_refused_settings_away(panel: Properties, document: Document, qtbot: QtBot) -> None:
    panel.show_page(1)
    retype(qtbot, number(panel, "training_epochs"), "zebra")
    document.open(template("digits-cnn"), None)
    assert number(panel, "training_epochs").lineEdit().text() == "60"
    assert text(panel, "training_epochs_message") == ""


def test_selecting_a_layer_shows_its_page_but_undo_does_not_turn_pages(panel: Properties, document: Document) -> None:
    document.edit(edits.remove_layers(document.design, document.design.ids[:1]), "delete")
    panel.show_page(1)
    document.undo()
    assert panel.training_page.isVisible()
    document.select(document.design.ids[2:3])
    assert panel.layer_page.isVisible()


# The name


def rename(panel: Properties, qtbot: QtBot, name: str) -> None:
    panel.rename()
    qtbot.keyClicks(panel.layer_page.title.name, name)
    qtbot.keyClick(panel.layer_page.title.name, Qt.Key.Key_Return)


def test_a_layer_is_renamed_in_place(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[4:5])
    panel.show_page(1)
    rename(panel, qtbot, " hidden ")
    assert document.design.layers[4].name == "hidden"
    assert (document.undo_text, panel.layer_page.title.name.text()) == ("rename dense_1 to hidden", "hidden")
    qtbot.keyClick(panel.layer_page.title.name, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (document.design.layers[4].name, panel.layer_page.title.name.text()) == ("dense_1", "dense_1")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("DENSE_2", "Another layer is called DENSE_2"), ("2 be", "Expected a letter"), ("", "Expected")],
)
def test_a_name_that_cannot_be_is_explained_and_kept(
    panel: Properties, document: Document, qtbot: QtBot, name: str, reason: str
) -> None:
    document.select(document.design.ids[4:5])
    title = panel.layer_page.title
    title.edit()
    title.name.clear()
    rename(panel, qtbot, name)
    if not name:
        title.name.clear()
        qtbot.keyClick(title.name, Qt.Key.Key_Return)
    assert text(panel, "layerName_message").startswith(reason)
    assert (title.name.text(), title.name.property("invalid")) == (name, True)
    assert not document.can_undo
    qtbot.keyClick(title.name, Qt.Key.Key_Escape)
    assert (title.name.text(), text(panel, "layerName_message")) == ("dense_1", "")
    assert title.name.property("invalid") is False


def test_a_name_left_as_it_was_is_no_edit(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[4:5])
    rename(panel, qtbot, " dense_1 ")
    assert not document.can_undo
    assert panel.layer_page.title.name.text() == "dense_1"


def test_capitals_alone_can_be_changed(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[4:5])
    rename(panel, qtbot, "Dense_1")
    assert document.design.layers[4].name == "Dense_1"


def test_the_name_of_another_layer_takes_the_place_of_refused_text(
    panel: Properties, document: Document, qtbot: QtBot
) -> None:
    document.select(document.design.ids[4:5])
    rename(panel, qtbot, "dense_2")
    document.select(document.design.ids[:1])
    assert (panel.layer_page.title.name.text(), text(panel, "layerName_message")) == ("convolution_1", "")


def test_the_data_has_no_name_to_change(panel: Properties, document: Document) -> None:
    document.select([DATA_CARD])
    panel.rename()
    assert not panel.layer_page.title.name.isVisible()


def test_a_long_name_does_not_push_the_form_out(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[:1])
    rename(panel, qtbot, "W" * 64)
    for widget in (panel.layer_page.title.name, number(panel, "field_nb_kernel")):
        right = widget.mapTo(panel, widget.rect().topRight()).x()
        assert right <= panel.width() - 10


def test_it_is_told_when_the_field_with_the_focus_goes(panel: Properties, document: Document, qtbot: QtBot) -> None:
    panel.activateWindow()
    document.select(document.design.ids[:1])
    number(panel, "field_nb_kernel").setFocus()
    with qtbot.waitSignal(panel.layer_page.focus_left):
        document.select([])
    document.select(document.design.ids[:1])
    with qtbot.assertNotEmitted(panel.layer_page.focus_left):
        document.select([])


# Several layers at once


def test_layers_of_one_kind_are_changed_together_in_one_step(panel: Properties, document: Document) -> None:
    start = document.design
    document.select(start.ids[4:6])
    assert text(panel, "propertiesSentence") == "2 layers: what is changed here changes in all of them."
    assert text(panel, "field_outshape_note") == "Several values: 64, 10"
    assert text(panel, "field_constraint_note") == ""
    number(panel, "field_outshape").setValue(32)
    assert [entry.layer.outshape for entry in document.design.layers[4:6]] == [32, 32]
    assert text(panel, "field_outshape_note") == ""
    number(panel, "field_outshape").setValue(33)
    assert document.undo_text == "set units of 2 layers"
    document.undo()
    assert document.design == start


def test_layers_of_several_kinds_show_what_they_have_in_common(
    panel: Properties, document: Document, qtbot: QtBot
) -> None:
    document.select([document.design.ids[0], document.design.ids[4]])
    choices = panel.findChildren(ChoiceEditor, "field_activation")
    qtbot.waitUntil(lambda: any(each.isVisible() for each in choices))
    assert not [each for each in panel.findChildren(NumberEditor, "field_outshape") if each.isVisible()]
    document.select(document.design.ids[4:5])
    outshape = panel.findChildren(NumberEditor, "field_outshape")
    qtbot.waitUntil(lambda: any(each.isVisible() for each in outshape))


def test_what_one_of_them_cannot_have_is_refused_with_its_name(
    panel: Properties, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise ConfigError("Dense", "outshape", "in dense_2, expected less")

    monkeypatch.setattr(edits, "set_field", refuse)
    before = document.design
    document.select(before.ids[4:6])
    number(panel, "field_outshape").setValue(32)
    assert document.design == before
    assert text(panel, "field_outshape_message") == "In dense_2, expected less"


# Back to the default


def test_a_field_goes_back_to_its_default(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[3:4])
    reset = panel.findChild(QToolButton, "field_p_reset")
    assert reset.isVisible() == (document.design.layers[3].layer.p != Dropout().p)
    number(panel, "field_p").setValue(0.9)
    assert reset.isVisible()
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert document.design.layers[3].layer == Dropout()
    assert not reset.isVisible()
    assert number(panel, "field_p").value() == Dropout().p
    document.undo()
    assert document.design.layers[3].layer.p == 0.9


def test_the_key_resets_the_field_that_has_the_focus(panel: Properties, document: Document, qtbot: QtBot) -> None:
    document.select(document.design.ids[3:4])
    editor = number(panel, "field_p")
    retype(qtbot, editor, "0.9")
    qtbot.keyClick(editor, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert document.design.layers[3].layer == Dropout()


def test_an_activation_left_out_is_no_change(panel: Properties, document: Document) -> None:
    design, dense = edits.insert_layer(document.design, 5, Dense(5))
    document.edit(design, "add", select=[dense])
    assert not panel.findChild(QToolButton, "field_activation_reset").isVisible()


def test_the_activation_and_the_first_weights_are_drawn(panel: Properties, document: Document) -> None:
    document.select(document.design.ids[4:5])
    assert panel.findChild(CurvePicture, "field_activation_picture").picture.caption.startswith("Solid")
    assert panel.findChild(CurvePicture, "field_init_picture").picture.caption.startswith("First weights from 64")


def test_the_learning_rate_is_drawn_over_all_steps(panel: Properties, document: Document) -> None:
    drawn = panel.training_page.rate.picture
    assert drawn is not None
    assert drawn.caption.startswith("Learning rate over 2,700 steps: 0.001 to 0.001")
    training = document.design.training
    document.edit(edits.set_training(document.design, training.replace(epochs=1)), "set epochs")
    assert panel.training_page.rate.picture.caption.startswith("Learning rate over 45 steps")
