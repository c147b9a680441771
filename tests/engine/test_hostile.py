"""Values that do harm: each case of the table in docs/engine.md that no other test has. Warnings are errors here."""

from __future__ import annotations

import math

import numpy as np
import pytest

from slugstudio.engine.activation import Activation, ReLU, Softmax
from slugstudio.engine.constraints import MaxNorm
from slugstudio.engine.controls import Controls
from slugstudio.engine.declaration import Shape, fields
from slugstudio.engine.divergence import broken_place
from slugstudio.engine.errors import ConfigError, DataError, ShapeError
from slugstudio.engine.events import BatchDone, Diverged, EpochDone, Event, Finished
from slugstudio.engine.initializations import Initializer, Normal, Uniform
from slugstudio.engine.layers import BatchNormalization, Dense, Layer, LayerNormalization
from slugstudio.engine.loss import Huber, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.loss import base as loss_base
from slugstudio.engine.model import Model
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, AdaGrad, Adam, AdamW, Nadam, Optimizer, RMSProp
from slugstudio.engine.penalties import L2
from slugstudio.engine.train import TrainData, TrainSettings, TrainState, evaluate, train

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)
DATA = TrainData(X, Y, X[:10], Y[:10])
LOSSES = [kind() for kind in Loss.kinds.values()]


def network(*layers: Layer) -> Network:
    return Network([*(layers or [Dense(8, activation=ReLU())]), Dense(2, activation=Softmax())], (4,))


def numbers(x: np.ndarray) -> TrainData:
    """Return data whose targets are numbers."""
    return TrainData(x, x[:, :2], x[:0], x[:0, :2])


def ended(events: list[Event]) -> tuple[str, int]:
    """Return what the divergence at the end of a training says, and at which step."""
    *_, diverged, finished = events
    assert isinstance(diverged, Diverged)
    assert isinstance(finished, Finished)
    assert finished.reason == "diverged"
    return diverged.message, diverged.step


# What enters


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 3e38])
@pytest.mark.parametrize("shape", [(4,), (2, 6, 6), (24,)])
@pytest.mark.parametrize("kind", Layer.kinds.values(), ids=lambda kind: kind.__name__)
def test_no_layer_warns_of_what_enters_it(kind: type[Layer], shape: Shape, value: float) -> None:
    try:
        net = Network([kind.example()], shape)
    except ShapeError:
        return
    x = np.full((3, *shape), value, np.float32)
    outputs = net.forward(x, train=True)
    assert net.backward(np.full_like(outputs, value)).shape == x.shape
    assert net.predict(x).shape == outputs.shape
    assert len(net.activations(x)) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 3e38])
@pytest.mark.parametrize("kind", Activation.kinds.values(), ids=lambda kind: kind.__name__)
def test_no_activation_warns_of_what_enters_it(kind: type[Activation], value: float) -> None:
    net = Network([Dense(3, activation=kind())], (2,))
    outputs = net.forward(np.full((3, 2), value), train=True)
    net.backward(np.full_like(outputs, value))
    assert np.isnan(outputs).all() or not math.isnan(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e300])
def test_samples_to_judge_by_that_are_not_finite_are_named(value: float) -> None:
    x = X.astype(np.float64)
    x[7, 2] = value
    with pytest.raises(DataError, match="received NaN, infinity or too large a number in sample 7; leave it out"):
        evaluate(network(), x, Y, SoftmaxCategoricalCrossEntropy())
    with pytest.raises(DataError, match="in sample 7"):
        next(train(network(), TrainData(X, Y, x, Y), TrainSettings()))
    model = Model(layers=[Dense(1)], progress=False)
    with pytest.raises(DataError, match="in sample 7"):
        model.evaluate(x, Y)


@pytest.mark.parametrize("part", ["x", "x_val"])
def test_samples_of_another_shape_are_refused_before_the_first_step(part: str) -> None:
    data = TrainData(**{"x": X, "y": Y, "x_val": X, "y_val": Y, part: X[:, :3]})
    with pytest.raises(DataError, match=r"samples of shape \(n, 4\), received \(50, 3\)"):
        next(train(network(), data, TrainSettings()))


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.kind)
def test_nothing_can_be_judged_or_learned_from_no_sample(loss: Loss) -> None:
    none = np.zeros((0, 2), np.float32)
    with pytest.raises(DataError, match="at least one sample to judge by, received none"):
        loss.forward(none, none)
    assert loss.of_each(none, none).shape == (0,)
    assert loss.backward(none, none).shape == loss.gradient_to_sums(none, none).shape == (0, 2)
    with pytest.raises(DataError, match="at least one sample to learn from, received none"):
        network().loss_and_gradients(X[:0], none, loss)


# Too small, too large


def test_a_last_batch_too_small_for_batch_normalisation_is_told_before_the_first_step() -> None:
    net = network(Dense(3), BatchNormalization())
    before = net.kept.copy()
    with pytest.raises(DataError, match=r"batch_normalization_1 expected batches of 2 .* leave 1 to the last one"):
        next(train(net, DATA, TrainSettings(batch_size=49)))
    with pytest.raises(DataError, match="leave 1 to the last one"):
        next(train(net, DATA, TrainSettings(batch_size=1)))
    np.testing.assert_array_equal(net.kept, before)
    for batch_size in (50, 48, 25, 1000):
        assert isinstance(next(train(net, DATA, TrainSettings(batch_size=batch_size))), BatchDone)


@pytest.mark.parametrize(("after", "batch_size"), [(4, 49), (3, 19)])  # 19 leaves 1 of the 20 left, and 12 of 50
def test_a_batch_size_chosen_meanwhile_is_looked_at_too(after: int, batch_size: int) -> None:
    net, controls, settings = network(Dense(3), BatchNormalization()), Controls(), TrainSettings(batch_size=10)
    run = train(net, DATA, settings, controls=controls)
    assert [type(next(run)) for _ in range(after)] == [BatchDone] * after
    controls.set_settings(settings.replace(batch_size=batch_size))
    with pytest.raises(DataError, match="leave 1 to the last one"):
        next(run)


def test_a_million_classes_are_learned() -> None:
    net = Network([Dense(1_000_000, activation=Softmax())], (2,))
    x, y = X[:6, :2], np.array([0, 999_999, 5, 5, 1, 2])
    *_, epoch, _ = train(net, TrainData(x, y, x[:2], y[:2]), TrainSettings(1, 3, SGD(lr=1.0)))
    assert isinstance(epoch, EpochDone)
    assert epoch.loss == pytest.approx(math.log(1e6), rel=0.05)
    assert epoch.val_loss is not None
    assert epoch.val_loss < epoch.loss


def test_labels_that_take_too_much_memory_as_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Network([Dense(1_000_000, activation=Softmax())], (1,))
    with pytest.raises(DataError, match=r"at most 2 GiB, received 600 samples of 1,000,000 classes, .* 2\.2 GiB"):
        next(train(net, TrainData(np.zeros((600, 1)), np.zeros(600), X[:0, :1], Y[:0]), TrainSettings()))
    monkeypatch.setattr(loss_base, "MOST_TARGET_BYTES", 2**30)
    with pytest.raises(DataError, match="at most 1 GiB"):
        LOSSES[0].encode(np.zeros(2**18 + 1), 1024, np.dtype(np.float32))


def test_weights_that_do_not_fit_into_memory_are_told() -> None:
    with pytest.raises(ConfigError, match=r"received 1,000,001,000,000 numbers, which take 3,725\.3 GiB; make the"):
        Network([Dense(1_000_000)], (1_000_000,))


# Equal values, and what keeps divisions finite


@pytest.mark.parametrize("layer", [BatchNormalization(epsilon=1e-30), LayerNormalization(1e-30)], ids=repr)
def test_the_smallest_epsilon_bears_equal_values(layer: Layer) -> None:
    net = Network([layer], (4,))
    assert not net.forward(np.full((3, 4), 2.0), train=True).any()


@pytest.mark.parametrize("kind", [kind for kind in Optimizer.kinds.values() if hasattr(kind(), "epsilon")])
def test_the_smallest_epsilon_bears_an_input_that_is_always_zero(kind: type[Optimizer]) -> None:
    x = X * [1, 0, 1, 1]
    optimizer = kind(epsilon=1e-30)  # type: ignore[call-arg]
    events = list(train(network(), TrainData(x, Y, x[:0], Y[:0]), TrainSettings(epochs=3, optimizer=optimizer)))
    assert events[-1] == Finished(6, 3, "completed")


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if hasattr(loss, "epsilon")], ids=lambda loss: loss.kind)
def test_the_smallest_epsilon_bears_certain_and_wrong(loss: Loss) -> None:
    p, y = np.array([[0.0, 1.0]], np.float32), np.array([[1.0, 0.0]], np.float32)
    least = loss.replace(epsilon=1e-30)
    assert 60 < least.forward(p, y) < 70 * 2
    assert np.isfinite(least.backward(p, y)).all()


@pytest.mark.parametrize(
    "declared", [*Optimizer.kinds.values(), *Loss.kinds.values(), BatchNormalization, LayerNormalization]
)
def test_an_epsilon_that_float32_would_take_for_zero_is_refused(declared: type) -> None:
    if any(field.name == "epsilon" for field in fields(declared)):
        with pytest.raises(ConfigError, match="from 1e-30"):
            declared(epsilon=1e-46)


@pytest.mark.parametrize("init", [Uniform(1e6), Normal(1e6)], ids=repr)
def test_first_values_of_the_greatest_scale_are_finite(init: Initializer) -> None:
    net = network(Dense(3, init=init))
    assert np.isfinite(net.vector).all()
    with pytest.raises(ConfigError):
        init.replace(scale=1e308)


# Numbers that run away


@pytest.mark.parametrize("rate", [1e38, 1e300, math.inf])
@pytest.mark.parametrize("kind", Optimizer.kinds.values(), ids=lambda kind: kind.__name__)
def test_a_huge_learning_rate_is_told_with_layer_and_step(kind: type[Optimizer], rate: float) -> None:
    net = network()
    message, step = ended(list(train(net, DATA, TrainSettings(optimizer=kind(lr=rate)))))
    assert step == 2
    assert "in dense_" in message or "of dense_" in message
    assert f"at step 2 (epoch 1): lower the learning rate (now {rate:g})" in message


@pytest.mark.parametrize("clip", [1e-300, 1e300, math.inf])
def test_any_clip_can_be_used(clip: float) -> None:
    for optimizer in (SGD(lr=0.1, clip=clip), SGD(lr=0.1, clip_norm=clip)):
        assert list(train(network(), DATA, TrainSettings(1, optimizer=optimizer)))[-1].reason == "completed"  # type: ignore[union-attr]


def test_weights_that_become_infinite_in_the_very_last_step_are_told() -> None:
    net, state = network(), TrainState(0)
    settings = TrainSettings(1, 50, SGD(lr=1e300))
    events = list(train(net, DATA, settings, state))
    message, step = ended(events)
    assert [type(event) for event in events] == [BatchDone, Diverged, Finished]
    assert (step, state.epoch) == (1, 0)
    assert "Numbers became infinite in the weights of dense_1 at step 1 (epoch 1): lower the learning rate" in message
    assert [type(event) for event in train(net, DATA, settings, state)] == [Diverged, Finished]  # and again


def test_what_a_relu_hides_is_told_at_the_end_of_the_epoch() -> None:
    net, x = network(), np.abs(X)
    net.parameters["dense_1/weight"][0, 0] = -math.inf
    message, step = ended(list(train(net, TrainData(x, Y, x[:0], Y[:0]), TrainSettings(2, 10, SGD(lr=1e-3)))))
    assert step == 5
    assert "in the weights of dense_1 at step 5" in message


def test_running_statistics_that_become_infinite_are_told() -> None:
    x = X * np.float32(1e30)
    message, _ = ended(list(train(network(BatchNormalization()), TrainData(x, Y, x[:0], Y[:0]), TrainSettings(1, 25))))
    assert "in the running statistics of batch_normalization_1 at step 2" in message


@pytest.mark.parametrize("optimizer", [RMSProp(), AdaGrad(), Adam(), AdamW(), Nadam()], ids=lambda kind: kind.kind)
def test_an_optimizer_that_can_move_nothing_any_more_is_told(optimizer: Optimizer) -> None:
    # The gradients are finite, their squares are not: divided by these, no step would go anywhere.
    settings = TrainSettings(1, loss=MeanSquaredError(), optimizer=optimizer)
    events = list(train(Network([Dense(2)], (4,)), numbers(X * np.float32(1e12)), settings))
    assert "in the optimizer's memory of dense_1" in ended(events)[0]


def test_a_loss_that_alone_becomes_infinite_is_told_as_such() -> None:
    data, settings = numbers(X * np.float32(1e25)), TrainSettings(loss=MeanSquaredError(), optimizer=SGD(lr=1e-60))
    message, _ = ended(list(train(Network([Dense(2)], (4,)), data, settings)))
    assert "in the loss at step 1" in message


def test_a_penalty_that_runs_away_is_told() -> None:
    net = network(Dense(3, penalty=L2(1e6)))
    message, _ = ended(list(train(net, DATA, TrainSettings(optimizer=SGD(lr=1.0)))))
    assert "lower the learning rate" in message


@pytest.mark.parametrize("limit", [1e-300, 1e300])
def test_any_limit_of_a_norm_can_be_used(limit: float) -> None:
    net = network(Dense(3, constraint=MaxNorm(limit)))
    assert list(train(net, DATA, TrainSettings(1)))[-1] == Finished(2, 1, "completed")


@pytest.mark.parametrize("delta", [1e-300, 1e300, math.inf])
def test_any_distance_of_huber_can_be_used(delta: float) -> None:
    settings = TrainSettings(1, loss=Huber(delta), optimizer=SGD(lr=0.01))
    assert list(train(Network([Dense(2)], (4,)), numbers(X), settings))[-1] == Finished(2, 1, "completed")


def test_a_validation_loss_that_alone_is_infinite_ends_nothing() -> None:
    net, far = Network([Dense(2)], (4,)), np.full((3, 4), 1e30, np.float32)
    data = TrainData(X, X[:, :2], far, far[:, :2])
    *_, epoch, finished = train(net, data, TrainSettings(1, loss=MeanSquaredError(), optimizer=SGD(lr=0.01)))
    assert isinstance(epoch, EpochDone)
    assert (epoch.val_loss, finished) == (math.inf, Finished(2, 1, "completed"))
    assert math.isfinite(epoch.loss)


def test_large_numbers_whose_sum_is_infinite_are_no_divergence() -> None:
    net = network()
    net.vector[:] = 3e38
    assert broken_place(net, [net.vector]) == ""
    net.parameters["dense_2/bias"][1] = math.nan
    assert broken_place(net, []) == "the weights of dense_2"
    net.vector[:] = 0
    slot = np.zeros_like(net.vector)
    net.views(slot)["dense_1/bias"][0] = -math.inf
    assert broken_place(net, [np.zeros_like(slot), slot]) == "the optimizer's memory of dense_1"
