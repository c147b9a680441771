"""Residual beside what every layer goes through in `test_layers`: what lies inside, and the shapes of the sum."""

from __future__ import annotations

import numpy as np
import pytest

from slugstudio.engine import workers
from slugstudio.engine.activation import Noop, ReLU, Tanh
from slugstudio.engine.bound.program import SHARE
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPooling,
    MeanPooling,
    Reshape,
    Residual,
    TransposedConvolution,
)
from slugstudio.engine.layers.base import Mode
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.network import Network

KEEPS = Convolution(4, 3, padding="same")


def test_the_input_is_added_to_what_the_stack_makes_of_it() -> None:
    inner = (Dense(4, activation=Tanh()), Dense(3))
    block, stack = Network([Residual(inner)], (3,)), Network(inner, (3,))
    for name, array in stack.parameters.items():
        array[...] = block.parameters[f"residual_1/{name}"]
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(block.forward(x), np.maximum(stack.forward(x) + x, 0))


@pytest.mark.parametrize(
    ("stride", "input_shape", "output_shape"), [(1, (3, 4, 5), (8, 4, 5)), (2, (3, 7, 8), (8, 4, 4))]
)
def test_a_projection_brings_an_image_to_the_shape_of_the_stack(
    stride: int, input_shape: Shape, output_shape: Shape
) -> None:
    layer = Residual((Convolution(8, 3, stride, padding="same", bias=False),), Noop(), projection=True)
    network = Network([layer], input_shape)
    assert network.output_shape == output_shape
    network.parameters["residual_1/convolution_1/weight"][...] = 0
    weight = network.parameters["residual_1/projection/weight"]
    x = np.random.default_rng(1).normal(size=(2, *input_shape)).astype(np.float32)
    expected = np.einsum("oc,ncij->noij", weight[:, :, 0, 0], x[:, :, ::stride, ::stride])
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-5, atol=1e-6)


def test_arrays_are_called_by_the_layer_inside() -> None:
    inner = (Convolution(2, 3, padding="same", bias=False), Residual((BatchNormalization(),)), KEEPS)
    network = Network([Residual(inner, projection=True)], (2, 5, 5))
    assert [*network.parameters] == [
        "residual_1/convolution_1/weight",
        "residual_1/residual_1/batch_normalization_1/weight",
        "residual_1/residual_1/batch_normalization_1/bias",
        "residual_1/convolution_2/weight",
        "residual_1/convolution_2/bias",
        "residual_1/projection/weight",
    ]
    assert [*network.buffers] == [
        "residual_1/residual_1/batch_normalization_1/running_mean",
        "residual_1/residual_1/batch_normalization_1/running_variance",
    ]


def test_each_layer_inside_begins_from_a_stream_of_its_own() -> None:
    one, two = Dense(3), Dense(3)
    first = {n: a for n, a in Network([Residual((one,), projection=True)], (3,)).parameters.items() if "weight" in n}
    both = Network([Residual((one, two), projection=True)], (3,)).parameters
    for name, array in first.items():
        np.testing.assert_array_equal(array, both[name])
    weights = [array.tolist() for name, array in both.items() if name.endswith("weight")]
    assert weights[0] != weights[1] != weights[2] != weights[0]
    other = Network([Residual((one, two), projection=True)], (3,), seed=1).parameters
    assert not (other["residual_1/dense_1/weight"] == both["residual_1/dense_1/weight"]).any()


def test_running_statistics_inside_follow_training_only() -> None:
    network = Network([Residual((Residual((BatchNormalization(1.0),)),))], (2,), dtype=np.float64)
    mean, variance = network.buffers.values()
    x = np.array([[1.0, 10], [3, 20]])
    network.forward(x)
    assert mean.tolist() == [0, 0]
    network.forward(x, train=True)
    assert mean.tolist() == [2, 15]
    assert variance.tolist() == [2, 50]


def test_layers_inside_draw_from_the_noise_of_the_network() -> None:
    layers = [Residual((Dropout(0.5),), Noop())]
    x = np.ones((1, 1000), np.float32)
    np.testing.assert_array_equal(Network(layers, (1000,)).forward(x), 2 * x)
    y = Network(layers, (1000,), seed=3).forward(x, train=True)
    assert set(y[0].tolist()) == {1.0, 3.0}
    np.testing.assert_array_equal(y, Network(layers, (1000,), seed=3).forward(x, train=True))
    plain = Network([Dropout(0.5)], (1000,), seed=3).forward(x, train=True)
    np.testing.assert_array_equal(y, plain + 1)


def test_the_way_back_is_the_same_with_and_without_gradients_of_parameters() -> None:
    layer, rng = Residual((Dense(3, activation=Tanh()),), projection=True), np.random.default_rng(2)
    params = {name: rng.normal(size=shape) for name, shape in layer.parameter_shapes((3,)).items()}
    x, g = rng.normal(size=(2, 4, 3))
    _, cache = layer.forward(x, params, Mode(train=True, rng=rng))
    alone = layer.backward(g, cache, params)
    layer.parameter_gradients(g, cache, {name: np.empty_like(array) for name, array in params.items()})
    np.testing.assert_array_equal(layer.backward(g, cache, params), alone)
    np.testing.assert_array_equal(layer.backward(2 * g, cache, params), 2 * alone)


def test_another_gradient_after_the_same_forward_is_followed_anew() -> None:
    network = Network([Residual((Dense(3),), Noop())], (3,), dtype=np.float64)
    network.forward(np.ones((2, 3)))
    grad = np.ones((2, 3))
    once, gradients = network.backward(grad), network.gradient_vector.copy()
    grad *= 2
    np.testing.assert_array_equal(network.backward(grad), 2 * once)
    np.testing.assert_array_equal(network.gradient_vector, 2 * gradients)


def test_costs_and_needs_are_those_of_the_layers_inside() -> None:
    shape = (4, 5, 6)
    halved = Residual((KEEPS, MaxPooling(2, stride=2, padding="same"), Convolution(8, 1)), projection=True)
    costs = [KEEPS.multiply_adds(shape), 8 * 3 * 3 * 4, 8 * 3 * 3 * 4]
    assert halved.multiply_adds(shape) == sum(costs)
    assert Residual((Dense(3), BatchNormalization())).least_batch((3,)) == 2
    assert Residual((Dense(3),)).least_batch((3,)) == 1


@pytest.mark.parametrize(
    ("layers", "shared"),
    [((KEEPS, KEEPS), True), ((KEEPS, Residual((KEEPS,))), True), ((KEEPS, BatchNormalization(), KEEPS), False)],
)
def test_workers_share_the_samples_where_all_layers_inside_let_them(layers: tuple[Layer, ...], shared: bool) -> None:
    assert Residual(layers).each_alone is shared


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (
            Residual((Convolution(16, 3),)),
            (1, 8, 8),
            "its layers make 16 × 6 × 6, which cannot be added to its input of 1 × 8 × 8; let the layers inside end "
            'with 1 map and have padding "same" and stride 1.',
        ),
        (
            Residual((Convolution(16, 3, padding="same"),)),
            (2, 8, 8),
            "let the layers inside end with 2 maps, or switch its projection on.",
        ),
        (
            Residual((Convolution(2, 3, 2, padding="same"),)),
            (2, 8, 8),
            'let the layers inside have padding "same" and stride 1, or switch its projection on.',
        ),
        (
            Residual((Convolution(16, 3),), projection=True),
            (1, 8, 8),
            "its layers make 16 × 6 × 6, to which no projection brings its input of 1 × 8 × 8; let the layers inside "
            'have padding "same" and stride 1.',
        ),
        (
            Residual((TransposedConvolution(2, 2, 2),), projection=True),
            (2, 4, 4),
            "its layers make 2 × 8 × 8, to which no projection brings its input of 2 × 4 × 4",
        ),
        (
            Residual((Dense(2), Dense(3))),
            (4,),
            "its layers make 3, which cannot be added to its input of 4; end the layers inside with 4 units, or switch",
        ),
        (Residual((Dense(2),)), (1,), "with 1 unit, or"),
        (
            Residual((Flatten(),)),
            (2, 3, 3),
            "make 18, which cannot be added to its input of 2 × 3 × 3; let the layers inside keep the shape.",
        ),
        (
            Residual((Flatten(),), projection=True),
            (2, 3, 3),
            "its layers make 18, to which no projection brings its input of 2 × 3 × 3",
        ),
        (
            Residual((KEEPS, MaxPooling(9))),
            (4, 8, 8),
            "inside, max_pooling_1 (layer 2): Max pooling: block 9×9 does not fit its 8×8 input",
        ),
        (
            Residual((Residual((Dense(3),)),)),
            (1, 2, 2),
            "inside, residual_1 (layer 1): Residual: inside, dense_1 (layer 1): Dense needs a vector",
        ),
        (Residual((Dense(3, inshape=4),)), (3,), "inside, dense_1 (layer 1): inshape is 4, but 3 arrives"),
    ],
)
def test_what_cannot_be_added_is_told_with_both_shapes_and_what_to_do(layer: Layer, shape: Shape, said: str) -> None:
    with pytest.raises(ShapeError) as caught:
        Network([layer], shape)
    assert str(caught.value).startswith("residual_1 (layer 1): Residual: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "projected"),
    [((1, 28, 28), True), ((3, 8, 8), True), ((16, 2, 2), False), ((40, 1, 1), False), ((256, 4, 4), True),
     ((2,), True), ((64,), False), ((10_000,), True)],
)  # fmt: skip
def test_the_example_goes_after_any_image_or_vector(shape: Shape, projected: bool) -> None:
    layer = Residual.example_for(shape)
    assert layer.projection is projected
    assert layer.output_shape(shape)[1:] == shape[1:]
    assert 16 <= layer.output_shape(shape)[0] <= 64


def test_the_example_without_knowing_what_arrives_goes_after_images() -> None:
    assert Residual.example_for((2, 3)) == Residual.example()
    assert Residual.example().output_shape((5, 9, 8)) == (16, 9, 8)
    assert Dense.example_for((3,)) == Dense.example()


def test_the_card_says_in_short_what_is_inside() -> None:
    assert Residual((KEEPS, KEEPS)).details() == "2 × Convolution 3×3 · ReLU"
    mixed = Residual((TransposedConvolution(2, 2), BatchNormalization(), Dense(3)), Noop(), projection=True)
    assert mixed.details() == "Transposed convolution 2×2 · Batch normalisation · Dense · projection"
    assert Residual((KEEPS,), ReLU()).explain().startswith("Adds its input to what its layer makes of it")
    assert mixed.explain().startswith("Adds a projection of its input to what its 3 layers make of it")


BLOCKS: list[tuple[Residual, Shape]] = [
    (Residual((Dense(3, activation=Tanh()), Dense(4))), (4,)),
    (Residual((Dropout(0.0), Dense(4, activation=ReLU()), Dropout(0.3))), (4,)),
    (Residual((Dropout(0.0),), Tanh()), (4,)),
    (Residual((ActivationLayer(ReLU()), Dense(6)), Noop(), projection=True), (4,)),
    (Residual((Convolution(3, 3, padding="same"), Convolution(2, 3, padding="same", activation=Noop()))), (2, 4, 5)),
    (
        Residual((Convolution(4, 3, 2, padding="same"), BatchNormalization(), Residual((KEEPS,))), projection=True),
        (2, 5, 4),
    ),
    (Residual((MeanPooling(3, stride=1, padding="same"), Flatten(), Reshape((2, 3, 3))), Tanh()), (2, 3, 3)),
]


@pytest.mark.parametrize("n", [5, 40])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("block", "shape"), BLOCKS, ids=str)
def test_a_training_step_computes_what_the_reference_does(block: Residual, shape: Shape, first: bool, n: int) -> None:
    before = [] if first else [Dense(4) if len(shape) == 1 else Convolution(2, 3, padding="same")]
    network = Network([*before, block, Flatten(), Dense(2)], shape, dtype=np.float64)
    network.vector += np.random.default_rng(3).normal(size=network.n_parameters) * 0.1
    rng = np.random.default_rng(4)
    x, targets, loss = rng.normal(size=(n, *shape)), rng.normal(size=(n, 2)), MeanSquaredError()
    network.loss_and_gradients(x, targets, loss)  # so that the arrays are used again
    noise, kept = network.noise.bit_generator.state, network.kept.copy()
    value, outputs = network.loss_and_gradients(x, targets, loss)
    gradient, buffers = network.gradient_vector.copy(), network.kept[network.n_parameters :].copy()
    network.noise.bit_generator.state, network.kept[:] = noise, kept
    expected = network.forward(x, train=True)
    network.backward(loss.backward(expected, targets))
    np.testing.assert_allclose(outputs, expected, rtol=1e-12, atol=1e-14)
    assert value == pytest.approx(loss.forward(expected, targets))
    np.testing.assert_allclose(gradient, network.gradient_vector, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(buffers, network.kept[network.n_parameters :], rtol=1e-12)
    np.testing.assert_allclose(network.predict(x), network.forward(x), rtol=1e-12, atol=1e-14)


def test_bulk_inference_makes_room_for_what_is_wider_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.engine.network.CHUNK_BYTES", 8 * 40 * 7)  # seven samples of the widest layer
    network = Network([Residual((Residual((Dense(40), Dense(3))),))], (3,), dtype=np.float64)
    x = np.random.default_rng(6).normal(size=(20, 3))
    expected, seen, forward = network.forward(x), [], Dense.forward
    monkeypatch.setattr(Dense, "forward", lambda *given: seen.append(len(given[1])) or forward(*given))
    np.testing.assert_allclose(network.predict(x), expected, rtol=1e-12)
    assert sorted(seen) == [6, 6, 7, 7, 7, 7]


def test_one_worker_gives_the_same_bits_as_two(monkeypatch: pytest.MonkeyPatch) -> None:
    layers, rng = [Residual((KEEPS, KEEPS)), Flatten(), Dense(2)], np.random.default_rng(5)
    x, targets = (rng.normal(size=size).astype(np.float32) for size in ((3 * SHARE + 5, 4, 6, 6), (3 * SHARE + 5, 2)))
    two, one = Network(layers, (4, 6, 6)), Network(layers, (4, 6, 6))
    monkeypatch.setattr(workers, "n_workers", lambda: 2)
    two.loss_and_gradients(x, targets, MeanSquaredError())
    monkeypatch.setattr(workers, "n_workers", lambda: 1)
    one.loss_and_gradients(x, targets, MeanSquaredError())
    np.testing.assert_array_equal(two.gradient_vector, one.gradient_vector)
