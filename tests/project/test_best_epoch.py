"""The best epoch that early stopping remembers goes wherever the training goes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.controls import Controls
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.events import BatchDone, EpochDone, Finished, Snapshot
from slugstudio.engine.layers import BatchNormalization, Dense
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.optimizers import Adam
from slugstudio.engine.records import to_record
from slugstudio.project import Project, edits, load, save
from slugstudio.project.design import Design
from slugstudio.project.info import as_record, as_text
from slugstudio.project.records import entries_of
from slugstudio.project.session import Session
from tests.project.made import points_design, stack, trained

PATIENT = EarlyStopping(patience=3, min_delta=0.02)


def design(stopping: EarlyStopping | None = PATIENT, **training: object) -> Design:
    layers = [Dense(6, activation=ReLU()), BatchNormalization(), Dense(2, activation=Softmax())]
    data = points_design().data
    settings = {"batch_size": 10, "epochs": 40, "optimizer": Adam(lr=0.05), "early_stopping": stopping, **training}
    return stack(layers, data, **settings)


def run(project: Project) -> tuple[Session, Finished]:
    session = Session(project)
    *_, finished = session.run()
    assert isinstance(finished, Finished)
    return session, finished


@pytest.fixture(scope="module")
def whole() -> tuple[Session, Finished]:
    session, finished = run(Project(design()))
    assert (finished.reason, finished.restored) == ("stopped early", True)
    assert finished.step >= 30
    return session, finished


@pytest.mark.parametrize("steps", [3, 8, 15, 27])
def test_a_training_that_goes_on_from_a_file_ends_at_the_same_epoch_with_the_same_bits(
    whole: tuple[Session, Finished], tmp_path: Path, steps: int
) -> None:
    session, path = Session(Project(design())), tmp_path / "a.slug"
    for event in session.run():
        if isinstance(event, BatchDone) and event.step == steps:
            break
    project = session.capture()
    save(project, path)
    assert load(path) == project
    resumed, finished = run(load(path))
    assert finished == whole[1]
    assert resumed.network.kept.tobytes() == whole[0].network.kept.tobytes()
    assert resumed.capture().trained == whole[0].capture().trained


def test_a_snapshot_holds_the_best_epoch_of_its_moment() -> None:
    session, controls = Session(Project(design())), Controls()
    for event in session.run(controls):
        if isinstance(event, EpochDone) and event.epoch == 2:
            assert session.state.best is not None
            expected = session.state.best.epoch, session.state.best.kept
            controls.request_snapshot()
        if isinstance(event, Snapshot):
            captured = session.capture(event)
    again = Session(captured).state.best
    assert session.state.best is not None
    assert session.state.best.epoch > 2
    assert again is not None
    assert again.epoch == expected[0]
    np.testing.assert_array_equal(again.kept, expected[1])


def test_going_on_after_a_file_of_a_training_that_ended_early_is_going_on(
    whole: tuple[Session, Finished], tmp_path: Path
) -> None:
    save(whole[0].capture(), tmp_path / "a.slug")
    session, again = run(load(tmp_path / "a.slug"))
    assert again.epoch >= whole[1].epoch + 3
    directly, same = run(whole[0].capture())
    assert again == same
    assert session.network.kept.tobytes() == directly.network.kept.tobytes()


def test_without_early_stopping_the_file_holds_no_best_epoch(tmp_path: Path) -> None:
    project = trained(design(None, epochs=2))
    assert "best.safetensors" not in entries_of(project)
    assert b'"best": null' in entries_of(project)["state.json"]
    only_told = trained(design(EarlyStopping(restore=False), epochs=2))
    assert "best.safetensors" not in entries_of(only_told)
    save(only_told, tmp_path / "a.slug")
    assert load(tmp_path / "a.slug") == only_told


def test_projects_that_differ_in_the_best_epoch_alone_differ() -> None:
    project = trained(design(epochs=2))
    assert project.trained is not None
    assert project.trained.best is not None
    other = dataclasses.replace(project.trained, best={key: array + 1 for key, array in project.trained.best.items()})
    assert other != project.trained
    assert dataclasses.replace(project.trained, best=None) != project.trained


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda before: edits.set_training(before, before.training.replace(epochs=9)), True),
        (lambda before: edits.set_training(before, before.training.replace(loss=MeanSquaredError())), False),
        (lambda before: edits.insert_layer(before, 1, Dense(3))[0], False),
        (lambda before: edits.set_data(before, before.data.replace(seed=5)), False),
    ],
    ids=["settings", "loss", "layers", "data"],
)
def test_what_makes_losses_another_thing_forgets_the_best_epoch(change, kept: bool) -> None:
    project = trained(design(epochs=3))
    after = dataclasses.replace(project, design=change(project.design)).settled()
    assert after.trained is not None
    assert (after.trained.best is not None, after.trained.state.best is not None) == (kept, kept)
    assert project.trained is not None
    assert project.trained.state.best is not None


def test_training_to_an_epoch_before_the_last_puts_nothing_back_and_changes_nothing() -> None:
    whole_session, finished = run(Project(design(epochs=6)))
    session = Session(Project(design(epochs=6)))
    *_, left = session.run(epochs=4)
    assert isinstance(left, Finished)
    assert (left.epoch, left.reason, left.restored) == (4, "completed", False)
    resumed, again = run(session.capture())
    assert again == finished
    assert resumed.network.kept.tobytes() == whole_session.network.kept.tobytes()


def test_info_tells_of_it(whole: tuple[Session, Finished]) -> None:
    project, finished = whole[0].capture(), whole[1]
    assert as_record(project)["state"]["best_epoch"] == finished.best
    assert as_record(project)["training"]["early_stopping"] == to_record(PATIENT)
    row = project.history.epochs[finished.best - 1]
    assert (row.epoch, project.judged) == (finished.best, row)
    assert as_record(project)["state"]["val_loss"] == row.val_loss != project.history.epochs[-1].val_loss
    text = as_text(project, "a.slug")
    assert f"Epoch {finished.best} was the best, and its weights are back." in text
    assert "batches of 10, seed 0, stopped early when nothing improves." in text
    running = trained(design(EarlyStopping(restore=False), epochs=2))
    assert running.judged == running.history.epochs[-1]
    assert Project(design()).judged is None
    assert "was the best so far." in as_text(running, "a.slug")
    plain = trained(design(None, epochs=2))
    assert as_record(plain)["state"]["best_epoch"] is None
    assert "best" not in as_text(plain, "a.slug")
