"""A trained network is widened with mouse and keys, and answers as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.studio import Studio

pytestmark = pytest.mark.journey

JUDGED = "__import__('slugstudio.project.session', fromlist=['Session']).Session(window().document.project).evaluate()"


def test_a_widened_network_has_the_same_accuracy(display: str, home: Path, artefacts: Path) -> None:
    with Studio(display, home) as studio:
        studio.key("F5")
        studio.until("window().document.project.epoch >= 60 and window().trainer.phase == 'idle'")
        studio.key("ctrl+1")
        before = studio.ask(JUDGED)
        assert before["accuracy"] > 0.9
        studio.click(studio.ask("card(5)"))
        studio.until("widget('field_outshape').isVisible()")
        studio.click("field_outshape")
        studio.key("ctrl+a")
        studio.type("96")
        studio.key("Tab")
        studio.until("window().document.design.layers[4].layer.outshape == 96")
        studio.click("weightsChanged")
        studio.until("widget('keepFunction_dense_1').isVisible()")
        studio.screenshot(artefacts / "keeping-1-widened.png")
        studio.click("keepFunction_dense_1")
        studio.until("window().document.undo_text == 'keep the function of dense_1'")
        studio.screenshot(artefacts / "keeping-2-kept.png")
        after = studio.ask(JUDGED)
        assert after["accuracy"] == before["accuracy"]
        assert after["loss"] == pytest.approx(before["loss"], rel=1e-4)
        # It goes on learning, and undo leads back to the network that was trained.
        studio.key("ctrl+z", "ctrl+z")
        studio.until("window().document.design.layers[4].layer.outshape == 64")
        assert studio.ask(JUDGED) == before
