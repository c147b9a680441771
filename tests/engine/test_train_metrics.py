"""Metrics in a training: what an epoch tells, and what a state remembers of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from slugstudio.engine.activation import Noop, Sigmoid, Softmax, Tanh
from slugstudio.engine.controls import Controls
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.events import BatchDone, EpochDone, Event
from slugstudio.engine.layers import Dense, Dropout
from slugstudio.engine.loss import BinaryCrossEntropy, Hinge, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.metrics import F1, MAE, R2, RMSE, Accuracy, Metric, Precision, Recall, TopKAccuracy
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, train

ALL = (Accuracy(), TopKAccuracy(2), Precision(), Recall(), F1(), MAE(), RMSE(), R2())
OF_CLASSES = tuple(metric for metric in ALL if metric.judges == "classes")


def make_data(n: int = 70, n_val: int = 20, n_classes: int = 3) -> TrainData:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n + n_val, 4)).astype(np.float32)
    y = np.digitize(x[:, 0], np.linspace(-1, 1, n_classes + 1)[1:-1])
    return TrainData(x[:n], y[:n], x[n:], y[n:])


def make_network(n_outputs: int = 3, last: type[Softmax | Sigmoid | Noop] = Softmax) -> Network:
    return Network([Dense(6, activation=Tanh()), Dropout(0.2), Dense(n_outputs, activation=last())], (4,), seed=0)


def settings(metrics: Sequence[Metric] = ALL, **changes: object) -> TrainSettings:
    made = TrainSettings(epochs=3, batch_size=16, optimizer=SGD(lr=0.1), loss=MeanSquaredError(), metrics=metrics)
    return made.replace(**changes)


def epochs(events: Sequence[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def without_seconds(events: Sequence[EpochDone]) -> list[dict[str, object]]:
    return [{name: value for name, value in vars(event).items() if name != "seconds"} for event in events]


def test_an_epoch_tells_each_chosen_metric_of_training_and_validation() -> None:
    network, data = make_network(), make_data()
    for event in epochs(list(train(network, data, settings(epochs=1)))):
        assert list(event.metrics) == list(event.val_metrics) == [metric.name for metric in ALL]
        assert event.metrics["accuracy"] == event.accuracy
        judged = evaluate(network, data.x_val, data.y_val, MeanSquaredError(), ALL)
        assert judged == {"loss": event.val_loss, **event.val_metrics}


def test_without_validation_samples_only_training_is_judged() -> None:
    data = make_data()
    (event,) = epochs(
        list(train(make_network(), TrainData(data.x, data.y, data.x[:0], data.y[:0]), settings(epochs=1)))
    )
    assert list(event.metrics) == [metric.name for metric in ALL]
    assert event.val_metrics == {}


def test_accuracy_alone_is_what_is_told_if_nothing_is_chosen_and_needs_no_sums_of_its_own() -> None:
    assert TrainSettings().metrics == (Accuracy(),)
    state = TrainState(0)
    for event in train(make_network(), make_data(), TrainSettings(epochs=1), state):
        assert state.metric_sums == {}
        if isinstance(event, EpochDone):
            assert event.metrics == {"accuracy": event.accuracy}
            assert event.val_metrics == {"accuracy": event.val_accuracy}


def test_no_metric_at_all_leaves_loss_and_accuracy() -> None:
    for event in epochs(list(train(make_network(), make_data(), settings(())))):
        assert (event.metrics, event.val_metrics) == ({}, {})
        assert 0 <= event.accuracy <= 1


STEADY = SGD(lr=1e-30)
"""Keeps the parameters as they are, so that all batches see the same network."""


@pytest.mark.parametrize("loss", [MeanSquaredError(), SoftmaxCategoricalCrossEntropy()])
def test_the_metrics_of_an_epoch_are_those_of_all_its_samples_together(loss: Loss) -> None:
    data = make_data()
    metrics = ALL if loss.learns == "numbers" else OF_CLASSES
    network = Network([Dense(3, activation=Softmax())], (4,), seed=0)
    (event,) = epochs(list(train(network, data, settings(metrics, epochs=1, loss=loss, optimizer=STEADY))))
    expected = evaluate(network, data.x, data.y, loss, metrics)
    assert event.loss == pytest.approx(expected.pop("loss"))
    assert event.metrics == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("loss", "last"),
    [(BinaryCrossEntropy(from_logits=True), Noop), (BinaryCrossEntropy(), Sigmoid), (Hinge(), Noop)],
)
def test_of_one_output_yes_begins_at_the_threshold_of_the_loss(loss: Loss, last: type[Sigmoid | Noop]) -> None:
    data = make_data(n_classes=2)
    network = Network([Dense(1, activation=last())], (4,), seed=0)
    (event,) = epochs(list(train(network, data, settings((Recall(),), epochs=1, loss=loss, optimizer=STEADY))))
    answers = network.predict(data.x)[:, 0] >= loss.threshold
    assert 0 < answers[data.y == 1].mean() < 1
    assert event.metrics == {"recall": pytest.approx(answers[data.y == 1].mean())}


@pytest.mark.parametrize("stop_after", [1, 4, 5, 7])
def test_going_on_from_a_state_tells_the_metrics_of_the_uninterrupted_run(stop_after: int) -> None:
    whole = epochs(list(train(make_network(), make_data(), settings())))
    network, state, controls, seen = make_network(), TrainState(0), Controls(), []
    for event in train(network, make_data(), settings(), state, controls):
        seen.append(event)
        if isinstance(event, BatchDone) and event.step == stop_after:
            controls.stop()
    seen += train(network, make_data(), settings(), state.copy())
    assert without_seconds(epochs(seen)) == without_seconds(whole)


def test_a_snapshot_keeps_its_sums_while_training_goes_on() -> None:
    state, network = TrainState(0), make_network()
    run = train(network, make_data(), settings(), state)
    next(run)
    before = state.copy()
    kept = {key: sums.tobytes() for key, sums in before.metric_sums.items()}
    next(run)
    assert kept
    assert {key: sums.tobytes() for key, sums in before.metric_sums.items()} == kept
    assert {key: sums.tobytes() for key, sums in state.metric_sums.items()} != kept


def change(after: TrainSettings, at_step: int) -> list[EpochDone]:
    controls, seen = Controls(), []
    for event in train(make_network(), make_data(), settings((F1(),), epochs=2), TrainState(0), controls):
        seen.append(event)
        if isinstance(event, BatchDone) and event.step == at_step:
            controls.set_settings(after)
    return epochs(seen)


def test_a_metric_chosen_in_the_middle_of_an_epoch_tells_of_the_rest_of_it() -> None:
    first, second = change(settings((MAE(), F1()), epochs=2), at_step=2)
    assert list(first.metrics) == list(second.metrics) == ["mae", "f1"]
    whole, _ = epochs(list(train(make_network(), make_data(), settings((MAE(), F1()), epochs=2))))
    assert first.metrics["f1"] == whole.metrics["f1"]
    assert first.metrics["mae"] != whole.metrics["mae"]


def test_a_metric_chosen_after_the_last_batch_tells_of_the_next_epoch() -> None:
    state, network, data = TrainState(0), make_network(), make_data()
    for event in train(network, data, settings((), epochs=2), state):
        if isinstance(event, BatchDone) and event.step == 5:
            break
    first, second = epochs(list(train(network, data, settings((MAE(),), epochs=2), state)))
    assert (list(first.metrics), list(first.val_metrics)) == ([], ["mae"])
    assert list(second.metrics) == ["mae"]


def test_a_metric_left_out_in_the_middle_of_an_epoch_is_forgotten() -> None:
    first, _ = change(settings((Accuracy(),), epochs=2), at_step=2)
    assert list(first.metrics) == ["accuracy"]


def test_sums_of_a_network_with_other_outputs_begin_anew() -> None:
    state, data = TrainState(0), make_data(n_classes=2)
    for event in train(make_network(3), data, settings((Recall(),)), state):
        if isinstance(event, BatchDone) and event.step == 2:
            break
    assert state.metric_sums["classes"].shape == (3, 3)
    events = epochs(list(train(make_network(2), data, settings((Recall(),)), state)))
    assert all(0 <= event.metrics["recall"] <= 1 for event in events)


def test_outputs_beyond_all_bounds_are_told_without_a_warning() -> None:
    def wild(x: Array) -> Array:
        return np.full((len(x), 1), np.inf, np.float32)

    network, data = Network([Dense(1)], (4,), seed=0), make_data(n_classes=2)
    network.predict = wild  # type: ignore[method-assign]
    judged = evaluate(network, data.x, data.y, MeanSquaredError(), (MAE(), RMSE(), R2()))
    assert judged == {"loss": np.inf, "mae": np.inf, "rmse": np.inf, "r2": -np.inf}


@pytest.mark.parametrize("loss", [SoftmaxCategoricalCrossEntropy(), BinaryCrossEntropy(), Hinge()])
def test_numbers_cannot_be_judged_where_classes_are_learned(loss: Loss) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainSettings(loss=loss, metrics=[Accuracy(), RMSE()])
    assert caught.value.field == "metrics"
    assert caught.value.reason == (
        f"RMSE judges numbers, but {loss.label} learns classes; take RMSE out, or choose a loss that learns numbers, "
        f"such as mean squared error."
    )


def test_each_metric_is_told_once() -> None:
    with pytest.raises(ConfigError, match="expected each metric once, received Top-3 accuracy twice; take one out"):
        TrainSettings(metrics=[TopKAccuracy(3), TopKAccuracy(5), TopKAccuracy(3)])
