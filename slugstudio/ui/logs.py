"""The log file: what went wrong, for whoever is asked to help; it stays on this computer."""

from __future__ import annotations

import faulthandler
import logging
import os
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from slugstudio.project.state_folder import state_folder

LEVEL = "SLUGSTUDIO_LOG"
"""The environment variable that says how much is noted: DEBUG, INFO, WARNING (usually) or ERROR."""
_SIZE, _KEPT = 512 * 1024, 2


def log_path() -> Path:
    """Return where the log is, or would be."""
    return state_folder() / "slugstudio.log"


def start_logging() -> RotatingFileHandler | None:
    """Note warnings and errors of the program in the file, and where the interpreter was if it crashes.

    Without a folder to write to there is no log, and the program does without: None.
    """
    with suppress(OSError, RuntimeError):
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        wanted = logging.getLevelNamesMapping().get(os.environ.get(LEVEL, "").upper(), logging.WARNING)
        logger = logging.getLogger("slugstudio")
        logger.setLevel(wanted)
        logger.addHandler(handler)
        if handler.stream is not None:
            faulthandler.enable(handler.stream)
        return handler
    return None


def end_logging(handler: RotatingFileHandler | None) -> None:
    """Close the file."""
    if handler is not None:
        faulthandler.disable()
        logging.getLogger("slugstudio").removeHandler(handler)
        handler.close()
