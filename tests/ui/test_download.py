"""Data to download: asked for first, with progress, stopped at a word, and told when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.datasets import MNIST
from slugstudio.engine.data import mnist
from slugstudio.engine.data.fetch import Status
from slugstudio.ui.download import CancelledError, Download, _Watch
from slugstudio.ui.notices import Notice, NoticeBar
from tests.engine.data.mirror import ARRAYS, good, serving, status

OFFER = "MNIST is not on this computer yet: it has to be downloaded once (11.6 MB from a mirror of the original files)."


class Desk:
    """A download and the strip in which it asks and tells."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.notices = NoticeBar()
        QVBoxLayout(self.window).addWidget(self.notices)
        self.download = Download(self.notices, self.window)
        self.done: list[str] = []
        self.window.show()

    def offer(self) -> None:
        self.download.offer(MNIST(), lambda: self.done.append("here"))

    def answer(self, label: str) -> None:
        buttons = [button for button in self.notices.findChildren(QPushButton) if button.text() == label]
        self.qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)

    def until_ended(self) -> None:
        self.qtbot.waitUntil(lambda: self.download._running is None)


@pytest.fixture
def desk(qtbot: QtBot, data: Path) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.download.finish()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AbstractContextManager[list[str]]]:
    """Return what starts a mirror and makes it the only one; it gives the list of the files asked for."""

    class Serving:
        def __init__(self, answer: Callable[[BaseHTTPRequestHandler, bytes], None] = good) -> None:
            self.server = serving(answer)

        def __enter__(self) -> list[str]:
            started = self.server.__enter__()
            monkeypatch.setattr(mnist, "MIRRORS", (started.url,))
            return started.asked

        def __exit__(self, *arguments: object) -> None:
            self.server.__exit__(*arguments)  # type: ignore[arg-type]

    return Serving


class Gate:
    """A server's answer that waits for a word."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        self.asked.set()
        assert self.go.wait(10)
        good(handler, content)


def test_nothing_is_downloaded_before_the_person_agrees(desk: Desk, mirror, data: Path) -> None:
    with mirror() as asked:
        desk.offer()
        assert desk.notices.text == OFFER
        desk.answer("Not now")
        desk.download.finish()
    assert (asked, desk.notices.text, desk.done, data.exists()) == ([], "", [], False)


def test_the_data_are_there_once_it_is_done(desk: Desk, mirror) -> None:
    with mirror() as asked:
        desk.offer()
        desk.answer("Download")
        assert desk.notices.text == "Downloading MNIST…"
        desk.until_ended()
    assert desk.done == ["here"]
    assert desk.notices.text == ""
    assert len(asked) == 4
    assert MNIST().at_hand
    loaded = MNIST().load()
    np.testing.assert_array_equal(loaded.x[:6, 0], ARRAYS["train-images-idx3-ubyte"])


def test_progress_is_told_in_the_notice(desk: Desk, mirror) -> None:
    gate = Gate()
    with mirror(gate):
        desk.offer()
        desk.answer("Download")
        desk.qtbot.waitUntil(lambda: "train-images-idx3-ubyte from http://127.0.0.1" in desk.notices.text)
        assert desk.notices.text.endswith(": 0.0 of 0.0 MB")
        gate.go.set()
        desk.until_ended()


def test_stop_ends_it_and_says_nothing_more(desk: Desk, mirror, data: Path) -> None:
    gate = Gate()
    with mirror(gate):
        desk.offer()
        desk.answer("Download")
        desk.qtbot.waitUntil(gate.asked.is_set)
        desk.answer("Stop")
        gate.go.set()
        desk.until_ended()
        assert (desk.notices.text, desk.done) == ("", [])
        assert not MNIST().at_hand
        desk.offer()
        assert desk.notices.text == OFFER
        desk.answer("Download")
        desk.until_ended()
        assert desk.done == ["here"]


def test_what_fails_is_told(desk: Desk, mirror) -> None:
    with mirror(status(503)):
        desk.offer()
        desk.answer("Download")
        desk.until_ended()
    assert "answered 503" in desk.notices.text
    assert "SLUGSTUDIO_DATA" in desk.notices.text
    assert desk.done == []


def test_another_offer_shows_the_download_that_runs(desk: Desk, mirror) -> None:
    gate = Gate()
    with mirror(gate) as asked:
        desk.offer()
        desk.answer("Download")
        desk.notices.dismiss()
        desk.offer()
        assert desk.notices.text.startswith("Downloading")
        gate.go.set()
        desk.until_ended()
    assert (desk.done, len(asked)) == (["here"], 4)


def test_other_notices_are_left_alone(desk: Desk, mirror) -> None:
    gate = Gate()
    with mirror(gate):
        desk.offer()
        desk.answer("Download")
        desk.notices.tell(Notice("Save the changes?"))
        gate.go.set()
        desk.until_ended()
    assert desk.notices.text == "Save the changes?"


def test_finish_stops_it_and_calls_nobody(desk: Desk, mirror) -> None:
    asked = threading.Event()

    def once_stopped(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        asked.set()
        assert desk.download._cancelled.wait(10)
        good(handler, content)

    with mirror(once_stopped):
        desk.offer()
        desk.answer("Download")
        desk.qtbot.waitUntil(asked.is_set)
        desk.download.finish()
        desk.until_ended()
    assert (desk.done, MNIST().at_hand) == ([], False)


def test_stopped_at_the_very_end_it_still_calls_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MNIST, "fetch", lambda _source, _watch: desk.download._cancelled.wait(10))
    desk.offer()
    desk.answer("Download")
    desk.answer("Stop")
    desk.until_ended()
    assert (desk.done, desk.notices.text) == ([], "")


def test_the_window_is_told_ten_times_a_second_and_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [100.0], []
    monkeypatch.setattr("slugstudio.ui.download.time.monotonic", lambda: now[0])
    cancelled = threading.Event()
    watch = _Watch(cancelled, lambda seen: told.append(seen.done))
    for done in range(101):
        watch(Status("file", "mirror", Path(), done, 100))
        now[0] += 0.03
    assert told == list(range(0, 101, 4))
    cancelled.set()
    with pytest.raises(CancelledError):
        watch(Status("file", "mirror", Path(), 1, 100))
