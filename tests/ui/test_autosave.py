"""Copies of what is not saved, and their return after a crash."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.project import Project, edits, load, save
from slugstudio.project.lock import Lock, LockedError
from slugstudio.project.recovery import Slot, lost_slots, new_slot, recovery_folder
from slugstudio.ui import autosave
from slugstudio.ui.main_window import MainWindow
from slugstudio.ui.recovered_page import when
from tests.project.made import points_design, trained

FOREVER = 1_000_000
Open = Callable[..., MainWindow]


@pytest.fixture
def window(open_window: Open) -> MainWindow:
    return open_window()


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    made: list[MainWindow] = []
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)

    def opening(path: Path | None = None) -> MainWindow:
        project = Project(points_design(epochs=FOREVER)) if path is None else load(path)
        window = MainWindow(project, path, "untitled" if path is None else path.stem, settings)
        window.show()
        qtbot.waitExposed(window)
        made.append(window)
        return window

    yield opening
    for window in made:
        window._close_now()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def edit(window: MainWindow, epochs: int) -> None:
    design = window.document.design
    window.document.edit(edits.set_training(design, design.training.replace(epochs=epochs)), "set epochs")


def copies() -> list[Path]:
    return sorted(recovery_folder().glob("*.slug"))


def copied(window: MainWindow, qtbot: QtBot, n: int = 1) -> list[Project]:
    window.autosave.copy()
    qtbot.waitUntil(lambda: len(copies()) == n)
    window.autosave._background.finish()
    return [load(path) for path in copies()]


def test_edits_are_copied_and_the_copy_goes_when_they_are_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    edit(window, 7)
    assert copied(window, qtbot) == [window.document.project]
    edit(window, 8)
    window.autosave.copy()
    qtbot.waitUntil(lambda: load(copies()[0]) == window.document.project)
    window.files.save_to(tmp_path / "a.slug")
    qtbot.waitUntil(lambda: not copies())


def test_nothing_is_copied_that_is_saved_or_copied_already(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[Project] = []
    monkeypatch.setattr(Slot, "write", lambda self, project, name, path: writes.append(project))
    window.autosave.copy()
    edit(window, 7)
    window.autosave.copy()
    window.autosave.copy()
    window.autosave._background.finish()
    assert writes == [window.document.project]


def test_the_timer_copies(window: MainWindow, qtbot: QtBot) -> None:
    assert window.autosave._timer.interval() == 60_000
    edit(window, 7)
    window.autosave._timer.setInterval(1)
    qtbot.waitUntil(lambda: len(copies()) == 1)


def test_a_training_is_copied_at_the_end_of_epochs_but_not_of_each(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    write = Slot.write

    def noted(self: Slot, project: Project, name: str, path: Path | None) -> None:
        made.append(project.epoch)
        write(self, project, name, path)

    monkeypatch.setattr(Slot, "write", noted)
    with qtbot.waitSignal(window.trainer.epoch_done):
        window.trainer.play()
    assert made == []  # ten seconds are not over
    monkeypatch.setattr(autosave, "EPOCH_SECONDS", 0.0)
    qtbot.waitUntil(lambda: len(made) > 1)
    window.trainer.stop()
    qtbot.waitUntil(lambda: window.trainer.phase == "idle")
    window.autosave._background.finish()
    assert load(copies()[0]).epoch == made[-1] > 0


def test_opening_another_project_lets_the_copy_go(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    other = tmp_path / "other.slug"
    save(Project(points_design(epochs=3)), other)
    edit(window, 7)
    copied(window, qtbot)
    window.files.open(other)
    answer(window, qtbot, "Open without saving")
    qtbot.waitUntil(lambda: not copies())


def answer(window: MainWindow, qtbot: QtBot, label: str) -> None:
    qtbot.waitUntil(lambda: any(b.text() == label for b in window.notices.findChildren(QPushButton)))
    buttons = [button for button in window.notices.findChildren(QPushButton) if button.text() == label]
    qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)


def test_closing_leaves_no_copy(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    edit(window, 7)
    copied(window, qtbot)
    window._close_now()
    assert list(recovery_folder().iterdir()) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("no home folder")])
def test_a_copy_that_cannot_be_made_is_told_once(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse() -> Slot:
        raise error

    monkeypatch.setattr(autosave, "new_slot", refuse)
    edit(window, 7)
    window.autosave.copy()
    qtbot.waitUntil(lambda: "No copy could be made for the case of a crash" in window.notices.text)
    window.notices.dismiss()
    edit(window, 8)
    window.autosave.copy()
    window.autosave._background.finish()
    qtbot.wait(1)
    assert window.notices.text == ""


# After a crash


def lose(project: Project, name: str, path: Path | None = None) -> None:
    """Leave a copy as a process does that is killed."""
    slot = new_slot()
    slot.write(project, name, path)
    os.close(slot._descriptor)


def test_what_was_lost_is_offered_with_picture_name_and_time_and_opened(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.slug"
    save(Project(points_design(epochs=3)), path)
    project = trained(points_design(epochs=4))
    lose(project, "mine", path)
    window.lost.offer(lost_slots(), quietly=False)
    assert window.recovered.isVisible()
    (card,) = window.recovered.cards
    assert f"today at {time.strftime('%H:')}" in card._facts.text() or "today" in card._facts.text()
    assert "trained 4 epochs" in card._facts.text()
    assert card.findChildren(type(card._facts))[0].pixmap().width() == 128
    qtbot.mouseClick(card.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.project == project)
    assert (window.document.path, window.files.name, window.files.unsaved) == (path, "mine", True)
    assert not window.recovered.isVisible()
    assert not window.recovered.cards
    with pytest.raises(LockedError):
        Lock(path, "a training")
    assert len(copies()) == 1  # until it is saved
    window.files.save()
    qtbot.waitUntil(lambda: not copies())
    assert load(path) == project


def test_work_in_a_slot_goes_on_in_it(window: MainWindow, qtbot: QtBot) -> None:
    edit(window, 7)
    copied(window, qtbot)
    lose(Project(points_design(epochs=4)), "lost")
    window.lost.offer(lost_slots(), quietly=False)
    (card,) = window.recovered.cards
    card.open_button.click()
    answer(window, qtbot, "Open without saving")
    qtbot.waitUntil(lambda: window.files.name == "lost")
    window.autosave._background.finish()
    assert [path.stem for path in copies()] == [card.slot.id]
    edit(window, 5)
    assert copied(window, qtbot) == [window.document.project]
    window._close_now()
    assert copies() == []


def test_what_is_left_is_offered_again_and_what_is_discarded_is_not(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    for name in ("one", "two"):
        lose(Project(points_design()), name)
    window.lost.offer(lost_slots(), quietly=False)
    first, second = window.recovered.cards
    for _ in range(3):  # and kept, and discarded again
        first.discard_button.click()
    second.discard_button.click()
    second.discard_button.click()
    assert (first.discarded, first.open_button.isEnabled()) == (True, False)
    assert (second.discarded, second._facts.text().startswith("Copied")) == (False, True)
    qtbot.keyClick(window.recovered, Qt.Key.Key_A)
    assert window.recovered.isVisible()
    qtbot.keyClick(window.recovered, Qt.Key.Key_Escape)
    assert not window.recovered.isVisible()
    window.show_recovered()
    assert window.recovered.isVisible()
    window._close_now()
    (left,) = lost_slots()
    assert left.name == second.slot.name
    left.close(keep=False)


def test_beside_a_project_that_was_asked_for_it_is_offered_in_a_message(window: MainWindow, qtbot: QtBot) -> None:
    window.lost.offer([], quietly=True)
    assert window.notices.text == ""
    assert not window._recovered.isEnabled()
    lose(Project(points_design()), "one")
    window.lost.offer(lost_slots(), quietly=True)
    assert not window.recovered.isVisible()
    assert window._recovered.isEnabled()
    answer(window, qtbot, "Show it")
    assert window.recovered.isVisible()


def test_a_copy_that_cannot_be_read_is_told_and_stays(window: MainWindow, qtbot: QtBot) -> None:
    lose(Project(points_design()), "one")
    copies()[0].write_bytes(b"damaged")
    window.lost.offer(lost_slots(), quietly=False)
    (card,) = window.recovered.cards
    card.open_button.click()
    qtbot.waitUntil(lambda: "it is damaged or not a Slugstudio project" in window.notices.text)
    assert window.recovered.cards == [card]


def test_times_are_told_as_people_do() -> None:
    now = time.time()
    assert when(now).startswith("today at ")
    assert when(0).startswith("on 1970-01-01 at ") or when(0).startswith("on 1969-12-31 at ")
