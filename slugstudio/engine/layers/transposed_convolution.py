"""Transposed convolution: kernels are stamped onto a larger image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np

from slugstudio.engine.activation import Activation, Noop, ReLU
from slugstudio.engine.constraints import OptionalConstraint
from slugstudio.engine.declaration import Advanced, Array, Help, Range, Shape, as_pair
from slugstudio.engine.initializations import GlorotUniform, Initializer
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, needs_image, times
from slugstudio.engine.layers.windows import Windows, short
from slugstudio.engine.operations import ConvolveTransposed, Edges, Operation
from slugstudio.engine.penalties import OptionalPenalty
from slugstudio.engine.rules import Rule


@dataclass(frozen=True)
class TransposedConvolution(Layer):
    r"""Stamps kernels onto a larger image, each as strongly as the value that it stands for: for decoders.

    .. math:: z_{n,o,\,i s + u - t,\,j s + v - l} = b_o + \sum x_{n,c,i,j}\, W_{c,o,u,v}

    where the sum goes over all c, i, j, u, v that meet at one place, and t rows on top and l columns on the left are
    cut off. It computes what `Convolution` computes for the gradient to its input, hence the name (Dumoulin and Visin,
    2016). ``weight`` has the shape (channels, nb_kernel, height, width), ``bias`` (nb_kernel,).
    """

    also: ClassVar[tuple[str, ...]] = ("deconvolution", "conv transpose", "convtranspose2d", "decoder")
    group: ClassVar[Group] = "learn"
    formula: ClassVar[str] = r"a_{o,\,is+u-t,\,js+v-l} = \varphi\left(b_o + \sum x_{c,i,j} W_{c,o,u,v}\right)"

    nb_kernel: Annotated[int, Range(1, 4096), Help("How many kernels: each gives one map.", "Kernels")]
    kernel_size: Annotated[
        int | tuple[int, int], Range(1, 1024), Help("Height and width of each kernel.", "Kernel", "px")
    ]
    stride: Annotated[
        int | tuple[int, int],
        Range(1, 64),
        Help("How far apart neighbouring values are stamped: how many times larger the image becomes.", "Stride", "px"),
    ] = 1
    init: Annotated[Initializer, Help("How the kernels begin.", "Initialisation")] = GlorotUniform()
    activation: Annotated[Activation, Help("The function applied to each value.")] = ReLU()
    padding: Annotated[
        Literal["valid", "same"],
        Help(
            "What is cut off at the edges. valid: nothing. same: as much that the image becomes exactly stride times "
            "as large; where it cannot be the same on both sides, one more at the bottom and on the right.",
            "Padding",
        ),
    ] = "valid"
    bias: Annotated[bool, Advanced(), Help("Whether each kernel adds a number of its own.", "Bias")] = True
    penalty: OptionalPenalty = None
    constraint: OptionalConstraint = None

    @classmethod
    def example(cls) -> Self:
        """Return 16 kernels of 4 by 4 that make an image twice as high and wide."""
        return cls(16, (4, 4), (2, 2), padding="same")

    @property
    def after(self) -> Activation:
        """The activation."""
        return self.activation

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (nb_kernel, rows, columns)."""
        _, *image = needs_image(self, input_shape)
        sizes = zip(image, as_pair(self.kernel_size), as_pair(self.stride), strict=True)
        if self.padding == "same":
            return self.nb_kernel, *(count * step for count, _, step in sizes)
        return self.nb_kernel, *((count - 1) * step + size for count, size, step in sizes)

    def windows(self, input_shape: Shape) -> Windows:
        """Return how the kernels lie on what leaves the layer: one for each value that arrives."""
        _, height, width = self.output_shape(input_shape)
        return Windows.over((height, width), as_pair(self.kernel_size), as_pair(self.stride), self.padding)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return weight (channels, nb_kernel, height, width) and bias (nb_kernel,)."""
        weight = (input_shape[0], self.nb_kernel, *as_pair(self.kernel_size))
        return {"weight": weight} | ({"bias": (self.nb_kernel,)} if self.bias else {})

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Draw the kernels; the bias begins at zero."""
        channels, maps, height, width = shape = self.parameter_shapes(input_shape)["weight"]
        fans = (channels * height * width, maps * height * width)
        return {"weight": self.init(shape, fans, rng)} | ({"bias": np.zeros(maps)} if self.bias else {})

    def rules(self) -> dict[str, Rule]:
        """Return that of the weight."""
        return {"weight": Rule(self.penalty, self.constraint, unit_axis=1)}

    def multiply_adds(self, input_shape: Shape) -> int:
        """One for each weight at each value."""
        return math.prod(self.parameter_shapes(input_shape)["weight"]) * input_shape[1] * input_shape[2]

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array]:
        """Stamp the kernels; the cache is the input."""
        del mode
        z = self.windows(x.shape[1:]).spread(_rows(x)[None], params["weight"][None], len(x))
        if self.bias:
            z += params["bias"][:, None, None]
        return z, x

    def parameter_gradients(self, grad: Array, cache: Array, grads: Arrays) -> None:
        """Multiply each value with the gradients where its kernels were stamped."""
        patches = self.windows(cache.shape[1:]).patches(grad)[0]
        weight = grads["weight"].transpose(2, 3, 1, 0)
        weight[...] = (patches.T @ _rows(cache)).reshape(weight.shape)
        if self.bias:
            np.sum(grad, axis=(0, 2, 3), out=grads["bias"])

    def backward(self, grad: Array, cache: Array, params: Arrays) -> Array:
        """Let the kernels slide over the gradient: a convolution."""
        n, channels, height, width = cache.shape
        kernels = params["weight"].transpose(2, 3, 1, 0).reshape(-1, channels)
        dx: Array = self.windows(cache.shape[1:]).patches(grad)[0] @ kernels
        return dx.reshape(n, height, width, channels).transpose(0, 3, 1, 2)

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the stamping, and what is cut off at the edges."""
        size, stride = as_pair(self.kernel_size), as_pair(self.stride)
        bias = "bias" if self.bias else None
        return (ConvolveTransposed("weight", bias, size, stride, self._cut()),)

    def _cut(self) -> Edges:
        """Return what is cut off of the whole image; below zero, what lacks."""
        if self.padding == "valid":
            return Edges()
        excess = [size - step for size, step in zip(as_pair(self.kernel_size), as_pair(self.stride), strict=True)]
        top, left = (max(each // 2, 0) for each in excess)
        return Edges(top, left, excess[0] - top, excess[1] - left)

    def brief(self) -> str:
        """Return the size of the kernels too."""
        return f"{self.label} {times(as_pair(self.kernel_size))}"

    def details(self) -> str:
        """Kernels, stride, what is not as usual, activation, and what the weights are held to."""
        kernels = f"{self.nb_kernel:,} kernel{'s' if self.nb_kernel > 1 else ''} {times(as_pair(self.kernel_size))}"
        parts = [kernels, f"stride {short(self.stride)}"]
        parts += [self.padding] if self.padding != "valid" else []
        parts += ["no bias"] if not self.bias else []
        parts += [self.activation.label] if self.activation != Noop() else []
        return " · ".join(parts + self.rules()["weight"].details())

    def explain(self) -> str:
        """Say what is stamped."""
        return (
            f"Stamps kernels of {times(as_pair(self.kernel_size))} onto a larger image, a step of {short(self.stride)} "
            f"for each value: the way back from a convolution."
        )


def _rows(x: Array) -> Array:
    """Return images of shape (n, channels, height, width) as (n * height * width, channels)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])
