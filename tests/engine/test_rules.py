"""Penalties and constraints: alone, by hand, and in the layers that have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from slugstudio.engine.activation import Softmax, Tanh
from slugstudio.engine.constraints import Constraint, MaxNorm, NonNegative
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.events import BatchDone, EpochDone
from slugstudio.engine.layers import Convolution, Dense, Flatten, Layer, Residual, TransposedConvolution
from slugstudio.engine.layers.base import Arrays, Mode
from slugstudio.engine.loss import BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.penalties import L1, L1L2, L2, Penalty
from slugstudio.engine.rules import Rule
from slugstudio.engine.train import TrainData, TrainSettings, train
from tests.engine.gradients import numerical, relative_error

STACK = [
    Convolution(2, 3, activation=Tanh(), penalty=L1(0.03)),
    TransposedConvolution(3, 2, activation=Tanh(), penalty=L2(0.2), constraint=MaxNorm(0.7)),
    Flatten(),
    Dense(2, activation=Softmax(), penalty=L1L2(0.01, 0.1), constraint=NonNegative()),
]
PENALISED = (STACK[0], STACK[1], STACK[3])
SHAPE = (1, 5, 5)


def data(n: int) -> TrainData:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(n, *SHAPE)), rng.integers(0, 2, n)
    return TrainData(x, y, x[:7], y[:7])


@pytest.mark.parametrize("penalty", [*(kind() for kind in Penalty.kinds.values()), L1L2(0.3, 0.7)], ids=repr)
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 2, 2)])
def test_the_gradient_of_a_penalty_agrees_with_central_differences(penalty: Penalty, shape: Shape) -> None:
    weight = np.random.default_rng(0).normal(size=shape)
    expected = numerical(lambda: penalty.forward(weight), weight)
    assert relative_error(penalty.backward(weight), expected) < 1e-6
    assert penalty.backward(weight.astype(np.float32)).dtype == np.float32
    assert penalty.formula


def test_penalties_by_hand() -> None:
    weight = np.array([[3.0, -4.0], [0.0, 1.0]])
    assert L1(0.5).forward(weight) == 4
    assert L1(0.5).backward(weight).tolist() == [[0.5, -0.5], [0, 0.5]]
    assert L2(0.5).forward(weight) == 6.5
    assert L2(0.5).backward(weight).tolist() == [[1.5, -2], [0, 0.5]]
    assert L1L2(0.5, 0.5).forward(weight) == 10.5


@pytest.mark.parametrize("unit_axis", [0, 1, 3])
def test_max_norm_shortens_the_units_that_are_too_long_and_leaves_the_others(unit_axis: int) -> None:
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(4, 3, 2, 5)).astype(np.float32)
    units = np.moveaxis(weight, unit_axis, 0).reshape(weight.shape[unit_axis], -1)
    lengths = np.linalg.norm(units, axis=1)
    limit = float(np.median(lengths))
    held = weight.copy()
    MaxNorm(limit).apply(held, unit_axis)
    found = np.moveaxis(held, unit_axis, 0).reshape(units.shape)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.minimum(lengths, limit), rtol=1e-6)
    np.testing.assert_array_equal(found[lengths <= limit], units[lengths <= limit])
    np.testing.assert_allclose(found / np.linalg.norm(found, axis=1)[:, None], units / lengths[:, None], rtol=1e-5)


def test_max_norm_of_weights_whose_squares_are_too_large_for_float32() -> None:
    weight = np.array([[3e30, 0], [4e30, 0]], np.float32)
    MaxNorm(5).apply(weight, 1)
    np.testing.assert_allclose(weight, [[3, 0], [4, 0]], rtol=1e-6)


def test_non_negative_by_hand() -> None:
    weight = np.array([[-1.0, 2], [0, -0.0]])
    NonNegative().apply(weight, 1)
    assert weight.tolist() == [[0, 2], [0, 0]]


@pytest.mark.parametrize("n", [3, 40])  # 40 samples of convolutions go in several shares
def test_the_training_loss_and_its_gradient_include_the_penalties(n: int) -> None:
    network = Network(STACK, SHAPE, dtype=np.float64)
    loss, given = SoftmaxCategoricalCrossEntropy(), data(n)
    targets = loss.encode(given.y, 2, network.dtype)

    def total() -> float:
        weights = [array for name, array in network.parameters.items() if name.endswith("weight")]
        penalties = [layer.penalty.forward(weight) for layer, weight in zip(PENALISED, weights, strict=True)]
        return loss.forward(network.predict(given.x), targets) + sum(penalties)

    value, _ = network.loss_and_gradients(given.x, targets, loss)
    gradient = network.gradient_vector.copy()
    assert value == pytest.approx(total(), rel=1e-12)
    assert relative_error(gradient, numerical(total, network.vector)) < 1e-6


def test_a_bias_costs_nothing_and_is_free() -> None:
    network = Network([Dense(3, penalty=L2(1), constraint=MaxNorm(1))], (2,))
    network.parameters["dense_1/weight"][...] = 0
    network.parameters["dense_1/bias"][...] = -9
    assert network.rules.penalty() == 0
    network.rules.constrain()
    assert network.parameters["dense_1/bias"].tolist() == [-9, -9, -9]


def longest(network: Network, layer: Layer, axes: tuple[int, ...]) -> float:
    """Return the length of the weights into the unit of a layer where it is greatest."""
    (name,) = [name for name, own in zip(network.names, network.layers, strict=True) if own is layer]
    return float(np.sqrt(np.square(network.parameters[f"{name}/weight"]).sum(axis=axes).max()))


@pytest.mark.parametrize(
    ("make", "axes"),
    [
        (lambda rule: Convolution(4, 3, constraint=rule), (1, 2, 3)),
        (lambda rule: TransposedConvolution(4, 3, constraint=rule), (0, 2, 3)),
        (lambda rule: Dense(4, constraint=rule), (0,)),
    ],
)
def test_constraints_hold_after_each_step_for_the_weights_into_each_unit(
    make: Callable[[Constraint], Layer], axes: tuple[int, ...]
) -> None:
    layer = make(MaxNorm(0.3))
    before, after = ([Flatten()], []) if isinstance(layer, Dense) else ([], [Flatten()])
    network = Network([*before, layer, *after, Dense(2, activation=Softmax())], SHAPE)
    assert longest(network, layer, axes) > 0.5
    settings = TrainSettings(epochs=2, batch_size=8, optimizer=SGD(lr=0.5))
    run = train(network, data(24), settings)
    np.testing.assert_allclose([longest(network, layer, axes) for event in run if isinstance(event, BatchDone)], 0.3)


def test_both_told_losses_include_the_penalties() -> None:
    network, given = Network(STACK, SHAPE), data(20)
    free = Network([layer.replace(penalty=None) if hasattr(layer, "penalty") else layer for layer in STACK], SHAPE)
    free.vector[:] = network.vector
    loss = SoftmaxCategoricalCrossEntropy()
    cost = network.rules.penalty()
    assert cost > 0.1
    assert free.rules.penalty() == 0
    assert evaluate(network, given.x, given.y, loss)["loss"] == evaluate(free, given.x, given.y, loss)["loss"] + cost
    *_, epoch, _ = train(network, given, TrainSettings(epochs=1, batch_size=20))
    assert isinstance(epoch, EpochDone)
    assert epoch.loss == pytest.approx(evaluate(free, given.x, given.y, loss)["loss"] + cost, rel=1e-5)
    assert evaluate(network, given.x_val, given.y_val, loss) == {"loss": epoch.val_loss, "accuracy": epoch.val_accuracy}


def test_weights_without_use_vanish_by_l1_and_shrink_by_l2() -> None:
    x = np.random.default_rng(0).normal(size=(200, 5))
    y = (x[:, :1] > 0).astype(float)
    shares = {}
    for penalty in (None, L1(0.05), L2(0.05)):
        network = Network([Dense(1, penalty=penalty)], (5,))
        settings = TrainSettings(
            epochs=40, optimizer=SGD(lr=0.1, decay=0.01), loss=BinaryCrossEntropy(from_logits=True)
        )
        list(train(network, TrainData(x, y, x[:0], y[:0]), settings))
        sizes = np.abs(network.parameters["dense_1/weight"][:, 0])
        shares[penalty] = (sizes[0], sizes[1:].max())
    assert shares[L1(0.05)][1] < 0.02 < 0.1 < shares[None][1]
    assert shares[L2(0.05)][0] < 0.8 * shares[None][0]
    assert shares[L1(0.05)][0] > 0.5


@dataclass(frozen=True)
class Holder(Layer, abstract=True):
    """Holds a Dense, as a block of layers does, and passes on its rules under its names."""

    inner: Dense = Dense(3)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {f"inner/{key}": shape for key, shape in self.inner.parameter_shapes(input_shape).items()}

    def output_shape(self, input_shape: Shape) -> Shape:
        return self.inner.output_shape(input_shape)

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        return {f"inner/{key}": array for key, array in self.inner.initialise(input_shape, rng).items()}

    def rules(self) -> dict[str, Rule]:
        return {f"inner/{key}": rule for key, rule in self.inner.rules().items()}

    def forward(self, x: np.ndarray, params: Arrays, mode: Mode) -> tuple[np.ndarray, np.ndarray]:
        return self.inner.forward(x, {key.removeprefix("inner/"): array for key, array in params.items()}, mode)

    def backward(self, grad: np.ndarray, cache: np.ndarray, params: Arrays) -> np.ndarray:
        return self.inner.backward(grad, cache, {key.removeprefix("inner/"): array for key, array in params.items()})


def test_a_layer_that_holds_layers_passes_their_rules_on() -> None:
    network = Network([Holder(Dense(3, penalty=L2(2), constraint=MaxNorm(1)))], (4,), names=["block"])
    weight = network.parameters["block/inner/weight"]
    weight[...] = 1
    assert network.rules.penalty() == 12
    network.rules.constrain()
    np.testing.assert_allclose(weight, 0.5)
    assert network.parameters["block/inner/bias"].tolist() == [0, 0, 0]


def test_a_residual_holds_its_layers_to_their_rules() -> None:
    inside = (Dense(4, penalty=L2(2), constraint=MaxNorm(1)), Dense(4, penalty=L1(3)))
    network = Network([Residual(inside)], (4,), dtype=np.float64)
    first, second = (array for name, array in network.parameters.items() if name.endswith("weight"))
    first[...], second[...] = 1, -2
    assert network.rules.penalty() == 16 + 96
    network.rules.constrain()
    np.testing.assert_allclose(first, 0.5)
    x, loss = np.random.default_rng(0).normal(size=(3, 4)), BinaryCrossEntropy(from_logits=True)
    value, _ = network.loss_and_gradients(x, np.ones((3, 4)), loss)
    gradient = network.gradient_vector.copy()

    def total() -> float:
        return loss.forward(network.predict(x), np.ones((3, 4))) + network.rules.penalty()

    assert value == pytest.approx(total(), rel=1e-12)
    assert relative_error(gradient, numerical(total, network.vector)) < 1e-6


def test_a_stack_without_rules_has_nothing_to_do() -> None:
    network = Network([Dense(3), Dense(2)], (4,))
    assert (network.rules.penalised, network.rules.constrained) == ([], [])


def test_cards_tell_of_them() -> None:
    assert Dense(3, penalty=L2(), constraint=MaxNorm()).details() == "3 units · L2 · Max norm"
    assert Convolution(1, 3, penalty=L1L2()).details() == "1 kernel 3×3 · stride 1 · ReLU · L1 and L2"
    assert TransposedConvolution(1, 3, constraint=NonNegative()).details().endswith("ReLU · Non-negative")


@pytest.mark.parametrize(
    "make",
    [
        lambda: L1(-1),
        lambda: L2(float("inf")),
        lambda: MaxNorm(0),
        lambda: MaxNorm(float("inf")),
        lambda: Dense(2, penalty=0.1),  # type: ignore[arg-type]
    ],
)
def test_strengths_that_make_no_sense_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigError):
        make()
