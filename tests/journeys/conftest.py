"""A screen with a window manager for the journeys."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = ("Xvfb", "openbox", "xdotool")


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Start a virtual screen of 1280x800 and return its name."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    assert not missing, f"journeys need {', '.join(missing)}: make test installs them"
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        name = f":{told.readline().strip()}"
    environment = {**os.environ, "DISPLAY": name}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    yield name
    for process in (manager, server):
        process.terminate()
        process.wait(10)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home folder without settings."""
    return tmp_path


@pytest.fixture
def artefacts() -> Path:
    """Return the folder in which pictures of journeys are kept: ``$SLUGSTUDIO_ARTEFACTS``, else ``artefacts`` here."""
    folder = Path(os.environ.get("SLUGSTUDIO_ARTEFACTS", "artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
