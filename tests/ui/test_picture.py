from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from slugstudio.export.picture import GROUPS, drawing
from slugstudio.project.templates import template
from slugstudio.ui import picture, theme


def test_the_picture_shows_the_colours_of_the_groups(qtbot: QtBot, tmp_path: Path) -> None:
    drawn, made = tmp_path / "a.svg", tmp_path / "a.png"
    drawn.write_text(drawing(template("digits-cnn"), "a"), encoding="utf-8")
    assert picture.main(str(drawn), str(made)) == 0
    image = QImage(str(made))
    seen = {image.pixelColor(2 * 20, y).name() for y in range(image.height())}
    assert {GROUPS["input"], GROUPS["learn"], GROUPS["shape"], GROUPS["regularise"]} <= seen


def test_the_colours_are_those_of_the_window() -> None:
    assert {name: colour.name() for name, colour in theme.current().groups.items()} == GROUPS


def test_what_cannot_be_drawn_is_told(qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = tmp_path / "a.svg"
    drawn.write_text(drawing(template("spiral"), "a"), encoding="utf-8")
    assert picture.main(str(drawn), str(tmp_path / "none" / "a.png")) == 1
    assert "cannot be drawn as" in capsys.readouterr().err
