"""The pane of kept weights tells what the next Play keeps, and its buttons choose otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.engine.early_stopping import Best
from slugstudio.engine.layers import Dense
from slugstudio.project import Project, edits
from slugstudio.project.session import Session, compile_network
from slugstudio.ui.document import Document
from slugstudio.ui.keeping_pane import KeepingPane
from slugstudio.ui.notices import NoticeBar
from slugstudio.ui.trainer import Trainer
from tests.project.made import points_design, trained


class Bench:
    """The pane over a trained document."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.document = Document(project)
        self.trainer = Trainer(self.document)
        self.notices = NoticeBar()
        qtbot.addWidget(self.notices)
        self.pane = KeepingPane(self.document, self.trainer, self.notices)
        self.keeper = self.pane.keeper
        qtbot.addWidget(self.pane)
        self.pane.resize(700, 300)
        self.pane.show()
        self._qtbot = qtbot

    def widen(self, units: int) -> None:
        first = self.document.design.layers[0]
        design = edits.replace_layer(self.document.design, first.id, first.layer.replace(outshape=units))
        self.document.edit(design, "set units")

    def click(self, name: str) -> None:
        (button,) = [each for each in self.pane.findChildren(QPushButton, name) if not each.parent().isHidden()]
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def names(self) -> list[str]:
        buttons = self.pane.findChildren(QPushButton)
        return [each.objectName() for each in buttons if each.isVisibleTo(self.pane)]

    def sentence(self) -> str:
        return self.pane.findChild(QLabel, "keepingSentence").text()

    def outputs(self) -> np.ndarray:
        x = np.random.default_rng(0).random((20, 2), np.float32)
        return compile_network(self.document.project).predict(x)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot, trained(points_design()))
    yield bench
    bench.trainer.finish()


def test_it_says_what_will_stand_here(bench: Bench, qtbot: QtBot) -> None:
    assert bench.sentence().startswith("All layers keep")
    untrained = Bench(qtbot, Project(points_design()))
    assert untrained.sentence().startswith("Once the network has learned")
    assert not untrained.pane.deepen_button.isEnabled()


def test_a_wider_layer_is_told_and_can_keep_the_function(bench: Bench) -> None:
    before, was = bench.outputs(), bench.document.project.trained
    bench.widen(9)
    assert "keepFunction_dense_1" in bench.names()
    assert np.abs(bench.outputs() - before).max() > 1e-3
    bench.click("keepFunction_dense_1")
    np.testing.assert_allclose(bench.outputs(), before, atol=2e-6)
    assert bench.document.undo_text == "keep the function of dense_1"
    bench.document.undo()
    assert bench.document.project.trained == was
    bench.document.undo()
    assert bench.document.design == was.design
    bench.document.redo()
    bench.document.redo()
    np.testing.assert_allclose(bench.outputs(), before, atol=2e-6)


def test_a_layer_can_begin_anew(bench: Bench) -> None:
    known = bench.document.project.trained
    known.state.best = Best(1.0, 1)
    bench.widen(9)
    bench.click("beginAnew_dense_2")
    fresh = Session(Project(bench.document.design)).network.parameters["dense_2/bias"]
    np.testing.assert_array_equal(compile_network(bench.document.project).parameters["dense_2/bias"], fresh)
    assert bench.document.undo_text == "begin dense_2 anew"
    assert known.state.best is not None  # which undo brings back
    bench.document.undo()
    assert compile_network(bench.document.project).parameters["dense_2/bias"].any()


def test_what_began_anew_is_not_remembered_from_before(bench: Bench) -> None:
    document = bench.document
    first, units = document.design.ids[0], document.design.layers[0].layer.outshape
    learned = document.project.trained.weights[first, "weight"]
    bench.widen(3)
    document.learned(document.project.settled().trained, document.project.history)
    bench.widen(units)  # comes back as it was
    document.edit(edits.insert_layer(document.design, 1, Dense(4))[0], "add Dense")
    np.testing.assert_array_equal(document.project.trained.weights[first, "weight"], learned)
    bench.click("beginAnew_dense_1")
    document.edit(edits.remove_layers(document.design, document.design.ids[2:3]), "delete dropout_1")
    assert (first, "weight") not in document.project.trained.weights
    document.undo()
    document.undo()
    np.testing.assert_array_equal(document.project.trained.weights[first, "weight"], learned)


def test_a_layer_is_doubled_with_its_function_kept(bench: Bench) -> None:
    before, units = bench.outputs(), bench.document.design.layers[0].layer.outshape
    widen, deepen = bench.keeper.actions
    assert "Select one layer" in widen.toolTip()
    bench.document.select(bench.document.design.ids[:1])
    assert widen.isEnabled()
    widen.trigger()
    assert bench.document.design.layers[0].layer.outshape == 2 * units
    assert f"went from {units} to {2 * units}" in bench.notices.text
    np.testing.assert_allclose(bench.outputs(), before, atol=2e-6)
    deepen.trigger()
    assert len(bench.document.design.layers) == 4
    np.testing.assert_allclose(bench.outputs(), before, atol=2e-6)
    bench.document.undo()
    bench.document.undo()
    np.testing.assert_array_equal(bench.outputs(), before)


def test_a_mark_tells_how_many_layers_changed(bench: Bench) -> None:
    assert bench.pane.mark.isHidden()
    bench.widen(9)
    assert (bench.pane.mark.isHidden(), bench.pane.mark.text()) == (False, "Weights: 2 layers changed")
    bench.document.undo()
    assert bench.pane.mark.isHidden()


def test_a_row_that_goes_leaves_the_focus_in_the_pane(bench: Bench) -> None:
    bench.widen(9)
    button = bench.pane.findChild(QPushButton, "keepFunction_dense_1")
    button.setFocus()
    button.click()
    assert bench.pane.hasFocus()


def test_what_cannot_be_widened_says_so_before(bench: Bench, qtbot: QtBot) -> None:
    ids = bench.document.design.ids
    bench.document.select(ids[1:2])
    widen, deepen = bench.keeper.actions
    assert (widen.isEnabled(), deepen.isEnabled()) == (False, True)
    bench.document.select(ids[-1:])
    widen.trigger()
    assert "looks at all units together" in bench.notices.text
    untrained = Bench(qtbot, Project(points_design()))
    assert "train first" in untrained.keeper.actions[0].toolTip()


def test_an_identity_layer_makes_it_deeper(bench: Bench) -> None:
    before, ids = bench.outputs(), bench.document.design.ids
    bench.document.select(ids[:1])
    bench.click("keepingDeepen")
    assert len(bench.document.design.layers) == len(ids) + 1
    assert isinstance(bench.document.design.layers[1].layer, Dense)
    np.testing.assert_allclose(bench.outputs(), before, atol=2e-6)
    bench.document.undo()
    assert bench.document.design.ids == ids
    np.testing.assert_array_equal(bench.outputs(), before)


def test_what_cannot_be_is_told(bench: Bench) -> None:
    bench.document.select(bench.document.design.ids[-1:])
    bench.click("keepingDeepen")
    assert "choose a layer before the last" in bench.notices.text
    assert not bench.document.can_undo


def test_a_training_ends_first(bench: Bench, qtbot: QtBot) -> None:
    training = bench.document.design.training.replace(epochs=100_000)
    bench.document.edit(edits.set_training(bench.document.design, training), "set epochs")
    bench.trainer.play()
    qtbot.waitUntil(lambda: bench.trainer.phase == "running")
    bench.document.select(bench.document.design.ids[:1])
    bench.click("keepingDeepen")
    qtbot.waitUntil(lambda: bench.trainer.phase == "idle" and len(bench.document.design.layers) == 4)
