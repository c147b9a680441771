"""Pictures of activations and first weights are those of the engine."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from slugstudio.engine.activation import Activation, ReLU, Softmax
from slugstudio.engine.initializations import Initializer
from slugstudio.engine.optimizers import SGD
from slugstudio.ui import theme
from slugstudio.ui.curve_picture import FANS, CurvePicture, picture_of


@pytest.fixture
def widget(qtbot: QtBot) -> CurvePicture:
    widget = CurvePicture()
    qtbot.addWidget(widget)
    widget.resize(240, 100)
    return widget


@pytest.mark.parametrize("kind", [*Activation.kinds.values(), *Initializer.kinds.values()], ids=lambda kind: kind.kind)
def test_every_kind_is_drawn_in_both_themes(kind: type[Activation] | type[Initializer], widget: CurvePicture) -> None:
    picture = picture_of(kind())
    assert picture is not None
    widget.show_picture(picture)
    light = widget.grab().toImage()
    assert len({light.pixelColor(x, y).name() for x in range(240) for y in range(84)}) > 3
    theme.manager().choose("dark")
    assert widget.grab().toImage() != light
    assert widget.accessibleName() == picture.caption


def test_an_activation_shows_itself_and_its_slope() -> None:
    picture = picture_of(ReLU())
    assert picture is not None
    np.testing.assert_array_equal(picture.curves[0], np.maximum(picture.x, 0))
    assert set(picture.curves[1]) == {0.0, 1.0}


def test_softmax_is_drawn_beside_a_zero() -> None:
    picture = picture_of(Softmax())
    assert picture is not None
    np.testing.assert_allclose(picture.curves[0], 1 / (1 + np.exp(-picture.x)))


def test_first_weights_are_all_counted() -> None:
    for kind in Initializer.kinds.values():
        picture = picture_of(kind())
        assert picture is not None
        assert picture.curves[0].sum() == FANS[0] * FANS[1], kind


def test_what_has_no_picture_takes_no_room(widget: CurvePicture) -> None:
    widget.show()
    widget.show_picture(picture_of(SGD()))
    assert not widget.isVisible()
    assert widget.picture is None
