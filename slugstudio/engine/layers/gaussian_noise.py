"""Gaussian noise: no sample looks twice the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from slugstudio.engine.declaration import Array, Help, Range, Shape
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode
from slugstudio.engine.operations import AddNoise, Operation


@dataclass(frozen=True)
class GaussianNoise(Layer):
    r"""Adds noise to each value while training, so that no detail can be learned by heart.

    .. math:: y = x + \varepsilon, \quad \varepsilon_i \sim N(0, \sigma^2)

    In inference it is the identity (Deep Learning, section 7.5).
    """

    also: ClassVar[tuple[str, ...]] = ("jitter", "augmentation", "random")
    group: ClassVar[Group] = "regularise"
    formula: ClassVar[str] = r"y = x + \varepsilon,\; \varepsilon_i \sim N(0, \sigma^2)"

    sigma: Annotated[
        float, Range(0, 1000), Help("How strong the noise is: its standard deviation.", "Standard deviation σ")
    ] = 0.1

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, None]:
        """Add noise while training."""
        del params
        if not mode.train or self.sigma == 0:
            return x, None
        noise = mode.rng.standard_normal(x.shape, x.dtype)
        noise *= x.dtype.type(self.sigma)
        noise += x
        return noise, None

    def backward(self, grad: Array, cache: None, params: Arrays) -> Array:
        """Return the gradient as it is: the noise does not depend on the input."""
        del cache, params
        return grad

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the noise."""
        del input_shape
        return (AddNoise(self.sigma),)

    def details(self) -> str:
        """Return the standard deviation."""
        return f"σ = {self.sigma:g}"

    def explain(self) -> str:
        """Say how much is added."""
        return f"While training, adds noise of standard deviation {self.sigma:g} to each value."
