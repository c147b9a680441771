"""The bound form of a training step against the layers as they are written down."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from slugstudio.engine.activation import GELU, Activation, LeakyReLU, Noop, ReLU, Sigmoid, SiLU, Softmax, Tanh
from slugstudio.engine.bound.program import SHARE, SharedSection, sections_of
from slugstudio.engine.bound.work import Calls, Work, joined
from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMeanPooling,
    Layer,
    LayerNormalization,
    MaxPooling,
    MeanPooling,
    Reshape,
    Residual,
)
from slugstudio.engine.loss import BinaryCrossEntropy, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.metrics import n_correct
from slugstudio.engine.network import Network
from tools.parity.check_layers import stack

CROSS_ENTROPY = SoftmaxCategoricalCrossEntropy()
SAME = Convolution(4, 3, padding="same")
END = (Flatten(), Dense(3, activation=Softmax()))

STACKS: list[tuple[tuple[Layer, ...], Shape]] = [
    ((Dense(7, activation=ReLU()), Dense(3, activation=Softmax())), (5,)),
    ((Dense(7, activation=ReLU()), Dense(3, activation=Softmax())), (1100,)),  # too many inputs to be copied
    ((Dense(4, activation=Tanh()), Dropout(0.5), Dropout(0.0), Dense(3, activation=Softmax())), (2,)),
    ((Dense(4, activation=Tanh()), ActivationLayer(ReLU()), LayerNormalization(), *END), (2,)),
    ((Dense(4, activation=LeakyReLU()), BatchNormalization(), Dense(40, activation=Softmax())), (3,)),
    ((Dense(3, activation=Softmax()), Dense(3, activation=Sigmoid())), (3,)),
    # A convolution and a pooling of either kind, as one block, where rows or columns are left over.
    ((Convolution(3, 3), MaxPooling((2, 2)), Convolution(2, 2), MeanPooling((2, 3)), *END), (1, 13, 14)),
    ((Convolution(3, 3, activation=Tanh()), MaxPooling((3, 2)), *END), (2, 9, 8)),
    ((Convolution(6, 3), MaxPooling(2), Convolution(20, 3), MaxPooling(2), Convolution(2, 1), *END), (2, 14, 14)),
    ((Convolution(2, 3, bias=False), MaxPooling((1, 1)), *END), (1, 5, 5)),
    # No block: activations that fall somewhere, blocks that overlap or are padded, several groups.
    ((Convolution(3, 3, activation=GELU()), MaxPooling(2), *END), (1, 8, 8)),
    ((Convolution(3, 3, activation=SiLU()), MeanPooling(2), *END), (1, 8, 8)),
    ((Convolution(4, 3), MaxPooling(2, stride=1), Convolution(2, 3), MeanPooling(2, padding="same"), *END), (1, 9, 9)),
    ((Convolution(4, 3, groups=2), MaxPooling(2), Convolution(3, 2), *END), (2, 8, 8)),
    # Strides, dilation and padding.
    ((Convolution(3, (3, 2), (1, 2)), Convolution(4, (2, 3), 2, dilation=(2, 3)), MaxPooling(2), *END), (2, 12, 28)),
    ((Convolution(3, 3, padding="same"), MeanPooling(2), Convolution(2, 3, 2, padding=(2, 1)), *END), (1, 8, 7)),
    # A layer that looks at the whole batch between those that share it; no learner at the beginning, or none at all.
    ((Convolution(3, 3), BatchNormalization(), ActivationLayer(), MaxPooling(2), Convolution(2, 2), *END), (1, 9, 9)),
    ((BatchNormalization(), Convolution(3, 3), BatchNormalization(0.3), MeanPooling(2), *END), (2, 9, 9)),
    ((Convolution(3, 3), BatchNormalization(), Convolution(2, 3, padding=1), BatchNormalization(), *END), (1, 7, 7)),
    ((MeanPooling(2), Flatten(2), Dense(3, activation=Softmax())), (1, 6, 6)),
    ((MaxPooling(2), Convolution(3, 2), GlobalMeanPooling(), Dense(3, activation=Softmax())), (1, 6, 6)),
    ((GlobalMeanPooling(), ActivationLayer(Softmax())), (3, 4, 4)),
    # Layers in a layer: before and after what shares the samples as they do, and with a way that looks at the batch.
    ((SAME, Residual((SAME, SAME)), MaxPooling(2), Convolution(2, 2), *END), (4, 7, 6)),
    ((Residual((SAME, BatchNormalization(), Residual((SAME,))), Tanh()), SAME, Flatten(), *END[1:]), (4, 5, 5)),
    ((Reshape((4, 6)), LayerNormalization(), Reshape(24), Dense(3, activation=Softmax())), (2, 3, 4)),
    # A Dense among what shares the samples; a normalisation of neither images nor vectors; outputs sample by sample.
    ((Convolution(4, 3), GlobalMeanPooling(), Residual((ActivationLayer(),), projection=True), *END), (1, 6, 6)),
    ((Reshape((1, 1)), BatchNormalization(), *END), (1,)),
    ((Flatten(), Residual((Dense(4), Flatten()), Softmax())), (1, 2, 2)),
]  # fmt: skip


def assert_bound_as_written(layers: tuple[Layer, ...], shape: Shape, loss: Loss, n: int) -> None:
    network = Network(layers, shape, seed=3, dtype=np.float64)
    rng = np.random.default_rng(n)
    x, labels = rng.standard_normal((n, *shape)), rng.integers(0, network.output_shape[0], n)
    targets = loss.encode(labels.astype(np.float64), network.output_shape[0], network.dtype)
    begin, kept = network.noise.bit_generator.state, network.kept.copy()
    outputs = network.forward(x, train=True)
    network.backward(loss.backward(outputs, targets))
    expected, buffers = network.gradient_vector.copy(), network.kept.copy()

    program = network.program(n, loss, of_shares=True)
    for _ in range(2):  # the second time, with arrays that are full
        network.noise.bit_generator.state, network.kept[:] = begin, kept
        network.gradient_vector[:] = np.nan
        program.samples[...], program.targets[...], program.labels[...] = x, targets, labels
        assert program.run() == pytest.approx(loss.forward(outputs, targets), rel=1e-12)
        np.testing.assert_allclose(program.outputs, outputs, rtol=1e-11, atol=1e-13)
        scale = np.abs(expected).max(initial=1e-9)
        np.testing.assert_allclose(network.gradient_vector, expected, rtol=1e-9, atol=1e-11 * scale)
        np.testing.assert_allclose(network.kept, buffers, rtol=1e-12, atol=1e-14)
        assert program.n_correct() == n_correct(outputs, targets, loss.threshold)


@pytest.mark.parametrize("n", [1 + SHARE // 8, 2 * SHARE + 5])
@pytest.mark.parametrize(("layers", "shape"), STACKS, ids=range(len(STACKS)))
def test_a_bound_step_does_what_the_layers_say(layers: tuple[Layer, ...], shape: Shape, n: int) -> None:
    assert_bound_as_written(layers, shape, CROSS_ENTROPY, n)


@pytest.mark.parametrize(("layers", "shape"), STACKS, ids=range(len(STACKS)))
def test_columns_that_do_not_fit_the_cache_come_part_after_part(
    layers: tuple[Layer, ...], shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slugstudio.engine.layers.convolution_block.PART_BYTES", 10_000)
    assert_bound_as_written(layers, shape, CROSS_ENTROPY, 5)


@pytest.mark.parametrize("seed", range(150))
def test_bound_steps_of_random_stacks_do_what_the_layers_say(seed: int) -> None:
    layers, shape = stack(seed)
    assert_bound_as_written(tuple(layers), shape, MeanSquaredError(), (2, 5, SHARE + 1)[seed % 3])


@pytest.mark.parametrize(
    ("loss", "activation", "k"),
    [
        (CROSS_ENTROPY, Softmax(), 5),
        (CROSS_ENTROPY, Softmax(), 50),  # too many for each class to have the sum of all
        (CROSS_ENTROPY, Sigmoid(), 3),
        (SoftmaxCategoricalCrossEntropy(label_smoothing=0.1), Softmax(), 3),
        (SoftmaxCategoricalCrossEntropy(from_logits=True), Noop(), 3),
        (BinaryCrossEntropy(), Sigmoid(), 1),
        (BinaryCrossEntropy(from_logits=True), Noop(), 1),
        (MeanSquaredError(), Noop(), 1),
    ],
)
def test_a_bound_loss_is_the_one_that_is_written(loss: Loss, activation: Activation, k: int) -> None:
    assert_bound_as_written((Dense(4, activation=ReLU()), Dense(k, activation=activation)), (3,), loss, 11)


def test_the_way_back_leaves_the_outputs_as_they_are() -> None:
    assert_bound_as_written((Dense(4), BatchNormalization()), (3,), MeanSquaredError(), 11)


@pytest.mark.parametrize("n", [1, SHARE + 1])
def test_a_single_sample_is_no_vector_however_it_lies_in_memory(n: int) -> None:
    layers = (Convolution(3, 3), ActivationLayer(Softmax()), Flatten(3), BatchNormalization(), *END)
    assert_bound_as_written(layers, (1, 3, 4), CROSS_ENTROPY, n)
    assert_bound_as_written((Flatten(3), Reshape((1, 12)), BatchNormalization(), *END), (1, 3, 4), CROSS_ENTROPY, n)


def test_targets_that_are_no_shares_count_as_much_as_they_add_up_to() -> None:
    network = Network([Dense(4, activation=Softmax())], (3,), dtype=np.float64)
    rng = np.random.default_rng(0)
    x, targets = rng.standard_normal((6, 3)), rng.random((6, 4))
    outputs = network.forward(x)
    network.backward(CROSS_ENTROPY.backward(outputs, targets))
    expected = network.gradient_vector.copy()
    value, _ = network.loss_and_gradients(x, targets, CROSS_ENTROPY)
    assert value == pytest.approx(CROSS_ENTROPY.forward(outputs, targets))
    np.testing.assert_allclose(network.gradient_vector, expected, rtol=1e-9)


def test_of_equal_largest_values_the_first_receives_the_gradient() -> None:
    network = Network(
        [Convolution(1, 1, activation=Noop()), MaxPooling((2, 2)), Flatten()], (1, 2, 2), dtype=np.float64
    )
    network.vector[:] = 1, 0
    x = np.array([[[[1.0, 3.0], [3.0, 3.0]]]])
    network.forward(x)
    expected = network.backward(np.ones((1, 1)))
    np.testing.assert_array_equal(expected, [[[[0, 1], [0, 0]]]])
    program = network.program(1, MeanSquaredError())
    program.samples[...], program.targets[...] = x, 0
    program.run()
    assert network.gradients["convolution_1/weight"].item() == 2 * 3 * 3


def test_no_gradient_is_computed_below_the_first_layer_that_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network([MaxPooling(2, stride=1), Convolution(2, 2, groups=2), *END], (2, 5, 5))
    for layer in (MaxPooling, Convolution):
        monkeypatch.setattr(layer, "backward", lambda *_: pytest.fail("a gradient that nobody needs"))
    network.program(2, CROSS_ENTROPY).run()
    assert np.isfinite(network.gradient_vector).all()


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        ((Dense(8), Dense(3, activation=Softmax())), [3, 1]),
        ((Convolution(2, (3, 3)), Flatten(), Dense(3, activation=Softmax())), []),
    ],
)
def test_threads_for_products_are_used_where_no_workers_are(
    layers: tuple[Layer, ...], wanted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr("slugstudio.engine.bound.program.set_threads", seen.append)
    network = Network(layers, (1, 8, 8) if isinstance(layers[0], Convolution) else (8,))
    network.program(2 * SHARE, SoftmaxCategoricalCrossEntropy(), threads=3).run()
    assert seen == wanted


def test_workers_share_the_samples_of_dense_layers_beside_convolutions_but_for_the_largest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layers = (Convolution(2, (3, 3)), Flatten(), Dense(30), Dropout(0.5), Dense(3, activation=Softmax()))
    network = Network(layers, (1, 8, 8))

    def shared(n: int) -> list[str]:
        kinds = sections_of(network.nodes, n)
        return [node.name for kind, run in kinds if kind is SharedSection for node in run]

    assert shared(SHARE) == []
    assert shared(SHARE + 1) == ["convolution_1", "flatten_1", "dense_1"]
    monkeypatch.setattr("slugstudio.engine.bound.program.MOST_SHARED", 72 * 30 + 29)
    assert shared(SHARE + 1) == ["convolution_1", "flatten_1"]


def test_a_large_batch_is_normalised_part_after_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.engine.layers.normalization_block.PART", 100)
    layers = (Convolution(3, 3), BatchNormalization(), ActivationLayer(), MaxPooling(2), BatchNormalization(), *END)
    assert_bound_as_written(layers, (1, 9, 9), CROSS_ENTROPY, 2 * SHARE + 1)


@pytest.mark.parametrize("n", [40, 3 * SHARE])
def test_bound_inference_gives_the_outputs_of_the_layers(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.engine.network.CHUNK_BYTES", 8 * 2 * 6 * 6 * 7)  # chunks of seven samples
    layers = (Convolution(2, 3), MaxPooling(2), Dropout(0.5), BatchNormalization(), *END)
    network = Network(layers, (1, 8, 8), dtype=np.float64)
    x = np.random.default_rng(0).standard_normal((n, 1, 8, 8))
    network.buffers["batch_normalization_1/running_mean"][:] = 0.3
    kept = network.kept.copy()
    expected = network.forward(x)
    np.testing.assert_allclose(network.predict(x), expected, rtol=1e-12)
    np.testing.assert_array_equal(network.kept, kept)
    assert len(np.unique(network.predict(x[:21]), axis=0)) == 21  # no chunk's outputs stand where those of another do


def test_a_step_allocates_next_to_nothing() -> None:
    layers = (Convolution(16, 3), MaxPooling(2), Convolution(8, 3), MaxPooling(2), *END)
    network = Network(layers, (1, 28, 28))  # whose first sums take 692 kB
    program = network.program(SHARE, CROSS_ENTROPY, of_shares=True)
    program.targets[...] = 1 / 3
    program.run()
    tracemalloc.start()
    program.run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**18  # numpy copies some views in portions


def test_a_network_keeps_the_arrays_of_few_sizes_of_batches() -> None:
    network = Network([Dense(2, activation=Softmax())], (2,))
    first = network.program(1, CROSS_ENTROPY)
    assert network.program(1, CROSS_ENTROPY) is first
    assert network.program(1, CROSS_ENTROPY, of_shares=True) is not first
    assert network.program(1, SoftmaxCategoricalCrossEntropy(label_smoothing=0.1)) is not first
    for n in range(2, 9):
        network.program(n, CROSS_ENTROPY)
    assert len(network._programs) == 3
    assert network.program(1, CROSS_ENTROPY) is not first


def test_calls_run_in_their_order_with_the_same_arrays() -> None:
    calls, more, a = Calls(), Calls(), np.array([1.0, 5.0])
    calls(np.multiply, a, 2.0, out=a)
    more(np.add, a, 1.0, a)
    calls.extend(more)
    run = calls.compiled()
    np.testing.assert_array_equal(a, [1, 5])
    run()
    run()
    np.testing.assert_array_equal(a, [7, 23])
    assert Calls().compiled()() is None


def test_vectors_lie_above_a_row_of_ones() -> None:
    work = Work(np.dtype(np.float64))
    vectors = work.rows(4, 3)
    assert vectors.shape == (4, 3)
    whole = work.with_ones(vectors)
    assert whole is not None
    vectors[...] = 0
    np.testing.assert_array_equal(whole, [[0] * 4] * 3 + [[1] * 4])
    assert work.with_ones(vectors[:2]) is None


def test_neighbours_in_a_vector_are_joined() -> None:
    vector = np.arange(20.0)
    np.testing.assert_array_equal(joined(vector[3:9].reshape(3, 2), vector[9:11]), [[3, 4], [5, 6], [7, 8], [9, 10]])
