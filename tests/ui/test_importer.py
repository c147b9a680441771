"""Import in the window: weights are shown before they are taken, models become projects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from slugstudio.export import export
from slugstudio.project import Project, edits
from slugstudio.project.session import compile_network
from slugstudio.ui.main_window import MainWindow
from tests.project.made import points_design, trained

GOLDEN = Path(__file__).parents[1] / "golden" / "onnx"
FOREVER = 1_000_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made = MainWindow(Project(points_design(epochs=FOREVER)), None, "untitled", settings)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made._close_now()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "w.npz"
    export(trained(points_design(epochs=3)), path)
    return path


def vector(window: MainWindow) -> np.ndarray:
    return compile_network(window.document.project).vector


def show(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.importer.look_at(path)
    qtbot.waitUntil(window.imports.isVisible)


def test_what_fits_is_shown_taken_and_undone(window: MainWindow, qtbot: QtBot, weights: Path) -> None:
    before = vector(window)
    show(window, qtbot, weights)
    assert window.imports.summary == "All 4 arrays of the network are in the file and fit."
    table = window.imports.table
    assert [table.item(0, column).text() for column in range(4)] == [
        "dense_1/weight",
        "2 × 6",
        "dense_1/weight",
        "is taken",
    ]
    np.testing.assert_array_equal(vector(window), before)
    qtbot.mouseClick(window.imports.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.project.trained is not None)
    assert not window.imports.isVisible()
    np.testing.assert_array_equal(vector(window), compile_network(trained(points_design(epochs=3))).vector)
    assert window.document.undo_text == "import weights"
    assert "Undo brings the others back" in window.notices.text
    window.document.undo()
    np.testing.assert_array_equal(vector(window), before)
    window.document.redo()
    assert not np.array_equal(vector(window), before)


@pytest.mark.parametrize("how", ["Escape", "Cancel"])
def test_leaving_changes_nothing(window: MainWindow, qtbot: QtBot, weights: Path, how: str) -> None:
    show(window, qtbot, weights)
    qtbot.keyClick(window.imports, Qt.Key.Key_A)
    if how == "Escape":
        qtbot.keyClick(window.imports, Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(window.imports.findChild(QPushButton, "importCancel"), Qt.MouseButton.LeftButton)
    assert not window.imports.isVisible()
    assert window.document.project.trained is None


def test_a_training_ends_before_other_weights_come(window: MainWindow, qtbot: QtBot, weights: Path) -> None:
    with qtbot.waitSignal(window.trainer.epoch_done):
        window.trainer.play()
    show(window, qtbot, weights)
    window.imports.accept_button.click()
    qtbot.waitUntil(lambda: window.document.undo_text == "import weights")
    assert window.trainer.phase == "idle"


def test_where_nothing_fits_nothing_can_be_taken(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", other=np.zeros(3))
    show(window, qtbot, tmp_path / "w.npz")
    button = window.imports.accept_button
    assert (button.isEnabled(), button.text()) == (False, "Nothing fits")
    window.imports.accept_button.clicked.emit()


def test_an_edit_meanwhile_keeps_the_weights(window: MainWindow, qtbot: QtBot, weights: Path) -> None:
    show(window, qtbot, weights)
    window.imports.accept_button.click()
    design = window.document.design
    window.document.edit(edits.set_training(design, design.training.replace(epochs=7)), "set epochs")
    qtbot.waitUntil(lambda: "was changed meanwhile" in window.notices.text)
    assert window.document.project.trained is None


def test_a_file_that_cannot_be_taken_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(b"nothing")
    window.importer.look_at(tmp_path / "w.npz")
    qtbot.waitUntil(lambda: "w.npz: it is damaged" in window.notices.text)
    assert not window.imports.isVisible()


def test_the_menu_asks_for_a_file(window: MainWindow, qtbot: QtBot, weights: Path) -> None:
    window.findChild(QAction, "file.import").trigger()
    (dialog,) = [each for each in window.findChildren(QFileDialog) if each.isVisible()]
    assert dialog.nameFilters() == ["Weights (*.npz *.safetensors)"]
    dialog.fileSelected.emit(str(weights))
    dialog.close()
    qtbot.waitUntil(window.imports.isVisible)


def test_a_model_becomes_a_project_that_is_still_to_be_saved(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open(GOLDEN / "lenet-legacy.onnx")
    qtbot.waitUntil(lambda: window.files.name == "lenet-legacy")
    assert (window.document.path, window.files.unsaved) == (None, True)
    assert window.document.design.layers[0].name == "conv1"
    assert "made-up ones hold the place" in window.notices.text


def test_a_model_of_our_data_says_nothing_of_made_up_ones(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    export(trained(points_design()), tmp_path / "p.onnx")
    window.files.open(tmp_path / "p.onnx")
    qtbot.waitUntil(lambda: window.files.name == "p")
    assert window.notices.text == ""
