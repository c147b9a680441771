"""Where the files that come with the program are: in the wheel inside the package, in the repository at its top."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[2]


def resource(*parts: str) -> Path:
    """Return the path of a file or folder among the program's resources."""
    inside = _PACKAGE / "resources"
    return (inside if inside.is_dir() else _PACKAGE.parent / "resources").joinpath(*parts)
