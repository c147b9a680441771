"""Initialisations: the values with which weights begin.

``fan_in`` and ``fan_out`` are the numbers of connections into and out of one unit; for a kernel of shape
(out, in, height, width) they are ``in * height * width`` and ``out * height * width``.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Declared, Help, Range, Shape


class Initializer(Declared, family=True):
    """Base of the initialisations."""

    formula: ClassVar[str]

    @abstractmethod
    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Return a new float64 array of ``shape``; ``fans`` is (fan_in, fan_out), ``rng`` the stream to draw from."""


@dataclass(frozen=True)
class Zero(Initializer):
    """Starts every value at zero; all units then learn the same, so it suits biases only."""

    formula: ClassVar[str] = "w = 0"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Return zeros."""
        del fans, rng
        return np.zeros(shape)


@dataclass(frozen=True)
class One(Initializer):
    """Starts every value at one."""

    formula: ClassVar[str] = "w = 1"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Return ones."""
        del fans, rng
        return np.ones(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """Starts every value at the same number; all units then learn the same, so it suits biases only."""

    formula: ClassVar[str] = "w = c"

    value: Annotated[float, Range(-1e6, 1e6), Help("The number that every value starts at.")] = 0.1

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Return an array filled with the value."""
        del fans, rng
        return np.full(shape, self.value)


@dataclass(frozen=True)
class Uniform(Initializer):
    """Draws evenly from a fixed interval around zero."""

    formula: ClassVar[str] = r"w \sim U(-s, s)"

    scale: Annotated[float, Range(0, 1e6, low_open=True), Help("Half the width of the interval.")] = 0.05

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw from the interval from -scale to scale."""
        del fans
        return rng.uniform(-self.scale, self.scale, shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """Draws from a normal distribution of fixed spread around zero."""

    formula: ClassVar[str] = r"w \sim N(0, s^2)"

    scale: Annotated[float, Range(0, 1e6, low_open=True), Help("The standard deviation.")] = 0.05

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with mean 0 and standard deviation scale."""
        del fans
        return rng.normal(0.0, self.scale, shape)


@dataclass(frozen=True)
class LecunUniform(Initializer):
    """Draws evenly so that sums keep the size of the inputs (LeCun et al., 1998, *Efficient BackProp*, eq. 16)."""

    label: ClassVar[str] = "LeCun uniform"
    formula: ClassVar[str] = r"w \sim U(-s, s),\; s = \sqrt{\frac{3}{n_{in}}}"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with variance 1 / fan_in."""
        s = math.sqrt(3 / fans[0])
        return rng.uniform(-s, s, shape)


@dataclass(frozen=True)
class LecunNormal(Initializer):
    """Draws normally so that sums keep the size of the inputs (LeCun et al., 1998, *Efficient BackProp*, eq. 16)."""

    label: ClassVar[str] = "LeCun normal"
    formula: ClassVar[str] = r"w \sim N\!\left(0, \frac{1}{n_{in}}\right)"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with variance 1 / fan_in."""
        return rng.normal(0.0, math.sqrt(1 / fans[0]), shape)


@dataclass(frozen=True)
class GlorotUniform(Initializer):
    """Draws evenly so that signals keep their size both forward and backward (Glorot and Bengio, 2010, eq. 16)."""

    formula: ClassVar[str] = r"w \sim U(-s, s),\; s = \sqrt{\frac{6}{n_{in} + n_{out}}}"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with variance 2 / (fan_in + fan_out)."""
        s = math.sqrt(6 / sum(fans))
        return rng.uniform(-s, s, shape)


@dataclass(frozen=True)
class GlorotNormal(Initializer):
    """Draws normally so that signals keep their size both forward and backward (Glorot and Bengio, 2010, eq. 12)."""

    formula: ClassVar[str] = r"w \sim N\!\left(0, \frac{2}{n_{in} + n_{out}}\right)"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with variance 2 / (fan_in + fan_out)."""
        return rng.normal(0.0, math.sqrt(2 / sum(fans)), shape)


@dataclass(frozen=True)
class HeUniform(Initializer):
    """Draws evenly so that signals keep their size through ReLU (He et al., 2015, eq. 10)."""

    formula: ClassVar[str] = r"w \sim U(-s, s),\; s = \sqrt{\frac{6}{n_{in}}}"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with variance 2 / fan_in."""
        s = math.sqrt(6 / fans[0])
        return rng.uniform(-s, s, shape)


@dataclass(frozen=True)
class HeNormal(Initializer):
    """Draws normally so that signals keep their size through ReLU (He et al., 2015, eq. 10)."""

    formula: ClassVar[str] = r"w \sim N\!\left(0, \frac{2}{n_{in}}\right)"

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Draw with variance 2 / fan_in."""
        return rng.normal(0.0, math.sqrt(2 / fans[0]), shape)


@dataclass(frozen=True)
class Orthogonal(Initializer):
    r"""Draws a random rotation, which changes no length: signals keep their size in deep stacks (Saxe et al., 2013).

    The first axis against all others makes a matrix; of its rows and columns, the fewer are orthogonal to each other.
    """

    formula: ClassVar[str] = r"W^T W = g^2 I \text{ or } W W^T = g^2 I"

    gain: Annotated[float, Range(0, 1e6, low_open=True), Help("By how much lengths are multiplied.")] = 1.0

    def __call__(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Array:
        """Return the Q of a normal matrix's QR factors.

        R's diagonal is made positive, without which some rotations would be more frequent than others (Mezzadri, 2007).
        """
        del fans
        rows, columns = shape[0], math.prod(shape[1:])
        tall = rng.normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        q *= np.where(np.diagonal(r) < 0, -self.gain, self.gain)
        return (q if rows >= columns else q.T).reshape(shape)
