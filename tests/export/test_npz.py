from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.weights import load_weights
from slugstudio.export import NPZ, ExportError, export, target_for
from slugstudio.project import Project, edits
from slugstudio.project.info import as_record
from slugstudio.project.session import Session
from slugstudio.project.templates import template


@pytest.fixture(scope="module")
def project() -> Project:
    design = template("digits-cnn").design
    session = Session(Project(edits.set_training(design, design.training.replace(epochs=1))))
    list(session.run())
    return session.capture()


def test_it_holds_every_weight_by_the_layers_name(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    export(project, path)
    network = Session(project).network
    with np.load(path, allow_pickle=False) as arrays:
        assert set(arrays) == set(network.parameters)
        for name, array in network.parameters.items():
            assert arrays[name].dtype == np.float32
            assert np.array_equal(arrays[name], array)


def test_its_shapes_are_those_that_info_tells(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "w.npz")
    told = {
        f"{layer['name']}/{name}": shape
        for layer in as_record(project)["layers"]
        for name, shape in layer["parameters"].items()
    }
    with np.load(tmp_path / "w.npz") as arrays:
        assert {name: arrays[name].shape for name in arrays} == told


def test_renamed_layers_are_exported_under_their_names(project: Project, tmp_path: Path) -> None:
    design = edits.rename_layer(project.design, project.design.ids[0], "edges")
    export(Project(design, project.trained), tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as arrays:
        assert "edges/weight" in arrays
        assert project.trained is not None
        assert np.array_equal(arrays["edges/weight"], project.trained.weights[design.ids[0], "weight"])


def test_an_untrained_project_gives_its_first_weights(tmp_path: Path) -> None:
    project = template("spiral")
    export(project, tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as arrays:
        assert np.array_equal(arrays["dense_1/weight"], Session(project).network.parameters["dense_1/weight"])


def test_equal_weights_give_equal_bytes(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "a.npz")
    export(project, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_the_ending_chooses_the_target() -> None:
    assert target_for(Path("a.b/W.NPZ")) == NPZ()


@pytest.mark.parametrize(("name", "words"), [("w.exe", r"received '\.exe'"), ("w", "received no ending")])
def test_an_unknown_ending_is_told_with_those_there_are(name: str, words: str) -> None:
    with pytest.raises(ExportError, match=rf"{name}: expected a name that ends with .*\.npz.*, {words}"):
        target_for(Path(name))


def test_what_cannot_be_written_is_told_and_leaves_nothing(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written: there is no such file or folder"):
        export(project, tmp_path / "nowhere" / "w.npz")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(ExportError, match=r"folder\.npz is a folder"):
        export(project, tmp_path / "folder.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.npz"]


def test_the_layout_is_told_by_the_comment_of_the_zip(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "w.npz")
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        told = json.loads(archive.comment)
    assert (told["layout"], told["dense"]) == ("slugstudio", "(in, out)")
    network = Session(project).network
    load_weights(network, tmp_path / "w.npz")
