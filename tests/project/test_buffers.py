"""Running statistics go wherever weights go."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import Circles, Scale
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.controls import Controls
from slugstudio.engine.events import BatchDone, Snapshot
from slugstudio.engine.layers import ActivationLayer, BatchNormalization, Dense
from slugstudio.export import export
from slugstudio.project import Project, ProjectFileError, edits, load, save
from slugstudio.project.analysis import analyse
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.info import as_record, as_text
from slugstudio.project.remembered import Remembered
from slugstudio.project.session import Session, compile_network
from tests.project.archives import unverified
from tests.project.made import points_design, stack, trained

MEAN = "batch_normalization_1/running_mean"


def normalised_design(**training: object) -> Design:
    layers = [Dense(6), BatchNormalization(), ActivationLayer(ReLU()), Dense(2, activation=Softmax())]
    return stack(layers, DataChoice(Circles(60), Scale()), **{"batch_size": 10, **training})


@pytest.fixture(scope="module")
def project() -> Project:
    return trained(normalised_design())


def test_the_file_keeps_running_statistics(project: Project, tmp_path: Path) -> None:
    save(project, tmp_path / "a.slug")
    again = load(tmp_path / "a.slug")
    assert again == project
    before, after = compile_network(project), compile_network(again)
    assert before.buffers[MEAN].any()
    np.testing.assert_array_equal(after.kept, before.kept)


def test_training_that_goes_on_from_a_file_gives_the_same_bits(tmp_path: Path) -> None:
    whole = Session(Project(normalised_design()))
    for event in whole.run():
        if isinstance(event, BatchDone) and event.step == 7:  # in the middle of the second epoch
            save(whole.capture(), tmp_path / "a.slug")
    resumed = Session(load(tmp_path / "a.slug"))
    list(resumed.run())
    assert resumed.network.kept.tobytes() == whole.network.kept.tobytes()
    assert resumed.evaluate() == whole.evaluate()


def test_a_snapshot_holds_the_statistics_of_its_moment() -> None:
    session, controls = Session(Project(normalised_design())), Controls()
    for event in session.run(controls):
        if isinstance(event, BatchDone) and event.step == 4:
            expected = session.network.kept.copy()
            controls.request_snapshot()
        if isinstance(event, Snapshot):
            captured = session.capture(event)
    np.testing.assert_array_equal(compile_network(captured).kept, expected)
    assert not np.array_equal(session.network.kept, expected)


def test_statistics_follow_the_layer_and_fit_another_size(project: Project) -> None:
    design = project.design
    assert project.trained is not None
    moved = edits.insert_layer(design, 0, Dense(2))[0]
    kept = compile_network(dataclasses.replace(project, design=moved))
    np.testing.assert_array_equal(kept.buffers[MEAN], project.trained.weights[design.ids[1], "running_mean"])
    wider = edits.replace_layer(design, design.ids[0], Dense(7))
    mean = compile_network(dataclasses.replace(project, design=wider)).buffers[MEAN]
    before = project.trained.weights[design.ids[1], "running_mean"]
    np.testing.assert_array_equal(mean, np.concatenate([before, np.zeros(7 - len(before))]).astype(np.float32))


def test_statistics_of_a_deleted_layer_return_with_it(project: Project) -> None:
    without = dataclasses.replace(project, design=edits.remove_layers(project.design, project.design.ids[1:2]))
    remembered = Remembered()
    remembered.keep(project.trained, without.settled().trained)
    back = remembered.restored(dataclasses.replace(without.settled(), design=project.design))
    np.testing.assert_array_equal(compile_network(back).kept, compile_network(project).kept)


def test_export_and_info_tell_of_them(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "w.npz")
    network = compile_network(project)
    with np.load(tmp_path / "w.npz", allow_pickle=False) as arrays:
        assert set(arrays) == set(network.parameters | network.buffers)
        np.testing.assert_array_equal(arrays[MEAN], network.buffers[MEAN])
    told = as_record(project)["layers"][1]
    assert (told["n_parameters"], told["buffers"]) == (12, {"running_mean": (6,), "running_variance": (6,)})
    assert "weight (6), bias (6), running_mean (6), running_variance (6)" in as_text(project, "a.slug")


def test_an_optimizer_remembers_nothing_of_statistics(project: Project, tmp_path: Path) -> None:
    assert project.trained is not None
    (slot,) = project.trained.slots
    key = (project.design.ids[1], "running_mean")
    assert key not in slot
    wrong = dataclasses.replace(project.trained, slots=({**slot, key: np.zeros(6, np.float32)},))
    unverified(dataclasses.replace(project, trained=wrong), tmp_path / "a.slug")
    with pytest.raises(ProjectFileError, match="running_mean: the layer has no such array"):
        load(tmp_path / "a.slug")


@pytest.mark.parametrize(("batch_size", "playable"), [(10, True), (47, False), (1, False), (48, True), (99, True)])
def test_a_batch_of_one_sample_is_told_before_training(batch_size: int, playable: bool) -> None:
    design = normalised_design(batch_size=batch_size)  # 48 samples to learn from
    problem = analyse(design).obstacle
    assert (problem is None) == playable
    if problem is not None:
        assert problem.layer_id == design.ids[1]
        assert problem.message.startswith(
            f"Batch normalisation needs batches of 2 samples or more, but 48 samples in batches of {batch_size} leave 1"
        )
    assert analyse(points_design(batch_size=batch_size)).playable
