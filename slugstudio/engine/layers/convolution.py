"""Convolution: the same small kernels slide over the whole image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from slugstudio.engine.activation import Activation, Noop, ReLU
from slugstudio.engine.declaration import Array, Help, Hint, Range, Shape, as_pair
from slugstudio.engine.initializations import GlorotUniform, Initializer
from slugstudio.engine.layers.base import (
    Arrays,
    Group,
    Layer,
    Mode,
    needs_image,
    needs_room,
)

LONG_RUN = 16
"""From so many neighbouring values on, patches are copied one after the other."""


@dataclass(frozen=True)
class Convolution(Layer):
    r"""Slides kernels over an image; each answers strongly where its pattern occurs.

    .. math:: z_{n,o,i,j} = b_o + \sum_{c,u,v} x_{n,c,\,i s+u,\,j s+v}\, W_{o,c,u,v}

    It is a cross-correlation, which all of today's libraries call convolution (Deep Learning, equation 9.6). The image
    is not padded, so the output has :math:`\lfloor (h - k) / s \rfloor + 1` rows. ``weight`` has the shape
    (nb_kernel, channels, height, width), ``bias`` (nb_kernel,). The gradients follow from reading the sum as one matrix
    product of all patches (rows) with all kernels (columns). Inside, channels come last in memory: patches are then
    copied in longer runs, and pooling and activations, which keep the order in memory of what they get, work on it too.
    """

    group: ClassVar[Group] = "learn"
    formula: ClassVar[str] = r"a_{o,i,j} = \varphi\left(b_o + \sum_{c,u,v} x_{c,\,is+u,\,js+v} W_{o,c,u,v}\right)"

    nb_kernel: Annotated[int, Range(1, 4096), Help("How many kernels: each gives one feature map.", "Kernels")]
    kernel_size: Annotated[
        int | tuple[int, int], Range(1, 1024), Help("Height and width of each kernel.", "Kernel", "px")
    ]
    stride: Annotated[int, Range(1, 1024), Help("How far a kernel moves at each step.", "Stride", "px")] = 1
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("Shape of the input.")] = None
    init: Annotated[Initializer, Help("How the kernels begin.", "Initialisation")] = GlorotUniform()
    activation: Annotated[Activation | None, Help("The function applied to each value; left out, it is ReLU.")] = None

    @classmethod
    def example(cls) -> Self:
        """Return 16 kernels of 3 by 3."""
        return cls(16, (3, 3), activation=ReLU())

    @property
    def after(self) -> Activation:
        """The activation; None means ReLU."""
        return ReLU() if self.activation is None else self.activation

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (nb_kernel, rows, columns)."""
        _, height, width = needs_image(self, input_shape)
        kernel_height, kernel_width = size = as_pair(self.kernel_size)
        needs_room(self, "kernel", size, height, width)
        return (
            self.nb_kernel,
            (height - kernel_height) // self.stride + 1,
            (width - kernel_width) // self.stride + 1,
        )

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return weight (nb_kernel, channels, height, width) and bias (nb_kernel,)."""
        return {
            "weight": (self.nb_kernel, input_shape[0], *as_pair(self.kernel_size)),
            "bias": (self.nb_kernel,),
        }

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Draw the kernels; the bias begins at zero."""
        height, width = as_pair(self.kernel_size)
        fans = (input_shape[0] * height * width, self.nb_kernel * height * width)
        shape = (self.nb_kernel, input_shape[0], height, width)
        return {"weight": self.init(shape, fans, rng), "bias": np.zeros(self.nb_kernel)}

    def multiply_adds(self, input_shape: Shape) -> int:
        """One for each weight at each place."""
        height, width = as_pair(self.kernel_size)
        _, rows, columns = self.output_shape(input_shape)
        return self.nb_kernel * rows * columns * input_shape[0] * height * width

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, tuple[Array, Shape]]:
        """Multiply the patches with the kernels; the cache is the patches and the input's shape."""
        del mode
        patches = self.patches(x)
        z = patches @ params["weight"].transpose(2, 3, 1, 0).reshape(-1, self.nb_kernel)
        z += params["bias"]
        _, rows, columns = self.output_shape(x.shape[1:])
        return z.reshape(len(x), rows, columns, self.nb_kernel).transpose(0, 3, 1, 2), (patches, x.shape)

    def patches(self, x: Array) -> Array:
        """Return what each kernel sees at each place.

        Parameters
        ----------
        x : array of shape (n, channels, height, width)

        Returns
        -------
        array of shape (n * rows * columns, kernel height * kernel width * channels)
        """
        height, width = as_pair(self.kernel_size)
        windows = sliding_window_view(x.transpose(0, 2, 3, 1), (height, width), axis=(1, 2))
        windows = windows[:, :: self.stride, :: self.stride]
        n, rows, columns, channels = windows.shape[:4]
        if width * channels < LONG_RUN:  # the copy is quicker along the image than along so short a patch
            return windows.transpose(4, 5, 3, 0, 1, 2).reshape(height * width * channels, n * rows * columns).T
        return windows.transpose(0, 1, 2, 4, 5, 3).reshape(n * rows * columns, height * width * channels)

    def parameter_gradients(self, grad: Array, cache: tuple[Array, Shape], grads: Arrays) -> None:
        """Multiply the gradient at each place with what was seen there."""
        patches, _ = cache
        delta = grad.transpose(0, 2, 3, 1).reshape(-1, self.nb_kernel)
        weight = grads["weight"].transpose(2, 3, 1, 0)
        weight[...] = (patches.T @ delta).reshape(weight.shape)
        # Ten times as fast as np.sum, which walks over the few kernels at each place.
        np.matmul(np.ones(len(delta), delta.dtype), delta, out=grads["bias"])

    def backward(self, grad: Array, cache: tuple[Array, Shape], params: Arrays) -> Array:
        """Add, for each weight of a kernel, its share of the gradient to the values that it met."""
        _, (n, channels, height, width) = cache
        weight = params["weight"]
        delta = grad.transpose(0, 2, 3, 1).reshape(-1, self.nb_kernel)
        rows, columns, s = *grad.shape[2:], self.stride
        dx = np.zeros((n, height, width, channels), grad.dtype)
        for u, v in np.ndindex(weight.shape[2:]):
            share = delta @ weight[:, :, u, v]
            dx[:, u : u + s * rows : s, v : v + s * columns : s] += share.reshape(n, rows, columns, channels)
        return dx.transpose(0, 3, 1, 2)

    def details(self) -> str:
        """Kernels, stride and activation."""
        height, width = as_pair(self.kernel_size)
        kernels = f"{self.nb_kernel:,} kernel{'s' if self.nb_kernel > 1 else ''} {height}×{width}"
        activation = "" if self.after == Noop() else f" · {self.after.label}"
        return f"{kernels} · stride {self.stride}{activation}"

    def explain(self) -> str:
        """Say what slides over the input."""
        height, width = as_pair(self.kernel_size)
        if self.nb_kernel == 1:
            return (
                f"Slides one kernel of {height}×{width} over the input; it answers strongly where its pattern occurs."
            )
        return (
            f"Slides {self.nb_kernel:,} kernels of {height}×{width} over the input; "
            f"each answers strongly where its pattern occurs."
        )
