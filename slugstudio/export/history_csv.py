"""The curves of the training as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import ClassVar

from slugstudio.export.errors import ExportError, ProofError
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Group, Target
from slugstudio.project.history import EpochRow, History

Cell = float | int | None

_OF_EPOCHS = ("epoch", "step", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
_OF_BATCHES = ("step", "segment", "loss", "accuracy")


@dataclass(frozen=True)
class HistoryCSV(Target):
    """What each epoch told, one a line, and beside it what each batch told.

    What was not finite, or not measured, is an empty cell. Numbers are written so that reading gives the same bits.
    """

    label: ClassVar[str] = "History"
    name: ClassVar[str] = "history"
    endings: ClassVar[tuple[str, ...]] = (".csv",)
    description: ClassVar[str] = "Loss and metrics of each epoch as a table, and of each batch in a second one."
    group: ClassVar[Group] = "about"

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the table of epochs and that of batches.

        Raises
        ------
        ExportError
            If nothing was trained yet.
        """
        history = source.project.history
        if not len(history.steps):
            raise ExportError(
                f"{self.label}: expected a project that was trained, received one that was not; train it."
            )
        return {name: _table(*table) for name, table in _tables(history, path).items()}

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Read the tables again.

        Raises
        ------
        ProofError
            If a number is another.
        """
        del watch
        for name, (headings, rows) in _tables(source.project.history, path).items():
            with path.with_name(name).open(newline="", encoding="utf-8") as file:
                found = [{key: float(text) for key, text in row.items() if text} for row in csv.DictReader(file)]
            if found != [_told(headings, row) for row in rows]:
                raise ProofError(f"refused: {name} does not hold the numbers of the history. Nothing was written.")
        return Proof("reading it back, which gives the same numbers")


def _tables(history: History, path: Path) -> dict[str, tuple[Sequence[str], list[list[Cell]]]]:
    """Return headings and rows of each file."""
    metrics = tuple(dict.fromkeys(name for row in history.epochs for name in row.metrics if name not in _OF_EPOCHS))
    others = tuple(name for metric in metrics for name in (metric, f"val_{metric}"))
    epochs = [[*(getattr(row, name) for name in _OF_EPOCHS), *_others(row, metrics)] for row in history.epochs]
    return {
        path.name: ((*_OF_EPOCHS, *others), epochs),
        f"{path.stem}.batches{path.suffix}": (_OF_BATCHES, _batches(history)),
    }


def _others(row: EpochRow, metrics: Iterable[str]) -> list[Cell]:
    return [each.get(metric) for metric in metrics for each in (row.metrics, row.val_metrics)]


def _batches(history: History) -> list[list[Cell]]:
    """Return a row for each batch; segments are counted from 1."""
    segments = history.segments
    values = zip(history.steps.tolist(), history.losses.tolist(), history.accuracies.tolist(), strict=True)
    return [[step, sum(first <= step for first in segments), loss, accuracy] for step, loss, accuracy in values]


def _told(headings: Sequence[str], row: Sequence[Cell]) -> dict[str, Cell]:
    cells = zip(headings, row, strict=True)
    return {name: cell for name, cell in cells if cell is not None and not isnan(cell) and abs(cell) != float("inf")}


def _table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, headings, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_told(headings, row) for row in rows)
    return stream.getvalue().encode()
