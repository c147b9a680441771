"""Each layer as PyTorch computes it, from the same parameters and buffers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slugstudio.engine.declaration import as_pair
from slugstudio.engine.layers import (
    BatchNormalization,
    Convolution,
    Dense,
    Flatten,
    GlobalMeanPooling,
    Layer,
    LayerNormalization,
    MaxPooling,
    MeanPooling,
    Reshape,
    Residual,
    TransposedConvolution,
    UpSampling,
)
from tools.parity.case import torch
from tools.parity.check_activations import COUNTERPARTS

Tensors = Mapping[str, Any]


def apply(layer: Layer, x: Any, params: Tensors, buffers: Tensors, train: bool) -> Any:
    """Return what leaves the layer, activation included, for ``x``; layers that draw numbers do so only in training."""
    return COUNTERPARTS[layer.after.kind](layer.after, _apply(layer, x, params, buffers, train))


def _apply(layer: Layer, x: Any, params: Tensors, buffers: Tensors, train: bool) -> Any:
    f = torch().nn.functional
    match layer:
        case Dense():
            return f.linear(x, params["weight"].T, params["bias"])
        case Convolution():
            pairs = as_pair(layer.kernel_size), as_pair(layer.stride), as_pair(layer.dilation)
            padded = f.pad(x, _same(x, *pairs)) if layer.padding == "same" else x
            padding = (0, 0) if isinstance(layer.padding, str) else as_pair(layer.padding)
            return f.conv2d(padded, params["weight"], params.get("bias"), pairs[1], padding, pairs[2], layer.groups)
        case TransposedConvolution():
            return _transposed(layer, x, params)
        case MaxPooling() | MeanPooling():
            return _pooled(layer, x)
        case BatchNormalization():
            means = buffers["running_mean"], buffers["running_variance"]
            return f.batch_norm(x, *means, params["weight"], params["bias"], train, layer.momentum, layer.epsilon)
        case LayerNormalization():
            return f.layer_norm(x, x.shape[1:], params["weight"], params["bias"], layer.epsilon)
        case GlobalMeanPooling():
            return x.mean((2, 3))
        case UpSampling():
            return f.interpolate(x, scale_factor=tuple(map(float, as_pair(layer.size))), mode="nearest")
        case Flatten() | Reshape():
            return x.reshape(len(x), *layer.output_shape(tuple(x.shape[1:])))
        case Residual():
            return _residual(layer, x, params, buffers, train)
    return x * 1  # an activation of its own, or one that changes nothing in inference


def of(name: str, tensors: Tensors) -> Tensors:
    """Return the tensors of one layer, of its stack or of those inside it, by their names in it."""
    return {full.removeprefix(f"{name}/"): tensor for full, tensor in tensors.items() if full.startswith(f"{name}/")}


def _residual(layer: Residual, x: Any, params: Tensors, buffers: Tensors, train: bool) -> Any:
    *stack, last = layer.inside(tuple(x.shape[1:]))
    shortcut, stack = ([last], stack) if layer.projection else ([], [*stack, last])
    ways = []
    for way in (stack, shortcut):
        a = x
        for part in way:
            a = apply(part.layer, a, of(part.name, params), of(part.name, buffers), train)
        ways.append(a)
    return ways[0] + ways[1]


def _transposed(layer: TransposedConvolution, x: Any, params: Tensors) -> Any:
    f = torch().nn.functional
    whole = f.conv_transpose2d(x, params["weight"], stride=as_pair(layer.stride))
    _, *sizes = layer.output_shape(tuple(x.shape[1:]))
    edges: list[int] = []
    for wanted, found in zip(sizes, whole.shape[2:], strict=True):
        # What is too much is cut off on both sides, with one more at the end; what is missing is added there.
        before = -max((found - wanted) // 2, 0)
        edges = [before, wanted - found - before, *edges]
    z = f.pad(whole, edges)
    return z if not layer.bias else z + params["bias"][:, None, None]


def _pooled(layer: MaxPooling | MeanPooling, x: Any) -> Any:
    f = torch().nn.functional
    size = as_pair(layer.pool_size)
    stride = size if layer.stride is None else as_pair(layer.stride)
    edges = _same(x, size, stride, (1, 1)) if layer.padding == "same" else (0, 0, 0, 0)
    if isinstance(layer, MaxPooling):
        return f.max_pool2d(f.pad(x, edges, value=float("-inf")), size, stride)
    there = f.avg_pool2d(f.pad(torch().ones_like(x), edges), size, stride)
    return f.avg_pool2d(f.pad(x, edges), size, stride) / there


def _same(x: Any, size: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]) -> tuple[int, ...]:
    """Return left, right, top and bottom of the padding that ONNX calls SAME_UPPER."""
    edges: list[int] = []
    for length, extent, step, gap in zip(x.shape[2:], size, stride, dilation, strict=True):
        missing = max((-(-length // step) - 1) * step + (extent - 1) * gap + 1 - length, 0)
        edges = [missing // 2, missing - missing // 2, *edges]
    return tuple(edges)
