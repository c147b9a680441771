from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slugstudio.project import ProjectFileError, lock
from slugstudio.project.lock import Lock, LockedError

HOLD = """
import sys
from slugstudio.project.lock import Lock
held = Lock(sys.argv[1], "a training")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Hold the lock of a file in another process while this lasts."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


def test_a_file_is_held_by_one(path: Path, state: Path) -> None:
    with Lock(path, "a window") as first:
        assert first.held
        with pytest.raises(
            LockedError, match=r"a\.slug: it is open in a window of Slugstudio since \d\d:\d\d \(process"
        ):
            Lock(path, "a training")
        with Lock(path.with_name("b.slug"), "a window"):
            pass
    first.release()
    assert not first.held
    with Lock(path, "a training"):
        pass
    assert list((state / "locks").iterdir()) == []


def test_it_is_an_error_of_the_file(path: Path) -> None:
    with Lock(path, "a window"), pytest.raises(ProjectFileError):
        Lock(path, "a window")


def test_another_process_is_told_and_taken_over_from_once_it_is_dead(path: Path) -> None:
    with held_elsewhere(path) as process:
        with pytest.raises(LockedError, match=rf"a training of Slugstudio .*process {process.pid}\)"):
            Lock(path, "a window")
        process.kill()
        process.wait()
        with Lock(path, "a window") as taken:
            assert taken.held


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_a_link_is_the_file_that_it_leads_to(path: Path) -> None:
    link = path.with_name("link.slug")
    link.symlink_to(path)
    with Lock(path, "a window"), pytest.raises(LockedError):
        Lock(link, "a window")


def test_without_a_state_folder_there_is_no_lock(path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state.parent.mkdir(exist_ok=True)
    state.write_text("no folder")
    with Lock(path, "a window") as none:
        assert not none.held
    monkeypatch.setattr(lock, "state_folder", lambda: (_ for _ in ()).throw(RuntimeError))
    assert not Lock(path, "a window").held


@pytest.mark.parametrize(
    "told", [b"", b"[]", b'{"purpose": "x"}', b"\xff", b'{"purpose": "x", "since": 1e999, "process": 1}']
)
def test_who_does_not_tell_is_another_slugstudio(path: Path, state: Path, told: bytes) -> None:
    with Lock(path, "a window"):
        next((state / "locks").iterdir()).write_bytes(told)
        with pytest.raises(LockedError, match="it is open in another Slugstudio, which"):
            Lock(path, "a window")


def test_who_cannot_tell_holds_it_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "write", full)
    with Lock(path, "a window") as held:
        assert held.held


def test_a_lock_that_is_removed_while_one_waits_for_it_is_no_lock(
    path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holder removes the file between the opening and the locking of another."""
    first = Lock(path, "a window")
    take, released = lock.try_to_hold, threading.Event()

    def after_the_release(descriptor: int) -> bool:
        if not released.is_set():
            released.set()
            first.release()
        return take(descriptor)

    monkeypatch.setattr(lock, "try_to_hold", after_the_release)
    with Lock(path, "a training") as second:
        assert second.held
        monkeypatch.undo()
        monkeypatch.setenv("SLUGSTUDIO_STATE", str(state))
        with pytest.raises(LockedError):
            Lock(path, "a window")
