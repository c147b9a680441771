from __future__ import annotations

import dataclasses
import json
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from slugstudio.datasets import DataSource, Preprocessing
from slugstudio.engine.activation import Activation
from slugstudio.engine.layers import Dense, Layer, Residual
from slugstudio.engine.loss import Loss
from slugstudio.engine.optimizers import SGD, Optimizer
from slugstudio.engine.train import TrainSettings
from slugstudio.project import Project, edits, load, save
from slugstudio.project.archive import MIMETYPE
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session
from tests.project.archives import entries
from tests.project.made import digits_design, points_design, stack, trained

# Round trips


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


def test_an_untrained_project_comes_back(path: Path) -> None:
    project = Project(digits_design())
    save(project, path)
    assert load(path) == project
    assert load(str(path)).design.next_id == project.design.next_id
    assert "weights.safetensors" not in entries(path)


def test_a_trained_project_comes_back(path: Path) -> None:
    project = trained(digits_design())
    save(project, path)
    assert load(path) == project


def test_a_project_captured_before_its_first_step_comes_back(path: Path) -> None:
    project = Session(Project(points_design())).capture()
    save(project, path)
    assert load(path) == project


def test_a_state_whose_noise_has_not_begun_comes_back(path: Path) -> None:
    captured = Session(Project(points_design())).capture()
    assert captured.trained is not None
    state = dataclasses.replace(captured.trained.state, noise={})
    project = dataclasses.replace(captured, trained=dataclasses.replace(captured.trained, state=state))
    save(project, path)
    assert load(path) == project


def test_a_project_stopped_in_mid_epoch_goes_on_from_the_file_bit_for_bit(path: Path) -> None:
    design = points_design(epochs=3)
    whole = trained(design)
    session = Session(Project(edits.set_training(design, design.training.replace(epochs=1))))
    list(session.run())
    save(session.capture(), path)
    session = Session(dataclasses.replace(load(path), design=design))
    events = session.run()
    for _ in range(3):
        next(events)
    save(session.capture(), path)
    session = Session(load(path))
    list(session.run())
    assert session.capture().trained == whole.trained
    assert session.history.losses.tobytes() == whole.history.losses.tobytes()


def test_an_edited_project_is_saved_with_the_weights_that_fit(path: Path) -> None:
    project = trained(points_design())
    design, _ = edits.insert_layer(project.design, 0, project.design.layers[0].layer)
    edited = dataclasses.replace(project, design=design)
    save(edited, path)
    assert load(path) == edited.settled()
    assert Session(load(path)).network.vector.tobytes() == Session(edited).network.vector.tobytes()


def test_a_project_that_cannot_be_trained_as_it_is_keeps_its_weights(path: Path) -> None:
    project = trained(digits_design())
    broken = dataclasses.replace(project, design=edits.remove_layers(project.design, ["layer-3"]))
    save(broken, path)
    loaded = load(path)
    assert loaded == broken.settled()
    assert loaded.trained is not None
    assert project.trained is not None
    assert loaded.trained.weights.keys() == project.trained.weights.keys()


def test_a_project_with_other_data_than_it_was_trained_on_comes_back(path: Path) -> None:
    project = trained(points_design())
    data = project.design.data.replace(seed=3)
    edited = dataclasses.replace(project, design=edits.set_data(project.design, data))
    save(edited, path)
    assert load(path) == edited.settled()
    assert "preprocessing.safetensors" not in entries(path)


def test_weights_that_are_not_finite_come_back(path: Path) -> None:
    project = trained(points_design())
    assert project.trained is not None
    weights = dict(project.trained.weights)
    weights["layer-1", "weight"] = np.full((2, 6), np.nan, np.float32)
    project = dataclasses.replace(project, trained=dataclasses.replace(project.trained, weights=weights))
    save(project, path)
    assert load(path) == project
    assert load(path).diverged


def test_a_sum_that_is_not_finite_is_null_in_the_file_and_marks_the_project(path: Path) -> None:
    project = trained(points_design())
    assert project.trained is not None
    state = dataclasses.replace(project.trained.state, loss_sum=math.nan)
    broken = dataclasses.replace(project, trained=dataclasses.replace(project.trained, state=state))
    save(broken, path)
    assert json.loads(entries(path)["state.json"])["loss_sum"] is None
    assert load(path) == broken
    assert load(path) != project
    assert (load(path).diverged, project.diverged, Project(points_design()).diverged) == (True, False, False)


def test_arrays_that_do_not_lie_in_c_order_come_back_right(path: Path) -> None:
    project = trained(points_design())
    assert project.trained is not None
    weights = dict(project.trained.weights)
    weights["layer-1", "weight"] = np.asfortranarray(np.arange(12, dtype=np.float32).reshape(2, 6))
    project = dataclasses.replace(project, trained=dataclasses.replace(project.trained, weights=weights))
    save(project, path)
    loaded = load(path).trained
    assert loaded is not None
    assert np.array_equal(loaded.weights["layer-1", "weight"], weights["layer-1", "weight"])


def of_family(family: type[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([kind() for kind in family.kinds.values()])


LAYERS = st.one_of(
    st.sampled_from([kind.example() for kind in Layer.kinds.values()]),
    st.builds(
        Layer.kinds["Dense"],
        st.integers(1, 100),
        activation=of_family(Activation),
    ),
)
TRAININGS = st.builds(
    TrainSettings,
    epochs=st.integers(1, 10**7),
    batch_size=st.integers(1, 10**6),
    optimizer=st.one_of(
        of_family(Optimizer),
        st.builds(
            SGD,
            lr=st.floats(min_value=0, exclude_min=True, allow_nan=False),
            decay=st.floats(0, 1e9),
        ),
    ),
    loss=of_family(Loss),
    seed=st.integers(0, 2**63 - 1),
)
DATA = st.builds(
    DataChoice,
    of_family(DataSource),
    of_family(Preprocessing),
    st.floats(0, 0.9),
    st.integers(0, 2**63 - 1),
)


@settings(max_examples=40)
@given(st.lists(LAYERS, max_size=8), DATA, TRAININGS)
def test_any_design_comes_back_and_equal_ones_give_equal_bytes(
    tmp_path_factory: pytest.TempPathFactory, layers: list[Layer], data: DataChoice, training: TrainSettings
) -> None:
    design = edits.set_training(stack(layers, data), training)
    folder = tmp_path_factory.mktemp("designs")
    save(Project(design), folder / "a.slug")
    loaded = load(folder / "a.slug")
    assert loaded == Project(design)
    save(loaded, folder / "b.slug")
    assert (folder / "a.slug").read_bytes() == (folder / "b.slug").read_bytes()


def test_equal_projects_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.slug", "b.slug"):
        save(trained(points_design()), tmp_path / name)
    a, b = entries(tmp_path / "a.slug"), entries(tmp_path / "b.slug")
    for parts in (a, b):
        del (
            parts["history.safetensors"],
            parts["manifest.json"],
        )  # the seconds that the epochs took, and their hash
    assert a == b
    loaded = load(tmp_path / "a.slug")
    save(loaded, tmp_path / "c.slug")
    assert (tmp_path / "c.slug").read_bytes() == (tmp_path / "a.slug").read_bytes()


# The form that docs/slug-format.md describes


def test_the_first_bytes_tell_what_the_file_is(path: Path) -> None:
    save(Project(digits_design()), path)
    head = path.read_bytes()[: 30 + 8 + len(MIMETYPE)]
    assert head[:4] == b"PK\x03\x04"
    assert head[8:10] == b"\0\0"  # stored
    assert head[28:30] == b"\0\0"  # no extra field
    assert head[30:] == b"mimetype" + MIMETYPE


def test_json_is_deflated_and_tensors_are_stored(path: Path) -> None:
    save(trained(points_design()), path)
    with zipfile.ZipFile(path) as archive:
        kinds = {info.filename: info.compress_type for info in archive.infolist()}
    assert set(kinds) == {
        "mimetype",
        "manifest.json",
        "network.json",
        "data.json",
        "training.json",
        "history.json",
        "history.safetensors",
        "state.json",
        "weights.safetensors",
        "optimizer.safetensors",
        "preprocessing.safetensors",
        "thumbnail.png",
    }
    for name, kind in kinds.items():
        assert kind == (zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED)


def test_tensors_are_called_by_the_layers_id(path: Path) -> None:
    save(trained(points_design()), path)
    parts = entries(path)
    weights = safetensors.numpy.load(parts["weights.safetensors"])
    assert {name: array.shape for name, array in weights.items()} == {
        "layer-1/weight": (2, 6),
        "layer-1/bias": (6,),
        "layer-3/weight": (6, 2),
        "layer-3/bias": (2,),
    }
    assert set(safetensors.numpy.load(parts["optimizer.safetensors"])) == {f"0/{name}" for name in weights}
    assert set(safetensors.numpy.load(parts["preprocessing.safetensors"])) == {"offset", "scale"}
    layers = json.loads(parts["network.json"])["layers"]
    assert [layer["id"] for layer in layers] == ["layer-1", "layer-2", "layer-3"]
    assert json.loads(parts["manifest.json"])["schema_version"] == 1


def test_a_stack_of_many_like_layers_is_no_bomb(path: Path) -> None:
    project = Project(stack([Residual((Dense(2),) * 64)] * 40))
    save(project, path)
    assert load(path) == project
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("network.json")
    assert info.file_size > 100 * info.compress_size
