"""New, open and save: nothing is lost unasked, and what goes wrong is told in the window."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.project import Project, edits, load, save
from slugstudio.project.archive import read_archive
from slugstudio.project.files import load_with_state
from slugstudio.project.lock import Lock, LockedError
from slugstudio.project.templates import template
from slugstudio.ui.document import Document
from slugstudio.ui.files import FOLDER_KEY, MOST_RECENT, RECENT_KEY, Files
from slugstudio.ui.notices import NoticeBar
from slugstudio.ui.trainer import Trainer
from tests.project.made import points_design, trained
from tests.torture.containers import built, parts_of, rehashed

FOREVER = 1_000_000
ASKS = "“untitled” has changes that are not saved."


class Desk:
    """A document with its files, and the strip in which they ask."""

    def __init__(self, qtbot: QtBot, settings: QSettings) -> None:
        self.qtbot, self.settings = qtbot, settings
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.document = Document(Project(points_design(epochs=FOREVER)), parent=self.window)
        self.trainer = Trainer(self.document, self.window)
        self.notices = NoticeBar()
        QVBoxLayout(self.window).addWidget(self.notices)
        self.files = Files(self.document, self.trainer, self.notices, settings, self.window)
        self.opened: list[str] = []
        self.files.opened.connect(lambda: self.opened.append(self.files.name))
        self.window.show()

    def edit(self, epochs: int = 7) -> None:
        design = self.document.design
        self.document.edit(edits.set_training(design, design.training.replace(epochs=epochs)), "set epochs")

    def train(self) -> None:
        with self.qtbot.waitSignal(self.trainer.epoch_done):
            self.trainer.play()

    def answer(self, label: str) -> None:
        buttons = [button for button in self.notices.findChildren(QPushButton) if button.text() == label]
        self.qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)

    def save_to(self, path: Path) -> None:
        self.files.save_to(path)
        self.qtbot.waitUntil(lambda: self.document.path == path)

    def told(self, start: str) -> str:
        self.qtbot.waitUntil(lambda: self.notices.text.startswith(start))
        return self.notices.text

    def until_opened(self) -> None:
        n = len(self.opened)
        self.qtbot.waitUntil(lambda: len(self.opened) > n)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    yield made
    made.trainer.finish()
    made.files.finish()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold every reading and writing back until the event is set."""
    gate = threading.Event()

    def after(work: Callable[..., object]) -> Callable[..., object]:
        def waiting(*arguments: object) -> object:
            assert gate.wait(10)
            return work(*arguments)

        return waiting

    monkeypatch.setattr("slugstudio.project.open_file.save", after(save))
    monkeypatch.setattr("slugstudio.ui.files.load_with_state", after(load_with_state))
    yield gate
    gate.set()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.slug"
    save(trained(points_design(epochs=1)), path)
    return path


# Save


def test_what_is_saved_is_the_project(desk: Desk, tmp_path: Path) -> None:
    desk.edit()
    desk.save_to(tmp_path / "mine.slug")
    assert load(tmp_path / "mine.slug") == desk.document.project
    assert (desk.files.name, desk.files.unsaved) == ("mine", False)
    assert desk.notices.text == ""


def test_save_goes_to_the_projects_own_file(desk: Desk, tmp_path: Path) -> None:
    desk.save_to(tmp_path / "mine.slug")
    desk.edit(epochs=11)
    desk.files.save()
    desk.qtbot.waitUntil(lambda: not desk.files.unsaved)
    assert load(tmp_path / "mine.slug").design.training.epochs == 11


def test_a_training_goes_on_while_what_it_learned_is_saved(desk: Desk, tmp_path: Path) -> None:
    desk.train()
    desk.save_to(tmp_path / "mine.slug")
    assert desk.trainer.phase == "running"
    saved = load(tmp_path / "mine.slug")
    assert saved.epoch >= 1
    assert saved.trained == desk.document.project.trained
    n = len(desk.trainer.history.epochs)
    desk.qtbot.waitUntil(lambda: len(desk.trainer.history.epochs) > n)
    assert desk.files.unsaved


def test_edits_made_while_it_is_written_are_still_to_be_saved(
    desk: Desk, tmp_path: Path, held: threading.Event
) -> None:
    desk.edit(epochs=3)
    desk.files.save_to(tmp_path / "mine.slug")
    desk.edit(epochs=4)
    held.set()
    desk.qtbot.waitUntil(lambda: desk.document.path is not None)
    assert load(tmp_path / "mine.slug").design.training.epochs == 3
    assert desk.files.unsaved


def test_a_save_that_ends_after_another_project_was_opened_does_not_name_that(
    desk: Desk, tmp_path: Path, held: threading.Event
) -> None:
    desk.edit()
    called: list[str] = []
    desk.files.save_to(tmp_path / "mine.slug", lambda: called.append("then"))
    desk.files.new("spiral")
    desk.answer("Open without saving")
    held.set()
    desk.qtbot.waitUntil(lambda: bool(desk.files.recent))
    assert load(tmp_path / "mine.slug").design.training.epochs == 7
    assert (desk.document.path, desk.files.name, called) == (None, "spiral", [])


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (None, "there is no such file or folder"),
        (errno.EACCES, "permission is denied"),
        (errno.EROFS, "the disk is read-only"),
        (errno.ENOSPC, "the disk is full"),
    ],
)
def test_a_save_that_fails_is_told_and_loses_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None, reason: str
) -> None:
    path = tmp_path / "mine.slug"
    desk.save_to(path)
    before = path.read_bytes()
    desk.edit()
    called: list[str] = []
    wanted = tmp_path / "none" / "mine.slug" if number is None else path

    def refuse(_descriptor: int) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr("slugstudio.engine.atomic.os.fsync", refuse)
    desk.files.save_to(wanted, lambda: called.append("then"))
    assert desk.told(f"{wanted}: cannot be saved").startswith(f"{wanted}: cannot be saved: {reason}.")
    assert path.read_bytes() == before
    assert (called, desk.document.path, desk.files.unsaved) == ([], path, True)
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".tmp"] == []


# Open


def test_an_opened_project_is_the_one_in_the_file(desk: Desk, other: Path) -> None:
    desk.files.open(other)
    desk.until_opened()
    assert desk.document.project == load(other)
    assert (desk.document.path, desk.files.name, desk.files.unsaved) == (other, "other", False)
    assert desk.files.recent == [other]


def test_new_begins_from_the_template(desk: Desk) -> None:
    desk.files.new("spiral")
    assert desk.document.design == template("spiral").design
    assert (desk.document.path, desk.files.name, desk.opened) == (None, "spiral", ["spiral"])
    assert not desk.files.unsaved


@pytest.mark.parametrize("case", ["damaged", "missing", "folder"])
def test_a_file_that_cannot_be_opened_is_told_and_the_project_stays(desk: Desk, tmp_path: Path, case: str) -> None:
    path = tmp_path / "bad.slug"
    if case == "damaged":
        path.write_bytes(b"PK not a project")
    elif case == "folder":
        path.mkdir()
    before = desk.document.project
    desk.files.open(path)
    assert "bad.slug" in desk.told(str(path) if case == "missing" else "bad.slug")
    assert desk.document.project is before
    assert (desk.opened, desk.files.recent) == ([], [])


def test_edits_made_while_another_is_read_are_asked_about(desk: Desk, other: Path, held: threading.Event) -> None:
    desk.files.open(other)
    desk.edit()
    held.set()
    assert desk.told("“untitled”") == ASKS
    assert desk.document.design.training.epochs == 7
    desk.answer("Open without saving")
    assert desk.opened == ["other"]


def test_a_training_begun_while_another_is_read_is_asked_about(desk: Desk, other: Path, held: threading.Event) -> None:
    desk.files.open(other)
    desk.train()
    held.set()
    assert desk.told("“untitled”") == ASKS
    assert desk.trainer.active
    desk.answer("Open without saving")
    assert desk.opened == ["other"]


def test_of_two_opened_at_once_the_last_stays(desk: Desk, other: Path, tmp_path: Path, held: threading.Event) -> None:
    last = tmp_path / "last.slug"
    save(Project(points_design(epochs=99)), last)
    desk.files.open(other)
    desk.files.open(last)
    held.set()
    desk.qtbot.waitUntil(lambda: desk.opened == ["other", "last"])
    assert desk.document.design.training.epochs == 99


def test_opening_lets_go_of_the_training(desk: Desk, other: Path) -> None:
    desk.train()
    desk.files.open(other)
    assert desk.told("“untitled”") == ASKS
    assert desk.trainer.active
    desk.answer("Open without saving")
    desk.until_opened()
    assert desk.trainer.phase == "idle"
    assert desk.document.project == load(other)


# What is not saved


def test_what_is_saved_needs_no_question(desk: Desk) -> None:
    called: list[str] = []
    desk.files.when_safe(lambda: called.append("then"))
    assert (called, desk.notices.text) == (["then"], "")


def test_save_goes_on_once_it_is_saved(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    desk.save_to(path)
    desk.edit(epochs=13)
    found: list[int] = []
    desk.files.when_safe(lambda: found.append(load(path).design.training.epochs))
    assert desk.told("“mine”") == "“mine” has changes that are not saved."
    assert not found
    desk.answer("Save")
    desk.qtbot.waitUntil(lambda: found == [13])


def test_save_of_a_training_goes_on_too(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    desk.save_to(path)
    desk.train()
    found: list[int] = []
    desk.files.when_safe(lambda: found.append(load(path).epoch))
    desk.answer("Save")
    desk.qtbot.waitUntil(lambda: bool(found))
    assert found[0] >= 1


def test_an_edit_made_during_that_save_is_asked_about(desk: Desk, tmp_path: Path, held: threading.Event) -> None:
    held.set()
    desk.save_to(tmp_path / "mine.slug")
    held.clear()
    desk.edit(epochs=13)
    called: list[str] = []
    desk.files.when_safe(lambda: called.append("then"))
    desk.answer("Save")
    desk.edit(epochs=14)
    held.set()
    desk.told("“mine”")
    assert not called


def test_going_on_without_saving_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "mine.slug"
    desk.save_to(path)
    before = path.read_bytes()
    desk.edit()
    called: list[str] = []
    desk.files.when_safe(lambda: called.append("then"))
    desk.answer("Open without saving")
    assert (called, desk.notices.text) == (["then"], "")
    assert path.read_bytes() == before


def test_cancel_leaves_everything_as_it_is(desk: Desk) -> None:
    desk.edit()
    called: list[str] = []
    desk.files.when_safe(lambda: called.append("then"))
    desk.answer("Cancel")
    assert (called, desk.notices.text, desk.files.unsaved) == ([], "", True)


# Recent


def test_recent_files_are_the_latest_that_still_exist(desk: Desk, tmp_path: Path) -> None:
    changes: list[str] = []
    desk.files.recent_changed.connect(lambda: changes.append("changed"))
    paths = [tmp_path / f"{number}.slug" for number in range(MOST_RECENT + 2)]
    for path in paths:
        desk.save_to(path)
    desk.save_to(paths[4])
    expected = [paths[4], *(path for path in reversed(paths) if path != paths[4])][:MOST_RECENT]
    assert desk.files.recent == expected
    assert len(changes) == MOST_RECENT + 3
    paths[4].unlink()
    assert desk.files.recent == expected[1:]


@pytest.mark.parametrize("stored", [None, 5, {"a": 1}, [], ""])
def test_settings_that_make_no_sense_are_no_recent_files(desk: Desk, stored: object) -> None:
    desk.settings.setValue(RECENT_KEY, stored)
    assert desk.files.recent == []


def test_a_single_recent_file_is_read_back_from_the_disk(desk: Desk, tmp_path: Path) -> None:
    desk.save_to(tmp_path / "mine.slug")
    desk.settings.sync()
    again = QSettings(desk.settings.fileName(), QSettings.Format.IniFormat)
    files = Files(desk.document, desk.trainer, desk.notices, again, desk.window)
    assert files.recent == [tmp_path / "mine.slug"]


# The dialogs


def dialog_of(desk: Desk) -> QFileDialog:
    return desk.window.findChildren(QFileDialog)[-1]


def choose(desk: Desk, path: Path) -> None:
    dialog = dialog_of(desk)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_the_open_dialog_opens_what_is_chosen(desk: Desk, other: Path) -> None:
    desk.settings.setValue(FOLDER_KEY, str(other.parent))
    desk.files.ask_open()
    dialog = dialog_of(desk)
    assert (dialog.windowTitle(), dialog.acceptMode()) == ("Open a project", QFileDialog.AcceptMode.AcceptOpen)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFile
    assert dialog.nameFilters() == ["Slugstudio projects and ONNX models (*.slug *.onnx)"]
    assert dialog.directory().path() == str(other.parent)
    choose(desk, other)
    desk.until_opened()
    assert desk.document.path == other


def test_the_save_dialog_saves_where_it_was_told(desk: Desk, tmp_path: Path) -> None:
    called: list[str] = []
    desk.files.untitled = "spiral"
    desk.edit()
    desk.files.save(lambda: called.append("then"))
    dialog = dialog_of(desk)
    assert (dialog.windowTitle(), dialog.acceptMode()) == ("Save the project", QFileDialog.AcceptMode.AcceptSave)
    assert (dialog.defaultSuffix(), dialog.nameFilters()) == ("slug", ["Slugstudio projects (*.slug)"])
    assert dialog.findChild(QLineEdit).text() == "spiral.slug"
    choose(desk, tmp_path / "mine.slug")
    desk.qtbot.waitUntil(lambda: called == ["then"])
    assert desk.document.path == tmp_path / "mine.slug"


def test_the_dialogs_begin_in_the_folder_of_the_project(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    desk.save_to(tmp_path / "deep" / "mine.slug")
    desk.settings.setValue(FOLDER_KEY, str(tmp_path))
    desk.files.ask_save_as()
    assert dialog_of(desk).directory().path() == str(tmp_path / "deep")
    dialog_of(desk).reject()


@pytest.mark.parametrize("stored", [7, "/no/such/folder", None])
def test_without_a_known_folder_the_dialogs_begin_at_home(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: object
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    desk.settings.setValue(FOLDER_KEY, stored)
    desk.files.ask_open()
    assert dialog_of(desk).directory().path() == str(tmp_path)
    dialog_of(desk).reject()


def test_finish_waits_until_the_file_is_written(desk: Desk, tmp_path: Path, held: threading.Event) -> None:
    desk.files.save_to(tmp_path / "mine.slug")
    held.set()
    desk.files.finish()
    assert load(tmp_path / "mine.slug") == desk.document.project


# One file, several programs


def test_a_file_that_is_open_elsewhere_is_read_only_until_it_is_not(desk: Desk, other: Path, tmp_path: Path) -> None:
    elsewhere = Lock(other, "a training")
    desk.files.open(other)
    assert "it is open in a training of Slugstudio" in desk.told("other.slug:")
    assert desk.files.read_only
    desk.edit()
    desk.notices.dismiss()
    desk.files.save()
    desk.told("other.slug: it is open in a training")
    desk.answer("Save as…")
    choose(desk, tmp_path / "mine.slug")
    desk.qtbot.waitUntil(lambda: desk.document.path == tmp_path / "mine.slug")
    assert not desk.files.read_only
    assert load(other).design.training.epochs == 1
    desk.files.open(other)
    desk.told("other.slug:")
    elsewhere.release()
    desk.edit(9)
    desk.files.save()
    desk.qtbot.waitUntil(lambda: not desk.files.unsaved)
    assert load(other).design.training.epochs == 9


def test_what_the_window_has_open_is_held_until_it_is_closed(desk: Desk, other: Path, tmp_path: Path) -> None:
    desk.files.hold(other, None)
    with pytest.raises(LockedError, match="a window of Slugstudio"):
        Lock(other, "a training")
    desk.save_to(tmp_path / "mine.slug")
    Lock(other, "a training").release()
    with pytest.raises(LockedError):
        Lock(tmp_path / "mine.slug", "a training")
    desk.files.finish()
    Lock(tmp_path / "mine.slug", "a training").release()


def test_a_file_that_is_open_elsewhere_is_not_saved_over(desk: Desk, other: Path) -> None:
    with Lock(other, "a window"):
        desk.files.save_to(other)
        desk.told("other.slug: it is open in a window")
    assert load(other).design.training.epochs == 1


def test_a_save_elsewhere_that_fails_leaves_the_place_to_others(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "a.slug"
    desk.files.save_to(place)
    desk.told(f"{place}: cannot be saved")
    Lock(place, "a window").release()


def changed_elsewhere(desk: Desk, other: Path) -> None:
    """Open a file, let another program write to it, and save."""
    desk.files.open(other)
    desk.until_opened()
    save(Project(points_design(epochs=77)), other)
    desk.edit(9)
    desk.files.save()
    assert desk.told("other.slug: another program has changed it").endswith("it stays as other.slug~.")


def test_what_another_program_has_written_is_replaced_only_when_told_to(desk: Desk, other: Path) -> None:
    changed_elsewhere(desk, other)
    assert load(other).design.training.epochs == 77
    desk.answer("Cancel")
    assert desk.files.unsaved
    desk.files.save()
    desk.told("other.slug: another program")
    desk.answer("Replace it")
    desk.qtbot.waitUntil(lambda: not desk.files.unsaved)
    assert load(other).design.training.epochs == 9
    assert load(f"{other}~").design.training.epochs == 77
    desk.edit(10)
    desk.files.save()
    desk.qtbot.waitUntil(lambda: not desk.files.unsaved)


def test_beside_what_another_program_has_written_it_is_saved_elsewhere(desk: Desk, other: Path, tmp_path: Path) -> None:
    changed_elsewhere(desk, other)
    desk.answer("Save as…")
    choose(desk, tmp_path / "mine.slug")
    desk.qtbot.waitUntil(lambda: desk.document.path == tmp_path / "mine.slug")
    assert (load(other).design.training.epochs, load(tmp_path / "mine.slug").design.training.epochs) == (77, 9)


def test_a_file_of_a_newer_version_is_opened_with_a_word(desk: Desk, other: Path) -> None:
    entries = read_archive(other)
    manifest = json.loads(entries["manifest.json"]) | {"schema_version": 9, "producer": "Slugstudio 9.0"}
    other.write_bytes(built(parts_of(rehashed({**entries, "manifest.json": json.dumps(manifest).encode()}))))
    desk.files.open(other)
    assert desk.told("Slugstudio 9.0 wrote this file, a newer version").endswith("kept and saved as it is.")
