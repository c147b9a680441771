from __future__ import annotations

import numpy as np
import pytest

from slugstudio.engine.optimizers import SGD, Optimizer, RMSProp


def steps(optimizer: Optimizer, gradients: np.ndarray) -> np.ndarray:
    vector = np.ones(gradients.shape[1])
    slots = [np.zeros_like(vector) for _ in range(optimizer.n_slots)]
    for step, gradient in enumerate(gradients):
        optimizer.update(vector, gradient.copy(), slots, step)
    return vector


@pytest.fixture
def gradients() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(50, 6))


def test_sgd_over_50_steps(gradients: np.ndarray) -> None:
    np.testing.assert_allclose(steps(SGD(lr=0.1), gradients), 1 - 0.1 * gradients.sum(axis=0), rtol=1e-12)


def test_rmsprop_over_50_steps_against_its_formula(gradients: np.ndarray) -> None:
    w, v = np.ones(6), np.zeros(6)
    for g in gradients:
        v = 0.8 * v + 0.2 * g**2
        w = w - 0.01 * g / np.sqrt(v + 1e-3)
    np.testing.assert_allclose(steps(RMSProp(rho=0.8, epsilon=1e-3, lr=0.01), gradients), w, rtol=1e-12)


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_decay_lowers_the_rate_within_its_bounds(kind: str) -> None:
    make = Optimizer.kinds[kind]
    optimizer = make(lr=0.1, decay=0.5)
    assert [optimizer.rate(t) for t in (0, 2, 8)] == pytest.approx([0.1, 0.05, 0.02])
    assert make(lr=0.1, decay=0.5, lr_min=0.04).rate(1000) == 0.04
    assert make(lr=0.1, lr_max=0.03).rate(0) == 0.03
    assert make().decay == 0
    assert optimizer.formula


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_decay_is_used_by_each_step(kind: str, gradients: np.ndarray) -> None:
    make = Optimizer.kinds[kind]
    decayed, slots = np.ones(6), [np.zeros(6) for _ in range(make().n_slots)]
    make(lr=0.1, decay=0.5).update(decayed, gradients[0].copy(), slots, step=2)
    np.testing.assert_allclose(decayed, steps(make(lr=0.05), gradients[:1]), rtol=1e-12)


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_clip_cuts_each_value_of_the_gradient(kind: str, gradients: np.ndarray) -> None:
    make = Optimizer.kinds[kind]
    clipped = steps(make(lr=0.1, clip=0.2), gradients)
    np.testing.assert_array_equal(clipped, steps(make(lr=0.1), np.clip(gradients, -0.2, 0.2)))
    np.testing.assert_array_equal(steps(make(lr=0.1, clip=0), gradients), steps(make(lr=0.1), gradients))


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_float32_stays_float32(kind: str) -> None:
    optimizer = Optimizer.kinds[kind]()
    vector, gradient = np.ones(3, np.float32), np.ones(3, np.float32)
    slots = [np.zeros_like(vector) for _ in range(optimizer.n_slots)]
    optimizer.update(vector, gradient, slots, 0)
    assert vector.dtype == np.float32
    assert (vector < 1).all()


def test_the_seeds_defaults() -> None:
    assert SGD() == SGD(0.001, -1, 0.0, 0.0, float("inf"))
    assert RMSProp() == RMSProp(0.9, 1e-6, 0.001, -1, 0.0, 0.0, float("inf"))
