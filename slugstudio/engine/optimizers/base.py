"""What all optimizers share: the rate of a step, the cutting of gradients, and working memory."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar

import numpy as np

from slugstudio.engine.declaration import Advanced, Array, Declared, Help, Range
from slugstudio.engine.schedules import Constant, Schedule

Rate = Annotated[float, Range(0, low_open=True), Help("How far each step goes.", "Learning rate")]
Clip = Annotated[
    float,
    Range(-1),
    Advanced(),
    Help("Each value of the gradient is cut to at most this size; 0 and below switch it off.", "Clip gradient"),
]
Decay = Annotated[
    float,
    Range(0, high_open=True),
    Advanced(),
    Help("How fast the learning rate falls: at step t it is divided by 1 + decay × t.", "Decay"),
]
LowestRate = Annotated[
    float, Range(0, high_open=True), Advanced(), Help("The learning rate never falls below this.", "Lowest rate")
]
HighestRate = Annotated[
    float, Range(0, low_open=True), Advanced(), Help("The learning rate never exceeds this.", "Highest rate")
]
ScheduleOfRate = Annotated[Schedule, Help("How the learning rate changes as training goes on, besides the decay.")]
ClipNorm = Annotated[
    float,
    Range(-1),
    Advanced(),
    Help(
        "The gradient as a whole is shortened to at most this length, after its values were cut; 0 and below switch "
        "it off (Pascanu et al., 2013).",
        "Clip gradient's length",
    ),
]

BLOCK = 65_536
"""How many parameters are moved at a time: a long vector's pieces stay in the cache through all passes over them."""

CLEARED_EVERY = 64
"""After so many steps, what has faded out of an optimizer's memory is set to zero.

Where a gradient stays zero, as that of a unit that no sample reaches, what is remembered shrinks step by step into the
subnormal numbers, with which processors take many times as long. Between two clearings it does not get that far.
"""

FADED = 1e6
"""What is smaller than so many times the smallest normal number has faded: no step can tell it from zero."""


class Optimizer(Declared, family=True):
    """Base of the optimizers; every one has the fields below."""

    formula: ClassVar[str]
    most_slots: ClassVar[int] = 0
    """How many arrays it remembers at most, whatever its fields say."""
    lr: float
    clip: float
    decay: float
    lr_min: float
    lr_max: float
    schedule: Schedule
    clip_norm: float

    @property
    def n_slots(self) -> int:
        """How many arrays it remembers, each shaped like the parameter vector and beginning at zero."""
        return self.most_slots

    def rate(self, step: int) -> float:
        r"""Return the rate of a step, counted from 0: :math:`\eta_t = f_t \eta / (1 + d t)`, kept in its bounds."""
        return min(max(self.schedule.factor(step) * self.lr / (1 + self.decay * step), self.lr_min), self.lr_max)

    def update(self, vector: Array, gradient: Array, slots: list[Array], step: int, age: int | None = None) -> None:
        """Take one step: change ``vector`` and ``slots`` in place; ``gradient`` is used as working memory.

        Parameters
        ----------
        vector, gradient : arrays of shape (n_parameters,)
        slots : list of `n_slots` arrays of shape (n_parameters,)
        step : int
            How many steps the training took before: the rate depends on it.
        age : int, optional
            How many steps the slots remember; by default all, fewer where another optimizer began the training.
        """
        self.bind(vector, gradient, slots)(step, step if age is None else age)

    def bind(
        self, vector: Array, gradient: Array, slots: list[Array], trained: Sequence[slice] | None = None
    ) -> Callable[[int, int], None]:
        """Return a function of step and age that does the same as `update`, with its working memory allocated once.

        ``trained`` are the parts of the vector that it changes, one after the other; by default all.
        """
        trained = [slice(0, vector.size)] if trained is None else trained
        ends = [0, *(end for part in trained for end in (part.start, part.stop)), vector.size]
        frozen = [gradient[start:stop] for start, stop in zip(ends[::2], ends[1::2], strict=True) if stop > start]
        scratch = np.empty_like(vector[:BLOCK])
        with np.errstate(over="ignore"):  # whoever trains tells in words of what so large a rate does
            rate = np.array(self.rate(0), vector.dtype)
        steady = isinstance(self.schedule, Constant) and not self.decay
        starts = [(start, part.stop) for part in trained for start in range(part.start, part.stop, BLOCK)]
        blocks = [
            (vector[part], gradient[part], [slot[part] for slot in slots], scratch[: vector[part].size])
            for part in (slice(start, min(start + BLOCK, stop)) for start, stop in starts)
        ]

        def update(step: int, age: int) -> None:
            for still in frozen:
                still.fill(0)  # it has no part in the gradient's length
            if self.clip > 0:
                np.clip(gradient, -self.clip, self.clip, out=gradient)
            if self.clip_norm > 0:
                _shorten(gradient, self.clip_norm)
            if not steady:
                rate[()] = self.rate(step)
            for weights, slopes, memory, room in blocks:
                self.move(weights, slopes, memory, rate, age + 1, room)
                if not (age + 1) % CLEARED_EVERY:
                    _clear(memory, room)

        return update

    @abstractmethod
    def move(self, vector: Array, gradient: Array, slots: list[Array], rate: Array, t: int, scratch: Array) -> None:
        """Apply the formula to a part of the parameters.

        ``rate``, of shape (), is the learning rate of this step and ``t`` its number for the slots, from 1;
        ``gradient`` and ``scratch`` may be overwritten. All other arrays have one shape.
        """


def _clear(memory: list[Array], scratch: Array) -> None:
    for values in memory:
        np.abs(values, out=scratch)
        np.greater(scratch, np.finfo(scratch.dtype).tiny * FADED, out=scratch)
        values *= scratch


def _shorten(gradient: Array, longest: float) -> None:
    length = math.sqrt(float(gradient.dot(gradient)))
    if not length < math.inf:  # its square is too large for float32, while its length need not be
        length = math.sqrt(float(np.square(gradient, dtype=np.float64).sum()))
    if length > longest:
        gradient *= longest / length
