"""The catalogue has every text that the window gives to be translated, and Qt's tools read it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from slugstudio.ui.translation import tr
from tools import make_translations


def test_the_catalogue_is_what_the_program_says() -> None:
    kept = make_translations.CATALOGUE.read_text("utf-8")
    assert kept == make_translations.catalogue(), "run python -m tools.make_translations"


def test_all_kinds_of_texts_are_in_it() -> None:
    found = set(make_translations.texts())
    for text in ("Undo", "Take the last edit back.", "Convolution", "Keep the function", "{n} mult-adds", "Units"):
        assert text in found


def test_texts_are_found_where_they_are_given() -> None:
    source = (
        'tr("One {n}", n=2)\nMessage("code", "Two")\nActionSpec("a.b", "Three", (), "Four")\ntr(name)\nother("Five")'
    )
    assert list(make_translations.texts_of(source)) == ["One {n}", "Two", "Three", "Four"]


def test_a_translation_made_with_qts_tools_is_spoken(qtbot: QtBot, tmp_path: Path) -> None:
    german = make_translations.catalogue().replace(
        '<source>Keep the function</source>\n            <translation type="unfinished"></translation>',
        "<source>Keep the function</source>\n            <translation>Funktion behalten</translation>",
    )
    (tmp_path / "slugstudio_de.ts").write_text(german, "utf-8")
    release = Path(sys.executable).with_name("pyside6-lrelease")
    made = tmp_path / "slugstudio_de.qm"
    subprocess.run([release, tmp_path / "slugstudio_de.ts", "-qm", made], check=True, capture_output=True)
    translator = QTranslator()
    assert translator.load(str(made))
    QCoreApplication.installTranslator(translator)
    try:
        assert tr("Keep the function") == "Funktion behalten"
        assert tr("Begin anew") == "Begin anew"
    finally:
        QCoreApplication.removeTranslator(translator)
