from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from slugstudio.ui.cockpit.thumbnails import grey


def levels(image: QImage) -> list[list[int]]:
    return [[image.pixelColor(x, y).red() for x in range(image.width())] for y in range(image.height())]


def test_the_smallest_is_black_and_the_largest_white() -> None:
    assert levels(grey(np.array([[-2.0, 0.0, 2.0], [2.0, -1.0, 1.0]]))) == [[0, 127, 255], [255, 63, 191]]


def test_a_picture_of_one_value_is_black() -> None:
    assert levels(grey(np.full((2, 2), 7.0))) == [[0, 0], [0, 0]]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_became_infinite_are_black(value: float) -> None:
    assert levels(grey(np.array([[value, 1.0]]))) == [[0, 0]]


def test_the_layout_of_the_array_in_memory_does_not_matter() -> None:
    values = np.arange(6.0).reshape(2, 3)
    assert levels(grey(values.T)) == [[0, 153], [51, 204], [102, 255]]
