import numpy as np
import pytest

from slugstudio.datasets import Dataset, Digits, FashionSmall
from slugstudio.project.session import Session
from slugstudio.project.templates import template
from slugstudio.ui.cockpit import drawing
from slugstudio.ui.cockpit.drawing import erased, to_sample
from tests.ui.cockpit.handwriting import ANGULAR, ROUND, line, placed

BAR = (line((0.5, 0.2), (0.5, 0.8)),)


@pytest.fixture(scope="module")
def digits():
    return Digits().load()


@pytest.fixture(scope="module")
def fashion():
    return FashionSmall().load()


@pytest.fixture(scope="module")
def mnist():
    """Return a data set that looks like MNIST to whoever draws."""
    x = np.zeros((10, 1, 28, 28), np.float32)
    x[0, 0, 14, 14] = 255
    return Dataset(x, np.arange(10), drawing.DIGITS, "MNIST", "", "")


@pytest.fixture(scope="module")
def trained():
    session = Session(template("digits-cnn"))
    for _ in session.run():
        pass
    return session


HANDS = {
    "round": ROUND,
    "angular": ANGULAR,
    "leaning, in a corner": tuple(placed(digit, 0.7, -0.1, (0.6, 0.45)) for digit in ROUND),
    "upright, small": tuple(placed(digit, 0.5, 0.1, (0.3, 0.6)) for digit in ROUND),
}


@pytest.mark.parametrize("hand", HANDS)
def test_the_starter_network_reads_at_least_eight_of_ten_drawn_digits(trained, hand):
    samples = np.stack([to_sample(strokes, trained.dataset) for strokes in HANDS[hand]])
    read = trained.network.predict(trained.fitted.apply(samples)).argmax(axis=1)
    assert (read == np.arange(10)).sum() >= 8, f"read {read}"


@pytest.mark.parametrize("hand", HANDS)
def test_drawn_digits_have_the_ink_and_the_height_of_the_data(digits, hand):
    samples = np.stack([to_sample(strokes, digits) for strokes in HANDS[hand]])
    assert samples.shape == (10, 1, 8, 8)
    assert samples.dtype == np.float32
    assert samples.min() == 0
    assert samples.max() == 16
    assert (samples == samples.round()).all()
    assert samples.mean() == pytest.approx(digits.x.mean(), rel=0.1)
    assert (samples.max(axis=(1, 3))[:, [0, 7]] > 0).all()


def test_size_and_place_on_the_canvas_do_not_matter_to_digits(digits):
    for small in (placed(ROUND[3], 0.4, 0, (0.3, 0.7)), placed(ROUND[3], 1.2, 0, (0.5, 0.5))):
        assert np.abs(to_sample(small, digits) - to_sample(ROUND[3], digits)).max() <= 2


def test_mnist_has_its_ink_in_a_box_of_twenty_and_its_mass_in_the_middle(mnist):
    for strokes in (ROUND[7], placed(ROUND[7], 0.4, 0, (0.2, 0.2))):
        (image,) = to_sample(strokes, mnist)
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert 19 <= rows[-1] - rows[0] + 1 <= 21
        assert columns[-1] - columns[0] < 20
        middle = (image.sum(axis=1) @ np.arange(28), image.sum(axis=0) @ np.arange(28)) / image.sum()
        assert middle == pytest.approx([13.5, 13.5], abs=0.6)
        assert image.max() == 255


def test_pictures_of_clothes_are_taken_as_they_are_drawn(fashion):
    (image,) = to_sample(BAR, fashion)
    rows = np.flatnonzero(image.any(axis=1))
    assert (rows[0], rows[-1]) == (int((0.2 - drawing.PEN / 2) * 28), int((0.8 + drawing.PEN / 2) * 28))
    assert image[14, 13:15].tolist() == [255, 255]
    assert not image[:, :12].any()
    assert not image[:, 16:].any()


def test_one_dot_is_ink_everywhere(digits, mnist, fashion):
    dot = (line((0.3, 0.3)),)
    for dataset in (digits, mnist, fashion):
        assert to_sample(dot, dataset).max() > 0


def test_the_eraser_parts_a_stroke_and_leaves_the_others_alone():
    other = line((0.1, 0.9), (0.2, 0.9))
    upper, lower, same = erased((*BAR, other), np.array([0.5, 0.5]), 0.1)
    assert same is other
    assert upper[-1] == pytest.approx([0.5, 0.4], abs=0.03)
    assert lower[0] == pytest.approx([0.5, 0.6], abs=0.03)
    assert (upper[0].tolist(), lower[-1].tolist()) == ([0.5, 0.2], [0.5, 0.8])


def test_the_eraser_beside_all_strokes_changes_nothing_and_over_all_takes_all():
    assert erased(BAR, np.array([0.9, 0.9]), 0.1) is BAR
    assert erased(BAR, np.array([0.5, 0.5]), 0.5) == ()
    assert erased((line((0.5, 0.5)),), np.array([0.5, 0.5]), 0.1) == ()
