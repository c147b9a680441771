"""Slugstudio's engine, by its public ways."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.libraries.base import Run
from benchmarks.works import N_INFERRED, Inference, Training
from slugstudio import __version__
from slugstudio.engine.events import EpochDone
from slugstudio.engine.train import train

WITHOUT_END = 10_000_000
"""The most epochs that can be asked for."""


class Ours:
    """The engine, whose large matrix products run on so many threads."""

    version = __version__

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    def training(self, work: Training) -> Run:
        """Return what takes an epoch's events from a training without end."""
        settings = work.settings.replace(epochs=WITHOUT_END, threads=self._threads)
        events = train(work.network(), work.data(), settings)

        def epoch() -> None:
            for event in events:
                if isinstance(event, EpochDone):
                    return
            raise RuntimeError(f"expected {work.name} to go on, but its training ended.")

        return epoch

    def inference(self, work: Inference) -> Sequence[Run]:
        """Return `Network.predict`, which chooses its chunks by itself."""
        network, x = work.network(), work.samples(N_INFERRED)
        return [lambda: network.predict(x)]
