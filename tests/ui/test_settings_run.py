"""The training settings that the panel shows are the ones that run: each is changed there and seen in the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.datasets import Digits, Scale
from slugstudio.engine.activation import Softmax
from slugstudio.engine.augmentation import Shift
from slugstudio.engine.bound import program
from slugstudio.engine.declaration import Declared, fields
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.layers import Dense, Flatten
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.metrics import F1
from slugstudio.engine.optimizers import Adam
from slugstudio.engine.train import TrainSettings
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session
from slugstudio.ui.document import Document
from slugstudio.ui.editors import BoolEditor, ChoiceEditor, NumberEditor
from slugstudio.ui.properties import TrainingPage
from slugstudio.ui.trainer import Trainer
from tests.project.made import stack


class Bench:
    """The training page of a document, and what its training brings about."""

    def __init__(self, qtbot: QtBot) -> None:
        layers = [Flatten(), Dense(10, activation=Softmax())]
        self.document = Document(Project(stack(layers, DataChoice(Digits(), Scale()), epochs=2, batch_size=64)))
        self.page = TrainingPage(self.document, {"training"})
        qtbot.addWidget(self.page)
        self._qtbot = qtbot

    def number(self, name: str, value: float) -> None:
        self.page.findChild(NumberEditor, f"training_{name}").setValue(value)

    def tick(self, name: str) -> None:
        self.page.findChild(BoolEditor, f"training_{name}").click()

    def choose(self, name: str, kind: type[Declared]) -> None:
        combo = self.page.findChild(ChoiceEditor, f"training_{name}")
        combo.setCurrentIndex(combo.findText(kind.label))
        combo.activated.emit(combo.currentIndex())

    def add(self, name: str, kind: type[Declared]) -> None:
        menu = self.page.findChild(QPushButton, f"training_{name}_add").menu()
        next(action for action in menu.actions() if action.data() is kind).trigger()

    def train(self) -> Project:
        trainer = Trainer(self.document)
        with self._qtbot.waitSignal(trainer.ended, timeout=60_000):
            trainer.play()
        self._qtbot.waitUntil(lambda: trainer.phase == "idle")
        return self.document.project


def weights(project: Project) -> np.ndarray:
    assert project.trained is not None
    return np.concatenate([array.ravel() for array in project.trained.weights.values()])


def epochs(bench: Bench, _usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.number("epochs", 3)
    assert len(bench.train().history.epochs) == 3


def batch_size(bench: Bench, _usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.number("batch_size", 128)
    assert bench.train().trained.state.step == 2 * -(-1437 // 128)


def optimizer(bench: Bench, _usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.choose("optimizer", Adam)
    trained = bench.train().trained
    assert (trained.state.optimizer, len(trained.slots)) == ("Adam", 2)


def loss(bench: Bench, _usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.choose("loss", MeanSquaredError)
    project = bench.train()
    session = Session(project)
    told = evaluate(session.network, session.data.x_val, session.data.y_val, MeanSquaredError(), ())
    assert project.history.epochs[-1].val_loss == pytest.approx(told["loss"])


def seed(bench: Bench, usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.number("seed", 7)
    project = bench.train()
    assert project.trained.state.seed == 7
    assert np.any(weights(project) != weights(usual))


def early_stopping(bench: Bench, _usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.choose("early_stopping", EarlyStopping)
    assert bench.train().trained.state.best is not None


def class_balance(bench: Bench, usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.tick("class_balance")
    assert np.any(weights(bench.train()) != weights(usual))


def metrics(bench: Bench, _usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.add("metrics", F1)
    session = Session(bench.train())
    assert F1().name in session.evaluate()
    assert F1().name in str(bench.document.project.history.epochs[-1])


def augmentation(bench: Bench, usual: Project, _patch: pytest.MonkeyPatch) -> None:
    bench.add("augmentation", Shift)
    assert np.any(weights(bench.train()) != weights(usual))


def threads(bench: Bench, _usual: Project, patch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    patch.setattr(program, "set_threads", asked.append)
    bench.number("threads", 2)
    bench.train()
    assert set(asked) == {1, 2}


CASES: dict[str, Callable[[Any, Project, pytest.MonkeyPatch], None]] = {
    case.__name__: case
    for case in (
        *(epochs, batch_size, optimizer, loss, seed, early_stopping, class_balance, metrics, augmentation, threads),
    )
}


@pytest.fixture
def usual(qtbot: QtBot) -> Project:
    return Bench(qtbot).train()


@pytest.mark.parametrize("name", [field.name for field in fields(TrainSettings)])
def test_what_is_set_in_the_panel_is_what_runs(
    name: str, usual: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(qtbot)
    CASES[name](bench, usual, monkeypatch)
    assert bench.document.undo_text.startswith("set ")
