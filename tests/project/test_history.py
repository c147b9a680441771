from __future__ import annotations

import math

import numpy as np
import pytest

from slugstudio.engine.events import BatchDone, EpochDone, Paused
from slugstudio.project.history import EpochRow, History


def batch(step: int, loss: float = 0.5, accuracy: float = 0.25) -> BatchDone:
    return BatchDone(step, 1, step, 9, loss, accuracy, 32)


def history_of(n: int) -> History:
    """Return n batches with an epoch after every tenth."""
    history = History()
    for step in range(1, n + 1):
        history.append(batch(step, loss=1 / step))
        if step % 10 == 0:
            history.append(EpochDone(step, step // 10, 0.5, 0.75, 0.25, 0.5, 0.125))
    return history


def test_it_is_empty_at_first() -> None:
    history = History()
    assert len(history.steps) == len(history.losses) == len(history.accuracies) == 0
    assert history.epochs == ()
    assert history.segments == ()


def test_it_notes_each_batch_and_epoch_beyond_its_first_room() -> None:
    history = history_of(1000)
    assert history.steps.tolist() == list(range(1, 1001))
    assert np.array_equal(history.losses, np.float32(1) / np.arange(1, 1001, dtype=np.float32))
    assert set(history.accuracies.tolist()) == {0.25}
    assert len(history.epochs) == 100
    assert history.epochs[1] == EpochRow(2, 20, 0.5, 0.75, 0.25, 0.5, 0.125)
    assert history.segments == (1,)


def test_other_events_tell_it_nothing() -> None:
    history = History()
    history.append(Paused(3))
    assert history == History()


def test_a_loss_that_is_not_finite_is_kept_as_nan_and_one_of_validation_as_unknown() -> None:
    history = History()
    history.append(batch(1, loss=1e300))
    history.append(EpochDone(1, 1, math.inf, 0.5, math.nan, None, 1.0))
    (row,) = history.epochs
    assert math.isnan(row.loss)
    assert (row.val_loss, row.val_accuracy) == (None, None)
    assert history.losses[0] == np.inf


def test_the_arrays_cannot_be_written_to() -> None:
    history = history_of(3)
    for array in (history.steps, history.losses, history.accuracies):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    history.append(batch(4))
    assert len(history.steps) == 4


def test_what_was_read_stays_as_it_was() -> None:
    history = history_of(256)
    losses = history.losses
    for step in range(257, 600):
        history.append(batch(step))
    assert len(losses) == 256
    assert losses[0] == 1


def test_a_copy_goes_its_own_way() -> None:
    history = history_of(30)
    copy = history.copy()
    assert copy == history
    copy.append(batch(31))
    assert copy != history
    assert len(history.steps) == 30


def test_it_can_be_cut_at_a_step() -> None:
    assert history_of(25).until(20) == history_of(20)
    assert history_of(25).until(19).epochs == history_of(19).epochs
    assert history_of(25).until(0).steps.size == 0
    assert history_of(25).until(99) == history_of(25)


def test_a_segment_begins_with_the_next_step() -> None:
    history = history_of(20)
    history.begin_segment(21)
    history.begin_segment(21)
    assert history.segments == (1, 21)
    assert history.until(20).segments == (1, 21)
    assert history.until(19).segments == (1,)
    history.append(batch(21))
    assert history.segments == (1, 21)


def test_a_change_before_the_first_step_begins_no_second_segment() -> None:
    history = History()
    history.begin_segment(1)
    history.append(batch(1))
    assert history.segments == (1,)


@pytest.mark.parametrize(
    "other",
    [
        history_of(19),
        History.of([1], [0.5], [0.25], [], [1]),
        History.of([1], [0.4], [0.25], [], [1]),
        History.of([1], [0.5], [0.2], [], [1]),
        History.of([2], [0.5], [0.25], [], [1]),
        History.of([1], [0.5], [0.25], [], [2]),
        History.of([1], [0.5], [0.25], [EpochRow(1, 1, math.nan, 0.0, None, None, 1.0)], [1]),
        "history",
    ],
)
def test_histories_are_equal_that_say_the_same(other: object) -> None:
    one = History.of([1], [0.5], [0.25], [EpochRow(1, 1, math.nan, 0.5, None, None, 1.0)], [1])
    assert one == one.copy()
    assert one != other
