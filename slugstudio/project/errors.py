"""What a user can mend about projects and their files."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from slugstudio.engine.errors import SlugError


class DesignError(SlugError):
    """A design that cannot be trained as it is; the message says which layer and why."""


class ProjectFileError(SlugError):
    """A project file that cannot be read or written.

    Attributes
    ----------
    entry : str
        The part of the file at fault, such as ``"network.json"``; empty where it is the file as a whole.
    reason : str
        What is wrong with it.
    """

    def __init__(self, file: str, reason: str, entry: str = "") -> None:
        super().__init__(f"{file}: {entry}: {reason}" if entry else f"{file}: {reason}")
        self.entry = entry
        self.reason = reason


class FormatError(SlugError):
    """Content that is not what the format says; whoever knows the file makes a `ProjectFileError` of it."""

    def __init__(self, reason: str, entry: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.entry = entry


_WORDS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "part of the path is not a folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def in_words(error: OSError) -> str:
    """Say for people what the system refused."""
    return _WORDS.get(error.errno or 0) or (error.strerror or str(error)).lower()


@contextmanager
def in_entry(entry: str) -> Iterator[None]:
    """Say of whatever is wrong with content that it is in ``entry``."""
    try:
        yield
    except FormatError as error:
        raise FormatError(error.reason, error.entry or entry) from error
    except SlugError as error:
        raise FormatError(str(error), entry) from error
