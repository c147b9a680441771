"""Projects: the design of a network, what it has learned, and the `.slug` files that hold both."""

from slugstudio.project.errors import DesignError, ProjectFileError
from slugstudio.project.files import load, save
from slugstudio.project.project import Project

__all__ = ["DesignError", "Project", "ProjectFileError", "load", "save"]
