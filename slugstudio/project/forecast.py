"""Forecast: how long an epoch will take, found by timing steps of the very network on made-up samples.

Nothing is loaded for it: how long a step takes depends on shapes, not on values. The steps are those of `train`, with
augmentation, optimizer and metrics, so what is timed is what will run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from math import prod

import numpy as np

from slugstudio.engine.blas import one_thread
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import SlugError
from slugstudio.engine.evaluation import judged, prepared
from slugstudio.engine.events import BatchDone
from slugstudio.engine.network import Network
from slugstudio.engine.train import TrainData, TrainSettings, train
from slugstudio.project.analysis import analyse, machine_bytes, training_bytes
from slugstudio.project.design import Design
from slugstudio.project.history import History
from slugstudio.project.project import Project
from slugstudio.project.session import compile_network

SECONDS = 0.15
"""About how long steps are timed; as much again goes to compiling the network, warming up and validation."""
WARM_UP, LEAST_STEPS, MOST_STEPS, IN_EPOCH = 2, 3, 500, 4
STEP_MULTIPLY_ADDS = 100_000_000
"""How much a timed step may compute on its way forward; of larger batches a part is timed. It takes about 30 ms."""
STEP_VALUES = 20_000_000
"""How many values the samples of a timed step may have after all layers together: a bound on memory."""
LARGEST = 20_000_000
"""Of how many parameters a network is still tried out: compiling a larger one takes longer than all the timing."""

Stopped = Callable[[], bool]


def costs(design: Design) -> object:
    """Return what an epoch's time depends on: designs that are equal in it take equally long."""
    training = design.training
    whole = (training.batch_size, training.loss, training.metrics, training.augmentation, training.threads)
    return design.declarations, design.data, *whole, training.optimizer.kind, training.class_balance


def measured_seconds(project: Project, history: History) -> float | None:
    """Return how long the last epoch took, if the design would take the same now; None if that is not known."""
    trained = project.trained
    if not history.epochs or trained is None or costs(trained.design) != costs(project.design):
        return None
    return history.epochs[-1].seconds


def seconds_per_epoch(design: Design, stopped: Stopped = lambda: False) -> float | None:
    """Return about how long an epoch takes, validation included, by timing steps for some tenths of a second.

    Parameters
    ----------
    design : Design
    stopped : function
        Asked before each step; once it returns True, what is done so far is dropped.

    Returns
    -------
    float or None
        None if it was stopped, the design cannot be trained, or is too large to be tried out.
    """
    facts = analyse(design)
    too_large = facts.n_parameters > LARGEST or training_bytes(design, facts.layers) > machine_bytes() / 4
    if not facts.playable or too_large or stopped():
        return None
    try:
        network = compile_network(Project(design))
        n_val = round(design.data.source.n_samples * design.data.validation_split)
        n_train = design.data.source.n_samples - n_val
        step = _step_seconds(network, design, n_train, stopped)
        if step is None or stopped():
            return None
        return step * n_train / min(design.training.batch_size, n_train) + _validation_seconds(network, design, n_val)
    except (MemoryError, SlugError):  # what training itself would tell of in words
        return None


def _step_seconds(network: Network, design: Design, n_train: int, stopped: Stopped) -> float | None:
    """Return how long a step takes for a whole batch; of a large one a part is timed."""
    settings = design.training
    whole = min(settings.batch_size, n_train)
    n = min(whole, _most_samples(network))
    took = _timed_steps(network, design, replace(settings, batch_size=n, early_stopping=None), stopped)
    if len(took) < LEAST_STEPS:
        return None
    step = float(np.median(took))
    if n == whole:
        return step
    update = min(step / 2, _update_seconds(network, settings))  # which takes the same for every batch
    return update + (step - update) * whole / n


def _most_samples(network: Network) -> int:
    """Return how many samples a timed step has at most."""
    layers = network.summary()
    work, values = sum(each.multiply_adds for each in layers), sum(prod(each.output_shape) for each in layers)
    return max(2, min(STEP_MULTIPLY_ADDS // max(1, work), STEP_VALUES // max(1, values)))


def _timed_steps(network: Network, design: Design, settings: TrainSettings, stopped: Stopped) -> list[float]:
    """Return how long each of some steps took, the first ones left out."""
    x, y = _made_up(network, design, IN_EPOCH * settings.batch_size)
    took: list[float] = []
    data = TrainData(x, y, x[:0], y[:0])
    end: float | None = None
    with closing(train(network, data, replace(settings, epochs=MOST_STEPS // IN_EPOCH))) as events:
        begin = time.perf_counter()
        for event in events:
            now = time.perf_counter()
            if isinstance(event, BatchDone):
                took.append(now - begin)
            end = now + SECONDS if end is None and len(took) >= WARM_UP else end
            enough = len(took) >= WARM_UP + LEAST_STEPS and end is not None and now > end
            if enough or stopped():
                break
            begin = time.perf_counter()
    return took[WARM_UP:]


def _update_seconds(network: Network, settings: TrainSettings) -> float:
    """Return how long the optimizer takes to change all weights."""
    slots = [np.zeros_like(network.vector) for _ in range(settings.optimizer.n_slots)]
    update = settings.optimizer.bind(network.vector, network.gradient_vector, slots, network.trained_parts)
    took = []
    with np.errstate(all="ignore"):
        for step in range(3):
            begin = time.perf_counter()
            update(step, step)
            took.append(time.perf_counter() - begin)
    return float(np.median(took))


def _validation_seconds(network: Network, design: Design, n_val: int) -> float:
    """Return how long all validation samples take, of which some are timed."""
    if not n_val:
        return 0.0
    n, settings = min(n_val, 2 * _most_samples(network)), design.training
    x, targets = prepared(network, *_made_up(network, design, n), settings.loss)
    took = []
    with one_thread():
        for _ in range(2):  # the first one warms up
            begin = time.perf_counter()
            judged(network, x, targets, settings.loss, settings.metrics)
            took.append(time.perf_counter() - begin)
    return took[-1] * n_val / n


def _made_up(network: Network, design: Design, n: int) -> tuple[Array, Array]:
    """Return ``n`` samples of the data's shape, and labels in turn."""
    x = np.random.default_rng(0).random((n, *network.input_shape), network.dtype)
    return x, np.arange(n) % design.data.source.n_classes
