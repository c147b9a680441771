"""Measuring: the shapes and counts of a design's layers, of which each is worked out once for each shape."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from slugstudio.engine.declaration import Shape
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.stacked import output_shapes
from slugstudio.engine.messages import Message
from slugstudio.engine.network import CHUNK_BYTES, MOST_IN_CHUNK
from slugstudio.engine.workers import MOST_WORKERS
from slugstudio.project.design import Design
from slugstudio.project.problems.problem import Problem

IN_STEP, IN_CHUNK = 3, 2
"""How many numbers a training step, and a chunk of predictions, keeps for each value that leaves a layer: the value,
its gradient and what lies between. Fitted to measured peaks: those above 1 MB are met within two fifths."""


@dataclass(frozen=True)
class LayerAnalysis:
    """What one layer receives, gives and costs; None is what a problem leaves unknown.

    Shapes leave out the batch axis; ``multiply_adds`` are those of one sample in the forward pass. ``problem`` is the
    worst of the layer's.
    """

    id: str
    name: str
    input_shape: Shape | None
    output_shape: Shape | None
    n_parameters: int | None
    multiply_adds: int | None
    problem: Problem | None


@dataclass(frozen=True)
class Measures:
    """What a layer makes of an input: ``n_values`` counts what leaves it and each layer inside."""

    output_shape: Shape
    n_parameters: int
    multiply_adds: int
    n_values: int
    least_batch: int


@lru_cache(maxsize=8192)  # an edit changes few layers of a long stack: all others are asked for again
def measures(layer: Layer, input_shape: Shape) -> Measures | Message:
    """Return what a layer makes of an input, or why it cannot work on it."""
    try:
        output_shape = layer.output_shape(input_shape)
    except ShapeError as error:
        return error.message
    return Measures(
        output_shape,
        sum(prod(sizes) for sizes in layer.parameter_shapes(input_shape).values()),
        layer.multiply_adds(input_shape),
        sum(prod(shape) for shape in output_shapes(layer, input_shape)),
        layer.least_batch(input_shape),
    )


def measured(design: Design) -> tuple[LayerAnalysis, ...]:
    """Return what is known of each layer; after one that cannot work nothing is."""
    shape: Shape | None = design.data.source.sample_shape
    layers = []
    for entry in design.layers:
        found = None if shape is None else measures(entry.layer, shape)
        if isinstance(found, Measures):
            known = (found.output_shape, found.n_parameters, found.multiply_adds)
            layers.append(LayerAnalysis(entry.id, entry.name, shape, *known, None))
            shape = found.output_shape
        else:
            layers.append(LayerAnalysis(entry.id, entry.name, shape, None, None, None, None))
            shape = None
    return tuple(layers)


def with_disabled(design: Design, working: Sequence[LayerAnalysis]) -> tuple[LayerAnalysis, ...]:
    """Return what is known of the working layers with those between them that are disabled."""
    known = {layer.id: layer for layer in working}
    layers: list[LayerAnalysis] = []
    arrives: Shape | None = design.data.source.sample_shape
    for entry in design.layers:
        layers.append(known.get(entry.id) or LayerAnalysis(entry.id, entry.name, arrives, arrives, 0, 0, None))
        arrives = layers[-1].output_shape
    return tuple(layers)


def count_parameters(layers: Sequence[LayerAnalysis]) -> int:
    """Return the parameters of the layers that are known."""
    return sum(layer.n_parameters or 0 for layer in layers)


def training_bytes(design: Design, layers: Sequence[LayerAnalysis]) -> int:
    """Estimate the memory of training at its peak, all in float32.

    Counted are the samples, raw and preprocessed; weights, gradients and optimizer slots; for each sample of a batch,
    and of the epoch's last one, what leaves every layer, also of those inside others; and that for the chunks in which
    validation samples are predicted.
    """
    shapes = {facts.id: facts.input_shape for facts in layers}
    found = [
        measures(entry.layer, shape)
        for entry in design.layers
        if entry.enabled and (shape := shapes[entry.id]) is not None
    ]
    values = [each.n_values for each in found if isinstance(each, Measures)]
    a_sample, n_samples, n_train = (
        prod(design.data.source.sample_shape),
        design.data.source.n_samples,
        training_samples(design),
    )
    batch = min(design.training.batch_size, n_train)
    step = IN_STEP * (sum(values) + a_sample) * (batch + n_train % batch)
    chunk = max(1, min(MOST_IN_CHUNK, CHUNK_BYTES // (4 * max(values, default=a_sample))))
    predicted = IN_CHUNK * sum(values) * min(n_samples - n_train, MOST_WORKERS * chunk)
    weights = count_parameters(layers) * (2 + design.training.optimizer.n_slots)
    return 4 * (2 * n_samples * a_sample + weights + step + predicted)


def machine_bytes() -> int:
    """Return the memory of this computer; where the system does not tell it, so much that nothing is kept from it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 2**62


def training_samples(design: Design) -> int:
    """Return how many samples are learned from, the validation part left out."""
    n_samples = design.data.source.n_samples
    return n_samples - round(n_samples * design.data.validation_split)
