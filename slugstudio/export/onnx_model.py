"""The whole network as ONNX."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from slugstudio import __version__
from slugstudio.engine.activation import Sigmoid, Softmax
from slugstudio.export.errors import ExportError, ProofError
from slugstudio.export.onnx_graph import OPSET, Graph
from slugstudio.export.proof import Proof, Watch, compare
from slugstudio.export.source import Source
from slugstudio.export.target import Target
from slugstudio.project.info import finite_or_none

if TYPE_CHECKING:
    from onnx import ModelProto

IR_VERSION = 8
"""The one that came with the opset; by default, onnx writes its newest, which few can read."""

MOST_BYTES = 2**31 - 2**20
"""A protobuf cannot be larger than 2 GiB; some of it is not weights."""

INPUT = "input"


@dataclass(frozen=True)
class ONNX(Target):
    """The whole network in one ``.onnx``, its preprocessing included: from raw samples to what leaves the network.

    The first axis of input and output is called ``batch`` and is free. Metadata hold the labels, the
    project's name, and how well it did.
    """

    label: ClassVar[str] = "ONNX model"
    name: ClassVar[str] = "onnx"
    endings: ClassVar[tuple[str, ...]] = (".onnx",)
    description: ClassVar[str] = "The whole network with its preprocessing, for other programs, phones and browsers."
    packages: ClassVar[tuple[str, ...]] = ("onnx",)
    extra: ClassVar[str] = "onnx"

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the one file; equal networks give equal bytes."""
        if source.network.kept.nbytes > MOST_BYTES:
            raise ExportError("ONNX cannot hold more than 2 GiB of weights; export them as .safetensors.")
        return {path.name: model(source).SerializeToString(deterministic=True)}

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let onnx check the file, and onnxruntime compute with it.

        Raises
        ------
        ProofError
            If one of them refuses it, or the numbers are others.
        """
        import onnx

        watch("Checking the ONNX model")
        try:
            onnx.checker.check_model(str(path), full_check=True)
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
            raise ProofError(f"refused: onnx.checker says: {error}. Nothing was written. Please report it.") from error
        if find_spec("onnxruntime") is None:
            missing = 'onnxruntime is not installed (pip install "slugstudio[onnx]"); onnx.checker finds no fault'
            return Proof(reason=missing)
        import onnxruntime

        watch("Computing with onnxruntime")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            (found,) = session.run(None, {INPUT: source.samples.inputs})
        except Exception as error:
            raise ProofError(f"refused: onnxruntime says: {error}. Nothing was written. Please report it.") from error
        return compare(source, found, f"onnxruntime {onnxruntime.__version__}")


def model(source: Source) -> ModelProto:
    """Return the network as an ONNX model."""
    from onnx import TensorProto, helper

    fitted = {f"preprocessing/{name}": array for name, array in source.fitted.arrays.items()}
    graph = Graph({**source.weights, **fitted})
    x = graph.add(source.preprocessing, INPUT, "preprocessing", 1 + len(source.input_shape))
    output = output_name(source)
    graph.end_as(output, graph.add_steps(source.steps, x))
    shapes = {INPUT: source.input_shape, output: source.network.output_shape}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]) for name, shape in shapes.items()]
    made = helper.make_graph(graph.nodes, source.name or "network", ends[:1], ends[1:], list(graph.constants.values()))
    found = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="Slugstudio",
        producer_version=__version__,
    )
    helper.set_model_props(found, dict(_metadata(source)))
    return found


def output_name(source: Source) -> str:
    """Return what leaves the network: probabilities, the logits of probabilities, or simply outputs."""
    last, loss = source.network.nodes[-1].activation, source.design.training.loss
    if isinstance(last, Softmax | Sigmoid):
        return "probabilities"
    return "logits" if getattr(loss, "from_logits", False) else "output"


def _metadata(source: Source) -> Iterator[tuple[str, str]]:
    """Yield what is told of the network: names with texts, lists and numbers as JSON."""
    yield "project", source.name
    yield "labels", json.dumps(source.classes)
    yield "data", source.design.data.source.title
    yield "epochs", json.dumps(source.project.epoch)
    row = source.project.judged
    if row is not None:
        told = {"accuracy": row.accuracy, "val_accuracy": row.val_accuracy, "loss": row.loss, "val_loss": row.val_loss}
        yield from ((name, json.dumps(finite_or_none(value))) for name, value in told.items() if value is not None)
