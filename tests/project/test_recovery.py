from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slugstudio.project import Project, ProjectFileError, load, recovery, save
from slugstudio.project.archive import read_archive
from slugstudio.project.recovery import Slot, lost_slots, new_slot, recovery_folder
from slugstudio.project.thumbnail import thumbnail
from tests.project.made import digits_design, points_design, trained
from tests.torture.containers import built, parts_of, rehashed

DIE = """
import os, sys
from pathlib import Path
from slugstudio.project import load
from slugstudio.project.archive import read_archive
from slugstudio.project.recovery import new_slot
new_slot().write(load(sys.argv[1]), "spirals", Path(sys.argv[1]))
os.kill(os.getpid(), 9)
"""


def let_die(slot: Slot) -> None:
    """Let go of a slot as a process does that is killed."""
    os.close(slot._descriptor)


def names() -> list[str]:
    return sorted(path.suffix for path in recovery_folder().iterdir())


def test_what_a_killed_process_had_is_found_with_name_file_and_time(tmp_path: Path) -> None:
    project, path = trained(points_design(epochs=3)), tmp_path / "work.slug"
    save(project, path)
    before = time.time()
    ended = subprocess.run([sys.executable, "-c", DIE, str(path)], check=False)
    assert ended.returncode == -9
    (found,) = lost_slots()
    assert found.load() == project
    assert (found.name, found.path, found.epoch) == ("spirals", path, 3)
    assert before <= found.time <= time.time()
    found.close(keep=False)
    assert names() == []


def test_what_is_open_is_not_lost() -> None:
    slot = new_slot()
    slot.write(Project(points_design()), "points", None)
    assert lost_slots() == []
    let_die(slot)
    (found,) = lost_slots()
    assert (found.path, found.epoch) == (None, 0)
    assert lost_slots() == []  # whoever has found it holds it
    found.close(keep=True)
    (again,) = lost_slots()
    assert again.id == found.id
    again.close(keep=False)


def test_slots_are_sorted_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((100.0, 300.0, 200.0))
    monkeypatch.setattr("slugstudio.project.recovery.now", lambda: next(times))
    for name in ("early", "late", "middle"):
        slot = new_slot()
        slot.write(Project(points_design()), name, None)
        let_die(slot)
    found = lost_slots()
    assert [slot.name for slot in found] == ["late", "middle", "early"]
    for slot in found:
        slot.close(keep=False)


def test_a_slot_holds_one_copy_the_last() -> None:
    slot = new_slot()
    assert not slot.filled
    slot.write(Project(points_design()), "a", None)
    slot.write(Project(digits_design()), "b", None)
    assert slot.load() == load(slot.file) == Project(digits_design())
    assert names() == [".json", ".lock", ".slug"]
    slot.empty()
    assert not slot.filled
    slot.empty()
    slot.close(keep=True)
    assert names() == []


def test_a_copy_that_cannot_be_written_leaves_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = new_slot()
    slot.write(Project(points_design()), "a", None)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(ProjectFileError, match="the disk is full"):
            slot.write(Project(digits_design()), "b", None)
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "replace_file", refuse)
        with pytest.raises(ProjectFileError, match="the disk is full"):
            slot.write(Project(points_design()), "c", None)
    let_die(slot)
    (found,) = lost_slots()
    assert (found.name, found.load()) == ("a", Project(points_design()))
    found.close(keep=False)


@pytest.mark.parametrize("facts", [None, b"", b"[]", b'{"name": 1}'])
def test_a_copy_without_facts_is_still_a_copy(facts: bytes | None) -> None:
    slot = new_slot()
    slot.write(Project(points_design()), "a", None)
    place = slot.file.with_suffix(".json")
    place.unlink()
    if facts is not None:
        place.write_bytes(facts)
    os.utime(slot.file, (1000, 1000))
    let_die(slot)
    (found,) = lost_slots()
    assert (found.name, found.time, found.path) == (slot.id, 1000, None)
    found.close(keep=False)


def test_empty_slots_of_dead_processes_are_cleared_away_and_others_files_stay() -> None:
    let_die(new_slot())
    stranger = recovery_folder() / "of-another.lock"
    stranger.write_text("")
    gone = recovery_folder() / "01234567.lock"
    gone.mkdir()  # which cannot be opened
    assert lost_slots() == []
    assert sorted(path.name for path in recovery_folder().iterdir()) == ["01234567.lock", "of-another.lock"]


def test_without_a_home_nothing_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost_slots() == []

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(recovery, "state_folder", homeless)
    assert lost_slots() == []


def test_closing_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = new_slot()

    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "unlink", refuse)
    slot.close(keep=False)


def test_a_copy_has_a_picture_unless_it_is_damaged_or_of_a_version_without() -> None:
    slot = new_slot()
    slot.write(Project(points_design()), "a", None)
    assert slot.picture() == thumbnail(Project(points_design()))
    entries = read_archive(slot.file)
    del entries["thumbnail.png"]
    slot.file.write_bytes(built(parts_of(rehashed(entries))))
    assert slot.picture() == b""
    slot.file.write_bytes(b"damaged")
    assert slot.picture() == b""
    slot.close(keep=False)
    assert slot.picture() == b""
