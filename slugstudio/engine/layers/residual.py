"""Residual: a stack of layers that learns what is to be added to its input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple, Self

import numpy as np

from slugstudio.engine.activation import Activation, Noop, ReLU
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Help, Range, Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, Part, as_step, times
from slugstudio.engine.layers.convolution import Convolution
from slugstudio.engine.layers.dense import Dense
from slugstudio.engine.layers.run import Run
from slugstudio.engine.layers.stacked import default_names, infer_shapes
from slugstudio.engine.messages import Message
from slugstudio.engine.operations import AddShortcut, Operation
from slugstudio.engine.rules import Rule

FEWEST, MOST = 16, 64
"""Between which numbers the width of an example follows what arrives."""


class Step(NamedTuple):
    """What the way forward through one of the layers leaves: its arrays, its cache, its sums and its activations."""

    layer: Layer
    arrays: Arrays
    cache: Any
    sums: Array
    activations: Array


@dataclass(eq=False)
class Seen:
    """What `Residual.forward` leaves: the steps through the stack, and through the projection if there is one.

    ``to_input`` is what `Residual.parameter_gradients` finds on its way, for `Residual.backward` to take.
    """

    stack: dict[str, Step]
    shortcut: dict[str, Step]
    to_input: Array | None = None


@dataclass(frozen=True)
class Residual(Layer):
    r"""Adds its input to what a stack of layers makes of it, so that they only learn what has to change.

    .. math:: y = \varphi(F(x) + x), \quad
        \frac{\partial L}{\partial x} = \delta + \left(\frac{\partial F}{\partial x}\right)^T \delta

    with the gradient :math:`\delta` to the sum, which so reaches the layers before undiminished: networks of many
    layers can be trained (He et al., 2016, equation 1). F is the stack, and must give what has the shape of x. Where it
    cannot, a projection P, which is learned too, brings x to the shape of F(x): :math:`y = \varphi(F(x) + P x)`
    (equation 2). Of an image it is a 1×1 convolution without bias, with the stride that is needed, of a vector a Dense.

    The arrays of the layers inside are called by their kind and number, ``convolution_1/weight``,
    ``batch_normalization_1/running_mean``, those of the projection ``projection/weight``. Each begins from a random
    stream of its own. Residuals may lie in one another.
    """

    also: ClassVar[tuple[str, ...]] = ("skip connection", "shortcut", "resnet", "block")
    group: ClassVar[Group] = "learn"
    formula: ClassVar[str] = r"y = \varphi(F(x) + x)"

    layers: Annotated[
        tuple[Layer, ...], Range(1, 64), Help("The stack whose output is added to the input.", "Layers inside")
    ]
    activation: Annotated[Activation, Help("The function applied to the sum.", "Activation of the sum")] = ReLU()
    projection: Annotated[
        bool,
        Help(
            "Whether the input goes through a learned projection before it is added, of 1×1 kernels with the stride "
            "that is needed: for layers inside that give another shape than they receive.",
            "Projection",
        ),
    ] = False

    @classmethod
    def example(cls) -> Self:
        """Return two convolutions that go after any image."""
        return cls._of_convolutions(FEWEST, projection=True)

    @classmethod
    def example_for(cls, input_shape: Shape) -> Self:
        """Return two layers as wide as what arrives, within limits beyond which a projection makes up for it."""
        width = min(max(input_shape[0], FEWEST), MOST)
        projection = width != input_shape[0]
        match input_shape:
            case (_,):
                return cls((Dense(width, activation=ReLU()), Dense(width)), projection=projection)
            case (_, _, _):
                return cls._of_convolutions(width, projection=projection)
        return cls.example()

    @classmethod
    def _of_convolutions(cls, n_maps: int, *, projection: bool) -> Self:
        bent, plain = (Convolution(n_maps, 3, activation=a, padding="same") for a in (ReLU(), Noop()))
        return cls((bent, plain), projection=projection)

    @property
    def after(self) -> Activation:
        """The activation."""
        return self.activation

    @property
    def each_alone(self) -> bool:
        """Tell whether workers may share the samples: all layers inside let them."""
        return all(layer.each_alone for layer in self.layers)

    @property
    def costly(self) -> bool:
        """Tell whether one of the layers inside is."""
        return any(layer.costly for layer in self.layers)

    def inside(self, input_shape: Shape) -> tuple[Part, ...]:
        """Return the layers of the stack, and after them the projection if there is one.

        Raises
        ------
        ShapeError
            If a layer cannot work on what arrives at it, or the sum cannot be taken.
        """
        names = default_names(self.layers)
        try:
            shapes = infer_shapes(self.layers, input_shape, names)
        except ShapeError as error:
            reason = Message(
                "shape.inside",
                "{layer}: inside, {inner} (layer {position}): {reason}",
                layer=self.label,
                inner=error.layer,
                position=error.position,
                reason=error.reason,
            )
            raise ShapeError(reason) from None
        stack = (Part(*part) for part in zip(names, self.layers, shapes[:-1], shapes[1:], strict=True))
        return (*stack, *self._shortcut(input_shape, shapes[-1]))

    def _shortcut(self, input_shape: Shape, output_shape: Shape) -> tuple[Part, ...]:
        """Return what lies between the input and the sum: nothing, or the projection."""
        if not self.projection and output_shape == input_shape:
            return ()
        projection = _projection(input_shape, output_shape)
        if self.projection and projection is not None:
            return (Part("projection", projection, input_shape, output_shape),)
        if self.projection:
            template = (
                "{layer}: its layers make {made}, to which no projection brings its input of {received}; {advice}."
            )
            wanted = (output_shape[0], *input_shape[1:])
        elif projection:
            template = (
                "{layer}: its layers make {made}, which cannot be added to its input of {received}; {advice}, or "
                "switch its projection on."
            )
            wanted = input_shape
        else:
            template = "{layer}: its layers make {made}, which cannot be added to its input of {received}; {advice}."
            wanted = input_shape
        made, received, advice = times(output_shape), times(input_shape), _advice(wanted, output_shape)
        reason = Message("shape.sum", template, layer=self.label, made=made, received=received, advice=advice)
        raise ShapeError(reason)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of what the stack gives, which is that of the input if there is no projection."""
        return self.inside(input_shape)[-1].output_shape

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return those of the layers inside."""
        return _named((part.name, part.layer.parameter_shapes(part.input_shape)) for part in self.inside(input_shape))

    def buffer_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return those of the layers inside."""
        return _named((part.name, part.layer.buffer_shapes(part.input_shape)) for part in self.inside(input_shape))

    def least_batch(self, input_shape: Shape) -> int:
        """Return the most that a layer inside needs."""
        return max(part.layer.least_batch(part.input_shape) for part in self.inside(input_shape))

    def rules(self) -> dict[str, Rule]:
        """Return those of the layers inside."""
        return _named(zip(default_names(self.layers), (layer.rules() for layer in self.layers), strict=True))

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Begin each layer from its own stream, the projection from the first, whatever lies beside it."""
        first, *streams = rng.spawn(1 + len(self.layers))
        parts = zip(self.inside(input_shape), [*streams, first], strict=False)
        return _named((part.name, part.layer.initialise(part.input_shape, stream)) for part, stream in parts)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the sum of those of the layers inside."""
        return sum(part.layer.multiply_adds(part.input_shape) for part in self.inside(input_shape))

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Seen]:
        """Send the input through the stack, and add it, or its projection."""
        parts, arrays = self.inside(x.shape[1:]), _by_part(params)
        changed, stack = _forward(parts[: len(self.layers)], x, arrays, mode)
        kept, shortcut = _forward(parts[len(self.layers) :], x, arrays, mode)
        return changed + kept, Seen(stack, shortcut)

    def update_buffers(self, cache: Seen, buffers: Arrays) -> None:
        """Let each layer inside bring its own up to date."""
        for name, own in _by_part(buffers).items():
            step = (cache.stack | cache.shortcut)[name]
            step.layer.update_buffers(step.cache, own)

    def parameter_gradients(self, grad: Array, cache: Seen, grads: Arrays) -> None:
        """Go back through the stack, as the chain rule says, and through the projection."""
        cache.to_input = _back(cache, grad, _by_part(grads))

    def backward(self, grad: Array, cache: Seen, params: Arrays) -> Array:
        """Add the gradients of both ways, which those to the parameters have found on their way."""
        del params
        found, cache.to_input = cache.to_input, None
        return _back(cache, grad, None) if found is None else found

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind both ways, each to a gradient of its own, as either may overwrite it."""
        parts, own, n = self.inside(x.shape[1:]), _by_part(arrays), len(self.layers)
        runs = [Run(work, run, x, own, mode) for run in (parts[:n], parts[n:])]
        y = work.like(runs[0].output)
        work.forward(np.add, runs[0].output, runs[1].output, y)

        def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
            by_part, other = _by_part(grads), work.like(grad)
            work.backward(np.copyto, other, grad)
            if not to_input:
                for run, inner, way in zip(runs, (parts[:n], parts[n:]), (grad, other), strict=True):
                    if learner := next((part.name for part in inner if part.name in by_part), None):
                        run.bind_backward(way, by_part, until=learner)
                return None
            dx = np.empty_like(x)
            ways = (run.bind_backward(way, by_part) for run, way in zip(runs, (grad, other), strict=True))
            work.backward(np.add, *ways, dx)
            return dx

        return y, backward

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the sum of both ways."""
        steps, n = tuple(as_step(part) for part in self.inside(input_shape)), len(self.layers)
        return (AddShortcut(steps[:n], steps[n:]),)

    def details(self) -> str:
        """Say what lies inside, and what becomes of the sum."""
        counts = Counter(layer.brief() for layer in self.layers)
        parts = [name if n == 1 else f"{n} × {name}" for name, n in counts.items()]
        parts += ["projection"] if self.projection else []
        parts += [self.activation.label] if self.activation != Noop() else []
        return " · ".join(parts)

    def explain(self) -> str:
        """Say what is added to what."""
        stack = "its layer makes" if len(self.layers) == 1 else f"its {len(self.layers)} layers make"
        added = "a projection of its input" if self.projection else "its input"
        return f"Adds {added} to what {stack} of it, so that only what has to change is learned."


def _projection(input_shape: Shape, output_shape: Shape) -> Layer | None:
    """Return the layer that brings an input to a shape, None if there is none.

    A 1×1 kernel with stride s has ⌈h / s⌉ places in h rows; the smallest stride with no more than the wanted places is
    the only one that may have exactly as many.
    """
    match input_shape, output_shape:
        case (_,), (units,):
            return Dense(units)
        case (_, height, width), (n_maps, rows, columns):
            stride = -(-height // rows), -(-width // columns)
            projection = Convolution(n_maps, 1, stride, activation=Noop(), bias=False)
            return projection if projection.output_shape(input_shape) == output_shape else None
    return None


def _advice(input_shape: Shape, output_shape: Shape) -> str:
    """Say how the layers could give what has the shape of the input."""
    match input_shape, output_shape:
        case (units,), (_,):
            return f"end the layers inside with {units:,} unit{'s' if units > 1 else ''}"
        case (channels, *image), (n_maps, *made) if len(image) == len(made) == 2:
            wanted = [f"end with {channels:,} map{'s' if channels > 1 else ''}"] if channels != n_maps else []
            wanted += ['have padding "same" and stride 1'] if image != made else []
            return f"let the layers inside {' and '.join(wanted)}"
    return "let the layers inside keep the shape"


def _named(parts: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Put the name of its layer before each name."""
    return {f"{name}/{key}": value for name, values in parts for key, value in values.items()}


def _by_part(arrays: Arrays) -> dict[str, Arrays]:
    """Return the arrays of each layer inside, by its name."""
    found: dict[str, Arrays] = {}
    for name, array in arrays.items():
        part, _, key = name.partition("/")
        found.setdefault(part, {})[key] = array
    return found


def _forward(
    parts: Iterable[Part], a: Array, arrays: Mapping[str, Arrays], mode: Mode
) -> tuple[Array, dict[str, Step]]:
    """Send samples through layers with their activations; without any they stay as they are."""
    steps = {}
    for name, layer, _, _ in parts:
        own = arrays.get(name, {})
        z, cache = layer.forward(a, own, mode)
        a = layer.after.forward(z)
        steps[name] = Step(layer, own, cache, z, a)
    return a, steps


def _back(cache: Seen, grad: Array, grads: Mapping[str, Arrays] | None) -> Array:
    """Return the gradient to the input, given that to the sum; fill those to the parameters where there is a place."""
    return _back_through(cache.stack, grad, grads) + _back_through(cache.shortcut, grad, grads)


def _back_through(steps: dict[str, Step], grad: Array, grads: Mapping[str, Arrays] | None) -> Array:
    for name in reversed(steps):
        step = steps[name]
        grad = step.layer.after.backward(grad, step.sums, step.activations)
        if grads is not None:
            step.layer.parameter_gradients(grad, step.cache, grads.get(name, {}))
        grad = step.layer.backward(grad, step.cache, step.arrays)
    return grad
