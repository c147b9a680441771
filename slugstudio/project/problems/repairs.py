"""Repairs: how a layer that cannot work on what arrives is made to, wherever it lies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slugstudio.engine.declaration import Shape, as_pair
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers import (
    Convolution,
    Dense,
    Flatten,
    GlobalMeanPooling,
    Layer,
    Reshape,
    Residual,
    TransposedConvolution,
)
from slugstudio.engine.layers.base import times
from slugstudio.engine.layers.pooling import Pooling
from slugstudio.engine.layers.stacked import default_names, infer_shapes
from slugstudio.engine.messages import Message

MOST_INSIDE = 64
"""How many layers a Residual holds."""


@dataclass(frozen=True)
class Repair:
    """What takes the place of a layer: itself or another, with layers before it; ``drop`` of those before go."""

    text: Message
    layer: Layer
    before: tuple[Layer, ...] = ()
    drop: int = 0


def repairs(layers: Sequence[Layer], index: int, shapes: Sequence[Shape], code: str) -> Iterator[Repair]:
    """Yield the repairs of a layer that cannot work on what arrives, the best first; each has been tried.

    Parameters
    ----------
    layers : the stack, from its begin
    index : where the layer is in it
    shapes : what arrives at each layer up to this one
    code : that of the error's message
    """
    layer, arrives = layers[index], shapes[index]
    complained = complaint(layer, arrives)
    for repair in _imagined(layer, arrives, code):
        if _mends(repair, arrives, complained):
            yield repair
    if code == "shape.needs_image" and index and isinstance(layers[index - 1], Flatten):
        text = Message("fix.delete_flatten", "Delete the Flatten before it")
        repair = Repair(text, layer, drop=1)
        if _mends(repair, shapes[index - 1], complained):
            yield repair


def _imagined(layer: Layer, arrives: Shape, code: str) -> Iterator[Repair]:
    match code:
        case "shape.needs_vector":
            yield Repair(Message("fix.insert_flatten", "Insert Flatten before it"), layer, (Flatten(),))
            text = Message("fix.insert_global_mean_pooling", "Insert GlobalMeanPooling before it")
            yield Repair(text, layer, (GlobalMeanPooling(),))
        case "shape.needs_image":
            yield from _as_image(layer, arrives)
        case "shape.no_room" if isinstance(layer, Convolution | Pooling):
            yield from _with_room(layer, arrives)
        case "shape.groups" if isinstance(layer, Convolution):
            yield from _in_groups(layer, arrives[0])
        case "shape.reshape":
            for shape in (*_image_shapes(arrives), (math.prod(arrives),)):
                yield Repair(Message("fix.reshape", "Reshape to {shape}", shape=times(shape)), Reshape(shape))
        case "shape.flatten_axes":
            yield Repair(Message("fix.flatten_all", "Flatten to one vector"), Flatten())
        case "shape.inside" if isinstance(layer, Residual):
            yield from _inside(layer, arrives)
        case "shape.sum" if isinstance(layer, Residual):
            yield Repair(Message("fix.projection", "Switch its projection on"), layer.replace(projection=True))
            text = Message("fix.keep_shape", "Let the layers inside keep the shape")
            yield Repair(text, layer.replace(layers=_keeping(layer.layers, arrives)))


def complaint(layer: Layer, arrives: Shape) -> tuple[str, str] | None:
    """Return the code of why a layer cannot work, and the names that lead to the one inside it that cannot."""
    try:
        layer.output_shape(arrives)
    except ShapeError as error:
        code = error.message.code
    else:
        return None
    if code != "shape.inside" or not isinstance(layer, Residual):
        return code, ""
    inner = _inner_complaint(layer, arrives)
    deeper = complaint(layer.layers[inner.index], inner.shapes[-1])
    code, place = deeper or (code, "")
    return code, f"{inner.name} / {place}" if place else inner.name


def _mends(repair: Repair, shape: Shape, complained: tuple[str, str] | None) -> bool:
    """Tell whether a layer does not complain so any more, for which what is put before it has to work."""
    try:
        for layer in repair.before:
            shape = layer.output_shape(shape)
    except ShapeError:
        return False
    return complaint(repair.layer, shape) != complained


def _as_image(layer: Layer, arrives: Shape) -> Iterator[Repair]:
    """Yield what gives a layer of images one: the values as a square, or a layer of vectors in its place."""
    for shape in _image_shapes(arrives):
        text = Message("fix.insert_reshape", "Insert Reshape to {shape} before it", shape=times(shape))
        yield Repair(text, layer, (Reshape(shape),))
    if isinstance(layer, Convolution | TransposedConvolution) and len(arrives) == 1:
        dense = Dense(layer.nb_kernel, activation=layer.after)
        yield Repair(Message("fix.dense_instead", "Use Dense of {units} units instead", units=layer.nb_kernel), dense)


def _image_shapes(arrives: Shape) -> Iterator[Shape]:
    """Yield the shapes of images that so many values may be: of one channel, or of three, and square."""
    if len(arrives) == 2:
        yield (1, *arrives)
        return
    n_values = math.prod(arrives)
    for channels in (1, 3):
        side = math.isqrt(n_values // channels)
        if side > 1 and channels * side * side == n_values:
            yield channels, side, side


def _with_room(layer: Convolution | Pooling, arrives: Shape) -> Iterator[Repair]:
    """Yield what makes a window fit: padding, or a smaller one."""
    same = Message("fix.same_padding", "Use same padding")
    room = arrives[1], arrives[2]
    if isinstance(layer, Convolution):
        yield Repair(same, layer.replace(padding="same"))
        down, right = (0, 0) if isinstance(layer.padding, str) else as_pair(layer.padding)
        spread = as_pair(layer.dilation)
        sides = (room[0] + 2 * down, room[1] + 2 * right)
        kernel = tuple(
            min(size, (side - 1) // step + 1)
            for size, side, step in zip(as_pair(layer.kernel_size), sides, spread, strict=True)
        )
        text = Message("fix.smaller_kernel", "Use a {size} kernel", size=times(kernel))
        yield Repair(text, layer.replace(kernel_size=kernel))
    else:
        yield Repair(same, layer.replace(padding="same"))
        block = tuple(map(min, as_pair(layer.pool_size), room))
        text = Message("fix.smaller_block", "Use blocks of {size}", size=times(block))
        yield Repair(text, layer.replace(pool_size=block))


def _in_groups(layer: Convolution, channels: int) -> Iterator[Repair]:
    groups = math.gcd(layer.groups, channels, layer.nb_kernel)
    templates = ("Use {groups} groups", "Use one group")
    yield Repair(Message("fix.groups", templates[groups == 1], groups=groups), layer.replace(groups=groups))
    kernels = -(-layer.nb_kernel // layer.groups) * layer.groups
    if channels % layer.groups == 0 and kernels <= 4096:
        text = Message("fix.kernels", "Use {kernels} kernels", kernels=kernels)
        yield Repair(text, layer.replace(nb_kernel=kernels))


@dataclass(frozen=True)
class Inner:
    """Which layer inside a Residual cannot work: the shapes are what arrives at each up to it."""

    index: int
    name: str
    shapes: tuple[Shape, ...]
    code: str


def _inner_complaint(layer: Residual, arrives: Shape) -> Inner:
    """Return the first layer inside that cannot work, of a Residual that has one."""
    names, shapes = default_names(layer.layers), [arrives]
    for inner in layer.layers:
        try:
            shapes += infer_shapes((inner,), shapes[-1], ("",))[1:]
        except ShapeError as error:
            return Inner(len(shapes) - 1, names[len(shapes) - 1], tuple(shapes), error.message.code)
    raise AssertionError("one of the layers inside cannot work")  # pragma: no cover - asked only where one cannot


def _inside(layer: Residual, arrives: Shape) -> Iterator[Repair]:
    """Yield the repairs of the layer inside that cannot work."""
    inner = _inner_complaint(layer, arrives)
    for repair in repairs(layer.layers, inner.index, inner.shapes, inner.code):
        before = (*layer.layers[: inner.index - repair.drop], *repair.before)
        layers = (*before, repair.layer, *layer.layers[inner.index + 1 :])
        if len(layers) <= MOST_INSIDE:
            text = Message("fix.inside", "{fix} (inside, {layer})", fix=repair.text, layer=inner.name)
            yield Repair(text, layer.replace(layers=layers))


def _keeping(layers: Sequence[Layer], arrives: Shape) -> tuple[Layer, ...]:
    """Return layers that keep the shape as far as they can: nothing shrinks, and the last that learns is as wide."""
    kept: list[Layer] = []
    for layer in layers:
        if isinstance(layer, Convolution | Pooling):
            kept.append(layer.replace(padding="same", stride=1))
        else:
            kept.append(layer)
    for index in reversed(range(len(kept))):
        layer = kept[index]
        if isinstance(layer, Dense):
            kept[index] = layer.replace(outshape=arrives[0])
        elif isinstance(layer, Convolution) and arrives[0] <= 4096 and arrives[0] % layer.groups == 0:
            kept[index] = layer.replace(nb_kernel=arrives[0])
        else:
            continue
        break
    return tuple(kept)
