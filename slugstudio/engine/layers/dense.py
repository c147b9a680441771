"""Dense: every output sees every input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

import numpy as np

from slugstudio.engine.activation import Activation, Noop, ReLU
from slugstudio.engine.bound.work import Backward, Work, joined
from slugstudio.engine.constraints import OptionalConstraint
from slugstudio.engine.declaration import Array, Help, Hint, Range, Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.initializations import GlorotUniform, Initializer
from slugstudio.engine.layers.base import Arrays, Group, Layer, Mode, times
from slugstudio.engine.messages import Message
from slugstudio.engine.operations import Affine, Operation
from slugstudio.engine.penalties import OptionalPenalty
from slugstudio.engine.rules import Rule

FEW_INPUTS = 1024
"""So many inputs are copied more quickly than a bias is added."""


@dataclass(frozen=True)
class Dense(Layer):
    r"""Connects every input with every unit.

    .. math:: a = \varphi(x W + b), \quad
        \frac{\partial L}{\partial W} = x^T \delta, \quad
        \frac{\partial L}{\partial b} = \sum_n \delta_n, \quad
        \frac{\partial L}{\partial x} = \delta W^T

    with the gradient :math:`\delta` to the sums (Deep Learning, section 6.5.6). ``weight`` has the shape (in, out),
    ``bias`` (out,).
    """

    also: ClassVar[tuple[str, ...]] = ("fully connected", "linear", "fc", "affine", "perceptron", "mlp")
    group: ClassVar[Group] = "learn"
    formula: ClassVar[str] = r"a = \varphi(x W + b)"

    outshape: Annotated[int, Range(1, 1_000_000), Help("How many values leave the layer.", "Units")]
    inshape: Annotated[int | tuple[int | None, ...] | None, Hint(), Help("The number of inputs.")] = None
    activation: Annotated[Activation, Help("The function applied to each unit's sum.")] = Noop()
    init: Annotated[Initializer, Help("How the weights begin.", "Initialisation")] = GlorotUniform()
    penalty: OptionalPenalty = None
    constraint: OptionalConstraint = None

    @classmethod
    def example(cls) -> Self:
        """Return 32 units with ReLU."""
        return cls(32, activation=ReLU())

    @property
    def after(self) -> Activation:
        """The activation."""
        return self.activation

    @property
    def each_alone(self) -> bool:
        """Tell that workers may share the samples."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (outshape,); only vectors are taken."""
        if len(input_shape) != 1:
            template = "Dense needs a vector, received {received}; put a Flatten before it."
            raise ShapeError(Message("shape.needs_vector", template, received=times(input_shape)))
        return (self.outshape,)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """Return weight (in, out) and bias (out,)."""
        return {"weight": (input_shape[0], self.outshape), "bias": (self.outshape,)}

    def initialise(self, input_shape: Shape, rng: np.random.Generator) -> Arrays:
        """Draw the weight; the bias begins at zero."""
        shape = (input_shape[0], self.outshape)
        return {"weight": self.init(shape, shape, rng), "bias": np.zeros(self.outshape)}

    def rules(self) -> dict[str, Rule]:
        """Return that of the weight."""
        return {"weight": Rule(self.penalty, self.constraint, unit_axis=1)}

    def multiply_adds(self, input_shape: Shape) -> int:
        """One for each weight."""
        return input_shape[0] * self.outshape

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, Array]:
        """Return x W + b; the cache is the input."""
        del mode
        z = x @ params["weight"]
        z += params["bias"]
        return z, x

    def parameter_gradients(self, grad: Array, cache: Array, grads: Arrays) -> None:
        """Sum both gradients over the batch, as the formula says."""
        np.matmul(cache.T, grad, out=grads["weight"])
        np.add.reduce(grad, axis=0, out=grads["bias"])  # as np.sum, which takes longer to begin

    def backward(self, grad: Array, cache: Array, params: Arrays) -> Array:
        """Return the gradient to the input, as the formula says."""
        del cache
        return grad @ params["weight"].T

    def bind(self, work: Work, x: Array, arrays: Arrays, mode: Mode) -> tuple[Array, Backward]:
        """Bind products whose rows are features; where the input lies above ones, the bias is a row of the weight."""
        del mode
        weight, bias = arrays["weight"], arrays["bias"]
        z = work.rows(len(x), self.outshape)
        whole = work.with_ones(x)
        if whole is None and x.size <= FEW_INPUTS:
            inputs = work.rows(*x.shape)
            work.forward(np.copyto, inputs.T, x.T)
            whole = work.with_ones(inputs)
        if whole is None:
            work.forward(weight.T.dot, x.T, z.T)
            work.forward(np.add, z.T, bias[:, None], z.T)
        else:
            work.forward(joined(weight, bias).T.dot, whole, z.T)

        def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
            if whole is None:
                work.backward(x.T.dot, grad, grads["weight"])
                work.backward(grad.T.dot, np.ones(len(x), x.dtype), grads["bias"])
            else:
                work.backward(whole.dot, grad, joined(grads["weight"], grads["bias"]))
            if not to_input:
                return None
            dx = np.empty_like(x)
            if dx.flags.c_contiguous:
                work.backward(grad.dot, weight.T, dx)
            else:
                work.backward(weight.dot, grad.T, dx.T)
            return dx

        return z, backward

    def operations(self, input_shape: Shape) -> tuple[Operation, ...]:
        """Return the product and the bias."""
        del input_shape
        return (Affine("weight", "bias"),)

    def details(self) -> str:
        """Units, activation, and what the weights are held to."""
        units = f"{self.outshape:,} unit{'s' if self.outshape > 1 else ''}"
        parts = [units] + ([self.activation.label] if self.activation != Noop() else [])
        return " · ".join(parts + self.rules()["weight"].details())

    def explain(self) -> str:
        """Say what the units do."""
        return f"Each of {self.outshape:,} units weighs all inputs, adds them up and adds its bias."
