from __future__ import annotations

import sys
from pathlib import Path

import pytest

from slugstudio.project.state_folder import state_folder


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"SLUGSTUDIO_STATE": "/chosen"}, "/chosen"),
        ("win32", {"SLUGSTUDIO_STATE": "~/chosen"}, "/home/me/chosen"),
        ("linux", {}, "/home/me/.local/state/slugstudio"),
        ("linux", {"XDG_STATE_HOME": "/state"}, "/state/slugstudio"),
        ("linux", {"XDG_STATE_HOME": "not/whole"}, "/home/me/.local/state/slugstudio"),
        ("darwin", {}, "/home/me/Library/Application Support/Slugstudio"),
        ("win32", {}, "/home/me/AppData/Local/Slugstudio"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/Slugstudio"),
    ],
)
def test_the_state_folder_follows_the_variable_else_the_platform(
    platform: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLUGSTUDIO_STATE", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert state_folder() == Path(expected)
