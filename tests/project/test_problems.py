# ruff: noqa: E501 - tables of stacks and fixes read best a row each
"""Problems and fixes: each fix that is offered takes its problem away, and no fix raises."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slugstudio.datasets import Circles, Digits, Scale, Standardise
from slugstudio.datasets.made_up import MadeUp
from slugstudio.datasets.preprocessing import Unchanged
from slugstudio.engine.activation import Noop, ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.augmentation import Flip, Noise, Shift
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMeanPooling,
    Layer,
    MaxPooling,
    MeanPooling,
    Reshape,
    Residual,
    SpatialDropout,
    TransposedConvolution,
)
from slugstudio.engine.loss import BinaryCrossEntropy, Hinge, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.schedules import Constant, CosineDecay, StepDecay, Warmup
from slugstudio.project import edits, measure
from slugstudio.project.analysis import Problem, analyse
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.newer import unknown_layer
from slugstudio.project.problems.size import MANY_PARAMETERS
from slugstudio.project.templates import TEMPLATES
from tests.project.made import stack

CIRCLES = DataChoice(Circles(60))
END = Dense(10, activation=Softmax())
POINTS_END = Dense(2, activation=Softmax())
SQUASHED = Dense(6, activation=Sigmoid())


def every_fix_mends(design: Design) -> tuple[Problem, ...]:
    """Apply each fix alone and see its problem gone; return the problems."""
    problems = analyse(design).problems
    for problem in problems:
        for fix in problem.fixes:
            mended = fix.apply(design)
            assert mended != design, fix.text
            left = [each.identity for each in analyse(mended).problems]
            assert problem.identity not in left, (problem, fix.text)
    return problems


def fixes(design: Design, code: str) -> list[str]:
    """Return the texts of the fixes of the only problem with a code, after each has proven itself."""
    (problem,) = [each for each in every_fix_mends(design) if each.code == code]
    return [str(fix.text) for fix in problem.fixes]


@pytest.mark.parametrize(
    ("layers", "code", "expected"),
    [
        ([Dense(8), END], "shape.needs_vector", ["Insert Flatten before it", "Insert GlobalMeanPooling before it"]),
        ([Reshape((8, 8)), Dense(8)], "shape.needs_vector", ["Insert Flatten before it"]),
        ([MaxPooling(4), Convolution(4, 5)], "shape.no_room", ["Use same padding", "Use a 2×2 kernel"]),
        ([MaxPooling(4), Convolution(4, 9, padding=1)], "shape.no_room", ["Use same padding", "Use a 4×4 kernel"]),
        ([MaxPooling(4), MeanPooling((3, 1))], "shape.no_room", ["Use same padding", "Use blocks of 2×1"]),
        ([Convolution(4, 3, dilation=5)], "shape.no_room", ["Use same padding", "Use a 2×2 kernel"]),
        ([Flatten(), MaxPooling(2)], "shape.needs_image", ["Insert Reshape to 1 × 8 × 8 before it", "Delete the Flatten before it"]),
        ([Flatten(), Dense(12, activation=ReLU()), Convolution(4, 2)], "shape.needs_image", ["Insert Reshape to 3 × 2 × 2 before it", "Use Dense of 4 units instead"]),
        ([Reshape((8, 8)), TransposedConvolution(2, 2)], "shape.needs_image", ["Insert Reshape to 1 × 8 × 8 before it"]),
        ([Convolution(4, 3), Convolution(6, 3, groups=4)], "shape.groups", ["Use 2 groups", "Use 8 kernels"]),
        ([Convolution(5, 3, groups=3)], "shape.groups", ["Use one group"]),
        ([Reshape((1, 7, 7))], "shape.reshape", ["Reshape to 1 × 8 × 8", "Reshape to 64"]),
        ([Flatten(), Flatten(3)], "shape.flatten_axes", ["Flatten to one vector"]),
        ([Residual((Convolution(4, 3), Convolution(3, 3)))], "shape.sum", ["Switch its projection on", "Let the layers inside keep the shape"]),
        ([Residual((MaxPooling(2),))], "shape.sum", ["Switch its projection on", "Let the layers inside keep the shape"]),
        ([Flatten(), Residual((Dense(4),))], "shape.sum", ["Switch its projection on", "Let the layers inside keep the shape"]),
        ([Residual((MaxPooling(4), Convolution(4, 5)))], "shape.no_room", ["Use same padding (inside, convolution_1)", "Use a 2×2 kernel (inside, convolution_1)"]),
        ([Residual((Residual((Dense(4),)),))], "shape.needs_vector", ["Insert Flatten before it (inside, dense_1) (inside, residual_1)", "Insert GlobalMeanPooling before it (inside, dense_1) (inside, residual_1)"]),
    ],
)  # fmt: skip
def test_shapes(layers: list[Layer], code: str, expected: list[str]) -> None:
    *offered, last = fixes(stack(layers), code)
    assert offered == expected
    assert last.startswith("Delete ")


def test_no_layer_is_put_into_a_residual_that_is_full() -> None:
    full = Residual((Dense(4),) + (Dropout(0.1),) * 63)
    (problem,) = every_fix_mends(stack([full]))
    assert [str(fix.text) for fix in problem.fixes] == ["Delete residual_1"]
    assert problem.place == "dense_1"


def test_what_is_not_known_can_only_be_deleted() -> None:
    unknown = unknown_layer({"kind": "Warp", "version": 1, "params": {}})
    assert fixes(stack([unknown, Flatten(), END]), "shape.unknown") == ["Delete warp_1"]


def test_points_are_no_image_for_a_convolution() -> None:
    assert fixes(stack([Convolution(4, 3)], CIRCLES), "shape.needs_image") == [
        "Use Dense of 4 units instead",
        "Delete convolution_1",
    ]


SCCE, BCE, MSE = SoftmaxCategoricalCrossEntropy(), BinaryCrossEntropy(), MeanSquaredError()
LOGITS = SoftmaxCategoricalCrossEntropy(from_logits=True)


@pytest.mark.parametrize(
    ("layers", "loss", "code", "expected"),
    [
        ([], SCCE, "end.empty", ["Add an output layer: Dense of 2"]),
        ([Dense(3)], SCCE, "end.units", ["Set dense_1 to 2 units", "Add an output layer: Dense of 2"]),
        ([Dense(3)], BCE, "end.units", ["Set dense_1 to 2 units", "Set dense_1 to 1 unit", "Add an output layer: Dense of 2"]),
        ([Dense(3), Reshape((3,))], SCCE, "end.units", ["Add an output layer: Dense of 2"]),
        ([Dense(4), Reshape((1, 2, 2))], SCCE, "end.units", ["Add an output layer: Dense of 2"]),
        ([Dropout(0.1), Reshape((1, 1, 2))], SCCE, "end.units", ["Add an output layer: Dense of 2"]),
        ([Dense(2)], SCCE, "end.activation", ["Set the activation to Softmax", "Choose Softmax categorical cross entropy of logits as the loss"]),
        ([Dense(2, activation=ReLU())], SCCE, "end.activation", ["Set the activation to Softmax"]),
        ([Dense(1, activation=Softmax())], BCE, "end.one_value", ["Set the activation to Sigmoid"]),
        ([Dense(2, activation=Sigmoid())], SCCE, "end.doubtful", ["Set the activation to Softmax", "Choose Binary cross entropy as the loss"]),
        ([POINTS_END], LOGITS, "end.doubtful", ["Take the activation from dense_1", "Choose Softmax categorical cross entropy as the loss"]),
        ([POINTS_END, Dropout(0.5)], SCCE, "end.activation", ["Delete dropout_1", "Add the activation Softmax", "Choose Softmax categorical cross entropy of logits as the loss"]),
        ([Dense(2, activation=Sigmoid())], Hinge(), "end.doubtful", ["Take the activation from dense_1", "Choose Binary cross entropy as the loss"]),
    ],
)  # fmt: skip
def test_the_end(layers: list[Layer], loss: object, code: str, expected: list[str]) -> None:
    found = fixes(stack(layers, CIRCLES, loss=loss), code)
    assert [text.lower() for text in found] == [text.lower() for text in expected]


def test_a_batch_size_whose_last_batch_is_large_enough() -> None:
    normal = [Dense(6), BatchNormalization(), ActivationLayer(ReLU()), POINTS_END]
    data = CIRCLES.replace(validation_split=0.0)
    assert fixes(stack(normal, data, batch_size=59), "batches.too_few") == ["Set the batch size to 60"]
    assert fixes(stack(normal, data, batch_size=1), "batches.too_few") == ["Set the batch size to 2"]
    inside = [Residual((BatchNormalization(),)), POINTS_END]
    (problem,) = every_fix_mends(stack(inside, data, batch_size=1))
    assert str(problem.message).startswith("Inside, batch_normalization_1 needs")
    assert problem.field == "training.batch_size"
    image = [Residual((Convolution(1, 3, padding="same"), BatchNormalization())), Flatten(), END]
    assert fixes(stack(image, batch_size=1), "batches.of_one") == ["Set the batch size to 32"]


def test_what_finds_no_room_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = [Dense(9000, activation=ReLU()), Dense(12_000, activation=ReLU()), POINTS_END]
    assert fixes(stack(wide, CIRCLES), "size.parameters") == ["Make dense_2 narrower"]
    far_wider = [Dense(1_000_000, activation=ReLU()), Dense(1_000_000, activation=ReLU()), POINTS_END]
    assert fixes(stack(far_wider, CIRCLES), "size.file") == ["Make dense_2 narrower"]
    assert MANY_PARAMETERS == 10**8
    monkeypatch.setattr(measure, "machine_bytes", lambda: 80_000)
    small = [Dense(64, activation=ReLU()), POINTS_END]
    design = stack(small, CIRCLES, batch_size=1000)
    assert fixes(design, "size.memory") == ["Set the batch size to 15", "Make dense_1 narrower"]
    images = [Convolution(64, 3, padding="same"), Flatten(), END]
    monkeypatch.setattr(measure, "machine_bytes", lambda: 40_000_000)
    assert fixes(stack(images, batch_size=32), "size.memory") == ["Make convolution_1 narrower"]
    monkeypatch.setattr(measure, "machine_bytes", lambda: 10)
    assert fixes(stack([POINTS_END], CIRCLES), "size.memory") == []
    assert fixes(stack([Dense(512, activation=ReLU())] * 6 + [POINTS_END], CIRCLES, batch_size=1), "size.memory") == []
    sums = [Flatten(), Residual((Dense(64),)), END]
    assert fixes(stack(sums), "size.memory") == []


def test_narrowing_does_not_break_what_needs_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "machine_bytes", lambda: 10)
    needs = [Dense(64, activation=ReLU()), Reshape((1, 8, 8)), Flatten(), POINTS_END]
    assert fixes(stack(needs, CIRCLES, batch_size=1), "size.memory") == []


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (CosineDecay(5), ["Spread the schedule over 24 steps", "Keep the learning rate constant"]),
        (Warmup(3, CosineDecay(5)), ["Spread the schedule over 24 steps", "Keep the learning rate constant"]),
        (StepDecay(1e-30, 1), ["Spread the schedule over 24 steps", "Keep the learning rate constant"]),
        (Warmup(1, Warmup(1, CosineDecay(5))), ["Spread the schedule over 24 steps", "Keep the learning rate constant"]),
    ],
)  # fmt: skip
def test_a_schedule_that_lasts(schedule: object, expected: list[str]) -> None:
    optimizer = SGD(schedule=schedule)
    design = stack([POINTS_END], CIRCLES, optimizer=optimizer, epochs=12, batch_size=32)
    assert fixes(design, "rate.runs_down") == expected


def test_a_rate_that_decays_away_whatever_the_schedule_has_no_fix() -> None:
    optimizer = SGD(lr=1e-320, decay=1e10, schedule=Constant())
    design = stack([POINTS_END], CIRCLES, optimizer=optimizer, epochs=12)
    assert fixes(design, "rate.runs_down") == []


def test_augmentation_that_needs_images_is_taken_out() -> None:
    design = stack([POINTS_END], CIRCLES, augmentation=(Noise(), Shift(), Flip(), Shift()))
    problems = every_fix_mends(design)
    assert [problem.place for problem in problems] == ["Shift", "Flip"]
    assert {problem.field for problem in problems} == {"training.augmentation"}


RELU = Dense(16, activation=ReLU())


@pytest.mark.parametrize(
    ("layers", "loss", "code", "expected"),
    [
        ([RELU, POINTS_END, ActivationLayer(Softmax())], SCCE, "choices.softmax_twice", ["Delete activation_layer_1"]),
        ([Dense(16, activation=Softmax()), POINTS_END], SCCE, "choices.softmax_inside", ["Use ReLU in dense_1"]),
        ([RELU, POINTS_END], MSE, "choices.softmax_loss", ["Choose Softmax categorical cross entropy as the loss"]),
        ([RELU, Dense(2), Dropout(0.2), ActivationLayer(Softmax())], SCCE, "choices.dropout_of_outputs", ["Move it before dense_2", "Delete dropout_1"]),
        ([RELU, Dropout(0.9), POINTS_END], SCCE, "choices.high_dropout", ["Use a rate of 0.5"]),
        ([Dense(16), Dropout(0.2), POINTS_END], SCCE, "choices.linear_pair", ["Use ReLU in dense_1"]),
        ([SQUASHED] * 5 + [POINTS_END], SCCE, "choices.saturating", ["Use ReLU in all 5"]),
    ],
)  # fmt: skip
def test_poor_choices(layers: list[Layer], loss: object, code: str, expected: list[str]) -> None:
    design = stack(layers, CIRCLES, loss=loss)
    assert [text.lower() for text in fixes(design, code)] == [text.lower() for text in expected]
    assert analyse(design).playable


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ([Dense(10)], ["Choose Softmax categorical cross entropy of logits as the loss"]),
        ([SQUASHED.replace(outshape=10)], ["Use Softmax and categorical cross-entropy"]),
        ([Dense(10), ActivationLayer(Sigmoid()), Dropout(0.0), BatchNormalization()], ["Choose Softmax categorical cross entropy of logits as the loss"]),
    ],
)  # fmt: skip
def test_a_loss_of_numbers_for_classes(last: list[Layer], expected: list[str]) -> None:
    design = stack([Flatten(), RELU, *last], loss=MSE)
    assert [text.lower() for text in fixes(design, "choices.loss_of_numbers")] == [text.lower() for text in expected]


def test_dropout_of_maps_stays_an_image_layer() -> None:
    layers = [Convolution(2, 8), SpatialDropout(0.3), Flatten(), ActivationLayer(Softmax())]
    design = stack(layers, DataChoice(MadeUp((1, 8, 8), 2), Scale()))
    assert fixes(design, "choices.dropout_of_outputs") == ["Delete spatial_dropout_1"]


def test_values_that_are_not_scaled() -> None:
    raw = DataChoice(Digits(), Unchanged())
    assert fixes(stack([Flatten(), END], raw), "choices.unscaled") == ["Scale to 0 to 1", "Standardise"]
    assert [type(fix.apply(stack([Flatten(), END], raw)).data.preprocessing)
            for fix in analyse(stack([Flatten(), END], raw)).problems[0].fixes] == [Scale, Standardise]  # fmt: skip
    assert analyse(stack([BatchNormalization(), Flatten(), END], raw)).problems == ()


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(1), Dense(8, activation=ReLU()), POINTS_END],
        [Dense(16), BatchNormalization(), ActivationLayer(ReLU()), POINTS_END],
        [SQUASHED, SQUASHED, SQUASHED, SQUASHED, POINTS_END],
        [SQUASHED, SQUASHED, SQUASHED, BatchNormalization(), SQUASHED, SQUASHED, POINTS_END],
        [Dense(6, activation=Tanh()), Dropout(0.5), POINTS_END],
        [Dense(2), Residual((Dense(2),)), POINTS_END],
        [RELU, Dense(2), Dropout(0.0), ActivationLayer(Softmax())],
    ],
)
def test_no_wolf_is_cried(layers: list[Layer]) -> None:
    assert analyse(stack(layers, CIRCLES)).problems == ()


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_free_of_problems(name: str) -> None:
    assert analyse(TEMPLATES[name].project().design).problems == ()


def test_a_layer_shows_its_worst_problem() -> None:
    layers = [Dense(6), Dropout(0.9), BatchNormalization(), ActivationLayer(ReLU()), Dense(3, activation=Softmax())]
    found = analyse(stack(layers, CIRCLES, batch_size=47))
    assert [layer.problem and layer.problem.severity for layer in found.layers] == [None, None, "error", None, "error"]


def test_long_stacks_are_analysed_again_at_once() -> None:
    block = [Convolution(8, 3, padding="same", activation=Noop()), BatchNormalization(), ActivationLayer(ReLU())]
    design = stack([*block * 66, GlobalMeanPooling(), END], DataChoice(MadeUp((8, 16, 16)), Scale()))
    analyse(design)
    edited = edits.replace_layer(design, design.ids[0], block[0].replace(bias=False))
    began = time.perf_counter()
    assert len(analyse(edited).layers) == 200
    assert time.perf_counter() - began < 0.1  # ten times what it takes


INNER: Sequence[Layer] = (
    Dense(4), Dense(1), Dense(9, activation=Softmax()), Dense(2, activation=Sigmoid()), END, POINTS_END, SQUASHED,
    Convolution(3, 3), Convolution(4, 5, padding=1), Convolution(6, 2, 2, groups=3), Convolution(2, 3, dilation=4),
    MaxPooling(3), MeanPooling((2, 9)), MaxPooling(2, padding="same"), Flatten(), Flatten(3), Reshape((1, 2, 2)),
    Reshape(16), GlobalMeanPooling(), Dropout(0.9), SpatialDropout(0.85), BatchNormalization(),
    TransposedConvolution(2, 2), ActivationLayer(Softmax()), ActivationLayer(Tanh()),
)  # fmt: skip
inner = st.lists(st.sampled_from(INNER), min_size=1, max_size=4)
layer = st.one_of(
    st.sampled_from(INNER),
    st.builds(lambda layers, projection: Residual(tuple(layers), projection=projection), inner, st.booleans()),
)
broken = st.builds(
    lambda layers, data, **training: stack(layers, data, **training),
    st.lists(layer, max_size=7),
    st.sampled_from([DataChoice(), CIRCLES, DataChoice(Digits(), Unchanged()), DataChoice(MadeUp((8, 6), 3), Scale())]),
    loss=st.sampled_from([SCCE, BCE, MSE, LOGITS, Hinge(), BinaryCrossEntropy(from_logits=True)]),
    batch_size=st.sampled_from([1, 7, 32, 47]),
    optimizer=st.sampled_from([SGD(), SGD(schedule=CosineDecay(9)), SGD(schedule=Warmup(90, CosineDecay(9)))]),
    augmentation=st.sampled_from([(), (Shift(), Noise(), Flip())]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken, st.sampled_from([0, 0, 1, 2, 5, 8]), st.sampled_from([1, 1, 0]))
def test_every_fix_of_any_stack_mends_its_problem(design: Design, off: int, frozen: int) -> None:
    every_fix_mends(edits.freeze_layers(without(design, off), design.ids if not frozen else (), True))


def without(design: Design, off: int) -> Design:
    """Return a design of which those layers are disabled whose bit is 1."""
    return edits.enable_layers(design, [each for bit, each in enumerate(design.ids) if off >> bit & 1], False)


def test_fixes_keep_disabled_layers_in_their_place() -> None:
    design = without(stack([Flatten(), Dropout(0.2), Convolution(4, 3), Dropout(0.3), RELU, Dropout(0.4)]), 0b101011)
    for problem in every_fix_mends(design):
        for fix in problem.fixes:
            after = [each for each in fix.apply(design).ids if each in design.ids]
            assert after == [each for each in design.ids if each in after]
    frozen = edits.freeze_layers(stack([POINTS_END], CIRCLES), ["layer-1"], True)
    assert fixes(frozen, "frozen.all") == ["Thaw dense_1"]
