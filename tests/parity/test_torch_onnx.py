"""The ONNX files that PyTorch wrote: what opens them is judged by answers that were recorded with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

FOLDER = Path(__file__).parents[1] / "golden" / "onnx"
FILES = sorted(FOLDER.glob("*.onnx"))


def test_each_network_was_written_by_both_exporters() -> None:
    with np.load(FOLDER / "answers.npz", allow_pickle=False) as answers:
        names = {name.partition("/")[0] for name in answers.files}
    assert len(names) == 10
    assert {path.stem for path in FILES} == {f"{name}-{how}" for name in names for how in ("dynamo", "legacy")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_onnxruntime_answers_as_pytorch_did(path: Path) -> None:
    model = path.read_bytes()
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model)
    with np.load(FOLDER / "answers.npz", allow_pickle=False) as answers:
        x, y = (answers[f"{path.stem.rpartition('-')[0]}/{key}"] for key in "xy")
    (found,) = session.run(None, {session.get_inputs()[0].name: x})
    np.testing.assert_allclose(found, y, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_they_say_nothing_of_the_machine_on_which_they_were_made(path: Path) -> None:
    content = path.read_bytes()
    assert len(content) < 10_000
    assert b".py" not in content
