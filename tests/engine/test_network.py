from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slugstudio.engine.activation import Noop, ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ConfigError, DataError, ShapeError
from slugstudio.engine.layers import (
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPooling,
    MeanPooling,
)
from slugstudio.engine.loss import BinaryCrossEntropy, Hinge, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from tests.engine.gradients import numerical, relative_error

CNN = [
    Convolution(3, 3, activation=Tanh()),
    MaxPooling(2),
    Convolution(2, (2, 1), activation=Tanh()),
    MeanPooling((1, 2)),
    Flatten(),
    Dense(5, activation=Tanh()),
    Dropout(0.2),
    Dense(4, activation=Softmax()),
]


@st.composite
def stacks(draw: st.DrawFn) -> tuple[list[Layer], Shape]:
    """Draw a stack of up to seven layers that fits an image."""
    shape: Shape = (draw(st.integers(1, 2)), draw(st.integers(4, 8)), draw(st.integers(4, 8)))
    start = shape
    smooth = st.sampled_from([Tanh(), Sigmoid(), Noop(), Softmax()])
    layers: list[Layer] = []
    for _ in range(draw(st.integers(0, 3))):
        size = (draw(st.integers(1, min(3, shape[1]))), draw(st.integers(1, min(3, shape[2]))))
        layer = draw(
            st.sampled_from(
                [
                    Convolution(draw(st.integers(1, 3)), size, draw(st.integers(1, 2)), activation=draw(smooth)),
                    MeanPooling(size),
                    MaxPooling(size),
                    Dropout(0.3),
                ]
            )
        )
        layers.append(layer)
        shape = layer.output_shape(shape)
    layers.append(Flatten())
    layers += [Dense(draw(st.integers(1, 4)), activation=draw(smooth)) for _ in range(draw(st.integers(1, 3)))]
    return layers, start


@settings(deadline=None, max_examples=25)
@given(stacks(), st.integers(0, 1000))
def test_random_stacks_have_the_right_gradients(stack: tuple[list[Layer], Shape], seed: int) -> None:
    layers, shape = stack
    rng = np.random.default_rng(seed)
    network = Network(layers, shape, seed=seed, dtype=np.float64)
    network.vector[:] = rng.normal(scale=0.5, size=network.n_parameters)
    x = rng.normal(size=(2, *shape))
    g = rng.normal(size=(2, *network.output_shape))
    network.forward(x)
    dx = network.backward(g)
    gradient = network.gradient_vector.copy()
    f = lambda: float((network.predict(x) * g).sum())  # noqa: E731
    # Deep saturated stacks have tiny gradients; then the differences' own rounding, about 1e-10, is what remains.
    for found, expected in ((gradient, numerical(f, network.vector)), (dx, numerical(f, x))):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6 * max(1e-2, np.abs(expected).max()))


@pytest.mark.parametrize(
    ("activation", "loss", "k"),
    [
        (Softmax(), SoftmaxCategoricalCrossEntropy(), 4),
        (Sigmoid(), BinaryCrossEntropy(), 4),
        (Sigmoid(), BinaryCrossEntropy(), 1),
        (Sigmoid(), SoftmaxCategoricalCrossEntropy(), 4),
        (Softmax(), BinaryCrossEntropy(), 4),
        (Noop(), SoftmaxCategoricalCrossEntropy(from_logits=True), 4),
        (Softmax(), SoftmaxCategoricalCrossEntropy(from_logits=True, label_smoothing=0.1), 4),
        (Softmax(), SoftmaxCategoricalCrossEntropy(label_smoothing=0.1), 4),
        (Noop(), BinaryCrossEntropy(from_logits=True), 1),
        (Noop(), MeanSquaredError(), 3),
        (Tanh(), Hinge(), 3),
    ],
)
def test_training_gradient_is_that_of_the_loss_fused_or_not(activation, loss, k) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(0)
    network = Network([Dense(6, activation=Tanh()), Dense(k, activation=activation)], (5,), dtype=np.float64)
    x, y = rng.normal(size=(7, 5)), loss.encode(rng.integers(0, max(k, 2), 7), k, network.dtype)
    value, outputs = network.loss_and_gradients(x, y, loss)
    gradient = network.gradient_vector.copy()
    assert value == pytest.approx(loss.forward(outputs, y), rel=1e-12)
    expected = numerical(lambda: loss.forward(network.predict(x), y), network.vector)
    assert relative_error(gradient, expected) < 1e-6


def test_parameters_are_views_of_one_vector() -> None:
    network = Network(CNN, (2, 9, 9))
    assert [*network.parameters] == [
        f"{name}/{key}"
        for name in ("convolution_1", "convolution_2", "dense_1", "dense_2")
        for key in ("weight", "bias")
    ]
    assert sum(p.size for p in network.parameters.values()) == network.vector.size == network.n_parameters
    network.vector[:] = 7
    assert all((p == 7).all() for p in network.parameters.values())
    network.gradient_vector[:] = 3
    assert all((g == 3).all() for g in network.gradients.values())
    assert network.gradients.keys() == network.parameters.keys()
    assert network.output_shape == (4,)
    assert network.buffers == {}
    assert network.kept.size == network.vector.size


def test_views_name_the_parts_of_any_vector() -> None:
    network = Network(CNN, (2, 9, 9))
    views = network.views(network.vector.copy())
    assert views.keys() == network.parameters.keys()
    for name, part in network.parameters.items():
        np.testing.assert_array_equal(views[name], part)


def test_what_a_network_keeps_is_its_vector_and_its_buffers() -> None:
    layers = [Dense(3), BatchNormalization(), Dense(2), BatchNormalization()]
    network = Network(layers, (4,))
    assert {name: array.shape for name, array in network.buffers.items()} == {
        "batch_normalization_1/running_mean": (3,),
        "batch_normalization_1/running_variance": (3,),
        "batch_normalization_2/running_mean": (2,),
        "batch_normalization_2/running_variance": (2,),
    }
    first = network.kept.copy()
    network.forward(np.random.default_rng(0).normal(size=(5, 4)), train=True)
    np.testing.assert_array_equal(network.kept[: network.n_parameters], network.vector)
    np.testing.assert_array_equal(network.vector, first[: network.n_parameters])
    views = network.views(network.kept.copy())
    kept = network.parameters | network.buffers
    assert views.keys() == kept.keys()
    assert all((views[name] == kept[name]).all() for name in kept)
    assert network.views(network.vector).keys() == network.parameters.keys()
    copy = Network(layers, (4,), seed=1)
    copy.kept[:] = network.kept
    x = np.ones((2, 4))
    np.testing.assert_array_equal(copy.predict(x), network.predict(x))
    network.initialise()
    np.testing.assert_array_equal(network.kept, first)


@pytest.mark.parametrize("layers", [CNN, [MeanPooling(2), *CNN], [Flatten(), Dropout(0.0)]], ids=len)
def test_training_gradients_need_no_gradient_to_the_input(layers: list[Layer]) -> None:
    rng = np.random.default_rng(0)
    network = Network(layers, (2, 20, 20), dtype=np.float64)
    loss, x = BinaryCrossEntropy(), rng.normal(size=(3, 2, 20, 20))
    targets = rng.random((3, *network.output_shape))
    before = network.noise.bit_generator.state
    _, outputs = network.loss_and_gradients(x, targets, loss)
    gradient = network.gradient_vector.copy()
    network.noise.bit_generator.state = before
    network.forward(x, train=True)
    network.backward(loss.backward(outputs, targets))
    np.testing.assert_allclose(network.gradient_vector, gradient, rtol=1e-12, atol=1e-15)


def test_same_seed_same_weights_other_seed_others() -> None:
    first, same, other = (Network(CNN, (2, 9, 9), seed=s) for s in (5, 5, 6))
    np.testing.assert_array_equal(first.vector, same.vector)
    assert not np.array_equal(first.vector, other.vector)
    start = first.vector.copy()
    first.vector[:] = 0
    first.initialise()
    np.testing.assert_array_equal(first.vector, start)


def test_forward_and_backward_return_fresh_arrays() -> None:
    network = Network([Flatten()], (2, 2))
    x = np.ones((1, 2, 2), np.float32)
    y = network.forward(x)
    y[:] = 9
    dx = network.backward(y)
    dx[:] = 8
    assert (x == 1).all()
    assert (y == 9).all()


def test_predict_in_chunks_equals_forward_and_keeps_caches() -> None:
    rng = np.random.default_rng(0)
    network = Network([Dense(3, activation=ReLU())], (4,), dtype=np.float64)
    x = rng.normal(size=(2500, 4))
    network.forward(x[:5])
    np.testing.assert_allclose(network.predict(x), network.forward(x), rtol=1e-12)
    network.forward(x[:5])
    network.predict(x)
    assert network.backward(np.ones((5, 3))).shape == (5, 4)
    assert network.predict(x[:0]).shape == (0, 3)


def test_activations_are_what_leaves_each_layer() -> None:
    network = Network(CNN, (2, 9, 9))
    x = np.random.default_rng(0).normal(size=(3, 2, 9, 9)).astype(np.float32)
    found = network.activations(x)
    assert [name for name, _ in found] == list(network.names)
    assert [a.shape[1:] for _, a in found] == [s.output_shape for s in network.summary()]
    np.testing.assert_array_equal(found[-1][1], network.predict(x))


def test_float32_follows_float64() -> None:
    single, double = Network(CNN, (2, 9, 9)), Network(CNN, (2, 9, 9), dtype=np.float64)
    x = np.random.default_rng(1).normal(size=(6, 2, 9, 9))
    np.testing.assert_allclose(single.predict(x), double.predict(x), rtol=1e-4, atol=1e-6)


def test_shape_error_names_layer_and_position() -> None:
    with pytest.raises(ShapeError) as caught:
        Network([Flatten(), Dense(4), MaxPooling(2)], (1, 8, 8), names=["flat", "hidden", "shrink"])
    assert (caught.value.layer, caught.value.position) == ("shrink", 3)
    assert str(caught.value).startswith("shrink (layer 3): Max pooling needs an image")


def test_inshape_that_contradicts_the_data_is_an_error() -> None:
    with pytest.raises(ShapeError, match="inshape is 784, but 64 arrives"):
        Network([Dense(4, inshape=784)], (64,))
    assert Network([Dense(4, inshape=64)], (64,)).output_shape == (4,)


@pytest.mark.parametrize("names", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_names_must_be_one_each_and_unique(names: list[str]) -> None:
    with pytest.raises(ConfigError, match="one unique name a layer"):
        Network([Flatten(), Dense(2)], (1, 2, 2), names=names)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Network([], (3,)), "at least one layer"),
        (lambda: Network([Dense], (3,)), r"the class Dense itself \(write Dense\(\)\)"),  # type: ignore[list-item]
        (lambda: Network([Dense(2)], (0,)), "input_shape: expected a size of 1 or more"),
        (lambda: Network([Dense(2)], "ab"), "input_shape"),  # type: ignore[arg-type]
        (lambda: Network([Dense(2)], (3,), dtype=np.int32), "float32 or float64, received int32"),
    ],
)
def test_what_no_network_can_be_made_of_is_told(make: Callable[[], Network], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        make()


def test_numbers_that_become_infinite_give_no_warning() -> None:
    network = Network([Dense(2, activation=Tanh()), Dense(2, activation=Softmax())], (3,))
    network.vector[:] = 3e38
    outputs = network.forward(np.full((1, 3), 3.0))
    assert np.isnan(outputs).all()
    assert network.backward(np.full((1, 2), 3e38)).shape == (1, 3)
    np.testing.assert_array_equal(network.predict(np.full((1, 3), 3.0)), outputs)


def test_empty_batch_goes_through() -> None:
    network = Network(CNN, (2, 9, 9))
    assert network.forward(np.zeros((0, 2, 9, 9))).shape == (0, 4)
    assert network.backward(np.zeros((0, 4))).shape == (0, 2, 9, 9)
    assert not network.gradient_vector.any()


@pytest.mark.parametrize("x", [np.zeros((2, 5)), np.zeros(4), np.zeros((2, 4, 1)), 3.0])
def test_samples_of_another_shape_are_refused(x: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"samples of shape \(n, 4\)"):
        Network([Dense(2)], (4,)).forward(x)


def test_backward_before_forward_or_of_another_shape_is_refused() -> None:
    network = Network([Dense(2)], (4,))
    with pytest.raises(ShapeError, match="a forward pass before"):
        network.backward(np.zeros((1, 2)))
    network.forward(np.zeros((3, 4)))
    with pytest.raises(ShapeError, match=r"of shape \(3, 2\), received a gradient of shape \(1, 2\)"):
        network.backward(np.zeros((1, 2)))


def test_first_layer_with_infinite_numbers_is_found() -> None:
    network = Network([Dense(3), Dense(2)], (4,))
    x = np.ones((1, 4), np.float32)
    assert network.first_non_finite(x) == ""
    network.parameters["dense_2/weight"][0, 0] = np.nan
    assert network.first_non_finite(x) == "dense_2"


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_copy_is_whole_and_shares_nothing(duplicate: Callable[[Network], Network]) -> None:
    network = Network([Dense(3), BatchNormalization(), Dropout(0.5)], (4,), seed=3)
    x = np.random.default_rng(0).normal(size=(8, 4))
    network.forward(x, train=True)
    twin = duplicate(network)
    np.testing.assert_array_equal(twin.kept, network.kept)
    np.testing.assert_array_equal(twin.forward(x, train=True), network.forward(x, train=True))
    before = network.predict(x)
    twin.vector[:] = 0
    assert not twin.predict(x).any()
    np.testing.assert_array_equal(network.predict(x), before)


def test_only_layers_that_are_there_can_be_frozen() -> None:
    with pytest.raises(ConfigError, match="frozen: expected names of layers, received 'dense_9'"):
        Network([Dense(3)], (2,), frozen=["dense_9"])
