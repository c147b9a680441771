"""Weights from `.npz` and `.safetensors`, by name and shape.

`read_arrays` reads a file and trusts nothing in it, `compare` says what of it fits where, and `with_weights` makes the
project that has them. Two layouts are known: ours (`dense_1/weight`, of shape (in, out)) and PyTorch's
(`dense_1.weight`, of shape (out, in)), as `docs/export.md` tells them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import safetensors

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import Dense, Layer
from slugstudio.engine.layers.base import times
from slugstudio.engine.train import TrainState
from slugstudio.imports.errors import ImportRefused
from slugstudio.project.errors import in_words
from slugstudio.project.keeping import Key
from slugstudio.project.project import Project, Trained
from slugstudio.project.session import compile_network, weights_by_key

MAX_BYTES = 2 * 2**30
"""How large the arrays of a file may be together."""
_NAMES = {"running_var": "running_variance"}
"""What PyTorch calls otherwise."""
_SAYS_NOTHING = ("num_batches_tracked", "offset", "scale")
"""Arrays of our PyTorch programs that are no weights: how often a normalisation was trained, and the preprocessing."""

Fate = Literal["fits", "other shape", "missing", "not finite"]


@dataclass(frozen=True)
class Row:
    """What happens with one array of the network.

    ``name`` is its name in the project, ``shape`` what it has to be; ``source`` and ``found`` are those of the array in
    the file that was meant for it, empty if there is none.
    """

    name: str
    shape: Shape
    source: str
    found: Shape
    fate: Fate

    def said(self) -> str:
        """Say it in words."""
        match self.fate:
            case "fits":
                return "is taken"
            case "other shape":
                return f"stays as it is: expected {times(self.shape)}, received {times(self.found)}"
            case "not finite":
                return "stays as it is: the file has NaN or infinity for it"
        return "stays as it is: not in the file"


@dataclass(frozen=True, eq=False)
class Comparison:
    """What of a file fits a project.

    Attributes
    ----------
    rows : tuple of Row
        One for each array of the network, in its order.
    unknown : tuple of str
        The arrays of the file that the network has no place for.
    taken : mapping of str to array
        By the name in the project, in our layout: what fits.
    """

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]
    taken: Mapping[str, Array]

    def summary(self) -> str:
        """Say it in one sentence."""
        n, fits = len(self.rows), len(self.taken)
        if fits == n:
            said = f"All {n:,} arrays of the network are in the file and fit."
        else:
            said = f"{fits:,} of {n:,} arrays of the network are in the file and fit; the others stay as they are."
        if not self.unknown:
            return said
        more = ", ".join(self.unknown[:3]) + (", …" if len(self.unknown) > 3 else "")
        return f"{said} {len(self.unknown):,} of the file's have no place here: {more}."


@dataclass(frozen=True, eq=False)
class Found:
    """The arrays of a file by their names in it; ``names`` are those in a project, where the file tells them."""

    arrays: Mapping[str, Array]
    pytorch: bool = False
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)


def read_arrays(path: str | os.PathLike[str]) -> Found:
    """Read a file of weights, `.npz` or `.safetensors`; nothing in it is run or taken on trust.

    Raises
    ------
    ImportRefused
        If it is neither, damaged, larger than 2 GiB, or has arrays that are no numbers.
    """
    path = Path(path)
    readers = {".npz": _of_npz, ".safetensors": _of_safetensors}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ImportRefused(
            f"{path.name}: expected weights as .npz or .safetensors, received {path.suffix or 'no ending'}."
        )
    try:
        found = reader(path)
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read: {in_words(error)}.") from error
    except MemoryError as error:
        raise ImportRefused(
            f"{path.name}: its arrays are larger than what is free of this computer's memory."
        ) from error
    for name, array in found.arrays.items():
        if array.dtype.kind not in "biuf":
            raise ImportRefused(f"{path.name}: {name}: expected numbers, received values of type {array.dtype}.")
    if not found.arrays:
        raise ImportRefused(f"{path.name}: it has no arrays.")
    return found


def _of_npz(path: Path) -> Found:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_BYTES:
            raise ImportRefused(f"{path.name}: expected at most 2 GiB of arrays, it declares {size / 2**30:.1f} GiB.")
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return Found({name: arrays[name] for name in arrays.files})
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, KeyError, SyntaxError) as error:
        raise ImportRefused(f"{path.name}: it is damaged, or no .npz of plain arrays ({error}).") from error


def _of_safetensors(path: Path) -> Found:
    if path.stat().st_size > MAX_BYTES:
        raise ImportRefused(f"{path.name}: expected at most 2 GiB of arrays.")
    try:
        with safetensors.safe_open(path, framework="numpy") as tensors:
            told = tensors.metadata() or {}
            arrays = {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118 - it is no mapping
    except (safetensors.SafetensorError, ValueError, TypeError, KeyError) as error:
        raise ImportRefused(f"{path.name}: it is damaged, or no .safetensors of numbers ({error}).") from error
    return Found(arrays, told.get("layout") == "pytorch", _told_names(told.get("tensors", "")))


def _told_names(text: str) -> dict[str, str]:
    """Return what the metadata tells of names in a project; nothing where it is not what we write."""
    try:
        told = json.loads(text) if len(text) < 2**23 else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {name: place for name, place in told.items() if isinstance(place, str)}


def compare(project: Project, found: Found) -> Comparison:
    """Say what of the arrays of a file fits the network of a project; nothing changes.

    Raises
    ------
    ConfigError, ShapeError
        If the layers of the project do not fit each other.
    """
    network = compile_network(project)
    places = {name: array.shape for name, array in (network.parameters | network.buffers).items()}
    sources = {_place(name, found): name for name in found.arrays}
    # Dense weights lie the other way round in PyTorch; where both sides are as long, only its names tell.
    turned = {each for node in network.nodes for each in _dense_weights(node.name, node.layer, node.input_shape)}
    rows, taken = [], {}
    for name, shape in places.items():
        source = sources.get(name, "")
        array = found.arrays.get(source)
        if array is not None and name in turned and array.ndim == 2 and (found.pytorch or "/" not in source):
            array = array.T
        fate = _fate(array, shape)
        rows.append(Row(name, shape, source, () if array is None else array.shape, fate))
        if fate == "fits" and array is not None:
            taken[name] = np.ascontiguousarray(array, np.float32)
    used = {row.source for row in rows}
    unknown = [name for name in found.arrays if name not in used and name.split(".")[-1] not in _SAYS_NOTHING]
    return Comparison(tuple(rows), tuple(unknown), taken)


def _dense_weights(name: str, layer: Layer, input_shape: Shape) -> Iterator[str]:
    """Yield the names of the weights of Dense layers, also of those inside others."""
    if isinstance(layer, Dense):
        yield f"{name}/weight"
    for part in layer.inside(input_shape):
        yield from _dense_weights(f"{name}/{part.name}", part.layer, part.input_shape)


def _fate(array: Array | None, shape: Shape) -> Fate:
    if array is None:
        return "missing"
    if array.shape != shape:
        return "other shape"
    return "fits" if np.isfinite(array).all() else "not finite"


def _place(name: str, found: Found) -> str:
    """Return the name in a project that an array of a file has: its own, or as PyTorch would spell it."""
    if name in found.names:
        return found.names[name]
    if "/" in name or "." not in name:
        return name
    *layers, last = name.split(".")
    return "/".join([*layers, _NAMES.get(last, last)])


def with_weights(project: Project, taken: Mapping[str, Array]) -> Project:
    """Return the project with arrays of its network replaced; what the optimizer remembers of them begins at zero.

    A project that was not trained counts as such no more, at epoch 0; the others are as they were.
    """
    network, settled = compile_network(project), project.settled()
    ours = weights_by_key(project.design, network.parameters | network.buffers)
    new = weights_by_key(project.design, taken)
    weights = {key: new[key] if key in new else array.copy() for key, array in ours.items()}
    history = settled.history.copy()
    if settled.trained is None:
        state = TrainState(project.design.training.seed)
        trained = Trained(project.design, weights, (), state, None)
    else:
        state = settled.trained.state.copy()
        state.best = None  # its weights are of another network, so to speak
        slots = tuple(_without(slot, new) for slot in settled.trained.slots)
        trained = dataclasses.replace(settled.trained, weights=weights, slots=slots, state=state, best=None)
    if len(history.steps):
        history.begin_segment(state.step + 1)
    return dataclasses.replace(settled, trained=trained, history=history)


def _without(slot: Mapping[Key, Array], new: Mapping[Key, Array]) -> dict[Key, Array]:
    return {key: np.zeros_like(array) if key in new else array for key, array in slot.items()}
