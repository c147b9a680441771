"""The trainer: what a training in a thread brings back, and that neither edits nor closing lose anything."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slugstudio.datasets import Circles, Scale
from slugstudio.engine.activation import Softmax
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.layers import Dense
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session, compile_network
from slugstudio.ui.document import Document
from slugstudio.ui.trainer import Trainer, _Rate
from tests.project.made import points_design, stack, trained

FOREVER = 1_000_000


@pytest.fixture
def trainer(qapp: QApplication) -> Iterator[Trainer]:
    made = Trainer(Document(Project(points_design(epochs=FOREVER))))
    yield made
    made.finish()


def document_of(trainer: Trainer) -> Document:
    return trainer._document


def until(qtbot: QtBot, trainer: Trainer, phase: str) -> None:
    qtbot.waitUntil(lambda: trainer.phase == phase)


def play_until_learned(qtbot: QtBot, trainer: Trainer) -> None:
    with qtbot.waitSignal(trainer.epoch_done):
        trainer.play()


def set_epochs(trainer: Trainer, epochs: int) -> None:
    document = document_of(trainer)
    settings = document.design.training.replace(epochs=epochs)
    document.edit(edits.set_training(document.design, settings), "set epochs")


def test_a_training_to_the_end_gives_the_bits_of_one_without_a_window(qtbot: QtBot, trainer: Trainer) -> None:
    set_epochs(trainer, 3)
    with qtbot.waitSignal(trainer.ended) as end:
        trainer.play()
    assert end.args == ["completed", ""]
    assert trainer.phase == "idle"
    project = document_of(trainer).project
    alone = trained(points_design(epochs=3))
    assert project.trained == alone.trained
    np.testing.assert_array_equal(project.history.losses, alone.history.losses)
    assert document_of(trainer).modified


def test_pausing_and_going_on_changes_no_bit(qtbot: QtBot, trainer: Trainer) -> None:
    trainer.play()
    qtbot.waitUntil(lambda: trainer.progress is not None)
    trainer.pause()
    until(qtbot, trainer, "paused")
    qtbot.waitUntil(lambda: document_of(trainer).project.trained is not None)
    learned = document_of(trainer).project.trained
    assert learned is not None
    steps = learned.state.step
    session = Session(Project(points_design(epochs=FOREVER)))
    for event in session.run():
        if getattr(event, "step", 0) == steps:
            break
    for key, weight in session.capture().trained.weights.items():  # type: ignore[union-attr]
        np.testing.assert_array_equal(weight, learned.weights[key])


def test_a_step_trains_on_one_batch_and_pauses(qtbot: QtBot, trainer: Trainer) -> None:
    trainer.step()
    until(qtbot, trainer, "paused")
    assert len(trainer.history.steps) == 1
    trainer.step()
    qtbot.waitUntil(lambda: len(trainer.history.steps) == 2)
    assert trainer.active


def test_a_step_is_ahead_of_the_document_until_it_is_in_it(qtbot: QtBot, trainer: Trainer) -> None:
    trainer.step()
    until(qtbot, trainer, "paused")
    assert not trainer.ahead
    trainer.step()
    assert trainer.ahead
    qtbot.waitUntil(lambda: not trainer.ahead)
    learned = document_of(trainer).project.trained
    assert learned is not None
    assert learned.state.step == 2


def test_stop_keeps_what_was_learned_and_play_goes_on_from_there(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    told: list[str] = []
    trainer.stop(then=lambda: told.append("idle"))
    assert trainer.phase == "stopping"
    until(qtbot, trainer, "idle")
    assert told == ["idle"]
    first = document_of(trainer).project.epoch
    assert first >= 1
    play_until_learned(qtbot, trainer)
    assert trainer.history.epochs[first].epoch == first + 1


def test_stop_while_idle_calls_at_once(trainer: Trainer) -> None:
    told: list[str] = []
    trainer.stop(then=lambda: told.append("idle"))
    assert told == ["idle"]


def test_settings_apply_at_the_next_batch(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    document = document_of(trainer)
    tiny = document.design.training.optimizer.replace(lr=1e-30)
    still = document.design.training.replace(optimizer=tiny)
    document.edit(edits.set_training(document.design, still), "set learning rate")
    assert trainer.active
    n = len(trainer.history.epochs)
    qtbot.waitUntil(lambda: len(trainer.history.epochs) > n + 2)
    rows = trainer.history.epochs[-2:]
    assert rows[0].val_loss == rows[1].val_loss


def test_an_edit_of_the_layers_ends_it_and_the_weights_that_fit_go_on(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    document = document_of(trainer)
    first = document.design.layers[0].id
    with qtbot.waitSignal(trainer.ended) as end:
        document.edit(edits.insert_layer(document.design, 1, Dense(6))[0], "add Dense")
    assert end.args == ["edited", ""]
    learned = document.project.trained
    assert learned is not None
    network = compile_network(document.project)
    np.testing.assert_array_equal(network.parameters["dense_1/weight"], learned.weights[first, "weight"])
    assert len(document.design.layers) == 4


def test_an_edit_that_makes_it_unplayable_ends_it(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    document = document_of(trainer)
    last = document.design.layers[-1].id
    with qtbot.waitSignal(trainer.ended):
        document.edit(edits.remove_layers(document.design, [last]), "delete")
    trainer.play()
    assert trainer.phase == "idle"


def test_a_capture_brings_what_was_learned_while_it_trains_on(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    told: list[int] = []
    trainer.capture(lambda: told.append(document_of(trainer).project.epoch))
    qtbot.waitUntil(lambda: bool(told))
    assert told[0] >= 1
    assert trainer.phase == "running"


def test_a_capture_is_told_also_when_the_training_ends_first(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    told: list[str] = []
    trainer.stop()
    trainer.capture(lambda: told.append("captured"))
    until(qtbot, trainer, "idle")
    assert told == ["captured"]


def test_a_pause_is_one_once_what_was_learned_is_in_the_document(qtbot: QtBot, trainer: Trainer) -> None:
    assert not trainer.ahead
    play_until_learned(qtbot, trainer)
    assert trainer.ahead
    kept: list[bool] = []
    trainer.phase_changed.connect(lambda _phase: kept.append(document_of(trainer).project.trained is not None))
    trainer.pause()
    until(qtbot, trainer, "paused")
    assert kept == [True]
    assert not trainer.ahead


def test_a_capture_after_going_on_from_a_pause_is_no_pause(qtbot: QtBot, trainer: Trainer) -> None:
    trainer.play()
    trainer.pause()
    until(qtbot, trainer, "paused")
    trainer.play()
    told: list[str] = []
    for n in (1, 2, 3):
        trainer.capture(lambda: told.append(trainer.phase))
        qtbot.waitUntil(lambda n=n: len(told) == n)
    assert told == ["running"] * 3


def test_a_training_begun_after_a_pause_was_stopped_does_not_pause(qtbot: QtBot, trainer: Trainer) -> None:
    trainer.play()
    trainer.pause()
    until(qtbot, trainer, "paused")
    trainer.stop()
    until(qtbot, trainer, "idle")
    play_until_learned(qtbot, trainer)
    told: list[str] = []
    trainer.capture(lambda: told.append(trainer.phase))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["running"]


@pytest.mark.parametrize("too_little_for", ["Session", "Session.run", "Session.capture"])
def test_too_little_memory_is_told_and_ends_it(
    qtbot: QtBot, trainer: Trainer, monkeypatch: pytest.MonkeyPatch, too_little_for: str
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise MemoryError

    where = "training_thread.Session" if too_little_for == "Session" else f"training_thread.{too_little_for}"
    monkeypatch.setattr(f"slugstudio.ui.{where}", refuse)
    with qtbot.waitSignal(trainer.ended) as end:
        trainer.play()
        if too_little_for == "Session.capture":
            trainer.stop()
    reason, message = end.args
    assert (reason, trainer.phase) == ("failed", "idle")
    assert "not enough memory" in message
    assert ("to keep what was learned" in message) == (too_little_for == "Session.capture")


def test_too_little_memory_to_keep_what_early_stopping_left_is_told(
    qtbot: QtBot, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(trainer)
    settings = document.design.training.replace(early_stopping=EarlyStopping(patience=1))
    document.edit(edits.set_training(document.design, settings), "set early stopping")

    def refuse(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("slugstudio.ui.training_thread.Session.capture", refuse)
    with qtbot.waitSignal(trainer.ended) as end:
        trainer.play()
    assert end.args == ["failed", "There is not enough memory to keep what was learned since the last save."]


def test_reset_forgets_and_tells_what_it_was(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    with qtbot.waitSignal(trainer.forgotten) as forgotten:
        trainer.reset()
    (epochs,) = forgotten.args
    assert epochs >= 1
    document = document_of(trainer)
    assert document.project.trained is None
    assert not trainer.history.epochs
    document.undo()
    assert document.project.epoch == len(trainer.history.epochs) == epochs


def test_discard_lets_nothing_reach_the_next_project(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    trainer.discard()
    assert trainer.phase == "idle"
    other = Project(points_design())
    document_of(trainer).open(other, None)
    play_until_learned(qtbot, trainer)
    assert trainer.history.epochs[0].epoch == 1
    trainer.stop()
    until(qtbot, trainer, "idle")


def test_weights_are_shown_while_it_runs_and_once_more_when_it_pauses(qtbot: QtBot, trainer: Trainer) -> None:
    looks: list[np.ndarray] = []
    trainer.looked.connect(lambda _project, vector: looks.append(vector))
    trainer.play()
    qtbot.waitUntil(lambda: len(looks) >= 2)
    assert not np.array_equal(looks[0], looks[1])
    trainer.pause()
    until(qtbot, trainer, "paused")
    session = trainer.session
    assert session is not None
    np.testing.assert_array_equal(looks[-1], session.network.kept)


def test_divergence_is_told(qtbot: QtBot, qapp: QApplication) -> None:
    design = points_design(epochs=FOREVER)
    wild = design.training.replace(optimizer=design.training.optimizer.replace(lr=1e30))
    trainer = Trainer(Document(Project(edits.set_training(design, wild))))
    with qtbot.waitSignal(trainer.ended) as end:
        trainer.play()
    reason, message = end.args
    assert reason == "diverged"
    assert "lower the learning rate" in message
    assert message.endswith("The weights are new again.")
    assert trainer.phase == "idle"
    assert document_of(trainer).project.trained is None


def test_divergence_goes_back_to_the_last_good_epoch(qtbot: QtBot, qapp: QApplication) -> None:
    # Without ReLU, whose units may all die of so large a step and leave numbers that are finite.
    layers = [Dense(6), Dense(2, activation=Softmax())]
    design = stack(layers, DataChoice(Circles(60), Scale()), batch_size=10, epochs=FOREVER)
    trainer = Trainer(Document(Project(design)))
    play_until_learned(qtbot, trainer)
    document = document_of(trainer)
    wild = document.design.training.replace(optimizer=document.design.training.optimizer.replace(lr=1e30))
    with qtbot.waitSignal(trainer.ended) as end:
        document.edit(edits.set_training(document.design, wild), "set learning rate")
    epoch = document.project.epoch
    assert end.args[1].endswith(f"The weights of epoch {epoch:,} are back.")
    assert epoch >= 1
    assert len(document.project.history.epochs) == epoch
    learned = document.project.trained
    assert learned is not None
    assert max(abs(weight).max() for weight in learned.weights.values()) < 100


def test_data_that_are_not_at_hand_are_told(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.datasets.Circles.load", _missing)
    trainer = Trainer(Document(Project(points_design())))
    with qtbot.waitSignal(trainer.ended) as end:
        trainer.play()
    assert end.args == ["failed", "put the file there"]
    assert trainer.phase == "idle"


def _missing(_source: object) -> None:
    from slugstudio.engine.errors import DataError

    raise DataError("put the file there")


def test_what_nobody_foresaw_is_told_and_logged(
    qtbot: QtBot, trainer: Trainer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("slugstudio.datasets.Circles.load", lambda _source: 1 / 0)
    with qtbot.waitSignal(trainer.ended) as end:
        trainer.play()
    reason, message = end.args
    assert reason == "failed"
    assert "ZeroDivisionError" in message
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    caplog.clear()


def test_finish_ends_the_thread_in_any_phase(qtbot: QtBot, qapp: QApplication) -> None:
    for wait in ("loading", "running", "paused"):
        trainer = Trainer(Document(Project(points_design(epochs=FOREVER))))
        trainer.play()
        if wait == "paused":
            trainer.pause()
        until(qtbot, trainer, wait)
        thread = trainer._thread
        assert thread is not None
        trainer.finish()
        assert thread.isFinished()


def test_the_rate_is_in_samples_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr("slugstudio.ui.trainer.time.perf_counter", lambda: now[0])
    rate = _Rate()
    rate.add(500)
    assert rate.value == 0
    now[0] += 0.5
    rate.add(100)
    assert rate.value == pytest.approx(200)
    rate.rest()
    now[0] += 100
    rate.add(1)
    assert rate.value == pytest.approx(200)


def test_a_layer_can_be_renamed_while_it_trains(qtbot: QtBot, trainer: Trainer) -> None:
    play_until_learned(qtbot, trainer)
    document = document_of(trainer)
    first = document.design.layers[0].id
    document.edit(edits.rename_layer(document.design, first, "bend"), "rename")
    n = len(trainer.history.epochs)
    qtbot.waitUntil(lambda: len(trainer.history.epochs) > n + 1)
    assert trainer.phase == "running"
    trainer.stop()
    until(qtbot, trainer, "idle")
    learned = document.project.trained
    assert learned is not None
    np.testing.assert_array_equal(
        compile_network(document.project).parameters["bend/weight"], learned.weights[first, "weight"]
    )
