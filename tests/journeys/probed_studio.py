"""The studio as users start it, with a peephole: a journey asks through it where things are and what they say.

Nothing is done through it; mouse and keys come from xdotool.
``python -m tests.journeys.probed_studio SOCKET [FILE.slug]``
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QPushButton, QWidget  # noqa: F401 - journeys ask for buttons

from slugstudio import cli
from slugstudio.ui.main_window import MainWindow

LOOK_MS = 15


def window() -> MainWindow:
    return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))


def widget(name: str) -> QWidget:
    """Return the visible widget with this object name."""
    found = [each for each in QApplication.allWidgets() if each.objectName() == name and each.isVisible()]
    return found[0]


def middle(what: QWidget | tuple[QWidget, QRect]) -> list[int]:
    """Return the middle of a widget, or of a rectangle in one, on the screen."""
    inside, rect = (what, what.rect()) if isinstance(what, QWidget) else what
    point: QPoint = inside.mapToGlobal(rect.center())
    return [point.x(), point.y()]


def card(row: int) -> list[int]:
    """Return the middle of a card of the stack, which is scrolled into sight."""
    stack = window().stack
    stack.scrollTo(stack.model().index(row, 0))
    return middle((stack.viewport(), stack._card_rect(row)))


def entry(label: str) -> list[int]:
    """Return the middle of an entry of the palette, which is scrolled into sight."""
    entries = window().palette_pane.list
    model = entries.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == label)
    entries.scrollTo(model.index(row, 0))
    return middle((entries.viewport(), entries.visualRect(model.index(row, 0))))


def names() -> list[str]:
    """Return the names of the layers from top to bottom."""
    return [layer.name for layer in window().document.design.layers]


class Peephole(QObject):
    """Answers questions, each a line with a Python expression; ``until`` answers once it is true."""

    def __init__(self, path: str, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        if not self._server.listen(path):
            raise RuntimeError(self._server.errorString())
        self._server.newConnection.connect(self._welcome)
        self._socket: QLocalSocket | None = None

    def _welcome(self) -> None:
        self._socket = self._server.nextPendingConnection()
        self._socket.readyRead.connect(self._read)

    def _read(self) -> None:
        socket = self._socket
        while socket is not None and socket.canReadLine():
            question = json.loads(bytes(socket.readLine().data()))
            if "until" in question:
                self._wait(question["until"])
            else:
                self._tell(lambda question=question: _value(question["ask"]))

    def _wait(self, condition: str) -> None:
        timer = QTimer(self)

        def look() -> None:
            try:
                true = bool(_value(condition))
            except (LookupError, StopIteration, AttributeError):
                true = False  # what it asks about is not there yet
            if true:
                timer.stop()
                self._tell(lambda: True)

        timer.timeout.connect(look)
        timer.start(LOOK_MS)

    def _tell(self, find: Callable[[], Any]) -> None:
        try:
            answer = {"value": find()}
        except Exception as error:  # noqa: BLE001 - the journey is told of whatever is wrong with its question
            answer = {"error": f"{type(error).__name__}: {error}"}
        if self._socket is not None:
            self._socket.write(json.dumps(answer, default=str).encode() + b"\n")


def _value(expression: str) -> Any:
    return eval(expression, globals())  # what this repository's own journeys ask


def main() -> int:
    socket, *arguments = sys.argv[1:]
    # Once the event loop runs there is an application to hang the peephole on.
    real = QApplication.exec

    def with_peephole(_app: QApplication) -> int:
        app = QApplication.instance()
        assert app is not None
        Peephole(socket, app)
        return real()

    QApplication.exec = with_peephole  # type: ignore[method-assign, assignment]
    sys.argv = ["slugstudio", *arguments]
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
