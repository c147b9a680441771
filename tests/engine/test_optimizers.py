from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from slugstudio.engine.optimizers import BLOCK, SGD, AdaGrad, Adam, AdamW, Nadam, Optimizer, RMSProp
from slugstudio.engine.schedules import ExponentialDecay

Rule = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
"""Maps (w, g, t) to the next w, with t counted from 1: a formula as its paper writes it, with its own memory."""


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


def momentum_rule(nesterov: bool) -> Rule:
    v = np.zeros(6)

    def rule(w: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
        nonlocal v
        v = 0.8 * v + g
        return w - 0.01 * (g + 0.8 * v if nesterov else v)

    return rule


def adagrad_rule() -> Rule:
    r = np.zeros(6)

    def rule(w: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
        nonlocal r
        r = r + g**2
        return w - 0.1 * g / (np.sqrt(r) + 1e-3)

    return rule


def adam_rule(weight_decay: float = 0.0) -> Rule:
    m = v = np.zeros(6)

    def rule(w: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
        nonlocal m, v
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
        shrunk = w - 0.01 * weight_decay * w
        return shrunk - 0.01 * m / (1 - 0.8**t) / (np.sqrt(v / (1 - 0.9**t)) + 1e-3)

    return rule


def nadam_rule(psi: float) -> Rule:
    m = v = np.zeros(6)

    def mu(t: int) -> float:
        return 0.8 * (1 - 0.5 * 0.96 ** (t * psi))

    def rule(w: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
        nonlocal m, v
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
        product = math.prod(mu(i) for i in range(1, t + 1))
        ahead = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
        return w - 0.01 * ahead / (np.sqrt(v / (1 - 0.9**t)) + 1e-3)

    return rule


ADAM = {"lr": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}


@pytest.mark.parametrize(
    ("optimizer", "rule"),
    [
        (SGD(lr=0.01, momentum=0.8), momentum_rule(nesterov=False)),
        (SGD(lr=0.01, momentum=0.8, nesterov=True), momentum_rule(nesterov=True)),
        (SGD(lr=0.01, nesterov=True), lambda w, g, t: w - 0.01 * g),
        (AdaGrad(lr=0.1, epsilon=1e-3), adagrad_rule()),
        (Adam(**ADAM), adam_rule()),
        (AdamW(**ADAM, weight_decay=0.3), adam_rule(weight_decay=0.3)),
        (Nadam(**ADAM, momentum_decay=0.5), nadam_rule(psi=0.5)),
        (Nadam(**ADAM), nadam_rule(psi=0.004)),
    ],
    ids=lambda value: value.kind if isinstance(value, Optimizer) else "",
)
def test_fifty_steps_against_the_formula(optimizer: Optimizer, rule: Rule, gradients: np.ndarray) -> None:
    w = np.ones(6)
    for t, g in enumerate(gradients, start=1):
        w = rule(w, g, t)
    np.testing.assert_allclose(steps(optimizer, gradients), w, rtol=1e-12)


def test_nadam_without_memory_of_the_mean_is_rmsprop_with_a_corrected_root(gradients: np.ndarray) -> None:
    w, v = np.ones(6), np.zeros(6)
    for t, g in enumerate(gradients, start=1):
        v = 0.9 * v + 0.1 * g**2
        w = w - 0.01 * g / (np.sqrt(v / (1 - 0.9**t)) + 1e-3)
    np.testing.assert_allclose(steps(Nadam(**ADAM | {"beta_1": 0.0}), gradients), w, rtol=1e-12)


@pytest.mark.parametrize("kind", [Adam, AdamW, Nadam])
def test_memory_that_is_younger_than_the_training_begins_with_full_steps(kind: type[Adam]) -> None:
    vector, slots = np.zeros(3), [np.zeros(3), np.zeros(3)]
    kind(lr=0.1).update(vector, np.array([1.0, -2.0, 3.0]), slots, step=1000, age=0)
    np.testing.assert_allclose(np.abs(vector), 0.1, rtol=0.15)


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_a_vector_of_many_blocks_moves_as_each_value_alone(kind: str) -> None:
    rng = np.random.default_rng(1)
    optimizer = Optimizer.kinds[kind](**({"momentum": 0.9} if kind == "SGD" else {}))
    n = 2 * BLOCK + 17
    long, gradients = np.ones(n), rng.normal(size=(3, n))
    slots = [np.zeros(n) for _ in range(optimizer.n_slots)]
    given = np.empty(n)
    update = optimizer.bind(long, given, slots)
    for step, gradient in enumerate(gradients):
        given[:] = gradient
        update(step, step)
    picked = [0, BLOCK - 1, BLOCK, 2 * BLOCK, n - 1]
    np.testing.assert_array_equal(long[picked], steps(optimizer, gradients[:, picked]))


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_what_fades_out_of_memory_becomes_zero_before_it_is_slow_to_compute_with(kind: str) -> None:
    optimizer = Optimizer.kinds[kind](**({"momentum": 0.9} if kind == "SGD" else {}))
    vector, gradient = np.ones(2, np.float32), np.ones(2, np.float32)
    slots = [np.zeros_like(vector) for _ in range(optimizer.n_slots)]
    update = optimizer.bind(vector, gradient, slots)
    for step in range(1200):
        gradient[:] = not step, 1
        update(step, step)
        for slot in slots:
            assert not np.any((slot != 0) & (np.abs(slot) < np.finfo(np.float32).tiny)), step
            assert slot[1]  # what has not faded is kept


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_a_bound_step_allocates_no_array(kind: str) -> None:
    optimizer = Optimizer.kinds[kind](clip=1.0, clip_norm=1.0, **({"momentum": 0.9} if kind == "SGD" else {}))
    vector = np.ones(BLOCK, np.float32)
    slots = [np.zeros_like(vector) for _ in range(optimizer.n_slots)]
    update = optimizer.bind(vector, np.ones_like(vector), slots)
    update(0, 0)
    tracemalloc.start()
    update(1, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < vector.nbytes / 4


def test_momentum_decides_whether_a_velocity_is_remembered() -> None:
    assert (SGD().n_slots, SGD(momentum=0.5).n_slots, SGD.most_slots) == (0, 1, 1)


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_decay_lowers_the_rate_within_its_bounds(kind: str) -> None:
    make = Optimizer.kinds[kind]
    optimizer = make(lr=0.1, decay=0.5)
    assert [optimizer.rate(t) for t in (0, 2, 8)] == pytest.approx([0.1, 0.05, 0.02])
    assert make(lr=0.1, decay=0.5, lr_min=0.04).rate(1000) == 0.04
    assert make(lr=0.1, lr_max=0.03).rate(0) == 0.03
    assert make().decay == 0
    assert optimizer.formula
    scheduled = make(lr=0.1, decay=0.5, schedule=ExponentialDecay(0.25, 4), lr_min=0.001)
    assert [scheduled.rate(t) for t in (0, 2, 8, 1000)] == pytest.approx([0.1, 0.025, 0.02 / 16, 0.001])


@pytest.mark.parametrize("option", [{"decay": 0.5}, {"schedule": ExponentialDecay(0.25, 2)}])
@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_decay_and_schedule_are_used_by_each_step(kind: str, option: dict[str, Any], gradients: np.ndarray) -> None:
    make = Optimizer.kinds[kind]
    decayed, slots = np.ones(6), [np.zeros(6) for _ in range(make().n_slots)]
    optimizer = make(lr=0.1 if "decay" in option else 0.2, **option)
    optimizer.update(decayed, gradients[0].copy(), slots, step=2, age=0)
    np.testing.assert_allclose(decayed, steps(make(lr=0.05), gradients[:1]), rtol=1e-12)


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_clip_cuts_each_value_of_the_gradient(kind: str, gradients: np.ndarray) -> None:
    make = Optimizer.kinds[kind]
    clipped = steps(make(lr=0.1, clip=0.2), gradients)
    np.testing.assert_array_equal(clipped, steps(make(lr=0.1), np.clip(gradients, -0.2, 0.2)))
    np.testing.assert_array_equal(steps(make(lr=0.1, clip=0), gradients), steps(make(lr=0.1), gradients))


@pytest.mark.parametrize("kind", sorted(Optimizer.kinds))
def test_clip_norm_shortens_a_long_gradient_and_leaves_a_short_one(kind: str, gradients: np.ndarray) -> None:
    make = Optimizer.kinds[kind]
    lengths = np.linalg.norm(gradients, axis=1, keepdims=True)
    assert (lengths < 2).any()
    assert (lengths > 2).any()
    shortened = np.where(lengths > 2, gradients * (2 / lengths), gradients)
    np.testing.assert_allclose(steps(make(lr=0.1, clip_norm=2), gradients), steps(make(lr=0.1), shortened), rtol=1e-12)
    for off in (0, -1):
        np.testing.assert_array_equal(steps(make(clip_norm=off), gradients), steps(make(), gradients))
    both = np.clip(gradients, -1.5, 1.5)
    np.testing.assert_array_equal(steps(make(clip=1.5, clip_norm=2), gradients), steps(make(clip_norm=2), both))


def test_clip_norm_shortens_a_gradient_whose_square_overflows() -> None:
    vector, gradient = np.zeros(2, np.float32), np.array([3e30, -4e30], np.float32)
    with np.errstate(over="ignore"):
        SGD(lr=1.0, clip_norm=5).update(vector, gradient, [], 0)
    np.testing.assert_allclose(vector, [-3, 4], rtol=1e-6)


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
