"""The studio's own SVG icons, drawn in the colour that the theme asks for and sharp at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from slugstudio.engine.data.resources import resource
from slugstudio.ui import theme

SIZE = 16


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(drawing.encode()))


def paint(painter: QPainter, name: str, colour: QColor, rect: QRectF) -> None:
    """Draw an icon into ``rect``."""
    _renderer(name, colour.name()).render(painter, rect)


def of_kind(kind: str, group: str) -> str:
    """Return the name of the icon of a layer or of data: its own, or that of its group where it has none."""
    return f"layers/{kind}" if resource("icons", "layers", f"{kind}.svg").exists() else f"layers/group-{group}"


def pixmap(name: str, colour: QColor, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """Return an icon of ``size`` logical pixels for a screen with ``ratio`` device pixels in one of them."""
    drawn = QPixmap(QSize(size, size) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    paint(painter, name, colour, QRectF(0, 0, size, size))
    painter.end()
    return drawn


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """Return an icon for a button or a menu, in ``colour`` or in the text colour of the theme that shows now."""
    shown = theme.current()
    return _icon(name, (colour or shown.text).name(), shown.disabled.name())


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    """Return an icon that was drawn once: forms are built anew with each selection."""
    made = QIcon()
    for ratio in (1.0, 2.0, 3.0):
        made.addPixmap(pixmap(name, QColor(colour), SIZE, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, QColor(disabled), SIZE, ratio), QIcon.Mode.Disabled)
    return made


def application() -> QIcon:
    """Return the icon of the program, which has its own colours."""
    return QIcon(str(resource("icons", "slugstudio.svg")))
