r"""What the cross-entropies share.

A cross-entropy compares probabilities. Its outputs are those probabilities, or with ``from_logits`` the sums *z* from
which it makes them itself: then no logarithm is taken of a number that was rounded to zero. Where a last layer gives
the probabilities, the derivative of its activation cancels against that of the logarithm, and what remains is p - y
(Deep Learning, section 6.2.2).
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

from slugstudio.engine.activation import Activation, Noop, Sigmoid, Softmax
from slugstudio.engine.declaration import Advanced, Array, Help, Range
from slugstudio.engine.loss.base import Fit, Loss
from slugstudio.engine.metrics import Learned


@dataclass(frozen=True)
class CrossEntropy(Loss, abstract=True):
    """Base of the cross-entropies: the surprise of the outputs' probabilities at the targets."""

    learns: ClassVar[Learned] = "classes"
    squash: ClassVar[Activation]
    """What turns logits into the probabilities that the loss compares."""

    epsilon: Annotated[
        float,
        Range(1e-30, 0.1),
        Advanced(),
        Help("Probabilities below this count as this, so that no logarithm is infinite."),
    ] = 1e-11
    from_logits: Annotated[
        bool,
        Advanced(),
        Help("The outputs are sums, which the loss turns into probabilities itself: the last layer has no activation."),
    ] = False
    label_smoothing: Annotated[
        float,
        Range(0, 1, high_open=True),
        Advanced(),
        Help("The share of each target that is spread over all answers (Szegedy et al., 2016, section 7)."),
    ] = 0.0

    @property
    def partner(self) -> type[Activation]:
        """The activation that makes the probabilities; none where the loss makes them."""
        return Noop if self.from_logits else type(self.squash)

    @property
    def threshold(self) -> float:
        """One half, or the logit of it."""
        return 0.0 if self.from_logits else 0.5

    def probabilities(self, outputs: Array) -> Array:
        """Return the outputs themselves, or the probabilities that belong to logits."""
        return self.squash(outputs) if self.from_logits else outputs

    def fit(self, last: Activation) -> Fit:
        """Refuse what gives no probabilities where they are needed."""
        if isinstance(last, self.partner):
            return "good"
        return "doubtful" if self.from_logits or isinstance(last, Sigmoid | Softmax) else "impossible"

    def summands(self, outputs: Array, targets: Array) -> Array:
        """Return the surprise at each answer."""
        targets = self.smoothed(targets)
        return self.of_logits(outputs, targets) if self.from_logits else self.of_probabilities(outputs, targets)

    def backward(self, outputs: Array, targets: Array) -> Array:
        """Return the gradient to the outputs."""
        if self.from_logits:
            return self.gradient_to_sums(outputs, targets)
        return self.slope_of_probabilities(outputs, self.smoothed(targets))

    def gradient_to_sums(self, outputs: Array, targets: Array) -> Array:
        """Return the gradient to the logits."""
        return self.slope_of_logits(self.probabilities(outputs), self.smoothed(targets))

    def smoothed(self, targets: Array) -> Array:
        r"""Return :math:`(1 - s) y + s / K` for the K answers among which each target chooses."""
        if not self.label_smoothing:
            return targets
        return targets * (1 - self.label_smoothing) + self.label_smoothing / self.n_answers(targets)

    @abstractmethod
    def n_answers(self, targets: Array) -> int:
        """Return among how many answers each target, of shape (n, k), chooses."""

    @abstractmethod
    def of_probabilities(self, probabilities: Array, targets: Array) -> Array:
        """Return the summands of probabilities."""

    @abstractmethod
    def of_logits(self, logits: Array, targets: Array) -> Array:
        """Return the summands of the probabilities that belong to logits."""

    @abstractmethod
    def slope_of_probabilities(self, probabilities: Array, targets: Array) -> Array:
        """Return the gradient to the probabilities."""

    @abstractmethod
    def slope_of_logits(self, probabilities: Array, targets: Array) -> Array:
        """Return the gradient to the logits that belong to the probabilities."""
