"""Augmentation in a training: whom it changes, and that nothing else changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from slugstudio.engine import streams
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.augmentation import Augmentation, Erase, Flip, Noise, Rotate, Shift, Zoom, augment
from slugstudio.engine.bound.program import Program
from slugstudio.engine.controls import Controls
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.events import BatchDone, EpochDone, Finished
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import Adam
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, evaluate, train

EVERYTHING: tuple[Augmentation, ...] = (Shift(1), Rotate(), Zoom(), Flip(), Noise(), Erase())
SETTINGS = TrainSettings(epochs=3, batch_size=16, optimizer=Adam(), seed=5, augmentation=EVERYTHING)


def make_data() -> TrainData:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 1, 6, 6)).astype(np.float32)
    y = (x[:, 0, :3].mean(axis=(1, 2)) > 0).astype(np.int64)
    return TrainData(x[:40], y[:40], x[40:], y[40:])


def make_network() -> Network:
    return Network([Convolution(3, 3), Flatten(), Dropout(0.2), Dense(2, activation=Softmax())], (1, 6, 6), seed=2)


def seen(monkeypatch: pytest.MonkeyPatch, settings: TrainSettings) -> list[Array]:
    """Train and return the batches that the network learned from."""
    batches: list[Array] = []
    run = Program.run

    def watched(program: Program) -> float:
        batches.append(program.samples.copy())
        return run(program)

    with monkeypatch.context() as patch:
        patch.setattr(Program, "run", watched)
        for _ in train(make_network(), make_data(), settings):
            pass
    return batches


def test_each_batch_is_changed_by_the_stream_of_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = seen(monkeypatch, SETTINGS.replace(augmentation=()))
    for step, (before, after) in enumerate(zip(plain, seen(monkeypatch, SETTINGS), strict=True)):
        assert not np.array_equal(before, after)
        augment(before, EVERYTHING, streams.augmentation(5, step))
        np.testing.assert_array_equal(after, before)


def test_the_data_stay_as_they_are_and_validation_sees_them_so() -> None:
    network, data, untouched = make_network(), make_data(), make_data()
    *_, last, _ = train(network, data, SETTINGS)
    np.testing.assert_array_equal(data.x, untouched.x)
    np.testing.assert_array_equal(data.x_val, untouched.x_val)
    assert isinstance(last, EpochDone)
    judged = evaluate(network, data.x_val, data.y_val, SETTINGS.loss)
    assert (last.val_loss, last.val_accuracy) == (judged["loss"], judged["accuracy"])


@pytest.mark.parametrize("stop_after", [1, 2, 3, 7])
def test_going_on_from_a_state_gives_the_bits_of_the_uninterrupted_run(stop_after: int) -> None:
    whole = make_network()
    for _ in train(whole, make_data(), SETTINGS):
        pass
    network, state, controls = make_network(), TrainState(5), Controls()
    for event in train(network, make_data(), SETTINGS, state, controls):
        if isinstance(event, BatchDone) and event.step == stop_after:
            controls.stop()
    resumed = make_network()
    resumed.vector[:] = network.vector
    for _ in train(resumed, make_data(), SETTINGS, state.copy()):
        pass
    np.testing.assert_array_equal(resumed.vector, whole.vector)
    other = make_network()
    for _ in train(other, make_data(), SETTINGS.replace(seed=6)):
        pass
    assert not np.array_equal(other.vector, whole.vector)


def test_no_random_number_is_drawn_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr(streams, "augmentation", refuse)
    assert len(seen(monkeypatch, SETTINGS.replace(augmentation=()))) == 9


def test_it_changes_at_the_next_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    controls, batches = Controls(), []
    run = Program.run

    def watched(program: Program) -> float:
        batches.append(program.samples.copy())
        return run(program)

    monkeypatch.setattr(Program, "run", watched)
    for event in train(make_network(), make_data(), SETTINGS.replace(augmentation=()), controls=controls):
        if isinstance(event, BatchDone) and event.step == 2:
            controls.set_settings(SETTINGS)
    known = {sample.tobytes() for sample in make_data().x}
    changed = [any(sample.tobytes() not in known for sample in batch) for batch in batches]
    assert changed == [False, False] + [True] * 7


def vectors() -> tuple[Network, TrainData]:
    data = make_data()
    flat = TrainData(data.x.reshape(40, 36), data.y, data.x_val.reshape(20, 36), data.y_val)
    return Network([Dense(2, activation=Softmax())], (36,)), flat


def test_samples_that_are_no_images_are_refused_before_the_first_step_and_noise_is_not() -> None:
    with pytest.raises(ShapeError, match="Shift changes images"):
        next(train(*vectors(), SETTINGS))
    noisy = SETTINGS.replace(augmentation=[Noise()])
    assert isinstance(next(train(*vectors(), noisy)), BatchDone)
    controls = Controls()
    run = train(*vectors(), noisy, controls=controls)
    next(run)
    controls.set_settings(SETTINGS)
    with pytest.raises(ShapeError, match="Shift changes images"):
        next(run)


def test_overflow_is_told_and_no_warning_leaks() -> None:
    data = make_data()
    data = TrainData(np.float32(3e38) * np.sign(data.x), data.y, data.x_val, data.y_val)
    *_, finished = train(make_network(), data, SETTINGS.replace(augmentation=[Rotate()]))
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.step) == ("diverged", 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_does_not_matter_is_learned_not_to_matter(dtype: Any) -> None:
    """Digits that are all in one place are told apart elsewhere only if they were shifted in training."""
    rng = np.random.default_rng(1)
    marks = rng.normal(size=(2, 3, 3)) > 0
    x = np.zeros((200, 1, 9, 9), dtype)
    y = np.arange(200) % 2
    x[:, 0, 3:6, 3:6] = marks[y] + rng.normal(scale=0.1, size=(200, 3, 3))
    elsewhere = np.roll(x, (2, -2), axis=(2, 3))
    scores = []
    for augmentation in ((), (Shift(2),)):
        settings = TrainSettings(epochs=30, optimizer=Adam(lr=0.01), augmentation=augmentation)
        layers = [Flatten(), Dense(32, activation=ReLU()), Dense(2, activation=Softmax())]
        network = Network(layers, (1, 9, 9), dtype=dtype)
        for _ in train(network, TrainData(x, y, x[:0], y[:0]), settings):
            pass
        scores.append(evaluate(network, elsewhere, y, settings.loss)["accuracy"])
    assert scores[1] > 0.9 > 0.7 > scores[0]
