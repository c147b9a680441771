from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import hinge_loss, log_loss

from slugstudio.engine.activation import Noop, ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.errors import DataError
from slugstudio.engine.loss import (
    BinaryCrossEntropy,
    Hinge,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCategoricalCrossEntropy,
)
from slugstudio.engine.loss.cross_entropy import CrossEntropy
from tests.engine.gradients import numerical, relative_error

FLOAT = np.dtype(np.float64)


CROSS_ENTROPIES = [
    made
    for kind in (BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy)
    for made in (kind(), kind(from_logits=True), kind(label_smoothing=0.2), kind(1e-9, True, 0.1))
]
LOSSES: list[Loss] = [*(kind() for kind in Loss.kinds.values()), *CROSS_ENTROPIES, Huber(delta=0.3)]


def probabilities(loss: Loss, n: int = 5, k: int = 4) -> np.ndarray:
    return loss.partner()(np.random.default_rng(0).normal(size=(n, k)))


def targets(loss: Loss, n: int = 5, k: int = 4) -> np.ndarray:
    rng = np.random.default_rng(1)
    if isinstance(loss, SoftmaxCategoricalCrossEntropy):
        return np.eye(k)[rng.integers(0, k, n)]
    return rng.integers(0, 2, (n, k)).astype(float)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_gradients_agree_with_central_differences(loss: Loss) -> None:
    p, y = probabilities(loss), targets(loss)
    assert relative_error(loss.backward(p, y), numerical(lambda: loss.forward(p, y), p)) < 1e-6
    logits = np.random.default_rng(2).normal(size=p.shape)
    partner = loss.partner()
    expected = numerical(lambda: loss.forward(partner(logits), y), logits)
    assert relative_error(loss.gradient_to_sums(partner(logits), y), expected) < 1e-6
    assert loss.formula


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_loss_is_the_mean_over_the_batch_and_float32_stays(loss: Loss) -> None:
    p, y = probabilities(loss), targets(loss)
    one_by_one = [loss.forward(p[i : i + 1], y[i : i + 1]) for i in range(len(p))]
    assert loss.forward(p, y) == pytest.approx(np.mean(one_by_one), rel=1e-12)
    gradients = [loss.backward(p[i : i + 1], y[i : i + 1])[0] / len(p) for i in range(len(p))]
    np.testing.assert_allclose(loss.backward(p, y), gradients, rtol=1e-12)
    p32, y32 = p.astype(np.float32), y.astype(np.float32)
    assert loss.forward(p32, y32) == pytest.approx(loss.forward(p, y), rel=1e-5)
    for found, expected in (
        (loss.backward(p32, y32), loss.backward(p, y)),
        (loss.gradient_to_sums(p32, y32), loss.gradient_to_sums(p, y)),
    ):
        assert found.dtype == np.float32
        assert relative_error(found, expected) < 1e-5


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_loss_of_each_sample_is_that_of_the_sample_alone(loss: Loss) -> None:
    p, y = probabilities(loss), targets(loss)
    each = loss.of_each(p.astype(np.float32), y.astype(np.float32))
    assert (each.shape, each.dtype) == ((5,), np.float64)
    np.testing.assert_allclose(
        loss.of_each(p, y), [loss.forward(p[i : i + 1], y[i : i + 1]) for i in range(5)], rtol=1e-12
    )
    weights = np.array([2.0, 0, 1, 0.5, 3])
    assert loss.weighted(p, y, weights) == pytest.approx((weights * loss.of_each(p, y)).sum() / 5, rel=1e-12)
    assert loss.weighted(p, y, np.ones(5)) == pytest.approx(loss.forward(p, y), rel=1e-12)


@pytest.mark.parametrize("kind", [BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_from_logits_is_the_same_loss_of_the_activations_sums(kind: type[CrossEntropy], smoothing: float) -> None:
    of_probabilities, of_logits = kind(label_smoothing=smoothing), kind(label_smoothing=smoothing, from_logits=True)
    z, y = np.random.default_rng(3).normal(size=(6, 3)), targets(of_logits, 6, 3)
    p = of_probabilities.partner()(z)
    assert of_logits.forward(z, y) == pytest.approx(of_probabilities.forward(p, y), rel=1e-12)
    np.testing.assert_allclose(of_logits.backward(z, y), of_probabilities.gradient_to_sums(p, y), rtol=1e-12)


@pytest.mark.parametrize("kind", [BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy])
def test_logits_of_any_size_give_a_true_loss_where_probabilities_give_the_bound(kind: type[CrossEntropy]) -> None:
    z, y = np.array([[1e4, -1e4]], np.float32), np.array([[0.0, 1.0]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        found = kind(from_logits=True).forward(z, y)
        assert np.isfinite(kind(from_logits=True).backward(z, y)).all()
    assert found == (2e4 if kind is SoftmaxCategoricalCrossEntropy else 1e4)
    assert kind().forward(kind().partner()(z), y) == pytest.approx(-np.log(1e-11), rel=1e-6)


def test_label_smoothing_spreads_a_share_over_all_answers() -> None:
    y = np.array([[1.0, 0.0, 0.0, 0.0]])
    np.testing.assert_allclose(SoftmaxCategoricalCrossEntropy(label_smoothing=0.2).smoothed(y), [[0.85] + [0.05] * 3])
    np.testing.assert_allclose(BinaryCrossEntropy(label_smoothing=0.2).smoothed(y), [[0.9] + [0.1] * 3])
    assert BinaryCrossEntropy().smoothed(y) is y


def test_distances_by_hand() -> None:
    a, y = np.array([[1.0, 4.0], [2.0, 2.0]]), np.array([[1.5, 1.0], [2.0, 4.0]])  # distances 0.5, 3, 0, 2
    assert MeanSquaredError().forward(a, y) == (0.25 + 9 + 0 + 4) / 4
    assert MeanAbsoluteError().forward(a, y) == (0.5 + 3 + 0 + 2) / 4
    assert Huber().forward(a, y) == (0.125 + 2.5 + 0 + 1.5) / 4
    assert Huber(delta=2.0).forward(a, y) == (0.125 + 4 + 0 + 2) / 4
    np.testing.assert_array_equal(MeanAbsoluteError().backward(a, y), np.array([[-1, 1], [0, -1]]) / 4)
    np.testing.assert_array_equal(Huber().backward(a, y), np.array([[-0.5, 1], [0, -1]]) / 4)


def test_hinge_is_scikit_learns() -> None:
    z = np.random.default_rng(5).normal(scale=2, size=(9, 1))
    y = np.random.default_rng(6).integers(0, 2, (9, 1)).astype(float)
    assert Hinge().forward(z, y) == pytest.approx(hinge_loss(y[:, 0], z[:, 0]), rel=1e-12)
    np.testing.assert_array_equal(
        Hinge().backward(np.array([[2.0, -2.0, 0.5, -0.5]]), np.array([[1, 0, 1, 1]])) * 4, [[0, 0, -1, -1]]
    )


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_threshold_is_where_both_answers_cost_the_same(loss: Loss) -> None:
    yes, no = np.ones((1, 1)), np.zeros((1, 1))
    if loss.least_outputs == 1:
        at = np.full((1, 1), loss.threshold)
        assert loss.forward(at, yes) == pytest.approx(loss.forward(at, no))
        assert loss.forward(at + 0.1, yes) < loss.forward(at + 0.1, no)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_probabilities_lie_between_0_and_1_and_give_the_same_answers(loss: Loss) -> None:
    outputs = loss.partner()(np.random.default_rng(7).normal(scale=0.4, size=(50, 3)).astype(np.float32))
    found = loss.probabilities(outputs)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1
    sure = (found.max(axis=1) < 1) & (found.max(axis=1) > 0)
    assert sure.sum() > 10
    np.testing.assert_array_equal(found.argmax(axis=1)[sure], outputs.argmax(axis=1)[sure])
    assert loss.least_outputs > 1 or loss.probabilities(np.full((1, 1), loss.threshold)) == 0.5


def test_what_goes_with_which_last_activation() -> None:
    logits = SoftmaxCategoricalCrossEntropy(from_logits=True)
    fits = {
        (BinaryCrossEntropy(), Sigmoid()): "good",
        (BinaryCrossEntropy(), Softmax()): "doubtful",
        (SoftmaxCategoricalCrossEntropy(), Noop()): "impossible",
        (logits, Noop()): "good",
        (logits, Softmax()): "doubtful",
        (Hinge(), Noop()): "good",
        (Hinge(), Tanh()): "good",
        (Hinge(), Sigmoid()): "doubtful",
        (MeanSquaredError(), ReLU()): "good",
    }
    assert {pair: pair[0].fit(pair[1]) for pair in fits} == fits


def test_number_of_outputs_for_classes() -> None:
    assert BinaryCrossEntropy().outputs_for(2) == MeanSquaredError().outputs_for(2) == (2, 1)
    assert SoftmaxCategoricalCrossEntropy().outputs_for(2) == (2,)
    assert Hinge().outputs_for(5) == (5,)


def test_gradient_to_logits_holds_for_targets_that_do_not_add_up_to_one() -> None:
    loss, y = SoftmaxCategoricalCrossEntropy(), np.array([[0.2, 0.0, 1.5]])
    logits = np.array([[0.1, -0.4, 0.3]])
    expected = numerical(lambda: loss.forward(Softmax()(logits), y), logits)
    assert relative_error(loss.gradient_to_sums(Softmax()(logits), y), expected) < 1e-6


def test_values_are_scikit_learns() -> None:
    scce, bce = SoftmaxCategoricalCrossEntropy(), BinaryCrossEntropy()
    p, y = probabilities(scce), targets(scce)
    assert scce.forward(p, y) == pytest.approx(log_loss(y.argmax(1), p, labels=range(4)), rel=1e-12)
    q = Sigmoid()(np.array([[0.3], [-2.0], [4.0]]))
    expected = log_loss([1, 0, 0], q[:, 0])
    assert bce.forward(q, np.array([[1.0], [0.0], [0.0]])) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), SoftmaxCategoricalCrossEntropy()], ids=repr)
def test_certain_and_wrong_stays_finite(loss: Loss) -> None:
    p, y = np.array([[0.0, 1.0]], np.float32), np.array([[1.0, 0.0]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        assert 20 < loss.forward(p, y) < 60
        assert np.isfinite(loss.backward(p, y)).all()


def test_labels_become_one_hot() -> None:
    loss = SoftmaxCategoricalCrossEntropy()
    assert loss.encode(np.array([2, 0]), 3, FLOAT).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert BinaryCrossEntropy().encode(np.array([1.0, 0.0]), 1, FLOAT).tolist() == [[1], [0]]
    assert loss.encode(np.array([True, False]), 2, FLOAT).tolist() == [[0, 1], [1, 0]]
    assert loss.encode(np.zeros((0,)), 3, FLOAT).shape == (0, 3)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.array([0, 3]), "whole numbers from 0 to 2, received 0 to 3"),
        (np.array([-1, 1]), "received -1 to 1"),
        (np.array([0.5, 1]), "whole numbers from 0 to 2, received 0.5; to learn numbers"),
        (np.array([np.nan, 1]), "NaN or infinity"),
        (np.array(["cat", "dog"]), "as an array of numbers, received something else"),
        (np.array([[0.5, -0.5, 1]]), "expected targets from 0, received -0.5 to 1; scale them"),
        (np.zeros((2, 4)), r"\(n,\) or \(n, 3\), received \(2, 4\)"),
        (np.zeros((2, 3, 1)), "received"),
        (np.full((2, 3), np.nan), "NaN or infinity"),
    ],
)
def test_targets_that_cannot_be_are_refused(y: np.ndarray, said: str) -> None:
    with pytest.raises(DataError, match=said):
        SoftmaxCategoricalCrossEntropy().encode(y, 3, FLOAT)


def test_binary_cross_entropy_refuses_what_is_no_probability() -> None:
    with pytest.raises(DataError, match=r"Binary cross entropy expected targets from 0 to 1, received 0 to 1\.5"):
        BinaryCrossEntropy().encode(np.array([0, 1.5]), 1, FLOAT)


def test_one_class_alone_cannot_be_learned() -> None:
    with pytest.raises(DataError, match="expected at least 2 outputs to compare, received 1"):
        SoftmaxCategoricalCrossEntropy().encode(np.array([0, 1]), 1, FLOAT)


def test_numbers_of_any_size_are_targets_of_the_regression_losses() -> None:
    y = np.array([[-3.5, 100.0]])
    assert MeanSquaredError().encode(y, 2, FLOAT).tolist() == y.tolist()
    assert Huber().encode(np.array([-3.5, 100.0]), 1, FLOAT).tolist() == [[-3.5], [100.0]]
    assert MeanAbsoluteError().encode(np.array([1, 0]), 2, FLOAT).tolist() == [[0, 1], [1, 0]]
