"""The engine against the values that PyTorch gave: `make parity ARGS=--record` writes them to tests/golden."""

from __future__ import annotations

import numpy as np
import pytest

from tools.parity import check_modules
from tools.parity.case import GOLDEN, TOLERANCE, Case, difference, recorded

MODULES = check_modules()
CASES = [
    pytest.param(name, case, id=f"{name}-{case.subject}")
    for name, cases in MODULES.items()
    for case in cases
    if case.recorded
]


@pytest.mark.parametrize(("name", "case"), CASES)
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_the_engine_gives_what_pytorch_gave(name: str, case: Case, dtype: np.dtype) -> None:
    assert difference(case.ours(dtype), recorded(name)[case.subject]) <= TOLERANCE[dtype]


def test_nothing_is_recorded_that_is_compared_with_nothing() -> None:
    assert {path.stem for path in GOLDEN.glob("*.npz")} == {
        name for name, cases in MODULES.items() if any(case.recorded for case in cases)
    }
    for name, cases in MODULES.items():
        if kept := {case.subject for case in cases if case.recorded}:
            assert set(recorded(name)) == kept


def test_a_difference_is_relative_to_the_largest_value() -> None:
    expected = {"a": np.array([100.0, 1.0]), "b": np.zeros(0)}
    assert difference({"a": np.array([100.0, 2.0]), "b": np.zeros(0)}, expected) == 0.01
    with pytest.raises(ValueError, match="expected the arrays"):
        difference({"a": expected["a"]}, expected)
    with pytest.raises(ValueError, match="expected the shape"):
        difference({"a": np.zeros((2, 1)), "b": np.zeros(0)}, expected)
