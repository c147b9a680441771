"""A project file that a program has open: the right to save to it, and what it was when it was read or saved last."""

from __future__ import annotations

import os
from pathlib import Path

from slugstudio.project.files import FileState, save
from slugstudio.project.lock import Lock, LockedError
from slugstudio.project.project import Project


class OpenFile:
    """One file that a program has open, until `release`.

    Parameters
    ----------
    path : Path
    state : FileState or None
        What it was when it was read; None if it was not, and may be anything.
    purpose : str
        Who has it open, for whoever else asks: ``a window``.

    Attributes
    ----------
    read_only : str
        Why it must not be saved to: who else has it open. Empty if it may.
    """

    def __init__(self, path: Path, state: FileState | None, purpose: str) -> None:
        self.path = path
        self._state, self._purpose = state, purpose
        self._lock: Lock | None = None
        self.read_only = ""
        self.may_save()

    def may_save(self) -> bool:
        """Tell whether it may be saved to; if another had it open before, ask again."""
        if self._lock is None:
            try:
                self._lock, self.read_only = Lock(self.path, self._purpose), ""
            except LockedError as error:
                self.read_only = str(error)
        return self._lock is not None

    def is_at(self, path: Path) -> bool:
        """Tell whether ``path`` leads to this file."""
        return os.path.realpath(path) == os.path.realpath(self.path)

    def save(self, project: Project, *, replace: bool = False) -> None:
        """Save to it, as `slugstudio.project.save` does; with ``replace`` also over what another program has written.

        Raises
        ------
        ChangedOnDiskError, ProjectFileError
        """
        self._state = save(project, self.path, None if replace else self._state)

    def release(self) -> None:
        """Let others save to it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
