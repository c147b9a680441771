from __future__ import annotations

import math

import pytest

from slugstudio.engine.schedules import Constant, CosineDecay, ExponentialDecay, Schedule, StepDecay, Warmup


@pytest.mark.parametrize("kind", sorted(Schedule.kinds))
def test_every_schedule_gives_a_share_at_every_step(kind: str) -> None:
    schedule = Schedule.kinds[kind]()
    factors = [schedule.factor(step) for step in (0, 1, 10, 1_000, 10**6, 10**15)]
    assert all(0 <= factor <= 1 for factor in factors)
    assert schedule.formula


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Constant(), {0: 1.0, 999: 1.0}),
        (StepDecay(0.1, 10), {0: 1.0, 9: 1.0, 10: 0.1, 25: 0.01}),
        (ExponentialDecay(0.25, 10), {0: 1.0, 5: 0.5, 10: 0.25}),
        (CosineDecay(10, 0.2), {0: 1.0, 5: 0.6, 10: 0.2, 99: 0.2}),
        (CosineDecay(4), {1: (1 + math.sqrt(0.5)) / 2, 4: 0.0}),
        (Warmup(4), {0: 0.25, 3: 1.0, 4: 1.0}),
        (Warmup(4, StepDecay(0.5, 2)), {3: 1.0, 4: 1.0, 5: 1.0, 6: 0.5}),
        (Warmup(2, Warmup(2, CosineDecay(2))), {0: 0.5, 2: 0.5, 4: 1.0, 5: 0.5, 6: 0.0}),
    ],
    ids=repr,
)
def test_factor_of_a_step(schedule: Schedule, expected: dict[int, float]) -> None:
    assert {step: schedule.factor(step) for step in expected} == pytest.approx(expected)
