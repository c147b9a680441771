from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.datasets import DataSource, Preprocessing
from slugstudio.engine.activation import Activation, LeakyReLU, ReLU
from slugstudio.engine.augmentation import Augmentation, Shift
from slugstudio.engine.declaration import Declared, Field, Help, Range, fields
from slugstudio.engine.early_stopping import Stopping
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.initializations import Initializer
from slugstudio.engine.layers import Convolution, Dense, Flatten, MaxPooling, Reshape, TransposedConvolution
from slugstudio.engine.layers.base import Layer
from slugstudio.engine.loss import Loss
from slugstudio.engine.metrics import Metric, Precision
from slugstudio.engine.optimizers import SGD, Optimizer, RMSProp
from slugstudio.engine.schedules import Schedule
from slugstudio.engine.train import TrainSettings
from slugstudio.project.design import DataChoice
from slugstudio.ui import theme
from slugstudio.ui.editors import BoolEditor, ChoiceEditor, NumberEditor
from slugstudio.ui.field_row import tooltip
from slugstudio.ui.fold import Fold
from slugstudio.ui.forms import DeclaredForm, recast
from slugstudio.ui.shape_editor import ShapeEditor

FAMILIES = (
    Layer,
    Optimizer,
    Loss,
    DataSource,
    Preprocessing,
    Activation,
    Initializer,
    Schedule,
    Metric,
    Augmentation,
    Stopping,
)
EXAMPLES: list[Declared] = [
    *(cls.example() if issubclass(cls, Layer) else cls() for family in FAMILIES for cls in family.kinds.values()),
    TrainSettings(),
    DataChoice(),
]
EVERY_FIELD = [
    pytest.param(example, field, id=f"{example.kind}.{field.name}")
    for example in EXAMPLES
    for field in fields(type(example))
    if not field.hint
]
MORE = {"metrics": Precision(), "augmentation": Shift()}
"""What is added to fields that hold several declarations."""
NUMBERS = [parameter for parameter in EVERY_FIELD if parameter.values[1].form in ("int", "float", "pair")]


@dataclass(frozen=True)
class Rare(Declared, abstract=True):
    """Has the forms of fields that no declaration of ours has yet."""

    nested: Annotated[bool, Help("Whether it is nested.")] = False
    padding: Annotated[Literal["valid", "same"], Help("What is around the image.")] = "valid"
    limit: Annotated[int | None, Range(1), Help("How many at most.")] = None
    extra: Annotated[Activation | None, Help("What may be left out.", none="Without")] = None
    fixed: Annotated[Activation | None, Help("What no form leaves out.", none="")] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nested and self.limit == 7:
            raise ConfigError(self.kind, "limit", "expected something else for what is nested.")


class Edits:
    """What a form told."""

    def __init__(self, form: DeclaredForm) -> None:
        self.told: list[tuple[str, Declared, str]] = []
        form.edited.connect(lambda *edit: self.told.append(edit))


def loaded(qtbot: QtBot, declared: Declared) -> tuple[DeclaredForm, Edits]:
    form = DeclaredForm("field")
    qtbot.addWidget(form)
    form.load(declared)
    return form, Edits(form)


def editor(form: DeclaredForm, name: str, kind: type[Any] = QWidget) -> Any:
    found = form.findChild(kind, f"field_{name}")
    assert found is not None
    return found


def numbers(form: DeclaredForm, field: Field) -> list[NumberEditor]:
    names = [f"{field.name}_height", f"{field.name}_width"] if field.form == "pair" else [field.name]
    return [editor(form, name, NumberEditor) for name in names]


def another(field: Field, value: float) -> float:
    candidates = [1, 2, 3, 17, 0.5, 0.03125] if field.form == "float" else [1, 2, 3, 17, 40]
    return next(number for number in candidates if number in field.range and number != value)


def message(form: DeclaredForm, name: str) -> str:
    label = form.findChild(QLabel, f"field_{name}_message")
    assert label.isHidden() == (not label.text())
    return label.text()


def retype(qtbot: QtBot, number: NumberEditor | ShapeEditor, text: str) -> None:
    number.selectAll()
    qtbot.keyClicks(number, text)


def change(qtbot: QtBot, form: DeclaredForm, field: Field, value: Any) -> Any:
    """Give a field another value as a person does, and return the value that it should have now."""
    match field.form:
        case "int" | "float":
            wanted = another(field, value)
            retype(qtbot, editor(form, field.name, NumberEditor), f"{wanted}")
        case "pair" if value is None:
            wanted = (another(field, 0), another(field, 0))
            for number in numbers(form, field):
                retype(qtbot, number, f"{wanted[0]}")
        case "pair":
            wanted = (another(field, value[0]), value[1])
            retype(qtbot, numbers(form, field)[0], f"{wanted[0]}")
        case "choice_or_pair":
            wanted = next(choice for choice in field.choices if choice != value)
            editor(form, f"{field.name}_choice", ChoiceEditor).setCurrentText(wanted)
        case "shape":
            wanted = (*value, 3)
            retype(qtbot, editor(form, field.name, ShapeEditor), f"{' × '.join(map(str, wanted))}")
        case "bool":
            wanted = not value
            editor(form, field.name, BoolEditor).click()
        case "stack":
            added = value[0] if field.family is Layer else MORE[field.name]
            wanted = (value[0], added, *value[1:]) if field.family is Layer else (*value, added)
            menu = editor(form, f"{field.name}_add", QPushButton).menu()
            next(action for action in menu.actions() if action.text() == added.label).trigger()
        case "choice":
            wanted = next(choice for choice in field.choices if choice != value)
            editor(form, field.name, ChoiceEditor).setCurrentText(wanted)
        case _:
            cls = next(cls for cls in field.family.kinds.values() if cls is not type(value))
            wanted = recast(value, cls)
            editor(form, field.name, ChoiceEditor).setCurrentText(cls.label)
    return wanted


@pytest.mark.parametrize(("example", "field"), EVERY_FIELD)
def test_every_field_has_an_editor_that_changes_it_and_nothing_else(
    qtbot: QtBot, example: Declared, field: Field
) -> None:
    form, edits = loaded(qtbot, example)
    wanted = change(qtbot, form, field, getattr(example, field.name))
    name, declared, _ = edits.told[-1]
    assert (name, declared) == (field.name, example.replace(**{field.name: wanted}))
    assert form.declared == declared


@pytest.mark.parametrize(("example", "field"), EVERY_FIELD)
def test_every_editor_shows_a_change_from_elsewhere_without_telling_of_it(
    qtbot: QtBot, example: Declared, field: Field
) -> None:
    other, edits = loaded(qtbot, example)
    wanted = change(qtbot, other, field, getattr(example, field.name))
    form, edits = loaded(qtbot, example)
    form.follow(example.replace(**{field.name: wanted}))
    assert not edits.told
    for one, two in zip(form.findChildren(NumberEditor), other.findChildren(NumberEditor), strict=True):
        assert (one.objectName(), one.value()) == (two.objectName(), two.value())
    for one, two in zip(form.findChildren(ChoiceEditor), other.findChildren(ChoiceEditor), strict=True):
        assert one.currentText() == two.currentText()
    for one, two in zip(form.findChildren(BoolEditor), other.findChildren(BoolEditor), strict=True):
        assert one.isChecked() == two.isChecked()


@pytest.mark.parametrize(("example", "field"), EVERY_FIELD)
def test_every_field_says_what_it_is_and_what_it_does(qtbot: QtBot, example: Declared, field: Field) -> None:
    form, _ = loaded(qtbot, example)
    assert field.help
    texts = [label.text() for label in form.findChildren(QLabel)]
    texts += [box.text() for box in form.findChildren(BoolEditor)]
    assert any(text.startswith(field.label) for text in texts)
    for found in numbers(form, field) if field.form == "pair" else [editor(form, field.name)]:
        assert found.accessibleName().startswith(field.label) or isinstance(found, BoolEditor)
    assert editor(form, field.name).toolTip() == tooltip(field) if field.form != "pair" else True
    assert field.help in tooltip(field)


@pytest.mark.parametrize(("example", "field"), NUMBERS)
def test_every_number_explains_what_it_refuses_and_keeps_it(qtbot: QtBot, example: Declared, field: Field) -> None:
    form, edits = loaded(qtbot, example)
    refused = ["zebra", "nan"]
    refused += [f"{field.range.high * 10:.0f}"] if math.isfinite(field.range.high) else []
    refused += [f"{field.range.low - 1:.0f}"] if math.isfinite(field.range.low) else []
    for number in numbers(form, field):
        for text in refused:
            # as one text: the beginning of it alone could be a number that is right
            number.lineEdit().setText(text)
            number.lineEdit().textEdited.emit(text)
            assert message(form, field.name).startswith("Expected ")
            assert number.lineEdit().text() == text
            assert number.property("invalid") is True
        qtbot.keyClick(number, Qt.Key.Key_Escape)
        assert message(form, field.name) == ""
    assert not edits.told
    assert form.declared == example


def test_a_stroke_of_one_number_has_one_key_and_a_choice_has_none(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Convolution.example())
    numbers_of_units = editor(form, "nb_kernel", NumberEditor)
    qtbot.keyClick(numbers_of_units, Qt.Key.Key_Up)
    qtbot.keyClick(numbers_of_units, Qt.Key.Key_Up)
    qtbot.keyClick(editor(form, "groups", NumberEditor), Qt.Key.Key_Up)
    editor(form, "activation", ChoiceEditor).setCurrentText("Tanh")
    keys = [key for _, _, key in edits.told]
    assert keys[0] == keys[1] != ""
    assert keys[2] not in ("", keys[0])
    assert keys[3] == ""


def test_yes_or_no_and_choices_are_steps_of_their_own_and_shown_without_telling(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Rare())
    editor(form, "nested", BoolEditor).click()
    editor(form, "padding", ChoiceEditor).setCurrentText("same")
    assert edits.told[-1] == ("padding", Rare(nested=True, padding="same"), "")
    assert edits.told[0][2] == ""
    edits.told.clear()
    form.follow(Rare())
    assert (editor(form, "nested").isChecked(), editor(form, "padding").currentText()) == (False, "valid")
    assert edits.told == []


def test_a_number_may_be_left_out_where_none_is_a_value(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Rare())
    limit = editor(form, "limit", NumberEditor)
    assert (limit.lineEdit().text(), limit.lineEdit().placeholderText()) == ("", "none")
    retype(qtbot, limit, "7")
    limit.selectAll()
    qtbot.keyClick(limit, Qt.Key.Key_Backspace)
    assert [declared.limit for _, declared, _ in edits.told] == [7, None]
    qtbot.keyClick(limit, Qt.Key.Key_Up)
    assert edits.told[-1][1].limit is not None


def test_what_does_not_go_with_another_field_is_refused_where_it_was_given(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Rare(nested=True))
    retype(qtbot, editor(form, "limit", NumberEditor), "7")
    assert (message(form, "limit"), edits.told) == ("Expected something else for what is nested.", [])
    form.load(Rare(nested=True))
    assert message(form, "limit") == ""
    retype(qtbot, editor(form, "limit", NumberEditor), "7")
    retype(qtbot, editor(form, "limit", NumberEditor), "8")
    assert (message(form, "limit"), edits.told[-1][1]) == ("", Rare(nested=True, limit=8))


def test_a_number_inside_a_choice_changes_the_outer_declaration(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, TrainSettings(optimizer=SGD(lr=0.01)))
    retype(qtbot, editor(form, "optimizer_lr", NumberEditor), "0.5")
    name, declared, key = edits.told[-1]
    assert (name, declared.optimizer) == ("optimizer", SGD(lr=0.5))
    assert key != ""


def test_another_kind_keeps_what_both_kinds_have(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, TrainSettings(optimizer=SGD(lr=0.5, decay=0.1)))
    editor(form, "optimizer", ChoiceEditor).setCurrentText("RMSProp")
    assert edits.told[-1][1].optimizer == RMSProp(lr=0.5, decay=0.1)
    retype(qtbot, editor(form, "optimizer_rho", NumberEditor), "0.5")
    assert edits.told[-1][1].optimizer == RMSProp(lr=0.5, decay=0.1, rho=0.5)


def test_refused_text_outlives_a_change_of_another_field(qtbot: QtBot) -> None:
    form, _ = loaded(qtbot, Dense(32, activation=ReLU()))
    units = editor(form, "outshape", NumberEditor)
    retype(qtbot, units, "0")
    editor(form, "activation", ChoiceEditor).setCurrentText("Tanh")
    form.follow(form.declared)
    assert units.lineEdit().text() == "0"
    assert message(form, "outshape").startswith("Expected a whole number")


def test_refused_text_is_forgotten_when_another_layer_of_the_kind_is_shown(qtbot: QtBot) -> None:
    form, _ = loaded(qtbot, Dense(32))
    retype(qtbot, editor(form, "outshape", NumberEditor), "0")
    form.load(Dense(32))
    assert editor(form, "outshape", NumberEditor).lineEdit().text() == "32"
    assert message(form, "outshape") == ""


def test_both_refusals_of_a_pair_are_told_one_after_the_other(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Convolution.example())
    height, width = numbers(form, fields(Convolution)[1])
    retype(qtbot, height, "0")
    retype(qtbot, width, "zebra")
    assert message(form, "kernel_size").endswith("received 0.")
    retype(qtbot, height, "5")
    assert message(form, "kernel_size").endswith("received 'zebra'.")
    assert edits.told[-1][1].kernel_size == (5, 3)
    retype(qtbot, width, "7")
    assert message(form, "kernel_size") == ""
    assert edits.told[-1][1].kernel_size == (5, 7)


def test_leaving_a_number_settles_the_stroke(qtbot: QtBot) -> None:
    form, _ = loaded(qtbot, Convolution.example())
    form.load(TrainSettings())
    with qtbot.waitSignal(form.settled, timeout=1000):
        qtbot.keyClick(editor(form, "optimizer_lr", NumberEditor), Qt.Key.Key_Return)
    form.load(Convolution.example())
    for name in ("nb_kernel", "kernel_size_width"):
        with qtbot.waitSignal(form.settled, timeout=1000):
            qtbot.keyClick(editor(form, name, NumberEditor), Qt.Key.Key_Return)


def test_hints_for_code_are_not_shown(qtbot: QtBot) -> None:
    form, _ = loaded(qtbot, Dense.example())
    assert form.findChild(QWidget, "field_inshape") is None


def test_the_tooltip_tells_range_unit_and_default() -> None:
    stride = next(field for field in fields(Convolution) if field.name == "stride")
    assert tooltip(stride) == (
        "How far a kernel moves at each step.<br>One or two whole numbers from 1 to 1024 px.<br>Default: 1."
    )
    augmentation = next(field for field in fields(TrainSettings) if field.name == "augmentation")
    assert tooltip(augmentation).endswith("<br>Default: none.")


def test_a_pair_that_may_be_empty_is_whole_or_empty(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, MaxPooling(2, stride=(3, 4)))
    height, width = (editor(form, f"stride_{side}", NumberEditor) for side in ("height", "width"))
    for number in (height, width):
        qtbot.keyClick(number, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(number, Qt.Key.Key_Delete)
        if number is height:
            assert not edits.told
            assert message(form, "stride") == "Expected both height and width or neither, received one of them."
    assert edits.told == [("stride", MaxPooling(2), "field_stride")]
    assert message(form, "stride") == ""
    retype(qtbot, width, "5")
    assert message(form, "stride")
    form.load(MaxPooling(3))
    assert message(form, "stride") == ""


def test_a_shape_is_typed_in_many_ways_and_refused_with_words(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Reshape((1, 8, 8)))
    line = editor(form, "outshape", ShapeEditor)
    assert line.text() == "1 × 8 × 8"
    for text, wanted in (("2x4, 8", (2, 4, 8)), ("64", (64,)), (" 4 * 16 ", (4, 16))):
        line.selectAll()
        qtbot.keyClicks(line, text)
        assert form.declared == Reshape(wanted)
    for text in ("4 ×", "0", "-1", "zebra", ""):
        line.setText(text)
        line.textEdited.emit(text)
        assert message(form, "outshape").startswith("Expected sizes of 1 or more, such as 16 × 7 × 7, received ")
        assert form.declared == Reshape((4, 16))
    form.follow(Reshape((4, 16)))
    assert line.text() == ""  # what was refused stays as long as the field does not change
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert (line.text(), message(form, "outshape")) == ("4 × 16", "")
    assert {key for _, _, key in edits.told} == {"field_outshape"}


def test_explicit_numbers_are_chosen_beside_the_words(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Convolution.example())
    choice = editor(form, "padding_choice", ChoiceEditor)
    height, width = (editor(form, f"padding_{side}", NumberEditor) for side in ("height", "width"))
    assert (choice.currentText(), height.isHidden() or height.parent().isHidden()) == ("valid", True)
    choice.setCurrentText("explicit")
    assert not height.parent().isHidden()
    assert edits.told[-1][1] == Convolution.example().replace(padding=1)
    retype(qtbot, width, "2")
    assert form.declared == Convolution.example().replace(padding=(1, 2))
    retype(qtbot, height, "9999")
    assert message(form, "padding").startswith("Expected a whole number from 0 to 1024")
    choice.setCurrentText("same")
    assert (message(form, "padding"), form.declared) == ("", Convolution.example().replace(padding="same"))
    edits.told.clear()
    form.follow(Convolution.example().replace(padding=(3, 4)))
    assert (choice.currentText(), height.value(), width.value()) == ("explicit", 3, 4)
    assert not edits.told


def options(form: DeclaredForm, name: str) -> list[str]:
    choice = editor(form, name, ChoiceEditor)
    return [choice.itemText(place) for place in range(choice.count())]


def test_what_may_be_left_out_has_a_choice_for_it(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Rare())
    choice = editor(form, "extra", ChoiceEditor)
    assert (choice.currentText(), choice.count()) == ("Without", len(Activation.kinds) + 1)
    choice.setCurrentText("Leaky ReLU")
    retype(qtbot, editor(form, "extra_slope", NumberEditor), "0.5")
    assert edits.told[-1][1] == Rare(extra=LeakyReLU(0.5))
    choice.setCurrentText("Without")
    assert edits.told[-1] == ("extra", Rare(), "")
    assert editor(form, "extra_slope", NumberEditor).parent().parent().isHidden()
    form.follow(Rare(extra=LeakyReLU(0.5)))
    assert choice.currentText() == "Leaky ReLU"
    assert "Without" not in options(form, "fixed")
    form.load(Convolution.example())
    assert options(form, "activation")[0] == "None (linear)"


def more(form: DeclaredForm) -> Fold:
    fold = form.findChild(Fold)
    assert fold is not None
    return fold


def test_what_is_seldom_changed_is_folded_away_until_asked_for(qtbot: QtBot) -> None:
    form, edits = loaded(qtbot, Convolution.example())
    form.show()
    stride, groups = (editor(form, name, NumberEditor) for name in ("stride_height", "groups"))
    assert (stride.isVisible(), groups.isVisible()) == (True, False)
    more(form).button.click()
    assert groups.isVisible()
    more(form).button.click()
    assert not groups.isVisible()
    assert not edits.told
    form.load(Flatten())
    assert not [fold for fold in form.findChildren(Fold) if not fold.isHidden()]


def test_what_acts_folded_away_is_named(qtbot: QtBot) -> None:
    form, _ = loaded(qtbot, Convolution.example().replace(padding="same", bias=False))
    assert more(form).in_use.text == "Padding · Bias"
    form.follow(Convolution.example())
    assert more(form).in_use.text == ""
    editor(form, "bias", BoolEditor).click()
    assert more(form).in_use.text == "Bias"
    more(form).button.click()
    assert more(form).in_use.isHidden()


def test_what_was_unfolded_stays_so_for_other_kinds_and_whoever_remembers_it(qtbot: QtBot) -> None:
    unfolded: set[str] = set()
    form = DeclaredForm("field", unfolded)
    qtbot.addWidget(form)
    form.load(Convolution.example())
    form.findChild(QPushButton, "field_more").click()
    assert unfolded == {"field"}
    form.load(TransposedConvolution.example())
    assert not editor(form, "bias").isHidden()
    twin = DeclaredForm("field", unfolded)
    qtbot.addWidget(twin)
    twin.load(Convolution.example())
    assert more(twin).button.isChecked()
    more(twin).button.click()
    assert unfolded == set()


def test_the_arrow_follows_the_theme(qtbot: QtBot) -> None:
    form, _ = loaded(qtbot, Convolution.example())
    before = more(form).button.icon().pixmap(16).toImage()
    theme.manager().choose("dark")
    assert more(form).button.icon().pixmap(16).toImage() != before
