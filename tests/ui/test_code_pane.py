"""The code pane shows what Export writes, changing as the network does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slugstudio.export.code import code, text_of
from slugstudio.project import edits
from slugstudio.ui import theme
from slugstudio.ui.code_pane import LANGUAGES, CodePane
from slugstudio.ui.document import Document


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def pane(qtbot: QtBot, document: Document, settings: QSettings) -> Iterator[CodePane]:
    pane = CodePane(document, settings, lambda: "digits")
    qtbot.addWidget(pane)
    pane.resize(600, 300)
    pane.show()
    qtbot.waitUntil(lambda: bool(pane.text.toPlainText()))
    yield pane
    pane.finish()


def written(document: Document, language: str) -> str:
    return text_of(code(document.design, language, "digits")).rstrip("\n")


def marked(pane: CodePane) -> list[str]:
    return [mark.cursor.block().text().strip() for mark in pane.text.extraSelections()]


def test_it_is_the_code_that_export_writes_in_each_language(pane: CodePane, document: Document, qtbot: QtBot) -> None:
    for place, language in enumerate(LANGUAGES):
        pane.language.setCurrentIndex(place)
        qtbot.waitUntil(lambda language=language: pane.text.toPlainText() == written(document, language))


def test_it_follows_edits_and_undo(pane: CodePane, document: Document, qtbot: QtBot) -> None:
    before = pane.text.toPlainText()
    document.edit(edits.remove_layers(document.design, document.design.ids[3:4]), "delete")
    qtbot.waitUntil(lambda: pane.text.toPlainText() == written(document, "slugstudio"))
    assert pane.text.toPlainText() != before
    document.undo()
    qtbot.waitUntil(lambda: pane.text.toPlainText() == before)


def test_the_lines_of_the_selected_layers_are_marked_and_in_sight(pane: CodePane, document: Document) -> None:
    document.select([document.design.ids[4]])
    lines = code(document.design, "slugstudio", "digits")
    assert marked(pane) == [line.text.strip() for line in lines if line.layer == document.design.ids[4]]
    assert marked(pane)
    marks = pane.text.extraSelections()
    first = marks[0].cursor.blockNumber()
    bar = pane.text.verticalScrollBar()
    assert bar.value() <= first <= bar.value() + bar.pageStep()
    document.select([])
    assert marked(pane) == []


def test_a_click_into_the_code_selects_the_layer(pane: CodePane, document: Document, qtbot: QtBot) -> None:
    lines = code(document.design, "slugstudio", "digits")
    number = next(n for n, line in enumerate(lines) if line.layer == document.design.ids[1])
    pane.activateWindow()
    pane.setFocus()
    qtbot.waitUntil(pane.text.hasFocus)
    pane.text.setTextCursor(QTextCursor(pane.text.document().findBlockByNumber(number)))
    assert document.selection == (document.design.ids[1],)


def test_copy_puts_all_of_it_on_the_clipboard(pane: CodePane, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(pane.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text().rstrip("\n") == written(document, "slugstudio")


def test_the_language_is_remembered(pane: CodePane, document: Document, settings: QSettings, qtbot: QtBot) -> None:
    pane.language.setCurrentIndex(pane.language.findData("keras"))
    again = CodePane(document, settings, lambda: "digits")
    qtbot.addWidget(again)
    assert again.language.currentData() == "keras"


def test_hidden_it_writes_nothing_and_shown_it_is_right(pane: CodePane, document: Document, qtbot: QtBot) -> None:
    pane.hide()
    before = pane.text.toPlainText()
    document.edit(edits.remove_layers(document.design, document.design.ids[3:4]), "delete")
    qtbot.wait(100)
    assert pane.text.toPlainText() == before
    pane.show()
    qtbot.waitUntil(lambda: pane.text.toPlainText() == written(document, "slugstudio"))


def test_words_texts_and_comments_have_their_colours(pane: CodePane) -> None:
    colours = {}
    block = pane.text.document().begin()
    while block.isValid():
        for part in block.layout().formats():
            text = block.text()[part.start : part.start + part.length]
            colours.setdefault(text, part.format.foreground().color().name())
        block = block.next()
    told = colours['"""A network made with Slugstudio, for its own engine.']
    assert len({colours["import"], told, theme.current().text.name()}) == 3
