r"""Activations: the non-linear function :math:`a = \varphi(z)` that a layer applies to its sums.

Source, where a class names no other: Goodfellow, Bengio, Courville (2016), *Deep Learning*, chapter 6.3 and equation
6.29.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.bound.work import Work
from slugstudio.engine.declaration import Array, Declared, Help, Range

FEW_CLASSES = 32
"""So many classes are few."""

IN_CACHE = 65_536
"""So many values stay in the cache."""

BindBack = Callable[[Array], None]
"""Binds the way back of an activation: it turns the gradient to its output into that to its input, in place."""


class Activation(Declared, family=True):
    """Base of the activations.

    An elementwise activation gives `forward` and `derivative`; one that mixes elements, as Softmax does, gives its own
    `backward`.
    """

    formula: ClassVar[str]
    rises: ClassVar[bool] = True
    """Whether it never falls, so that the largest of several sums has the largest activation."""
    least_features: ClassVar[int] = 1
    """With fewer values than this the output is always the same, and nothing can be learned through it."""

    @abstractmethod
    def forward(self, z: Array) -> Array:
        """Return the activations of the sums ``z``, of the same shape; ``z`` is not changed."""

    @abstractmethod
    def derivative(self, z: Array) -> Array:
        """Return the derivative at ``z``: elementwise of the same shape, for Softmax the Jacobian."""

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Return the gradient to ``z``, given the gradient ``grad`` to ``a = forward(z)``; all of one shape."""
        del a
        gradient = self.derivative(z)
        gradient *= grad
        return gradient

    def bind(self, work: Work, z: Array, in_place: bool = False) -> tuple[Array, BindBack]:
        """Bind the activation to the array ``z``, which it may overwrite if it is ``in_place``.

        As it stands, a step calls the activation's own `forward` and `backward`; those in which much time is spent bind
        numpy calls on arrays which are allocated once.

        Returns
        -------
        a : array of the shape of z, in which the activations will be
        bind_back : what binds the way back
        """
        del in_place
        a = work.like(z)

        def forward() -> None:
            a[...] = self.forward(z)

        def bind_back(grad: Array) -> None:
            def run() -> None:
                grad[...] = self.backward(grad, z, a)

            work.backward(run)

        work.forward(forward)
        return a, bind_back

    def __call__(self, z: Array) -> Array:
        """Do the same as `forward`."""
        return self.forward(z)


@dataclass(frozen=True)
class Noop(Activation):
    """Leaves every value as it is: the layer stays linear."""

    label: ClassVar[str] = "None (linear)"
    formula: ClassVar[str] = r"\varphi(z) = z"

    def forward(self, z: Array) -> Array:
        """Return ``z`` itself."""
        return z

    def derivative(self, z: Array) -> Array:
        """Return ones."""
        return np.ones_like(z)

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Return ``grad`` itself."""
        del z, a
        return grad

    def bind(self, work: Work, z: Array, in_place: bool = False) -> tuple[Array, BindBack]:
        """Bind nothing."""
        del work, in_place
        return z, lambda grad: None


@dataclass(frozen=True)
class ReLU(Activation):
    """Keeps what is positive and sets the rest to zero (Nair and Hinton, 2010)."""

    also: ClassVar[tuple[str, ...]] = ("rectifier", "rectified linear unit")
    formula: ClassVar[str] = r"\varphi(z) = \max(0, z)"

    def forward(self, z: Array) -> Array:
        """Return the positive part."""
        return np.maximum(z, 0)

    def derivative(self, z: Array) -> Array:
        """Return 1 where ``z`` is positive, else 0 (at 0 too)."""
        return (z > 0).astype(z.dtype)

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Pass the gradient where the output is positive."""
        del z
        gradient: Array = grad * (a > 0)
        return gradient

    def bind(self, work: Work, z: Array, in_place: bool = False) -> tuple[Array, BindBack]:
        """Bind a comparison with zero each way."""
        a = z if in_place else work.like(z)
        zero = work.scalar(0)
        positive = np.empty_like(z, dtype=bool)
        # Of two arrays the larger is found twice as fast as of an array and a number, unless memory is what counts.
        work.forward(np.maximum, z, np.zeros_like(z) if z.size <= IN_CACHE else zero, out=a)

        def bind_back(grad: Array) -> None:
            work.backward(np.greater, a, zero, positive)
            work.backward(np.multiply, grad, positive, grad)

        return a, bind_back


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """Keeps what is positive and shrinks the rest, so that no unit stops learning (Maas et al., 2013)."""

    also: ClassVar[tuple[str, ...]] = ("lrelu",)
    formula: ClassVar[str] = r"\varphi(z) = \max(\alpha z, z)"

    slope: Annotated[float, Range(0, 1), Help("By how much negative values are multiplied.", "Negative slope")] = 0.01

    def forward(self, z: Array) -> Array:
        """Return the larger of z and slope z, which for a slope of at most 1 is z where z is positive."""
        return np.maximum(z, z * self.slope)

    def derivative(self, z: Array) -> Array:
        """Return 1 where ``z`` is positive, else the slope (at 0 too)."""
        return np.where(z > 0, 1, z.dtype.type(self.slope))

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Use that the output has the sign of the sum."""
        del z
        return grad * self.derivative(a)


@dataclass(frozen=True)
class ELU(Activation):
    """Keeps what is positive and bends the rest smoothly towards a lowest value (Clevert et al., 2016)."""

    also: ClassVar[tuple[str, ...]] = ("exponential linear unit",)
    label: ClassVar[str] = "ELU"
    formula: ClassVar[str] = r"\varphi(z) = \max(0, z) + \alpha (e^{\min(0, z)} - 1)"

    alpha: Annotated[float, Range(0, 1000), Help("How far below zero the output goes at most.", "Depth α")] = 1.0

    def forward(self, z: Array) -> Array:
        """Return the two parts' sum; the exponential is never taken of a positive number, so it cannot overflow."""
        below: Array = np.expm1(np.minimum(z, 0))
        below *= self.alpha
        below += np.maximum(z, 0)
        return below

    def derivative(self, z: Array) -> Array:
        """Return 1 where ``z`` is positive, else alpha times the exponential of z (at 0 too)."""
        return np.where(z > 0, 1, self.alpha * np.exp(np.minimum(z, 0)))

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Use the known output: below zero, the derivative is a + alpha."""
        return grad * np.where(z > 0, 1, a + self.alpha)


@dataclass(frozen=True)
class GELU(Activation):
    r"""Weighs a value by the share of a normal distribution below it, in the tanh form (Hendrycks and Gimpel, 2016).

    With :math:`u = \sqrt{2 / \pi}\, (z + 0.044715 z^3)`; beyond 10 on either side tanh u is 1 or -1 to the last digit,
    so that z is cut there before its cube is taken, which would overflow.
    """

    formula: ClassVar[str] = (
        r"\varphi(z) = \frac{z}{2} \left(1 + \tanh\left(\sqrt{\tfrac{2}{\pi}}\, (z + 0.044715 z^3)\right)\right)"
    )
    rises: ClassVar[bool] = False
    scale: ClassVar[float] = math.sqrt(2 / math.pi)
    cubic: ClassVar[float] = 0.044715
    saturated: ClassVar[float] = 10.0

    def forward(self, z: Array) -> Array:
        """Return z / 2 (1 + tanh u)."""
        a: Array = 0.5 * z * (1 + self._gate(np.clip(z, -self.saturated, self.saturated)))
        return a

    def derivative(self, z: Array) -> Array:
        """Return (1 + tanh u) / 2 + z / 2 (1 - tanh^2 u) du/dz."""
        z = np.clip(z, -self.saturated, self.saturated)
        gate = self._gate(z)
        slope: Array = 0.5 * (1 + gate) + 0.5 * z * (1 - gate**2) * self.scale * (1 + 3 * self.cubic * z**2)
        return slope

    def _gate(self, z: Array) -> Array:
        gate: Array = np.tanh(self.scale * (z + self.cubic * z**3))
        return gate


@dataclass(frozen=True)
class SiLU(Activation):
    """Lets a value through by its own sigmoid, also called Swish (Elfwing et al., 2018; Ramachandran et al., 2017)."""

    also: ClassVar[tuple[str, ...]] = ("swish",)
    formula: ClassVar[str] = r"\varphi(z) = \frac{z}{1 + e^{-z}}"
    rises: ClassVar[bool] = False

    def forward(self, z: Array) -> Array:
        """Return z times its logistic function."""
        return z * logistic(z)

    def derivative(self, z: Array) -> Array:
        """Return s (1 + z (1 - s)) with the logistic function s."""
        s = logistic(z)
        slope: Array = s * (1 + z * (1 - s))
        return slope


@dataclass(frozen=True)
class Tanh(Activation):
    """Squeezes every value between -1 and 1, keeping its sign."""

    also: ClassVar[tuple[str, ...]] = ("hyperbolic tangent",)
    formula: ClassVar[str] = r"\varphi(z) = \tanh z"

    def forward(self, z: Array) -> Array:
        """Return the hyperbolic tangent."""
        return np.tanh(z)

    def derivative(self, z: Array) -> Array:
        r"""Return :math:`1 - \tanh^2 z`."""
        slope: Array = 1 - np.tanh(z) ** 2
        return slope

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Use the known output instead of computing tanh again."""
        del z
        gradient: Array = grad * (1 - a * a)
        return gradient

    def bind(self, work: Work, z: Array, in_place: bool = False) -> tuple[Array, BindBack]:
        """Bind tanh, and the same use of the output."""
        a = z if in_place else work.like(z)
        slope, one = np.empty_like(z), work.scalar(1)
        work.forward(np.tanh, z, a)

        def bind_back(grad: Array) -> None:
            work.backward(np.multiply, a, a, slope)
            work.backward(np.subtract, one, slope, slope)
            work.backward(np.multiply, grad, slope, grad)

        return a, bind_back


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squeezes every value between 0 and 1: a probability for each unit on its own."""

    also: ClassVar[tuple[str, ...]] = ("logistic",)
    formula: ClassVar[str] = r"\varphi(z) = \frac{1}{1 + e^{-z}}"

    def forward(self, z: Array) -> Array:
        """Return the logistic function."""
        return logistic(z)

    def derivative(self, z: Array) -> Array:
        """Return a (1 - a)."""
        a = self.forward(z)
        slope: Array = a * (1 - a)
        return slope

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Use the known output instead of computing the exponential again."""
        del z
        gradient: Array = grad * a * (1 - a)
        return gradient


@dataclass(frozen=True)
class Softplus(Activation):
    """A smooth ReLU, positive everywhere (Dugas et al., 2001; Deep Learning, equation 3.31)."""

    also: ClassVar[tuple[str, ...]] = ("smooth relu",)
    formula: ClassVar[str] = r"\varphi(z) = \log(1 + e^z)"

    def forward(self, z: Array) -> Array:
        """Return max(0, z) + log(1 + e^-|z|), which is the same and cannot overflow."""
        a: Array = np.log1p(np.exp(-np.abs(z)))
        a += np.maximum(z, 0)
        return a

    def derivative(self, z: Array) -> Array:
        """Return the logistic function."""
        return logistic(z)

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        """Use the known output: the derivative is 1 - e^-a."""
        del z
        return -grad * np.expm1(-a)


@dataclass(frozen=True)
class Softmax(Activation):
    r"""Turns the sums of one sample into probabilities that add up to 1.

    Over the features: the second axis of z (Deep Learning, equation 6.29).
    """

    also: ClassVar[tuple[str, ...]] = ("probabilities", "classes", "output")
    formula: ClassVar[str] = r"\varphi(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}"
    rises: ClassVar[bool] = False
    least_features: ClassVar[int] = 2

    def forward(self, z: Array) -> Array:
        """Return the probabilities; the largest sum is subtracted first, so that nothing overflows."""
        e = np.exp(z - z.max(axis=1, keepdims=True))
        probabilities: Array = e / e.sum(axis=1, keepdims=True)
        return probabilities

    def bind(self, work: Work, z: Array, in_place: bool = False) -> tuple[Array, BindBack]:
        """Bind the same for vectors, feature by feature in memory; anything else as the base does."""
        if z.ndim != 2 or not z.T.flags.c_contiguous:
            return super().bind(work, z, in_place)
        n, k = z.shape
        a = z if in_place else work.like(z)
        # Of few classes, each gets the sum of all: dividing arrays of one shape takes half the time.
        largest, ones = work.empty(n), np.ones((k, k) if k <= FEW_CLASSES else k, z.dtype)
        total = work.empty(*ones.shape[1:], n)
        work.forward(np.maximum.reduce, z.T, 0, None, largest)
        work.forward(np.subtract, z.T, largest, a.T)
        work.forward(np.exp, a.T, a.T)
        work.forward(ones.dot, a.T, total)
        work.forward(np.divide, a.T, total, a.T)

        def bind_back(grad: Array) -> None:
            def run() -> None:
                grad[...] = self.backward(grad, z, a)

            work.backward(run)

        return a, bind_back

    def derivative(self, z: Array) -> Array:
        r"""Return the Jacobian :math:`\mathrm{diag}(a) - a a^T` of each sample.

        Parameters
        ----------
        z : array of shape (n, k)

        Returns
        -------
        array of shape (n, k, k)
        """
        a = self.forward(z)
        jacobian: Array = a[:, :, None] * (np.eye(a.shape[1], dtype=a.dtype) - a[:, None, :])
        return jacobian

    def backward(self, grad: Array, z: Array, a: Array) -> Array:
        r"""Apply the Jacobian without building it: :math:`a \odot (g - \langle g, a \rangle)`."""
        del z
        gradient: Array = a * (grad - (grad * a).sum(axis=1, keepdims=True))
        return gradient


def logistic(z: Array) -> Array:
    """Return 1 / (1 + e^-z); the exponential is only taken of negative numbers, so it cannot overflow."""
    e = np.exp(-np.abs(z))
    a: Array = np.where(z >= 0, 1, e) / (1 + e)
    return a
