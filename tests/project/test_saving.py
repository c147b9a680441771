from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from slugstudio.engine import atomic
from slugstudio.engine.activation import Activation
from slugstudio.engine.layers import Layer
from slugstudio.project import Project, ProjectFileError, load, save
from slugstudio.project.archive import read_archive
from slugstudio.project.design import Design
from slugstudio.project.files import ChangedOnDiskError, FileState, load_with_state
from tests.project.archives import entries
from tests.project.made import digits_design, points_design, stack, trained
from tests.torture.killing import kill_while_saving


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


def names_beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def test_saving_replaces_the_file_and_keeps_the_version_before(path: Path) -> None:
    for design in (digits_design(), points_design(epochs=1), points_design(epochs=2)):
        save(Project(design), path)
    assert load(path) == Project(points_design(epochs=2))
    assert load(f"{path}~") == Project(points_design(epochs=1))
    assert names_beside(path) == ["a.slug", "a.slug~"]


def test_the_same_again_does_not_take_the_place_of_the_version_before(path: Path) -> None:
    for design in (digits_design(), points_design(), points_design()):
        save(Project(design), path)
    assert load(f"{path}~") == Project(digits_design())


def test_no_version_before_is_kept_where_none_is_wanted(path: Path) -> None:
    save(Project(digits_design()), path)
    save(Project(points_design()), path, backup=False)
    assert names_beside(path) == ["a.slug"]


def no_links(*_: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_where_the_disk_knows_no_second_names_the_version_before_is_copied(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setattr(os, "link", no_links)
    save(Project(digits_design()), path)
    save(Project(points_design()), path)
    assert load(path) == Project(points_design())
    assert load(f"{path}~") == Project(digits_design())
    assert names_beside(path) == ["a.slug", "a.slug~"]


def test_what_another_program_has_changed_is_not_replaced(path: Path) -> None:
    state = save(Project(digits_design()), path)
    path.write_bytes(b"of another program")
    with pytest.raises(ChangedOnDiskError, match="another program has changed it"):
        save(Project(points_design()), path, state)
    assert path.read_bytes() == b"of another program"
    assert names_beside(path) == ["a.slug"]
    save(Project(points_design()), path)
    assert Path(f"{path}~").read_bytes() == b"of another program"


def test_a_file_of_the_same_content_counts_as_unchanged(path: Path) -> None:
    state = save(Project(digits_design()), path)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    os.utime(path, (1, 1))
    state = save(Project(points_design()), path, state)
    path.unlink()
    save(Project(digits_design()), path, state)  # nothing is in the way any more
    _, state = load_with_state(path)
    save(Project(points_design()), path, state)
    assert load(path) == Project(points_design())


def test_a_file_that_vanishes_while_it_is_opened_is_told(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    save(Project(digits_design()), path)
    monkeypatch.setattr(FileState, "of", classmethod(lambda cls, path: refuse()))
    with pytest.raises(ProjectFileError, match="cannot be opened"):
        load_with_state(path)


def left_by_a_killed_program(folder: Path, age: float) -> Path:
    left = folder / ".slugstudio-0123456789ab.tmp"
    left.write_bytes(b"half of a project")
    os.utime(left, (time.time() - age,) * 2)
    return left


def test_what_a_killed_program_left_is_cleared_away_when_it_is_old(path: Path) -> None:
    left = left_by_a_killed_program(path.parent, 0)
    save(Project(digits_design()), path)
    assert left.exists()
    left_by_a_killed_program(path.parent, 61)
    save(Project(digits_design()), path)
    assert names_beside(path) == ["a.slug"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not remove what is open")
def test_what_another_program_is_writing_stays(path: Path) -> None:
    left = left_by_a_killed_program(path.parent, 1000)
    with open(left, "rb") as stream, atomic.held(stream):
        save(Project(digits_design()), path)
    assert left.exists()


def test_a_file_that_another_holds_is_not_taken(path: Path) -> None:
    path.write_bytes(b"")
    with open(path, "rb") as one, open(path, "rb") as other, atomic.held(one):
        with atomic.held(other):  # which could not be taken, and is not given back
            assert not atomic.try_to_hold(other.fileno())
        assert not atomic.try_to_hold(other.fileno())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_saving_keeps_the_mode_and_a_new_file_has_the_usual_one(path: Path) -> None:
    before = os.umask(0o027)
    try:
        save(Project(digits_design()), path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    save(Project(points_design()), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_saving_follows_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.slug", tmp_path / "link.slug"
    link.symlink_to(target)
    save(Project(digits_design()), link)
    assert link.is_symlink()
    assert load(target) == Project(digits_design())


class FullDisk(io.FileIO):
    """A file on a disk that takes a little and then no more."""

    room = 600

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.room:
            super().write(bytes(data)[: max(0, self.room - self.tell())])
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "open", lambda path, mode: FullDisk(path, mode), raising=False)


def without(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkeypatch: monkeypatch.setattr(os, name, refuse)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (on_a_full_disk, "the disk is full"),
        (without("fsync"), "input/output error"),
        (without("replace"), "input/output error"),
        (without("chmod"), "input/output error"),
    ],
)
def test_when_saving_fails_the_old_file_is_whole_and_nothing_lies_beside_it(
    monkeypatch: pytest.MonkeyPatch,
    path: Path,
    failure: Callable[[pytest.MonkeyPatch], None],
    words: str,
) -> None:
    save(Project(digits_design()), path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        failure(patch)
        with pytest.raises(ProjectFileError, match=words):
            save(Project(points_design()), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


class FullAt:
    """A disk that becomes full at one of the things that are asked of it, the first being 0."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int) -> None:
        self.left = at
        for name in ("fsync", "replace", "link", "chmod"):
            patch.setattr(os, name, self.counted(getattr(os, name)))
        disk = self

        class File(io.FileIO):
            def write(self, data: Any) -> int:
                return disk.counted(super().write)(data)

        patch.setattr(atomic, "open", lambda path, mode: File(path, mode.replace("b", "")), raising=False)

    def counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return function(*arguments, **options)

        return asked


@pytest.mark.parametrize("links", [True, False])
def test_wherever_the_disk_becomes_full_the_file_is_the_old_one_whole(
    monkeypatch: pytest.MonkeyPatch, path: Path, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    save(Project(points_design(epochs=1)), path)
    old, new, failures = path.read_bytes(), trained(points_design(epochs=2)), 0
    while True:
        with monkeypatch.context() as patch:
            disk = FullAt(patch, failures)
            with suppress(ProjectFileError):
                save(new, path)
            if disk.left >= 0:
                break
        failures += 1
        if load(path) == new:  # the folder alone could not be synchronised
            continue
        assert path.read_bytes() == old
        assert set(names_beside(path)) <= {"a.slug", "a.slug~"}
    assert load(path) == new
    assert failures > 30


def test_a_program_that_is_killed_while_it_saves_leaves_a_whole_file(tmp_path: Path) -> None:
    kill_while_saving(tmp_path, 5, seed=1)


def test_what_does_not_read_back_is_not_put_in_place(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    save(Project(digits_design()), path)
    before = path.read_bytes()
    monkeypatch.setattr(
        "slugstudio.project.files.read_archive", lambda written: {**read_archive(written), "data.json": b"{}"}
    )
    with pytest.raises(ProjectFileError, match="reads back differently"):
        save(Project(points_design()), path)
    assert path.read_bytes() == before


def test_a_project_that_could_not_be_opened_again_is_not_saved(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr("slugstudio.project.strict_json.MAX_BYTES", 200)
    with pytest.raises(ProjectFileError, match="cannot be saved: it is larger than"):
        save(Project(digits_design()), path)
    assert not path.exists()


def test_an_interrupt_while_saving_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    save(Project(digits_design()), path)
    before = path.read_bytes()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            save(Project(points_design()), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_synchronised_is_no_failure(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(os, "open", refuse)
    save(Project(digits_design()), path)
    assert load(path) == Project(digits_design())


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match=r"cannot be saved: there is no such file or folder\."):
        save(Project(digits_design()), tmp_path / "nowhere" / "a.slug")


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match="cannot be saved"):
        save(Project(digits_design()), tmp_path)
    assert not list(tmp_path.iterdir())


def mounted(folder: Path, options: str) -> bool:
    """Try to mount a small file system in memory; only root in a machine of its own may."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(("options", "words"), [("size=64k", "the disk is full"), ("ro", "the disk is read-only")])
def test_a_real_disk_that_is_full_or_read_only_is_told(tmp_path: Path, options: str, words: str) -> None:
    if not mounted(tmp_path, options):
        pytest.skip("file systems cannot be mounted here")
    try:
        path = tmp_path / "a.slug"
        if words == "the disk is full":
            save(Project(points_design()), path)
        before = entries(path) if path.exists() else {}
        with pytest.raises(ProjectFileError, match=words):
            save(trained(stack_of_a_megabyte()), path)
        assert (entries(path) if path.exists() else {}) == before
        assert [each.name for each in tmp_path.iterdir()] == ["a.slug"] * bool(before)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def stack_of_a_megabyte() -> Design:
    dense = Layer.kinds["Dense"]
    softmax = Activation.kinds["Softmax"]()
    return stack([dense(100), dense(400), dense(2, activation=softmax)], points_design().data, epochs=1)
