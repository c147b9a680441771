from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.engine.layers.base import Layer
from slugstudio.ui.stack import mime
from slugstudio.ui.stack.palette import Palette
from slugstudio.ui.stack.palette_model import PaletteModel, Role, rows


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    palette = Palette()
    qtbot.addWidget(palette)
    with qtbot.waitActive(palette):
        palette.show()
    return palette


@pytest.fixture
def added(palette: Palette) -> list[str]:
    kinds: list[str] = []
    palette.added.connect(kinds.append)
    return kinds


def found(search: str) -> list[str]:
    return [row.kind for row in rows(search) if row.kind]


def current(palette: Palette) -> str | None:
    return palette.list.currentIndex().data(Role.KIND)


def test_every_kind_is_there_once_below_the_heading_of_its_group() -> None:
    assert sorted(found("")) == sorted(Layer.kinds)
    heading = ""
    for row in rows():
        heading = row.label if not row.kind else heading
        assert heading.lower() == row.group
        assert not row.kind or Layer.kinds[row.kind].group == row.group


@pytest.mark.parametrize("kind", Layer.kinds)
def test_every_kind_is_found_by_its_name_and_its_description(kind: str) -> None:
    label, summary = Layer.kinds[kind].label, Layer.kinds[kind].summary()
    assert kind in found(label)
    assert kind in found(f"  {label.upper()} ")
    assert kind in found(summary)


def test_all_words_must_be_there_and_headings_without_kinds_go() -> None:
    assert set(found("pooling max")) == {"MaxPooling"}
    assert [row.label for row in rows("dropout") if not row.kind] == ["Regularise"]
    assert rows("zebra") == ()


@pytest.mark.parametrize("kind", Layer.kinds)
def test_the_search_means_the_kind_whose_name_is_typed(qapp: object, kind: str) -> None:
    model = PaletteModel()
    model.search(Layer.kinds[kind].label.lower())
    assert model.index(model.best()).data(Role.KIND) == kind


def test_the_model_keeps_the_rules_of_qt(qapp: object) -> None:
    model = PaletteModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for text in ("pool", "zebra", ""):
        model.search(text)
    assert tester.model() is model


def test_headings_cannot_be_selected_or_dragged(qapp: object) -> None:
    model = PaletteModel()
    for row, entry in enumerate(rows()):
        flags = model.flags(model.index(row))
        assert bool(flags & Qt.ItemFlag.ItemIsDragEnabled) == bool(entry.kind)
        assert bool(flags & Qt.ItemFlag.ItemIsSelectable) == bool(entry.kind)


def test_what_is_dragged_is_the_kind() -> None:
    data = mime.of_kind("Dense")
    assert data.formats() == PaletteModel().mimeTypes()
    assert (mime.kind(data), mime.layers(data, "stack")) == ("Dense", [])


def test_typing_and_enter_add_the_likeliest_kind(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "dro")
    assert current(palette) == "Dropout"
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert (added, palette.search.text()) == (["Dropout"], "")


def test_a_letter_typed_over_the_stack_is_the_first_of_the_search(palette: Palette, qtbot: QtBot) -> None:
    palette.list.setFocus()
    palette.search_for("d")
    assert palette.search.hasFocus()
    qtbot.keyClicks(palette.search, "ense")
    assert palette.search.text() == "dense"


def test_the_arrow_keys_of_the_search_go_through_the_kinds(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    kinds = found("")
    for kind in kinds:
        qtbot.keyClick(palette.search, Qt.Key.Key_Down)
        assert current(palette) == kind
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    assert current(palette) == kinds[-1]
    qtbot.keyClick(palette.search, Qt.Key.Key_Up)
    qtbot.keyClick(palette.search, Qt.Key.Key_Enter)
    assert added == [kinds[-2]]


def test_enter_without_a_choice_adds_nothing(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert added == []


def test_escape_empties_the_search(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "pool")
    qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert palette.list.model().rowCount() == len(rows())


def test_where_nothing_matches_all_can_be_shown_again(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "zebra")
    show_all = palette.findChild(QPushButton, "paletteShowAll")
    assert (show_all.isVisible(), palette.list.isVisible()) == (True, False)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert added == []
    qtbot.keyClicks(palette.search, "zebra")
    qtbot.mouseClick(show_all, Qt.MouseButton.LeftButton)
    assert (palette.list.isVisible(), palette.search.text()) == (True, "")


def test_a_double_click_and_enter_add_an_entry_and_a_heading_adds_nothing(
    palette: Palette, added: list[str], qtbot: QtBot
) -> None:
    for row, entry in enumerate(rows()):
        where = palette.list.visualRect(palette.list.model().index(row)).center()
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        qtbot.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert added == ([entry.kind] if entry.kind else [])
        added.clear()
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert added == [found("")[-1]]


def test_the_arrow_keys_of_the_list_skip_headings(palette: Palette, qtbot: QtBot) -> None:
    palette.list.setFocus()
    palette.list.go(palette.list.model().first())
    for kind in found("")[1:]:
        qtbot.keyClick(palette.list, Qt.Key.Key_Down)
        assert current(palette) == kind


def test_entries_say_what_they_are(qapp: object) -> None:
    model = PaletteModel()
    dense = model.index(model.row_of("Dense"))
    assert dense.data(Qt.ItemDataRole.AccessibleTextRole) == "Dense, learn"
    assert dense.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Connects every input with every unit."
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Learn, group"
    assert model.row_of("Magic") is None
