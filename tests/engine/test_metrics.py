from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as scores

from slugstudio.engine.declaration import Array
from slugstudio.engine.metrics import (
    F1,
    MAE,
    R2,
    RMSE,
    Accuracy,
    Metric,
    Precision,
    Recall,
    TopKAccuracy,
    fitting,
    n_correct,
    tallied,
    values,
)


def test_one_output_means_yes_from_one_half_on() -> None:
    outputs = np.array([[0.5], [0.55], [0.49], [0.1]])
    assert n_correct(outputs, np.array([[1.0], [1.0], [0.0], [1.0]])) == 3


def test_one_logit_means_yes_from_zero_on() -> None:
    outputs = np.array([[0.0], [0.4], [-0.1], [2.0]])
    assert n_correct(outputs, np.array([[1.0], [1.0], [1.0], [1.0]]), threshold=0.0) == 3


def test_of_several_outputs_the_largest_is_the_answer() -> None:
    outputs = np.array([[0.2, 0.3, 0.5], [0.4, 0.35, 0.25], [0.1, 0.6, 0.3]])
    assert n_correct(outputs, np.eye(3)[[2, 0, 0]]) == 2


METRICS = tuple(cls() for cls in Metric.kinds.values())


def judged(metrics: Sequence[Metric], *batches: tuple[Array, Array], threshold: float = 0.5) -> dict[str, float]:
    sums: dict[str, Array] = {}
    for outputs, targets in batches:
        sums = tallied(metrics, sums, outputs, targets, threshold)
    return values(metrics, sums)


def one_hot(labels: Array, n_classes: int) -> Array:
    return np.eye(n_classes, dtype=np.float32)[labels]


def in_parts(outputs: Array, targets: Array, rng: np.random.Generator) -> list[tuple[Array, Array]]:
    cuts = np.sort(rng.integers(1, len(outputs), 3))
    parts = zip(np.split(outputs, cuts), np.split(targets, cuts), strict=True)
    return [(some, true) for some, true in parts if len(some)]


def classified(seed: int, n_classes: int) -> tuple[Array, Array]:
    """Return outputs with many ties, and labels among which the last class never is."""
    rng = np.random.default_rng(seed)
    outputs = rng.integers(0, 4, (40, n_classes)).astype(np.float32)
    outputs[:, 0] = -1  # the first class is never answered
    return outputs, rng.integers(0, n_classes - 1, 40)


@pytest.mark.parametrize("n_classes", [3, 4, 10])
def test_precision_recall_and_f1_are_those_of_scikit_learn(n_classes: int) -> None:
    outputs, labels = classified(n_classes, n_classes)
    parts = in_parts(outputs, one_hot(labels, n_classes), np.random.default_rng(0))
    found = judged((Precision(), Recall(), F1(), Accuracy()), *parts)
    answers, classes = outputs.argmax(axis=1), range(n_classes)
    precision, recall, f1, _ = scores.precision_recall_fscore_support(
        labels, answers, labels=classes, average="macro", zero_division=0
    )
    accuracy = scores.accuracy_score(labels, answers)
    assert found == pytest.approx({"precision": precision, "recall": recall, "f1": f1, "accuracy": accuracy})
    assert len(set(answers) & set(labels)) < n_classes - 1


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_of_one_output_the_positive_class_is_judged(threshold: float) -> None:
    rng = np.random.default_rng(3)
    outputs, labels = rng.normal(0.3, 1, (50, 1)).astype(np.float32), rng.integers(0, 2, 50)
    outputs[:2, 0] = threshold  # counts as yes
    parts = in_parts(outputs, labels[:, None].astype(np.float32), rng)
    found = judged((Precision(), Recall(), F1(), Accuracy()), *parts, threshold=threshold)
    answers = outputs[:, 0] >= threshold
    precision, recall, f1, _ = scores.precision_recall_fscore_support(labels, answers, average="binary")
    accuracy = scores.accuracy_score(labels, answers)
    assert found == pytest.approx({"precision": precision, "recall": recall, "f1": f1, "accuracy": accuracy})


@pytest.mark.parametrize(("output", "label", "expected"), [(1, 0, 0), (0, 1, 0), (0, 0, 0), (1, 1, 1)])
def test_of_one_output_what_is_never_answered_or_never_there_counts_as_zero(
    output: float, label: float, expected: float
) -> None:
    batch = np.full((3, 1), output), np.full((3, 1), label)
    assert judged((Precision(), Recall(), F1()), batch) == dict.fromkeys(("precision", "recall", "f1"), expected)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k_accuracy_is_that_of_scikit_learn_but_for_the_order_of_ties(k: int) -> None:
    outputs, labels = classified(7, 5)
    found = judged([TopKAccuracy(k)], *in_parts(outputs, one_hot(labels, 5), np.random.default_rng(1)))
    # Of equals scikit-learn takes the last first, we the first as argmax does: so it gets the classes in reverse.
    expected = scores.top_k_accuracy_score(4 - labels, outputs[:, ::-1], k=k, labels=range(5))
    assert found == {f"top_{k}_accuracy": pytest.approx(expected)}


def test_the_first_of_the_likeliest_is_the_answer_that_the_accuracy_judges() -> None:
    outputs, labels = classified(5, 4)
    found = judged((Accuracy(), TopKAccuracy(1)), (outputs, one_hot(labels, 4)))
    assert found["accuracy"] == found["top_1_accuracy"]


def test_among_as_many_answers_as_there_are_classes_is_the_right_one() -> None:
    outputs, labels = classified(6, 3)
    assert judged([TopKAccuracy(3)], (outputs, one_hot(labels, 3))) == {"top_3_accuracy": 1.0}
    one, labels = np.array([[0.2], [0.7], [0.9]]), np.array([[1.0], [1.0], [0.0]])
    assert judged((TopKAccuracy(1), TopKAccuracy(2)), (one, labels)) == {
        "top_1_accuracy": pytest.approx(1 / 3),
        "top_2_accuracy": 1.0,
    }


def test_an_output_that_is_no_number_is_no_likely_one() -> None:
    outputs = np.array([[math.nan, 0.1, 0.2], [0.1, math.nan, 0.2]])
    assert judged([TopKAccuracy(2)], (outputs, one_hot(np.array([0, 0]), 3))) == {"top_2_accuracy": 0.0}


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_metrics_of_numbers_are_those_of_scikit_learn(n_outputs: int) -> None:
    rng = np.random.default_rng(n_outputs)
    targets = (rng.normal(size=(60, n_outputs)) * 10.0 ** np.arange(n_outputs)).astype(np.float32)
    outputs = targets + rng.normal(size=targets.shape).astype(np.float32)
    found = judged((MAE(), RMSE(), R2()), *in_parts(outputs, targets, rng))
    outputs, targets = outputs.astype(np.float64), targets.astype(np.float64)
    expected = {
        "mae": scores.mean_absolute_error(targets, outputs),
        "rmse": scores.root_mean_squared_error(targets, outputs),
        "r2": scores.r2_score(targets, outputs),
    }
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("error", [0.0, 0.5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_r2_of_targets_that_are_all_the_same_is_as_in_scikit_learn(error: float, dtype: type[np.floating]) -> None:
    targets = np.full((7, 1), 0.1, dtype)
    outputs = targets + np.array([[error]] + [[0]] * 6, dtype)
    found = judged([R2()], (outputs[:3], targets[:3]), (outputs[3:], targets[3:]))
    assert found["r2"] == scores.r2_score(np.full((7, 1), 0.5), 0.5 + outputs - targets) == float(error == 0)


def test_r2_of_one_sample_tells_whether_it_was_met() -> None:
    assert judged([R2()], (np.array([[2.0]]), np.array([[2.0]]))) == {"r2": 1.0}
    assert judged([R2()], (np.array([[2.0]]), np.array([[3.0]]))) == {"r2": 0.0}


def test_r2_keeps_small_differences_of_large_targets() -> None:
    rng = np.random.default_rng(0)
    targets = 1e8 + rng.normal(size=(1000, 1))
    outputs = targets + 0.1 * rng.normal(size=(1000, 1))
    parts = zip(np.split(outputs, 50), np.split(targets, 50), strict=True)
    assert judged([R2()], *parts)["r2"] == pytest.approx(scores.r2_score(targets, outputs), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_parts_give_what_the_whole_gives(seed: int, n_outputs: int) -> None:
    rng = np.random.default_rng(seed)
    outputs = rng.integers(-3, 4, (30, n_outputs)).astype(np.float32)
    targets = rng.integers(0, 2, (30, n_outputs)).astype(np.float32)
    whole, parts = judged(METRICS, (outputs, targets)), judged(METRICS, *in_parts(outputs, targets, rng))
    assert parts == pytest.approx(whole, rel=1e-12)
    exact = [metric.name for metric in METRICS if metric.judges == "classes"]
    assert [parts[name] for name in exact] == [whole[name] for name in exact]


def test_metrics_of_the_same_sums_share_them() -> None:
    outputs, labels = classified(1, 4)
    sums = tallied(METRICS, {}, outputs, one_hot(labels, 4), 0.5)
    assert {key: array.shape for key, array in sums.items()} == {
        "accuracy": (2,),
        "top_5_accuracy": (2,),
        "classes": (3, 4),
        "numbers": (5, 4),
    }


def test_sums_of_another_network_or_another_metric_do_not_fit() -> None:
    outputs, labels = classified(1, 4)
    sums = tallied((TopKAccuracy(2), F1(), MAE()), {}, outputs, one_hot(labels, 4), 0.5)
    assert set(fitting((TopKAccuracy(2), Recall()), sums, 4)) == {"top_2_accuracy", "classes"}
    assert set(fitting((TopKAccuracy(3), Recall(), R2()), sums, 3)) == set()


def test_a_metric_that_has_seen_nothing_is_left_out() -> None:
    assert values(METRICS, {}) == {}


def test_names_and_titles() -> None:
    assert [metric.name for metric in METRICS] == [
        *("accuracy", "top_5_accuracy", "precision", "recall", "f1", "mae", "rmse", "r2")
    ]
    assert [metric.title for metric in (TopKAccuracy(3), MAE(), R2())] == ["Top-3 accuracy", "MAE", "R²"]
    assert [metric.noun for metric in (TopKAccuracy(3), MAE(), R2(), F1())] == ["top-3 accuracy", "MAE", "R²", "F1"]
    assert [metric.name for metric in METRICS if not metric.is_share] == ["mae", "rmse", "r2"]
