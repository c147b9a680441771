"""What hands do: reorder, select, delete, draw, choose a template by keys, and close in the middle of it all."""

from __future__ import annotations

from pathlib import Path

import pytest

from slugstudio.project.templates import TEMPLATES
from tests.journeys.studio import Studio

pytestmark = pytest.mark.journey

STARTER = ["convolution_1", "max_pooling_1", "flatten_1", "dropout_1", "dense_1", "dense_2"]


def names(studio: Studio) -> list[str]:
    found: list[str] = studio.ask("names()")
    return found


def test_reorder_by_drag_delete_and_undo(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        # dropout_1 goes below dense_1.
        x, y = studio.ask("card(4)")
        _, below = studio.ask("card(5)")
        studio.drag((x, y), (x, below + 20))
        moved = ["convolution_1", "max_pooling_1", "flatten_1", "dense_1", "dropout_1", "dense_2"]
        studio.until(f"names() == {moved}")

        # Shift selects up to the first, Delete takes them all away, and each step comes back by itself.
        studio.click(studio.ask("card(1)"))
        studio.xdotool("keydown", "shift")
        studio.click(studio.ask("card(2)"))
        studio.xdotool("keyup", "shift")
        studio.until("len(window().document.selection) == 2")
        studio.key("Delete")
        studio.until("len(names()) == 4")
        studio.key("ctrl+z")
        studio.until(f"names() == {moved}")
        studio.key("ctrl+z")
        studio.until(f"names() == {STARTER}")
        studio.key("ctrl+shift+z")
        studio.until(f"names() == {moved}")


def test_a_stack_that_cannot_work_says_why_and_cannot_be_played(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        studio.click(studio.ask("card(3)"))
        studio.key("Delete")
        studio.until("not window().document.analysis.playable")
        assert "Dense needs a vector" in studio.ask("window().stack.stack_model.card(4).problem")
        assert not studio.ask("widget('button_train.play').isEnabled()")
        assert "dense_1: Dense needs a vector" in studio.ask("widget('button_train.play').toolTip()")
        # The palette by keys alone: a letter over the stack begins the search, Enter adds.
        studio.click(studio.ask("card(2)"))
        studio.type("flat")
        studio.key("Return")
        studio.until("window().document.analysis.playable")
        assert names(studio)[2] == "flatten_1"


def test_what_lies_in_a_residual_is_changed_by_mouse_and_keys(display: str, home: Path) -> None:
    inside = "[type(each).__name__ for each in window().document.design.layers[1].layer.layers]"
    with Studio(display, home) as studio:
        studio.key("ctrl+1")  # all of the form shows
        studio.until("not window().cockpit.isVisible()")
        studio.drag(studio.ask("entry('Residual')"), [studio.ask("card(1)")[0], studio.ask("card(1)")[1] + 30])
        studio.until("names()[1] == 'residual_1' and window().document.analysis.playable")
        two = ["Convolution", "Convolution"]
        assert studio.ask(inside) == two
        # A layer by the menu, which the keys go through; then by keys alone to its place.
        studio.click("field_layers_add")
        studio.until("widget('field_layers_add_menu').isVisible()")
        studio.key("Up", "Up", "Return")
        studio.until(f"{inside} == ['Convolution', 'BatchNormalization', 'Convolution']")
        studio.until("widget('field_layers_list').hasFocus()")
        studio.key("alt+Down")
        studio.until(f"{inside} == {[*two, 'BatchNormalization']}")
        studio.key("Up", "Delete")
        studio.until(f"{inside} == ['Convolution', 'BatchNormalization']")
        # Each is a step of its own, and the number of a layer inside is too.
        studio.key("ctrl+z", "ctrl+z", "ctrl+z")
        studio.until(f"{inside} == {two}")
        studio.click("field_layers_inside_nb_kernel")
        studio.key("Up", "Tab")
        studio.until("window().document.design.layers[1].layer.layers[1].nb_kernel == 17")
        assert studio.ask("window().document.undo_text") == "set layers inside of residual_1"
        studio.key("ctrl+z")
        studio.until("window().document.design.layers[1].layer.layers[1].nb_kernel == 16")


def test_a_drawn_one_is_read(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        studio.key("F5")
        studio.until("window().trainer.phase == 'idle' and window().document.project.epoch == 60")
        left, top = studio.ask("widget('drawingCanvas').mapToGlobal(QPoint(0, 0)).toTuple()")
        width, height = studio.ask("widget('drawingCanvas').size().toTuple()")
        stroke = ((0.44, 0.28), (0.54, 0.16), (0.54, 0.84))
        points = [(round(left + x * width), round(top + y * height)) for x, y in stroke]
        studio.drag(points[1], points[2])
        studio.drag(points[0], points[1])
        studio.until("window().preview._sample is not None and not window().preview._busy")
        assert studio.ask("widget('answerBars').accessibleDescription()").startswith("1 ")


def test_a_template_by_keys(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        studio.key("ctrl+n")
        studio.until("widget('templates').isVisible()")
        studio.key(*["Down"] * list(TEMPLATES).index("spiral"), "Return")
        studio.until("window().document.design.data.source.label == 'Spirals'")
        studio.until("widget('boundaryPane').isVisible()")
        studio.key("F5")
        studio.until("len(window().trainer.history.epochs) > 20")
        studio.key("F5")
        studio.until("window().trainer.phase == 'paused'")


def test_after_a_kill_the_work_is_offered_and_goes_on(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        studio.click(studio.ask("card(5)"))
        studio.key("Delete")
        studio.until("len(names()) == 5")
        names = studio.ask("names()")
        studio.ask("window().autosave.copy()")  # a minute later
        studio.until("list(window().autosave._slot.file.parent.glob('*.json')) if window().autosave._slot else []")
        studio.process.kill()
        studio.process.wait()
    with Studio(display, home) as studio:
        studio.until("window().recovered.isVisible()")
        studio.key("Return")  # the first copy's Open has the focus
        studio.until(f"names() == {names}")
        assert studio.ask("window().files.unsaved")
        studio.key("ctrl+q")
        studio.until("'not saved' in window().notices.text")
        studio.click("noticeAnswer1")
        assert studio.process.wait(20) == 0
    with Studio(display, home) as studio:
        assert not studio.ask("window().recovered.isVisible()")


def test_closing_while_it_trains_asks_and_ends_cleanly(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        studio.key("F5")
        studio.until("len(window().trainer.history.epochs) > 2")
        studio.key("ctrl+q")
        studio.until("'not saved' in window().notices.text")
        studio.click("noticeAnswer1")
        assert studio.process.wait(20) == 0
        assert studio.log.read_text() == ""
