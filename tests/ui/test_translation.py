"""The window speaks the language whose catalogue is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from slugstudio.engine.messages import Message
from slugstudio.ui.translation import CONTEXT, told, tr

WORDS = {"{n} layers": "{n} Schichten", "its input": "die Eingabe", "{a} does not fit": "{a} passt nicht"}


class German(QTranslator):
    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return WORDS.get(text, "") if context == CONTEXT else ""

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    translator = German()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_without_a_catalogue_texts_are_as_in_the_source(qtbot: QtBot) -> None:
    assert (tr("{n} layers", n=2), tr("100 {}"), told("Dense"), told("")) == ("2 layers", "100 {}", "Dense", "")


@pytest.mark.usefixtures("german")
def test_texts_are_translated_with_their_values() -> None:
    assert tr("{n} layers", n=2) == "2 Schichten"
    assert tr("{a} does not fit", a=Message("input", "its input")) == "die Eingabe passt nicht"


@pytest.mark.usefixtures("german")
def test_messages_from_below_are_translated() -> None:
    assert told(Message("fit", "{a} does not fit", a="5x5")) == "5x5 passt nicht"
