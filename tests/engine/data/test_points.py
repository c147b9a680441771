"""Generated points: the same by the same seed, balanced, and of the shape their names say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from slugstudio.engine.data import points
from slugstudio.engine.data.points import CLUSTER_DISTANCE, INNER_RADIUS, SPIRAL_START, XOR_GAP, Points

Generate = Callable[..., Points]
KINDS = [
    (points.xor, 2),
    (points.circles, 2),
    (points.spirals, 2),
    (partial(points.spirals, n_classes=5), 5),
    (points.clusters, 3),
    (partial(points.clusters, n_classes=7), 7),
]


@pytest.mark.parametrize(("generate", "n_classes"), KINDS)
def test_shapes_types_and_balance(generate: Generate, n_classes: int) -> None:
    x, y = generate(403, np.random.default_rng(1), noise=0.02)
    assert (x.shape, x.dtype) == ((403, 2), np.float32)
    assert (y.shape, y.dtype) == ((403,), np.int64)
    counts = np.bincount(y, minlength=n_classes)
    assert len(counts) == n_classes
    assert counts.max() - counts.min() <= 1 + (n_classes == 2)
    assert np.abs(x).max() < 1.15


@pytest.mark.parametrize("generate", [kind for kind, _ in KINDS])
def test_the_seed_decides(generate: Generate) -> None:
    first, again, other = (generate(50, np.random.default_rng(seed))[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("generate", "n_classes"), KINDS)
def test_noise_is_a_standard_deviation_and_moves_the_same_points(generate: Generate, n_classes: int) -> None:
    still, y = generate(20_000, np.random.default_rng(5), noise=0.0)
    moved, y_moved = generate(20_000, np.random.default_rng(5), noise=0.1)
    np.testing.assert_array_equal(y, y_moved)
    assert y.max() == n_classes - 1
    np.testing.assert_allclose((moved - still).std(axis=0), 0.1, rtol=0.03)
    np.testing.assert_allclose((moved - still).mean(axis=0), 0, atol=0.005)


def test_xor_is_one_where_exactly_one_coordinate_is_positive() -> None:
    x, y = points.xor(400, np.random.default_rng(0))
    np.testing.assert_array_equal(y, (x[:, 0] > 0) ^ (x[:, 1] > 0))
    assert np.abs(x).min() >= XOR_GAP
    quadrants = (x[:, 0] > 0) * 2 + (x[:, 1] > 0)
    assert np.bincount(quadrants).tolist() == [100] * 4


def test_circles_have_their_radii() -> None:
    x, y = points.circles(200, np.random.default_rng(0))
    radius = np.hypot(*x.T)
    np.testing.assert_allclose(radius[y == 0], INNER_RADIUS, rtol=1e-6)
    np.testing.assert_allclose(radius[y == 1], 1, rtol=1e-6)
    assert all((np.sign(x) == corner).all(axis=1).any() for corner in [(1, 1), (1, -1), (-1, 1), (-1, -1)])


@pytest.mark.parametrize(("turns", "n_classes"), [(1.0, 2), (2.5, 3)])
def test_spirals_wind_by_their_turns(turns: float, n_classes: int) -> None:
    x, y = points.spirals(300, np.random.default_rng(0), turns=turns, n_classes=n_classes)
    radius = np.hypot(*x.T.astype(np.float64))
    assert SPIRAL_START - 1e-6 <= radius.min() <= radius.max() <= 1 + 1e-6
    angle = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi)
    off = angle - turns * radius - y / n_classes
    np.testing.assert_allclose(off, np.round(off), atol=1e-5)


def test_clusters_lie_evenly_round_the_middle() -> None:
    x, y = points.clusters(40_000, np.random.default_rng(0), noise=0.15, n_classes=4)
    centres = np.stack([x[y == c].mean(axis=0) for c in range(4)])
    d = CLUSTER_DISTANCE
    np.testing.assert_allclose(centres, [(0, d), (-d, 0), (0, -d), (d, 0)], atol=0.01)
    np.testing.assert_allclose(x[y == 0].std(axis=0), 0.15, rtol=0.03)
