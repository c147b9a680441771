from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from slugstudio.engine.activation import Sigmoid, Softmax
from slugstudio.engine.errors import DataError
from slugstudio.engine.loss import BinaryCrossEntropy, Loss, SoftmaxCategoricalCrossEntropy
from tests.engine.gradients import numerical, relative_error

FLOAT = np.dtype(np.float64)


def probabilities(loss: Loss, n: int = 5, k: int = 4) -> np.ndarray:
    return loss.partner()(np.random.default_rng(0).normal(size=(n, k)))


def targets(loss: Loss, n: int = 5, k: int = 4) -> np.ndarray:
    rng = np.random.default_rng(1)
    if isinstance(loss, BinaryCrossEntropy):
        return rng.integers(0, 2, (n, k)).astype(float)
    return np.eye(k)[rng.integers(0, k, n)]


@pytest.mark.parametrize("kind", sorted(Loss.kinds))
def test_gradients_agree_with_central_differences(kind: str) -> None:
    loss = Loss.kinds[kind]()
    p, y = probabilities(loss), targets(loss)
    assert relative_error(loss.backward(p, y), numerical(lambda: loss.forward(p, y), p)) < 1e-6
    logits = np.random.default_rng(2).normal(size=p.shape)
    partner = loss.partner()
    expected = numerical(lambda: loss.forward(partner(logits), y), logits)
    assert relative_error(loss.from_logits(partner(logits), y), expected) < 1e-6
    assert loss.formula


def test_gradient_to_logits_holds_for_targets_that_do_not_add_up_to_one() -> None:
    loss, y = SoftmaxCategoricalCrossEntropy(), np.array([[0.2, 0.0, 1.5]])
    logits = np.array([[0.1, -0.4, 0.3]])
    expected = numerical(lambda: loss.forward(Softmax()(logits), y), logits)
    assert relative_error(loss.from_logits(Softmax()(logits), y), expected) < 1e-6


def test_values_are_scikit_learns() -> None:
    scce, bce = SoftmaxCategoricalCrossEntropy(), BinaryCrossEntropy()
    p, y = probabilities(scce), targets(scce)
    assert scce.forward(p, y) == pytest.approx(log_loss(y.argmax(1), p, labels=range(4)), rel=1e-12)
    q = Sigmoid()(np.array([[0.3], [-2.0], [4.0]]))
    expected = log_loss([1, 0, 0], q[:, 0])
    assert bce.forward(q, np.array([[1.0], [0.0], [0.0]])) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", sorted(Loss.kinds))
def test_certain_and_wrong_stays_finite(kind: str) -> None:
    loss = Loss.kinds[kind]()
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
