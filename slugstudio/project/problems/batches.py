"""Batches: whether every layer can learn from the smallest batch of an epoch, and the augmentation and rate go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import BatchNormalization, Layer
from slugstudio.engine.messages import Message
from slugstudio.project.design import Design
from slugstudio.project.measure import LayerAnalysis, Measures, measures, training_samples
from slugstudio.project.problems.problem import Fix, Problem, setting

FIELD = "training.batch_size"
USUAL = 32
"""A batch size that suits most."""


def find(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find the layers that cannot learn from the smallest batch, or only badly from one sample at a time."""
    n_train, batch_size = training_samples(design), design.training.batch_size
    smallest, needs = _smallest(n_train, batch_size), _needs(design, layers)
    lacking = [need for need in needs if smallest < need[2]]
    for layer_id, needy, least in lacking:
        message = _too_few(needy, least, n_train, batch_size, smallest)
        most = max(each for _, _, each in needs)
        yield Problem("error", layer_id, message, _another_size(n_train, batch_size, most), FIELD)
    if batch_size == 1 and not lacking:
        yield from _of_one(design, layers)


def _needs(design: Design, layers: Sequence[LayerAnalysis]) -> list[tuple[str, str, int]]:
    """Return the layers that need more than one sample: their id, what to call the one that does, and how many."""
    needs = []
    for entry, facts in zip(design.layers, layers, strict=True):
        shape = facts.input_shape or ()
        found = measures(entry.layer, shape)
        if isinstance(found, Measures) and (least := found.least_batch) > 1:
            inside = (p.name for p in entry.layer.inside(shape) if p.layer.least_batch(p.input_shape) == least)
            needs.append((entry.id, next((f"Inside, {name}" for name in inside), entry.layer.label), least))
    return needs


def _smallest(n_train: int, batch_size: int) -> int:
    return n_train % batch_size or batch_size


def _too_few(needy: str, least: int, n_train: int, batch_size: int, smallest: int) -> Message:
    return Message(
        "batches.too_few",
        "{layer} needs batches of {least} samples or more, but {samples:,} samples in batches of {batch_size:,} leave "
        "{smallest} to the last one; choose another batch size.",
        layer=needy,
        least=least,
        samples=n_train,
        batch_size=batch_size,
        smallest=smallest,
    )


def _another_size(n_train: int, near: int, least: int) -> tuple[Fix, ...]:
    """Return the fix that sets the nearest batch size whose last batch is large enough; none if there is none."""
    near = min(near, n_train)
    sizes = (near + sign * distance for distance in range(n_train + 1) for sign in (1, -1))
    size = next((each for each in sizes if 1 <= each <= n_train and _smallest(n_train, each) >= least), None)
    return () if size is None else (_size_of(size),)


def _size_of(size: int) -> Fix:
    return setting(Message("fix.batch_size", "Set the batch size to {size:,}", size=size), "batch_size", size)


def _of_one(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find batch normalisations that see one sample at a time."""
    n_train = training_samples(design)
    for entry, facts in zip(design.layers, layers, strict=True):
        if facts.input_shape is not None and _normalises_batches(entry.layer, facts.input_shape):
            template = (
                "In batches of one sample, {layer} normalises each by itself; its running statistics then say little. "
                "Choose larger batches."
            )
            message = Message("batches.of_one", template, layer=entry.layer.label)
            yield Problem("warning", entry.id, message, _another_size(n_train, USUAL, 2), FIELD)


def _normalises_batches(layer: Layer, shape: Shape) -> bool:
    return isinstance(layer, BatchNormalization) or any(
        _normalises_batches(part.layer, part.input_shape) for part in layer.inside(shape)
    )
