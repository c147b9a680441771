from __future__ import annotations

from slugstudio.datasets import Circles
from slugstudio.engine.activation import Sigmoid
from slugstudio.engine.layers import Convolution, Dense, Flatten
from slugstudio.project import edits
from slugstudio.project.analysis import analyse
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.templates import template
from slugstudio.ui.document import DATA_CARD
from slugstudio.ui.stack.cards import Card, cards


def starter() -> Design:
    return template("digits-cnn").design


def made(design: Design) -> tuple[Card, ...]:
    return cards(design, analyse(design))


def test_the_first_card_is_the_data() -> None:
    card = made(starter())[0]
    assert (card.id, card.title, card.shape, card.group) == (DATA_CARD, "Digits", "1 × 8 × 8", "input")
    assert card.details == "1,797 images · 80\u202f% train"
    assert card.spoken == "Data, Digits, 1,797 images · 80\u202f% train, shape 1 × 8 × 8"


def test_points_are_called_points() -> None:
    assert made(Design(data=DataChoice(Circles(60))))[0].details.startswith("60 points")


def test_a_card_says_name_values_shape_and_parameters() -> None:
    design = starter()
    card = made(design)[1]
    assert (card.id, card.title, card.group) == (design.ids[0], "convolution_1", "learn")
    assert (card.details, card.shape, card.parameters) == ("16 kernels 3×3 · stride 1 · ReLU", "16 × 6 × 6", "160")
    assert card.spoken == (
        "convolution_1, Convolution, 16 kernels 3×3 · stride 1 · ReLU, output 16 × 6 × 6, 160 parameters, "
        "5.2 k mult-adds, 2.3 kB a sample"
    )
    assert made(design)[5].parameters == "9,280"
    assert made(design)[3].parameters == ""


def test_a_layer_that_cannot_work_says_why_and_those_below_it_know_no_shape() -> None:
    design = edits.remove_layers(starter(), starter().ids[2:3])
    dense, after = made(design)[4:]
    assert (dense.severity, dense.shape, dense.parameters) == ("error", "", "")
    assert dense.problem == "Dense needs a vector, received 16 × 3 × 3; put a Flatten before it."
    assert dense.spoken.endswith(f"error: {dense.problem}")
    assert (after.severity, after.shape) == ("", "")


def test_a_kernel_that_is_too_large_is_a_problem_of_its_layer() -> None:
    design = edits.replace_layer(starter(), starter().ids[0], Convolution(16, (9, 9)))
    assert "9×9 does not fit its 8×8 input" in made(design)[1].problem


def test_what_may_learn_badly_is_a_warning() -> None:
    design = edits.replace_layer(starter(), starter().ids[5], Dense(10, activation=Sigmoid()))
    card = made(design)[6]
    assert (card.severity, card.shape) == ("warning", "10")


def test_a_card_without_values_or_parameters_speaks_without_gaps() -> None:
    design, _ = edits.insert_layer(Design(), 0, Flatten())
    assert made(design)[1].spoken.startswith("flatten_1, Flatten, output 64")
