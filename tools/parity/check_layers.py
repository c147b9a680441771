"""Each layer, and random stacks of them: outputs, all gradients, and running statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from slugstudio.engine.activation import ELU, Activation, Noop, Softmax, Tanh
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import ShapeError
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
from tools.parity.case import Arrays, Case, named, torch
from tools.parity.functional import apply, of

N_STACKS = 500
STACKS_A_CASE = 50
N_SAMPLES = 4

LAYERS: list[tuple[Layer, Shape]] = [
    (Dense(4, activation=Tanh()), (5,)),
    (Convolution(3, (2, 3), stride=2, activation=Tanh()), (2, 7, 8)),
    (Convolution(8, 3), (8, 6, 6)),
    (Convolution(2, (3, 4), (2, 1), padding="same", dilation=(1, 2), activation=Noop()), (3, 5, 6)),
    (Convolution(4, 2, groups=2, bias=False), (6, 4, 5)),
    (Convolution(2, (2, 3), padding=(0, 2), activation=Tanh()), (2, 3, 4)),
    (Convolution(6, 3, padding="same", groups=3, activation=ELU()), (3, 5, 4)),
    (TransposedConvolution(3, (2, 3), (1, 2)), (2, 3, 4)),
    (TransposedConvolution(2, (4, 3), 2, padding="same", activation=Tanh()), (3, 3, 4)),
    (TransposedConvolution(2, (2, 1), (3, 2), padding="same", bias=False), (2, 2, 3)),
    (MaxPooling((2, 3)), (2, 5, 7)),
    (MaxPooling((3, 2), stride=(1, 3), padding="same"), (2, 5, 7)),
    (MeanPooling((2, 3)), (2, 5, 7)),
    (MeanPooling(3, stride=2, padding="same"), (2, 6, 7)),
    (GlobalMeanPooling(), (3, 4, 5)),
    (Flatten(), (2, 3, 4)),
    (Reshape((2, 3, 4)), (24,)),
    (UpSampling((2, 3)), (2, 3, 4)),
    (ActivationLayer(Softmax()), (3, 2, 2)),
    (BatchNormalization(), (5,)),
    (BatchNormalization(0.3, 0.01), (3, 4, 2)),
    (LayerNormalization(), (6,)),
    (LayerNormalization(0.01), (2, 3, 4)),
    (Dropout(0.3), (6,)),
    (SpatialDropout(0.3), (3, 2, 2)),
    (GaussianNoise(0.3), (6,)),
    (Residual((Dense(4, activation=Tanh()), Dense(6))), (6,)),
    (Residual((Convolution(4, 3, 2, padding="same"), BatchNormalization()), ELU(), projection=True), (3, 5, 4)),
    (Residual((Residual((Dense(4),), Noop(), projection=True), LayerNormalization(0.01)), projection=True), (5,)),
]
VALUES = ("outputs", "in inference")
DRAWING = (Dropout, SpatialDropout, GaussianNoise)
"""Layers that draw random numbers in training, which nobody else draws: they are compared in inference only."""


def cases() -> Iterator[Case]:
    """Yield every layer alone, and stacks in groups."""
    for layer, shape in LAYERS:
        yield Case(f"{named(layer)} on {shape}", partial(_ours, [layer], shape, 0), partial(_theirs, [layer], shape, 0))
    for start in range(0, N_STACKS, STACKS_A_CASE):
        seeds = range(start, start + STACKS_A_CASE)
        name = f"random stacks {start} to {seeds[-1]}"
        yield Case(name, partial(_all, _ours, seeds), partial(_all, _theirs, seeds), recorded=False)


def _all(side: Any, seeds: Sequence[int], dtype: np.dtype[Any]) -> Arrays:
    """Return the gradients and the values of each stack as one array each.

    A bias before a normalisation, for one, has no influence, so that its gradient is nothing but rounding: what matters
    is how small it is beside the others.
    """
    arrays = {}
    for seed in seeds:
        layers, shape = stack(seed)
        found = side(layers, shape, seed, dtype)
        values = {name: array for name, array in found.items() if name in VALUES or "running" in name}
        arrays[f"{seed} gradients"] = _joined([found[name] for name in found if name not in values])
        arrays[f"{seed} values"] = _joined([*values.values()])
    return arrays


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate([array.ravel() for array in arrays])


def stack(seed: int) -> tuple[list[Layer], Shape]:
    """Return a random stack of up to six layers and a Dense, with its input's shape.

    The Dense is linear: where a last Tanh is near 1, its derivative in float32 would be mostly rounding.
    """
    rng = np.random.default_rng(seed)
    shape: Shape = (int(rng.integers(1, 5)), int(rng.integers(3, 9)), int(rng.integers(3, 9)))
    start = shape
    layers: list[Layer] = []
    for _ in range(rng.integers(1, 7)):
        layer = _layer(rng, shape)
        layers.append(layer)
        shape = layer.output_shape(shape)
    return [*layers, Flatten(), Dense(int(rng.integers(1, 5)))], start


def _layer(rng: np.random.Generator, shape: Shape, outside: int = 0) -> Layer:
    """Return a random layer that fits an image, and leaves one that is not too large; it lies in ``outside`` others."""
    channels, *image = shape
    size = (int(rng.integers(1, 1 + min(3, image[0]))), int(rng.integers(1, 1 + min(3, image[1]))))
    stride = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    padding: Literal["valid", "same"] = "same" if rng.integers(2) else "valid"
    groups = int(rng.choice([n for n in range(1, channels + 1) if channels % n == 0]))
    maps = groups * int(rng.integers(1, 3))
    dilation = int(rng.integers(1, 4)) if padding == "same" else 1
    activation, bias = _activation(rng), bool(rng.integers(2))
    grow = [
        UpSampling(stride),
        TransposedConvolution(maps, size, stride, activation=activation, padding=padding, bias=bias),
    ]
    layers: list[Layer] = [
        Convolution(maps, size, stride, None, activation=activation, padding=padding, dilation=dilation, groups=groups,
                    bias=bias),
        MeanPooling(size, stride=stride, padding=padding),
        MaxPooling(size, stride=stride, padding=padding),
        BatchNormalization(epsilon=0.01),  # not so small that nearly equal values become mostly rounding
        LayerNormalization(epsilon=0.01),
        ActivationLayer(activation),
        Dropout(0.3),
        SpatialDropout(0.3),
        GaussianNoise(0.3),
        Reshape((shape[1], shape[0], shape[2])),
        *(grow if max(image) < 8 else []),
        *([_residual(rng, shape, activation, outside + 1)] if outside < 2 else []),
    ]  # fmt: skip
    return layers[rng.integers(len(layers))]


def _residual(rng: np.random.Generator, shape: Shape, activation: Activation, outside: int) -> Layer:
    """Return a block of one or two random layers, with a projection if it must be, or else with none of them."""
    layers, made = [], shape
    for _ in range(rng.integers(1, 3)):
        layers.append(_layer(rng, made, outside))
        made = layers[-1].output_shape(made)
    block = Residual(tuple(layers), activation, projection=made != shape or bool(rng.integers(2)))
    try:
        block.output_shape(shape)
    except ShapeError:  # no projection brings the input to that
        return Residual((ActivationLayer(activation),), activation)
    return block


def _activation(rng: np.random.Generator) -> Activation:
    kinds = list(Activation.kinds.values())
    activation: Activation = kinds[rng.integers(len(kinds))]()
    return activation


def _network(layers: Sequence[Layer], shape: Shape, seed: int, dtype: np.dtype[Any]) -> tuple[Network, Array, Array]:
    """Return a network with random parameters, samples, and a gradient to the outputs; rounded alike in all dtypes."""
    rng = np.random.default_rng((seed, 1))
    network = Network(layers, shape, dtype=dtype)
    drawn = [(network.n_parameters,), (N_SAMPLES, *shape), (N_SAMPLES, *network.output_shape)]
    parameters, x, grad = (rng.normal(size=size).astype(np.float32).astype(dtype) for size in drawn)
    network.vector[:] += parameters * network.dtype.type(0.3)
    return network, x, grad


def _trains(layers: Sequence[Layer]) -> bool:
    return all(
        _trains(layer.layers) if isinstance(layer, Residual) else not isinstance(layer, DRAWING) for layer in layers
    )


def _ours(layers: Sequence[Layer], shape: Shape, seed: int, dtype: np.dtype[Any]) -> Arrays:
    network, x, grad = _network(layers, shape, seed, dtype)
    outputs = network.forward(x, train=_trains(layers))
    to_input = network.backward(grad)
    arrays = {**network.gradients, **network.buffers, "to input": to_input, "outputs": outputs}
    return {**_named(arrays), "in inference": network.predict(x)}


def _theirs(layers: Sequence[Layer], shape: Shape, seed: int, dtype: np.dtype[Any]) -> Arrays:
    network, *arrays = _network(layers, shape, seed, dtype)
    x, grad = map(torch().tensor, arrays)
    params = {name: torch().tensor(array, requires_grad=True) for name, array in network.parameters.items()}
    buffers = {name: torch().tensor(array) for name, array in network.buffers.items()}
    x.requires_grad_()
    outputs = _through(network, x, params, buffers, train=_trains(layers))
    outputs.backward(grad)
    found = {name: param.grad for name, param in params.items()}
    found |= {**buffers, "to input": x.grad, "outputs": outputs.detach()}
    inference = _through(network, x, params, buffers, train=False).detach()
    return {**_named({name: tensor.numpy() for name, tensor in found.items()}), "in inference": inference.numpy()}


def _through(network: Network, a: Any, params: dict[str, Any], buffers: dict[str, Any], train: bool) -> Any:
    for name, layer in zip(network.names, network.layers, strict=True):
        a = apply(layer, a, of(name, params), of(name, buffers), train)
    return a


def _named(arrays: Arrays) -> dict[str, Array]:
    """Return the arrays by names that go into the name of a recorded one."""
    return {name.replace("/", "."): array for name, array in arrays.items()}
