"""The history as entries of a project file, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from math import isfinite, nan

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.project import strict_json, tensors
from slugstudio.project.errors import FormatError, in_entry
from slugstudio.project.history import EpochRow, History

SEGMENTS, CURVES = "history.json", "history.safetensors"
HISTORY_ENTRIES = {SEGMENTS, CURVES}

_Columns = Mapping[str, type[np.generic]]
_BATCH: _Columns = {"step": np.int64, "loss": np.float32, "accuracy": np.float32}
_EPOCH: _Columns = {
    "epoch": np.int64,
    "step": np.int64,
    "loss": np.float64,
    "accuracy": np.float64,
    "val_loss": np.float64,
    "val_accuracy": np.float64,
    "seconds": np.float64,
}
"""The columns of `EpochRow` in its order, the metrics left out; what is not known is NaN."""
_METRICS = ("metrics", "val_metrics")
_NAME = re.compile(r"[a-z0-9_]{1,64}")


def history_entries(history: History) -> dict[str, bytes]:
    """Return the entries that hold a history."""
    curves: dict[str, Array] = {
        "batch/step": history.steps,
        "batch/loss": history.losses,
        "batch/accuracy": history.accuracies,
    }
    for name, dtype in _EPOCH.items():
        column = [getattr(row, name) for row in history.epochs]
        curves[f"epoch/{name}"] = np.array([nan if value is None else value for value in column], dtype)
    for part in _METRICS:
        told: list[Mapping[str, float]] = [getattr(row, part) for row in history.epochs]
        for name in sorted({name for values in told for name in values}):
            curves[f"{part}/{name}"] = np.array([values.get(name, nan) for values in told], np.float64)
    segments = strict_json.dump({"segments": list(history.segments)})
    return {SEGMENTS: segments, CURVES: tensors.pack(curves)}


def history_of(entries: Mapping[str, bytes]) -> History:
    """Return the history that the entries hold; raises `FormatError` if they are not such."""
    with in_entry(SEGMENTS):
        segments = _segments(strict_json.load(entries[SEGMENTS]))
    with in_entry(CURVES):
        curves = tensors.unpack(entries[CURVES])
        batch, epoch = _table("batch", _BATCH, curves), _table("epoch", _EPOCH, curves)
        metrics = [_metrics(part, curves, len(epoch["epoch"])) for part in _METRICS]
        if curves:
            raise FormatError(f"{min(curves)} is no part of a history.")
        columns = [column.tolist() for column in epoch.values()]
        rows = [_row(*values) for values in zip(*columns, *metrics, strict=True)]
        return History.of(batch["step"], batch["loss"], batch["accuracy"], rows, segments)


def _segments(content: object) -> list[int]:
    match content:
        case {"segments": list(segments), **rest} if not rest and _are_ascending_steps(segments):
            return segments
    raise FormatError("expected segments, a list of steps in ascending order.")


def _are_ascending_steps(values: list[object]) -> bool:
    steps = [value for value in values if type(value) is int]
    return len(steps) == len(values) and all(a < b for a, b in pairwise([0, *steps]))


def _table(name: str, columns: _Columns, curves: dict[str, Array]) -> dict[str, Array]:
    """Take columns of one length out of ``curves``, with their steps in ascending order."""
    table: dict[str, Array] = {}
    for column, dtype in columns.items():
        key = f"{name}/{column}"
        if key not in curves:
            raise FormatError(f"{key} is missing.")
        shape = next(iter(table.values())).shape if table else (curves[key].size,)
        table[column] = tensors.require(key, curves.pop(key), dtype, shape)
    if np.any(np.diff(table["step"], prepend=0) < (name == "batch")):
        raise FormatError(f"{name}/step: expected steps in ascending order.")
    return table


def _metrics(part: str, curves: dict[str, Array], n_epochs: int) -> list[dict[str, float]]:
    """Take the columns of metrics out of ``curves``; return what is known of them by epoch."""
    columns = {}
    for key in sorted(curves):
        beginning, _, name = key.partition("/")
        if beginning == part and _NAME.fullmatch(name):
            columns[name] = tensors.require(key, curves.pop(key), np.float64, (n_epochs,)).tolist()
    return [
        {name: column[place] for name, column in columns.items() if isfinite(column[place])}
        for place in range(n_epochs)
    ]


def _row(
    epoch: int,
    step: int,
    loss: float,
    accuracy: float,
    val_loss: float,
    val_accuracy: float,
    seconds: float,
    metrics: Mapping[str, float],
    val_metrics: Mapping[str, float],
) -> EpochRow:
    return EpochRow(
        epoch,
        step,
        loss if isfinite(loss) else nan,
        accuracy,
        val_loss if isfinite(val_loss) else None,
        val_accuracy if isfinite(val_accuracy) else None,
        seconds,
        metrics,
        val_metrics,
    )
