"""Noise: what differs a little is still the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.augmentation.base import Augmentation
from slugstudio.engine.declaration import Array, Help, Range


@dataclass(frozen=True)
class Noise(Augmentation):
    r"""Adds noise to each value of a sample, an image or not.

    .. math:: x' = x + \varepsilon, \quad \varepsilon_i \sim N(0, \sigma^2)

    It is the Gaussian noise of the layer of that name, on what enters the network.
    """

    formula: ClassVar[str] = r"x' = x + \varepsilon,\; \varepsilon_i \sim N(0, \sigma^2)"
    of_images: ClassVar[bool] = False

    sigma: Annotated[
        float,
        Range(0, 1000),
        Help("How strong the noise is: its standard deviation, in the values that the network receives.",
             "Standard deviation σ"),
    ] = 0.05  # fmt: skip

    def apply(self, x: Array, rng: np.random.Generator) -> None:
        """Add noise in place."""
        noise = rng.standard_normal(x.shape, x.dtype)
        noise *= x.dtype.type(self.sigma)
        x += noise
