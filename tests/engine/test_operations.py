"""What layers say that they amount to is computed by an interpreter of its own, and must be what they compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import pytest

from slugstudio.datasets.preprocessing import Preprocessing
from slugstudio.engine import operations as op
from slugstudio.engine.activation import ReLU
from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Dense, Layer
from slugstudio.engine.layers.base import Group, Part, as_step
from slugstudio.engine.network import Network
from tests.engine.test_layers import CASES

Array = np.ndarray
Arrays = Mapping[str, Array]


def run(operations: tuple[op.Operation, ...], x: Array, arrays: Arrays) -> Array:
    for operation in operations:
        x = HOW[type(operation)](operation, x, arrays)
    return x


def _steps(steps: tuple[op.Step, ...], x: Array, arrays: Arrays) -> Array:
    for step in steps:
        assert x.shape[1:] == step.input_shape
        own = {name.removeprefix(f"{step.name}/"): array for name, array in arrays.items()}
        x = run(step.operations, x, own)
        assert x.shape[1:] == step.output_shape
    return x


def _edged(x: Array, edges: op.Edges, value: float) -> Array:
    sides = ((0, 0), (0, 0), (edges.top, edges.bottom), (edges.left, edges.right))
    return np.pad(x, sides, constant_values=value)


def _blocks(x: Array, size: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int] = (1, 1)) -> Array:
    """Return what each block sees: (n, channels, rows, columns, height, width)."""
    reach = tuple((s - 1) * d + 1 for s, d in zip(size, dilation, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(2, 3))
    return windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def _convolve(o: op.Convolve, x: Array, arrays: Arrays) -> Array:
    weight = arrays[o.weight]
    assert weight.shape[2:] == o.kernel_size
    blocks = _blocks(_edged(x, o.edges, 0), o.kernel_size, o.stride, o.dilation)
    parts = zip(np.split(blocks, o.groups, axis=1), np.split(weight, o.groups), strict=True)
    y = np.concatenate([np.einsum("ncijuv,ocuv->noij", seen, kernels) for seen, kernels in parts], axis=1)
    return y if o.bias is None else y + arrays[o.bias][:, None, None]


def _convolve_transposed(o: op.ConvolveTransposed, x: Array, arrays: Arrays) -> Array:
    weight, (n, _, height, width) = arrays[o.weight], x.shape
    sizes = [(count - 1) * s + k for count, s, k in zip((height, width), o.stride, o.kernel_size, strict=True)]
    whole = np.zeros((n, weight.shape[1], *sizes), x.dtype)
    for i in range(height):
        for j in range(width):
            top, left = i * o.stride[0], j * o.stride[1]
            stamp = np.einsum("nc,couv->nouv", x[:, :, i, j], weight)
            whole[:, :, top : top + o.kernel_size[0], left : left + o.kernel_size[1]] += stamp
    cut = o.cut
    whole = _edged(whole, op.Edges(*(max(-edge, 0) for edge in cut)), 0)
    top, left, bottom, right = (max(edge, 0) for edge in cut)
    y = whole[:, :, top : whole.shape[2] - bottom, left : whole.shape[3] - right]
    return y if o.bias is None else y + arrays[o.bias][:, None, None]


def _pool(o: op.Pool, x: Array, arrays: Arrays) -> Array:
    blocks = _blocks(_edged(x, o.edges, np.nan), o.size, o.stride)
    return (np.nanmax if o.how == "max" else np.nanmean)(blocks, axis=(4, 5))


def _along(values: Array, x: Array) -> Array:
    return values.reshape(-1, *(1 for _ in x.shape[2:]))


def _normalise_features(o: op.NormaliseFeatures, x: Array, arrays: Arrays) -> Array:
    weight, bias, mean, variance = (_along(arrays[name], x) for name in (o.weight, o.bias, o.mean, o.variance))
    return weight * (x - mean) / np.sqrt(variance + o.epsilon) + bias


def _normalise_sample(o: op.NormaliseSample, x: Array, arrays: Arrays) -> Array:
    axes = tuple(range(1, x.ndim))
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return arrays[o.weight] * (x - mean) / np.sqrt(variance + o.epsilon) + arrays[o.bias]


HOW: dict[type[op.Operation], Callable[[Any, Array, Arrays], Array]] = {
    op.Affine: lambda o, x, arrays: x @ arrays[o.weight] + arrays[o.bias],
    op.Convolve: _convolve,
    op.ConvolveTransposed: _convolve_transposed,
    op.Pool: _pool,
    op.MeanOfMaps: lambda o, x, arrays: x.mean(axis=(2, 3)),
    op.Enlarge: lambda o, x, arrays: np.kron(x, np.ones((1, 1, *o.size))),
    op.ChangeShape: lambda o, x, arrays: x.reshape(len(x), *o.shape),
    op.NormaliseFeatures: _normalise_features,
    op.NormaliseSample: _normalise_sample,
    op.ScaleAndShift: lambda o, x, arrays: (x - _along(arrays[o.offset], x)) / _along(arrays[o.scale], x),
    op.Activate: lambda o, x, arrays: o.activation.forward(x),
    op.Drop: lambda o, x, arrays: x,
    op.AddNoise: lambda o, x, arrays: x,
    op.AddShortcut: lambda o, x, arrays: _steps(o.stack, x, arrays) + _steps(o.shortcut, x, arrays),
}


def test_the_interpreter_knows_every_operation() -> None:
    assert set(HOW) == set(op.Operation.__subclasses__())


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_operations_compute_what_the_layer_computes(layer: Layer, shape: Shape) -> None:
    rng = np.random.default_rng(11)
    network = Network([layer], shape, dtype=np.float64)
    network.vector[:] = rng.normal(size=network.vector.shape)
    for array in network.buffers.values():
        array[...] = rng.uniform(0.5, 2, size=array.shape)
    x = rng.normal(size=(3, *shape))
    (node,) = network.nodes
    step = as_step(Part(node.name, layer, shape, network.output_shape))
    found = _steps((step,), x, {f"{node.name}/{name}": array for name, array in node.arrays.items()})
    np.testing.assert_allclose(found, network.predict(x), rtol=1e-10, atol=1e-12)


def test_every_layer_is_among_those_that_are_compared() -> None:
    assert {type(layer) for layer, _ in CASES} == set(Layer.kinds.values())


def test_an_activation_that_changes_nothing_is_left_out() -> None:
    affine = op.Affine("weight", "bias")
    assert as_step(Part("a", Dense(2), (3,), (2,))).operations == (affine,)
    assert as_step(Part("a", Dense(2, activation=ReLU()), (3,), (2,))).operations == (affine, op.Activate(ReLU()))


def test_a_layer_of_ones_own_that_tells_no_operations_cannot_be_exported() -> None:
    class Mine(Layer, abstract=True):
        """Does nothing."""

        group: ClassVar[Group] = "shape"
        formula: ClassVar[str] = "y = x"

        def forward(self, x: Array, params: Any, mode: Any) -> tuple[Array, None]:
            return x, None

        def backward(self, grad: Array, cache: None, params: Any) -> Array:
            return grad

    with pytest.raises(ConfigError, match=r"Mine.operations: expected operations .* cannot be exported"):
        Mine().operations((3,))


@pytest.mark.parametrize("kind", Preprocessing.kinds.values())
def test_operations_of_a_preprocessing_do_what_it_does(kind: type[Preprocessing]) -> None:
    x = np.random.default_rng(12).normal(3, 2, size=(6, 2, 3, 4)).astype(np.float32)
    fitted = kind().fit(x)
    np.testing.assert_allclose(run(kind().operations(), x, fitted.arrays), fitted.apply(x), rtol=1e-6)
