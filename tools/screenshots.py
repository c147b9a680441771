"""Makes the pictures of the documentation from the running program: ``python -m tools.screenshots``.

The studio is opened without a screen, trained for real, and drawn into as with the mouse. Needs the Inter typeface
(Debian: fonts-inter) to look as the pictures in the repository do.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from slugstudio.project.templates import template
from slugstudio.ui import theme
from slugstudio.ui.main_window import MainWindow

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SIZE = 1440, 900
THREE = ((0.3, 0.24), (0.42, 0.16), (0.6, 0.18), (0.66, 0.32), (0.5, 0.46), (0.66, 0.6), (0.64, 0.76), (0.46, 0.84))
LOOK_MS = 20


def main() -> int:
    """Write every picture."""
    app = QApplication(sys.argv[:1])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        manager = theme.start(app)
        for choice in ("light", "dark"):
            manager.choose(choice)
            starter(settings).save(FOLDER / f"studio-{choice}.png")
        manager.choose("light")
        spiral(settings).save(FOLDER / "spiral-light.png")
        building(settings).save(FOLDER / "build-light.png")
    return 0


class Shot:
    """A studio on a template, which closes once it is photographed."""

    def __init__(self, name: str, settings: QSettings) -> None:
        self.window = MainWindow(template(name), None, name, settings)
        self.window.setWindowState(Qt.WindowState.WindowNoState)  # the screen without a screen is small
        self.window.resize(*SIZE)
        self.window.show()
        wait(lambda: bool(self.window.cockpit.curves))
        self.window.document.select([self.window.document.design.layers[0].id])

    def train(self, epochs: int) -> None:
        """Play until some epochs are done, and pause there."""
        self.window.transport.play.trigger()
        wait(lambda: len(self.window.trainer.history.epochs) >= epochs)
        self.window.trainer.pause()
        wait(lambda: self.window.trainer.phase == "paused")

    def save(self, path: Path) -> None:
        """Photograph the window once everything shows, and close it."""
        QTest.qWait(400)  # the panes draw in their turn
        self.window.grab().save(str(path))
        print(path.relative_to(FOLDER.parents[1]))
        self.window.trainer.discard()
        self.window.document.saved(self.window.document.project, path)
        self.window.close()


def starter(settings: QSettings) -> Shot:
    """Return the starter in the middle of its training, with a drawn digit."""
    shot = Shot("digits-cnn", settings)
    shot.train(38)
    draw(shot.window.cockpit.try_it.findChild(QWidget, "drawingCanvas"))
    shot.window.stack.setFocus()
    return shot


def spiral(settings: QSettings) -> Shot:
    """Return the two spirals, told apart."""
    shot = Shot("spiral", settings)
    shot.train(420)
    return shot


def building(settings: QSettings) -> Shot:
    """Return the starter in the Build layout, with a layer that is frozen and one that the network does without."""
    shot = Shot("digits-cnn", settings)
    editor, document = shot.window.stack.editor, shot.window.document
    ids = document.design.ids
    document.select(ids[3:4])
    editor.toggle_enabled()
    document.select(ids[:1])
    editor.toggle_frozen()
    shot.window.set_layout("build")
    document.select(ids[4:5])
    return shot


def draw(canvas: QWidget | None) -> None:
    """Draw a digit with the mouse."""
    if canvas is None:
        raise RuntimeError("the canvas has another name now")
    points = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in THREE]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def wait(condition: Callable[[], bool]) -> None:
    """Let the program run until something is true."""
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start(LOOK_MS)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
