from __future__ import annotations

from math import nan

import numpy as np
import pytest

from slugstudio.engine.events import BatchDone, EpochDone
from slugstudio.project.history import EpochRow, History
from slugstudio.ui.cockpit.history_curves import MOST_BINS, axis_end, bin_size, binned, curves


def history(losses: list[float] | np.ndarray, rows: list[EpochRow], accuracies: list[float] | None = None) -> History:
    n = len(losses)
    return History.of(np.arange(1, n + 1), losses, [0.5] * n if accuracies is None else accuracies, rows, [1])


def row(epoch: int, step: int, loss: float = 1.0, val_loss: float | None = 2.0) -> EpochRow:
    return EpochRow(epoch, step, loss, loss / 2, val_loss, None if val_loss is None else val_loss / 4, 0.1)


def test_the_curves_of_a_short_training_are_its_numbers() -> None:
    past = history([4.0, 3.0, 2.0, 1.0, 0.5], [row(1, 2, 3.5, 3.0), row(2, 4, 1.5, 1.25)], [0, 0.25, 0.5, 0.75, 1])
    found = curves(past, "loss")
    np.testing.assert_array_equal(found.training, [4.0, 3.0, 2.0, 1.0, 0.5])
    np.testing.assert_allclose(found.x_training, [0.5, 1.0, 1.5, 2.0, 2.5])
    np.testing.assert_array_equal(found.epochs, [1, 2])
    np.testing.assert_array_equal(found.training_epochs, [3.5, 1.5])
    np.testing.assert_array_equal(found.validation, [3.0, 1.25])
    assert (found.reached, found.highest) == (2.5, 4.0)
    found = curves(past, "accuracy")
    np.testing.assert_array_equal(found.training, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(found.training_epochs, [1.75, 0.75])
    np.testing.assert_array_equal(found.validation, [0.75, 0.3125])


def test_nothing_is_nothing() -> None:
    found = curves(History(), "loss")
    for array in (found.x_training, found.training, found.epochs, found.training_epochs, found.validation):
        assert array.shape == (0,)
    assert (found.reached, found.highest) == (0.0, 0.0)


def test_in_the_first_epoch_the_curve_ends_within_it() -> None:
    found = curves(history([3.0, 2.0, 1.0, 1.0], []), "loss")
    np.testing.assert_allclose(found.x_training, [0.25, 0.5, 0.75, 1.0])
    assert found.reached == 1.0


@pytest.mark.parametrize("n", [1, 255, 256, 257, 512, 513, 1000, 32_769, 300_001])
def test_bins_are_the_means_of_as_many_batches_around_where_they_stand(n: int) -> None:
    losses = np.random.default_rng(0).normal(size=n).astype(np.float32)
    found = curves(history(losses, [row(1, n)]), "loss")
    size = bin_size(n)
    assert len(found.training) == -(-n // size) <= MOST_BINS
    assert size == 1 or n / size > MOST_BINS / 2
    groups = [losses[start : start + size] for start in range(0, n, size)]
    np.testing.assert_allclose(found.training, [group.mean(dtype=np.float64) for group in groups], atol=1e-6)
    middles = np.minimum(np.arange(0, n, size) + size // 2, n - 1) + 1
    np.testing.assert_allclose(found.x_training, middles / n)
    assert found.training.shape == found.x_training.shape


def test_finished_bins_stay_as_they_are_while_batches_come() -> None:
    losses = np.random.default_rng(1).normal(size=2000)
    before, after = binned(losses[:1500]), binned(losses)
    assert bin_size(1500) == bin_size(2000) == 8
    np.testing.assert_array_equal(before[:-1], after[: len(before) - 1])


def test_a_training_that_goes_on_with_other_batches_keeps_its_place() -> None:
    rows = [row(1, 10), row(2, 20), row(3, 25), row(4, 30)]  # half as many steps an epoch from the third on
    found = curves(history([1.0] * 32, rows), "loss")
    assert found.x_training[9] == 1.0
    assert found.x_training[19] == 2.0
    np.testing.assert_allclose(found.x_training[20:25], 2 + np.arange(1, 6) / 5)
    assert found.x_training[29] == 4.0
    np.testing.assert_allclose(found.x_training[30:], [4.2, 4.4])  # the one that runs is as long as the last
    assert found.reached == pytest.approx(4.4)


def test_a_history_that_begins_later_begins_there() -> None:
    past = History.of([1, 2], [1.0, 1.0], [0.0, 0.0], [row(5, 2)], [1])
    np.testing.assert_allclose(curves(past, "loss").x_training, [4.5, 5.0])


def test_what_is_not_finite_leaves_gaps_and_no_scale() -> None:
    found = curves(history([2.0, nan, np.inf, 1.0], [row(1, 4, nan, None)]), "loss")
    np.testing.assert_array_equal(found.training, [2.0, nan, np.inf, 1.0])
    np.testing.assert_array_equal(found.training_epochs, [nan])
    np.testing.assert_array_equal(found.validation, [nan])
    assert found.highest == 2.0


def test_a_few_wild_batches_may_leave_the_plot() -> None:
    losses = np.ones(100)
    losses[3] = 1e6
    assert curves(history(losses, [row(1, 100, 1.0, 1.5)]), "loss").highest == 1.5
    assert curves(history(losses[:10], []), "loss").highest == 1e6


def test_an_event_between_two_looks_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    past = history([3.0, 2.0], [])
    losses = History.losses.fget

    def then_one_more(self: History) -> np.ndarray:
        self.append(BatchDone(3, 1, 3, 4, 1.0, 0.5, 10))
        return losses(self)  # type: ignore[misc]

    monkeypatch.setattr(History, "losses", property(then_one_more))
    found = curves(past, "loss")
    assert found.training.shape == found.x_training.shape


def test_what_training_tells_comes_out() -> None:
    past = History()
    past.append(BatchDone(1, 1, 1, 2, 0.75, 0.5, 10))
    past.append(BatchDone(2, 1, 2, 2, 0.25, 1.0, 10))
    past.append(EpochDone(2, 1, 0.5, 0.75, 0.125, 1.0, 0.1))
    found = curves(past, "accuracy")
    np.testing.assert_array_equal(found.training, [0.5, 1.0])
    np.testing.assert_array_equal(found.validation, [1.0])


@pytest.mark.parametrize(
    ("reached", "epochs", "end"),
    [
        (0, 20, 5),
        (4, 20, 5),
        (4.1, 20, 10),
        (8, 20, 10),
        (8.5, 20, 20),
        (12, 20, 20),
        (25, 20, 25),
        (0, 3, 3),
        (1, 2, 2),
    ],
)
def test_the_axis_grows_in_steps(reached: float, epochs: int, end: float) -> None:
    assert axis_end(reached, epochs) == end


@pytest.mark.parametrize("epochs", [1, 3, 20, 1000])
def test_what_was_reached_is_always_on_the_axis(epochs: int) -> None:
    ends = [axis_end(reached, epochs) for reached in np.linspace(0, 1.2 * epochs, 500)]
    assert all(end >= reached for end, reached in zip(ends, np.linspace(0, 1.2 * epochs, 500), strict=True))
    assert ends == sorted(ends)


def test_the_first_epoch_fills_as_it_goes() -> None:
    found = curves(history([3.0, 2.0, 1.0], []), "loss", epoch_length=30)
    np.testing.assert_allclose(found.x_training, [1 / 30, 2 / 30, 3 / 30])
    resumed = curves(history([1.0] * 12, [row(1, 10)]), "loss", epoch_length=20)
    np.testing.assert_allclose(resumed.x_training[-1], 1 + 2 / 20)
