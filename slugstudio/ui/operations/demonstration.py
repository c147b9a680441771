"""What a layer makes of a small sample: computed by its own forward and backward, so that a new layer needs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from slugstudio.datasets import DataSource, Digits
from slugstudio.engine.activation import Activation
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import Arrays, Layer, Mode

Window = tuple[int, int, int, int, int]
"""Part of a sample: channel, first row, number of rows, first column, number of columns."""

_SEED, _TRIES, _REACH, _UNITS = 4, 4, 4.0, 4
_SHAPES: dict[str, tuple[Shape, ...]] = {"regularise": ((4, 8, 8),), "shape": ((1, 8, 8), (4, 8, 8), (64,))}
"""Which samples show best what a group does; all others get one image, or a vector where they take no image."""
_OTHERS: tuple[Shape, ...] = ((1, 8, 8), (6,))


@dataclass(frozen=True, eq=False)
class Curve:
    """An activation: ``y`` and its derivative ``slope`` over ``x``, each of shape (n,)."""

    x: Array
    y: Array
    slope: Array


@dataclass(frozen=True, eq=False)
class Bars:
    """An activation that mixes values: a vector ``before`` and ``after``, each of shape (n,)."""

    before: Array
    after: Array


@dataclass(frozen=True, eq=False)
class Maps:
    """A sample and what becomes of it, each of shape (channels, height, width) or (n,).

    ``kernel`` (height, width) is what is slid over the image, if one is. ``reads`` is the part of ``before`` on which
    ``marked``, one value of ``after``, depends; None where that is not known or says nothing.
    """

    before: Array
    after: Array
    kernel: Array | None
    marked: Window
    reads: Window | None


@dataclass(frozen=True, eq=False)
class Web:
    """Units: ``before`` (n,), ``after`` (units,), and the ``weights`` (n, units) between them."""

    before: Array
    weights: Array
    after: Array


@dataclass(frozen=True, eq=False)
class Spread:
    """How values lie before and after, each of shape (series, n): each series has another mean and width before."""

    before: Array
    after: Array


@dataclass(frozen=True, eq=False)
class Samples:
    """A few samples of data: images (n, height, width), or points (n, 2), with their ``labels`` (n,)."""

    x: Array
    labels: Array
    n_classes: int


Demonstration = Curve | Bars | Maps | Web | Spread | Samples


def demonstrate(declared: type) -> Demonstration | None:
    """Return what shows best what a layer, an activation or a data source does; None if nothing can be shown."""
    if issubclass(declared, DataSource):
        return _of_data(declared())
    if issubclass(declared, Activation):
        return _of_activation(declared())
    if issubclass(declared, Layer):
        spread = _spread(declared) if declared.group == "normalise" else None
        return spread or _of_layer(declared)
    return None


def _of_data(source: DataSource) -> Samples | None:
    if not source.at_hand:
        return None
    data = source.load()
    if data.x.ndim == 2:
        rows = np.arange(min(len(data), 300))
        return Samples(data.x[rows], data.y[rows], data.n_classes)
    firsts = [np.flatnonzero(data.y == label) for label in range(data.n_classes)]
    found = np.array([rows[0] for rows in firsts if len(rows)][:10])
    return Samples(data.x[found, 0], data.y[found], data.n_classes)


def _of_activation(activation: Activation) -> Curve | Bars:
    z = np.linspace(-_REACH, _REACH, 121)[:, None]  # one value a sample: what mixes the values of one has a Jacobian
    slope = activation.derivative(z)
    if slope.shape == z.shape:
        return Curve(z[:, 0], activation.forward(z)[:, 0], slope[:, 0])
    few = np.array([[0.5, 2.0, -1.0, 1.2, 0.0]])
    return Bars(few[0], activation.forward(few)[0])


@cache
def _digits() -> Array:
    """Return four digits as one image of four channels, (4, 8, 8), with values from 0 to 1."""
    images: Array = Digits().load().x[[3, 0, 5, 9], 0].astype(np.float64) / 16
    return images


def _sample(shape: Shape) -> Array:
    if len(shape) == 3:
        return _digits()[: shape[0]]
    if np.prod(shape) == _digits()[0].size:
        row: Array = _digits()[0].reshape(shape)
        return row
    return np.random.default_rng(_SEED).uniform(-1, 1, shape)


def _mode() -> Mode:
    return Mode(train=True, rng=np.random.default_rng(_SEED))


def _of_layer(cls: type[Layer]) -> Maps | Web | None:
    made: Maps | Web | None = None
    for shape in _SHAPES.get(cls.group, _OTHERS):
        layer: Layer = cls.example_for(shape)
        try:
            changed = layer.output_shape(shape) != shape
        except ShapeError:
            continue
        made = _shown(layer, shape)
        # A shape that stays, or a single value, says too little of what is there to change shapes.
        if cls.group != "shape" or (changed and made.after.size > 1):
            return made
    return made


def _shown(layer: Layer, shape: Shape) -> Maps | Web:
    arrays = layer.initialise(shape, np.random.default_rng(_SEED))
    kernel = _slid(arrays)
    x = _sample(shape)[None]
    sums, _ = layer.forward(x, arrays, _mode())
    after = layer.after.forward(sums)[0]
    weight = arrays.get("weight")
    if x.ndim == 2 and weight is not None and weight.shape == (x.shape[1], after.size):
        return Web(x[0], weight[:, :_UNITS], after[:_UNITS])
    marked = _middle(after.shape)
    return Maps(x[0], after, kernel, marked, _reads(layer, shape, arrays, marked))


def _slid(arrays: Arrays) -> Array | None:
    """Make the first two kernels of a convolution ones that find edges, and return the first; None if it has none."""
    weight = arrays.get("weight")
    if weight is None or weight.ndim != 4:
        return None
    height, width = weight.shape[2:]
    edge: Array = np.tile(np.linspace(-1, 1, width), (height, 1)) / height
    kernels = weight.reshape(-1, height, width)
    for place, made in enumerate((edge, edge.T if height == width else edge[::-1])[: len(kernels)]):
        kernels[place] = made
    arrays["weight"] = kernels.reshape(weight.shape)
    return edge


def _middle(shape: Shape) -> Window:
    return (0, shape[1] // 2, 1, shape[2] // 2, 1) if len(shape) == 3 else (0, shape[0] // 2, 1, 0, 1)


def _reads(layer: Layer, shape: Shape, arrays: Arrays, marked: Window) -> Window | None:
    """Return what the marked value reads of an image, by its gradient to some random ones."""
    if len(shape) != 3:
        return None
    rng = np.random.default_rng(_SEED)
    found = np.zeros(shape, bool)
    for _ in range(_TRIES):
        y, cache = layer.forward(rng.uniform(0.1, 1, (1, *shape)), arrays, _mode())
        grad = np.zeros_like(y)
        grad[(0, 0, marked[1], marked[3]) if y.ndim == 4 else (0, marked[1])] = 1
        found |= layer.backward(grad, cache, arrays)[0] != 0
    if not found.any() or (found.sum() == 1 and y.shape[1:] == shape):
        return None  # that each value reads itself need not be told
    channel = int(np.flatnonzero(found.any(axis=(1, 2)))[0])
    rows, columns = (np.flatnonzero(found[channel].any(axis=axis)).tolist() for axis in (1, 0))
    return channel, rows[0], rows[-1] + 1 - rows[0], columns[0], columns[-1] + 1 - columns[0]


def _spread(cls: type[Layer]) -> Spread | None:
    """Return how a normalisation brings series of values together, be they features or samples; None if neither."""
    means, widths = np.array([-2.0, 0.5, 3.0]), np.array([0.5, 1.2, 0.8])
    noise = np.random.default_rng(_SEED).standard_normal((3, 240))
    series = means[:, None] + widths[:, None] * noise
    turns: tuple[Callable[[Array], Array], ...] = (np.transpose, np.asarray)
    for turn in turns:
        x = turn(series)
        layer: Layer = cls.example_for(x.shape[1:])
        arrays = layer.initialise(x.shape[1:], np.random.default_rng(_SEED))
        after: Array = turn(layer.forward(x, arrays, _mode())[0])
        if np.ptp(after.mean(axis=1)) < 0.1 * np.ptp(means):
            return Spread(series, after)
    return None
