"""What each library that is timed offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from benchmarks.works import Inference, Training

Run = Callable[[], object]

CHUNKS = (250, 2500)
"""How many samples at a time are tried for inference: convolutions like few, which stay in the cache."""


class Library(Protocol):
    """A library that can do the works; NotImplementedError says that it has no such layer or optimizer."""

    version: str

    def training(self, work: Training) -> Run:
        """Return what takes the steps of an epoch in a new random order, and learns the loss of each of them."""

    def inference(self, work: Inference) -> Sequence[Run]:
        """Return what computes the outputs once, in each of the ways that may be the quickest."""
