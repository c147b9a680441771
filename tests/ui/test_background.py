from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from slugstudio.project.errors import DesignError
from slugstudio.ui.background import Background


class Told:
    """What came back, and in which thread."""

    def __init__(self) -> None:
        self.results: list[object] = []
        self.messages: list[str] = []
        self.threads: set[int] = set()

    def done(self, result: object) -> None:
        self.results.append(result)
        self.threads.add(threading.get_ident())

    def failed(self, message: str) -> None:
        self.messages.append(message)
        self.threads.add(threading.get_ident())


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    parent = QObject()
    background = Background(parent)
    yield background
    background.finish()
    qtbot.wait(0)


def fails(error: Exception) -> Callable[[], Any]:
    def work() -> None:
        raise error

    return work


def test_results_come_back_in_order_to_the_thread_of_the_window(background: Background, qtbot: QtBot) -> None:
    told, worked = Told(), set()

    def piece(number: int) -> Callable[[], int]:
        def work() -> int:
            worked.add(threading.get_ident())
            return number

        return work

    for number in range(20):
        background.run(piece(number), told.done, told.failed)
    qtbot.waitUntil(lambda: len(told.results) == 20)
    assert told.results == list(range(20))
    assert told.threads == {threading.get_ident()}
    assert threading.get_ident() not in worked
    assert not told.messages


def test_nothing_is_told_before_the_window_comes_round_to_it(background: Background, qtbot: QtBot) -> None:
    told = Told()
    background.run(lambda: 1, told.done, told.failed)
    background.finish()
    assert told.results == []
    qtbot.waitUntil(lambda: told.results == [1])


def test_finish_waits_for_all_that_was_asked_for(background: Background) -> None:
    gate, worked = threading.Event(), []
    background.run(gate.wait, id, id)
    background.run(lambda: worked.append("second"), id, id)
    gate.set()
    background.finish()
    assert worked == ["second"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DesignError("The stack is empty; add layers."), "The stack is empty; add layers."),
        (FileNotFoundError(2, "No such file", "/tmp/x.slug"), "/tmp/x.slug: there is no such file or folder"),
        (OSError(28, "No space left on device"), "the disk is full"),
    ],
)
def test_what_a_person_can_mend_is_told_in_words(
    background: Background, qtbot: QtBot, error: Exception, message: str
) -> None:
    told = Told()
    background.run(fails(error), told.done, told.failed)
    qtbot.waitUntil(lambda: told.messages == [message])
    assert not told.results


def test_what_nobody_foresaw_is_told_and_logged(
    background: Background, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    background.run(fails(ZeroDivisionError("by zero")), told.done, told.failed)
    qtbot.waitUntil(lambda: bool(told.messages))
    assert "ZeroDivisionError: by zero" in told.messages[0]
    (record,) = caplog.get_records("call")
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    caplog.clear()


def test_work_after_a_failure_is_done(background: Background, qtbot: QtBot, tmp_path: Path) -> None:
    told = Told()
    background.run((tmp_path / "missing").read_bytes, told.done, told.failed)
    background.run(lambda: "next", told.done, told.failed)
    qtbot.waitUntil(lambda: told.results == ["next"])
    assert len(told.messages) == 1
