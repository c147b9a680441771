"""Rules: what training does with weights besides following the gradient of the loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from slugstudio.engine.constraints import Constraint
from slugstudio.engine.declaration import Array
from slugstudio.engine.penalties import Penalty


class Rule(NamedTuple):
    """What a layer declares for one of its learned arrays.

    ``unit_axis`` is the axis along which its units, or kernels, lie.
    """

    penalty: Penalty | None
    constraint: Constraint | None
    unit_axis: int

    def details(self) -> list[str]:
        """Return what a card says of it."""
        return [declared.label for declared in (self.penalty, self.constraint) if declared is not None]


class Rules:
    """The rules of a network.

    Parameters
    ----------
    bound : iterable of (rule, array, gradient)
        Each rule with the array that it is for and the place of its gradient.

    Attributes
    ----------
    penalised, constrained : list
        What there is to do; empty without a penalty or a constraint, so that a step can tell at no cost.
    """

    def __init__(self, bound: Iterable[tuple[Rule, Array, Array]]) -> None:
        rules = list(bound)
        self.penalised = [(rule.penalty, weight, grad) for rule, weight, grad in rules if rule.penalty]
        self.constrained = [(rule.constraint, weight, rule.unit_axis) for rule, weight, _ in rules if rule.constraint]

    def penalty(self) -> float:
        """Return what the weights cost; 0 without a penalty."""
        return sum((penalty.forward(weight) for penalty, weight, _ in self.penalised), 0.0)

    def penalise(self) -> float:
        """Add the gradients of the penalties to those of the loss, and return what the weights cost."""
        for penalty, weight, grad in self.penalised:
            grad += penalty.backward(weight)
        return self.penalty()

    def constrain(self) -> None:
        """Bring the weights back to what the constraints allow."""
        for constraint, weight, unit_axis in self.constrained:
            constraint.apply(weight, unit_axis)
