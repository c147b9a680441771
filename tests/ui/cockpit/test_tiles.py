import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.ui.cockpit.tiles import Cell, lay_out, mosaic, picture, sampled


def test_each_kernel_of_a_convolution_is_a_tile_for_one_input_map_at_a_time():
    weight = np.arange(5 * 16 * 3 * 3.0).reshape(5, 16, 3, 3)
    shown = picture(weight, None)
    assert (shown.unit, shown.n_maps) == ("kernel", 16)
    assert np.array_equal(shown.tiles(7)[4, 0], weight[4, 7])


def test_the_three_colours_of_a_kernel_are_side_by_side():
    weight = np.arange(5 * 3 * 3 * 3.0).reshape(5, 3, 3, 3)
    shown = picture(weight, None)
    assert shown.n_maps == 1
    assert np.array_equal(shown.tiles(0), weight)


def test_a_kernel_of_one_value_has_no_pattern_so_all_are_one_matrix():
    weight = np.arange(20.0).reshape(5, 4, 1, 1)
    shown = picture(weight, None)
    assert shown.is_matrix
    assert shown.values[3, 2] == weight[2, 3, 0, 0]


def test_each_unit_that_sees_the_image_is_an_image():
    weight = np.arange(64 * 5.0).reshape(64, 5)
    shown = picture(weight, (1, 8, 8))
    assert shown.unit == "unit"
    assert np.array_equal(shown.tiles(0)[2, 0], weight[:, 2].reshape(8, 8))


def test_a_dense_weight_of_other_inputs_is_one_matrix():
    weight = np.zeros((10, 5))
    assert picture(weight, None).is_matrix
    assert picture(weight, (1, 8, 8)).is_matrix


def test_a_full_rectangle_is_preferred_to_slightly_larger_tiles():
    layout = lay_out((16, 1, 3, 3), (352, 140))
    assert (layout.columns, layout.rows) == (8, 2)


def test_tiles_that_would_become_too_small_scroll():
    layout = lay_out((4096, 1, 3, 3), (352, 140))
    assert not layout.fits
    assert layout.tile == (24, 24)
    assert layout.visible_rows == 4


SHAPES = st.tuples(st.integers(1, 600), st.sampled_from([1, 3]), st.integers(1, 28), st.integers(1, 28))


@given(SHAPES, st.integers(20, 1500), st.integers(10, 900), st.sampled_from([1.0, 1.5, 2.0]))
def test_all_that_is_visible_is_inside_of_the_room(shape, width, height, ratio):
    layout = lay_out(shape, (width, height), ratio)
    (across, down), (gap_x, gap_y) = layout.pitch, layout.gap
    smallest = layout.tile
    assert layout.columns * across - gap_x <= max(width, smallest[0])
    assert min(layout.rows, layout.visible_rows) * down - gap_y <= max(height, smallest[1])
    assert layout.scale >= 1


@given(SHAPES, st.data())
def test_the_value_found_at_a_place_is_the_one_painted_there(shape, data):
    layout = lay_out(shape, (400, 300))
    n = min(shape[0], layout.visible_rows * layout.columns)
    values = np.arange(1, n * np.prod(shape[1:]) + 1, dtype=np.uint32).reshape(n, *shape[1:])
    painted = mosaic(values, layout)
    y, x = data.draw(st.integers(0, painted.shape[0] - 1)), data.draw(st.integers(0, painted.shape[1] - 1))
    cell = layout.cell_at(x, y, 0)
    assert painted[y, x] == (0 if cell is None else values[cell.tile, cell.part, cell.row, cell.column])


def test_scrolled_rows_count_at_a_place():
    layout = lay_out((4096, 1, 3, 3), (352, 140))
    assert layout.cell_at(0, 0, 5) == Cell(5 * layout.columns, 0, 0, 0)
    assert layout.cell_at(10_000, 0, 0) is None
    assert layout.cell_at(-5, 0, 0) is None


@pytest.mark.parametrize(("length", "places"), [(5, 10), (10, 10), (144, 140), (1000, 1)])
def test_of_too_many_rows_real_ones_are_chosen_in_order(length, places):
    chosen = sampled(length, places)
    assert len(chosen) == min(length, places)
    assert (np.diff(chosen) >= 1).all()
    assert chosen.max(initial=0) < length
