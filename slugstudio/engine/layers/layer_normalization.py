"""Layer normalisation: each sample by itself is brought to one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode
from slugstudio.engine.layers.normalization import Epsilon, Normalised, normalise, to_input
from slugstudio.engine.operations import NormaliseSample, Operation


@dataclass(frozen=True)
class LayerNormalization(Layer):
    r"""Brings all values of a sample to mean 0 and variance 1, then to a scale that it learns.

    .. math:: y = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    with the mean and the (biased) variance over all values of the sample (Ba et al., 2016). It does the same in
    training and inference, whatever the batch. ``weight`` (gamma, which begins at one) and ``bias`` (beta, at zero)
    have the shape of a sample.
    """

    label: ClassVar[str] = "Layer normalisation"
    also: ClassVar[tuple[str, ...]] = ("ln", "layer norm", "layer normalization", "layernorm")
    group: ClassVar[Group] = "normalise"
    formula: ClassVar[str] = r"y = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"

    epsilon: Epsilon = 1e-5

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return weight and bias, both of the input's shape."""
        return {"weight": input_shape, "bias": input_shape}

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Begin with ones and zeros: the values as they are normalised."""
        del rng
        return {"weight": np.ones(input_shape), "bias": np.zeros(input_shape)}

    def multiply_adds(self, input_shape: Shape) -> int:
        """One for each value."""
        return math.prod(input_shape)

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Normalised]:
        """Normalise each sample."""
        del mode
        normalised = normalise(x, _axes(x), self.epsilon)
        y = normalised.values * params["weight"]
        y += params["bias"]
        return y, normalised

    def parameter_gradients(self, grad: Array, cache: Normalised, grads: Arrays) -> None:
        """Sum both gradients over the batch."""
        np.sum(grad * cache.values, axis=0, out=grads["weight"])
        np.sum(grad, axis=0, out=grads["bias"])

    def backward(self, grad: Array, cache: Normalised, params: Arrays) -> Array:
        """Take away what only moves a sample's mean and variance."""
        return to_input(grad * params["weight"], cache, _axes(grad))

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the normalisation of a sample."""
        del input_shape
        return (NormaliseSample("weight", "bias", self.epsilon),)

    def explain(self) -> str:
        """Say what becomes of a sample."""
        return "Brings the values of each sample to mean 0 and variance 1, then to a scale that it learns."


def _axes(x: Array) -> tuple[int, ...]:
    return tuple(range(1, x.ndim))
