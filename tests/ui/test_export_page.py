from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.export import targets
from slugstudio.export.onnx_model import ONNX
from slugstudio.ui import theme
from slugstudio.ui.export_page import ExportPage, TargetCard


class Chosen:
    def __init__(self, page: ExportPage) -> None:
        self.names: list[str] = []
        self.left = 0
        page.chosen.connect(self.names.append)
        page.left.connect(self._leave)

    def _leave(self) -> None:
        self.left += 1


@pytest.fixture
def page(qtbot: QtBot) -> ExportPage:
    page = ExportPage()
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.refresh()
    return page


def card_of(page: ExportPage, name: str) -> TargetCard:
    found = page.findChild(TargetCard, f"export_{name}")
    assert found is not None
    return found


def focused() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.objectName()


def test_there_is_a_card_for_each_target_with_what_comes_out(page: ExportPage) -> None:
    assert [card.accessibleName() for card in page.cards] == [cls.label for cls in targets()]
    for card in page.cards:
        assert card.target.description in card.accessibleDescription()
        assert card.target.endings[0] in card.accessibleDescription()
    assert focused() == page.cards[0].objectName()


@pytest.mark.parametrize("name", [cls.name for cls in targets()])
def test_a_click_chooses_a_target(page: ExportPage, qtbot: QtBot, name: str) -> None:
    chosen = Chosen(page)
    qtbot.mouseClick(card_of(page, name), Qt.MouseButton.LeftButton)
    assert chosen.names == [name]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_key_chooses_the_card_in_focus(page: ExportPage, qtbot: QtBot, key: Qt.Key) -> None:
    chosen = Chosen(page)
    qtbot.keyClick(card_of(page, "npz"), key)
    assert chosen.names == ["npz"]


def test_escape_and_the_button_go_back(page: ExportPage, qtbot: QtBot) -> None:
    chosen = Chosen(page)
    qtbot.keyClick(page.cards[1], Qt.Key.Key_Escape)
    assert chosen.left == 1
    qtbot.mouseClick(page.findChild(QPushButton, "exportsBack"), Qt.MouseButton.LeftButton)
    assert (chosen.left, chosen.names) == (2, [])


def test_the_arrow_keys_go_from_card_to_card(page: ExportPage, qtbot: QtBot) -> None:
    first, second = page.cards[0], page.cards[1]
    for forth, back in ((Qt.Key.Key_Right, Qt.Key.Key_Left), (Qt.Key.Key_Down, Qt.Key.Key_Up)):
        qtbot.keyClick(first, forth)
        assert focused() == second.objectName()
        qtbot.keyClick(second, back)
        assert focused() == first.objectName()
    qtbot.keyClick(page, Qt.Key.Key_A)
    assert focused() == first.objectName()


def test_what_lacks_a_package_says_how_to_install_it(page: ExportPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ONNX, "packages", ("no_such_package",))
    page.refresh()
    card = card_of(page, "onnx")
    assert not card.isEnabled()
    assert 'install it: pip install "slugstudio[onnx]"' in card.accessibleDescription()
    card.grab()
    monkeypatch.undo()
    page.refresh()
    assert card.isEnabled()


@pytest.mark.parametrize("lacking", [False, True])
def test_all_text_of_a_card_has_room(page: ExportPage, monkeypatch: pytest.MonkeyPatch, lacking: bool) -> None:
    monkeypatch.setattr(ONNX, "packages", ("no_such_package",) if lacking else ())
    page.refresh()
    small = QFontMetrics(theme.font(theme.LABEL))
    for card in page.cards:
        (text,) = card.texts
        around = small.boundingRect(0, 0, card.width() - 34, 1000, int(Qt.TextFlag.TextWordWrap), text)
        assert around.height() <= 2 * small.lineSpacing(), card.target.label
