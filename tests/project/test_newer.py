"""Files of a newer version: what is not known here is kept, shown, and written back unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import Mode
from slugstudio.export import ExportError, export
from slugstudio.project import Project, ProjectFileError, edits, load, save
from slugstudio.project.analysis import analyse
from slugstudio.project.archive import read_archive
from slugstudio.project.info import as_record, as_text
from slugstudio.project.newer import unknown_layer
from tests.project.made import points_design, trained
from tests.torture.containers import built, parts_of, rehashed

SWISH = {"kind": "HardSwish", "version": 1, "params": {"slope": 0.5, "table": [[1, 2]] * 30}}


def changed(content: bytes, change: Any) -> bytes:
    record = json.loads(content)
    change(record)
    return json.dumps(record).encode()


def newer_entries(path: Path) -> dict[str, bytes]:
    """Return the entries of a trained project as version 9 might write it: more of everything."""
    entries = read_archive(path)

    def network(record: Any) -> None:
        record["branches"] = []
        record["layers"].insert(1, {"id": "layer-9", "name": "swish_1", "layer": SWISH, "colour": "red"})
        record["layers"][0]["layer"]["params"]["sparsity"] = 0.25  # of a layer that is known here

    def training(record: Any) -> None:
        record["params"]["mixed_precision"] = True
        record["by"] = "somebody"

    entries["network.json"] = changed(entries["network.json"], network)
    entries["training.json"] = changed(entries["training.json"], training)
    entries["data.json"] = changed(entries["data.json"], lambda record: record["params"].update(shuffled=False))
    entries["state.json"] = changed(entries["state.json"], lambda record: record.update(device="cpu"))
    weights = safetensors.numpy.load(entries["weights.safetensors"])
    entries["weights.safetensors"] = safetensors.numpy.save({**weights, "layer-9/table": np.ones(3, np.float32)})
    entries["notes.json"] = b'{"text": "kept"}'
    entries["manifest.json"] = changed(
        entries["manifest.json"],
        lambda record: record.update(schema_version=9, oldest_reader=1, producer="Slugstudio 9.0", theme="dark"),
    )
    return entries


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.slug"
    save(trained(points_design()), path)
    path.write_bytes(built(parts_of(rehashed(newer_entries(path)))))
    return path


def parsed(entries: dict[str, bytes]) -> dict[str, Any]:
    return {name: json.loads(content) if name.endswith(".json") else content for name, content in entries.items()}


def test_what_is_not_known_is_written_back_unchanged(path: Path) -> None:
    before = parsed(read_archive(path))
    project = load(path)
    save(project, path)
    after = parsed(read_archive(path))
    for entries in (before, after):
        entries["manifest.json"].pop("sha256")
        for name in [name for name in entries if name.endswith(".safetensors")]:
            arrays = safetensors.numpy.load(entries[name])
            entries[name] = {key: (array.shape, array.tobytes()) for key, array in arrays.items()}
        entries.pop("thumbnail.png")
    assert after == before
    assert load(path) == project


def test_what_is_not_known_is_shown_and_cannot_be_computed(path: Path, tmp_path: Path) -> None:
    project = load(path)
    first, second, *_ = project.design.layers
    assert (first.layer.kind, second.layer.kind, second.layer.label) == ("Dense", "HardSwish", "Unknown: HardSwish")
    assert second.layer.details().startswith("slope 0.5 · table [[1, 2], ")
    assert second.layer.details().endswith("...")
    assert "newer version" in second.layer.explain()
    obstacle = analyse(project.design).obstacle
    assert obstacle is not None
    assert "written in a way that this version does not know; update Slugstudio, or delete it" in obstacle.message
    assert as_record(project)["newer"] == "Slugstudio 9.0"
    assert as_text(project, "a.slug").endswith("What is not known here is kept and saved as it is.")
    for compute in (
        lambda: second.layer.forward(np.zeros((1, 2)), {}, Mode(False, np.random.default_rng())),
        lambda: second.layer.backward(np.zeros((1, 2)), None, {}),
    ):
        with pytest.raises(ShapeError, match="does not know"):
            compute()
    with pytest.raises((ExportError, ShapeError)):
        export(project, tmp_path / "a.onnx")
    assert not (tmp_path / "a.onnx").exists()


def test_without_its_unknown_layers_it_works_and_keeps_the_rest(path: Path) -> None:
    project = load(path)
    unknown = [entry.id for entry in project.design.layers if entry.layer.kind in ("HardSwish", "Dense")][:2]
    design = edits.remove_layers(project.design, unknown)
    assert analyse(design).playable
    save(Project(design), path)
    after = parsed(read_archive(path))
    assert after["training.json"]["params"]["mixed_precision"] is True
    assert after["notes.json"] == {"text": "kept"}
    assert after["manifest.json"]["schema_version"] == 9


def test_equal_records_are_equal_layers() -> None:
    assert unknown_layer(SWISH) == unknown_layer(json.loads(json.dumps(SWISH)))
    assert unknown_layer(SWISH) != unknown_layer({**SWISH, "version": 2})
    assert "HardSwish" not in type(unknown_layer(SWISH)).kinds


@pytest.mark.parametrize(
    ("version", "oldest", "said"), [(1, 1, "network.json|notes.json|expected"), (9, 2, "a newer Slugstudio wrote it")]
)
def test_what_the_manifest_does_not_allow_is_refused(path: Path, version: int, oldest: int, said: str) -> None:
    entries = read_archive(path)
    entries["manifest.json"] = changed(
        entries["manifest.json"], lambda record: record.update(schema_version=version, oldest_reader=oldest)
    )
    path.write_bytes(built(parts_of(rehashed(entries))))
    with pytest.raises(ProjectFileError, match=said):
        load(path)


def layer(record: object) -> bytes:
    return json.dumps({"layers": [{"id": "a", "name": "b", "layer": record}], "next_id": 1}).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("network.json", b"[]"),
        ("network.json", b'{"layers": 3, "next_id": 1}'),
        ("network.json", b'{"layers": [3], "next_id": 1}'),
        ("network.json", layer({"kind": "../x", "version": 1, "params": {}})),
        ("network.json", layer(3)),
        ("training.json", b"3"),
        ("training.json", b'{"kind": "TrainSettings", "version": 1}'),
        ("training.json", b'{"kind": "TrainSettings", "version": 1, "params": 3}'),
        ("data.json", b"[]"),
        ("state.json", b"[]"),
    ],
)
def test_what_makes_no_sense_in_any_version_is_refused(path: Path, name: str, content: bytes) -> None:
    path.write_bytes(built(parts_of(rehashed({**read_archive(path), name: content}))))
    with pytest.raises(ProjectFileError, match=name):
        load(path)
