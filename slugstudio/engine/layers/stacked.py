"""What every stack of layers has, a whole network or what lies in a Residual: names and shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import Layer, times
from slugstudio.engine.messages import Message


def default_names(layers: Sequence[Layer]) -> tuple[str, ...]:
    """Name each layer by its kind and number: ``convolution_1``, ``max_pooling_1``, ``convolution_2``..."""
    counts: Counter[str] = Counter()
    names = []
    for layer in layers:
        stem = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer.kind).lower()
        counts[stem] += 1
        names.append(f"{stem}_{counts[stem]}")
    return tuple(names)


def output_shapes(layer: Layer, input_shape: Shape) -> Iterator[Shape]:
    """Yield the shape of what leaves each layer inside a layer, and of what leaves itself."""
    for part in layer.inside(input_shape):
        yield from output_shapes(part.layer, part.input_shape)
    yield layer.output_shape(input_shape)


def infer_shapes(layers: Sequence[Layer], input_shape: Shape, names: Sequence[str]) -> list[Shape]:
    """Return the shape before each layer and, last, after all.

    Raises
    ------
    ShapeError
        From the first layer that cannot work on what arrives, or whose ``inshape`` contradicts it.
    """
    shapes = [input_shape]
    for position, (layer, name) in enumerate(zip(layers, names, strict=True), start=1):
        shape = shapes[-1]
        if layer.given_shape is not None and layer.given_shape != shape:
            reason = Message(
                "shape.inshape",
                "inshape is {given}, but {received} arrives; leave inshape out or correct it.",
                given=times(layer.given_shape),
                received=times(shape),
            )
            raise ShapeError(reason, name, position)
        try:
            shapes.append(layer.output_shape(shape))
        except ShapeError as error:
            raise ShapeError(error.reason, name, position) from None
    return shapes
