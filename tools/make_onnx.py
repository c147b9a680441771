"""Make ``tests/golden/onnx``: networks written in PyTorch, exported by its own exporters, and what they answer.

Run with PyTorch, from the top of the repository: ``.venv-parity/bin/python -m tools.make_onnx``. For each network of
`tools.parity.torch_models` there is ``NAME-dynamo.onnx`` (of today's exporter) and ``NAME-legacy.onnx`` (of the one
by tracing, as files from before 2025 were made), and in ``answers.npz`` samples ``NAME/x`` and PyTorch's outputs
``NAME/y``.
"""

from __future__ import annotations

import io
import logging
import sys
import warnings
from typing import Any

import numpy as np

from slugstudio.engine.declaration import Array
from tools.parity.case import GOLDEN, torch
from tools.parity.torch_models import TORCH_MODELS, trained

FOLDER = GOLDEN / "onnx"
N_SAMPLES = 4


def main() -> int:
    """Write all files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    answers: dict[str, Array] = {}
    for name, (_, shape) in TORCH_MODELS.items():
        model, x = trained(name), torch().randn(N_SAMPLES, *shape)
        with torch().no_grad():
            answers[f"{name}/x"], answers[f"{name}/y"] = x.numpy(), model(x).numpy()
        for exporter in ("dynamo", "legacy"):
            path = FOLDER / f"{name}-{exporter}.onnx"
            path.write_bytes(exported(model, x, exporter == "dynamo"))
            print(f"{path.name:32} {path.stat().st_size:7,} bytes")
    np.savez_compressed(FOLDER / "answers.npz", **answers)  # type: ignore[arg-type] # a name is no option of savez
    return 0


def exported(model: Any, x: Any, dynamo: bool) -> bytes:
    """Return the network as ONNX, for any number of samples, as one of PyTorch's exporters writes it."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # that torchvision is not there
    names: dict[str, Any] = {"input_names": ["input"], "output_names": ["output"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the older exporter is the older one
        if dynamo:
            batch = torch().export.Dim("batch")
            program = torch().onnx.export(
                model, (x,), dynamo=True, dynamic_shapes=({0: batch},), verbose=False, **names
            )
            return _without_traces(program.model_proto)
        stream = io.BytesIO()
        axes = {"input": {0: "batch"}, "output": {0: "batch"}}
        torch().onnx.export(model, (x,), stream, dynamo=False, dynamic_axes=axes, **names)
        return stream.getvalue()


def _without_traces(model: Any) -> bytes:
    """Return a model without what PyTorch notes of the program that made it: lines of code and where they stand."""
    for part in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info):
        del part.metadata_props[:]
    content: bytes = model.SerializeToString()
    return content


if __name__ == "__main__":
    sys.exit(main())
