"""LeNet-5 from an empty stack: by drags alone in the light theme, and by keys alone in the dark one; both learn.

LeCun, Bottou, Bengio, Haffner (1998): 6 and 16 kernels of 5x5, each with subsampling after it, 120 kernels of 5x5 on
what is left, 84 units and 10 classes; tanh throughout. Its images of 32x32 are those of 28x28 with an edge, which same
padding gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slugstudio.engine.activation import Softmax, Tanh
from slugstudio.engine.layers import Convolution, Dense, Flatten, Layer, MeanPooling
from slugstudio.project import Project
from slugstudio.project.design import Design
from slugstudio.project.files import save
from tests.journeys.studio import Studio

pytestmark = pytest.mark.journey

Setting = tuple[str, str]
"""The end of a field's name and what is typed into it."""

CONVOLUTION = "Convolution"
LENET: tuple[tuple[str, tuple[Setting, ...]], ...] = (
    (
        CONVOLUTION,
        (
            ("nb_kernel", "6"),
            ("kernel_size_height", "5"),
            ("kernel_size_width", "5"),
            ("activation", "t"),
            ("more", ""),
            ("padding_choice", "s"),
        ),
    ),
    ("Mean pooling", ()),
    (
        CONVOLUTION,
        (
            ("nb_kernel", "16"),
            ("kernel_size_height", "5"),
            ("kernel_size_width", "5"),
            ("activation", "t"),
        ),
    ),
    ("Mean pooling", ()),
    (
        CONVOLUTION,
        (
            ("nb_kernel", "120"),
            ("kernel_size_height", "5"),
            ("kernel_size_width", "5"),
            ("activation", "t"),
        ),
    ),
    ("Flatten", ()),
    ("Dense", (("outshape", "84"), ("activation", "t"))),
    ("Dense", (("outshape", "10"), ("activation", "softmax"))),
)

BUILT: tuple[Layer, ...] = (
    Convolution(6, 5, activation=Tanh(), padding="same"),
    MeanPooling(2),
    Convolution(16, 5, activation=Tanh()),
    MeanPooling(2),
    Convolution(120, 5, activation=Tanh()),
    Flatten(),
    Dense(84, activation=Tanh()),
    Dense(10, activation=Softmax()),
)

LAYERS = "[repr(each.layer) for each in window().document.design.layers]"


@contextmanager
def empty(display: str, home: Path) -> Iterator[Studio]:
    """Open a project without layers; its training, that of a new project, stays."""
    path = home / "lenet.slug"
    save(Project(Design()), path)
    with Studio(display, home, str(path)) as studio:
        studio.until("names() == []")
        yield studio


def in_sight(studio: Studio, field: str) -> None:
    """Wait until a field is there and stays where it is, and turn the wheel until all of it can be clicked."""
    studio.until(f"widget({field!r}).isEnabled()")
    whole = f"widget({field!r}).visibleRegion().boundingRect() == widget({field!r}).rect()"
    left, middle = studio.ask("[window().properties.mapToGlobal(QPoint(4, 0)).x(), middle(window().properties)[1]]")
    for _ in range(20):
        if studio.ask(whole):
            break
        studio.xdotool("mousemove", "--sync", left, middle, "sleep", 0.05, "click", 5, "sleep", 0.1)
    before = None
    while before != (before := studio.ask(f"middle(widget({field!r}))")):
        pass


def set_by_mouse(studio: Studio, name: str, text: str) -> None:
    field = f"field_{name}"
    in_sight(studio, field)
    if name == "more":
        if not studio.ask("widget('field_more').isChecked()"):
            studio.click(field)
            studio.until("widget('field_more').isChecked()")
        return
    studio.click(field)
    if text.isdigit():
        studio.key("ctrl+a")
        studio.type(text)
        studio.key("Tab")
    else:
        studio.until(f"widget({field!r}).view().isVisible()")
        studio.type(text)
        studio.key("Return")
        studio.until(f"not widget({field!r}).view().isVisible()")


def go_by_keys(studio: Studio, name: str) -> None:
    """Press Tab until the widget with this name has the focus."""
    here = "QApplication.focusWidget().objectName()"
    for _ in range(60):
        if studio.ask(here) == name or studio.ask("QApplication.focusWidget().parent().objectName()") == name:
            return
        studio.key("Tab")
    raise AssertionError(f"Tab does not lead to {name}, but to {studio.ask(here)}")


def set_by_keys(studio: Studio, name: str, text: str) -> None:
    go_by_keys(studio, f"field_{name}")
    if name == "more":
        if not studio.ask("widget('field_more').isChecked()"):
            studio.key("space")
    elif text.isdigit():
        studio.key("ctrl+a")
        studio.type(text)
        studio.key("Return")
    else:
        studio.type(text)


def learns(studio: Studio) -> None:
    """Press Play, and wait until more than half of the validation samples are named rightly."""
    assert studio.ask("window().document.analysis.playable")
    studio.key("F5")
    studio.until("(window().trainer.history.epochs[-1].val_accuracy or 0) > 0.6")
    studio.key("F5")
    studio.until("window().trainer.phase == 'paused'")


def test_lenet_by_drags_in_the_light_theme(display: str, home: Path, artefacts: Path) -> None:
    with empty(display, home) as studio:
        studio.click("button_view.build")
        studio.until("not window().cockpit.isVisible()")
        studio.screenshot(artefacts / "lenet-drags-1-empty.png")
        studio.drag(studio.ask("entry('Fashion')"), studio.ask("card(0)"))
        studio.until("window().document.design.data.source.kind == 'FashionSmall'")
        for place, (label, settings) in enumerate(LENET):
            x, y = studio.ask(f"card({place})")
            studio.drag(studio.ask(f"entry({label!r})"), (x, y + 45))
            studio.until(f"len(names()) == {place + 1}")
            for name, text in settings:
                set_by_mouse(studio, name, text)
            studio.until(f"{LAYERS}[-1] == {repr(BUILT[place])!r}")
        assert studio.ask(LAYERS) == [repr(layer) for layer in BUILT]
        assert studio.ask("window().document.analysis.n_parameters") == 61_706
        studio.screenshot(artefacts / "lenet-drags-2-built.png")
        studio.click("button_view.train")
        studio.click("stack")
        learns(studio)
        studio.screenshot(artefacts / "lenet-drags-3-learned.png")


def test_lenet_by_keys_in_the_dark_theme(display: str, home: Path, artefacts: Path) -> None:
    with empty(display, home) as studio:
        choose_dark(studio)
        studio.key("ctrl+1")
        studio.until("not window().cockpit.isVisible()")
        go_by_keys(studio, "paletteSearch")
        studio.type("fashion")
        studio.key("Return")
        studio.until("window().document.design.data.source.kind == 'FashionSmall'")
        for place, (label, settings) in enumerate(LENET):
            go_by_keys(studio, "stack")
            studio.key("End", "Insert")
            studio.until("window().quick_add.box is not None and window().quick_add.box.isVisible()")
            studio.type(label.lower())
            if place == 2:
                studio.screenshot(artefacts / "lenet-keys-1-adding.png")
            studio.key("Return")
            studio.until(f"len(names()) == {place + 1}")
            for name, text in settings:
                set_by_keys(studio, name, text)
            studio.until(f"{LAYERS}[-1] == {repr(BUILT[place])!r}")
        assert studio.ask(LAYERS) == [repr(layer) for layer in BUILT]
        studio.screenshot(artefacts / "lenet-keys-2-built.png")
        studio.key("ctrl+2")
        learns(studio)
        studio.screenshot(artefacts / "lenet-keys-3-learned.png")


def choose_dark(studio: Studio) -> None:
    """Choose the dark theme through the menus, by keys."""
    for menu, entry in (("View", "Appearance"), ("", "Dark")):
        studio.key("alt+v" if menu else "Right")
        for _ in range(30):
            studio.until("QApplication.activePopupWidget() is not None")
            action = studio.ask("getattr(QApplication.activePopupWidget().activeAction(), 'text', str)()")
            if action == entry:
                break
            studio.key("Down")
    studio.key("Return")
    studio.until("__import__('slugstudio.ui.theme', fromlist=['current']).current().is_dark")
