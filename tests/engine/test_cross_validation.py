from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.controls import Controls
from slugstudio.engine.cross_validation import FoldDone, Spread, cross_validate, folds, spreads
from slugstudio.engine.declaration import Array
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.errors import DataError
from slugstudio.engine.events import BatchDone, EpochDone, Finished
from slugstudio.engine.layers import BatchNormalization, Dense, Dropout
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.metrics import F1, Accuracy
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.train import TrainData, TrainSettings, evaluate, train

LAYERS = [Dense(6, activation=ReLU()), BatchNormalization(), Dropout(0.2), Dense(3, activation=Softmax())]
SETTINGS = TrainSettings(epochs=2, batch_size=8, optimizer=SGD(lr=0.1), seed=3)


def make_data(n: int = 54) -> tuple[Array, Array]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    return x, x[:, :3].argmax(axis=1)


def done(events: Any) -> list[FoldDone]:
    return [event for event in events if isinstance(event, FoldDone)]


@given(
    y=st.lists(st.integers(0, 4), min_size=2, max_size=60).map(np.array),
    seed=st.integers(0, 5),
    data=st.data(),
)
def test_every_sample_is_judged_by_once_and_every_fold_has_its_share_of_each_class(
    y: Array, seed: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(2, len(y)))
    divided = folds(y, k, seed)
    assert len(divided) == k
    np.testing.assert_array_equal(np.sort(np.concatenate([judged for _, judged in divided])), np.arange(len(y)))
    for learned, judged in divided:
        np.testing.assert_array_equal(np.sort(np.concatenate([learned, judged])), np.arange(len(y)))
    counts = np.array([np.bincount(y[judged], minlength=5) for _, judged in divided])
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.ptp(counts.sum(axis=1)) <= 1


@pytest.mark.parametrize("k", [2, 3, 5, 7])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_folds_are_as_large_and_as_mixed_as_those_of_scikit_learn(k: int, seed: int) -> None:
    selection = pytest.importorskip("sklearn.model_selection")
    y = np.random.default_rng(seed).choice(4, 211, p=[0.5, 0.3, 0.15, 0.05])
    y[:4] = range(4)  # scikit-learn deals classes out in the order in which they occur
    theirs = selection.StratifiedKFold(k, shuffle=True, random_state=seed).split(np.zeros(len(y)), y)

    def counted(divided: Any) -> list[list[int]]:
        return sorted(np.bincount(y[judged], minlength=4).tolist() for _, judged in divided)

    assert counted(folds(y, k, seed)) == counted(theirs)


def test_the_seed_fixes_the_folds_and_another_gives_others() -> None:
    y = np.arange(40) % 4
    first, again, other = (folds(y, 4, seed)[0][1].tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_rows_of_numbers_are_divided_at_random() -> None:
    divided = folds(np.zeros((10, 2)), 3, 0)
    assert [len(judged) for _, judged in divided] == [4, 3, 3]
    assert divided[0][1].tolist() != [0, 3, 6, 9]


@pytest.mark.parametrize("k", [-1, 0, 1, 11])
def test_as_many_folds_as_cannot_be_are_refused(k: int) -> None:
    with pytest.raises(DataError, match=f"expected from 2 to 10 folds, as there are 10 samples, received {k}"):
        folds(np.zeros(10), k, 0)


def test_each_fold_is_what_a_training_without_it_gives() -> None:
    x, y = make_data()
    events = list(cross_validate(LAYERS, (4,), x, y, SETTINGS, 3))
    for each, (learned, judged) in zip(done(events), folds(y, 3, SETTINGS.seed), strict=True):
        network = Network(LAYERS, (4,), SETTINGS.seed)
        *_, last, _ = train(network, TrainData(x[learned], y[learned], x[judged], y[judged]), SETTINGS)
        assert isinstance(last, EpochDone)
        assert (each.loss, each.accuracy) == (last.val_loss, last.val_accuracy)
        assert (each.n_train, each.n_judged, each.epochs) == (len(learned), len(judged), 2)
    assert [(each.fold, each.n_folds) for each in done(events)] == [(1, 3), (2, 3), (3, 3)]
    assert sum(isinstance(event, Finished) for event in events) == 3


def test_samples_are_prepared_by_those_to_learn_from() -> None:
    x, y = make_data()
    seen: list[tuple[Array, Array]] = []

    def prepare(x_train: Array, x_judged: Array) -> tuple[Array, Array]:
        seen.append((x_train, x_judged))
        return x_train * 0, x_judged * 0

    (loss, *_) = {each.loss for each in done(cross_validate(LAYERS, (4,), x, y, SETTINGS, 2, prepare=prepare))}
    for (x_train, x_judged), (learned, judged) in zip(seen, folds(y, 2, SETTINGS.seed), strict=True):
        np.testing.assert_array_equal(x_train, x[learned])
        np.testing.assert_array_equal(x_judged, x[judged])
    blank = Network(LAYERS, (4,), SETTINGS.seed)
    assert loss > evaluate(blank, x * 0, y, SETTINGS.loss)["loss"] * 0.9  # nothing can be learned from zeros


def test_early_stopping_judges_by_the_best_epoch() -> None:
    x, y = make_data()
    settings = SETTINGS.replace(epochs=60, optimizer=SGD(lr=1.0), early_stopping=EarlyStopping(2))
    events = list(cross_validate(LAYERS, (4,), x, y, settings, 2))
    first = events[: events.index(done(events)[0])]
    losses = [event.val_loss for event in first if isinstance(event, EpochDone) and event.val_loss is not None]
    assert done(events)[0].epochs == len(losses) < 60
    assert done(events)[0].loss == min(losses)


def test_numbers_are_learned_too() -> None:
    x, _ = make_data()
    settings = SETTINGS.replace(loss=MeanSquaredError())
    found = done(cross_validate([Dense(2)], (4,), x, x[:, :2] * 2, settings.replace(epochs=30), 4))
    assert len(found) == 4
    assert max(each.loss for each in found) < 0.1


def test_a_stop_ends_it_without_a_fold_that_is_not_done() -> None:
    x, y = make_data()
    controls, seen = Controls(), []
    for event in cross_validate(LAYERS, (4,), x, y, SETTINGS, 5, controls=controls):
        seen.append(event)
        if isinstance(event, BatchDone) and len(done(seen)) == 1:
            controls.stop()
    assert len(done(seen)) == 1
    assert isinstance(seen[-1], Finished)


def test_a_training_that_diverges_names_its_fold() -> None:
    x, y = make_data()
    settings = SETTINGS.replace(optimizer=SGD(lr=1e38), epochs=20)
    with pytest.raises(DataError, match=r"Fold 1 of 2: Numbers became infinite .* lower the learning rate"):
        list(cross_validate([Dense(6), Dense(3, activation=Softmax())], (4,), x, y, settings, 2))


def test_each_fold_is_judged_by_the_chosen_metrics() -> None:
    x, y = make_data()
    made = done(list(cross_validate(LAYERS, (4,), x, y, SETTINGS.replace(metrics=(F1(), Accuracy())), 2)))
    assert [list(fold.metrics) for fold in made] == [["f1", "accuracy"]] * 2
    assert [fold.metrics["accuracy"] for fold in made] == [fold.accuracy for fold in made]
    assert list(spreads(made)) == ["loss", "accuracy", "f1"]
    assert spreads(made)["f1"].mean == pytest.approx(np.mean([fold.metrics["f1"] for fold in made]))


def test_mean_and_deviation_are_those_of_a_sample() -> None:
    made = [
        FoldDone(i, 3, 4, 2, 1, loss, accuracy) for i, (loss, accuracy) in enumerate([(1, 0.5), (2, 0.5), (6, 0.5)])
    ]
    assert spreads(made) == {"loss": Spread(3.0, pytest.approx(7**0.5)), "accuracy": Spread(0.5, 0.0)}
