from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from slugstudio.project import Project, load
from slugstudio.project.recovery import lost_slots, new_slot
from tests.commands.conftest import Run
from tests.project.made import points_design, trained


@pytest.fixture
def lost() -> Project:
    """Leave a copy as a window does that is killed."""
    project, slot = trained(points_design(epochs=2)), new_slot()
    slot.write(project, "spirals", Path("/somewhere/spirals.slug"))
    os.close(slot._descriptor)
    return project


def the_id(run: Run) -> str:
    found: str = json.loads(run("recover", "--json").lines[0])["id"]
    return found


def test_what_there_is_is_listed_and_stays(run: Run, lost: Project) -> None:
    del lost
    (line,) = run("recover").lines
    assert line.endswith("2 epochs  spirals  (/somewhere/spirals.slug)")
    record = json.loads(run("recover", "--json").lines[0])
    assert (record["name"], record["epoch"], record["path"]) == ("spirals", 2, "/somewhere/spirals.slug")
    assert line.startswith(record["id"])


def test_it_is_saved_as_a_project_and_is_gone_then(run: Run, lost: Project) -> None:
    assert run("recover", the_id(run), "work.slug").lines == []
    assert load("work.slug") == lost
    assert run("recover").lines == ["There is no work to recover."]
    assert run("recover", "--json").lines == []


def test_it_is_discarded(run: Run, lost: Project) -> None:
    del lost
    assert run("recover", the_id(run), "--discard").lines == []
    assert lost_slots() == []


def test_nothing_is_lost_by_a_mistake(run: Run, lost: Project) -> None:
    del lost
    name = the_id(run)
    Path("work.slug").write_text("mine")
    assert "work.slug exists already" in run("recover", name, "work.slug").complaint
    assert f"expected a file to write {name} to, as spirals.slug, or --discard" in run("recover", name).complaint
    assert "no recovered work is called 00000000" in run("recover", "00000000", "a.slug").complaint
    assert the_id(run) == name
    assert Path("work.slug").read_text() == "mine"
