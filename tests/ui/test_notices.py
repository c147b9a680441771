from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.ui import theme
from slugstudio.ui.notices import Notice, NoticeBar


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    return bar


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.text() if isinstance(widget, QPushButton) else ""


def answers(bar: NoticeBar) -> list[str]:
    return [button.text() for button in bar.findChildren(QPushButton) if not button.isHidden()]


def test_a_notice_is_shown_until_it_is_dismissed(bar: NoticeBar, qtbot: QtBot) -> None:
    assert (bar.isHidden(), bar.text) == (True, "")
    bar.tell(Notice("The disk is full."))
    label = bar.findChild(QLabel, "noticeText")
    assert (bar.isVisible(), bar.text, label.text()) == (True, "The disk is full.", "The disk is full.")
    assert label.accessibleName() == "The disk is full."
    qtbot.mouseClick(bar.findChild(QToolButton, "noticeClose"), Qt.MouseButton.LeftButton)
    assert (bar.isHidden(), bar.text) == (True, "")


def test_an_answer_is_carried_out_once_the_notice_is_gone(bar: NoticeBar, qtbot: QtBot) -> None:
    given: list[tuple[str, bool]] = []
    choices = [(name, lambda name=name: given.append((name, bar.isVisible()))) for name in ("Save", "Discard")]
    bar.tell(Notice("Save the changes?", "warning", choices))
    assert answers(bar) == ["Save", "Discard"]
    qtbot.mouseClick(bar.findChild(QPushButton, "noticeAnswer1"), Qt.MouseButton.LeftButton)
    assert given == [("Discard", False)]
    assert answers(bar) == []


def test_an_answer_may_bring_the_next_notice(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.tell(Notice("First", answers=[("Go on", lambda: bar.tell(Notice("Second")))]))
    qtbot.mouseClick(bar.findChild(QPushButton, "noticeAnswer0"), Qt.MouseButton.LeftButton)
    assert (bar.isVisible(), bar.text, answers(bar)) == (True, "Second", [])


def test_a_new_notice_takes_the_place_of_the_old(bar: NoticeBar) -> None:
    bar.tell(Notice("First", answers=[("One", lambda: None)]))
    bar.tell(Notice("Second", answers=[("Two", lambda: None)]))
    assert (bar.text, answers(bar)) == ("Second", ["Two"])


def test_escape_dismisses_without_an_answer(bar: NoticeBar, qtbot: QtBot) -> None:
    given: list[str] = []
    bar.tell(Notice("Delete?", answers=[("Delete", lambda: given.append("Delete"))]))
    qtbot.keyClick(bar.findChild(QPushButton, "noticeAnswer0"), Qt.Key.Key_Escape)
    assert (bar.isHidden(), given) == (True, [])


def test_the_likely_answer_has_the_focus(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.tell(Notice("Save?", answers=[("Save", lambda: None), ("Discard", lambda: None)]))
    qtbot.waitUntil(lambda: focused() == "Save")
    bar.tell(Notice("Go on?", answers=[("Go on", lambda: None)]))
    qtbot.waitUntil(lambda: focused() == "Go on")


@pytest.mark.parametrize("severity", ["good", "warning", "error"])
def test_each_severity_has_its_icon_in_both_themes(bar: NoticeBar, severity: str) -> None:
    bar.tell(Notice("Something", severity))
    icon = next(label for label in bar.findChildren(QLabel) if not label.pixmap().isNull())
    light = icon.pixmap().toImage()
    theme.manager().choose("dark")
    assert icon.pixmap().toImage() != light


def test_enter_answers_and_the_focus_goes_back_to_where_it_was(qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    other, editor, bar = QLineEdit(), QLineEdit(), NoticeBar()
    for widget in (other, bar, editor):
        column.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    editor.setFocus()
    told: list[str] = []
    bar.tell(Notice("Save?", "warning", (("Save", lambda: told.append("save")),)))
    answer = QApplication.focusWidget()
    assert isinstance(answer, QPushButton)
    qtbot.keyClick(answer, Qt.Key.Key_Return)
    assert told == ["save"]
    assert QApplication.focusWidget() is editor
