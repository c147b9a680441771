import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from slugstudio.datasets import Dataset, Digits, FashionSmall
from slugstudio.ui import theme
from slugstudio.ui.cockpit.answers import SENTENCE
from slugstudio.ui.cockpit.canvas import INK, PAPER
from slugstudio.ui.cockpit.try_it import TryItPane

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def digits():
    return Digits().load()


@pytest.fixture
def pane(qtbot, digits):
    pane = TryItPane()
    qtbot.addWidget(pane)
    pane.resize(300, 210)
    pane.show()
    pane.set_data(digits, np.arange(100, 200))
    return pane


@pytest.fixture
def asked(pane):
    """Return the list of what the pane asks."""
    found = []
    pane.asked.connect(found.append)
    return found


def drag(pane, *places, button=LEFT, modifier=NONE):
    """Drag the mouse over the canvas, through parts of its width and height."""
    canvas = pane.canvas
    points = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in places]
    QTest.mousePress(canvas, button, modifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, modifier, points[-1])


def ink_at(pane, x, y):
    """Return the colour of the canvas at parts of its width and height."""
    image = pane.canvas.grab().toImage()
    return image.pixelColor(int(x * pane.canvas.width()), int(y * pane.canvas.height())).name()


def test_what_is_drawn_is_shown_and_asked(pane, asked):
    drag(pane, (0.3, 0.2), (0.3, 0.5), (0.3, 0.8))
    assert ink_at(pane, 0.3, 0.5) == INK.name()
    assert ink_at(pane, 0.7, 0.5) == PAPER.name()
    assert len(asked) == 3
    assert (asked[-1].shape, asked[-1].dtype) == ((1, 8, 8), np.float32)
    assert asked[-1].max() == 16
    assert np.array_equal(pane.sample, asked[-1])
    assert pane.caption.accessibleName() == "Seen as 8×8"


@pytest.mark.parametrize(("button", "modifier"), [(RIGHT, NONE), (LEFT, SHIFT)])
def test_the_right_button_and_shift_erase(pane, asked, button, modifier):
    drag(pane, (0.3, 0.5), (0.7, 0.5))
    drag(pane, (0.5, 0.3), (0.5, 0.5), button=button, modifier=modifier)
    assert ink_at(pane, 0.5, 0.5) == PAPER.name()
    assert ink_at(pane, 0.3, 0.5) == INK.name()
    drag(pane, (0.3, 0.5), (0.4, 0.5), (0.6, 0.5), (0.7, 0.5), button=button, modifier=modifier)
    assert asked[-1] is None


def test_a_move_without_a_button_draws_nothing(pane, asked):
    QTest.mouseMove(pane.canvas, QPoint(20, 20))
    QTest.mouseMove(pane.canvas, QPoint(40, 40))
    assert asked == []


def test_undo_takes_back_one_stroke_and_only_with_the_focus_on_the_canvas(pane, asked):
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    first = asked[-1]
    drag(pane, (0.7, 0.2), (0.7, 0.5), (0.7, 0.8))
    QTest.keySequence(pane.canvas, QKeySequence(QKeySequence.StandardKey.Undo))
    assert np.array_equal(asked[-1], first)
    QTest.keySequence(pane.canvas, QKeySequence(QKeySequence.StandardKey.Undo))
    assert asked[-1] is None
    assert claims(pane.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not claims(pane.bars, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def claims(widget, key, modifier=NONE):
    """Tell whether a widget keeps a key from the shortcuts of the window."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_canvas_claims_its_own_keys_and_no_others(pane):
    assert all(claims(pane.canvas, key) for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Delete))
    assert not claims(pane.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not claims(pane.canvas, Qt.Key.Key_F5)


def test_erasing_nothing_is_no_step_to_undo(pane, asked):
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    drag(pane, (0.8, 0.2), (0.8, 0.8), button=RIGHT)
    QTest.keySequence(pane.canvas, QKeySequence(QKeySequence.StandardKey.Undo))
    assert asked[-1] is None


def test_samples_come_from_the_validation_part_in_an_order_that_stays(pane, asked, digits):
    for _ in range(100):
        QTest.mouseClick(pane.sample_button, LEFT)
    seen = [next(row for row in range(100, 200) if np.array_equal(digits.x[row], x)) for x in asked]
    assert sorted(seen) == list(range(100, 200))
    assert seen != sorted(seen)
    again = TryItPane()
    again.set_data(digits, np.arange(100, 200))
    again.step(1)
    assert np.array_equal(again.sample, asked[0])


def test_the_arrow_keys_go_to_and_fro(pane, asked):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(pane.canvas, key)
    assert np.array_equal(asked[0], asked[2])
    assert not np.array_equal(asked[0], asked[1])


def test_a_sample_is_shown_in_its_own_pixels(pane):
    pane.step(1)
    (image,) = pane.sample
    row, column = np.unravel_index(image.argmax(), image.shape)
    assert ink_at(pane, (column + 0.5) / 8, (row + 0.5) / 8) == INK.name()
    assert ink_at(pane, 0.05, 0.5) == "#000000"


def test_right_and_wrong_are_said_in_words(pane, digits):
    pane.step(1)
    row = next(row for row in range(100, 200) if np.array_equal(digits.x[row], pane.sample))
    truth = int(digits.y[row])
    pane.show_answer(np.eye(10)[truth])
    assert pane.caption.accessibleName() == f"Sample {row}: {truth}, Correct"
    pane.show_answer(np.eye(10)[(truth + 1) % 10])
    assert pane.caption.accessibleName() == f"Sample {row}: {truth}, Read as {(truth + 1) % 10}"


@pytest.mark.parametrize("how", ["button", "key"])
def test_clear_empties_the_canvas_of_drawing_or_sample(pane, asked, how):
    for show in (lambda: pane.step(1), lambda: drag(pane, (0.3, 0.2), (0.3, 0.8))):
        show()
        pane.show_answer(np.full(10, 0.1))
        if how == "button":
            QTest.mouseClick(pane.clear_button, LEFT)
        else:
            QTest.keyClick(pane.canvas, Qt.Key.Key_Delete)
        assert asked[-1] is None
        assert pane.sample is None
        assert pane.bars.lines() == []
        assert not pane.clear_button.isEnabled()


def test_a_stroke_upon_a_sample_begins_a_new_drawing(pane, asked):
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    pane.step(1)
    drag(pane, (0.7, 0.2), (0.7, 0.8))
    assert ink_at(pane, 0.3, 0.5) == PAPER.name()
    assert ink_at(pane, 0.7, 0.5) == INK.name()


def test_the_likeliest_classes_come_first_with_their_per_cent(pane):
    pane.step(1)
    pane.show_answer(np.array([0, 0, 0.03, 0.9, 0, 0.04, 0, 0, 0.02, 0.01]))
    told = [(name, value.replace("\u202f", " ")) for name, value, _ in pane.bars.lines()]
    assert told == [("3", "90 %"), ("5", "4 %"), ("2", "3 %"), ("8", "2 %"), ("9", "1 %")]
    assert pane.bars.accessibleDescription().startswith("3 90")


def test_the_bar_is_as_long_as_the_class_is_likely(pane):
    def blue():
        image = pane.bars.grab().toImage()
        accent = theme.LIGHT.accent.name()
        return sum(image.pixelColor(x, 12).name() == accent for x in range(image.width()))

    pane.step(1)
    pane.show_answer(np.eye(10)[3])
    whole = blue()
    pane.show_answer(np.eye(10)[3] * 0.5)
    assert whole > 60
    assert blue() == pytest.approx(whole / 2, abs=3)


def test_one_probability_is_that_of_the_second_of_two_classes(pane):
    images = Dataset(np.ones((4, 1, 8, 8), np.float32), np.array([0, 1, 0, 1]), ("No", "Yes"), "Two", "", "")
    pane.set_data(images, np.array([1]))
    pane.step(1)
    pane.show_answer(np.array([0.8]))
    assert [name for name, _, _ in pane.bars.lines()] == ["Yes", "No"]
    assert pane.caption.accessibleName() == "Sample 1: Yes, Correct"


def test_an_answer_that_comes_after_clearing_is_not_shown(pane):
    pane.step(1)
    pane.clear()
    pane.show_answer(np.full(10, 0.1))
    assert pane.bars.lines() == []
    assert pane.bars.accessibleDescription() == SENTENCE


def test_a_drawing_stays_with_other_data_of_the_same_classes_and_is_made_as_they_are(pane, asked, digits):
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    larger = np.kron(digits.x[:20], np.ones((2, 2), np.float32))
    pane.set_data(dataclasses.replace(digits, x=larger, y=digits.y[:20]), np.arange(10))
    assert asked[-1].shape == (1, 16, 16)
    pane.set_data(FashionSmall().load(), np.arange(10))
    assert asked[-1] is None


def test_without_data_there_is_nothing_to_try(pane, asked):
    QTest.mouseClick(pane.sample_button, LEFT)
    pane.let_go()
    assert asked[-1] is None
    QTest.mouseClick(pane.sample_button, LEFT)
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    assert asked[-1] is None
    assert "not on this computer" in pane.canvas.hint


def test_images_of_several_channels_are_only_shown(pane, asked):
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    rng = np.random.default_rng(1)
    images = rng.uniform(0, 255, (4, 3, 8, 6)).astype(np.float32)
    pane.set_data(Dataset(images, np.array([0, 1, 0, 1]), ("No", "Yes"), "Colours", "", ""), np.array([2]))
    assert asked[-1] is None
    drag(pane, (0.3, 0.2), (0.3, 0.8))
    assert asked[-1] is None
    assert pane.canvas.hint == "Show a sample"
    QTest.mouseClick(pane.sample_button, LEFT)
    assert np.array_equal(asked[-1], images[2])


def test_points_in_the_plane_cannot_be_tried(pane):
    points = Dataset(np.zeros((4, 2), np.float32), np.array([0, 1, 0, 1]), ("No", "Yes"), "Points", "", "")
    pane.set_data(points, np.array([1]))
    assert not pane.sample_button.isEnabled()
    assert pane.sample is None
    assert pane.canvas.hint == "Only images can be tried"


def test_without_data_nothing_can_be_pressed(qtbot):
    pane = TryItPane()
    qtbot.addWidget(pane)
    pane.step(1)
    pane.show_answer(np.full(10, 0.1))
    assert not pane.sample_button.isEnabled()
    assert pane.canvas.accessibleDescription() == "Images to try appear here"


@pytest.mark.parametrize("size", [(220, 170), (290, 186), (1200, 800)])
def test_everything_is_inside_at_every_size(pane, size):
    pane.resize(*size)
    QApplication.processEvents()
    assert (pane.width(), pane.height()) == size
    assert pane.canvas.width() == pane.canvas.height() >= 64
    for widget in (pane.canvas, pane.caption, pane.bars, pane.sample_button, pane.clear_button):
        place = widget.rect().translated(widget.mapTo(pane, QPoint()))
        assert pane.rect().contains(place), widget.objectName()
        assert widget.width() >= widget.minimumSizeHint().width()


def test_a_click_leaves_a_dot(pane, asked):
    drag(pane, (0.5, 0.5))
    assert ink_at(pane, 0.5, 0.5) == INK.name()
    assert asked[-1].max() == 16
