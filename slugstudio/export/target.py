"""What every target of an export declares."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from slugstudio.engine.declaration import Declared
from slugstudio.engine.errors import SlugError
from slugstudio.project.project import Project


class ExportError(SlugError):
    """An export that cannot be made; the message says why and what to do."""


class Target(Declared, family=True):
    """Base of the targets; the ending of a file's name chooses one."""

    ending: ClassVar[str]

    @abstractmethod
    def content(self, project: Project) -> bytes:
        """Return the content of the file."""


def target_for(path: Path) -> Target:
    """Return the target that the ending of ``path`` chooses.

    Raises
    ------
    ExportError
        If there is none; the message names the endings that there are.
    """
    targets = {cls.ending: cls for cls in Target.kinds.values()}
    cls = targets.get(path.suffix.lower())
    if cls is None:
        ending = repr(path.suffix) if path.suffix else "no ending"
        raise ExportError(f"{path.name}: expected a name that ends with {' or '.join(targets)}, received {ending}.")
    found: Target = cls()
    return found
