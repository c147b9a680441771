"""Every layer of the registry goes through the same checks; then each against something written elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from slugstudio.engine.activation import Noop, ReLU, Softmax, Tanh
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import DataError, ShapeError
from slugstudio.engine.initializations import GlorotUniform, HeUniform
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    GlobalMeanPooling,
    Layer,
    LayerNormalization,
    MaxPooling,
    MeanPooling,
    Reshape,
    Residual,
    SpatialDropout,
    TransposedConvolution,
    UpSampling,
)
from slugstudio.engine.network import Network
from tests.engine.gradients import numerical, relative_error

CASES: list[tuple[Layer, Shape]] = [
    (Dense(4, activation=Tanh()), (5,)),
    (Dense(1), (3,)),
    (Dropout(0.3), (6,)),
    (Dropout(0.0), (6,)),
    (Flatten(), (2, 3, 4)),
    (Flatten(3), (2, 3, 4)),
    (Convolution(3, (2, 3), stride=2, activation=Tanh()), (2, 7, 8)),
    (Convolution(1, 1, activation=Noop()), (1, 2, 2)),
    (Convolution(2, (2, 3), stride=2, activation=Tanh()), (6, 5, 7)),
    (Convolution(2, (3, 3), activation=Tanh()), (1, 3, 3)),
    (Convolution(2, 3, stride=(2, 1), activation=Tanh(), padding="same"), (2, 4, 5)),
    (Convolution(2, (2, 4), activation=Tanh(), padding="same", dilation=(2, 1), bias=False), (5, 4, 3)),
    (Convolution(4, 2, activation=Tanh(), dilation=(1, 3), groups=2), (4, 4, 6)),
    (Convolution(6, 3, activation=Tanh(), padding="same", groups=3, stride=2), (3, 5, 5)),
    (Convolution(2, 3, activation=Tanh(), padding=(0, 2)), (2, 3, 2)),
    (MeanPooling((2, 3)), (2, 5, 7)),
    (MeanPooling((3, 2), stride=(1, 2), padding="same"), (2, 5, 7)),
    (MeanPooling(3, stride=2), (1, 6, 7)),
    (MeanPooling(2), (1, 4, 4)),
    (MaxPooling((3, 2)), (2, 7, 5)),
    (MaxPooling(2), (1, 4, 4)),
    (MaxPooling((3, 2), stride=(1, 3), padding="same"), (2, 5, 7)),
    (MaxPooling(3, stride=2), (1, 7, 6)),
    (GlobalMeanPooling(), (3, 2, 5)),
    (Reshape((2, 3, 4)), (24,)),
    (Reshape(24), (2, 3, 4)),
    (SpatialDropout(0.4), (5, 2, 3)),
    (SpatialDropout(), (1, 2, 2)),
    (GaussianNoise(0.5), (6,)),
    (GaussianNoise(0), (2, 2, 2)),
    (ActivationLayer(Tanh()), (4,)),
    (ActivationLayer(Softmax()), (3, 2, 2)),
    (UpSampling((2, 3)), (2, 3, 2)),
    (UpSampling(1), (1, 2, 2)),
    (TransposedConvolution(3, (2, 3), activation=Tanh()), (2, 3, 4)),
    (TransposedConvolution(2, (4, 3), (2, 1), activation=Tanh(), padding="same"), (3, 3, 2)),
    (TransposedConvolution(1, 2, 3, activation=Noop(), padding="same", bias=False), (2, 2, 3)),
    (LayerNormalization(), (6,)),
    (LayerNormalization(0.1), (2, 3, 4)),
    (BatchNormalization(), (5,)),
    (BatchNormalization(0.3, 0.1), (2, 3, 4)),
    (Residual((Dense(4, activation=Tanh()), Dense(3)), activation=Tanh()), (3,)),
    (Residual((Dense(2),), activation=Noop(), projection=True), (3,)),
    (Residual((Convolution(2, 3, activation=Tanh(), padding="same"), BatchNormalization()), Tanh()), (2, 3, 4)),
    (Residual((Dropout(0.4), Convolution(3, 3, 2, activation=Noop(), padding="same")), Tanh(), True), (2, 5, 4)),
    (Residual((MeanPooling(3, stride=1, padding="same"), GaussianNoise(0.3)), Tanh()), (1, 3, 3)),
    (
        Residual(
            (Residual((LayerNormalization(), Dense(3)), Tanh()), Residual((Dense(3, activation=Tanh()),), Noop()))
        ),
        (3,),
    ),
]


def test_every_kind_of_layer_is_in_the_table() -> None:
    assert {type(layer).__name__ for layer, _ in CASES} == set(Layer.kinds)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_gradients_agree_with_central_differences(layer: Layer, shape: Shape) -> None:
    rng = np.random.default_rng(1)
    network = Network([layer], shape, dtype=np.float64)
    x = rng.normal(size=(3, *shape))
    weights = rng.normal(size=(3, *network.output_shape))
    before = network.noise.bit_generator.state

    def f() -> float:
        network.noise.bit_generator.state = before  # the same units are dropped each time
        return float((network.forward(x, train=True) * weights).sum())

    f()
    dx = network.backward(weights)
    gradient = network.gradient_vector.copy()
    assert relative_error(gradient, numerical(f, network.vector)) < 1e-6
    assert relative_error(dx, numerical(f, x)) < 1e-6


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_shapes_costs_and_texts_are_as_declared(layer: Layer, shape: Shape) -> None:
    network = Network([layer], shape)
    y = network.forward(np.zeros((2, *shape), np.float32))
    assert y.shape == (2, *layer.output_shape(shape))
    assert y.dtype == np.float32
    (summary,) = network.summary()
    assert summary.n_parameters == network.n_parameters == sum(p.size for p in network.parameters.values())
    expected = {f"{network.names[0]}/{key}": s for key, s in layer.parameter_shapes(shape).items()}
    assert {key: p.shape for key, p in network.parameters.items()} == expected
    assert summary.multiply_adds == layer.multiply_adds(shape)
    assert summary.activation_bytes == 4 * int(np.prod(y.shape[1:]))
    assert layer.explain().endswith(".")
    assert layer.summary()
    assert layer.formula


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_batch_equals_one_by_one_in_inference(layer: Layer, shape: Shape) -> None:
    network = Network([layer], shape, dtype=np.float64)
    x = np.random.default_rng(2).normal(size=(4, *shape))
    together = network.forward(x)
    alone = np.concatenate([network.forward(x[i : i + 1]) for i in range(4)])
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_float32_follows_float64(layer: Layer, shape: Shape) -> None:
    rng = np.random.default_rng(6)
    single, double = Network([layer], shape), Network([layer], shape, dtype=np.float64)
    single.vector[:] = double.vector[:] = rng.normal(size=double.n_parameters).astype(np.float32)
    x = rng.normal(size=(4, *shape)).astype(np.float32)
    g = rng.normal(size=(4, *single.output_shape)).astype(np.float32)
    assert relative_error(single.forward(x), double.forward(x)) < 1e-5
    assert relative_error(single.backward(g), double.backward(g)) < 1e-5
    assert relative_error(single.gradient_vector, double.gradient_vector) < 1e-5


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_empty_batch_goes_through(layer: Layer, shape: Shape) -> None:
    network = Network([layer], shape)
    assert network.forward(np.zeros((0, *shape))).shape == (0, *network.output_shape)
    assert network.backward(np.zeros((0, *network.output_shape))).shape == (0, *shape)
    assert not network.gradient_vector.any()


@pytest.mark.parametrize("kind", sorted(Layer.kinds))
def test_example_of_each_kind_is_a_layer_of_it(kind: str) -> None:
    example = Layer.kinds[kind].example()
    assert example.kind == kind
    assert example.group in {"learn", "activate", "shape", "regularise", "normalise"}


@pytest.mark.parametrize(
    ("layer", "shape", "fan_in", "fan_out"),
    [
        (Dense(300, init=GlorotUniform()), (200,), 200, 300),
        (Dense(300, init=HeUniform()), (200,), 200, 0),
        (Convolution(40, (3, 5), init=GlorotUniform()), (20, 9, 9), 20 * 3 * 5, 40 * 3 * 5),
        (Convolution(40, (3, 5), init=HeUniform()), (20, 9, 9), 20 * 3 * 5, 0),
    ],
)
def test_weights_begin_as_wide_as_connections_allow(layer: Layer, shape: Shape, fan_in: int, fan_out: int) -> None:
    weight, bias = Network([layer], shape).parameters.values()
    limit = np.sqrt(6 / (fan_in + fan_out))
    assert 0.99 * limit < np.abs(weight).max() <= np.float32(limit)
    assert not bias.any()


def test_convolution_is_scipys_correlation() -> None:
    rng = np.random.default_rng(3)
    network = Network([Convolution(3, (4, 2), activation=Noop())], (2, 9, 6), dtype=np.float64)
    weight, bias = network.parameters["convolution_1/weight"], network.parameters["convolution_1/bias"]
    bias[...] = rng.normal(size=3)
    x = rng.normal(size=(2, 2, 9, 6))
    expected = [
        [sum(correlate2d(x[n, c], weight[o, c], "valid") for c in range(2)) + bias[o] for o in range(3)]
        for n in range(2)
    ]
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-12)


def test_stride_takes_every_second_place() -> None:
    shape = (1, 8, 9)
    x = np.random.default_rng(4).normal(size=(2, *shape))
    full = Network([Convolution(2, 3)], shape, dtype=np.float64)
    strided = Network([Convolution(2, 3, stride=2)], shape, dtype=np.float64)
    np.testing.assert_allclose(strided.forward(x), full.forward(x)[:, :, ::2, ::2], rtol=1e-12)


def test_convolution_without_activation_means_relu() -> None:
    assert Convolution(1, 3).after == ReLU()
    assert Convolution(1, 3).details().endswith("ReLU")
    assert Convolution(1, 3, activation=Noop()).details() == "1 kernel 3×3 · stride 1"


def test_mean_pooling_by_hand() -> None:
    x = np.arange(2 * 5.0).reshape(1, 1, 2, 5)  # the last column fills no block
    assert Network([MeanPooling(2)], (1, 2, 5)).forward(x).tolist() == [[[[3.0, 5.0]]]]


def test_same_padding_gives_one_result_a_step_and_puts_more_at_the_end() -> None:
    network = Network([Convolution(1, (1, 4), (1, 2), activation=Noop(), padding="same")], (1, 1, 5))
    network.parameters["convolution_1/weight"][...] = [1, 10, 100, 1000]
    # ONNX SAME_UPPER pads by one on the left and by two on the right: 0 1 2 3 4 5 0 0.
    assert network.forward([[[[1, 2, 3, 4, 5]]]]).tolist() == [[[[3210, 5432, 54]]]]


def test_explicit_padding_adds_the_same_on_both_sides() -> None:
    network = Network([Convolution(1, (1, 3), activation=Noop(), padding=(1, 2))], (1, 1, 2))
    network.parameters["convolution_1/weight"][...] = [1, 10, 100]
    assert network.forward([[[[1, 2]]]]).tolist() == [[[[0] * 4, [100, 210, 21, 2], [0] * 4]]]


def test_dilation_sees_every_second_value() -> None:
    network = Network([Convolution(1, (1, 2), activation=Noop(), dilation=(1, 2))], (1, 1, 4))
    network.parameters["convolution_1/weight"][...] = [1, 10]
    assert network.forward([[[[1, 2, 3, 4]]]]).tolist() == [[[[31, 42]]]]


def test_groups_are_convolutions_of_their_own_side_by_side() -> None:
    x = np.random.default_rng(5).normal(size=(3, 4, 6, 5))
    both = Network([Convolution(6, (2, 3), groups=2)], (4, 6, 5), dtype=np.float64)
    for part in (0, 1):
        alone = Network([Convolution(3, (2, 3))], (2, 6, 5), dtype=np.float64)
        alone.vector[: alone.n_parameters - 3] = both.parameters["convolution_1/weight"][
            3 * part : 3 * part + 3
        ].ravel()
        expected = alone.forward(x[:, 2 * part : 2 * part + 2])
        np.testing.assert_allclose(both.forward(x)[:, 3 * part : 3 * part + 3], expected, rtol=1e-12)


def test_convolution_without_bias_has_none() -> None:
    network = Network([Convolution(2, 3, bias=False)], (1, 3, 3))
    assert [*network.parameters] == ["convolution_1/weight"]


def test_padding_is_left_out_of_the_mean() -> None:
    network = Network([MeanPooling(2, stride=1, padding="same")], (1, 2, 2))
    assert network.forward([[[[1, 2], [3, 4]]]]).tolist() == [[[[2.5, 3], [3.5, 4]]]]


def test_padding_is_never_the_largest() -> None:
    network = Network([MaxPooling(3, stride=2, padding="same")], (1, 3, 3))
    x = -np.arange(1, 10.0).reshape(1, 1, 3, 3)
    assert network.forward(x).tolist() == [[[[-1, -2], [-4, -5]]]]


def test_blocks_that_overlap_add_their_gradients() -> None:
    network = Network([MaxPooling((1, 2), stride=1)], (1, 1, 3), dtype=np.float64)
    network.forward([[[[1, 3, 2]]]])
    assert network.backward([[[[5, 7]]]]).tolist() == [[[[0, 12, 0]]]]


def test_max_pooling_gives_the_gradient_to_the_first_of_equal_values() -> None:
    network = Network([MaxPooling(2)], (1, 2, 4), dtype=np.float64)
    x = np.array([[[[1.0, 1, 0, 2], [1, 1, 2, 2]]]])
    assert network.forward(x).tolist() == [[[[1, 2]]]]
    assert network.backward(np.array([[[[5.0, 7.0]]]])).tolist() == [[[[5, 0, 0, 7], [0, 0, 0, 0]]]]


@settings(deadline=None, max_examples=30)
@given(p=st.floats(0, 0.95), seed=st.integers(0, 2**32))
def test_dropout_keeps_the_mean_while_training_and_is_the_identity_in_inference(p: float, seed: int) -> None:
    network = Network([Dropout(p)], (20_000,), seed=seed)
    x = np.ones((1, 20_000), np.float32)
    np.testing.assert_array_equal(network.forward(x), x)
    y = network.forward(x, train=True)
    kept = y != 0
    np.testing.assert_allclose(y[kept], 1 / (1 - p), rtol=1e-5)
    assert abs(kept.mean() - (1 - p)) < 0.025  # over five standard deviations


def test_global_mean_pooling_by_hand() -> None:
    x = np.arange(8.0).reshape(1, 2, 2, 2)
    assert Network([GlobalMeanPooling()], (2, 2, 2)).forward(x).tolist() == [[1.5, 5.5]]


def test_reshape_keeps_the_order() -> None:
    x = np.arange(12.0).reshape(2, 6)
    np.testing.assert_array_equal(Network([Reshape((2, 3))], (6,)).forward(x), x.reshape(2, 2, 3))


def test_up_sampling_repeats_each_value() -> None:
    network = Network([UpSampling((1, 2))], (1, 2, 2))
    assert network.forward([[[[1, 2], [3, 4]]]]).tolist() == [[[[1, 1, 2, 2], [3, 3, 4, 4]]]]


def test_spatial_dropout_drops_whole_maps_and_scales_the_others() -> None:
    network = Network([SpatialDropout(0.25)], (1000, 2, 3))
    x = np.ones((1, 1000, 2, 3), np.float32)
    np.testing.assert_array_equal(network.forward(x), x)
    maps = network.forward(x, train=True).reshape(1000, 6)
    assert (maps == maps[:, :1]).all()
    assert set(maps[:, 0].tolist()) == {0.0, float(np.float32(1 / 0.75))}
    assert abs((maps[:, 0] == 0).mean() - 0.25) < 0.07  # five standard deviations


def test_gaussian_noise_has_its_strength_while_training_and_is_the_identity_in_inference() -> None:
    network = Network([GaussianNoise(0.5)], (20_000,))
    x = np.full((1, 20_000), 3, np.float32)
    np.testing.assert_array_equal(network.forward(x), x)
    noise = network.forward(x, train=True) - x
    assert abs(noise.mean()) < 0.02
    assert abs(noise.std() - 0.5) < 0.02


def test_activation_layer_is_what_the_activation_of_a_layer_is() -> None:
    x = np.random.default_rng(0).normal(size=(3, 5))
    one, two = Network([Dense(4, activation=Tanh())], (5,)), Network([Dense(4), ActivationLayer(Tanh())], (5,))
    np.testing.assert_array_equal(one.forward(x), two.forward(x))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel", "stride"), [((3, 3), 1), ((4, 2), 2), ((2, 3), (3, 1)), ((5, 4), (2, 3))])
def test_transposed_convolution_is_the_gradient_of_a_convolution(
    padding: str, kernel: tuple[int, int], stride: int | tuple[int, int]
) -> None:
    rng = np.random.default_rng(7)
    up = Network([TransposedConvolution(2, kernel, stride, activation=Noop(), padding=padding, bias=False)], (3, 4, 3),
                 dtype=np.float64)  # fmt: skip
    down = Network([Convolution(3, kernel, stride, activation=Noop(), padding=padding, bias=False)], up.output_shape,
                   dtype=np.float64)  # fmt: skip
    assert down.output_shape == up.input_shape
    down.vector[:] = up.vector
    x = rng.normal(size=(2, 3, 4, 3))
    down.forward(np.zeros((2, *up.output_shape)))
    np.testing.assert_allclose(up.forward(x), down.backward(x), rtol=1e-10, atol=1e-12)


def test_layer_normalisation_brings_each_sample_to_one_scale() -> None:
    network = Network([LayerNormalization()], (2, 3, 4), dtype=np.float64)
    x = np.random.default_rng(8).normal(7, 5, size=(3, 2, 3, 4))
    y = network.forward(x).reshape(3, -1)
    np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("layer", [LayerNormalization(), BatchNormalization()], ids=str)
def test_normalisation_of_equal_values_is_zero(layer: Layer) -> None:
    network = Network([layer], (4,))
    x = np.full((2, 4), 3e4, np.float32)
    np.testing.assert_array_equal(network.forward(x, train=True), np.zeros((2, 4)))
    np.testing.assert_array_equal(network.backward(np.ones((2, 4))), np.zeros((2, 4)))


def test_batch_normalisation_brings_each_channel_to_one_scale_in_training() -> None:
    network = Network([BatchNormalization()], (2, 3, 4), dtype=np.float64)
    x = np.random.default_rng(9).normal([[[7]], [[-2]]], [[[5]], [[0.1]]], size=(6, 2, 3, 4))
    y = network.forward(x, train=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), 1, rtol=1e-2)


def test_running_statistics_follow_training_only_and_inference_uses_them() -> None:
    network = Network([BatchNormalization(0.25, 1e-3)], (2,), dtype=np.float64)
    mean, variance = network.buffers.values()
    x = np.array([[1.0, 10], [3, 20], [5, 60]])
    network.forward(x)
    network.predict(x)
    assert (mean.tolist(), variance.tolist()) == ([0, 0], [1, 1])
    network.forward(x, train=True)
    np.testing.assert_allclose(mean, [0.25 * 3, 0.25 * 30])
    np.testing.assert_allclose(variance, [0.75 + 0.25 * 4, 0.75 + 0.25 * 700])  # of n - 1
    expected = (x - mean) / np.sqrt(variance + 1e-3)
    np.testing.assert_allclose(network.forward(x), expected)
    np.testing.assert_allclose(network.forward(x[:1]), expected[:1])
    np.testing.assert_allclose(network.backward([[1, 1]]), [1 / np.sqrt(variance + 1e-3)])


@pytest.mark.parametrize(("shape", "least"), [((3,), 2), ((3, 1, 1), 2), ((3, 1, 2), 1)])
def test_batch_normalisation_needs_two_values_of_each_feature_in_training(shape: Shape, least: int) -> None:
    layer = BatchNormalization()
    assert layer.least_batch(shape) == least
    network = Network([layer], shape)
    few = np.ones((least - 1, *shape))
    with pytest.raises(
        DataError, match=rf"a batch of {least} or more samples in training, received {least - 1}; choose"
    ):
        network.forward(few, train=True)
    assert network.buffers["batch_normalization_1/running_mean"].tolist() == [0, 0, 0]
    assert network.forward(few).shape == few.shape
    network.forward(np.ones((least, *shape)), train=True)


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (Dense(3), (1, 8, 8), r"needs a vector, received 1 × 8 × 8; put a Flatten before it"),
        (Convolution(3, 3), (64,), r"needs an image .* received 64"),
        (MaxPooling(2), (64,), r"needs an image"),
        (Convolution(3, 5), (1, 3, 3), r"kernel 5×5 does not fit its 3×3 input"),
        (Convolution(3, (1, 9)), (1, 8, 8), r"kernel 1×9 does not fit its 8×8 input"),
        (Convolution(3, 5, padding=(1, 0)), (1, 3, 3), r"kernel 5×5 does not fit its 5×3 input"),
        (Convolution(3, 5, dilation=2), (1, 8, 8), r"kernel 9×9 does not fit its 8×8 input"),
        (
            Convolution(4, 3, groups=2),
            (3, 8, 8),
            r"2 groups needs .* that 2 divides, received 3 channels for 4 kernels",
        ),
        (Convolution(3, 3, groups=2), (4, 8, 8), r"received 4 channels for 3 kernels; change the groups"),
        (MeanPooling((9, 1)), (1, 8, 8), r"block 9×1 does not fit"),
        (Flatten(4), (8,), r"needs at least 3 axes"),
        (Reshape((2, 5)), (3, 4), r"Reshape to 2×5 needs 10 values, received 3×4, which are 12; change the shape"),
        (GlobalMeanPooling(), (64,), r"Global mean pooling needs an image"),
        (SpatialDropout(), (64,), r"Spatial dropout needs an image"),
        (UpSampling(), (64,), r"Upsampling needs an image"),
        (TransposedConvolution(2, 3), (64,), r"Transposed convolution needs an image"),
    ],
)
def test_shape_that_does_not_fit_is_told_with_numbers(layer: Layer, shape: Shape, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        layer.output_shape(shape)


def test_details_of_cards() -> None:
    assert Dense(1).details() == "1 unit"
    assert Dense(1200, activation=ReLU()).details() == "1,200 units · ReLU"
    assert Convolution(16, (3, 5), stride=2).details() == "16 kernels 3×5 · stride 2 · ReLU"
    assert (
        Convolution(4, 3, (2, 1), padding="same", dilation=2, groups=2, bias=False, activation=Noop()).details()
        == "4 kernels 3×3 · stride 2×1 · same · dilation 2 · 2 groups · no bias"
    )
    assert Convolution(4, 3, padding=1).details() == "4 kernels 3×3 · stride 1 · padding 1 · ReLU"
    assert Convolution(4, 3, padding=0).details() == "4 kernels 3×3 · stride 1 · ReLU"
    assert MaxPooling(3, stride=2, padding="same").details() == "3×3 · stride 2 · same"
    assert Dropout(0.25).details() == "p = 0.25"
    assert MaxPooling((2, 3)).details() == "2×3"
    assert Flatten().details() == Layer.details(Flatten()) == ""
    assert Flatten(3).details() == "to 3 axes"
    assert Reshape((1, 8, 8)).details() == "1 × 8 × 8"
    assert SpatialDropout(0.25).details() == "p = 0.25"
    assert GaussianNoise().details() == "σ = 0.1"
    assert ActivationLayer(Tanh()).details() == "Tanh"
    assert UpSampling().details() == "2×2"
    assert TransposedConvolution(1, 3).details() == "1 kernel 3×3 · stride 1 · ReLU"
    same = TransposedConvolution(2, 3, (1, 2), padding="same", bias=False, activation=Noop())
    assert same.details() == "2 kernels 3×3 · stride 1×2 · same · no bias"
    assert Convolution(1, 3).explain().startswith("Slides one kernel of 3×3")


def test_layer_without_formulas_cannot_be_made() -> None:
    class Half(Layer, abstract=True):
        """Declares nothing."""

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_a_layer_without_buffers_keeps_nothing(layer: Layer, shape: Shape) -> None:
    if not layer.buffer_shapes(shape):
        kept: dict[str, np.ndarray] = {}
        layer.update_buffers(None, kept)
        assert kept == {}
