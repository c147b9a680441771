import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Flatten, Residual
from slugstudio.project.edits import insert_layer, remove_layers
from slugstudio.project.project import parameter_shapes
from slugstudio.project.templates import template
from slugstudio.ui import theme
from slugstudio.ui.cockpit.kernels import NO_WEIGHTS, NOTHING_YET, KernelsPane
from slugstudio.ui.cockpit.tiles import picture
from slugstudio.ui.document import Document


def weights_of(document):
    """Return weights of the right shapes, all zero."""
    shapes = parameter_shapes(document.design)
    return {(i, name): np.zeros(s, np.float32) for i, found in shapes.items() for name, s in (found or {}).items()}


def id_of(document, name):
    return next(entry.id for entry in document.design.layers if entry.name == name)


@pytest.fixture
def shown(qtbot, document):
    """Return a pane of the starter project, its weights all zero."""
    return open_pane(qtbot, document)


def open_pane(qtbot, document, size=(380, 200)):
    pane = KernelsPane(document)
    qtbot.addWidget(pane)
    pane.resize(*size)
    pane.show()
    pane.show_weights(weights_of(document))
    return pane


def colour_at(pane, tile, x, y):
    """Return the colour in a tile at parts of its width and height."""
    rect = pane.view.tile_rect(tile)
    image = pane.view.viewport().grab().toImage()
    return image.pixelColor(int(rect.left() + x * rect.width()), int(rect.top() + y * rect.height())).name()


def test_before_there_are_weights_one_sentence_says_what_to_do(qtbot, document):
    pane = KernelsPane(document)
    qtbot.addWidget(pane)
    assert pane.header.title == "Kernels"
    assert pane.view.accessibleDescription() == NOTHING_YET
    assert pane.legend.isHidden()


def test_without_a_selection_the_first_layer_with_weights_is_shown(shown):
    assert (shown.header.title, shown.header.note) == ("Kernels of convolution_1", "16 of 16")


def test_the_selected_layer_is_shown_and_one_without_weights_changes_nothing(shown, document):
    document.select([id_of(document, "dense_2")])
    assert (shown.header.title, shown.header.note) == ("Weights of dense_2", "64 × 10")
    document.select([id_of(document, "flatten_1")])
    assert shown.header.title == "Kernels of convolution_1"


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_block_the_first_kernels_inside_are_shown(qtbot, document, order):
    inner = (BatchNormalization(), Convolution(8, 3, padding="same"), Convolution(16, 5, padding="same"))
    design, layer_id = insert_layer(document.design, 1, Residual(inner))
    document.edit(design, "add", select=[layer_id])
    pane = open_pane(qtbot, document)
    pane.show_weights(dict([*weights_of(document).items()][::order]))
    assert (pane.header.title, pane.header.note) == ("Kernels of residual_1/convolution_1", "8 of 8")


def test_dense_layers_inside_a_block_are_shown_as_matrices(qtbot, document):
    design = remove_layers(document.design, document.design.ids[:-2])
    design, _ = insert_layer(design, 0, Flatten())
    design, layer_id = insert_layer(design, 1, Residual((Dense(64),)))
    document.edit(design, "change", select=[layer_id])
    pane = open_pane(qtbot, document)
    assert (pane.header.title, pane.header.note) == ("Weights of residual_1/dense_1", "64 × 64")


def test_each_value_has_its_colour_in_the_tile_of_its_kernel(shown, document):
    weights = weights_of(document)
    kernels = weights[id_of(document, "convolution_1"), "weight"]
    kernels[:] = 0.01
    kernels[9, 0, 0, 2], kernels[9, 0, 2, 0] = 1, -1
    kernels[10:14] = 1
    shown.show_weights(weights)
    light = theme.LIGHT
    assert colour_at(shown, 9, 5 / 6, 1 / 6) == light.positive.name()
    assert colour_at(shown, 9, 1 / 6, 5 / 6) == light.negative.name()
    assert colour_at(shown, 8, 5 / 6, 1 / 6) != light.positive.name()
    assert colour_at(shown, 12, 0.5, 0.5) == light.positive.name()


def test_between_tiles_nothing_is_painted_or_told(shown):
    first, second = shown.view.tile_rect(0), shown.view.tile_rect(1)
    between = QPoint(int(first.right() + second.left()) // 2, int(first.center().y()))
    assert second.left() - first.right() >= 4
    assert shown.view.text_at(between) == ""


def test_the_value_under_the_mouse_is_told(shown, document):
    weights = weights_of(document)
    weights[id_of(document, "convolution_1"), "weight"][9, 0, 0, 2] = -0.25
    shown.show_weights(weights)
    rect = shown.view.tile_rect(9)
    at = QPoint(int(rect.left() + rect.width() * 5 / 6), int(rect.top() + rect.height() / 6))
    assert shown.view.text_at(at) == "Kernel 10, row 1, column 3: \u22120.25"
    document.select([id_of(document, "dense_2")])
    assert shown.view.text_at(QPoint(0, 0)) == "Input 1 of 64 to unit 1 of 10: 0"


def test_units_that_see_the_image_are_images_and_those_that_do_not_fit_scroll(qtbot):
    document = Document(template("digits-mlp"))
    pane = open_pane(qtbot, document, (300, 170))
    weights = weights_of(document)
    weight = weights[id_of(document, "dense_1"), "weight"]
    weight[:] = -1
    weight[63, 63] = 1
    pane.show_weights(weights)
    assert pane.header.note.startswith("1–")
    bar = pane.view.verticalScrollBar()
    assert pane.view.tile_rect(63).isEmpty()
    bar.setValue(bar.maximum())
    assert pane.header.note.endswith("–64 of 64")
    assert colour_at(pane, 63, 15 / 16, 15 / 16) == theme.LIGHT.positive.name()
    assert colour_at(pane, 63, 1 / 16, 1 / 16) == theme.LIGHT.negative.name()
    assert colour_at(pane, 62, 15 / 16, 15 / 16) == theme.LIGHT.negative.name()


def test_of_several_input_maps_one_is_chosen(qtbot):
    document = Document(template("fashion-cnn"))
    pane = open_pane(qtbot, document)
    assert pane.input_map.isHidden()
    weights = weights_of(document)
    second = id_of(document, "convolution_2")
    weights[second, "weight"][:] = -1
    weights[second, "weight"][0, 4] = 1
    document.select([second])
    pane.show_weights(weights)
    assert (pane.input_map.isVisible(), pane.input_map.maximum()) == (True, 16)
    assert colour_at(pane, 0, 0.5, 0.5) == theme.LIGHT.negative.name()
    pane.input_map.setValue(5)
    assert colour_at(pane, 0, 0.5, 0.5) == theme.LIGHT.positive.name()
    assert "input map 5" in pane.view.text_at(QPoint(1, 1))


def test_colours_follow_the_theme(shown, document):
    weights = weights_of(document)
    weights[id_of(document, "convolution_1"), "weight"][:] = 1
    shown.show_weights(weights)
    theme.manager().choose("dark")
    assert colour_at(shown, 0, 0.5, 0.5) == theme.DARK.positive.name()


def test_another_layer_begins_with_a_scale_of_its_own(shown, document):
    weights = weights_of(document)
    weights[id_of(document, "convolution_1"), "weight"][:] = 100
    weights[id_of(document, "dense_2"), "weight"][:] = 1
    shown.show_weights(weights)
    assert "+100" in shown.legend.accessibleName()
    document.select([id_of(document, "dense_2")])
    assert "+1," in shown.legend.accessibleName()


def test_cleared_it_shows_the_sentence_again(shown):
    shown.clear()
    assert (shown.header.title, shown.header.note) == ("Kernels", "")
    assert shown.legend.isHidden()


def test_a_stack_without_weights_says_so(shown):
    shown.show_weights({("gone", "weight"): np.zeros((3, 3), np.float32)})
    assert shown.view.accessibleDescription() == NO_WEIGHTS


@pytest.mark.parametrize("size", [(220, 170), (380, 210), (1200, 800)])
@pytest.mark.parametrize("ratio", [1, 2])
def test_every_tile_is_whole_at_every_size(qtbot, document, monkeypatch, size, ratio):
    monkeypatch.setattr("slugstudio.ui.cockpit.weight_view.WeightView.devicePixelRatioF", lambda _self: float(ratio))
    pane = open_pane(qtbot, document, size)
    inside = pane.view.rect()
    assert pane.header.note == "16 of 16"
    for tile in range(16):
        rect = pane.view.tile_rect(tile)
        assert inside.contains(rect.toAlignedRect().adjusted(0, 0, -1, -1))
        assert min(rect.width(), rect.height()) >= 24


def test_the_tooltip_says_what_is_under_the_mouse(shown, monkeypatch):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_rest: told.append(text))
    at = shown.view.tile_rect(3).center().toPoint()
    viewport = shown.view.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    assert told == ["Kernel 4, row 2, column 2: 0"]


def test_a_matrix_fills_the_view_with_inputs_as_rows(shown, document):
    weights = weights_of(document)
    weight = weights[id_of(document, "dense_2"), "weight"]
    weight[:32, :5], weight[32:, 5:] = 1, -1
    document.select([id_of(document, "dense_2")])
    shown.show_weights(weights)
    image = shown.view.viewport().grab().toImage()
    width, height = image.width(), image.height()
    found = [image.pixelColor(x, y).name() for y in (2, height - 2) for x in (2, width - 2)]
    light = theme.LIGHT
    assert found == [light.positive.name(), light.neutral.name(), light.neutral.name(), light.negative.name()]


def test_what_belongs_to_the_whole_weight_is_read_without_a_copy_of_it():
    weight = np.zeros((784, 300), np.float32)
    assert np.shares_memory(picture(weight, (1, 28, 28)).values, weight)


def test_keys_scroll_where_there_is_more_to_see(qtbot):
    pane = open_pane(qtbot, Document(template("digits-mlp")), (300, 170))
    pane.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.view.verticalScrollBar().value() == 1
    assert pane.view.viewport().grab().toImage().pixelColor(0, 0).name() == theme.LIGHT.accent.name()
