"""What a user can mend about projects."""

from __future__ import annotations

from slugstudio.engine.errors import SlugError


class DesignError(SlugError):
    """A design that cannot be trained as it is; the message says which layer and why."""


class ProjectFileError(SlugError):
    """A project file that cannot be read or written.

    Attributes
    ----------
    entry : str
        The part of the file, such as ``"network.json"``; empty where it is the file as a whole.
    reason : str
        What is wrong with it.
    """

    def __init__(self, file: str, reason: str, entry: str = "") -> None:
        super().__init__(f"{file}: {entry}: {reason}" if entry else f"{file}: {reason}")
        self.entry = entry
        self.reason = reason
