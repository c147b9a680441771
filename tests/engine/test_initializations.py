from __future__ import annotations

import math

import numpy as np
import pytest

from slugstudio.engine.initializations import Initializer
from slugstudio.engine.layers import Convolution, Dense

N, FANS = 40_000, (30, 50)
VARIANCE = {
    "Zero": 0.0,
    "One": 0.0,
    "Uniform": 0.05**2 / 3,
    "Normal": 0.05**2,
    "GlorotUniform": 2 / 80,
    "GlorotNormal": 2 / 80,
    "HeUniform": 2 / 30,
    "HeNormal": 2 / 30,
}


@pytest.mark.parametrize("kind", sorted(Initializer.kinds))
def test_mean_and_variance(kind: str) -> None:
    init = Initializer.kinds[kind]()
    w = init((N,), FANS, np.random.default_rng(0))
    assert abs(w.mean() - (kind == "One")) <= 5 * math.sqrt(VARIANCE[kind] / N)
    assert w.var() == pytest.approx(VARIANCE[kind], rel=0.05)
    if kind.endswith("Uniform"):
        bound = math.sqrt(3 * VARIANCE[kind])
        assert 0.999 * bound < np.abs(w).max() <= bound
    assert init.formula


def test_fans_of_dense_and_convolution() -> None:
    seen: list[tuple[int, int]] = []

    class Spy(Initializer, abstract=True):
        """Writes down its fans."""

        formula = ""

        def __call__(self, shape, fans, rng):  # type: ignore[no-untyped-def]
            """Return zeros."""
            seen.append(fans)
            return np.zeros(shape)

    rng = np.random.default_rng(0)
    Dense(7, init=Spy()).initialise((5,), rng)
    Convolution(7, (3, 2), init=Spy()).initialise((5, 9, 9), rng)
    assert seen == [(5, 7), (30, 42)]
