"""Design: everything that a person decides about a network, as one immutable value.

Edits make new designs (`slugstudio.project.edits`); what they leave alone is shared, so that an undo history
of whole designs stays small.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from slugstudio.datasets import DataSource, Digits, Preprocessing, Scale
from slugstudio.engine.declaration import Declared, Help, Range, without_hints
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Layer
from slugstudio.engine.train import TrainSettings
from slugstudio.project.newer import Newer

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class DataChoice(Declared):
    """What a network learns from, what is done to the values, and how much is kept back to judge by."""

    source: Annotated[DataSource, Help("Where the samples come from.", "Data set")] = Digits()
    preprocessing: Annotated[
        Preprocessing,
        Help("What is done to the values before the network sees them; measured on the training part only."),
    ] = Scale()
    validation_split: Annotated[
        float,
        Range(0, 0.9),
        Help("The share of the samples, of each class alike, kept back for validation.", "Validation part"),
    ] = 0.2
    seed: Annotated[int, Range(0, 2**63 - 1), Help("Fixes which samples go to validation.", "Seed of the split")] = 0


@dataclass(frozen=True)
class LayerEntry:
    """One layer in its place in the stack.

    Parameters
    ----------
    id : str
        Given once and never again in the project, whatever the layer is called and wherever it moves: weights
        follow it.
    name : str
        What people, messages and exported files call it; unique in the design. Fit for a file name, a JSON
        key and a Python identifier.
    layer : Layer
        Kept without hints such as ``inshape``: in a project the shape follows from the data.
    enabled : bool
        A disabled layer keeps its place and its weights, but the network does without it.
    frozen : bool
        Training does not change the weights of a frozen layer.

    Raises
    ------
    ConfigError
        If the id or the name has characters that it cannot have.
    """

    id: str
    name: str
    layer: Layer
    enabled: bool = True
    frozen: bool = False

    def __post_init__(self) -> None:
        """Check the texts and leave hints out."""
        if not _ID.fullmatch(self.id):
            reason = f"expected 1 to 64 letters, digits, - and _ (without accents), received {self.id!r}."
            raise ConfigError("Layer", "id", reason)
        if not NAME.fullmatch(self.name):
            reason = (
                f"expected a letter and then letters, digits and _ (without accents), at most 64, "
                f"received {self.name!r}."
            )
            raise ConfigError("Layer", "name", reason)
        object.__setattr__(self, "layer", without_hints(self.layer))


@dataclass(frozen=True)
class Design:
    """A stack of layers, the data, and the training settings.

    ``newer`` is what a newer version wrote that this one does not know.

    ``next_id`` is the number of the next layer's id. It only ever grows, also through undo, and so is no part
    of what makes two designs equal.

    Raises
    ------
    ConfigError
        If two layers have the same id, or the same name but for capitals.
    """

    layers: tuple[LayerEntry, ...] = ()
    data: DataChoice = DataChoice()
    training: TrainSettings = TrainSettings()
    next_id: int = field(default=1, compare=False)
    newer: Newer | None = None

    def __post_init__(self) -> None:
        """Check that ids and names are unique."""
        if twice := _twice([entry.id for entry in self.layers]):
            raise ConfigError("Design", "layers", f"expected each id once, received {twice!r} twice.")
        if twice := _twice([entry.name.lower() for entry in self.layers]):
            reason = f"expected each name once (capitals do not count), received {twice!r} twice; rename one."
            raise ConfigError("Design", "layers", reason)

    @property
    def declarations(self) -> tuple[tuple[str, Layer, bool], ...]:
        """What the network is made of: each id and layer, and whether it is frozen, whatever the layers are called."""
        return tuple((entry.id, entry.layer, entry.frozen) for entry in self.layers if entry.enabled)

    @property
    def working(self) -> Design:
        """The design without the layers that are disabled: what is compiled, exported and written as code."""
        layers = tuple(entry for entry in self.layers if entry.enabled)
        return self if len(layers) == len(self.layers) else dataclasses.replace(self, layers=layers)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in the order of the stack."""
        return tuple(entry.id for entry in self.layers)


def _twice(texts: Sequence[str]) -> str | None:
    return next((text for text, n in Counter(texts).items() if n > 1), None)
