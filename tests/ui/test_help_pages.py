"""The pages of help: every key is there, versions and details are there to copy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from slugstudio import __version__
from slugstudio.ui.actions import ACTIONS
from slugstudio.ui.help_pages import AboutPage, CrashPage, KeysPage, keys


def test_every_action_with_a_key_is_listed() -> None:
    assert {spec.text.rstrip("…") for spec in ACTIONS.values() if spec.keys} <= {does for _, does, _ in keys()}


def test_keys_are_found_by_what_they_do(qtbot: QtBot) -> None:
    page = KeysPage()
    qtbot.addWidget(page)
    everything = page.shown()
    assert len(everything) == len(keys())
    qtbot.keyClicks(page.search, "ctrl+d")
    assert page.shown() == ["Duplicate"]
    page.search.setText("zebra")
    assert page.shown() == []
    page.search.clear()
    assert page.shown() == everything


def test_escape_leaves(qtbot: QtBot) -> None:
    page = KeysPage()
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.left, timeout=1000):
        qtbot.keyClick(page, Qt.Key.Key_Escape)


def test_versions_are_there_to_copy(qtbot: QtBot) -> None:
    page = AboutPage()
    qtbot.addWidget(page)
    page.refresh()
    qtbot.mouseClick(page.findChild(QPushButton, "aboutCopy"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == page.text.toPlainText()
    for part in (f"Slugstudio {__version__}", "Python 3", "Qt 6", "numpy 2", "Log: "):
        assert part in page.text.toPlainText()


@pytest.fixture
def crash(qtbot: QtBot) -> CrashPage:
    page = CrashPage(lambda: None)
    qtbot.addWidget(page)
    return page


def test_details_of_several_errors_are_there_to_copy(crash: CrashPage, qtbot: QtBot) -> None:
    crash.add("first trace")
    crash.add("second trace")
    assert crash.count == 2
    qtbot.mouseClick(crash.findChild(QPushButton, "crashCopy"), Qt.MouseButton.LeftButton)
    assert "first trace\n\nsecond trace" in QApplication.clipboard().text()


def test_only_the_last_errors_are_kept(crash: CrashPage) -> None:
    for number in range(CrashPage.MOST + 5):
        crash.add(f"trace {number}.")
    assert crash.count == CrashPage.MOST
    assert "trace 4." not in crash.text.toPlainText()
