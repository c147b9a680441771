from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.metrics import F1, Accuracy
from slugstudio.export import ExportError, ProofError, export
from slugstudio.export.history_csv import HistoryCSV
from slugstudio.export.source import Source
from slugstudio.project import Project, edits
from slugstudio.project.history import EpochRow, History
from slugstudio.project.templates import template
from tests.export.made import learned


@pytest.fixture(scope="module")
def project() -> Project:
    design = template("spiral").design
    return learned(Project(edits.set_training(design, design.training.replace(epochs=3, metrics=(Accuracy(), F1())))))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_it_holds_what_each_epoch_told(project: Project, tmp_path: Path) -> None:
    done = export(project, tmp_path / "h.csv")
    assert done.told().endswith("Beside it: h.batches.csv. Proven by reading it back, which gives the same numbers.")
    found = rows(tmp_path / "h.csv")
    assert list(found[0]) == [
        "epoch", "step", "loss", "accuracy", "val_loss", "val_accuracy", "seconds", "f1", "val_f1",
    ]  # fmt: skip
    for row, told in zip(project.history.epochs, found, strict=True):
        assert (row.epoch, row.loss, row.val_accuracy) == (
            int(told["epoch"]), float(told["loss"]), float(told["val_accuracy"]),
        )  # fmt: skip
        assert (row.metrics["f1"], row.val_metrics["f1"]) == (float(told["f1"]), float(told["val_f1"]))


def test_it_holds_what_each_batch_told(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "h.csv")
    found = rows(tmp_path / "h.batches.csv")
    history = project.history
    assert [int(row["step"]) for row in found] == history.steps.tolist()
    assert np.array([row["loss"] for row in found], np.float32).tobytes() == history.losses.tobytes()
    assert {row["segment"] for row in found} == {"1"}


def test_what_is_not_finite_or_was_not_measured_is_an_empty_cell(project: Project, tmp_path: Path) -> None:
    epochs = [EpochRow(1, 2, float("nan"), 0.5, None, None, 0.1)]
    history = History.of([1, 2, 3], [1, np.inf, np.nan], [0, 1, 1], epochs, [1, 3])
    export(Project(project.design, project.trained, history), tmp_path / "h.csv")
    assert rows(tmp_path / "h.csv") == [
        {"epoch": "1", "step": "2", "loss": "", "accuracy": "0.5", "val_loss": "", "val_accuracy": "", "seconds": "0.1"}
    ]
    assert [(row["segment"], row["loss"]) for row in rows(tmp_path / "h.batches.csv")] == [
        ("1", "1.0"), ("1", ""), ("2", ""),
    ]  # fmt: skip


def test_without_a_history_there_is_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"History: expected a project that was trained, .*; train it"):
        export(template("spiral"), tmp_path / "h.csv")


def test_other_numbers_are_refused(project: Project, tmp_path: Path) -> None:
    target, source, path = HistoryCSV(), Source(project), tmp_path / "h.csv"
    for name, content in target.files(source, path).items():
        (tmp_path / name).write_bytes(content)
    batches = tmp_path / "h.batches.csv"
    batches.write_text(batches.read_text().replace("\n2,1,", "\n9,1,"))
    with pytest.raises(ProofError, match=r"refused: h\.batches\.csv does not hold the numbers of the history"):
        target.prove(source, path, lambda doing: None)
