"""Analysis: what a design amounts to, layer by layer, and what keeps it from working."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slugstudio.project.design import Design
from slugstudio.project.measure import (
    LayerAnalysis,
    count_parameters,
    machine_bytes,
    measured,
    training_bytes,
    with_disabled,
)
from slugstudio.project.problems import augmented, batches, choices, end, frozen, rate, shapes, size
from slugstudio.project.problems.problem import Fix, Problem, Severity

__all__ = [
    "Analysis",
    "Fix",
    "LayerAnalysis",
    "Problem",
    "Severity",
    "analyse",
    "machine_bytes",
    "training_bytes",
]


@dataclass(frozen=True)
class Analysis:
    """Shapes, counts and problems of a design; ``n_parameters`` counts the layers that are known."""

    layers: tuple[LayerAnalysis, ...]
    problems: tuple[Problem, ...]
    n_parameters: int

    @property
    def playable(self) -> bool:
        """Whether the design can be trained: it has no error."""
        return self.obstacle is None

    @property
    def obstacle(self) -> Problem | None:
        """The first error, which is the reason why the design cannot be trained."""
        return next((problem for problem in self.problems if problem.severity == "error"), None)


def analyse(design: Design) -> Analysis:
    """Work out the shapes and counts of a design and find its problems, without any data or arrays.

    A disabled layer lets pass what arrives, and has no problem.
    """
    working = design.working
    known = measured(working)
    problems = tuple(_problems(working, known))
    layers = known if working is design else with_disabled(design, known)
    worst: dict[str | None, Problem] = {}
    for problem in problems:
        before = worst.get(problem.layer_id)
        if before is None or (before.severity, problem.severity) == ("warning", "error"):
            worst[problem.layer_id] = problem
    told = tuple(
        dataclasses.replace(layer, problem=worst[layer.id]) if layer.id in worst else layer for layer in layers
    )
    return Analysis(told, problems, count_parameters(layers))


def _problems(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find the problems; most can be told only where the shapes are known from first to last."""
    last = layers[-1].output_shape if layers else design.data.source.sample_shape
    if last is None:
        yield from shapes.find(design, layers)
    else:
        at_the_end = tuple(end.find(design, layers, last))
        yield from at_the_end
        yield from frozen.find(design, layers)
        yield from batches.find(design, layers)
        yield from size.find(design, layers)
        if not any(problem.severity == "error" for problem in at_the_end):
            yield from choices.find(design, layers)
    yield from augmented.find(design)
    yield from rate.find(design)
