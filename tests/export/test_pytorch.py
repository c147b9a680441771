"""The program for PyTorch and its weights; that PyTorch computes the same with it is shown by `make parity`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Flatten, Residual, TransposedConvolution
from slugstudio.engine.loss import BinaryCrossEntropy
from slugstudio.export import ProofError, Source, export, programs, pytorch_program
from slugstudio.export.code import code, text_of
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from tests.export.made import project_of, trained


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("spiral")


def test_without_pytorch_it_is_written_and_said_that_it_was_not_proven(project: Project, tmp_path: Path) -> None:
    done = export(project, tmp_path / "net.py", "pytorch")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.py", "net.safetensors"]
    assert (tmp_path / "net.py").read_text() == text_of(code(project.design, "pytorch"))
    assert str(done.proof) == "Not proven: PyTorch is not installed here (pip install torch)."


def test_a_name_that_would_do_harm_in_code_is_not_told_there(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / '""".py', "pytorch")
    assert (tmp_path / '""".py').read_text() == text_of(code(project.design, "pytorch"))
    export(project, tmp_path / "my-net.py", "pytorch")
    assert "python my-net.py predict" in (tmp_path / "my-net.py").read_text()


def test_weights_have_pytorchs_names_and_layout_and_tell_ours(tmp_path: Path) -> None:
    inner = Residual((Convolution(4, 3, padding="same"), BatchNormalization()), projection=True)
    layers = [inner, TransposedConvolution(2, (2, 3)), Flatten(), Dense(10)]
    project = project_of(layers, DataChoice())
    export(project, tmp_path / "net.py", "pytorch")
    weights = Source(project).weights
    with safe_open(tmp_path / "net.safetensors", "numpy") as file:
        notes, arrays = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    assert (notes["layout"], notes["format"], notes["step"]) == ("pytorch", "pt", "0")
    names = json.loads(notes["tensors"])
    assert names["residual_1.batch_normalization_1.running_var"] == "residual_1/batch_normalization_1/running_variance"
    assert set(names.values()) == set(weights)
    assert set(arrays) - set(names) == {"offset", "scale", "residual_1.batch_normalization_1.num_batches_tracked"}
    assert arrays["offset"].shape == arrays["scale"].shape == (1, 1, 1)
    for theirs, ours in names.items():
        np.testing.assert_array_equal(arrays[theirs].T if theirs == "dense_1.weight" else arrays[theirs], weights[ours])


def test_the_steps_of_the_training_are_told(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "net.py", "pytorch")
    assert project.trained is not None
    assert project.trained.state.step > 0
    with safe_open(tmp_path / "net.safetensors", "numpy") as file:
        assert file.metadata()["step"] == str(project.trained.state.step)


class TestWithPyTorch:
    """As if it was there: what the other process answers is given."""

    answers: np.ndarray
    asked: list[str]

    @pytest.fixture(autouse=True)
    def _installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def run_python(arguments: list[str], folder: Path, watch: object, doing: str) -> str:
            self.asked = [*arguments, doing]
            np.save(folder / "outputs.npy", self.answers + 0 * np.load(folder / "inputs.npy").sum())
            return "PyTorch 3\n"

        monkeypatch.setattr(pytorch_program, "find_spec", lambda name: name)
        monkeypatch.setattr(programs, "run_python", run_python)

    def test_its_outputs_prove_the_program(self, project: Project, tmp_path: Path) -> None:
        self.answers = Source(project).samples.outputs
        done = export(project, tmp_path / "net.py", "pytorch")
        assert str(done.proof) == "Proven by PyTorch 3: no difference on 100 samples of its data."
        assert self.asked[-2:] == ["net.py", "Proving net.py"]
        assert ".predict(" in self.asked[1]

    def test_other_outputs_refuse_it(self, project: Project, tmp_path: Path) -> None:
        self.answers = Source(project).samples.outputs + np.float32(0.01)
        with pytest.raises(ProofError, match=r"PyTorch 3 computes outputs that differ by up to 0\.01"):
            export(project, tmp_path / "net.py", "pytorch")
        assert not list(tmp_path.iterdir())

    def test_of_a_loss_from_logits_these_are_compared(self, tmp_path: Path) -> None:
        project = project_of([Flatten(), Dense(10)], DataChoice(), BinaryCrossEntropy(from_logits=True))
        self.answers = Source(project).samples.outputs
        export(project, tmp_path / "net.py", "pytorch")
        assert ".forward(" in self.asked[1]
