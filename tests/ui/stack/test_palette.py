from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSettings, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.datasets import DataSource
from slugstudio.engine.activation import Activation
from slugstudio.engine.data.resources import resource
from slugstudio.engine.layers.base import Layer
from slugstudio.ui import icons, theme
from slugstudio.ui.files import texts
from slugstudio.ui.stack import mime
from slugstudio.ui.stack.entries import Entry, entries, likeliest
from slugstudio.ui.stack.entries import found as entries_found
from slugstudio.ui.stack.entry_look import COMPACT_HEIGHT, ENTRY_HEIGHT, paint_icon
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
    sources = [f"data/{kind}" for kind in DataSource.kinds]
    functions = [f"ActivationLayer/{kind}" for kind in Activation.kinds if kind != "Noop"]
    layers = [kind for kind in Layer.kinds if kind != "ActivationLayer"]
    assert sorted(found("")) == sorted(sources + functions + layers)
    heading = ""
    for row in rows():
        heading = row.label if not row.kind else heading
        assert heading.lower() == row.group
        assert row.kind not in Layer.kinds or Layer.kinds[row.kind].group == row.group


def test_folded_groups_show_their_heading_alone_but_never_hide_what_is_searched_for() -> None:
    folded = frozenset({"learn", "input"})
    assert [row.label for row in rows("", folded)][:3] == ["Input", "Learn", "Activate"]
    assert not any(row.kind for row in rows("", folded) if row.group in folded)
    assert rows("dense", folded) == rows("dense")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("fully connected", "Dense"),
        ("linear", "Dense"),
        ("conv", "Convolution"),
        ("relu", "ActivationLayer/ReLU"),
        ("bn", "BatchNormalization"),
        ("avg pool", "MeanPooling"),
        ("skip", "Residual"),
        ("swish", "ActivationLayer/SiLU"),
        ("po", "GlobalMeanPooling"),
    ],
)
def test_the_names_that_others_use_lead_to_it(typed: str, key: str) -> None:
    best = likeliest(typed, entries_found(typed))
    assert best is not None
    assert best.key == key


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_everything_is_found_by_its_names_and_its_description(entry: Entry) -> None:
    assert entry.key in found(entry.label)
    assert entry.key in found(f"  {entry.label.upper()} ")
    assert entry.key in found(entry.summary)
    for other in entry.declared.also:
        assert entry.key in found(other)


def test_all_words_must_be_there_and_headings_without_kinds_go() -> None:
    assert set(found("pooling max")) == {"MaxPooling"}
    assert [row.label for row in rows("dropout") if not row.kind] == ["Regularise"]
    assert rows("zebra") == ()


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_the_search_means_the_entry_whose_name_is_typed(qapp: object, entry: Entry) -> None:
    model = PaletteModel()
    model.search(entry.label.lower())
    assert model.index(model.best()).data(Role.KIND) == entry.key


def test_the_model_keeps_the_rules_of_qt(qapp: object) -> None:
    model = PaletteModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for text in ("pool", "zebra", ""):
        model.search(text)
    assert tester.model() is model


def test_headings_cannot_be_dragged(qapp: object) -> None:
    model = PaletteModel()
    for row, entry in enumerate(rows()):
        flags = model.flags(model.index(row))
        assert bool(flags & Qt.ItemFlag.ItemIsDragEnabled) == bool(entry.kind)
        assert flags & Qt.ItemFlag.ItemIsSelectable


def test_what_is_dragged_is_the_kind() -> None:
    data = mime.of_kind("Dense")
    assert data.formats() == PaletteModel().mimeTypes()
    assert (mime.kind(data), mime.layers(data, "stack")) == ("Dense", [])


def test_typing_and_enter_add_the_likeliest_kind(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "dro")
    assert current(palette) == "Dropout"
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert (added, palette.search.text()) == (["Dropout"], "")


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


def test_a_double_click_and_enter_add_an_entry(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    for row, entry in enumerate(rows()):
        if not entry.kind:
            continue  # folds; see below
        palette.list.scrollTo(palette.list.model().index(row))
        where = palette.list.visualRect(palette.list.model().index(row)).center()
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        qtbot.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert added == [entry.kind]
        added.clear()
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert added == [found("")[-1]]


def test_a_click_on_a_heading_folds_its_group_and_it_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    palette = Palette(settings)
    qtbot.addWidget(palette)
    palette.show()
    everything = palette.list.model().rowCount()

    def click() -> None:
        where = palette.list.visualRect(palette.list.model().index(0)).center()
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)

    click()
    assert palette.list.model().rowCount() == everything - len(DataSource.kinds)
    again = Palette(settings)
    qtbot.addWidget(again)
    assert again.list.model().rowCount() == everything - len(DataSource.kinds)
    click()
    assert palette.list.model().rowCount() == everything
    assert texts(settings, Palette.FOLDED_KEY) == []


def test_the_arrow_keys_fold_as_in_a_tree(palette: Palette, added: list[str], qtbot: QtBot) -> None:
    model = palette.list.model()
    everything = model.rowCount()
    palette.list.setFocus()
    palette.list.go(model.row_of("Dense"))
    qtbot.keyClick(palette.list, Qt.Key.Key_Left)
    assert (palette.list.currentIndex().data(), model.rowCount()) == ("Learn", everything)
    qtbot.keyClick(palette.list, Qt.Key.Key_Left)
    assert model.row_of("Dense") is None
    assert palette.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) == "Learn, group, folded"
    qtbot.keyClick(palette.list, Qt.Key.Key_Right)
    assert model.rowCount() == everything
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert model.row_of("Dense") is None
    qtbot.keyClick(palette.list, Qt.Key.Key_Space)
    qtbot.keyClick(palette.list, Qt.Key.Key_Down)
    assert palette.list.currentIndex().data(Role.ENTRY) is not None
    assert added == []


@pytest.mark.parametrize("wanted", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_every_entry_has_an_icon_in_the_colour_of_its_group(qapp: object, entry: Entry, wanted: theme.Theme) -> None:
    theme.manager().choose(wanted.name)
    image = QImage(60, 60, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_icon(painter, entry, QRectF(0, 0, 60, 60))
    painter.end()
    inked = {
        image.pixelColor(x, y).name() for x in range(60) for y in range(60) if image.pixelColor(x, y).alpha() > 250
    }
    assert wanted.group(entry.group).name() in inked


def test_a_layer_without_a_drawing_has_the_icon_of_its_group(qapp: object) -> None:
    assert icons.of_kind("Dense", "learn") == "layers/Dense"
    assert icons.of_kind("BrandNew", "learn") == "layers/group-learn"
    for group in theme.GROUPS:
        assert resource("icons", "layers", f"group-{group}.svg").exists()


def test_a_narrow_palette_has_entries_of_one_line(palette: Palette) -> None:
    above, below = (palette.list.model().index(palette.list.model().row_of(key)) for key in ("Convolution", "Dense"))
    palette.setMinimumWidth(0)
    for width, height in ((260, ENTRY_HEIGHT), (150, COMPACT_HEIGHT), (260, ENTRY_HEIGHT)):
        palette.resize(width, 400)
        assert palette.list.visualRect(below).height() == height
        assert palette.list.visualRect(below).top() - palette.list.visualRect(above).top() == height


def test_entries_say_what_they_are(qapp: object) -> None:
    model = PaletteModel()
    dense = model.index(model.row_of("Dense"))
    assert dense.data(Qt.ItemDataRole.AccessibleTextRole) == "Dense, learn"
    assert dense.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Connects every input with every unit."
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Input, group"
    assert model.row_of("Magic") is None
