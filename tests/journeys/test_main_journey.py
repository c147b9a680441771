"""The main job with a real mouse: build, play, watch, save, close, open, and everything is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.journeys.studio import Studio

pytestmark = pytest.mark.journey

HISTORY = "window().trainer.history"
CURVES = f"[list(map(float, {HISTORY}.losses)), [row.val_accuracy for row in {HISTORY}.epochs]]"
WEIGHTS = "{'/'.join(key): float(abs(a).sum()) for key, a in window().document.project.trained.weights.items()}"


def save_as(studio: Studio, path: Path) -> None:
    studio.key("ctrl+s")
    studio.until("QApplication.activeModalWidget()")
    studio.key("ctrl+a")
    studio.type(str(path))
    studio.key("Return")
    studio.until("window().document.path and not window().document.modified")


def state(studio: Studio) -> dict[str, Any]:
    return {
        "layers": studio.ask("[(layer.id, layer.name, str(layer.layer)) for layer in window().document.design.layers]"),
        "curves": studio.ask(CURVES),
        "weights": studio.ask(WEIGHTS),
        "shown": studio.ask("widget('accuracy_validation').accessibleName()"),
    }


def test_build_play_save_close_open(display: str, home: Path) -> None:
    project = home / "mine.slug"
    with Studio(display, home) as studio:
        # A second convolution, dragged between the first and the pooling.
        x, above = studio.ask("card(1)")
        _, below = studio.ask("card(2)")
        studio.drag(studio.ask("entry('Convolution')"), (x, (above + below) // 2))
        studio.until("len(names()) == 7")
        assert studio.ask("names()[:3]") == ["convolution_1", "convolution_2", "max_pooling_1"]
        assert studio.ask("window().document.selection == (window().document.design.layers[1].id,)")

        # Its kernel size, typed into the form.
        studio.click("field_kernel_size_height")
        studio.key("ctrl+a")
        studio.type("2")
        studio.key("Tab")
        studio.key("ctrl+a")
        studio.type("2")
        studio.until("window().document.design.layers[1].layer.kernel_size == (2, 2)")
        assert studio.ask("window().stack.stack_model.card(2).shape") == "16 × 5 × 5"

        # Enough epochs for a person to watch.
        studio.click("propertiesTraining")
        studio.click("training_epochs")
        studio.key("ctrl+a")
        studio.type("5000")
        studio.until("window().document.design.training.epochs == 5000")

        # Play, and watch the accuracy rise.
        studio.click("button_train.play")
        studio.until("window().trainer.phase == 'running'")
        studio.until("len(window().trainer.history.epochs) >= 1")
        first = studio.ask("window().trainer.history.epochs[0].val_accuracy")
        studio.until("(window().trainer.history.epochs[-1].val_accuracy or 0) > 0.9")
        assert studio.ask("window().trainer.history.epochs[-1].val_accuracy") > first

        # Pause, save, close.
        studio.click("button_train.play")
        studio.until("window().trainer.phase == 'paused' and window().document.project.trained is not None")
        save_as(studio, project)
        before = state(studio)
        assert studio.close() == 0
    assert project.stat().st_size > 10_000

    with Studio(display, home, str(project)) as studio:
        studio.until("'–' not in widget('accuracy_validation').accessibleName()")
        after = state(studio)
        assert after["layers"] == before["layers"]
        assert after["curves"] == before["curves"]
        assert after["weights"] == before["weights"]
        assert after["shown"] == before["shown"]

        # And it goes on learning from where it was.
        n = len(after["curves"][0])
        studio.key("F5")
        studio.until(f"len(window().trainer.history.losses) > {n}")
        np.testing.assert_array_equal(studio.ask(CURVES)[0][:n], after["curves"][0])
        studio.key("shift+F5")
        studio.until("window().trainer.phase == 'idle'")
