"""The chosen metrics go wherever a project goes."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest

from slugstudio.datasets import Clusters
from slugstudio.engine.activation import Noop, Sigmoid
from slugstudio.engine.events import BatchDone, EpochDone
from slugstudio.engine.layers import Dense
from slugstudio.engine.loss import BinaryCrossEntropy, MeanSquaredError
from slugstudio.engine.metrics import F1, MAE, R2, RMSE, Accuracy, Metric, Precision, Recall, TopKAccuracy
from slugstudio.engine.records import from_record, to_record
from slugstudio.engine.train import TrainSettings
from slugstudio.project import Project, edits, load, save
from slugstudio.project.design import Design
from slugstudio.project.history import EpochRow, History
from slugstudio.project.history_records import history_entries, history_of
from slugstudio.project.info import as_record, as_text
from slugstudio.project.records import entries_of
from slugstudio.project.session import Session
from tests.project.made import points_design, trained

METRICS = (Accuracy(), TopKAccuracy(1), Precision(), Recall(), F1(), MAE(), RMSE(), R2())


def design(*metrics: Metric) -> Design:
    return points_design(loss=MeanSquaredError(), metrics=metrics or METRICS)


def without_seconds(history: History) -> list[EpochRow]:
    return [dataclasses.replace(row, seconds=0.0) for row in history.epochs]


@pytest.mark.parametrize("stop_after", [2, 5, 7])
def test_a_training_that_goes_on_from_a_file_tells_the_same_metrics(tmp_path: Path, stop_after: int) -> None:
    whole, part = Session(Project(design())), Session(Project(design()))
    list(whole.run())
    for event in part.run():
        if isinstance(event, BatchDone) and event.step == stop_after:
            break
    project = part.capture()
    save(project, tmp_path / "a.slug")
    assert load(tmp_path / "a.slug") == project
    resumed = Session(load(tmp_path / "a.slug"))
    list(resumed.run())
    assert without_seconds(resumed.history) == without_seconds(whole.history)
    assert [set(row.metrics) for row in resumed.history.epochs] == [{metric.name for metric in METRICS}] * 2


def in_the_middle(*metrics: Metric) -> Project:
    session = Session(Project(design(*metrics)))
    for event in session.run():
        if isinstance(event, BatchDone) and event.step == 7:
            break
    return session.capture()


def test_sums_are_an_entry_only_in_the_middle_of_an_epoch_with_metrics_besides_the_accuracy() -> None:
    assert "metrics.safetensors" in entries_of(in_the_middle())
    assert "metrics.safetensors" not in entries_of(in_the_middle(Accuracy()))
    assert "metrics.safetensors" not in entries_of(trained(design()))


def test_two_projects_differ_where_only_their_sums_do() -> None:
    one = in_the_middle()
    assert one.trained is not None
    state = one.trained.state.copy()
    other = dataclasses.replace(one, trained=dataclasses.replace(one.trained, state=state))
    assert one == other
    state.metric_sums["classes"][0, 0] += 1
    assert one != other


def test_other_data_begin_the_sums_anew() -> None:
    project = in_the_middle()
    assert project.trained is not None
    assert project.trained.state.metric_sums
    other = edits.set_data(project.design, project.design.data.replace(source=Clusters(60)))
    settled = dataclasses.replace(project, design=other).settled()
    assert settled.trained is not None
    assert settled.trained.state.metric_sums == {}


def test_a_last_layer_of_another_size_begins_the_sums_anew() -> None:
    loss = BinaryCrossEntropy(from_logits=True)
    before = edits.set_training(points_design(), points_design().training.replace(loss=loss, metrics=[F1()]))
    session = Session(Project(edits.replace_layer(before, before.ids[-1], Dense(2, activation=Noop()))))
    for event in session.run():
        if isinstance(event, BatchDone) and event.step == 7:
            break
    project = session.capture()
    smaller = edits.replace_layer(project.design, project.design.ids[-1], Dense(1, activation=Noop()))
    resumed = Session(dataclasses.replace(project, design=smaller))
    assert resumed.state.metric_sums["classes"].shape == (3, 2)
    (epoch,) = (event for event in resumed.run() if isinstance(event, EpochDone))
    assert 0 <= epoch.metrics["f1"] <= 1


def test_the_history_keeps_what_each_epoch_was_judged_by() -> None:
    history = History()
    history.append(EpochDone(5, 1, 0.5, 0.75, 0.25, 0.5, 0.1, {"f1": 0.5, "accuracy": 0.75}, {"f1": 0.25}))
    history.append(EpochDone(10, 2, 0.5, 0.75, 0.25, 0.5, 0.1, {"rmse": math.inf, "mae": 2.0}, {"mae": math.nan}))
    first, second = history.epochs
    assert (first.metrics, first.val_metrics) == ({"f1": 0.5, "accuracy": 0.75}, {"f1": 0.25})
    assert (second.metrics, second.val_metrics) == ({"mae": 2.0}, {})
    assert history_of(history_entries(history)) == history
    assert history.copy() == history


def test_info_tells_the_last_value_of_each_chosen_metric() -> None:
    project = trained(design(F1(), MAE()))
    row, record = project.history.epochs[-1], as_record(project)
    assert record["training"]["metrics"] == ["f1", "mae"]
    state = record["state"]
    assert [state[name] for name in ("f1", "val_f1", "mae", "val_mae")] == [
        *(row.metrics["f1"], row.val_metrics["f1"], row.metrics["mae"], row.val_metrics["mae"])
    ]
    assert state["accuracy"] == row.accuracy
    json.dumps(record, allow_nan=False)
    said = (
        f", F1 {100 * row.metrics['f1']:.1f} %, validation F1 {100 * row.val_metrics['f1']:.1f} %, "
        f"MAE {row.metrics['mae']:.4f}, validation MAE {row.val_metrics['mae']:.4f}."
    )
    assert said in as_text(project, "a.slug")
    assert "accuracy" not in as_text(project, "a.slug")


def test_a_metric_that_was_chosen_after_the_training_has_no_value_yet() -> None:
    project = trained(design(Accuracy()))
    chosen = edits.set_training(project.design, project.design.training.replace(metrics=(R2(),)))
    for each in (dataclasses.replace(project, design=chosen), Project(chosen)):
        assert (as_record(each)["state"]["r2"], as_record(each)["state"]["val_r2"]) == (None, None)
        assert "R²" not in as_text(each, "a.slug")


def test_a_session_evaluates_by_the_chosen_metrics() -> None:
    session = Session(Project(points_design(loss=BinaryCrossEntropy(), metrics=(Recall(),))))
    sigmoid = edits.replace_layer(session.design, session.design.ids[-1], Dense(1, activation=Sigmoid()))
    session = Session(Project(sigmoid))
    list(session.run())
    row = session.history.epochs[-1]
    assert session.evaluate() == {"loss": row.val_loss, "recall": row.val_metrics["recall"]}


def test_settings_stored_without_metrics_have_the_usual_one() -> None:
    record = to_record(TrainSettings(metrics=[F1()]))
    assert from_record(TrainSettings, record) == TrainSettings(metrics=[F1()])
    del record["params"]["metrics"]
    assert from_record(TrainSettings, record) == TrainSettings()
