"""Designs for networks of any shape, as projects have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from slugstudio.datasets import DataSource, Preprocessing, Unchanged
from slugstudio.engine.declaration import Help, Shape
from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.stacked import default_names
from slugstudio.engine.train import TrainSettings
from slugstudio.project.design import DataChoice, Design, LayerEntry


@dataclass(frozen=True)
class Given(DataSource, abstract=True):
    """Samples of any shape, of which there are none."""

    shape: Annotated[tuple[int, ...], Help("The shape of a sample.")]
    number: Annotated[int, Help("How many classes there are.")] = 2

    @property
    def sample_shape(self) -> Shape:
        """The shape that was given."""
        return self.shape

    @property
    def n_samples(self) -> int:
        """Enough for any batch."""
        return 1024

    @property
    def classes(self) -> tuple[str, ...]:
        """Letters and numbers."""
        return tuple(f"class {number}" for number in range(self.number))


def design(
    layers: Sequence[Layer],
    shape: Shape,
    training: TrainSettings | None = None,
    preprocessing: Preprocessing | None = None,
    n_classes: int = 2,
) -> Design:
    """Return a design of these layers under their usual names."""
    names = default_names(layers)
    entries = tuple(LayerEntry(name, name, layer) for name, layer in zip(names, layers, strict=True))
    data = DataChoice(Given(shape, n_classes), preprocessing or Unchanged())
    return Design(entries, data, training or TrainSettings())
