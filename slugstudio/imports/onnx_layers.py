"""From the nodes of an ONNX file to layers with their weights, one node after the other."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from slugstudio.engine.activation import ELU, GELU, Activation, LeakyReLU, Noop, ReLU, Sigmoid, Softmax, Softplus, Tanh
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import SlugError
from slugstudio.engine.layers import (
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    Reshape,
)
from slugstudio.imports.errors import ImportRefused
from slugstudio.imports.onnx_file import Chain, Node
from slugstudio.imports.onnx_images import convolution, global_mean, pooling, transposed_convolution
from slugstudio.imports.onnx_translation import Translation, text, weight_of


def translated(chain: Chain) -> Translation:
    """Return the layers that the nodes of a chain amount to.

    Raises
    ------
    ImportRefused
        With the first node that cannot be taken, and why.
    """
    translation = Translation(chain.input_shape)
    for node in chain.nodes:
        translate = _NODES.get(node.op)
        if translate is None:
            raise node.refused(f"there is no such layer here; known are {', '.join(sorted(_NODES))}.")
        try:
            translate(translation, node)
        except ImportRefused:
            raise
        except (SlugError, ValueError, TypeError, IndexError, KeyError, ZeroDivisionError) as error:
            raise node.refused(f"it does not fit what arrives ({error}).") from error
    return translation


Handler = Callable[[Translation, Node], None]


def _per_feature(translation: Translation, node: Node, array: Array | None) -> Array:
    """Return a constant that is one number, or one for each feature in its place: (1, C, 1, 1), (C, 1, 1), or (C,)."""
    if array is None:
        raise node.refused("expected a number beside what arrives.")
    shape = translation.told
    lined = array.reshape((1,) * (len(shape) + 1 - array.ndim) + array.shape) if array.ndim <= len(shape) + 1 else array
    if array.size != 1 and (lined.ndim != len(shape) + 1 or lined.shape != (1, shape[0], *(1,) * (len(shape) - 1))):
        raise node.refused(f"expected one number, or one for each of {shape[0]} features, received {array.shape}.")
    return np.asarray(array.reshape(-1), np.float64)


def _arithmetic(translation: Translation, node: Node) -> None:
    value = _per_feature(translation, node, node.constants[0] if node.constants else None)
    scale, shift = np.ones(1), np.zeros(1)
    match node.op:
        case "Add":
            shift = value
        case "Sub":
            shift = -value
        case "Mul":
            scale = value
        case "Div" if value.all():
            scale = 1 / value
        case _:
            raise node.refused("it divides by zero.")
    translation.scale_and_shift(node, scale, shift)


def _bias(node: Node, size: int) -> Array:
    bias = node.constants[1] if len(node.constants) > 1 else None
    return np.zeros(size) if bias is None else np.broadcast_to(bias.reshape(-1), (size,))


def _gemm(translation: Translation, node: Node) -> None:
    translation.need_vector(node)
    weight = weight_of(node, 2)
    if node.attributes.get("transA", 0):
        raise node.refused("transA is not known here.")
    weight = weight.T if node.op == "Gemm" and node.attributes.get("transB", 0) else weight
    bias = _bias(node, weight.shape[1]) if node.op == "Gemm" else np.zeros(weight.shape[1])
    alpha, beta = float(node.attributes.get("alpha", 1.0)), float(node.attributes.get("beta", 1.0))
    layer = Dense(weight.shape[1], activation=Noop())
    translation.add(node, layer, {"weight": weight * np.float32(alpha), "bias": bias * np.float32(beta)})


def _normalisation(translation: Translation, node: Node) -> None:
    if len(node.constants) != 4 or any(array is None for array in node.constants):
        raise node.refused("expected scale, shift, mean and variance as constants.")
    if node.attributes.get("training_mode", 0):
        raise node.refused("it is in training mode; export the network in inference.")
    names = ("weight", "bias", "running_mean", "running_variance")
    arrays = {name: array for name, array in zip(names, node.constants, strict=True) if array is not None}
    layer = BatchNormalization(epsilon=float(node.attributes.get("epsilon", 1e-5)))
    if translation.shape != translation.told and len(translation.told) == 3:
        translation.need_image(node)
    translation.add(node, layer, arrays)


def _dropout(translation: Translation, node: Node) -> None:
    given = node.constants[0] if node.constants else None
    ratio = float(node.attributes.get("ratio", 0.5) if given is None else given)
    if len(node.constants) > 1 and node.constants[1] is not None and bool(node.constants[1]):
        raise node.refused("it is in training mode; export the network in inference.")
    translation.add(node, Dropout(ratio), told=translation.told)


def _flatten(translation: Translation, node: Node) -> None:
    if node.op == "Flatten" and int(node.attributes.get("axis", 1)) not in (1, -len(translation.told)):
        raise node.refused("expected one vector a sample (axis 1).")
    _reshaped(translation, node, (math.prod(translation.told),))


def _reshape(translation: Translation, node: Node) -> None:
    target = node.target
    if target is None:
        given = node.constants[0] if node.constants else node.attributes.get("shape")
        if given is None:
            raise node.refused("expected a constant shape.")
        target = tuple(int(size) for size in np.asarray(given).reshape(-1))
    if len(target) < 2 or target[0] not in (None, -1, 0, 1):
        raise node.refused(f"expected samples to stay apart, received the shape {list(target)}.")
    sizes = [translation.told[place - 1] if size == 0 else size for place, size in enumerate(target[1:], 1)]
    whole = math.prod(translation.told)
    rest = math.prod(size for size in sizes if size is not None and size != -1)
    shape = tuple(whole // rest if size in (None, -1) else int(size or 0) for size in sizes)
    if math.prod(shape) != whole or (target[0] == 1 and target.count(-1) == 0 and whole != math.prod(shape)):
        raise node.refused(f"expected {whole:,} values, received the shape {list(target)}.")
    _reshaped(translation, node, shape)


def _reshaped(translation: Translation, node: Node, shape: Shape) -> None:
    if shape == translation.shape:
        translation.told = shape
    elif len(shape) == 1:
        translation.add(node, Flatten())
    else:
        translation.add(node, Reshape(shape))


def _squeeze(translation: Translation, node: Node) -> None:
    shape = tuple(size for size in translation.told if size != 1)
    if len(shape) != 1:
        raise node.refused("expected axes of one value to be dropped, so that a vector remains.")
    _reshaped(translation, node, shape)


def _nothing(translation: Translation, node: Node) -> None:
    del translation, node


def _transpose(translation: Translation, node: Node) -> None:
    order = list(node.attributes.get("perm", ()))
    if order != list(range(len(order))) or not order:
        raise node.refused(f"it turns the axes round ({order or 'all'}), which no layer here does.")


def _activation(make: Callable[[Translation, Node], Activation]) -> Handler:
    return lambda translation, node: translation.activate(node, make(translation, node))


def _softmax(translation: Translation, node: Node) -> Activation:
    if len(translation.shape) != 1 or int(node.attributes.get("axis", -1)) not in (1, -1):
        raise node.refused("expected it over the values of a vector (axis 1).")
    return Softmax()


def _gelu(translation: Translation, node: Node) -> Activation:
    if text(node.attributes.get("approximate", "none")) != "tanh":
        raise node.refused("GELU is known here in its tanh form only (approximate='tanh').")
    return GELU()


_NODES: dict[str, Handler] = {
    "Add": _arithmetic,
    "Sub": _arithmetic,
    "Mul": _arithmetic,
    "Div": _arithmetic,
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": _gemm,
    "MatMul": _gemm,
    "MaxPool": pooling,
    "AveragePool": pooling,
    "GlobalAveragePool": global_mean,
    "ReduceMean": global_mean,
    "BatchNormalization": _normalisation,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Identity": _nothing,
    "Cast": _nothing,
    "Relu": _activation(lambda translation, node: ReLU()),
    "Tanh": _activation(lambda translation, node: Tanh()),
    "Sigmoid": _activation(lambda translation, node: Sigmoid()),
    "Softplus": _activation(lambda translation, node: Softplus()),
    "LeakyRelu": _activation(lambda translation, node: LeakyReLU(float(node.attributes.get("alpha", 0.01)))),
    "Elu": _activation(lambda translation, node: ELU(float(node.attributes.get("alpha", 1.0)))),
    "Gelu": _activation(_gelu),
    "Softmax": _activation(_softmax),
}
