"""The start of the studio: what it opens on, and what becomes of errors that nobody foresaw."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from slugstudio.project import Project, load, save
from slugstudio.project.files import FileState
from slugstudio.project.templates import template
from slugstudio.ui import app
from slugstudio.ui.main_window import MainWindow
from tests.project.made import points_design


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made = MainWindow(Project(points_design()), None, "untitled", settings)
    qtbot.addWidget(made)
    made.show()
    return made


def test_without_a_file_the_starter_is_open() -> None:
    assert app._first_project(None) == (template("digits-cnn"), None, "digits-cnn", None, "")


def test_a_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    save(Project(points_design(epochs=9)), path)
    assert app._first_project(path) == (load(path), path, "mine", FileState.of(path), "")


@pytest.mark.parametrize("case", ["damaged", "missing", "folder"])
def test_a_file_that_cannot_be_opened_gives_the_starter_and_says_why(tmp_path: Path, case: str) -> None:
    path = tmp_path / "mine.slug"
    if case == "damaged":
        path.write_bytes(b"PK nothing")
    elif case == "folder":
        path.mkdir()
    project, file, name, _, complaint = app._first_project(path)
    assert (project, file, name) == (template("digits-cnn"), None, "digits-cnn")
    assert "mine.slug" in complaint
    assert complaint.endswith("The starter project is open instead.")


def fail() -> None:
    raise ZeroDivisionError("by zero")


def report() -> None:
    """Let Python report an error as it does at the end of a slot or a thread."""
    try:
        fail()
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)


@pytest.mark.parametrize("where", ["window", "other thread"])
def test_an_unforeseen_error_is_told_with_its_details(
    window: MainWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    app._catch_errors(window)
    if where == "window":
        report()
    else:
        thread = threading.Thread(target=report)
        thread.start()
        thread.join()
    assert window.notices.text == ""  # it is told by the thread of the window, when that comes round to it
    qtbot.waitUntil(lambda: bool(window.notices.text))
    assert "(ZeroDivisionError: by zero). Your work is still here" in window.notices.text
    assert "in fail" in window.help.crash.text.toPlainText()
    window.notices.findChild(QPushButton, "noticeAnswer1").click()
    details = QGuiApplication.clipboard().text()
    assert "in fail" in details
    assert details.rstrip().endswith("ZeroDivisionError: by zero")
    (record,) = caplog.get_records("call")
    assert (record.levelno, record.exc_info is not None) == (logging.CRITICAL, True)
    caplog.clear()


def test_the_details_are_shown_in_the_place_of_the_stack(
    window: MainWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    app._catch_errors(window)
    report()
    qtbot.waitUntil(lambda: bool(window.notices.text))
    window.notices.findChild(QPushButton, "noticeAnswer0").click()
    assert window.help.crash.isVisible()
    qtbot.keyClick(window.help.crash, Qt.Key.Key_Escape)
    assert window.stack.isVisible()
    caplog.clear()


def test_the_safe_mode_leaves_the_settings_alone(tmp_path: Path) -> None:
    """In a program of its own: the settings there are those of the user."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    code = (
        "from PySide6.QtCore import QTimer; from slugstudio.ui import app, theme\n"
        "QTimer.singleShot(0, lambda: None)\n"
        "from slugstudio.ui.main_window import MainWindow\n"
        "shown = MainWindow.showEvent\n"
        "def show(self, event):\n"
        "    shown(self, event); theme.manager().choose('dark'); QTimer.singleShot(50, self, self.close)\n"
        "MainWindow.showEvent = show\n"
        "print(app.main(None, safe=True))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("0", 0), done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".conf", ".ini")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_window_as_its_button_does(window: MainWindow, qtbot: QtBot, number: int) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        app._close_on_signals(window)
        os.kill(os.getpid(), number)
        qtbot.waitUntil(lambda: not window.isVisible())
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def studio(tmp_path: Path, *arguments: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run the real program without a screen, with ``script`` called once its window stands."""
    code = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from slugstudio.ui import app
def then():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")
    {script}
    window.close()
show = app.MainWindow.show
def shown(window):
    show(window)
    QTimer.singleShot(0, then)
app.MainWindow.show = shown
sys.exit(app.main(Path(sys.argv[1]) if sys.argv[1:] else None))
"""
    settings = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**os.environ, **settings},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_program_opens_a_file_and_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    save(Project(points_design()), path)
    ended = studio(tmp_path, str(path), script="print(window.windowTitle(), '|', window.notices.text)")
    assert (ended.returncode, ended.stdout) == (0, "mine[*] – Slugstudio | \n"), ended.stderr


def test_the_program_tells_of_a_file_that_it_cannot_open(tmp_path: Path) -> None:
    ended = studio(tmp_path, str(tmp_path / "none.slug"), script="print(window.files.name, '|', window.notices.text)")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("digits-cnn | ")
    assert ended.stdout.endswith("The starter project is open instead.\n")


def test_an_error_in_the_middle_of_painting_leaves_no_open_painter(
    window: MainWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    class Broken(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            painter = QPainter(self)
            painter.drawPoint(event.rect().center())
            fail()

    broken = Broken()
    qtbot.addWidget(broken)
    with capture_exceptions():
        app._catch_errors(window)
        broken.show()
        qtbot.waitUntil(lambda: "by zero" in window.notices.text)
    assert "painter" not in capfd.readouterr().err
    caplog.clear()
