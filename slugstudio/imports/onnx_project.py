"""An ONNX file as a new project with its weights."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path

import numpy as np

from slugstudio.datasets import DataSource, Digits, FashionSmall, Fitted, Standardise, Unchanged
from slugstudio.datasets.circles import Circles
from slugstudio.datasets.made_up import MadeUp
from slugstudio.engine.activation import Sigmoid, Softmax
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import Flatten
from slugstudio.engine.loss import BinaryCrossEntropy, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.train import TrainSettings, TrainState
from slugstudio.imports.errors import ImportRefused
from slugstudio.imports.onnx_file import Chain, read_chain
from slugstudio.imports.onnx_layers import translated
from slugstudio.imports.onnx_translation import Placed, Preparation
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.edits import insert_layer
from slugstudio.project.keeping import Key
from slugstudio.project.project import Project, Trained

_SOURCES: tuple[DataSource, ...] = (Digits(), FashionSmall(), Circles())
"""Those that a file may have been made for."""


def open_onnx(path: str | os.PathLike[str]) -> Project:
    """Return a new project with the network and the weights of a file.

    Its data are those of ours that have samples of its shape and as many classes (and the same names of them, if it
    tells any); where none have, made-up ones hold the place.

    Raises
    ------
    ImportRefused
        If the file cannot be taken; the message names the node and why.
    """
    chain = read_chain(path)
    try:
        found = translated(chain)
    except ImportRefused as error:
        raise ImportRefused(f"{Path(path).name}: {error}") from error
    placed = found.placed
    if not placed:
        raise ImportRefused(f"{Path(path).name}: expected at least one layer, received nothing but preparation.")
    shape = chain.input_shape
    for each in placed:
        shape = each.layer.output_shape(shape)
    if len(shape) != 1:
        placed.append(Placed(Flatten()))
        shape = (prod(shape),)
    data = _data(chain, shape[0], found.preparation)
    design = Design((), data, TrainSettings(loss=_loss(placed, shape[0])))
    weights: dict[Key, Array] = {}
    for number, each in enumerate(placed):
        design, layer_id = insert_layer(design, number, each.layer, _name(each, design))
        weights |= {(layer_id, name): array for name, array in each.arrays.items()}
    fitted = _fitted(data, chain.input_shape, found.preparation)
    return Project(design, Trained(design, weights, (), TrainState(design.training.seed), fitted))


def _name(placed: Placed, design: Design) -> str | None:
    """Return the name of the layer in the file, where it is one that a layer can have here; else the usual one."""
    taken = {entry.name.lower() for entry in design.layers}
    parts = [part for part in re.split(r"[/.]", placed.node) if part]
    name = parts[0] if len(parts) > 1 else ""
    fits = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", name) and not name.startswith("node_")
    return name if fits and name.lower() not in taken else None


def _data(chain: Chain, n_outputs: int, preparation: Preparation | None) -> DataChoice:
    preprocessing = Unchanged() if preparation is None else Standardise()
    labels = _labels(chain.metadata)
    n_classes = 2 if n_outputs == 1 else n_outputs
    for source in _SOURCES:
        if (
            source.sample_shape == chain.input_shape
            and source.n_classes == n_classes
            and labels in ((), source.classes)
        ):
            return DataChoice(source, preprocessing)
    return DataChoice(MadeUp(chain.input_shape, n_classes), preprocessing)


def _labels(metadata: Mapping[str, str]) -> tuple[str, ...]:
    try:
        told = json.loads(metadata.get("labels", "[]"))
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, told)) if isinstance(told, Sequence) and not isinstance(told, str) else ()


def _loss(placed: Sequence[Placed], n_outputs: int) -> Loss:
    last = placed[-1].layer.after if placed else None
    if isinstance(last, Softmax):
        return SoftmaxCategoricalCrossEntropy()
    if isinstance(last, Sigmoid) and n_outputs == 1:
        return BinaryCrossEntropy()
    if isinstance(last, Sigmoid):
        return MeanSquaredError()
    return SoftmaxCategoricalCrossEntropy(from_logits=True) if n_outputs > 1 else BinaryCrossEntropy(from_logits=True)


def _fitted(data: DataChoice, shape: Shape, preparation: Preparation | None) -> Fitted:
    if preparation is None:
        return Fitted(data.preprocessing, {})
    channels = shape[0]
    arrays = {"offset": preparation.offset, "scale": preparation.scale}
    return Fitted(
        data.preprocessing, {name: np.broadcast_to(a, (channels,)).astype(np.float32) for name, a in arrays.items()}
    )
