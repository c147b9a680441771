"""A file of every version of the format, made once by `tools.make_golden`, opens for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slugstudio.project import load, save
from slugstudio.project.records import SCHEMA_VERSION
from slugstudio.project.session import Session
from tools.make_golden import told

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(GOLDEN.glob("format-*.slug"))


def test_there_is_one_of_every_version() -> None:
    assert [path.stem for path in FILES] == [f"format-{version}" for version in range(1, SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_opens_as_what_it_was(path: Path) -> None:
    assert told(load(path)) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_training_goes_on_and_can_be_saved(path: Path, tmp_path: Path) -> None:
    session = Session(load(path))
    list(session.run())
    finished = session.capture()
    assert finished.epoch == 3
    save(finished, tmp_path / "a.slug")
    assert load(tmp_path / "a.slug") == finished
