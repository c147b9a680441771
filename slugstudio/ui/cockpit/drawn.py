"""What a plot of the cockpit can draw."""

from __future__ import annotations

from dataclasses import dataclass

from slugstudio.engine.metrics import Accuracy
from slugstudio.engine.train import TrainSettings


@dataclass(frozen=True)
class Drawn:
    """The loss or a metric: its name in a history, what it is called, alone and in a sentence, and what it does."""

    name: str
    title: str
    noun: str
    help: str = ""
    is_share: bool = False

    def written(self, value: float) -> str:
        """Write a value as the legend shows it."""
        return f"{value:.1%}".replace("%", "\u202f%") if self.is_share else f"{value:.3f}"


LOSS = Drawn("loss", "Loss", "loss")


def metrics_of(settings: TrainSettings) -> tuple[Drawn, ...]:
    """Return what the chosen metrics are when drawn; the accuracy, which every training tells, if there are none."""
    return tuple(
        Drawn(metric.name, metric.title, metric.noun, metric.summary(), metric.is_share)
        for metric in settings.metrics or (Accuracy(),)
    )
