"""Weights of samples and classes: as scikit-learn makes them, and what they do to loss, gradient and training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_sample_weight

from slugstudio.engine.activation import Activation, Noop, Sigmoid, Softmax, Tanh
from slugstudio.engine.controls import Controls
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.errors import DataError
from slugstudio.engine.events import BatchDone, EpochDone, Event
from slugstudio.engine.layers import Convolution, Dense, Flatten
from slugstudio.engine.loss import BinaryCrossEntropy, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, evaluate, train
from slugstudio.engine.weighting import checked_weights, class_weights, labels_of
from tests.engine.gradients import numerical, relative_error

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype(np.float32)
Y = (X[:, 0] > 0.8).astype(np.int64)  # the second class is rare
WEIGHTS = RNG.integers(0, 4, 60).astype(np.float64)
SETTINGS = TrainSettings(epochs=3, batch_size=16, optimizer=SGD(lr=0.5))


def network(seed: int = 0) -> Network:
    return Network([Dense(5, activation=Tanh()), Dense(2, activation=Softmax())], (4,), seed=seed)


def data(weights: np.ndarray | None = None) -> TrainData:
    return TrainData(X, Y, X[:20], Y[:20], weights)


def trained(settings: TrainSettings, weights: np.ndarray | None = None) -> tuple[Network, list[Event]]:
    net = network()
    return net, list(train(net, data(weights), settings))


# What samples weigh


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=40))
def test_balanced_weights_are_scikit_learns(labels: list[str]) -> None:
    np.testing.assert_allclose(class_weights(labels, "balanced"), compute_sample_weight("balanced", labels))


def test_given_weights_are_scikit_learns_and_others_weigh_1() -> None:
    labels, given = np.array([3, 1, 1, 7]), {1: 2.5, 7: 0}
    assert class_weights(labels, given).tolist() == [1, 2.5, 2.5, 0]
    assert class_weights([7, 1], {1: 2, 3: 5, 7: 4}).tolist() == [4, 2]
    np.testing.assert_array_equal(class_weights(labels, given), compute_sample_weight(given, labels))


def test_weights_of_samples_and_classes_multiply_and_balance_what_the_classes_weigh() -> None:
    labels, besides = ["a", "a", "b", "c"], [1, 3, 2, 0]
    assert class_weights(labels, {"a": 2}, besides).tolist() == [2, 6, 2, 0]
    balanced = class_weights(labels, "balanced", besides)
    assert balanced.sum() == pytest.approx(6)
    assert balanced[:2].sum() == pytest.approx(balanced[2]) == pytest.approx(3)
    assert balanced[3] == 0
    repeated = class_weights(np.repeat(labels, besides), "balanced")
    np.testing.assert_allclose(balanced[:3], repeated[[0, 1, 4]] * besides[:3])


def test_the_class_of_each_target() -> None:
    assert labels_of(np.eye(3)[[2, 0]]).tolist() == [2, 0]
    assert labels_of(np.array([[1.0], [0]])).tolist() == [1, 0]
    assert labels_of(np.zeros((0, 3))).shape == (0,)


@pytest.mark.parametrize("targets", [[[0.5], [1]], [[1, 1], [0, 1]], [[0, 0]], [[0.5, 0.5]], [[2, -1]]])
def test_targets_that_are_no_classes_cannot_be_balanced(targets: list[list[float]]) -> None:
    with pytest.raises(DataError, match="switch the balance of classes off"):
        labels_of(np.array(targets, float))


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 2], r"one weight for each of the 3 samples, received the shape \(2,\)"),
        ([[1], [2], [3]], r"received the shape \(3, 1\)"),
        ([1, -2, 3], "finite numbers from 0, received -2 to 3"),
        ([1, np.nan, 3], "finite numbers from 0, received nan"),
        ([1, np.inf, 3], "finite numbers from 0, received 1 to inf"),
        ([0, 0, 0], "a weight above zero"),
        (["a", "b", "c"], "expected weights as an array of numbers"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: list[object], said: str) -> None:
    with pytest.raises(DataError, match=said):
        checked_weights(weights, 3, np.dtype(np.float64))
    with pytest.raises(DataError, match=said):
        class_weights([1, 2, 3], "balanced", weights)
    weighed = TrainData(np.ones((3, 1)), np.ones(3), np.ones((0, 1)), np.ones(0), np.array(weights))
    with pytest.raises(DataError, match=said):
        next(train(Network([Dense(1)], (1,)), weighed, TrainSettings(loss=MeanSquaredError())))
    with pytest.raises(DataError, match=said):
        Model(layers=[Dense(1)]).fit(np.ones((3, 1)), np.ones(3), sample_weight=weights)


@pytest.mark.parametrize(
    ("labels", "weights", "said"),
    [
        ([1, 2], {1: 2.0, 3: 1.0}, r"classes \[1, 2\], received one of 3 and none of 2"),
        ([1, 2], "even", "or 'balanced', received 'even'"),
        ([1, 2], {1: "x"}, "weights of classes as an array of numbers"),
        ([1, 2], {1: -1}, "finite numbers from 0"),
        ([[1], [2]], "balanced", r"labels of shape \(n,\), received \(2, 1\)"),
    ],
)
def test_class_weights_that_cannot_be_are_refused(labels: object, weights: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        class_weights(labels, weights)


# What they do


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        (Softmax(), SoftmaxCategoricalCrossEntropy()),
        (Softmax(), SoftmaxCategoricalCrossEntropy(label_smoothing=0.2)),
        (Sigmoid(), SoftmaxCategoricalCrossEntropy()),
        (Sigmoid(), BinaryCrossEntropy()),
        (Noop(), BinaryCrossEntropy(from_logits=True)),
        (Tanh(), MeanSquaredError()),
    ],
    ids=repr,
)
def test_the_gradient_is_that_of_the_weighted_loss_fused_or_not(activation: Activation, loss: Loss) -> None:
    layers = [Convolution(2, 2, activation=Tanh()), Flatten(), Dense(3, activation=activation)]
    net = Network(layers, (1, 3, 3), dtype=np.float64)
    x, weights = RNG.normal(size=(20, 1, 3, 3)), RNG.random(20)
    targets = loss.encode(RNG.integers(0, 3, 20), 3, net.dtype)
    value, _ = net.loss_and_gradients(x, targets, loss, weights)
    gradient = net.gradient_vector.copy()

    def weighted() -> float:
        outputs = net.predict(x)
        each = [loss.forward(outputs[i : i + 1], targets[i : i + 1]) for i in range(20)]
        return float(np.mean(weights * each))

    assert value == pytest.approx(weighted(), rel=1e-12)
    assert relative_error(gradient, numerical(weighted, net.vector)) < 1e-6
    net.loss_and_gradients(x, targets, loss, np.ones(20))
    ones = net.gradient_vector.copy()
    net.loss_and_gradients(x, targets, loss)
    np.testing.assert_array_equal(net.gradient_vector, ones)


def test_a_whole_weight_counts_as_much_as_so_many_samples() -> None:
    net, loss = Network([Dense(2, activation=Softmax())], (4,), dtype=np.float64), SoftmaxCategoricalCrossEntropy()
    x, targets, times = X.astype(np.float64), np.eye(2)[Y], WEIGHTS.astype(int)
    value, _ = net.loss_and_gradients(x, targets, loss, WEIGHTS)
    gradient = net.gradient_vector * len(x)
    again, _ = net.loss_and_gradients(x.repeat(times, axis=0), targets.repeat(times, axis=0), loss)
    np.testing.assert_allclose(gradient, net.gradient_vector * times.sum(), rtol=1e-12)
    assert value * len(x) == pytest.approx(again * times.sum(), rel=1e-12)


def test_weights_go_with_their_samples_and_ones_are_the_same_as_none() -> None:
    plain, _ = trained(SETTINGS)
    ones, _ = trained(SETTINGS, np.ones(60))
    np.testing.assert_allclose(ones.vector, plain.vector, rtol=1e-4, atol=1e-6)
    # Samples of no weight may be anything.
    other = data(WEIGHTS)
    spoilt = TrainData(np.where(WEIGHTS[:, None] > 0, X, 9), Y, other.x_val, other.y_val, WEIGHTS)
    first, second = network(), network()
    list(train(first, other, SETTINGS))
    list(train(second, spoilt, SETTINGS))
    np.testing.assert_array_equal(first.vector, second.vector)
    assert not np.array_equal(first.vector, plain.vector)


def test_the_training_loss_is_weighted_and_all_else_counts_every_sample_alike() -> None:
    settings = SETTINGS.replace(epochs=1, batch_size=60)
    start = network()
    targets = np.eye(2, dtype=np.float32)[Y]
    each = settings.loss.of_each(start.predict(X), targets)
    accuracy = evaluate(start, X, Y, settings.loss)["accuracy"]
    net, (batch, epoch, _) = trained(settings, WEIGHTS)
    assert isinstance(batch, BatchDone)
    assert isinstance(epoch, EpochDone)
    assert batch.loss == epoch.loss == pytest.approx((WEIGHTS * each).mean(), rel=1e-6)
    assert batch.accuracy == accuracy
    judged = evaluate(net, X[:20], Y[:20], settings.loss)
    assert judged == {"loss": epoch.val_loss, "accuracy": epoch.val_accuracy}


def test_balanced_classes_are_the_same_as_their_weights() -> None:
    balanced, _ = trained(SETTINGS.replace(class_balance=True))
    weighted, _ = trained(SETTINGS, class_weights(Y, "balanced"))
    np.testing.assert_array_equal(balanced.vector, weighted.vector)
    both, _ = trained(SETTINGS.replace(class_balance=True), WEIGHTS)
    product, _ = trained(SETTINGS, class_weights(Y, "balanced", WEIGHTS))
    np.testing.assert_array_equal(both.vector, product.vector)


def test_a_rare_class_is_found_more_often_when_classes_are_balanced() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 2)).astype(np.float32)
    y = (x[:, 0] + rng.normal(scale=1.5, size=400) > 2.5).astype(np.int64)
    assert 0.05 < y.mean() < 0.15
    found = {}
    for balance in (False, True):
        net = Network([Dense(2, activation=Softmax())], (2,))
        list(train(net, TrainData(x, y, x[:0], y[:0]), SETTINGS.replace(epochs=30, class_balance=balance)))
        found[balance] = (net.predict(x).argmax(axis=1) == 1)[y == 1].mean()
    assert found[False] < 0.3 < 0.6 < found[True]


def test_balance_is_switched_on_at_the_next_batch_and_a_state_goes_on_with_the_same_bits() -> None:
    balanced = SETTINGS.replace(class_balance=True)
    whole, controls, state = network(), Controls(), TrainState(0)
    for event in train(whole, data(), SETTINGS, state, controls):
        if isinstance(event, BatchDone) and event.step == 5:
            before, at = whole.vector.copy(), state.copy()
            controls.set_settings(balanced)
    resumed = network(seed=9)
    resumed.vector[:] = before
    list(train(resumed, data(), balanced, at))
    np.testing.assert_array_equal(resumed.vector, whole.vector)
    unbalanced, _ = trained(SETTINGS)
    assert not np.array_equal(unbalanced.vector, whole.vector)


@pytest.mark.parametrize("validated", [True, False])
def test_early_stopping_begins_anew_where_the_loss_that_it_watches_counts_samples_differently(validated: bool) -> None:
    settings = SETTINGS.replace(epochs=4, optimizer=SGD(lr=1e-9), early_stopping=EarlyStopping(), class_balance=True)
    n_val, state, controls = 20 if validated else 0, TrainState(0), Controls()
    best = []
    for event in train(network(), TrainData(X, Y, X[:n_val], Y[:n_val]), settings, state, controls):
        if isinstance(event, EpochDone):
            best.append(state.best.loss if state.best else None)
            if event.epoch == 2:
                controls.set_settings(settings.replace(class_balance=False))
    # The training loss is higher then: without a new beginning, that of the first epochs would stay the best.
    assert (best[3] == pytest.approx(best[0], rel=1e-6)) is validated
    assert validated or best[3] > best[0] + 0.01


def test_numbers_cannot_be_balanced_in_training() -> None:
    net, settings = Network([Dense(1)], (4,)), SETTINGS.replace(loss=MeanSquaredError(), class_balance=True)
    with pytest.raises(DataError, match="switch the balance of classes off"):
        next(train(net, TrainData(X, X[:, :1], X[:0], X[:0, :1]), settings))


def test_a_model_takes_weights_of_all_its_samples() -> None:
    def fitted(weights: np.ndarray | None, x: np.ndarray) -> np.ndarray:
        model = Model(0.5, 5, layers=[Dense(1, activation=Sigmoid())], validation_split=0.25, progress=False)
        model.fit(x, Y, sample_weight=weights)
        return model.transform(X)

    np.testing.assert_array_equal(fitted(None, X), fitted(np.ones(60), X))
    spoilt = np.where(WEIGHTS[:, None] > 0, X, 9)
    np.testing.assert_array_equal(fitted(WEIGHTS, X), fitted(WEIGHTS, spoilt))
    assert not np.array_equal(fitted(None, X), fitted(WEIGHTS, X))
