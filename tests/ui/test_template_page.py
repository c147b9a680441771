from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.project import save
from slugstudio.project.analysis import analyse
from slugstudio.project.templates import TEMPLATES, template
from slugstudio.ui import theme
from slugstudio.ui.template_page import TemplatePage

NAMES = list(TEMPLATES)


class Chosen:
    def __init__(self, page: TemplatePage) -> None:
        self.names: list[str] = []
        self.left = 0
        page.chosen.connect(self.names.append)
        page.left.connect(self._leave)

    def _leave(self) -> None:
        self.left += 1


@pytest.fixture
def page(qtbot: QtBot) -> TemplatePage:
    page = TemplatePage()
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def focused() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.objectName()


def test_there_is_a_card_for_each_template_with_its_facts(page: TemplatePage) -> None:
    assert [card.accessibleName() for card in page.cards] == NAMES
    for card in page.cards:
        design = card.template.project().design
        told = card.accessibleDescription()
        assert card.template.description in told
        assert f"{len(design.layers)} layers" in told
        assert f"{analyse(design).n_parameters:,} parameters" in told
        assert f"{design.data.source.title}, {design.data.source.n_samples:,} samples" in told


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_click_begins_with_that_template(page: TemplatePage, qtbot: QtBot, number: int) -> None:
    chosen = Chosen(page)
    qtbot.mouseClick(page.cards[number], Qt.MouseButton.LeftButton)
    assert chosen.names == [NAMES[number]]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_key_begins_with_the_card_in_focus(page: TemplatePage, qtbot: QtBot, key: Qt.Key) -> None:
    chosen = Chosen(page)
    qtbot.keyClick(page.cards[2], key)
    assert chosen.names == [NAMES[2]]


def test_escape_and_the_button_go_back(page: TemplatePage, qtbot: QtBot) -> None:
    chosen = Chosen(page)
    qtbot.keyClick(page.cards[1], Qt.Key.Key_Escape)
    assert chosen.left == 1
    qtbot.mouseClick(page.findChild(QPushButton, "templatesBack"), Qt.MouseButton.LeftButton)
    assert (chosen.left, chosen.names) == (2, [])


def test_the_arrow_keys_go_from_card_to_card(page: TemplatePage, qtbot: QtBot) -> None:
    page.cards[0].setFocus()
    qtbot.keyClick(page.cards[0], Qt.Key.Key_Down)
    assert focused() == f"template_{NAMES[1]}"
    qtbot.keyClick(page.cards[1], Qt.Key.Key_Up)
    assert focused() == f"template_{NAMES[0]}"


def test_other_keys_do_nothing(page: TemplatePage, qtbot: QtBot) -> None:
    chosen = Chosen(page)
    qtbot.keyClick(page, Qt.Key.Key_A)
    assert (chosen.names, chosen.left) == ([], 0)


def test_a_card_shows_focus_and_theme(page: TemplatePage) -> None:
    card = page.cards[0]
    page.cards[1].setFocus()
    plain = card.grab().toImage()
    card.setFocus()
    assert card.grab().toImage() != plain
    page.cards[1].setFocus()
    theme.manager().choose("dark")
    assert card.grab().toImage() != plain


def test_all_text_of_a_card_has_room(page: TemplatePage) -> None:
    from PySide6.QtGui import QFontMetrics

    for card in page.cards:
        for text, font in zip(card.texts, (theme.font(), theme.font(theme.LABEL)), strict=True):
            assert QFontMetrics(font).horizontalAdvance(text) <= card.width() - 34


def shown(page: TemplatePage) -> list[str]:
    return [card.template.name for card in page.cards if not card.isHidden()]


def test_typing_leaves_the_templates_that_say_all_of_it(page: TemplatePage, qtbot: QtBot) -> None:
    chosen = Chosen(page)
    qtbot.keyClicks(page.filter, "digits Batch norm")
    assert shown(page) == ["digits-batchnorm"]
    qtbot.keyClick(page.filter, Qt.Key.Key_Return)
    assert chosen.names == ["digits-batchnorm"]
    page.filter.clear()
    assert shown(page) == NAMES


def test_a_search_that_finds_nothing_says_so(page: TemplatePage, qtbot: QtBot) -> None:
    chosen = Chosen(page)
    nothing = page.findChild(QLabel, "templatesNothing")
    assert nothing.isHidden()
    qtbot.keyClicks(page.filter, "cats")
    assert shown(page) == []
    assert nothing.isVisible()
    qtbot.keyClick(page.filter, Qt.Key.Key_Return)
    assert chosen.names == []
    qtbot.keyClick(page.filter, Qt.Key.Key_Escape)
    assert chosen.left == 1


def test_in_a_low_window_the_card_in_focus_is_scrolled_into_sight(page: TemplatePage, qtbot: QtBot) -> None:
    page.resize(800, 420)
    page.cards[0].setFocus()
    for card in page.cards[:-1]:
        qtbot.keyClick(card, Qt.Key.Key_Down)
    assert focused() == f"template_{NAMES[-1]}"
    assert not page.cards[-1].visibleRegion().isEmpty()


def test_the_last_projects_are_offered_with_their_pictures(page: TemplatePage, qtbot: QtBot, tmp_path: Path) -> None:
    paths = [tmp_path / f"p{number}.slug" for number in range(6)]
    for path in paths[:5]:
        save(template("xor"), path)
    paths[1].write_bytes(b"no project")
    opened: list[Path] = []
    page.recent.opened.connect(opened.append)
    page.begin([])
    assert page.recent._nothing.isVisible()
    page.begin(paths)
    assert [button.path for button in page.recent.buttons] == paths[:4]
    assert page.recent._nothing.isHidden()
    first, damaged, third, _ = page.recent.buttons
    qtbot.waitUntil(lambda: not third.icon().isNull())
    assert not first.icon().isNull()
    assert damaged.icon().isNull()
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    qtbot.keyClick(third, Qt.Key.Key_Return)
    assert opened == [paths[0], paths[2]]
    page.begin(paths[:1])  # while others are read
    page.recent.finish()
