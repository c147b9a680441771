"""The program for our own engine: it is run here, as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import Standardise, Unchanged
from slugstudio.engine.activation import Noop, Sigmoid
from slugstudio.engine.augmentation import Shift
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Flatten, Residual
from slugstudio.engine.loss import BinaryCrossEntropy
from slugstudio.engine.metrics import F1, Accuracy
from slugstudio.export import export
from slugstudio.export.code import code, text_of
from slugstudio.export.code.expressions import written
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session
from tests.export.made import project_of, trained

ROOT = Path(__file__).parents[2]


def ask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def run(folder: Path, *arguments: str) -> str:
    done = ask(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project() -> Project:
    """Of layers under other names than a `Model` gives them."""
    inner = Residual((Convolution(2, 3, padding="same", activation=Noop()), BatchNormalization()), projection=True)
    made = project_of([inner, Flatten(), Dense(10, activation=Sigmoid())], DataChoice(preprocessing=Standardise()))
    design = edits.rename_layer(made.design, made.design.ids[2], "answers")
    settings = design.training.replace(
        loss=BinaryCrossEntropy(label_smoothing=0.1),
        epochs=1,
        batch_size=48,
        augmentation=(Shift(1),),
        class_balance=True,
        early_stopping=EarlyStopping(3),
        metrics=(Accuracy(), F1()),
    )
    session = Session(Project(edits.set_training(design, settings)))
    list(session.run())
    return session.capture()


def test_it_is_proven_predicts_and_goes_on_training(project: Project, tmp_path: Path) -> None:
    done = export(project, tmp_path / "net.py", "slugstudio")
    assert str(done.proof).startswith("Proven by a program with Slugstudio")
    session = Session(project)
    x, y = session.dataset.x, session.dataset.y
    np.savez(tmp_path / "some.npz", X=x, y=y)
    run(tmp_path, "net.py", "predict", "some.npz", "-o", "before.csv")
    run(tmp_path, "net.py", "train", "some.npz")
    told = run(tmp_path, "net.py", "predict", "some.npz")
    before = np.genfromtxt(tmp_path / "before.csv", delimiter=",", skip_header=1)
    after = np.genfromtxt(told.splitlines(), delimiter=",", skip_header=1)
    np.testing.assert_allclose(before[:, 2:], session.network.predict(session.fitted.apply(x)), rtol=1e-5, atol=1e-7)
    assert (after[:, 1] == y).mean() > (before[:, 1] == y).mean()


def test_its_settings_are_those_of_the_project(project: Project) -> None:
    program: dict = {"__name__": "net", "__file__": "net.py"}
    exec(text_of(code(project.design, "slugstudio")), program)
    model = program["make_model"]()
    training = project.design.training
    assert model.settings == training.replace(class_balance=False)
    assert 'class_weights(answers, "balanced")' in text_of(code(project.design, "slugstudio"))
    assert model.layers == tuple(entry.layer for entry in project.design.layers)
    assert model.reporting.validation_split == project.design.data.validation_split


def test_what_it_cannot_use_ends_it_with_a_reason(tmp_path: Path) -> None:
    export(trained("spiral"), tmp_path / "net.py", "slugstudio")
    np.savez(tmp_path / "x.npz", X=np.zeros((3, 2)))
    (tmp_path / "x.csv").write_text("1,2\n")
    for words, *arguments in (
        ("net.py train: error: the following arguments are required: data", "train"),
        ("expected one target a sample, received shapes (3, 2) and (0,).", "train", "x.npz"),
        ("x.csv: expected an NPZ file with the arrays X and y.", "train", "x.csv"),
        ("y.csv: there is no such file.", "predict", "y.csv"),
        ("no/where.csv: there is no such folder.", "predict", "x.csv", "-o", "no/where.csv"),
    ):
        done = ask(tmp_path, "net.py", *arguments)
        assert done.returncode
        assert done.stderr.strip().splitlines()[-1] == words
    (tmp_path / "net.weights.npz").unlink()
    assert "expected the weights here" in ask(tmp_path, "net.py", "predict", "x.csv").stderr


def test_of_logits_the_answers_are_probabilities() -> None:
    choice = DataChoice(preprocessing=Unchanged())
    project = project_of([Flatten(), Dense(10)], choice, BinaryCrossEntropy(from_logits=True))
    text = text_of(code(project.design, "slugstudio"))
    assert "write_answers(output, Sigmoid()(outputs), CLASSES, threshold=0.5)" in text
    assert "return samples\n" in text


def test_what_is_as_by_default_is_left_out() -> None:
    assert str(written(Convolution(2, (3, 3), stride=(1, 1)))) == "Convolution(2, 3)"
    assert str(written(Convolution(2, (3, 4), stride=2))) == "Convolution(2, (3, 4), stride=2)"
    assert str(written((Flatten(),))) == "(Flatten(),)"
    assert str(written(["loss", Accuracy()])) == '["loss", Accuracy()]'
