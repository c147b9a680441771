"""Exporting with a real mouse: chosen, named, proven, told."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from tests.journeys.studio import Studio

pytestmark = pytest.mark.journey


def test_what_was_trained_up_to_now_is_exported_and_proven(display: str, home: Path) -> None:
    with Studio(display, home) as studio:
        studio.key("F5")
        studio.until("len(window().trainer.history.epochs) >= 2")
        studio.key("ctrl+e")
        studio.until("window().exports.isVisible()")
        studio.click("exportVectors")
        studio.click("export_onnx")
        studio.until("QApplication.activeModalWidget()")
        studio.key("ctrl+a")
        studio.type(str(home / "digits.onnx"))
        studio.key("Return")
        studio.until("'Proven by onnxruntime' in window().notices.text")
        assert not studio.ask("window().exports.isVisible()")
        epochs = {each.key: each.value for each in onnx.load(home / "digits.onnx").metadata_props}["epochs"]
        assert int(epochs) >= 2
        assert (home / "digits.vectors.npz").is_file()
        studio.key("Escape")
        studio.until("not window().notices.isVisible()")
        assert studio.process.poll() is None
