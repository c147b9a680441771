"""The history as entries of a project file, and back."""

from __future__ import annotations

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
"""The columns of `EpochRow` in its order; what is not known is NaN."""


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
    segments = strict_json.dump({"segments": list(history.segments)})
    return {SEGMENTS: segments, CURVES: tensors.pack(curves)}


def history_of(entries: Mapping[str, bytes]) -> History:
    """Return the history that the entries hold; raises `FormatError` if they are not such."""
    with in_entry(SEGMENTS):
        segments = _segments(strict_json.load(entries[SEGMENTS]))
    with in_entry(CURVES):
        curves = tensors.unpack(entries[CURVES])
        batch, epoch = _table("batch", _BATCH, curves), _table("epoch", _EPOCH, curves)
        if curves:
            raise FormatError(f"{min(curves)} is no part of a history.")
        rows = [_row(*values) for values in zip(*(column.tolist() for column in epoch.values()), strict=True)]
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


def _row(
    epoch: int,
    step: int,
    loss: float,
    accuracy: float,
    val_loss: float,
    val_accuracy: float,
    seconds: float,
) -> EpochRow:
    return EpochRow(
        epoch,
        step,
        loss if isfinite(loss) else nan,
        accuracy,
        val_loss if isfinite(val_loss) else None,
        val_accuracy if isfinite(val_accuracy) else None,
        seconds,
    )
