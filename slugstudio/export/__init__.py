"""Export: what leaves a project for other programs.

A file dropped into this folder is found by itself: its target enters the registry ``Target.kinds``, and with
it the command line and the menu.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from slugstudio.engine.atomic import replace_file
from slugstudio.export.npz import NPZ
from slugstudio.export.target import ExportError, Target, target_for
from slugstudio.project.errors import in_words
from slugstudio.project.project import Project

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

__all__ = ["NPZ", "ExportError", "Target", "export", "target_for"]


def export(project: Project, path: Path) -> None:
    """Write what the ending of ``path`` says, whole or not at all; a file that was there is replaced.

    Raises
    ------
    ExportError
        If no target has this ending, or the file cannot be written.
    ConfigError, ShapeError
        If the layers of the project do not fit each other.
    """
    content = target_for(path).content(project)
    try:
        replace_file(path, lambda stream: stream.write(content))
    except OSError as error:
        raise ExportError(f"{path}: cannot be written: {in_words(error)}; choose another place.") from error
