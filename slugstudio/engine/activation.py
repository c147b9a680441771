r"""Activations: the non-linear function :math:`a = \varphi(z)` that a layer applies to its sums.

Source: Goodfellow, Bengio, Courville (2016), *Deep Learning*, chapter 6.3 and equation 6.29.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from slugstudio.engine.declaration import Array, Declared


class Activation(Declared, family=True):
    """Base of the activations.

    An elementwise activation gives `forward` and `derivative`; one that mixes elements, as Softmax does, gives its own
    `backward`.
    """

    formula: ClassVar[str]

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


@dataclass(frozen=True)
class ReLU(Activation):
    """Keeps what is positive and sets the rest to zero (Nair and Hinton, 2010)."""

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


@dataclass(frozen=True)
class Tanh(Activation):
    """Squeezes every value between -1 and 1, keeping its sign."""

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


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squeezes every value between 0 and 1: a probability for each unit on its own."""

    formula: ClassVar[str] = r"\varphi(z) = \frac{1}{1 + e^{-z}}"

    def forward(self, z: Array) -> Array:
        """Return the logistic function; the exponential is only taken of negative numbers, so it cannot overflow."""
        e = np.exp(-np.abs(z))
        a: Array = np.where(z >= 0, 1, e) / (1 + e)
        return a

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
class Softmax(Activation):
    r"""Turns the sums of one sample into probabilities that add up to 1.

    Over the features: the second axis of z (Deep Learning, equation 6.29).
    """

    formula: ClassVar[str] = r"\varphi(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}"

    def forward(self, z: Array) -> Array:
        """Return the probabilities; the largest sum is subtracted first, so that nothing overflows."""
        e = np.exp(z - z.max(axis=1, keepdims=True))
        probabilities: Array = e / e.sum(axis=1, keepdims=True)
        return probabilities

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
