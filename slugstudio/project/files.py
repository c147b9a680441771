"""Opening and saving projects."""

from __future__ import annotations

import errno
import os
from functools import partial
from pathlib import Path

from slugstudio.engine.atomic import replace_file
from slugstudio.project.archive import read_archive, write_archive
from slugstudio.project.errors import FormatError, ProjectFileError, in_words
from slugstudio.project.project import Project
from slugstudio.project.records import entries_of, project_of

SUFFIX = ".slug"


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


def save(project: Project, path: str | os.PathLike[str]) -> None:
    """Save a project, whole or not at all; equal projects give equal bytes.

    The file is written beside ``path``, read back and compared, and only then put in place.

    Raises
    ------
    ProjectFileError
        If it cannot be saved, with the reason; what was at ``path`` is then as it was.
    """
    path = Path(path)
    entries = entries_of(project.settled())
    try:
        replace_file(path, partial(write_archive, entries=entries), partial(_verify, entries=entries))
    except FormatError as error:
        reason = f"cannot be saved: {error.reason} The file is as it was."
        raise ProjectFileError(path.name, reason, error.entry) from error
    except OSError as error:
        reason = f"cannot be saved: {in_words(error)}. Nothing was changed; save it in another place."
        raise ProjectFileError(str(path), reason) from error


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
    if read_archive(written) != entries:
        raise OSError(errno.EIO, "what was written reads back differently")
