from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from slugstudio.export import export
from slugstudio.project import Project, load, save
from slugstudio.project.lock import Lock
from slugstudio.project.session import compile_network
from tests.commands.conftest import Run
from tests.project.made import points_design

GOLDEN = Path(__file__).parents[1] / "golden" / "onnx"


@pytest.fixture
def empty() -> Path:
    save(Project(points_design()), "empty.slug")
    return Path("empty.slug")


def test_weights_are_taken_and_the_version_before_is_kept(run: Run, points: Path, empty: Path) -> None:
    export(load(points), Path("w.npz"))
    lines = run("import", "empty.slug", "w.npz").lines
    assert lines[0].split() == ["Array", "Shape", "In", "the", "file", "What", "happens"]
    assert lines[-1] == "All 4 arrays of the network are in the file and fit."
    np.testing.assert_array_equal(compile_network(load(empty)).vector, compile_network(load(points)).vector)
    assert load("empty.slug~") == Project(points_design())


def test_a_dry_run_changes_nothing(run: Run, points: Path, empty: Path) -> None:
    export(load(points), Path("w.safetensors"))
    before = empty.read_bytes()
    record = json.loads(run("import", "empty.slug", "w.safetensors", "--dry-run", "--json").lines[0])
    assert (record["taken"], record["unknown"], record["arrays"][0]["fate"]) == (4, [], "fits")
    assert empty.read_bytes() == before


def test_where_nothing_fits_nothing_is_changed(run: Run, empty: Path) -> None:
    before = empty.read_bytes()
    np.savez("w.npz", other=np.zeros(3))
    said = run("import", "empty.slug", "w.npz")
    assert said.complaint == "w.npz: none of it fits empty.slug; nothing was changed."
    assert empty.read_bytes() == before


def test_a_project_that_is_open_elsewhere_is_not_changed(run: Run, points: Path, empty: Path) -> None:
    export(load(points), Path("w.npz"))
    with Lock(empty, "a window"):
        assert "it is open in a window" in run("import", "empty.slug", "w.npz").complaint


def test_a_model_becomes_a_project(run: Run) -> None:
    said = run("import", str(GOLDEN / "lenet-legacy.onnx"), "lenet.slug")
    assert said.code == 0
    assert "7 layers" in said.out
    assert "made-up ones hold the place" in said.err
    assert load("lenet.slug").design.layers[0].name == "conv1"
    assert "lenet.slug exists already" in run("import", str(GOLDEN / "vgg-legacy.onnx"), "lenet.slug").complaint
    assert run("import", str(GOLDEN / "vgg-legacy.onnx"), "lenet.slug", "--force").code == 0
    record = json.loads(run("import", str(GOLDEN / "vgg-legacy.onnx"), "no.slug", "--dry-run", "--json").out)
    assert len(record["layers"]) == 8
    assert not Path("no.slug").exists()


def test_our_own_model_finds_its_data(run: Run, digits: Path) -> None:
    export(load(digits), Path("d.onnx"))
    said = run("import", "d.onnx", "d.slug")
    assert said.lines[0].endswith("on the data “Digits”.")


def test_a_model_becomes_no_file_of_another_name(run: Run) -> None:
    assert "expected a name that ends with .slug" in run("import", str(GOLDEN / "vgg-legacy.onnx"), "vgg.npz").complaint
