from __future__ import annotations

import dataclasses

import pytest

from slugstudio.datasets import FashionSmall, Scale
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.augmentation import Shift
from slugstudio.engine.layers import Convolution, Dense, Flatten
from slugstudio.engine.optimizers import SGD
from slugstudio.project import Project, forecast
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.forecast import costs, measured_seconds, seconds_per_epoch
from tests.project.made import points_design, stack, trained


def pictures(**training: object) -> Design:
    layers = [Convolution(4, 3, activation=ReLU()), Flatten(), Dense(10, activation=Softmax())]
    return stack(layers, DataChoice(FashionSmall(), Scale()), **{"batch_size": 32, **training})


def test_an_epoch_takes_longer_the_more_there_is_to_compute() -> None:
    small, large = (seconds_per_epoch(each) for each in (points_design(), pictures(augmentation=(Shift(),))))
    assert small is not None
    assert large is not None
    assert 0 < small * 5 < large < 60


def test_of_a_large_batch_a_part_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    timed = forecast._timed_steps

    def noting(network, design, settings, stopped):
        sizes.append(settings.batch_size)
        return timed(network, design, settings, stopped)

    monkeypatch.setattr(forecast, "_timed_steps", noting)
    monkeypatch.setattr(forecast, "STEP_VALUES", 40_000)
    assert seconds_per_epoch(pictures(batch_size=1000)) is not None
    assert 2 <= sizes[0] < 40
    assert seconds_per_epoch(pictures(batch_size=4)) is not None
    assert sizes[1] == 4


def test_without_validation_only_the_steps_count() -> None:
    design = points_design()
    assert seconds_per_epoch(dataclasses.replace(design, data=design.data.replace(validation_split=0.0))) is not None


def test_what_cannot_be_trained_or_is_too_large_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_per_epoch(Design()) is None
    monkeypatch.setattr(forecast, "LARGEST", 10)
    assert seconds_per_epoch(points_design()) is None


def test_a_forecast_stops_when_it_is_told_to() -> None:
    for steps in (0, 1, 3, 4):
        asked: list[None] = []

        def stopped(asked: list[None] = asked, steps: int = steps) -> bool:
            asked.append(None)
            return len(asked) > steps

        assert seconds_per_epoch(points_design(), stopped) is None
        assert len(asked) <= steps + 2


def test_where_memory_ends_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(forecast, "compile_network", fail)
    assert seconds_per_epoch(points_design()) is None


def test_what_was_measured_holds_until_the_cost_changes() -> None:
    project = trained(points_design(epochs=2))
    assert measured_seconds(project, project.history) == project.history.epochs[-1].seconds
    longer = dataclasses.replace(project.design, training=project.design.training.replace(epochs=9, seed=4))
    assert costs(longer) == costs(project.design)
    other = dataclasses.replace(project.design, training=project.design.training.replace(optimizer=SGD()))
    assert measured_seconds(dataclasses.replace(project, design=other), project.history) is None
    assert measured_seconds(Project(project.design), Project(project.design).history) is None
