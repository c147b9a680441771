from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from slugstudio.engine import streams
from slugstudio.engine.activation import ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.blas import computed_by
from slugstudio.engine.controls import Controls
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.events import (
    BatchDone,
    Diverged,
    Elsewhere,
    EpochDone,
    Event,
    Finished,
    Paused,
    Resumed,
    Snapshot,
)
from slugstudio.engine.layers import ActivationLayer, Convolution, Dense, Dropout, Flatten, Layer
from slugstudio.engine.loss import (
    BinaryCrossEntropy,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCategoricalCrossEntropy,
)
from slugstudio.engine.metrics import F1, R2
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, AdaGrad, Adam, AdamW, Nadam, Optimizer, RMSProp
from slugstudio.engine.schedules import CosineDecay, Warmup
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, train


def make_data(n: int = 70, n_val: int = 20) -> TrainData:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n + n_val, 1, 4, 4)).astype(np.float32)
    y = (x[:, 0, :2].mean(axis=(1, 2)) > 0).astype(np.int64)
    return TrainData(x[:n], y[:n], x[n:], y[n:])


def make_network(seed: int = 0) -> Network:
    layers = [Convolution(3, 2), Flatten(), Dropout(0.2), Dense(6, activation=Tanh()), Dense(2, activation=Softmax())]
    return Network(layers, (1, 4, 4), seed=seed)


SETTINGS = TrainSettings(epochs=3, batch_size=16, optimizer=RMSProp(lr=0.01))


def test_events_come_in_order_and_every_sample_is_used() -> None:
    events = list(train(make_network(), make_data(), SETTINGS))
    batches = [e for e in events if isinstance(e, BatchDone)]
    epochs = [e for e in events if isinstance(e, EpochDone)]
    assert [e.step for e in batches] == list(range(1, 16))
    assert [(e.epoch, e.batch, e.n_batches, e.n_samples) for e in batches[:6]] == [
        (1, 1, 5, 16),
        (1, 2, 5, 16),
        (1, 3, 5, 16),
        (1, 4, 5, 16),
        (1, 5, 5, 6),
        (2, 1, 5, 16),
    ]
    assert [type(e) for e in events[4:7]] == [BatchDone, EpochDone, BatchDone]
    assert events[-1] == Finished(15, 3, "completed")
    first = batches[:5]
    assert epochs[0].loss == pytest.approx(sum(e.loss * e.n_samples for e in first) / 70)
    assert epochs[0].accuracy == pytest.approx(sum(e.accuracy * e.n_samples for e in first) / 70)
    assert epochs[-1].seconds > 0


def test_each_epoch_visits_all_samples_in_another_order() -> None:
    network, data = make_network(), make_data()
    visited = [
        network.program(event.n_samples, SETTINGS.loss, of_shares=True).samples.copy()
        for event in train(network, data, SETTINGS.replace(epochs=2))
        if isinstance(event, BatchDone)
    ]
    first, second = np.concatenate(visited[:5]), np.concatenate(visited[5:])
    assert not np.array_equal(first, data.x)
    assert not np.array_equal(first, second)
    for seen in (first, second):
        np.testing.assert_array_equal(np.unique(seen, axis=0), np.unique(data.x, axis=0))


def test_it_learns_and_validates_without_dropout() -> None:
    network, data = make_network(), make_data(400, 200)
    *_, last, _ = train(network, data, SETTINGS.replace(epochs=30))
    assert isinstance(last, EpochDone)
    assert last.val_accuracy is not None
    assert last.val_accuracy > 0.9
    judged = evaluate(network, data.x_val, data.y_val, SETTINGS.loss)
    assert judged == {"loss": last.val_loss, "accuracy": last.val_accuracy}
    outputs = network.predict(data.x_val)
    assert last.val_accuracy == np.mean(outputs.argmax(axis=1) == data.y_val)


def test_without_validation_samples_its_metrics_are_none() -> None:
    events = list(train(make_network(), make_data(20, 0), SETTINGS.replace(epochs=1)))
    (epoch,) = [e for e in events if isinstance(e, EpochDone)]
    assert epoch.val_loss is None
    assert epoch.val_accuracy is None


def test_same_seed_same_bits() -> None:
    vectors = []
    for seed in (1, 1, 2):
        network = make_network()
        for _ in train(network, make_data(), SETTINGS.replace(seed=seed)):
            pass
        vectors.append(network.vector)
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert not np.array_equal(vectors[0], vectors[2])


def test_threads_change_at_most_the_last_digits() -> None:
    x = np.random.default_rng(0).standard_normal((150, 300)).astype(np.float32)
    data = TrainData(x, np.arange(150) % 10, x[:0], np.arange(0))

    def trained(threads: int) -> object:
        network = Network((Dense(300), Dense(10, activation=Softmax())), (300,))
        for _ in train(network, data, SETTINGS.replace(epochs=3, batch_size=150, threads=threads)):
            pass
        return network.vector

    np.testing.assert_array_equal(trained(2), trained(2))
    np.testing.assert_allclose(trained(2), trained(1), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("stop_after", [1, 5, 7, 10])
def test_going_on_from_a_state_gives_the_bits_of_the_uninterrupted_run(stop_after: int) -> None:
    whole = make_network()
    whole_events = list(train(whole, make_data(), SETTINGS))
    network, state = make_network(), TrainState(SETTINGS.seed)
    controls = Controls()
    events: list[Event] = []
    for event in train(network, make_data(), SETTINGS, state, controls):
        if isinstance(event, BatchDone):
            events.append(event)
            if event.step == stop_after:
                controls.stop()
    assert state.step == stop_after
    resumed = make_network(seed=99)
    resumed.vector[:] = network.vector
    events += [e for e in train(resumed, make_data(), SETTINGS, state.copy()) if isinstance(e, BatchDone)]
    np.testing.assert_array_equal(resumed.vector, whole.vector)
    assert events == [e for e in whole_events if isinstance(e, BatchDone)]


def test_going_on_elsewhere_is_told_once() -> None:
    network, state = make_network(), TrainState(SETTINGS.seed)
    assert not [e for e in train(network, make_data(), SETTINGS.replace(epochs=1), state) if isinstance(e, Elsewhere)]
    assert state.computed_by == computed_by()
    assert np.__version__ in state.computed_by
    state.computed_by = "numpy 1.0 on an abacus"
    done = SETTINGS.replace(epochs=1)  # where nothing is trained, nothing goes on
    assert [type(event) for event in train(network, make_data(), done, state)] == [Finished]
    first, *others = train(network, make_data(), SETTINGS.replace(epochs=2), state)
    assert first == Elsewhere(5, "numpy 1.0 on an abacus", computed_by())
    assert first.message.startswith("This was trained with numpy 1.0 on an abacus; here it goes on with numpy")
    others += train(network, make_data(), SETTINGS, state)
    assert not [event for event in others if isinstance(event, Elsewhere)]


REMEMBERING = [
    SGD(lr=0.05, momentum=0.9, nesterov=True, clip_norm=1.0),
    RMSProp(lr=0.01, schedule=CosineDecay(15)),
    AdaGrad(),
    Adam(schedule=Warmup(9)),
    AdamW(clip=0.1),
    Nadam(),
]


@pytest.mark.parametrize("optimizer", REMEMBERING, ids=lambda optimizer: optimizer.kind)
def test_every_optimizer_goes_on_with_the_bits_of_the_uninterrupted_run(optimizer: Optimizer) -> None:
    settings = SETTINGS.replace(optimizer=optimizer)
    whole = make_network()
    *_, ended, _ = train(whole, make_data(), settings)
    network, state = make_network(), TrainState(SETTINGS.seed)
    run = train(network, make_data(), settings, state)
    for _ in range(8):
        next(run)
    run.close()  # type: ignore[attr-defined]
    resumed = make_network(seed=99)
    resumed.vector[:] = network.vector
    *_, again, _ = train(resumed, make_data(), settings, state.copy())
    np.testing.assert_array_equal(resumed.vector, whole.vector)
    assert isinstance(ended, EpochDone)
    assert isinstance(again, EpochDone)
    assert (again.loss, again.val_loss) == (ended.loss, ended.val_loss)


def test_another_optimizer_begins_with_nothing_remembered() -> None:
    network, controls, state = make_network(), Controls(), TrainState(0)
    counts = []
    for event in train(network, make_data(), SETTINGS.replace(epochs=2), state, controls):
        if isinstance(event, BatchDone):
            counts.append((state.optimizer, state.optimizer_steps, len(state.slots)))
            if event.step == 4:
                controls.set_settings(SETTINGS.replace(epochs=2, optimizer=SGD(momentum=0.5)))
            if event.step == 6:
                controls.set_settings(SETTINGS.replace(epochs=2, optimizer=SGD(momentum=0.9)))
            if event.step == 8:
                controls.set_settings(SETTINGS.replace(epochs=2, optimizer=SGD()))
    rmsprop = [("RMSProp", n, 1) for n in range(1, 5)]
    assert counts == [*rmsprop, *(("SGD", n, 1) for n in range(1, 5)), ("SGD", 1, 0), ("SGD", 2, 0)]


def test_what_was_remembered_of_a_network_of_another_size_is_not_used() -> None:
    network = make_network()
    state = TrainState(0, optimizer="RMSProp", optimizer_steps=7, slots=[np.ones(3, np.float32)])
    next(train(network, make_data(), SETTINGS, state))
    assert (state.optimizer_steps, [slot.shape for slot in state.slots]) == (1, [network.vector.shape])


def test_one_output_from_logits_says_yes_from_zero_on() -> None:
    network = Network([Dense(1)], (1,))
    network.vector[:] = [1, 0]
    x, y = np.array([[0.2], [-0.2], [3.0]], np.float32), np.array([1, 0, 0])
    accuracy = evaluate(network, x, y, BinaryCrossEntropy(from_logits=True))["accuracy"]
    assert accuracy == pytest.approx(2 / 3)
    settings = SETTINGS.replace(loss=BinaryCrossEntropy(from_logits=True), batch_size=3)
    first = next(train(network, TrainData(x, y, x[:0], y[:0]), settings))
    assert isinstance(first, BatchDone)
    assert first.accuracy == pytest.approx(2 / 3)


def test_nothing_can_be_judged_without_samples() -> None:
    data = make_data(20, 0)
    with pytest.raises(DataError, match="at least one sample to judge by, received none"):
        evaluate(make_network(), data.x_val, data.y_val, SETTINGS.loss)


def test_abandoned_generator_leaves_a_state_to_go_on_from() -> None:
    whole = make_network()
    for _ in train(whole, make_data(), SETTINGS):
        pass
    network, state = make_network(), TrainState(SETTINGS.seed)
    run = train(network, make_data(), SETTINGS, state)
    for _ in range(3):
        next(run)
    run.close()  # type: ignore[attr-defined]
    resumed = make_network(seed=99)
    resumed.vector[:] = network.vector
    for _ in train(resumed, make_data(), SETTINGS, state):
        pass
    np.testing.assert_array_equal(resumed.vector, whole.vector)


def test_leaving_after_the_last_batch_of_an_epoch_still_ends_the_epoch() -> None:
    whole_events = list(train(make_network(), make_data(), SETTINGS))
    network, state = make_network(), TrainState(SETTINGS.seed)
    run = train(network, make_data(), SETTINGS, state)
    for _ in range(5):
        next(run)
    run.close()  # type: ignore[attr-defined]
    assert (state.epoch, state.position) == (0, 70)
    ended = next(train(network, make_data(), SETTINGS, state))
    assert isinstance(ended, EpochDone)
    assert ended.val_loss == whole_events[5].val_loss  # type: ignore[union-attr]


def test_nothing_is_left_to_do_after_the_last_epoch() -> None:
    state = TrainState(0, epoch=3)
    network = make_network()
    before = network.vector.copy()
    assert list(train(network, make_data(), SETTINGS, state)) == [Finished(0, 3, "completed")]
    np.testing.assert_array_equal(network.vector, before)


def in_thread(run: Iterator[Event]) -> tuple[threading.Thread, list[Event], threading.Semaphore]:
    events: list[Event] = []
    arrived = threading.Semaphore(0)

    def work() -> None:
        for event in run:
            events.append(event)
            if isinstance(event, Paused | Snapshot):
                arrived.release()

    thread = threading.Thread(target=work, daemon=True)  # a test that fails meanwhile must end, too
    thread.start()
    return thread, events, arrived


def test_pause_step_snapshot_resume() -> None:
    network, controls = make_network(), Controls()
    controls.pause()
    thread, events, arrived = in_thread(train(network, make_data(), SETTINGS, controls=controls))
    arrived.acquire()
    assert events == [Paused(0)]
    controls.step_once()
    arrived.acquire()
    assert [type(e) for e in events] == [Paused, BatchDone, Paused]
    controls.request_snapshot()
    arrived.acquire()
    snapshot = events[-1]
    assert isinstance(snapshot, Snapshot)
    np.testing.assert_array_equal(snapshot.kept, network.kept)
    assert snapshot.kept is not network.kept
    assert snapshot.state.step == 1
    controls.resume()
    thread.join()
    assert events[4] == Resumed(1)
    assert events[-1] == Finished(15, 3, "completed")
    assert snapshot.state.step == 1  # a copy, not the running state


def test_going_on_and_pausing_before_it_is_noticed_is_told() -> None:
    controls = Controls()
    controls.pause()
    thread, events, arrived = in_thread(train(make_network(), make_data(), SETTINGS, controls=controls))
    arrived.acquire()
    with controls._condition:  # the training sleeps until both are done
        controls.resume()
        controls.pause()
    arrived.acquire()
    controls.stop()
    thread.join()
    assert events == [Paused(0), Resumed(0), Paused(0), Finished(0, 0, "stopped")]


def test_stop_while_paused() -> None:
    controls = Controls()
    controls.pause()
    thread, events, arrived = in_thread(train(make_network(), make_data(), SETTINGS, controls=controls))
    arrived.acquire()
    controls.stop()
    thread.join()
    assert events == [Paused(0), Finished(0, 0, "stopped")]


def test_snapshot_is_fit_for_going_on() -> None:
    whole = make_network()
    controls = Controls()
    controls.request_snapshot()
    run = train(whole, make_data(), SETTINGS, controls=controls)
    for event in run:
        if isinstance(event, BatchDone) and event.step == 6:
            controls.request_snapshot()
        if isinstance(event, Snapshot):
            taken = event
    assert taken.step == 6
    resumed = make_network(seed=3)
    resumed.vector[:] = taken.kept
    for _ in train(resumed, make_data(), SETTINGS, taken.state):
        pass
    np.testing.assert_array_equal(resumed.vector, whole.vector)


def test_settings_change_at_the_next_batch() -> None:
    network, controls = make_network(), Controls()
    seen: list[tuple[int, int, int]] = []
    state = TrainState(0)
    for event in train(network, make_data(), SETTINGS, state, controls):
        if not isinstance(event, BatchDone):
            continue
        seen.append((event.epoch, event.batch, event.n_samples))
        if event.step == 2:
            controls.set_settings(
                SETTINGS.replace(batch_size=10, epochs=1, optimizer=SGD(lr=0.5), loss=BinaryCrossEntropy())
            )
    assert seen == [(1, 1, 16), (1, 2, 16), (1, 5, 10), (1, 6, 10), (1, 7, 10), (1, 7, 8)]
    assert state.optimizer == "SGD"
    assert state.slots == []


def test_an_optimizer_chosen_meanwhile_takes_the_next_step() -> None:
    network, controls = make_network(), Controls()
    run = train(network, make_data(), SETTINGS, controls=controls)
    next(run)
    before = network.vector.copy()
    controls.set_settings(SETTINGS.replace(optimizer=SGD(lr=1e-30)))
    next(run)
    np.testing.assert_allclose(network.vector, before, rtol=0, atol=1e-20)


def test_fewer_epochs_than_done_completes_at_once() -> None:
    controls = Controls()
    events: list[Event] = []
    for event in train(make_network(), make_data(), SETTINGS, controls=controls):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 2:
            controls.set_settings(SETTINGS.replace(epochs=1))
    assert events[-1] == Finished(10, 2, "completed")


def test_learning_rate_zero_point_something_is_used() -> None:
    network = Network([Dense(1, activation=Sigmoid())], (2,))
    data = TrainData(np.ones((4, 2), np.float32), np.ones(4), np.zeros((0, 2), np.float32), np.zeros(0))
    before = network.vector.copy()
    settings = TrainSettings(epochs=1, batch_size=4, optimizer=SGD(lr=0.5), loss=BinaryCrossEntropy())
    for _ in train(network, data, settings):
        pass
    np.testing.assert_allclose(network.vector, before - 0.5 * network_gradient(before), rtol=1e-5)


def network_gradient(vector: np.ndarray) -> np.ndarray:
    """Return the gradient of -log sigmoid(w1 + w2 + b) for inputs of one: the same p - 1 for each."""
    p = 1 / (1 + np.exp(-vector.sum()))
    return np.full(3, p - 1)


def test_divergence_is_told_with_layer_and_step_and_stops() -> None:
    network = make_network()
    settings = SETTINGS.replace(optimizer=SGD(lr=1e38))
    *_, diverged, finished = train(network, make_data(), settings)
    assert isinstance(diverged, Diverged)
    assert finished == Finished(diverged.step - 1, 0, "diverged")
    assert "in dense_2 at step 3 (epoch 1)" in diverged.message
    assert "lower the learning rate (now 1e+38)" in diverged.message


def test_loss_that_alone_is_infinite_names_no_layer() -> None:
    network = Network([Dense(2, activation=Softmax())], (1,))
    network.vector[:] = 0
    network.vector[-2:] = -30, 30
    data = TrainData(np.ones((1, 1), np.float32), np.array([[3e38, 0]]), np.zeros((0, 1)), np.zeros((0, 2)))
    settings = TrainSettings(optimizer=SGD())
    *_, diverged, _ = train(network, data, settings)
    assert isinstance(diverged, Diverged)
    assert "infinite in the loss at step 1 " in diverged.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: TrainData(d.x[:0], d.y[:0], d.x_val, d.y_val), "at least one training sample"),
        (lambda d: TrainData(d.x, d.y[:-1], d.x_val, d.y_val), "70 samples and 69 targets"),
        (lambda d: TrainData(d.x, d.y + 5, d.x_val, d.y_val), "whole numbers from 0 to 1"),
    ],
)
def test_bad_data_is_refused(change, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=said):
        next(train(make_network(), change(make_data()), SETTINGS))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_sample_that_is_not_finite_is_named(value: float) -> None:
    data = make_data()
    data.x[7, 0, 1, 2] = value
    with pytest.raises(DataError, match="in sample 7"):
        next(train(make_network(), data, SETTINGS))


def test_network_that_ends_with_an_image_is_refused() -> None:
    with pytest.raises(DataError, match="end it with Flatten and Dense"):
        next(train(Network([Convolution(1, 2)], (1, 4, 4)), make_data(), SETTINGS))


def test_streams_are_independent_and_can_be_put_back() -> None:
    assert sorted(streams.order(3, 0, 50)) == list(range(50))
    assert not np.array_equal(streams.order(3, 0, 50), streams.order(3, 1, 50))
    draws = [streams.noise(1).random(), streams.split(1).random(), streams.initialisation(1, 0).random()]
    assert len(set(draws)) == 3
    stream = streams.noise(1)
    stream.random(3, dtype=np.float32)
    state = streams.state_of(stream)
    expected = stream.random(5, dtype=np.float32)
    other = streams.noise(2)
    streams.restore(other, state)
    np.testing.assert_array_equal(other.random(5, dtype=np.float32), expected)


def test_settings_defaults() -> None:
    assert TrainSettings().loss == SoftmaxCategoricalCrossEntropy()
    assert TrainSettings() == TrainSettings(20, 32, RMSProp(), SoftmaxCategoricalCrossEntropy(), 0)


@pytest.mark.parametrize("layers", [[Dense(2)], [Dense(2, activation=ReLU())], [Dense(2), ActivationLayer(Tanh())]])
def test_sums_are_not_taken_for_probabilities(layers: list[Layer]) -> None:
    with pytest.raises(ConfigError, match=r"which compares probabilities.*from_logits"):
        next(train(Network([Flatten(), *layers], (1, 4, 4)), make_data(), SETTINGS))
    logits = SETTINGS.replace(loss=SoftmaxCategoricalCrossEntropy(from_logits=True))
    next(train(Network([Flatten(), *layers], (1, 4, 4)), make_data(), logits))


def test_another_loss_leaves_out_the_metrics_that_cannot_judge_it() -> None:
    numbers = TrainSettings(loss=MeanSquaredError(), metrics=(R2(), F1()))
    assert numbers.changed("loss", SoftmaxCategoricalCrossEntropy()).metrics == (F1(),)
    assert numbers.changed("loss", MeanAbsoluteError()).metrics == (R2(), F1())
    assert numbers.changed("epochs", 3) == numbers.replace(epochs=3)
