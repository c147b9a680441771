"""Recovery: copies of work that is not saved yet, for the start after a crash.

Each open window writes its work now and then to a slot of its own in the state folder, never to the user's file. It
holds the slot's lock, which the system lets go of when the process ends, however it ends. So a slot with a copy and
without a holder is what somebody lost.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import time as now

from slugstudio.engine.atomic import replace_file, try_to_hold
from slugstudio.project import strict_json
from slugstudio.project.archive import read_entry
from slugstudio.project.errors import FormatError, ProjectFileError, in_words
from slugstudio.project.files import SUFFIX, load, save
from slugstudio.project.project import Project
from slugstudio.project.records import THUMBNAIL
from slugstudio.project.state_folder import state_folder

_ID = re.compile(r"[0-9a-f]{8}")
_LOCK, _FACTS = ".lock", ".json"


class Slot:
    """A place for one copy, held by this process until it is closed.

    Made by `new_slot`, for work that begins, and by `lost_slots`, for work that was lost.

    Attributes
    ----------
    id : str
        Eight hexadecimal digits.
    name : str
        What the project was called.
    path : Path or None
        The user's file that it belongs to, None if it was never saved.
    time : float
        When the copy was made, in seconds since 1970.
    epoch : int
        How many epochs it was trained.
    """

    def __init__(self, folder: Path, slot_id: str, descriptor: int) -> None:
        self.id = slot_id
        self._folder, self._descriptor = folder, descriptor
        self.name, self.time, self.epoch = "", 0.0, 0
        self.path: Path | None = None

    @property
    def file(self) -> Path:
        """The project file with the copy."""
        return self._folder / f"{self.id}{SUFFIX}"

    @property
    def filled(self) -> bool:
        """Whether there is a copy."""
        return self.file.exists()

    def write(self, project: Project, name: str, path: Path | None) -> None:
        """Make a copy of the project, in place of the one before.

        Raises
        ------
        ProjectFileError
            If it cannot be written; the copy before is then as it was.
        """
        save(project, self.file, backup=False)
        self.name, self.path, self.time, self.epoch = name, path, now(), project.epoch
        facts = {"name": name, "path": path and str(path), "time": self.time, "epoch": self.epoch}
        content = strict_json.dump(facts)
        try:
            replace_file(self._of(_FACTS), lambda stream: stream.write(content))
        except OSError as error:
            raise ProjectFileError(str(self.file), f"cannot be saved: {in_words(error)}.") from error

    def load(self) -> Project:
        """Open the copy; errors as those of `slugstudio.project.load`."""
        return load(self.file)

    def picture(self) -> bytes:
        """Return the copy's picture as PNG; nothing where there is none."""
        try:
            return read_entry(self.file, THUMBNAIL)
        except (OSError, FormatError):
            return b""

    def empty(self) -> None:
        """Remove the copy: what it holds is saved, or not wanted."""
        for file in (self.file, self._of(_FACTS)):
            file.unlink(missing_ok=True)

    def close(self, *, keep: bool) -> None:
        """Let go of the slot; with ``keep`` the copy stays for the next who asks what was lost."""
        if not keep or not self.filled:
            with suppress(OSError):
                self.empty()
            with suppress(OSError):
                self._of(_LOCK).unlink()
        os.close(self._descriptor)

    def _of(self, ending: str) -> Path:
        return self._folder / f"{self.id}{ending}"

    def _read_facts(self) -> None:
        """Take over what is told beside the copy; a copy without it is still a copy."""
        self.name, self.time = self.id, self.file.stat().st_mtime
        with suppress(OSError, FormatError):
            match strict_json.load(self._of(_FACTS).read_bytes()):
                case {"name": str(name), "path": str() | None as path, "time": float(when), "epoch": int(epoch)}:
                    self.name, self.path, self.time, self.epoch = name, Path(path) if path else None, when, epoch


def new_slot() -> Slot:
    """Return an empty slot of this process.

    Raises
    ------
    OSError
        If the state folder cannot be written.
    """
    folder = recovery_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    slot_id = secrets.token_hex(4)
    descriptor = os.open(folder / f"{slot_id}{_LOCK}", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try_to_hold(descriptor)
    return Slot(folder, slot_id, descriptor)


def lost_slots() -> list[Slot]:
    """Return the slots with copies whose programs have ended without saving or asking, the latest first.

    They are held by this process from now on, so that nobody else offers them too: close what is not used.
    """
    return sorted(_lost(), key=lambda slot: slot.time, reverse=True)


def _lost() -> Iterator[Slot]:
    try:
        folder = recovery_folder()
        locks = sorted(folder.glob(f"*{_LOCK}"))
    except (OSError, RuntimeError):
        return
    for lock in locks:
        if not _ID.fullmatch(lock.stem):
            continue
        with suppress(OSError):
            descriptor = os.open(lock, os.O_RDWR)
            slot = Slot(folder, lock.stem, descriptor)
            if not try_to_hold(descriptor):
                os.close(descriptor)
            elif not slot.filled:
                slot.close(keep=False)
            else:
                slot._read_facts()
                yield slot


def recovery_folder() -> Path:
    """Return the folder of all slots; it may not exist yet. RuntimeError if there is no home folder."""
    return state_folder() / "recovery"
