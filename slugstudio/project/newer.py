"""What a newer version has written and this one does not know: kept as it is, and written back unchanged.

Only files whose manifest allows it are read so (`oldest_reader`); of its own version, a reader knows everything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.declaration import fields as fields_of
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.base import Arrays, Group, Mode
from slugstudio.engine.messages import Message
from slugstudio.project import strict_json

Path = tuple[str, ...]
"""Where something lies: the entry, then the names that lead to it; a layer by its id."""


@dataclass(frozen=True)
class UnknownLayer(Layer, abstract=True):
    """A layer of a kind, or with parameters, that this version does not know: shown, moved, kept, but not computed.

    Each record has a class of its own, made by `unknown_layer`: there is nothing to set.
    """

    record: ClassVar[Mapping[str, Any]] = {}
    group: ClassVar[Group] = "shape"
    formula: ClassVar[str] = r"?"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Raise `ShapeError`: nobody here knows."""
        del input_shape
        template = "{kind} is written in a way that this version does not know; update Slugstudio, or delete it."
        raise ShapeError(Message("shape.unknown", template, kind=self.kind))

    def forward(self, x: Array, params: Arrays, mode: Mode) -> tuple[Array, object]:
        """Raise `ShapeError`, as `output_shape`."""
        raise ShapeError(f"{self.kind} is a layer that this version does not know.")

    def backward(self, grad: Array, cache: Any, params: Arrays) -> Array:
        """Raise `ShapeError`, as `output_shape`."""
        raise ShapeError(f"{self.kind} is a layer that this version does not know.")

    def details(self) -> str:
        """Tell its parameters as they are written."""
        return " · ".join(f"{name} {_short(value)}" for name, value in self.record["params"].items())

    def explain(self) -> str:
        """Say what it is."""
        return "A newer version of Slugstudio knows what this layer does. It is kept and saved as it is."


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def unknown_layer(record: Mapping[str, Any]) -> UnknownLayer:
    """Return the layer of a record that is none here; equal records give equal layers."""
    return _made(strict_json.dump(record))


@lru_cache(maxsize=1024)
def _made(content: bytes) -> UnknownLayer:
    record = strict_json.load(content)
    names = {"record": record, "label": f"Unknown: {record['kind']}", "__doc__": UnknownLayer.__doc__}
    made: type[UnknownLayer] = type(record["kind"], (UnknownLayer,), names, abstract=True)
    return made()


@dataclass(frozen=True)
class Newer:
    """What is kept of a file of a newer version, besides unknown layers.

    Attributes
    ----------
    version, oldest_reader : int
    producer : str
        Who wrote it.
    entries : mapping of str to bytes
        Entries that this version does not know.
    values : mapping of path to value
        Names and values in known entries that it does not know.
    """

    version: int
    oldest_reader: int
    producer: str
    entries: Mapping[str, bytes] = field(default_factory=dict)
    values: Mapping[Path, Any] = field(default_factory=dict)

    def told(self) -> str:
        """Say whose file it is, for whoever opens it."""
        return (
            f"{self.producer} wrote this file, a newer version than this one. What is not known here is kept and saved "
            f"as it is."
        )

    def taken_from(self, path: Path, record: Any, known: set[str]) -> tuple[dict[str, Any], Newer]:
        """Return an object without the names that are not known, and this with them."""
        if not isinstance(record, dict):
            return record, self
        more = {(*path, name): value for name, value in record.items() if name not in known}
        less = {name: value for name, value in record.items() if name in known}
        return less, Newer(self.version, self.oldest_reader, self.producer, self.entries, {**self.values, **more})

    def put_back(self, path: Path, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object with what was taken from it."""
        more = {key[-1]: value for key, value in self.values.items() if key[:-1] == path}
        return {**record, **deepcopy(more)}


def known_parameters(cls: type[Any]) -> set[str]:
    """Return the names of the parameters that a kind has here."""
    return {each.name for each in fields_of(cls) if not each.hint}
