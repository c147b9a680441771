from __future__ import annotations

import dataclasses
import json
import math
import re

import numpy as np
import pytest

from slugstudio.engine.augmentation import Noise, Shift
from slugstudio.engine.events import EpochDone
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.schedules import CosineDecay
from slugstudio.project import Project, edits
from slugstudio.project.history import History
from slugstudio.project.info import as_record, as_text, finite_or_none, percent
from slugstudio.project.session import Session
from tests.project.made import digits_design, points_design, trained


def test_the_record_tells_layers_totals_and_state() -> None:
    project = trained(digits_design())
    record = json.loads(json.dumps(as_record(project), allow_nan=False))
    assert [layer["name"] for layer in record["layers"]] == [e.name for e in project.design.layers]
    assert record["layers"][0] == {
        "name": "convolution_1",
        "kind": "Convolution",
        "settings": "4 kernels 3×3 · stride 1 · ReLU",
        "output_shape": [4, 6, 6],
        "n_parameters": 40,
        "parameters": {"weight": [4, 1, 3, 3], "bias": [4]},
        "buffers": {},
        "multiply_adds": 1296,
        "inside": [],
    }
    assert (record["n_parameters"], record["multiply_adds"]) == (410, 1296 + 360)
    assert record["problems"] == []
    row = project.history.epochs[-1]
    assert record["state"]["epoch"] == 2
    assert record["state"]["trained"] is True
    assert record["state"]["step"] == row.step
    assert record["state"]["val_accuracy"] == row.val_accuracy
    assert record["training"]["epochs"] == 2
    assert record["data"]["sample_shape"] == [1, 8, 8]


def test_the_shapes_are_those_of_the_network() -> None:
    design = digits_design()
    told = {
        f"{layer['name']}/{name}": tuple(shape)
        for layer in as_record(Project(design))["layers"]
        for name, shape in layer["parameters"].items()
    }
    assert told == {name: a.shape for name, a in Session(Project(design)).network.parameters.items()}


def test_an_untrained_project_says_so() -> None:
    state = as_record(Project(digits_design()))["state"]
    assert (state["trained"], state["epoch"], state["step"], state["loss"]) == (False, 0, 0, None)
    assert as_text(Project(digits_design()), "a.slug").endswith("Not trained yet (2 epochs to go).")


def test_the_rule_of_training_is_told() -> None:
    design = digits_design()
    assert "RMSProp with learning rate 0.01, softmax categorical cross entropy, batches of 64, seed 0.\n" in as_text(
        Project(design), "a.slug"
    )
    augmented = edits.set_training(design, design.training.replace(augmentation=(Shift(), Noise())))
    assert "batches of 64, seed 0, augmented by shift, noise.\n" in as_text(Project(augmented), "a.slug")
    optimizer = SGD(lr=0.1, schedule=CosineDecay(1000), clip=2.0)
    other = edits.set_training(design, design.training.replace(optimizer=optimizer, class_balance=True, threads=2))
    text = as_text(Project(other), "a.slug")
    assert "SGD with learning rate 0.1, lowered by cosine decay, gradients cut, softmax" in text
    assert "seed 0, classes balanced, products on 2 threads.\n" in text
    told = as_record(Project(other))["training"]
    assert (told["schedule"]["kind"], told["clip"], told["clip_norm"]) == ("CosineDecay", 2.0, None)
    assert (told["class_balance"], told["threads"]) == (True, 2)
    kinds = [each["kind"] for each in as_record(Project(augmented))["training"]["augmentation"]]
    assert kinds == ["Shift", "Noise"]


def test_the_text_is_a_table_in_line() -> None:
    lines = as_text(trained(points_design()), "a.slug").splitlines()
    assert lines[0] == "a.slug: Circles, 60 samples of 2 values, 2 classes, 20 % for validation"
    assert lines[2:6] == [
        "Layer      Kind     Settings           Output  Parameters  Weights",
        "dense_1    Dense    6 units · ReLU          6          18  weight (2, 6), bias (6)",
        "dropout_1  Dropout  p = 0.3                 6           0",
        "dense_2    Dense    2 units · Softmax       2          14  weight (6, 2), bias (2)",
    ]
    assert lines[7] == "In all 32 parameters, 24 multiply-adds a sample."
    assert lines[9].startswith("Trained for 2 of 2 epochs (10 steps), loss 0.")
    assert "validation accuracy" in lines[9]


def test_a_mistake_in_the_stack_is_told_in_place_of_what_it_hides() -> None:
    broken = Project(edits.remove_layers(digits_design(), ["layer-3"]))
    text = as_text(broken, "a.slug")
    assert re.search(r"^dense_1 +Dense +10 units · Softmax +\? +\?$", text, re.MULTILINE)
    assert text.splitlines()[-1].startswith("Problem: Dense needs a vector")
    assert as_record(broken)["layers"][3]["parameters"] is None


def test_what_is_not_finite_is_left_out() -> None:
    project = trained(points_design())
    history = History()
    history.append(EpochDone(5, 1, math.nan, 0.5, None, None, 1.0))
    diverged = Project(project.design, project.trained, history)
    assert as_record(diverged)["state"]["loss"] is None
    assert as_text(diverged, "a.slug").endswith("(10 steps), accuracy 50.0 %.")


@pytest.mark.parametrize(("value", "found"), [(None, None), (math.inf, None), (math.nan, None), (0.5, 0.5)])
def test_json_has_finite_numbers_or_null(value: float | None, found: float | None) -> None:
    assert finite_or_none(value) == found


def test_shares_are_told_in_percent() -> None:
    assert percent(0.98877) == "98.9 %"
    assert percent(np.float64(1)) == "100.0 %"


def test_a_project_that_diverged_says_so() -> None:
    project = trained(points_design())
    assert project.trained is not None
    weights = {key: np.full_like(array, np.inf) for key, array in project.trained.weights.items()}
    broken = dataclasses.replace(project, trained=dataclasses.replace(project.trained, weights=weights))
    assert [as_record(each)["state"]["diverged"] for each in (project, broken)] == [False, True]
    assert "diverged" not in as_text(project, "a.slug")
    assert "It diverged: some of its numbers are not finite." in as_text(broken, "a.slug")
