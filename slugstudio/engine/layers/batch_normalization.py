"""Batch normalisation: each feature is brought to one scale, over the batch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

import numpy as np

from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Help, Range, Shape
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode
from slugstudio.engine.layers.normalization import Epsilon, Normalised, normalise, to_input
from slugstudio.engine.layers.normalization_block import bind_normalization
from slugstudio.engine.operations import NormaliseFeatures, Operation


class Seen(NamedTuple):
    """What `BatchNormalization.forward` leaves; ``by_batch`` tells whether the batch's own statistics were used."""

    normalised: Normalised
    by_batch: bool


@dataclass(frozen=True)
class BatchNormalization(Layer):
    r"""Brings each feature to mean 0 and variance 1 over the batch, then to a scale that it learns.

    .. math:: y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    In training, mean and (biased) variance are those of the batch: of each channel of an image, over samples and
    places, or of each value of a vector (Ioffe and Szegedy, 2015). Meanwhile their running means are kept in the
    buffers ``running_mean`` and ``running_variance`` (of the unbiased variance),
    :math:`r \leftarrow (1 - m)\, r + m\, v` with the momentum m, and in inference these are used; all of it as PyTorch
    does. ``weight`` (gamma, which begins at one) and ``bias`` (beta, at zero) have the shape (features,), as the
    buffers do.
    """

    label: ClassVar[str] = "Batch normalisation"
    also: ClassVar[tuple[str, ...]] = ("bn", "batch norm", "batch normalization", "batchnorm")
    group: ClassVar[Group] = "normalise"
    formula: ClassVar[str] = r"y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"

    momentum: Annotated[
        float, Range(0, 1), Help("How much the running mean and variance follow each batch; 0: never.", "Momentum")
    ] = 0.1
    epsilon: Epsilon = 1e-5

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return weight and bias, one number a feature each."""
        return {"weight": input_shape[:1], "bias": input_shape[:1]}

    def least_batch(self, input_shape: Shape) -> int:
        """Two, where a sample has one value of each feature: one value has no variance."""
        return 2 if math.prod(input_shape[1:]) == 1 else 1

    def buffer_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return running_mean and running_variance, one number a feature each."""
        return {"running_mean": input_shape[:1], "running_variance": input_shape[:1]}

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Begin with the values as they are."""
        del rng
        ones, zeros = np.ones(input_shape[:1]), np.zeros(input_shape[:1])
        return {"weight": ones, "bias": zeros, "running_mean": zeros, "running_variance": ones}

    def multiply_adds(self, input_shape: Shape) -> int:
        """One for each value."""
        return math.prod(input_shape)

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Seen]:
        """Normalise each feature.

        Raises
        ------
        DataError
            In training, if there are too few samples for a variance.
        """
        normalised = self._by_batch(x) if mode.train else self._by_running(x, params)
        y = normalised.values * _along(params["weight"], x)
        y += _along(params["bias"], x)
        return y, Seen(normalised, mode.train)

    def _by_batch(self, x: Array) -> Normalised:
        self._require_variance(x)
        return normalise(x, _axes(x), self.epsilon)

    def _require_variance(self, x: Array) -> None:
        least = self.least_batch(x.shape[1:])
        if len(x) < least:
            raise DataError(
                f"{self.label} expected a batch of {least} or more samples in training, received {len(x)}; choose a "
                f"batch size that leaves no single sample to the last batch."
            )

    def _by_running(self, x: Array, params: Arrays) -> Normalised:
        mean, variance = _along(params["running_mean"], x), _along(params["running_variance"], x)
        scale = 1 / np.sqrt(variance + x.dtype.type(self.epsilon))
        values = x - mean
        values *= scale
        return Normalised(values, mean, variance, scale)

    def update_buffers(self, cache: Seen, buffers: Arrays) -> None:
        """Let the running mean and variance follow those of the batch."""
        _, mean, variance, _ = cache.normalised
        n = cache.normalised.values.size // mean.size
        for name, seen in (("running_mean", mean), ("running_variance", variance * (n / (n - 1)))):
            buffers[name] *= 1 - self.momentum
            buffers[name] += self.momentum * seen.ravel()

    def parameter_gradients(self, grad: Array, cache: Seen, grads: Arrays) -> None:
        """Sum both gradients over the batch and the places."""
        np.sum(grad * cache.normalised.values, axis=_axes(grad), out=grads["weight"])
        np.sum(grad, axis=_axes(grad), out=grads["bias"])

    def backward(self, grad: Array, cache: Seen, params: Arrays) -> Array:
        """Take away what only moves the batch's mean and variance; running ones do not depend on the input."""
        grad = grad * _along(params["weight"], grad)
        if cache.by_batch:
            return to_input(grad, cache.normalised, _axes(grad))
        grad *= cache.normalised.scale
        return grad

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind a few passes over memory, part after part, with sums taken as products with ones."""
        if mode.train:
            self._require_variance(x)
        bound = bind_normalization(work, x, arrays, self.epsilon, self.momentum) if mode.train else None
        return bound or super().bind(work, x, arrays, mode)

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the normalisation by the running mean and variance."""
        del input_shape
        names = "weight", "bias", "running_mean", "running_variance"
        return (NormaliseFeatures(*names, self.epsilon, self.momentum),)

    def explain(self) -> str:
        """Say what becomes of a feature."""
        return "Brings each feature to mean 0 and variance 1 over the batch, then to a scale that it learns."


def _axes(x: Array) -> tuple[int, ...]:
    """Return all axes but that of the features."""
    return (0, *range(2, x.ndim))


def _along(values: Array, x: Array) -> Array:
    """Return one number a feature in a shape that goes with ``x``."""
    return values.reshape(-1, *(1 for _ in x.shape[2:]))
