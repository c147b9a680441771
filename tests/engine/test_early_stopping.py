from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.controls import Controls
from slugstudio.engine.early_stopping import Best, EarlyStopping
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.events import BatchDone, EpochDone, Event, Finished
from slugstudio.engine.layers import BatchNormalization, Dense, Dropout
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import Adam
from slugstudio.engine.records import from_record, to_record
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, train

PATIENT = EarlyStopping(patience=3)
SETTINGS = TrainSettings(epochs=40, batch_size=16, optimizer=Adam(lr=0.003), early_stopping=PATIENT)


def make_data(n_val: int = 30) -> TrainData:
    """Return samples of which many are labelled wrongly, so that learning them by heart harms."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(40 + n_val, 6)).astype(np.float32)
    y = ((x[:, 0] > 0) ^ (rng.random(len(x)) < 0.2)).astype(np.int64)
    return TrainData(x[:40], y[:40], x[40:], y[40:])


def make_network() -> Network:
    layers = [Dense(24, activation=ReLU()), BatchNormalization(), Dropout(0.1), Dense(2, activation=Softmax())]
    return Network(layers, (6,), seed=1)


def watched(stopping: EarlyStopping, losses: Sequence[float]) -> list[Best | None]:
    """Return what is remembered after each epoch, up to the one that ends the training."""
    seen: list[Best | None] = []
    best = None
    for epoch, loss in enumerate(losses, start=1):
        best = stopping.after(best, epoch, loss, np.array([float(epoch)]))
        seen.append(best)
        if stopping.is_due(best):
            break
    return seen


def epochs_of(events: Sequence[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def steps_of(events: Sequence[Event]) -> list[BatchDone]:
    return [event for event in events if isinstance(event, BatchDone)]


def test_the_patience_counts_epochs_without_an_improvement() -> None:
    seen = watched(EarlyStopping(patience=2), [0.9, 0.5, 0.6, 0.4, 0.4, 0.41, 0.1])
    assert seen[1:] == [
        Best(0.5, 2),
        Best(0.5, 2, stale=1),
        Best(0.4, 4),
        Best(0.4, 4, stale=1),  # as good is not better
        Best(0.4, 4, stale=2),
    ]
    assert seen[-1] is not None
    assert seen[-1].kept == np.array([4.0])


def test_a_small_improvement_is_none() -> None:
    seen = watched(EarlyStopping(patience=2, min_delta=0.125), [1.0, 0.9375, 0.875, 0.8125, 0.78125])
    assert seen[-1] == Best(0.875, 3, stale=2)  # at least 0.125 below the best, all at once or little by little


def test_what_is_not_finite_is_no_improvement() -> None:
    assert watched(PATIENT, [math.nan, math.inf]) == [None, None]
    assert watched(PATIENT, [1.0, math.nan, -math.inf])[-1] == Best(1.0, 1, stale=2)


def test_what_was_remembered_stays_as_it_was() -> None:
    kept = np.zeros(2)
    first = PATIENT.after(None, 1, 1.0, kept)
    kept[:] = 7
    second = PATIENT.after(first, 2, 2.0, kept)
    assert first == Best(1.0, 1)
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.kept, [0, 0])
    np.testing.assert_array_equal(second.kept, [0, 0])
    without = replace(PATIENT, restore=False).after(first, 2, 2.0, kept)
    assert without is not None
    assert without.kept is None


def test_training_ends_and_the_best_epoch_is_back_with_its_running_statistics() -> None:
    network, data, state = make_network(), make_data(), TrainState(0)
    kept_after: list[np.ndarray] = []
    events = []
    for event in train(network, data, SETTINGS, state):
        events.append(event)
        if isinstance(event, EpochDone):
            kept_after.append(network.kept.copy())
    losses = [epoch.val_loss for epoch in epochs_of(events)]
    best = int(np.argmin(np.array(losses, float))) + 1
    assert best > 1
    assert len(losses) == best + 3 < SETTINGS.epochs
    assert events[-1] == Finished(3 * len(losses), len(losses), "stopped early", best, restored=True)
    np.testing.assert_array_equal(network.kept, kept_after[best - 1])
    assert not np.array_equal(network.kept, kept_after[-1])
    assert evaluate(network, data.x_val, data.y_val, SETTINGS.loss)["loss"] == losses[best - 1]
    assert state.best == Best(losses[best - 1], best, back=True)


def test_the_weights_stay_where_they_are_not_to_come_back() -> None:
    settings = SETTINGS.replace(early_stopping=EarlyStopping(3, restore=False))
    network, state = make_network(), TrainState(0)
    for event in train(network, make_data(), settings, state):
        if isinstance(event, EpochDone):
            last = network.kept.copy()
    assert isinstance(event, Finished)
    assert (event.reason, event.restored) == ("stopped early", False)
    assert state.slots
    np.testing.assert_array_equal(network.kept, last)


def test_without_validation_the_training_loss_is_watched() -> None:
    settings = SETTINGS.replace(early_stopping=EarlyStopping(2, min_delta=0.05))
    state = TrainState(0)
    events = list(train(make_network(), make_data(0), settings, state))
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "stopped early"
    assert state.best is not None
    assert state.best.loss == epochs_of(events)[state.best.epoch - 1].loss


def test_the_best_epoch_comes_back_at_the_last_one_too() -> None:
    patient = SETTINGS.replace(early_stopping=EarlyStopping(1000), epochs=15)
    network, state = make_network(), TrainState(0)
    events = list(train(network, make_data(), patient, state))
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.restored) == ("completed", True)
    assert 1 < finished.best < 15
    short = make_network()
    *_, ended = train(short, make_data(), patient.replace(epochs=finished.best))
    assert ended == Finished(3 * finished.best, finished.best, "completed", finished.best)  # nothing to put back
    np.testing.assert_array_equal(network.kept, short.kept)

    network.kept[:] = 0  # what somebody does to the weights then is not undone
    assert list(train(network, make_data(), patient, state)) == [Finished(45, 15, "completed", finished.best)]
    assert not network.kept.any()


@pytest.mark.parametrize("restore", [True, False])
@pytest.mark.parametrize("stop_after", [2, 9, 13, 20])
def test_going_on_from_a_state_gives_the_bits_of_the_uninterrupted_run(stop_after: int, restore: bool) -> None:
    settings = SETTINGS.replace(early_stopping=EarlyStopping(3, restore=restore))
    whole, whole_state = make_network(), TrainState(0)
    whole_events = list(train(whole, make_data(), settings, whole_state))
    assert isinstance(whole_events[-1], Finished)
    assert whole_events[-1].step > 20
    network, state, controls = make_network(), TrainState(0), Controls()
    for event in train(network, make_data(), settings, state, controls):
        if isinstance(event, BatchDone) and event.step == stop_after:
            controls.stop()
    resumed = make_network()
    resumed.kept[:] = network.kept
    *_, finished = train(resumed, make_data(), settings, state.copy())
    assert finished == whole_events[-1]
    np.testing.assert_array_equal(resumed.kept, whole.kept)


def test_leaving_before_it_is_told_that_it_ends_changes_nothing() -> None:
    whole = make_network()
    *_, finished = train(whole, make_data(), SETTINGS)
    assert isinstance(finished, Finished)
    network, state = make_network(), TrainState(0)
    for event in train(network, make_data(), SETTINGS, state):
        if isinstance(event, EpochDone) and event.epoch == finished.epoch:
            break
    assert not np.array_equal(network.kept, whole.kept)
    assert list(train(network, make_data(), SETTINGS, state)) == [finished]
    np.testing.assert_array_equal(network.kept, whole.kept)


def test_going_on_after_it_begins_at_the_best_epoch_with_new_patience_and_remembers_what_to_beat() -> None:
    network, state = make_network(), TrainState(0)
    *_, first = train(network, make_data(), SETTINGS, state)
    assert isinstance(first, Finished)
    assert (state.optimizer_steps, state.slots) == (0, [])
    best, kept = state.best, network.kept.copy()
    assert best is not None
    demanding = SETTINGS.replace(early_stopping=EarlyStopping(3, min_delta=1))
    events = list(train(network, make_data(), demanding, state))
    again = events[-1]
    assert steps_of(events)[0].step == first.step + 1
    assert again == Finished(first.step + 9, first.epoch + 3, "stopped early", best.epoch, restored=True)
    np.testing.assert_array_equal(network.kept, kept)


def best_epochs(before: TrainSettings, after: TrainSettings) -> tuple[list[int | None], Event]:
    """Train with other settings after the first epoch; return the best epoch after each, and the last event."""
    state, controls, remembered = TrainState(0), Controls(), []
    for event in train(make_network(), make_data(), before, state, controls):
        if isinstance(event, EpochDone):
            remembered.append(state.best and state.best.epoch)
            if event.epoch == 1:
                controls.set_settings(after)
    return remembered, event


def test_another_loss_forgets_the_best_epoch() -> None:
    lower = SETTINGS.replace(epochs=3, loss=MeanSquaredError())
    assert best_epochs(lower, SETTINGS.replace(epochs=3))[0] == [1, 2, 3]


def test_no_early_stopping_forgets_the_best_epoch() -> None:
    assert best_epochs(SETTINGS.replace(epochs=3), SETTINGS.replace(epochs=3, early_stopping=None)) == (
        [1, None, None],
        Finished(9, 3, "completed"),
    )


def test_a_shorter_patience_ends_it_before_the_next_batch() -> None:
    controls, state = Controls(), TrainState(0)
    settings = SETTINGS.replace(early_stopping=EarlyStopping(1000))
    for event in train(make_network(), make_data(), settings, state, controls):
        if isinstance(event, EpochDone) and state.best is not None and state.best.stale == 2:
            controls.set_settings(SETTINGS.replace(early_stopping=EarlyStopping(2)))
            last = event
    assert isinstance(event, Finished)
    assert (event.step, event.reason) == (last.step, "stopped early")


def test_nothing_is_put_back_once_it_is_switched_off() -> None:
    controls, state, network = Controls(), TrainState(0), make_network()
    settings = SETTINGS.replace(early_stopping=EarlyStopping(1000))
    for event in train(network, make_data(), settings, state, controls):
        if isinstance(event, EpochDone) and state.best is not None and state.best.stale == 2:
            controls.set_settings(SETTINGS.replace(early_stopping=None, epochs=1))
            kept = network.kept.copy()
    assert isinstance(event, Finished)
    assert (event.reason, event.best, event.restored) == ("completed", 0, False)
    np.testing.assert_array_equal(network.kept, kept)


def test_it_is_told_in_words() -> None:
    assert Finished(9, 37, "stopped early", 27, restored=True).message == (
        "Stopped early after epoch 37: epoch 27 was the best, and its weights are back."
    )
    assert Finished(9, 37, "stopped early", 27).message == "Stopped early after epoch 37: epoch 27 was the best."
    assert Finished(9, 60, "completed", 55, restored=True).message == "Epoch 55 was the best, and its weights are back."
    assert Finished(9, 60, "completed", 60).message == Finished(9, 60, "stopped").message == ""


def test_settings_with_and_without_it_are_stored() -> None:
    for settings in (SETTINGS, TrainSettings()):
        assert from_record(TrainSettings, to_record(settings)) == settings
    old = to_record(TrainSettings())
    del old["params"]["early_stopping"]
    assert from_record(TrainSettings, old) == TrainSettings()
