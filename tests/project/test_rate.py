"""The learning rate that is drawn is the one that training takes."""

from __future__ import annotations

import dataclasses

from slugstudio.engine.optimizers import SGD
from slugstudio.engine.schedules import CosineDecay
from slugstudio.project.rate import MOST_POINTS, rate_over_training
from tests.project.made import points_design


def test_it_goes_from_the_first_step_to_the_last() -> None:
    design = points_design(epochs=3, optimizer=SGD(lr=0.5, schedule=CosineDecay(steps=15)))
    steps, rates = rate_over_training(design)
    assert list(steps) == list(range(15))  # 48 samples in batches of 10, three times
    assert list(rates) == [design.training.optimizer.rate(step) for step in range(15)]


def test_a_long_training_has_so_many_points() -> None:
    design = points_design()
    design = dataclasses.replace(design, training=design.training.replace(epochs=1_000_000))
    steps, rates = rate_over_training(design)
    assert len(steps) == len(rates) == MOST_POINTS
    assert steps[-1] == 5 * 1_000_000 - 1
