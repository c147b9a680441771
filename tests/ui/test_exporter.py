"""Exporting in the window: nothing waits for it, it tells what was proven, and stops at a word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from slugstudio.datasets import Digits
from slugstudio.export import export
from slugstudio.project import edits
from slugstudio.ui.exporter import Exporter
from tests.ui.test_files import Desk, choose, dialog_of


class ExportDesk(Desk):
    """A document, its files, and what exports it."""

    def __init__(self, qtbot: QtBot, settings: QSettings) -> None:
        super().__init__(qtbot, settings)
        self.exporter = Exporter(self.document, self.trainer, self.files, self.notices, self.window)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[ExportDesk]:
    made = ExportDesk(qtbot, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    yield made
    made.trainer.finish()
    made.exporter.finish()
    made.files.finish()


class Held:
    """An export that waits in its background until it may go on, and asks meanwhile whether it shall stop."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, *given: object, watch: Callable[[str], object], **more: object) -> object:
        watch("Writing w.npz")
        self.begun.set()
        assert self.may_go_on.wait(10)
        return export(*given, watch=watch, **more)  # type: ignore[arg-type]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    made = Held()
    monkeypatch.setattr("slugstudio.ui.exporter.export", made)
    yield made
    made.may_go_on.set()


def test_the_network_of_this_moment_is_exported_while_it_trains_on(desk: ExportDesk, tmp_path: Path) -> None:
    desk.train()
    desk.exporter.export_to(tmp_path / "w.npz")
    assert desk.told("NumPy weights").startswith(f"NumPy weights written to {tmp_path / 'w.npz'}. Proven by numpy")
    assert desk.trainer.phase == "running"
    learned, design = desk.document.project.trained, desk.document.design
    assert learned is not None
    with np.load(tmp_path / "w.npz") as arrays:
        for entry in design.layers[::2]:
            np.testing.assert_array_equal(arrays[f"{entry.name}/weight"], learned.weights[entry.id, "weight"])


def test_a_proof_is_told_with_the_largest_difference(desk: ExportDesk, tmp_path: Path) -> None:
    desk.exporter.export_to(tmp_path / "net.onnx")
    told = desk.told("ONNX model")
    assert "Proven by onnxruntime" in told
    assert "difference" in told
    assert told.endswith("is not trained yet: these are its first weights.")


def test_the_folder_can_be_opened(desk: ExportDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    desk.exporter.export_to(tmp_path / "w.npz")
    desk.told("NumPy weights")
    desk.answer("Open the folder")
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path]


@pytest.mark.parametrize(
    ("name", "told"), [("none/w.npz", "there is no such"), ("w.xyz", "expected a name that ends with")]
)
def test_an_export_that_fails_is_told(desk: ExportDesk, tmp_path: Path, name: str, told: str) -> None:
    desk.exporter.export_to(tmp_path / name)
    desk.qtbot.waitUntil(lambda: told in desk.notices.text)
    assert not (tmp_path / name).exists()


def test_a_stack_that_cannot_work_is_not_exported(desk: ExportDesk, tmp_path: Path) -> None:
    design = desk.document.design
    desk.document.edit(edits.set_data(design, design.data.replace(source=Digits())), "set data")
    desk.exporter.export_to(tmp_path / "w.npz")
    desk.qtbot.waitUntil(lambda: "dense_1" in desk.notices.text)
    assert not (tmp_path / "w.npz").exists()


def test_one_that_takes_long_tells_what_it_does_and_can_be_stopped(
    desk: ExportDesk, tmp_path: Path, held: Held
) -> None:
    desk.exporter.export_to(tmp_path / "w.npz")
    desk.qtbot.waitUntil(held.begun.is_set)
    desk.told("Writing w.npz…")
    desk.exporter._progressed.emit("Computing with somebody")
    desk.told("Computing with somebody…")
    desk.answer("Stop")
    held.may_go_on.set()
    desk.told("The export was stopped; nothing was written.")
    assert not (tmp_path / "w.npz").exists()


def test_a_second_one_waits_to_be_asked_for_again(desk: ExportDesk, tmp_path: Path, held: Held) -> None:
    desk.exporter.export_to(tmp_path / "w.npz")
    desk.exporter.export_to(tmp_path / "x.npz")
    assert desk.notices.text == "Writing w.npz…"
    held.may_go_on.set()
    desk.told("NumPy weights")
    assert not (tmp_path / "x.npz").exists()
    desk.exporter.export_to(tmp_path / "x.npz")
    desk.qtbot.waitUntil((tmp_path / "x.npz").is_file)
    desk.told(f"NumPy weights written to {tmp_path / 'x.npz'}")


def test_progress_that_comes_late_says_nothing(desk: ExportDesk, tmp_path: Path) -> None:
    desk.exporter.export_to(tmp_path / "w.npz")
    told = desk.told("NumPy weights")
    desk.exporter._tell("Writing")
    desk.exporter._tell_running()
    assert desk.notices.text == told


def test_the_end_of_the_program_stops_it(desk: ExportDesk, tmp_path: Path, held: Held) -> None:
    desk.exporter.export_to(tmp_path / "w.npz")
    desk.qtbot.waitUntil(held.begun.is_set)
    threading.Timer(0.05, held.may_go_on.set).start()
    desk.exporter.finish()
    assert not (tmp_path / "w.npz").exists()


def test_the_place_is_asked_for_by_a_dialog(desk: ExportDesk, tmp_path: Path) -> None:
    chosen: list[str] = []
    desk.exporter.ask("safetensors", vectors=True, then=lambda: chosen.append("chosen"))
    dialog = dialog_of(desk)
    assert (dialog.windowTitle(), dialog.defaultSuffix()) == ("Export: Safetensors weights", "safetensors")
    assert dialog.nameFilters() == ["Safetensors weights (*.safetensors)"]
    assert not chosen
    choose(desk, tmp_path / "w.safetensors")
    assert chosen == ["chosen"]
    desk.told("Safetensors weights")
    assert (tmp_path / "w.vectors.npz").is_file()
