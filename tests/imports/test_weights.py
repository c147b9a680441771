from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.engine.activation import Softmax
from slugstudio.engine.layers import BatchNormalization, Dense, Layer, Residual
from slugstudio.export import export
from slugstudio.imports import ImportRefused, compare, read_arrays, with_weights
from slugstudio.imports import weights as module
from slugstudio.project import Project
from slugstudio.project.session import Session, compile_network
from tests.project.made import digits_design, points_design, stack, trained


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def nested() -> Project:
    layers: list[Layer] = [Dense(6), BatchNormalization(), Residual((Dense(6),)), Dense(2, activation=Softmax())]
    return trained(stack(layers, points_design().data))


@pytest.mark.parametrize("name", ["a.npz", "a.safetensors"])
@pytest.mark.parametrize("make", [lambda: trained(digits_design()), nested])
def test_what_was_exported_comes_back_bit_for_bit(name: str, make: object) -> None:
    assert callable(make)
    project: Project = make()
    export(project, Path(name))
    found = compare(Project(project.design), read_arrays(name))
    assert [row.fate for row in found.rows] == ["fits"] * len(found.rows)
    assert found.summary() == f"All {len(found.rows)} arrays of the network are in the file and fit."
    back = compile_network(with_weights(Project(project.design), found.taken))
    np.testing.assert_array_equal(back.kept, compile_network(project).kept)


@pytest.mark.parametrize("make", [lambda: trained(digits_design()), nested])
def test_the_weights_of_our_pytorch_program_come_back(make: object) -> None:
    assert callable(make)
    project: Project = make()
    export(project, Path("net.py"), "pytorch")
    found = compare(Project(project.design), read_arrays("net.safetensors"))
    assert [row.fate for row in found.rows] == ["fits"] * len(found.rows)
    assert found.unknown == ()
    back = compile_network(with_weights(Project(project.design), found.taken))
    np.testing.assert_array_equal(back.kept, compile_network(project).kept)


def test_pytorchs_names_alone_are_understood() -> None:
    project = nested()
    network = compile_network(project)
    arrays = {}
    for name, array in (network.parameters | network.buffers).items():
        turned = array.T if name.endswith("weight") and array.ndim == 2 else array
        arrays[name.replace("running_variance", "running_var").replace("/", ".")] = np.ascontiguousarray(turned)
    safetensors.numpy.save_file(arrays, "state.safetensors")
    found = compare(Project(project.design), read_arrays("state.safetensors"))
    back = compile_network(with_weights(Project(project.design), found.taken))
    np.testing.assert_array_equal(back.kept, network.kept)


def test_each_array_is_told_what_happens_with_it() -> None:
    project = Project(points_design())
    weight, bias = np.ones((2, 6)), np.full(2, np.nan)
    arrays = {"dense_1/weight": weight, "dense_1/bias": np.zeros(9), "dense_2/bias": bias, "other": np.zeros(3)}
    np.savez("a.npz", **arrays)
    found = compare(project, read_arrays("a.npz"))
    assert {row.name: row.said() for row in found.rows} == {
        "dense_1/weight": "is taken",
        "dense_1/bias": "stays as it is: expected 6, received 9",
        "dense_2/weight": "stays as it is: not in the file",
        "dense_2/bias": "stays as it is: the file has NaN or infinity for it",
    }
    assert found.summary() == (
        "1 of 4 arrays of the network are in the file and fit; the others stay as they are. "
        "1 of the file's have no place here: other."
    )
    changed = compile_network(with_weights(project, found.taken)).parameters
    before = compile_network(project).parameters
    np.testing.assert_array_equal(changed["dense_1/weight"], weight)
    np.testing.assert_array_equal(changed["dense_2/weight"], before["dense_2/weight"])


def test_many_strangers_are_not_all_named() -> None:
    np.savez("a.npz", **{f"other{n}": np.zeros(1) for n in range(5)})
    found = compare(Project(points_design()), read_arrays("a.npz"))
    assert found.summary().endswith("5 of the file's have no place here: other0, other1, other2, ….")


def test_training_goes_on_from_the_weights_with_an_optimizer_that_has_forgotten_theirs() -> None:
    project = trained(points_design(epochs=4))
    network = compile_network(project)
    taken = {"dense_1/weight": np.full((2, 6), 0.5, np.float32)}
    changed = with_weights(project, taken)
    assert project.trained is not None
    assert changed.trained is not None
    (slot,) = changed.trained.slots
    key = (project.design.ids[0], "weight")
    assert not slot[key].any()
    other = (project.design.ids[0], "bias")
    np.testing.assert_array_equal(slot[other], project.trained.slots[0][other])
    np.testing.assert_array_equal(compile_network(changed).parameters["dense_1/weight"], taken["dense_1/weight"])
    np.testing.assert_array_equal(compile_network(project).vector, network.vector)
    assert changed.history.segments[-1] == project.trained.state.step + 1
    assert changed.epoch == project.epoch
    longer = Project(points_design(epochs=5), changed.trained, changed.history)
    session = Session(longer)
    for _ in session.run():
        pass
    assert session.state.epoch == 5


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pt", b"", "expected weights as .npz or .safetensors, received .pt"),
        ("a", b"", "received no ending"),
        ("a.npz", b"", "it is damaged, or no .npz"),
        ("a.npz", b"PK\3\4" + bytes(30), "it is damaged, or no .npz"),
        ("a.safetensors", b"", "it is damaged, or no .safetensors"),
        ("a.safetensors", b"\xff" * 40, "it is damaged, or no .safetensors"),
        ("a.safetensors", (2).to_bytes(8, "little") + b"{}", "it has no arrays"),
    ],
)
def test_what_is_no_file_of_weights_is_refused(name: str, content: bytes, said: str) -> None:
    Path(name).write_bytes(content)
    with pytest.raises(ImportRefused, match=said):
        read_arrays(name)


def test_what_is_not_there_or_no_numbers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImportRefused, match=r"missing\.npz: cannot be read: there is no such file"):
        read_arrays("missing.npz")
    np.savez("a.npz", x=np.array(["text"]))
    with pytest.raises(ImportRefused, match="x: expected numbers, received values of type"):
        read_arrays("a.npz")
    np.savez("b.npz", x=np.array([None]))
    with pytest.raises(ImportRefused, match=r"no \.npz of plain arrays"):
        read_arrays("b.npz")
    np.savez("c.npz", x=np.zeros(99))
    safetensors.numpy.save_file({"x": np.zeros(99)}, "c.safetensors")
    monkeypatch.setattr(module, "MAX_BYTES", 300)
    for name in ("c.npz", "c.safetensors"):
        with pytest.raises(ImportRefused, match="expected at most 2 GiB"):
            read_arrays(name)

    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module.np, "load", full)
    monkeypatch.setattr(module, "MAX_BYTES", 3000)
    with pytest.raises(ImportRefused, match="larger than what is free"):
        read_arrays("c.npz")


@pytest.mark.parametrize("told", ["no JSON", "[1]", json.dumps({"a": 1}), "[" * 100_000])
def test_metadata_that_is_not_ours_is_no_help_and_no_harm(told: str) -> None:
    safetensors.numpy.save_file({"dense_1.bias": np.ones(6)}, "a.safetensors", {"layout": "pytorch", "tensors": told})
    found = compare(Project(points_design()), read_arrays("a.safetensors"))
    assert list(found.taken) == ["dense_1/bias"]


@given(st.data())
def test_damaged_files_are_refused_or_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damage")
    name = data.draw(st.sampled_from(["a.npz", "a.safetensors"]))
    whole = folder / name
    if name == "a.npz":
        np.savez(whole, x=np.arange(9.0), y=np.ones(3))
    else:
        safetensors.numpy.save_file({"x": np.arange(9.0), "y": np.ones(3)}, whole)
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    whole.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    with suppress(ImportRefused):
        read_arrays(whole)


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        zipfile.ZipFile("a.npz", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x.npy", "w", force_zip64=True) as entry,
    ):
        for _ in range(40):
            entry.write(bytes(2**20))
    content = bytearray(Path("a.npz").read_bytes())
    assert len(content) < 2**17
    monkeypatch.setattr(module, "MAX_BYTES", 2**24)
    with pytest.raises(ImportRefused, match="it declares"):
        read_arrays("a.npz")
