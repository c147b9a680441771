"""Convolution: the same small kernels slide over the whole image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple, Self

import numpy as np

from slugstudio.engine.activation import Activation, Noop, ReLU
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.constraints import OptionalConstraint
from slugstudio.engine.declaration import Advanced, Array, Help, Hint, Range, Shape, as_pair
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.initializations import GlorotUniform, Initializer
from slugstudio.engine.layers.base import Arrays, BindBlock, Group, Layer, Mode, needs_image, needs_room, times
from slugstudio.engine.layers.convolution_block import bind_block
from slugstudio.engine.layers.pooling import Pooling
from slugstudio.engine.layers.windows import PADDING, Windows, extent, short
from slugstudio.engine.messages import Message
from slugstudio.engine.operations import Convolve, Operation
from slugstudio.engine.penalties import OptionalPenalty
from slugstudio.engine.rules import Rule


class Seen(NamedTuple):
    """What `Convolution.forward` leaves: the windows, and what they saw, of shape (groups, n * rows * columns, k)."""

    windows: Windows
    patches: Array


@dataclass(frozen=True)
class Convolution(Layer):
    r"""Slides kernels over an image; each answers strongly where its pattern occurs.

    .. math:: z_{n,o,i,j} = b_o + \sum_{c,u,v} x_{n,c,\,i s + u d,\,j s + v d}\, W_{o,c,u,v}

    with stride s and dilation d. It is a cross-correlation, which all of today's libraries call convolution (Deep
    Learning, equation 9.6). An image that is not padded gives :math:`\lfloor (h - d (k - 1) - 1) / s \rfloor + 1` rows,
    one with ``padding="same"`` :math:`\lceil h / s \rceil`. With groups, the channels and the kernels are cut into as
    many parts, and each part of the kernels sees its own part of the channels; as many groups as channels make it
    depthwise. ``weight`` has the shape (nb_kernel, channels / groups, height, width), ``bias`` (nb_kernel,).

    The gradients follow from reading the sum as one matrix product of all patches (rows) with all kernels (columns). In
    memory, channels come last in what leaves the layer; pooling and activations keep the order that they get.
    """

    also: ClassVar[tuple[str, ...]] = ("conv", "conv2d", "filter", "feature map", "cnn")
    group: ClassVar[Group] = "learn"
    formula: ClassVar[str] = r"a_{o,i,j} = \varphi\left(b_o + \sum_{c,u,v} x_{c,\,is+ud,\,js+vd} W_{o,c,u,v}\right)"

    nb_kernel: Annotated[int, Range(1, 4096), Help("How many kernels: each gives one feature map.", "Kernels")]
    kernel_size: Annotated[
        int | tuple[int, int], Range(1, 1024), Help("Height and width of each kernel.", "Kernel", "px")
    ]
    stride: Annotated[
        int | tuple[int, int], Range(1, 1024), Help("How far a kernel moves at each step.", "Stride", "px")
    ] = 1
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("Shape of the input.")] = None
    init: Annotated[Initializer, Help("How the kernels begin.", "Initialisation")] = GlorotUniform()
    activation: Annotated[
        Activation | None, Help("The function applied to each value; left out, it is ReLU.", none="")
    ] = None
    padding: Annotated[
        Literal["valid", "same"] | int | tuple[int, int],
        Range(0, 1024),
        Advanced(),
        Help(f"{PADDING} Or how many zeros are added at top and bottom, and how many on the left and the right.",
             "Padding"),
    ] = "valid"  # fmt: skip
    dilation: Annotated[
        int | tuple[int, int],
        Range(1, 1024),
        Advanced(),
        Help("How far apart the values are that neighbouring weights see; 1: side by side.", "Dilation", "px"),
    ] = 1
    groups: Annotated[
        int,
        Range(1, 4096),
        Advanced(),
        Help("Into how many parts channels and kernels are cut, each seeing only its own; as many as channels: one by "
             "one (depthwise)."),
    ] = 1  # fmt: skip
    bias: Annotated[bool, Advanced(), Help("Whether each kernel adds a number of its own.", "Bias")] = True
    penalty: OptionalPenalty = None
    constraint: OptionalConstraint = None

    @classmethod
    def example(cls) -> Self:
        """Return 16 kernels of 3 by 3."""
        return cls(16, (3, 3), activation=ReLU())

    @property
    def after(self) -> Activation:
        """The activation; None means ReLU."""
        return ReLU() if self.activation is None else self.activation

    @property
    def each_alone(self) -> bool:
        """Tell that workers may share the samples."""
        return True

    @property
    def costly(self) -> bool:
        """Tell that it goes over an image many times."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (nb_kernel, rows, columns)."""
        channels, height, width = needs_image(self, input_shape)
        if channels % self.groups or self.nb_kernel % self.groups:
            raise ShapeError(
                Message(
                    "shape.groups",
                    "{layer} in {groups} groups needs channels and kernels that {groups} divides, received {channels} "
                    "channels for {kernels} kernels; change the groups or the kernels.",
                    layer=self.label,
                    groups=self.groups,
                    channels=channels,
                    kernels=self.nb_kernel,
                )
            )
        if self.padding != "same":
            reach = extent(as_pair(self.kernel_size), as_pair(self.dilation))
            down, right = self._padding
            needs_room(self, "kernel", reach, height + 2 * down, width + 2 * right)
        return self.nb_kernel, *self.windows(input_shape).counts

    @property
    def _padding(self) -> tuple[int, int]:
        """What is added at top and bottom, and on the left and the right, where it is not ``same``."""
        return (0, 0) if isinstance(self.padding, str) else as_pair(self.padding)

    def windows(self, input_shape: Shape) -> Windows:
        """Return how the kernels lie on the image."""
        pairs = as_pair(self.kernel_size), as_pair(self.stride), as_pair(self.dilation)
        padding = self.padding if self.padding == "same" else self._padding
        return Windows.over((input_shape[1], input_shape[2]), *pairs[:2], padding, pairs[2])

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return weight (nb_kernel, channels / groups, height, width) and bias (nb_kernel,)."""
        weight = (self.nb_kernel, input_shape[0] // self.groups, *as_pair(self.kernel_size))
        return {"weight": weight} | ({"bias": (self.nb_kernel,)} if self.bias else {})

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Draw the kernels; the bias begins at zero."""
        maps, channels, height, width = shape = self.parameter_shapes(input_shape)["weight"]
        fans = (channels * height * width, maps // self.groups * height * width)
        return {"weight": self.init(shape, fans, rng)} | ({"bias": np.zeros(maps)} if self.bias else {})

    def rules(self) -> dict[str, Rule]:
        """Return that of the weight."""
        return {"weight": Rule(self.penalty, self.constraint, unit_axis=0)}

    def multiply_adds(self, input_shape: Shape) -> int:
        """One for each weight at each place."""
        _, rows, columns = self.output_shape(input_shape)
        maps, channels, height, width = self.parameter_shapes(input_shape)["weight"]
        return maps * rows * columns * channels * height * width

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Seen]:
        """Multiply the patches with the kernels."""
        del mode
        windows = self.windows(x.shape[1:])
        patches = windows.patches(x, self.groups)
        kernels = self._grouped(params["weight"]).transpose(0, 3, 4, 2, 1)
        z = patches @ kernels.reshape(self.groups, -1, self.nb_kernel // self.groups)
        z = z.transpose(1, 0, 2).reshape(len(x), *windows.counts, self.nb_kernel)
        if self.bias:
            z += params["bias"]
        return z.transpose(0, 3, 1, 2), Seen(windows, patches)

    def parameter_gradients(self, grad: Array, cache: Seen, grads: Arrays) -> None:
        """Multiply the gradient at each place with what was seen there."""
        delta = self._by_group(grad)
        weight = self._grouped(grads["weight"]).transpose(0, 3, 4, 2, 1)
        weight[...] = (cache.patches.transpose(0, 2, 1) @ delta).reshape(weight.shape)
        if self.bias:
            # Ten times as fast as np.sum, which walks over the few kernels at each place.
            np.matmul(np.ones(delta.shape[1], delta.dtype), delta, out=grads["bias"].reshape(self.groups, -1))

    def backward(self, grad: Array, cache: Seen, params: Arrays) -> Array:
        """Add, for each weight of a kernel, its share of the gradient to the values that it met."""
        return cache.windows.spread(self._by_group(grad), self._grouped(params["weight"]), len(grad))

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind one product of all patches with all kernels, unless each group has its own."""
        if self.groups > 1:
            return super().bind(work, x, arrays, mode)
        return bind_block(work, x, arrays, self.windows(x.shape[1:]), mode)

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the convolution, its padding as rows and columns."""
        size, dilation, windows = as_pair(self.kernel_size), as_pair(self.dilation), self.windows(input_shape)
        bias = "bias" if self.bias else None
        return (Convolve("weight", bias, size, windows.stride, windows.edges, dilation, self.groups),)

    def block_with(self, after: Layer, input_shape: Shape) -> BindBlock | None:
        """Return the block that ends with a pooling, whose blocks tile what the convolution gives.

        Where the largest of several sums is pooled, it must have the largest activation too.
        """
        if self.groups > 1 or not isinstance(after, Pooling):
            return None
        pool, windows = after.tiles(self.output_shape(input_shape)), self.windows(input_shape)
        if pool is None or (pool.how == "max" and not self.after.rises):
            return None
        return lambda work, x, arrays, mode: bind_block(work, x, arrays, windows, mode, self.after, pool)

    def _grouped(self, weight: Array) -> Array:
        """Return kernels of shape (nb_kernel, channels, height, width) as (groups, kernels of it, ...), a view."""
        return weight.reshape(self.groups, -1, *weight.shape[1:])

    def _by_group(self, grad: Array) -> Array:
        """Return maps of shape (n, nb_kernel, rows, columns) as (groups, n * rows * columns, kernels of it)."""
        return grad.transpose(0, 2, 3, 1).reshape(-1, self.groups, self.nb_kernel // self.groups).transpose(1, 0, 2)

    def brief(self) -> str:
        """Return the size of the kernels too."""
        return f"{self.label} {times(as_pair(self.kernel_size))}"

    def details(self) -> str:
        """Kernels, stride, what is not as usual, activation, and what the weights are held to."""
        kernels = f"{self.nb_kernel:,} kernel{'s' if self.nb_kernel > 1 else ''} {times(as_pair(self.kernel_size))}"
        parts = [kernels, f"stride {short(self.stride)}"]
        parts += [self.padding] if self.padding == "same" else []
        parts += [f"padding {short(self._padding)}"] if any(self._padding) else []
        parts += [f"dilation {short(self.dilation)}"] if as_pair(self.dilation) != (1, 1) else []
        parts += [f"{self.groups:,} groups"] if self.groups > 1 else []
        parts += ["no bias"] if not self.bias else []
        parts += [self.after.label] if self.after != Noop() else []
        return " · ".join(parts + self.rules()["weight"].details())

    def explain(self) -> str:
        """Say what slides over the input."""
        size = times(as_pair(self.kernel_size))
        if self.nb_kernel == 1:
            return f"Slides one kernel of {size} over the input; it answers strongly where its pattern occurs."
        return (
            f"Slides {self.nb_kernel:,} kernels of {size} over the input; each answers strongly where its pattern "
            f"occurs."
        )
