"""What is exported is written whole, proven, and only then put in its place."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import MNIST, Digits, Spirals, Standardise, Unchanged
from slugstudio.engine.activation import Softmax
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers import Dense, Flatten
from slugstudio.engine.operations import ScaleAndShift
from slugstudio.export import ExportError, Proof, ProofError, Source, Target, export, names, target_for, targets
from slugstudio.export.proof import compare, run_python
from slugstudio.export.source import N_SAMPLES
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session
from slugstudio.project.templates import template
from tests.export.made import a_target, project_of, trained, unregistered


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("spiral")


@pytest.fixture
def odd() -> Iterator[type[Target]]:
    with unregistered():
        yield a_target()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_files_are_written_and_told(odd: type[Target], project: Project, tmp_path: Path) -> None:
    said: list[str] = []
    done = export(project, tmp_path / "a.odd", vectors=True, watch=said.append)
    assert names_in(tmp_path) == ["a.beside", "a.odd", "a.vectors.npz"]
    assert (tmp_path / "a.odd").read_bytes() == b"main"
    assert done.told() == (
        f"Odd written to {tmp_path / 'a.odd'}. Beside it: a.beside, a.vectors.npz. Proven by nobody."
    )
    assert said == ["Writing a.odd", "Proving a.odd", "Looking", "Writing a.odd"]
    assert done.as_record()["beside"] == [str(tmp_path / "a.beside"), str(tmp_path / "a.vectors.npz")]


def test_vectors_are_raw_samples_and_what_the_network_makes_of_them(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "a.npz", vectors=True)
    session = Session(project)
    with np.load(tmp_path / "a.vectors.npz") as vectors:
        assert vectors["inputs"].shape == (N_SAMPLES, 2)
        assert (vectors["inputs"][0] == session.dataset.x[0]).all()
        assert (vectors["inputs"][-1] == session.dataset.x[-1]).all()
        found = session.network.predict(session.fitted.apply(vectors["inputs"]))
        np.testing.assert_allclose(vectors["outputs"], found, rtol=1e-6)


def test_a_refused_export_leaves_what_was_there(
    odd: type[Target], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odd, "proof", ProofError("refused"))
    with pytest.raises(ProofError, match="refused"):
        export(project, tmp_path / "a.odd")
    assert names_in(tmp_path) == []
    (tmp_path / "a.odd").write_text("old")
    with pytest.raises(ProofError, match="refused"):
        export(project, tmp_path / "a.odd")
    assert (tmp_path / "a.odd").read_text() == "old"
    assert names_in(tmp_path) == ["a.odd"]


def test_whoever_watches_can_end_it(odd: type[Target], project: Project, tmp_path: Path) -> None:
    def watch(doing: str) -> None:
        if doing == "Looking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(project, tmp_path / "a.odd", watch=watch)
    assert names_in(tmp_path) == []


def test_what_lies_beside_is_only_replaced_with_the_file_itself(
    odd: type[Target], project: Project, tmp_path: Path
) -> None:
    (tmp_path / "a.beside").write_text("mine")
    with pytest.raises(ExportError, match=r"a\.beside exists and would be replaced; choose another name than a\.odd"):
        export(project, tmp_path / "a.odd")
    assert (tmp_path / "a.beside").read_text() == "mine"
    (tmp_path / "a.odd").write_text("mine too")
    export(project, tmp_path / "a.odd")
    assert ((tmp_path / "a.odd").read_text(), (tmp_path / "a.beside").read_text()) == ("main", "beside")


def test_what_is_read_back_must_be_what_was_written(
    odd: type[Target], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"rot" if path.suffix == ".tmp" else read(path))
    with pytest.raises(ExportError, match="what was read back is not what was written; choose another place"):
        export(project, tmp_path / "a.odd")
    assert names_in(tmp_path) == []


def test_a_folder_is_not_replaced_and_nothing_beside_it(odd: type[Target], project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.odd").mkdir()
    with pytest.raises(ExportError, match=r"a\.odd is a folder; choose another name than a\.odd"):
        export(project, tmp_path / "a.odd")
    (tmp_path / "b.beside").mkdir()
    with pytest.raises(ExportError, match=r"b\.beside is a folder; choose another name than b\.odd"):
        export(project, tmp_path / "b.odd")
    assert names_in(tmp_path) == ["a.odd", "b.beside"]


@pytest.mark.parametrize("name", ["numpy.py", "csv.PY", "torch.py"])
def test_no_program_hides_a_module_that_it_needs(project: Project, tmp_path: Path, name: str) -> None:
    stem = name.partition(".")[0]
    with pytest.raises(ExportError, match=rf"{name}: a program of this name would hide the module {stem}"):
        export(project, tmp_path / name, "numpy")


@pytest.mark.parametrize("ending", [".onnx", ".svg", ".npz", ".py"])
def test_a_project_may_be_called_as_no_text_can_be(project: Project, tmp_path: Path, ending: str) -> None:
    name = "b\udcff\x01<&\"'"
    export(project, tmp_path / f"a{ending}", "numpy" if ending == ".py" else "", name=name)
    if ending == ".svg":
        assert "b��&lt;&amp;" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_disk_that_becomes_full_leaves_all_as_it_was(
    odd: type[Target], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    for name in ("a.odd", "a.beside", "a.vectors.npz"):
        (tmp_path / name).write_text("old")
    sync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr("slugstudio.engine.atomic.os.fsync", full)
    with pytest.raises(ExportError, match=r"a\.odd: cannot be written: the disk is full; choose another place"):
        export(project, tmp_path / "a.odd", vectors=True)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.odd": "old", "a.beside": "old", "a.vectors.npz": "old",
    }  # fmt: skip


def test_weights_and_pictures_need_no_data(data: Path, tmp_path: Path) -> None:
    project = project_of((Flatten(), Dense(10, activation=Softmax())), DataChoice(MNIST(), Standardise()))
    for ending in (".npz", ".safetensors", ".svg"):
        assert export(project, tmp_path / f"a{ending}").path.is_file()
    with pytest.raises(DataError, match="MNIST"):
        export(project, tmp_path / "a.onnx")
    assert not (tmp_path / "a.onnx").exists()


def test_a_missing_package_is_told_with_the_command_that_installs_it(
    odd: type[Target], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odd, "packages", ("numpy", "no_such_package"))
    monkeypatch.setattr(odd, "extra", "odd")
    message = r'Odd needs the package no_such_package, .* install it: pip install "slugstudio\[odd\]"'
    with pytest.raises(ExportError, match=message):
        export(project, tmp_path / "a.odd")


def test_what_holds_no_network_has_no_vectors(
    odd: type[Target], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odd, "group", "about")
    with pytest.raises(ExportError, match="Odd: there is nothing in it to test; leave the test vectors out"):
        export(project, tmp_path / "a.odd", vectors=True)


def test_targets_are_shown_by_group_and_label() -> None:
    shown = [(cls.group, cls.label) for cls in targets()]
    groups = [group for group, _ in shown]
    assert list(dict.fromkeys(groups)) == ["network", "weights", "about"]
    assert groups == sorted(groups, key=["network", "weights", "about"].index)
    for group in set(groups):
        labels = [label for each, label in shown if each == group]
        assert labels == sorted(labels)
    assert ("network", "ONNX model") in shown


def test_a_name_says_which_of_several_targets(odd: type[Target]) -> None:
    other = a_target()
    other.name, other.endings = "other", (".npz",)
    with pytest.raises(ExportError, match=r"several targets end with \.npz; say which one: --to other or --to npz"):
        target_for(Path("w.npz"))
    assert type(target_for(Path("w.npz"), "other")) is other
    assert "other" in names()
    with pytest.raises(ExportError, match=r"expected one of .*npz.* as the target, received 'none'"):
        target_for(Path("w.npz"), "none")
    with pytest.raises(ExportError, match=r"w\.odd: npz expected a name that ends with \.npz"):
        target_for(Path("w.odd"), "npz")


# What is told of the network


def test_what_one_should_know_of_the_network_is_told(project: Project, tmp_path: Path) -> None:
    assert export(project, tmp_path / "a.npz").notes == ()
    assert export(template("spiral"), tmp_path / "a.npz").notes == (
        "The network is not trained yet: these are its first weights.",
    )
    design = edits.set_data(project.design, project.design.data.replace(source=Spirals(noise=0.1)))
    changed = Project(design, project.trained, project.history)
    assert export(changed, tmp_path / "a.npz").notes == ("Layers or data were changed after the training.",)


def test_a_diverged_network_is_told_and_cannot_be_proven(project: Project, tmp_path: Path) -> None:
    assert project.trained is not None
    weights = {key: np.full_like(array, np.nan) for key, array in project.trained.weights.items()}
    broken = Project(project.design, type(project.trained)(**{**vars(project.trained), "weights": weights}))
    done = export(broken, tmp_path / "a.npz")
    assert done.notes == ("The training diverged: some of its numbers are not finite.",)
    source = Source(broken)
    proof = compare(source, source.samples.outputs, "nobody")
    assert str(proof) == "Not proven: the network's own outputs are not finite."


# Samples


def test_a_preprocessing_that_was_not_measured_needs_the_data(data: Path) -> None:
    project = project_of((Flatten(), Dense(10, activation=Softmax())), DataChoice(MNIST(), Standardise()))
    with pytest.raises(DataError, match="MNIST"):
        _ = Source(project).samples


def test_before_a_training_the_preprocessing_is_measured_as_the_training_will() -> None:
    project = project_of((Flatten(), Dense(10, activation=Softmax())), DataChoice(Digits(), Standardise()))
    expected, found = Session(project).fitted, Source(project).fitted
    assert {name: array.tolist() for name, array in found.arrays.items()} == {
        name: array.tolist() for name, array in expected.arrays.items()
    }


def test_the_network_is_told_as_operations() -> None:
    source = Source(template("digits-mlp"))
    assert [step.name for step in source.steps] == ["flatten_1", "dense_1", "dropout_1", "dense_2"]
    assert source.preprocessing == (ScaleAndShift("offset", "scale"),)
    assert (source.classes, source.input_shape) == (tuple("0123456789"), (1, 8, 8))


def test_made_up_samples_lie_where_the_preprocessing_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(source: object) -> None:
        raise DataError("not at hand")

    project = trained("digits-mlp")
    monkeypatch.setattr(Digits, "load", missing)
    source = Source(project)
    prepared = source.fitted.apply(source.samples.inputs)
    assert (prepared.min() >= -1e-6, prepared.max() <= 1 + 1e-6, prepared.std() > 0.2) == (True, True, True)
    proof = compare(source, source.samples.outputs, "itself")
    assert str(proof) == (
        f"Proven by itself: no difference on {N_SAMPLES} made-up samples, as the data are not at hand."
    )


def test_made_up_samples_of_unchanged_values_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(project_of((Dense(2, activation=Softmax()),), DataChoice(Spirals(), Unchanged())))
    monkeypatch.setattr(source, "_data", lambda: None)
    inputs = source.samples.inputs
    assert (inputs.shape, inputs.min() >= 0, inputs.max() < 1) == ((N_SAMPLES, 2), True, True)


# Proofs


def test_differences_up_to_the_tolerance_are_told_and_larger_ones_refused(project: Project) -> None:
    source = Source(project)
    outputs = source.samples.outputs
    near = compare(source, outputs + np.float32(5e-5), "somebody")
    assert near.difference == pytest.approx(5e-5, rel=0.01)
    assert str(near) == f"Proven by somebody: largest difference 5e-05 on {N_SAMPLES} samples of its data."
    with pytest.raises(ProofError, match=r"refused: somebody computes outputs that differ by up to 0\.0003"):
        compare(source, outputs + np.float32(3e-4), "somebody")
    with pytest.raises(ProofError, match=r"outputs of shape \(100, 1\) instead of \(100, 2\)"):
        compare(source, outputs[:, :1], "somebody")
    with pytest.raises(ProofError, match="differ by up to nan"):
        compare(source, np.full_like(outputs, np.nan), "somebody")


def test_another_python_says_what_it_found(tmp_path: Path) -> None:
    said: list[str] = []
    found = run_python(["-c", "import os; print(os.getcwd())"], tmp_path, said.append, "Looking")
    assert Path(found.strip()) == tmp_path
    assert set(said) == {"Looking"}


def test_another_python_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(ProofError, match=r"Looking failed: ValueError: too bad\. Nothing was written"):
        run_python(["-c", "raise ValueError('too bad')"], tmp_path, lambda doing: None, "Looking")
    with pytest.raises(ProofError, match=r"Looking failed: it ended with 3\."):
        run_python(["-c", "import sys; sys.exit(3)"], tmp_path, lambda doing: None, "Looking")


def test_another_python_is_ended_if_it_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = ["-c", "import time\nwhile True: time.sleep(1)"]
    calls: list[str] = []

    def watch(doing: str) -> None:
        calls.append(doing)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_python(endless, tmp_path, watch, "Looking")
    monkeypatch.setattr(sys.modules["slugstudio.export.proof"], "_PATIENCE", 0.2)
    with pytest.raises(ProofError, match="Looking failed: it ended with"):
        run_python(endless, tmp_path, lambda doing: None, "Looking")


def test_a_proof_of_nothing_says_nothing() -> None:
    assert str(Proof()) == ""
