from __future__ import annotations

import os

import pytest

from slugstudio.datasets import Circles
from slugstudio.engine.activation import ReLU, Sigmoid, Softmax
from slugstudio.engine.augmentation import Flip, Noise, Shift
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling
from slugstudio.engine.loss import (
    BinaryCrossEntropy,
    Hinge,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCategoricalCrossEntropy,
)
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.schedules import CosineDecay
from slugstudio.project import analysis, edits, measure
from slugstudio.project.analysis import Problem, analyse
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.edits import remove_layers
from tests.project.made import digits_design, points_design, stack

CIRCLES = DataChoice(Circles())


def test_shapes_and_counts_follow_the_stack() -> None:
    found = analyse(digits_design())
    assert [(layer.name, layer.output_shape, layer.n_parameters) for layer in found.layers] == [
        ("convolution_1", (4, 6, 6), 40),
        ("max_pooling_1", (4, 3, 3), 0),
        ("flatten_1", (36,), 0),
        ("dropout_1", (36,), 0),
        ("dense_1", (10,), 370),
    ]
    assert [layer.input_shape for layer in found.layers[:2]] == [(1, 8, 8), (4, 6, 6)]
    assert [layer.multiply_adds for layer in found.layers] == [4 * 36 * 9, 0, 0, 0, 360]
    assert found.n_parameters == 410
    assert found.playable
    assert found.problems == ()
    assert found.obstacle is None


def test_augmentation_of_images_needs_images() -> None:
    images, points = digits_design(), points_design()
    augmentation = (Noise(), Shift(), Flip())
    for design, playable in ((images, True), (points, False)):
        augmented = edits.set_training(design, design.training.replace(augmentation=augmentation))
        analysis = analyse(augmented)
        assert analysis.playable == playable
        broken = analyse(edits.remove_layers(augmented, augmented.ids[-1:]))
        assert set(analysis.problems) <= set(broken.problems)
    assert [problem.layer_id for problem in analysis.problems] == [None, None]
    assert analysis.obstacle is not None
    assert analysis.obstacle.message == (
        "Shift changes images of channels × height × width, but a sample is 2; take it out of the augmentation, or "
        "choose data with images."
    )
    noisy = edits.set_training(points, points.training.replace(augmentation=(Noise(),)))
    assert analyse(noisy).playable


def test_an_empty_stack_says_so() -> None:
    analysis = analyse(Design())
    assert not analysis.playable
    assert analysis.layers == ()
    (problem,) = analysis.problems
    assert problem.layer_id is None
    assert "empty" in problem.message


def test_the_layer_that_cannot_work_says_why_and_the_rest_is_unknown() -> None:
    design = digits_design()
    broken = analyse(remove_layers(design, [design.layers[2].id]))
    convolution, _, dropout, dense = broken.layers
    assert convolution.problem is None
    assert dropout.output_shape == (4, 3, 3)
    assert dense.input_shape == (4, 3, 3)
    assert (dense.output_shape, dense.n_parameters, dense.multiply_adds) == (None, None, None)
    assert dense.problem is not None
    assert "put a Flatten before it" in dense.problem.message
    assert dense.problem.layer_id == design.layers[4].id
    assert broken.obstacle == dense.problem
    assert broken.n_parameters == 40


def test_layers_after_a_broken_one_have_no_problem_of_their_own() -> None:
    analysis = analyse(stack([Dense(3), Convolution(1, 3), Flatten(), MaxPooling(2)]))
    assert len(analysis.problems) == 1
    assert [layer.input_shape for layer in analysis.layers] == [(1, 8, 8), None, None, None]
    assert [layer.problem is None for layer in analysis.layers] == [False, True, True, True]


def the_problem(layers: list[Layer], data: DataChoice, loss: Loss) -> Problem | None:
    """Return the only problem of a stack, as its last layer and the list both tell it."""
    analysis = analyse(stack(layers, data, loss=loss))
    assert analysis.problems in ((), (analysis.layers[-1].problem,))
    return analysis.layers[-1].problem


SCCE, BCE = SoftmaxCategoricalCrossEntropy(), BinaryCrossEntropy()


@pytest.mark.parametrize(
    ("last", "loss", "severity", "words"),
    [
        (Dense(2, activation=Softmax()), SCCE, None, ""),
        (Dense(1, activation=Sigmoid()), BCE, None, ""),
        (Dense(2, activation=Sigmoid()), BCE, None, ""),
        (Dense(3, activation=Softmax()), SCCE, "error", "end with a Dense of 2 units."),
        (Dense(1, activation=Sigmoid()), SCCE, "error", "gives 1 value, but Circles has 2 classes"),
        (Dense(3, activation=Sigmoid()), BCE, "error", "end with a Dense of 2 units or 1 unit."),
        (Dense(2), SCCE, "error", "needs the activation Softmax, it has no activation"),
        (Dense(2, activation=ReLU()), SCCE, "error", "needs the activation Softmax, it has ReLU"),
        (Dense(1, activation=Softmax()), BCE, "error", "choose Sigmoid"),
        (Dense(2, activation=Sigmoid()), SCCE, "warning", "goes with Softmax"),
        (Dense(2, activation=Softmax()), BCE, "warning", "goes with Sigmoid"),
        (Dense(2), SoftmaxCategoricalCrossEntropy(from_logits=True), None, ""),
        (
            Dense(2, activation=Softmax()),
            SoftmaxCategoricalCrossEntropy(from_logits=True),
            "warning",
            "goes with no activation, the last layer has Softmax",
        ),
        (Dense(1), BinaryCrossEntropy(from_logits=True), None, ""),
        (Dense(1), MeanSquaredError(), None, ""),
        (Dense(2, activation=ReLU()), MeanAbsoluteError(), None, ""),
        (Dense(1, activation=Softmax()), MeanSquaredError(), "error", "Softmax over one value is always 1"),
        (Dense(3), Huber(), "error", "end with a Dense of 2 units or 1 unit."),
        (Dense(1), Hinge(), None, ""),
        (Dense(2, activation=Sigmoid()), Hinge(), "warning", "goes with no activation"),
    ],
)
def test_the_end_fits_the_classes_and_the_loss(last: Layer, loss: Loss, severity: str | None, words: str) -> None:
    problem = the_problem([Dense(4, activation=ReLU()), last], CIRCLES, loss)
    assert (problem and problem.severity) == severity
    assert words in (problem.message if problem else "")


def test_an_image_at_the_end_is_refused() -> None:
    problem = the_problem([Convolution(2, (3, 3))], DataChoice(), SCCE)
    assert problem is not None
    assert "gives 2 × 6 × 6 values, but Digits has 10 classes" in problem.message


def test_a_warning_does_not_keep_from_playing() -> None:
    analysis = analyse(stack([Dense(2, activation=Sigmoid())], CIRCLES))
    assert analysis.playable
    assert [problem.severity for problem in analysis.problems] == ["warning"]


def test_a_dropout_after_the_softmax_is_refused() -> None:
    problem = the_problem([Dense(2, activation=Softmax()), Dropout(0.5)], CIRCLES, SCCE)
    assert problem is not None
    assert problem.severity == "error"


def test_a_network_that_no_file_could_hold_is_refused_without_making_it() -> None:
    layers = [Dense(1_000_000), Dense(1_000_000), Dense(2, activation=Softmax())]
    analysis = analyse(stack(layers, CIRCLES))
    assert analysis.n_parameters > 10**12
    assert analysis.obstacle is not None
    assert analysis.obstacle.layer_id is None
    assert "GiB" in analysis.obstacle.message


@pytest.mark.parametrize(("epochs", "warned"), [(5, False), (6, True), (7, True)])
def test_a_rate_that_runs_down_before_the_last_epoch_is_told(epochs: int, warned: bool) -> None:
    optimizer = SGD(schedule=CosineDecay(25))  # 48 samples in batches of 10 are 5 steps an epoch
    design = points_design(optimizer=optimizer, epochs=epochs)
    told = [problem for problem in analyse(design).problems if "runs down to 0" in problem.message]
    assert [problem.severity for problem in told] == ["warning"] * warned
    if warned:
        assert f"before the last of {epochs} epochs" in told[0].message
        assert f"(all epochs take {5 * epochs})" in told[0].message


@pytest.mark.parametrize(("memory", "severity"), [(2**30, None), (200_000, "warning"), (100_000, "error")])
def test_more_memory_than_there_is_is_told_before_it_is_taken(
    memory: int, severity: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "machine_bytes", lambda: memory)
    design = points_design(1000, batch_size=600)
    assert 100_000 < analysis.training_bytes(design, analyse(design).layers) < 200_000
    told = [problem.severity for problem in analyse(design).problems if "Training takes about" in problem.message]
    assert told == ([severity] if severity else [])


def test_a_system_that_does_not_tell_its_memory_keeps_nobody_from_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2**28 < analysis.machine_bytes() < 2**50
    monkeypatch.delattr(os, "sysconf")
    assert analysis.machine_bytes() == 2**62
