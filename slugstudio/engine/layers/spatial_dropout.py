"""Spatial dropout: whole feature maps are dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from slugstudio.engine.declaration import Array, Help, Range, Shape
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, needs_image
from slugstudio.engine.layers.dropout import keep_mask
from slugstudio.engine.operations import Drop, Operation


@dataclass(frozen=True)
class SpatialDropout(Layer):
    r"""Sets whole feature maps to zero with probability p while training, and scales the others up.

    .. math:: y_{c,i,j} = \frac{m_c\, x_{c,i,j}}{1 - p}, \quad m_c \sim \mathrm{Bernoulli}(1 - p)

    Neighbouring values of an image say nearly the same, so dropping them one by one, as Dropout does, takes little away
    (Tompson et al., 2015). In inference it is the identity.
    """

    also: ClassVar[tuple[str, ...]] = ("dropout2d", "drop channels", "channel dropout")
    group: ClassVar[Group] = "regularise"
    formula: ClassVar[str] = r"y_{c,i,j} = \frac{m_c\, x_{c,i,j}}{1 - p},\; m_c \sim \mathrm{Bernoulli}(1 - p)"

    p: Annotated[
        float,
        Range(0, 1, high_open=True),
        Help("The probability that a feature map is set to zero.", "Dropout rate p"),
    ] = 0.0

    @classmethod
    def example(cls) -> Self:
        """Return a rate of one quarter."""
        return cls(0.25)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; only images are taken."""
        return needs_image(self, input_shape)

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array | None]:
        """Drop while training; the cache is the scaled mask, or None where nothing was dropped."""
        del params
        if not mode.train or self.p == 0:
            return x, None
        mask = keep_mask((*x.shape[:2], 1, 1), self.p, mode.rng, x.dtype)
        return x * mask, mask

    def backward(self, grad: Array, cache: Array | None, params: Arrays) -> Array:
        """Pass the gradient where the values passed."""
        del params
        return grad if cache is None else grad * cache

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the dropping of whole feature maps."""
        del input_shape
        return (Drop(self.p, whole_maps=True),)

    def details(self) -> str:
        """Return the rate."""
        return f"p = {self.p:g}"

    def explain(self) -> str:
        """Say how much is dropped."""
        return f"While training, sets {self.p:.0%} of the feature maps to zero at random, each one as a whole."
