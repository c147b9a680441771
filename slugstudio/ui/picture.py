"""Draws an SVG file as PNG, twice as large: ``python -m slugstudio.ui.picture DRAWN.svg MADE.png``."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SCALE = 2


def main(drawn: str, made: str) -> int:
    """Return 0 if it is done, else say why not and return 1."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    renderer = QSvgRenderer(drawn, application)
    image = QImage(renderer.defaultSize() * SCALE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    if renderer.isValid() and image.save(made):
        return 0
    print(f"{drawn} cannot be drawn as {made}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
