"""What the palette offers: every source of data, every kind of layer, and each activation as a layer of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from slugstudio.datasets import DataSource
from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.declaration import Declared, Shape
from slugstudio.engine.layers import ActivationLayer, Layer
from slugstudio.ui.theme import GROUPS

DATA = "data"
"""How the keys of data sources begin."""


@dataclass(frozen=True)
class Entry:
    """One thing to add; ``key`` names it when it is dragged: ``Dense``, ``ActivationLayer/Tanh``, ``data/Digits``."""

    key: str
    group: str
    declared: type[Declared]

    @property
    def label(self) -> str:
        """What it is called."""
        return self.declared.label

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return self.declared.summary()

    @property
    def is_data(self) -> bool:
        """Whether it is a source of data, which takes the place of the one that is there."""
        return issubclass(self.declared, DataSource)

    def source(self) -> DataSource:
        """Return the source of data with its usual values."""
        made: DataSource = DataSource.kinds[self.declared.kind]()
        return made

    def layer(self, arrives: Shape | None) -> Layer:
        """Return the layer as it goes best on what arrives where it is put; None where that is not known."""
        kind, _, activation = self.key.partition("/")
        cls = Layer.kinds[kind]
        layer: Layer = cls.example() if arrives is None else cls.example_for(arrives)
        return layer.replace(activation=Activation.kinds[activation]()) if activation else layer

    def matches(self, words: Sequence[str]) -> bool:
        """Tell whether each of the words, in small letters, is in its name, its other names, its group or summary."""
        names = " ".join((self.label, self.declared.kind, *self.declared.also, self.group, self.summary)).lower()
        return all(word in names for word in words)

    def distance(self, words: Sequence[str]) -> int:
        """Tell how far it is from what was typed: called so, beginning so, having it in its name, or described so."""
        typed, name = " ".join(words), self.label.lower()
        others = [other.lower() for other in self.declared.also]
        if name == typed:
            return 0
        if typed in others:
            return 1
        if name.startswith(typed):
            return 2
        if any(other.startswith(typed) for other in others):
            return 3
        if any(word.startswith(typed) for word in name.split()):
            return 4
        return 5 if typed in name else 6


@cache
def entries() -> tuple[Entry, ...]:
    """Return everything that there is to add, group by group."""
    found = [Entry(f"{DATA}/{kind}", "input", cls) for kind, cls in DataSource.kinds.items()]
    for kind, cls in Layer.kinds.items():
        if cls is ActivationLayer:
            functions = (each for each in Activation.kinds.values() if each is not Noop)
            found += [Entry(f"{kind}/{each.kind}", cls.group, each) for each in functions]
        else:
            found.append(Entry(kind, cls.group, cls))
    return tuple(sorted(found, key=lambda entry: GROUPS.index(entry.group)))


def entry(key: str | None) -> Entry | None:
    """Return what a key names, None if it names nothing; the kind of a layer alone does."""
    kind = Layer.kinds.get(key or "")
    if kind is not None:
        return Entry(kind.kind, kind.group, kind)
    return next((each for each in entries() if each.key == key), None)


def found(search: str, *, data: bool = True) -> tuple[Entry, ...]:
    """Return the entries that have all words of ``search``, in their order; sources of data only with ``data``."""
    words = search.lower().split()
    return tuple(each for each in entries() if each.matches(words) and (data or not each.is_data))


def likeliest(search: str, among: Sequence[Entry]) -> Entry | None:
    """Return the entry that a search most likely means, None if there is none."""
    words = search.lower().split()
    return min(among, key=lambda each: each.distance(words), default=None)
