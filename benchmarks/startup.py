"""How long the studio takes to start, beside a bare window with one plot: ``python -m benchmarks.startup [TIMES]``.

Both are started as programs of their own, in turns, under Xvfb where there is no display. *On screen* is when the
window with its stack has been painted; *usable* when the event loop is free after the plots were imported, so that Play
answers at once. The bare window is a `QMainWindow` with one pyqtgraph plot, painted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from benchmarks.bench_ui import under_display

MOST, MOST_ON_SCREEN = 1.2, 0.5
"""How long it may take until it is usable, and on screen, in times of the bare window."""

BARE = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
app = QApplication([])
window = QMainWindow()
plot = pyqtgraph.PlotWidget()
plot.plot([1, 2, 3], [1, 3, 2])
window.setCentralWidget(plot)
window.resize(1280, 800)
window.show()
app.processEvents()
def done():
    print("usable", time.time() - float(os.environ["BEGUN"]), flush=True)
    os._exit(0)
QTimer.singleShot(0, done)
app.exec()
"""

STUDIO = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
begun = float(os.environ["BEGUN"])
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, lambda: print("screen", time.time() - begun, flush=True))
        return False
def done(window):
    assert window.transport.play.isEnabled()
    print("usable", time.time() - begun, flush=True)
    os._exit(0)
run = QApplication.exec
def watched(app=None):
    (window,) = [each for each in QApplication.topLevelWidgets() if each.objectName() == "mainWindow"]
    watched.filter = Painted()
    window.stack.viewport().installEventFilter(watched.filter)
    window.cockpit.complete.connect(lambda: QTimer.singleShot(0, lambda: done(window)))
    return run()
QApplication.exec = watched
from slugstudio.cli import main
main([])
"""


def timed(program: str) -> dict[str, float]:
    """Start a program and return the seconds until each thing that it tells."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SLUGSTUDIO_STATE": home, "XDG_CONFIG_HOME": home, "BEGUN": repr(time.time())}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
    return {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}


def main() -> int:
    """Print the medians; return 0 if they are within the bounds."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for program in (BARE, STUDIO):
        timed(program)  # so that all files have been read once
    pairs = [(timed(BARE), timed(STUDIO)) for _ in range(times)]
    bare = median(pair[0]["usable"] for pair in pairs)
    screen = median(pair[1]["screen"] / pair[0]["usable"] for pair in pairs)
    usable = median(pair[1]["usable"] / pair[0]["usable"] for pair in pairs)
    print(f"A bare window with one plot: {bare:.2f} s (median of {times})")
    print(f"The studio, on screen: {screen:.2f} times as long (bound {MOST_ON_SCREEN})")
    print(f"The studio, usable:    {usable:.2f} times as long (bound {MOST})")
    return 0 if usable <= MOST and screen < MOST_ON_SCREEN else 1


if __name__ == "__main__":
    raise SystemExit(under_display("benchmarks.startup") or main())
