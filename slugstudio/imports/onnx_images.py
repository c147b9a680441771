"""What works on images: convolutions and poolings of an ONNX file."""

from __future__ import annotations

from typing import Any

import numpy as np

from slugstudio.engine.activation import Noop
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import (
    Convolution,
    GlobalMeanPooling,
    MaxPooling,
    MeanPooling,
    TransposedConvolution,
)
from slugstudio.engine.layers.base import Arrays
from slugstudio.imports.onnx_file import Node
from slugstudio.imports.onnx_translation import Translation, text, weight_of


def _pads(
    node: Node, extent: tuple[int, int], image: tuple[int, int], stride: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the rows and columns that a node adds: top, left, bottom, right."""
    auto = text(node.attributes.get("auto_pad", "NOTSET"))
    if auto == "VALID":
        return 0, 0, 0, 0
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        missing = [max((-(-n // s) - 1) * s + e - n, 0) for n, s, e in zip(image, stride, extent, strict=True)]
        less, more = [each // 2 for each in missing], [each - each // 2 for each in missing]
        before, after = (less, more) if auto == "SAME_UPPER" else (more, less)
        return before[0], before[1], after[0], after[1]
    if auto != "NOTSET":
        raise node.refused(f"auto_pad {auto} is not known.")
    top, left, bottom, right = (int(each) for each in node.attributes.get("pads", (0, 0, 0, 0)))
    return top, left, bottom, right


def _pair(node: Node, name: str) -> tuple[int, int]:
    value = node.attributes.get(name, (1, 1))
    if len(value) != 2:
        raise node.refused(f"expected {name} for height and width, received {list(value)}.")
    return int(value[0]), int(value[1])


def convolution(translation: Translation, node: Node) -> None:
    """Take a Conv."""
    _, *image = translation.need_image(node)
    weight = weight_of(node, 4)
    kernel = (weight.shape[2], weight.shape[3])
    stride, dilation = _pair(node, "strides"), _pair(node, "dilations")
    extent = (dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1)
    pads = _pads(node, extent, (image[0], image[1]), stride)
    arrays = _arrays(node, weight)
    layer = Convolution(
        len(weight),
        kernel,
        stride,
        activation=Noop(),
        dilation=dilation,
        groups=int(node.attributes.get("group", 1)),
        bias="bias" in arrays,
    )
    same = layer.replace(padding="same")
    if pads == (0, 0, 0, 0):
        translation.add(node, layer, arrays)
    elif pads[:2] == pads[2:]:
        translation.add(node, layer.replace(padding=pads[:2]), arrays)
    elif _edges(same, translation.shape) == pads:
        translation.add(node, same, arrays)
    else:
        raise node.refused(f"its padding {list(pads)} is not the same on both sides, which no layer here can do.")


def _arrays(node: Node, weight: Array) -> Arrays:
    bias = node.constants[1] if len(node.constants) > 1 else None
    return {"weight": weight} if bias is None else {"weight": weight, "bias": bias}


def _edges(layer: Any, shape: Shape) -> tuple[int, int, int, int]:
    """Return what a layer adds to an image of a shape: top, left, bottom, right."""
    windows = layer.windows(shape)
    return windows.rows.before, windows.columns.before, windows.rows.after, windows.columns.after


def transposed_convolution(translation: Translation, node: Node) -> None:
    """Take a ConvTranspose, as far as the layer here can do what it does."""
    translation.need_image(node)
    weight = weight_of(node, 4)
    if int(node.attributes.get("group", 1)) != 1 or _pair(node, "dilations") != (1, 1):
        raise node.refused("groups and dilation are not known here for it.")
    if any(node.attributes.get("output_padding", ())) or "output_shape" in node.attributes:
        raise node.refused("output_padding and output_shape are not known here.")
    arrays = _arrays(node, weight)
    layer = TransposedConvolution(
        weight.shape[1], weight.shape[2:], _pair(node, "strides"), activation=Noop(), bias="bias" in arrays
    )
    same, pads = layer.replace(padding="same"), tuple(int(each) for each in node.attributes.get("pads", (0, 0, 0, 0)))
    if text(node.attributes.get("auto_pad", "NOTSET")) not in ("NOTSET", "VALID"):
        raise node.refused("auto_pad is not known here for it.")
    if pads == (0, 0, 0, 0):
        translation.add(node, layer, arrays)
    elif _edges(same, translation.shape) == pads:
        translation.add(node, same, arrays)
    else:
        raise node.refused(f"it cuts off {list(pads)}, which no layer here does.")


def pooling(translation: Translation, node: Node) -> None:
    """Take a MaxPool or an AveragePool; blocks that reach beyond the image are those of ``padding="same"``."""
    _, *image = translation.need_image(node)
    size, stride = _pair(node, "kernel_shape"), _pair(node, "strides")
    if _pair(node, "dilations") != (1, 1):
        raise node.refused("dilation is not known here for it.")
    pads = _pads(node, size, (image[0], image[1]), stride)
    kind = MaxPooling if node.op == "MaxPool" else MeanPooling
    layer = kind(size, stride=stride)
    wanted = _pooled(image, size, stride, pads, bool(node.attributes.get("ceil_mode", 0)))
    padded = layer.replace(padding="same")
    if not any(pads) and layer.output_shape(translation.shape)[1:] == wanted:
        translation.add(node, layer)
    elif _edges(padded, translation.shape)[:2] == pads[:2] and padded.output_shape(translation.shape)[1:] == wanted:
        if kind is MeanPooling and node.attributes.get("count_include_pad", 0):
            raise node.refused("it counts the padding into the mean (count_include_pad), which no layer here does.")
        translation.add(node, padded)
    else:
        raise node.refused(f"its padding {list(pads)}, or what it does with the rest (ceil_mode), no layer here does.")


def _pooled(
    image: list[int], size: tuple[int, int], stride: tuple[int, int], pads: tuple[int, int, int, int], ceil: bool
) -> tuple[int, ...]:
    free = [n + pads[a] + pads[a + 2] - k for a, (n, k) in enumerate(zip(image, size, strict=True))]
    return tuple((-(-n // s) if ceil else n // s) + 1 for n, s in zip(free, stride, strict=True))


def global_mean(translation: Translation, node: Node) -> None:
    """Take a GlobalAveragePool, or a ReduceMean that does the same."""
    channels, *_ = translation.need_image(node)
    if node.op == "ReduceMean":
        axes = node.attributes.get("axes", node.constants[0] if node.constants else ())
        if axes is None or sorted(int(axis) % 4 for axis in np.asarray(axes).reshape(-1)) != [2, 3]:
            raise node.refused("expected the mean over height and width.")
    keeps = node.op == "GlobalAveragePool" or node.attributes.get("keepdims", 1)
    translation.add(node, GlobalMeanPooling(), told=(channels, 1, 1) if keeps else (channels,))
