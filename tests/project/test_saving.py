from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slugstudio.engine import atomic
from slugstudio.engine.activation import Activation
from slugstudio.engine.layers import Layer
from slugstudio.project import Project, ProjectFileError, load, save
from slugstudio.project.archive import read_archive
from slugstudio.project.design import Design
from tests.project.archives import entries
from tests.project.made import digits_design, points_design, stack, trained


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


def test_saving_replaces_the_file_and_leaves_nothing_beside_it(path: Path) -> None:
    save(Project(digits_design()), path)
    save(Project(points_design()), path)
    assert load(path) == Project(points_design())
    assert list(path.parent.iterdir()) == [path]


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
