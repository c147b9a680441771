"""The studio as a program on a desktop: log, long runs, memory, sleep, larger type."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.ui import theme
from slugstudio.ui.awake import Awake, keeping_awake
from slugstudio.ui.logs import end_logging, log_path, start_logging
from slugstudio.ui.long_runs import LongRuns
from slugstudio.ui.memory_watch import MemoryWatch, available_bytes
from slugstudio.ui.notices import NoticeBar
from slugstudio.ui.stack.gap import motion_allowed


class Training(QObject):
    """What is heard of a training."""

    phase_changed = Signal(str)
    ended = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.paused = 0

    def pause(self) -> None:
        self.paused += 1


@pytest.fixture
def training(qapp: QApplication) -> Training:
    return Training()


@pytest.fixture
def notices(qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    return bar


# The log


def test_warnings_go_to_the_log_and_no_more(state: Path, caplog: pytest.LogCaptureFixture) -> None:
    handler = start_logging()
    try:
        logging.getLogger("slugstudio.test").error("it broke")
        logging.getLogger("slugstudio.test").info("all is well")
        logging.getLogger("another").error("not ours")
    finally:
        end_logging(handler)
    caplog.clear()
    assert log_path().parent == state
    text = log_path().read_text("utf-8")
    assert "ERROR slugstudio.test: it broke" in text
    assert "all is well" not in text
    assert "not ours" not in text


def test_without_a_place_for_it_there_is_no_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SLUGSTUDIO_STATE", str(tmp_path / "file" / "below"))
    assert start_logging() is None
    end_logging(None)


# Sleep


def test_the_computer_is_held_awake_while_it_trains(training: Training, qtbot: QtBot) -> None:
    awake = Awake(training, [sys.executable, "-c", "input()"])
    training.phase_changed.emit("loading")
    process = awake._process
    assert process is not None
    assert process.waitForStarted()
    training.phase_changed.emit("running")
    assert awake._process is process
    training.phase_changed.emit("paused")
    assert not awake.holding
    training.phase_changed.emit("running")
    assert awake.holding
    awake.let_go()
    assert not awake.holding


def test_without_a_way_it_may_sleep(training: Training) -> None:
    awake = Awake(training, [])
    training.phase_changed.emit("running")
    assert not awake.holding


def test_a_command_that_is_not_there_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.ui.awake.shutil.which", lambda _name: None)
    assert keeping_awake() == []
    monkeypatch.setattr("slugstudio.ui.awake.shutil.which", lambda name: name)
    monkeypatch.setattr("slugstudio.ui.awake.sys.platform", "darwin")
    assert keeping_awake() == ["caffeinate", "-i", "-w", str(os.getpid())]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have another command")
def test_what_holds_it_awake_ends_with_the_program(tmp_path: Path) -> None:
    """Even where the program is killed: nobody is there then to let it sleep."""
    code = "from slugstudio.ui import awake; awake.shutil.which = str; print(' '.join(awake.keeping_awake()[4:]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    holder = done.stdout.split()
    assert holder[0] == "tail"
    subprocess.run(holder, check=True, timeout=30)  # the program is gone, so it ends at once


# Memory


def test_little_memory_is_told_once_with_what_to_do(training: Training, notices: NoticeBar) -> None:
    left = 10**12
    watch = MemoryWatch(training, notices, lambda: left)
    training.phase_changed.emit("loading")
    assert watch.isActive()
    watch.look()
    assert notices.text == ""
    left = 200 * 2**20
    watch.look()
    assert notices.text.startswith("Only 200 MB of memory are left. Pause and save")
    assert not watch.isActive()
    notices._answers[0].click()
    assert training.paused == 1
    training.phase_changed.emit("loading")
    training.phase_changed.emit("idle")
    assert not watch.isActive()


def test_available_memory_is_read(tmp_path: Path) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 100 kB\nMemAvailable:   2048 kB\n")
    assert available_bytes(told) == 2048 * 1024
    told.write_text("nothing")
    assert available_bytes(told) is None
    assert available_bytes(tmp_path / "gone") is None


# Long runs


@pytest.mark.parametrize(
    ("seconds", "reason", "told"), [(60, "completed", True), (5, "completed", False), (60, "stopped", False)]
)
def test_the_end_of_a_long_training_is_told(
    training: Training, notices: NoticeBar, qtbot: QtBot, seconds: float, reason: str, told: bool
) -> None:
    window, now = QWidget(), [0.0]
    qtbot.addWidget(window)
    LongRuns(training, notices, window, lambda: now[0])
    training.phase_changed.emit("loading")
    now[0] = seconds
    training.ended.emit(reason, "")
    assert (notices.text == "The training is done; it took 1.0 min.") == told


# Appearance


@pytest.fixture
def manager(qapp: QApplication, tmp_path: Path) -> Iterator[theme.ThemeManager]:
    found = theme.manager()
    yield found
    found.present(False)
    found.keep_still(False)


def test_a_presentation_has_larger_type_and_controls(manager: theme.ThemeManager) -> None:
    before, sheet = theme.font().pixelSize(), theme.stylesheet(theme.LIGHT)
    manager.present(True)
    assert theme.font().pixelSize() == round(before * theme.LARGER)
    assert "min-height: 28px" in sheet
    assert "min-height: 38px" in theme.stylesheet(theme.LIGHT)
    assert "max-height: 1px" in theme.stylesheet(theme.LIGHT)
    manager.present(False)
    assert theme.font().pixelSize() == before


def test_it_is_remembered(qapp: QApplication, tmp_path: Path, manager: theme.ThemeManager) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    first = theme.ThemeManager(qapp, settings)
    first.present(True)
    first.keep_still(True)
    again = theme.ThemeManager(qapp, settings)
    assert (again.presents, again.still) == (True, True)
    first.deleteLater()
    again.deleteLater()


def test_with_reduced_motion_nothing_moves(manager: theme.ThemeManager) -> None:
    manager.keep_still(True)
    assert not motion_allowed()


def luminance(colour: object) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: object, other: object) -> float:
    """WCAG 2.2, the contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shown", [theme.LIGHT, theme.DARK], ids=lambda shown: shown.name)
def test_text_can_be_read_as_wcag_aa_asks(shown: theme.Theme) -> None:
    for surface in (shown.window, shown.pane, shown.raised, shown.control, shown.tint, shown.hover):
        # No text of the validation's colour stands on what is selected or below the mouse.
        more = () if surface in (shown.tint, shown.hover) else ("validation",)
        for role in ("text", "secondary", "error", "warning", "good", "accent", *more):
            assert contrast(getattr(shown, role), surface) >= 4.5, (role, surface.name())
    assert contrast(shown.on_accent, shown.accent) >= 4.5
    assert contrast(shown.on_accent, shown.accent_hover) >= 4.5


@pytest.mark.parametrize("shown", [theme.LIGHT, theme.DARK], ids=lambda shown: shown.name)
def test_the_colours_of_groups_stand_out_as_marks(shown: theme.Theme) -> None:
    for name in theme.GROUPS:
        assert contrast(shown.group(name), shown.raised) >= 3, name
