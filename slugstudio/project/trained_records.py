"""What training has brought about as entries of a project file, and back.

What is read is checked against what the design implies, so that nothing of a wrong name, type or shape gets
further.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from math import nan
from typing import Any

import numpy as np

from slugstudio.datasets import Fitted
from slugstudio.engine import streams
from slugstudio.engine.declaration import DEEPEST, Array
from slugstudio.engine.early_stopping import Best
from slugstudio.engine.optimizers import Optimizer
from slugstudio.engine.train import TrainState
from slugstudio.engine.words import received
from slugstudio.project import strict_json, tensors
from slugstudio.project.design import Design
from slugstudio.project.errors import FormatError, in_entry
from slugstudio.project.info import finite_or_none
from slugstudio.project.keeping import Key
from slugstudio.project.project import Shapes, Trained, kept_shapes, parameter_shapes

STATE, WEIGHTS, OPTIMIZER = "state.json", "weights.safetensors", "optimizer.safetensors"
PREPROCESSING, BEST, METRICS = "preprocessing.safetensors", "best.safetensors", "metrics.safetensors"
_LATER = {"best", "computed_by"}
"""What a state may leave out, as it came later than the first ones."""
_OPTIONAL = {PREPROCESSING, BEST, METRICS}
TRAINED_ENTRIES = {STATE, WEIGHTS, OPTIMIZER} | _OPTIONAL

_PARAMETER = re.compile(rf"[A-Za-z0-9_]{{1,64}}(/[A-Za-z0-9_]{{1,64}}){{0,{DEEPEST}}}")
"""An array of a layer, ``weight``, or of one that lies in it: ``convolution_1/weight``."""
_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_ARRAYS = {"slots", "metric_sums"}
"""What a state remembers in arrays, which have entries of their own."""
_COUNTS = ("seed", "epoch", "position", "step", "n_correct", "optimizer_steps")
_SUMS = ("loss_sum", "seconds")


def trained_entries(trained: Trained) -> dict[str, bytes]:
    """Return the entries of a trained state.

    `PREPROCESSING` is left out if it has to be measured anew, `BEST` if no epoch's weights are to come back,
    `METRICS` if no metric but the accuracy has been added up for the epoch that is going on.
    """
    state = {f.name: getattr(trained.state, f.name) for f in fields(TrainState) if f.name not in _ARRAYS}
    state |= {name: finite_or_none(state[name]) for name in _SUMS}
    state["best"] = _best_record(trained.state.best)
    slots = {
        f"{number}/{layer_id}/{name}": array
        for number, slot in enumerate(trained.slots)
        for (layer_id, name), array in slot.items()
    }
    entries = {
        STATE: strict_json.dump(state),
        WEIGHTS: tensors.pack(_by_name(trained.weights)),
        OPTIMIZER: tensors.pack(slots),
    }
    if trained.preprocessing is not None:
        entries[PREPROCESSING] = tensors.pack(trained.preprocessing.arrays)
    if trained.best is not None:
        entries[BEST] = tensors.pack(_by_name(trained.best))
    if trained.state.metric_sums:
        entries[METRICS] = tensors.pack(trained.state.metric_sums)
    return entries


def _by_name(arrays: Mapping[Key, Array]) -> dict[str, Array]:
    return {f"{layer_id}/{name}": array for (layer_id, name), array in arrays.items()}


def _best_record(best: Best | None) -> dict[str, Any] | None:
    return None if best is None else {name: value for name, value in vars(best).items() if name != "kept"}


def trained_of(entries: Mapping[str, bytes], design: Design) -> Trained | None:
    """Return the trained state that the entries hold, None if there is none.

    Raises
    ------
    FormatError
        If an entry is missing, damaged, or does not fit the design.
    """
    present = TRAINED_ENTRIES & set(entries)
    if not present:
        return None
    if missing := sorted(TRAINED_ENTRIES - _OPTIONAL - present):
        raise FormatError("it is missing.", missing[0])
    with in_entry(STATE):
        state = _state_of(strict_json.load(entries[STATE]))
    with in_entry(WEIGHTS):
        weights = _by_key(tensors.unpack(entries[WEIGHTS]), kept_shapes(design))
    with in_entry(OPTIMIZER):
        slots = _slots_of(tensors.unpack(entries[OPTIMIZER]), _most_slots(state), parameter_shapes(design))
    with in_entry(PREPROCESSING):
        fitted = _fitted_of(entries.get(PREPROCESSING), design)
    with in_entry(BEST):
        best = _best_of(entries.get(BEST), state, kept_shapes(design))
    with in_entry(METRICS):
        state.metric_sums = _metric_sums_of(entries.get(METRICS))
    return Trained(design, weights, slots, state, fitted, best)


def state_names() -> set[str]:
    """Return what is told of a state by name."""
    return {f.name for f in fields(TrainState)} - _ARRAYS


def _state_of(record: Any) -> TrainState:
    names = state_names()
    if not isinstance(record, dict) or set(record) | _LATER != names:
        raise FormatError(f"expected {', '.join(sorted(names))}.")
    for name in _COUNTS:
        if type(record[name]) is not int or not 0 <= record[name] < 2**63:
            raise FormatError(f"{name}: expected a whole number from 0, found {received(record[name])}.")
    for name in _SUMS:
        if type(record[name]) not in (float, type(None)):
            raise FormatError(
                f"{name}: expected a number with a decimal point or null, found {received(record[name])}."
            )
    if record["optimizer"] not in ("", *Optimizer.kinds):
        raise FormatError(f"optimizer: {received(record['optimizer'])} is not known.")
    computed_by = record.get("computed_by", "")
    if not isinstance(computed_by, str) or len(computed_by) > 1024 or not computed_by.isprintable():
        raise FormatError(f"computed_by: expected at most 1024 printable characters, found {received(computed_by)}.")
    if record["noise"] != {}:
        _require_noise(record["noise"])
    sums = {name: nan if record[name] is None else record[name] for name in _SUMS}
    return TrainState(**{**record, **sums, "best": _best_epoch_of(record.get("best"))})


def _best_epoch_of(record: Any) -> Best | None:
    match record:
        case None:
            return None
        case {"loss": float(loss), "epoch": int(epoch), "stale": int(stale), "back": bool(back), **rest} if not rest:
            if type(epoch) is type(stale) is int and 1 <= epoch < 2**63 and 0 <= stale < 2**63:
                return Best(loss, epoch, stale, back)
    raise FormatError("best: expected loss, epoch, stale and back, or null.")


def _require_noise(noise: Any) -> None:
    """Make sure that a stream takes this state and gives it back."""
    stream = streams.noise(0)
    try:
        streams.restore(stream, noise)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise FormatError(f"noise: it is not the state of a random stream ({error}).") from error
    if streams.state_of(stream) != noise:
        raise FormatError("noise: it is not the state of a random stream.")


def _most_slots(state: TrainState) -> int:
    return Optimizer.kinds[state.optimizer].most_slots if state.optimizer else 0


def _slots_of(arrays: Mapping[str, Array], most: int, shapes: Shapes) -> tuple[dict[Key, Array], ...]:
    """Return as many slots as there are arrays for; how many an optimizer uses can depend on its settings."""
    slots: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        number, _, rest = name.partition("/")
        if number not in map(str, range(most)):
            raise FormatError(f"{name}: the optimizer remembers at most {most} values of each weight.")
        slots.setdefault(number, {})[rest] = array
    return tuple(_by_key(slots.get(str(number), {}), shapes) for number in range(1 + max(map(int, slots), default=-1)))


def _by_key(arrays: Mapping[str, Array], shapes: Shapes) -> dict[Key, Array]:
    """Return arrays named ``layer-1/weight`` by their keys.

    A layer may have none, and then begins anew. Those of a layer behind a mistake in the stack, whose shapes
    are not known, are only kept.
    """
    found = {}
    for name, array in arrays.items():
        layer_id, _, parameter = name.partition("/")
        if layer_id not in shapes or not _PARAMETER.fullmatch(parameter):
            raise FormatError(f"{name}: no layer has such an array.")
        known = shapes[layer_id]
        if known is not None and parameter not in known:
            raise FormatError(f"{name}: the layer has no such array.")
        shape = None if known is None else known[parameter]
        found[layer_id, parameter] = tensors.require(name, array, np.float32, shape)
    return found


def _best_of(content: bytes | None, state: TrainState, shapes: Shapes) -> dict[Key, Array] | None:
    """Return the weights of the best epoch, all of them, as they come back together."""
    if content is None:
        return None
    if state.best is None:
        raise FormatError("expected no such entry, as no epoch is the best.")
    best = _by_key(tensors.unpack(content), shapes)
    for layer_id, known in shapes.items():
        for name in known or {}:
            if (layer_id, name) not in best:
                raise FormatError(f"{layer_id}/{name} is missing.")
    return best


def _metric_sums_of(content: bytes | None) -> dict[str, Array]:
    """Return the sums; training leaves out those whose metric or shape is another than what is asked for then."""
    arrays = {} if content is None else tensors.unpack(content)
    for name, array in arrays.items():
        if not _NAME.fullmatch(name):
            raise FormatError(f"{name}: expected what the sums of a metric are called.")
        tensors.require(name, array, np.float64)
    return arrays


def _fitted_of(content: bytes | None, design: Design) -> Fitted | None:
    if content is None:
        return None
    arrays = tensors.unpack(content)
    for name, array in arrays.items():
        tensors.require(name, array, np.float32)
    fitted = Fitted(design.data.preprocessing, arrays)
    fitted.apply(np.zeros((1, *design.data.source.sample_shape), np.float32))
    return fitted
