from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from slugstudio.ui import forecast
from slugstudio.ui.document import Document
from slugstudio.ui.status import StatusBar, duration
from slugstudio.ui.trainer import Trainer


@pytest.fixture
def trainer(document: Document) -> Iterator[Trainer]:
    trainer = Trainer(document)
    yield trainer
    trainer.finish()


@pytest.fixture
def status(document: Document, trainer: Trainer, qtbot: QtBot) -> Iterator[StatusBar]:
    status = StatusBar(document, trainer)
    qtbot.addWidget(status)
    yield status
    status.forecaster.finish()
    status.deleteLater()


def seconds(status: StatusBar) -> str:
    return status.findChild(QLabel, "secondsPerEpoch").text()


def resize(document: Document, batch_size: int) -> None:
    training = document.design.training.replace(batch_size=batch_size)
    document.edit(dataclasses.replace(document.design, training=training), "batch size")


def test_the_status_bar_tells_about_how_long_an_epoch_will_take(status: StatusBar, qtbot: QtBot) -> None:
    assert seconds(status) == "time of an epoch unknown"
    status.forecaster.begin()
    assert seconds(status) == "timing an epoch…"
    qtbot.waitUntil(lambda: seconds(status).startswith("about "))
    assert status.forecaster.seconds > 0


def test_a_newer_edit_drops_the_forecast_that_is_made(
    status: StatusBar, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def told(design, stopped):
        sizes.append(design.training.batch_size)
        return float(design.training.batch_size)

    monkeypatch.setattr(forecast, "seconds_per_epoch", told)
    status.forecaster.begin()
    for size in (40, 50, 60):
        resize(document, size)
    qtbot.waitUntil(lambda: seconds(status) == "about 60 s an epoch")
    assert sizes == [60]
    document.undo()
    assert seconds(status) == "timing an epoch…"
    status.forecaster._time()
    resize(document, 70)  # before the answer is there
    qtbot.waitUntil(lambda: seconds(status) == "about 70 s an epoch")


def test_nothing_is_timed_beside_a_training_and_what_it_took_is_told(
    status: StatusBar, document: Document, trainer: Trainer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "seconds_per_epoch", lambda *_: pytest.fail("timed beside a training"))
    status.forecaster.begin()
    trainer.play()
    assert not status.forecaster._timer.isActive()
    qtbot.waitUntil(lambda: bool(trainer.history.epochs))
    qtbot.waitUntil(lambda: seconds(status).endswith("an epoch") and "about" not in seconds(status))
    with qtbot.waitSignal(trainer.ended):
        trainer.stop()
    assert seconds(status) == f"{duration(document.project.history.epochs[-1].seconds)} an epoch"
    assert not status.forecaster._timer.isActive()


@pytest.mark.parametrize(
    ("time", "said"),
    [(0.0034, "3.4 ms"), (0.0996, "0.1 s"), (0.423, "0.42 s"), (12.34, "12 s"), (99.7, "1.7 min"), (7000, "1.9 h")],
)
def test_times_are_told_in_two_digits(time: float, said: str) -> None:
    assert duration(time) == said
