"""Operations: what layers amount to, without arrays, for whoever computes them elsewhere.

There are fewer operations than layers, and they say what must be computed, not how it was chosen: padding is a number
of rows and columns, not a word. An exporter translates operations, so that a new layer that is made of known ones is
exported everywhere without a change.

Shapes leave out the batch axis; images are (channels, height, width). Learned arrays and buffers go by their names in
the layer, such as ``weight``, or ``convolution_1/weight`` inside a Residual. What happens in training only, such as
dropout, is an operation too, which in inference changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from slugstudio.engine.activation import Activation
from slugstudio.engine.declaration import Shape


class Edges(NamedTuple):
    """How many rows and columns there are at each side of an image."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0

    @property
    def even(self) -> bool:
        """Whether opposite sides have as many."""
        return self.top == self.bottom and self.left == self.right


@dataclass(frozen=True)
class Operation:
    """Base of the operations."""


@dataclass(frozen=True)
class Affine(Operation):
    """``x W + b``: ``weight`` of shape (in, out), ``bias`` of shape (out,)."""

    weight: str
    bias: str


@dataclass(frozen=True)
class Convolve(Operation):
    """Cross-correlation with ``weight`` of shape (kernels, channels / groups, height, width).

    Zeros are put at the edges first. ``bias`` of shape (kernels,) may be missing; pairs are (height, width).
    """

    weight: str
    bias: str | None
    kernel_size: tuple[int, int]
    stride: tuple[int, int]
    edges: Edges
    dilation: tuple[int, int]
    groups: int


@dataclass(frozen=True)
class ConvolveTransposed(Operation):
    """The way back from a convolution, with ``weight`` of shape (channels, kernels, height, width).

    Of the whole image, of (n - 1) stride + kernel rows and columns, ``cut`` is cut off at the edges; where it is
    negative, so many zeros are put there. Then ``bias`` of shape (kernels,) is added, if there is one.
    """

    weight: str
    bias: str | None
    kernel_size: tuple[int, int]
    stride: tuple[int, int]
    cut: Edges


@dataclass(frozen=True)
class Pool(Operation):
    """The largest value, or the mean, of each block; what is put at the edges is never the largest nor counted."""

    how: Literal["max", "mean"]
    size: tuple[int, int]
    stride: tuple[int, int]
    edges: Edges


@dataclass(frozen=True)
class MeanOfMaps(Operation):
    """The mean of each feature map: (channels, height, width) becomes (channels,)."""


@dataclass(frozen=True)
class Enlarge(Operation):
    """Each value of an image becomes a block of ``size`` equal ones."""

    size: tuple[int, int]


@dataclass(frozen=True)
class ChangeShape(Operation):
    """The values of a sample, in their order, in the shape ``shape``."""

    shape: Shape


@dataclass(frozen=True)
class NormaliseFeatures(Operation):
    """``weight (x - mean) / sqrt(variance + epsilon) + bias``, all four of shape (features,), along the first axis.

    In training, mean and biased variance are those of the batch, and the kept ones follow them, the variance unbiased:
    ``kept (1 - momentum) + momentum batch``.
    """

    weight: str
    bias: str
    mean: str
    variance: str
    epsilon: float
    momentum: float


@dataclass(frozen=True)
class NormaliseSample(Operation):
    """``weight (x - m) / sqrt(v + epsilon) + bias`` with mean m and biased variance v of all values of the sample.

    ``weight`` and ``bias`` have the shape of a sample.
    """

    weight: str
    bias: str
    epsilon: float


@dataclass(frozen=True)
class ScaleAndShift(Operation):
    """``(x - offset) / scale``, both of shape (channels,), along the first axis."""

    offset: str
    scale: str


@dataclass(frozen=True)
class Activate(Operation):
    """A function of each value, or with Softmax along the first axis."""

    activation: Activation


@dataclass(frozen=True)
class Drop(Operation):
    """In training, values or whole feature maps become zero with probability ``p``, and others 1 / (1 - p) as large."""

    p: float
    whole_maps: bool = False


@dataclass(frozen=True)
class AddNoise(Operation):
    """In training, normal noise of the standard deviation ``sigma`` is added to each value."""

    sigma: float


@dataclass(frozen=True)
class AddShortcut(Operation):
    """What a stack of layers makes of the input, plus what those of the shortcut make of it (none: the input)."""

    stack: tuple[Step, ...]
    shortcut: tuple[Step, ...]


class Step(NamedTuple):
    """A layer in its place, as operations that follow each other, its activation included.

    In a Residual, its arrays are called ``name/weight``.
    """

    name: str
    input_shape: Shape
    output_shape: Shape
    operations: tuple[Operation, ...]
