from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from zlib import crc32

import numpy as np
import pytest
import safetensors.numpy

from slugstudio.engine.activation import Softmax
from slugstudio.engine.declaration import Array
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.layers import Dense
from slugstudio.project import DesignError, Project, ProjectFileError, edits, load, save
from slugstudio.project.archive import MIMETYPE
from slugstudio.project.design import LayerEntry
from slugstudio.project.session import Session
from tests.project.archives import DEFLATED, FIRST, STORED, entries, zipped
from tests.project.made import digits_design, points_design, stack, trained


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


def refusal(path: Path) -> str:
    with pytest.raises(ProjectFileError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_not_there_or_no_file_is_told(tmp_path: Path) -> None:
    assert "cannot be opened: there is no such file or folder." in refusal(tmp_path / "a.slug")
    assert "it is not a file" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\0" * 100])
def test_what_is_no_zip_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "not a Slugstudio project" in refusal(path)


def test_another_kind_of_zip_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(path) == "a.slug: it is a zip file, but not a Slugstudio project."


Change = Callable[[dict[str, bytes]], None]


def changed(path: Path, change: Change, project: Project | None = None) -> str:
    """Save a project, change its entries, and return what opening it says."""
    save(trained(points_design()) if project is None else project, path)
    rewrite(path, change)
    return refusal(path)


def rewrite(path: Path, change: Change, hashes: bool = True) -> None:
    """Change the entries of a file and, unless it shall be found by them, the hashes as well."""
    parts = entries(path)
    change(parts)
    if hashes and "manifest.json" in parts:
        manifest = json.loads(parts["manifest.json"])
        others = {name: content for name, content in parts.items() if name not in ("mimetype", "manifest.json")}
        manifest["sha256"] = {name: sha256(content).hexdigest() for name, content in others.items()}
        parts["manifest.json"] = json.dumps(manifest).encode()
    zipped(path, *((name, part, DEFLATED if name.endswith(".json") else STORED) for name, part in parts.items()))


def with_json(entry: str, **values: object) -> Change:
    return lambda parts: parts.update({entry: json.dumps({**json.loads(parts[entry]), **values}).encode()})


def with_text(entry: str, old: str, new: str) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[entry]
        parts[entry] = parts[entry].replace(old.encode(), new.encode(), 1)

    return change


def with_tensors(entry: str, changes: Mapping[str, Array | None]) -> Change:
    """Change, add or (None) remove tensors."""

    def change(parts: dict[str, bytes]) -> None:
        found = {**safetensors.numpy.load(parts[entry]), **changes}
        parts[entry] = safetensors.numpy.save({name: a for name, a in found.items() if a is not None})

    return change


def f32(*shape: int) -> Array:
    return np.ones(shape, np.float32)


def without_entry(entry: str) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        del parts[entry]

    return change


def with_entry(entry: str, content: bytes) -> Change:
    return lambda parts: parts.update({entry: content})


def with_sums(arrays: dict[str, Array]) -> Change:
    return with_entry("metrics.safetensors", safetensors.numpy.save(arrays))


BEST = {"loss": 0.5, "epoch": 1, "stale": 1, "back": False}
NOISE = {"bit_generator": "SFC64", "state": {"state": [1, 2, 3, 4]}, "has_uint32": 0, "uinteger": 0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_entry("manifest.json"), "manifest.json: expected schema_version"),
        (without_entry("network.json"), "network.json: it is missing"),
        (without_entry("history.safetensors"), "history.safetensors: it is missing"),
        (without_entry("weights.safetensors"), "weights.safetensors: it is missing"),
        (without_entry("state.json"), "state.json: it is missing"),
        (with_entry("run.py", b"print()"), "run.py: it is not an entry of this format"),
        (
            with_json("manifest.json", schema_version=3, oldest_reader=2, more=1),
            "a newer Slugstudio wrote it (format 3",
        ),
        (with_json("manifest.json", oldest_reader=0), "manifest.json: expected schema_version"),
        (with_json("manifest.json", oldest_reader=True), "manifest.json: expected schema_version"),
        (with_json("manifest.json", schema_version=True), "manifest.json: expected schema_version"),
        (with_json("manifest.json", schema_version="1"), "manifest.json: expected schema_version"),
        (with_json("manifest.json", schema_version=0), "manifest.json: expected schema_version"),
        (with_json("manifest.json", more=1), "manifest.json: expected schema_version"),
        (with_entry("data.json", b"{"), "data.json: expected JSON, found an error"),
        (with_entry("data.json", b"\xff"), "data.json: expected JSON, found an error"),
        (with_entry("data.json", b"[" * 2000), "data.json: expected JSON"),
        (with_entry("data.json", b"[" * 66 + b"]" * 66), "it is more than 64 levels deep"),
        (with_entry("data.json", b'"\\ud800"'), "surrogates not allowed"),
        (with_entry("data.json", b"3"), "data.json: expected a record with kind"),
        (with_entry("data.json", b'{"a": 1, "a": 1}'), "a name is given twice"),
        (with_entry("data.json", b"[NaN]"), "NaN is not allowed"),
        (with_entry("data.json", b"[-Infinity]"), "-Infinity is not allowed"),
        (with_entry("data.json", b"[1e999]"), "1e999 is not allowed"),
        (with_entry("data.json", b"[18446744073709551616]"), "more than 64 bits"),
        (with_entry("data.json", b"[" + b"9" * 5000 + b"]"), "more than 64 bits"),
        (lambda parts: parts.update({"data.json": parts["training.json"]}), "data.json: expected DataChoice"),
        (with_text("data.json", "0.2", "0.95"), "data.json: DataChoice.validation_split: expected a number"),
        (with_text("data.json", "Circles", "Squares"), "data.json: DataSource 'Squares' is not known"),
        (with_text("training.json", "RMSProp", "os.system"), "'os.system' is not known"),
        (with_text("training.json", '"epochs"', '"epoch"'), "training.json: TrainSettings has no parameter"),
        (with_json("network.json", next_id=0), "network.json: expected layers and next_id"),
        (with_json("network.json", next_id=True), "network.json: expected layers and next_id"),
        (with_json("network.json", layers=3), "network.json: expected layers and next_id"),
        (with_json("network.json", layers=[3]), "network.json: expected each layer as id, name and layer"),
        (with_text("network.json", "dense_2", "dense_1"), "each name once"),
        (with_text("network.json", "layer-2", "layer-1"), "each id once"),
        (with_text("network.json", "layer-2", "../layer"), "Layer.id: expected"),
        (with_text("network.json", "dense_1", "a/b"), "Layer.name: expected"),
        (with_text("network.json", "Dropout", "Pickle"), "Layer 'Pickle' is not known"),
        (with_json("state.json", more=1), "state.json: expected best, computed_by, epoch,"),
        (with_entry("state.json", b"[]"), "state.json: expected best, computed_by, epoch,"),
        (with_json("state.json", epoch=-1), "epoch: expected a whole number"),
        (with_json("state.json", step=True), "step: expected a whole number"),
        (with_json("state.json", position=2**63), "position: expected a whole number"),
        (with_json("state.json", loss_sum="0"), "loss_sum: expected a number"),
        (with_json("state.json", optimizer="Adam2"), "'Adam2' is not known"),
        (with_json("state.json", computed_by=3), "computed_by: expected at most 1024 printable characters, found 3"),
        (with_json("state.json", computed_by="a\nb"), "computed_by: expected"),
        (with_json("state.json", computed_by="a" * 1025), "computed_by: expected"),
        (with_json("state.json", noise=3), "noise: it is not the state"),
        (with_json("state.json", noise={**NOISE, "bit_generator": "PCG64"}), "noise: it is not the state"),
        (with_json("state.json", noise={**NOISE, "more": 1}), "noise: it is not the state"),
        (with_json("state.json", noise={**NOISE, "state": {"state": [1, 2]}}), "noise: it is not the state"),
        (with_json("state.json", noise={**NOISE, "state": {"state": ["1", 2, 3, 4]}}), "noise: it is not"),
        (with_json("state.json", noise={**NOISE, "uinteger": 2**40}), "noise: it is not the state"),
        (with_json("state.json", best=3), "best: expected loss, epoch, stale and back"),
        (with_json("state.json", best={**BEST, "more": 1}), "best: expected loss"),
        (with_json("state.json", best={**BEST, "epoch": 0}), "best: expected loss"),
        (with_json("state.json", best={**BEST, "epoch": True}), "best: expected loss"),
        (with_json("state.json", best={**BEST, "stale": -1}), "best: expected loss"),
        (with_json("state.json", best={**BEST, "loss": 1}), "best: expected loss"),
        (with_entry("best.safetensors", safetensors.numpy.save({})), "best.safetensors: expected no such entry"),
        (with_sums({"classes": f32(3, 2)}), "metrics.safetensors: classes: expected float64 of any shape"),
        (with_sums({"a b": np.ones(2)}), "metrics.safetensors: a b: expected what the sums of a metric are called"),
        (with_tensors("history.safetensors", {"metrics/f1": np.ones(1)}), "metrics/f1: expected float64 of shape (2,)"),
        (with_tensors("history.safetensors", {"val_metrics/f1": f32(2)}), "val_metrics/f1: expected float64"),
        (with_tensors("history.safetensors", {"metrics/F 1": np.ones(2)}), "metrics/F 1 is no part of a history"),
        (with_entry("weights.safetensors", b"x"), "expected safetensors, found a header that is too long"),
        (
            with_tensors("weights.safetensors", {"layer-9/weight": f32(1)}),
            "layer-9/weight: no layer has such",
        ),
        (
            with_tensors("weights.safetensors", {"layer-1/gamma": f32(1)}),
            "layer-1/gamma: the layer has no such",
        ),
        (with_tensors("weights.safetensors", {"layer-1/weight": f32(6, 2)}), "found float32 of shape (6, 2)"),
        (
            with_tensors("weights.safetensors", {"layer-1/weight": np.ones((2, 6))}),
            "expected float32 of shape",
        ),
        (
            with_tensors("optimizer.safetensors", {"1/layer-1/bias": f32(6)}),
            "the optimizer remembers at most 1 value",
        ),
        (with_tensors("optimizer.safetensors", {"0/layer-1/bias": f32(7)}), "expected float32 of shape (6,)"),
        (
            with_tensors("preprocessing.safetensors", {"offset": f32(3), "scale": f32(3)}),
            "was fitted for samples",
        ),
        (with_tensors("preprocessing.safetensors", {"scale": -f32(2)}), "with a positive scale"),
        (with_tensors("preprocessing.safetensors", {"scale": np.ones(2)}), "scale: expected float32"),
        (
            with_tensors("preprocessing.safetensors", {"scale": None}),
            "preprocessing.safetensors: Scale: expected",
        ),
        (with_json("history.json", segments=[2, 1]), "history.json: expected segments"),
        (with_json("history.json", segments=[0]), "history.json: expected segments"),
        (with_json("history.json", segments=[1.5]), "history.json: expected segments"),
        (with_json("history.json", segments=[1], more=1), "history.json: expected segments"),
        (with_tensors("history.safetensors", {"batch/loss": None}), "batch/loss is missing"),
        (
            with_tensors("history.safetensors", {"batch/loss": f32(3)}),
            "batch/loss: expected float32 of shape",
        ),
        (
            with_tensors("history.safetensors", {"batch/step": np.ones(10, np.int64)}),
            "batch/step: expected steps",
        ),
        (
            with_tensors("history.safetensors", {"batch/step": np.ones((2, 5), np.int64)}),
            "batch/step: expected int64",
        ),
        (with_tensors("history.safetensors", {"epoch/step": np.array([2, 1])}), "epoch/step: expected steps"),
        (with_tensors("history.safetensors", {"more": f32(1)}), "more is no part of a history"),
    ],
)
def test_what_the_format_does_not_say_is_refused_with_entry_and_reason(path: Path, change: Change, words: str) -> None:
    assert words in changed(path, change)


def test_an_entry_that_is_not_the_one_saved_is_refused(path: Path) -> None:
    save(trained(points_design()), path)
    rewrite(path, with_text("data.json", "0.2", "0.3"), hashes=False)
    assert "data.json: it is damaged" in refusal(path)


def test_an_entry_that_was_lost_or_added_is_told(path: Path) -> None:
    save(trained(points_design()), path)
    preprocessing = entries(path)["preprocessing.safetensors"]
    rewrite(path, without_entry("preprocessing.safetensors"), hashes=False)
    assert "preprocessing.safetensors: it is missing" in refusal(path)
    save(Project(points_design()), path)
    rewrite(path, lambda parts: parts.update({"preprocessing.safetensors": preprocessing}), hashes=False)
    assert "preprocessing.safetensors: it is damaged" in refusal(path)


def test_the_error_names_entry_and_reason(path: Path) -> None:
    save(Project(digits_design()), path)
    rewrite(path, with_entry("data.json", b"[NaN]"))
    with pytest.raises(ProjectFileError) as caught:
        load(path)
    assert caught.value.entry == "data.json"
    assert caught.value.reason == "expected JSON, found an error in it (NaN is not allowed)."
    assert str(caught.value) == f"a.slug: data.json: {caught.value.reason}"


def test_weights_of_unknown_shape_have_names_that_could_be_theirs(path: Path) -> None:
    project = trained(digits_design())
    broken = dataclasses.replace(project, design=edits.remove_layers(project.design, ["layer-3"]))
    change = with_tensors("weights.safetensors", {"layer-5/we ight": f32(1)})
    assert "layer-5/we ight: no layer has such an array" in changed(path, change, broken)


def test_the_weights_of_the_best_epoch_are_all_there_or_refused(path: Path) -> None:
    project = trained(points_design(early_stopping=EarlyStopping()))
    said = changed(path, with_tensors("best.safetensors", {"layer-1/bias": None}), project)
    assert "best.safetensors: layer-1/bias is missing" in said
    said = changed(path, with_tensors("best.safetensors", {"layer-9/weight": f32(1)}), project)
    assert "best.safetensors: layer-9/weight: no layer has such" in said


def test_a_file_of_before_early_stopping_opens(path: Path) -> None:
    project = trained(points_design())
    save(project, path)
    rewrite(path, with_text("state.json", '"best": null,', ""))
    assert load(path) == project


def test_a_bomb_is_refused_unread(path: Path) -> None:
    zipped(path, FIRST, ("data.json", b" " * (9 * 2**20), DEFLATED))
    assert "data.json: it is larger than 8 MiB" in refusal(path)
    zipped(path, FIRST, ("weights.safetensors", b"\0" * (9 * 2**20), DEFLATED))
    assert "weights.safetensors: it is compressed in another way" in refusal(path)
    zipped(path, FIRST, ("data.json", b"{}", STORED))
    assert "data.json: it is compressed in another way" in refusal(path)
    zipped(path, FIRST, ("data.json", b"{}", zipfile.ZIP_LZMA))
    assert "data.json: it is compressed in another way" in refusal(path)


def test_too_many_or_too_large_entries_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(path, FIRST, *((f"{number}.json", b"{}", DEFLATED) for number in range(64)))
    assert "expected at most 64 entries, found 65" in refusal(path)
    monkeypatch.setattr("slugstudio.project.archive.MAX_TOTAL_BYTES", 100)
    zipped(path, FIRST, ("a.safetensors", b"\0" * 100, STORED))
    assert "its entries are larger than" in refusal(path)


def test_what_is_larger_than_a_file_may_be_is_not_saved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.project.archive.MAX_TOTAL_BYTES", 100)
    with pytest.raises(ProjectFileError, match="cannot be saved: its entries are larger"):
        save(Project(points_design()), path)
    assert not path.exists()


def test_a_file_larger_than_the_memory_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Project(points_design()), path)

    def too_little(content: bytes) -> int:
        if content != MIMETYPE:
            raise MemoryError
        return crc32(content)

    monkeypatch.setattr("slugstudio.project.archive.zlib.crc32", too_little)
    assert "it is larger than what is free of this computer's memory" in refusal(path)


def test_a_small_file_of_a_huge_network_opens_and_takes_no_memory_for_it(path: Path) -> None:
    design = stack([Dense(4096)] * 200 + [Dense(2, activation=Softmax())], points_design().data)
    save(Project(design), path)
    assert load(path) == Project(design)
    with pytest.raises(DesignError, match="a project holds 2 GiB"):
        Session(load(path))


def test_a_file_that_shrinks_while_it_is_read_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Project(points_design()), path)
    before = SimpleNamespace(st_size=path.stat().st_size + 30)
    monkeypatch.setattr("slugstudio.project.archive.os.fstat", lambda file: before)
    assert "it is damaged: it ends too early" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_is_there_once(path: Path) -> None:
    zipped(path, FIRST, ("data.json", b"{}", DEFLATED), ("data.json", b"[]", DEFLATED))
    assert "an entry is there twice" in refusal(path)


def test_the_mimetype_comes_first(path: Path) -> None:
    zipped(path, ("data.json", b"{}", DEFLATED), FIRST)
    assert "not a Slugstudio project" in refusal(path)


def test_an_id_needs_no_layer_prefix(path: Path) -> None:
    layers = tuple(LayerEntry(f"x{i}", entry.name, entry.layer) for i, entry in enumerate(points_design().layers))
    project = trained(dataclasses.replace(points_design(), layers=layers))
    save(project, path)
    assert load(path) == project
