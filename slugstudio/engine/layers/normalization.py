"""What batch and layer normalisation share: values of mean 0 and variance 1, and the way back."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from slugstudio.engine.declaration import Array, Help, Range

Epsilon = Annotated[
    float,
    Range(1e-30, 1),
    Help("What is added to the variance, so that values which are all equal do no harm."),
]


class Normalised(NamedTuple):
    """Values of mean 0 and variance 1 over some axes; mean, variance and scale have length 1 there.

    ``values`` = (x - ``mean``) * ``scale``, with ``scale`` = 1 / sqrt(``variance`` + epsilon).
    """

    values: Array
    mean: Array
    variance: Array
    scale: Array


def normalise(x: Array, axes: tuple[int, ...], epsilon: float) -> Normalised:
    """Return ``x`` normalised over ``axes``; the variance is the biased one."""
    mean = x.mean(axis=axes, keepdims=True)
    values = x - mean
    variance = np.square(values).mean(axis=axes, keepdims=True)
    scale = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    values *= scale
    return Normalised(values, mean, variance, scale)


def to_input(grad: Array, normalised: Normalised, axes: tuple[int, ...]) -> Array:
    r"""Return the gradient to ``x``, given that to its normalised values :math:`\hat x`.

    .. math:: \frac{\partial L}{\partial x} = \frac{1}{\sigma} \left(g - \overline{g}
        - \hat x\, \overline{g \hat x}\right)

    (Ioffe and Szegedy, 2015, section 3), where the bar is the mean over ``axes``.
    """
    values = normalised.values
    along = (grad * values).mean(axis=axes, keepdims=True)
    dx: Array = (grad - grad.mean(axis=axes, keepdims=True) - values * along) * normalised.scale
    return dx
