"""Size: whether weights and training find room, in memory and in a project's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from slugstudio.engine.layers import Convolution, Dense, Layer
from slugstudio.engine.messages import Message
from slugstudio.project import edits, measure
from slugstudio.project.design import Design
from slugstudio.project.measure import LayerAnalysis
from slugstudio.project.problems.problem import Fix, Problem, setting

MAX_TRAINED_BYTES = 2 * 2**30
"""How large weights and optimizer state may be together; a project file holds no more."""

MANY_PARAMETERS = 100_000_000
"""More parameters than these learn slowly in a studio on one computer."""

MOST_HALVINGS = 40


def find(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Find out whether there is room, before anything is allocated."""
    yield from _of_the_parameters(design, layers)
    yield from _of_the_memory(design, layers)


def _of_the_parameters(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    n_parameters = measure.count_parameters(layers)
    each = 4 * (1 + design.training.optimizer.n_slots)
    if n_parameters * each > MAX_TRAINED_BYTES:
        message = Message(
            "size.file",
            "The {parameters:,} parameters and what the optimizer remembers of each take {size:,.1f} GiB; a project "
            "holds {most} GiB; shrink layers.",
            parameters=n_parameters,
            size=n_parameters * each / 2**30,
            most=MAX_TRAINED_BYTES // 2**30,
        )
        fewer = _narrowing(design, lambda _, now: measure.count_parameters(now) * each <= MAX_TRAINED_BYTES)
        yield Problem("error", None, message, fewer)
    elif n_parameters > MANY_PARAMETERS:
        message = Message(
            "size.parameters",
            "{parameters:,} parameters are more than {most:,}, which learn slowly on one computer; shrink layers.",
            parameters=n_parameters,
            most=MANY_PARAMETERS,
        )
        fewer = _narrowing(design, lambda _, now: measure.count_parameters(now) <= MANY_PARAMETERS)
        yield Problem("warning", None, message, fewer)


def _of_the_memory(design: Design, layers: Sequence[LayerAnalysis]) -> Iterator[Problem]:
    """Tell before anything is allocated if training takes more memory than there is, or most of it."""
    needed, there = measure.training_bytes(design, layers), measure.machine_bytes()
    if needed <= there / 2:
        return
    message = Message(
        "size.memory",
        "Training takes about {needed:,.1f} GiB with batches of {batch_size:,} samples, of {there:,.1f} GiB in this "
        "computer; make the batch or the layers smaller.",
        needed=needed / 2**30,
        batch_size=design.training.batch_size,
        there=there / 2**30,
    )
    smaller = _narrowing(design, lambda narrow, now: measure.training_bytes(narrow, now) <= there / 2)
    fixes = (*_smaller_batch(design, layers, there // 2), *smaller)
    yield Problem("error" if needed > there else "warning", None, message, fixes, "training.batch_size")


def _smaller_batch(design: Design, layers: Sequence[LayerAnalysis], room: int) -> Iterator[Fix]:
    """Yield the fix that halves the batch as often as needed."""
    size = design.training.batch_size
    while size > 1:
        size //= 2
        smaller = edits.set_training(design, design.training.replace(batch_size=size))
        if measure.training_bytes(smaller, layers) <= room:
            text = Message("fix.batch_size", "Set the batch size to {size:,}", size=size)
            yield setting(text, "batch_size", size)
            return


def _narrowing(design: Design, fits: Callable[[Design, Sequence[LayerAnalysis]], bool]) -> tuple[Fix, ...]:
    """Return the fix that halves the largest layers, but never the last, until it fits; none if that does not do."""
    narrow, names = design, set[str]()
    for _ in range(MOST_HALVINGS):
        facts = measure.measured(narrow)
        if facts[-1].output_shape is None:
            break
        if fits(narrow, facts):
            text = Message("fix.narrow", "Make {layers} narrower", layers=", ".join(sorted(names)))
            return (Fix(text, partial(_with_layers_of, narrow=narrow)),)
        wide = [
            (known.n_parameters or 0, entry)
            for entry, known in zip(narrow.layers[:-1], facts, strict=False)
            if _width(entry.layer) > 1
        ]
        if not wide:
            break
        _, entry = max(wide, key=lambda each: each[0])
        names.add(entry.name)
        narrow = edits.replace_layer(narrow, entry.id, _halved(entry.layer))
    return ()


def _with_layers_of(design: Design, narrow: Design) -> Design:
    """Return the design with the layers of a narrower one."""
    for entry in narrow.layers:
        design = edits.replace_layer(design, entry.id, entry.layer)
    return design


def _width(layer: Layer) -> int:
    """Return how many units or kernels may become fewer."""
    match layer:
        case Dense(outshape=units):
            return units
        case Convolution(nb_kernel=kernels, groups=1):
            return kernels
    return 0


def _halved(layer: Layer) -> Layer:
    name = "outshape" if isinstance(layer, Dense) else "nb_kernel"
    return layer.replace(**{name: _width(layer) // 2})
