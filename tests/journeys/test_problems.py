"""A stack that is broken in six ways, one after the other, and mended by the offered fixes, with the mouse alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from slugstudio.datasets.preprocessing import Unchanged
from slugstudio.engine.activation import Noop, ReLU, Softmax
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, MaxPooling
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from slugstudio.project.files import save
from tests.journeys.studio import Studio
from tests.project.made import stack

pytestmark = pytest.mark.journey

BROKEN = stack(
    [
        MaxPooling(4),
        Convolution(8, 5),
        Dense(32, activation=Noop()),
        Dropout(0.9),
        Dense(3, activation=ReLU()),
    ],
    DataChoice(preprocessing=Unchanged()),
)

FIXES = (
    ("no_room", "Use same padding"),
    ("flat", "Insert Flatten before it"),
    ("units", "Set dense_2 to 10 units"),
    ("activation", "Set the activation to Softmax"),
    ("dropout", "Use a rate of 0.5"),
    ("linear", "Use ReLU in dense_1"),
    ("unscaled", "Scale to 0 to 1"),
)

TEXTS = "[b.text() for card in window().problems.cards for b in card.findChildren(QPushButton)]"


def fix(text: str) -> str:
    return f"next(b for c in window().problems.cards for b in c.findChildren(QPushButton) if b.text() == {text!r})"


def test_each_fault_is_mended_by_its_fix(display: str, home: Path, artefacts: Path) -> None:
    path = home / "broken.slug"
    save(Project(BROKEN), path)
    with Studio(display, home, str(path)) as studio:
        studio.click("problems")
        studio.until("window().problems.isVisible() and window().problems.cards")
        studio.screenshot(artefacts / "problems-broken.png")
        for name, text in FIXES:
            studio.until(f"{text!r} in {TEXTS}")
            studio.ask(f"window().problems.area.ensureWidgetVisible({fix(text)}, 0, 0)")
            studio.click(studio.ask(f"middle({fix(text)})"))
            studio.until(f"{text!r} not in {TEXTS}")
            studio.screenshot(artefacts / f"problems-{name}.png")
        studio.until("window().problems.empty.isVisible() and window().document.analysis.problems == ()")
        layers = studio.ask("[repr(each.layer) for each in window().document.design.layers]")
        mended = (
            MaxPooling(4),
            Convolution(8, 5, padding="same"),
            Flatten(),
            Dense(32, activation=ReLU()),
            Dropout(0.5),
            Dense(10, activation=Softmax()),
        )
        assert layers == [repr(layer) for layer in mended]
        for _ in FIXES:
            studio.key("ctrl+z")
        studio.until("not window().document.can_undo")
        assert studio.ask("len(window().document.analysis.problems)") >= 1
        assert studio.ask("names()") == ["max_pooling_1", "convolution_1", "dense_1", "dropout_1", "dense_2"]


def test_the_mark_of_a_card_offers_what_mends_it(display: str, home: Path, artefacts: Path) -> None:
    path = home / "broken.slug"
    save(Project(BROKEN), path)
    with Studio(display, home, str(path)) as studio:
        x, y, width, height = studio.ask(
            "(lambda s: (lambda r: [s.viewport().mapToGlobal(r.topLeft()).x(), s.viewport().mapToGlobal(r.topLeft())"
            ".y(), r.width(), r.height()])(s._card_rect(2)))(window().stack)"
        )
        assert width > height
        studio.click((x + 27, y + 40))
        studio.until("widget('quickFixes').isVisible()")
        studio.screenshot(artefacts / "problems-menu.png")
        studio.key("Return")
        studio.until("window().document.design.layers[1].layer.padding == 'same'")
        studio.key("ctrl+z")
        studio.until("window().document.design.layers[1].layer.padding == 'valid'")
        studio.key("ctrl+period")
        studio.until("widget('quickFixes').isVisible()")
        studio.key("Down", "Return")
        studio.until("window().document.design.layers[1].layer.kernel_size == (2, 2)")
