from __future__ import annotations

import dataclasses
import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slugstudio.engine.layers.base import Layer
from slugstudio.ui import theme
from slugstudio.ui.theme import DARK, GROUPS, LIGHT, Theme, ThemeManager

BOTH = pytest.mark.parametrize("shown", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_itself() -> None:
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)


@BOTH
@pytest.mark.parametrize(
    ("text", "surface"),
    [
        *product(["text", "secondary", "good", "warning", "error"], ["pane", "window", "raised", "hover", "tint"]),
        *product(["accent", "validation"], ["pane", "window", "raised"]),
        *product(["text", "secondary"], ["control"]),
    ],
)
def test_every_text_can_be_read_where_it_stands(shown: Theme, text: str, surface: str) -> None:
    assert contrast(getattr(shown, text), getattr(shown, surface)) >= 4.5


@BOTH
def test_what_is_written_on_the_accent_can_be_read(shown: Theme) -> None:
    assert contrast(shown.on_accent, shown.accent) >= 4.5
    assert contrast(shown.on_accent, shown.accent_hover) >= 4.5


@BOTH
def test_every_role_has_a_colour_of_its_own_theme(shown: Theme) -> None:
    for field in dataclasses.fields(Theme):
        value = getattr(shown, field.name)
        assert value
        assert not isinstance(value, QColor) or (value.isValid() and value.alpha() == 255)
    assert set(shown.groups) == set(GROUPS)
    assert shown.is_dark == (luminance(shown.pane) < luminance(shown.text))


def test_the_palette_groups_are_those_of_the_layers() -> None:
    assert {cls.group for cls in Layer.kinds.values()} <= set(GROUPS)


@BOTH
def test_the_style_sheet_is_filled_and_its_pictures_exist(shown: Theme) -> None:
    sheet = theme.stylesheet(shown)
    assert "$" not in sheet
    pictures = re.findall(r"url\((.*?)\)", sheet)
    assert pictures
    assert not [picture for picture in pictures if not Path(picture).is_file()]


@BOTH
def test_qt_gets_the_full_palette(qapp: QApplication, shown: Theme) -> None:
    theme.apply(qapp, shown)
    made, role = qapp.palette(), QPalette.ColorRole
    assert made.color(role.Window) == shown.pane
    assert made.color(role.Text) == shown.text
    assert made.color(role.Highlight) == shown.accent
    assert made.color(QPalette.ColorGroup.Disabled, role.Text) == shown.disabled
    assert qapp.font().pixelSize() == theme.BODY


def test_views_hear_once_of_another_theme(qtbot: QtBot) -> None:
    heard: list[Theme] = []
    manager = theme.manager()
    manager.changed.connect(heard.append)
    manager.choose("dark")
    manager.choose("dark")
    assert heard == [DARK]
    assert theme.current() is DARK
    manager.changed.disconnect(heard.append)


def test_a_choice_is_remembered_and_nonsense_is_not(qapp: QApplication, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    ThemeManager(qapp, settings).choose("dark")
    again = ThemeManager(qapp, settings)
    assert (again.choice, again.theme) == ("dark", DARK)
    settings.setValue(ThemeManager.KEY, "mauve")
    assert ThemeManager(qapp, settings).choice == "system"


def test_figures_are_tabular(qapp: QApplication) -> None:
    assert theme.font(theme.AXIS).pixelSize() == theme.AXIS
    assert theme.font().featureTags()
    assert theme.font(strong=True).weight() > theme.font().weight()
