"""Where the program keeps what it needs to remember between two starts, apart from the user's own files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "SLUGSTUDIO_STATE"


def state_folder() -> Path:
    """Return the folder: ``SLUGSTUDIO_STATE``, else the platform's place for a program's state; it may not exist yet.

    Raises
    ------
    RuntimeError
        If that needs the user's home folder and there is none.
    """
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Slugstudio"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Slugstudio"
    chosen = os.environ.get("XDG_STATE_HOME", "")
    return (Path(chosen) if os.path.isabs(chosen) else Path.home() / ".local" / "state") / "slugstudio"
