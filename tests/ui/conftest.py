"""What the tests of the window share: documents, the theme as it was, and proof that nothing is left running."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication

from slugstudio.project.templates import template
from slugstudio.ui import theme
from slugstudio.ui.background import _Work
from slugstudio.ui.document import Document
from slugstudio.ui.training_thread import TrainingThread


@pytest.fixture
def document(qapp: QApplication) -> Document:
    """Return the starter project: convolution_1, max_pooling_1, flatten_1, dropout_1, dense_1, dense_2."""
    return Document(template("digits-cnn"))


@pytest.fixture(autouse=True, scope="session")
def _qt_threads_are_measured_too() -> Iterator[None]:
    """Let the measuring of coverage, which follows the threads of Python, follow those that Qt starts as well."""
    follow = threading.gettrace()
    with pytest.MonkeyPatch.context() as patch:
        for runner in (TrainingThread, _Work) if follow is not None else ():

            def run(self: Any, run: Callable[..., None] = runner.run) -> None:
                sys.settrace(follow)
                run(self)

            patch.setattr(runner, "run", run)
        yield


@pytest.fixture(autouse=True)
def _nothing_left_behind(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a thread or a timer running, naming the line that started it, or a window on the screen.

    What `qtbot.addWidget` was given is closed before this looks.
    """
    started: list[tuple[QThread | QTimer, str]] = []

    def noted(start: Callable[..., None]) -> Callable[..., None]:
        def noting(self: Any, *arguments: Any) -> None:
            started.append((self, traceback.format_stack(limit=2)[0].strip()))
            start(self, *arguments)

        return noting

    monkeypatch.setattr(QThread, "start", noted(QThread.start))
    monkeypatch.setattr(QTimer, "start", noted(QTimer.start))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    still = [
        where
        for what, where in started
        if shiboken6.isValid(what) and (what.isRunning() if isinstance(what, QThread) else what.isActive())
    ]
    windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for window in windows:
        window.close()
    assert not still, f"still running: {still}"
    assert not windows, f"still on the screen: {windows}"


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end each test in the light theme, whatever it chose or applied."""
    theme.manager().choose("light")
    yield
    theme.manager().choose("light")
    theme.apply(qapp, theme.LIGHT)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning or worse; one that means to looks at it and then calls ``caplog.clear()``."""
    yield
    unexpected = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not unexpected, f"unexpected in the log: {unexpected}"
