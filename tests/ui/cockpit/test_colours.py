import numpy as np
import pytest

from slugstudio.ui import theme
from slugstudio.ui.cockpit import colours
from slugstudio.ui.cockpit.labels import number, percent, signed

THEMES = pytest.mark.parametrize("shown", [theme.LIGHT, theme.DARK], ids=["light", "dark"])


@THEMES
def test_the_ends_and_the_middle_of_signed_values_have_their_roles(shown):
    table = colours.signed_table(shown)
    pixels = colours.signed_pixels(np.array([[-2.0, 0.0, 2.0]], np.float32), 2.0, table)
    assert pixels.tolist() == [[shown.negative.rgba(), shown.neutral.rgba(), shown.positive.rgba()]]


def test_beyond_the_limit_the_shade_is_that_of_the_limit_and_no_number_has_its_own():
    table = colours.signed_table(theme.LIGHT)
    pixels = colours.signed_pixels(np.array([-np.inf, 9.0, np.nan], np.float32), 2.0, table)
    assert pixels.tolist() == [theme.LIGHT.negative.rgba(), theme.LIGHT.positive.rgba(), theme.LIGHT.error.rgba()]


def test_the_limit_rises_at_once_and_comes_down_slowly():
    limit = colours.Limit()
    assert limit.follow(np.full(9, 2.0)) == 2
    assert limit.follow(np.full(9, -4.0)) == 4
    falling = [limit.follow(np.full(9, 1.0)) for _ in range(200)]
    assert falling[0] > 3.5
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == pytest.approx(1, abs=0.01)


def test_neither_an_outlier_nor_what_is_no_number_rules_the_limit():
    values = np.ones(1000)
    values[3:6] = 1e6, np.nan, np.inf
    assert colours.Limit().follow(values) == 1
    assert colours.Limit().follow(np.full(3, np.nan)) > 0


def test_the_limit_begins_anew_after_reset():
    limit = colours.Limit()
    limit.follow(np.full(9, 8.0))
    limit.reset()
    assert limit.follow(np.full(9, 1.0)) == 1


@THEMES
def test_ten_classes_have_ten_hues_that_stand_out_from_the_pane(shown):
    hues = colours.class_colours(10, shown)
    assert len({hue.name() for hue in hues}) == 10
    assert all(contrast(hue, shown.pane) >= 3 for hue in hues)


@THEMES
def test_a_field_is_neutral_where_undecided_and_of_a_class_where_sure(shown):
    hues = colours.class_colours(3, shown)
    probabilities = np.array([[[1 / 3, 1 / 3, 1 / 3], [0, 0, 1]]])
    assert colours.mixed(probabilities, hues, shown, 1.0).tolist() == [[shown.neutral.rgba(), hues[2].rgba()]]


def test_an_image_keeps_its_pixels():
    pixels = np.array([[0xFF112233, 0xFF445566, 0xFF778899]], np.uint32)
    image = colours.image(pixels)
    assert [image.pixel(x, 0) for x in range(3)] == pixels[0].tolist()


def test_numbers_as_people_read_them():
    assert [number(-0.8234), number(1234.5), signed(0.8), signed(0.0)] == ["\u22120.82", "1,234", "+0.8", "0"]
    assert [percent(part).replace("\u202f", " ") for part in (0, 0.001, 0.944, 0.999, 1)] == [
        "0 %", "<1 %", "94 %", ">99 %", "100 %",
    ]  # fmt: skip


def contrast(one, other):
    """Return the contrast of two colours by WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
