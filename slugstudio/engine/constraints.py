"""Constraints: what weights may be; after each step, those that are not are brought back to the nearest that may.

They act on weights, not on the bias.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Advanced, Array, Declared, Help, Range


class Constraint(Declared, family=True):
    """Base of the constraints."""

    formula: ClassVar[str]

    @abstractmethod
    def apply(self, weight: Array, unit_axis: int) -> None:
        """Bring weights back in place.

        Parameters
        ----------
        weight : array of any shape
        unit_axis : int
            Along which axis the units, or kernels, lie: the weights into one of them are all with one index there.
        """


OptionalConstraint = Annotated[
    Constraint | None,
    Advanced(),
    Help("What the weights are brought back to after each step; the bias is free.", "Constraint"),
]
"""The field of a layer that has a constraint."""


@dataclass(frozen=True)
class MaxNorm(Constraint):
    """The weights into one unit, or of one kernel, are together no longer than a limit.

    Source: Srebro and Shraibman (2005); with dropout Srivastava et al. (2014, section 5.1 and appendix A.3), with
    limits from 3 to 4.
    """

    formula: ClassVar[str] = r"w_u \leftarrow w_u \min\left(1, \frac{c}{\lVert w_u \rVert_2}\right)"

    limit: Annotated[float, Range(0, low_open=True, high_open=True), Help("How long they may be.", "Limit c")] = 3.0

    def apply(self, weight: Array, unit_axis: int) -> None:
        """Shorten the weights of each unit that are too long."""
        others = tuple(axis for axis in range(weight.ndim) if axis != unit_axis)
        # In float64, as the square of a large float32 would be infinite and the unit would vanish without a word.
        lengths = np.sqrt(np.square(weight, dtype=np.float64).sum(axis=others, keepdims=True))
        weight *= (self.limit / np.maximum(lengths, self.limit)).astype(weight.dtype)


@dataclass(frozen=True)
class NonNegative(Constraint):
    """No weight is negative: inputs can only add up, which makes parts of a whole (Lee and Seung, 1999)."""

    label: ClassVar[str] = "Non-negative"
    formula: ClassVar[str] = r"w \leftarrow \max(0, w)"

    def apply(self, weight: Array, unit_axis: int) -> None:
        """Set what is negative to zero."""
        del unit_axis
        np.maximum(weight, 0, out=weight)
