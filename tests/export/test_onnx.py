"""What ONNX files hold, and that onnxruntime computes with them what the engine computes."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from slugstudio.datasets import Spirals, Unchanged
from slugstudio.engine import operations
from slugstudio.engine.activation import Activation, Noop, Sigmoid, Softmax
from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import ActivationLayer, BatchNormalization, Dense, Dropout, Flatten, GaussianNoise, Layer
from slugstudio.engine.loss import BinaryCrossEntropy, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.export import ExportError, ProofError, Source, export, onnx_graph, onnx_model
from slugstudio.export.onnx_model import ONNX
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from slugstudio.project.templates import TEMPLATES, template
from tests.engine.test_layers import CASES
from tests.export.made import project_of, trained
from tests.export.random_networks import proven, random_source, source_of


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("digits-cnn")


def opened(project: Project, path: Path) -> onnx.ModelProto:
    export(project, path, name="mine")
    return onnx.load(path)


def dims(value: Any) -> list[str | int]:
    return [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]


def test_every_operation_is_translated() -> None:
    assert set(onnx_graph._NODES) == set(operations.Operation.__subclasses__())


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_every_layer_computes_the_same_in_onnxruntime(layer: Layer, shape: Shape, tmp_path: Path) -> None:
    proof = proven(ONNX(), source_of([layer], shape), tmp_path)
    assert proof.difference is not None, proof
    assert proof.by.startswith("onnxruntime")


@pytest.mark.parametrize("kind", Activation.kinds.values())
def test_every_activation_computes_the_same_in_onnxruntime(kind: type[Activation], tmp_path: Path) -> None:
    for shape in ((5,), (3, 2, 4)):
        assert proven(ONNX(), source_of([ActivationLayer(kind())], shape), tmp_path).difference is not None


@pytest.mark.parametrize("seed", range(30))
def test_random_networks_compute_the_same_in_onnxruntime(seed: int, tmp_path: Path) -> None:
    assert proven(ONNX(), random_source(seed), tmp_path).difference is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_exported_and_proven(name: str, tmp_path: Path) -> None:
    done = export(template(name), tmp_path / "a.onnx")
    assert done.told().startswith(f"ONNX model written to {tmp_path / 'a.onnx'}. Proven by onnxruntime")


def test_it_is_of_the_version_that_it_says(project: Project, tmp_path: Path) -> None:
    found = opened(project, tmp_path / "a.onnx")
    assert (found.ir_version, [(each.domain, each.version) for each in found.opset_import]) == (8, [("", 17)])
    assert (found.producer_name, found.graph.name) == ("Slugstudio", "mine")


def test_inputs_and_outputs_have_names_and_a_free_batch(project: Project, tmp_path: Path) -> None:
    graph = opened(project, tmp_path / "a.onnx").graph
    assert [(value.name, dims(value)) for value in graph.input] == [("input", ["batch", 1, 8, 8])]
    assert [(value.name, dims(value)) for value in graph.output] == [("probabilities", ["batch", 10])]


def test_weights_and_nodes_go_by_the_names_of_the_layers(project: Project, tmp_path: Path) -> None:
    graph = opened(project, tmp_path / "a.onnx").graph
    arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for name, array in Source(project).weights.items():
        np.testing.assert_array_equal(arrays[name], array)
    assert {"preprocessing/Sub", "convolution_1/Conv", "dense_1/Gemm"} <= {node.name for node in graph.node}


def test_metadata_tell_what_the_outputs_mean_and_how_well_it_did(project: Project, tmp_path: Path) -> None:
    found = {each.key: each.value for each in opened(project, tmp_path / "a.onnx").metadata_props}
    assert json.loads(found["labels"]) == list("0123456789")
    assert (found["project"], found["epochs"]) == ("mine", "1")
    assert project.judged is not None
    assert json.loads(found["val_accuracy"]) == project.judged.val_accuracy
    untrained = {each.key for each in opened(template("spiral"), tmp_path / "b.onnx").metadata_props}
    assert untrained == {"project", "labels", "data", "epochs"}


@pytest.mark.parametrize(
    ("last", "units", "loss", "name"),
    [
        (Softmax(), 2, SoftmaxCategoricalCrossEntropy(), "probabilities"),
        (Sigmoid(), 1, BinaryCrossEntropy(), "probabilities"),
        (Noop(), 2, SoftmaxCategoricalCrossEntropy(from_logits=True), "logits"),
        (Noop(), 2, MeanSquaredError(), "output"),
    ],
)
def test_the_output_is_called_by_what_it_is(last: Activation, units: int, loss: Loss, name: str) -> None:
    project = project_of([Dense(units, activation=last)], DataChoice(Spirals()), loss)
    assert onnx_model.output_name(Source(project)) == name


def test_equal_networks_give_equal_bytes(project: Project, tmp_path: Path) -> None:
    opened(project, tmp_path / "a.onnx")
    opened(project, tmp_path / "b.onnx")
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


def test_a_network_that_changes_nothing_is_a_graph_all_the_same(tmp_path: Path) -> None:
    project = project_of([ActivationLayer(Noop())], DataChoice(Spirals(), Unchanged()))
    source = Source(project)
    assert proven(ONNX(), source, tmp_path).difference == 0
    assert [node.op_type for node in onnx_model.model(source).graph.node] == ["Identity"]


def test_what_happens_in_training_only_is_named(tmp_path: Path) -> None:
    layers = [Dropout(0.25), GaussianNoise(0.5), Flatten(), Dense(2)]
    nodes = {node.name: node for node in onnx_model.model(source_of(layers, (4,), 2)).graph.node}
    assert list(nodes) == ["dropout_1/Dropout", "gaussian_noise_1/Identity", "flatten_1/Flatten", "dense_1/Gemm"]
    assert nodes["dropout_1/Dropout"].input[1] == "number 0.25"


def test_the_momentum_is_told_as_the_share_of_what_was() -> None:
    (node,) = onnx_model.model(source_of([BatchNormalization(momentum=0.25)], (4,), 2)).graph.node
    told = {each.name: each.f for each in node.attribute}
    assert told["momentum"] == 0.75


# Refused


def test_other_numbers_are_refused(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(graph: onnx_graph.Graph, *rest: Any) -> str:
        (x,) = rest[1:2]
        return graph.node("Tanh", [x], rest[2])

    monkeypatch.setitem(onnx_graph._NODES, operations.Activate, wrong)  # type: ignore[misc]
    with pytest.raises(ProofError, match=r"refused: onnxruntime .* computes outputs that differ by up to"):
        export(project, tmp_path / "a.onnx")
    assert list(tmp_path.iterdir()) == []


def test_what_the_checker_finds_is_told(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_model, "OPSET", 5)
    with pytest.raises(ProofError, match=r"refused: onnx\.checker says"):
        export(project, tmp_path / "a.onnx")


def test_what_onnxruntime_cannot_do_is_told(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx.checker, "check_model", lambda *given, **more: None)
    monkeypatch.setattr(onnx_model, "OPSET", 999)
    with pytest.raises(ProofError, match="refused: onnxruntime says"):
        export(project, tmp_path / "a.onnx")


def test_without_onnxruntime_it_is_written_and_not_proven(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(onnx_model, "find_spec", lambda name: None if name == "onnxruntime" else find(name))
    done = export(project, tmp_path / "a.onnx")
    assert str(done.proof).startswith('Not proven: onnxruntime is not installed (pip install "slugstudio[onnx]")')
    assert done.path.is_file()


def test_more_than_protobuf_can_hold_is_refused(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_model, "MOST_BYTES", 1000)
    with pytest.raises(ExportError, match=r"cannot hold more than 2 GiB of weights; export them as \.safetensors"):
        export(project, tmp_path / "a.onnx")


def test_a_diverged_network_is_written_and_told(project: Project, tmp_path: Path) -> None:
    assert project.trained is not None
    weights = {key: np.full_like(array, np.inf) for key, array in project.trained.weights.items()}
    done = export(replace(project, trained=replace(project.trained, weights=weights)), tmp_path / "a.onnx")
    assert done.proof.reason == "the network's own outputs are not finite"
    assert done.notes == ("The training diverged: some of its numbers are not finite.",)
