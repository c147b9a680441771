"""Panes move, float, hide, and are remembered for each layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QDockWidget, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from slugstudio.ui.workspace import Area, Pane, Workspace


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def made(qtbot: QtBot, settings: QSettings) -> Workspace:
    panes = (
        Pane("left", "Left", QLineEdit(), Area.LeftDockWidgetArea, ("build", "train"), size=200),
        Pane("right", "Right", QLineEdit(), Area.RightDockWidgetArea, size=200),
        Pane("beside", "Beside", QLineEdit(), Area.RightDockWidgetArea, (), beside="right"),
        Pane("below", "Below", QLineEdit(), Area.BottomDockWidgetArea, ("train",), size=150),
    )
    workspace = Workspace(QLineEdit(), panes, settings)
    qtbot.addWidget(workspace)
    workspace.resize(900, 700)
    workspace.show()
    workspace.show_layout("train")
    return workspace


def dock(workspace: Workspace, name: str) -> QDockWidget:
    return workspace.findChild(QDockWidget, f"dock_{name}")


def shown(workspace: Workspace) -> set[str]:
    docks = workspace.findChildren(QDockWidget)
    return {each.objectName().removeprefix("dock_") for each in docks if not each.isHidden()}


def test_each_layout_shows_its_panes(qtbot: QtBot, settings: QSettings) -> None:
    workspace = made(qtbot, settings)
    assert shown(workspace) == {"left", "right", "below"}
    workspace.show_layout("build")
    assert shown(workspace) == {"left", "right"}
    workspace.show_layout("look")
    assert shown(workspace) == {"right"}
    assert workspace.layout_name == "look"


def test_a_layout_is_as_it_was_left_also_the_next_time(qtbot: QtBot, settings: QSettings) -> None:
    workspace = made(qtbot, settings)
    dock(workspace, "left").close()
    dock(workspace, "right").setFloating(True)
    workspace.show_layout("build")
    assert shown(workspace) == {"left", "right"}
    workspace.show_layout("train")
    assert shown(workspace) == {"right", "below"}
    workspace.remember()
    again = made(qtbot, settings)
    assert shown(again) == {"right", "below"}
    assert dock(again, "right").isFloating()


def test_a_layout_can_be_reset(qtbot: QtBot, settings: QSettings) -> None:
    workspace = made(qtbot, settings)
    dock(workspace, "left").close()
    dock(workspace, "right").setFloating(True)
    workspace.reset_layout()
    assert shown(workspace) == {"left", "right", "below"}
    assert not dock(workspace, "right").isFloating()
    assert shown(made(qtbot, settings)) == {"left", "right", "below"}


def test_arrangements_that_cannot_be_read_are_the_first_ones(qtbot: QtBot, settings: QSettings) -> None:
    settings.setValue("window/panes/train", b"nonsense")
    assert shown(made(qtbot, settings)) == {"left", "right", "below"}


def test_toggles_and_asking_show_a_pane(qtbot: QtBot, settings: QSettings) -> None:
    workspace = made(qtbot, settings)
    toggle = next(action for action in workspace.toggles() if action.objectName() == "pane.left")
    toggle.trigger()
    assert "left" not in shown(workspace)
    toggle.trigger()
    assert "left" in shown(workspace)
    workspace.show_pane("beside")
    assert "beside" in shown(workspace)


def test_the_title_floats_and_closes(qtbot: QtBot, settings: QSettings) -> None:
    workspace = made(qtbot, settings)
    left = dock(workspace, "left")
    button = left.findChild(QWidget, "dock_left_float")
    button.click()
    assert left.isFloating()
    assert button.toolTip() == "Put Left back into the window"
    button.click()
    assert not left.isFloating()
    left.findChild(QWidget, "dock_left_close").click()
    assert left.isHidden()


def test_the_keyboard_goes_from_pane_to_pane(qtbot: QtBot, settings: QSettings) -> None:
    workspace = made(qtbot, settings)
    workspace.activateWindow()
    stack = workspace.centralWidget()
    stack.setFocus()
    qtbot.waitUntil(stack.hasFocus)
    order = []
    for _ in range(4):
        workspace.focus_next()
        focus = QApplication.focusWidget()
        order.append(next((n for n in ("left", "right", "below") if dock(workspace, n).isAncestorOf(focus)), "stack"))
    assert order == ["left", "right", "below", "stack"]
