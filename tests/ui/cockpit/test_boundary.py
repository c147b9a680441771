import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from slugstudio.datasets import Circles
from slugstudio.ui import theme
from slugstudio.ui.cockpit import colours
from slugstudio.ui.cockpit.boundary import BoundaryPane
from slugstudio.ui.cockpit.field import N
from slugstudio.ui.cockpit.plane import MOST_POINTS, SENTENCE, STRENGTH

X = np.array([[-1, -1], [1, 1], [1, -1], [-1, 1]], np.float32)
Y = np.array([0, 1, 0, 1])
LEFT_OR_RIGHT = np.where(np.tile(np.arange(N) < N / 2, N)[:, None], [1.0, 0.0], [0.0, 1.0])


@pytest.fixture
def pane(qtbot):
    pane = BoundaryPane()
    qtbot.addWidget(pane)
    pane.resize(300, 220)
    pane.show()
    pane.show_data(X, Y, np.array([False, False, True, True]), ("Low", "High"))
    return pane


def colour_at(pane, x, y):
    """Return the colour painted at the raw coordinates."""
    right, down = pane.plane.square.placed(np.array([[x, y]]))[0]
    rect = pane.plane.square_rect()
    image = pane.plane.grab().toImage()
    return image.pixelColor(round(rect.left() + right * rect.width()), round(rect.top() + down * rect.height()))


def close(one, other):
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) < 40


def field_of(hue):
    shown = theme.current()
    mixed = colours.rgb(shown.neutral) * (1 - STRENGTH) + colours.rgb(hue) * STRENGTH
    return shown.pane.fromRgb(*mixed.round().astype(int).tolist())


def test_without_data_one_sentence_is_there(qtbot):
    pane = BoundaryPane()
    qtbot.addWidget(pane)
    assert pane.plane.accessibleDescription() == SENTENCE
    assert pane.grid().shape == (N * N, 2)


def test_the_field_has_the_hue_of_the_likelier_class(pane):
    pane.show_field(LEFT_OR_RIGHT)
    assert close(colour_at(pane, -0.5, 0), field_of(theme.LIGHT.negative))
    assert close(colour_at(pane, 0.5, 0), field_of(theme.LIGHT.positive))


def test_one_column_of_probabilities_is_the_second_class(pane):
    pane.show_field(LEFT_OR_RIGHT[:, 1:])
    assert close(colour_at(pane, -0.5, 0), field_of(theme.LIGHT.negative))
    assert close(colour_at(pane, 0.5, 0), field_of(theme.LIGHT.positive))


def test_the_line_is_where_the_class_changes(pane):
    pane.show_field(LEFT_OR_RIGHT)
    assert close(colour_at(pane, 0, 0), theme.LIGHT.text)


def test_the_top_row_has_the_largest_second_coordinate(pane):
    upper = np.where(pane.grid()[:, 1:] > 0, [0.0, 1.0], [1.0, 0.0])
    pane.show_field(upper)
    assert close(colour_at(pane, 0, 0.7), field_of(theme.LIGHT.positive))
    assert close(colour_at(pane, 0, -0.7), field_of(theme.LIGHT.negative))


def test_training_points_are_filled_and_validation_points_are_rings(pane):
    light = theme.LIGHT
    assert close(colour_at(pane, -1, -1), light.negative)
    assert close(colour_at(pane, 1, 1), light.positive)
    for at, hue in (((1, -1), light.negative), ((-1, 1), light.positive)):
        hole = colour_at(pane, *at)
        assert sum(hole.getRgb()) > sum(hue.getRgb()) + 100


def test_the_grid_is_that_of_the_data_shown(pane):
    assert pane.grid().max(axis=0) == pytest.approx([1.2 - 1.2 / N] * 2)
    pane.show_data(X + 10, Y, np.zeros(4, bool), ("Low", "High"))
    assert pane.grid().min(axis=0) == pytest.approx([8.8 + 1.2 / N] * 2)


def test_the_field_of_other_data_goes(pane):
    pane.show_field(LEFT_OR_RIGHT)
    pane.show_data(X, Y, np.zeros(4, bool), ("Low", "High"))
    assert close(colour_at(pane, 0.5, 0), theme.LIGHT.neutral)


def test_coordinates_and_probabilities_are_told(pane):
    pane.show_field(np.tile([[0.25, 0.75]], (N * N, 1)))
    rect = pane.plane.square_rect()
    told = pane.plane.text_at(rect.center()).replace("\u202f", " ")
    assert told == "(0, 0)\nLow: 25 %\nHigh: 75 %"
    assert pane.plane.text_at(QPointF(1, 1)) == ""


def test_of_many_points_some_are_shown_and_the_note_says_so(pane):
    dataset = Circles(n_samples=5000).load()
    pane.show_data(dataset.x, dataset.y, np.zeros(5000, bool), dataset.classes)
    assert pane.plane.n_shown <= MOST_POINTS
    assert pane.header.note == "1,000 of 5,000 points"


def test_cleared_it_shows_the_sentence_again(pane):
    pane.clear()
    assert pane.plane.accessibleDescription() == SENTENCE
    assert pane.header.note == ""


def test_colours_follow_the_theme(pane):
    theme.manager().choose("dark")
    assert close(colour_at(pane, 1, 1), theme.DARK.positive)


@pytest.mark.parametrize("size", [(220, 170), (300, 220), (240, 320), (1200, 800)])
@pytest.mark.parametrize("n_classes", [2, 10])
def test_the_square_and_its_axes_are_inside_at_every_size(pane, size, n_classes):
    pane.show_data(X, Y, np.zeros(4, bool), tuple(f"Cluster {place + 1}" for place in range(n_classes)))
    pane.resize(*size)
    rect = pane.plane.square_rect()
    assert rect.width() == rect.height() >= 60
    assert pane.plane.rect().contains(rect.toAlignedRect().adjusted(-20, 0, 0, 14))


def test_the_tooltip_says_what_is_under_the_mouse(pane, monkeypatch):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_rest: told.append(text))
    at = pane.plane.square_rect().center().toPoint()
    QApplication.sendEvent(pane.plane, QHelpEvent(QEvent.Type.ToolTip, at, pane.plane.mapToGlobal(at)))
    assert told == [pane.plane.text_at(QPointF(at))]
