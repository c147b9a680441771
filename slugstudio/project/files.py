"""Opening and saving projects."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from slugstudio.engine.atomic import keep_as, replace_file
from slugstudio.project.archive import read_archive, write_archive
from slugstudio.project.errors import FormatError, ProjectFileError, in_words
from slugstudio.project.project import Project
from slugstudio.project.records import entries_of, project_of

SUFFIX = ".slug"
BACKUP_SUFFIX = "~"
"""What is added to a project's name for its previous version."""


class ChangedOnDiskError(ProjectFileError):
    """A file that is not what was opened or saved last: another program has changed it."""


@dataclass(frozen=True)
class FileState:
    """What a file was at a moment, to find out later whether another program has changed it.

    ``seen`` is what the system tells of it without reading it; where that differs, ``sha256`` decides.
    """

    seen: tuple[int, int, int]
    sha256: bytes

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> FileState:
        """Return the state of a file as it is now; OSError if it cannot be read."""
        with open(path, "rb") as stream:
            return cls(_seen(os.fstat(stream.fileno())), hashlib.file_digest(stream, "sha256").digest())

    def is_still(self, path: str | os.PathLike[str]) -> bool:
        """Tell whether the file has the same content; one that is gone counts as the same, as it is not in the way."""
        try:
            return _seen(os.stat(path)) == self.seen or FileState.of(path).sha256 == self.sha256
        except FileNotFoundError:
            return True


def _seen(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def load(path: str | os.PathLike[str]) -> Project:
    """Open a project; nothing in the file is run, unpacked to the disk, or taken on trust.

    Raises
    ------
    ProjectFileError
        If there is no such file, or it is damaged, newer than this program, or no project; with the entry and
        the reason.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise FormatError("it is not a file; choose a .slug file.")
        return project_of(read_archive(path))
    except FormatError as error:
        raise ProjectFileError(path.name or str(path), error.reason, error.entry) from error
    except OSError as error:
        raise ProjectFileError(str(path), f"cannot be opened: {in_words(error)}.") from error


def load_with_state(path: str | os.PathLike[str]) -> tuple[Project, FileState]:
    """Open a project and remember its file, for a later `save`; errors as those of `load`."""
    project = load(path)
    try:
        return project, FileState.of(path)
    except OSError as error:
        raise ProjectFileError(str(path), f"cannot be opened: {in_words(error)}.") from error


def save(
    project: Project, path: str | os.PathLike[str], expected: FileState | None = None, *, backup: bool = True
) -> FileState:
    """Save a project, whole or not at all; equal projects give equal bytes.

    The file is written beside ``path``, read back, compared and opened, and only then put in place. What was there
    before, if it is another, is kept under the same name with ``~`` after it.

    Parameters
    ----------
    project : Project
    path : path
    expected : FileState, optional
        What the file was when it was opened or saved last; by default it may be anything.
    backup : bool
        Whether what was there before is kept.

    Returns
    -------
    FileState
        That of the new file.

    Raises
    ------
    ChangedOnDiskError
        If the file is not as expected.
    ProjectFileError
        If it cannot be saved, with the reason; what was at ``path`` is then as it was.
    """
    path = Path(path)
    project = project.settled()
    saved: list[FileState] = []

    def verify(written: Path) -> None:
        _verify(written, entries)
        saved.append(FileState.of(written))

    def before(target: Path) -> None:
        if expected is not None and not expected.is_still(target):
            raise ChangedOnDiskError(
                path.name, "another program has changed it since it was opened here. Nothing was saved."
            )
        if backup and target.exists() and FileState.of(target).sha256 != saved[0].sha256:
            keep_as(target, target.with_name(target.name + BACKUP_SUFFIX))

    try:
        entries = entries_of(project)
        replace_file(path, partial(write_archive, entries=entries), verify, before)
    except FormatError as error:
        reason = f"cannot be saved: {error.reason} The file is as it was."
        raise ProjectFileError(path.name, reason, error.entry) from error
    except OSError as error:
        reason = f"cannot be saved: {in_words(error)}. Nothing was changed; save it in another place."
        raise ProjectFileError(str(path), reason) from error
    return saved[0]


def require_writable(path: Path) -> None:
    """Make sure, before long work whose result goes to ``path``, that it can be saved there.

    Raises
    ------
    ProjectFileError
        If its folder is not there or must not be written to.
    """
    folder = path.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ProjectFileError(str(path), "cannot be saved: its folder is missing or read-only; choose another.")


def _verify(written: Path, entries: dict[str, bytes]) -> None:
    """Make sure that what was written reads back the same, and opens again."""
    found = read_archive(written)
    if found != entries:
        raise OSError(errno.EIO, "what was written reads back differently")
    project_of(found)
