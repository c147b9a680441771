from __future__ import annotations

import doctest
import pickle
import sys
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_digits, make_friedman1
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.estimator_checks import check_estimator

from slugstudio import estimators
from slugstudio.engine.activation import ReLU, Softmax, Tanh
from slugstudio.engine.errors import ConfigError, DataError, ShapeError
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Reshape
from slugstudio.engine.loss import Huber, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Adam
from slugstudio.engine.train import TrainData, TrainSettings, train
from slugstudio.estimators import SlugClassifier, SlugRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 4))
LABELS = np.where(X[:, 0] > 0.5, "high", np.where(X[:, 0] > -0.5, "middle", "low"))
NUMBERS = X[:, 0] ** 2 - X[:, 1]

SMALL: dict[str, Any] = {"hidden_layer_sizes": 8, "epochs": 20, "optimizer": Adam(lr=0.03), "random_state": 0}


@pytest.mark.parametrize("kind", [SlugClassifier, SlugRegressor])
def test_scikit_learns_own_checks(kind: type[Any]) -> None:
    results = check_estimator(kind(**SMALL), on_skip=None)
    assert len(results) > 50
    # The only ones that scikit-learn itself leaves out: pandas is not installed, and arrays of other libraries are
    # looked at only if SCIPY_ARRAY_API was set when scipy was imported.
    skipped = {result["check_name"] for result in results if result["status"] != "passed"}
    assert skipped <= {
        "check_array_api_input",
        "check_classifier_data_not_an_array",
        "check_regressor_data_not_an_array",
        "check_sample_weights_pandas_series",
    }


def test_digits_are_learned_as_well_as_by_scikit_learn() -> None:
    digits, labels = load_digits(return_X_y=True)
    rival = MLPClassifier((32,), batch_size=32, max_iter=12, alpha=0, n_iter_no_change=100, random_state=0)
    own = SlugClassifier((32,), epochs=12, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        expected = cross_val_score(make_pipeline(StandardScaler(), rival), digits, labels, cv=3).mean()
    found = cross_val_score(make_pipeline(StandardScaler(), own), digits, labels, cv=3).mean()
    assert expected > 0.9
    assert abs(found - expected) < 0.02


def test_numbers_are_learned_as_well_as_by_scikit_learn() -> None:
    samples, targets = make_friedman1(400, noise=0.5, random_state=0)
    settings = {"hidden_layer_sizes": (32,), "batch_size": 32, "random_state": 0}
    rival = MLPRegressor(**settings, max_iter=80, alpha=0, n_iter_no_change=100, learning_rate_init=0.003)
    own = SlugRegressor(**settings, epochs=80, optimizer=Adam(lr=0.003))

    def score(estimator: Any) -> float:
        scaled = TransformedTargetRegressor(make_pipeline(StandardScaler(), estimator), transformer=StandardScaler())
        return float(cross_val_score(scaled, samples, targets, cv=3).mean())

    with pytest.warns(UserWarning, match="Maximum iterations"):
        expected = score(rival)
    found = score(own)
    assert expected > 0.8
    assert abs(found - expected) < 0.04


def test_several_targets_at_once() -> None:
    targets = np.column_stack([NUMBERS, -NUMBERS])
    regressor = SlugRegressor(**SMALL).fit(X, targets)
    assert regressor.predict(X).shape == (120, 2)
    assert regressor.score(X, targets) > 0.9
    assert SlugRegressor(**SMALL).fit(X, NUMBERS).predict(X).shape == (120,)


def test_probabilities_are_those_of_the_labels() -> None:
    classifier = SlugClassifier(**SMALL).fit(X, LABELS)
    assert classifier.classes_.tolist() == ["high", "low", "middle"]
    shares = classifier.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (classifier.classes_[shares.argmax(axis=1)] == classifier.predict(X)).all()
    assert classifier.score(X, LABELS) > 0.9


def test_logits_and_probabilities_learn_the_same() -> None:
    logits = SlugClassifier(**SMALL, loss=SoftmaxCategoricalCrossEntropy(from_logits=True)).fit(X, LABELS)
    np.testing.assert_allclose(
        logits.predict_proba(X), SlugClassifier(**SMALL).fit(X, LABELS).predict_proba(X), rtol=1e-6
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_computes_in_the_precision_of_the_samples(dtype: type[np.floating]) -> None:
    assert SlugClassifier(**SMALL).fit(X.astype(dtype), LABELS).network_.dtype == dtype
    assert SlugRegressor(**SMALL).fit(X.astype(dtype), NUMBERS).predict(X).dtype == dtype


def test_a_whole_number_as_random_state_is_the_seed_of_the_engine() -> None:
    x, labels = X.astype(np.float32), (X[:, 0] > 0).astype(int)
    layers = [Dense(5, activation=Tanh()), Dropout(0.2)]
    classifier = SlugClassifier(layers=layers, epochs=3, optimizer=SGD(lr=0.1), random_state=7).fit(x, labels)
    network = Network([*layers, Dense(2, activation=Softmax())], (4,), seed=7)
    list(train(network, TrainData(x, labels, x[:0], labels[:0]), TrainSettings(3, optimizer=SGD(lr=0.1), seed=7)))
    np.testing.assert_array_equal(classifier.network_.vector, network.vector)


def test_the_random_state_fixes_everything() -> None:
    def curve(random_state: object) -> list[float]:
        return SlugClassifier(**{**SMALL, "random_state": random_state, "epochs": 2}).fit(X, LABELS).loss_curve_

    assert len(curve(0)) == 2
    assert curve(0) == curve(np.int64(0)) != curve(1)
    assert curve(np.random.RandomState(3)) == curve(np.random.RandomState(3))
    assert curve(None) != curve(None)


def test_layers_for_images() -> None:
    digits, labels = load_digits(return_X_y=True)
    layers = [Reshape((1, 8, 8)), Convolution(4, 3, activation=ReLU()), Flatten()]
    classifier = SlugClassifier(layers=layers, epochs=5, optimizer=Adam(lr=0.01), random_state=0)
    classifier.fit(digits[:600] / 16, labels[:600])
    assert [type(layer) for layer in classifier.network_.layers] == [Reshape, Convolution, Flatten, Dense]
    assert classifier.score(digits[600:900] / 16, labels[600:900]) > 0.7
    assert len(SlugRegressor(layers=[]).fit(X, NUMBERS).network_.layers) == 1


@pytest.mark.parametrize(
    ("estimator", "targets"),
    [(SlugClassifier(**SMALL), LABELS), (SlugRegressor(**SMALL, loss=Huber()), NUMBERS)],
)
def test_clone_and_pickle(estimator: Any, targets: np.ndarray) -> None:
    estimator.fit(X, targets)
    restored = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(restored.predict(X), estimator.predict(X))
    twin = clone(estimator)
    assert not hasattr(twin, "network_")
    assert twin.get_params() == estimator.get_params()
    assert twin.fit(X, targets).loss_curve_ == estimator.loss_curve_ == restored.fit(X, targets).loss_curve_


def test_a_search_over_declarations() -> None:
    search = GridSearchCV(SlugClassifier(**SMALL), {"optimizer": [SGD(lr=1e-9), Adam(lr=0.03)]}, cv=2).fit(X, LABELS)
    assert search.best_params_ == {"optimizer": Adam(lr=0.03)}


@pytest.mark.parametrize(
    ("estimator", "error", "said"),
    [
        (SlugClassifier(hidden_layer_sizes=0), ConfigError, "SlugClassifier.hidden_layer_sizes: expected a size of 1"),
        (SlugClassifier(activation="relu"), ConfigError, "Dense.activation: expected an activation such as"),
        (SlugClassifier(layers=[3]), ConfigError, r"SlugClassifier.layers: expected layers such as Dense\(10\)"),
        (SlugClassifier(layers=[Reshape((1, 2, 2))]), ShapeError, "put a Flatten before it"),
        (SlugClassifier(loss=MeanSquaredError()), ConfigError, "SlugClassifier.loss: expected a SoftmaxCategorical"),
        (SlugClassifier(epochs=0), ConfigError, "epochs"),
        (SlugClassifier(optimizer="adam"), ConfigError, "an optimizer such as"),
        (SlugClassifier(random_state=-1), ConfigError, "seed"),
        (SlugClassifier(random_state="x"), ValueError, "cannot be used to seed"),
        (SlugClassifier(optimizer=SGD(lr=1e300), random_state=0), DataError, "lower the learning rate"),
    ],
)
def test_parameters_that_cannot_be_used_are_told_by_fit(estimator: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        estimator.fit(X, LABELS)


def test_one_class_is_told() -> None:
    with pytest.raises(DataError, match=r"two classes or more, received one class \(low\)"):
        SlugClassifier(**SMALL).fit(X, ["low"] * len(X))


def test_without_scikit_learn_one_line_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "slugstudio.estimators")
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    with pytest.raises(ImportError) as caught:
        import slugstudio.estimators  # noqa: F401
    assert str(caught.value) == "slugstudio.estimators needs scikit-learn: pip install 'slugstudio[sklearn]'"
    assert caught.value.__suppress_context__


def test_the_examples_in_the_documentation_hold() -> None:
    results = doctest.testmod(estimators)
    assert results.attempted == 5
    assert results.failed == 0


def test_a_weight_of_two_is_the_sample_twice_where_one_batch_holds_all() -> None:
    times = RNG.integers(0, 4, len(X))
    whole = {**SMALL, "batch_size": 4 * len(X)}
    for estimator, targets in ((SlugClassifier(**whole), LABELS), (SlugRegressor(**whole), NUMBERS)):
        weighted = clone(estimator).fit(X, targets, sample_weight=times)
        scaled = clone(estimator).fit(X, targets, sample_weight=times * 10.0)
        repeated = clone(estimator).fit(X.repeat(times, axis=0), targets.repeat(times))
        np.testing.assert_allclose(weighted.network_.vector, repeated.network_.vector, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(weighted.network_.vector, scaled.network_.vector, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(weighted.loss_curve_, repeated.loss_curve_, rtol=1e-6)


def test_weights_of_classes_are_those_of_their_samples() -> None:
    given = {"low": 3.0, "high": 0.5}
    by_class = SlugClassifier(**SMALL, class_weight=given).fit(X, LABELS)
    by_sample = SlugClassifier(**SMALL).fit(X, LABELS, [given.get(label, 1.0) for label in LABELS])
    np.testing.assert_array_equal(by_class.network_.vector, by_sample.network_.vector)
    balanced = SlugClassifier(**SMALL, class_weight="balanced").fit(X, LABELS)
    expected = SlugClassifier(**SMALL).fit(X, LABELS, compute_sample_weight("balanced", LABELS))
    np.testing.assert_allclose(balanced.network_.vector, expected.network_.vector, rtol=1e-9)
    assert not np.allclose(by_class.network_.vector, balanced.network_.vector)
    assert clone(balanced).get_params()["class_weight"] == "balanced"


def test_weights_that_cannot_be_used_are_told() -> None:
    with pytest.raises(DataError, match="one weight for each of the 120 samples"):
        SlugRegressor(**SMALL).fit(X, NUMBERS, [1, 2])
    with pytest.raises(DataError, match="or 'balanced', received 'even'"):
        SlugClassifier(**SMALL, class_weight="even").fit(X, LABELS)
    with pytest.raises(DataError, match=r"two classes or more, received one class \(low\)"):
        SlugClassifier(**SMALL).fit(X, LABELS, LABELS == "low")


@pytest.mark.parametrize(
    "made", [lambda: SlugClassifier(**SMALL).fit(X, LABELS), lambda: SlugRegressor(**SMALL).fit(X, NUMBERS)]
)
def test_outputs_that_are_not_finite_are_no_answer(made: Any) -> None:
    estimator, samples = made(), X.copy()
    samples[7] = 1e308
    estimator.network_.vector[:] = 1e10
    with pytest.raises(DataError, match="expected finite outputs, received others for sample 7"):
        estimator.predict(samples)
