from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from slugstudio.project import Project, edits, load, save
from slugstudio.project.session import Session
from tests.commands.conftest import Run
from tests.project.made import points_design


def test_the_validation_part_gives_what_training_told(run: Run, points: Path) -> None:
    (line,) = run("evaluate", "points.slug").lines
    row = load(points).history.epochs[-1]
    assert line.startswith(f"the validation part, 12 samples: loss {row.val_loss:.4f}, accuracy ")
    record = json.loads(run("evaluate", "points.slug", "--json").lines[0])
    assert record == {"n_samples": 12, "loss": pytest.approx(row.val_loss), "accuracy": row.val_accuracy}


def test_the_training_part(run: Run, points: Path) -> None:
    del points
    assert run("evaluate", "points.slug", "--part", "training").out.startswith("the training part, 48 samples: loss")


def test_samples_of_a_file_are_prepared_as_those_it_learned_from(run: Run, points: Path) -> None:
    session = Session(load(points))
    dataset = session.dataset
    np.savez("all.npz", X=dataset.x, y=dataset.y)
    record = json.loads(run("evaluate", "points.slug", "--data", "all.npz", "--json").lines[0])
    outputs = session.network.predict(session.fitted.apply(dataset.x))
    assert record["accuracy"] == pytest.approx((outputs.argmax(1) == dataset.y).mean())
    assert record["n_samples"] == 60


def test_without_validation_samples_it_says_what_to_do(run: Run) -> None:
    design = points_design()
    save(Project(edits.set_data(design, design.data.replace(validation_split=0.0))), "p.slug")
    assert (
        run("evaluate", "p.slug").complaint == "the validation part has no samples; choose another, as --part training."
    )


def test_first_weights_are_said_to_be_such(run: Run) -> None:
    save(Project(points_design()), "p.slug")
    said = run("evaluate", "p.slug")
    assert (said.code, said.err) == (0, "p.slug is not trained yet: these are its first weights.\n")
