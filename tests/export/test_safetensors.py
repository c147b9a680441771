from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load

from slugstudio.export import ProofError, Source, export
from slugstudio.export.weights import compare_weights, pack
from slugstudio.project import Project
from tests.export.made import trained


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("digits-cnn")


def test_it_holds_every_weight_and_tells_the_layout(project: Project, tmp_path: Path) -> None:
    done = export(project, tmp_path / "w.safetensors")
    assert "safetensors" in done.proof.by
    weights = Source(project).weights
    with safe_open(tmp_path / "w.safetensors", "numpy") as file:
        assert file.metadata()["layout"] == "slugstudio"
        assert file.metadata()["dense"] == "(in, out)"
        assert set(file.keys()) == set(weights)
        for name, array in weights.items():
            np.testing.assert_array_equal(file.get_tensor(name), array)


def test_equal_weights_give_equal_bytes(project: Project, tmp_path: Path) -> None:
    written = set()
    for name in "abcdefgh":
        export(project, tmp_path / f"{name}.safetensors")
        written.add((tmp_path / f"{name}.safetensors").read_bytes())
    assert len(written) == 1


def test_weights_that_somebody_reads_otherwise_are_refused(project: Project) -> None:
    source = Source(project)
    weights = {name: array.copy() for name, array in source.weights.items()}
    assert compare_weights(source, weights, "somebody").by.startswith("somebody")
    name = next(iter(weights))
    for wrong in (
        {**weights, "more": weights[name]},
        {**weights, name: weights[name].T},
        {**weights, name: weights[name].astype(np.float64)},
        {**weights, name: np.nextafter(weights[name], 1)},
    ):
        with pytest.raises(ProofError, match="somebody reads other weights than were written"):
            compare_weights(source, wrong, "somebody")


@pytest.mark.parametrize("length", range(8))
def test_the_numbers_begin_at_a_multiple_of_8(length: int) -> None:
    content = pack({"a": np.ones(3, np.float32)}, {"told": "x" * length})
    assert int.from_bytes(content[:8], "little") % 8 == 0
    assert load(content)["a"].tolist() == [1, 1, 1]
