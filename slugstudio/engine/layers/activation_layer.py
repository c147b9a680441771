"""Activation as a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from slugstudio.engine.activation import Activation, ReLU
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Help, Shape
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode
from slugstudio.engine.operations import Operation


@dataclass(frozen=True)
class ActivationLayer(Layer):
    """Applies a function to each value: for where something stands between the sums and their activation.

    Such as a normalisation: a Dense without activation, then the normalisation, then this.
    """

    label: ClassVar[str] = "Activation"
    also: ClassVar[tuple[str, ...]] = ("non-linearity", "function")
    group: ClassVar[Group] = "activate"
    formula: ClassVar[str] = r"y = \varphi(x)"

    activation: Annotated[Activation, Help("The function applied to each value.")] = ReLU()

    @property
    def after(self) -> Activation:
        """The activation."""
        return self.activation

    @property
    def each_alone(self) -> bool:
        """Tell that workers may share the samples."""
        return True

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, None]:
        """Return the input: the network applies the activation after it."""
        del params, mode
        return x, None

    def backward(self, grad: Array, cache: None, params: Arrays) -> Array:
        """Return the gradient as it is."""
        del cache, params
        return grad

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind nothing: the activation follows."""
        del work, arrays, mode
        return x, lambda grad, grads, to_input: grad

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return none: the activation follows."""
        del input_shape
        return ()

    def details(self) -> str:
        """Return the activation."""
        return self.activation.label

    def explain(self) -> str:
        """Say what the function does."""
        return self.activation.summary()
