"""Starts the studio: application, theme, window, and what happens to errors that nobody foresaw."""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, Qt, QTemporaryDir, QTimer
from PySide6.QtWidgets import QApplication

from slugstudio.engine.errors import SlugError
from slugstudio.project import Project
from slugstudio.project.files import FileState, load_with_state
from slugstudio.project.recovery import lost_slots
from slugstudio.project.templates import STARTER, template
from slugstudio.signals import closing_signals
from slugstudio.ui import icons, theme
from slugstudio.ui.logs import end_logging, start_logging
from slugstudio.ui.main_window import MainWindow
from slugstudio.ui.notices import Notice

log = logging.getLogger(__name__)

SIGNAL_MS = 250
"""How often Python gets to see a Ctrl-C in the terminal while Qt waits for events."""


def main(path: Path | None, *, safe: bool = False) -> int:
    """Open the window on a project, by default the starter, and return the exit code once it is closed.

    In the safe mode nothing of the settings that were kept is read or changed.
    """
    handler = start_logging()
    try:
        return _run(path, safe=safe)
    finally:
        end_logging(handler)


def _run(path: Path | None, *, safe: bool) -> int:
    # X11 would leave points of a quickly drawn stroke out while the window is busy.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Slugstudio")
    app.setOrganizationName("Slugstudio")
    app.setDesktopFileName("slugstudio")
    passing = QTemporaryDir()
    settings = QSettings(passing.filePath("settings.ini"), QSettings.Format.IniFormat) if safe else QSettings()
    theme.start(app, settings)
    app.setWindowIcon(icons.application())
    project, file, name, state, complaint = _first_project(path)
    window = MainWindow(project, file, name, settings, state)
    if complaint:
        window.notices.tell(Notice(complaint))
    _catch_errors(window)
    _close_on_signals(window)
    window.lost.offer(lost_slots(), quietly=path is not None)
    window.show()
    code = app.exec()
    sys.excepthook = sys.__excepthook__
    return code


def _first_project(path: Path | None) -> tuple[Project, Path | None, str, FileState | None, str]:
    """Return (project, its file, its name, the file's state, what went wrong): the starter if it cannot be opened."""
    if path is None:
        return template(STARTER), None, STARTER, None, ""
    try:
        project, state = load_with_state(path)
        return project, path, path.stem, state, ""
    except SlugError as error:
        return template(STARTER), None, STARTER, None, f"{error} The starter project is open instead."


def _catch_errors(window: MainWindow) -> None:
    """Tell of an unforeseen error in the window, with details to copy, instead of ending or hiding it."""

    def tell(text: str, details: str) -> None:
        window.help.crash.add(details)
        answers = (
            ("Show the details", window.help.show_crash),
            ("Copy the details", lambda: QApplication.clipboard().setText(details)),
        )
        window.notices.tell(Notice(text, "error", answers))

    def catch(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("unforeseen error", exc_info=(kind, error, trace))
        text = f"Something went wrong that should not ({kind.__name__}: {error}). Your work is still here; save it."
        details = "".join(traceback.format_exception(kind, error, trace))
        traceback.clear_frames(trace)  # a painter left open in one of them would end the program
        QTimer.singleShot(0, window, lambda: tell(text, details))  # whichever thread it came from

    sys.excepthook = catch


def _close_on_signals(window: MainWindow) -> None:
    """Let Ctrl-C in the terminal and its like close the window as its own button does, asking before a loss."""
    for number in closing_signals():
        signal.signal(number, lambda _number, _frame: window.close())
    timer = QTimer(window)
    timer.timeout.connect(lambda: None)
    timer.start(SIGNAL_MS)
