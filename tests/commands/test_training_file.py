"""What a training in the terminal does with its file: the lock, the saves in between, other programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from slugstudio import cli
from slugstudio.commands import terminal
from slugstudio.engine.events import EpochDone
from slugstudio.project import Project, load, save
from slugstudio.project.lock import Lock
from slugstudio.project.session import Session
from tests.commands.conftest import Run
from tests.project.made import points_design


@pytest.fixture
def path() -> Path:
    save(Project(points_design(epochs=6)), "p.slug")
    return Path("p.slug")


def test_a_project_that_is_open_elsewhere_is_not_trained(run: Run, path: Path) -> None:
    with Lock(path, "a window"):
        assert "p.slug: it is open in a window of Slugstudio" in run("train", "p.slug").complaint
    assert load(path).trained is None


def test_it_is_saved_at_the_end_of_epochs_and_the_version_before_the_training_is_kept(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs: list[int] = []

    def noted(project: Project, *arguments: object, **options: object) -> object:
        epochs.append(project.epoch)
        return save(project, *arguments, **options)

    monkeypatch.setattr(terminal, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(terminal, "save", noted)
    assert run("train", "p.slug").code == 0
    assert epochs == [1, 2, 3, 4, 5, 6, 6]
    assert load(f"{path}~") == Project(points_design(epochs=6))


def test_it_is_not_saved_after_each_of_short_epochs(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saves: list[Project] = []
    monkeypatch.setattr(terminal, "save", lambda project, *arguments, **options: saves.append(project))
    run("train", "p.slug")
    assert len(saves) == 1


def test_what_another_program_writes_meanwhile_stays_and_so_does_what_is_learned(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Project(points_design(epochs=77))

    class Meddled(Session):
        def run(self, *arguments: object, **options: object) -> object:
            for event in super().run(*arguments, **options):
                if isinstance(event, EpochDone) and event.epoch == 2:
                    save(other, path)
                yield event

    monkeypatch.setattr("slugstudio.commands.train.Session", Meddled)
    Path("p-2.slug").write_text("in the way")
    said = run("train", "p.slug")
    assert said.code == 0
    assert "another program has changed it" in said.err
    assert "What is learned goes to p-3.slug." in said.err
    assert load(path) == other
    assert load("p-3.slug").epoch == 6
    assert said.out.startswith("p-3.slug: 6 of 6 epochs")


TRAIN = """
import sys
from slugstudio import cli
from slugstudio import cli
from slugstudio.commands import terminal
terminal.SAVE_SECONDS = 0.0
print("begun", flush=True)
sys.exit(cli.main(["train", "p.slug", "--json"]))
"""


def test_after_a_kill_it_goes_on_with_the_bits_of_the_uninterrupted_run(run: Run, path: Path) -> None:
    save(Project(points_design(epochs=200)), path)
    save(Project(points_design(epochs=200)), "whole.slug")
    for epochs in (1, 2):
        environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
        command = [sys.executable, "-c", TRAIN]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(1 + epochs):
                assert process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    assert run("train", "p.slug").code == run("train", "whole.slug").code == 0
    found, wanted = load(path).trained, load("whole.slug").trained
    assert found is not None
    assert wanted is not None
    for key, array in wanted.weights.items():
        np.testing.assert_array_equal(found.weights[key], array)


def test_what_is_printed_is_as_the_schema_says(run: Run, path: Path) -> None:
    del path
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "epoch.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    lines = run("train", "p.slug", "--json").lines
    assert len(lines) == 6
    for line in lines:
        jsonschema.validate(json.loads(line), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"epoch": 0}, schema)
