"""Augmentation: what cannot change samples of the data's shape."""

from __future__ import annotations

from collections.abc import Iterator

from slugstudio.engine.errors import ShapeError
from slugstudio.engine.messages import Message
from slugstudio.project.design import Design
from slugstudio.project.problems.problem import Problem, setting


def find(design: Design) -> Iterator[Problem]:
    """Find what cannot change samples of the data's shape."""
    augmentation = design.training.augmentation
    for each in dict.fromkeys(augmentation):
        try:
            each.require(design.data.source.sample_shape)
        except ShapeError as error:
            text = Message("fix.not_augmented", "Take {augmentation} out of the augmentation", augmentation=each.label)
            kept = tuple(other for other in augmentation if other.kind != each.kind)
            fix = setting(text, "augmentation", kept)
            yield Problem("error", None, error.message, (fix,), "training.augmentation", each.kind)
