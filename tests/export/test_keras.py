"""The program for Keras and its weights; that Keras computes the same with it is shown by `make parity`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import Unchanged
from slugstudio.engine.layers import (
    Convolution,
    Dense,
    Flatten,
    GaussianNoise,
    LayerNormalization,
    Residual,
    TransposedConvolution,
)
from slugstudio.engine.loss import BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy
from slugstudio.export import Source, export, keras_program
from slugstudio.export.code import code, text_of
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from tests.export.made import project_of, trained


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("spiral")


def test_without_keras_it_is_written_and_said_that_it_was_not_proven(project: Project, tmp_path: Path) -> None:
    done = export(project, tmp_path / "my.net.py", "keras")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.net.py", "my.net.weights.npz"]
    assert (tmp_path / "my.net.py").read_text() == text_of(code(project.design, "keras", "my.net"))
    assert str(done.proof).startswith("Not proven: Keras with a backend is not installed here")
    assert Path("my.net.py").with_suffix(".weights.npz").name == "my.net.weights.npz"  # as the program finds them


def test_weights_lie_as_keras_has_them(tmp_path: Path) -> None:
    inner = Residual((Convolution(4, (2, 3), padding="same"), LayerNormalization()), projection=True)
    layers = [inner, TransposedConvolution(2, (2, 3)), LayerNormalization(), Flatten(), Dense(10)]
    project = project_of(layers, DataChoice())
    export(project, tmp_path / "net.py", "keras")
    ours = Source(project).weights
    with np.load(tmp_path / "net.weights.npz") as arrays:
        found = dict(arrays)
    kernel = found.pop("residual_1-convolution_1/kernel")
    assert kernel.shape == (2, 3, 1, 4)
    np.testing.assert_array_equal(kernel[1, 2, 0, 3], ours["residual_1/convolution_1/weight"][3, 0, 1, 2])
    gamma = found.pop("residual_1-layer_normalization_1/gamma")
    assert (gamma.shape, ours["residual_1/layer_normalization_1/weight"].shape) == ((8, 8, 4), (4, 8, 8))
    stamp = found.pop("transposed_convolution_1/kernel")
    np.testing.assert_array_equal(stamp[1, 2, 0, 3], ours["transposed_convolution_1/weight"][3, 0, 1, 2])
    np.testing.assert_array_equal(found.pop("dense_1/kernel"), ours["dense_1/weight"])
    assert found.pop("layer_normalization_1/gamma").shape == (9, 10, 2)
    assert found.pop("offset").shape == found.pop("scale").shape == (1, 1, 1)
    assert len(found) + 5 == len(ours)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (BinaryCrossEntropy(from_logits=True), "keras.ops.sigmoid(outputs)"),
        (SoftmaxCategoricalCrossEntropy(from_logits=True), "keras.ops.softmax(outputs)"),
    ],
)
def test_of_logits_the_answers_are_probabilities(loss: BinaryCrossEntropy, words: str) -> None:
    project = project_of([Flatten(), Dense(10)], DataChoice(preprocessing=Unchanged()), loss)
    text = text_of(code(project.design, "keras"))
    assert f"write_answers(output, keras.ops.convert_to_numpy({words}), CLASSES, threshold=0.5)" in text
    assert "def network() -> keras.Model:" in text


def test_noise_that_keras_does_not_allow_is_left_out_and_told() -> None:
    project = project_of([GaussianNoise(1.5), GaussianNoise(1.0), Flatten(), Dense(10)], DataChoice())
    text = text_of(code(project.design, "keras"))
    assert "# gaussian_noise_1 is left out: its noise is stronger than Keras allows." in text
    assert 'layers.GaussianNoise(1.0, name="gaussian_noise_2")' in text


class TestWithKeras:
    """As if it was there: what the other process answers is given."""

    asked: str

    @pytest.fixture(autouse=True)
    def _installed(self, monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
        outputs = Source(project).samples.outputs

        def run_python(arguments: list[str], folder: Path, watch: object, doing: str) -> str:
            self.asked = arguments[1]
            np.save(folder / "outputs.npy", outputs)
            return "Keras 4 on jax\n"

        monkeypatch.setattr(keras_program, "find_spec", lambda name: None if name == "torch" else name)
        monkeypatch.setattr("slugstudio.export.programs.run_python", run_python)

    def test_a_backend_alone_is_not_enough(
        self, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keras_program, "find_spec", lambda name: name if name == "torch" else None)
        assert export(project, tmp_path / "net.py", "keras").proof.reason.startswith("Keras with a backend is not")

    def test_the_first_backend_that_is_there_proves(self, project: Project, tmp_path: Path) -> None:
        done = export(project, tmp_path / "net.py", "keras")
        assert str(done.proof) == "Proven by Keras 4 on jax: no difference on 100 samples of its data."
        assert 'os.environ.setdefault("KERAS_BACKEND", "jax")' in self.asked
