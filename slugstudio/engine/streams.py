"""Random streams: each purpose draws from a stream of its own, all of them from one seed.

So that adding a dropout layer does not change the order of the samples, and a run can be repeated bit for bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_INITIALISATION, _SHUFFLE, _NOISE, _SPLIT, _AUGMENTATION, _FOLDS = range(6)


def _stream(seed: int, *key: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def initialisation(seed: int, position: int) -> np.random.Generator:
    """Return the stream from which the layer at ``position`` draws its first weights."""
    return _stream(seed, _INITIALISATION, position)


def noise(seed: int) -> np.random.Generator:
    """Return the stream from which layers such as Dropout draw while training."""
    return _stream(seed, _NOISE)


def order(seed: int, epoch: int, n_samples: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the order in which an epoch visits its samples: each number below ``n_samples`` once."""
    return _stream(seed, _SHUFFLE, epoch).permutation(n_samples)


def augmentation(seed: int, step: int) -> np.random.Generator:
    """Return the stream by which the batch of a step, counted from 0, is changed: it follows from both alone."""
    return _stream(seed, _AUGMENTATION, step)


def folds(seed: int) -> np.random.Generator:
    """Return the stream that divides samples into the folds of a cross-validation."""
    return _stream(seed, _FOLDS)


def split(seed: int) -> np.random.Generator:
    """Return the stream that divides samples into training and validation."""
    return _stream(seed, _SPLIT)


def state_of(stream: np.random.Generator) -> dict[str, Any]:
    """Return the place of a stream as plain numbers, fit for JSON."""
    state = dict(stream.bit_generator.state)
    state["state"] = {key: [int(word) for word in words] for key, words in state["state"].items()}
    return state


def restore(stream: np.random.Generator, state: dict[str, Any]) -> None:
    """Put a stream back to the place that `state_of` returned."""
    words = {key: np.array(values, dtype=np.uint64) for key, values in state["state"].items()}
    stream.bit_generator.state = {**state, "state": words}
