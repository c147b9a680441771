"""What all tests share: Qt without a screen, a data folder of their own, a small MNIST in place of the real one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from slugstudio.engine.data import mnist
from tests.engine.data.mirror import FILES

# Before the first import of Qt. A journey gives its own display to the program that it starts.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A busy machine makes no test wrong.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the state folder of the test, in place of the user's own: not yet made."""
    folder = tmp_path_factory.mktemp("state") / "slugstudio"
    monkeypatch.setenv("SLUGSTUDIO_STATE", str(folder))
    return folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder: empty, not yet made."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SLUGSTUDIO_DATA", str(folder))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(mnist, "FILES", FILES)
    return folder
