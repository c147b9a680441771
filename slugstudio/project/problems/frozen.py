"""Frozen layers: whether anything is left to learn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from slugstudio.engine.messages import Message
from slugstudio.project import edits
from slugstudio.project.design import Design
from slugstudio.project.measure import LayerAnalysis
from slugstudio.project.problems.problem import Fix, Problem


def find(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Tell if nothing can be learned, as every layer that has weights is frozen."""
    learners = [entry for entry, facts in zip(design.layers, layers, strict=True) if facts.n_parameters]
    if learners and all(entry.frozen for entry in learners):
        last = learners[-1]
        text = Message("fix.thaw", "Thaw {layer}", layer=last.name)
        thaw = Fix(text, partial(edits.freeze_layers, ids=(last.id,), frozen=False))
        message = Message("frozen.all", "All layers that have weights are frozen; thaw one to train it.")
        yield Problem("error", last.id, message, (thaw,))
