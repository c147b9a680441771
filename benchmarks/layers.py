"""Time each layer alone, as a training step runs it, so that a step that became slower has an address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks.libraries.base import Run
from benchmarks.race import timed
from benchmarks.works import WORKS, Training
from slugstudio.engine.blas import one_thread
from slugstudio.engine.bound.program import Section, SharedSection, sections_of
from slugstudio.engine.bound.work import Work
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.base import Mode
from slugstudio.engine.layers.run import Block, blocks
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import Optimizer
from slugstudio.engine.passes import Node

REPEATS = 30
NETWORKS = ("W2", "W3", "W4", "W5")
SHAPE, BATCH = (8, 14, 14), 32
"""What the layers that are in none of these networks work on."""


class LayerTime(NamedTuple):
    """The microseconds of a layer with its activation, or of a block of two, in a step; ``network`` may be empty."""

    network: str
    layer: str
    forward: float
    backward: float


def layer_times() -> Iterator[LayerTime]:
    """Yield the times of the table's networks, layer by layer, of their optimizers, and of all other layers."""
    seen: set[str] = set()
    with one_thread(), np.errstate(all="ignore"):
        for work in (WORKS[name] for name in NETWORKS):
            if isinstance(work, Training):
                network = work.network()
                seen |= {layer.kind for layer in network.layers}
                yield from _of_network(work.name, network, work.settings.batch_size)
                yield _of_optimizer(work.name, network, work.settings.optimizer)
        for kind, layer in Layer.kinds.items():
            if kind not in seen:
                with suppress(ShapeError):  # it takes images of a size of its own
                    yield _of_kind(layer.example_for(SHAPE))


def _of_network(name: str, network: Network, batch: int) -> Iterator[LayerTime]:
    """Yield the blocks; the way back ends at the first layer that learns, and the loss begins it before the last."""
    nodes = network.nodes
    learner = next(node for node in nodes if node.params)
    learns = False
    for block in blocks(nodes):
        learns = learns or learner in block.places
        back = _Back(learner.name, of_sums=nodes[-1] in block.places) if learns else None
        forward, backward = _times(network, block, _Input(batch, is_first=nodes[0] in block.places), back)
        yield LayerTime(name, _title(block), forward, backward)


def _of_kind(layer: Layer) -> LayerTime:
    network = Network([layer], SHAPE)
    (block,) = blocks(network.nodes)
    return LayerTime("", _title(block), *_times(network, block, _Input(BATCH, is_first=False), _Back(None, False)))


def _title(block: Block[Node]) -> str:
    return " + ".join(f"{node.name} {node.layer.details()}".strip() for node in block.places)


class _Input(NamedTuple):
    """How many samples come in, and whether as they are given or as another layer lays them."""

    batch: int
    is_first: bool


class _Back(NamedTuple):
    """Where the way back ends, if before the input, and whether it begins at the sums of the last layer."""

    until: str | None
    of_sums: bool


def _times(network: Network, block: Block[Node], given: _Input, back: _Back | None) -> tuple[float, float]:
    """Return the microseconds of a block, forward and backward, bound as a training step binds it."""
    work, shape = Work(network.dtype), (given.batch, *block.places[0].input_shape)
    x = work.empty(*shape) if given.is_first else work.rows(*shape)
    x[...] = np.random.default_rng(0).standard_normal(shape)
    mode = Mode(train=True, rng=network.noise)
    shared = any(kind is SharedSection and block.places[0] in run for kind, run in sections_of(network.nodes, len(x)))
    part = SharedSection(block.places, x, mode) if shared else Section(block.places, x, mode, work=work)
    forward = microseconds(part.forward_calls().compiled())
    if back is None:
        return forward, 0.0
    grad = work.like(part.output)
    part.bind_backward(grad, back.of_sums, back.until)
    # A step may overwrite the gradient, which would grow or vanish if it were not renewed.
    return forward, microseconds(part.backward_calls().compiled(), partial(grad.fill, 0.01))


def _of_optimizer(name: str, network: Network, optimizer: Optimizer) -> LayerTime:
    slots = [np.zeros_like(network.vector) for _ in range(optimizer.n_slots)]
    update = optimizer.bind(network.vector, network.gradient_vector, slots)
    again = partial(network.gradient_vector.fill, 0.01)
    return LayerTime(name, optimizer.label, 0.0, microseconds(lambda: update(0, 0), again))


def microseconds(run: Run, before: Run = lambda: None) -> float:
    """Return the median of the time that ``run`` takes; ``before`` is done each time, and not timed."""
    seconds = []
    for _ in range(REPEATS):
        before()
        seconds.append(timed(run))
    return 1e6 * median(seconds)
