"""Long stacks and many edits: a layer is dragged to the other end, several are changed together, all is undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from slugstudio.datasets import Digits
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.layers import Dense, Dropout, Flatten
from slugstudio.project import Project, save
from slugstudio.project.design import DataChoice
from tests.journeys.studio import Studio
from tests.project.made import stack

pytestmark = pytest.mark.journey


def test_a_layer_is_dragged_through_a_stack_of_forty(display: str, home: Path, artefacts: Path) -> None:
    layers = [Flatten(), *(layer for _ in range(19) for layer in (Dense(16, activation=ReLU()), Dropout(0.1)))]
    path = home / "long.slug"
    save(Project(stack([*layers, Dense(10, activation=Softmax())], DataChoice(Digits()))), path)
    with Studio(display, home, str(path)) as studio:
        studio.key("ctrl+1")
        x, y = studio.ask("card(3)")  # dropout_1; the stack is scrolled to its top
        view = "widget('stack').viewport()"
        bottom = studio.ask(f"{view}.mapToGlobal(QPoint(0, {view}.height() - 12)).y()")
        moves = ["mousemove", "--sync", x, y, "sleep", 0.05, "mousedown", 1, "sleep", 0.05]
        for step in range(1, 13):
            moves += ["mousemove", x, y + (bottom - y) * step // 12, "sleep", 0.025]
        studio.xdotool(*moves)
        bar = "widget('stack').verticalScrollBar()"
        for nudge in range(400):
            studio.xdotool("mousemove", x + nudge % 2, bottom, "sleep", 0.05)
            if studio.ask(f"{bar}.value() == {bar}.maximum()"):
                break
        studio.screenshot(artefacts / "stack-1-dragged.png")
        studio.xdotool("sleep", 0.2, "mouseup", 1)
        studio.until("names().index('dropout_1') > 35")
        studio.key("ctrl+z")
        studio.until("names()[2] == 'dropout_1'")


def test_several_layers_are_changed_together_and_all_is_undone(display: str, home: Path, artefacts: Path) -> None:
    with Studio(display, home) as studio:
        studio.key("ctrl+1")
        start = studio.ask("repr(window().document.design.layers)")
        studio.click(studio.ask("card(5)"))
        studio.xdotool("keydown", "ctrl")
        studio.click(studio.ask("card(6)"))
        studio.xdotool("keyup", "ctrl")
        studio.until("len(window().document.selection) == 2")
        studio.click("field_outshape")
        studio.key("ctrl+a")
        studio.type("10")
        studio.key("Tab")
        studio.until("[each.layer.outshape for each in window().document.design.layers[4:]] == [10, 10]")
        studio.screenshot(artefacts / "stack-2-several.png")
        studio.click(studio.ask("card(4)"))
        studio.key("ctrl+slash")
        studio.until("not window().document.design.layers[3].enabled")
        studio.click(studio.ask("card(1)"))
        studio.key("ctrl+c", "ctrl+v")
        studio.until("len(names()) == 7")
        studio.key("ctrl+shift+f")
        studio.until("window().document.place == 4")
        studio.screenshot(artefacts / "stack-3-edited.png")
        studio.key(*["ctrl+z"] * 4)
        studio.until("window().document.place == 0")
        assert studio.ask("repr(window().document.design.layers)") == start
        studio.key(*["ctrl+shift+z"] * 4)
        studio.until("window().document.place == 4")
