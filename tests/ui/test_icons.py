from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtSvg import QSvgRenderer

from slugstudio.engine.data.resources import resource
from slugstudio.ui import icons, theme
from slugstudio.ui.actions import ACTIONS

FILES = sorted(resource("icons").rglob("*.svg"))
OWN = [
    path.relative_to(resource("icons")).with_suffix("").as_posix()
    for path in FILES
    if "currentColor" in path.read_text("utf-8")
]


def inked(name: str, colour: QColor, ratio: float = 1.0) -> set[str]:
    """Return the opaque colours of a drawn icon."""
    image = icons.pixmap(name, colour, ratio=ratio).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_drawing_is_sound(qapp: object, path: object) -> None:
    assert QSvgRenderer(str(path)).isValid()


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("shown", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_icon_is_drawn_in_the_colour_of_the_theme(qapp: object, name: str, shown: theme.Theme) -> None:
    assert shown.text.name() in inked(name, shown.text, ratio=3.0)


def test_an_icon_is_sharp_on_a_fine_screen(qapp: object) -> None:
    drawn = icons.pixmap("play", theme.LIGHT.text, 16, 2.0)
    assert (drawn.width(), drawn.devicePixelRatio()) == (32, 2.0)


def test_a_disabled_button_has_a_paler_icon(qapp: object) -> None:
    icon = icons.icon("play")
    normal, disabled = (icon.pixmap(16, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    assert normal != disabled


@pytest.mark.parametrize("action_id", [spec.id for spec in ACTIONS.values() if spec.icon])
def test_every_action_has_its_icon(action_id: str) -> None:
    assert ACTIONS[action_id].icon in OWN
