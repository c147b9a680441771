"""A data folder of its own for each test, and a small MNIST in place of the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from slugstudio.engine.data import mnist
from tests.engine.data.mirror import FILES


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder: empty, not yet made."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SLUGSTUDIO_DATA", str(folder))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(mnist, "FILES", FILES)
    return folder
