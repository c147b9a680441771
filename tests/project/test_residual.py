"""A layer that holds layers goes through a project as any other: file, training, info, edits, problems."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import Circles, Digits, Scale
from slugstudio.engine.activation import Noop, ReLU, Softmax
from slugstudio.engine.declaration import DEEPEST
from slugstudio.engine.events import BatchDone
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Dropout, Flatten, Layer, Residual
from slugstudio.export import export
from slugstudio.project import Project, ProjectFileError, edits, load, save
from slugstudio.project.analysis import analyse
from slugstudio.project.design import DataChoice, Design, LayerEntry
from slugstudio.project.info import as_record, as_text
from slugstudio.project.session import Session, compile_network
from tests.project.archives import unverified
from tests.project.made import stack, trained

INNER = (Dense(6, activation=ReLU()), Dropout(0.2), BatchNormalization(), Residual((Dense(6),)))


def residual_design(*inner: Layer, **training: object) -> Design:
    layers = [Dense(6), Residual(inner or INNER), Dense(2, activation=Softmax())]
    return stack(layers, DataChoice(Circles(60), Scale()), **{"batch_size": 10, **training})


@pytest.fixture(scope="module")
def project() -> Project:
    return trained(residual_design())


def test_the_file_keeps_the_stack_and_all_that_it_has_learned(project: Project, tmp_path: Path) -> None:
    save(project, tmp_path / "a.slug")
    assert load(tmp_path / "a.slug") == project
    assert project.trained is not None
    for name in ("dense_1/weight", "batch_normalization_1/running_mean", "residual_1/dense_1/bias"):
        assert ("layer-2", name) in project.trained.weights


def test_training_that_goes_on_from_a_file_gives_the_same_bits(tmp_path: Path) -> None:
    whole = Session(Project(residual_design()))
    for event in whole.run():
        if isinstance(event, BatchDone) and event.step == 7:  # in the middle of the second epoch
            save(whole.capture(), tmp_path / "a.slug")
    resumed = Session(load(tmp_path / "a.slug"))
    list(resumed.run())
    assert resumed.network.kept.tobytes() == whole.network.kept.tobytes()


def test_hints_of_the_layers_inside_are_not_kept() -> None:
    entry = LayerEntry("layer-1", "residual_1", Residual((Dense(6, inshape=6),)))
    assert entry.layer == Residual((Dense(6),))


@pytest.mark.parametrize(
    "name", ["../weight", "dense_1/../weight", "dense_1//weight", "/weight", "dense_1/weight/", "\\"]
)
def test_an_array_of_a_name_that_is_none_is_refused(project: Project, tmp_path: Path, name: str) -> None:
    """Also behind a mistake in the stack, where names are not compared with those of the layer."""
    assert project.trained is not None
    broken = edits.insert_layer(project.design, 0, Convolution(1, 3))[0]
    for design in (project.design, broken):
        weights = {**project.trained.weights, ("layer-2", name): np.zeros(1, np.float32)}
        wrong = dataclasses.replace(project.trained, design=design, weights=weights)
        unverified(dataclasses.replace(project, design=design, trained=wrong), tmp_path / "a.slug")
        with pytest.raises(ProjectFileError, match=r"such (an )?array"):
            load(tmp_path / "a.slug")


def test_arrays_behind_a_mistake_are_kept_at_the_greatest_depth(tmp_path: Path) -> None:
    layer: Layer = Dense(6)
    for _ in range(DEEPEST - 2):
        layer = Residual((layer,))
    project = trained(stack([Dense(6), layer, Dense(2, activation=Softmax())], DataChoice(Circles(60), Scale())))
    design = edits.insert_layer(project.design, 0, Convolution(1, 3))[0]
    hidden = dataclasses.replace(project, design=design).settled()
    save(hidden, tmp_path / "a.slug")
    assert load(tmp_path / "a.slug") == hidden


def test_weights_inside_stay_where_their_name_and_shape_do(project: Project) -> None:
    assert project.trained is not None
    design = edits.replace_layer(project.design, "layer-2", Residual((*INNER[:2], Dense(6, activation=ReLU()))))
    network = compile_network(dataclasses.replace(project, design=design))
    kept, before = network.parameters, project.trained.weights
    np.testing.assert_array_equal(kept["residual_1/dense_1/weight"], before["layer-2", "dense_1/weight"])
    np.testing.assert_array_equal(kept["dense_2/weight"], before["layer-3", "weight"])
    wider = edits.replace_layer(design, "layer-2", Residual((Dense(7), Dense(6))))
    bias = compile_network(dataclasses.replace(project, design=wider)).parameters["residual_1/dense_1/bias"]
    was = before["layer-2", "dense_1/bias"]
    np.testing.assert_array_equal(bias, np.concatenate([was, np.zeros(7 - len(was))]).astype(np.float32)[:7])


def test_export_names_the_arrays_by_the_layers_inside(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "w.npz")
    network = compile_network(project)
    with np.load(tmp_path / "w.npz", allow_pickle=False) as arrays:
        assert set(arrays) == set(network.parameters | network.buffers)
        found = arrays["residual_1/residual_1/dense_1/weight"]
    np.testing.assert_array_equal(found, network.parameters["residual_1/residual_1/dense_1/weight"])


def test_info_tells_of_the_layers_inside_in_lines_of_their_own() -> None:
    design = residual_design(Dense(6, activation=ReLU()), Residual((BatchNormalization(),)))
    lines = [line.rstrip() for line in as_text(Project(design), "a.slug").splitlines()]
    assert lines[4:8] == [
        "residual_1                 Residual            Dense · Residual · ReLU          6          54",
        "  dense_1                  Dense               6 units · ReLU                   6          42  "
        "weight (6, 6), bias (6)",
        "  residual_1               Residual            Batch normalisation · ReLU       6          12",
        "    batch_normalization_1  BatchNormalization                                   6          12  "
        "weight (6), bias (6), running_mean (6), running_variance (6)",
    ]
    record = json.loads(json.dumps(as_record(Project(design))))["layers"][1]
    assert record["parameters"]["residual_1/batch_normalization_1/weight"] == [6]
    assert [layer["name"] for layer in record["inside"]] == ["dense_1", "residual_1"]
    assert [layer["name"] for layer in record["inside"][1]["inside"]] == ["batch_normalization_1"]


def test_a_problem_inside_is_told_at_the_block_with_the_name_of_the_layer() -> None:
    broken = stack([Residual((Dense(6),)), Flatten()], DataChoice(Digits()))
    problem = analyse(broken).obstacle
    assert problem is not None
    assert problem.layer_id == "layer-1"
    assert problem.message.startswith("Residual: inside, dense_1 (layer 1): Dense needs a vector")
    grown = stack([Residual((Convolution(8, 3, padding="same"),), Noop())], DataChoice(Digits()))
    assert "its layers make 8 × 8 × 8, which cannot be added to its input of 1 × 8 × 8" in str(analyse(grown).obstacle)


def test_a_batch_too_small_for_a_layer_inside_names_it() -> None:
    problem = analyse(residual_design(batch_size=47)).obstacle
    assert problem is not None
    assert problem.layer_id == "layer-2"
    assert problem.message.startswith("Inside, batch_normalization_1 needs batches of 2 samples or more, but 48")
