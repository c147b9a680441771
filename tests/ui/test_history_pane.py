"""The history pane lists every step and goes to the one that is asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slugstudio.project import edits
from slugstudio.ui.document import Document
from slugstudio.ui.history_pane import HistoryPane


@pytest.fixture
def pane(qtbot: QtBot, document: Document) -> HistoryPane:
    pane = HistoryPane(document)
    pane.asked.connect(document.travel)
    qtbot.addWidget(pane)
    pane.show()
    return pane


def delete(document: Document, place: int) -> None:
    document.edit(edits.remove_layers(document.design, [document.design.ids[place]]), f"delete {place}")


def rows(pane: HistoryPane) -> list[str]:
    model = pane.list.model()
    return [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]


def test_it_lists_the_steps_and_marks_where_the_document_is(pane: HistoryPane, document: Document) -> None:
    delete(document, 0)
    delete(document, 2)
    document.undo()
    assert rows(pane) == ["Beginning, done", "delete 0, now", "delete 2, undone"]
    assert pane.list.currentIndex().data() == "Delete 0"


def test_a_click_goes_back_and_forward_again(pane: HistoryPane, document: Document, qtbot: QtBot) -> None:
    start = document.design
    for _ in range(3):
        delete(document, 0)
    last = document.design

    def click(row: int) -> None:
        rect = pane.list.visualRect(pane.list.model().index(row, 0))
        qtbot.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    click(0)
    assert document.design == start
    click(3)
    assert document.design == last
    click(3)
    assert document.place == 3


def test_enter_goes_to_the_selected_step(pane: HistoryPane, document: Document, qtbot: QtBot) -> None:
    start = document.design
    delete(document, 0)
    pane.setFocus()
    qtbot.keyClick(pane.list, Qt.Key.Key_Up)
    assert document.design != start
    qtbot.keyClick(pane.list, Qt.Key.Key_Return)
    assert document.design == start


def test_what_was_learned_or_selected_is_no_step(pane: HistoryPane, document: Document) -> None:
    document.select(document.design.ids[:1])
    document.learned(None, document.project.history)
    assert rows(pane) == ["Beginning, now"]
