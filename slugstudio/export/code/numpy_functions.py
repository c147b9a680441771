"""Functions that are written into generated numpy programs as they stand here, those that are needed.

They are short rather than quick, as somebody will read them. Images are (n, channels, height, width), pairs (height,
width), and edges (top, left, bottom, right).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Pair = tuple[int, int]
Edges = tuple[int, int, int, int]


def along(values: Array, x: Array) -> Array:
    """Return one value for each channel or feature of x, to compute with it."""
    return values.reshape(-1, *[1] * (x.ndim - 2))


def padded(x: Array, edges: Edges, value: float) -> Array:
    """Put a value around images."""
    top, left, bottom, right = edges
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def blocks(x: Array, size: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Array:
    """Return what each window sees: (n, channels, rows, columns, height, width)."""
    reach = (dilation[0] * (size[0] - 1) + 1, dilation[1] * (size[1] - 1) + 1)
    seen = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(2, 3))
    return seen[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def affine(x: Array, weight: Array, bias: Array) -> Array:
    """Return x W + b, with weights of shape (in, out)."""
    return x @ weight + bias


def convolve(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    edges: Edges = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """Slide kernels of shape (kernels, channels / groups, height, width) over images with zeros around them."""
    seen = blocks(padded(x, edges, 0), weight.shape[2:], stride, dilation)
    parts = zip(np.split(seen, groups, axis=1), np.split(weight, groups), strict=True)
    maps = [np.tensordot(part, kernels, axes=((1, 4, 5), (1, 2, 3))) for part, kernels in parts]
    y = np.moveaxis(np.concatenate(maps, axis=3), 3, 1)
    return y if bias is None else y + along(bias, y)


def convolve_transposed(
    x: Array, weight: Array, bias: Array | None = None, stride: Pair = (1, 1), cut: Edges = (0, 0, 0, 0)
) -> Array:
    """Stamp kernels of shape (channels, kernels, height, width) side by side, and cut the edges off.

    Where less than nothing is to be cut, zeros are put there.
    """
    n, _, rows, columns = x.shape
    _, kernels, height, width = weight.shape
    shape = (n, kernels, (rows - 1) * stride[0] + height, (columns - 1) * stride[1] + width)
    y = np.zeros(shape, np.float32)
    for i in range(height):
        for j in range(width):
            stamped = np.tensordot(x, weight[:, :, i, j], axes=((1,), (0,)))
            place = y[:, :, i : i + stride[0] * rows : stride[0], j : j + stride[1] * columns : stride[1]]
            place += np.moveaxis(stamped, 3, 1)
    top, left, bottom, right = cut
    y = padded(y, (max(-top, 0), max(-left, 0), max(-bottom, 0), max(-right, 0)), 0)
    y = y[:, :, max(top, 0) : y.shape[2] - max(bottom, 0), max(left, 0) : y.shape[3] - max(right, 0)]
    return y if bias is None else y + along(bias, y)


def max_pool(x: Array, size: Pair, stride: Pair, edges: Edges = (0, 0, 0, 0)) -> Array:
    """Return the largest value of each block."""
    y: Array = blocks(padded(x, edges, -np.inf), size, stride).max(axis=(4, 5))
    return y


def mean_pool(x: Array, size: Pair, stride: Pair, edges: Edges = (0, 0, 0, 0)) -> Array:
    """Return the mean of each block, of its values that lie in the image."""
    there = blocks(padded(np.ones_like(x[:1, :1]), edges, 0), size, stride).sum(axis=(4, 5))
    y: Array = blocks(padded(x, edges, 0), size, stride).sum(axis=(4, 5)) / there
    return y


def enlarge(x: Array, size: Pair) -> Array:
    """Make each value a block of equal ones."""
    return x.repeat(size[0], axis=2).repeat(size[1], axis=3)


def normalise_features(x: Array, weight: Array, bias: Array, mean: Array, variance: Array, epsilon: float) -> Array:
    """Bring each channel or feature to its scale by what was measured in training."""
    scale = weight / np.sqrt(variance + np.float32(epsilon))
    return (x - along(mean, x)) * along(scale, x) + along(bias, x)


def normalise_sample(x: Array, weight: Array, bias: Array, epsilon: float) -> Array:
    """Bring each sample to mean 0 and variance 1, and then to the scale that was learned."""
    axes = tuple(range(1, x.ndim))
    centred = x - x.mean(axis=axes, keepdims=True)
    variance = np.mean(centred**2, axis=axes, keepdims=True)
    y: Array = weight * centred / np.sqrt(variance + np.float32(epsilon)) + bias
    return y


def scale_and_shift(x: Array, offset: Array, scale: Array) -> Array:
    """Bring raw values to where the network was trained on them."""
    return (x - along(offset, x)) / along(scale, x)


def relu(z: Array) -> Array:
    """Return what is above zero, and zero for the rest."""
    return np.maximum(z, 0)


def leaky_relu(z: Array, slope: float) -> Array:
    """Multiply what is below zero by a slope."""
    return np.where(z > 0, z, np.float32(slope) * z)


def elu(z: Array, alpha: float) -> Array:
    """Let what is below zero approach -alpha."""
    a: Array = np.where(z > 0, z, np.float32(alpha) * np.expm1(np.minimum(z, 0)))
    return a


def gelu(z: Array) -> Array:
    """Weigh a value by the share of a normal distribution below it, in the tanh form."""
    inside = np.clip(z, -10, 10)  # beyond, tanh is 1 or -1
    gate = np.tanh(np.float32(0.7978845608) * (inside + np.float32(0.044715) * inside**3))
    a: Array = z / 2 * (1 + gate)
    return a


def silu(z: Array) -> Array:
    """Let a value through by its own sigmoid."""
    return z * sigmoid(z)


def sigmoid(z: Array) -> Array:
    """Squeeze values between 0 and 1; the exponential is only taken of negative numbers, so it cannot overflow."""
    e = np.exp(-np.abs(z))
    a: Array = np.where(z >= 0, 1, e) / (1 + e)
    return a


def softplus(z: Array) -> Array:
    """Return log(1 + e^z), without overflow."""
    a: Array = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return a


def softmax(z: Array) -> Array:
    """Turn the sums of a sample into probabilities."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    a: Array = e / e.sum(axis=1, keepdims=True)
    return a
