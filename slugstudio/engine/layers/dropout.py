"""Dropout: trains a crowd of thinner networks at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

import numpy as np

from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Help, Range, Shape
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode
from slugstudio.engine.operations import Drop, Operation


@dataclass(frozen=True)
class Dropout(Layer):
    r"""Sets each value to zero with probability p while training, and scales the others up.

    .. math:: y = \frac{m \odot x}{1 - p}, \quad m_i \sim \mathrm{Bernoulli}(1 - p)

    Scaling while training leaves inference the identity. The weight scaling rule of the seed's documents (Deep
    Learning, section 7.12) multiplies by 1 - p in inference instead; both make the expected input of the next
    layer the same in training and inference (Srivastava et al., 2014).
    """

    also: ClassVar[tuple[str, ...]] = ("drop out", "regularization", "overfitting")
    group: ClassVar[Group] = "regularise"
    formula: ClassVar[str] = r"y = \frac{m \odot x}{1 - p},\; m_i \sim \mathrm{Bernoulli}(1 - p)"

    p: Annotated[
        float,
        Range(0, 1, high_open=True),
        Help("The probability that a value is set to zero.", "Dropout rate p"),
    ] = 0.0

    @classmethod
    def example(cls) -> Self:
        """Return a rate of one quarter."""
        return cls(0.25)

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array | None]:
        """Drop while training; the cache is the scaled mask, or None where nothing was dropped."""
        del params
        if not mode.train or self.p == 0:
            return x, None
        mask = keep_mask(x.shape, self.p, mode.rng, x.dtype)
        return x * mask, mask

    def backward(self, grad: Array, cache: Array | None, params: Arrays) -> Array:
        """Pass the gradient where the value passed."""
        del params
        return grad if cache is None else grad * cache

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind the draw and the mask."""
        del arrays
        if not mode.train or self.p == 0:
            return x, lambda grad, grads, to_input: grad
        drawn, scale = work.empty(*x.shape), work.scalar(1 / (1 - self.p))
        y, keep, mask = work.rows(*x.shape), np.empty(x.shape, bool), np.empty_like(x)
        work.forward(mode.rng.random, dtype=x.dtype, out=drawn)
        work.forward(np.greater_equal, drawn, work.scalar(self.p), keep)
        work.forward(np.multiply, keep, scale, mask)
        work.forward(np.multiply, x, mask, y)

        def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
            del grads, to_input
            work.backward(np.multiply, grad, mask, grad)
            return grad

        return y, backward

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the dropping of single values."""
        del input_shape
        return (Drop(self.p),)

    def details(self) -> str:
        """Return the rate."""
        return f"p = {self.p:g}"

    def explain(self) -> str:
        """Say how much is dropped."""
        return (
            f"While training, sets {self.p:.0%} of the values to zero at random, so that no unit relies on one other."
        )


def keep_mask(shape: Shape, p: float, rng: np.random.Generator, dtype: np.dtype[Any]) -> Array:
    """Return an array of zeros, with probability ``p``, and else 1 / (1 - p)."""
    keep = rng.random(shape, dtype) >= p
    mask: Array = keep.astype(dtype) * dtype.type(1 / (1 - p))
    return mask
