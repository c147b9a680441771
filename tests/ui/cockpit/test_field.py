import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.ui.cockpit.field import N, Square, around, boundary, per_class

STEPS = (np.arange(N) + 0.5) / N
RIGHT, DOWN = np.meshgrid(STEPS, STEPS)


def test_the_grid_goes_row_by_row_from_the_top_left():
    grid = Square(left=-2, bottom=3, size=4).grid().reshape(N, N, 2)
    half = 2 / N
    assert grid[0, 0] == pytest.approx([-2 + half, 7 - half])
    assert grid[0, -1] == pytest.approx([2 - half, 7 - half])
    assert grid[-1, 0] == pytest.approx([-2 + half, 3 + half])
    assert grid.dtype == np.float32


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=20))
def test_the_square_holds_all_points_with_a_margin(points):
    points = np.array(points)
    placed = around(points).placed(points)
    assert ((placed > 0.05) & (placed < 0.95)).all()


def test_a_point_is_placed_where_the_grid_has_it():
    square = Square(1, 2, 3)
    assert square.placed(square.grid()[:1])[0] == pytest.approx([0.5 / N, 0.5 / N], abs=1e-6)


@pytest.mark.parametrize("square", [Square(-1, -1, 2), Square(0, 100, 0.03), Square(-7, -3, 1e4)])
def test_ticks_are_round_and_few(square):
    ticks = square.ticks()
    on_x = [tick for tick in ticks if square.left <= tick <= square.left + square.size]
    assert 2 <= len(on_x) <= 6


def test_one_probability_is_that_of_the_second_of_two_classes():
    found = per_class(np.full((N * N, 1), 0.25, np.float32))
    assert found.shape == (N, N, 2)
    assert found[3, 4] == pytest.approx([0.75, 0.25])


def softmax(*logits):
    parts = np.exp(np.stack(logits, axis=2))
    return parts / parts.sum(axis=2, keepdims=True)


def test_the_boundary_of_two_classes_is_where_they_are_equally_likely():
    distance = 20 * (np.hypot(RIGHT - 0.5, DOWN - 0.5) - 0.3)
    ends = boundary(softmax(distance, -distance)).reshape(-1, 2)
    assert len(ends) > 100
    assert np.hypot(*(ends - 0.5).T) == pytest.approx(np.full(len(ends), 0.3), abs=0.003)


def test_segments_of_a_boundary_follow_one_another():
    distance = 20 * (np.hypot(RIGHT - 0.5, DOWN - 0.5) - 0.3)
    ends = boundary(softmax(distance, -distance)).round(9)
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    _, counts = np.unique(ends.reshape(-1, 2), axis=0, return_counts=True)
    assert (counts == 2).all()
    assert lengths.sum() == pytest.approx(2 * np.pi * 0.3, rel=0.01)


def test_three_classes_have_three_lines_that_meet():
    angles = np.radians([90, 210, 330])
    logits = [30 * ((RIGHT - 0.5) * np.cos(a) + (DOWN - 0.5) * np.sin(a)) for a in angles]
    ends = boundary(softmax(*logits)) - 0.5
    total = np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum()
    # One line to the middle of the upper side, two that leave the square at the left and at the right.
    assert total == pytest.approx(0.5 + 2 * 0.5 / np.cos(np.radians(30)), rel=0.03)
    nearest = np.hypot(*ends.reshape(-1, 2).T).min()
    assert nearest < 1 / N


def test_where_one_class_is_always_ahead_there_is_no_boundary():
    assert boundary(softmax(np.ones((N, N)), np.zeros((N, N)), np.zeros((N, N)))).shape == (0, 2, 2)
