"""What every layer declares: its shapes, its parameters, and its forward and backward formulas as pure functions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Literal, NamedTuple, Self

import numpy as np

from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Declared, Shape
from slugstudio.engine.errors import ConfigError, ShapeError
from slugstudio.engine.messages import Message
from slugstudio.engine.operations import Activate, Operation, Step
from slugstudio.engine.rules import Rule
from slugstudio.engine.words import received

Group = Literal["learn", "activate", "shape", "regularise", "normalise"]
Arrays = dict[str, Array]


class Mode(NamedTuple):
    """How a forward pass runs: in training, where units may be dropped by ``rng``, or in inference."""

    train: bool
    rng: np.random.Generator


BindBlock = Callable[[Work, Array, Arrays, Mode], tuple[Array, Backward]]
"""Binds several layers as one: arguments and result as of `Layer.bind`, with the arrays of the first of them."""


class Layer(Declared, family=True):
    """Base of the layers.

    A layer holds no arrays: whoever compiles it (`slugstudio.engine.network.Network`) owns the parameters and passes
    them in. `forward` and `backward` compute the layer without its activation, which the network applies after it.
    Shapes in signatures leave out the batch axis; images are (channels, height, width).
    """

    group: ClassVar[Group]
    formula: ClassVar[str]

    @classmethod
    def example(cls) -> Self:
        """Return a layer with sensible values, as it is when dragged into a stack."""
        return cls()

    @classmethod
    def example_for(cls, input_shape: Shape) -> Self:
        """Return the example as it goes best on what arrives where it is put."""
        del input_shape
        return cls.example()

    @property
    def each_alone(self) -> bool:
        """Whether it looks at each sample alone and draws nothing, so that workers may share the samples."""
        return False

    @property
    def costly(self) -> bool:
        """Whether it costs enough for workers to share the samples."""
        return False

    @property
    def after(self) -> Activation:
        """The activation that follows the layer's own formula."""
        return Noop()

    @property
    def given_shape(self) -> Shape | None:
        """The ``inshape`` given by hand, as a tuple, or None."""
        given = getattr(self, "inshape", None)
        return (given,) if isinstance(given, int) else given

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of what leaves the layer.

        Raises
        ------
        ShapeError
            If the layer cannot work on ``input_shape``.
        """
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return the shape of each learned array by name."""
        del input_shape
        return {}

    def rules(self) -> dict[str, Rule]:
        """Return the rule of each learned array that has one, by its name in `parameter_shapes`.

        A layer that holds layers returns theirs, under the names that it gives their arrays.
        """
        return {}

    def least_batch(self, input_shape: Shape) -> int:
        """Return how many samples a batch must have in training."""
        del input_shape
        return 1

    def buffer_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return the shape, by name, of each array that is kept but not learned by gradients: running statistics."""
        del input_shape
        return {}

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Return the first value of each learned array, drawn from ``rng``, and of each buffer."""
        del input_shape, rng
        return {}

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the number of multiplications with an addition that one sample costs in the forward pass."""
        del input_shape
        return 0

    @abstractmethod
    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Any]:
        """Compute the layer.

        Parameters
        ----------
        x : array of shape (n, *input_shape)
        params : the learned arrays and the buffers by name
        mode : training or inference

        Returns
        -------
        output : array of shape (n, *output_shape)
        cache : whatever `backward` needs
        """

    def update_buffers(self, cache: Any, buffers: Arrays) -> None:
        """Bring the buffers up to date in place, with what `forward` has found in training and returned as cache."""
        del cache, buffers

    def parameter_gradients(self, grad: Array, cache: Any, grads: Arrays) -> None:
        """Compute the gradients of the loss to the parameters.

        Parameters
        ----------
        grad : array of shape (n, *output_shape), the gradient of the loss to the output
        cache : what `forward` returned
        grads : arrays of the parameters' shapes, which are overwritten
        """
        del grad, cache, grads

    @abstractmethod
    def backward(self, grad: Array, cache: Any, params: Arrays) -> Array:
        """Compute the gradient of the loss to the input.

        Parameters
        ----------
        grad : array of shape (n, *output_shape), the gradient of the loss to the output
        cache : what `forward` returned
        params : the learned arrays and the buffers by name

        Returns
        -------
        array of shape (n, *input_shape)
        """

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind the layer, without its activation, to the arrays of a step.

        As it stands, the step calls the layer's own `forward` and `backward`. A layer in which much time is spent binds
        numpy calls that do the same on arrays which are allocated once. They leave the input as it is, and on the way
        back the output too: both may still be needed.

        Parameters
        ----------
        work : what is done in a step, to be added to
        x : array of shape (n, *input_shape), in which the input will be
        arrays : the learned arrays and the buffers by name
        mode : training, or inference, for which nothing needs to be kept for the way back

        Returns
        -------
        output : array of shape (n, *output_shape), in which the output will be
        backward : what binds the way back
        """
        y = work.rows(len(x), *self.output_shape(x.shape[1:]))
        caches: list[Any] = [None]

        def forward() -> None:
            y[...], caches[0] = self.forward(x, arrays, mode)
            if mode.train:
                self.update_buffers(caches[0], arrays)

        def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
            dx = np.empty_like(x)

            def run() -> None:
                self.parameter_gradients(grad, caches[0], grads)
                if to_input:
                    dx[...] = self.backward(grad, caches[0], arrays)

            work.backward(run)
            return dx

        work.forward(forward)
        return y, backward

    def block_with(self, after: Layer, input_shape: Shape) -> BindBlock | None:
        """Return what binds this layer, its activation and the layer after it as one block; None if nothing does.

        Parameters
        ----------
        after : the layer after it, which has no parameters
        input_shape : what arrives at this one
        """
        del after, input_shape
        return None

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return what it amounts to without its activation, one operation after the other.

        Raises
        ------
        ConfigError
            If the layer does not tell it, so that it cannot be exported.
        """
        del input_shape
        reason = "expected operations that tell others how to compute it, received none; it cannot be exported."
        raise ConfigError(self.kind, "operations", reason)

    def inside(self, input_shape: Shape) -> tuple[Part, ...]:
        """Return the layers that lie in this one; their arrays are called ``convolution_1/weight`` in it."""
        del input_shape
        return ()

    def brief(self) -> str:
        """Return what it is called where there is little room: ``Convolution 3×3``."""
        return self.label

    def details(self) -> str:
        """Return the parameters that matter, as a card shows them: ``16 kernels 3×3 · stride 1 · ReLU``."""
        return ""

    def explain(self) -> str:
        """Say in one sentence what this layer, with these values, does."""
        return self.summary()


class Part(NamedTuple):
    """A layer in its place inside another."""

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape


def as_step(part: Part) -> Step:
    """Return a layer in its place as the operations that it amounts to, its activation last."""
    after = part.layer.after
    last = () if after == Noop() else (Activate(after),)
    operations = (*part.layer.operations(part.input_shape), *last)
    return Step(part.name, part.input_shape, part.output_shape, operations)


def as_layers(owner: str, layers: object) -> tuple[Layer, ...]:
    """Return layers as a tuple, or raise `ConfigError` that names the first thing that is none."""
    found = tuple(layers) if isinstance(layers, Iterable) else (layers,)
    for layer in found:
        if not isinstance(layer, Layer):
            raise ConfigError(owner, "layers", f"expected layers such as Dense(10), received {received(layer)}.")
    return found


def needs_image(layer: Layer, input_shape: Shape) -> tuple[int, int, int]:
    """Return (channels, height, width), or raise `ShapeError` if the input is something else."""
    match input_shape:
        case (channels, height, width):
            return channels, height, width
    raise ShapeError(
        Message(
            "shape.needs_image",
            "{layer} needs an image of channels × height × width, received {received}; put it before Flatten and "
            "Dense, or choose data with images.",
            layer=layer.label,
            received=times(input_shape),
        )
    )


def needs_room(layer: Layer, what: str, size: tuple[int, int], height: int, width: int) -> None:
    """Raise `ShapeError` if a window of ``size`` is larger than the ``height`` by ``width`` input."""
    if size[0] > height or size[1] > width:
        raise ShapeError(
            Message(
                "shape.no_room",
                "{layer}: {what} {size} does not fit its {height}×{width} input; make it smaller, or shrink the image "
                "less before it.",
                layer=layer.label,
                what=what,
                size=times(size),
                height=height,
                width=width,
            )
        )


def times(shape: Shape) -> str:
    """Write a shape for people: ``16 × 6 × 6``."""
    return " × ".join(f"{size:,}" for size in shape) if len(shape) != 2 else f"{shape[0]}×{shape[1]}"
