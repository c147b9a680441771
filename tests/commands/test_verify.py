from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import MNIST
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.events import BatchDone
from slugstudio.project import Project, edits, load, save
from slugstudio.project.session import Session
from tests.commands.conftest import Run
from tests.project.made import digits_design, points_design, trained


def verified(run: Run, project: Project) -> dict[str, object]:
    save(project, "p.slug")
    record: dict[str, object] = json.loads(run("verify", "p.slug", "--json").lines[0])
    return record


def test_a_sound_project_gives_its_recorded_loss(run: Run, points: Path) -> None:
    first, second = run("verify", "points.slug").lines
    assert first == "points.slug: sound: every part is as its hash says, and every shape as the layers imply."
    loss = load(points).history.epochs[-1].val_loss
    assert second == f"Validation loss: recorded {loss:.6g}, computed {loss:.6g} (difference 0)."


def test_the_best_epoch_that_is_back_gives_its_loss(run: Run) -> None:
    design = points_design(epochs=8, early_stopping=EarlyStopping(patience=3, restore=True))
    record = verified(run, trained(design))
    assert record["difference"] == pytest.approx(0, abs=1e-6)


def test_other_weights_are_found(run: Run) -> None:
    project = trained(points_design())
    assert project.trained is not None
    weights = {key: array + np.float32(0.1) for key, array in project.trained.weights.items()}
    save(dataclasses.replace(project, trained=dataclasses.replace(project.trained, weights=weights)), "p.slug")
    said = run("verify", "p.slug")
    assert "the weights do not give the recorded validation loss" in said.complaint
    assert "difference" in said.out


def test_weights_that_are_no_numbers_are_found(run: Run) -> None:
    project = trained(points_design())
    assert project.trained is not None
    weights = {key: np.full_like(array, np.nan) for key, array in project.trained.weights.items()}
    record = dataclasses.replace(project, trained=dataclasses.replace(project.trained, weights=weights))
    save(record, "p.slug")
    assert "computed no finite number." in run("verify", "p.slug").out


def in_the_middle() -> Project:
    session = Session(Project(points_design(epochs=3)))
    for event in session.run():
        if isinstance(event, BatchDone) and event.epoch == 2:
            break
    return session.capture()


def of_other_data() -> Project:
    project = trained(points_design())
    data = project.design.data
    return dataclasses.replace(project, design=edits.set_data(project.design, data.replace(seed=9)))


def without_validation() -> Project:
    design = points_design()
    return trained(edits.set_data(design, design.data.replace(validation_split=0.0)))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Project(points_design()), "no epoch is finished yet"),
        (in_the_middle, "the project was trained or changed since its last epoch was judged"),
        (of_other_data, "the project was trained or changed since its last epoch was judged"),
        (without_validation, "none was recorded, for want of validation samples or because it was not finite"),
    ],
)
def test_where_there_is_nothing_to_compare_it_says_why(run: Run, make: object, reason: str) -> None:
    assert callable(make)
    record = verified(run, make())
    assert (record["sound"], record["difference"], record["not_compared"]) == (True, None, reason)
    assert run("verify", "p.slug").lines[1] == f"The validation loss was not computed: {reason}."


def test_data_that_are_not_at_hand_are_not_fetched(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del data
    project = trained(digits_design())
    assert project.trained is not None
    monkeypatch.setattr(type(project.design.data.source), "at_hand", property(lambda self: False))
    assert "is not at hand" in str(verified(run, project)["not_compared"])
    assert not MNIST().at_hand


def test_damage_is_told(run: Run, points: Path) -> None:
    content = bytearray(points.read_bytes())
    content[len(content) // 2] ^= 1
    points.write_bytes(content)
    assert run("verify", "points.slug").complaint.startswith("points.slug: ")
