from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import kstest

from slugstudio.engine.initializations import Initializer, Orthogonal
from slugstudio.engine.layers import Convolution, Dense

N, FANS = 40_000, (30, 50)
VARIANCE = {
    "Zero": 0.0,
    "One": 0.0,
    "Constant": 0.0,
    "Uniform": 0.05**2 / 3,
    "Normal": 0.05**2,
    "LecunUniform": 1 / 30,
    "LecunNormal": 1 / 30,
    "GlorotUniform": 2 / 80,
    "GlorotNormal": 2 / 80,
    "HeUniform": 2 / 30,
    "HeNormal": 2 / 30,
    "Orthogonal": 1 / N,  # one column of length 1
}
MEAN = {"One": 1.0, "Constant": 0.1}


@pytest.mark.parametrize("kind", sorted(Initializer.kinds))
def test_mean_and_variance(kind: str) -> None:
    init = Initializer.kinds[kind]()
    w = init((N,), FANS, np.random.default_rng(0))
    assert w.dtype == np.float64
    assert abs(w.mean() - MEAN.get(kind, 0.0)) <= 5 * math.sqrt(VARIANCE[kind] / N) + 1e-12
    assert w.var() == pytest.approx(VARIANCE[kind], rel=0.05)
    if kind.endswith("Uniform"):
        bound = math.sqrt(3 * VARIANCE[kind])
        assert 0.999 * bound < np.abs(w).max() <= bound
    assert init.formula


@pytest.mark.parametrize("kind", [kind for kind in VARIANCE if kind.endswith("Normal")])
def test_normal_kinds_are_normal(kind: str) -> None:
    w = Initializer.kinds[kind]()((N,), FANS, np.random.default_rng(1))
    assert kstest(w / math.sqrt(VARIANCE[kind]), "norm").pvalue > 0.01


@pytest.mark.parametrize(
    ("shape", "rows"), [((6, 4), 6), ((4, 6), 4), ((5, 5), 5), ((8, 2, 3, 3), 8), ((30, 2, 3, 3), 30)]
)
def test_orthogonal_rows_or_columns(shape: tuple[int, ...], rows: int) -> None:
    w = Orthogonal(gain=3.0)(shape, FANS, np.random.default_rng(0))
    assert w.shape == shape
    w = w.reshape(rows, -1)
    gram = w @ w.T if rows <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(gram, 9 * np.eye(len(gram)), atol=1e-12)


def test_orthogonal_draws_every_rotation_alike() -> None:
    rng = np.random.default_rng(2)
    corners = np.array([Orthogonal()((3, 3), FANS, rng)[0] for _ in range(4000)])
    assert np.abs(corners.mean(axis=0)).max() < 5 * math.sqrt(1 / 3 / len(corners))
    np.testing.assert_allclose((corners**2).mean(axis=0), 1 / 3, atol=0.025)


@pytest.mark.parametrize("kind", sorted(Initializer.kinds))
def test_same_stream_same_values(kind: str) -> None:
    first, second = (Initializer.kinds[kind]()((7, 5), FANS, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


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
