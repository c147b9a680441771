from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slugstudio.ui import theme
from slugstudio.ui.operations import card
from slugstudio.ui.operations.demonstration import demonstrate
from slugstudio.ui.operations.painting import HEIGHT, WIDTH, paint
from slugstudio.ui.stack.entries import Entry, entries
from slugstudio.ui.stack.palette import Palette

NO_BUTTON = Qt.MouseButton.NoButton


@pytest.fixture
def palette(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Palette:
    monkeypatch.setattr(card, "HOVER_MS", 1)
    monkeypatch.setattr(card, "FOCUS_MS", 1)
    palette = Palette()
    palette.resize(230, 700)
    qtbot.addWidget(palette)
    with qtbot.waitActive(palette):
        palette.show()
    palette.list.setFocus()
    return palette


def middle(palette: Palette, key: str) -> QPoint:
    index = palette.list.model().index(palette.list.model().row_of(key))
    return palette.list.visualRect(index).center()


def move(palette: Palette, point: QPoint, buttons: Qt.MouseButton = NO_BUTTON) -> None:
    viewport = palette.list.viewport()
    on_screen = QPointF(viewport.mapToGlobal(point))
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(point), on_screen, NO_BUTTON, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, event)


def shown(palette: Palette) -> str:
    return palette.pictures.card.title.text() if palette.pictures.card.isVisible() else ""


def test_under_a_resting_mouse_the_card_shows_with_its_picture(palette: Palette, qtbot: QtBot) -> None:
    move(palette, middle(palette, "Convolution"))
    qtbot.waitUntil(lambda: shown(palette) == "Convolution")
    qtbot.waitUntil(lambda: palette.pictures.card.picture.shown is not None)
    assert palette.list.hasFocus()
    assert "outlined" in palette.pictures.card.caption.text()
    move(palette, middle(palette, "Dense"))  # at once
    assert shown(palette) == "Dense"
    qtbot.waitUntil(lambda: palette.pictures.card.picture.shown is not None)


@pytest.mark.parametrize("how", ["leave", "press", "scroll", "key", "heading", "search", "hide", "drag"])
def test_it_hides_at_once(palette: Palette, qtbot: QtBot, how: str) -> None:
    move(palette, middle(palette, "Dense"))
    qtbot.waitUntil(lambda: shown(palette) == "Dense" and palette.pictures.card.picture.shown is not None)
    if how == "leave":
        QApplication.sendEvent(palette.list.viewport(), QEvent(QEvent.Type.Leave))
    elif how == "press":
        qtbot.mousePress(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=middle(palette, "Dense"))
    elif how == "scroll":
        palette.list.verticalScrollBar().setValue(10)
    elif how == "key":
        qtbot.keyClick(palette.list, Qt.Key.Key_Escape)
    elif how == "heading":
        heading = palette.list.model().index(palette.list.model().row_of_heading("learn"))
        move(palette, palette.list.visualRect(heading).center())
    elif how == "search":
        palette.search.setText("pool")
    elif how == "hide":
        palette.hide()
    else:
        move(palette, middle(palette, "Dense"), Qt.MouseButton.LeftButton)
    assert shown(palette) == ""


def test_f1_shows_the_entry_that_the_keys_are_on(palette: Palette, qtbot: QtBot) -> None:
    palette.list.go(palette.list.model().row_of("ActivationLayer/Tanh"))
    qtbot.keyClick(palette.list, Qt.Key.Key_F1)
    assert shown(palette) == "Tanh"
    qtbot.waitUntil(lambda: palette.pictures.card.picture.shown is not None)
    palette.pictures.hide()
    palette.search.setFocus()
    qtbot.keyClicks(palette.search, "dense")
    qtbot.keyClick(palette.search, Qt.Key.Key_F1)
    assert shown(palette) == "Dense"
    qtbot.waitUntil(lambda: palette.pictures.card.picture.shown is not None)


def test_an_entry_that_keeps_the_focus_is_shown_after_a_moment(palette: Palette, qtbot: QtBot) -> None:
    palette.list.go(palette.list.model().row_of("Convolution"))
    qtbot.keyClick(palette.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown(palette) == "Dense")
    qtbot.waitUntil(lambda: palette.pictures.card.picture.shown is not None)


def test_what_has_no_picture_is_described_alone(
    palette: Palette, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_declared: type) -> None:
        raise OSError(5, "unreadable", "digits")

    monkeypatch.setattr(card, "demonstrate", broken)
    palette.list.go(palette.list.model().row_of("Dense"))
    qtbot.keyClick(palette.list, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: not palette.pictures.card.picture.isVisible())
    assert "Connects every input" in palette.pictures.card.description.text()


def test_the_card_stays_on_the_screen(palette: Palette, qtbot: QtBot) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    for corner in (room.topLeft(), room.topRight(), room.bottomRight(), room.bottomLeft()):
        palette.pictures.card.place(corner, corner - QPoint(200, 0))
        assert room.contains(palette.pictures.card.geometry())


@pytest.mark.parametrize("wanted", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_each_picture_is_painted_inside_its_rectangle(qapp: object, entry: Entry, wanted: theme.Theme) -> None:
    theme.manager().choose(wanted.name)
    made = demonstrate(entry.declared)
    if made is None:
        pytest.skip("not downloaded")
    image = QImage(WIDTH + 40, HEIGHT + 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint(made, painter, QRectF(20, 20, WIDTH, HEIGHT))
    painter.end()
    inked = [
        (x, y) for y in range(0, image.height(), 2) for x in range(image.width()) if image.pixelColor(x, y).alpha()
    ]
    assert len(inked) > 150
    assert all(10 <= x < WIDTH + 30 and 10 <= y < HEIGHT + 30 for x, y in inked)


def test_what_is_no_demonstration_cannot_be_painted(qapp: object) -> None:
    with pytest.raises(TypeError, match="demonstration"):
        paint(3, None, QRectF())
